package discord

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/bot"
)

// How much one message shows. Discord allows 6000 characters over all embeds,
// which nobody reads at once on a phone; these leave room for it.
const (
	pageRoom   = 3500 // text of a page
	factsRoom  = 1500 // all facts of a card, where they stand beside each other
	inlineRoom = 60   // a fact that others may stand beside
)

// The colours of the edge. They repeat what the words say.
const (
	colorAnswer  = 0x3B6EA5
	colorRefusal = 0x8A8F98
	colorFailure = 0xB3432B
)

// leaf is one page of an answer: a message without its buttons.
type leaf struct {
	content string
	embeds  []embed
}

// render sets a card on pages. There is always at least one.
func render(card *bot.Card, outcome bot.Outcome) []leaf {
	if card == nil {
		card = &bot.Card{Title: "There is nothing to show."}
	}
	head, over := heading(card)
	top := append(over, lead(card)...)
	facts := facts(card.Fields)
	f := flow{room: pageRoom}
	if facts == nil || !f.holds(top) {
		facts, top = nil, append(top, factLines(card.Fields)...)
	}
	for _, b := range top {
		f.place(b)
	}
	for _, g := range body(card) {
		f.together(g)
	}
	f.cite(card)
	sheets := f.pages
	if len(sheets) == 0 {
		sheets = []*sheet{new(sheet)}
	}
	leaves := make([]leaf, len(sheets))
	for i, s := range sheets {
		leaves[i] = leaf{content: head.on(i+1, len(sheets))}
		first := embed{Description: s.top.String(), Color: color(outcome)}
		if i == 0 {
			first.Fields = facts
		}
		second := embed{Description: s.body.String(), Color: color(outcome)}
		for _, e := range []embed{first, second} {
			if e.Description != "" || len(e.Fields) > 0 {
				leaves[i].embeds = append(leaves[i].embeds, e)
			}
		}
		if leaves[i].content == "" && len(leaves[i].embeds) == 0 {
			leaves[i].content = "There is nothing to show."
		}
	}
	return leaves
}

func color(o bot.Outcome) int {
	switch o {
	case bot.Failed:
		return colorFailure
	case bot.Answered:
		return colorAnswer
	default:
		return colorRefusal
	}
}

// head is what stands above the embeds. It is also what those see who have
// turned embeds off, and what a notification shows.
type head struct{ title, kicker string }

// maxHead leaves room for the number of the page.
const maxHead = maxContent - 100

// heading returns the head of a card, and as blocks what is too long for it.
func heading(card *bot.Card) (head, []block) {
	h := head{title: escape(cleanLine(card.Title), false), kicker: escape(cleanLine(card.Kicker), false)}
	var over []block
	if size(h.title) > maxHead {
		over = append(over, block{sentences: sentences(bot.Text{}.Strong(cleanLine(card.Title))), top: true})
		h.title = ""
	}
	if size(h.title)+size(h.kicker) > maxHead {
		over = append(over, block{mark: "-# ", sentences: sentences(bot.T(cleanLine(card.Kicker))), top: true})
		h.kicker = ""
	}
	return h, over
}

// on returns the head of a page.
func (h head) on(page, pages int) string {
	var lines []string
	if h.title != "" {
		lines = append(lines, "## "+h.title)
	}
	small := h.kicker
	if pages > 1 {
		if small != "" {
			small += " · "
		}
		small += fmt.Sprintf("part %d of %d", page, pages)
	}
	if small != "" {
		lines = append(lines, "-# "+small)
	}
	return strings.Join(lines, "\n")
}

// lead returns the notices and the paragraphs that a card begins with.
func lead(card *bot.Card) []block {
	var list []block
	for _, t := range card.Notices {
		list = add(list, block{mark: "> ", sentences: inLine(t), top: true})
	}
	for i, t := range card.Lead {
		list = add(list, block{sentences: sentences(t), top: true, apart: i > 0 || len(list) > 0})
	}
	return list
}

// facts returns the fields of a card side by side, or nil where they don't fit.
func facts(fields []bot.Field) []embedField {
	if len(fields) > maxEmbedFields {
		return nil
	}
	var list []embedField
	total := 0
	for _, f := range fields {
		label := cleanLine(f.Label)
		value := strings.TrimSpace(markdown(flat(sentences(f.Value)), true))
		if label == "" && value == "" {
			continue
		}
		name := escape(label, true)
		if label == "" || value == "" || size(name) > maxFieldName || size(value) > maxFieldValue {
			return nil
		}
		total += size(name) + size(value)
		list = append(list, embedField{Name: name, Value: value, Inline: size(label)+size(value) <= inlineRoom})
	}
	if total > factsRoom {
		return nil
	}
	return list
}

// factLines returns the fields of a card under each other.
func factLines(fields []bot.Field) []block {
	var list []block
	for i, f := range fields {
		list = add(list, block{sentences: labelled(f.Label, f.Value), top: true, apart: i == 0})
	}
	return list
}

// body returns the sections and the footer of a card. What a line says and who
// says so stand together: apart, an accusation would read as a fact.
func body(card *bot.Card) []group {
	var list []group
	for _, s := range card.Sections {
		heading := add(nil, block{mark: "### ", sentences: inLine(bot.T(s.Heading)), heads: len(s.Items) > 0})
		if len(heading) > 0 && len(s.Items) == 0 {
			list = append(list, group{blocks: heading})
		}
		for i, item := range s.Items {
			blocks := add(nil, block{mark: "- ", sentences: labelled(item.Label, item.Text)})
			blocks = add(blocks, block{mark: "-# ", sentences: inLine(item.Meta)})
			list = append(list, group{blocks: blocks, heading: heading, first: i == 0, cited: s.Cited})
		}
	}
	return append(list, group{blocks: add(nil, block{mark: "-# ", sentences: inLine(card.Footer), apart: true})})
}

// labelled is text with its label before it.
func labelled(label string, t bot.Text) []sentence {
	label = cleanLine(label)
	list := sentences(t)
	if label == "" {
		return list
	}
	if len(list) == 0 {
		return []sentence{{{style: strong, text: label}}}
	}
	if !strings.ContainsAny(label[len(label)-1:], ".:;!?") {
		label += ":"
	}
	list[0] = append(sentence{{style: strong, text: label}, {text: " "}}, list[0]...)
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
	for _, s := range b.sentences {
		for _, st := range s {
			if strings.TrimSpace(st.text) != "" {
				return append(list, b)
			}
		}
	}
	return list
}

func flat(list []sentence) []stretch {
	var all []stretch
	for _, s := range list {
		all = append(all, s...)
	}
	return all
}

// holds reports whether all blocks fit on one page.
func (f *flow) holds(list []block) bool { return f.length(list) <= f.room }
