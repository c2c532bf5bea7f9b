package console

import (
	"strings"

	"github.com/rivo/uniseg"
)

// cells returns how many cells of a terminal s takes.
func cells(s string) int { return uniseg.StringWidth(s) }

// stretch is a part of a string, from its first byte to before its last.
type stretch struct{ from, to int }

// wrap splits clean text into the lines that show it in width cells; 0 wraps
// nothing. A newline ends a line, and empty lines part paragraphs: never more
// than one, none at either end. Lines break at spaces, which then go, and
// between wide characters where their script allows it. A word that is wider
// than a line is broken between characters, so that no line is ever wider but
// for what is whole: there lines break at spaces alone.
func wrap(s string, whole []stretch, width int) []stretch {
	var lines []stretch
	blank := false
	for from := 0; from <= len(s); {
		to := len(s)
		if i := strings.IndexByte(s[from:], '\n'); i >= 0 {
			to = from + i
		}
		if strings.Trim(s[from:to], " ") == "" {
			blank = true
		} else {
			if blank && len(lines) > 0 {
				lines = append(lines, stretch{from, from})
			}
			blank = false
			lines = wrapLine(lines, s, from, to, whole, width)
		}
		from = to + 1
	}
	return lines
}

// wrapLine appends the lines that show s[from:to], which has no newline.
func wrapLine(lines []stretch, s string, from, to int, whole []stretch, width int) []stretch {
	for from < to && s[from] == ' ' {
		from++
	}
	if width <= 0 {
		return append(lines, stretch{from, from + len(strings.TrimRight(s[from:to], " "))})
	}
	var (
		col int // cells since from
		// The last place where this line may break: what is before it, where
		// the next line would begin, and col there.
		before, next, nextCol = -1, 0, 0
		// What the previous character was.
		space, wide, breaks bool
		keep                bool // whether it belongs to what is whole
	)
	rest, state := s[from:to], -1
	for at := from; rest != ""; {
		var c string
		var bounds int
		c, rest, bounds, state = uniseg.StepString(rest, state)
		w := bounds >> uniseg.ShiftWidth
		if c == " " {
			if !space {
				before = at
			}
			col++
			at++
			next, nextCol, space, keep = at, col, true, false
			continue
		}
		for len(whole) > 0 && whole[0].to <= at {
			whole = whole[1:]
		}
		if len(whole) > 0 && whole[0].from < at {
			keep = true // and what follows it without a space
		}
		if breaks && !space && !keep && (wide || w == 2) {
			before, next, nextCol = at, at, col
		}
		if col+w > width && before > from {
			lines = append(lines, stretch{from, before})
			from, col, before = next, col-nextCol, -1
		}
		if col+w > width && at > from && !keep {
			lines = append(lines, stretch{from, at})
			from, col, before = at, 0, -1
		}
		col += w
		at += len(c)
		if strings.HasSuffix(c, " ") { // behind a sign that joins what follows
			before, next, nextCol, keep = at, at, col, false
		}
		space, wide, breaks = false, w == 2, bounds&uniseg.MaskLine == uniseg.LineCanBreak
	}
	return append(lines, stretch{from, from + len(strings.TrimRight(s[from:to], " "))})
}
