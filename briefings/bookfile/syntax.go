package bookfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// table is one table of a file, such as [[person]], as it was written.
type table struct {
	file *file
	name string
	at   int // offset of the name in the header
	body node
	// bad holds the keys that are there but could not be read.
	bad map[string]bool
}

// node is the keys of a table, in their order.
type node struct {
	pairs  []*pair
	lookup map[string]*pair
}

// pair is one key with its value.
type pair struct {
	key   string
	at    int // offset of the key
	value *value
}

// value is one TOML value. Its text is decoded for a string, and as written
// for anything else but lists and tables.
type value struct {
	kind  unstable.Kind
	at    int // offset of the value; of its key, for a list
	text  string
	items []*value // of an Array
	table *node    // of an InlineTable
	// open is true for a table or list that later lines may add to.
	open bool
}

// find returns the pair of the key, or nil.
func (n *node) find(key string) *pair { return n.lookup[key] }

// put adds a pair; the key must not be there.
func (n *node) put(p *pair) {
	if n.lookup == nil {
		n.lookup = map[string]*pair{}
	}
	n.lookup[p.key] = p
	n.pairs = append(n.pairs, p)
}

// parser reads one file. go-toml's parser gives the expressions with their
// places; it stops at the first error, so after one this parser starts
// another at the next line that looks like the beginning of an expression.
type parser struct {
	file     *file
	problems *Problems
	tables   []*table
	// lost is true where what could not be read may have held a record's name.
	lost bool

	last    map[string]*table // the last table of each name
	current *table            // nil before any header, and below one that is not known
	skip    bool              // below a header that has been reported
	target  *node             // where the next keys go
	errors  int
	room    int // how many tables may follow
}

// parse reads the tables of a file. What is wrong goes to problems.
func parse(f *file, problems *Problems, room int) *parser {
	p := &parser{file: f, problems: problems, room: room, last: map[string]*table{}}
	for from := 0; from < len(f.data) && p.room >= 0; {
		from = p.run(from)
	}
	return p
}

// run reads expressions from an offset up to the next error or the end, and
// returns the offset from which to go on.
func (p *parser) run(from int) int {
	var tp unstable.Parser
	data := p.file.data[from:]
	tp.Reset(data)
	end := 0 // of the last whole expression
	for tp.NextExpression() {
		end = p.expression(tp.Expression(), from) - from
		if p.room < 0 {
			return len(p.file.data)
		}
	}
	var perr *unstable.ParserError
	if !errors.As(tp.Error(), &perr) {
		return len(p.file.data)
	}
	if end > 0 {
		end += lineLength(data[end:])
	}
	start := from + end + blankLength(data[end:])
	at := offsetIn(p.file.data, perr.Highlight)
	if at < start { // in a comment that stands alone
		start = max(from, bytes.LastIndexByte(p.file.data[:at], '#'))
	}
	return p.syntaxError(start, at, perr.Message)
}

// offsetIn returns the offset in data of a slice of it, as go-toml does.
func offsetIn(data, part []byte) int {
	return max(0, min(cap(data)-cap(part), len(data)))
}

// lineLength counts the bytes up to the next line.
func lineLength(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i + 1
	}
	return len(b)
}

// blankLength counts the bytes of blank lines, comments and indentation.
func blankLength(b []byte) int {
	n := 0
	for n < len(b) {
		switch b[n] {
		case ' ', '\t', '\n':
			n++
		case '#':
			n += lineLength(b[n:])
		default:
			return n
		}
	}
	return n
}

// expression takes one expression and returns the offset of its end, or one
// before it on the same line.
func (p *parser) expression(n *unstable.Node, base int) int {
	switch n.Kind {
	case unstable.KeyValue:
		p.keyValue(n, base)
		return base + int(n.Raw.Offset+n.Raw.Length)
	default:
		return p.header(n, base)
	}
}

// keyOf returns the parts of a key, with the offset of the first and the end
// of the last.
func keyOf(n *unstable.Node, base int) (parts []string, at, end int) {
	for it := n.Key(); it.Next(); {
		k := it.Node()
		if parts == nil {
			at = base + int(k.Raw.Offset)
		}
		parts = append(parts, string(k.Data))
		end = base + int(k.Raw.Offset+k.Raw.Length)
	}
	return parts, at, end
}

// header begins a table, or a table within one, such as [book.freshness].
func (p *parser) header(n *unstable.Node, base int) (end int) {
	many := n.Kind == unstable.ArrayTable
	parts, at, end := keyOf(n, base)
	p.current, p.target, p.skip = nil, nil, true
	spec := specs.find(parts[0])
	written := "[" + strings.Join(parts, ".") + "]"
	if many {
		written = "[" + written + "]"
	}
	switch {
	case spec == nil:
		guess := specs.suggest(parts[0])
		if guess == nil {
			p.lost = true
			p.report(at, "%s is not a table of a book. The tables are %s.", written, specs.list())
			return end
		}
		p.report(at, "%s is not a table of a book. Did you mean %s?", written, guess.header())
		p.open(guess.name, at)
	case len(parts) == 2 && p.last[parts[0]] != nil:
		p.nested(p.last[parts[0]], parts[1], many, at, written)
	case len(parts) > 1:
		p.lost = p.lost || spec.many
		p.report(at, "%s is not a table of a book. Write %s, and give the rest as keys below it.", written, spec.header())
	case many != spec.many:
		p.report(at, "Write this header as %s.", spec.header())
		p.open(spec.name, at)
	default:
		p.open(spec.name, at)
	}
	return end
}

// open begins a table.
func (p *parser) open(name string, at int) {
	p.current = &table{file: p.file, name: name, at: at, bad: map[string]bool{}}
	p.target, p.skip = &p.current.body, false
	p.tables = append(p.tables, p.current)
	p.last[name] = p.current
	p.room--
}

// nested begins a table within a table: [book.freshness] or [[person.links]].
func (p *parser) nested(t *table, key string, many bool, at int, written string) {
	inner := &value{kind: unstable.InlineTable, at: at, table: new(node)}
	old := t.body.find(key)
	switch {
	case old == nil && many:
		t.body.put(&pair{key, at, &value{kind: unstable.Array, at: at, items: []*value{inner}, open: true}})
	case old == nil:
		t.body.put(&pair{key, at, inner})
	case many && old.value.kind == unstable.Array && old.value.open:
		old.value.items = append(old.value.items, inner)
	default:
		p.report(at, "%s stands here a second time. Keep one.", written)
		return
	}
	p.current, p.target, p.skip = t, inner.table, false
}

// keyValue adds a key to the table that is open.
func (p *parser) keyValue(n *unstable.Node, base int) {
	parts, at, _ := keyOf(n, base)
	if p.target == nil {
		if !p.skip {
			p.report(at, "%s stands above any table. Put it below the header of the table that it belongs to, such as [book].", strings.Join(parts, "."))
		}
		return
	}
	v, ok := p.valueOf(n.Value(), at, base, 0)
	if !ok {
		p.current.bad[parts[0]] = true
		return
	}
	p.set(p.target, parts, at, v)
}

// set puts a value below a key, which may be dotted.
func (p *parser) set(into *node, parts []string, at int, v *value) {
	for _, key := range parts[:len(parts)-1] {
		old := into.find(key)
		if old == nil {
			old = &pair{key, at, &value{kind: unstable.InlineTable, at: at, table: new(node), open: true}}
			into.put(old)
		}
		if !old.value.open || old.value.table == nil {
			p.twice(key, old, at)
			return
		}
		into = old.value.table
	}
	key := parts[len(parts)-1]
	if old := into.find(key); old != nil {
		p.twice(key, old, at)
		return
	}
	into.put(&pair{key, at, v})
}

func (p *parser) twice(key string, first *pair, at int) {
	line, _ := p.file.line(first.at)
	p.report(at, "%s is given twice in this table, first on line %d. Keep one.", key, line)
}

// valueOf copies a value out of go-toml's tree, which lives only until the
// next expression. It reports what is nested too deeply.
func (p *parser) valueOf(n *unstable.Node, at, base, depth int) (*value, bool) {
	if depth > maxDepth {
		p.report(at, "Lists and tables are nested too deeply here. Nothing in a book is nested so.")
		return nil, false
	}
	v := &value{kind: n.Kind, at: at, text: string(n.Data)}
	if n.Raw.Length > 0 {
		v.at = base + int(n.Raw.Offset)
	}
	switch n.Kind {
	case unstable.String:
		v.text = p.trimLayout(v)
	case unstable.Array:
		for it := n.Children(); it.Next(); {
			item, ok := p.valueOf(it.Node(), v.at, base, depth+1)
			if !ok {
				return nil, false
			}
			v.items = append(v.items, item)
		}
	case unstable.InlineTable:
		v.table = new(node)
		for it := n.Children(); it.Next(); {
			parts, keyAt, _ := keyOf(it.Node(), base)
			item, ok := p.valueOf(it.Node().Value(), keyAt, base, depth+1)
			if !ok {
				return nil, false
			}
			p.set(v.table, parts, keyAt, item)
		}
	}
	return v, true
}

// trimLayout takes off the line break before the closing quotes of a text of
// several lines: it is there for the quotes to stand alone, and is not text.
func (p *parser) trimLayout(v *value) string {
	opening := p.file.data[v.at:]
	if bytes.HasPrefix(opening, []byte(`"""`)) || bytes.HasPrefix(opening, []byte(`'''`)) {
		return strings.TrimSuffix(v.text, "\n")
	}
	return v.text
}

func (p *parser) report(at int, format string, args ...any) {
	line, _ := p.file.line(at)
	p.problems.add(Problem{File: p.file.name, Line: line, Message: fmt.Sprintf(format, args...)})
}
