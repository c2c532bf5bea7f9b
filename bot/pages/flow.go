package pages

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// block is a Block before it is placed.
type block struct {
	kind      Kind
	sentences []sentence
	heads     bool // must not be the last thing on a page
	apart     bool // an empty line stands before it
	columns   [3]string
}

// flow sets blocks on pages, as many as that takes, and cuts no sentence that
// fits on a page. At least one page is open.
type flow struct {
	Options
	pages []*sheet
}

// sheet is what has been placed on one page.
type sheet struct {
	blocks    []Block
	top, body int // what the blocks before the facts take, and those behind
	// heading is the block that stands last, if it must not.
	heading *block
	sources bool // those of the card stand here
}

func newFlow(o Options) *flow { return &flow{Options: o, pages: []*sheet{new(sheet)}} }

func (f *flow) page() *sheet { return f.pages[len(f.pages)-1] }

// turn begins a page. A heading at the end of the one before goes along, unless
// nothing else is there: then it would never be left behind.
func (f *flow) turn() {
	heading := f.takeHeading()
	f.pages = append(f.pages, new(sheet))
	if heading != nil {
		f.place(*heading)
	}
}

// takeHeading takes the heading at the end of the page off it, and returns nil
// where there is none, or nothing else.
func (f *flow) takeHeading() *block {
	p := f.page()
	heading, last := p.heading, len(p.blocks)-1
	if p.heading = nil; heading == nil || last == 0 {
		return nil
	}
	p.body -= f.Size(p.blocks[last].Kind, p.blocks[last].Text)
	if p.blocks = p.blocks[:last]; p.body > 0 {
		p.body -= gap(heading.apart)
	}
	return heading
}

func (f *flow) placeAll(list []block) {
	for _, b := range list {
		f.place(b)
	}
}

// place sets a block, on the page that is open and as many more as it takes.
func (f *flow) place(b block) {
	parts := 0
	for rest := legible(b.sentences); len(rest) > 0; {
		n := f.fitting(b, rest)
		switch {
		case n > 0:
			f.set(b, flat(rest[:n]))
			rest = legible(rest[n:])
			parts++
		case f.page().empty(): // longer than a page
			head, tail := f.part(b, rest[0])
			f.set(b, head)
			rest = legible(append([]sentence{tail}, rest[1:]...))
			parts++
		}
		if len(rest) > 0 { // go on overleaf
			f.turn()
		}
	}
	// One that itself goes on overleaf stays where it is: it would not be shorter
	// there.
	if b.heads && parts == 1 {
		f.page().heading = &b
	}
}

// legible returns sentences without those at the beginning that show nothing: a
// page needs none of them.
func legible(list []sentence) []sentence {
	for len(list) > 0 && !shows(list[0]) {
		list = list[1:]
	}
	return list
}

// shortText is how many sentences are measured at once.
const shortText = 16

// fitting returns how many of the sentences fit on the page that is open. It
// measures no more of a long text than it must.
func (f *flow) fitting(b block, list []sentence) int {
	room := f.Room - f.page().size() - f.page().gap(b)
	fits := func(n int) bool { return f.Size(b.kind, flat(list[:n])) <= room }
	if len(list) <= shortText && fits(len(list)) { // as most do
		return len(list)
	}
	known, most := 0, 1
	for most <= len(list) && fits(most) {
		known, most = most, 2*most
	}
	most = min(most-1, len(list))
	return known + sort.Search(most-known, func(i int) bool { return !fits(known + i + 1) })
}

// set puts what is on this page of a block there.
func (f *flow) set(b block, text []Stretch) {
	p := f.page()
	p.blocks = append(p.blocks, Block{Kind: b.kind, Text: text, Apart: p.gap(b) == gap(true), Columns: b.columns})
	*p.area(b) += p.gap(b) + f.Size(b.kind, text)
	p.heading = nil
}

// part cuts a sentence that is longer than a page: between words where it can,
// else between characters as people count them.
func (f *flow) part(b block, s sentence) (head, tail sentence) {
	for i, st := range s {
		if len(head) == 0 { // nothing is to be read there
			st.Text = strings.TrimLeftFunc(st.Text, unicode.IsSpace)
			if !shows([]Stretch{st}) {
				continue
			}
		}
		whole := append(head[:len(head):len(head)], st)
		if f.Size(b.kind, whole) <= f.Room {
			head = whole
			continue
		}
		if st.Style == Plain || st.Style == Strong {
			if n := f.reach(b, head, st); n > 0 {
				before, after := st, st
				before.Text, after.Text = st.Text[:n], st.Text[n:]
				return append(head[:len(head):len(head)], before), append(sentence{after}, s[i+1:]...)
			}
		} else if len(head) == 0 { // it cannot be parted, and no page holds it
			return sentence{{Text: "…"}}, s[i+1:]
		}
		return head, s[i:]
	}
	return head, nil
}

// reach returns how many bytes of a stretch still fit behind others, up to the
// end of a word if there is one. It is 0 only where the others can stand alone.
func (f *flow) reach(b block, head sentence, st Stretch) int {
	fitting := func(ends []int) int {
		return sort.Search(len(ends), func(i int) bool {
			before := st
			before.Text = st.Text[:ends[i]]
			return f.Size(b.kind, append(head[:len(head):len(head)], before)) > f.Room
		})
	}
	ends := clusters(st.Text)
	n := fitting(ends)
	if n == 0 && len(head) == 0 { // one character that no page holds
		ends = runes(st.Text)
		n = max(fitting(ends), 1)
	}
	if n == 0 {
		return 0
	}
	for i := n - 1; i >= 0; i-- {
		from := 0
		if i > 0 {
			from = ends[i-1]
		}
		if strings.TrimSpace(st.Text[from:ends[i]]) == "" {
			return ends[i]
		}
	}
	return ends[n-1]
}

// clusters returns where the characters of a text end, as people count them.
func clusters(s string) []int {
	var ends []int
	for state, rest := -1, s; rest != ""; {
		_, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		ends = append(ends, len(s)-len(rest))
	}
	return ends
}

// runes returns where the runes of a text end.
func runes(s string) []int {
	var ends []int
	for i, r := range s {
		ends = append(ends, i+utf8.RuneLen(r))
	}
	return ends
}

func (p *sheet) size() int   { return p.top + p.body }
func (p *sheet) empty() bool { return len(p.blocks) == 0 }

// area returns what the blocks take among which a block stands.
func (p *sheet) area(b block) *int {
	if b.kind.Body() {
		return &p.body
	}
	return &p.top
}

// gap is what stands before a block on the page.
func (p *sheet) gap(b block) int {
	if *p.area(b) == 0 {
		return 0
	}
	return gap(b.apart)
}

// gap is what a line break takes, or an empty line.
func gap(apart bool) int {
	if apart {
		return len("\n\n")
	}
	return len("\n")
}
