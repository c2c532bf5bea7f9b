package bot

import (
	"context"
	"slices"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// deskPin keeps the status of a track up to date in a channel.
func deskPin(ctx context.Context, c *Call) (Reply, error) {
	ledger, page, to, err := c.pinArgs(ctx)
	if err != nil {
		return Reply{}, err
	}
	if page == nil {
		return Reply{}, briefings.Errorf(briefings.ErrNotFound, "The book has no track or document %q.", clip(c.Arg("track")))
	}
	if len(statusesOf(page)) == 0 {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "%s has no status yet: there is nothing to keep up to date.", page.Entry.Name)
	}
	pins, err := ledger.Pins(ctx, c.Request.Book)
	if err != nil {
		return Reply{}, err
	}
	if slices.ContainsFunc(pins, func(p delivery.Pin) bool {
		return p.State == delivery.Active && p.To == to.Place && p.Topic == page.Entry.ID
	}) {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "The status of %s is kept up to date in %s already. %s ends that.", page.Entry.Name, to.Name, c.typed("desk unpin "+string(page.Entry.ID)))
	}
	pin := delivery.Pin{To: to.Place, Topic: page.Entry.ID, Made: c.Request.Actor, State: delivery.Active}
	if _, err := ledger.PutPin(ctx, c.Request.Book, c.deed(), pin); err != nil {
		return Reply{}, conflict(err, "This card")
	}
	c.did(Invocation{"status", []Value{{"track", string(page.Entry.ID)}}})
	c.bot.wake()
	return Reply{Card: &Card{Title: "Kept up to date: " + page.Entry.Name, Lead: []Text{
		T("The status of ").Strong(page.Entry.Name).Plain(" is posted in " + to.Name + ", and that message says at any time what the book says: also that it is STALE, once nobody has checked it in time."),
		T("You can pin the message yourself, so that it stays at the top. " + c.typed("desk unpin "+string(page.Entry.ID)) + " ends it."),
	}}}, nil
}

// deskUnpin lets a status card be as it is.
func deskUnpin(ctx context.Context, c *Call) (Reply, error) {
	ledger, page, to, err := c.pinArgs(ctx)
	if err != nil {
		return Reply{}, err
	}
	pins, err := ledger.Pins(ctx, c.Request.Book)
	if err != nil {
		return Reply{}, err
	}
	for _, p := range pins {
		if p.State != delivery.Deleted && p.To == to.Place && (page != nil && p.Topic == page.Entry.ID || page == nil && string(p.Topic) == c.Arg("track")) {
			p.State = delivery.Deleted
			if _, err := ledger.PutPin(ctx, c.Request.Book, c.deed(), p); err != nil {
				return Reply{}, conflict(err, "This card")
			}
			c.did(Invocation{})
			return Reply{Card: &Card{Title: "Not kept up to date any more", Lead: []Text{T("The message stays as it is. Whoever may can delete it.")}}}, nil
		}
	}
	return Reply{}, briefings.Errorf(briefings.ErrNotFound, "No status of that is kept up to date in %s.", to.Name)
}

// pinArgs are what both take: a track, or nil where the book has none of that name, and
// a channel.
func (c *Call) pinArgs(ctx context.Context) (delivery.Ledger, *briefings.Page, PlaceRef, error) {
	ledger, err := c.ledger()
	if err != nil {
		return nil, nil, PlaceRef{}, err
	}
	to, err := c.channelFor(ctx, "channel")
	if err != nil {
		return nil, nil, to, err
	}
	return ledger, c.Now.Resolve(c.Arg("track"), briefings.Track, briefings.Document).Page, to, nil
}
