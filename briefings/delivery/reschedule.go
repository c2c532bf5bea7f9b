package delivery

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/civil"
)

// Reschedule returns a schedule that goes by another time, or in another zone, from now
// on. Where today's edition has gone out, or is on its way, it begins tomorrow, which
// later reports; what somebody had posted by hand is not today's.
func Reschedule(ctx context.Context, l Ledger, book briefings.BookID, s Schedule, now time.Time) (_ Schedule, later bool, err error) {
	t, err := TimetableOf(s.Spec, s.Zone)
	if err != nil {
		return s, false, err
	}
	runs, err := recent(ctx, l, book, s, now)
	if err != nil {
		return s, false, err
	}
	from := now
	for _, r := range runs {
		if !t.SameDay(r.Due, now) {
			continue
		}
		if later, err = wentOut(ctx, l, book, r); err != nil {
			return s, false, err
		}
		if later {
			from = t.Tomorrow(now).Add(-time.Millisecond)
			break
		}
	}
	return begin(t, runs, s, from), later, nil
}

// Restart returns a schedule that begins with its first slot after from.
func Restart(ctx context.Context, l Ledger, book briefings.BookID, s Schedule, from time.Time) (Schedule, error) {
	t, err := TimetableOf(s.Spec, s.Zone)
	if err != nil {
		return s, err
	}
	runs, err := recent(ctx, l, book, s, from)
	return begin(t, runs, s, from), err
}

// begin lets a schedule begin with its first slot after from that no run has the name of:
// where the zone was changed for one farther west, the same wall times come once more.
func begin(t civil.Timetable, runs []Run, s Schedule, from time.Time) Schedule {
	taken := make(map[civil.Slot]bool, len(runs))
	var elsewhere civil.Slot // the newest in another zone
	for _, r := range runs {
		slot := civil.Slot(r.Key.Slot)
		taken[slot] = true
		if slot.Wall() && r.Zone != s.Zone {
			elsewhere = max(elsewhere, slot)
		}
	}
	slot, due, ok := t.First(from)
	for ok && (taken[slot] || slot.Wall() && slot <= elsewhere) {
		slot, due, ok = t.Next(slot)
	}
	s.Cursor, s.NextDue = "", due
	return s
}

// ahead is by how much more than the clock a slot may be that was planned in another zone:
// from the first to the last are 26 hours, and a country may leave out a day.
const ahead = 3 * 24 * time.Hour

// recent returns the runs of the newest slots of a schedule.
func recent(ctx context.Context, l Ledger, book briefings.BookID, s Schedule, now time.Time) ([]Run, error) {
	if s.ID == "" { // it is new
		return nil, nil
	}
	runs, err := l.Runs(ctx, book, RunQuery{Source: string(s.ID), Since: now.Add(-ahead)})
	return slices.DeleteFunc(runs, func(r Run) bool { return strings.HasPrefix(r.Key.Slot, ByHand) }), err
}

// wentOut reports whether a run was posted somewhere, or still may be.
func wentOut(ctx context.Context, l Ledger, book briefings.BookID, r Run) (bool, error) {
	if r.State != Planned && r.State != Superseded {
		return false, nil
	}
	list, err := l.Deliveries(ctx, book, DeliveryQuery{Run: &r.Key, States: []State{Pending, Sending, Unknown, Reconciling, Sent}, Limit: 1})
	return len(list) > 0, err
}

// PassOver writes down that what is due of a schedule and not planned yet is not posted,
// and why. It returns the schedule as it is then, and when the newest of it was due, zero
// where nothing was.
func PassOver(ctx context.Context, l Ledger, book briefings.BookID, s Schedule, now time.Time, why string) (_ Schedule, due time.Time, err error) {
	if s.NextDue.IsZero() || s.NextDue.After(now) {
		return s, time.Time{}, nil
	}
	t, err := TimetableOf(s.Spec, s.Zone)
	if err != nil {
		return s, time.Time{}, err
	}
	slots, more, next := slotsDue(t, s, now)
	plan := Plan{At: now}
	for _, old := range slots {
		plan.Runs = append(plan.Runs, NewRun{Run: Run{Key: RunKey{string(s.ID), old.name}, Kind: Digest, State: Skipped, Reason: why, Due: old.due, Made: now, Zone: s.Zone}})
		s.Cursor, due = old.name, old.due
	}
	if len(slots) > 0 {
		plan.Runs[len(slots)-1].More = more
	}
	s.NextDue = next
	plan.Schedules = []Schedule{s}
	if err := l.Commit(ctx, book, plan); err != nil {
		return s, time.Time{}, err
	}
	s.Rev++
	return s, due, nil
}
