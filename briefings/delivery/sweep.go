package delivery

import (
	"context"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// sweeps knows which sweeps of which deliveries are done, since the start.
type sweeps struct {
	mu   sync.Mutex
	done map[sweepKey]time.Time // when it was
}

type sweepKey struct {
	book briefings.BookID
	id   ID
	n    int // which of Timings.Sweeps
}

// sweepEvery is how often it is looked for what is to be swept, as a part of the tick.
const sweepEvery = 2

// sweepUntil looks again at every message that ever was unsure, until ctx ends: where a
// platform has applied a request that we took for lost, the later of two is taken back.
func (e *Engine) sweepUntil(ctx context.Context) {
	tick := time.NewTicker(sweepEvery * e.Timings.Tick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		books, err := e.Books(ctx)
		if err == nil {
			for _, book := range books {
				if err = e.sweep(ctx, book); err != nil {
					break
				}
			}
		}
		if ctx.Err() == nil {
			e.report(ctx, "sweep", err)
		}
	}
}

// sweep looks at the deliveries of a book whose time has come.
func (e *Engine) sweep(ctx context.Context, book briefings.BookID) error {
	now := e.Now()
	last := e.Timings.Sweeps[len(e.Timings.Sweeps)-1]
	e.swept.forget(now.Add(-4 * last))
	list, err := e.Ledger.Sweep(ctx, book, now.Add(-2*last), now.Add(-e.Timings.Sweeps[0]))
	if err != nil {
		return err
	}
	for _, d := range list {
		for n, after := range e.Timings.Sweeps {
			key := sweepKey{book, d.ID, n}
			if ctx.Err() != nil || now.Before(d.LastSent.Add(after)) || e.swept.was(key) || d.Op != Post {
				continue
			}
			if e.sweepOne(ctx, book, d) {
				e.swept.mark(key, now)
			}
		}
	}
	return nil
}

// sweepOne looks at one delivery, and reports whether it could.
func (e *Engine) sweepOne(ctx context.Context, book briefings.BookID, d Delivery) bool {
	s := e.Senders[d.To.Platform]
	if s == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, e.Timings.Request)
	defer cancel()
	c := claimed{book: book, d: d}
	began := e.Now()
	found, err := s.Find(ctx, e.message(c), e.since(d))
	if f := failureOf(err); f != nil {
		return f.Class == Unreadable || f.Class == Closed || f.Class == Gone
	}
	if len(found) < 2 {
		return true
	}
	keep := found[0]
	for _, m := range found {
		if m == d.Message {
			keep = m // corrections go there
		}
	}
	ended, left := 0, 0
	for _, m := range found {
		if m == keep {
			continue
		}
		switch f := failureOf(s.Delete(ctx, d.To, d.Thread, m)); {
		case f == nil, f.Class == Gone:
			ended++
		case f.Class == Closed, f.Class == Faulty:
			ended++
			e.Log.ErrorContext(ctx, "a message was posted twice, and the later one may not be taken back", "delivery", d.ID, "place", placeForLog(d.To), "err", f)
		default:
			left++
			e.Log.WarnContext(ctx, "a message was posted twice, and the later one could not be taken back yet", "delivery", d.ID, "err", f)
		}
	}
	if ended == 0 {
		return false
	}
	e.Log.ErrorContext(ctx, "a message was posted twice: the platform applied a request after it was given up. The later one is taken back", "delivery", d.ID, "place", placeForLog(d.To), "messages", len(found))
	e.board.set(func(h *Health) { h.Doubled += ended })
	err = e.Ledger.Swept(ctx, book, d.ID, Attempt{Number: d.Attempts, Fence: d.Fence, Began: began, Ended: e.Now(), Outcome: "doubled", Detail: "posted twice; the later one was taken back"})
	if err != nil {
		e.Log.WarnContext(ctx, "a sweep could not be written down", "delivery", d.ID, "err", err)
	}
	return left == 0
}

func (s *sweeps) was(k sweepKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.done[k]
	return ok
}

func (s *sweeps) mark(k sweepKey, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done == nil {
		s.done = map[sweepKey]time.Time{}
	}
	s.done[k] = now
}

// forget forgets what was swept before a time.
func (s *sweeps) forget(before time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, at := range s.done {
		if at.Before(before) {
			delete(s.done, k)
		}
	}
}
