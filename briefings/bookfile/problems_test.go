package bookfile_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestRead_ListsEveryProblemWithItsPlace reads each folder of bad files under
// testdata/problems and compares the whole listing.
func TestRead_ListsEveryProblemWithItsPlace(t *testing.T) {
	folders, err := os.ReadDir("testdata/problems")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		t.Run(folder.Name(), func(t *testing.T) {
			dir := filepath.Join("testdata/problems", folder.Name())
			_, err := bookfile.ReadFS(os.DirFS(dir), ".", bookfile.ReadOptions{Now: now})
			var problems *bookfile.Problems
			if !errors.As(err, &problems) || !errors.Is(err, briefings.ErrInvalid) {
				t.Fatalf("Read: %v, want Problems that are ErrInvalid", err)
			}
			got := err.Error() + "\n"
			golden := dir + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRead_PathsThatHoldNoBook(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		p := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.WriteFile(p, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	write("book.json", "{}")
	write("empty/.hidden.toml", "[")
	write("empty/readme.txt", "")
	write("linked/book.toml", "[book]\nid = \"a\"\nname = \"A\"\n")
	write("elsewhere/people.toml", "[[person]]\nname = \"Ada\"\n")
	if err := errors.Join(
		os.Symlink(filepath.Join(dir, "elsewhere"), filepath.Join(dir, "linked", "folder")),
		os.Symlink(filepath.Join(dir, "elsewhere", "people.toml"), filepath.Join(dir, "linked", "people.toml")),
		os.Symlink(filepath.Join(dir, "linked", "book.toml"), filepath.Join(dir, "named.toml")),
	); err != nil {
		t.Skip("no links on this system")
	}
	for _, tc := range []struct{ path, want string }{
		{"missing", "missing: There is no such file or folder. Check the path."},
		{"missing.toml", "missing.toml: There is no such file or folder. Check the path."},
		{"book.json", "book.json: This is not a TOML file. Give a file whose name ends in .toml, or a folder of them."},
		{"empty", "empty: There are no .toml files in this folder. Give the folder that holds the book."},
		{"linked", "linked/people.toml: This is a link or another special file, and such are not followed. Put the file itself here, or delete this."},
		{"named.toml", ""},
	} {
		_, err := bookfile.Read(filepath.Join(dir, tc.path), bookfile.ReadOptions{Now: now})
		got := ""
		if err != nil {
			got = strings.ReplaceAll(err.Error(), dir+"/", "")
		}
		if got != tc.want {
			t.Errorf("Read(%s)\n got %s\nwant %s", tc.path, got, tc.want)
		}
	}
}

func TestRead_RefusesWhatIsTooMuch(t *testing.T) {
	book := "[book]\nid = \"a\"\nname = \"A\"\n"
	many := fstest.MapFS{}
	for i := range 2001 {
		many[fmt.Sprintf("%d.toml", i)] = &fstest.MapFile{Data: []byte(book)}
	}
	big := []byte(book + strings.Repeat("# filler\n", 4<<20))
	for _, tc := range []struct {
		name string
		fsys fs.FS
		want string
	}{
		{"files", many, "There are 2001 files, and a book has at most 2000."},
		{"bytes in one file", fstest.MapFS{"a.toml": {Data: big}}, "a.toml: With this file there are more than 32 MiB"},
		{"bytes in all files", fstest.MapFS{"a.toml": {Data: big[:17<<20]}, "b.toml": {Data: big[:17<<20]}}, "b.toml: With this file there are more than 32 MiB"},
		{"records", fstest.MapFS{"a.toml": {Data: []byte(book + strings.Repeat("[[person]]\n", 200_001))}}, "a.toml: There are more than 200000 records up to here."},
		{"depth", fstest.MapFS{"a.toml": {Data: []byte(book + "about = " + strings.Repeat("[", 1<<20))}}, "nested more than the maximum"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := bookfile.ReadFS(tc.fsys, ".", bookfile.ReadOptions{Now: now})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				s := fmt.Sprint(err)
				t.Errorf("got %.500s\nwant %s", s, tc.want)
			}
		})
	}
}

func TestProblems_CountsWhatItDoesNotList(t *testing.T) {
	_, err := readText(strings.Repeat("[[person]]\nslug = 1\n", 1500), bookfile.ReadOptions{Now: now})
	var problems *bookfile.Problems
	if !errors.As(err, &problems) || len(problems.List) != 1000 || problems.More < 500 {
		t.Fatalf("got %d listed and %d more", len(problems.List), problems.More)
	}
	if want := fmt.Sprintf("There are %d more problems.", problems.More); !strings.Contains(err.Error(), want) {
		t.Errorf("the listing does not say %q", want)
	}
}

func TestRead_ListsNamesThatMayYetBeFoundLastAndNotAll(t *testing.T) {
	var b strings.Builder
	b.WriteString(header)
	for i := range 70 {
		fmt.Fprintf(&b, "[[person]]\nname = \"P%02d\"\naffiliation = \"away-%02d\"\n", i, i)
	}
	b.WriteString("[[org]]\nname = \"Cut short\n")
	_, err := readText(b.String(), bookfile.ReadOptions{Now: now})
	var problems *bookfile.Problems
	if !errors.As(err, &problems) || len(problems.List) != 52 {
		t.Fatalf("got %v", err)
	}
	lines := strings.Split(err.Error(), "\n")
	for i, want := range map[int]string{
		0:  "book.toml:216:",
		1:  `book.toml:7: person "P00": affiliation: "away-00" was not found. It may stand in what could not be read, so mend the above first.`,
		51: "book.toml: There are 20 more names that were not found. Mend the above first.",
	} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d:\n got %s\nwant %s", i, lines[i], want)
		}
	}
}

func TestProblem_ShowsNothingThatMovesATerminal(t *testing.T) {
	_, err := readText("[book]\nid = \"a\\u001b[2J\\n\"\nname = \"\\u001b]0;x\\u0007 \\u202e\"\n\"ke\\u001by\" = 1\n", bookfile.ReadOptions{Now: now})
	if err == nil {
		t.Fatal("Read took it")
	}
	for _, r := range strings.ReplaceAll(err.Error(), "\n", "") {
		if briefings.Unprintable(r) {
			t.Errorf("the listing holds %U:\n%q", r, err.Error())
		}
	}
}
