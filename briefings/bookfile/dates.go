package bookfile

import (
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// edge says which end of a day a date stands for where a time is wanted.
type edge int

const (
	beginning  edge = iota // recorded: the book knew it from that day on
	throughout             // verified_until: it holds until that day is over
)

// localLayouts are the forms of a time without a zone.
var localLayouts = [...]string{"2006-01-02T15:04", "2006-01-02T15:04:05"}

// instantLayout is the form of a time with a zone, to the millisecond.
const instantLayout = "2006-01-02T15:04:05.999Z07:00"

// normal returns the text of a date in the form that Go reads: TOML lets a
// space stand for the T, and small letters for T and Z.
func normal(s string) string {
	s = strings.ToUpper(s)
	if len(s) > 10 && s[10] == ' ' {
		s = s[:10] + "T" + s[11:]
	}
	return s
}

// parseMoment reads a date as exactly as it is written. A time without a zone
// is read in zone.
func parseMoment(s string, zone *time.Location) (briefings.Moment, error) {
	n := normal(s)
	for _, layout := range localLayouts {
		if t, err := time.ParseInLocation(layout, n, zone); err == nil {
			n = t.UTC().Format(time.RFC3339)
		}
	}
	m, err := briefings.ParseMoment(n)
	if err != nil {
		return m, errDate(s, true, "Write 2026-03-02, 2026-03 or 2026, or a time as 2026-03-02T09:30Z.")
	}
	return m, nil
}

// parseInstant reads a time, to the millisecond, or a date, of which it takes
// the edge in zone.
func parseInstant(s string, zone *time.Location, of edge) (time.Time, error) {
	n := normal(s)
	t, err := time.Parse(time.DateOnly, n)
	switch {
	case err == nil:
		y, m, d := t.Date()
		if of == throughout {
			d++
		}
		t = time.Date(y, m, d, 0, 0, 0, 0, zone)
	case len(n) > len(time.DateOnly):
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", localLayouts[0], localLayouts[1]} {
			if t, err = time.ParseInLocation(layout, n, zone); err == nil {
				break
			}
		}
	}
	t = t.UTC().Truncate(time.Millisecond)
	if y := t.Year(); err != nil || y < 1 || y > 9999 || t.IsZero() {
		return time.Time{}, errDate(s, false, "Write a day, 2026-03-02, or a time, 2026-03-02T09:30Z.")
	}
	return t, nil
}

// formatInstant writes a time so that parseInstant reads the same: as a date
// where it is the edge of one, else as short as it can be. A nil zone stands
// for one that is not known; no date is written then.
func formatInstant(t time.Time, zone *time.Location, of edge) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC().Truncate(time.Millisecond)
	if zone != nil {
		day := t
		if of == throughout {
			day = t.Add(-time.Millisecond)
		}
		date := day.In(zone).Format(time.DateOnly)
		if back, err := parseInstant(date, zone, of); err == nil && back.Equal(t) {
			return date
		}
	}
	if t.Second() == 0 && t.Nanosecond() == 0 {
		return t.Format("2006-01-02T15:04Z07:00")
	}
	return t.Format(instantLayout)
}
