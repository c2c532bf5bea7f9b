package pages

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/bot"
)

// cite ends each page with the sources that it names by number, or says where
// they are: a page may be posted without the others.
func (f *flow) cite(card *bot.Card) {
	last := 0
	for i, p := range f.pages {
		if p.sources {
			last = i + 1
		}
	}
	if last == 0 || len(f.pages) == 1 {
		return
	}
	for _, p := range f.pages {
		if p.sources {
			continue
		}
		cited, room := p.cited(card), f.CiteRoom
		for i, text := range cited {
			if room -= f.Size(Source, text); i > 0 {
				room -= gap(false)
			}
		}
		if room < 0 {
			cited = [][]Stretch{{{Text: fmt.Sprintf("The sources are on part %d.", last)}}}
		}
		for _, text := range cited {
			p.blocks = append(p.blocks, Block{Kind: Source, Text: text})
		}
	}
}

// cited returns the sources that the blocks of a page name.
func (p *sheet) cited(card *bot.Card) [][]Stretch {
	text := p.text()
	var list [][]Stretch
	for _, s := range card.Sections {
		for _, item := range s.Items {
			if label := Line(item.Label); s.Cited && label != "" && strings.Contains(text, label) {
				list = append(list, flat(labelled(label, item.Text)))
			}
		}
	}
	return list
}

// text is what is written on a page.
func (p *sheet) text() string {
	var b strings.Builder
	for _, block := range p.blocks {
		for _, st := range block.Text {
			b.WriteString(st.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
