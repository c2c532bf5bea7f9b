package delivery

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/briefbot/briefbot/briefings"
)

// pinned knows up to which revision of a book its cards have been looked at.
type pinned struct {
	mu   sync.Mutex
	seen map[briefings.BookID]int64
}

// planPins plans the edits of status cards that say something else now: since the book
// has changed, or since time has passed and what they say has gone stale.
func (e *Engine) planPins(ctx context.Context, book briefings.BookID) error {
	pins, err := e.Ledger.Pins(ctx, book)
	if err != nil || len(pins) == 0 {
		return err
	}
	news, err := e.Author.News(ctx, book, 0)
	if err != nil {
		return err
	}
	e.pins.mu.Lock()
	changed := e.pins.seen[book] != news.UpTo
	e.pins.mu.Unlock()
	now := e.Now()
	stops, err := e.Ledger.Stops(ctx, book)
	if err != nil {
		return err
	}
	plan := Plan{At: now}
	settled := true // every card that is posted is known to be
	for _, p := range pins {
		if p.State != Active || e.refused(p.To, stops) != "" {
			continue
		}
		due := !p.Next.IsZero() && !now.Before(p.Next)
		if !changed && !due && p.Posted != (RunKey{}) {
			continue
		}
		waits, err := e.planPin(ctx, book, p, &plan)
		if err != nil {
			return fmt.Errorf("plan a status card: %w", err)
		}
		settled = settled && !waits
	}
	if len(plan.Pins) > 0 {
		if err := e.Ledger.Commit(ctx, book, plan); err != nil {
			return err
		}
	}
	e.pins.mu.Lock()
	defer e.pins.mu.Unlock()
	if e.pins.seen == nil {
		e.pins.seen = map[briefings.BookID]int64{}
	}
	if settled {
		e.pins.seen[book] = news.UpTo
	} else {
		delete(e.pins.seen, book) // those that wait are looked at again at the next tick
	}
	return nil
}

// planPin plans that a card is posted, or edited where it says something else now. It
// reports whether that waits until the card is known to be posted.
func (e *Engine) planPin(ctx context.Context, book briefings.BookID, p Pin, plan *Plan) (waits bool, err error) {
	text, err := e.Author.Pin(ctx, book, p.Topic, p.To.Platform, plan.At)
	if err != nil {
		return false, err
	}
	run := NewRun{
		Run: Run{
			Key: RunKey{"pin/" + p.ID, fmt.Sprintf("%d@%d", text.Seq, plan.At.UnixMilli())}, Kind: Card, State: Planned,
			Due: plan.At, Made: plan.At, Seq: text.Seq, Hash: text.Hash,
		},
		Parts: text.Parts, OnUnknown: AskAdmin, Owner: e.Owner, Deadline: plan.At.Add(StandardCatchup),
		To: []Target{{Place: p.To}},
	}
	was := p
	p.Hash, p.Next = text.Hash, text.Changes
	if p.Posted == (RunKey{}) {
		run.Key.Slot = "first"
		p.Posted = run.Key
		plan.Runs, plan.Pins = append(plan.Runs, run), append(plan.Pins, p)
		return false, nil
	}
	if was.Hash == text.Hash {
		if !was.Next.Equal(p.Next) {
			plan.Pins = append(plan.Pins, p)
		}
		return false, nil
	}
	posted, err := e.Ledger.Deliveries(ctx, book, DeliveryQuery{Run: &was.Posted})
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(posted, func(d Delivery) bool { return d.Part == 1 })
	switch {
	case i < 0:
		return false, nil
	case posted[i].State == Dead, posted[i].State == Dropped: // it is not there, and will not be
		p.State = Paused
		plan.Pins = append(plan.Pins, p)
		return false, nil
	case posted[i].State != Sent || posted[i].Message == "":
		return true, nil // it is edited once it is there
	}
	run.To[0].Message, run.To[0].Marker, run.To[0].Thread = posted[i].Message, markerOf(posted[i]), posted[i].Thread
	run.Parts = slices.Clone(run.Parts)
	for i := range run.Parts {
		run.Parts[i].Op = Edit
	}
	plan.Supersede = append(plan.Supersede, run.Key.Source)
	plan.Runs, plan.Pins = append(plan.Runs, run), append(plan.Pins, p)
	return false, nil
}
