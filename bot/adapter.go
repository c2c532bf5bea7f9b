package bot

import (
	"context"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Adapter connects one platform. It translates transports and implements no
// shared policy: it turns events into requests, and renders what comes back.
type Adapter interface {
	// Platform names the platform in actors and bindings.
	Platform() briefings.Platform
	// Run connects, declares the commands, and serves until ctx ends or the
	// person leaves; then it returns nil. It returns an error where it cannot
	// go on. Everything that it started has ended when it returns.
	Run(ctx context.Context, core Core) error
}

// Core is what an adapter may ask of the core. *Bot implements it.
type Core interface {
	// Commands returns the command table, in the order in which help shows it.
	Commands() []Command
	// Handle answers a request. It never fails: an error becomes a card.
	Handle(ctx context.Context, r Request) Reply
	// Complete returns the choices for an argument of the request's
	// invocation, best first, given what was typed of it so far. There are at
	// most 25, which is as many as every platform shows.
	Complete(ctx context.Context, r Request, arg, typed string) []Choice
	// CompleteLine returns the choices for the end of the line in r.Text, and
	// the byte offset from which on a choice replaces it.
	CompleteLine(ctx context.Context, r Request) (from int, choices []Choice)
}

// Teller is an adapter that can tell somebody something they have not asked for just
// now: that their suggestion was approved. It is told in a conversation with the bot.
type Teller interface {
	// Tell shows a reply to somebody alone. It returns an error with a sentence where
	// the platform does not let them be written to.
	Tell(ctx context.Context, book briefings.BookID, who briefings.Actor, reply Reply) error
}

// Looker is an adapter that can look what has become of a message.
type Looker interface {
	// Moved returns "edited" where the message was edited after since, "deleted" where
	// it is not there any more, and "" where it is as it was. It returns an error where
	// that cannot be seen.
	Moved(ctx context.Context, m briefings.MessageRef, since time.Time) (how string, err error)
}

// Choice is one completion. Value is what is sent or typed, Label what is shown.
type Choice struct {
	Value string
	Label string
}

var _ Core = (*Bot)(nil)
