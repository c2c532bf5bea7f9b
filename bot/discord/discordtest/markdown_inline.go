package discordtest

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// maxMoment is the last second that clients show as a time.
const maxMoment = 8640000000000

// moment writes a time stamp as the tests of all adapters do.
func moment(unix string) (string, bool) {
	n, err := strconv.ParseInt(unix, 10, 64)
	if err != nil || n > maxMoment || n < -maxMoment {
		return "", false
	}
	return bot.FormatMoment(briefings.At(time.Unix(n, 0), briefings.Minute), time.UTC), true
}

// url renders an address that stands bare in the text.
func (r *renderer) url(s string) int {
	m := urlPattern.FindString(s)
	if m == "" || r.linked {
		return 0
	}
	for strings.HasSuffix(m, ")") && strings.Count(m, ")") > strings.Count(m, "(") {
		m = m[:len(m)-1]
	}
	r.literal(Autolink, m)
	r.links = append(r.links, Link{m, m})
	return len(m)
}

// closing returns the end of what is inside a bracket pair that s begins with,
// or -1. Inner pairs are skipped, and what is escaped.
func closing(s string, open, shut byte) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

var (
	// targetPattern is the address in the round brackets of a masked link.
	targetPattern = regexp.MustCompile(`^\(\s*(?:<((?:\\.|[^\s\\>])+)>|((?:\([^()\s]*\)|\\.|[^\s\\()<])+))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)`)
	unescape      = regexp.MustCompile(`\\([^0-9A-Za-z\s])`)
	looksLikeURL  = regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://`)
)

// masked renders [text](url). Where the text itself looks like an address,
// clients show it all as it was written.
func (r *renderer) masked(s string, with rules) int {
	end := closing(s, '[', ']')
	if end < 2 || r.linked {
		return 0
	}
	text := s[1:end]
	m := targetPattern.FindStringSubmatch(s[end+1:])
	if m == nil || strings.TrimSpace(text) == "" || looksLikeURL.MatchString(unescape.ReplaceAllString(text, "$1")) {
		return 0
	}
	target := unescape.ReplaceAllString(m[1]+m[2], "$1")
	if !strings.HasPrefix(target, "http://") && !strings.HasPrefix(target, "https://") {
		return 0
	}
	from := r.out.Len()
	r.linked = true
	r.render(text, with&^(mentionRule|blockRule), false)
	r.linked = false
	r.links = append(r.links, Link{r.out.String()[from:], target})
	r.note(Masked, from)
	return end + 1 + len(m[0])
}

// emphasis renders bold, italic and the like: of those that fit, the longest.
func (r *renderer) emphasis(s string, with rules) int {
	type match struct {
		kind      FormatKind
		end, mark int
	}
	var best match
	try := func(kind FormatKind, mark string, end int) {
		if end > best.end {
			best = match{kind, end, len(mark)}
		}
	}
	switch s[0] {
	case '*':
		try(Bold, "**", paired(s, "**", "*"))
		try(Italic, "*", starred(s))
	case '_':
		try(Underline, "__", paired(s, "__", "_"))
		try(Italic, "_", underscored(s))
	case '~':
		try(Strike, "~~", paired(s, "~~", "_"))
	case '|':
		try(Spoiler, "||", paired(s, "||", ""))
	}
	if best.end == 0 {
		return 0
	}
	r.format(best.kind, s[best.mark:best.end-best.mark], with, false)
	return best.end
}

// paired returns where the format of a mark ends that s begins with, or 0. The
// closing mark must not be followed by one of bar.
func paired(s, mark, bar string) int {
	if !strings.HasPrefix(s, mark) {
		return 0
	}
	escapes := mark == "**" || mark == "__"
	for i := len(mark); i < len(s); i++ {
		end := i + len(mark)
		if i > len(mark) && strings.HasPrefix(s[i:], mark) && (end == len(s) || !strings.ContainsRune(bar, rune(s[end]))) {
			return end
		}
		if escapes && s[i] == '\\' {
			i++
		}
	}
	return 0
}

// starred returns where an italic of stars ends, or 0. It does not begin with
// white space, and no white space stands before its end.
func starred(s string) int {
	if len(s) < 3 || blank(s[1]) {
		return 0
	}
	for i := 1; i < len(s); {
		switch {
		case s[i] == '*' && i > 1 && !blank(s[i-1]) && (i+1 == len(s) || s[i+1] != '*'):
			return i + 1
		case strings.HasPrefix(s[i:], "**"):
			i += 2
		case s[i] == '*':
			return 0
		case s[i] == '\\' && i+1 < len(s):
			i += 2
		default:
			i++
		}
	}
	return 0
}

// underscored returns where an italic of underscores ends, or 0. A word does
// not go on after it.
func underscored(s string) int {
	for i := 1; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], "__"):
			i += 2
		case s[i] == '_' && i > 1 && (i+1 == len(s) || !wordly(s[i+1])):
			return i + 1
		case s[i] == '_':
			return 0
		case s[i] == '\\' && i+1 < len(s):
			i += 2
		default:
			i++
		}
	}
	return 0
}

func blank(b byte) bool { return b == ' ' || b == '\n' || b == '\t' }

func wordly(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}
