package bookfile

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// syntaxError reports that the expression at start is broken at the given
// offset, and returns the offset from which to go on.
func (p *parser) syntaxError(start, at int, message string) int {
	data := p.file.data
	shown := at
	unfinished := at >= len(data)-1
	firstLine, _ := p.file.line(start)
	lastLine, column := p.file.line(at)
	if unfinished || lastLine > firstLine && begins(data[at-column+1:]) { // what comes next is not where the mistake is
		shown = start
	}
	if at < len(data) && data[at] >= utf8.RuneSelf { // go-toml shows the first byte of it
		r, _ := utf8.DecodeRune(data[at:])
		message = fmt.Sprintf("unexpected character %q", r)
	}
	line, column := p.file.line(shown)
	p.problems.add(Problem{File: p.file.name, Line: line, Column: column, Message: fmt.Sprintf("This is not TOML: %s. %s", message, p.advice(start, at, unfinished))})
	p.damage(start)
	if p.errors++; p.errors >= maxErrors {
		p.problems.add(Problem{File: p.file.name, Line: line, Message: fmt.Sprintf("There are more than %d such errors; the rest of the file was not read.", maxErrors)})
		p.lost = true
		return len(data)
	}
	next := start
	for next < len(data) {
		next += lineLength(data[next:])
		if begins(data[next:]) {
			return next
		}
	}
	return len(data)
}

// advice says what to do about the most usual mistakes.
func (p *parser) advice(start, at int, unfinished bool) string {
	rest := p.file.data[start:]
	line := string(bytes.TrimRight(rest[:lineLength(rest)], "\n"))
	key, val, hasValue := strings.Cut(line, "=")
	key, val = strings.TrimSpace(key), strings.TrimSpace(val)
	if at < len(p.file.data) && p.file.data[at] != '\n' && briefings.Unprintable(rune(p.file.data[at])) {
		return "Delete the invisible character."
	}
	if strings.HasPrefix(line, "[") {
		return "Write a header as [book], or as [[person]] for one of many."
	}
	switch {
	case !hasValue:
		return `Write a key, =, and a value, such as name = "Ada Byrne".`
	case val == "":
		return fmt.Sprintf(`Give %s a value, or delete the line.`, key)
	case strings.ContainsRune("“”„«»‘’", firstRune(val)):
		return `Use straight quotes: "…".`
	case strings.HasPrefix(val, `"""`), strings.HasPrefix(val, `'''`):
		if unfinished {
			return "End the text of several lines that begins here with the same three quotes."
		}
	case strings.HasPrefix(val, `"`) && at > 0 && p.file.data[at-1] == '"' && strings.Count(val, `"`) > 2:
		return `Within quotes write \" for a quote.`
	case strings.HasPrefix(val, `"`) && strings.Contains(val, `\`):
		return `Within quotes write \\ for a backslash, or put the text between single quotes.`
	case strings.HasPrefix(val, `"`), strings.HasPrefix(val, `'`):
		return `End the text with the quote that it begins with, on the same line; a text of several lines stands between """ and """.`
	case strings.HasPrefix(val, "["):
		return `Write a list as ["one", "two"], with a comma after each.`
	case strings.HasPrefix(val, "{"):
		return `Write such a value as { title = "…", url = "…" }.`
	case val[0] >= 'A' && val[0] <= 'Z', val[0] >= 'a' && val[0] <= 'z', val[0] >= 0x80:
		return fmt.Sprintf(`Put text between quotes: %s = "…".`, key)
	}
	return "Correct this line; 'briefbot help book-format' shows how each is written."
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// damage notes what a broken expression would have said.
func (p *parser) damage(start int) {
	rest := p.file.data[start:]
	if rest[0] == '[' {
		name := bareKey(bytes.TrimLeft(rest, "[ \t"))
		p.current, p.target, p.skip = nil, nil, true
		if spec := specs.find(name); spec != nil {
			p.open(spec.name, start)
		} else {
			p.lost = true
		}
		return
	}
	if rest[0] == '#' {
		return
	}
	key := bareKey(rest)
	if key == "" || p.current == nil {
		p.lost = true
		return
	}
	p.current.bad[key] = true
}

// bareKey returns the bare key at the beginning of b.
func bareKey(b []byte) string {
	n := 0
	for n < len(b) && (b[n] == '_' || b[n] == '-' || b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z' || b[n] >= '0' && b[n] <= '9') {
		n++
	}
	return string(b[:n])
}

// begins reports whether a line looks like the beginning of an expression: a
// header, or a bare key with an equals sign.
func begins(b []byte) bool {
	b = bytes.TrimLeft(b[:lineLength(b)], " \t")
	if h, ok := bytes.CutPrefix(b, []byte("[")); ok {
		h = bytes.TrimLeft(h, "[ \t")
		return bareKey(h) != "" && bytes.HasPrefix(bytes.TrimLeft(h[len(bareKey(h)):], " \t."), []byte("]"))
	}
	key := bareKey(b)
	return key != "" && bytes.HasPrefix(bytes.TrimLeft(b[len(key):], " \t"), []byte("="))
}
