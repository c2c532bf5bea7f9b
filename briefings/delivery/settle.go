package delivery

import (
	"context"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// result is what became of a request, to be written down.
type result struct {
	book briefings.BookID
	move Move
}

// finish fills in what a delivery has become.
func (r *result) finish(e *Engine, to Delivery, f *Failure) {
	now := e.Now()
	r.move.To, r.move.At = to, now
	r.move.Attempt.Ended, r.move.Attempt.Outcome = now, string(to.State)
	if f != nil {
		r.move.Attempt.Outcome, r.move.Attempt.HTTP, r.move.Attempt.Detail = string(f.Class), f.HTTP, f.Detail
	}
}

// How results are written down.
const (
	settleGather = 20 * time.Millisecond // for others to be written with one
	settleRetry  = time.Second
	// settleFor is for how long writing is tried again. A claim that is not settled runs
	// out, and is then looked for: what is lost is time.
	settleFor = 5 * time.Minute
)

// settleAll writes down results, several at once, until landed is closed and there are no
// more. The results stay open: an engine runs again where its process gets its lease back.
func (e *Engine) settleAll(ctx context.Context, landed <-chan struct{}) {
	for {
		var batch []result
		select {
		case r := <-e.results:
			batch = append(batch, r)
		case <-landed:
			select {
			case r := <-e.results:
				batch = append(batch, r)
			default:
				return
			}
		}
		timer := time.NewTimer(settleGather)
	gathering:
		for len(batch) < atOnce {
			select {
			case r := <-e.results:
				batch = append(batch, r)
			case <-timer.C:
				break gathering
			}
		}
		timer.Stop()
		byBook := map[briefings.BookID][]Move{}
		for _, r := range batch {
			byBook[r.book] = append(byBook[r.book], r.move)
		}
		for book, moves := range byBook {
			e.settle(ctx, book, moves)
			e.unsettled.Add(-int64(len(moves)))
		}
		signal(e.more) // the parts behind them
	}
}

// settle writes down moves, again and again where the ledger cannot: it is a fact that
// a message was posted.
func (e *Engine) settle(ctx context.Context, book briefings.BookID, moves []Move) {
	for began := e.Now(); ; {
		moved, err := e.Ledger.Move(context.WithoutCancel(ctx), book, moves)
		e.report(ctx, "settle", err)
		if err == nil {
			e.tell(ctx, book, moves, moved)
			return
		}
		patience := settleFor
		if ctx.Err() != nil {
			patience = e.Timings.Stop
		}
		if e.Now().Sub(began) > patience {
			e.Log.ErrorContext(ctx, "what became of deliveries could not be written down; they are looked for later", "deliveries", len(moves), "err", err)
			return
		}
		time.Sleep(settleRetry)
	}
}

// tell logs what has ended, and takes note of it.
func (e *Engine) tell(ctx context.Context, book briefings.BookID, moves []Move, moved []bool) {
	sent := int64(0)
	failed := false
	for i, m := range moves {
		if !moved[i] {
			continue // another process knew better
		}
		switch m.To.State {
		case Sent:
			sent++
			e.landed.add(book, m.To)
			e.Log.DebugContext(ctx, "sent", "delivery", m.To.ID, "kind", m.To.Kind, "place", placeForLog(m.To.To), "attempts", m.To.Attempts)
		case Dead:
			failed = true
			e.pins.edited(book, m.To)
			e.Log.WarnContext(ctx, "not sent", "delivery", m.To.ID, "kind", m.To.Kind, "place", placeForLog(m.To.To), "class", m.To.Class, "why", m.To.Detail)
		case Unknown:
			e.Log.WarnContext(ctx, "not known whether it was posted", "delivery", m.To.ID, "kind", m.To.Kind, "place", placeForLog(m.To.To), "why", m.To.Detail)
		}
	}
	e.board.set(func(h *Health) { h.Sent += sent })
	if failed {
		e.Wake() // admins are told
	}
}

// placeForLog names a place without naming people.
func placeForLog(p Place) string {
	if p.Direct() {
		return string(p.Platform) + "/" + string(p.Workspace) + "/direct"
	}
	return p.String()
}
