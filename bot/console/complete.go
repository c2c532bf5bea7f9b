package console

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/bot"
)

// maxListed is how many choices are listed; a Tab more reaches the others too.
const maxListed = 12

// completion is what Tab does. It completes the only choice, or as much as all
// choices have in common, or else lists them; further Tabs then put one after
// the other in place, and what was typed after the last.
type completion struct {
	choose func(typed string) (from int, choices []bot.Choice)
	list   func(line string, choices []bot.Choice)

	// What a further Tab goes on with: the line and place that the last one
	// left, what was typed from where on, and the choice that stands there.
	line    string
	pos     int
	from    int
	typed   string
	choices []bot.Choice
	at      int
}

// tab returns the line, and the place in it, that Tab makes of another.
func (c *completion) tab(line string, pos int) (string, int) {
	if len(c.choices) > 0 && line == c.line && pos == c.pos {
		return c.next()
	}
	c.choices = nil
	from, choices := c.choose(line[:pos])
	if len(choices) == 0 || from < 0 || from > pos {
		return line, pos
	}
	typed := line[from:pos]
	common := choices[0].Value
	for _, choice := range choices[1:] {
		common = commonPrefix(common, choice.Value)
	}
	switch {
	case len(choices) == 1:
		if line[pos:] == "" && !strings.HasSuffix(common, ":") {
			common += " "
		}
		return put(line, from, pos, common)
	case len(common) > len(typed) && strings.EqualFold(common[:len(typed)], typed):
		return put(line, from, pos, common)
	default:
		c.list(line, choices)
		c.line, c.pos, c.from, c.typed, c.choices, c.at = line, pos, from, typed, choices, -1
		return line, pos
	}
}

// next puts the next choice in the place of the one before.
func (c *completion) next() (string, int) {
	word := c.typed
	if c.at++; c.at < len(c.choices) {
		word = c.choices[c.at].Value
	} else {
		c.at = -1
	}
	c.line, c.pos = put(c.line, c.from, c.pos, word)
	return c.line, c.pos
}

// put replaces line[from:to], and returns where that ends.
func put(line string, from, to int, word string) (string, int) {
	return line[:from] + word + line[to:], from + len(word)
}

func commonPrefix(a, b string) string {
	n := 0
	for i, r := range a {
		if !strings.HasPrefix(b[i:], string(r)) {
			break
		}
		n = i + len(string(r))
	}
	return a[:n]
}

// choices asks the core how the line might go on.
func (s *session) choices(typed string) (from int, choices []bot.Choice) {
	from, choices = s.core.CompleteLine(s.ctx, s.console.request(typed, screenLines))
	safe := make([]bot.Choice, len(choices))
	for i, c := range choices {
		safe[i] = bot.Choice{Value: bot.CleanLine(c.Value), Label: bot.CleanLine(c.Label)}
	}
	return from, safe
}

// listChoices shows choices under the line that they complete, each in a line
// as far as there is room.
func (s *session) listChoices(line string, choices []bot.Choice) {
	p := page{style: s.style()}
	p.out.WriteString(s.console.opts.Prompt + line + "\n")
	listed := choices[:min(len(choices), maxListed)]
	column := 0
	for _, c := range listed {
		if !strings.HasPrefix(c.Label, c.Value) {
			column = max(column, min(cells(c.Value), maxLabel))
		}
	}
	for _, c := range listed {
		t := words(plain, c.Value)
		if more, ok := strings.CutPrefix(c.Label, c.Value); ok {
			t.add(faint, more)
		} else {
			t.add(plain, strings.Repeat(" ", max(0, column-cells(c.Value))+2))
			t.add(faint, c.Label)
		}
		p.hang(rich{}, 2, t.cut(p.style.Width-2))
	}
	if more := len(choices) - maxListed; more > 0 {
		p.hang(rich{}, 2, words(faint, fmt.Sprintf("and %d more", more)))
	}
	_, _ = s.term.Write(p.out.Bytes()) // a terminal that is gone ends the next Read
}

// cut returns as much of the text as so many cells hold.
func (t rich) cut(width int) rich {
	if cells(t.text) <= width {
		return t
	}
	first := wrap(t.text, nil, width-1)[0]
	var short rich
	from := 0
	for _, m := range t.marks {
		short.add(m.face, t.text[min(from, first.to):min(m.to, first.to)])
		from = m.to
	}
	short.add(faint, "…")
	return short
}
