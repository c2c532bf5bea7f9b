package civil

import "time"

// day is a day of the calendar.
type day struct {
	year  int
	month time.Month
	day   int
}

func dayOf(t time.Time) day {
	y, m, d := t.Date()
	return day{y, m, d}
}

func (d day) utc() time.Time        { return time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC) }
func (d day) weekday() time.Weekday { return d.utc().Weekday() }
func (d day) add(n int) day         { return dayOf(d.utc().AddDate(0, 0, n)) }

// maxDays is how far the next day is looked for: 29 February may be eight years away.
const maxDays = 9 * 366

// nextDay returns the first day after d on which the schedule is due.
func (s *Spec) nextDay(d day) (day, bool) { return s.walk(d, 1) }

// lastDay returns the last day before d on which the schedule was due.
func (s *Spec) lastDay(d day) (day, bool) { return s.walk(d, -1) }

func (s *Spec) walk(d day, by int) (day, bool) {
	for range maxDays {
		if d = d.add(by); s.matches(d) {
			return d, true
		}
	}
	return day{}, false
}
