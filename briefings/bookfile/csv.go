package bookfile

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// The columns of each file. Those of a claim come last in two of them.
var (
	sourceColumns = []string{"id", "name", "url", "archive", "published", "derives_from"}
	entryColumns  = []string{"slug", "kind", "name", "aliases", "role", "affiliation", "summary", "why_now", "open", "links", "importance"}
	reportColumns = []string{"id", "kind", "text", "detail", "subject", "issue", "place", "about", "trend", "why", "next", "next_update", "drift", "state", "importance"}
	claimColumns  = []string{"date", "attribution", "confidence", "nature", "sources", "recorded", "verified_until", "verified_by"}
)

// WriteCSV writes a book as three tables for spreadsheets: entries.csv,
// reports.csv and sources.csv, each with a header row. The form is that of RFC
// 4180, in UTF-8; several values in a cell are parted by semicolons, questions
// and links by line breaks. Nothing reads these files back: use TOML or JSON
// for that.
//
// No cell is ever taken for a formula: see guard. The three files are replaced
// if they are there; where the folder holds anything else but hidden files,
// WriteCSV changes nothing and returns briefings.ErrConflict.
func WriteCSV(dir string, c *briefings.Contents) error {
	sources := [][]string{sourceColumns}
	for _, s := range c.Sources {
		sources = append(sources, []string{string(s.ID), s.Name, s.URL, s.Archive, s.Published.String(), string(s.DerivesFrom)})
	}
	entries := [][]string{append(append([]string(nil), entryColumns...), claimColumns...)}
	for _, e := range c.Entries {
		entries = append(entries, entryRow(e))
	}
	reports := [][]string{append(append([]string(nil), reportColumns...), claimColumns...)}
	for _, r := range c.Reports {
		reports = append(reports, reportRow(r))
	}
	out := folder{}
	for _, t := range []struct {
		name string
		rows [][]string
	}{{"entries.csv", entries}, {"reports.csv", reports}, {"sources.csv", sources}} {
		data, err := csvText(t.rows)
		if err != nil {
			return fmt.Errorf("export %s: %w", t.name, err)
		}
		out.names = append(out.names, t.name)
		out.files = append(out.files, outFile{t.name, data})
	}
	return out.replace(filepath.Clean(dir))
}

func entryRow(e *briefings.Entry) []string {
	links := make([]string, len(e.Links))
	for i, l := range e.Links {
		links[i] = l.Title + " <" + l.URL + ">"
	}
	return append([]string{
		string(e.ID), string(e.Kind), e.Name, strings.Join(e.Aliases, "; "), e.Role, string(e.Affiliation),
		e.Summary, e.WhyNow, strings.Join(e.Open, "\n"), strings.Join(links, "\n"), strconv.Itoa(e.Importance),
	}, claimCells(e.Claim)...)
}

func reportRow(r *briefings.Report) []string {
	return append([]string{
		string(r.ID), string(r.Kind), r.Text, r.Detail, string(r.Subject), string(r.Issue), string(r.Place),
		strings.Join(stringsOf(r.About), "; "), string(r.Trend), r.Why, r.Next, r.NextUpdate.String(),
		string(r.Drift), string(r.State), strconv.Itoa(r.Importance),
	}, claimCells(r.Claim)...)
}

func claimCells(c briefings.Claim) []string {
	at := func(t time.Time) string { return formatInstant(t, nil, beginning) }
	return []string{
		c.Occurred.String(), c.Attribution, string(c.Confidence), string(c.Nature),
		strings.Join(stringsOf(c.Sources), "; "), at(c.Recorded), at(c.VerifiedUntil), c.VerifiedBy,
	}
}

func csvText(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = guard(cell)
		}
		if err := w.Write(cells); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// guard puts a ' before a cell that a spreadsheet would take for a formula
// (SECURITY control 18): one that begins with = + - @, a tab or a line break,
// or with the wide forms of those signs, which some versions take alike. A
// cell in which such a sign follows a ' of its own gets another, so that
// taking one ' away always gives the text back.
func guard(cell string) string {
	rest := strings.TrimLeft(cell, "'")
	if rest != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", firstRune(rest)) {
		return "'" + cell
	}
	return cell
}
