package bookfile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

const begun = `
[book]
id = "harbour"
name = "The harbour strike"
recorded = "2026-03-04"

[[track]]
slug = "talks"
name = "Talks"

[[org]]
slug = "union"
name = "Union"
recorded = "2026-03-10"

[[event]]
id = "met"
date = "2026-03-02"
about = ["talks"]
text = "They met."
`

// recordedOf returns when each record was recorded, by id.
func recordedOf(c *briefings.Contents) map[string]string {
	at := map[string]string{}
	day := func(t time.Time) string {
		if t.IsZero() {
			return "on import"
		}
		return t.Format(time.DateOnly)
	}
	for _, e := range c.Entries {
		at[string(e.ID)] = day(e.Claim.Recorded)
	}
	for _, r := range c.Reports {
		at[string(r.ID)] = day(r.Claim.Recorded)
	}
	return at
}

func TestRead_DefaultRecordedIsForTheFirstImportOnly(t *testing.T) {
	first, err := readText(begun, bookfile.ReadOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if got := recordedOf(first); got["talks"] != "2026-03-04" || got["union"] != "2026-03-10" || got["met"] != "2026-03-04" {
		t.Errorf("first import: %v", got)
	}
	later := begun + "[[event]]\nid = \"again\"\ndate = \"2026-03-03\"\nabout = [\"talks\"]\ntext = \"Again.\"\n"
	for _, whole := range []bool{false, true} {
		second, err := readText(later, bookfile.ReadOptions{Now: now, Whole: whole, Current: func(briefings.BookID) (*briefings.Contents, error) { return first, nil }})
		if err != nil {
			t.Fatal(err)
		}
		if got := recordedOf(second); got["again"] != "on import" || got["met"] != "2026-03-04" {
			t.Errorf("second import: %v; want what is new recorded on import", got)
		}
	}
}

func TestRead_DefaultRecordedIsNotForWhatHappenedAfterIt(t *testing.T) {
	c, err := readText(begun+"[[event]]\nid = \"later\"\ndate = \"2026-03-20\"\nabout = [\"talks\"]\ntext = \"Later.\"\n", bookfile.ReadOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if got := recordedOf(c)["later"]; got != "on import" {
		t.Errorf("what happened after the default was recorded %s", got)
	}
}

func TestRead_AnEntryIsKnownFromItsFirstReport(t *testing.T) {
	c, err := readText(begun+"[[event]]\nid = \"early\"\ndate = \"2026-02-01\"\nrecorded = \"2026-02-02\"\nabout = [\"talks\", \"union\"]\ntext = \"Early.\"\n", bookfile.ReadOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if got := recordedOf(c); got["talks"] != "2026-02-02" || got["union"] != "2026-03-10" {
		t.Errorf("recorded %v; want talks with its first report, and union as it says", got)
	}
}

func TestRead_ARecordThatTheBookHasKeepsItsRecorded(t *testing.T) {
	current := mustRead(t, begun)
	current.Entries[0].Claim.Recorded = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	opts := bookfile.ReadOptions{Now: now, Current: func(briefings.BookID) (*briefings.Contents, error) { return current, nil }}
	again, err := readText(begun, opts)
	if err != nil {
		t.Fatal(err)
	}
	if got := recordedOf(again); got["talks"] != "2026-03-01" {
		t.Errorf("recorded %v; want what the book has", got)
	}
	if notes := briefings.PlanNotes(current, again); len(notes) > 0 {
		t.Errorf("files that don't say when a record became known are noted: %q", notes)
	}
	// The book has "met"; it learns of "hall" and "desk" only now, but of
	// "new" the files say when.
	grown := strings.Replace(begun, `about = ["talks"]`, `about = ["talks", "hall"]`, 1) + `
[[place]]
slug = "hall"
name = "Hall"

[[org]]
slug = "desk"
name = "Desk"

[[event]]
id = "new"
date = "2026-04-01"
recorded = "2026-04-02"
about = ["desk"]
text = "New."
`
	c, err := readText(grown, opts)
	if err != nil {
		t.Fatal(err)
	}
	if got := recordedOf(c); got["hall"] != "on import" || got["desk"] != "2026-04-02" {
		t.Errorf("recorded %v; want hall on import, and desk with its first report", got)
	}
}
