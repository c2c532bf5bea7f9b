package civil

import (
	"fmt"
	"math/bits"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/briefbot/briefbot/briefings"
)

// Limits of a schedule.
const (
	maxSpecRunes = 128
	minInterval  = 15 // minutes between two slots
)

// Spec is a schedule as it was read: the minutes, hours and days that it matches.
type Spec struct {
	cron               string
	minutes, hours     uint64 // bit n is set for n
	doms, months, dows uint64
	anyDom, anyDow     bool
	hourly             bool
	times              []clock // of a day on which it is due, in order
}

// clock is a time of day, in minutes.
type clock int

func (c clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// descriptors are the words of cron for whole expressions.
var descriptors = map[string]string{
	"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
	"@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
}

// fields are the names and the greatest values of the five fields.
var fields = [5]struct {
	name string
	max  int
}{{"minute", 59}, {"hour", 23}, {"day of the month", 31}, {"month", 12}, {"day of the week", 6}}

var (
	fieldShape  = regexp.MustCompile(`^[0-9A-Za-z*,/-]+$`)
	numberShape = regexp.MustCompile(`^[0-9*,/-]+$`)
	starShape   = regexp.MustCompile(`^\*(/[0-9]{1,2})?$`)
	itemShape   = regexp.MustCompile(`^([0-9]{1,2}|[A-Za-z]{3})(-([0-9]{1,2}|[A-Za-z]{3}))?(/[0-9]{1,2})?$`)
	reader      = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
)

// star is the bit by which robfig marks a field that is "*".
const star = 1 << 63

func invalid(format string, args ...any) error {
	return briefings.Errorf(briefings.ErrInvalid, format, args...)
}

// ParseSpec reads a schedule: a cron expression of five fields, or words such as
// "weekdays 08:00". The error is ErrInvalid with a sentence that says what to do.
func ParseSpec(text string) (*Spec, error) {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "":
		return nil, invalid("Say when it is due, such as \"weekdays 08:00\", or as cron: \"0 8 * * 1-5\".")
	case len([]rune(text)) > maxSpecRunes:
		return nil, invalid("That is too long for a schedule: keep it under %d characters, such as \"weekdays 08:00\".", maxSpecRunes)
	case strings.HasPrefix(strings.ToUpper(text), "TZ=") || strings.HasPrefix(strings.ToUpper(text), "CRON_TZ="):
		return nil, invalid("A schedule names no zone: give the zone by itself, such as zone:Europe/Dublin.")
	case strings.HasPrefix(text, "@"):
		whole, ok := descriptors[strings.ToLower(text)]
		if !ok {
			return nil, invalid("%q is no schedule that I know. Write @hourly, @daily, @weekly or @monthly, or say it as \"weekdays 08:00\".", text)
		}
		return parseCron(whole)
	}
	if looksLikeCron(strings.Fields(text)) {
		return parseCron(text)
	}
	whole, err := parseWords(text)
	if err != nil {
		return nil, err
	}
	return parseCron(whole)
}

// looksLikeCron reports whether words are rather fields of cron than English: minutes and
// hours have no names.
func looksLikeCron(parts []string) bool {
	return len(parts) > 2 && numberShape.MatchString(parts[0]) && numberShape.MatchString(parts[1]) ||
		strings.ContainsAny(parts[0], "*/") || strings.ContainsAny(parts[0], ",") && numberShape.MatchString(parts[0])
}

// parseCron reads five fields.
func parseCron(text string) (s *Spec, err error) {
	parts := strings.Fields(text)
	if len(parts) != len(fields) {
		return nil, invalid("A cron expression has five fields: minute, hour, day of the month, month, day of the week, such as \"0 8 * * 1-5\". That one has %d.", len(parts))
	}
	for i, part := range parts {
		if err := checkField(i, part); err != nil {
			return nil, err
		}
	}
	parts[4] = sundays(parts[4])
	text = strings.ToUpper(strings.Join(parts, " "))
	defer func() {
		if p := recover(); p != nil { // robfig panics at some inputs
			s, err = nil, invalid("%q cannot be read as a cron expression. Write it as \"0 8 * * 1-5\".", text)
		}
	}()
	read, err := reader.Parse(text)
	if err != nil {
		return nil, invalid("%q cannot be read as a cron expression: a value is out of its range. Minutes are 0 to 59, hours 0 to 23, days 1 to 31, months 1 to 12, days of the week 0 (Sunday) to 6.", text)
	}
	of, ok := read.(*cron.SpecSchedule)
	if !ok {
		return nil, invalid("%q cannot be read as a cron expression. Write it as \"0 8 * * 1-5\".", text)
	}
	s = &Spec{
		cron: text, minutes: of.Minute &^ star, hours: of.Hour &^ star, doms: of.Dom &^ star, months: of.Month &^ star, dows: of.Dow &^ star,
		anyDom: of.Dom&star != 0, anyDow: of.Dow&star != 0,
	}
	s.hourly = bits.OnesCount64(s.hours) == 24
	for h := range 24 {
		for m := range 60 {
			if s.hours>>h&1 == 1 && s.minutes>>m&1 == 1 {
				s.times = append(s.times, clock(h*60+m))
			}
		}
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, nil
}

// checkField refuses what robfig takes and nobody means.
func checkField(i int, part string) error {
	f := fields[i]
	if !fieldShape.MatchString(part) {
		return invalid("The %s of a cron expression has digits, names and * , - / only, not %q.", f.name, part)
	}
	for item := range strings.SplitSeq(part, ",") {
		switch {
		case item == "":
			return invalid("In the %s %q there is nothing between two commas, or at an end. Take the comma out.", f.name, part)
		case strings.HasPrefix(item, "*"):
			if !starShape.MatchString(item) {
				return invalid("In the %s, * stands alone or with a step, such as */2, not in %q.", f.name, item)
			}
		case !itemShape.MatchString(item):
			return invalid("In the %s, %q is neither a value, nor a range such as 1-5, nor one with a step such as 0-30/15.", f.name, item)
		}
		if _, step, ok := strings.Cut(item, "/"); ok {
			if n, err := strconv.Atoi(step); err != nil || n < 1 || n > f.max {
				return invalid("The step in %q of the %s must be from 1 to %d.", item, f.name, f.max)
			}
		}
	}
	return nil
}

// sundays writes 7, which POSIX has for Sunday beside 0, as 0.
func sundays(part string) string {
	var items []string
	for item := range strings.SplitSeq(part, ",") {
		span, step, stepped := strings.Cut(item, "/")
		from, to, ranged := strings.Cut(span, "-")
		switch {
		case item == "7":
			item = "0"
		case ranged && to == "7":
			first, err := strconv.Atoi(from)
			every := 1
			if stepped {
				every, _ = strconv.Atoi(step)
			}
			if err != nil || first > 7 || every < 1 {
				break
			}
			var days []string
			for d := first; d <= 7; d += every {
				days = append(days, strconv.Itoa(d%7))
			}
			item = strings.Join(days, ",")
		}
		items = append(items, item)
	}
	return strings.Join(items, ",")
}

// check refuses what never or too often comes.
func (s *Spec) check() error {
	if _, ok := s.nextDay(day{2023, 12, 31}); !ok {
		return invalid("That never comes: no such day is in any of these months. Choose another day of the month.")
	}
	for i, t := range s.times {
		next := s.times[(i+1)%len(s.times)] + clock(0)
		if i+1 == len(s.times) {
			next += 24 * 60
		}
		if next-t < minInterval {
			return invalid("That is more often than every %d minutes, which is the most that a channel can bear: %s and %s.", minInterval, t, next%(24*60))
		}
	}
	return nil
}

// Cron is the expression of five fields.
func (s *Spec) Cron() string { return s.cron }

// Hourly reports whether it is of the hourly class: its hour field matches all hours,
// so that it goes by real time, also through an hour that comes twice.
func (s *Spec) Hourly() bool { return s.hourly }

// EitherDay reports whether both day fields are restricted: then a day that matches
// either is enough, as POSIX has it, and people often mean something else.
func (s *Spec) EitherDay() bool { return !s.anyDom && !s.anyDow }

// matches reports whether it is due on a day.
func (s *Spec) matches(d day) bool {
	if s.months>>d.month&1 == 0 {
		return false
	}
	dom, dow := s.doms>>d.day&1 == 1, s.dows>>d.weekday()&1 == 1
	if s.anyDom || s.anyDow {
		return dom && dow
	}
	return dom || dow
}

// Matches reports whether the schedule has a slot at the wall time that a clock at t
// shows.
func (s *Spec) Matches(t time.Time) bool {
	return s.minutes>>t.Minute()&1 == 1 && s.hours>>t.Hour()&1 == 1 && s.matches(dayOf(t))
}
