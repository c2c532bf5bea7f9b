package briefings_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
)

// planBook is a book as a store gives it: every record has a version, and
// every claim was recorded.
func planBook() *briefings.Contents {
	at := time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)
	day := briefings.At(at, briefings.Day)
	c := &briefings.Contents{
		Book:    &briefings.Book{ID: "b", Name: "B"},
		Sources: []*briefings.Source{{ID: "notice", Name: "Notice"}},
		Entries: []*briefings.Entry{
			{ID: "ada", Kind: briefings.Person, Name: "Ada", Role: "Master", Claim: briefings.Claim{Recorded: at, VerifiedUntil: at.Add(time.Hour), VerifiedBy: "desk"}},
			{ID: "talks", Kind: briefings.Track, Name: "Talks", Claim: briefings.Claim{Recorded: at}},
		},
		Reports: []*briefings.Report{{ID: "s1", Kind: briefings.Status, Text: "Going on.", Subject: "talks", Claim: briefings.Claim{Occurred: day, Recorded: at}}},
	}
	for i, r := range c.Records() {
		briefings.SetVersion(r, briefings.Version{Number: int64(i + 1), Recorded: at})
	}
	return c
}

// asFiles is a book as files give it: without versions, stamps and recorded times.
func asFiles(c *briefings.Contents) *briefings.Contents {
	for _, r := range c.Records() {
		briefings.SetVersion(r, briefings.Version{})
	}
	for _, e := range c.Entries {
		e.Claim.Recorded, e.Claim.VerifiedUntil, e.Claim.VerifiedBy = time.Time{}, time.Time{}, ""
	}
	for _, r := range c.Reports {
		r.Claim.Recorded = time.Time{}
	}
	return c
}

// refsOf shows edits as kind, id and base.
func refsOf(edits []briefings.Edit) string {
	var refs []string
	for _, e := range edits {
		sign := "+"
		if e.Put == nil {
			sign = "-"
		} else if e.Base > 0 {
			sign = "~"
		}
		refs = append(refs, sign+string(e.Ref().Kind)+":"+e.Ref().ID)
	}
	return strings.Join(refs, " ")
}

func TestPlanImport_ANewBookIsCreatedInOrder(t *testing.T) {
	edits := briefings.PlanImport(nil, asFiles(planBook()), true)
	if got, want := refsOf(edits), "+book:b +source:notice +entry:ada +entry:talks +report:s1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPlanImport_EqualContentIsLeftAlone(t *testing.T) {
	if edits := briefings.PlanImport(planBook(), planBook(), true); len(edits) > 0 {
		t.Errorf("the same: %s", refsOf(edits))
	}
	if edits := briefings.PlanImport(planBook(), asFiles(planBook()), true); len(edits) > 0 {
		t.Errorf("without what is the book's own: %s", refsOf(edits))
	}
}

func TestPlanImport_ChangesAreBasedOnTheVersionThere(t *testing.T) {
	incoming := asFiles(planBook())
	incoming.Entries[0].Role = "Harbour master"
	incoming.Reports[0].Claim.Recorded = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	edits := briefings.PlanImport(planBook(), incoming, false)
	if got, want := refsOf(edits), "~entry:ada"; got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
	if edits[0].Base != 3 {
		t.Errorf("based on %d", edits[0].Base)
	}
	put := edits[0].Put.(*briefings.Entry)
	if !put.Claim.Recorded.Equal(planBook().Entries[0].Claim.Recorded) {
		t.Errorf("recorded has become %v", put.Claim.Recorded)
	}
	if !put.Claim.VerifiedUntil.IsZero() {
		t.Error("a changed record has kept the stamp of the old")
	}
	if !incoming.Entries[0].Claim.Recorded.IsZero() {
		t.Error("the incoming record was changed")
	}
}

func TestPlanImport_AStampThatTheFilesGiveIsTaken(t *testing.T) {
	incoming := asFiles(planBook())
	incoming.Entries[0].Claim.VerifiedUntil = time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)
	edits := briefings.PlanImport(planBook(), incoming, false)
	if got, want := refsOf(edits), "~entry:ada"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPlanImport_OnlyPruneDeletesReportsFirst(t *testing.T) {
	incoming := asFiles(planBook())
	incoming.Sources, incoming.Reports, incoming.Entries = nil, nil, incoming.Entries[:1]
	if edits := briefings.PlanImport(planBook(), incoming, false); len(edits) > 0 {
		t.Errorf("without prune: %s", refsOf(edits))
	}
	edits := briefings.PlanImport(planBook(), incoming, true)
	if got, want := refsOf(edits), "-report:s1 -entry:talks -source:notice"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if edits[0].Base != 5 {
		t.Errorf("based on %d", edits[0].Base)
	}
}

func TestPlanImport_FilesWithoutABookLeaveItsSettings(t *testing.T) {
	incoming := asFiles(planBook())
	incoming.Book = nil
	if edits := briefings.PlanImport(planBook(), incoming, true); len(edits) > 0 {
		t.Errorf("got %s", refsOf(edits))
	}
}

func TestPlanLines_SayWhatWouldHappen(t *testing.T) {
	incoming := asFiles(planBook())
	incoming.Sources = nil
	incoming.Entries[0].Role = ""
	incoming.Entries[0].Summary = "Two\nlines."
	incoming.Reports[0].Text = strings.Repeat("The same words go on. ", 20) + "The end."
	current := planBook()
	current.Reports[0].Text = strings.Repeat("The same words go on. ", 20) + "And on."
	incoming.Entries = append(incoming.Entries, &briefings.Entry{ID: "tom", Kind: briefings.Person, Name: "Tom Hogan"})
	want := []string{
		"~ person ada: role: Master → (nothing)",
		"~ person ada: summary: (nothing) → Two lines.",
		"~ person ada: verified_until: 2026-03-04T09:00:00Z → (nothing)",
		"~ person ada: verified_by: desk → (nothing)",
		"+ person tom: Tom Hogan",
		"~ status s1: text: … go on. The same words go on. And on. → … go on. The same words go on. The end.",
		"- source notice: Notice",
	}
	got := briefings.PlanLines(current, briefings.PlanImport(current, incoming, true))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestPlanLines_GoByKindAndDate(t *testing.T) {
	day := func(s string) briefings.Claim { return briefings.Claim{Occurred: mustMoment(s)} }
	incoming := &briefings.Contents{
		Book:    &briefings.Book{ID: "b", Name: "B"},
		Sources: []*briefings.Source{{ID: "z", Name: "Z"}},
		Entries: []*briefings.Entry{
			{ID: "a", Kind: briefings.Term, Name: "A"}, {ID: "b", Kind: briefings.Person, Name: "B"},
			{ID: "c", Kind: briefings.Track, Name: "C"}, {ID: "d", Kind: briefings.Person, Name: "D"},
		},
		Reports: []*briefings.Report{
			{ID: "e1", Kind: briefings.Event, Text: "Some time.", State: briefings.Expected},
			{ID: "e2", Kind: briefings.Event, Text: "Late.", Claim: day("2026-03-02")},
			{ID: "e3", Kind: briefings.Event, Text: "Early.", Claim: day("2026-03")},
			{ID: "p1", Kind: briefings.Position, Text: "No.", Claim: day("2026")},
			{ID: "s1", Kind: briefings.Status, Text: "Later.", Claim: day("2026-03-02")},
			{ID: "s2", Kind: briefings.Status, Text: "Before.", Claim: day("2026-03-01")},
		},
	}
	want := []string{
		"+ book b: B", "+ source z: Z",
		"+ person b: B", "+ person d: D", "+ track c: C", "+ term a: A",
		"+ status s2: Before.", "+ status s1: Later.",
		"+ event e3: Early.", "+ event e2: Late.", "+ event e1: Some time.",
		"+ position p1: No.",
	}
	edits := briefings.PlanImport(nil, incoming, false)
	before := refsOf(edits)
	if diff := cmp.Diff(want, briefings.PlanLines(nil, edits)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if refsOf(edits) != before {
		t.Error("the edits themselves were put in another order")
	}
	gone := briefings.PlanImport(incoming, &briefings.Contents{Book: incoming.Book, Sources: []*briefings.Source{{ID: "new", Name: "New"}}}, true)
	want = []string{"+ source new: New", "- source z: Z", "- person b: B"}
	if diff := cmp.Diff(want, briefings.PlanLines(incoming, gone)[:3]); diff != "" {
		t.Errorf("deletions (-want +got):\n%s", diff)
	}
}

func TestPlanSummary_CountsWhatIsNewChangedAndDeleted(t *testing.T) {
	incoming := asFiles(planBook())
	if got, want := briefings.PlanSummary(briefings.PlanImport(nil, incoming, true), nil), "5 new"; got != want {
		t.Errorf("a new book: got %q, want %q", got, want)
	}
	if got, want := briefings.PlanSummary(nil, planBook()), "nothing new"; got != want {
		t.Errorf("no edits: got %q, want %q", got, want)
	}
	incoming.Sources = []*briefings.Source{{ID: "other", Name: "Other"}}
	incoming.Entries[0].Role = "Harbour master"
	if got, want := briefings.PlanSummary(briefings.PlanImport(planBook(), incoming, true), planBook()), "1 new, 1 changed, 1 deleted"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPlanNotes_SayThatRecordedStays(t *testing.T) {
	incoming := asFiles(planBook())
	if got := briefings.PlanNotes(planBook(), incoming); len(got) > 0 {
		t.Errorf("files that don't say when: %q", got)
	}
	if got := briefings.PlanNotes(planBook(), planBook()); len(got) > 0 {
		t.Errorf("files that say the same: %q", got)
	}
	later := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	incoming.Entries[0].Claim.Recorded, incoming.Reports[0].Claim.Recorded = later, later
	incoming.Entries = append(incoming.Entries, &briefings.Entry{ID: "new", Kind: briefings.Person, Name: "New", Claim: briefings.Claim{Recorded: later}})
	current := planBook()
	current.Book.Zone = "Europe/Dublin"
	current.Reports[0].Claim.Recorded = time.Date(2026, 4, 1, 23, 0, 0, 0, time.UTC) // midnight in Dublin
	want := []string{
		"= person ada: recorded stays 2026-03-04T08:00:00Z: it is set when a record is created",
		"= status s1: recorded stays 2026-04-02: it is set when a record is created",
	}
	if diff := cmp.Diff(want, briefings.PlanNotes(current, incoming)); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if got := briefings.PlanNotes(nil, incoming); len(got) > 0 {
		t.Errorf("a new book: %q", got)
	}
}

func TestMintReportID_TheSameReportHasTheSameID(t *testing.T) {
	base := func() *briefings.Report {
		return &briefings.Report{
			Kind: briefings.Status, Text: "Going on.", Subject: "talks", About: []briefings.EntryID{"a", "b"},
			Claim: briefings.Claim{Occurred: briefings.At(time.Date(2025, 12, 2, 21, 40, 0, 0, time.UTC), briefings.Minute)},
		}
	}
	id := briefings.MintReportID(base())
	if id != "s-2025-12-02-"+id[len(id)-6:] || briefings.CheckSlug(string(id)) != nil {
		t.Errorf("the id is %q", id)
	}
	same := base()
	same.About = []briefings.EntryID{"b", "a"}
	same.Importance, same.Detail, same.Claim.Confidence = 5, "More.", briefings.Low
	if got := briefings.MintReportID(same); got != id {
		t.Errorf("what does not say what the report is has changed its id: %q and %q", id, got)
	}
	for name, change := range map[string]func(*briefings.Report){
		"kind":    func(r *briefings.Report) { r.Kind = briefings.Statement },
		"text":    func(r *briefings.Report) { r.Text = "Over." },
		"subject": func(r *briefings.Report) { r.Subject = "x" },
		"issue":   func(r *briefings.Report) { r.Issue = "x" },
		"about":   func(r *briefings.Report) { r.About = r.About[:1] },
		"date":    func(r *briefings.Report) { r.Claim.Occurred = briefings.Moment{} },
	} {
		r := base()
		change(r)
		got := briefings.MintReportID(r)
		if got == id || briefings.CheckSlug(string(got)) != nil {
			t.Errorf("another %s gives the id %q", name, got)
		}
	}
}
