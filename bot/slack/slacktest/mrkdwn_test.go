package slacktest

import (
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

var testNames = map[string]string{"U1": "ada", "C1": "general", "S1": "editors"}

func nameOfTest(id string) string { return testNames[id] }

// shown writes what was seen on one line each: the text, the formats, the links
// and the pings.
func shown(seen Seen) [4]string {
	var formats, links []string
	for _, f := range seen.Formats {
		formats = append(formats, string(f.Kind)+"="+f.Text)
	}
	for _, l := range seen.Links {
		links = append(links, l.Text+">"+l.URL)
	}
	return [4]string{seen.Text, strings.Join(formats, " "), strings.Join(links, " "), strings.Join(seen.Pings, " ")}
}

func section(text object) []any { return []any{object{"type": "section", "text": text}} }

func mrkdwn(s string) object { return object{"type": "mrkdwn", "text": s, "verbatim": true} }

func plainText(s string) object { return object{"type": "plain_text", "text": s, "emoji": false} }

func TestRender_MrkdwnIsShownAsTheClientDoes(t *testing.T) {
	for _, c := range []struct {
		name, in, text, formats, links, pings string
	}{
		{"plain", "plain text, 1 + 2", "plain text, 1 + 2", "", "", ""},
		{"entities are read once", "a &lt;b&gt; &amp; &amp;lt; &quot;", "a <b> & &lt; &quot;", "", "", ""},
		{"an escaped tag is text", "&lt;!channel&gt; &lt;@U1&gt; &lt;https://a.example|b&gt;", "<!channel> <@U1> <https://a.example|b>", "", "", ""},
		{"formats", "*bold* _it_ ~gone~ `code`", "bold it gone code", "bold=bold italic=it strike=gone code=code", "", ""},
		{"formats in formats", "*a _b_ c* _*d*_", "a b c d", "italic=b bold=a b c bold=d italic=d", "", ""},
		{"beside punctuation", "(*a*), \"_b_\".", "(a), \"b\".", "bold=a italic=b", "", ""},
		{"not within words", "snake_case_name 2*3*4 a*b* *c*d", "snake_case_name 2*3*4 a*b* *c*d", "", "", ""},
		{"not beside spaces", "* a* *b * 2 * 3 * 4", "* a* *b * 2 * 3 * 4", "", "", ""},
		{"not across lines", "*a\nb* _c\nd_", "*a\nb* _c\nd_", "", "", ""},
		{"not where a mark is doubled", "**a** __b__ ~~c~~", "**a** __b__ ~~c~~", "", "", ""},
		{"not beside a character without width", "*\u200ba\u200b*", "*\u200ba\u200b*", "", "", ""},
		{"no format in code", "`*a* :tada: &lt;` b", "*a* :tada: < b", "code=*a* :tada: <", "", ""},
		{"code closes no format", "*a `*` b*", "a * b", "code=* bold=a * b", "", ""},
		{"a block of code", "a\n```\n*b*\nc\n```\nd", "a\n*b*\nc\nd", "code block=*b*\nc", "", ""},
		{"a block of code has its own lines", "a ```b``` c", "a \nb\n c", "code block=b", "", ""},
		{"quotes", "> a\n&gt; *b*\nc > d", "a\nb\nc > d", "bold=b quote=a\nb", "", ""},
		{"a quote of the rest", "a\n>>> b\nc", "a\nb\nc", "quote=b\nc", "", ""},
		{"a link with words", "<https://a.example/?a=1&amp;b=2|words *x*>", "words *x*", "masked link=words *x*", "words *x*>https://a.example/?a=1&b=2", ""},
		{"a bare link", "<https://a.example> <mailto:a@b.example>", "https://a.example a@b.example", "link=https://a.example link=a@b.example", "https://a.example>https://a.example a@b.example>mailto:a@b.example", ""},
		{"a format around a link", "*<https://a.example|a>*", "a", "masked link=a bold=a", "a>https://a.example", ""},
		{"verbatim leaves addresses", "https://a.example www.b.example c@d.example #general @ada", "https://a.example www.b.example c@d.example #general @ada", "", "", ""},
		{"people", "<@U1> <@U1|x> <@U2> <@W3|eve>", "@ada @ada @U2 @eve", "mention=@ada mention=@ada mention=@U2 mention=@eve", "", "@ada @U2 @eve"},
		{"everybody", "<!channel> <!here|here> <!everyone>", "@channel @here @everyone", "mention=@channel mention=@here mention=@everyone", "", "@channel @here @everyone"},
		{"user groups", "<!subteam^S1> <!subteam^S2|@all>", "@editors @all", "mention=@editors mention=@all", "", "@editors @all"},
		{"channels notify nobody", "<#C1> <#C2|dev>", "#general #dev", "mention=#general mention=#dev", "", ""},
		{"mentions notify in code, too", "`<@U1>`", "@ada", "mention=@ada code=@ada", "", "@ada"},
		{"no tags", "<foo> <> < a > <!x|y> <!z>", "<foo> <> < a > y <z>", "", "", ""},
		{"emoji", "a:tada:b :+1: :nope 12:30:45 :100:", "a⟨tada⟩b ⟨+1⟩ :nope 12:30:45 ⟨100⟩", "emoji=⟨tada⟩ emoji=⟨+1⟩ emoji=⟨100⟩", "", ""},
	} {
		got := shown(render("", section(mrkdwn(c.in)), nameOfTest))
		if want := [4]string{c.text, c.formats, c.links, c.pings}; got != want {
			t.Errorf("%s: %q:\ngot  %q\nwant %q", c.name, c.in, got, want)
		}
	}
}

func TestRender_BareAddressesBecomeLinksWithoutVerbatim(t *testing.T) {
	for in, want := range map[string][2]string{
		"see https://a.example/x. (https://a.example/y)": {"link=https://a.example/x link=https://a.example/y", "https://a.example/x>https://a.example/x https://a.example/y>https://a.example/y"},
		"www.a.example, a@b.example":                     {"link=www.a.example link=a@b.example", "www.a.example>http://www.a.example a@b.example>mailto:a@b.example"},
		"xhttps://a.example @ada #general a.b":           {"", ""},
		"`https://a.example`":                            {"code=https://a.example", ""},
		"*https://a.example*":                            {"link=https://a.example bold=https://a.example", "https://a.example>https://a.example"},
	} {
		got := shown(render(in, nil, nil))
		if [2]string(got[1:3]) != want {
			t.Errorf("%q:\ngot  %q\nwant %q", in, got[1:3], want)
		}
	}
}

func TestRender_DatesAreShownInUTC(t *testing.T) {
	for in, want := range map[string][3]string{
		"<!date^1764711600^{date_short_pretty} {time}|x>":          {"2 Dec 2025 21:40 UTC", "time=2 Dec 2025 21:40 UTC", ""},
		"<!date^1764711600^on {date_long} at {time}|x>":            {"on 2 Dec 2025 21:40 UTC", "time=on 2 Dec 2025 21:40 UTC", ""},
		"<!date^1764711600^{date_num}^https://a.example/?&amp;|x>": {"2025-12-02", "time=2025-12-02", "2025-12-02>https://a.example/?&"},
		"<!date^1764711600^{time}, {nope}|x>":                      {"9:40 PM, {nope}", "time=9:40 PM, {nope}", ""},
		"<!date^1764711600^words|x>":                               {"x", "", ""},
		"<!date^nope^{date}|x &lt;>":                               {"x <", "", ""},
		"<!date^99999999999999^{date}|x>":                          {"x", "", ""},
	} {
		got := shown(render("", section(mrkdwn(in)), nil))
		if [3]string(got[:3]) != want {
			t.Errorf("%q:\ngot  %q\nwant %q", in, got[:3], want)
		}
	}
}

func TestRender_PlainTextIsShownAsItIs(t *testing.T) {
	const in = "*a* <@U1> &amp; <!here> https://a.example\n> b"
	got := shown(render("", []any{object{"type": "header", "text": plainText(in + " :tada:")}}, nameOfTest))
	if want := [4]string{in + " :tada:"}; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRender_PlainTextHasEmojiUnlessTheyAreOff(t *testing.T) {
	for _, text := range []object{{"type": "plain_text", "text": "a: :tada:"}, {"type": "plain_text", "text": "a: :tada:", "emoji": true}} {
		got := shown(render("", section(text), nil))
		if want := [4]string{"a: ⟨tada⟩", "emoji=⟨tada⟩"}; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{
		"*a _b_* `c` ```d``` ~e~ :f: > g", ">>> a\n> b\n&gt;", "<!date^1^{date} {time}^x|y>", "<@U1|a><#C1><!subteam^S|x><https://a.example|b>",
		"&lt;&amp;&", "www.a.example a@b.example https://c.example).", "``` `` ` ```", "\xff*\xff*", "*****", "<", "<|>", "<@>", "<!>", ":100:", strings.Repeat("*_~", 50),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, o := range []object{{"type": "mrkdwn", "text": s}, mrkdwn(s), {"type": "plain_text", "text": s}} {
			blocks := section(o)
			render(s, blocks, nameOfTest)
			checkMessage(object{"text": s, "blocks": blocks})
		}
		render(s, nil, nil)
		rest := object{"type": s, "text": s, "elements": []any{object{"type": "text", "text": s}, s}}
		render("", []any{rest, object{"type": "rich_text", "elements": []any{object{"type": "rich_text_section", "elements": []any{rest}}}}}, nil)
		var blocks []any
		if standin.Decode([]byte(s), &blocks) == nil {
			render("", blocks, nil)
			checkMessage(object{"text": "x", "blocks": blocks})
			checkView(object{"type": "modal", "blocks": blocks})
			renderView(object{"blocks": blocks}, nil)
		}
	})
}
