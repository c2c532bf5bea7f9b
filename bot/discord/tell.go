package discord

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

var _ bot.Teller = (*Discord)(nil)

// tellTime is how long it may take to tell somebody, where nobody waits for it more
// urgently.
const tellTime = 20 * time.Second

// mailboxes knows the direct messages with people, by whom they are with.
type mailboxes struct {
	mu       sync.Mutex
	channels map[briefings.UserID]string
}

func (m *mailboxes) of(user briefings.UserID) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.channels[user]
}

func (m *mailboxes) keep(user briefings.UserID, channel string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.channels == nil || len(m.channels) >= maxMembers {
		m.channels = map[briefings.UserID]string{}
	}
	m.channels[user] = channel
}

func (m *mailboxes) forget(user briefings.UserID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.channels, user)
}

// Tell shows a reply to somebody in a direct message: all its pages, and what its card
// offers. The error has a sentence where Discord does not let them be written to. It
// blocks until Discord has the message, for 20 seconds at most.
func (d *Discord) Tell(ctx context.Context, book briefings.BookID, who briefings.Actor, reply bot.Reply) error {
	ctx, cancel := context.WithTimeout(ctx, tellTime)
	defer cancel()
	reply.Again, reply.Post = bot.Invocation{}, bot.Invocation{} // theirs who caused it
	a := newAnswer(reply, 0)
	// Who presses a button in a direct message is of no server.
	there := briefings.Actor{Platform: Platform, User: who.User}
	for a.page = range a.leaves {
		m := a.message()
		if a.page == len(a.leaves)-1 {
			m = d.dress(a, book, there, false)
		}
		// However often it must be tried, it arrives once.
		m.Nonce, m.Enforce = briefings.NewToken()[:maxNonce], true
		if err := d.write(ctx, who.User, m); err != nil {
			return tellError(err)
		}
	}
	return nil
}

// write sends a message to somebody, also where the direct messages with them that we
// know of are no more.
func (d *Discord) write(ctx context.Context, user briefings.UserID, m message) error {
	for known := d.mailboxes.of(user); ; known = "" {
		channel, err := known, error(nil)
		if known == "" {
			if channel, err = d.openMailbox(ctx, user); err != nil {
				return err
			}
		}
		err = d.persist(ctx, func() error {
			return d.api.call(ctx, http.MethodPost, discordgo.EndpointChannelMessages(channel), "post "+channel, m, nil)
		})
		if known == "" || code(err) != codeUnknownChannel {
			return err
		}
		d.mailboxes.forget(user)
	}
}

// openMailbox returns the channel of the direct messages with somebody.
func (d *Discord) openMailbox(ctx context.Context, user briefings.UserID) (string, error) {
	var opened channel
	err := d.persist(ctx, func() error {
		return d.api.call(ctx, http.MethodPost, discordgo.EndpointUserChannels("@me"), "mailbox", map[string]string{"recipient_id": string(user)}, &opened)
	})
	if err == nil && opened.ID == "" {
		err = fmt.Errorf("Discord opened direct messages without an id")
	}
	if err == nil {
		d.mailboxes.keep(user, opened.ID)
	}
	return opened.ID, err
}

// tellError says why somebody could not be told, where that is theirs to settle.
func tellError(err error) error {
	switch code(err) {
	case codeNoDirectMessages, codeNoServerShared:
		return briefings.Errorf(briefings.ErrDenied, "Discord does not let me write to them: they take no direct messages from this server, have blocked me, or are in no server with me.")
	case codeUnknownUser, codeNoRecipient:
		return briefings.Errorf(briefings.ErrNotFound, "Discord does not know them any more.")
	default:
		return fmt.Errorf("tell somebody: %w", err)
	}
}
