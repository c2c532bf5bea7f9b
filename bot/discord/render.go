package discord

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
)

// How much one message shows. Discord allows 6000 characters over all embeds,
// which nobody reads at once on a phone; these leave room for it.
const (
	pageRoom   = 3500 // text of a page
	factsRoom  = 1500 // all facts of a card, where they stand beside each other
	inlineRoom = 60   // a fact that others may stand beside
	citeRoom   = 500  // the sources of a page that does not list them: two or three
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
	sheets := pages.Set(card, pages.Options{
		Room:     pageRoom,
		CiteRoom: citeRoom,
		Size:     func(k pages.Kind, text []pages.Stretch) int { return pages.Units(line(k, text)) },
		Head:     fitsHead,
		Beside:   fitBeside,
	})
	leaves := make([]leaf, len(sheets))
	for i, p := range sheets {
		leaves[i] = leaf{content: head(p, i+1, len(sheets))}
		top, body := description(p)
		for _, e := range []embed{
			{Description: top, Color: color(outcome), Fields: embedFields(p.Fields)},
			{Description: body, Color: color(outcome)},
		} {
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

// maxHead leaves room for the number of the page.
const maxHead = maxContent - 100

func fitsHead(title, kicker string) bool {
	return pages.Units(escape(title, false))+pages.Units(escape(kicker, false)) <= maxHead
}

// head is what stands above the embeds of a page. It is also what those see who
// have turned embeds off, and what a notification shows.
func head(p pages.Page, number, of int) string {
	var lines []string
	if p.Title != "" {
		lines = append(lines, "## "+escape(p.Title, false))
	}
	small := escape(p.Kicker, false)
	if of > 1 {
		if small != "" {
			small += " · "
		}
		small += fmt.Sprintf("part %d of %d", number, of)
	}
	if small != "" {
		lines = append(lines, "-# "+small)
	}
	return strings.Join(lines, "\n")
}

// mark makes a block what it is, at the beginning of its line.
func mark(k pages.Kind) string {
	switch k {
	case pages.Notice:
		return "> "
	case pages.Heading:
		return "### "
	case pages.Item:
		return "- "
	case pages.Kicker, pages.Meta, pages.Footer, pages.Source:
		return "-# "
	default:
		return ""
	}
}

// line writes a block.
func line(k pages.Kind, text []pages.Stretch) string {
	return mark(k) + strings.Trim(markdown(text, true), " \n")
}

// description writes what stands before the fields of a page, and what behind.
func description(p pages.Page) (top, body string) {
	var before, behind strings.Builder
	for _, b := range p.Blocks {
		out := &before
		if b.Kind.Body() {
			out = &behind
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
			if b.Apart {
				out.WriteByte('\n')
			}
		}
		out.WriteString(line(b.Kind, b.Text))
	}
	return before.String(), behind.String()
}

// embedFields writes facts that stand beside each other.
func embedFields(facts []pages.Field) []embedField {
	var list []embedField
	for _, f := range facts {
		value := strings.TrimSpace(markdown(f.Value, true))
		inline := pages.Units(f.Label)+pages.Units(value) <= inlineRoom
		list = append(list, embedField{Name: escape(f.Label, true), Value: value, Inline: inline})
	}
	return list
}

// fitBeside reports whether an embed can hold the facts.
func fitBeside(facts []pages.Field) bool {
	if len(facts) > maxEmbedFields {
		return false
	}
	total := 0
	for _, f := range embedFields(facts) {
		name, value := pages.Units(f.Name), pages.Units(f.Value)
		if name > maxFieldName || value > maxFieldValue {
			return false
		}
		total += name + value
	}
	return total <= factsRoom
}
