package bottest

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/bot"
)

// prose returns whole sentences of just under so many bytes, no two the same.
func prose(about string, bytes int) string {
	var b strings.Builder
	for i := 1; ; i++ {
		s := fmt.Sprintf("Sentence %d about %s says that number %d follows number %d and nothing is left out. ", i, about, i, i-1)
		if b.Len()+len(s) > bytes {
			return strings.TrimSpace(b.String())
		}
		b.WriteString(s)
	}
}

func longText() *bot.Card {
	return &bot.Card{
		Title:   "Long text",
		Notices: []bot.Text{bot.T(prose("notices", 1200))},
		Lead:    []bot.Text{bot.T(prose("the lead", 4000)), bot.T(prose("the rest", 4000)), bot.T(prose("Київ", 4000))},
		Fields:  []bot.Field{{Label: "A long field", Value: bot.T(prose("a field", 4000))}, {Label: "Another", Value: bot.T(prose("another field", 1100))}},
		Sections: []bot.Section{{Heading: "Long items", Items: []bot.Item{
			{Label: "First", Text: bot.T(prose("the first item", 4000)), Meta: bot.T(prose("its meta", 1000))},
			{Label: "Second", Text: bot.T(prose("the second item", 4000))},
		}}},
		Footer: bot.T(prose("the footer", 2500)),
	}
}

// longWords has words that no line can hold.
func longWords() *bot.Card {
	word := func(unit string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%s%d", unit, i)
		}
		return b.String()
	}
	return &bot.Card{
		Title:    word("title", 25),
		Lead:     []bot.Text{bot.T("It is " + word("word", 400) + " in a word."), bot.T(word("слово", 150)), bot.T(word("字", 300))},
		Fields:   []bot.Field{{Label: word("label", 20), Value: bot.T(word("value", 80))}},
		Sections: []bot.Section{{Heading: word("heading", 15), Items: []bot.Item{{Label: word("item", 25), Text: bot.T(word("text", 100)), Meta: bot.T(word("meta", 60))}}}},
	}
}

// longLines has everything that is a line, as long as a book takes it.
func longLines() *bot.Card {
	line := func(s string) string { return strings.TrimSpace((strings.Repeat(s+" ", 200))[:199]) }
	return &bot.Card{
		Title: line("title"), Kicker: line("kicker"),
		Fields:   []bot.Field{{Label: line("label"), Value: bot.T("A value.")}},
		Sections: []bot.Section{{Heading: line("heading"), Items: []bot.Item{{Label: line("item"), Text: bot.T("A text.")}}}},
	}
}

func manyItems() *bot.Card {
	c := &bot.Card{Title: "Many items", Lead: []bot.Text{bot.T("There are 300.")}}
	for s := range 3 {
		section := bot.Section{Heading: fmt.Sprintf("Section %d of 3", s+1)}
		for i := range 100 {
			section.Items = append(section.Items, bot.Item{
				Label: fmt.Sprintf("Item %03d of section %d", i+1, s+1),
				Text:  bot.T(fmt.Sprintf("Text %03d of section %d says what there is to say in a sentence.", i+1, s+1)),
				Meta:  bot.T("").When(moment("2025-12-02")).Plain(fmt.Sprintf(" · meta %03d of section %d", i+1, s+1)),
			})
		}
		c.Sections = append(c.Sections, section)
	}
	return c
}

func manySections() *bot.Card {
	c := &bot.Card{Title: "Many sections"}
	for i := range 60 {
		c.Sections = append(c.Sections, bot.Section{
			Heading: fmt.Sprintf("Section %02d of 60", i+1),
			Items:   []bot.Item{{Text: bot.T(fmt.Sprintf("The only item of section %02d.", i+1))}},
		})
	}
	return c
}

func manyFields() *bot.Card {
	c := &bot.Card{Title: "Many fields"}
	for i := range 30 {
		c.Fields = append(c.Fields, bot.Field{Label: fmt.Sprintf("Field %02d", i+1), Value: bot.T(fmt.Sprintf("value %02d of 30", i+1))})
	}
	return c
}

func manyActions() *bot.Card {
	c := &bot.Card{Title: "Many actions", Lead: []bot.Text{bot.T("There are 25.")}}
	for i := range 25 {
		c.Actions = append(c.Actions, bot.Action{
			Label:      fmt.Sprintf("Action %02d", i+1),
			Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: fmt.Sprintf("action %02d", i+1)}}},
		})
	}
	return c
}
