package civil

import (
	"sort"
	"time"
)

// Timetable is a schedule in a zone.
type Timetable struct {
	Spec *Spec
	Zone *time.Location
}

// maxOffset is more than any zone was ever from UTC, and less than makes the search
// long: a country that changed its date moved by a day.
const maxOffset = 27 * time.Hour

// Due returns the first instant whose wall-clock reading is at or after the slot; of a
// slot with an offset, that very instant. It returns ErrInvalid for what is no slot.
func (t Timetable) Due(s Slot) (time.Time, error) {
	wall, instant, err := s.read()
	switch {
	case err != nil:
		return time.Time{}, err
	case !instant.IsZero():
		return instant.In(t.Zone), nil
	default:
		return firstAtOrAfter(wall, t.Zone), nil
	}
}

// firstAtOrAfter returns the first instant at which a clock in the zone reads wall or
// later. It goes through the stretches of constant offset around it.
func firstAtOrAfter(wall time.Time, zone *time.Location) time.Time {
	at := wall.Add(-maxOffset)
	for {
		local := at.In(zone)
		_, offset := local.Zone()
		_, end := stretch(local)
		due := wall.Add(-time.Duration(offset) * time.Second)
		if due.Before(at) {
			due = at
		}
		if end.IsZero() || due.Before(end) {
			return due.In(zone)
		}
		at = end.UTC()
	}
}

// stretch returns from when until when the offset of t's zone is what it is at t, zero
// for ever. It is t.ZoneBounds, but for a bug of that: beyond the transitions that a zone
// lists, which end in 2037, it takes the last day of a leap year for the next year's, and
// answers with an end that is not after t. Nothing changes on such a day.
func stretch(t time.Time) (start, end time.Time) {
	start, end = t.ZoneBounds()
	if !end.IsZero() && !end.After(t) {
		end = t.Add(24 * time.Hour)
	}
	if start.After(t) {
		start = t.Add(-24 * time.Hour)
	}
	return start, end
}

// Next returns the next slot after the given one, with the instant at which it is due;
// false where there is none for years, or the slot is none.
func (t Timetable) Next(after Slot) (Slot, time.Time, bool) {
	wall, instant, err := after.read()
	if err != nil {
		return "", time.Time{}, false
	}
	if t.Spec.hourly {
		if instant.IsZero() { // the schedule has become hourly since
			instant = firstAtOrAfter(wall, t.Zone)
		}
		return t.nextInstant(instant.Add(time.Second))
	}
	next, ok := t.Spec.next(wall)
	if !ok {
		return "", time.Time{}, false
	}
	return wallSlot(next), firstAtOrAfter(next, t.Zone), true
}

// next returns the next wall time after the given one.
func (s *Spec) next(wall time.Time) (time.Time, bool) {
	d := dayOf(wall)
	if s.matches(d) {
		passed := clock(wall.Hour()*60 + wall.Minute())
		if i := sort.Search(len(s.times), func(i int) bool { return s.times[i] > passed }); i < len(s.times) {
			return s.at(d, s.times[i]), true
		}
	}
	d, ok := s.nextDay(d)
	if !ok {
		return time.Time{}, false
	}
	return s.at(d, s.times[0]), true
}

// last returns the last wall time before the given one.
func (s *Spec) last(wall time.Time) (time.Time, bool) {
	d := dayOf(wall)
	if s.matches(d) {
		now := clock(wall.Hour()*60 + wall.Minute())
		if i := sort.Search(len(s.times), func(i int) bool { return s.times[i] >= now }); i > 0 {
			return s.at(d, s.times[i-1]), true
		}
	}
	d, ok := s.lastDay(d)
	if !ok {
		return time.Time{}, false
	}
	return s.at(d, s.times[len(s.times)-1]), true
}

func (s *Spec) at(d day, c clock) time.Time { return d.utc().Add(time.Duration(c) * time.Minute) }

// nextInstant returns the slot of the first instant at or after one at which a clock
// shows a time that the schedule matches: stretch by stretch of constant offset.
func (t Timetable) nextInstant(from time.Time) (Slot, time.Time, bool) {
	limit := from.AddDate(0, 0, maxDays)
	for from.Before(limit) {
		local := from.In(t.Zone)
		_, offset := local.Zone()
		_, end := stretch(local)
		shift := time.Duration(offset) * time.Second
		// The reading before which the next one is not: a whole minute is its own.
		wall := from.UTC().Add(shift).Add(-time.Nanosecond)
		if wall, ok := t.Spec.next(wall.Truncate(time.Minute)); ok {
			if due := wall.Add(-shift); end.IsZero() || due.Before(end) {
				due = due.In(t.Zone)
				return instantSlot(due), due, true
			}
		} else if end.IsZero() {
			break
		}
		from = end
	}
	return "", time.Time{}, false
}

// First returns the first slot that is due after at: what a new schedule begins with.
func (t Timetable) First(at time.Time) (Slot, time.Time, bool) {
	if t.Spec.hourly {
		return t.nextInstant(at.Add(time.Nanosecond))
	}
	// What a clock has shown by now has been due. More may have been: where the clock was
	// put back, it has shown later times.
	wall := reading(at.In(t.Zone)).Truncate(time.Minute)
	for {
		next, ok := t.Spec.next(wall)
		if !ok {
			return "", time.Time{}, false
		}
		if due := firstAtOrAfter(next, t.Zone); due.After(at) {
			return wallSlot(next), due, true
		}
		wall = next
	}
}

// SameDay reports whether two instants are of one day on the clocks of the zone.
func (t Timetable) SameDay(a, b time.Time) bool {
	y1, m1, d1 := a.In(t.Zone).Date()
	y2, m2, d2 := b.In(t.Zone).Date()
	return y1 == y2 && m1 == m2 && d1 == d2
}

// Today returns the instant at which the day of at began on the clocks of the zone, and
// Tomorrow that at which the next one does.
func (t Timetable) Today(at time.Time) time.Time { return t.midnight(at, 0) }

// Tomorrow is described at Today.
func (t Timetable) Tomorrow(at time.Time) time.Time { return t.midnight(at, 1) }

func (t Timetable) midnight(at time.Time, days int) time.Time {
	y, m, d := at.In(t.Zone).Date()
	return firstAtOrAfter(time.Date(y, m, d+days, 0, 0, 0, 0, time.UTC), t.Zone)
}

// Last returns the newest slot that is due at or before at.
func (t Timetable) Last(at time.Time) (Slot, time.Time, bool) {
	if t.Spec.hourly {
		return t.lastInstant(at)
	}
	first, _, ok := t.First(at)
	if !ok {
		return "", time.Time{}, false
	}
	wall, _, err := first.read()
	if err != nil {
		return "", time.Time{}, false
	}
	last, ok := t.Spec.last(wall)
	if !ok {
		return "", time.Time{}, false
	}
	return wallSlot(last), firstAtOrAfter(last, t.Zone), true
}

// lastInstant is nextInstant backwards: at or before at.
func (t Timetable) lastInstant(at time.Time) (Slot, time.Time, bool) {
	limit := at.AddDate(0, 0, -maxDays)
	for at.After(limit) {
		local := at.In(t.Zone)
		_, offset := local.Zone()
		start, _ := stretch(local)
		shift := time.Duration(offset) * time.Second
		wall := at.UTC().Add(shift).Truncate(time.Minute).Add(time.Minute)
		if wall, ok := t.Spec.last(wall); ok {
			if due := wall.Add(-shift); !due.Before(start) {
				due = due.In(t.Zone)
				return instantSlot(due), due, true
			}
		}
		if start.IsZero() {
			break
		}
		at = start.Add(-time.Nanosecond)
	}
	return "", time.Time{}, false
}

// Count returns how many slots are after one and not after another, at most limit.
func (t Timetable) Count(after, through Slot, limit int) int {
	last, lastDue, err := through.read()
	if err != nil {
		return 0
	}
	if t.Spec.hourly {
		if lastDue.IsZero() {
			lastDue = firstAtOrAfter(last, t.Zone)
		}
		n := 0
		for s, due, ok := t.Next(after); ok && !due.After(lastDue) && n < limit; s, due, ok = t.Next(s) {
			n++
		}
		return n
	}
	wall, _, err := after.read()
	n := 0
	for err == nil && n < limit {
		next, ok := t.Spec.next(wall)
		if !ok || next.After(last) {
			break
		}
		wall = next
		n++
	}
	return n
}
