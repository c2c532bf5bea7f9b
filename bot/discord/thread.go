package discord

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/briefings/delivery"
)

// room is where a message goes.
type room struct {
	channel  string
	threaded bool
	replyTo  string // where there can be no thread: the message that it answers
}

// threads knows the threads below messages of ours, by the messages.
type threads struct {
	mu    sync.Mutex
	known map[string]bool // and whether there can be one
}

const maxThreads = 10_000

func (t *threads) of(message string) (there, known bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	there, known = t.known[message]
	return there, known
}

func (t *threads) keep(message string, there bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil || len(t.known) >= maxThreads {
		t.known = map[string]bool{}
	}
	t.known[message] = there
}

func (t *threads) forget(message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.known, message)
}

// mailbox returns the channel of a place: for direct messages, that with the person.
func (d *Discord) mailbox(ctx context.Context, p delivery.Place) (string, error) {
	if !p.Direct() {
		return p.Channel, nil
	}
	if known := d.mailboxes.of(p.User); known != "" {
		return known, nil
	}
	var opened channel
	body := []byte(`{"recipient_id":"` + quoted(string(p.User)) + `"}`)
	if _, err := d.api.now(ctx, http.MethodPost, discordgo.EndpointUserChannels("@me"), "mailbox", body, &opened); err != nil {
		return "", err
	}
	if opened.ID == "" {
		return "", errors.New("Discord opened direct messages without an id")
	}
	d.mailboxes.keep(p.User, opened.ID)
	return opened.ID, nil
}

// room finds where a message goes. A thread is started where there is none yet; its id
// is that of the message. Where there can be none, what goes there is a reply.
func (d *Discord) room(ctx context.Context, m delivery.Message) (room, error) {
	channel, err := d.mailbox(ctx, m.To)
	switch {
	case err != nil:
		return room{}, err
	case m.Thread == "":
		return room{channel: channel}, nil
	case m.To.Direct(): // which have no threads
		return room{channel: channel, replyTo: m.Thread}, nil
	}
	there, known := d.threads.of(m.Thread)
	if !known {
		if there, err = d.startThread(ctx, channel, m.Thread); err != nil {
			return room{}, err
		}
		d.threads.keep(m.Thread, there)
	}
	if !there {
		return room{channel: channel, replyTo: m.Thread}, nil
	}
	return room{channel: m.Thread, threaded: true}, nil
}

// startThread starts the thread below a message, and reports false where there can be
// none.
func (d *Discord) startThread(ctx context.Context, channel, message string) (bool, error) {
	body := []byte(`{"name":"More","auto_archive_duration":4320}`)
	_, err := d.api.now(ctx, http.MethodPost, discordgo.EndpointChannelMessageThread(channel, message), "thread "+channel, body, nil)
	var e *apiError
	switch {
	case err == nil, code(err) == codeThreadExists:
		return true, nil
	case errors.As(err, &e) && e.refused() && e.Status != http.StatusUnauthorized:
		return false, nil // no right to, or no channel that has threads
	default:
		return false, err
	}
}

// rooms returns the channels in which a message of a place may be.
func (d *Discord) rooms(ctx context.Context, p delivery.Place, thread string) ([]string, error) {
	channel, err := d.mailbox(ctx, p)
	if err != nil {
		return nil, err
	}
	if thread != "" && !p.Direct() {
		return []string{thread, channel}, nil
	}
	return []string{channel}, nil
}
