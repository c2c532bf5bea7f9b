package discordtest

import (
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Flags of a message.
const (
	suppressEmbeds        = 1 << 2
	ephemeralFlag         = 1 << 6
	loadingFlag           = 1 << 7
	suppressNotifications = 1 << 12
	componentsV2          = 1 << 15
)

// message is a message as the platform keeps it.
type message struct {
	id         string
	channel    *Channel
	author     *Person
	content    string
	embeds     []any
	components []any
	flags      int
	nonce      any
	viewer     *Person // who alone sees it; nil where everybody does
	webhook    bool
	answerTo   *interaction
	created    time.Time
	edited     time.Time
	edits      int
	deleted    bool
	pings      []string
	reference  string
	files      []File
	forwards   object // what the message that it passes on said
}

// post adds a message to a channel. Callers hold mu.
func (s *Server) post(m *message) *message {
	m.id, m.created = s.newID(), s.o.Now()
	m.channel.messages = append(m.channel.messages, m)
	s.announce("MESSAGE_CREATE", m)
	s.host.Note()
	return m
}

// touched tells clients that a message was edited. Callers hold mu.
func (s *Server) touched(m *message) {
	m.edited = s.o.Now()
	m.edits++
	s.announce("MESSAGE_UPDATE", m)
	s.host.Note()
}

// remove deletes a message. Callers hold mu.
func (s *Server) remove(m *message) {
	m.deleted = true
	s.announce("MESSAGE_DELETE", m)
	s.host.Note()
}

// announce dispatches an event about a message to who may know of it.
func (s *Server) announce(event string, m *message) {
	if m.viewer != nil {
		return
	}
	intent := int64(intentGuildMessages)
	if m.channel.guild == nil {
		intent = intentDirectMessages
	}
	o := m.object()
	if event == "MESSAGE_DELETE" {
		o = object{"id": m.id, "channel_id": m.channel.ID}
	} else if m.nonce != nil {
		o["nonce"] = m.nonce
	}
	if m.channel.guild != nil {
		o["guild_id"] = m.channel.guild.ID
	}
	s.dispatch(m.channel.guild, event, intent, o)
}

// take sets what a request says of a message. Callers hold mu, and have
// checked the request.
func (m *message) take(body object, defaults mentionDefaults) {
	if v, ok := body["content"]; ok {
		text, _ := v.(string)
		m.content = strings.TrimSpace(text)
	}
	if v, ok := body["embeds"]; ok {
		l, _ := v.([]any)
		m.embeds = embedsOf(l)
	}
	if v, ok := body["components"]; ok {
		l, _ := v.([]any)
		m.components = numbered(l)
	}
	const settable = suppressEmbeds | suppressNotifications | componentsV2
	if v, ok := number(body["flags"]); ok {
		m.flags = m.flags&^suppressEmbeds | int(v)&settable | m.flags&componentsV2
	}
	m.pings = m.channel.s.pinged(m, obj(body, "allowed_mentions"), defaults)
}

// embedsOf returns embeds as Discord keeps them: trimmed, with their type.
func embedsOf(l []any) []any {
	out := standin.Clone(l)
	for _, e := range objects(out) {
		e["type"] = "rich"
		trim(e)
	}
	return out
}

func trim(o object) {
	for k, v := range o {
		switch v := v.(type) {
		case string:
			o[k] = strings.TrimSpace(v)
		case object:
			trim(v)
		case []any:
			for _, e := range objects(v) {
				trim(e)
			}
		case nil:
			delete(o, k)
		}
	}
	if fields := objects(list(o, "fields")); fields != nil {
		for _, f := range fields {
			f["inline"] = flag(f, "inline")
		}
	}
}

// numbered returns components as Discord keeps them: each with an id, and
// with what is filled in.
func numbered(l []any) []any {
	out := standin.Clone(l)
	next := 1
	walk(out, func(c object) {
		if whole(c, "id") == 0 {
			c["id"] = next
		}
		next++
		for k, v := range c {
			if v == nil {
				delete(c, k)
			}
		}
		for k, v := range componentDefaults[whole(c, "type")] {
			if _, ok := c[k]; !ok {
				c[k] = v
			}
		}
	})
	return out
}

// componentDefaults are what Discord fills in, by the type of component.
var componentDefaults = map[int]object{
	stringSelect: {"min_values": 1, "max_values": 1},
	5:            {"min_values": 1, "max_values": 1},
	6:            {"min_values": 1, "max_values": 1},
	7:            {"min_values": 1, "max_values": 1},
	8:            {"min_values": 1, "max_values": 1},
	separator:    {"spacing": 1, "divider": true},
	container:    {"spoiler": false, "accent_color": nil},
}

// walk calls f with every component in l, outer ones first.
func walk(l []any, f func(object)) {
	for _, c := range objects(l) {
		f(c)
		walk(list(c, "components"), f)
		for _, key := range []string{"accessory", "component"} {
			if inner := obj(c, key); inner != nil {
				walk([]any{inner}, f)
			}
		}
	}
}

// empty reports whether there is nothing to see in a message.
func (m *message) empty() bool {
	return m.content == "" && len(m.files) == 0 && len(m.embeds) == 0 && len(m.components) == 0
}

// object is the message as the API returns it. Callers hold mu.
func (m *message) object() object {
	o := object{
		"id": m.id, "channel_id": m.channel.ID, "type": 0, "content": m.content, "author": m.author.userObject(),
		"embeds": orEmpty(standin.Clone(m.embeds)), "components": orEmpty(standin.Clone(m.components)), "flags": m.flags,
		"mentions": []any{}, "mention_roles": []any{}, "mention_everyone": slices.Contains(m.pings, "@everyone") || slices.Contains(m.pings, "@here"),
		"attachments": []any{}, "timestamp": stamp(m.created), "edited_timestamp": nil, "pinned": false, "tts": false,
	}
	if !m.edited.IsZero() {
		o["edited_timestamp"] = stamp(m.edited)
	}
	mentions, roles := []any{}, []any{}
	for _, x := range mentionsIn(m.content) {
		if p := m.channel.s.people[x.id]; x.kind == userMention && p != nil {
			mentions = append(mentions, p.userObject())
		}
		if x.kind == roleMention && m.channel.s.roles[x.id] != nil && !slices.Contains(roles, any(x.id)) {
			roles = append(roles, x.id)
		}
	}
	o["mentions"], o["mention_roles"] = mentions, roles
	if m.webhook {
		o["webhook_id"] = m.author.ID
	}
	if m.author.bot {
		o["application_id"] = m.author.ID
	}
	if m.reference != "" {
		o["type"] = 19
		o["message_reference"] = object{"type": 0, "message_id": m.reference, "channel_id": m.channel.ID}
	}
	if m.forwards != nil {
		o["message_snapshots"] = []any{object{"message": standin.Clone(m.forwards)}}
		o["message_reference"] = object{"type": 1, "message_id": m.reference, "channel_id": m.channel.ID}
		o["type"] = 0
	}
	if i := m.answerTo; i != nil {
		meta := object{
			"id": i.id, "type": i.kind, "user": i.person.userObject(), "authorizing_integration_owners": i.owners,
		}
		if i.kind == commandKind {
			o["type"] = 20
			if i.commandType != chatCommand {
				o["type"] = 23
			}
			meta["name"], meta["command_type"] = i.command, i.commandType
			o["interaction"] = object{"id": i.id, "type": i.kind, "name": i.command, "user": i.person.userObject()}
		}
		if i.source != nil && i.kind == componentKind {
			meta["interacted_message_id"] = i.source.id
		}
		o["interaction_metadata"] = meta
	}
	return o
}

// find returns a message of the channel that is not deleted. Callers hold mu.
func (c *Channel) find(id string) *message {
	for _, m := range c.messages {
		if m.id == id && !m.deleted {
			return m
		}
	}
	return nil
}

// Post puts a message of a person into the channel, as a client would. Raw
// components may hold what bots could not send, such as a type of component
// that nobody knows yet.
func (c *Channel) Post(author *Person, content string, components ...map[string]any) *Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	m := &message{channel: c, author: author, content: content}
	c.s.foreign.Store(c.s.foreign.Load() || len(components) > 0)
	for _, o := range components {
		m.components = append(m.components, standin.Clone(o))
	}
	m.pings = c.s.pinged(m, nil, botDefaults)
	c.s.post(m)
	return c.s.snapshot(m)
}

// AddComponents adds raw components to a message that is there, as a platform
// that has learnt new ones might.
func (c *Channel) AddComponents(m *Message, components ...map[string]any) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if kept := c.find(m.ID); kept != nil {
		c.s.foreign.Store(true)
		for _, o := range components {
			kept.components = append(kept.components, standin.Clone(o))
		}
		c.s.host.Note()
	}
}

// AddEmbeds adds embeds to a message that is there, as another bot's would have.
func (c *Channel) AddEmbeds(m *Message, embeds ...map[string]any) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if kept := c.find(m.ID); kept != nil {
		for _, o := range embeds {
			kept.embeds = append(kept.embeds, standin.Clone(o))
		}
		c.s.host.Note()
	}
}

// Forward passes a message of the channel on in it, as a person would: what passes it
// on says nothing itself.
func (c *Channel) Forward(author *Person, m *Message) *Message {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	said := object{}
	for key, v := range c.find(m.ID).object() {
		switch key {
		case "type", "content", "mentions", "mention_roles", "attachments", "embeds", "timestamp", "edited_timestamp", "flags", "components":
			said[key] = v
		}
	}
	next := &message{channel: c, author: author, reference: m.ID, forwards: said}
	c.s.post(next)
	return c.s.snapshot(next)
}

// Edit changes what a person's message says, as they would.
func (c *Channel) Edit(m *Message, content string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if kept := c.find(m.ID); kept != nil {
		kept.content = content
		c.s.touched(kept)
	}
}

// Remove deletes a message, as its author would.
func (c *Channel) Remove(m *Message) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if kept := c.find(m.ID); kept != nil {
		c.s.remove(kept)
	}
}
