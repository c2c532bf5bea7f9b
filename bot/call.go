package bot

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// MaxValueRunes is how long the value of an argument may be. It is longer than
// any name or question, and what a look-up costs grows with it.
const MaxValueRunes = 500

// MaxTextRunes is how long a Prose may be: the book takes 4,000 bytes of one.
const MaxTextRunes = 4000

// Call is one command being answered.
type Call struct {
	Command *Command
	Request Request
	// Now is the book as it stands.
	Now *briefings.Snapshot

	bot *Bot
	// operator says that it is asked in the operator's own terminal.
	operator bool
	// acted says that the call has had an effect, and again is what shows the answer to
	// it once more: the effect is not to come again.
	acted bool
	again Invocation
	// picked are the accounts that its arguments name, by their values.
	picked map[string]AccountRef
	// pickedPlaces are the channels that its arguments name, by their values.
	pickedPlaces map[string]PlaceRef
	// newSources are those that the call names and the book does not have yet.
	newSources []*briefings.Source
	then       *view // the book as of the moment that was asked for, once it was read
	args       []Value
	room       [4]Value // where args begin, so that few lines need more
}

// Arg returns an argument as it was given, or the empty string.
func (c *Call) Arg(name string) string {
	for i := range c.args {
		if c.args[i].Name == name {
			return c.args[i].Value
		}
	}
	return ""
}

// Given reports whether an argument was given, if only an empty one: a form gives
// those that were emptied.
func (c *Call) Given(name string) bool {
	return slices.ContainsFunc(c.args, func(v Value) bool { return v.Name == name })
}

// flagWords are the values of a flag: the first half sets it.
var flagWords = []string{"true", "yes", "on", "1", "false", "no", "off", "0"}

// Flag reports whether a flag is set.
func (c *Call) Flag(name string) bool {
	value := c.Arg(name)
	return value != "" && slices.Contains(flagWords[:len(flagWords)/2], strings.ToLower(value))
}

// divert makes the call one of another command, where a flag that is set means that: status
// talks pin is desk pin talks.
func (c *Call) divert() {
	for _, a := range c.Command.Args {
		if other := c.bot.byName[a.Means]; other != nil && c.Flag(a.Name) {
			c.Command = other
			c.args = slices.DeleteFunc(c.args, func(v Value) bool { return other.arg(v.Name) == nil })
			return
		}
	}
}

// Whole returns a whole number, or the given one where the argument is absent.
// check has seen that it is one, and within its bounds.
func (c *Call) Whole(name string, otherwise int) int {
	if n, err := strconv.Atoi(c.Arg(name)); err == nil {
		return n
	}
	return otherwise
}

// Date returns a date, or the unknown moment where the argument is absent.
// check has seen that it can be read.
func (c *Call) Date(name string) briefings.Moment {
	s := c.Arg(name)
	if s == "" {
		return briefings.Moment{}
	}
	m, err := briefings.ParseWhen(s, c.Request.Now, c.zone())
	if err != nil {
		return briefings.Moment{}
	}
	return m
}

// Invocation returns the command with the arguments of this call.
func (c *Call) Invocation() Invocation {
	return Invocation{c.Command.Name, append([]Value(nil), c.args...)}
}

func (c *Call) set(name, value string) {
	for i := range c.args {
		if c.args[i].Name == name {
			c.args[i].Value = value
			return
		}
	}
	c.args = append(c.args, Value{name, value})
}

// zone returns the zone in which the request's clock times are read.
func (c *Call) zone() *time.Location {
	if c.Request.Zone != nil {
		return c.Request.Zone
	}
	if c.Now != nil {
		return c.Now.Book.Location()
	}
	return time.UTC
}

// days returns the zone in which days begin and end: that of the book, since its
// reports are dated by it. Clock times are the asker's own; see zone.
func (c *Call) days() *time.Location { return c.Now.Book.Location() }

// check returns ErrInvalid with a sentence for the first argument that the
// declaration does not allow.
func (c *Call) check() error {
	for i, v := range c.args {
		arg := c.Command.arg(v.Name)
		if arg == nil {
			return briefings.Errorf(briefings.ErrInvalid, "%s has no argument %q. %s shows what it takes.", c.typed(c.Command.Name), v.Name, c.typed("help "+c.Command.Name))
		}
		if v.Name == MessageText && c.Request.Via == ViaMenu { // a message may be longer than what people type
			v.Value = clipTo(v.Value, MaxTextRunes)
			c.args[i].Value = v.Value
		}
		if most := arg.maxRunes(); utf8.RuneCountInString(v.Value) > most {
			return briefings.Errorf(briefings.ErrInvalid, "What you wrote for %s is too long: keep it under %d characters.", v.Name, most)
		}
		if v.Value == "" {
			continue // it was emptied
		}
		switch arg.Type {
		case Account:
			c.pick(&c.args[i])
			continue
		case Channel:
			c.pickPlace(&c.args[i])
			continue
		}
		if len(arg.Choices) > 0 {
			if other := otherWords[strings.ToLower(v.Value)]; slices.Contains(arg.Choices, other) {
				c.args[i].Value = other
				continue
			}
			if n := slices.IndexFunc(arg.Choices, func(choice string) bool { return strings.EqualFold(choice, v.Value) }); n >= 0 {
				c.args[i].Value = arg.Choices[n] // as we know it
				continue
			}
		}
		if err := arg.check(v.Value, c.Request.Now, c.zone()); err != nil {
			return err
		}
	}
	for i := range c.Command.Args {
		if a := &c.Command.Args[i]; a.Required && c.Arg(a.Name) == "" && !(a.Type == Prose && c.Given(a.Name)) {
			say := "Say what you are asking about"
			if c.Command.Role > briefings.Reader {
				say = "The " + strings.ReplaceAll(a.Name, "_", " ") + " is missing"
			}
			return briefings.Errorf(briefings.ErrInvalid, "%s: %s. For example: %s", say, c.typed(c.Command.usage()), c.typed(c.Command.Examples[0]))
		}
	}
	return nil
}

// pick writes an account that the platform names as its id, so that the same can be
// asked again where the platform does not name it.
func (c *Call) pick(v *Value) {
	a, ok := c.Request.Accounts[v.Value]
	if !ok {
		return
	}
	if a.Name == "" {
		a.Name = a.ID
	}
	kind := "user:"
	if a.Group {
		kind = "group:"
	}
	v.Value = kind + a.ID
	if c.picked == nil {
		c.picked = map[string]AccountRef{}
	}
	c.picked[v.Value] = a
}

// maxRunes is how long a value of the argument may be.
func (a *Arg) maxRunes() int {
	if a.Type == Prose {
		return MaxTextRunes
	}
	return MaxValueRunes
}

// check returns ErrInvalid unless the value can be this argument's.
func (a *Arg) check(value string, now time.Time, zone *time.Location) error {
	switch a.Type {
	case Date:
		_, err := briefings.ParseWhen(value, now, zone)
		return err
	case Whole:
		n, err := strconv.Atoi(value)
		if err != nil || n < a.Min || a.Max > 0 && n > a.Max {
			return briefings.Errorf(briefings.ErrInvalid, "%s must be a whole number from %d to %d, not %q.", a.Name, a.Min, a.Max, clip(value))
		}
	case Flag:
		if !slices.Contains(flagWords, strings.ToLower(value)) {
			return briefings.Errorf(briefings.ErrInvalid, "%s is there or not there: write %s, or leave it out.", a.Name, a.Name)
		}
	case Words:
		if len(a.Choices) == 0 {
			return nil
		}
		for _, choice := range a.Choices {
			if strings.EqualFold(choice, value) {
				return nil
			}
		}
		return briefings.Errorf(briefings.ErrInvalid, "%s must be one of %s, not %q.", a.Name, strings.Join(a.Choices, ", "), clip(value))
	}
	return nil
}

// typed is a command line as it would be typed where this one was.
func (c *Call) typed(line string) string {
	if c.Request.Prompt != "" {
		return c.Request.Prompt + line
	}
	return "/" + line
}
