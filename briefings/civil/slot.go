package civil

import (
	"strings"
	"time"
)

// Slot is a local wall time at which a schedule is due, such as "2026-03-08T02:30". One
// of the hourly class has the offset, too: "2026-10-25T01:00+01:00". It is never an
// instant: what it means as one is for the rules of the zone to say, and they change.
type Slot string

// The forms of a slot.
const (
	wallForm   = "2006-01-02T15:04"
	offsetForm = "2006-01-02T15:04-07:00"
	// secondsForm is for offsets that are no whole minutes, as zones had in old times.
	secondsForm = "2006-01-02T15:04-07:00:00"
)

// CheckSlot returns ErrInvalid unless s is a slot.
func CheckSlot(s Slot) error {
	if _, _, err := s.read(); err != nil {
		return err
	}
	return nil
}

// Wall reports whether a slot is a wall time alone, as all are but those of the hourly
// class.
func (s Slot) Wall() bool { return len(s) == len(wallForm) }

// read returns the wall time of a slot, as if it were UTC, and for one with an offset
// the instant.
func (s Slot) read() (wall, instant time.Time, err error) {
	form := wallForm
	switch n := len(s) - len(wallForm); {
	case n == len("+01:00"):
		form = offsetForm
	case n == len("+01:00:00"):
		form = secondsForm
	}
	t, err := time.Parse(form, string(s))
	if err != nil || t.Format(form) != strings.Replace(string(s), "Z", "+00:00", 1) {
		return time.Time{}, time.Time{}, invalid("%q is no slot. One looks like 2026-03-08T02:30.", string(s))
	}
	if form == wallForm {
		return t, time.Time{}, nil
	}
	return reading(t), t.UTC(), nil
}

// reading is what a clock shows at t, as if it were UTC.
func reading(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// wallSlot is the slot of a wall time.
func wallSlot(wall time.Time) Slot { return Slot(wall.Format(wallForm)) }

// instantSlot is the slot of the hourly class at an instant.
func instantSlot(t time.Time) Slot {
	if _, offset := t.Zone(); offset%60 != 0 {
		return Slot(t.Format(secondsForm))
	}
	return Slot(t.Format(offsetForm))
}
