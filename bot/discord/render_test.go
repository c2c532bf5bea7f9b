package discord_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// pages renders a card, and fails the test where a page is beyond what Discord
// takes.
func pages(t *testing.T, card *bot.Card) []*discordtest.Message {
	t.Helper()
	raw, err := discord.Pages(card)
	if err != nil {
		t.Fatal(err)
	}
	units := func(s string) int { return len(utf16.Encode([]rune(s))) }
	var list []*discordtest.Message
	for i, b := range raw {
		var m struct {
			Content string           `json:"content"`
			Embeds  []map[string]any `json:"embeds"`
		}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, e := range m.Embeds {
			description, _ := e["description"].(string)
			total += units(description)
			fields, _ := e["fields"].([]any)
			for _, f := range fields {
				name, value := f.(map[string]any)["name"].(string), f.(map[string]any)["value"].(string)
				if units(name) < 1 || units(name) > 256 || units(value) < 1 || units(value) > 1024 {
					t.Errorf("page %d: a field of %d and %d characters", i+1, units(name), units(value))
				}
				total += units(name) + units(value)
			}
			if units(description) > 4096 || len(fields) > 25 || description == "" && len(fields) == 0 {
				t.Errorf("page %d: an embed of %d characters and %d fields", i+1, units(description), len(fields))
			}
		}
		if units(m.Content) > 2000 || total > 6000 || m.Content == "" && total == 0 {
			t.Errorf("page %d: content of %d characters, embeds of %d", i+1, units(m.Content), total)
		}
		list = append(list, &discordtest.Message{Content: m.Content, Embeds: m.Embeds})
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

// FuzzRender puts text that people wrote wherever it can stand. All of it must
// be seen, in its order, and it must be nothing but text.
func FuzzRender(f *testing.F) {
	for _, n := range bottest.Corpus() {
		for _, t := range n.Card.Lead {
			f.Add(n.Card.Title, t.String(), n.Card.Kicker)
		}
	}
	f.Add("a", "1. b\n2) c\n- d\n# e\n> f\n-# g", "discord.gg/abc")
	f.Add("*", "\\", "**")
	f.Add(" ", " **a** ", "\n\n")
	f.Fuzz(func(t *testing.T, title, text, label string) {
		if len(title) > 200 || len(label) > 200 || len(text) > 8000 { // as in a book
			return
		}
		card := &bot.Card{Title: title, Kicker: label, Lead: []bot.Text{bot.T(text)}, Sections: []bot.Section{{Heading: label, Items: []bot.Item{{Text: bot.T(text), Meta: bot.T(text)}}}}}
		var seen strings.Builder
		for _, m := range pages(t, card) {
			s := m.Seen()
			// What stands above the embeds comes again on each page.
			for _, e := range m.Embeds {
				seen.WriteString((&discordtest.Message{Embeds: []map[string]any{e}}).Seen().Text + "\n")
			}
			for _, f := range s.Formats {
				switch f.Kind {
				case discordtest.Heading, discordtest.Subtext, discordtest.ListItem, discordtest.Bold:
				default:
					t.Errorf("%q is %s", f.Text, f.Kind)
				}
				if f.Kind == discordtest.Bold && !strings.Contains(readable(title), readable(f.Text)) {
					t.Errorf("%q is bold", f.Text)
				}
			}
			if len(s.Links)+len(s.Pings) > 0 {
				t.Errorf("it links %v and notifies %v", s.Links, s.Pings)
			}
		}
		want := readable(text) + readable(label) + readable(text) + readable(text)
		if have := readable(seen.String()); have != want {
			at := 0
			for at < len(have) && at < len(want) && have[at] == want[at] {
				at++
			}
			t.Errorf("seen is %.60q…, want %.60q…, after %d bytes", have[at:], want[at:], at)
		}
	})
}

// TestRender_NoPageHasAClaimWithoutWhoSaysSoAndWhere: each may be posted alone.
func TestRender_NoPageHasAClaimWithoutWhoSaysSoAndWhere(t *testing.T) {
	card := &bot.Card{Title: "Claims"}
	claims := bot.Section{Heading: "Newest first"}
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
	card.Sections = []bot.Section{claims, sources}
	list := pages(t, card)
	if len(list) < 3 {
		t.Fatalf("%d pages", len(list))
	}
	for n, m := range list {
		text := m.Seen().Text
		for i := range 60 {
			claims, wanted := strings.Count(text, fmt.Sprintf("Claim %02d is made.", i)), 1+i%13
			witness := strings.Contains(text, fmt.Sprintf("witness %02d", i))
			if claims > 0 && (claims != wanted || !witness) || claims == 0 && witness {
				t.Errorf("page %d: %d of %d sentences of claim %02d, and its witness: %v", n+1, claims, wanted, i, witness)
			}
		}
		if !strings.Contains(text, "Newest first") {
			t.Errorf("page %d does not say in which section it is", n+1)
		}
		for _, name := range []string{"The Daily (daily.example)", "The Weekly (weekly.example)"} {
			if !strings.Contains(text, name) {
				t.Errorf("page %d cites %s, and does not say what that is:\n%s", n+1, name, text)
			}
		}
	}
}

// TestRender_NamesOfEmojiAndHostsOfInvitationsAreText: the client makes pictures
// and cards of them, without any other markup.
func TestRender_NamesOfEmojiAndHostsOfInvitationsAreText(t *testing.T) {
	text := "It was 1:100:5 :smile: and discord.gg/a Discord.com/invite/b discord.gift/c discord.new/d"
	for _, b := range pages(t, &bot.Card{Title: text, Kicker: text, Lead: []bot.Text{bot.T(text)}}) {
		for _, raw := range []string{b.Content, b.Embeds[0]["description"].(string)} {
			for _, live := range []string{":100:", ":smile:", "gg/a", "com/invite", "gift/c", "new/d"} {
				if strings.Contains(strings.ReplaceAll(raw, `\:`, ""), live) {
					t.Errorf("%q stands in %q", live, raw)
				}
			}
		}
	}
	// A line that begins after spaces begins a list all the same.
	list := pages(t, &bot.Card{Lead: []bot.Text{bot.Text{}.Strong("a\n ").Plain("- b")}})
	for _, f := range list[0].Seen().Formats {
		if f.Kind == discordtest.ListItem {
			t.Errorf("%q is a list", f.Text)
		}
	}
}

// TestRender_LinksHoldWhateverIsInTheirAddress: a bracket or a space of any
// script would end them, and show what is behind.
func TestRender_LinksHoldWhateverIsInTheirAddress(t *testing.T) {
	for _, address := range []string{"https://a.example/x y", "https://a.example/x\u00a0y", "https://a.example/x\u3000y", "https://a.example/(x)[y]<z>", "http://[::1]:8080/x"} {
		seen := pages(t, &bot.Card{Lead: []bot.Text{bot.T("Read ").Link("the story", address).Plain(".")}})[0].Seen()
		if len(seen.Links) != 1 || seen.Links[0].Text != "the story" || !strings.HasPrefix(seen.Text, "Read the story (") {
			t.Errorf("%q: links %v in %q", address, seen.Links, seen.Text)
		}
	}
}
