package discordtest

import (
	"errors"
	"fmt"
	"slices"
)

// Errors of a client. What the person would see is said with each.
var (
	// ErrNoResponse is "The application did not respond".
	ErrNoResponse = errors.New("the application did not respond")
	// ErrNoConnection is the same, where no session was there to be asked.
	ErrNoConnection = fmt.Errorf("no gateway session: %w", ErrNoResponse)
	// ErrStillThinking is "is thinking…" for longer than the person looked.
	ErrStillThinking = errors.New("the application is still thinking")
	// ErrUnknownCommand is a command that the client does not offer here.
	ErrUnknownCommand = errors.New("there is no such command here")
	// ErrBadOption is an option that the client does not let the person send.
	ErrBadOption = errors.New("the client does not send this option")
	// ErrNoComponent is a component that is not there, or disabled, or takes
	// no such values.
	ErrNoComponent = errors.New("there is no such component to use")
	// ErrNotSeen is a channel or message that the person cannot see.
	ErrNotSeen = errors.New("the person does not see this")
	// ErrBadModal is a modal that is not filled in as it asks.
	ErrBadModal = errors.New("the client does not submit the modal")
)

// Client is a person's client that shows one channel. Its methods return when
// the person sees what came of it.
type Client struct {
	s       *Server
	person  *Person
	channel *Channel
}

// In returns the person's client looking at a channel.
func (p *Person) In(c *Channel) *Client { return &Client{p.s, p, c} }

// DM returns the person's client looking at their direct messages with the bot.
func (p *Person) DM() *Client {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return &Client{p.s, p, p.s.directWith(p)}
}

// Person is who looks.
func (c *Client) Person() *Person { return c.person }

// Channel is what they look at.
func (c *Client) Channel() *Channel { return c.channel }

// Messages returns what the person sees in the channel, oldest first: what
// everybody sees, and what is for them alone.
func (c *Client) Messages() []*Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	may := c.channel.may(c.person)
	var out []*Message
	for _, m := range c.channel.messages {
		if may&ViewChannel != 0 && m.seenBy(c.person) {
			out = append(out, c.s.snapshot(m))
		}
	}
	return out
}

// Thread returns the client looking at the thread below a message, or nil where there is
// none.
func (c *Client) Thread(m *Message) *Client {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, t := range c.s.channels {
		if t.ID == m.ID && t.parent == c.channel {
			return &Client{c.s, c.person, t}
		}
	}
	return nil
}

// Say posts a message of the person.
func (c *Client) Say(content string) *Message { return c.channel.Post(c.person, content) }

func (m *message) seenBy(p *Person) bool {
	return !m.deleted && (m.viewer == nil || m.viewer == p)
}

// Press presses a button. It returns the message that it ends with: the edited
// one or a new one. Where that is a modal, only Message.Modal is set.
func (c *Client) Press(m *Message, customID string) (*Message, error) {
	return c.use(m, customID, func(o object) (object, error) {
		if whole(o, "type") != button {
			return nil, fmt.Errorf("%w: %q is no button", ErrNoComponent, customID)
		}
		return object{}, nil
	})
}

// Select chooses values in a menu, and returns as Press does.
func (c *Client) Select(m *Message, customID string, values ...string) (*Message, error) {
	return c.use(m, customID, func(o object) (object, error) {
		if !selecting(whole(o, "type")) {
			return nil, fmt.Errorf("%w: %q is no menu", ErrNoComponent, customID)
		}
		least, most := 1, 1
		if n, ok := number(o["min_values"]); ok {
			least = int(n)
		}
		if n, ok := number(o["max_values"]); ok {
			most = int(n)
		}
		if len(values) < least || len(values) > most {
			return nil, fmt.Errorf("%w: %q takes %d to %d values", ErrNoComponent, customID, least, most)
		}
		for _, v := range values {
			if whole(o, "type") == stringSelect && !slices.ContainsFunc(objects(list(o, "options")), func(o object) bool { return str(o, "value") == v }) {
				return nil, fmt.Errorf("%w: %q does not offer %q", ErrNoComponent, customID, v)
			}
		}
		return object{"values": ids(values)}, nil
	})
}

// use sends what comes of using a component of a message.
func (c *Client) use(m *Message, customID string, data func(object) (object, error)) (*Message, error) {
	c.s.mu.Lock()
	kept := c.channel.find(m.ID)
	if kept == nil || !kept.seenBy(c.person) || c.channel.may(c.person)&ViewChannel == 0 {
		c.s.mu.Unlock()
		return nil, fmt.Errorf("message %s: %w", m.ID, ErrNotSeen)
	}
	var found object
	walk(kept.components, func(o object) {
		if str(o, "custom_id") == customID {
			found = o
		}
	})
	if found == nil || flag(found, "disabled") {
		c.s.mu.Unlock()
		return nil, fmt.Errorf("%w: %q", ErrNoComponent, customID)
	}
	d, err := data(found)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	d["custom_id"], d["component_type"], d["id"] = customID, found["type"], found["id"]
	i := c.newInteraction(componentKind, d)
	i.source = kept
	i.payload["message"] = kept.full(c.person)
	return c.send(i)
}

// full is a message as an interaction holds it. Callers hold mu.
func (m *message) full(viewer *Person) object {
	o := m.object()
	if m.channel.guild != nil {
		o["guild_id"] = m.channel.guild.ID
	}
	return o
}

// send starts an interaction and waits for what comes of it. It is called with
// mu held, and lets go of it.
func (c *Client) send(i *interaction) (*Message, error) {
	before := 0
	if i.source != nil {
		before = i.source.edits
	}
	if err := c.begin(i); err != nil {
		return nil, err
	}
	var shown *message
	var modal object
	settled := c.s.host.Await(c.s.o.Patience, func() bool {
		shown, modal = i.original, i.modal
		switch i.responded {
		case answerDeferred:
			return !i.loading()
		case updateDeferred:
			if len(i.followUps) > 0 {
				shown = i.followUps[0]
				return true
			}
			return i.source.edits > before || i.source.deleted
		}
		return true
	})
	if modal != nil {
		return &Message{s: c.s, Modal: newModal(c, i, modal)}, nil
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := c.s.snapshot(shown)
	if !settled {
		return m, ErrStillThinking
	}
	return m, nil
}

// begin starts an interaction and waits for the first response. It is called
// with mu held, and lets go of it.
func (c *Client) begin(i *interaction) error {
	if !c.s.start(i) {
		i.dead = true
		c.s.mu.Unlock()
		return ErrNoConnection
	}
	c.s.mu.Unlock()
	if c.s.host.Await(c.s.o.AnswerWithin, func() bool { return i.responded != 0 }) {
		return nil
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if i.responded != 0 {
		return nil
	}
	i.dead = true
	return ErrNoResponse
}
