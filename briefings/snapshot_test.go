package briefings_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
)

// TestSnapshot_WithEqualsBuildingAnew makes random changes to a book, and holds
// the snapshot that followed them one by one to one built from the outcome.
func TestSnapshot_WithEqualsBuildingAnew(t *testing.T) {
	const seeds, steps = 40, 60
	for seed := range uint64(seeds) {
		w := newWriter(seed)
		for step := range steps {
			revs := w.change()
			w.snapshot = w.snapshot.With(revs)
			if step%10 == 9 {
				w.compare(t, fmt.Sprintf("seed %d, step %d", seed, step))
			}
		}
	}
}

// TestSnapshot_WithLeavesTheOldOneAlone holds what readers have to what it was.
func TestSnapshot_WithLeavesTheOldOneAlone(t *testing.T) {
	w := newWriter(7)
	for range 30 {
		w.snapshot = w.snapshot.With(w.change())
	}
	old := w.snapshot
	before := describe(old)
	next := old
	for range 60 {
		next = next.With(w.change())
	}
	if diff := cmp.Diff(before, describe(old)); diff != "" {
		t.Errorf("the old snapshot changed:\n%s", diff)
	}
}

// TestPage_IsReplacedWhenWhatItShowsChanges holds memos to their page's life.
func TestPage_IsReplacedWhenWhatItShowsChanges(t *testing.T) {
	org := &briefings.Entry{ID: "port", Kind: briefings.Org, Name: "The port"}
	ada := &briefings.Entry{ID: "ada", Kind: briefings.Person, Name: "Ada", Affiliation: "port"}
	bob := &briefings.Entry{ID: "bob", Kind: briefings.Person, Name: "Bob"}
	said := &briefings.Report{ID: "said", Kind: briefings.Statement, Subject: "ada", Text: "No.", Claim: briefings.Claim{Occurred: mustMoment("2026-03-01")}}
	s := briefings.NewSnapshot(&briefings.Contents{
		Book: &briefings.Book{ID: "b", Name: "B"}, Entries: []*briefings.Entry{org, ada, bob}, Reports: []*briefings.Report{said},
	}, time.Time{})

	other := *said
	other.Text = "Yes."
	after := s.With([]briefings.Revision{{Seq: 1, Ref: other.Ref(), Before: said, After: &other}})
	if after.Page("ada") == s.Page("ada") {
		t.Error("a page outlived a change of its report")
	}
	if after.Page("bob") != s.Page("bob") {
		t.Error("a page was replaced by a change that it does not show")
	}

	renamed := *org
	renamed.Name = "The harbour"
	after = s.With([]briefings.Revision{{Seq: 1, Ref: renamed.Ref(), Before: org, After: &renamed}})
	if after.Page("ada") == s.Page("ada") {
		t.Error("a page outlived the name of its affiliation")
	}
	if got := after.Resolve("harbour ada").Page; got == nil || got.Entry.ID != "ada" {
		t.Errorf("Resolve by the new name of the affiliation = %v, want ada", got)
	}
}

func TestOrigins_FourOutletsWithOneOriginAreOneSource(t *testing.T) {
	wire := &briefings.Source{ID: "wire", Name: "The wire"}
	c := &briefings.Contents{Book: &briefings.Book{ID: "b"}, Sources: []*briefings.Source{
		wire,
		{ID: "a", DerivesFrom: "wire"}, {ID: "b", DerivesFrom: "a"}, {ID: "c", DerivesFrom: "wire"},
		{ID: "own", Name: "Own reporting"},
		{ID: "loop1", DerivesFrom: "loop2"}, {ID: "loop2", DerivesFrom: "loop1"},
	}}
	s := briefings.NewSnapshot(c, time.Time{})
	got := s.Origins([]briefings.SourceID{"a", "b", "c", "wire", "own", "gone"})
	if len(got) != 2 || got[0].Source != wire || len(got[0].Repeated) != 3 || got[1].Source.ID != "own" || len(got[1].Repeated) != 0 {
		t.Errorf("Origins = %v, want the wire, repeated by three, and own", got)
	}
	if got := s.Origins([]briefings.SourceID{"loop2", "loop1"}); len(got) != 1 {
		t.Errorf("Origins of a loop = %v, want one", got)
	}
}

// writer changes a book at random.
type writer struct {
	rng      *rand.Rand
	snapshot *briefings.Snapshot
	entries  map[briefings.EntryID]*briefings.Entry
	reports  map[briefings.ReportID]*briefings.Report
	sources  map[briefings.SourceID]*briefings.Source
	seq      int64
}

func newWriter(seed uint64) *writer {
	w := &writer{
		rng:     rand.New(rand.NewPCG(seed, 1)),
		entries: map[briefings.EntryID]*briefings.Entry{},
		reports: map[briefings.ReportID]*briefings.Report{},
		sources: map[briefings.SourceID]*briefings.Source{},
	}
	w.snapshot = briefings.NewSnapshot(w.contents(), time.Time{})
	return w
}

func (w *writer) contents() *briefings.Contents {
	c := &briefings.Contents{Seq: w.seq, Book: &briefings.Book{ID: "b", Name: "B"}}
	for _, e := range w.entries {
		c.Entries = append(c.Entries, e)
	}
	for _, r := range w.reports {
		c.Reports = append(c.Reports, r)
	}
	for _, s := range w.sources {
		c.Sources = append(c.Sources, s)
	}
	return c
}

// change makes one to three random edits and returns their revisions.
func (w *writer) change() []briefings.Revision {
	var revs []briefings.Revision
	for range 1 + w.rng.IntN(3) {
		w.seq++
		revs = append(revs, w.revision())
	}
	return revs
}

func (w *writer) revision() briefings.Revision {
	entry := briefings.EntryID(fmt.Sprintf("entry-%d", w.rng.IntN(12)))
	switch w.rng.IntN(8) {
	case 0:
		delete(w.entries, entry)
		return briefings.Revision{Seq: w.seq, Ref: briefings.Ref{Kind: briefings.EntryRecord, ID: string(entry)}}
	case 1, 2:
		e := &briefings.Entry{
			ID: entry, Kind: briefings.EntryKinds[w.rng.IntN(6)],
			Name:        fmt.Sprintf("Name%d", w.rng.IntN(40)),
			Aliases:     []string{fmt.Sprintf("Alias%d", w.rng.IntN(40))},
			Role:        "Role of note",
			Affiliation: briefings.EntryID(fmt.Sprintf("entry-%d", w.rng.IntN(12))),
			Importance:  w.rng.IntN(100),
		}
		w.entries[entry] = e
		return briefings.Revision{Seq: w.seq, Ref: e.Ref(), After: e}
	case 3:
		s := &briefings.Source{ID: briefings.SourceID(fmt.Sprintf("source-%d", w.rng.IntN(4))), Name: fmt.Sprint(w.rng.Int())}
		w.sources[s.ID] = s
		return briefings.Revision{Seq: w.seq, Ref: s.Ref(), After: s}
	case 4:
		id := briefings.ReportID(fmt.Sprintf("report-%d", w.rng.IntN(20)))
		delete(w.reports, id)
		return briefings.Revision{Seq: w.seq, Ref: briefings.Ref{Kind: briefings.ReportRecord, ID: string(id)}}
	default:
		r := &briefings.Report{
			ID: briefings.ReportID(fmt.Sprintf("report-%d", w.rng.IntN(20))), Kind: briefings.Statement, Text: fmt.Sprint(w.rng.Int()),
			Subject: entry, About: []briefings.EntryID{briefings.EntryID(fmt.Sprintf("entry-%d", w.rng.IntN(12)))},
			Claim: briefings.Claim{Occurred: briefings.At(time.Unix(int64(w.rng.IntN(1e9)), 0), briefings.Precision(1+w.rng.IntN(4)))},
		}
		w.reports[r.ID] = r
		return briefings.Revision{Seq: w.seq, Ref: r.Ref(), After: r}
	}
}

func (w *writer) compare(t *testing.T, where string) {
	t.Helper()
	want := describe(briefings.NewSnapshot(w.contents(), time.Time{}))
	if diff := cmp.Diff(want, describe(w.snapshot)); diff != "" {
		t.Fatalf("%s: following the changes gives another book (-built anew +followed):\n%s", where, diff)
	}
}

// describe returns all that can be seen of a snapshot.
func describe(s *briefings.Snapshot) map[string][]string {
	d := map[string][]string{}
	add := func(key, format string, args ...any) { d[key] = append(d[key], fmt.Sprintf(format, args...)) }
	for _, p := range s.Pages() {
		key := string(p.Entry.ID)
		add(key, "%s %v %d", p.Entry.Name, p.Entry.Aliases, p.Entry.Importance)
		for _, r := range p.Reports {
			add(key, "report %s %s", r.ID, r.Text)
		}
		for _, m := range s.Members(p.Entry.ID) {
			add(key, "member %s", m.Entry.ID)
		}
		for _, name := range append(p.Entry.Aliases, p.Entry.Name) {
			r := s.Resolve(name)
			if r.Page != nil {
				add(key, "%s is %s", name, r.Page.Entry.ID)
			}
		}
	}
	for _, r := range s.Timeline() {
		add("timeline", "%s %s", r.ID, r.Text)
		if s.Report(r.ID) != r {
			add("timeline", "%s is another report by id", r.ID)
		}
	}
	for _, src := range s.Contents().Sources {
		add("sources", "%s %s", src.ID, src.Name)
	}
	add("seq", "%d", s.Seq)
	return d
}

func mustMoment(s string) briefings.Moment {
	m, err := briefings.ParseMoment(s)
	if err != nil {
		panic(err)
	}
	return m
}
