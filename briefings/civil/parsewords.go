package civil

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	timeShape  = regexp.MustCompile(`^([0-9]{1,2})(?:[:.h]([0-9]{2}))?(am|pm)?$`)
	everyShape = regexp.MustCompile(`^every ([0-9]{1,2}) ?(minutes?|mins?|m|hours?|h)$`)
	dateShape  = regexp.MustCompile(`^([0-9]{1,2})(?:st|nd|rd|th)$`)
	amShape    = regexp.MustCompile(`([0-9]) (am|pm)\b`)
)

// dayWords are the days of the week, by the first three letters.
var dayWords = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// dayNames are how they are said.
var dayNames = []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}

// errWords is that words are not understood.
func errWords(text string) error {
	return invalid("I do not understand %q as a schedule. Write it as \"weekdays 08:00\", \"mon,thu 18:00\", \"daily 7am\", \"monthly 1 09:00\", \"every 6 hours\", or as cron: \"0 8 * * 1-5\".", clip(text))
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// parseWords returns the cron expression of what somebody wrote in words.
func parseWords(text string) (string, error) {
	low := amShape.ReplaceAllString(strings.ToLower(text), "$1$2")
	if m := everyShape.FindStringSubmatch(low); m != nil {
		return every(m[1], strings.HasPrefix(m[2], "m"))
	}
	switch low {
	case "hourly", "every hour":
		return "0 * * * *", nil
	}
	w := words{text: text}
	for token := range strings.FieldsFuncSeq(low, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '&' }) {
		if err := w.add(token); err != nil {
			return "", err
		}
	}
	return w.cron()
}

// every is a schedule that comes every so many minutes or hours.
func every(number string, minutes bool) (string, error) {
	n, _ := strconv.Atoi(number) // two digits
	whole, unit := 24, "hours"
	if minutes {
		whole, unit = 60, "minutes"
	}
	switch {
	case minutes && n == whole || !minutes && n == 1:
		return "0 * * * *", nil
	case !minutes && n == whole:
		return "0 0 * * *", nil
	case n < 1 || n > whole || whole%n != 0:
		return "", invalid("Every %d %s does not come out even: the day would begin anew with another step. Take a number that divides %d.", n, unit, whole)
	case minutes:
		return fmt.Sprintf("*/%d * * * *", n), nil
	default:
		return fmt.Sprintf("0 */%d * * *", n), nil
	}
}

// words is what has been read of a schedule in words.
type words struct {
	text  string
	days  [7]bool
	named bool // some days of the week
	daily bool
	dates []int // of the month
	month bool  // "monthly" was said
	times []clock
}

// fillers say nothing of when.
var fillers = []string{"at", "on", "and", "the", "of", "every", "each", "in", "day", "days", "month", "o'clock"}

// add reads one word.
func (w *words) add(token string) error {
	switch token {
	case "daily", "everyday":
		w.daily = true
		return nil
	case "day", "days":
		w.daily = w.daily || len(w.dates) == 0 && !w.named
		return nil
	case "weekdays", "weekday", "workdays":
		w.span(1, 5)
		return nil
	case "weekends", "weekend":
		w.span(6, 7)
		return nil
	case "monthly":
		w.month = true
		return nil
	case "noon", "midday":
		w.times = append(w.times, 12*60)
		return nil
	case "midnight":
		w.times = append(w.times, 0)
		return nil
	}
	if slices.Contains(fillers, token) {
		return nil
	}
	if d, ok := dayWord(token); ok {
		w.span(d, d)
		return nil
	}
	if from, to, ok := strings.Cut(strings.ReplaceAll(token, "–", "-"), "-"); ok {
		a, okA := dayWord(from)
		b, okB := dayWord(to)
		if okA && okB {
			if b < a {
				b += 7
			}
			w.span(a, b)
			return nil
		}
	}
	if m := dateShape.FindStringSubmatch(token); m != nil {
		n, _ := strconv.Atoi(m[1])
		return w.date(n)
	}
	m := timeShape.FindStringSubmatch(token)
	if m == nil {
		return errWords(w.text)
	}
	if n, _ := strconv.Atoi(m[1]); w.month && m[2] == "" && m[3] == "" && len(w.dates) == 0 {
		return w.date(n)
	}
	if m[2] == "" && m[3] == "" {
		return errWords(w.text)
	}
	return w.time(m[1], m[2], m[3])
}

// dayWord reads the name of a day of the week.
func dayWord(token string) (int, bool) {
	for i, name := range dayNames {
		full := strings.ToLower(name)
		if token == full || token == full+"s" || token == dayWords[i] || token == "tues" && i == 2 || token == "thurs" && i == 4 {
			return i, true
		}
	}
	return 0, false
}

func (w *words) span(from, to int) {
	w.named = true
	for d := from; d <= to; d++ {
		w.days[d%7] = true
	}
}

func (w *words) date(n int) error {
	if n < 1 || n > 31 {
		return invalid("There is no day %d in a month.", n)
	}
	w.dates = append(w.dates, n)
	return nil
}

// time reads a time of day.
func (w *words) time(hours, minutes, half string) error {
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(minutes)
	if half != "" {
		if h < 1 || h > 12 {
			return invalid("%s%s is no time of day.", hours, half)
		}
		h %= 12
		if half == "pm" {
			h += 12
		}
	}
	if h > 23 || m > 59 {
		return invalid("%s:%02d is no time of day. Hours go from 00 to 23.", hours, m)
	}
	w.times = append(w.times, clock(h*60+m))
	return nil
}

// cron writes what was read as a cron expression.
func (w *words) cron() (string, error) {
	dates := len(w.dates) > 0 || w.month
	switch {
	case len(w.times) == 0 && (w.named || w.daily || dates):
		return "", invalid("Say at which time, too: \"%s 08:00\".", clip(w.text))
	case len(w.times) == 0:
		return "", errWords(w.text)
	case dates && w.named:
		return "", invalid("Say either days of the week or days of the month: cron takes a day that is either, which people seldom mean.")
	}
	minute := int(w.times[0]) % 60
	var hours []string
	slices.Sort(w.times)
	for _, t := range slices.Compact(w.times) {
		if int(t)%60 != minute {
			return "", invalid("One schedule cannot be due at %s and at %s: their minutes differ. Make two.", w.times[0], t)
		}
		hours = append(hours, strconv.Itoa(int(t)/60))
	}
	dom, dow := "*", "*"
	if dates {
		if dom = "1"; len(w.dates) > 0 {
			dom = joinInts(w.dates)
		}
	}
	if w.named {
		var days []int
		for d, on := range w.days {
			if on {
				days = append(days, d)
			}
		}
		switch dow = joinInts(days); {
		case len(days) == 7:
			dow = "*"
		case dow == "1,2,3,4,5":
			dow = "1-5"
		}
	}
	return fmt.Sprintf("%d %s %s * %s", minute, strings.Join(hours, ","), dom, dow), nil
}

func joinInts(list []int) string {
	parts := make([]string, len(list))
	for i, n := range list {
		parts[i] = strconv.Itoa(n)
	}
	return strings.Join(parts, ",")
}
