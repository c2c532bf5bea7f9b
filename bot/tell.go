package bot

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/briefbot/briefbot/briefings"
)

// tellers are the adapters that can tell somebody something.
type tellers struct {
	mu    sync.Mutex
	known map[briefings.Platform]Teller
}

// AddTeller makes an adapter known by which people of its platform are told what
// became of what they asked for: also where that is done on another platform.
func (b *Bot) AddTeller(p briefings.Platform, t Teller) {
	b.tellers.mu.Lock()
	defer b.tellers.mu.Unlock()
	if b.tellers.known == nil {
		b.tellers.known = map[briefings.Platform]Teller{}
	}
	b.tellers.known[p] = t
}

// tell tells somebody, and returns in a few words how that ended, for the person who
// caused it. That somebody could not be told undoes nothing.
func (c *Call) tell(ctx context.Context, who briefings.Actor, card *Card) string {
	c.bot.tellers.mu.Lock()
	t := c.bot.tellers.known[who.Platform]
	c.bot.tellers.mu.Unlock()
	switch {
	case slices.Contains(c.accounts(ctx), who):
		return ""
	case t == nil:
		return "Whoever it was cannot be told here: they are on " + string(who.Platform) + "."
	}
	err := t.Tell(ctx, c.Request.Book, who, Reply{Card: card})
	var said *briefings.Error
	switch {
	case err == nil:
		return "Whoever it was has been told."
	case errors.As(err, &said):
		return "Whoever it was could not be told: " + said.Message
	default:
		c.bot.log.WarnContext(ctx, "somebody could not be told", "platform", who.Platform, "user", who.User, "err", err)
		return "Whoever it was could not be told."
	}
}
