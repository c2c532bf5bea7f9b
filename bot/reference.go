package bot

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// Reference returns the reference of all commands, in Markdown. It is made from
// the command table alone.
func Reference() string {
	var b strings.Builder
	b.WriteString("# Commands\n\n")
	b.WriteString("The words after a command go to its first argument; every other argument is\n")
	b.WriteString("given by name, as in `from:2025-11-30`. A value goes on to the next name; put it\n")
	b.WriteString("in quotes if it holds a colon. Where several arguments are needed, the words fill\n")
	b.WriteString("them in their order: put what has several words in quotes. Flags stand at the end. Dates may be written as\n")
	b.WriteString("`2025-12-02`, `2 Dec`, `yesterday 18:00`, `last Tuesday` or `3 days ago`.\n")
	for _, c := range table() {
		fmt.Fprintf(&b, "\n## `/%s`\n\n%s. For %ss and above.\n", c.usage(), c.Summary, c.Role)
		if c.Menu != "" {
			fmt.Fprintf(&b, "On Discord and Slack also in the menu of a message, as *%s*.\n", c.Menu)
		}
		if args := c.Shown(); len(args) > 0 {
			b.WriteString("\n| argument | what it is |\n| --- | --- |\n")
			for _, a := range args {
				fmt.Fprintf(&b, "| `%s` | %s |\n", a.usage(), a.describe())
			}
		}
		for i, e := range c.Examples {
			if i == 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "    /%s\n", e)
		}
	}
	return b.String()
}

// describe says what an argument is, and what it may be.
func (a *Arg) describe() string {
	s := a.Summary
	if a.Required {
		s += "; needed"
	}
	if len(a.Choices) > 0 {
		s += "; " + strings.Join(a.Choices, ", ")
	}
	if a.Type == Whole && a.Max > 0 {
		s += fmt.Sprintf("; %d to %d", a.Min, a.Max)
	}
	if len(a.Kinds) > 0 {
		s += "; offers " + joinKinds(a.Kinds)
	}
	return s
}

func joinKinds(kinds []briefings.EntryKind) string {
	list := make([]string, len(kinds))
	for i, k := range kinds {
		list[i] = kindNames[k] + "s"
	}
	return joinNames(list)
}
