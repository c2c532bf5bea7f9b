package bookfile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// errDate is the error of a text that is no date as a book writes it. It gives
// the right form where it can tell what is meant; otherwise it shows what
// can be written there. coarse is true where a month or a year is enough.
func errDate(s string, coarse bool, otherwise string) error {
	s = shorten(s, 40)
	if hint := dateHint(s, coarse); hint != "" {
		return briefings.Errorf(briefings.ErrInvalid, "%s", hint)
	}
	return briefings.Errorf(briefings.ErrInvalid, "%q is not a date. %s", s, otherwise)
}

// dateForm is a way in which people write a date, to be told from others.
type dateForm struct {
	pattern          *regexp.Regexp
	year, month, day int // which match is which; a day of 0 is none
}

// The forms that can be read in one way only.
var dateForms = []dateForm{
	{regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)(?:[t ].*)?$`), 1, 2, 3},                               // right, but for the calendar
	{regexp.MustCompile(`^(\d{4})-(\d\d)$`), 1, 2, 0},                                                 // the same
	{regexp.MustCompile(`^(\d{4})[-./ ](\d{1,2})[-./ ](\d{1,2})\.?$`), 1, 2, 3},                       // 2026/11/5
	{regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)$`), 1, 2, 3},                                            // 20261105
	{regexp.MustCompile(`^(\d{4})[./](\d{1,2})$`), 1, 2, 0},                                           // 2026/11
	{regexp.MustCompile(`^(\d{1,2})[./](\d{4})$`), 2, 1, 0},                                           // 11/2026
	{regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|\.)?[- ](?:of )?(\pL+)\.?,?[- ](\d{4})$`), 3, 2, 1}, // 5th of November 2026
	{regexp.MustCompile(`^(\pL+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$`), 3, 1, 2},                  // November 5, 2026
	{regexp.MustCompile(`^(\d{4}),? (\pL+)\.? (\d{1,2})$`), 1, 2, 3},                                  // 2026 November 5
	{regexp.MustCompile(`^(\pL+)\.?,? (\d{4})$`), 2, 1, 0},                                            // November 2026
	{regexp.MustCompile(`^(\d{4}),? (\pL+)\.?$`), 1, 2, 0},                                            // 2026 November
}

// eitherOrder is a date whose day and month may stand in either order.
var eitherOrder = regexp.MustCompile(`^(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})$`)

// weekday is the name of a day before a date.
var weekday = regexp.MustCompile(`^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]* `)

// dateHint says what is wrong with a date, and what to write, or nothing where
// it cannot tell.
func dateHint(s string, coarse bool) string {
	plain := weekday.ReplaceAllString(strings.ToLower(s), "")
	if m := eitherOrder.FindStringSubmatch(plain); m != nil {
		one, wrong := calendar(m[3], m[2], m[1])
		two, _ := calendar(m[3], m[1], m[2])
		switch {
		case one != "" && two != "" && one != two:
			return fmt.Sprintf("%q can be read in two ways. Write %s for %s, or %s for %s.", s, one, inWords(one), two, inWords(two))
		case one != "" || two != "":
			return fmt.Sprintf("%q is not how a date is written here. Write %s.", s, max(one, two))
		default:
			return fmt.Sprintf("There is no %s: %s. Correct it.", s, wrong)
		}
	}
	for _, f := range dateForms {
		m := f.pattern.FindStringSubmatch(plain)
		if m == nil {
			continue
		}
		day := ""
		if f.day > 0 {
			day = m[f.day]
		}
		date, wrong := calendar(m[f.year], m[f.month], day)
		switch {
		case wrong != "":
			return fmt.Sprintf("There is no %s: %s. Correct it.", s, wrong)
		case date == "", strings.HasPrefix(plain, date), f.day == 0 && !coarse:
			return ""
		}
		return fmt.Sprintf("%q is not how a date is written here. Write %s.", s, date)
	}
	return ""
}

// calendar returns the date of a year, a month, as a number or a name, and a
// day, which may be empty. What is not in the calendar gives no date but what
// is wrong with it; what is no month at all gives neither.
func calendar(year, month, day string) (date, wrong string) {
	y, _ := strconv.Atoi(year)
	m, err := strconv.Atoi(month)
	if err != nil {
		m = monthNamed(month)
	}
	switch {
	case y == 0:
		return "", "years run from 0001 to 9999"
	case err != nil && m == 0:
		return "", ""
	case m < 1 || m > 12:
		return "", "a year has 12 months"
	case day == "":
		return fmt.Sprintf("%04d-%02d", y, m), ""
	}
	d, _ := strconv.Atoi(day)
	last := time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	switch {
	case d >= 1 && d <= last:
		return fmt.Sprintf("%04d-%02d-%02d", y, m, d), ""
	case m == 2:
		return "", fmt.Sprintf("February %d has %d days", y, last)
	default:
		return "", fmt.Sprintf("%s has %d days", time.Month(m), last)
	}
}

// monthNamed returns the number of a month by its English name or the
// beginning of it, in small letters; 0 for none.
func monthNamed(s string) int {
	for m := time.January; m <= time.December; m++ {
		if name := strings.ToLower(m.String()); len(s) >= 3 && (strings.HasPrefix(name, s) || s == "sept" && m == time.September) {
			return int(m)
		}
	}
	return 0
}

// inWords returns a date that calendar made as 12 November.
func inWords(date string) string {
	t, _ := time.Parse(time.DateOnly, date) // it is one
	return t.Format("2 January")
}
