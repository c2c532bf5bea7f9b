package slacktest

import (
	"regexp"
	"strings"
	"unicode"
)

// atom is a character of mrkdwn, or what stands in angle brackets.
type atom struct {
	r   rune   // as it is read
	tag string // what is in the brackets; "" where it is a character
}

var (
	entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	// tagPattern is what Slack takes for more than text: mentions, dates and
	// links.
	tagPattern = regexp.MustCompile(`^<((?:[@#!]|[a-zA-Z][a-zA-Z0-9+.-]*:)[^<>\n]+)>`)
)

// decoded returns a text with its entities read. Slack knows no more than three.
func decoded(s string) string { return entities.Replace(s) }

// atoms takes mrkdwn apart.
func atoms(s string) []atom {
	var out []atom
	for s != "" {
		if s[0] == '<' {
			if m := tagPattern.FindStringSubmatch(s); m != nil {
				out = append(out, atom{tag: m[1]})
				s = s[len(m[0]):]
				continue
			}
		}
		n := strings.IndexAny(s[1:], "<&") + 1
		if n == 0 {
			n = len(s)
		}
		if s[0] == '&' {
			n = 1
			for _, entity := range []string{"&lt;", "&gt;", "&amp;"} {
				if strings.HasPrefix(s, entity) {
					n = len(entity)
				}
			}
		}
		for _, r := range decoded(s[:n]) {
			out = append(out, atom{r: r})
		}
		s = s[n:]
	}
	return out
}

// maxDepth is how deep formats are followed.
const maxDepth = 30

// markup writes mrkdwn. Where it is verbatim, addresses that stand in it without
// brackets are no links.
func (r *renderer) markup(s string, verbatim bool) {
	r.atoms(atoms(s), true, verbatim)
}

// atoms writes mrkdwn that was taken apart. lineStart is whether it begins a
// line.
func (r *renderer) atoms(a []atom, lineStart, verbatim bool) {
	r.depth++
	defer func() { r.depth-- }()
	ends := closings(a)
	for i := 0; i < len(a); {
		n := 0
		if r.depth < maxDepth {
			if lineStart {
				n = r.quote(a[i:], verbatim)
			}
			if n == 0 {
				n = r.special(a, i, ends[i], verbatim)
			}
		}
		if n == 0 {
			r.atom(a[i])
			n = 1
		}
		i += n
		lineStart = a[i-1].r == '\n'
	}
}

// atom writes an atom as it stands.
func (r *renderer) atom(a atom) {
	if a.tag != "" {
		r.tag(a.tag)
		return
	}
	r.out.WriteRune(a.r)
}

// quote writes lines that are quoted, and returns how much of a it took.
func (r *renderer) quote(a []atom, verbatim bool) int {
	if !begins(a, ">") {
		return 0
	}
	end := len(a)
	var inner []atom
	if begins(a, ">>>") {
		inner = unspaced(a[3:])
	} else {
		end = 0
		for begins(a[end:], ">") {
			line := lineEnd(a, end)
			inner = append(inner, unspaced(a[end+1:line])...)
			if end = line; end < len(a) {
				inner = append(inner, a[end])
				end++
			}
		}
	}
	broken := len(inner) > 0 && inner[len(inner)-1].r == '\n'
	if broken {
		inner = inner[:len(inner)-1]
	}
	from := r.out.Len()
	r.atoms(inner, false, verbatim)
	r.note(Quote, from)
	if broken {
		r.out.WriteByte('\n')
	}
	return end
}

// special writes what is more than text at i, and returns how much it took; 0
// where nothing is. A mark at i is closed at end.
func (r *renderer) special(a []atom, i, end int, verbatim bool) int {
	switch c := a[i].r; {
	case a[i].tag != "":
		return 0
	case c == '`':
		return r.code(a, i, end)
	case c == '*':
		return r.emphasis(Bold, a, i, end, verbatim)
	case c == '_':
		return r.emphasis(Italic, a, i, end, verbatim)
	case c == '~':
		return r.emphasis(Strike, a, i, end, verbatim)
	case c == ':':
		return r.emoji(a[i:])
	case verbatim || !wordly(a[i]) || !bounded(a, i-1):
		return 0
	}
	return r.autolink(a[i:])
}

// emphasis writes what stands between the marks at i and at end.
func (r *renderer) emphasis(kind FormatKind, a []atom, i, end int, verbatim bool) int {
	if end == 0 {
		return 0
	}
	from := r.out.Len()
	r.atoms(a[i+1:end], false, verbatim)
	r.note(kind, from)
	return end - i + 1
}

// closings returns for each mark where the one is that closes it, on the same
// line; 0 where none does. What is code closes nothing.
func closings(a []atom) []int {
	ends, within := make([]int, len(a)), make([]bool, len(a))
	pair := func(mark rune) {
		next := 0
		for i := len(a) - 1; i >= 0; i-- {
			switch {
			case is(a, i, '\n'):
				next = 0
			case is(a, i, mark) && !within[i]:
				if opens(a, i) {
					ends[i] = next
				}
				if closes(a, i) {
					next = i
				}
			}
		}
	}
	pair('`')
	for i := 0; i < len(a); i++ {
		for end := ends[i]; i < end; i++ {
			within[i] = true
		}
	}
	for _, mark := range "*_~" {
		pair(mark)
	}
	return ends
}

// opens reports whether the mark at i can begin a format: it follows no letter
// or digit, and no space follows it. A doubled mark is none.
func opens(a []atom, i int) bool {
	return bounded(a, i-1) && !is(a, i-1, a[i].r) && !is(a, i+1, a[i].r) && !blank(a, i+1)
}

// closes reports whether the mark at i can end a format: it follows no space,
// and no letter or digit follows it.
func closes(a []atom, i int) bool {
	return bounded(a, i+1) && !is(a, i-1, a[i].r) && !is(a, i+1, a[i].r) && !blank(a, i-1)
}

// code writes a block of code, or a stretch of it. In code are no formats and no
// emoji, but what is in angle brackets is still read.
func (r *renderer) code(a []atom, i, end int) int {
	if begins(a[i:], "```") {
		for j := i + 3; j < len(a); j++ {
			if j > i+3 && begins(a[j:], "```") {
				r.codeBlock(a[i+3 : j])
				if j+3 < len(a) && !is(a, j+3, '\n') {
					r.out.WriteByte('\n')
				}
				return j + 3 - i
			}
		}
	}
	if end == 0 {
		return 0
	}
	from := r.out.Len()
	for _, c := range a[i+1 : end] {
		r.atom(c)
	}
	r.note(Code, from)
	return end - i + 1
}

func (r *renderer) codeBlock(a []atom) {
	if is(a, 0, '\n') {
		a = a[1:]
	}
	if is(a, len(a)-1, '\n') {
		a = a[:len(a)-1]
	}
	r.newline()
	from := r.out.Len()
	for _, c := range a {
		r.atom(c)
	}
	r.note(CodeBlock, from)
}

// is reports whether the atom at i is a character.
func is(a []atom, i int, r rune) bool {
	return i >= 0 && i < len(a) && a[i].tag == "" && a[i].r == r
}

// begins reports whether atoms begin with ASCII characters.
func begins(a []atom, s string) bool {
	for i, r := range s {
		if !is(a, i, r) {
			return false
		}
	}
	return true
}

// lineEnd returns where the line ends that i is on.
func lineEnd(a []atom, i int) int {
	for i < len(a) && !is(a, i, '\n') {
		i++
	}
	return i
}

// unspaced returns atoms without the space that they may begin with.
func unspaced(a []atom) []atom {
	if is(a, 0, ' ') {
		return a[1:]
	}
	return a
}

// wordly reports whether an atom is part of a word.
func wordly(a atom) bool {
	return a.tag == "" && (unicode.IsLetter(a.r) || unicode.IsNumber(a.r) || unicode.IsMark(a.r))
}

// bounded reports whether no word is at i, so that a mark beside it counts.
func bounded(a []atom, i int) bool { return i < 0 || i >= len(a) || !wordly(a[i]) }

// blank reports whether at i is nothing, a space, or a character without width:
// a mark beside it is none.
func blank(a []atom, i int) bool {
	if i < 0 || i >= len(a) {
		return true
	}
	return a[i].tag == "" && (unicode.IsSpace(a[i].r) || unicode.Is(unicode.Cf, a[i].r))
}
