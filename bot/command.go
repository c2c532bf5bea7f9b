package bot

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// Command declares one verb. Everything that a platform, the help or the
// documentation says of it comes from here.
type Command struct {
	// Name is the verb, or a group and a verb, such as "book status".
	Name    string
	Summary string
	// Local has them in other languages: Name and Summary are English.
	Local map[Locale]Wording
	Args  []Arg
	// Role is the least role that may use it.
	Role briefings.Role
	// Menu is what the command is called in the menu of a message, on platforms that
	// have one; empty for those that are not there. What it is given of the message is
	// in its arguments of the names MessageText, MessageLink, MessagePosted and
	// MessageID.
	Menu string
	// Phrases are questions in plain words that mean the command.
	Phrases []phrase
	// Examples are lines that a reader could type, without the slash.
	Examples []string
	// alone says that the command's group by itself means it, and others that the group
	// with words that are no verb of its does: /watch talks is watch add talks.
	alone, others bool
	run           func(ctx context.Context, c *Call) (Reply, error)
	// inOrder is what severalRequired says: every line is read with it.
	inOrder bool
	// atOnce answers what needs nothing but the snapshot, and so no deadline:
	// setting one costs as much as the answer. It may be nil.
	atOnce func(c *Call) (reply Reply, ok bool)
}

// ArgType says what an argument holds and how it is completed.
type ArgType uint8

// The types of argument.
const (
	Words        ArgType = iota // free text
	Search                      // text to look for; quotes in it make a phrase
	EntryName                   // a name, alias, slug or description of an entry
	Date                        // a day or a time, as people write them
	Whole                       // a whole number
	Flag                        // there or not there
	CommandName                 // the name of a command
	Prose                       // free text of up to MaxTextRunes characters
	RecordName                  // as EntryName, or the id of a report
	ReportName                  // the id of a report
	Attachment                  // a file: see Request.Files
	Account                     // a person or a group, as the platform names it: see Request.Accounts
	Channel                     // a channel, as the platform names it: see Request.Places
	ScheduleName                // the name of a digest
)

func (t ArgType) String() string {
	return [...]string{"text", "text", "name", "date", "number", "flag", "text", "text", "name", "report", "file", "account", "channel", "name"}[t]
}

// ViaMenu is the Via of a request that came from the menu of a message.
const ViaMenu = "menu"

// The arguments that hold what is known of the message in whose menu a command was
// chosen. A platform gives those that the command has.
const (
	MessageText   = "text"
	MessageLink   = "source"
	MessagePosted = "date"
	MessageID     = "message" // as MessageIn makes it
)

// Group returns the group that the command is in, or "".
func (c *Command) Group() string {
	group, _, ok := strings.Cut(c.Name, " ")
	if !ok {
		return ""
	}
	return group
}

// Verb returns the last word of the command's name.
func (c *Command) Verb() string { return c.Name[strings.LastIndexByte(c.Name, ' ')+1:] }

// Shown returns the arguments that people may give; those that only our own buttons
// and forms hold are not among them.
func (c *Command) Shown() []Arg {
	return slices.DeleteFunc(slices.Clone(c.Args), func(a Arg) bool { return a.hidden })
}

// Arg declares one argument of a command.
type Arg struct {
	Name    string
	Summary string
	// Local has them in other languages: Name and Summary are English.
	Local    map[Locale]Wording
	Type     ArgType
	Required bool
	// Kinds are the kinds of entry that an EntryName offers; none for all.
	Kinds []briefings.EntryKind
	// Choices are the only values of Words, where there are any.
	Choices []string
	// Min and Max bound a Whole; Max 0 stands for no bound.
	Min, Max int
	// Means is the command that the call is one of where this Flag is set; "" for the same.
	Means string
	// hidden arguments are what our own buttons and forms hold, and nobody is asked
	// for.
	hidden bool
}

// Limits of a declaration: those of the strictest platform, which is Discord
// for all of them (its application command reference).
const (
	maxCommands         = 100
	maxVerbs            = 25 // of a group
	maxMenus            = 5
	maxMenuRunes        = 32
	maxArgs             = 25
	maxChoices          = 25
	maxChoiceRunes      = 100
	maxDescriptionRunes = 100
	maxDeclarationRunes = 8000
)

var (
	nameShape    = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)
	commandShape = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}( [a-z][a-z0-9_-]{0,31})?$`)
)

// validate returns an error that names the first declaration which some
// platform would refuse.
func validate(commands []Command) error {
	seen, menus := map[string]bool{}, map[string]bool{}
	verbs, size := map[string]int{}, map[string]int{} // by the first word
	for _, c := range commands {
		if err := c.validate(); err != nil {
			return fmt.Errorf("command %q: %w", c.Name, err)
		}
		if seen[c.Name] || c.Menu != "" && menus[c.Menu] {
			return fmt.Errorf("command %q is declared twice", c.Name)
		}
		seen[c.Name], menus[c.Menu] = true, true
		first, _, _ := strings.Cut(c.Name, " ")
		verbs[first]++
		size[first] += c.size()
		switch {
		case verbs[first] > 1 && (c.Group() == "" || seen[first]):
			return fmt.Errorf("command %q: what has verbs is no command by itself", c.Name)
		case verbs[first] > maxVerbs:
			return fmt.Errorf("group %q: a platform takes %d verbs", first, maxVerbs)
		case size[first] > maxDeclarationRunes:
			return fmt.Errorf("%q: %d characters in all: a platform takes %d", first, size[first], maxDeclarationRunes)
		}
	}
	if len(verbs) > maxCommands || len(menus) > maxMenus+1 {
		return fmt.Errorf("%d commands, %d of them in menus: a platform takes %d and %d", len(verbs), len(menus), maxCommands, maxMenus)
	}
	// The verbs of a group may be called as those of another are.
	byGroup := map[string][]*Command{}
	for i := range commands {
		g := commands[i].Group()
		byGroup[g] = append(byGroup[g], &commands[i])
	}
	for _, g := range slices.Sorted(maps.Keys(byGroup)) {
		list := byGroup[g]
		err := checkLocalNames("command", len(list), func(i int) (string, map[Locale]Wording) {
			return list[i].Verb(), list[i].Local
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// size is how many characters of a platform's total the declaration takes.
func (c *Command) size() int {
	size := longest(c.Name, c.Summary, c.Local)
	for _, a := range c.Shown() {
		size += longest(a.Name, a.Summary, a.Local)
		for _, choice := range a.Choices {
			size += 2 * utf8.RuneCountInString(choice) // it is shown, and it is the value
		}
	}
	return size
}

func (c *Command) validate() error {
	switch {
	case !commandShape.MatchString(c.Name):
		return fmt.Errorf("the name must match %s", commandShape)
	case utf8.RuneCountInString(c.Menu) > maxMenuRunes:
		return fmt.Errorf("its name in the menu is too long: a platform takes %d", maxMenuRunes)
	case c.Role < briefings.Reader || c.Role > briefings.Admin:
		return fmt.Errorf("no role says who may use it")
	case c.run == nil:
		return fmt.Errorf("nothing runs it")
	case len(c.Shown()) > maxArgs:
		return fmt.Errorf("%d arguments: a platform takes %d", len(c.Shown()), maxArgs)
	}
	if err := checkSummary(c.Summary); err != nil {
		return err
	}
	if err := checkLocal(c.Local); err != nil {
		return err
	}
	seen, optional := map[string]bool{}, false
	for _, a := range c.Args {
		if err := a.validate(); err != nil {
			return fmt.Errorf("argument %q: %w", a.Name, err)
		}
		if seen[a.Name] {
			return fmt.Errorf("argument %q is declared twice", a.Name)
		}
		if a.Required && optional {
			return fmt.Errorf("argument %q: required arguments come first", a.Name)
		}
		seen[a.Name], optional = true, optional || !a.Required
	}
	return checkLocalNames("argument", len(c.Args), func(i int) (string, map[Locale]Wording) {
		return c.Args[i].Name, c.Args[i].Local
	})
}

func (a *Arg) validate() error {
	switch {
	case !nameShape.MatchString(a.Name):
		return fmt.Errorf("the name must match %s", nameShape)
	case len(a.Choices) > maxChoices:
		return fmt.Errorf("%d choices: a platform takes %d", len(a.Choices), maxChoices)
	case len(a.Choices) > 0 && a.Type != Words:
		return fmt.Errorf("only text has choices")
	case len(a.Kinds) > 0 && a.Type != EntryName && a.Type != RecordName:
		return fmt.Errorf("only a name has kinds")
	case a.Required && a.Type == Flag:
		return fmt.Errorf("a flag cannot be required")
	}
	for _, choice := range a.Choices {
		if n := utf8.RuneCountInString(choice); n < 1 || n > maxChoiceRunes {
			return fmt.Errorf("choice %q: a platform takes 1 to %d characters", choice, maxChoiceRunes)
		}
	}
	if err := checkSummary(a.Summary); err != nil {
		return err
	}
	return checkLocal(a.Local)
}

func checkSummary(s string) error {
	if n := utf8.RuneCountInString(s); n < 1 || n > maxDescriptionRunes {
		return fmt.Errorf("the summary has %d characters: a platform takes 1 to %d", n, maxDescriptionRunes)
	}
	return nil
}
