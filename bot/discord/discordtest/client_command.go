package discordtest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Option is a filled-in option of a command. Its value is a string, a bool, an
// int or a float64; users, roles and channels are given by their ids.
type Option struct {
	Name  string
	Value any
}

// Choice is something that a completion offers.
type Choice struct {
	Name  string
	Value any // a string, or a json.Number
}

// Slash types a command with options, such as "who" or "book add". It returns
// the message that the person ends up with; where that is a modal, only
// Message.Modal is set.
//
// The client looks commands up among what the bot has registered, and sends
// only what the declaration allows.
func (c *Client) Slash(command string, options ...Option) (*Message, error) {
	c.s.mu.Lock()
	cmd, at, err := c.resolve(chatCommand, command)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	values, resolved, err := c.fillIn(at, options)
	if err != nil {
		c.s.mu.Unlock()
		return nil, fmt.Errorf("/%s: %w", command, err)
	}
	i := c.newCommand(commandKind, cmd, command, values)
	if len(resolved) > 0 {
		obj(i.payload, "data")["resolved"] = resolved
	}
	return c.send(i)
}

// Complete returns what is offered while the person types an option. The
// others are what is filled in already.
func (c *Client) Complete(command, focused, typed string, others ...Option) ([]Choice, error) {
	c.s.mu.Lock()
	cmd, at, err := c.resolve(chatCommand, command)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	o := optionNamed(at, focused)
	if o == nil || !flag(o, "autocomplete") {
		c.s.mu.Unlock()
		return nil, fmt.Errorf("%w: %s completes nothing", ErrBadOption, focused)
	}
	var values []any
	for _, other := range others {
		d := optionNamed(at, other.Name)
		if d == nil {
			c.s.mu.Unlock()
			return nil, fmt.Errorf("%w: there is no %s", ErrBadOption, other.Name)
		}
		values = append(values, object{"name": other.Name, "type": d["type"], "value": other.Value})
	}
	values = append(values, object{"name": focused, "type": o["type"], "value": typed, "focused": true})
	i := c.newCommand(completeKind, cmd, command, values)
	i.optionKind = whole(o, "type")
	if err := c.begin(i); err != nil {
		return nil, err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var out []Choice
	for _, choice := range objects(i.choices) {
		name := str(choice, "name")
		if s := str(obj(choice, "name_localizations"), c.person.Locale); s != "" {
			name = s
		}
		out = append(out, Choice{name, choice["value"]})
	}
	return out, nil
}

// MessageMenu chooses a command in the menu of a message.
func (c *Client) MessageMenu(command string, target *Message) (*Message, error) {
	c.s.mu.Lock()
	cmd, _, err := c.resolve(messageCommand, command)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	m := c.channel.find(target.ID)
	if m == nil || !m.seenBy(c.person) || m.viewer != nil {
		c.s.mu.Unlock()
		return nil, fmt.Errorf("message %s: %w", target.ID, ErrNotSeen)
	}
	i := c.newCommand(commandKind, cmd, command, nil)
	data := obj(i.payload, "data")
	data["target_id"], data["resolved"] = m.id, object{"messages": object{m.id: m.object()}}
	return c.send(i)
}

// UserMenu chooses a command in the menu of a person.
func (c *Client) UserMenu(command string, target *Person) (*Message, error) {
	c.s.mu.Lock()
	cmd, _, err := c.resolve(userCommand, command)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	i := c.newCommand(commandKind, cmd, command, nil)
	data, resolved := obj(i.payload, "data"), object{}
	c.resolveUser(resolved, target)
	data["target_id"], data["resolved"] = target.ID, resolved
	return c.send(i)
}

// Offered returns the names of the slash commands that the client offers here,
// with those of subcommands written out.
func (c *Client) Offered() []string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var out []string
	var add func(string, object)
	add = func(name string, o object) {
		nested := false
		for _, inner := range objects(list(o, "options")) {
			if k := whole(inner, "type"); k == subcommandOption || k == groupOption {
				nested = true
				add(name+" "+str(inner, "name"), inner)
			}
		}
		if !nested {
			out = append(out, name)
		}
	}
	for _, cmd := range c.visible(chatCommand) {
		add(str(cmd, "name"), cmd)
	}
	return out
}

// visible returns the commands of a type that are offered: the guild's own
// first. Callers hold mu.
func (c *Client) visible(kind int) []object {
	g := c.channel.guild
	may := c.channel.may(c.person)
	if may&ViewChannel == 0 || may&UseApplicationCommands == 0 {
		return nil
	}
	var out []object
	add := func(scope string) {
		for _, cmd := range c.s.commands.scopes[scope] {
			if kindOf(cmd) == kind && c.available(cmd) {
				out = append(out, cmd)
			}
		}
	}
	if g != nil {
		add(g.ID)
	}
	add("")
	return out
}

// available reports whether a command may be used here by the person.
func (c *Client) available(cmd object) bool {
	g := c.channel.guild
	if need, ok := number(cmd["default_member_permissions"]); ok && g != nil {
		may := c.channel.may(c.person)
		if need == 0 && may&Administrator == 0 || may&need != need {
			return false
		}
	}
	if _, global := cmd["integration_types"]; !global {
		return true
	}
	context := 0
	if g == nil {
		context = 1
	}
	if contexts := list(cmd, "contexts"); contexts != nil {
		if !slices.ContainsFunc(contexts, func(v any) bool { n, ok := number(v); return ok && int(n) == context }) {
			return false
		}
	} else if g == nil && !flag(cmd, "dm_permission") {
		return false
	}
	installed := func(kind int64) bool {
		return slices.ContainsFunc(list(cmd, "integration_types"), func(v any) bool { n, ok := number(v); return ok && n == kind })
	}
	if (g == nil || g.members[c.s.bot.ID] != nil) && installed(0) {
		return true
	}
	return c.person.installed && installed(1)
}

// resolve returns the command of a name, and the subcommand in it that has the
// options. Callers hold mu.
func (c *Client) resolve(kind int, name string) (cmd, at object, err error) {
	words := []string{name}
	if kind == chatCommand {
		words = strings.Fields(strings.TrimPrefix(name, "/"))
	}
	if len(words) == 0 {
		return nil, nil, ErrUnknownCommand
	}
	for _, cmd := range c.visible(kind) {
		if str(cmd, "name") != words[0] {
			continue
		}
		at, rest := cmd, words[1:]
		for len(rest) > 0 && at != nil {
			at = optionNamed(at, rest[0])
			if k := whole(at, "type"); k != subcommandOption && k != groupOption {
				at = nil
			}
			rest = rest[1:]
		}
		if at == nil || slices.ContainsFunc(objects(list(at, "options")), func(o object) bool { return whole(o, "type") <= groupOption }) {
			continue
		}
		return cmd, at, nil
	}
	return nil, nil, fmt.Errorf("%w: %s", ErrUnknownCommand, name)
}

func optionNamed(at object, name string) object {
	for _, o := range objects(list(at, "options")) {
		if str(o, "name") == name {
			return o
		}
	}
	return nil
}

// fillIn checks options as a client does, and returns them as they are sent.
func (c *Client) fillIn(at object, options []Option) ([]any, object, error) {
	var out []any
	resolved := object{}
	given := map[string]bool{}
	for _, opt := range options {
		o := optionNamed(at, opt.Name)
		if o == nil || given[opt.Name] {
			return nil, nil, fmt.Errorf("%w: there is no %s, or it is given twice", ErrBadOption, opt.Name)
		}
		given[opt.Name] = true
		v, err := c.value(o, opt.Value, resolved)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %s %v: %s", ErrBadOption, opt.Name, opt.Value, err)
		}
		out = append(out, object{"name": opt.Name, "type": o["type"], "value": v})
	}
	for _, o := range objects(list(at, "options")) {
		if flag(o, "required") && !given[str(o, "name")] {
			return nil, nil, fmt.Errorf("%w: %s is required", ErrBadOption, str(o, "name"))
		}
	}
	return out, resolved, nil
}

// value returns a value as an option takes it, or what is wrong with it.
func (c *Client) value(o object, v any, resolved object) (any, error) {
	for _, choice := range objects(list(o, "choices")) {
		if v == choice["name"] || fmt.Sprint(v) == fmt.Sprint(choice["value"]) {
			return choice["value"], nil
		}
	}
	if len(list(o, "choices")) > 0 {
		return nil, fmt.Errorf("it is none of the choices")
	}
	s, isText := v.(string)
	switch kind := whole(o, "type"); kind {
	case stringOption:
		least, most := 0, int64(6000)
		if n, ok := number(o["min_length"]); ok {
			least = int(n)
		}
		if n, ok := number(o["max_length"]); ok {
			most = n
		}
		if !isText || s == "" || units(s) < least || int64(units(s)) > most {
			return nil, fmt.Errorf("it must be a text of %d to %d characters", least, most)
		}
		return s, nil
	case integerOption, numberOption:
		return inRange(o, v, kind == integerOption)
	case booleanOption:
		if b, ok := v.(bool); ok {
			return b, nil
		}
		return nil, fmt.Errorf("it must be true or false")
	case attachmentOption:
		f, ok := v.(File)
		if !ok {
			return nil, fmt.Errorf("it must be a file")
		}
		given := c.s.give(f)
		all := obj(resolved, "attachments")
		if all == nil {
			all = object{}
			resolved["attachments"] = all
		}
		all[str(given, "id")] = given
		return str(given, "id"), nil
	default:
		if !isText || !c.resolveID(resolved, s) {
			return nil, fmt.Errorf("it must be the id of somebody or something here")
		}
		return s, nil
	}
}

// inRange returns a number that an option takes.
func inRange(o object, v any, integer bool) (any, error) {
	var f float64
	switch v := v.(type) {
	case int:
		f = float64(v)
	case int64:
		f = float64(v)
	case float64:
		f = v
	default:
		return nil, fmt.Errorf("it must be a number")
	}
	if integer && (f != math.Trunc(f) || math.Abs(f) > maxWhole) {
		return nil, fmt.Errorf("it must be a whole number within 2^53")
	}
	for key, sign := range map[string]float64{"min_value": 1, "max_value": -1} {
		if n, ok := o[key].(json.Number); ok {
			if bound, err := n.Float64(); err == nil && (f-bound)*sign < 0 {
				return nil, fmt.Errorf("%s is %s", key, n)
			}
		}
	}
	return v, nil
}
