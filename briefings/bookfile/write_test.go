package bookfile_test

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// contentsDiff compares contents exactly, but for versions.
func contentsDiff(want, got *briefings.Contents) string {
	return gocmp.Diff(want, got,
		gocmp.Comparer(func(a, b briefings.Moment) bool { return a == b }),
		gocmp.Comparer(func(a, b briefings.Version) bool { return true }))
}

// hostile are pieces of text that have broken writers of TOML, CSV or JSON.
var hostile = []string{
	`"`, `""`, `"""`, `""""`, `'`, `'''`, `\`, `\\`, `\n`, `\"`, `\u0041`, `#`, `# no comment`, `=`, `=1+1`, `@x`, `-`,
	`[book]`, `[[person]]`, `id = "x"`, `{`, `}`, `]`, `,`, "\t", " ", "  ", "é", "e\u0301", "Ж", "李明", "שלום", "🏳️‍🌈", "👩‍💻",
	"\u00a0", "\u200d", "\u2019", "“quoted”", "\uFFFD", "<b>&amp;</b>", "%s{{.}}", "null", "2026-01-01", "a", "word", ".", "/",
}

// drawText draws a text that Check accepts.
func drawText(t *rapid.T, label string, needed, lines bool) string {
	n := rapid.IntRange(0, 8).Draw(t, label+" length")
	var b strings.Builder
	if needed {
		b.WriteString(rapid.SampledFrom([]string{"x", "Ж", "\"x", "'x"}).Draw(t, label))
	}
	for range n {
		if lines && rapid.IntRange(0, 4).Draw(t, label+" break") == 0 {
			b.WriteString("\n")
		}
		b.WriteString(rapid.SampledFrom(hostile).Draw(t, label))
	}
	return b.String()
}

func drawTexts(t *rapid.T, label string, lines bool) []string {
	var list []string
	for range rapid.IntRange(0, 3).Draw(t, label+" count") {
		if s := drawText(t, label, true, lines); !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func drawMoment(t *rapid.T, label string, needed bool) briefings.Moment {
	least := briefings.Unknown
	if needed {
		least = briefings.Year
	}
	at := time.Date(rapid.IntRange(1, 9998).Draw(t, label), time.Month(rapid.IntRange(1, 12).Draw(t, label)), rapid.IntRange(1, 31).Draw(t, label),
		rapid.IntRange(0, 23).Draw(t, label), rapid.IntRange(0, 59).Draw(t, label), 0, 0, time.UTC)
	return briefings.At(at, briefings.Precision(rapid.IntRange(int(least), int(briefings.Minute)).Draw(t, label+" precision")))
}

// drawDay draws the beginning of a day of this year that is past.
func drawDay(t *rapid.T, label string, zone *time.Location) time.Time {
	return time.Date(2026, 1, rapid.IntRange(1, 320).Draw(t, label+" day"), 0, 0, 0, 0, zone)
}

// drawInstant draws a time to the millisecond, often an edge of a day.
func drawInstant(t *rapid.T, label string, zone *time.Location) time.Time {
	day := drawDay(t, label, zone)
	switch rapid.IntRange(0, 4).Draw(t, label) {
	case 0:
		return time.Time{}
	case 1:
		return day.UTC()
	case 2:
		return day.Add(-time.Millisecond).UTC()
	case 3:
		return day.Add(time.Duration(rapid.IntRange(0, 1440).Draw(t, label)) * time.Minute).UTC()
	default:
		return day.Add(time.Duration(rapid.IntRange(0, 86_400_000).Draw(t, label)) * time.Millisecond).UTC()
	}
}

func pick[T any](t *rapid.T, label string, list []T) []T {
	var out []T
	for _, x := range list {
		if rapid.Bool().Draw(t, label) {
			out = append(out, x)
		}
	}
	return out
}

func orNone[T ~string](values []T) []T { return append([]T{""}, values...) }

// drawClaim draws a claim; ahead is true where it may also be still to come. A
// store gives every claim the time at which it was recorded.
func drawClaim(t *rapid.T, sources []briefings.SourceID, zone *time.Location, dated, ahead bool) briefings.Claim {
	occurred := drawMoment(t, "date", dated)
	if !ahead && occurred.Follows(now) || !occurred.IsZero() && rapid.Bool().Draw(t, "lately") {
		occurred = briefings.At(drawDay(t, "date", zone), occurred.Precision())
	}
	recorded := drawInstant(t, "recorded", zone)
	if recorded.IsZero() {
		recorded = time.Date(2026, 1, 1, 0, 0, 0, 0, zone).UTC()
	}
	return briefings.Claim{
		Occurred:      occurred,
		Recorded:      recorded,
		Attribution:   drawText(t, "attribution", false, false),
		Confidence:    rapid.SampledFrom(orNone(briefings.Confidences)).Draw(t, "confidence"),
		Nature:        rapid.SampledFrom(orNone(briefings.Natures)).Draw(t, "nature"),
		Sources:       pick(t, "sources", sources),
		VerifiedUntil: drawInstant(t, "verified_until", zone),
		VerifiedBy:    drawText(t, "verified_by", false, false),
	}
}

// drawContents draws a book that Check accepts, in the order in which Read
// returns records.
func drawContents(t *rapid.T) *briefings.Contents {
	b := &briefings.Book{
		ID: "book-1", Name: drawText(t, "book", true, false), About: drawText(t, "about", false, true),
		Zone: rapid.SampledFrom([]string{"", "UTC", "Europe/Dublin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Asia/Beirut"}).Draw(t, "zone"),
	}
	for _, w := range []*briefings.Hours{&b.Windows.Status, &b.Windows.Position, &b.Windows.Role} {
		*w = briefings.Hours(time.Duration(rapid.IntRange(0, 60).Draw(t, "window")) * time.Hour)
	}
	c := &briefings.Contents{Book: b}
	var sources []briefings.SourceID
	for i := range rapid.IntRange(0, 3).Draw(t, "sources") {
		s := &briefings.Source{
			ID: briefings.SourceID(fmt.Sprintf("source-%d", i)), Name: drawText(t, "source", true, false),
			URL:       rapid.SampledFrom([]string{"", "https://a.example/x?y=1&z='2'#%20", "http://[::1]/"}).Draw(t, "url"),
			Archive:   rapid.SampledFrom([]string{"", "https://archive.example/é"}).Draw(t, "archive"),
			Published: drawMoment(t, "published", false),
		}
		if i > 0 && rapid.Bool().Draw(t, "derives") {
			s.DerivesFrom = "source-0"
		}
		sources = append(sources, s.ID)
		c.Sources = append(c.Sources, s)
	}
	var entries []briefings.EntryID
	for i := range rapid.IntRange(1, 5).Draw(t, "entries") {
		e := &briefings.Entry{
			ID: briefings.EntryID(fmt.Sprintf("entry-%d", i)), Kind: rapid.SampledFrom(briefings.EntryKinds).Draw(t, "kind"),
			Name: drawText(t, "name", true, false), Aliases: drawTexts(t, "aliases", false), Role: drawText(t, "role", false, false),
			Summary: drawText(t, "summary", false, true), WhyNow: drawText(t, "why_now", false, true), Open: drawTexts(t, "open", true),
			Importance: rapid.IntRange(0, 100).Draw(t, "importance"), Claim: drawClaim(t, sources, b.Location(), false, true),
		}
		for range rapid.IntRange(0, 2).Draw(t, "links") {
			e.Links = append(e.Links, briefings.Link{Title: drawText(t, "title", true, false), URL: "https://a.example/"})
		}
		if i > 0 {
			e.Affiliation = rapid.SampledFrom(orNone(entries)).Draw(t, "affiliation")
		}
		entries = append(entries, e.ID)
		c.Entries = append(c.Entries, e)
	}
	one := func(label string) briefings.EntryID { return rapid.SampledFrom(entries).Draw(t, label) }
	of := func(kinds ...briefings.EntryKind) (ids []briefings.EntryID) {
		for _, e := range c.Entries {
			if slices.Contains(kinds, e.Kind) {
				ids = append(ids, e.ID)
			}
		}
		return ids
	}
	subjects, parties, places := of(briefings.Track, briefings.Document), of(briefings.Person, briefings.Org), of(briefings.Place, briefings.Org)
	kinds := []briefings.ReportKind{briefings.Event}
	if len(subjects) > 0 {
		kinds = append(kinds, briefings.Status)
	}
	if len(parties) > 0 {
		kinds = append(kinds, briefings.Position, briefings.Statement)
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "reports") {
		r := &briefings.Report{
			ID: briefings.ReportID(fmt.Sprintf("report-%d", i)), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
			Text: drawText(t, "text", true, true), Detail: drawText(t, "detail", false, true),
			Place: rapid.SampledFrom(orNone(places)).Draw(t, "place"), About: pick(t, "about", entries),
			Importance: rapid.IntRange(0, 100).Draw(t, "importance"),
		}
		switch r.Kind {
		case briefings.Event:
			r.About = entries[:1]
			r.State = rapid.SampledFrom(orNone(briefings.EventStates)).Draw(t, "state")
		case briefings.Status:
			r.Subject, r.Trend = rapid.SampledFrom(subjects).Draw(t, "track"), rapid.SampledFrom(orNone(briefings.Trends)).Draw(t, "trend")
			r.Why, r.Next, r.NextUpdate = drawText(t, "why", false, true), drawText(t, "next", false, true), drawMoment(t, "next_update", false)
		case briefings.Position:
			r.Subject, r.Issue, r.Drift = rapid.SampledFrom(parties).Draw(t, "party"), one("issue"), rapid.SampledFrom(orNone(briefings.Drifts)).Draw(t, "drift")
		case briefings.Statement:
			r.Subject = rapid.SampledFrom(parties).Draw(t, "speaker")
		}
		r.Claim = drawClaim(t, sources, b.Location(), !r.Open(), r.Open())
		for _, p := range briefings.Check(r, anything, now) {
			if p.Field == "recorded" { // before it happened
				r.Claim.Recorded = r.Claim.Occurred.Start(b.Location()).UTC()
			}
		}
		c.Reports = append(c.Reports, r)
	}
	slices.SortFunc(c.Entries, func(a, b *briefings.Entry) int { return cmp.Compare(a.ID, b.ID) })
	return c
}

// anything finds whatever is named.
func anything(briefings.Ref) (briefings.Record, bool) { return nil, true }

func TestEncodeTOML_ImportOfAnExportGivesTheSameContents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawContents(t)
		text, err := bookfile.EncodeTOML(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readText(string(text), bookfile.ReadOptions{Now: now})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := contentsDiff(c, got); diff != "" {
			t.Fatalf("contents (-exported +imported):\n%s\n%s", diff, text)
		}
		again, err := bookfile.EncodeTOML(got)
		if err != nil || string(again) != string(text) {
			t.Fatalf("equal contents gave another text: %v", err)
		}
	})
}

func TestWriteTOML_FolderAndFileHoldTheSame(t *testing.T) {
	c := mustRead(t, formatBlocks(t)[0])
	dir := filepath.Join(t.TempDir(), "new", "book")
	file := filepath.Join(t.TempDir(), "book.toml")
	for _, path := range []string{dir, file} {
		if err := bookfile.WriteTOML(path, c); err != nil {
			t.Fatal(err)
		}
		got, err := bookfile.Read(path, bookfile.ReadOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		if diff := contentsDiff(c, got); diff != "" {
			t.Errorf("%s:\n%s", path, diff)
		}
	}
	want := []string{"book.toml", "events.toml", "organisations.toml", "people.toml", "places.toml", "positions.toml", "sources.toml", "statements.toml", "statuses.toml", "terms.toml", "tracks.toml"}
	if diff := gocmp.Diff(want, fileNames(t, dir)); diff != "" {
		t.Errorf("files:\n%s", diff)
	}
}

func fileNames(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestWriteTOML_IsWrittenToBeRead(t *testing.T) {
	c := mustRead(t, formatBlocks(t)[0])
	entry(t, c, "ada-byrne").Summary = "She has run the port since 2019.\n\nBefore that she said \"never\" – often.\u200b"
	text, err := bookfile.EncodeTOML(c)
	if err != nil {
		t.Fatal(err)
	}
	golden := "testdata/export.toml"
	if *update {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), string(text)); diff != "" {
		t.Errorf("export (-want +got):\n%s", diff)
	}
}

func TestWriteTOML_ReplacesAnEarlierExportAndNothingElse(t *testing.T) {
	whole := mustRead(t, formatBlocks(t)[0])
	small := mustRead(t, header)
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put(".gitignore", "*.bak\n")
	put(".briefbot-123.tmp", "half of a fi") // a crash left this
	for _, c := range []*briefings.Contents{whole, whole, small} {
		if err := bookfile.WriteTOML(dir, c); err != nil {
			t.Fatal(err)
		}
	}
	if diff := gocmp.Diff([]string{".gitignore", "book.toml"}, fileNames(t, dir)); diff != "" {
		t.Errorf("files after a smaller export:\n%s", diff)
	}

	before, _ := os.ReadFile(filepath.Join(dir, "book.toml"))
	for name, text := range map[string]string{"notes.md": "mine", "people.toml": "[[person]]\nname = \"by hand\"\n", "more.toml": string(before)} {
		put(name, text)
		err := bookfile.WriteTOML(dir, whole)
		if !errors.Is(err, briefings.ErrConflict) || !strings.Contains(err.Error(), name) {
			t.Errorf("beside %s: %v, want ErrConflict that names it", name, err)
		}
		after, _ := os.ReadFile(filepath.Join(dir, "book.toml"))
		if string(after) != string(before) || len(fileNames(t, dir)) != 3 {
			t.Errorf("beside %s the refused export has changed something", name)
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}

	file := filepath.Join(t.TempDir(), "mine.toml")
	if err := os.WriteFile(file, []byte(header), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := bookfile.WriteTOML(file, whole); !errors.Is(err, briefings.ErrConflict) {
		t.Errorf("over a file that was written by hand: %v", err)
	}
	if err := bookfile.WriteTOML(filepath.Join(t.TempDir(), "no", "such", "book.toml"), whole); err == nil {
		t.Error("an export into no folder was taken")
	}
}

func TestEncodeTOML_RefusesWhatHasNoForm(t *testing.T) {
	for name, c := range map[string]*briefings.Contents{
		"a kind that is none": {Entries: []*briefings.Entry{{ID: "a", Kind: "boat", Name: "A"}}},
		"text that is none":   {Sources: []*briefings.Source{{ID: "a", Name: "A\xff"}}},
	} {
		if _, err := bookfile.EncodeTOML(c); !errors.Is(err, briefings.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEncodeTOML_TheDefaultOfRecordedStaysAsTheBookGrows(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC) }
	c := &briefings.Contents{Book: &briefings.Book{ID: "b", Name: "B"}}
	for i, day := range []int{4, 5, 5, 5} {
		c.Entries = append(c.Entries, &briefings.Entry{ID: briefings.EntryID(fmt.Sprint("e", i)), Kind: briefings.Person, Name: fmt.Sprint("P", i), Claim: briefings.Claim{Recorded: at(day)}})
		text, err := bookfile.EncodeTOML(c)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "name = \"B\"\nrecorded = \"2026-03-04\"\n") {
			t.Errorf("with %d entries:\n%s", i+1, text)
		}
	}
}

func TestEncodeTOML_KeepsWhenEachRecordBecameKnown(t *testing.T) {
	at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	claim := func(occurred string, recorded time.Time) briefings.Claim {
		c := briefings.Claim{Recorded: recorded}
		if err := c.Occurred.UnmarshalText([]byte(occurred)); err != nil {
			t.Fatal(err)
		}
		return c
	}
	event := func(id briefings.ReportID, state briefings.EventState, about briefings.EntryID, c briefings.Claim) *briefings.Report {
		return &briefings.Report{ID: id, Kind: briefings.Event, State: state, Text: "T", About: []briefings.EntryID{about}, Claim: c}
	}
	org := func(id briefings.EntryID, c briefings.Claim) *briefings.Entry {
		return &briefings.Entry{ID: id, Kind: briefings.Org, Name: string(id), Claim: c}
	}
	c := &briefings.Contents{
		Book: &briefings.Book{ID: "b", Name: "B"},
		Entries: []*briefings.Entry{
			org("a-first", claim("", at(3, 4))),
			org("b-in-a-role-since", claim("2026-06", at(3, 4))), // the role changed after the book was begun
			org("c-older-than-its-report", claim("", at(3, 5))),
			org("d-younger-than-its-report", claim("", at(9, 1))),
			org("e-in-no-report", claim("", at(8, 1))),
		},
		Reports: []*briefings.Report{
			event("a-before", "", "a-first", claim("2026-03-02", at(3, 4))),
			event("b-expected", briefings.Expected, "b-in-a-role-since", claim("2027-01-01", at(3, 4))),
			event("c-later", "", "c-older-than-its-report", claim("2026-04-01", at(4, 2))),
			event("d-later-still", "", "d-younger-than-its-report", claim("2026-04-01", at(5, 1))),
		},
	}
	text, err := bookfile.EncodeTOML(c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := contentsDiff(c, mustRead(t, string(text))); diff != "" {
		t.Errorf("contents (-exported +imported):\n%s\n%s", diff, text)
	}
	// Announced when the book was begun, and held since: it must not look like
	// what was learnt later.
	c.Reports = append(c.Reports, event("e-held-as-announced", "", "a-first", claim("2026-05-01", at(3, 4))))
	if text, err = bookfile.EncodeTOML(c); err != nil || strings.Count(string(text), "recorded = \"2026-03-04\"") != 2 {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestReadFS_TakesTheStarterBooksForm(t *testing.T) {
	text, err := bookfile.EncodeTOML(mustRead(t, formatBlocks(t)[0]))
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{"starter/book/all.toml": {Data: text}}
	if _, err := bookfile.ReadFS(fsys, "starter/book", bookfile.ReadOptions{}); err != nil {
		t.Error(err)
	}
}
