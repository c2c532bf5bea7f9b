package briefings

import (
	"strconv"
	"strings"
	"time"
)

// maxWhenBytes bounds what is read as a date; the longest sensible one is
// half as long.
const maxWhenBytes = 64

// ParseWhen reads a day or a time as people write it, and keeps how exact it
// was: "2025-12-02", "2 Dec", "December 2025", "yesterday 18:00", "last
// Tuesday", "3 days ago", "12h" (that long ago), "2025-12-02T21:40Z". Words and
// clock times are read in zone. A day or month without a year is the latest
// one that has begun. Anything else is ErrInvalid with a sentence that says
// what to write, dates such as 02/12/2025 among it, which nobody reads alike.
//
// Libraries that read such dates return instants: the precision, which a
// Moment must keep, is lost in them.
func ParseWhen(s string, now time.Time, zone *time.Location) (Moment, error) {
	text := strings.TrimSpace(s)
	if len(text) > maxWhenBytes {
		return Moment{}, errWhen("")
	}
	if m, err := ParseMoment(strings.ToUpper(text)); err == nil {
		return m, nil
	}
	if t, err := time.ParseInLocation("2006-01-02T15:04", strings.ToUpper(text), zone); err == nil {
		return checkedMoment(t, Minute, text)
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\u00a0' })
	if len(words) == 0 {
		return Moment{}, errWhen("")
	}
	w := when{now: now.In(zone), zone: zone}
	if m, ok := w.ago(words); ok {
		return m, nil
	}
	day, clock, ok := w.split(words)
	if !ok {
		return Moment{}, errWhen(text)
	}
	m, ok := w.day(day)
	if !ok || m.at.Year() < 1 || m.at.Year() > 9999 {
		return Moment{}, errWhen(text)
	}
	if clock.given {
		if m.precision != Day {
			return Moment{}, errWhen(text)
		}
		y, mon, d := m.at.Date()
		m = At(time.Date(y, mon, d, clock.hour, clock.minute, 0, 0, clock.zone), Minute)
	}
	return m, nil
}

func errWhen(text string) error {
	const write = "Write 2025-12-02, 2 Dec, yesterday 18:00, last Tuesday, or 3 days ago."
	switch {
	case text == "":
		return Errorf(ErrInvalid, "That is not a date. %s", write)
	case strings.Count(text, "/") == 2 || strings.Count(text, ".") == 2:
		return Errorf(ErrInvalid, "%q can be read in two ways. Write the date as 2025-12-02 or 2 Dec 2025.", text)
	default:
		return Errorf(ErrInvalid, "%q is not a date that can be read. %s", text, write)
	}
}

// when is the reading of one date.
type when struct {
	now  time.Time
	zone *time.Location
}

type clock struct {
	given        bool
	hour, minute int
	zone         *time.Location
}

// daysIn gives the length of the units that count back in days.
var daysIn = map[string]int{"d": 1, "day": 1, "days": 1, "w": 7, "wk": 7, "week": 7, "weeks": 7}

// ago reads "3 days ago", "an hour ago", "12h", "2 weeks", "now".
func (w when) ago(words []string) (Moment, bool) {
	if len(words) == 1 && words[0] == "now" {
		return At(w.now, Minute), true
	}
	if words[len(words)-1] == "ago" {
		words = words[:len(words)-1]
	}
	if len(words) == 1 { // 12h: part the number from the unit
		i := strings.IndexFunc(words[0], func(r rune) bool { return r < '0' || r > '9' })
		if i <= 0 {
			return Moment{}, false
		}
		words = []string{words[0][:i], words[0][i:]}
	}
	if len(words) != 2 {
		return Moment{}, false
	}
	n, err := strconv.Atoi(words[0])
	if words[0] == "a" || words[0] == "an" || words[0] == "one" {
		n, err = 1, nil
	}
	if err != nil || n < 0 || n > 100_000 {
		return Moment{}, false
	}
	switch unit := words[1]; unit {
	case "min", "mins", "minute", "minutes":
		return At(w.now.Add(-time.Duration(n)*time.Minute), Minute), true
	case "h", "hr", "hrs", "hour", "hours":
		return At(w.now.Add(-time.Duration(n)*time.Hour), Minute), true
	case "month", "months":
		return At(w.now.AddDate(0, -n, 0), Day), true
	case "y", "year", "years":
		return At(w.now.AddDate(-min(n, 9000), 0, 0), Day), w.now.Year() > n
	default:
		if days, ok := daysIn[unit]; ok {
			t := w.now.AddDate(0, 0, -n*days)
			return At(t, Day), t.Year() > 0
		}
		return Moment{}, false
	}
}

// split takes the clock time, if there is one, off the end of the words.
func (w when) split(words []string) (day []string, c clock, ok bool) {
	c.zone = w.zone
	if last := words[len(words)-1]; len(words) > 1 && (last == "utc" || last == "gmt" || last == "z") {
		c.zone = time.UTC
		words = words[:len(words)-1]
		if _, _, isClock := readClock(words[len(words)-1]); !isClock {
			return nil, c, false
		}
	}
	if h, m, isClock := readClock(words[len(words)-1]); isClock {
		c.given, c.hour, c.minute = true, h, m
		words = words[:len(words)-1]
		if len(words) > 0 && words[len(words)-1] == "at" {
			words = words[:len(words)-1]
		}
		if len(words) == 0 {
			words = []string{"today"}
		}
	}
	return words, c, true
}

// readClock reads 18:00, 18:00z, 6pm and 6:30pm.
func readClock(s string) (hour, minute int, ok bool) {
	for _, layout := range []string{"15:04", "3pm", "3:04pm"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Hour(), t.Minute(), true
		}
	}
	return 0, 0, false
}

// day reads the words of a day, a month or a year.
func (w when) day(words []string) (Moment, bool) {
	last := false
	if len(words) > 1 && (words[0] == "last" || words[0] == "past" || words[0] == "on" || words[0] == "this") {
		last = words[0] == "last" || words[0] == "past"
		words = words[1:]
	}
	if len(words) == 1 {
		return w.word(words[0], last)
	}
	if last {
		return Moment{}, false
	}
	return w.calendar(words)
}

// word reads a day given by one word.
func (w when) word(s string, last bool) (Moment, bool) {
	switch s {
	case "today":
		return At(w.now, Day), !last
	case "yesterday":
		return At(w.now.AddDate(0, 0, -1), Day), !last
	case "tomorrow":
		return At(w.now.AddDate(0, 0, 1), Day), !last
	case "week":
		return At(w.now.AddDate(0, 0, -7), Day), last
	case "month":
		return At(time.Date(w.now.Year(), w.now.Month()-1, 1, 0, 0, 0, 0, w.zone), Month), last
	case "year":
		return At(w.now.AddDate(-1, 0, 0), Year), last
	case "night":
		return At(w.now.AddDate(0, 0, -1), Day), last
	}
	if wd, ok := weekday(s); ok {
		back := (int(w.now.Weekday()) - int(wd) + 7) % 7
		if back == 0 && last {
			back = 7
		}
		return At(w.now.AddDate(0, 0, -back), Day), true
	}
	if m, ok := month(s); ok {
		y := w.now.Year()
		if m > w.now.Month() || last && m == w.now.Month() {
			y--
		}
		return At(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC), Month), true
	}
	moment, err := ParseMoment(s) // 2025-12-02 before a clock time
	return moment, err == nil && !last
}

// calendar reads "2 dec", "dec 2", "2nd of december 2025" and "december 2025".
func (w when) calendar(words []string) (Moment, bool) {
	var d, y int
	var m time.Month
	for _, word := range words {
		if mon, ok := month(word); ok && m == 0 {
			m = mon
			continue
		}
		if word == "of" || word == "the" {
			continue
		}
		for _, suffix := range []string{"st", "nd", "rd", "th"} {
			word = strings.TrimSuffix(word, suffix)
		}
		n, err := strconv.Atoi(word)
		switch {
		case err == nil && len(word) == 4 && y == 0:
			y = n
		case err == nil && n >= 1 && n <= 31 && d == 0:
			d = n
		default:
			return Moment{}, false
		}
	}
	if m == 0 {
		return Moment{}, false
	}
	if d == 0 {
		return At(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC), Month), y != 0
	}
	guess := y == 0
	if guess {
		y = w.now.Year()
		if time.Date(y, m, d, 0, 0, 0, 0, w.zone).After(w.now) {
			y--
		}
		for m == time.February && d == 29 && !leap(y) { // the latest year that had one
			y--
		}
	}
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return At(t, Day), t.Month() == m // not 31 November
}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// weekday and month know the English names, whole or cut to three letters or more.
func weekday(s string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if len(s) >= 3 && strings.HasPrefix(strings.ToLower(d.String()), s) {
			return d, true
		}
	}
	return 0, false
}

func month(s string) (time.Month, bool) {
	s = strings.TrimSuffix(s, ".")
	for m := time.January; m <= time.December; m++ {
		if len(s) >= 3 && strings.HasPrefix(strings.ToLower(m.String()), s) || s == "sept" && m == time.September {
			return m, true
		}
	}
	return 0, false
}
