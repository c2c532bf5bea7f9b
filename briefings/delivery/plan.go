package delivery

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/civil"
)

// How the planner goes through what is due.
const (
	planBatch = 200 // schedules in one transaction
	// maxSlots is how many slots of a schedule are written down in one pass; what is
	// before them is counted.
	maxSlots = 100
	// crowd is how many schedules share a minute before they are spread.
	crowd = 20
	// anomaly is by how much the wall clock and the monotonic one may part between two
	// passes.
	anomaly = 2 * time.Second
)

// planUntil plans when somebody rings, and at every tick, until ctx ends.
func (e *Engine) planUntil(ctx context.Context) {
	tick := time.NewTicker(e.Timings.Tick)
	defer tick.Stop()
	last := e.Now()
	for {
		again := time.NewTimer(e.changes.wait(e.Now(), e.Timings))
		select {
		case <-ctx.Done():
			again.Stop()
			return
		case <-e.wake:
		case <-tick.C:
		case <-again.C:
		}
		again.Stop()
		now := e.Now()
		if parted := now.Round(0).Sub(last.Round(0)) - now.Sub(last); parted.Abs() > anomaly {
			e.Log.WarnContext(ctx, "the clock was set, or the machine slept: planning at once", "by", parted)
		}
		last = now
		e.plan(ctx)
	}
}

// plan plans in every book what is due now.
func (e *Engine) plan(ctx context.Context) {
	asked := e.asked.Load()
	defer func() { e.heard.Store(asked) }()
	books, err := e.Books(ctx)
	apart := time.Duration(0)
	if err == nil {
		apart, err = e.apart(ctx)
	}
	if e.report(ctx, "plan", err); err != nil {
		return
	}
	for _, book := range books {
		if ctx.Err() != nil {
			return
		}
		err := e.planBook(ctx, book, apart)
		if ctx.Err() == nil {
			e.report(ctx, "plan "+string(book), err)
		}
	}
	e.board.set(func(h *Health) { h.Planned = e.Now() })
	signal(e.more)
}

// apart returns by how much the clock differs from the one by which processes that share
// the ledger are measured. What takes its time is not counted.
func (e *Engine) apart(ctx context.Context) (time.Duration, error) {
	before := e.Now()
	clock, err := e.Ledger.Clock(ctx, before)
	if err != nil {
		return 0, err
	}
	if early := before.Round(time.Millisecond).Sub(clock); early > 0 {
		return early, nil
	}
	return max(0, clock.Sub(e.Now())), nil
}

// planBook plans what is due in a book, by a clock that differs by so much from the
// database's. One thing that fails does not keep the others from being planned.
func (e *Engine) planBook(ctx context.Context, book briefings.BookID, apart time.Duration) error {
	newest, err := e.Ledger.Newest(ctx, book)
	if err != nil {
		return err
	}
	if wrong := newest.Sub(e.Now()) > e.Timings.Skew || apart > e.Timings.Apart; wrong != e.board.wrong(book) {
		e.board.set(func(h *Health) {
			if h.Wrong == nil {
				h.Wrong = map[briefings.BookID]bool{}
			}
			if delete(h.Wrong, book); wrong {
				h.Wrong[book] = true
			}
		})
		if wrong {
			e.Log.ErrorContext(ctx, "the clock is wrong: it is behind what was written before, or not that of the database. Nothing is posted until it is right", "book", book, "written", newest, "apart", apart)
		}
	}
	if e.board.wrong(book) {
		return nil
	}
	return errors.Join(
		unlessMoved(e.planSchedules(ctx, book)),
		unlessMoved(e.planChanges(ctx, book)),
		unlessMoved(e.planPins(ctx, book)),
		unlessMoved(e.planNotices(ctx, book)),
	)
}

// unlessMoved returns an error that is one. Where somebody has changed something while it
// was planned nothing is wrong: it is looked at again at the next tick.
func unlessMoved(err error) error {
	if errors.Is(err, briefings.ErrConflict) {
		return nil
	}
	return err
}

// Stopped is the setting by which an operator stops all schedules of a book: "yes".
const Stopped = "stopped"

// planSchedules plans the slots that are due.
func (e *Engine) planSchedules(ctx context.Context, book briefings.BookID) error {
	p := &pass{e: e, book: book}
	for ctx.Err() == nil {
		p.now = e.Now()
		due, err := e.Ledger.Due(ctx, book, p.now, planBatch)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := p.begin(ctx); err != nil {
			return err
		}
		if err := p.commit(ctx, due); err == nil {
			continue
		}
		// Somebody changed one of them, or one cannot be planned: the others are.
		var failed error
		for _, s := range due {
			if err := p.commit(ctx, []Schedule{s}); err != nil && !errors.Is(err, briefings.ErrConflict) {
				failed = errors.Join(failed, err)
			}
		}
		if failed != nil {
			return failed
		}
	}
	return nil
}

// pass is one go of the planner through the schedules of a book.
type pass struct {
	e       *Engine
	book    briefings.BookID
	now     time.Time
	begun   bool
	stops   map[Place]string
	stopped bool // all schedules
	crowded bool
}

// begin reads what holds for all of them.
func (p *pass) begin(ctx context.Context) (err error) {
	if p.begun {
		return nil
	}
	if p.stops, err = p.e.Ledger.Stops(ctx, p.book); err != nil {
		return err
	}
	said, err := p.e.Ledger.Setting(ctx, p.book, Stopped)
	p.stopped, p.begun = said == "yes", err == nil
	return err
}

// commit plans the schedules, in one transaction.
func (p *pass) commit(ctx context.Context, due []Schedule) error {
	p.crowded = p.crowded || len(due) > crowd
	plan := Plan{At: p.now}
	for _, s := range due {
		if err := p.schedule(ctx, s, &plan); err != nil {
			return fmt.Errorf("plan %s: %w", s.Name, err)
		}
	}
	return p.e.Ledger.Commit(ctx, p.book, plan)
}

// slot is a slot that is due.
type slot struct {
	name string
	due  time.Time
}

// schedule plans the slots of one schedule that are due.
func (p *pass) schedule(ctx context.Context, s Schedule, plan *Plan) error {
	t, err := p.e.timetables.of(s)
	if err != nil { // nothing of ours writes it so
		p.e.Log.ErrorContext(ctx, "a schedule cannot be read", "book", p.book, "schedule", s.Name, "err", err)
		s.NextDue = p.now.Add(time.Hour)
		plan.Schedules = append(plan.Schedules, s)
		return nil
	}
	slots, more, next := slotsDue(t, s, p.now)
	if len(slots) == 0 {
		s.NextDue = next
		plan.Schedules = append(plan.Schedules, s)
		return nil
	}
	newest := slots[len(slots)-1]
	state, reason := p.fate(s, newest)
	if state == Planned {
		wait, err := p.waits(ctx, s, plan)
		if err != nil {
			return err
		}
		if wait { // it is looked at again soon, from the same slot on
			s.Cursor = string(cursorOf(t, s))
			s.NextDue = p.now.Add(p.e.Timings.Tick)
			plan.Schedules = append(plan.Schedules, s)
			return nil
		}
	}
	p.passOver(s, slots[:len(slots)-1], newest, more, state, plan)
	run := NewRun{Run: Run{Key: RunKey{string(s.ID), newest.name}, Kind: Digest, State: state, Reason: reason, Due: newest.due, Made: p.now, Zone: s.Zone}}
	if state == Planned {
		deadline := newest.due.Add(catchup(s))
		if !next.IsZero() && next.Before(deadline) {
			deadline = next
		}
		if err := p.e.compose(ctx, p.book, &s, &run, deadline, p.stops); err != nil {
			return err
		}
		p.spread(s, &run)
	}
	s.Cursor, s.NextDue = newest.name, next
	plan.Runs = append(plan.Runs, run)
	plan.Schedules = append(plan.Schedules, s)
	return nil
}

// slotsDue returns the slots that are due and were not planned, the oldest first, how
// many were passed over before them, and when the next one is due.
func slotsDue(t civil.Timetable, s Schedule, now time.Time) (slots []slot, more int, next time.Time) {
	cursor := cursorOf(t, s)
	for {
		name, due, ok := t.Next(cursor)
		if !ok {
			return slots, more, time.Time{}
		}
		if due.After(now) {
			return slots, more, due
		}
		if len(slots) == maxSlots {
			if last, lastDue, ok := t.Last(now); ok && last != cursor {
				more = t.Count(cursor, last, maxCounted) - 1
				slots = append(slots, slot{string(last), lastDue})
				cursor = last
				continue
			}
		}
		slots = append(slots, slot{string(name), due})
		cursor = name
	}
}

// cursorOf is the newest slot that has been dealt with. A new schedule begins with the slot
// that is due at its alarm.
func cursorOf(t civil.Timetable, s Schedule) civil.Slot {
	if s.Cursor == "" {
		if before, _, ok := t.Last(s.NextDue.Add(-time.Millisecond)); ok {
			return before
		}
	}
	return civil.Slot(s.Cursor)
}

// maxCounted is up to how many slots are counted that nobody was there for.
const maxCounted = 100_000

func catchup(s Schedule) time.Duration {
	if s.Options.Catchup > 0 {
		return s.Options.Catchup
	}
	return StandardCatchup
}

// fate is what becomes of the newest slot that is due.
func (p *pass) fate(s Schedule, newest slot) (RunState, string) {
	switch {
	case s.State == Paused:
		return Skipped, "paused"
	case p.stopped:
		return Skipped, "stopped"
	case p.now.Sub(newest.due) > catchup(s):
		return Missed, "nobody was there within " + catchup(s).String()
	default:
		return Planned, ""
	}
}

// waits reports whether it is not known yet whether the run before was posted: what is
// new since the last edition depends on it. What of it is only waiting is superseded.
func (p *pass) waits(ctx context.Context, s Schedule, plan *Plan) (bool, error) {
	open, err := p.e.Ledger.Deliveries(ctx, p.book, DeliveryQuery{Source: string(s.ID), States: []State{Pending, Sending, Unknown, Reconciling}})
	if err != nil || len(open) == 0 {
		return false, err
	}
	if slices.ContainsFunc(open, func(d Delivery) bool { return d.State != Pending && d.Op == Post }) {
		return true, nil
	}
	plan.Supersede = append(plan.Supersede, string(s.ID))
	return false, nil
}

// passOver writes down the slots before the newest that is due.
func (p *pass) passOver(s Schedule, slots []slot, newest slot, more int, fate RunState, plan *Plan) {
	for i, old := range slots {
		run := NewRun{Run: Run{Key: RunKey{string(s.ID), old.name}, Kind: Digest, Due: old.due, Made: p.now, Zone: s.Zone}}
		switch {
		case fate == Skipped:
			run.State, run.Reason = Skipped, "paused"
			if p.stopped {
				run.Reason = "stopped"
			}
		case old.due.Equal(newest.due):
			run.State, run.Reason = Coalesced, "with "+newest.name
		default:
			run.State, run.Reason = Missed, "nobody was there"
		}
		if i == len(slots)-1 {
			run.More = more
		}
		plan.Runs = append(plan.Runs, run)
	}
}

// spread lets what is due at one minute with many others begin a little later, always
// by the same.
func (p *pass) spread(s Schedule, run *NewRun) {
	if !p.crowded || p.e.Timings.Spread <= 0 {
		return
	}
	h := fnv.New64a()
	h.Write([]byte(s.ID))
	at := run.Due.Add(time.Duration(h.Sum64() % uint64(p.e.Timings.Spread)))
	for i := range run.To {
		run.To[i].NotBefore = at
	}
}
