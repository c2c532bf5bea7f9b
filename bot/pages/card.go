package pages

import (
	"strings"

	"github.com/briefbot/briefbot/bot"
)

// heading returns the title and the kicker of a card, and as blocks what of them
// is too long for the platform's head.
func heading(card *bot.Card, o Options) (title, kicker string, over []block) {
	title, kicker = Line(card.Title), Line(card.Kicker)
	if o.Head == nil {
		return title, kicker, nil
	}
	if !o.Head(title, "") {
		over = append(over, block{kind: Title, sentences: sentences(bot.Text{}.Strong(title))})
		title = ""
	}
	if !o.Head(title, kicker) {
		over = append(over, block{kind: Kicker, sentences: sentences(bot.T(kicker))})
		kicker = ""
	}
	return title, kicker, over
}

// lead returns the notices and the paragraphs that a card begins with.
func lead(card *bot.Card) []block {
	var list []block
	for _, t := range card.Notices {
		list = add(list, block{kind: Notice, sentences: inLine(t)})
	}
	for i, t := range card.Lead {
		list = add(list, block{kind: Lead, sentences: sentences(t), apart: i > 0 || len(list) > 0})
	}
	return list
}

// fields returns the fields of a card as they could stand beside each other, or
// nil where one has nothing but its label, or no label.
func fields(of []bot.Field) []Field {
	var list []Field
	for _, f := range of {
		label, value := Line(f.Label), flat(sentences(f.Value))
		if label == "" && !shows(value) {
			continue
		}
		if label == "" || !shows(value) {
			return nil
		}
		list = append(list, Field{label, value})
	}
	return list
}

// factLines returns the fields of a card under each other.
func factLines(fields []bot.Field) []block {
	var list []block
	for i, f := range fields {
		list = add(list, block{kind: Fact, sentences: labelled(f.Label, f.Value), apart: i == 0})
	}
	return list
}

// body returns the sections and the footer of a card. What a line says and who
// says so stand together: apart, an accusation would read as a fact.
func body(card *bot.Card) []group {
	var list []group
	for _, s := range card.Sections {
		heading := add(nil, block{kind: Heading, sentences: inLine(bot.T(s.Heading)), heads: len(s.Items) > 0, columns: s.Columns})
		if len(heading) > 0 && len(s.Items) == 0 {
			list = append(list, group{blocks: heading})
		}
		for i, item := range s.Items {
			blocks := add(nil, block{kind: Item, sentences: labelled(item.Label, item.Text), columns: s.Columns})
			blocks = add(blocks, block{kind: Meta, sentences: inLine(item.Meta), columns: s.Columns})
			list = append(list, group{blocks: blocks, heading: heading, first: i == 0, cited: s.Cited})
		}
	}
	return append(list, group{blocks: add(nil, block{kind: Footer, sentences: inLine(card.Footer), apart: true})})
}

// labelled is text with its label before it.
func labelled(label string, t bot.Text) []sentence {
	label = Line(label)
	list := sentences(t)
	if label == "" {
		return list
	}
	if len(list) == 0 {
		return []sentence{{{Style: Strong, Text: label}}}
	}
	if !strings.ContainsAny(label[len(label)-1:], ".:;!?") {
		label += ":"
	}
	list[0] = append(sentence{{Style: Strong, Text: label}, {Text: " "}}, list[0]...)
	return list
}

// inLine is text that must stay on one line.
func inLine(t bot.Text) []sentence {
	line := make(bot.Text, len(t))
	for i, span := range t {
		line[i] = span
		line[i].Text = bot.CleanLine(span.Text)
	}
	return sentences(line)
}

// add appends a block in which there is something to read.
func add(list []block, b block) []block {
	if shows(flat(b.sentences)) {
		list = append(list, b)
	}
	return list
}
