package discordtest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

func TestSeen_RendersMarkupAsTheClientDoes(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	g, ch, ada := world(s)
	role := g.NewRole("editors")
	for _, c := range []struct {
		in, text, formats, links string
	}{
		{"plain text, 1 < 2", "plain text, 1 < 2", "", ""},
		{`\*a\* \_b\_ \~ \| \# \- \[x\](y) \<@1\> \\ \a \1`, `*a* _b_ ~ | # - [x](y) <@1> \ \a \1`, "", ""},
		{"**bold** *it* _it_ __under__ ~~gone~~ ||hid||", "bold it it under gone hid", "bold=bold italic=it italic=it underline=under strike=gone spoiler=hid", ""},
		{"***both***", "both", "italic=both bold=both", ""},
		{"snake_case_name 2 * 3 * 4 a_b_", "snake_case_name 2 * 3 * 4 ab", "italic=b", ""},
		{"** a", "** a", "", ""},
		{"`**code**` ``a ` b``", "**code** a ` b", "code=**code** code=a ` b", ""},
		{"```go\n*x*\n```", "*x*", "code block=*x*", ""},
		{"# Head\ntext\n### Third ##\n#no\n#### no", "Head\ntext\nThird\n#no\n#### no", "heading=Head heading=Third", ""},
		{"a # b", "a # b", "", ""},
		{"-# small\n-#no", "small\n-#no", "subtext=small", ""},
		{"> quoted\n> more\nnot", "quoted\nmore\nnot", "quote=quoted\nmore", ""},
		{">>> all\nof it", "all\nof it", "quote=all\nof it", ""},
		{"- one\n* two\n1. three\n-no", "• one\n• two\n1. three\n-no", "list item=• one list item=• two list item=1. three", ""},
		{`\- one` + "\n" + `1\. two`, "- one\n1. two", "", ""},
		{"[words](https://example.org/a_(b)) [w](<https://example.org/c>)", "words w", "masked link=words masked link=w", "words>https://example.org/a_(b) w>https://example.org/c"},
		{"[**b**](https://example.org)", "b", "bold=b masked link=b", "b>https://example.org"},
		{"[https://a.example](https://b.example)", "[https://a.example](https://b.example)", "link=https://a.example](https://b.example)", "https://a.example](https://b.example)>https://a.example](https://b.example)"},
		{"[x](javascript:alert) [](https://a.example)", "[x](javascript:alert) [](https://a.example)", "link=https://a.example", "https://a.example>https://a.example"},
		{"see https://example.org/x. (https://example.org/y) <https://example.org/z>", "see https://example.org/x. (https://example.org/y) https://example.org/z", "link=https://example.org/x link=https://example.org/y link=https://example.org/z", "https://example.org/x>https://example.org/x https://example.org/y>https://example.org/y https://example.org/z>https://example.org/z"},
		{fmt.Sprintf("<@%s> <@!%s> <@&%s> <#%s> </who:%s> @everyone @here <:smile:12345678901234567>", ada.ID, ada.ID, role.ID, ch.ID, ada.ID), "@ada @ada @editors #general /who @everyone @here :smile:", "mention=@ada mention=@ada mention=@editors mention=#general mention=/who mention=@everyone mention=@here emoji=:smile:", ""},
		{"<t:1764711600:F> <t:1764711659> <t:1764711600:x>", "2 Dec 2025 21:40 UTC 2 Dec 2025 21:40 UTC <t:1764711600:x>", "time=2 Dec 2025 21:40 UTC time=2 Dec 2025 21:40 UTC", ""},
	} {
		seen := ch.Post(ada, c.in).Seen()
		formats, links := "", ""
		for i, f := range seen.Formats {
			if i > 0 {
				formats += " "
			}
			formats += string(f.Kind) + "=" + f.Text
		}
		for i, l := range seen.Links {
			if i > 0 {
				links += " "
			}
			links += l.Text + ">" + l.URL
		}
		if diff := cmp.Diff([]string{c.text, c.formats, c.links}, []string{seen.Text, formats, links}); diff != "" {
			t.Errorf("%q:\n%s", c.in, diff)
		}
	}
}

func TestSeen_ReadsAMessageFromTopToBottom(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	r := do(t, s, "POST", "/channels/"+ch.ID+"/messages", text("content", "embeds", []any{m{
		"title": "**Title**", "url": "https://example.org/t", "description": "Description", "author": m{"name": "*Author*"},
		"fields": []any{m{"name": "Name", "value": "[v](https://example.org/v)"}}, "footer": m{"text": "*Footer* @everyone"},
	}}, "components", []any{row(plain("a"), m{"type": 2, "style": 5, "label": "Out", "url": "https://example.org/o"}), row(menu)}))
	expect(t, "status", r.Status, 200)
	got := ada.In(ch).Messages()[0].Seen()
	want := discordtest.Seen{
		Text:    "content\n*Author*\nTitle\nDescription\nName\nv\n*Footer* @everyone",
		Links:   []discordtest.Link{{Text: "Title", URL: "https://example.org/t"}, {Text: "v", URL: "https://example.org/v"}},
		Formats: []discordtest.Format{{Kind: discordtest.Bold, Text: "Title"}, {Kind: discordtest.Masked, Text: "v"}},
		Pings:   []string{},
		Buttons: []discordtest.Button{{Label: "Label a", CustomID: "a"}, {Label: "Out", URL: "https://example.org/o"}},
		Options: []discordtest.SelectOption{{Label: "One", Value: "1", CustomID: "pick"}, {Label: "Two", Value: "2", CustomID: "pick"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSeen_PingsFollowAllowedMentions(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	s.SetRate("POST /channels/{channel_id}/messages", discordtest.Rate{})
	g, ch, ada := world(s)
	role := g.NewRole("editors")
	all := fmt.Sprintf("<@%s> <@&%s> @everyone `@here`", ada.ID, role.ID)
	g.SetPermissions(ada, discordtest.MemberPermissions|discordtest.MentionEveryone)
	expect(t, "a person's", fmt.Sprint(ch.Post(ada, all).Seen().Pings), "[@ada @editors @everyone]")
	g.SetPermissions(ada, discordtest.MemberPermissions)
	expect(t, "without the permission", fmt.Sprint(ch.Post(ada, all).Seen().Pings), "[@ada @editors]")
	do(t, s, "POST", "/channels/"+ch.ID+"/messages", text(all))
	sent := ada.In(ch).Messages()
	expect(t, "the bot's", fmt.Sprint(sent[len(sent)-1].Seen().Pings), "[]")
}
