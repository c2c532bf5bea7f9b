package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// reach is by what the core reaches the platforms unasked.
type reach struct {
	mu      sync.Mutex
	tellers map[briefings.Platform]Teller
	lookers map[briefings.Platform]Looker
	posters map[briefings.Platform]Poster
}

// Reach makes an adapter known to the core, for what of it is a Teller, a Looker or a
// Poster: people are told what became of what they asked for, messages are looked at,
// and digests are posted, also where the desk works on another platform.
func (b *Bot) Reach(a Adapter) {
	b.reach.mu.Lock()
	defer b.reach.mu.Unlock()
	if b.reach.tellers == nil {
		b.reach.tellers, b.reach.lookers = map[briefings.Platform]Teller{}, map[briefings.Platform]Looker{}
		b.reach.posters = map[briefings.Platform]Poster{}
	}
	if t, ok := a.(Teller); ok {
		b.reach.tellers[a.Platform()] = t
	}
	if l, ok := a.(Looker); ok {
		b.reach.lookers[a.Platform()] = l
	}
	if p, ok := a.(Poster); ok {
		b.reach.posters[a.Platform()] = p
	}
}

// tellTime is how long an answer waits for somebody else to be told.
const tellTime = 1200 * time.Millisecond

// tell tells somebody, and returns in a few words how that ended, for the person who
// caused it. That somebody could not be told undoes nothing.
func (c *Call) tell(ctx context.Context, who briefings.Actor, card *Card) string {
	c.bot.reach.mu.Lock()
	t := c.bot.reach.tellers[who.Platform]
	c.bot.reach.mu.Unlock()
	switch {
	case slices.Contains(c.accounts(ctx), who):
		return ""
	case t == nil:
		return "Whoever it was cannot be told here: they are on " + string(who.Platform) + "."
	}
	ctx, cancel := context.WithTimeout(ctx, tellTime)
	defer cancel()
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

// lookTime is how long an answer waits to know what has become of a message.
const lookTime = time.Second

// moved returns what has become of the message that a suggestion was made from since,
// and takes note of it.
func (c *Call) moved(ctx context.Context, s *briefings.Suggestion) string {
	c.bot.reach.mu.Lock()
	l := c.bot.reach.lookers[s.From.Platform]
	c.bot.reach.mu.Unlock()
	if l == nil || s.From.Message == "" || s.Moved == messageDeleted {
		return s.Moved
	}
	looking, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	how, err := l.Moved(looking, s.From, s.Version.Recorded)
	if err != nil {
		c.bot.log.DebugContext(ctx, "a message could not be looked at", "platform", s.From.Platform, "err", err)
		return s.Moved
	}
	if how == "" {
		return s.Moved // it has been before, or never
	}
	if how != s.Moved {
		put := briefings.Copy(s)
		put.Moved = how
		d := c.deed()
		_, err := c.bot.library.Apply(ctx, c.Request.Book, briefings.Change{
			Actor: d.Actor, Action: d.Action, Via: d.Via, At: d.At, Why: "its message was " + how,
			Edits: []briefings.Edit{{Base: base(s), Put: put}},
		})
		if err != nil {
			c.bot.log.WarnContext(ctx, "what has become of a message is not noted", "err", err)
		}
	}
	return how
}

// messageDeleted is what has become of a message that is not there any more.
const messageDeleted = "deleted"
