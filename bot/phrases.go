package bot

import (
	"strings"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// phrase is a question in plain words that means a command: the whole line, or
// its beginning and end around what it is asked about. Both are folded.
type phrase struct {
	before, after string
	// arg takes what stands between, after the words of fill; without one
	// nothing may stand there.
	arg, fill string
}

// say returns the phrase for a line, in which * stands for the argument.
func say(line, arg string) phrase {
	before, after, _ := strings.Cut(line, "*")
	return phrase{before: before, after: after, arg: arg}
}

// sayOf is say for a question that asks for a role in what * stands for.
func sayOf(line, arg, role string) phrase {
	p := say(line, arg)
	p.fill = role + " of "
	return p
}

// match returns what stands in the place of the argument.
func (p phrase) match(folded string) (value string, ok bool) {
	if p.arg == "" {
		return "", folded == p.before
	}
	value, ok = strings.CutPrefix(folded, p.before)
	if ok {
		value, ok = strings.CutSuffix(value, p.after)
	}
	return p.fill + value, ok && strings.TrimSpace(value) != ""
}

// plainWords finds the command that a question in plain words means, and puts
// its argument into the call. It returns nil where no phrase fits, or where
// what is asked about cannot be the argument.
func (b *Bot) plainWords(c *Call) *Command {
	folded := names.Fold(c.Request.Text)
	for i := range b.commands {
		cmd := &b.commands[i]
		for _, p := range cmd.Phrases {
			value, ok := p.match(folded)
			if !ok || !c.fits(cmd, p.arg, value) {
				continue
			}
			if p.arg != "" {
				c.set(p.arg, value)
			}
			return cmd
		}
	}
	return nil
}

// fits reports whether a value can be the argument: a name must name an entry
// plainly, and a date must be one.
func (c *Call) fits(cmd *Command, arg, value string) bool {
	if arg == "" {
		return true
	}
	switch cmd.arg(arg).Type {
	case EntryName:
		return c.Now != nil && c.Now.Resolve(value).Page != nil
	case Date:
		_, err := briefings.ParseWhen(value, c.Request.Now, c.zone())
		return err == nil
	default:
		return true
	}
}
