package bot

import (
	"context"
	"errors"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Poster is an adapter that posts what nobody has asked for just now: editions of
// digests, alerts, status cards.
type Poster interface {
	delivery.Sender
	// Compose writes a card as one message of the platform, with room for the marker
	// and the note of a delivery.Message, and the buttons that the card's actions ask
	// for, which everybody may press. It returns ErrTooLong where it is too much for one
	// message.
	Compose(book briefings.BookID, card *Card) (body []byte, err error)
	// Channel finds the place that somebody means by words that the request does not
	// have in its Places, such as "#news" or a channel's id. The error is ErrNotFound
	// with a sentence where there is none.
	Channel(ctx context.Context, asker briefings.Actor, words string) (PlaceRef, error)
	// MayPost returns ErrDenied with a sentence unless the asker may write in the place
	// now, and the bot may post there.
	MayPost(ctx context.Context, asker briefings.Actor, p delivery.Place) error
	// CanRead reports whether the bot may read what was posted in the place: where it
	// may not, a message whose fate is unknown cannot be looked for.
	CanRead(ctx context.Context, p delivery.Place) bool
}

// ErrTooLong is that a card is too much for one message.
var ErrTooLong = errors.New("too long for one message")

// PlaceRef is a channel, by the platform's own id.
type PlaceRef struct {
	Place delivery.Place
	Name  string // what people call it, such as "#news"
}
