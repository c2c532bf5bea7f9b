package bot

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// maxLineBytes bounds a typed line. It is more than any platform lets through.
const maxLineBytes = 8 << 10

// fallback is the command of a line that begins with no verb.
const fallback = "brief"

// parse finds the command that the request means and its arguments, and puts
// them into the call. It returns ErrInvalid with a sentence where it cannot. What the
// arguments say is looked at once it is known that the actor may ask: see check.
func (b *Bot) parse(c *Call) error {
	r := &c.Request
	if r.Invocation.Command != "" {
		cmd := b.byName[r.Invocation.Command]
		if cmd == nil {
			return briefings.Errorf(briefings.ErrInvalid, "There is no command %s. %s lists them.", c.typed(r.Invocation.Command), c.typed("help"))
		}
		c.Command = cmd
		for _, v := range r.Invocation.Args {
			if a := cmd.arg(v.Name); a != nil {
				v.Name = a.Name // as_of may have come as asof
				if a.Type == EntryName || a.Type == RecordName {
					v.Value = unlabelled(c.Now, v.Value)
				}
			}
			c.args = append(c.args, v)
		}
		return nil
	}
	if len(r.Text) > maxLineBytes {
		return briefings.Errorf(briefings.ErrInvalid, "That is too long to be a question: keep it under %d letters.", maxLineBytes/2)
	}
	if line := strings.TrimSpace(r.Text); line != "" && line[0] != '/' {
		if c.Command = b.plainWords(c); c.Command != nil {
			return nil
		}
	}
	verb, rest := cutVerb(r.Text)
	cmd := b.byName[verb]
	if cmd == nil {
		cmd = b.byName[strings.ToLower(verb)]
	}
	if cmd == nil && len(b.groups[strings.ToLower(verb)]) > 0 {
		var err error
		if cmd, rest, err = c.verbOf(strings.ToLower(verb), rest); err != nil {
			return err
		}
	}
	if cmd == nil {
		if near := b.nearVerb(r.Text, verb); near != "" {
			return briefings.Errorf(briefings.ErrInvalid, "There is no command %s. Did you mean %s? %s lists them.", c.typed(clip(verb)), c.typed(near), c.typed("help"))
		}
		cmd, rest = b.byName[fallback], strings.TrimPrefix(strings.TrimSpace(r.Text), "/")
	}
	c.Command = cmd
	return c.read(rest)
}

// defaults are what a group means by itself, and with words that are no verb of its; nil
// for nothing.
func (b *Bot) defaults(group string) (alone, others *Command) {
	for _, v := range b.groups[group] {
		switch c := b.byName[group+" "+v]; {
		case c.alone:
			alone = c
		case c.others:
			others = c
		}
	}
	return alone, others
}

// verbOf finds the command of a group that a line means, which goes on with rest. It
// returns nil for what may be meant as a name: a line without a slash that merely
// begins with the group's word.
func (c *Call) verbOf(group, rest string) (cmd *Command, after string, err error) {
	verbs := c.bot.groups[group]
	verb, after := cutVerb(rest)
	if cmd := c.bot.byName[group+" "+strings.ToLower(verb)]; cmd != nil && !strings.HasPrefix(strings.TrimSpace(rest), "/") {
		return cmd, after, nil
	}
	slash := strings.HasPrefix(strings.TrimSpace(c.Request.Text), "/")
	hint := ""
	for _, v := range verbs {
		if verb != "" && (strings.HasPrefix(v, strings.ToLower(verb)) || slipOf(strings.ToLower(verb), v)) {
			hint = "Did you mean " + c.typed(group+" "+v) + "? "
			break
		}
	}
	alone, others := c.bot.defaults(group)
	switch {
	case verb == "" && alone != nil:
		return alone, "", nil
	case verb != "" && hint == "" && others != nil && (slash || c.Now.Resolve(tidy(c.Request.Text)).Page == nil):
		return others, rest, nil
	case verb == "":
		return nil, "", briefings.Errorf(briefings.ErrInvalid, "Say what to do: %s and then one of %s. %s shows what each does.", c.typed(group), strings.Join(verbs, ", "), c.typed("help "+group))
	case slash || hint != "":
		return nil, "", briefings.Errorf(briefings.ErrInvalid, "There is no command %s. %sThere are %s.", c.typed(group+" "+clip(verb)), hint, strings.Join(verbs, ", "))
	default:
		return nil, rest, nil
	}
}

// cutVerb splits a line after its first word, without the slash.
func cutVerb(line string) (verb, rest string) {
	line = strings.TrimPrefix(strings.TrimSpace(line), "/")
	if i := strings.IndexFunc(line, isSpace); i >= 0 {
		_, n := utf8.DecodeRuneInString(line[i:])
		return line[:i], line[i+n:]
	}
	return line, ""
}

// nearVerb returns the command that a mistyped one stands for. Only a line
// with a slash can mistype a command; without it, it is a name to look up.
func (b *Bot) nearVerb(line, verb string) string {
	if !strings.HasPrefix(strings.TrimSpace(line), "/") || verb == "" {
		return ""
	}
	for _, c := range b.commands {
		if strings.HasPrefix(c.Name, strings.ToLower(verb)) || slipOf(strings.ToLower(verb), c.Name) {
			return c.Name
		}
		if group, _, ok := strings.Cut(c.Name, " "); ok && slipOf(strings.ToLower(verb), group) {
			return group
		}
	}
	return ""
}

// slipOf reports whether a is b with one letter wrong, missing, added, or two
// neighbours swapped.
func slipOf(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	ra, rb := a[i:], b[i:]
	tail := func(n, m int) bool { return len(ra) >= n && len(rb) >= m && ra[n:] == rb[m:] }
	return tail(1, 1) || tail(1, 0) || tail(0, 1) ||
		len(ra) >= 2 && len(rb) >= 2 && ra[0] == rb[1] && ra[1] == rb[0] && tail(2, 2)
}

// read takes the arguments out of what was typed after the verb: name:value,
// where the value may be quoted and otherwise goes on to the next name; flags
// at the end; a date after its name, as in "since yesterday"; and words, which
// belong to the first argument that accepts them.
func (c *Call) read(rest string) error {
	if words := strings.TrimSpace(rest); !c.Command.inOrder && c.simple(words) {
		return c.bare(words)
	}
	tokens := tokenize(rest)
	tokens = c.flags(tokens)
	var words []string
	var loose []token // the same, as they were
	for i := 0; i < len(tokens); {
		if err := c.misnamed(tokens[i]); err != nil {
			return err
		}
		arg, value, used := c.named(tokens[i:])
		if arg != nil {
			c.set(arg.Name, value)
			i += used
			continue
		}
		word := tokens[i].whole()
		if tokens[i].quoted && len(c.Command.Args) > 0 && c.Command.Args[0].Type == Search {
			word = `"` + word + `"`
		}
		words, loose = append(words, word), append(loose, tokens[i])
		i++
	}
	if c.Command.inOrder {
		return c.inOrder(loose)
	}
	return c.bare(strings.Join(c.channels(words), " "))
}

// channels takes out of words those that can only be a channel, such as #news, and gives
// them to the argument that takes one.
func (c *Call) channels(words []string) []string {
	i := slices.IndexFunc(c.Command.Args, func(a Arg) bool { return a.Type == Channel })
	if i < 0 || len(words) < 2 || c.Arg(c.Command.Args[i].Name) != "" {
		return words
	}
	last := words[len(words)-1]
	if !strings.HasPrefix(last, "#") && !strings.HasPrefix(last, "<#") {
		return words
	}
	c.set(c.Command.Args[i].Name, last)
	return words[:len(words)-1]
}

// simple reports whether the words hold nothing but words, as most lines do,
// so that they need not be taken apart.
func (c *Call) simple(words string) bool {
	for i := 0; i < len(words); i++ {
		if b := words[i]; !plainByte[b] || b == ' ' && words[i+1] == ' ' {
			return false
		}
	}
	last := strings.TrimLeft(words[strings.LastIndexByte(words, ' ')+1:], "-")
	for i := range c.Command.Args {
		switch a := &c.Command.Args[i]; a.Type {
		case Flag:
			if strings.EqualFold(last, a.Name) {
				return false
			}
		case Date:
			if containsFold(words, a.Name) {
				return false
			}
		case Channel:
			if strings.Contains(words, "#") {
				return false
			}
		}
	}
	return true
}

// plainByte has the bytes that mean nothing but themselves in a line: those of
// ASCII but for control characters and for what quotes or names an argument.
// It is a table because every line is read with it.
var plainByte = func() (plain [256]bool) {
	for b := ' '; b < utf8.RuneSelf; b++ {
		plain[b] = b != ':' && b != '"' && b != '\\'
	}
	return plain
}()

// containsFold reports whether words may hold the argument's name, written
// with spaces or as it is.
func containsFold(words, name string) bool {
	for i := 0; i+len(name) <= len(words); i++ {
		if words[i]|0x20 != name[0] {
			continue
		}
		n := 1
		for n < len(name) && (words[i+n]|0x20 == name[n] || name[n] == '_' && words[i+n] == ' ') {
			n++
		}
		if n == len(name) {
			return true
		}
	}
	return false
}

// bare gives the words without a name to the first argument that accepts them.
func (c *Call) bare(words string) error {
	if words == "" {
		return nil
	}
	words = withoutVerb(words)
	for i := range c.Command.Args {
		a := &c.Command.Args[i]
		if c.Arg(a.Name) != "" {
			continue
		}
		switch a.Type {
		case Words, Search, EntryName, CommandName, Prose, RecordName, ReportName, Account, Channel, ScheduleName:
			c.set(a.Name, words)
			return nil
		case Date:
			if _, err := briefings.ParseWhen(words, c.Request.Now, c.zone()); err == nil {
				c.set(a.Name, words)
				return nil
			}
		case Whole:
			if _, err := strconv.Atoi(words); err == nil {
				c.set(a.Name, words)
				return nil
			}
		}
	}
	return briefings.Errorf(briefings.ErrInvalid, "%s cannot use %q. %s shows what it takes.", c.typed(c.Command.Name), clip(words), c.typed("help "+c.Command.Name))
}

// withoutVerb takes the verb off words that followed a command as in "who is
// Witkoff".
func withoutVerb(words string) string {
	first, rest, ok := strings.Cut(words, " ")
	if ok && (strings.EqualFold(first, "is") || strings.EqualFold(first, "are") || strings.EqualFold(first, "was") || strings.EqualFold(first, "were")) {
		return strings.TrimSpace(strings.TrimRight(rest, "?"))
	}
	return words
}

// flags takes the flags off the end of the tokens: a bare word that names one.
func (c *Call) flags(tokens []token) []token {
	for len(tokens) > 0 {
		last := tokens[len(tokens)-1]
		arg := c.Command.arg(strings.ToLower(strings.TrimLeft(last.text, "-"))) // or --full
		if last.key != "" || last.quoted || arg == nil || arg.Type != Flag {
			break
		}
		if len(tokens) == 1 && len(c.Command.Args) > 0 && c.Command.Args[0].Required {
			break // it is what the command is asked about
		}
		c.set(arg.Name, "true")
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

// named reads an argument that is given by name at the beginning of the tokens,
// and returns how many of them it used; nil where there is none.
func (c *Call) named(tokens []token) (arg *Arg, value string, used int) {
	t := tokens[0]
	if t.key == "" {
		return c.spelledOut(tokens)
	}
	arg = c.Command.arg(t.key)
	if arg == nil {
		return nil, "", 0
	}
	if t.quoted {
		return arg, t.text, 1
	}
	used = 1
	words := []string{}
	if t.text != "" {
		words = append(words, t.text)
	} else if len(tokens) > 1 && tokens[1].key == "" { // "since: yesterday"
		if tokens[1].quoted {
			return arg, tokens[1].text, 2
		}
		words, used = append(words, tokens[1].text), 2
	}
	more, n := c.goesOn(arg, words, tokens[used:])
	return arg, strings.Join(more, " "), used + n
}

// goesOn adds to a value the words that belong to it: to a date those that
// make it a longer date, to a name or a text all up to the next name.
func (c *Call) goesOn(arg *Arg, words []string, tokens []token) ([]string, int) {
	run := 0
	for run < len(tokens) && tokens[run].key == "" && !tokens[run].quoted {
		run++
	}
	switch arg.Type {
	case Words, Search, EntryName, CommandName, Prose, RecordName:
	case Date:
		for ; run > 0; run-- {
			if _, err := briefings.ParseWhen(strings.Join(append(words[:len(words):len(words)], texts(tokens[:run])...), " "), c.Request.Now, c.zone()); err == nil {
				break
			}
		}
	default:
		run = 0
	}
	return append(words, texts(tokens[:run])...), run
}

// spelledOut reads a date that follows the words of its argument's name, as in
// "since yesterday" or "as of 2 Dec".
func (c *Call) spelledOut(tokens []token) (*Arg, string, int) {
	for i := range c.Command.Args {
		a := &c.Command.Args[i]
		if a.Type != Date || c.Arg(a.Name) != "" {
			continue
		}
		name := strings.Split(a.Name, "_")
		if len(tokens) <= len(name) || tokens[0].quoted || !strings.EqualFold(strings.Join(texts(tokens[:len(name)]), "_"), a.Name) {
			continue
		}
		rest := tokens[len(name):]
		if rest[0].key != "" {
			continue
		}
		words, n := c.goesOn(a, []string{rest[0].text}, rest[1:])
		value := strings.Join(words, " ")
		if _, err := briefings.ParseWhen(value, c.Request.Now, c.zone()); err == nil {
			return a, value, len(name) + 1 + n
		}
	}
	return nil, "", 0
}

// misnamed refuses what looks like an argument by a name that this command does
// not have, but another has, or that is a slip of one that it has. Any other
// word with a colon is text.
func (c *Call) misnamed(t token) error {
	if t.key == "" || c.Command.arg(t.key) != nil {
		return nil
	}
	for i := range c.Command.Args {
		if name := c.Command.Args[i].Name; slipOf(t.key, name) {
			return briefings.Errorf(briefings.ErrInvalid, "%s has no argument %q. Did you mean %s:%s?", c.typed(c.Command.Name), t.key, name, t.text)
		}
	}
	for i := range c.bot.commands {
		if c.bot.commands[i].arg(t.key) != nil {
			return briefings.Errorf(briefings.ErrInvalid, "%s has no argument %q. %s shows what it takes; put %q in quotes if it is text.", c.typed(c.Command.Name), t.key, c.typed("help "+c.Command.Name), t.whole())
		}
	}
	return nil
}

func texts(tokens []token) []string {
	s := make([]string, len(tokens))
	for i, t := range tokens {
		s[i] = t.whole()
	}
	return s
}

// arg returns the declaration of the argument, or nil. "asof" is as_of.
func (c *Command) arg(name string) *Arg {
	for i := range c.Args {
		if a := &c.Args[i]; a.Name == name || len(name) > 2 && strings.ReplaceAll(a.Name, "_", "") == name {
			return a
		}
	}
	return nil
}
