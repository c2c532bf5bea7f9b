package discord

import (
	"sort"
	"strings"

	"github.com/rivo/uniseg"
)

// block is a paragraph, a heading, or a line of a list.
type block struct {
	mark      string // what makes it so, such as "### "; again at the head of each part
	sentences []sentence
	top       bool // stands before the facts of the card
	heads     bool // must not be the last thing on a page
	apart     bool // an empty line stands before it
}

// text is a block's text as far as it has been placed on a page.
func (b block) text(list []stretch) string {
	return b.mark + strings.Trim(markdown(list, true), " \n")
}

// flow sets blocks on pages, as many as that takes, and cuts no sentence that
// fits on a page.
type flow struct {
	room  int // of a page, as size counts
	pages []*sheet
}

// sheet is the text of one page: what stands before the facts, and after.
type sheet struct {
	top, body strings.Builder
	size      int
	// heading is the block that stands last, if it must not.
	heading *block
	sources bool // those of the card stand here
}

func (f *flow) page() *sheet {
	if len(f.pages) == 0 {
		f.turn()
	}
	return f.pages[len(f.pages)-1]
}

// turn begins a page. A heading at the end of the one before goes along, unless
// nothing else is there: then it would never be left behind.
func (f *flow) turn() {
	var heading *block
	if n := len(f.pages); n > 0 {
		last := f.pages[n-1]
		if heading = last.heading; heading != nil && !last.cut(*heading) {
			heading = nil
		}
	}
	f.pages = append(f.pages, new(sheet))
	if heading != nil {
		f.place(*heading)
	}
}

// place sets a block, on the page that is open and as many more as it takes.
func (f *flow) place(b block) {
	for rest := b.sentences; len(rest) > 0; {
		n := f.fitting(b, rest)
		switch {
		case n > 0:
			f.set(b, flat(rest[:n]))
			if rest = rest[n:]; len(rest) > 0 { // go on overleaf
				f.turn()
			}
		case !f.page().empty():
			f.turn()
		default: // longer than a page
			head, tail := f.part(b, rest[0])
			f.set(b, head)
			if rest = rest[1:]; len(tail) > 0 {
				rest = append([]sentence{tail}, rest...)
			}
			if len(rest) > 0 {
				f.turn()
			}
		}
	}
	if b.heads && len(b.sentences) > 0 {
		f.page().heading = &b
	}
}

// fitting returns how many of the sentences fit on the page that is open.
func (f *flow) fitting(b block, list []sentence) int {
	room, most := f.room-f.page().size, 0
	for most < len(list) && room >= 0 { // escaping makes nothing shorter
		for _, st := range list[most] {
			room -= len([]rune(st.text))
		}
		most++
	}
	return sort.Search(most, func(i int) bool {
		return !f.page().fits(b, b.text(flat(list[:i+1])), f.room)
	})
}

// set writes what is on this page of a block.
func (f *flow) set(b block, line []stretch) {
	if len(line) == 0 {
		return
	}
	p := f.page()
	out := p.area(b)
	text := p.gap(b) + b.text(line)
	out.WriteString(text)
	p.size += size(text)
	p.heading = nil
}

// part cuts a sentence that is longer than a page: between words where it can,
// else between characters as people count them.
func (f *flow) part(b block, s sentence) (head, tail sentence) {
	for i, st := range s {
		whole := append(head[:len(head):len(head)], st)
		if size(b.text(whole)) <= f.room {
			head = whole
			continue
		}
		if st.style == verbatim || st.url != "" {
			if i == 0 { // it cannot be parted, and no page holds it
				return sentence{{text: "…"}}, s[1:]
			}
			return head, s[i:]
		}
		n := f.reach(b, head, st)
		before, after := st, st
		before.text, after.text = st.text[:n], st.text[n:]
		return append(head[:len(head):len(head)], before), append(sentence{after}, s[i+1:]...)
	}
	return head, nil
}

// reach returns how many bytes of a stretch still fit behind others, up to the
// end of a word if there is one. It counts what escaping may add.
func (f *flow) reach(b block, head sentence, st stretch) int {
	room := f.room - size(b.text(head)) - len("****")
	at, word := 0, 0
	for state, rest := -1, st.text; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		room -= size(escape(cluster, true))
		if cluster == "\n" {
			room -= len("****\\")
		}
		if room < 0 && at > 0 {
			break
		}
		if at += len(cluster); strings.TrimSpace(cluster) == "" {
			word = at
		}
		if room < 0 { // one character that no page holds
			break
		}
	}
	if word > 0 {
		return word
	}
	return at
}

func (p *sheet) empty() bool { return p.size == 0 }

// area returns where on the page a block stands.
func (p *sheet) area(b block) *strings.Builder {
	if b.top {
		return &p.top
	}
	return &p.body
}

// gap is what stands before a block.
func (p *sheet) gap(b block) string {
	switch {
	case p.area(b).Len() == 0:
		return ""
	case b.apart:
		return "\n\n"
	default:
		return "\n"
	}
}

func (p *sheet) fits(b block, text string, room int) bool {
	return p.size+size(p.gap(b))+size(text) <= room
}

// cut takes the heading at the end off the page, and reports false where that
// would leave nothing.
func (p *sheet) cut(heading block) bool {
	out := p.area(heading)
	text := out.String()
	kept := strings.TrimRight(strings.TrimSuffix(text, heading.text(flat(heading.sentences))), "\n")
	if p.heading = nil; p.size == size(text)-size(kept) {
		return false
	}
	p.size -= size(text) - size(kept)
	out.Reset()
	out.WriteString(kept)
	return true
}
