package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

var (
	_ bot.Poster      = (*Discord)(nil)
	_ delivery.Noncer = (*Discord)(nil)
)

// installation names the lane of all that the bot sends.
const installation = "discord"

// How fast is sent. A bot may make 50 requests a second, to which answers to commands do
// not count (https://discord.com/developers/docs/topics/rate-limits); 10 in 202 ms are no
// more than 50 in any second. Five in five seconds is what people observe of a channel,
// and documented nowhere: what Discord says of it is kept to as well, see limits.
const (
	globalLimit  = 10
	globalPer    = 202 * time.Millisecond
	channelLimit = 5
	channelPer   = 5 * time.Second
)

// KnowsNonces reports that Discord posts a message with a known nonce once, for some
// minutes.
func (d *Discord) KnowsNonces() bool { return true }

// Lanes returns the limits that a message takes from.
func (d *Discord) Lanes(p delivery.Place) []delivery.Lane {
	return []delivery.Lane{
		{Name: installation, Limit: globalLimit, Per: globalPer},
		{Name: p.String(), Limit: channelLimit, Per: channelPer},
	}
}

// Compose writes a card as one message. See bot.Poster.
func (d *Discord) Compose(book briefings.BookID, card *bot.Card) ([]byte, error) {
	a := newAnswer(bot.Reply{Card: card}, 0)
	a.postable = false
	if len(a.leaves) > 1 {
		return nil, bot.ErrTooLong
	}
	m := d.dress(a, book, briefings.Actor{Platform: Platform}, true)
	return bot.Freeze(func(note, marker string) ([]byte, error) {
		m := m
		m.Content = note + m.Content
		if n := len(m.Embeds); n > 0 {
			m.Embeds = append([]embed{}, m.Embeds...)
			m.Embeds[n-1].Footer = &embedFooter{marker}
		} else {
			m.Content += "\n-# " + marker
		}
		return json.Marshal(m)
	})
}

// quoted is text as it stands inside a JSON string, escaped for Discord.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return "" // no string of ours
	}
	return string(b[1 : len(b)-1])
}

// Send posts or edits a message, once. See delivery.Sender.
func (d *Discord) Send(ctx context.Context, m delivery.Message) (string, error) {
	note := ""
	if m.Note != "" {
		note = quoted("> " + escape(pages.Line(m.Note), false) + "\n")
	}
	body, err := bot.Thaw(m.Body, note, quoted(m.Marker), 200)
	if err != nil {
		return "", &delivery.Failure{Class: delivery.Faulty, Detail: err.Error()}
	}
	at, err := d.room(ctx, m)
	if err != nil {
		return "", failure(err, false)
	}
	if m.Op == delivery.Edit {
		return m.Target, d.editPosted(ctx, at, m, body)
	}
	body = append(body[:len(body)-1], fmt.Sprintf(`,"nonce":%q,"enforce_nonce":true`, m.Nonce)...)
	if at.replyTo != "" {
		body = append(body, fmt.Sprintf(`,"message_reference":{"message_id":%q,"fail_if_not_exists":false}`, at.replyTo)...)
	}
	body = append(body, '}')
	var posted struct {
		ID string `json:"id"`
	}
	_, err = d.api.now(ctx, http.MethodPost, discordgo.EndpointChannelMessages(at.channel), "post "+at.channel, body, &posted)
	switch {
	case code(err) == codeUnknownMessage: // its nonce is known: it was posted, and then deleted
		return "", nil
	case code(err) == codeUnknownChannel && m.To.Direct():
		d.mailboxes.forget(m.To.User)
		return "", &delivery.Failure{Class: delivery.Unreached, HTTP: http.StatusNotFound, Detail: "the direct messages with them have moved"}
	case code(err) == codeUnknownChannel && at.threaded:
		d.threads.forget(m.Thread)
	}
	if err != nil {
		return "", failure(err, true)
	}
	if posted.ID == "" {
		return "", &delivery.Failure{Class: delivery.Unsure, HTTP: http.StatusOK, Detail: "Discord took the message and did not say which it is"}
	}
	return posted.ID, nil
}

// editPosted edits a message of ours.
func (d *Discord) editPosted(ctx context.Context, at room, m delivery.Message, body []byte) error {
	_, err := d.api.now(ctx, http.MethodPatch, discordgo.EndpointChannelMessage(at.channel, m.Target), "edit "+at.channel, body, nil)
	if code(err) == codeUnknownMessage {
		return &delivery.Failure{Class: delivery.Gone, HTTP: http.StatusNotFound, Detail: "the message is not there any more"}
	}
	if err != nil {
		return failure(err, true)
	}
	return nil
}

// Delete takes back a message. See delivery.Sender.
func (d *Discord) Delete(ctx context.Context, p delivery.Place, thread, message string) error {
	channels, err := d.rooms(ctx, p, thread)
	if err != nil {
		return failure(err, false)
	}
	for _, channel := range channels {
		_, err = d.api.now(ctx, http.MethodDelete, discordgo.EndpointChannelMessage(channel, message), "delete "+channel, nil, nil)
		if err == nil {
			return nil
		}
	}
	if code(err) == codeUnknownMessage || code(err) == codeUnknownChannel {
		return nil // somebody has done it
	}
	return failure(err, true)
}
