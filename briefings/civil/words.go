package civil

import (
	"fmt"
	"math/bits"
	"strings"
	"time"
)

// Words says in English when it is due: "at 08:00 on weekdays".
func (s *Spec) Words() string {
	parts := []string{s.timeWords()}
	if d := s.dayWords(); d != "" {
		parts = append(parts, d)
	}
	if bits.OnesCount64(s.months) < 12 {
		var names []string
		for m := time.January; m <= time.December; m++ {
			if s.months>>m&1 == 1 {
				names = append(names, m.String())
			}
		}
		parts = append(parts, "in "+list(names))
	}
	return strings.Join(parts, " ")
}

// maxTimes is how many times of day are said one by one.
const maxTimes = 6

// timeWords says at which times of a day.
func (s *Spec) timeWords() string {
	minutes := values(s.minutes, 60)
	step := evenStep(minutes, 60)
	switch {
	case s.hourly && len(minutes) == 1:
		return fmt.Sprintf("every hour at :%02d", minutes[0])
	case s.hourly && step > 0:
		return fmt.Sprintf("every %d minutes", step)
	case len(s.times) <= maxTimes:
		names := make([]string, len(s.times))
		for i, t := range s.times {
			names[i] = t.String()
		}
		return "at " + list(names)
	}
	clocks := make([]string, len(minutes))
	for i, m := range minutes {
		clocks[i] = fmt.Sprintf(":%02d", m)
	}
	when := "at " + list(clocks) + " of each hour"
	if s.hourly {
		return when
	}
	hours := values(s.hours, 24)
	if step := evenStep(hours, 24); step > 0 && len(minutes) == 1 {
		return fmt.Sprintf("every %d hours at :%02d", step, minutes[0])
	}
	return when + " " + spans(hours, func(h int) string { return fmt.Sprintf("%02d", h) })
}

// dayWords says on which days.
func (s *Spec) dayWords() string {
	dows, doms := "", ""
	if days := values(s.dows, 7); !s.anyDow && len(days) < 7 || !s.anyDow && !s.anyDom {
		dows = spansOfDays(days)
	}
	if days := values(s.doms, 32); !s.anyDom && len(days) < 31 || !s.anyDow && !s.anyDom {
		names := make([]string, len(days))
		for i, d := range days {
			names[i] = ordinal(d)
		}
		doms = "the " + list(names) + " of the month"
	}
	switch {
	case dows != "" && doms != "" && s.EitherDay():
		return "on " + doms + ", and on " + dows + " as well"
	case dows != "" && doms != "":
		return "on " + doms + " where that is one of " + dows
	case dows != "":
		return "on " + dows
	case doms != "":
		return "on " + doms
	default:
		return "every day"
	}
}

// spansOfDays says days of the week.
func spansOfDays(days []int) string {
	set := 0
	for _, d := range days {
		set |= 1 << d
	}
	switch set {
	case 0b0111110:
		return "weekdays"
	case 0b1000001:
		return "weekends"
	}
	var names []string
	for i := range dayNames { // the week begins on Monday
		if d := (i + 1) % 7; set>>d&1 == 1 {
			names = append(names, dayNames[d])
		}
	}
	return list(names)
}

// values returns the bits that are set, below limit.
func values(set uint64, limit int) []int {
	var list []int
	for n := range limit {
		if set>>n&1 == 1 {
			list = append(list, n)
		}
	}
	return list
}

// evenStep returns the distance of values that go evenly around from 0, or 0.
func evenStep(list []int, around int) int {
	if len(list) < 2 || list[0] != 0 || around%len(list) != 0 {
		return 0
	}
	step := around / len(list)
	for i, n := range list {
		if n != i*step {
			return 0
		}
	}
	return step
}

// spans says numbers with runs of three and more as from and to.
func spans(numbers []int, say func(int) string) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if j-i >= 2 {
			parts = append(parts, say(numbers[i])+" to "+say(numbers[j]))
		} else {
			for _, n := range numbers[i : j+1] {
				parts = append(parts, say(n))
			}
		}
		i = j + 1
	}
	return list(parts)
}

func ordinal(n int) string {
	suffix := "th"
	switch {
	case n%10 == 1 && n != 11:
		suffix = "st"
	case n%10 == 2 && n != 12:
		suffix = "nd"
	case n%10 == 3 && n != 13:
		suffix = "rd"
	}
	return fmt.Sprintf("%d%s", n, suffix)
}

// list joins names as people do.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
