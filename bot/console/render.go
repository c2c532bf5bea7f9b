package console

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/briefbot/briefbot/bot"
)

// Style says how a card is set.
type Style struct {
	// Width is the number of cells in a line; less than 20 counts as 20, since
	// nothing can be read in less. Only addresses may be longer, so that they
	// can be copied whole. 0 sets each text on one line.
	Width int
	// Color adds emphasis in ANSI codes. It never carries meaning alone.
	Color bool
	// Zone is the zone of the times; nil stands for UTC.
	Zone *time.Location
}

// StyleFor returns how to set text for where it goes: as wide as a terminal is,
// as far as lines can be read with ease, and with emphasis unless color is
// false; for a file or a pipe, each text on one line and nothing but text.
func StyleFor(out io.Writer, color bool, zone *time.Location) Style {
	f, ok := terminal(out)
	if !ok {
		return Style{Zone: zone}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		width = defaultWidth
	}
	return Style{Width: min(width, maxMeasure), Color: color, Zone: zone}
}

// Measures of the layout, in cells.
const (
	minWidth    = 20
	maxLabel    = 24 // the widest label that others are aligned with
	maxWords    = 40 // and the widest words of an action
	labelShare  = 3  // of the width, a label has one part in so many,
	commandPart = 44 // and an action's words what a command leaves, if more
)

// Render writes the card as text that ends in a newline; a card that says
// nothing writes nothing. What people wrote cannot command the terminal: see
// clean. It returns an error of w alone.
func Render(w io.Writer, card *bot.Card, style Style) error {
	if style.Width > 0 {
		style.Width = max(style.Width, minWidth)
	}
	if style.Zone == nil {
		style.Zone = time.UTC
	}
	p := page{style: style}
	p.card(card)
	if _, err := w.Write(p.out.Bytes()); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// page is a card on its way to text.
type page struct {
	style Style
	out   bytes.Buffer
	parts bool // whether an empty line comes before what follows
}

func (p *page) card(c *bot.Card) {
	p.block(words(strong, c.Title))
	p.block(words(faint, c.Kicker))
	p.gap()
	for _, t := range c.Notices {
		p.block(p.text(plain, t))
	}
	for _, t := range c.Lead {
		p.gap()
		p.block(p.text(plain, t))
	}
	p.gap()
	p.fields(c.Fields)
	for _, s := range c.Sections {
		p.gap()
		p.block(words(strong, s.Heading))
		for _, item := range s.Items {
			p.item(item)
		}
	}
	p.gap()
	p.block(p.text(faint, c.Footer))
	p.gap()
	p.actions(c.Actions)
}

// fields sets labelled facts in two columns.
func (p *page) fields(fields []bot.Field) {
	rows := make([]row, len(fields))
	for i, f := range fields {
		rows[i] = row{bot.CleanLine(f.Label), p.text(plain, f.Value)}
	}
	limit := maxLabel
	if w := p.style.Width; w > 0 {
		limit = min(limit, w/labelShare)
	}
	p.rows(0, limit, faint, rows)
}

// actions sets the commands to go on with: the words of each, and what to type.
func (p *page) actions(actions []bot.Action) {
	rows := make([]row, len(actions))
	for i, a := range actions {
		rows[i] = row{bot.CleanLine(a.Label), words(plain, bot.CleanLine(a.Invocation.String()))}
	}
	if len(rows) > 0 {
		p.block(words(strong, "Next"))
	}
	limit := maxWords
	if w := p.style.Width; w > 0 {
		limit = min(limit, max(w/labelShare, w-commandPart))
	}
	p.rows(2, limit, faint, rows)
}

// item sets one line of a section. Its meta has a line of its own, or, where
// nothing is wrapped, follows, so that each item can be found whole in a line.
func (p *page) item(item bot.Item) {
	var t rich
	label := bot.CleanLine(item.Label)
	t.add(strong, label)
	body, meta := p.text(plain, item.Text), p.text(faint, item.Meta)
	if !t.empty() && !body.empty() {
		if last := label[len(label)-1]; !strings.ContainsRune(".:;!?", rune(last)) {
			t.add(strong, ":")
		}
		t.add(plain, " ")
	}
	t.join(body)
	if p.style.Width == 0 && !t.empty() && !meta.empty() {
		t.add(faint, " — ")
		t.join(meta)
		meta = rich{}
	}
	p.hang(words(plain, "  • "), 4, t)
	p.hang(rich{}, 4, meta)
}

// row is a label with what belongs to it.
type row struct {
	label string
	value rich
}

// rows sets labels in a column as wide as they need, and their values in
// another beside it. Under a label that is wider than the limit, the value has
// lines of its own.
func (p *page) rows(indent, limit int, labels face, rows []row) {
	column := 0
	for _, r := range rows {
		if w := cells(r.label); w <= limit {
			column = max(column, w)
		}
	}
	margin := words(plain, strings.Repeat(" ", indent))
	for _, r := range rows {
		var label rich
		label.join(margin)
		label.add(labels, r.label)
		if cells(r.label) > column || r.value.empty() {
			p.hang(margin, indent, words(labels, r.label))
			label = rich{}
		}
		p.hang(label, indent+column+2, r.value)
	}
}

// block sets text from the margin on.
func (p *page) block(t rich) { p.hang(rich{}, 0, t) }

// hang sets text indent cells from the margin; in front of its first line
// stands lead, which is narrower. Empty text sets nothing.
func (p *page) hang(lead rich, indent int, t rich) {
	width := 0
	if p.style.Width > 0 {
		width = max(p.style.Width-indent, minWidth/2)
	}
	for i, line := range wrap(t.text, t.whole, width) {
		if i == 0 {
			p.open()
		} else {
			lead = rich{}
		}
		if line.from < line.to {
			p.put(lead, stretch{0, len(lead.text)})
			p.out.WriteString(strings.Repeat(" ", max(0, indent-cells(lead.text))))
			p.put(t, line)
		}
		p.out.WriteByte('\n')
	}
}

// put writes a stretch of text with its emphasis.
func (p *page) put(t rich, s stretch) {
	from := 0
	for _, m := range t.marks {
		part := t.text[max(from, s.from):max(min(m.to, s.to), max(from, s.from))]
		from = m.to
		if part == "" {
			continue
		}
		if p.style.Color && m.face != plain && strings.Trim(part, " ") != "" {
			fmt.Fprintf(&p.out, "\x1b[%sm%s\x1b[m", m.face, part)
		} else {
			p.out.WriteString(part)
		}
	}
}

// gap parts what stands above from what follows, if anything does, by one
// empty line.
func (p *page) gap() { p.parts = p.out.Len() > 0 }

// open makes the gap that is due.
func (p *page) open() {
	if p.parts {
		p.out.WriteByte('\n')
	}
	p.parts = false
}

// face is how text stands out: the parameters of an ANSI sequence.
type face string

const (
	plain  face = ""
	strong face = "1"
	faint  face = "2"
	tagged face = "1;7"
)

// rich is clean text with faces.
type rich struct {
	text  string
	marks []mark    // without gaps, to the end of the text
	whole []stretch // the addresses, which are not broken
}

// mark gives a face to the text up to a byte.
type mark struct {
	to   int
	face face
}

// words returns s, made clean, in one face.
func words(f face, s string) (t rich) {
	t.add(f, bot.Clean(s))
	return t
}

// text returns a card's text, made clean; base is the face of what is plain.
func (p *page) text(base face, text bot.Text) (t rich) {
	for _, s := range text {
		switch s.Kind {
		case bot.Strong:
			t.add(strong, bot.Clean(s.Text))
		case bot.Tag:
			t.add(tagged, bot.Clean(s.Text))
		case bot.When:
			t.add(base, bot.FormatMoment(s.Moment, p.style.Zone))
		case bot.Link:
			t.link(base, bot.Clean(s.Text), bot.CleanLine(s.URL))
		default:
			t.add(base, bot.Clean(s.Text))
		}
	}
	return t
}

func (t *rich) add(f face, s string) {
	if s != "" {
		t.text += s
		t.marks = append(t.marks, mark{len(t.text), f})
	}
}

// link adds words and, in plain sight, the address that they lead to.
func (t *rich) link(f face, words, url string) {
	t.add(f, words)
	switch {
	case url == "" || url == words:
		return
	case words != "":
		t.add(f, " ")
		url = "(" + url + ")"
	}
	from := len(t.text)
	t.add(faint, url)
	t.whole = append(t.whole, stretch{from, len(t.text)})
}

func (t *rich) join(o rich) {
	for _, w := range o.whole {
		t.whole = append(t.whole, stretch{len(t.text) + w.from, len(t.text) + w.to})
	}
	from := 0
	for _, m := range o.marks {
		t.add(m.face, o.text[from:m.to])
		from = m.to
	}
}

func (t rich) empty() bool { return strings.Trim(t.text, " \n") == "" }
