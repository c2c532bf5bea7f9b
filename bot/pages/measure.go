package pages

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/briefbot/briefbot/bot"
)

// Line returns text that people wrote as it can stand on one line: as
// bot.CleanLine does, without white space around it.
func Line(s string) string { return strings.TrimSpace(bot.CleanLine(s)) }

// Units is the length of text in UTF-16 code units, which is how platforms count
// at their strictest.
func Units(s string) int {
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c < utf8.RuneSelf, c >= 0xC0 && c < 0xF0: // the first byte of a character
			n++
		case c >= 0xF0: // of one that UTF-16 writes in two
			n += 2
		}
	}
	return n
}

// Clip cuts text to so many UTF-16 code units, at a character as people count
// them, and says by an ellipsis that it did.
func Clip(s string, most int) string {
	if Units(s) <= most {
		return s
	}
	room, end := most-len("…"), 0
	for state, rest := -1, s; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if room -= Units(cluster); room < 0 {
			break
		}
		end += len(cluster)
	}
	return strings.TrimSpace(s[:end]) + "…"
}
