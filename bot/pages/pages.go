// Package pages sets a card on pages, and cuts no sentence that fits on one.
//
// Adapters whose platform takes no answer of any length have this in common:
// what is kept together, what is said again overleaf, and which sources a page
// names, since each page may be shown without the others. How a page looks is the
// adapter's: it says what a block takes on its platform (see Options), and writes
// the blocks that it gets back, escaped and with its marks.
package pages

import "github.com/briefbot/briefbot/bot"

// Page is what of a card is shown at once.
type Page struct {
	// Title and Kicker are the card's, on one line, where the platform's head has
	// room for them; they are the same on each page. Those that are too long for
	// it are blocks of the first page.
	Title, Kicker string
	// Blocks are in the order in which they are read.
	Blocks []Block
	// Fields stand beside each other, before the first block of the card's body.
	// Only the first page has any, and then no block is of kind Fact.
	Fields []Field
}

// Block is a paragraph, a heading, or a line of a list, as far as it is on a page.
type Block struct {
	Kind Kind
	Text []Stretch // in which there is something to read
	// Apart says that an empty line stands before it. Otherwise it begins on the
	// next line.
	Apart bool
	// Columns are those of the section that it is in, if that may be a table: what
	// the label of an Item, which is then its first stretch, its words, and the
	// Meta behind it are.
	Columns [3]string
}

// Kind says what a block is of a card.
type Kind uint8

// The kinds of block, in the order of a card.
const (
	Title  Kind = iota // too long for the platform's head
	Kicker             // too long for the platform's head
	Notice
	Lead
	Fact    // a field of the card, where they stand under each other
	Heading // of a section
	Item    // what a line of a section says
	Meta    // when that was, who says so, and how sure it is
	Footer
	Source // one that the page names, or where the sources are
)

// Body reports whether blocks of the kind stand behind the fields of a card.
func (k Kind) Body() bool { return k >= Heading }

// Field is a fact that may stand beside others. It has a label and a value.
type Field struct {
	Label string // on one line
	Value []Stretch
}

// Options say what a platform's pages hold. Room and Size are in one measure,
// which is the platform's to choose.
type Options struct {
	// Room is what the blocks of a page may take. Between them a line break takes
	// 1, and an empty line 2; none is between what stands before the fields and the
	// body.
	Room int
	// CiteRoom is what the sources that end a page may take beyond Room; where they
	// would take more, the page says where they are.
	CiteRoom int
	// Size is what a block takes with its marks and escapes. It grows with the
	// text. A block on two pages has its marks on both.
	Size func(Kind, []Stretch) int
	// Head reports whether the platform can show a title and a kicker above the
	// page; either may be empty. Nil holds all.
	Head func(title, kicker string) bool
	// Beside reports whether the platform can show all these fields beside each
	// other. Nil sets them under each other.
	Beside func([]Field) bool
}

// Set sets a card on pages. There is always at least one.
func Set(card *bot.Card, o Options) []Page {
	title, kicker, over := heading(card, o)
	top := append(over, lead(card)...)
	f := newFlow(o)
	beside := fields(card.Fields)
	if len(beside) == 0 || o.Beside == nil || !o.Beside(beside) || f.length(top) > o.Room {
		beside, top = nil, append(top, factLines(card.Fields)...)
	}
	f.placeAll(top)
	for _, g := range body(card) {
		f.together(g)
	}
	f.cite(card)
	list := make([]Page, len(f.pages))
	for i, s := range f.pages {
		list[i] = Page{Title: title, Kicker: kicker, Blocks: s.blocks}
	}
	list[0].Fields = beside
	return list
}
