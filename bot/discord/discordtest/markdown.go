package discordtest

import (
	"fmt"
	"regexp"
	"strings"
)

// rules says what of the markup a place of a message takes.
type rules uint8

const (
	inlineRule  rules = 1 << iota // emphasis, code, links, times, emoji
	mentionRule                   // people, roles, channels and commands
	blockRule                     // headings, quotes, lists, code blocks
)

const (
	noRules    rules = 0          // authors and footers of embeds
	titleRules       = inlineRule // titles, and names of fields
	fullRules        = inlineRule | mentionRule | blockRule
)

// renderer renders Discord's markup to what is read.
//
// It follows the client: the rules are tried at each character in the client's
// order, and what no rule takes is text.
type renderer struct {
	s       *Server
	out     strings.Builder
	links   []Link
	formats []Format
	depth   int
	linked  bool // within a link
}

// maxDepth is how deep formats are followed.
const maxDepth = 30

// part renders one part of a message on lines of its own, and returns where
// its text begins.
func (r *renderer) part(s string, with rules) int {
	if s == "" {
		return r.out.Len()
	}
	if r.out.Len() > 0 {
		r.out.WriteByte('\n')
	}
	from := r.out.Len()
	r.render(s, with, true)
	return from
}

// render writes s. lineStart is whether s begins a line.
func (r *renderer) render(s string, with rules, lineStart bool) {
	r.depth++
	defer func() { r.depth-- }()
	for i := 0; i < len(s); {
		n := 0
		if with != noRules && r.depth < maxDepth {
			if lineStart && with&blockRule != 0 {
				n = r.block(s[i:], with)
			}
			if n == 0 {
				n = r.inline(s[i:], with)
			}
		}
		if n == 0 {
			r.out.WriteByte(s[i])
			n = 1
		}
		i += n
		lineStart = s[i-1] == '\n'
	}
}

// format renders what is inside a format, and notes it.
func (r *renderer) format(kind FormatKind, inner string, with rules, lineStart bool) {
	from := r.out.Len()
	r.render(inner, with, lineStart)
	r.note(kind, from)
}

// literal writes text that is formatted and not rendered.
func (r *renderer) literal(kind FormatKind, text string) {
	from := r.out.Len()
	r.out.WriteString(text)
	r.note(kind, from)
}

func (r *renderer) note(kind FormatKind, from int) {
	r.formats = append(r.formats, Format{kind, r.out.String()[from:]})
}

var (
	headingPattern = regexp.MustCompile(`^ *#{1,3}[ \t]+((?:\\#|[^\n])+?)[# \t]*(?:\n|$)`)
	subtextPattern = regexp.MustCompile(`^ *-#[ \t]+([^\n]+?)[ \t]*(?:\n|$)`)
	quotePattern   = regexp.MustCompile(`^ *> ([^\n]*(?:\n *> [^\n]*)*)\n?`)
	restPattern    = regexp.MustCompile(`(?s)^ *>>> (.*)$`)
	quoteMark      = regexp.MustCompile(`(?m)^ *> ?`)
	itemPattern    = regexp.MustCompile(`^( *)([*-]|\d{1,9}\.)[ \t]+([^\n]+)(?:\n|$)`)
)

// block renders a block at the beginning of a line, and returns how much of s
// it took.
func (r *renderer) block(s string, with rules) int {
	end := func(m string) {
		if strings.HasSuffix(m, "\n") {
			r.out.WriteByte('\n')
		}
	}
	inner := with &^ blockRule
	if m := headingPattern.FindStringSubmatch(s); m != nil && strings.TrimSpace(m[1]) != "" {
		r.format(Heading, m[1], inner, false)
		end(m[0])
		return len(m[0])
	}
	if m := subtextPattern.FindStringSubmatch(s); m != nil {
		r.format(Subtext, m[1], inner, false)
		end(m[0])
		return len(m[0])
	}
	if m := restPattern.FindStringSubmatch(s); m != nil {
		r.format(Quote, m[1], with, true)
		return len(m[0])
	}
	if m := quotePattern.FindStringSubmatch(s); m != nil {
		r.format(Quote, quoteMark.ReplaceAllString(m[1], ""), with, true)
		end(m[0])
		return len(m[0])
	}
	if m := itemPattern.FindStringSubmatch(s); m != nil {
		mark := m[2]
		if mark == "*" || mark == "-" {
			mark = "•"
		}
		from := r.out.Len()
		r.out.WriteString(m[1] + mark + " ")
		r.render(m[3], inner, false)
		r.note(ListItem, from)
		end(m[0])
		return len(m[0])
	}
	return 0
}

var (
	escapePattern    = regexp.MustCompile(`^\\([^0-9A-Za-z\s])`)
	codeBlockPattern = regexp.MustCompile("(?s)^```(?:[A-Za-z0-9_+\\-.#]+\n)?\n*([^\n].*?)\n*```")
	mentionTag       = regexp.MustCompile(`^<(@!?|@&|#)(\d+)>`)
	commandTag       = regexp.MustCompile(`^</([^:<>]{1,100}):(\d+)>`)
	emojiTag         = regexp.MustCompile(`^<a?:(\w{2,32}):\d{17,21}>`)
	timePattern      = regexp.MustCompile(`^<t:(-?\d{1,17})(?::([tTdDfFRsS]))?>`)
	angledPattern    = regexp.MustCompile(`^<([^: >\n]+:/[^ >\n]+)>`)
	urlPattern       = regexp.MustCompile(`^https?://[^\s<]+[^<.,:;"'\]\s]`)
	everyonePattern  = regexp.MustCompile(`^@(?:everyone|here)`)
)

// inline renders what is special at the beginning of s, and returns how much
// it took; 0 where nothing is.
func (r *renderer) inline(s string, with rules) int {
	switch s[0] {
	case '\\':
		if m := escapePattern.FindStringSubmatch(s); m != nil {
			r.out.WriteString(m[1])
			return len(m[0])
		}
	case '`':
		return r.code(s, with)
	case '<':
		return r.angle(s, with)
	case '@':
		if m := everyonePattern.FindString(s); m != "" && with&mentionRule != 0 {
			r.literal(Mention, m)
			return len(m)
		}
	case 'h':
		return r.url(s)
	case '[':
		return r.masked(s, with)
	case '*', '_', '~', '|':
		return r.emphasis(s, with)
	}
	return 0
}

func (r *renderer) code(s string, with rules) int {
	if m := codeBlockPattern.FindStringSubmatch(s); m != nil && with&blockRule != 0 {
		r.literal(CodeBlock, m[1])
		return len(m[0])
	}
	ticks := len(s) - len(strings.TrimLeft(s, "`"))
	for i := ticks; i < len(s); i++ {
		if s[i] != '`' {
			continue
		}
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if run == ticks {
			r.literal(Code, strings.Trim(s[ticks:i], " "))
			return i + run
		}
		i += run - 1
	}
	return 0
}

// angle renders what stands in angle brackets.
func (r *renderer) angle(s string, with rules) int {
	if m := timePattern.FindStringSubmatch(s); m != nil {
		text, ok := moment(m[1])
		if !ok {
			return 0
		}
		r.literal(Timestamp, text)
		return len(m[0])
	}
	if m := emojiTag.FindStringSubmatch(s); m != nil {
		r.literal(Emoji, ":"+m[1]+":")
		return len(m[0])
	}
	if m := angledPattern.FindStringSubmatch(s); m != nil {
		r.literal(Autolink, m[1])
		r.links = append(r.links, Link{m[1], m[1]})
		return len(m[0])
	}
	if with&mentionRule == 0 {
		return 0
	}
	if m := mentionTag.FindStringSubmatch(s); m != nil {
		r.literal(Mention, r.s.nameOf(m[1], m[2]))
		return len(m[0])
	}
	if m := commandTag.FindStringSubmatch(s); m != nil {
		r.literal(Mention, "/"+m[1])
		return len(m[0])
	}
	return 0
}

// nameOf returns how a mention is shown. Callers hold mu.
func (s *Server) nameOf(kind, id string) string {
	switch kind {
	case "@&":
		if role := s.roles[id]; role != nil {
			return "@" + role.Name
		}
		return "@unknown-role"
	case "#":
		if c := s.channels[id]; c != nil {
			return "#" + c.Name
		}
		return "#unknown"
	}
	if p := s.people[id]; p != nil {
		return "@" + p.Name
	}
	return fmt.Sprintf("@unknown-user (%s)", id)
}
