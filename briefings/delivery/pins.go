package delivery

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/briefbot/briefbot/briefings"
)

// pinned knows up to which revision of its book each card has been looked at, since the
// start.
type pinned struct {
	mu   sync.Mutex
	seen map[pinKey]int64
}

type pinKey struct {
	book briefings.BookID
	id   string
}

// upTo returns up to which revision a card has been looked at; false where it has not.
func (p *pinned) upTo(k pinKey) (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	seq, ok := p.seen[k]
	return seq, ok
}

// looked takes note that a card was looked at.
func (p *pinned) looked(k pinKey, seq int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[pinKey]int64{}
	}
	p.seen[k] = seq
}

// again lets a card be looked at again at the next tick.
func (p *pinned) again(k pinKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.seen, k)
}

// planPins plans the edits of status cards that say something else now: since the book
// has changed, or since time has passed and what they say has gone stale. What cannot be
// edited just now is looked at again when it can.
func (e *Engine) planPins(ctx context.Context, book briefings.BookID) error {
	pins, err := e.Ledger.Pins(ctx, book)
	if err != nil || len(pins) == 0 {
		return err
	}
	news, err := e.Author.News(ctx, book, 0)
	if err != nil {
		return err
	}
	now := e.Now()
	stops, err := e.Ledger.Stops(ctx, book)
	if err != nil {
		return err
	}
	plan := Plan{At: now}
	var looked []pinKey
	for _, p := range pins {
		if p.State != Active {
			continue
		}
		key := pinKey{book, p.ID}
		if e.refused(p.To, stops) != "" {
			e.pins.again(key) // once it is not refused any more
			continue
		}
		upTo, seen := e.pins.upTo(key)
		due := !p.Next.IsZero() && !now.Before(p.Next)
		if seen && upTo == news.UpTo && !due && p.Posted != (RunKey{}) {
			continue
		}
		waits, err := e.planPin(ctx, book, p, !seen, &plan)
		if err != nil {
			return fmt.Errorf("plan a status card: %w", err)
		}
		if !waits { // else it is looked at again at the next tick
			looked = append(looked, key)
		}
	}
	if len(plan.Pins) > 0 {
		if err := e.Ledger.Commit(ctx, book, plan); err != nil {
			return err
		}
	}
	for _, key := range looked {
		e.pins.looked(key, news.UpTo)
	}
	return nil
}

// planPin plans that a card is posted, or edited where it says something else now. It
// reports whether that waits until the card is known to be posted. Where the card is looked
// at afresh, the last edit of it may have failed.
func (e *Engine) planPin(ctx context.Context, book briefings.BookID, p Pin, afresh bool, plan *Plan) (waits bool, err error) {
	text, err := e.Author.Pin(ctx, book, p.Topic, p.To.Platform, plan.At)
	if err != nil {
		return false, err
	}
	run := NewRun{
		Run: Run{
			Key: RunKey{PinSource + p.ID, fmt.Sprintf("%d@%d", text.Seq, plan.At.UnixMilli())}, Kind: Card, State: Planned,
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
	same := was.Hash == text.Hash
	if afresh || !same {
		failed, why, err := e.lastEdit(ctx, book, run.Key.Source)
		if err != nil {
			return false, err
		}
		if why == string(Gone) { // somebody has deleted it
			p.State = Paused
			plan.Pins = append(plan.Pins, p)
			return false, nil
		}
		same = same && !failed
	}
	if same {
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
	if err := e.afterEdits(ctx, book, &run); err != nil {
		return false, err
	}
	plan.Supersede = append(plan.Supersede, run.Key.Source)
	plan.Runs, plan.Pins = append(plan.Runs, run), append(plan.Pins, p)
	return false, nil
}

// lastEdit reports whether the newest edit of a card failed for good, and why.
func (e *Engine) lastEdit(ctx context.Context, book briefings.BookID, source string) (failed bool, why string, err error) {
	list, err := e.Ledger.Deliveries(ctx, book, DeliveryQuery{Source: source, Limit: 1})
	if err != nil || len(list) == 0 || list[0].Op != Edit || list[0].State != Dead {
		return false, "", err
	}
	return true, list[0].Class, nil
}

// edited takes note of what became of an edit of a card: where it failed, the card still
// says what it said.
func (p *pinned) edited(book briefings.BookID, d Delivery) {
	if d.Kind == Card && d.Op == Edit && d.State == Dead && d.Class != string(Faulty) {
		p.again(pinKey{book, strings.TrimPrefix(d.Run.Source, PinSource)})
	}
}
