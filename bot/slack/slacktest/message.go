package slacktest

import (
	"slices"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// message is a message as the server keeps it.
type message struct {
	channel   *Channel
	ts        string
	author    *Person
	text      string
	blocks    []any
	thread    string  // the ts of the thread's first message; "" outside
	broadcast bool    // a reply that the channel shows, too
	viewer    *Person // who alone sees it; nil for everybody
	metadata  object
	typed     bool // a person typed it as a command that was answered in public
	edits     int
	edited    string // when, as a time stamp
	clientID  string // of what a person wrote
	deleted   bool
	pings     []string
	files     []File
	reactions map[string][]string
}

// Message is a message as somebody sees it, at the time of looking.
type Message struct {
	s *Server

	Channel   string
	TS        string
	ThreadTS  string // "" where the message is in no thread
	User      string // the id of who wrote it
	Text      string
	Blocks    []any
	Ephemeral bool   // one person alone sees it
	For       string // the id of that person
	Edits     int
	Deleted   bool
	Metadata  map[string]any
	// Pings are who was notified when the message was posted. An edit notifies
	// nobody.
	Pings []string
	Files []File
}

// Seen renders the message as its client would. A message that was made by hand
// can be rendered, too: whom it names is then unknown.
func (m *Message) Seen() Seen {
	if m.s == nil {
		return render(m.Text, m.Blocks, func(string) string { return "" })
	}
	m.s.mu.Lock()
	defer m.s.mu.Unlock()
	return render(m.Text, m.Blocks, m.s.nameOf)
}

// nameOf returns what a client shows for an id; "" where it knows none. Callers
// hold mu.
func (s *Server) nameOf(id string) string {
	switch {
	case s.people[id] != nil:
		return s.people[id].Name
	case s.channels[id] != nil:
		return s.channels[id].Name
	case s.groups[id] != nil:
		return s.groups[id].Handle
	}
	return ""
}

// snapshot returns a message as it is now. Callers hold mu.
func (m *message) snapshot() *Message {
	out := &Message{
		s: m.channel.s, Channel: m.channel.ID, TS: m.ts, ThreadTS: m.thread, User: m.author.ID, Text: m.text, Blocks: standin.Clone(m.blocks),
		Ephemeral: m.viewer != nil, Edits: m.edits, Deleted: m.deleted, Metadata: standin.Clone(m.metadata), Pings: slices.Clone(m.pings),
		Files: slices.Clone(m.files),
	}
	if m.viewer != nil {
		out.For = m.viewer.ID
	}
	return out
}

// seenBy reports whether somebody sees the message. Callers hold mu.
func (m *message) seenBy(p *Person) bool {
	if m.viewer != nil {
		return m.viewer == p && !m.channel.deleted
	}
	return m.channel.seenBy(p)
}

// change is something that somebody sees happen.
type change struct {
	cause   *delivery // what the application answered with it, where that is known
	message *message
	view    *view
	person  *Person // of a view
	closed  bool    // the view is gone
}

// show notes a change and wakes who waits for it. Callers hold mu.
func (s *Server) show(c change) {
	s.changes = append(s.changes, c)
	s.host.Note()
}

// post adds a message and tells everybody. Callers hold mu.
func (c *Channel) post(m *message, cause *delivery) *message {
	m.channel, m.ts = c, c.s.newTS()
	m.blocks = c.s.stored(m.blocks)
	m.pings = render(m.text, m.blocks, c.s.nameOf).Pings
	c.messages = append(c.messages, m)
	if m.viewer == nil && !m.typed {
		c.s.emitMessage(m)
	}
	c.s.show(change{cause: cause, message: m})
	return m
}

// edit replaces what a message says. Callers hold mu.
func (m *message) edit(text string, blocks []any, cause *delivery) {
	s, before := m.channel.s, m.object(false)
	m.text, m.blocks = text, s.stored(blocks)
	m.edits++
	if len(blocks) == 0 { // what has blocks is not said to be edited
		m.edited = s.newTS()
	}
	if m.viewer == nil {
		s.emitChanged(m, before)
	}
	s.show(change{cause: cause, message: m})
}

// remove deletes a message. Callers hold mu.
func (m *message) remove(cause *delivery) {
	s, before := m.channel.s, m.object(false)
	m.deleted = true
	if m.viewer == nil {
		s.emitDeleted(m, before)
	}
	s.show(change{cause: cause, message: m})
}

// object is the message as the API returns it. Callers hold mu.
func (m *message) object(metadata bool) object {
	o := object{"type": "message", "ts": m.ts, "user": m.author.ID, "team": m.author.team.ID, "text": m.text}
	if m.blocks != nil {
		o["blocks"] = standin.Clone(m.blocks)
	}
	if m.author.botID != "" {
		o["bot_id"] = m.author.botID
		if m.author == m.channel.team.bot {
			o["app_id"] = m.channel.s.o.AppID
		}
		o["bot_profile"] = object{
			"id": m.author.botID, "app_id": m.channel.s.o.AppID, "name": m.author.Name, "deleted": false,
			"updated": 1700000000, "team_id": m.author.team.ID, "icons": object{},
		}
	}
	if m.clientID != "" {
		o["client_msg_id"] = m.clientID
	}
	if m.edited != "" {
		o["edited"] = object{"user": m.author.ID, "ts": m.edited}
	}
	if m.thread != "" {
		o["thread_ts"] = m.thread
		if parent := m.channel.find(m.thread); parent != nil && parent != m {
			o["parent_user_id"] = parent.author.ID
		}
	}
	if m.broadcast {
		o["subtype"] = "thread_broadcast"
	}
	if replies := m.channel.repliesTo(m); len(replies) > 0 {
		o["thread_ts"], o["reply_count"], o["latest_reply"] = m.ts, len(replies), replies[len(replies)-1].ts
		var users []string
		for _, r := range replies {
			if !slices.Contains(users, r.author.ID) {
				users = append(users, r.author.ID)
			}
		}
		o["reply_users"], o["reply_users_count"] = anys(users), len(users)
	}
	if metadata && m.metadata != nil {
		o["metadata"] = standin.Clone(m.metadata)
	}
	if len(m.reactions) > 0 {
		var all []any
		for name, users := range m.reactions {
			all = append(all, object{"name": name, "users": anys(users), "count": len(users)})
		}
		o["reactions"] = all
	}
	return o
}

// repliesTo returns the public replies to a message. Callers hold mu.
func (c *Channel) repliesTo(m *message) []*message {
	var out []*message
	for _, r := range c.messages {
		if r.thread == m.ts && r != m && r.viewer == nil && !r.deleted {
			out = append(out, r)
		}
	}
	return out
}

// stored returns blocks as Slack keeps them: with ids for those that have
// none, and with the defaults of texts written out. Callers hold mu.
func (s *Server) stored(blocks []any) []any {
	out := standin.Clone(blocks)
	for _, b := range objects(out) {
		if str(b, "block_id") == "" {
			s.lastID++
			b["block_id"] = shortID(s.lastID)
		}
		s.fillIn(b)
	}
	return out
}

func (s *Server) fillIn(v any) {
	switch v := v.(type) {
	case object:
		switch str(v, "type") {
		case "plain_text":
			if _, has := v["emoji"]; !has {
				v["emoji"] = true
			}
		case "mrkdwn":
			if _, has := v["verbatim"]; !has {
				v["verbatim"] = false
			}
		}
		if interactive[str(v, "type")] && str(v, "action_id") == "" {
			s.lastID++
			v["action_id"] = shortID(s.lastID)
		}
		for k, e := range v {
			if k != "value" {
				s.fillIn(e)
			}
		}
	case []any:
		for _, e := range v {
			s.fillIn(e)
		}
	}
}

// interactive are the elements that have an action_id.
var interactive = map[string]bool{
	"button": true, "static_select": true, "external_select": true, "users_select": true, "conversations_select": true,
	"channels_select": true, "multi_static_select": true, "multi_external_select": true, "multi_users_select": true,
	"multi_conversations_select": true, "multi_channels_select": true, "overflow": true, "datepicker": true, "timepicker": true,
	"datetimepicker": true, "checkboxes": true, "radio_buttons": true, "plain_text_input": true, "email_text_input": true, "file_input": true,
	"url_text_input": true, "number_input": true, "rich_text_input": true,
}
