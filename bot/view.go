package bot

import (
	"context"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// view is the book as the reader wants it seen: as it stands, or as it stood.
type view struct {
	*briefings.Snapshot
	// now is the moment at which freshness is judged.
	now time.Time
	// notice says as of when, where that is not the present.
	notice Text
	// cited collects the sources of the card that is being rendered.
	cited *[]briefings.Origin
}

func newView(s *briefings.Snapshot, now time.Time) view {
	return view{Snapshot: s, now: now, cited: new([]briefings.Origin)}
}

// view returns the book as of the moment that was asked for.
func (c *Call) view(ctx context.Context) (view, error) {
	m := c.Date("as_of")
	if m.IsZero() {
		return newView(c.Now, c.Request.Now), nil
	}
	if c.then != nil { // the book as of a moment is read once
		v := newView(c.then.Snapshot, c.then.now)
		v.notice = c.then.notice
		return v, nil
	}
	// A day means all that was known by its end, as the book's calendar has it.
	asOf := m.End(c.days()).Add(-time.Millisecond)
	if !asOf.Before(c.Request.Now) {
		v := newView(c.Now, c.Request.Now)
		if m.Start(c.days()).After(c.Request.Now) {
			v.notice = T("That time is still to come: this is the book as it stands.")
		}
		return v, nil
	}
	s, err := c.bot.library.SnapshotAt(ctx, c.Request.Book, asOf)
	if err != nil {
		return view{}, err
	}
	until := ", to the end of it"
	if m.Precision() == briefings.Minute {
		until = ""
	}
	notice := T("As the book stood on ").When(m).Plain(until + ": only what was recorded by then.")
	v := newView(s, asOf)
	v.notice = notice
	c.then = &v
	return v, nil
}
