package slack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// pages renders a card, and fails the test where a page is beyond what Slack or
// our own rules allow, in a message or in a window.
func pages(t *testing.T, card *bot.Card) []slacktest.Seen {
	t.Helper()
	raw, err := slack.Rendered(card)
	if err != nil {
		t.Fatal(err)
	}
	var list []slacktest.Seen
	for i, b := range raw {
		for _, wrong := range slacktest.Check(b) {
			t.Errorf("page %d: %s", i+1, wrong)
		}
		list = append(list, slacktest.Read(b))
	}
	windows, err := slack.RenderedInView(card)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range windows {
		for _, wrong := range slacktest.CheckView(b) {
			t.Errorf("window %d: %s", i+1, wrong)
		}
	}
	return list
}

// readable is what of a text must be seen: everything but white space, what
// cannot be seen or read, and the mark of a list, which the client adds.
func readable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || briefings.Unprintable(r) || r == '•' || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// TestRender_TheWholeCorpusIsWithinLimits: also in windows, which have no tables.
func TestRender_TheWholeCorpusIsWithinLimits(t *testing.T) {
	for _, n := range bottest.Corpus() {
		t.Run(n.Name, func(t *testing.T) { pages(t, n.Card) })
	}
}

// FuzzRender puts text that people wrote wherever it can stand. All of it must be
// seen, in its order, and it must be nothing but text.
func FuzzRender(f *testing.F) {
	for _, n := range bottest.Corpus() {
		for _, t := range n.Card.Lead {
			f.Add(n.Card.Title, t.String(), n.Card.Kicker)
		}
	}
	f.Add("a", "1. b\n2) c\n- d\n> f\n&gt; g", ":tada:")
	f.Add("*", "*a* _b_ ~c~ `d`", "<!channel>")
	f.Add(" ", "<https://a.example|b> https://c.example <@U1> <!date^1^{date}|x>", "\n\n")
	f.Add("&amp;", "&lt;!here&gt;", "a|b")
	f.Fuzz(func(t *testing.T, title, text, label string) {
		if len(title) > 200 || len(label) > 200 || len(text) > 8000 { // as in a book
			return
		}
		card := &bot.Card{
			Title: title, Kicker: label, Notices: []bot.Text{bot.T(text)}, Lead: []bot.Text{bot.T(text)},
			Sections: []bot.Section{{Heading: label, Items: []bot.Item{{Text: bot.T(text), Meta: bot.T(text)}}}}, Footer: bot.T(label),
		}
		var seen strings.Builder
		for _, s := range pages(t, card) {
			seen.WriteString(s.Text + "\n")
			for _, f := range s.Formats {
				switch f.Kind {
				case slacktest.Bold, slacktest.Italic, slacktest.Quote, slacktest.ListItem:
				default:
					t.Errorf("%q is %s", f.Text, f.Kind)
				}
			}
			if len(s.Links)+len(s.Pings) > 0 {
				t.Errorf("it links %v and notifies %v", s.Links, s.Pings)
			}
		}
		have := readable(seen.String())
		for _, want := range []string{readable(text), readable(label)} {
			if len(want) < 1000 && !strings.Contains(have, want) {
				t.Errorf("%q is not in %q", want, have)
			}
		}
		if n := strings.Count(have, readable(text)); len(text) < 500 && readable(text) != "" && n < 4 {
			t.Errorf("%q is seen %d times, want 4: %q", text, n, have)
		}
	})
}

// TestRender_PositionsAreATable: who wants what is compared by column.
func TestRender_PositionsAreATable(t *testing.T) {
	columns := [3]string{"Party", "Position", "Says who"}
	item := func(who string) bot.Item {
		return bot.Item{Label: who, Text: bot.T(who + " wants peace: soon."), Meta: bot.T("according to " + who)}
	}
	one := &bot.Card{Title: "Positions on Donbas", Sections: []bot.Section{{Heading: "Newest of each party", Columns: columns, Items: []bot.Item{item("Kyiv"), item("Moscow")}}}}
	text := pages(t, one)[0].Text
	for _, row := range []string{"Party | Position | Says who", "Kyiv | Kyiv wants peace: soon. | according to Kyiv", "Moscow | Moscow wants peace: soon. | according to Moscow"} {
		if !strings.Contains(text, row) {
			t.Errorf("no row %q in\n%s", row, text)
		}
	}
	two := &bot.Card{Title: "Positions", Sections: []bot.Section{
		{Heading: "Donbas", Columns: columns, Items: []bot.Item{item("Kyiv")}},
		{Heading: "NATO", Columns: columns, Items: []bot.Item{item("Kyiv"), {Text: bot.T("Nobody says.")}}},
		{Heading: "A list", Items: []bot.Item{item("Dublin")}},
	}}
	text = pages(t, two)[0].Text
	for _, row := range []string{"On | Party | Position | Says who", "Donbas | Kyiv | ", "NATO | Kyiv | ", "• Dublin: Dublin wants peace"} {
		if !strings.Contains(text, row) {
			t.Errorf("no row %q in\n%s", row, text)
		}
	}
	many := &bot.Card{Title: "Positions"}
	for i := range 40 {
		s := bot.Section{Heading: fmt.Sprintf("Issue %02d", i), Columns: columns}
		for range 5 {
			s.Items = append(s.Items, item("Kyiv"))
		}
		many.Sections = append(many.Sections, s)
	}
	list := pages(t, many)
	rows := 0
	for _, p := range list {
		rows += strings.Count(p.Text, "Kyiv wants peace")
	}
	if rows != 200 || len(list) < 3 {
		t.Errorf("%d of 200 rows on %d pages", rows, len(list))
	}
}

// TestRender_NoPageHasAClaimWithoutWhoSaysSoAndWhere: each may be posted alone.
func TestRender_NoPageHasAClaimWithoutWhoSaysSoAndWhere(t *testing.T) {
	for _, columns := range [][3]string{{}, {"Party", "Claim", "Says who"}} {
		claims := bot.Section{Heading: "Newest first", Columns: columns}
		for i := range 60 {
			claims.Items = append(claims.Items, bot.Item{
				Label: fmt.Sprintf("Party %02d", i),
				Text:  bot.T(strings.Repeat(fmt.Sprintf("Claim %02d is made. ", i), 1+i%13)),
				Meta:  bot.T(fmt.Sprintf("according to witness %02d, moderate confidence. [%d]", i, 1+i%2)),
			})
		}
		sources := bot.Section{Heading: "Sources", Cited: true, Items: []bot.Item{
			{Label: "[1]", Text: bot.T("").Link("The Daily", "https://daily.example/story")},
			{Label: "[2]", Text: bot.T("").Link("The Weekly", "https://weekly.example/story")},
		}}
		list := pages(t, &bot.Card{Title: "Claims", Sections: []bot.Section{claims, sources}})
		if len(list) < 3 {
			t.Fatalf("%d pages", len(list))
		}
		for n, p := range list {
			for i := range 60 {
				made, wanted := strings.Count(p.Text, fmt.Sprintf("Claim %02d is made.", i)), 1+i%13
				witness := strings.Contains(p.Text, fmt.Sprintf("witness %02d", i))
				if made > 0 && (made != wanted || !witness) || made == 0 && witness {
					t.Errorf("page %d: %d of %d sentences of claim %02d, and its witness: %v", n+1, made, wanted, i, witness)
				}
			}
			for _, name := range []string{"The Daily (daily.example)", "The Weekly (weekly.example)"} {
				if !strings.Contains(p.Text, name) {
					t.Errorf("page %d cites %s, and does not say what that is:\n%s", n+1, name, p.Text)
				}
			}
		}
	}
}

// TestRender_AMinuteIsShownByTheReadersClock: and a day is the same everywhere.
func TestRender_AMinuteIsShownByTheReadersClock(t *testing.T) {
	minute, err := briefings.ParseMoment("2025-12-02T21:40:00Z")
	if err != nil {
		t.Fatal(err)
	}
	day, err := briefings.ParseMoment("2025-12-02")
	if err != nil {
		t.Fatal(err)
	}
	at := bot.T("at ").When(minute).Plain(" on ").When(day)
	card := &bot.Card{Title: "When", Lead: []bot.Text{at}, Fields: []bot.Field{{Label: "As of", Value: at}}, Footer: at}
	raw, err := slack.Rendered(card)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(raw[0]), "\\u003c!date^1764711600^{date_short} {time}|2 Dec 2025 21:40 UTC\\u003e"); n != 2 {
		t.Errorf("%d times in mrkdwn, want 2 (field and footer):\n%s", n, raw[0])
	}
	if !strings.Contains(string(raw[0]), `{"type":"date","timestamp":1764711600,"format":"{date_short} {time}","fallback":"2 Dec 2025 21:40 UTC"}`) {
		t.Errorf("no time in rich text:\n%s", raw[0])
	}
	seen := pages(t, card)[0]
	times := 0
	for _, f := range seen.Formats {
		if f.Kind == slacktest.Timestamp {
			times++
		}
	}
	if times != 3 || strings.Count(seen.Text, "at 2 Dec 2025 21:40 UTC on 2 Dec 2025") != 3 {
		t.Errorf("%d times by the reader's clock in\n%s", times, seen.Text)
	}
}

// TestRender_MarksInWordsMeanNothing: where Slack takes mrkdwn alone, words with
// marks go without it, and lose their times and links rather than be formatted.
func TestRender_MarksInWordsMeanNothing(t *testing.T) {
	for _, words := range []string{"*bold*", "_it_", "~gone~", "`code`", "a :tada: b", "> quote", "<!channel>", "<@U1>", "&lt;!here&gt;", "[x](http://evil.example)", "<http://evil.example|bank>", "snake_case_name", "3 * 4 * 5"} {
		card := &bot.Card{Title: words, Kicker: words, Lead: []bot.Text{bot.T(words)}, Fields: []bot.Field{{Label: words, Value: bot.T(words)}}, Footer: bot.T(words)}
		seen := pages(t, card)[0]
		if n := strings.Count(seen.Text, words); n < 5 {
			t.Errorf("%q is seen %d times in\n%s", words, n, seen.Text)
		}
		if i := slices.IndexFunc(seen.Formats, func(f slacktest.Format) bool { return f.Kind != slacktest.Bold }); i >= 0 || len(seen.Links)+len(seen.Pings) > 0 {
			t.Errorf("%q: %v %v %v", words, seen.Formats, seen.Links, seen.Pings)
		}
	}
}
