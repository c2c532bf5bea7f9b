package bot

import (
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// severalRequired reports whether what is typed without names fills several arguments
// of the command, one after the other.
func (c *Command) severalRequired() bool {
	n := 0
	for i := range c.Args {
		if c.Args[i].Required {
			n++
		}
	}
	return n > 1
}

// maxNameWords is of how many words a name may be that is not in quotes.
const maxNameWords = 6

// inOrder gives what was typed without a name to the required arguments, in their
// order. What is in quotes is one of them. Of words, a name takes as many as are one,
// whatever has no spaces takes one, and the last argument the rest.
func (c *Call) inOrder(tokens []token) error {
	var free []*Arg
	for i := range c.Command.Args {
		if a := &c.Command.Args[i]; a.Required && !c.Given(a.Name) {
			free = append(free, a)
		}
	}
	for i, a := range free {
		if len(tokens) == 0 {
			return nil // check says what is missing
		}
		n := 1
		switch later := len(free) - 1 - i; {
		case tokens[0].quoted:
		case later == 0:
			n = len(tokens)
		case a.Type == EntryName || a.Type == RecordName:
			n = c.nameWords(a, free[i+1], tokens, later)
		}
		c.set(a.Name, strings.Join(texts(tokens[:n]), " "))
		tokens = tokens[n:]
	}
	if len(tokens) > 0 {
		return c.tooMuch(tokens)
	}
	return nil
}

// nameWords returns how many words at the beginning are the name that a takes, where
// what next takes follows, and at least later more words in all.
func (c *Call) nameWords(a, next *Arg, tokens []token, later int) int {
	run := 0
	for run < len(tokens) && !tokens[run].quoted && run < maxNameWords {
		run++
	}
	run = min(run, len(tokens)-later)
	for n := run; n > 1 && c.Now != nil; n-- {
		r := c.Now.Resolve(strings.Join(texts(tokens[:n]), " "), a.Kinds...)
		if r.Page != nil && (r.How == names.Exact || r.How == names.Alias) {
			return n
		}
	}
	for n := 1; n <= run && n < len(tokens); n++ { // all that stands before what is plainly the next
		if tokens[n].quoted || slices.ContainsFunc(next.Choices, func(s string) bool { return strings.EqualFold(s, tokens[n].text) }) {
			return n
		}
	}
	return 1
}

// tooMuch says that there is more than the command takes.
func (c *Call) tooMuch(tokens []token) error {
	return briefings.Errorf(briefings.ErrInvalid, "%s cannot use %q. Put what belongs together in quotes; %s shows what it takes.", c.typed(c.Command.Name), clip(strings.Join(texts(tokens), " ")), c.typed("help "+c.Command.Name))
}
