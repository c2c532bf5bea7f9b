package main

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// tomlTable is a table of a TOML file, with the places of its keys.
type tomlTable struct {
	line int
	keys []*tomlKey
}

// tomlKey is one key with its value.
type tomlKey struct {
	name  string
	line  int
	value *tomlValue
}

// tomlValue is a value: a table, a list, or a text, which is decoded for a
// string and as written for anything else.
type tomlValue struct {
	kind  unstable.Kind
	text  string
	table *tomlTable
	items []*tomlValue
}

func (t *tomlTable) find(name string) *tomlKey {
	for _, k := range t.keys {
		if k.name == name {
			return k
		}
	}
	return nil
}

// tables returns the tables of a [[header]], or of a list of them.
func (v *tomlValue) tables() []*tomlTable {
	var list []*tomlTable
	for _, item := range v.items {
		if item.table != nil {
			list = append(list, item.table)
		}
	}
	return list
}

// maxSyntaxErrors is how many errors of syntax are looked for in one file.
const maxSyntaxErrors = 20

// readTOML reads a file. What is no TOML goes to report, with its line, and is
// left out; the rest is read as if it were not there.
func readTOML(data []byte, report func(line int, message string)) *tomlTable {
	data = bytes.Clone(bytes.TrimPrefix(data, []byte("\uFEFF"))) // blank writes to it
	for range maxSyntaxErrors {
		at, shown, message := firstError(data)
		if message == "" {
			return placeTOML(data)
		}
		report(lineOf(data, shown), message)
		blank(data, at)
	}
	return new(tomlTable) // too much is broken to say more
}

// firstError returns where the first broken expression begins, where in it the
// error shows, and what to do about it; an empty message means that there is none.
func firstError(data []byte) (start, shown int, message string) {
	var p unstable.Parser
	p.Reset(data)
	end := 0 // of the last whole expression
	for p.NextExpression() {
		end = endOf(p.Expression())
	}
	var perr *unstable.ParserError
	if errors.As(p.Error(), &perr) {
		if end > 0 {
			end += lineLength(data[end:])
		}
		start = min(end+blankLength(data[end:]), len(data)-1)
		shown = max(0, min(cap(data)-cap(perr.Highlight), len(data)-1))
		if shown < start { // in a comment
			start = bytes.LastIndexByte(data[:shown], '\n') + 1
		}
		for i := start; i < shown; { // what comes next is not where the mistake is
			if i += lineLength(data[i:]); i <= shown && begins.Match(data[i:]) {
				shown = start
			}
		}
		return start, shown, "This is not TOML: " + parserWords(perr.Message, data, shown) + ". " + advice(data[start:])
	}
	// What is left are keys and tables that stand there twice.
	var whole map[string]any
	var derr *toml.DecodeError
	if errors.As(toml.Unmarshal(data, &whole), &derr) {
		row, column := derr.Position()
		at := offsetOfLine(data, row)
		return at, at + column - 1, sentence(strings.TrimPrefix(derr.Error(), "toml: ")) + " Keep one."
	}
	return 0, 0, ""
}

// begins matches a line that looks like the beginning of an expression.
var begins = regexp.MustCompile(`\A[ \t]*(\[{1,2}[ \t]*[\w.-]+[ \t]*\]{1,2}|[\w.-]+[ \t]*=)`)

// blank replaces a broken expression by spaces, so that the places of all others
// stay: from its beginning up to the next, and with a header all that stands
// below it.
func blank(data []byte, start int) {
	header := data[start] == '['
	next := start
	for next < len(data) {
		next += lineLength(data[next:])
		line := bytes.TrimLeft(data[next:], " \t")
		if begins.Match(line) && (!header || line[0] == '[') {
			break
		}
	}
	for i := start; i < next; i++ {
		if data[i] != '\n' {
			data[i] = ' '
		}
	}
}

// parserWords returns what go-toml says, which names a character beyond ASCII
// by its first byte.
func parserWords(message string, data []byte, at int) string {
	if r, _ := utf8.DecodeRune(data[at:]); r >= utf8.RuneSelf && r != utf8.RuneError {
		return "unexpected character " + string(r)
	}
	return message
}

// advice says what to do about the most usual mistakes.
func advice(expression []byte) string {
	line := string(bytes.TrimSpace(expression[:lineLength(expression)]))
	key, value, hasValue := strings.Cut(line, "=")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	first, _ := utf8.DecodeRuneInString(value)
	switch {
	case strings.HasPrefix(line, "["):
		return "Write a header as [discord], or as [[discord.server]] for one of many."
	case !hasValue:
		return `Write a key, =, and a value, such as log = "info".`
	case value == "":
		return "Give this key a value, or delete the line."
	case strings.ContainsRune("“”„«»‘’", first):
		return `Use straight quotes: "…".`
	case strings.HasPrefix(value, `"`), strings.HasPrefix(value, `'`):
		return `End the text with the quote that it begins with, on the same line; for a backslash, put it between single quotes.`
	case begins.MatchString(key+" =") && first != '[' && first != '{':
		return "Put text between quotes: " + shownKey(key) + ` = "…".`
	}
	return "Correct this line; config.example.toml shows how each is written."
}

// sentence makes a sentence of an error's words.
func sentence(words string) string {
	r, n := utf8.DecodeRuneInString(words)
	return strings.ToUpper(string(r)) + words[n:] + "."
}

// placeTOML reads a file that has no errors.
func placeTOML(data []byte) *tomlTable {
	root := &tomlTable{line: 1}
	current := root
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		n := p.Expression()
		parts, at := keyOf(n)
		line := lineOf(data, at)
		switch n.Kind {
		case unstable.KeyValue:
			current.put(parts, line, valueOf(n.Value(), data, line))
		case unstable.ArrayTable:
			current = root.appendTable(parts, line)
		default:
			current = root.below(parts, line)
		}
	}
	return root
}

// below returns the table to which a path leads, and makes what is missing. Of
// the tables of a [[header]] it is the last.
func (t *tomlTable) below(path []string, line int) *tomlTable {
	for _, name := range path {
		k := t.find(name)
		if k == nil {
			k = &tomlKey{name, line, &tomlValue{kind: unstable.Table, table: &tomlTable{line: line}}}
			t.keys = append(t.keys, k)
		}
		switch list := k.value.tables(); {
		case k.value.table != nil:
			t = k.value.table
		case len(list) > 0:
			t = list[len(list)-1]
		default: // go-toml has refused it
			return new(tomlTable)
		}
	}
	return t
}

// put sets a key, which may be dotted.
func (t *tomlTable) put(path []string, line int, v *tomlValue) {
	last := len(path) - 1
	t = t.below(path[:last], line)
	t.keys = append(t.keys, &tomlKey{path[last], line, v})
}

// appendTable begins a table of a [[header]].
func (t *tomlTable) appendTable(path []string, line int) *tomlTable {
	last := len(path) - 1
	t = t.below(path[:last], line)
	k := t.find(path[last])
	if k == nil {
		k = &tomlKey{path[last], line, &tomlValue{kind: unstable.Array}}
		t.keys = append(t.keys, k)
	}
	item := &tomlTable{line: line}
	k.value.items = append(k.value.items, &tomlValue{kind: unstable.Table, table: item})
	return item
}

// valueOf copies a value out of go-toml's tree, which lives only until the next
// expression. line is where its key stands.
func valueOf(n *unstable.Node, data []byte, line int) *tomlValue {
	v := &tomlValue{kind: n.Kind, text: string(n.Data)}
	switch n.Kind {
	case unstable.Array:
		for it := n.Children(); it.Next(); {
			v.items = append(v.items, valueOf(it.Node(), data, line))
		}
	case unstable.InlineTable:
		v.table = &tomlTable{line: line}
		for it := n.Children(); it.Next(); {
			parts, at := keyOf(it.Node())
			if len(v.table.keys) == 0 {
				v.table.line = lineOf(data, at)
			}
			v.table.put(parts, lineOf(data, at), valueOf(it.Node().Value(), data, lineOf(data, at)))
		}
	}
	return v
}

// keyOf returns the parts of a key, and the offset of the first.
func keyOf(n *unstable.Node) (parts []string, at int) {
	for it := n.Key(); it.Next(); {
		if parts == nil {
			at = int(it.Node().Raw.Offset)
		}
		parts = append(parts, string(it.Node().Data))
	}
	return parts, at
}

// endOf returns the offset of the end of an expression, or one before it on
// the same line.
func endOf(n *unstable.Node) int {
	if n.Kind == unstable.KeyValue {
		return int(n.Raw.Offset + n.Raw.Length)
	}
	end := 0
	for it := n.Key(); it.Next(); {
		end = int(it.Node().Raw.Offset + it.Node().Raw.Length)
	}
	return end
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
	for n < len(b) && (b[n] == '#' || strings.IndexByte(" \t\r\n", b[n]) >= 0) {
		if b[n] == '#' {
			n += lineLength(b[n:])
		} else {
			n++
		}
	}
	return n
}

// lineOf returns the number of the line that holds an offset, from 1.
func lineOf(data []byte, offset int) int { return 1 + bytes.Count(data[:offset], []byte("\n")) }

// offsetOfLine returns where a line begins, after its indentation.
func offsetOfLine(data []byte, line int) int {
	at := 0
	for range line - 1 {
		at += lineLength(data[at:])
	}
	return at + len(data[at:]) - len(bytes.TrimLeft(data[at:], " \t"))
}
