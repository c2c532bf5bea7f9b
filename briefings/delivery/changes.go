package delivery

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/civil"
)

// gathering knows until when changes of a book are gathered before anybody is told.
type gathering struct {
	mu    sync.Mutex
	until map[briefings.BookID]time.Time
}

// wait is how long the planner may sleep. What should be told by now and could not be is
// tried again, and not all the time: the database may be ill.
func (g *gathering) wait(now time.Time, t Timings) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	wait := t.Tick
	for _, until := range g.until {
		if left := until.Sub(now); left > 0 {
			wait = min(wait, left)
		} else {
			wait = min(wait, retryAfter)
		}
	}
	return wait
}

// retryAfter is when is tried again to tell what could not be told.
const retryAfter = time.Second

// ready reports whether changes, of which the first was recorded at oldest, have been
// gathered for long enough. What was recorded long ago and has come with an import is
// gathered from now on.
func (g *gathering) ready(book briefings.BookID, oldest, now time.Time, batch time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.until == nil {
		g.until = map[briefings.BookID]time.Time{}
	}
	until, ok := g.until[book]
	if !ok {
		until = now.Add(batch)
		if age := now.Sub(oldest); age > 0 && age < batch {
			until = oldest.Add(batch)
		}
		g.until[book] = until
	}
	return !now.Before(until)
}

func (g *gathering) done(book briefings.BookID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.until, book)
}

// planChanges plans what follows from what was changed in the book: watchers are told,
// and posted copies corrected.
func (e *Engine) planChanges(ctx context.Context, book briefings.BookID) error {
	from, err := e.Ledger.Cursor(ctx, book)
	if err != nil {
		return err
	}
	watches, err := e.watches(ctx, book)
	if err != nil {
		return err
	}
	now := e.Now()
	plan := Plan{At: now}
	news, err := e.Author.News(ctx, book, from)
	if err != nil {
		return fmt.Errorf("look for changes: %w", err)
	}
	stops, err := e.Ledger.Stops(ctx, book)
	if err != nil {
		return err
	}
	if news.UpTo > from {
		if err := e.planNews(ctx, book, watches, stops, from, news, &plan); err != nil {
			return err
		}
	} else {
		e.changes.done(book)
	}
	told := from // what comes later is told with the rest of it
	if plan.Cursor != nil {
		told = plan.Cursor.To
	}
	if err := e.planHeld(ctx, book, watches, stops, told, &plan); err != nil {
		return err
	}
	runs, first := e.landed.take(book)
	err = e.planLanded(ctx, book, stops, runs, first, told, &plan)
	if err == nil && (plan.Cursor != nil || len(plan.Runs)+len(plan.Watches) > 0) {
		err = e.Ledger.Commit(ctx, book, plan)
	}
	if err != nil {
		e.landed.back(book, runs, first)
		return fmt.Errorf("plan alerts: %w", err)
	}
	if plan.Cursor != nil {
		e.changes.done(book)
	}
	return nil
}

// watches returns the watches of those who are told: whose workspace has another book by
// now is told no more of this one.
func (e *Engine) watches(ctx context.Context, book briefings.BookID) ([]Watch, error) {
	all, err := e.Ledger.Watches(ctx, book)
	if err != nil {
		return nil, err
	}
	var list []Watch
	for _, w := range all {
		if w.State != Active {
			continue
		}
		if e.Reads != nil {
			reads, err := e.Reads(ctx, book, w.Owner)
			if err != nil {
				return nil, fmt.Errorf("find out who reads the book: %w", err)
			}
			if !reads {
				continue
			}
		}
		list = append(list, w)
	}
	return list, nil
}

// planNews tells the watchers whom the news concern, unless it is still being gathered.
// The book's cursor moves with what is planned: so each change is told once.
func (e *Engine) planNews(ctx context.Context, book briefings.BookID, watches []Watch, stops map[Place]string, from int64, news News, plan *Plan) error {
	alerts, err := e.Author.Alerts(ctx, book, AlertAsk{Watches: watches, From: from, To: news.UpTo, Now: plan.At})
	if err != nil {
		return fmt.Errorf("write alerts: %w", err)
	}
	breaking := slices.ContainsFunc(alerts, func(a AlertText) bool { return a.Breaking })
	if !e.changes.ready(book, news.Oldest, plan.At, e.Timings.Batch) && !breaking {
		return nil
	}
	due := news.Oldest
	if due.After(plan.At) || plan.At.Sub(due) > StandardCatchup {
		due = plan.At // it was recorded elsewhere, long ago, and has come with an import
	}
	slot := fmt.Sprintf("%d@%d", news.UpTo, news.Oldest.UnixMilli())
	for _, a := range alerts {
		w := watches[slices.IndexFunc(watches, func(w Watch) bool { return w.ID == a.Watch })]
		if until := w.Quiet.Until(plan.At); !until.IsZero() && !a.Breaking {
			if w.Held == 0 {
				w.Held = max(from, 1) // 0 is that nothing waits
			}
			w.Next = until
			plan.Watches = append(plan.Watches, w)
			continue
		}
		plan.Runs = append(plan.Runs, e.alert(w, slot, due, plan.At, from, a.Text, stops))
	}
	if err := e.planCorrections(ctx, book, news, stops, plan); err != nil {
		return err
	}
	plan.Cursor = &CursorMove{From: from, To: news.UpTo}
	return nil
}

// alert is the run of what a watch is told.
func (e *Engine) alert(w Watch, slot string, due, now time.Time, from int64, text Text, stops map[Place]string) NewRun {
	run := NewRun{
		Run: Run{
			Key: RunKey{WatchSource + w.ID, slot}, Kind: Alert, State: Planned, Due: due, Made: now,
			Seq: text.Seq, Since: from, Hash: text.Hash, Zone: w.Quiet.Zone,
		},
		To: []Target{{Place: w.To, Refused: e.refused(w.To, stops)}}, OnUnknown: Resend, Deadline: now.Add(StandardCatchup),
	}
	for _, p := range text.Parts {
		if p.Platform == w.To.Platform {
			run.Parts = append(run.Parts, p)
		}
	}
	if now.Sub(due) <= e.Timings.LookFirst {
		run.Owner = e.Owner
	}
	return run
}

// refused says why nothing is sent to a place, or "".
func (e *Engine) refused(p Place, stops map[Place]string) string {
	if why := stops[p]; why != "" {
		return why
	}
	if e.Senders[p.Platform] == nil {
		return fmt.Sprintf("%s is not served: it is not in the config", p.Platform)
	}
	return ""
}

// planHeld tells those whose quiet hours are over what came up to the revision told.
func (e *Engine) planHeld(ctx context.Context, book briefings.BookID, watches []Watch, stops map[Place]string, told int64, plan *Plan) error {
	for _, w := range watches {
		if w.Held == 0 || w.Next.After(plan.At) || slices.ContainsFunc(plan.Watches, func(x Watch) bool { return x.ID == w.ID }) {
			continue
		}
		alerts, err := e.Author.Alerts(ctx, book, AlertAsk{Watches: []Watch{w}, From: w.Held, To: told, Now: plan.At})
		if err != nil {
			return fmt.Errorf("write what was held: %w", err)
		}
		// What is in an alert of just now is in this one, too: it takes the other's place.
		plan.Runs = slices.DeleteFunc(plan.Runs, func(r NewRun) bool { return r.Key.Source == WatchSource+w.ID })
		for _, a := range alerts {
			slot := fmt.Sprintf("held:%d@%d", w.Held, w.Next.UnixMilli())
			plan.Runs = append(plan.Runs, e.alert(w, slot, w.Next, plan.At, w.Held, a.Text, stops))
		}
		w.Held, w.Next = 0, time.Time{}
		plan.Watches = append(plan.Watches, w)
	}
	return nil
}

// Until returns when the quiet hours end in which now is, zero where it is in none.
func (q Quiet) Until(now time.Time) time.Time {
	if q.From == "" || q.To == "" || q.From == q.To {
		return time.Time{}
	}
	zone, err := civil.Zone(q.Zone)
	if err != nil {
		zone = time.UTC
	}
	local := now.In(zone)
	clock := local.Format("15:04")
	day := local
	switch {
	case q.From < q.To && clock >= q.From && clock < q.To:
	case q.From > q.To && clock >= q.From:
		day = local.AddDate(0, 0, 1)
	case q.From > q.To && clock < q.To:
	default:
		return time.Time{}
	}
	end, err := civil.Timetable{Zone: zone}.Due(civil.Slot(day.Format("2006-01-02") + "T" + q.To))
	if err != nil || !end.After(now) {
		return time.Time{}
	}
	return end
}
