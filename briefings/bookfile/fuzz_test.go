package bookfile_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// FuzzReadTOML: whatever is read gives problems, each with a place and a
// sentence, or a book; and a book's export gives the same book.
func FuzzReadTOML(f *testing.F) {
	for _, block := range formatBlocksOf(bookfile.Format) {
		f.Add([]byte(block))
	}
	paths, _ := filepath.Glob("testdata/problems/*/*.toml")
	for _, p := range append(paths, "testdata/export.toml") {
		data, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, h := range hostile {
		f.Add([]byte(header + "about = \"" + h + "\"\n[[person]]\nname = '''" + h + "'''\n"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := readText(string(data), bookfile.ReadOptions{Now: now})
		if err != nil {
			checkProblems(t, err)
			return
		}
		text, err := bookfile.EncodeTOML(c)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := readText(string(text), bookfile.ReadOptions{Now: now})
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, text)
		}
		if diff := contentsDiff(c, again); diff != "" {
			t.Fatalf("contents (-read +written and read):\n%s\n%s", diff, text)
		}
		if edits := briefings.PlanImport(c, again, true); len(edits) > 0 {
			t.Fatalf("the import of an export would change %d records", len(edits))
		}
	})
}

func checkProblems(t *testing.T, err error) {
	t.Helper()
	var problems *bookfile.Problems
	if !errors.As(err, &problems) || len(problems.List) == 0 {
		t.Fatalf("the error is not Problems: %v", err)
	}
	for _, p := range problems.List {
		s := p.String()
		if p.Message == "" || strings.ContainsFunc(s, briefings.Unprintable) || strings.Contains(s, "\n") {
			t.Fatalf("not a line to show: %q", s)
		}
	}
}

// FuzzReadJSON: whatever is read gives problems or a history; and a history
// that is written and read again is the same.
func FuzzReadJSON(f *testing.F) {
	c, err := readText(formatBlocksOf(bookfile.Format)[0], bookfile.ReadOptions{Now: now})
	if err != nil {
		f.Fatal(err)
	}
	for n := range 3 {
		var b bytes.Buffer
		if err := bookfile.WriteJSON(&b, c.Book.ID, historyOf(c, func(briefings.Ref) int { return n })); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
	}
	f.Add([]byte(`{"format":"briefbot-history","version":1,"book":"b","revisions":[
{"seq":1,"number":1,"ref":{"kind":"book","id":"b"},"at":"2026-01-01T00:00:00Z","recorded":"2026-01-01T00:00:00Z","actor":{"platform":"x","user":""},"after":{"id":"b","name":"B"}}
]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		history, err := bookfile.ReadJSON(bytes.NewReader(data), time.Time{})
		if err != nil {
			checkProblems(t, err)
			return
		}
		var b bytes.Buffer
		if err := bookfile.WriteJSON(&b, briefings.BookID(history[0].Ref.ID), history); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := bookfile.ReadJSON(bytes.NewReader(b.Bytes()), time.Time{})
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, b.Bytes())
		}
		if diff := historyDiff(history, again); diff != "" {
			t.Fatalf("history (-read +written and read):\n%s", diff)
		}
	})
}
