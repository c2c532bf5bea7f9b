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
	cmd := b.byName[r.Invocation.Command]
	snapshot, role, err := b.open(ctx, &r)
	if err != nil || cmd == nil || role < cmd.Role {
		return nil
	}
	a := cmd.arg(arg)
	if a == nil {
		return nil
	}
	if a.Type == ScheduleName {
		return b.scheduleNames(ctx, r.Book, typed)
	}
	choices := b.values(snapshot, cmd, a, typed)
	if a.Type == EntryName || a.Type == RecordName { // a slug cannot be mistaken for another entry
		for i, p := range snapshot.Complete(typed, maxCompletions, a.Kinds...) {
			choices[i].Value = string(p.Entry.ID)
		}
	}
	return choices
}

// open returns the book of a request, and what the asker may do in it.
func (b *Bot) open(ctx context.Context, r *Request) (*briefings.Snapshot, briefings.Role, error) {
	s, err := b.library.Snapshot(ctx, r.Book)
	if err != nil {
		return nil, briefings.NoRole, err
	}
	role, err := b.role(ctx, r)
	return s, role, err
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
	case a.Type == EntryName, a.Type == RecordName:
		for _, p := range s.Complete(typed, maxCompletions, a.Kinds...) {
			choices = append(choices, Choice{p.Entry.Name, label(p.Entry)})
		}
		if a.Type == RecordName {
			choices = reports(s, typed, choices)
		}
	case a.Type == ReportName:
		choices = reports(s, typed, choices)
	case a.Type == Date:
		offer(dateHints...)
	case a.Type == CommandName:
		for i := range b.commands {
			if b.commands[i].Group() == "" {
				offer(b.commands[i].Name)
			}
		}
		for i := range b.commands {
			if b.commands[i].Group() != "" {
				offer(b.commands[i].Name)
			}
		}
	default:
		offer(a.Choices...)
	}
	return choices
}

// leastReportRunes is how much must be typed before reports are searched for it.
const leastReportRunes = 2

// reports appends the reports that are meant by what was typed: the beginning of an
// id, or words of what they say. The newest come first.
func reports(s *briefings.Snapshot, typed string, choices []Choice) []Choice {
	typed = strings.ToLower(typed)
	if utf8.RuneCountInString(typed) < leastReportRunes {
		return choices
	}
	for _, r := range s.Timeline() {
		if len(choices) >= maxCompletions {
			break
		}
		if strings.HasPrefix(string(r.ID), typed) || strings.Contains(strings.ToLower(r.Text), typed) {
			choices = append(choices, Choice{string(r.ID), clipTo(string(r.ID)+labelMark+oneLine(r.Text), maxChoiceRunes)})
		}
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
	snapshot, role, err := b.open(ctx, &r)
	if err != nil || len(r.Text) > maxLineBytes {
		return len(r.Text), nil
	}
	r.Role = role
	line := r.Text
	start := len(line) - len(strings.TrimLeftFunc(line, isSpace))
	verb, _ := cutVerb(line)
	slash := strings.HasPrefix(line[start:], "/")
	argsAt := start + len(verb)
	if slash {
		argsAt++
	}
	if argsAt == len(line) { // still in the first word
		for _, w := range b.firstWords(r.Role) {
			if strings.HasPrefix(w.Value, strings.ToLower(verb)) {
				choices = append(choices, Choice{line[start:argsAt-len(verb)] + w.Value, w.Label})
			}
		}
		if slash {
			return start, choices
		}
	}
	cmd := b.byName[strings.ToLower(verb)]
	if group := strings.ToLower(verb); len(b.groups[group]) > 0 && argsAt < len(line) {
		at := argsAt + len(line[argsAt:]) - len(strings.TrimLeftFunc(line[argsAt:], isSpace))
		second, _ := cutVerb(line[at:])
		if at+len(second) == len(line) { // still in the second word
			return at, b.verbs(group, second, r.Role)
		}
		cmd, argsAt = b.byName[group+" "+strings.ToLower(second)], at+len(second)
		if cmd == nil {
			return len(line), nil
		}
	}
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

// firstWords are what a line may begin with: the commands, and each group once.
func (b *Bot) firstWords(role briefings.Role) []Choice {
	var list []Choice
	seen := map[string]bool{}
	for i := range b.commands {
		c := &b.commands[i]
		switch g := c.Group(); {
		case c.Role > role || seen[g]:
		case g != "":
			seen[g] = true
			list = append(list, Choice{g, strings.Join(b.groups[g], ", ")})
		default:
			list = append(list, Choice{c.Name, c.Summary})
		}
	}
	return list
}

// verbs are those of a group that go on from what was typed.
func (b *Bot) verbs(group, typed string, role briefings.Role) []Choice {
	var list []Choice
	for _, v := range b.groups[group] {
		if c := b.byName[group+" "+v]; c.Role <= role && strings.HasPrefix(v, strings.ToLower(typed)) {
			list = append(list, Choice{v, c.Summary})
		}
	}
	return list
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
	for _, a := range c.Shown() {
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

// scheduleNames returns the digests whose names begin with what was typed.
func (b *Bot) scheduleNames(ctx context.Context, book briefings.BookID, typed string) []Choice {
	s := b.scheduling.Load()
	if s == nil {
		return nil
	}
	list, err := s.ledger.Schedules(ctx, book)
	if err != nil {
		return nil // it can be typed
	}
	var choices []Choice
	for _, x := range list {
		if strings.HasPrefix(x.Name, strings.ToLower(typed)) && len(choices) < maxCompletions {
			choices = append(choices, Choice{x.Name, x.Name})
		}
	}
	return choices
}
