package pages

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
	if room := f.Room - f.page().size(); f.length(g.blocks) > room && f.length(append(g.again(), g.blocks...)) <= f.Room && !f.page().empty() {
		taken := f.page().heading != nil
		f.turn()
		if !taken {
			f.placeAll(g.again())
		}
	}
	from := len(f.pages) - 1
	f.placeAll(g.blocks)
	if g.cited {
		for _, p := range f.pages[from:] {
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
	b.sentences = append(b.sentences[:len(b.sentences):len(b.sentences)], sentence{{Text: " (continued)"}})
	return []block{b}
}

// length is the room that blocks take at most.
func (f *flow) length(list []block) int {
	n := 0
	for _, b := range list {
		n += f.Size(b.kind, flat(b.sentences)) + gap(true)
	}
	return n
}
