package bottest

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// Named is a card with a name to ask for it by, which has the form of a slug.
type Named struct {
	Name string
	Card *bot.Card
}

// Corpus returns cards that have in them all that an adapter must be able to
// render. No name, label or heading is longer than 200 characters and no text
// longer than 4000 bytes, as in a book.
func Corpus() []Named {
	return []Named{
		{"small", small()},
		{"title-only", &bot.Card{Title: "Nothing but a title"}},
		{"text-only", &bot.Card{Lead: []bot.Text{bot.T("Nothing but a sentence.")}}},
		{"hollow", hollow()},
		{"every-field", everyField()},
		{"not-found", notFound()},
		{"error", &bot.Card{Title: "Something went wrong", Lead: []bot.Text{bot.T("It was our fault, and is in the log as ").Strong("7f3a").Plain(". Try again in a minute.")}}},
		{"times", times()},
		{"stale", stale()},
		{"links", links()},
		{"hostile", hostile()},
		{"scripts", scripts()},
		{"paragraphs", paragraphs()},
		{"long-text", longText()},
		{"long-words", longWords()},
		{"long-lines", longLines()},
		{"many-items", manyItems()},
		{"many-sections", manySections()},
		{"many-fields", manyFields()},
		{"many-actions", manyActions()},
	}
}

func small() *bot.Card {
	return &bot.Card{
		Title: "Small card",
		Lead:  []bot.Text{bot.T("All of it is here.")},
	}
}

// hollow has parts with nothing in them.
func hollow() *bot.Card {
	return &bot.Card{
		Title:    "Hollow card",
		Notices:  []bot.Text{nil, bot.T("")},
		Lead:     []bot.Text{nil, bot.T(" "), bot.T("Some of it is empty.")},
		Fields:   []bot.Field{{Label: "No value"}, {Value: bot.T("no label")}, {}},
		Sections: []bot.Section{{Heading: "No items"}, {Items: []bot.Item{{Label: "Only a label"}, {Text: bot.T("only a text")}, {Meta: bot.T("only a meta")}, {}}}, {}},
		Footer:   bot.T("").When(briefings.Moment{}),
	}
}

func everyField() *bot.Card {
	return &bot.Card{
		Title:  "Every field",
		Kicker: "A card of the corpus",
		Notices: []bot.Text{
			bot.T("Showing ").Strong("Every field").Plain(" for “evry feild”."),
			bot.T("As the book stood at ").When(moment("2025-12-03T08:00Z")).Plain("."),
		},
		Lead: []bot.Text{
			bot.T("The first paragraph says ").Strong("what matters").Plain(". It goes on."),
			bot.T("The second paragraph has a date, ").When(moment("2025-12-02")).Plain(", and a ").Tag("tag").Plain("."),
		},
		Fields: []bot.Field{
			{Label: "Role", Value: bot.T("keeper of examples, since ").When(moment("2024"))},
			{Label: "Belongs to", Value: bot.T("").Link("the corpus", "https://corpus.example/about")},
		},
		Sections: []bot.Section{
			{Heading: "Last reports", Items: []bot.Item{
				{Label: "First report", Text: bot.T("It has a label, a text and a meta."), Meta: bot.T("").When(moment("2025-12-02T21:40Z")).Plain(" · says the desk · high confidence")},
				{Text: bot.T("It has no label. It has two sentences."), Meta: bot.T("").When(moment("2025-11"))},
			}},
			{Heading: "Positions", Items: []bot.Item{
				{Label: "A party", Text: bot.T("It is ").Strong("against").Plain(" it.")},
			}},
		},
		Footer: bot.T("2 sources with 1 origin: ").Link("Corpus Daily", "https://daily.example/2025/12/02/story").Plain("."),
		Actions: []bot.Action{
			action("The small card", "small"),
			{Label: "Say it again", Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: "again"}}}},
		},
	}
}

func notFound() *bot.Card {
	return &bot.Card{
		Title: "Nothing found for “smal”",
		Lead:  []bot.Text{bot.T("The book has nothing of that name. Did you mean one of these?")},
		Sections: []bot.Section{{Heading: "Near misses", Items: []bot.Item{
			{Label: "Small card", Text: bot.T("a card of the corpus")},
			{Label: "Smallholding", Text: bot.T("a place")},
		}}},
		Actions: []bot.Action{action("Small card", "small"), {Label: "Ask the desk", Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: "smal"}}}}},
	}
}

// times has a time of every precision, between words, so that anything added
// to it shows.
func times() *bot.Card {
	var items []bot.Item
	for _, m := range []string{"2025", "2025-12", "2025-12-02", "2025-12-31T23:59Z", "2024-02-29", "1999-01-01T00:00Z"} {
		m := moment(m)
		items = append(items, bot.Item{Label: "Known to the " + m.Precision().String(), Text: bot.T("It was ").When(m).Plain(", says the desk."), Meta: bot.T("").When(m)})
	}
	items = append(items, bot.Item{Label: "Unknown", Text: append(bot.T("It was at some time"), bot.Span{Kind: bot.When}, bot.Span{Text: ", says the desk."})})
	return &bot.Card{
		Title:    "Times",
		Lead:     []bot.Text{bot.T("From ").When(moment("2025-12-02T21:40Z")).Plain(" to ").When(moment("2025-12-03T08:00Z")).Plain(".")},
		Fields:   []bot.Field{{Label: "Since", Value: bot.T("").When(moment("2025-12-02"))}},
		Sections: []bot.Section{{Heading: "Precisions", Items: items}},
	}
}

func stale() *bot.Card {
	return &bot.Card{
		Title:   "Stale card",
		Kicker:  "Track",
		Notices: []bot.Text{bot.T("").Tag("STALE").Plain(": last checked before ").When(moment("2025-12-03")).Plain(".")},
		Lead:    []bot.Text{bot.T("Talks go on. ").Tag("DUE")},
		Fields:  []bot.Field{{Label: "Status", Value: bot.T("under way ").Tag("STALE")}},
		Sections: []bot.Section{{Heading: "Positions", Items: []bot.Item{
			{Label: "A party", Text: bot.T("It is for it. ").Tag("RETRACTED"), Meta: bot.T("").Tag("STALE").Plain(" since ").When(moment("2025-12-01"))},
		}}},
		Footer: bot.T("").Tag("UNSOURCED"),
	}
}

func links() *bot.Card {
	long := "https://archive.example/web/20251202214000/https://daily.example/" + strings.Repeat("section/", 20) + "story.html?utm_source=a&b=%20c&lang=en#top"
	return &bot.Card{
		Title: "Links",
		Lead: []bot.Text{
			bot.T("Read ").Link("the story", "https://daily.example/story").Plain(" or ").Link("the archive’s copy", long).Plain("."),
			bot.T("The same again: ").Link("the story", "https://daily.example/story").Plain("."),
			bot.T("").Link("https://bare.example/path", "https://bare.example/path"),
			bot.T("").Link("Шлях [у дужках] (і не тільки)", "https://uk.example/%D1%88%D0%BB%D1%8F%D1%85_(%D1%82%D0%B5%D1%81%D1%82)"),
		},
		Sections: []bot.Section{{Heading: "Sources", Items: []bot.Item{
			{Label: "Daily", Text: bot.T("").Link("Story of the day", "https://daily.example/day?a=1&b=2")},
			{Text: bot.T("Told twice."), Meta: bot.T("").Link("Daily", "https://daily.example/story").Plain(", ").Link("Weekly", "https://weekly.example/")},
		}}},
		Footer: bot.T("").Link("Weekly", "https://weekly.example/"),
	}
}

// paragraphs has line breaks of all sorts.
func paragraphs() *bot.Card {
	text := "The first paragraph ends here.\n\nThe second has two lines.\nThis is the other.\r\n\r\n\n\n  The third is indented.\tIt has a tab.  It has two spaces. "
	return &bot.Card{
		Title:    "Paragraphs\nin a title",
		Lead:     []bot.Text{bot.T(text), bot.T("\n\nA paragraph between empty lines.\n\n")},
		Fields:   []bot.Field{{Label: "Text\nof lines", Value: bot.T(text)}},
		Sections: []bot.Section{{Heading: "Items\nof paragraphs", Items: []bot.Item{{Label: "Label\nof lines", Text: bot.T(text), Meta: bot.T("Meta.\nMore meta.")}}}},
		Footer:   bot.T("Footer.\nMore footer."),
	}
}

// action returns the action that shows a card of the corpus.
func action(label, card string) bot.Action {
	return bot.Action{Label: label, Invocation: bot.Invocation{Command: "card", Args: []bot.Value{{Name: "name", Value: card}}}}
}

// moment reads a moment that is known to be one.
func moment(s string) briefings.Moment {
	m, err := briefings.ParseMoment(s)
	if err != nil {
		panic(fmt.Sprintf("bottest: %v", err))
	}
	return m
}
