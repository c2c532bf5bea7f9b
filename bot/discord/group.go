package discord

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/bot"
)

// group is blocks that stand on one page, if a page can hold them.
type group struct {
	blocks  []block
	heading []block // of the section that they are in, one or none
	first   bool    // they begin the section
	cited   bool    // they are one of the card's sources
}

// together sets a group, below the heading of its section: at its beginning, and
// again where it goes on overleaf.
func (f *flow) together(g group) {
	if len(g.blocks) == 0 {
		return
	}
	if g.first {
		f.placeAll(g.heading)
	}
	pages := len(f.pages)
	if room := f.room - f.page().size; f.length(g.blocks) > room && f.length(append(g.again(), g.blocks...)) <= f.room && !f.page().empty() {
		taken := f.page().heading != nil
		f.turn()
		if !taken {
			f.placeAll(g.again())
		}
		pages = len(f.pages)
	}
	f.placeAll(g.blocks)
	if g.cited {
		for _, p := range f.pages[pages-1:] {
			p.sources = true
		}
	}
}

// again is the heading of a section that goes on.
func (g group) again() []block {
	if len(g.heading) == 0 {
		return nil
	}
	b := g.heading[0]
	b.sentences = append(b.sentences[:len(b.sentences):len(b.sentences)], sentence{{text: " (continued)"}})
	return []block{b}
}

func (f *flow) placeAll(list []block) {
	for _, b := range list {
		f.place(b)
	}
}

// length is the room that blocks take, each on a line of its own.
func (f *flow) length(list []block) int {
	n := 0
	for _, b := range list {
		n += size(b.text(flat(b.sentences))) + len("\n\n")
	}
	return n
}

// citeRoom is what the sources of a page that does not list them may take beside
// its text: two or three. The limits of an embed leave as much.
const citeRoom = 500

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
		var lines []string
		text := p.top.String() + p.body.String()
		for _, s := range card.Sections {
			for _, item := range s.Items {
				if label := cleanLine(item.Label); s.Cited && label != "" && strings.Contains(text, escape(label, false)) {
					lines = append(lines, block{mark: "-# "}.text(flat(labelled(label, item.Text))))
				}
			}
		}
		note := strings.Join(lines, "\n")
		if size(note) > citeRoom {
			note = fmt.Sprintf("-# The sources are on part %d.", last)
		}
		if note != "" {
			p.body.WriteString(p.gap(block{}) + note)
		}
	}
}
