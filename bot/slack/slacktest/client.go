package slacktest

import (
	"errors"
	"fmt"
	"time"
)

// Errors of a client. What the person would see is said with each; see also
// ErrOperationTimeout, ErrDispatchFailed and ErrServiceError.
var (
	// ErrNothingSeen is that nothing came of it for longer than the person
	// looked, although it was acknowledged.
	ErrNothingSeen = errors.New("nothing was seen to happen")
	// ErrUnknownCommand is "/x is not a valid command".
	ErrUnknownCommand = errors.New("there is no such command")
	// ErrNoCommandHere is that commands do not work in threads, or in a
	// conversation that the person is no member of.
	ErrNoCommandHere = errors.New("commands do not work here")
	// ErrNoComponent is a component that is not there, or takes no such value.
	ErrNoComponent = errors.New("there is no such component to use")
	// ErrNotSeen is a conversation or message that the person cannot see or
	// write to.
	ErrNotSeen = errors.New("the person does not see this")
	// ErrBadView is a modal that is not filled in as it asks.
	ErrBadView = errors.New("the client does not submit the view")
)

// Shown is what a person first sees of what they did: a message that is new,
// edited or deleted, or a view that is opened or changed, or that the view they
// were in is gone.
type Shown struct {
	Message *Message
	View    *View
	Closed  bool
}

// Seen renders what is shown.
func (s *Shown) Seen() Seen {
	switch {
	case s == nil:
		return Seen{}
	case s.View != nil:
		return s.View.Seen()
	case s.Message != nil:
		return s.Message.Seen()
	}
	return Seen{}
}

// Client is a person's client that shows one conversation. Its methods return
// when the person sees what came of it.
type Client struct {
	s       *Server
	person  *Person
	channel *Channel
	thread  string
}

// In returns the person's client looking at a conversation.
func (p *Person) In(c *Channel) *Client { return &Client{s: p.s, person: p, channel: c} }

// DM returns the person's client looking at their direct messages with the bot.
func (p *Person) DM() *Client {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return &Client{s: p.s, person: p, channel: p.directWith(p.team.bot)}
}

// With returns the person's client looking at their direct messages with
// somebody else.
func (p *Person) With(q *Person) *Client {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return &Client{s: p.s, person: p, channel: p.directWith(q)}
}

// Messages returns what the person sees in a conversation, oldest first: what
// everybody sees, and what is for them alone; threads are in it, too.
func (p *Person) Messages(c *Channel) []*Message { return p.In(c).Messages() }

// Thread returns the client looking at the thread of a message.
func (c *Client) Thread(m *Message) *Client {
	ts := m.ThreadTS
	if ts == "" {
		ts = m.TS
	}
	return &Client{s: c.s, person: c.person, channel: c.channel, thread: ts}
}

// Person is who looks.
func (c *Client) Person() *Person { return c.person }

// Channel is what they look at.
func (c *Client) Channel() *Channel { return c.channel }

// Messages returns what the person sees in the conversation, or in the thread,
// oldest first.
func (c *Client) Messages() []*Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.messages()
}

func (c *Client) messages() []*Message {
	var out []*Message
	for _, m := range c.channel.messages {
		if !m.deleted && m.seenBy(c.person) && (c.thread == "" || m.thread == c.thread || m.ts == c.thread) {
			out = append(out, m.snapshot())
		}
	}
	return out
}

// Find returns the message of a time stamp as the person sees it now; nil where
// they do not.
func (c *Client) Find(ts string) *Message {
	for _, m := range c.Messages() {
		if m.TS == ts {
			return m
		}
	}
	return nil
}

// Until waits until the person sees a message that is as wanted here, and
// returns the first of them. The error is ErrNothingSeen.
func (c *Client) Until(wanted func(*Message) bool) (*Message, error) {
	end := time.Now().Add(c.s.o.Patience)
	for last := -1; ; {
		var seen []*Message
		if !c.s.host.Await(time.Until(end), func() bool {
			if len(c.s.changes) == last {
				return false
			}
			last, seen = len(c.s.changes), c.messages()
			return true
		}) {
			return nil, ErrNothingSeen
		}
		for _, m := range seen { // without mu, for Seen takes it
			if wanted(m) {
				return m, nil
			}
		}
	}
}

// Post posts a message of the person and waits for nothing. The text is as
// Slack keeps it: "<@U1>" mentions somebody, and "&lt;" is a "<".
func (c *Client) Post(text string) (*Message, error) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m, err := c.post(text)
	if err != nil {
		return nil, err
	}
	return m.snapshot(), nil
}

// post posts a message of the person. Callers hold mu.
func (c *Client) post(text string) (*message, error) {
	if !c.channel.has(c.person) || c.channel.deleted || c.channel.archived {
		return nil, fmt.Errorf("%s: %w", c.channel.Name, ErrNotSeen)
	}
	if c.thread != "" && c.channel.find(c.thread) == nil {
		return nil, fmt.Errorf("thread %s: %w", c.thread, ErrNotSeen)
	}
	return c.channel.post(&message{author: c.person, text: text, blocks: c.s.richText(text), thread: c.thread, clientID: uuid()}, nil), nil
}

// Edit changes what the person wrote.
func (c *Client) Edit(m *Message, text string) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	kept := c.channel.find(m.TS)
	if kept == nil || kept.author != c.person {
		return fmt.Errorf("message %s: %w", m.TS, ErrNotSeen)
	}
	kept.edit(text, c.s.richText(text), nil)
	kept.edited = c.s.newTS() // what people edit is said to be edited
	return nil
}

// Delete takes a message of the person's own away.
func (c *Client) Delete(m *Message) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	kept := c.channel.find(m.TS)
	if kept == nil || kept.author != c.person {
		return fmt.Errorf("message %s: %w", m.TS, ErrNotSeen)
	}
	kept.deleted = true
	return nil
}

// Say posts a message of the person, as Post does, and waits for what the bot
// makes of it.
func (c *Client) Say(text string) (*Shown, error) {
	c.s.mu.Lock()
	from := len(c.s.changes)
	_, err := c.post(text)
	c.s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return c.wait(from, nil)
}

// Reply says something in the thread of a message, and returns as Say does.
func (c *Client) Reply(m *Message, text string) (*Shown, error) { return c.Thread(m).Say(text) }

// wait returns the first thing that the person sees happen from a place in the
// changes on: something that the delivery led to, or what the bot posts here or
// to them of its own.
func (c *Client) wait(from int, d *delivery) (*Shown, error) { return c.waitFor(from, d, false) }

// waitFor is wait; where views is set, nothing else counts.
func (c *Client) waitFor(from int, d *delivery, views bool) (*Shown, error) {
	var shown *Shown
	look := func() bool {
		for ; from < len(c.s.changes) && shown == nil; from++ {
			if ch := c.s.changes[from]; ch.view != nil || !views {
				shown = c.shows(ch, d)
			}
		}
		return shown != nil
	}
	if d != nil {
		c.s.settle(d, look)
	}
	if shown == nil {
		var failure error
		c.s.host.Await(c.s.o.Patience, func() bool {
			if look() {
				return true
			}
			if d != nil && d.over && !d.acked {
				failure = d.failure
			}
			return failure != nil
		})
		switch {
		case shown != nil:
		case failure != nil:
			return nil, failure
		default:
			return nil, ErrNothingSeen
		}
	}
	return shown, nil
}

// shows returns what the person sees of a change; nil for nothing. Callers hold
// mu.
func (c *Client) shows(ch change, d *delivery) *Shown {
	if ch.cause != nil && ch.cause != d {
		return nil
	}
	switch {
	case ch.view != nil && ch.person != c.person:
		return nil
	case ch.view != nil && ch.closed:
		return &Shown{Closed: true, View: c.top()}
	case ch.view != nil:
		return &Shown{View: c.look(ch.view)}
	case ch.message == nil || ch.message.author != c.person.team.bot || !ch.message.seenBy(c.person):
		return nil
	case ch.message.channel != c.channel && ch.message.channel != c.person.direct[c.person.team.bot]:
		return nil
	}
	return &Shown{Message: ch.message.snapshot()}
}
