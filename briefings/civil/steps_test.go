package civil_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/briefbot/briefbot/briefings/civil"
)

// TestSlots_RandomStepsHoldTheInvariants steps through timetables drawn by chance: some
// 20,000 steps, or as many as BRIEFBOT_TEST_STEPS says.
func TestSlots_RandomStepsHoldTheInvariants(t *testing.T) {
	most := 20_000
	if n, err := strconv.Atoi(os.Getenv("BRIEFBOT_TEST_STEPS")); err == nil {
		most = n
	}
	names := zones(t)
	steps := 0
	for steps < most {
		rapid.Check(t, func(rt *rapid.T) {
			spec, err := civil.ParseSpec(rapid.SampledFrom(specs).Draw(rt, "spec"))
			if err != nil {
				rt.Fatal(err)
			}
			zone, err := time.LoadLocation(rapid.SampledFrom(names).Draw(rt, "zone"))
			if err != nil {
				rt.Fatal(err)
			}
			table := civil.Timetable{Spec: spec, Zone: zone}
			at := time.Unix(rapid.Int64Range(946684800, 2145916800).Draw(rt, "at"), 0)
			first, due, ok := table.First(at)
			if !ok || !due.After(at) {
				rt.Fatalf("the first slot after %s is %s at %s", at, first, due)
			}
			last, lastDue, ok := table.Last(at)
			if !ok || lastDue.After(at) {
				rt.Fatalf("the last slot before %s is %s at %s", at, last, lastDue)
			}
			if next, _, _ := table.Next(last); next != first {
				rt.Fatalf("after %s comes %s, and not %s", last, next, first)
			}
			s, begun := first, first
			for n := 1; n <= 50; n++ {
				next, nextDue, ok := table.Next(s)
				if !ok || nextDue.Before(due) || !spec.Hourly() && next <= s {
					rt.Fatalf("after %s at %s comes %s at %s", s, due, next, nextDue)
				}
				if again, err := table.Due(next); err != nil || !again.Equal(nextDue) {
					rt.Fatalf("%s is due at %s, and at %s: %v", next, nextDue, again, err)
				}
				if n%25 == 0 {
					got := table.Count(begun, next, 1000)
					if got != n {
						rt.Fatalf("from %s to %s there are %d slots, and %d are counted", begun, next, n, got)
					}
				}
				s, due = next, nextDue
				steps++
			}
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d steps", steps)
}
