package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

var _ bot.Poster = (*Console)(nil)

// terminalChannel is the one channel of the platform.
const terminalChannel = "terminal"

// Terminal is the place where the console posts: above the line that is being typed.
func Terminal() delivery.Place {
	return delivery.Place{Platform: Platform, Channel: terminalChannel}
}

// frozen is a message as it is kept until it is shown, since only then it is known how
// wide the terminal is.
type frozen struct {
	Note   string          `json:"note"`
	Card   json.RawMessage `json:"card"`
	Marker string          `json:"marker"`
}

// Compose writes a card as one message: a terminal takes any. See bot.Poster.
func (c *Console) Compose(_ briefings.BookID, card *bot.Card) ([]byte, error) {
	packed, err := card.Pack()
	if err != nil {
		return nil, err
	}
	return bot.Freeze(func(note, marker string) ([]byte, error) {
		return json.Marshal(frozen{note, packed, marker})
	})
}

// Lanes returns no limits: a terminal has none.
func (c *Console) Lanes(delivery.Place) []delivery.Lane { return nil }

// Send shows a message. What stands on a terminal cannot be changed: an edit is shown
// below, and says what it takes the place of. While nobody is there, nothing is shown, and
// it is tried again. See delivery.Sender.
func (c *Console) Send(_ context.Context, m delivery.Message) (string, error) {
	faulty := func(err error) error { return &delivery.Failure{Class: delivery.Faulty, Detail: err.Error()} }
	body, err := bot.Thaw(m.Body, inString(m.Note), inString(m.Marker), 0)
	if err != nil {
		return "", faulty(err)
	}
	var f frozen
	if err := json.Unmarshal(body, &f); err != nil {
		return "", faulty(err)
	}
	card, err := bot.Unpack(f.Card)
	if err != nil {
		return "", faulty(err)
	}
	if f.Note != "" {
		card.Notices = append([]bot.Text{bot.T(f.Note)}, card.Notices...)
	}
	if m.Op == delivery.Edit {
		card.Notices = append([]bot.Text{bot.T("This takes the place of " + f.Marker + " above.")}, card.Notices...)
	}
	card.Footer = card.Footer.Join(" · ", bot.T(f.Marker))
	if err := c.show(card); err != nil {
		return "", err
	}
	c.posted.mu.Lock()
	defer c.posted.mu.Unlock()
	if c.posted.ids == nil {
		c.posted.ids = map[delivery.ID]bool{}
	}
	c.posted.ids[m.ID] = true
	if m.Op == delivery.Edit {
		return m.Target, nil
	}
	return string(m.ID), nil
}

// inString is text as it stands inside a JSON string.
func inString(text string) string {
	b, _ := json.Marshal(bot.CleanLine(text)) // a string always can be
	return string(b[1 : len(b)-1])
}

// show sets a card where somebody sees it.
func (c *Console) show(card *bot.Card) error {
	c.posted.mu.Lock()
	defer c.posted.mu.Unlock()
	if c.posted.screen == nil {
		return &delivery.Failure{Class: delivery.Unreached, Detail: "nobody is at the terminal"}
	}
	if err := c.posted.screen(card); err != nil { // as a whole it did not get there
		return &delivery.Failure{Class: delivery.Unreached, Detail: err.Error()}
	}
	return nil
}

// Open returns a channel that is closed once Run shows what is posted.
func (c *Console) Open() <-chan struct{} { return c.posted.open }

// posts lets what is posted be shown by screen, until the session ends and calls the
// function that it returns.
func (c *Console) posts(screen func(*bot.Card) error) (stop func()) {
	c.posted.mu.Lock()
	defer c.posted.mu.Unlock()
	c.posted.screen = screen
	close(c.posted.open) // a console serves one session
	return func() {
		c.posted.mu.Lock()
		defer c.posted.mu.Unlock()
		c.posted.screen = nil
	}
}

// Find returns what this session has shown: what an earlier one did is gone with it. See
// delivery.Sender.
func (c *Console) Find(_ context.Context, m delivery.Message, _ time.Time) ([]string, error) {
	c.posted.mu.Lock()
	defer c.posted.mu.Unlock()
	if c.posted.ids[m.ID] {
		return []string{string(m.ID)}, nil
	}
	return nil, nil
}

// Delete cannot be done on a terminal. See delivery.Sender.
func (c *Console) Delete(context.Context, delivery.Place, string, string) error {
	return &delivery.Failure{Class: delivery.Gone, Detail: "what a terminal has shown cannot be taken back"}
}

// Channel knows the terminal, by several names. See bot.Poster.
func (c *Console) Channel(_ context.Context, _ briefings.Actor, words string) (bot.PlaceRef, error) {
	switch strings.ToLower(strings.TrimPrefix(words, "#")) {
	case terminalChannel, string(Platform), "here":
		return bot.PlaceRef{Place: Terminal(), Name: terminalChannel}, nil
	default:
		return bot.PlaceRef{}, briefings.Errorf(briefings.ErrNotFound, "There is one channel here, and it is called %s.", terminalChannel)
	}
}

// MayPost lets everybody post who sits here. See bot.Poster.
func (c *Console) MayPost(context.Context, briefings.Actor, delivery.Place) error { return nil }

// CanRead is true: what was shown is known. See bot.Poster.
func (c *Console) CanRead(context.Context, delivery.Place) bool { return true }

// posting is a card that is posted, as it is set.
func posting(card *bot.Card, style Style) ([]byte, error) {
	var b bytes.Buffer
	err := Render(&b, card, style)
	if err == nil && b.Len() == 0 {
		err = errors.New("an empty message")
	}
	if err != nil {
		return nil, fmt.Errorf("show what is posted: %w", err)
	}
	return b.Bytes(), nil
}
