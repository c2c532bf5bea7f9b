package discordtest

import (
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Message is a message as somebody saw it at one moment. It does not change
// when the message does.
type Message struct {
	ID         string
	ChannelID  string
	Author     *Person
	Content    string
	Embeds     []map[string]any
	Components []map[string]any
	Flags      int
	Ephemeral  bool // only one person sees it
	Deferred   bool // "is thinking…"
	Deleted    bool
	Edits      int
	Nonce      any
	ReplyTo    string // id of the message that it replies to
	Created    time.Time
	Files      []File
	// Modal is what was opened instead of a message. Nothing else is set then.
	Modal *Modal

	s     *Server
	pings []string
}

// snapshot returns a message as it is. Callers hold mu.
func (s *Server) snapshot(m *message) *Message {
	if m == nil {
		return nil
	}
	return &Message{
		ID: m.id, ChannelID: m.channel.ID, Author: m.author, Content: m.content, Embeds: objects(standin.Clone(m.embeds)),
		Components: objects(standin.Clone(m.components)), Flags: m.flags, Ephemeral: m.viewer != nil,
		Deferred: m.flags&loadingFlag != 0, Deleted: m.deleted, Edits: m.edits, Nonce: m.nonce, ReplyTo: m.reference,
		Created: m.created, Files: m.files, s: s, pings: append([]string{}, m.pings...),
	}
}
