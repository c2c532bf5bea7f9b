package bookfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

const header = "[book]\nid = \"b\"\nname = \"B\"\nzone = \"Europe/Dublin\"\n"

func entry(t *testing.T, c *briefings.Contents, id briefings.EntryID) *briefings.Entry {
	t.Helper()
	i := slices.IndexFunc(c.Entries, func(e *briefings.Entry) bool { return e.ID == id })
	if i < 0 {
		t.Fatalf("there is no entry %q", id)
	}
	return c.Entries[i]
}

func TestRead_DatesKeepTheirPrecisionInEitherForm(t *testing.T) {
	for _, tc := range []struct{ written, want string }{
		{`"2026"`, "2026"},
		{`2026`, "2026"},
		{`"2026-07"`, "2026-07"},
		{`"2026-07-02"`, "2026-07-02"},
		{`2026-07-02`, "2026-07-02"},
		{`"2026-07-02T09:30Z"`, "2026-07-02T09:30Z"},
		{`2026-07-02T09:30:15Z`, "2026-07-02T09:30Z"},
		{`2026-07-02 09:30:00.5+02:00`, "2026-07-02T07:30Z"},
		{`2026-07-02t09:30:00z`, "2026-07-02T09:30Z"},
		{`"2026-07-02T09:30"`, "2026-07-02T08:30Z"}, // summer time in Dublin
		{`2026-07-02T09:30:00`, "2026-07-02T08:30Z"},
		{`2026-01-02 09:30`, "2026-01-02T09:30Z"},
		{`""`, ""},
	} {
		c := mustRead(t, header+"[[person]]\nname = \"Ada\"\ndate = "+tc.written+"\n")
		if got := c.Entries[0].Claim.Occurred.String(); got != tc.want {
			t.Errorf("date = %s: got %q, want %q", tc.written, got, tc.want)
		}
	}
}

func TestRead_RecordedAndVerifiedTakeTheEdgesOfADay(t *testing.T) {
	for _, tc := range []struct{ written, recorded, until string }{
		{`"2026-07-02"`, "2026-07-01T23:00:00Z", "2026-07-02T23:00:00Z"},
		{`2026-07-02`, "2026-07-01T23:00:00Z", "2026-07-02T23:00:00Z"},
		{`"2026-07-02T09:30Z"`, "2026-07-02T09:30:00Z", "2026-07-02T09:30:00Z"},
		{`2026-07-02T09:30:15.1234567+01:00`, "2026-07-02T08:30:15.123Z", "2026-07-02T08:30:15.123Z"},
		{`"2026-07-02T09:30"`, "2026-07-02T08:30:00Z", "2026-07-02T08:30:00Z"},
	} {
		c := mustRead(t, header+"[[person]]\nname = \"Ada\"\nrecorded = "+tc.written+"\nverified_until = "+tc.written+"\n")
		claim := c.Entries[0].Claim
		if got := claim.Recorded.Format(time.RFC3339Nano); got != tc.recorded {
			t.Errorf("recorded = %s: got %s, want %s", tc.written, got, tc.recorded)
		}
		if got := claim.VerifiedUntil.Format(time.RFC3339Nano); got != tc.until {
			t.Errorf("verified_until = %s: got %s, want %s", tc.written, got, tc.until)
		}
	}
}

func TestRead_BookGivesTheDefaultOfRecorded(t *testing.T) {
	c := mustRead(t, header+"recorded = \"2026-01-05\"\n[[person]]\nname = \"Ada\"\n[[person]]\nname = \"Tom\"\nrecorded = \"2026-01-07\"\n")
	if got := entry(t, c, "ada").Claim.Recorded; !got.Equal(time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("Ada was recorded at %v", got)
	}
	if got := entry(t, c, "tom").Claim.Recorded; !got.Equal(time.Date(2026, 1, 7, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("Tom was recorded at %v", got)
	}
	c = mustRead(t, header+"[[person]]\nname = \"Ada\"\n")
	if got := c.Entries[0].Claim.Recorded; !got.IsZero() {
		t.Errorf("recorded is %v where nothing says so; the store sets it", got)
	}
}

func TestRead_ReferencesAreSlugsNamesOrAliases(t *testing.T) {
	const book = header + `
[[source]]
id = "notice"
name = "Notice 12/26"
[[org]]
slug = "us"
name = "United States"
aliases = ["USA", "America"]
[[org]]
slug = "america"
name = "America the band"
aliases = ["u.s.a."]
[[person]]
name = "Ada Byrne"
affiliation = `
	for written, want := range map[string]briefings.EntryID{
		`"us"`:             "us",
		`"united  STATES"`: "us",
		`"United States"`:  "us",
		`"america"`:        "america", // a slug before an alias
		`""`:               "",
	} {
		c := mustRead(t, book+written+"\nsource = \"notice 12/26\"\n")
		ada := entry(t, c, "ada-byrne")
		if ada.Affiliation != want {
			t.Errorf("affiliation = %s: got %q, want %q", written, ada.Affiliation, want)
		}
		if diff := cmp.Diff([]briefings.SourceID{"notice"}, ada.Claim.Sources); diff != "" {
			t.Errorf("sources:\n%s", diff)
		}
	}
	_, err := readText(book+`"USA"`, bookfile.ReadOptions{Now: now})
	if err == nil || !strings.Contains(err.Error(), `"USA" may be "us" or "america". Write the one that you mean.`) {
		t.Errorf("an alias of two: %v", err)
	}
}

func TestRead_ASourceIsAlsoNamedByItsAddress(t *testing.T) {
	const book = header + `
[[source]]
id = "notice"
name = "Notice"
url = "https://port.example/4"
[[source]]
id = "copy"
name = "Copy"
derives_from = "https://port.example/4"
[[person]]
name = "Ada"
sources = ["https://port.example/4", "copy"]
`
	c := mustRead(t, book)
	if diff := cmp.Diff([]briefings.SourceID{"notice", "copy"}, c.Entries[0].Claim.Sources); diff != "" {
		t.Errorf("sources:\n%s", diff)
	}
	if got := c.Sources[0].DerivesFrom; got != "notice" {
		t.Errorf("derives_from: %q", got)
	}
	// Also one that only the book holds.
	opts := bookfile.ReadOptions{Now: now, Book: c.Book, Current: func(briefings.BookID) (*briefings.Contents, error) { return c, nil }}
	more, err := readText("[[person]]\nname = \"Tom\"\nsource = \"https://port.example/4\"\n", opts)
	if err != nil || more.Entries[0].Claim.Sources[0] != "notice" {
		t.Errorf("got %v, %v", more, err)
	}
}

func TestRead_SourceAndSourcesAreMergedAndRepetitionsDropped(t *testing.T) {
	c := mustRead(t, header+`
[[source]]
id = "a"
name = "A"
[[source]]
id = "c"
name = "C"
[[person]]
name = "Ada"
aliases = ["Byrne", "Byrne", "Ada B."]
sources = ["c", "a", "C"]
source = "a"
`)
	ada := c.Entries[0]
	if diff := cmp.Diff([]briefings.SourceID{"c", "a"}, ada.Claim.Sources); diff != "" {
		t.Errorf("sources:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Byrne", "Ada B."}, ada.Aliases); diff != "" {
		t.Errorf("aliases:\n%s", diff)
	}
}

func TestRead_IdsThatAreLeftOutAreMade(t *testing.T) {
	const report = "[[event]]\ndate = \"2026-01-02\"\ntext = \"They met.\"\nabout = [\"Micheál Martin\"]\n"
	c := mustRead(t, header+"[[person]]\nname = \"Micheál Martin\"\n"+report)
	if got := c.Entries[0].ID; got != "micheal-martin" {
		t.Errorf("slug: %q", got)
	}
	id := c.Reports[0].ID
	if !strings.HasPrefix(string(id), "e-2026-01-02-") || briefings.CheckSlug(string(id)) != nil {
		t.Errorf("id: %q", id)
	}
	again := mustRead(t, report+header+"[[person]]\nname = \"Micheál Martin\"\n")
	if again.Reports[0].ID != id {
		t.Errorf("the same report got the ids %q and %q", id, again.Reports[0].ID)
	}
}

func TestRead_TakesTOMLsOtherWaysOfWritingTables(t *testing.T) {
	c := mustRead(t, `
[book]
id = 'b'
"name" = "B"
freshness.status = "36h"
freshness.role = "30d"
[[person]]
name = "Ada"
links = [
  { title = "Port", url = "https://port.example" }, # a comment
]
[[person]]
name = "Tom"
[[person.links]]
title = "One"
url = "https://one.example"
[[person.links]]
title = "Two"
url = "https://two.example"
`)
	if want := (briefings.Windows{Status: briefings.Hours(36 * time.Hour), Role: briefings.Hours(30 * 24 * time.Hour)}); c.Book.Windows != want {
		t.Errorf("freshness: %v", c.Book.Windows)
	}
	if n := len(entry(t, c, "tom").Links); n != 2 {
		t.Errorf("Tom has %d links", n)
	}
	c = mustRead(t, "[book]\nid = \"b\"\nname = \"B\"\n[book.freshness]\nposition = \"14d\"\n[[person]]\nname = \"Ada\"\n")
	if got := c.Book.Windows.Position.String(); got != "14d" {
		t.Errorf("freshness of positions: %s", got)
	}
}

func TestRead_TextsOfSeveralLinesLeaveTheQuotesLinesOut(t *testing.T) {
	for written, want := range map[string]string{
		"\"\"\"\nOne.\n\nTwo.\n\"\"\"":       "One.\n\nTwo.",
		"\"\"\"One.\r\nTwo.\"\"\"":           "One.\nTwo.",
		"'''\nOne \\ two.\n'''":              `One \ two.`,
		"\"\"\"\nOne, \\\n   two.\n\n\"\"\"": "One, two.\n",
		`"One.\n"`:                           "One.\n",
		`'"One"'`:                            `"One"`,
	} {
		c := mustRead(t, header+"about = "+written+"\n")
		if c.Book.About != want {
			t.Errorf("%q: got %q, want %q", written, c.Book.About, want)
		}
	}
}

func TestRead_FilesWithoutABookGoIntoTheOneGiven(t *testing.T) {
	current := mustRead(t, header+"[[source]]\nid = \"notice\"\nname = \"Notice\"\n[[org]]\nslug = \"port\"\nname = \"Port Company\"\n")
	const addition = "[[person]]\nname = \"Ada\"\naffiliation = \"Port Company\"\nsource = \"notice\"\nrecorded = \"2026-07-02\"\n"
	opts := bookfile.ReadOptions{Now: now, Book: current.Book, Current: func(id briefings.BookID) (*briefings.Contents, error) {
		if id != "b" {
			t.Errorf("asked for the book %q", id)
		}
		return current, nil
	}}
	c, err := readText(addition, opts)
	if err != nil {
		t.Fatal(err)
	}
	if c.Book != current.Book || c.Entries[0].Affiliation != "port" || len(c.Entries) != 1 {
		t.Errorf("got %+v", c)
	}
	if got := c.Entries[0].Claim.Recorded; got.Hour() != 23 {
		t.Errorf("recorded %v is not read in the zone of the book given", got)
	}
	opts.Current = nil
	if _, err := readText(addition, opts); err == nil {
		t.Error("without the current book the files must be complete")
	}
	broken := errors.New("the store is away")
	opts.Current = func(briefings.BookID) (*briefings.Contents, error) { return nil, broken }
	if _, err := readText(addition, opts); !errors.Is(err, broken) {
		t.Errorf("got %v, want the error of Current", err)
	}
}

func TestRead_AFolderIsReadAsOneBook(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"zz.toml":              header,
		"people/a/ada.TOML":    "[[person]]\nname = \"Ada\"\naffiliation = \"port\"\n",
		"orgs.toml":            "[[org]]\nname = \"Port\"\n",
		".git/config.toml":     "not toml",
		"people/.draft.toml":   "not toml",
		"people/notes.md":      "not toml",
		"people/empty.toml":    "",
		"people/comments.toml": "# nothing yet\n",
	} {
		p := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.WriteFile(p, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	c, err := bookfile.Read(dir, bookfile.ReadOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Entries) != 2 || c.Book.ID != "b" {
		t.Errorf("got %+v", c)
	}
	_, err = bookfile.ReadFS(fstest.MapFS{"a/b.toml": {Data: []byte("x")}}, ".", bookfile.ReadOptions{Now: now})
	if err == nil || !strings.HasPrefix(err.Error(), "a/b.toml:1:") {
		t.Errorf("got %v", err)
	}
}
