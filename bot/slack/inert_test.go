package slack_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// hostile is text that would mean something to Slack, if it were not only text.
var hostile = []string{
	"<!channel>", "<!here>", "<!everyone|x>", "<@U1>", "<!subteam^S1>", "<!subteam^S1|@desk>", "<#C1|desk>", "@channel @here @everyone",
	"[bank](http://evil.example)", "<http://evil.example|bank.example>", "http://evil.example/x", "evil.example", "mailto:a@evil.example",
	"*bold*", "_italic_", "~struck~", "`code`", "```block```", "> quote", "&gt; quote", ":tada:", ":+1::skin-tone-2:",
	"<!date^0^{date}^http://evil.example|bank>", "&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "<", "|", "a > b < c & d",
	"right\u202Eleft\u202C zero\u200Bwidth \u2066isolate\u2069 \uFEFFbom sep\u2028arated", "\x1b[31mred\x00\x07",
}

// inertIn reports how a message is more than the words of people: whom it
// notifies, where it leads, and what of the words stands out.
func inertIn(seen slacktest.Seen, allowed ...slacktest.FormatKind) error {
	if pings := othersThanAnn(seen.Pings); len(pings) > 0 {
		return fmt.Errorf("it notifies %q", pings)
	}
	for _, l := range seen.Links {
		if strings.Contains(l.URL, "evil.example") {
			return fmt.Errorf("it leads to %s", l.URL)
		}
	}
	for _, f := range seen.Formats {
		if !slices.Contains(allowed, f.Kind) {
			return fmt.Errorf("%q is %s", f.Text, f.Kind)
		}
	}
	for _, r := range seen.Text {
		if briefings.Unprintable(r) && r != '\n' && r != '\t' {
			return fmt.Errorf("%U is in it", r)
		}
	}
	return nil
}

// othersThanAnn are who is notified beside who has posted it, of whom see
// TestInert_APostNotifiesNobody.
func othersThanAnn(pings []string) []string {
	return slices.DeleteFunc(slices.Clone(pings), func(p string) bool { return p == "@ann" })
}

// TestInert_APostNotifiesNobody: not even the person who has posted it.
func TestInert_APostNotifiesNobody(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus())
	m, err := message(o.ann.Command("/brief", "aloud hear ye"))
	m = see(t, m, err, "hear ye")
	if m.Ephemeral || len(m.Pings) > 0 {
		t.Errorf("private %v, and it notifies %q", m.Ephemeral, m.Pings)
	}
}

// ownFormats are what the adapter writes itself, around what people wrote.
var ownFormats = []slacktest.FormatKind{slacktest.Bold, slacktest.Italic, slacktest.ListItem, slacktest.Quote, slacktest.Masked, slacktest.Autolink, slacktest.Timestamp, slacktest.Mention}

// bare is a card in which text stands alone, so that nothing in it stands out.
func bare(text string) *bot.Card {
	return &bot.Card{Lead: []bot.Text{bot.T(text)}, Footer: bot.T(text), Fields: []bot.Field{{Label: "Label", Value: bot.T(text)}}}
}

// TestInert_TextOfPeopleIsOnlyText: wherever it stands in a card, and whatever it
// is. All of it is there to be read.
func TestInert_TextOfPeopleIsOnlyText(t *testing.T) {
	t.Parallel()
	check := func(name, text string, card *bot.Card, allowed ...slacktest.FormatKind) {
		t.Helper()
		list, err := slack.Rendered(card)
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range list {
			for _, wrong := range slacktest.Check(raw) {
				t.Errorf("%s: %q: %s", name, text, wrong)
			}
			seen := slacktest.Read(raw)
			if err := inertIn(seen, allowed...); err != nil {
				t.Errorf("%s: %q: %v", name, text, err)
			}
			for _, f := range seen.Formats {
				if name == "bare" && strings.TrimSuffix(f.Text, ":") != "Label" {
					t.Errorf("%q: %q is %s", text, f.Text, f.Kind)
				}
			}
			// A client without blocks shows the text, and a screen reader says it.
			var m struct{ Text string }
			if err := json.Unmarshal(raw, &m); err != nil || strings.TrimSpace(m.Text) == "" {
				t.Errorf("%s: %q: there is no text for notifications: %v", name, text, err)
			}
			if seen := (&slacktest.Message{Text: m.Text}).Seen(); len(seen.Pings) > 0 || strings.Contains(m.Text, "<") {
				t.Errorf("%s: %q: the text for notifications is %q, and notifies %q", name, text, m.Text, seen.Pings)
			}
		}
	}
	for _, text := range hostile {
		check("bare", text, bare(text), slacktest.Bold) // of the label
		full := bot.Card{
			Title: text, Kicker: text, Notices: []bot.Text{bot.T(text)}, Lead: []bot.Text{bot.T("x ").Strong(text).Tag(text)},
			Fields:   []bot.Field{{Label: text, Value: bot.T(text)}, {Label: "Link", Value: bot.T("").Link(text, "https://honest.example/x")}},
			Sections: []bot.Section{{Heading: text, Items: []bot.Item{{Label: text, Text: bot.T(text), Meta: bot.T(text)}}}},
			Footer:   bot.T("").Link(text, "https://honest.example/y"),
		}
		check("full", text, &full, ownFormats...)
		section := full.Sections[0]
		section.Columns = [3]string{text, text, text}
		full.Sections = []bot.Section{section}
		check("a table", text, &full, ownFormats...)
	}
}

// TestInert_ArgumentsThatComeBackAreOnlyText: what somebody types is said again
// to all, by whatever way it comes; the stand-in says what it was that they typed.
func TestInert_ArgumentsThatComeBackAreOnlyText(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		s := server(t, func(o *slacktest.Options) { o.NoRateLimits = true })
		o := openOfficeOn(t, s, corpus(), way)
		slack.Unlimited(o.running.Slack)
		ben := o.team.NewPerson("ben")
		group := o.team.NewUserGroup("desk", ben)
		typed := append(slices.Clone(hostile), "<@"+ben.ID+">", "<!subteam^"+group.ID+">", "<#"+o.desk.ID+">")
		for i, text := range typed {
			for how, ask := range map[string]func(text string) (*slacktest.Shown, error){
				"a command":        func(text string) (*slacktest.Shown, error) { return o.ann.Command("/brief", "aloud "+text) },
				"a command, alone": func(text string) (*slacktest.Shown, error) { return o.ann.Command("/brief", "echo "+text) },
				"a command escaped": func(text string) (*slacktest.Shown, error) {
					return o.ann.Command("/brief", "aloud "+slacktest.Escape(text))
				},
				"a mention": func(text string) (*slacktest.Shown, error) {
					return o.ann.Say("<@" + o.team.Bot().ID + "> aloud " + slacktest.Escape(text))
				},
				"a message": func(text string) (*slacktest.Shown, error) {
					return o.ann.Person().DM().Say("echo " + slacktest.Escape(text))
				},
			} {
				m, err := message(ask(fmt.Sprint(text, " ", i)))
				if err != nil {
					t.Errorf("%s: %q: %v", how, text, err)
					continue
				}
				seen := m.Seen()
				seen.Formats = slices.DeleteFunc(seen.Formats, func(f slacktest.Format) bool { return f.Text == "Posted by " || f.Text == "@ann" })
				if err := inertIn(seen, slacktest.Mention); err != nil || len(othersThanAnn(m.Pings)) > 0 || m.Text == "" {
					t.Errorf("%s: %q: %v; pings %q, fallback %q", how, text, err, m.Pings, m.Text)
				}
			}
		}
		for _, r := range s.Calls("chat.postMessage") {
			if r.Args["unfurl_links"] != "false" || r.Args["unfurl_media"] != "false" || r.Args["parse"] != "none" || r.Args["link_names"] == "1" || r.Args["link_names"] == "true" {
				t.Errorf("chat.postMessage with %v", []any{r.Args["unfurl_links"], r.Args["unfurl_media"], r.Args["parse"], r.Args["link_names"]})
			}
			if text, _ := r.Args["text"].(string); strings.TrimSpace(text) == "" || strings.Contains(text, "<!") || strings.Contains(text, "<@") {
				t.Errorf("chat.postMessage with the text %q", text)
			}
		}
	})
}

// TestInert_TheWordsOfButtonsAndMenusAreOnlyText.
func TestInert_TheWordsOfButtonsAndMenusAreOnlyText(t *testing.T) {
	t.Parallel()
	card := &bot.Card{Title: "Hostile actions"}
	for i, text := range hostile {
		card.Actions = append(card.Actions, bot.Action{Label: text, Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: fmt.Sprint(text, i)}}}})
	}
	o := openOffice(t, bottest.NewCore(append(bottest.Corpus(), bottest.Named{Name: "hostile-actions", Card: card})...))
	m, err := message(o.ann.Command("/brief", "card hostile-actions"))
	m = see(t, m, err, "Hostile actions")
	labels := actions(m.Seen())
	if len(labels) != len(hostile) {
		t.Errorf("%d labels of %d: %q", len(labels), len(hostile), labels)
	}
	for _, l := range labels {
		if strings.Contains(l, "⟨") || strings.ContainsFunc(l, briefings.Unprintable) || strings.TrimSpace(l) == "" {
			t.Errorf("a label is shown as %q", l)
		}
	}
	for i, text := range hostile { // what a button stands for is what was meant
		if i%5 != 0 || labels[i] != text {
			continue
		}
		said, err := press(o.ann, m, labels[i])
		if said = see(t, said, err); inertIn(said.Seen()) != nil {
			t.Errorf("%q: %v", text, inertIn(said.Seen()))
		}
		m, err = message(o.ann.Command("/brief", "card hostile-actions"))
		see(t, m, err)
	}
}

// TestInert_CompletionsAndWindowsAreOnlyText: names of entries stand in menus, and
// cards in views.
func TestInert_CompletionsAndWindowsAreOnlyText(t *testing.T) {
	t.Parallel()
	core := &completing{corpus()}
	o := openOffice(t, core)
	shown, err := o.ann.Command("/brief", "")
	if err != nil || shown.View == nil {
		t.Fatalf("no form opens: %v", err)
	}
	choices, err := shown.View.Suggest("topic", "x")
	if err != nil || len(choices) != len(hostile) {
		t.Fatalf("%d completions of %d, %v", len(choices), len(hostile), err)
	}
	for i, c := range choices {
		if strings.Contains(c.Label, "⟨") || strings.ContainsFunc(c.Label, briefings.Unprintable) || c.Value != fmt.Sprint("slug-", i) {
			t.Errorf("%q is offered as %q, %q", hostile[i], c.Label, c.Value)
		}
	}
	for _, text := range hostile {
		list, err := slack.RenderedInView(bare(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range list {
			for _, wrong := range slacktest.CheckView(raw) {
				t.Errorf("in a window, %q: %s", text, wrong)
			}
			if err := inertIn(slacktest.Read(raw), slacktest.Bold); err != nil {
				t.Errorf("in a window, %q: %v", text, err)
			}
		}
	}
}

// completing completes everything with hostile names.
type completing struct{ *bottest.Core }

func (c *completing) Complete(context.Context, bot.Request, string, string) []bot.Choice {
	var list []bot.Choice
	for i, text := range hostile {
		list = append(list, bot.Choice{Value: fmt.Sprint("slug-", i), Label: text})
	}
	return list
}

// TestInert_AHostileBookIsOnlyText: the whole way, from a book to what all see.
func TestInert_AHostileBookIsOnlyText(t *testing.T) {
	t.Parallel()
	books := emptyStore(t)
	hostileBook(t, books)
	core, err := bot.New(briefings.NewLibrary(books), bot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := openOfficeOn(t, server(t, func(o *slacktest.Options) { o.NoRateLimits = true }), core, func(o *slack.Options) {
		o.Offers, o.Inbound, o.Book = bot.NewOffers(books, nil), books, bookOf("book")
	})
	slack.Unlimited(o.running.Slack)
	for i, text := range hostile {
		slug := fmt.Sprint("entry-", i)
		for _, line := range []string{slug, "who " + slug, "who " + slug + " share", "find " + text} {
			m, err := message(o.ann.Command("/brief", line))
			if m = see(t, m, err); inertIn(m.Seen(), ownFormats...) != nil || len(othersThanAnn(m.Pings)) > 0 {
				t.Errorf("%q: %q: %v, %q", line, text, inertIn(m.Seen(), ownFormats...), m.Pings)
			}
		}
	}
}

// hostileBook is a book of people of whom hostile things are written, where a book
// takes them.
func hostileBook(t *testing.T, s *store.Store) {
	t.Helper()
	addBook(t, s, "book")
	library := briefings.NewLibrary(s)
	for i, text := range hostile {
		taken := false
		for _, e := range []briefings.Entry{
			{Name: text, Role: text, Summary: text, WhyNow: text, Open: []string{text}},
			{Name: fmt.Sprint("Entry ", i), Role: text, Summary: text, WhyNow: text, Open: []string{text}},
			{Name: fmt.Sprint("Entry ", i), Summary: text},
			{Name: fmt.Sprint("Entry ", i)},
		} {
			e.ID, e.Kind, e.Links = briefings.EntryID(fmt.Sprint("entry-", i)), briefings.Person, []briefings.Link{{Title: e.Name, URL: "https://honest.example/x"}}
			_, err := library.Apply(t.Context(), "book", briefings.Change{
				Actor: briefings.Actor{Platform: "test", User: "desk"}, Via: "test", At: time.Now().Add(-time.Minute), Why: "to test", Edits: []briefings.Edit{{Put: &e}},
			})
			if taken = err == nil; taken {
				break
			}
		}
		if !taken {
			t.Fatalf("the book takes nothing with %q", text)
		}
	}
}
