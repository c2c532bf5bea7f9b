package slacktest

import (
	"fmt"
	"slices"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// surface is where components are: a message or a view.
type surface struct {
	c       *Client
	message *message // nil in a view
	view    *view    // nil in a message
}

// of finds the message that the person looks at. Callers hold mu.
func (c *Client) of(m *Message) (surface, error) {
	kept := c.channel.find(m.TS)
	if kept == nil || !kept.seenBy(c.person) {
		return surface{}, fmt.Errorf("message %s: %w", m.TS, ErrNotSeen)
	}
	return surface{c: c, message: kept}, nil
}

func (f surface) blocks() []any {
	if f.view != nil {
		return list(f.view.o, "blocks")
	}
	return f.message.blocks
}

// element finds a component by its action_id or by its label.
func (f surface) element(which string, fits func(kind string) bool) (block, element object, err error) {
	eachElement(f.blocks(), func(b, e object) {
		if element == nil && str(e, "action_id") == which && fits(str(e, "type")) {
			block, element = b, e
		}
	})
	eachElement(f.blocks(), func(b, e object) {
		label := str(obj(e, "text"), "text")
		if str(b, "type") == "input" {
			label = str(obj(b, "label"), "text")
		}
		if element == nil && label == which && fits(str(e, "type")) {
			block, element = b, e
		}
	})
	if element == nil {
		return nil, nil, fmt.Errorf("%w: %q", ErrNoComponent, which)
	}
	return block, element, nil
}

func isButton(kind string) bool { return kind == "button" }

func isChoice(kind string) bool { return kind != "button" && !isInput(kind) }

func isInput(kind string) bool {
	return slices.Contains([]string{"plain_text_input", "email_text_input", "url_text_input", "number_input"}, kind)
}

// Press presses a button of a message, which is named by its action_id or its
// label.
func (c *Client) Press(m *Message, button string) (*Shown, error) {
	c.s.mu.Lock()
	f, err := c.of(m)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	return f.press(button)
}

// press is called with mu held, and lets go of it.
func (f surface) press(button string) (*Shown, error) {
	block, element, err := f.element(button, isButton)
	if err != nil {
		f.c.s.mu.Unlock()
		return nil, err
	}
	action := object{"type": "button", "text": standin.Clone(element["text"])}
	for _, key := range []string{"value", "url", "style"} {
		if v, ok := element[key]; ok {
			action[key] = v
		}
	}
	return f.act(block, element, action)
}

// Choose chooses something in a menu of a message, by its value or its label.
// The menu is named by its action_id. Of external menus, only what Suggest
// returned last is there to be chosen.
func (c *Client) Choose(m *Message, actionID, what string) (*Shown, error) {
	c.s.mu.Lock()
	f, err := c.of(m)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	block, element, err := f.element(actionID, isChoice)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	value, err := f.choice(block, element, what)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	return f.act(block, element, value)
}

// choice returns the value of a menu once something is chosen. Callers hold mu.
func (f surface) choice(block, element object, what string) (object, error) {
	kind := str(element, "type")
	value := object{"type": kind}
	switch kind {
	case "users_select":
		value["selected_user"] = what
		return value, nil
	case "channels_select":
		value["selected_channel"] = what
		return value, nil
	case "conversations_select":
		value["selected_conversation"] = what
		return value, nil
	case "datepicker":
		value["selected_date"] = what
		return value, nil
	case "timepicker":
		value["selected_time"] = what
		return value, nil
	case "datetimepicker":
		n, ok := number(what)
		if !ok {
			return nil, fmt.Errorf("%w: %q is no time", ErrNoComponent, what)
		}
		value["selected_date_time"] = n
		return value, nil
	}
	offered := options(element)
	if kind == "external_select" || kind == "multi_external_select" {
		offered = f.c.person.suggested[f.key(block, element)]
	}
	at := slices.IndexFunc(offered, func(o object) bool { return str(o, "value") == what })
	if at < 0 {
		at = slices.IndexFunc(offered, func(o object) bool { return str(obj(o, "text"), "text") == what })
	}
	if at < 0 {
		return nil, fmt.Errorf("%w: %q does not offer %q", ErrNoComponent, str(element, "action_id"), what)
	}
	chosen := standin.Clone(offered[at])
	if kind == "checkboxes" || kind == "multi_static_select" || kind == "multi_external_select" {
		value["selected_options"] = append(slices.Clone(list(obj(obj(obj(f.state(), "values"), str(block, "block_id")), str(element, "action_id")), "selected_options")), chosen)
		return value, nil
	}
	value["selected_option"] = chosen
	return value, nil
}

// options are what a menu offers of itself.
func options(o object) []object {
	out := objects(list(o, "options"))
	for _, g := range objects(list(o, "option_groups")) {
		out = append(out, objects(list(g, "options"))...)
	}
	return out
}

// key names a menu among all.
func (f surface) key(block, element object) string {
	if f.view != nil {
		return f.view.id + "\x00" + place(block, element)
	}
	return f.message.ts + "\x00" + place(block, element)
}

// values are what the person has chosen on the surface. Callers hold mu.
func (f surface) values() map[string]object {
	if f.view != nil {
		return f.view.values
	}
	p := f.c.person
	if p.chosen[f.message] == nil {
		p.chosen[f.message] = map[string]object{}
	}
	return p.chosen[f.message]
}

func (f surface) state() object { return stateOf(f.blocks(), f.values()) }

// act sends a block_actions and waits for what comes of it. It is called with
// mu held, and lets go of it.
func (f surface) act(block, element, action object) (*Shown, error) {
	s, p := f.c.s, f.c.person
	if kind := str(element, "type"); kind != "button" && kind != "overflow" {
		f.values()[place(block, element)] = standin.Clone(action)
	}
	action["action_id"], action["block_id"], action["action_ts"] = str(element, "action_id"), str(block, "block_id"), s.newTS()
	if v, ok := element["placeholder"]; ok {
		action["placeholder"] = standin.Clone(v)
	}
	d := &delivery{kind: interactionKind, name: "block_actions", team: p.team}
	d.payload = f.payload("block_actions")
	d.payload["actions"] = []any{action}
	d.payload["trigger_id"] = s.newTrigger(p, d, f.view)
	if f.message != nil {
		d.payload["state"] = f.state()
		d.payload["response_url"] = s.newResponseURL(f.message.channel, p, d, f.message)
	}
	from := len(s.changes)
	s.start(d)
	s.mu.Unlock()
	return f.c.wait(from, d)
}

// payload is what all interactions with the surface hold. A message that one
// person alone sees is not kept by Slack, and so is not in them. Callers hold
// mu.
func (f surface) payload(kind string) object {
	s, p := f.c.s, f.c.person
	o := object{
		"type": kind, "user": p.brief(), "api_app_id": s.o.AppID, "token": verificationToken,
		"team": object{"id": p.team.ID, "domain": p.team.Domain}, "enterprise": nil, "is_enterprise_install": false,
	}
	if f.view != nil {
		o["container"] = object{"type": "view", "view_id": f.view.id}
		o["view"] = f.view.object()
		return o
	}
	m := f.message
	container := object{"type": "message", "message_ts": m.ts, "channel_id": m.channel.ID, "is_ephemeral": m.viewer != nil}
	if m.thread != "" {
		container["thread_ts"] = m.thread
	}
	o["container"], o["channel"] = container, object{"id": m.channel.ID, "name": m.channel.nameFor()}
	if m.viewer == nil {
		o["message"] = m.object(true)
	}
	return o
}
