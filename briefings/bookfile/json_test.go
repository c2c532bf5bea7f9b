package bookfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// historyOf makes a history in which every record of the contents is put once,
// some are put again, and some are deleted and brought back.
func historyOf(c *briefings.Contents, again func(briefings.Ref) (changes int)) []briefings.Revision {
	at := time.Date(2026, 3, 4, 8, 0, 0, 123_000_000, time.UTC)
	var history []briefings.Revision
	numbers := map[briefings.Ref]int64{}
	last := map[briefings.Ref]briefings.Record{}
	add := func(ref briefings.Ref, after briefings.Record) {
		numbers[ref]++
		at = at.Add(time.Second)
		if after != nil {
			after = versioned(after, briefings.Version{Number: numbers[ref], Recorded: at})
		}
		history = append(history, briefings.Revision{
			Seq: int64(len(history) + 1), Number: numbers[ref], Ref: ref, At: at.Add(time.Millisecond), Recorded: at,
			Actor: briefings.Actor{Platform: "console", Workspace: "w", User: "u<1>"}, Via: "import", Why: "a \"reason\"\n",
			Before: last[ref], After: after,
		})
		last[ref] = after
	}
	for _, r := range c.Records() {
		add(r.Ref(), r)
	}
	for _, r := range c.Records() {
		for range again(r.Ref()) {
			if r.Ref().Kind != briefings.BookRecord {
				add(r.Ref(), nil)
			}
			add(r.Ref(), r)
		}
	}
	return history
}

// versioned returns a copy of the record with a version.
func versioned(r briefings.Record, v briefings.Version) briefings.Record {
	switch x := r.(type) {
	case *briefings.Book:
		c := *x
		r = &c
	case *briefings.Source:
		c := *x
		r = &c
	case *briefings.Entry:
		c := *x
		r = &c
	case *briefings.Report:
		c := *x
		r = &c
	}
	briefings.SetVersion(r, v)
	return r
}

func historyDiff(want, got []briefings.Revision) string {
	return gocmp.Diff(want, got, gocmp.Comparer(func(a, b briefings.Moment) bool { return a == b }))
}

func TestReadJSON_GivesTheHistoryThatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawContents(t)
		history := historyOf(c, func(briefings.Ref) int { return rapid.IntRange(0, 2).Draw(t, "changes") })
		var b bytes.Buffer
		if err := bookfile.WriteJSON(&b, c.Book.ID, history); err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(b.Bytes(), []byte("\n")); lines != len(history)+2 {
			t.Errorf("%d revisions on %d lines", len(history), lines)
		}
		got, err := bookfile.ReadJSON(&b, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := historyDiff(history, got); diff != "" {
			t.Fatalf("history (-written +read):\n%s", diff)
		}
	})
}

// jsonHistory is a small sound history as text, one revision a line.
func jsonHistory(t *testing.T) string {
	t.Helper()
	c := mustRead(t, header+"recorded = \"2026-01-01\"\n[[source]]\nid = \"notice\"\nname = \"Notice\"\n[[person]]\nname = \"Ada\"\nsource = \"notice\"\n")
	var b bytes.Buffer
	history := historyOf(c, func(ref briefings.Ref) int {
		if ref.Kind == briefings.EntryRecord {
			return 1
		}
		return 0
	})
	if err := bookfile.WriteJSON(&b, "b", history); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReadJSON_SaysWhatIsWrong(t *testing.T) {
	whole := jsonHistory(t)
	lines := strings.Split(whole, "\n")
	without := func(n int) string {
		return strings.Join(append(append([]string(nil), lines[:n]...), lines[n+1:]...), "\n")
	}
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	for _, tc := range []struct{ name, text, want string }{
		{"nothing", "", "The file ends too early. Take the file as it was exported, whole."},
		{"no JSON", "hello", "This is not JSON"},
		{"another JSON", `{"name":"x"}`, "This is not a history of a book."},
		{"a list", `[]`, "This is not a history of a book."},
		{"another format", `{"format":"x","version":1,"book":"b","revisions":[]}`, "This is not a history of a book."},
		{"a wrong type", `{"format":7}`, "This is not a history of a book: a number stands where none can"},
		{"a newer version", `{"format":"briefbot-history","version":2,"book":"b","revisions":[]}`, "This history has the version 2, and this program reads version 1."},
		{"no revisions", `{"format":"briefbot-history","version":1,"book":"b","revisions":[]}`, `The history has no revision of the book "b" itself.`},
		{"cut off", whole[:len(whole)/2], "The file ends too early."},
		{"cut off after a revision", strings.Join(lines[:3], "\n"), "The file ends too early."},
		{"more behind it", whole + "{}", "Something stands after the history."},
		{"more within it", strings.Replace(whole, "\n]}", `],"x":1}`, 1), "Something stands after the revisions."},
		{"a revision left out", without(2), "revision 2: Its seq is 3 and should be 2."},
		{"the book left out", without(1), "revision 1: It is of a source, and the first must be of the book itself."},
		{"a number twice", strings.Replace(whole, `"number":2`, `"number":1`, 1), `revision 4: It has the number 1 among the revisions of the entry "ada", and should have 2`},
		{"an unknown kind", strings.Replace(whole, `"kind":"source"`, `"kind":"boat"`, 1), `revision 2: "boat" is not a kind of record.`},
		{"an unknown field", strings.Replace(whole, `"via":`, `"from":`, 1), `revision 1: It cannot be read: json: unknown field "from".`},
		{"an unknown field of a record", strings.Replace(whole, `"name":"Ada"`, `"title":"Ada"`, 1), `revision 3: Its entry cannot be read: json: unknown field "title".`},
		{"another record within", strings.Replace(whole, `"after":{"slug":"ada"`, `"after":{"slug":"eva"`, 1), `revision 3: It is of the entry "ada", but holds "eva".`},
		{"a date that is none", strings.Replace(whole, `"at":"2026`, `"at":"2026-99`, 1), "revision 1: It cannot be read"},
		{"no time", strings.Replace(whole, `"at":"2026-03-04T08:00:01.124Z",`, "", 1), "revision 1: It does not say when it was made"},
		{"going back in time", strings.Replace(whole, `"recorded":"2026-03-04T08:00:05`, `"recorded":"2026-03-04T08:00:01`, 1), "revision 5: It was recorded at 2026-03-04T08:00:01Z, before the one that it follows"},
		{"a reference to nothing", strings.ReplaceAll(whole, `"sources":["notice"]`, `"sources":["note"]`), `revision 5: entry ada: sources: There is no source "note".`},
		{"a record that is not sound", strings.ReplaceAll(whole, `"name":"Ada"`, `"name":"A\u202eda"`), "revision 5: entry ada: name: The invisible character"},
		{"a deletion of nothing", strings.Replace(whole, lines[4], strings.ReplaceAll(lines[4], `"ada"`, `"eva"`), 1), `revision 4: It deletes the entry "eva", which is not there.`},
		{"text that is none", strings.Replace(whole, `"Ada"`, "\"A\xffda\"", 1), "revision 3: It has text that is not UTF-8."},
		{"a deep one", strings.Replace(whole, `"after":{"slug":"ada"`, `"x":`+deep+`,"after":{"slug":"ada"`, 1), "revision 3: It is nested more than 32 deep."},
		{"a bottomless one", strings.Replace(whole, `"after":{"slug":"ada"`, `"x":`+strings.Repeat("[", 20_000), 1), "This is not JSON"},
	} {
		_, err := bookfile.ReadJSON(strings.NewReader(tc.text), now)
		var problems *bookfile.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s:\n got %v\nwant %s", tc.name, err, tc.want)
		}
	}
	if _, err := bookfile.ReadJSON(strings.NewReader(whole), time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)); err == nil || !strings.Contains(err.Error(), "is in the future") {
		t.Errorf("a history from the future: %v", err)
	}
}

func TestReadJSON_ReturnsErrorsOfTheReaderAsTheyAre(t *testing.T) {
	broken := errors.New("the disk is away")
	_, err := bookfile.ReadJSON(io.MultiReader(strings.NewReader(`{"format":`), iotest.ErrReader(broken)), now)
	if !errors.Is(err, broken) || errors.Is(err, briefings.ErrInvalid) {
		t.Errorf("got %v", err)
	}
	if err := bookfile.WriteJSON(failingWriter{broken}, "b", nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestReadJSON_RefusesMoreThanItMayHold(t *testing.T) {
	endless := io.MultiReader(strings.NewReader(`{"format":"briefbot-history","version":1,"book":"b","revisions":[`), spaces{})
	_, err := bookfile.ReadJSON(endless, now)
	if err == nil || !strings.Contains(err.Error(), "This has more than 256 MiB") {
		t.Errorf("got %v", err)
	}
}

// spaces is an endless stream of spaces.
type spaces struct{}

func (spaces) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func TestWriteJSON_IsPlainJSON(t *testing.T) {
	var v struct {
		Format    string
		Version   int
		Book      string
		Revisions []struct {
			Seq   int64
			After *json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(jsonHistory(t)), &v); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(v.Format, " ", v.Version, " ", v.Book, " ", len(v.Revisions), " ", v.Revisions[3].After == nil)
	if want := "briefbot-history 1 b 5 true"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
