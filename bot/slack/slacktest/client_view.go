package slacktest

import (
	"fmt"
	"maps"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// View is a modal or a home tab as a person sees it, at the time of looking.
type View struct {
	c *Client
	v *view

	ID              string
	Type            string // "modal" or "home"
	CallbackID      string
	Title           string
	SubmitLabel     string // "" where it cannot be submitted
	PrivateMetadata string
	Hash            string
	Blocks          []any
	// Errors are what is said at the inputs, by the ids of their blocks.
	Errors map[string]string
	// Trouble is "We had some trouble connecting".
	Trouble bool
}

// look returns a view as the client shows it. Callers hold mu.
func (c *Client) look(v *view) *View {
	return &View{
		c: c, v: v, ID: v.id, Type: str(v.o, "type"), CallbackID: str(v.o, "callback_id"), Title: str(obj(v.o, "title"), "text"),
		SubmitLabel: str(obj(v.o, "submit"), "text"), PrivateMetadata: str(v.o, "private_metadata"), Hash: v.hash,
		Blocks: standin.Clone(list(v.o, "blocks")), Errors: maps.Clone(v.errors), Trouble: v.trouble,
	}
}

// top returns the modal that is open; nil where none is. Callers hold mu.
func (c *Client) top() *View {
	if n := len(c.person.stack); n > 0 {
		return c.look(c.person.stack[n-1])
	}
	return nil
}

// Modal returns the modal that the person is in; nil where there is none.
func (c *Client) Modal() *View {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.top()
}

// Home returns the home tab that was published for the person; nil where none
// was.
func (c *Client) Home() *View {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.person.home == nil {
		return nil
	}
	return c.look(c.person.home)
}

// Seen renders the view as its client would. What is wrong with an input comes
// after it.
func (v *View) Seen() Seen {
	var blocks []any
	for _, b := range v.Blocks {
		blocks = append(blocks, b)
		o, _ := b.(object)
		if e := v.Errors[str(o, "block_id")]; e != "" {
			blocks = append(blocks, object{"type": "section", "text": object{"type": "plain_text", "text": e}})
		}
	}
	o := object{"type": v.Type, "blocks": blocks, "title": object{"type": "plain_text", "text": v.Title}}
	if v.c == nil {
		return renderView(o, func(string) string { return "" })
	}
	v.c.s.mu.Lock()
	defer v.c.s.mu.Unlock()
	return renderView(o, v.c.s.nameOf)
}

// Latest returns the view as it is now; nil where it is gone.
func (v *View) Latest() *View {
	v.c.s.mu.Lock()
	defer v.c.s.mu.Unlock()
	if v.v.closed {
		return nil
	}
	return v.c.look(v.v)
}

// OpenHome opens the home tab, and returns it as it is when the application has
// published it again.
func (c *Client) OpenHome() (*View, error) {
	s, p := c.s, c.person
	s.mu.Lock()
	dm := p.directWith(p.team.bot)
	event := object{"type": "app_home_opened", "user": p.ID, "channel": dm.ID, "tab": "home", "event_ts": s.newTS()}
	if p.home != nil {
		event["view"] = p.home.object()
	}
	from := len(s.changes)
	s.emit(p.team, "app_home_opened", event)
	s.mu.Unlock()
	var shown *View
	s.host.Await(s.o.Patience, func() bool {
		for ; from < len(s.changes); from++ {
			if ch := s.changes[from]; ch.view != nil && ch.view == p.home && ch.person == p {
				shown = c.look(ch.view)
				return true
			}
		}
		return false
	})
	if shown == nil {
		return nil, ErrNothingSeen
	}
	return shown, nil
}

// OpenMessages opens the messages tab, and waits for nothing.
func (c *Client) OpenMessages() {
	s, p := c.s, c.person
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit(p.team, "app_home_opened", object{
		"type": "app_home_opened", "user": p.ID, "channel": p.directWith(p.team.bot).ID, "tab": "messages", "event_ts": s.newTS(),
	})
}

// surface finds the view as it is now. Callers hold mu.
func (v *View) surface() (surface, error) {
	if v.v.closed {
		return surface{}, fmt.Errorf("view %s: %w", v.ID, ErrNotSeen)
	}
	return surface{c: v.c, view: v.v}, nil
}

// Fill types something into an input, which is named by its action_id or its
// label.
func (v *View) Fill(actionID, value string) error {
	v.c.s.mu.Lock()
	defer v.c.s.mu.Unlock()
	f, err := v.surface()
	if err != nil {
		return err
	}
	block, element, err := f.element(actionID, isInput)
	if err != nil {
		return err
	}
	if most := whole(element, "max_length", 3000); runes(value) > most {
		return fmt.Errorf("%w: %q takes %d characters", ErrBadView, actionID, most)
	}
	o := object{"type": str(element, "type"), "value": value}
	if value == "" {
		o["value"] = nil
	}
	v.v.values[place(block, element)] = o
	return nil
}

// Typed returns what stands in an input now, which is named as for Fill: what was
// typed, or what it held at first.
func (v *View) Typed(actionID string) string {
	v.c.s.mu.Lock()
	defer v.c.s.mu.Unlock()
	f, err := v.surface()
	if err != nil {
		return ""
	}
	block, element, err := f.element(actionID, isInput)
	if err != nil {
		return ""
	}
	return str(obj(obj(obj(f.state(), "values"), str(block, "block_id")), str(element, "action_id")), "value")
}

// Choose chooses something in an input, by its value or its label. Outside of
// inputs the application is told at once: see Use.
func (v *View) Choose(actionID, what string) error {
	v.c.s.mu.Lock()
	defer v.c.s.mu.Unlock()
	f, err := v.surface()
	if err != nil {
		return err
	}
	block, element, err := f.element(actionID, isChoice)
	if err != nil {
		return err
	}
	if str(block, "type") != "input" || flag(block, "dispatch_action") {
		return fmt.Errorf("%w: %q tells the application", ErrNoComponent, actionID)
	}
	value, err := f.choice(block, element, what)
	if err != nil {
		return err
	}
	v.v.values[place(block, element)] = value
	return nil
}

// Use chooses something in a menu of which the application is told at once, and
// waits for what comes of it.
func (v *View) Use(actionID, what string) (*Shown, error) {
	v.c.s.mu.Lock()
	f, err := v.surface()
	if err != nil {
		v.c.s.mu.Unlock()
		return nil, err
	}
	block, element, err := f.element(actionID, isChoice)
	if err == nil && str(block, "type") == "input" && !flag(block, "dispatch_action") {
		err = fmt.Errorf("%w: %q tells nobody", ErrNoComponent, actionID)
	}
	if err != nil {
		v.c.s.mu.Unlock()
		return nil, err
	}
	value, err := f.choice(block, element, what)
	if err != nil {
		v.c.s.mu.Unlock()
		return nil, err
	}
	return f.act(block, element, value)
}

// Press presses a button of the view.
func (v *View) Press(button string) (*Shown, error) {
	v.c.s.mu.Lock()
	f, err := v.surface()
	if err != nil {
		v.c.s.mu.Unlock()
		return nil, err
	}
	return f.press(button)
}

// Suggest types something into an external menu of the view, and returns what
// it offers.
func (v *View) Suggest(actionID, typed string) ([]Choice, error) {
	v.c.s.mu.Lock()
	f, err := v.surface()
	if err != nil {
		v.c.s.mu.Unlock()
		return nil, err
	}
	return f.suggest(actionID, typed)
}
