package bookfile_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// now is the present of these tests.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// readText reads one file with the given text.
func readText(text string, opts bookfile.ReadOptions) (*briefings.Contents, error) {
	return bookfile.ReadFS(fstest.MapFS{"book.toml": {Data: []byte(text)}}, "book.toml", opts)
}

func mustRead(t *testing.T, text string) *briefings.Contents {
	t.Helper()
	c, err := readText(text, bookfile.ReadOptions{Now: now})
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return c
}

// formatBlocksOf returns the examples of FORMAT.md, the whole book first.
func formatBlocksOf(markdown string) []string {
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^```toml\n(.*?)^```$").FindAllStringSubmatch(markdown, -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

func formatBlocks(t *testing.T) []string {
	t.Helper()
	blocks := formatBlocksOf(bookfile.Format)
	if len(blocks) < 3 {
		t.Fatalf("FORMAT.md has %d blocks of TOML; has their form changed?", len(blocks))
	}
	return blocks
}

func TestFormat_EveryExampleImportsAsItStands(t *testing.T) {
	blocks := formatBlocks(t)
	whole := mustRead(t, blocks[0])
	if n := len(whole.Records()); n != strings.Count(blocks[0], "\n[[")+1 {
		t.Errorf("the whole example made %d records", n)
	}
	for _, block := range blocks[1:] {
		mustRead(t, blocks[0]+"\n"+block)
		// An example that adds to a book is also an import of its own.
		opts := bookfile.ReadOptions{Now: now, Book: whole.Book, Current: func(briefings.BookID) (*briefings.Contents, error) { return whole, nil }}
		if _, err := readText(block, opts); err != nil {
			t.Errorf("this does not add to the whole example: %v\n%s", err, block)
		}
	}
}

func TestFormat_DocumentsEveryKeyAndNoOther(t *testing.T) {
	type row struct{ keys, needed []string }
	documented := map[string]*row{}
	var open []*row
	claims := &row{}
	for line := range strings.Lines(bookfile.Format) {
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			open = nil
			for _, m := range regexp.MustCompile("`\\[+(\\w+)\\]+`").FindAllStringSubmatch(heading, -1) {
				documented[m[1]] = &row{}
				open = append(open, documented[m[1]])
			}
			if strings.HasPrefix(heading, "Claim keys") {
				open = []*row{claims}
			}
		}
		if m := regexp.MustCompile("^\\| `(\\w+)`( \\*)? \\|").FindStringSubmatch(line); m != nil {
			for _, r := range open {
				r.keys = append(r.keys, m[1])
				if m[2] != "" {
					r.needed = append(r.needed, m[1])
				}
			}
		}
	}
	for name, r := range documented {
		if name != "book" && name != "source" {
			r.keys = append(r.keys, claims.keys...)
		}
	}
	want := bookfile.Keys()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(documented))); diff != "" {
		t.Fatalf("tables that Read knows (-) and FORMAT.md has (+):\n%s", diff)
	}
	for name, keys := range want {
		if diff := cmp.Diff(keys, documented[name].keys); diff != "" {
			t.Errorf("keys of %s that Read knows (-) and FORMAT.md has (+):\n%s", name, diff)
		}
		// That a date is needed depends on the rest, and Check says so.
		needed := slices.DeleteFunc(documented[name].needed, func(k string) bool { return k == "date" })
		if diff := cmp.Diff(bookfile.NeededKeys()[name], needed); diff != "" {
			t.Errorf("keys of %s that Read needs (-) and FORMAT.md marks (+):\n%s", name, diff)
		}
	}
}

func TestFormat_EveryKeyIsInTheWholeExampleOrAFragment(t *testing.T) {
	all := strings.Join(formatBlocks(t), "\n")
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+) = `).FindAllStringSubmatch(all, -1) {
		seen[m[1]] = true
	}
	// These are shown in the tables of keys.
	shownElsewhere := []string{"freshness", "archive", "derives_from", "links", "verified_until", "verified_by"}
	for name, keys := range bookfile.Keys() {
		for _, k := range keys {
			if !seen[k] && !slices.Contains(shownElsewhere, k) {
				t.Errorf("%s.%s is in no example of FORMAT.md", name, k)
			}
		}
	}
}
