package bot

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// maxCompletions is how many choices every platform shows.
const maxCompletions = 25

// dateHints are offered where a date is wanted.
var dateHints = []string{"today", "yesterday", "last week", "last month", "now"}

// Complete returns the choices for an argument, given what was typed of it.
func (b *Bot) Complete(ctx context.Context, r Request, arg, typed string) []Choice {
	snapshot, err := b.library.Snapshot(ctx, r.Book)
	cmd := b.byName[r.Invocation.Command]
	if err != nil || cmd == nil || r.Role < cmd.Role {
		return nil
	}
	a := cmd.arg(arg)
	if a == nil {
		return nil
	}
	choices := b.values(snapshot, cmd, a, typed)
	if a.Type == EntryName { // a slug cannot be mistaken for another entry
		for i, p := range snapshot.Complete(typed, maxCompletions, a.Kinds...) {
			choices[i].Value = string(p.Entry.ID)
		}
	}
	return choices
}

// values returns the choices for an argument as people would type them.
func (b *Bot) values(s *briefings.Snapshot, cmd *Command, a *Arg, typed string) []Choice {
	var choices []Choice
	offer := func(values ...string) {
		for _, v := range values {
			if len(v) >= len(typed) && strings.EqualFold(v[:len(typed)], typed) && len(choices) < maxCompletions {
				choices = append(choices, Choice{v, v})
			}
		}
	}
	switch {
	case a.Type == EntryName:
		for _, p := range s.Complete(typed, maxCompletions, a.Kinds...) {
			choices = append(choices, Choice{p.Entry.Name, label(p.Entry)})
		}
	case a.Type == Date:
		offer(dateHints...)
	case a.Type == CommandName:
		for i := range b.commands {
			offer(b.commands[i].Name)
		}
	default:
		offer(a.Choices...)
	}
	return choices
}

// labelMark parts the name from the role in the label of a choice.
const labelMark = " · "

// label shows an entry as a choice: its name, and what it is, within the
// length that every platform shows.
func label(e *briefings.Entry) string {
	s := e.Name
	if e.Role != "" {
		s += labelMark + e.Role
	} else {
		s += labelMark + kindNames[e.Kind]
	}
	for utf8.RuneCountInString(s) > maxChoiceRunes {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// unlabelled returns the name in what may be the label of a choice: some clients
// send what they show in the place of what stands behind it.
func unlabelled(s *briefings.Snapshot, value string) string {
	for name := value; strings.Contains(name, labelMark); {
		if r := s.Resolve(name); r.Page != nil && r.How == names.Exact {
			return name // the mark is part of it
		}
		name = name[:strings.LastIndex(name, labelMark)]
		value = name
	}
	return value
}

// CompleteLine returns the choices for the end of a typed line: commands for
// its first word, then names, the arguments that the command still takes, and
// what their values may be.
func (b *Bot) CompleteLine(ctx context.Context, r Request) (from int, choices []Choice) {
	snapshot, err := b.library.Snapshot(ctx, r.Book)
	if err != nil || len(r.Text) > maxLineBytes {
		return len(r.Text), nil
	}
	line := r.Text
	start := len(line) - len(strings.TrimLeftFunc(line, isSpace))
	verb, _ := cutVerb(line)
	slash := strings.HasPrefix(line[start:], "/")
	argsAt := start + len(verb)
	if slash {
		argsAt++
	}
	if argsAt == len(line) { // still in the first word
		for _, c := range b.commands {
			if c.Role <= r.Role && strings.HasPrefix(c.Name, strings.ToLower(verb)) {
				choices = append(choices, Choice{line[start:argsAt-len(verb)] + c.Name, c.Summary})
			}
		}
		if slash {
			return start, choices
		}
	}
	cmd := b.byName[strings.ToLower(verb)]
	if cmd == nil || argsAt == len(line) {
		if brief := b.byName[fallback]; r.Role >= brief.Role {
			choices = b.names(snapshot, choices, brief, line[start:])
		}
		return start, choices
	}
	if r.Role < cmd.Role {
		return len(line), nil
	}
	return b.completeArgs(snapshot, cmd, line, argsAt)
}

// names appends the names that go on from what was typed.
func (b *Bot) names(s *briefings.Snapshot, choices []Choice, cmd *Command, typed string) []Choice {
	for _, c := range b.values(s, cmd, &cmd.Args[0], typed) {
		if len(choices) < maxCompletions {
			choices = append(choices, c)
		}
	}
	return choices
}

// completeArgs completes what stands after the verb, which ends at argsAt.
func (b *Bot) completeArgs(s *briefings.Snapshot, cmd *Command, line string, argsAt int) (int, []Choice) {
	from := argsAt + len(line[argsAt:]) - len(strings.TrimLeftFunc(line[argsAt:], isSpace))
	var arg *Arg
	if len(cmd.Args) > 0 {
		arg = &cmd.Args[0]
	}
	// The value that is being typed begins after the last name with a colon.
	for at := from; at < len(line); {
		end := at + strings.IndexFunc(line[at:]+" ", isSpace)
		word := line[at:end]
		if i := strings.IndexByte(word, ':'); i > 0 {
			if a := cmd.arg(strings.ToLower(word[:i])); a != nil {
				arg, from = a, at+i+1
			}
		}
		at = end + len(line[end:]) - len(strings.TrimLeftFunc(line[end:], isSpace))
	}
	if arg == nil {
		return len(line), nil
	}
	typed := strings.TrimPrefix(line[from:], `"`)
	choices := b.values(s, cmd, arg, typed)
	if len(choices) > 0 && typed != "" {
		return from, choices
	}
	// Where nothing goes on from it, a last word may be the name of an argument.
	lastWord := 0
	if i := strings.LastIndexFunc(line, isSpace); i >= 0 {
		_, n := utf8.DecodeRuneInString(line[i:])
		lastWord = i + n
	}
	more := cmd.argNames(line[lastWord:], line)
	if typed == "" || len(more) == 0 {
		return from, append(choices, more...)[:min(len(choices)+len(more), maxCompletions)]
	}
	return lastWord, more
}

// argNames returns the arguments whose names go on from a word and that the
// line does not hold yet, as they are typed.
func (c *Command) argNames(word, line string) []Choice {
	var choices []Choice
	for _, a := range c.Args {
		typed := a.Name + ":"
		if a.Type == Flag {
			typed = a.Name
		}
		if strings.HasPrefix(typed, strings.ToLower(word)) && !strings.Contains(line, a.Name+":") {
			choices = append(choices, Choice{typed, a.Summary})
		}
	}
	return choices
}
