package discord

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/briefings/delivery"
)

// before is by how much earlier than what is looked for history is read: clocks differ.
const before = 5 * time.Minute

// maxRead is how many messages of a page Discord returns at most.
const maxRead = 100

// found is a message in a channel's history, as far as the search needs it.
type found struct {
	ID      string `json:"id"`
	Content string `json:"content"`
	Author  user   `json:"author"`
	Embeds  []struct {
		Footer embedFooter `json:"footer"`
	} `json:"embeds"`
}

// bears reports whether the message has a marker.
func (f found) bears(id delivery.ID) bool {
	if n := len(f.Embeds); n > 0 && delivery.IDIn(f.Embeds[n-1].Footer.Text) == id {
		return true
	}
	return len(f.Embeds) == 0 && delivery.IDIn(f.Content) == id
}

// Find looks for the messages with a marker. See delivery.Sender. What Discord returns
// to those who may not read the history is an empty list, and no error: so the right is
// looked at first.
func (d *Discord) Find(ctx context.Context, m delivery.Message, since time.Time) ([]string, error) {
	channels, err := d.rooms(ctx, m.To, m.Thread)
	if err != nil {
		return nil, failure(err, false)
	}
	me, err := d.self(ctx)
	if err != nil {
		return nil, failure(err, false)
	}
	sure := m.To.Direct()
	if !sure {
		if sure, err = d.readable(ctx, m.To.Channel); err != nil {
			return nil, failure(err, false)
		}
	}
	var ids []string
	for _, channel := range channels {
		list, err := d.search(ctx, channel, me, m.ID, since.Add(-before))
		if code(err) == codeUnknownChannel && channel != channels[len(channels)-1] {
			continue // there is no thread
		}
		if err != nil {
			return nil, failure(err, false)
		}
		ids = append(ids, list...)
	}
	if len(ids) == 0 && !sure {
		return nil, &delivery.Failure{Class: delivery.Unreadable, Detail: "no right to read the message history", Advice: "Somebody who manages the server gives me “Read Message History” in the channel."}
	}
	slices.SortFunc(ids, compareIDs)
	return ids, nil
}

// search reads a channel's history to its end.
func (d *Discord) search(ctx context.Context, channel, me string, id delivery.ID, since time.Time) ([]string, error) {
	var ids []string
	after := snowflake(since)
	for {
		var page []found
		address := discordgo.EndpointChannelMessages(channel) + fmt.Sprintf("?limit=%d&after=%s", maxRead, after)
		if err := d.api.call(ctx, http.MethodGet, address, "read "+channel, nil, &page); err != nil {
			return nil, err
		}
		for _, f := range page {
			if compareIDs(f.ID, after) > 0 {
				after = f.ID
			}
			if f.Author.ID == me && f.bears(id) {
				ids = append(ids, f.ID)
			}
		}
		if len(page) < maxRead {
			return ids, nil
		}
	}
}

// discordEpoch is when Discord's ids begin to count, in Unix milliseconds
// (https://discord.com/developers/docs/reference#snowflakes).
const discordEpoch = 1420070400000

// snowflake is the least id that something of a time can have.
func snowflake(t time.Time) string {
	return strconv.FormatInt(max(t.UnixMilli()-discordEpoch, 0)<<22, 10)
}

// compareIDs orders ids by when they were made.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// self returns the id of our own user.
func (d *Discord) self(ctx context.Context) (string, error) {
	if id := d.me.Load(); id != nil {
		return *id, nil
	}
	var me user
	if err := d.api.call(ctx, http.MethodGet, discordgo.EndpointUser("@me"), "me", nil, &me); err != nil {
		return "", err
	}
	d.me.Store(&me.ID)
	return me.ID, nil
}
