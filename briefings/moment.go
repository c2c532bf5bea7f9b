package briefings

import (
	"fmt"
	"time"
)

// Precision says how exactly a moment is known.
type Precision int

// The precisions, coarsest first. The zero Precision means that no time is known.
const (
	Unknown Precision = iota
	Year
	Month
	Day
	Minute
)

var precisionNames = [...]string{"unknown", "year", "month", "day", "minute"}

func (p Precision) String() string { return precisionNames[p] }

// momentLayouts are the text forms of a moment: the form carries the precision.
var momentLayouts = [...]string{Year: "2006", Month: "2006-01", Day: "2006-01-02", Minute: "2006-01-02T15:04Z07:00"}

// Moment is a time known to a precision. A year, month or day is a stretch of
// the calendar, kept as the UTC midnight at which it begins; only a minute is
// an instant. The zero Moment is an unknown time.
type Moment struct {
	at        time.Time // UTC
	precision Precision
}

// At returns the moment at t, cut to precision p. The calendar date is read in
// t's own location.
func At(t time.Time, p Precision) Moment {
	y, m, d := t.Date()
	switch p {
	case Year:
		return Moment{time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), p}
	case Month:
		return Moment{time.Date(y, m, 1, 0, 0, 0, 0, time.UTC), p}
	case Day:
		return Moment{time.Date(y, m, d, 0, 0, 0, 0, time.UTC), p}
	case Minute:
		return Moment{t.UTC().Truncate(time.Minute), p}
	default:
		return Moment{}
	}
}

// Precision returns how exactly the moment is known.
func (m Moment) Precision() Precision { return m.precision }

// IsZero reports whether the time is unknown.
func (m Moment) IsZero() bool { return m.precision == Unknown }

// Start returns the first instant of the moment. A calendar stretch begins at
// midnight in loc; a minute does not depend on loc.
func (m Moment) Start(loc *time.Location) time.Time {
	if m.precision == Minute || m.precision == Unknown {
		return m.at
	}
	y, mon, d := m.at.Date()
	return time.Date(y, mon, d, 0, 0, 0, 0, loc)
}

// End returns the first instant after the moment, as Start sees it.
func (m Moment) End(loc *time.Location) time.Time {
	y, mon, d := m.at.Date()
	switch m.precision {
	case Year:
		return time.Date(y+1, 1, 1, 0, 0, 0, 0, loc)
	case Month:
		return time.Date(y, mon+1, 1, 0, 0, 0, 0, loc)
	case Day:
		return time.Date(y, mon, d+1, 0, 0, 0, 0, loc)
	case Minute:
		return m.at.Add(time.Minute)
	default:
		return m.at
	}
}

// zoneSlack is how far the calendar of any zone is from that of UTC.
const zoneSlack = 14 * time.Hour

// Follows reports whether the moment begins after t in whatever zone it is read.
func (m Moment) Follows(t time.Time) bool {
	return !m.IsZero() && m.at.Add(-zoneSlack).After(t)
}

// Compare orders moments by their beginning, coarser first where they begin
// together, unknown before all. It returns -1, 0 or +1.
func (m Moment) Compare(o Moment) int {
	if c := m.at.Compare(o.at); c != 0 {
		return c
	}
	return int(m.precision) - int(o.precision)
}

// String returns the text form of the moment: 2025, 2025-12, 2025-12-02 or
// 2025-12-02T21:40Z, and the empty string where the time is unknown.
func (m Moment) String() string {
	if m.precision == Unknown {
		return ""
	}
	return m.at.Format(momentLayouts[m.precision])
}

// ParseMoment reads the text form of a moment; an instant may also have
// seconds, which are dropped. It returns ErrInvalid for anything else.
func ParseMoment(s string) (Moment, error) {
	for p := Year; p <= Minute; p++ {
		if t, err := time.Parse(momentLayouts[p], s); err == nil {
			return checkedMoment(t, p, s)
		}
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return checkedMoment(t, Minute, s)
	}
	return Moment{}, Errorf(ErrInvalid, "%q is not a date. Write 2025-12-02, 2025-12, 2025, or 2025-12-02T21:40Z.", s)
}

// checkedMoment refuses years that a text form of four digits cannot carry.
func checkedMoment(t time.Time, p Precision, s string) (Moment, error) {
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		return Moment{}, Errorf(ErrInvalid, "%q is not a date: years run from 0001 to 9999.", s)
	}
	return At(t, p), nil
}

// MarshalText returns the text form.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the text form; the empty string is the unknown time.
func (m *Moment) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*m = Moment{}
		return nil
	}
	v, err := ParseMoment(string(b))
	if err != nil {
		return fmt.Errorf("moment: %w", err)
	}
	*m = v
	return nil
}
