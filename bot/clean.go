package bot

import (
	"strings"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// Clean returns text that people wrote as a platform may show it: without
// control characters, so that no entry can speak to a terminal, and without the
// marks that reorder or hide what people read. Every sort of line break becomes
// a newline, a tab a space. Bytes that are no UTF-8 become U+FFFD. What means
// something to a platform, such as its markup, is the adapter's to escape.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case briefings.Unprintable(r):
			return -1
		default:
			return r
		}
	}, s)
}

// CleanLine is Clean for what must stay on one line.
func CleanLine(s string) string { return strings.ReplaceAll(Clean(s), "\n", " ") }

func isClean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r == '\t' || briefings.Unprintable(r)
	})
}
