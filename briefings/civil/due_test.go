package civil_test

import (
	"archive/zip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings/civil"
)

// slotForm is the form of a slot.
const slotForm = "2006-01-02T15:04"

func timetable(t testing.TB, spec, zone string) civil.Timetable {
	t.Helper()
	s, err := civil.ParseSpec(spec)
	if err != nil {
		t.Fatal(err)
	}
	z, err := civil.Zone(zone)
	if err != nil {
		t.Fatal(err)
	}
	return civil.Timetable{Spec: s, Zone: z}
}

// naive is how time.Date reads a slot.
func naive(slot string, zone *time.Location) time.Time {
	t, _ := time.ParseInLocation(slotForm, slot, zone)
	return t
}

func TestDue_IsTheFirstInstantWhoseReadingIsAtOrAfterTheSlot(t *testing.T) {
	wrong := 0
	for _, c := range transitions {
		table := timetable(t, "0 9 * * *", c.zone)
		got, err := table.Due(civil.Slot(c.slot))
		if err != nil {
			t.Fatal(err)
		}
		want, err := time.Parse("2006-01-02T15:04Z", c.due)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Equal(want) {
			t.Errorf("%s %s (%s): due %s, want %s", c.zone, c.slot, c.why, got.UTC().Format(time.RFC3339), c.due)
		}
		if !naive(c.slot, table.Zone).Equal(want) {
			wrong++
		}
	}
	t.Logf("%d cases; time.Date alone is wrong in %d", len(transitions), wrong)
	if wrong < 10 {
		t.Errorf("time.Date alone is wrong in %d cases only: the table shows nothing", wrong)
	}
}

// specs are those that each transition is tried with.
var specs = []string{
	"0 0 * * *", "30 0 * * *", "0 1 * * *", "30 1 * * *", "0 2 * * *", "30 2 * * *", "15 2 * * *", "45 2 * * *", "0 3 * * *",
	"30 3 * * *", "0 9 * * *", "30 23 * * *", "0 12 * * 1-5", "0 0 1 * *", "0,30 0-4 * * *", "0 */6 * * *", "0 * * * *", "*/15 * * * *",
}

// zones lists the zones that come with Go.
func zones(t *testing.T) []string {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatalf("go env GOROOT: %v", err)
	}
	r, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatalf("the zones that come with Go: %v", err)
	}
	defer r.Close()
	var names []string
	for _, f := range r.File {
		if !strings.HasSuffix(f.Name, "/") && f.Name != "Factory" {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}

// transitionsOf returns when the offset of a zone changes, from 2000 to 2037.
func transitionsOf(zone *time.Location) []time.Time {
	var list []time.Time
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for {
		_, end := at.In(zone).ZoneBounds()
		if end.IsZero() || end.Year() > 2037 {
			return list
		}
		list = append(list, end)
		at = end
	}
}

// oracle returns the slots of a schedule that are due after from and until to, with
// their instants, minute by minute from the definition: what a clock has shown for the
// first time is due. It knows nothing of stretches and offsets.
func oracle(spec *civil.Spec, zone *time.Location, from, to time.Time) []string {
	var list []string
	if spec.Hourly() {
		for at := from.Add(time.Minute); !at.After(to); at = at.Add(time.Minute) {
			if local := at.In(zone); spec.Matches(local) {
				list = append(list, local.Format("2006-01-02T15:04-07:00")+" "+at.UTC().Format(time.RFC3339))
			}
		}
		return list
	}
	wall := func(at time.Time) time.Time {
		w, _ := time.Parse(slotForm, at.In(zone).Format(slotForm))
		return w
	}
	shown := time.Time{} // the latest reading so far
	for at := from.Add(-30 * time.Hour); !at.After(to); at = at.Add(time.Minute) {
		now := wall(at)
		if shown.IsZero() {
			shown = now
		}
		for w := shown.Add(time.Minute); !w.After(now); w = w.Add(time.Minute) {
			if at.After(from) && spec.Matches(w) {
				list = append(list, w.Format(slotForm)+" "+at.UTC().Format(time.RFC3339))
			}
		}
		if now.After(shown) {
			shown = now
		}
	}
	return list
}

func stepped(table civil.Timetable, from, to time.Time) []string {
	var list []string
	s, due, ok := table.First(from)
	for ; ok && !due.After(to); s, due, ok = table.Next(s) {
		list = append(list, string(s)+" "+due.UTC().Format(time.RFC3339))
	}
	return list
}

// TestSlots_AgreeWithAClockThatIsReadEachMinute goes through every transition of every
// zone: a part of them, or all with BRIEFBOT_TEST_ZONES=all.
func TestSlots_AgreeWithAClockThatIsReadEachMinute(t *testing.T) {
	every := 40
	if os.Getenv("BRIEFBOT_TEST_ZONES") == "all" {
		every = 1
	}
	tables := make([]*civil.Spec, len(specs))
	for i, s := range specs {
		var err error
		if tables[i], err = civil.ParseSpec(s); err != nil {
			t.Fatal(err)
		}
	}
	cases, wrong, changes := 0, 0, 0
	for i, name := range zones(t) {
		if i%every != 0 {
			continue
		}
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range transitionsOf(zone) {
			changes++
			from, to := change.Truncate(time.Minute).Add(-26*time.Hour), change.Truncate(time.Minute).Add(26*time.Hour)
			for j, spec := range tables {
				cases++
				got, want := stepped(civil.Timetable{Spec: spec, Zone: zone}, from, to), oracle(spec, zone, from, to)
				if !slices.Equal(got, want) {
					if wrong++; wrong < 5 {
						t.Errorf("%s, %s, %s:\ngot  %v\nwant %v", name, change, specs[j], got, want)
					}
				}
			}
		}
	}
	t.Logf("%d cases over %d transitions, %d wrong", cases, changes, wrong)
}

// ExampleSpec_Words shows what people write, and what it becomes.
func ExampleSpec_Words() {
	for _, s := range []string{"weekdays 08:00", "mon,thu 6pm", "monthly 1 09:00", "0 9 13 * 5"} {
		spec, err := civil.ParseSpec(s)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: %s\n", spec.Cron(), spec.Words())
	}
	// Output:
	// 0 8 * * 1-5: at 08:00 on weekdays
	// 0 18 * * 1,4: at 18:00 on Monday and Thursday
	// 0 9 1 * *: at 09:00 on the 1st of the month
	// 0 9 13 * 5: at 09:00 on the 13th of the month, and on Friday as well
}
