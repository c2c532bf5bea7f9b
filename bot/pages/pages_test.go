package pages_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// write writes text as the platform of these tests does, which shows every
// style but strong text as it is.
func write(text []pages.Stretch) string {
	var b strings.Builder
	for _, st := range text {
		switch st.Style {
		case pages.Strong:
			b.WriteString("*" + st.Text + "*")
		case pages.When:
			b.WriteString(bot.FormatMoment(st.Moment, time.UTC))
		case pages.Link:
			b.WriteString("[" + st.Text + "|" + st.URL + "] (" + st.Host + ")")
		default:
			b.WriteString(st.Text)
		}
	}
	return b.String()
}

// plain is what is read of text, without its marks.
func plain(text []pages.Stretch) string {
	list := append([]pages.Stretch(nil), text...)
	for i, st := range list {
		if st.Style == pages.Strong {
			list[i].Style = pages.Plain
		}
	}
	return write(list)
}

func length(k pages.Kind, text []pages.Stretch) int {
	return len("- ") + pages.Units(strings.TrimSpace(write(text)))
}

// set sets a card on pages of that room, and fails the test where one is beyond
// it, ends with a heading, or has a block in which there is nothing.
func set(t *testing.T, card *bot.Card, o pages.Options) []pages.Page {
	t.Helper()
	if o.Size == nil {
		o.Size = length
	}
	list := pages.Set(card, o)
	if len(list) == 0 {
		t.Fatal("no page")
	}
	for i, p := range list {
		taken, body := 0, false
		for n, b := range p.Blocks {
			if b.Kind == pages.Source {
				continue
			}
			if taken += o.Size(b.Kind, b.Text); n > 0 && body == b.Kind.Body() {
				taken++
			}
			if b.Apart {
				taken++
			}
			if body && !b.Kind.Body() {
				t.Errorf("page %d: %s stands behind the fields", i+1, write(b.Text))
			}
			body = b.Kind.Body()
			if strings.TrimSpace(plain(b.Text)) == "" {
				t.Errorf("page %d: block %d shows nothing", i+1, n+1)
			}
		}
		if taken > o.Room {
			t.Errorf("page %d takes %d of %d", i+1, taken, o.Room)
		}
	}
	return list
}

// read is the text of a page, a line a block.
func read(p pages.Page) string {
	var b strings.Builder
	for _, block := range p.Blocks {
		fmt.Fprintln(&b, strings.TrimSpace(plain(block.Text)))
	}
	return b.String()
}

func readAll(list []pages.Page) []string {
	var all []string
	for _, p := range list {
		all = append(all, read(p))
	}
	return all
}

// squeeze leaves out white space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func TestSet_NoSentenceThatFitsOnAPageIsCut(t *testing.T) {
	var sentences []string
	for i := range 40 {
		sentences = append(sentences, fmt.Sprintf("Sentence %d %sends here.", i, strings.Repeat("goes on and ", i%6)))
	}
	list := set(t, &bot.Card{Lead: []bot.Text{bot.T(strings.Join(sentences, " "))}}, pages.Options{Room: 120})
	if len(list) < 10 {
		t.Fatalf("%d pages", len(list))
	}
	all := strings.Join(readAll(list), "|")
	for _, s := range sentences {
		if !strings.Contains(all, s) {
			t.Errorf("%q is cut", s)
		}
	}
}

func TestSet_ASentenceLongerThanAPageIsCutBetweenWordsOrElseCharacters(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"one two three four five six", "one two three four|five six"},
		{"👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦|👩‍👩‍👧‍👦"},
		{"e" + strings.Repeat("\u0301", 25), "e" + strings.Repeat("\u0301", 17) + "|" + strings.Repeat("\u0301", 8)},
		{"exactly one page h\u00e9re", "exactly one page|h\u00e9re"},
		{strings.Repeat(" ", 30) + strings.Repeat("x", 20), strings.Repeat("x", 18) + "|xx"},
	} {
		list := set(t, &bot.Card{Lead: []bot.Text{bot.T(c.text)}}, pages.Options{Room: 20})
		if got := strings.ReplaceAll(strings.Join(readAll(list), "|"), "\n", ""); got != c.want {
			t.Errorf("%q is set as %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSet_TimesAndLinksAreNeverCut(t *testing.T) {
	m, err := briefings.ParseMoment("2025-12-02T21:40Z")
	if err != nil {
		t.Fatal(err)
	}
	text := bot.T("It was on").When(m).Plain("in ").Link("the story", "https://a.example/b").Plain(" and ").Link("another", "https://a.example/"+strings.Repeat("b", 90)).Plain(".")
	list := set(t, &bot.Card{Lead: []bot.Text{text}}, pages.Options{Room: 60})
	want := []string{"It was on2 Dec 2025 21:40 UTCin\n", "[the story|https://a.example/b] (a.example) and\n", "…\n", ".\n"}
	if diff := cmp.Diff(want, readAll(list)); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}

func claims(n int) bot.Section {
	s := bot.Section{Heading: "Newest first"}
	for i := range n {
		s.Items = append(s.Items, bot.Item{
			Label: fmt.Sprintf("Party %02d", i),
			Text:  bot.T(strings.Repeat(fmt.Sprintf("Claim %02d is made. ", i), 1+i%5)),
			Meta:  bot.T(fmt.Sprintf("according to witness %02d [%d]", i, 1+i%2)),
		})
	}
	return s
}

// A page may be posted without the others.
func TestSet_EachPageSaysWhoSaysSoAndInWhichSection(t *testing.T) {
	list := set(t, &bot.Card{Sections: []bot.Section{claims(30)}}, pages.Options{Room: 300})
	for n, p := range list {
		want := "Newest first (continued)"
		if n == 0 {
			want = "Newest first"
		}
		if p.Blocks[0].Kind != pages.Heading || plain(p.Blocks[0].Text) != want {
			t.Errorf("page %d begins with %q", n+1, plain(p.Blocks[0].Text))
		}
		for i, b := range p.Blocks[1:] {
			if want := []pages.Kind{pages.Item, pages.Meta}[i%2]; b.Kind != want {
				t.Errorf("page %d: block %d is of kind %d, want %d", n+1, i+2, b.Kind, want)
			}
		}
		if last := p.Blocks[len(p.Blocks)-1]; last.Kind != pages.Meta {
			t.Errorf("page %d ends with %q", n+1, plain(last.Text))
		}
	}
}

func TestSet_NoPageEndsWithAHeading(t *testing.T) {
	for room := 40; room < 200; room++ {
		card := &bot.Card{Lead: []bot.Text{bot.T("What the reader came for.")}}
		for i := range 9 {
			card.Sections = append(card.Sections, bot.Section{Heading: fmt.Sprintf("Section %d", i), Items: claims(2).Items})
		}
		for i, p := range set(t, card, pages.Options{Room: room}) {
			if b := p.Blocks[len(p.Blocks)-1]; b.Kind == pages.Heading && len(p.Blocks) > 1 {
				t.Errorf("in room for %d, page %d ends with %q", room, i+1, plain(b.Text))
			}
		}
	}
}

// A heading that takes more than a page is nothing that goes along overleaf.
func TestSet_EndsWhateverThereIsRoomFor(t *testing.T) {
	long := strings.Repeat("A heading of many sentences. ", 9)
	card := &bot.Card{Sections: []bot.Section{{Heading: long, Items: claims(3).Items}, {Cited: true, Items: claims(1).Items}}}
	for room := 1; room < 150; room++ {
		pages.Set(card, pages.Options{Room: room, Size: length})
	}
	pages.Set(&bot.Card{Sections: []bot.Section{{Cited: true, Items: claims(1).Items}}}, pages.Options{Room: 100, Size: length})
}

func TestSet_APageNamesTheSourcesThatItCitesOrWhereTheyAre(t *testing.T) {
	sources := bot.Section{Heading: "Sources", Cited: true, Items: []bot.Item{
		{Label: "[1]", Text: bot.T("").Link("The Daily", "https://daily.example/story")},
		{Label: "[2]", Text: bot.T("").Link("The Weekly", "https://weekly.example/story")},
		{Label: "[3]", Text: bot.T("").Link("The Monthly", "https://monthly.example/story")},
	}}
	card := &bot.Card{Sections: []bot.Section{claims(30), sources}}
	for _, c := range []struct {
		room int
		want []string
	}{
		{200, []string{"[1]: [The Daily|https://daily.example/story] (daily.example)", "[2]: [The Weekly|https://weekly.example/story] (weekly.example)"}},
		{60, []string{"The sources are on part %d."}},
	} {
		list := set(t, card, pages.Options{Room: 300, CiteRoom: c.room})
		for i, p := range list[:len(list)-1] {
			var got []string
			for _, b := range p.Blocks {
				if b.Kind == pages.Source {
					got = append(got, plain(b.Text))
				}
			}
			var want []string
			for _, w := range c.want {
				want = append(want, strings.Replace(w, "%d", fmt.Sprint(len(list)), 1))
			}
			if diff := cmp.Diff(want, got); diff != "" && strings.Contains(read(p), "[1]\n") && strings.Contains(read(p), "[2]\n") {
				t.Errorf("sources of page %d (-want +got):\n%s", i+1, diff)
			}
		}
	}
	// A card on one page has them all there.
	for _, b := range set(t, card, pages.Options{Room: 1e6})[0].Blocks {
		if b.Kind == pages.Source {
			t.Errorf("the only page repeats %q", plain(b.Text))
		}
	}
}

func TestSet_FieldsStandBesideEachOtherWhereThePlatformCan(t *testing.T) {
	fields := []bot.Field{{Label: "Role ", Value: bot.T("envoy")}, {}, {Label: "Since", Value: bot.T("2024")}}
	card := &bot.Card{Lead: []bot.Text{bot.T("Lead.")}, Fields: fields, Footer: bot.T("Footer.")}
	can := func(f []pages.Field) bool { return len(f) == 2 && f[0].Label == "Role" }
	cannot := func([]pages.Field) bool { return false }

	p := set(t, card, pages.Options{Room: 100, Beside: can})[0]
	if got := read(p); len(p.Fields) != 2 || got != "Lead.\nFooter.\n" {
		t.Errorf("beside each other are %v, and blocks %q", p.Fields, got)
	}
	under := "Lead.\nRole: envoy\nSince: 2024\nFooter.\n"
	for name, o := range map[string]pages.Options{"no way": {Room: 100}, "no room": {Room: 100, Beside: cannot}} {
		if p := set(t, card, o)[0]; len(p.Fields) > 0 || read(p) != under {
			t.Errorf("%s: beside each other are %v, and blocks %q", name, p.Fields, read(p))
		}
	}
	card.Fields = append(fields, bot.Field{Label: "No value"})
	if p := set(t, card, pages.Options{Room: 100, Beside: func([]pages.Field) bool { return true }})[0]; len(p.Fields) > 0 || !strings.Contains(read(p), "\nNo value\n") {
		t.Errorf("one has no value: beside each other are %v, and blocks %q", p.Fields, read(p))
	}
}

func TestSet_WhatIsTooLongForTheHeadIsABlock(t *testing.T) {
	room := func(title, kicker string) bool { return len(title)+len(kicker) <= 10 }
	for _, c := range []struct{ title, kicker, head, blocks string }{
		{"Title", "Kick", "Title/Kick", ""},
		{"Title", "Kicker", "Title/", "Kicker\n"},
		{"Longer\ntitle", "Kicker", "/Kicker", "Longer title\n"},
		{"Longer title", "Longer kicker", "/", "Longer title\nLonger kicker\n"},
	} {
		for _, p := range set(t, &bot.Card{Title: c.title, Kicker: c.kicker}, pages.Options{Room: 100, Head: room}) {
			if got := p.Title + "/" + p.Kicker; got != c.head || read(p) != c.blocks {
				t.Errorf("head %q and blocks %q, want %q and %q", got, read(p), c.head, c.blocks)
			}
		}
	}
}

// FuzzSet puts text wherever it can stand. All of it must be there, in its order.
func FuzzSet(f *testing.F) {
	for _, n := range bottest.Corpus() {
		for _, t := range n.Card.Lead {
			f.Add(n.Card.Title, t.String(), n.Card.Kicker, uint16(300))
		}
	}
	f.Add(" ", "\n\na.\n \n", "? ", uint16(0))
	f.Fuzz(func(t *testing.T, title, text, label string, room uint16) {
		if len(title) > 200 || len(label) > 200 || len(text) > 4000 { // as in a book
			return
		}
		card := &bot.Card{
			Title: title, Kicker: label, Notices: []bot.Text{bot.T(text)}, Lead: []bot.Text{bot.T("").Strong(text)},
			Sections: []bot.Section{{Items: []bot.Item{{Text: bot.T(text), Meta: bot.T(text)}}}}, Footer: bot.T(text),
		}
		var got strings.Builder
		o := pages.Options{Room: 20 + int(room)%2000, Head: func(title, kicker string) bool { return title+kicker == "" }}
		for _, p := range set(t, card, o) {
			got.WriteString(read(p))
		}
		want := bot.Clean(title + "\n" + label + "\n" + strings.Repeat(text+"\n", 5))
		if squeeze(got.String()) != squeeze(want) {
			t.Errorf("read is %q, want %q", squeeze(got.String()), squeeze(want))
		}
	})
}
