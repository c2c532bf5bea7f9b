package bot

import (
	"context"
	"errors"
	"slices"

	"github.com/briefbot/briefbot/briefings"
)

// role returns what the actor of a request may do in its book: what the operator
// says, or else what follows from their standing. It is asked on each hop, whether a
// command was typed, a button pressed or a form sent.
func (b *Bot) role(ctx context.Context, r *Request) (briefings.Role, error) {
	if r.Role != briefings.NoRole {
		return r.Role, nil
	}
	rights, err := b.library.Rights(ctx, r.Book)
	if err != nil {
		return briefings.NoRole, err
	}
	if !r.Standing.Direct && slices.ContainsFunc(b.admins, func(a briefings.Actor) bool {
		return a == r.Actor || a == briefings.Actor{Platform: r.Actor.Platform, User: r.Actor.User}
	}) {
		return briefings.Admin, nil
	}
	return rights.Role(r.Actor, r.Standing), nil
}

// authorise returns ErrDenied with a sentence unless the actor may use the command.
// Who tries what they may not is in the audit.
func (c *Call) authorise(ctx context.Context) error {
	if c.Request.Role >= c.Command.Role {
		return nil
	}
	what := c.Command.Name
	if c.Command.Role > briefings.Reader && c.bot.limits.refused(c) {
		if err := c.bot.library.Store().Note(ctx, c.Request.Book, c.deed(), briefings.Denied, "for the role "+c.Command.Role.String()); err != nil && !errors.Is(err, briefings.ErrRepeated) {
			c.bot.log.WarnContext(ctx, "a refused attempt is not in the audit", "command", what, "err", err)
		}
	}
	hint := "An admin of this book can change that."
	switch s := c.Request.Standing; {
	case s.Direct:
		hint = "In direct messages the book is only read: ask where the others are."
	case s.Guest:
		hint = "People from outside this workspace only read the book, unless an admin says otherwise."
	}
	return briefings.Errorf(briefings.ErrDenied, "%s is for the role %s, and yours is %s. %s", c.typed(what), c.Command.Role, c.Request.Role, hint)
}

// deed is what is being done, as the audit has it.
func (c *Call) deed() briefings.Deed {
	d := briefings.Deed{Actor: c.Request.Actor, Action: c.Command.Name, Via: c.via(), At: c.Request.Now, Event: c.Request.Event}
	if d.Event != "" { // one event may not do two things, nor a thing twice
		d.Event += " " + c.Command.Name
	}
	return d
}

// via says from where something is done: by what way, and in which channel. A
// conversation with one person says who they are, and the history cannot be changed.
func (c *Call) via() string {
	if c.Request.Channel == "" || c.Request.Standing.Direct {
		return c.Request.Via
	}
	return c.Request.Via + " " + c.Request.Channel
}
