package bookfile

import (
	"bytes"
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// tomlMark is the first line of every file that WriteTOML writes. Only files
// that begin with it are ever replaced.
const tomlMark = "# A briefing book, exported by briefbot. The next export to this place replaces this file.\n"

// WriteTOML writes a book as TOML: as one file where path ends in .toml, else
// as a folder with a file for each kind of record that the book has. Read
// makes the same contents of it; equal contents always give equal files.
//
// What an earlier export wrote at path is replaced, each file at once: nobody
// ever sees half of one. Where anything else is there, WriteTOML changes
// nothing and returns briefings.ErrConflict; hidden files don't count.
// ErrInvalid is for records that have no TOML form.
func WriteTOML(path string, c *briefings.Contents) error {
	if isTOML(path) {
		text, err := EncodeTOML(c)
		if err != nil {
			return err
		}
		return replaceFile(path, text, tomlMark)
	}
	texts, err := newWriter(c).files(c)
	if err != nil {
		return err
	}
	out := folder{mark: tomlMark}
	for _, s := range specs {
		out.names = append(out.names, s.file)
		if text := texts[s.file]; text != nil {
			out.files = append(out.files, outFile{s.file, append([]byte(tomlMark), text...)})
		}
	}
	return out.replace(filepath.Clean(path))
}

// EncodeTOML returns a book as the text of one TOML file. Its error is
// ErrInvalid, for records that have no TOML form.
func EncodeTOML(c *briefings.Contents) ([]byte, error) {
	texts, err := newWriter(c).files(c)
	if err != nil {
		return nil, err
	}
	all := bytes.NewBufferString(tomlMark)
	for _, s := range specs {
		all.Write(texts[s.file])
	}
	return all.Bytes(), nil
}

// writer writes records as tables.
type writer struct {
	zone     *time.Location // in which dates are written; nil where there is no book to say
	recorded time.Time      // the book's default, zero for none
}

// newWriter chooses the default of recorded: the earliest there is. Later ones
// belong to what was added since, so that it stays the same as the book grows
// and a record that does not change is written as before.
func newWriter(c *briefings.Contents) *writer {
	w := new(writer)
	if c.Book == nil {
		return w
	}
	w.zone = c.Book.Location()
	for _, r := range c.Records() {
		claim := briefings.ClaimOf(r)
		switch {
		case claim == nil:
		case claim.Recorded.IsZero(): // it could not be told from the default
			w.recorded = time.Time{}
			return w
		case w.recorded.IsZero() || claim.Recorded.Before(w.recorded):
			w.recorded = claim.Recorded
		}
	}
	return w
}

// files returns the text of each file that has records, by its name.
func (w *writer) files(c *briefings.Contents) (map[string][]byte, error) {
	records := c.Records()
	slices.SortStableFunc(records, compareRecords)
	texts := map[string][]byte{}
	written := 0
	for _, s := range specs {
		for _, r := range records {
			if !s.has(r) {
				continue
			}
			written++
			text := w.table(s, r)
			if !utf8.ValidString(text) {
				return nil, briefings.Errorf(briefings.ErrInvalid, "%s %s: A text is not UTF-8, so it cannot be written. Correct it first.", s.name, r.Ref().ID)
			}
			texts[s.file] = append(texts[s.file], text...)
		}
	}
	if written != len(records) {
		return nil, briefings.Errorf(briefings.ErrInvalid, "%d records are of no known kind, so they cannot be written.", len(records)-written)
	}
	return texts, nil
}

// compareRecords orders the records of one file: reports by what they are of,
// then by time, and all else by id.
func compareRecords(a, b briefings.Record) int {
	x, isReport := a.(*briefings.Report)
	y, both := b.(*briefings.Report)
	if isReport && both && x.Kind == y.Kind && x.Kind != briefings.Event && x.Kind != briefings.Statement {
		if c := cmp.Or(cmp.Compare(x.Issue, y.Issue), cmp.Compare(x.Subject, y.Subject)); c != 0 {
			return c
		}
	}
	if isReport && both {
		if c := x.Claim.Occurred.Compare(y.Claim.Occurred); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.Ref().ID, b.Ref().ID)
}

// table writes one record.
func (w *writer) table(s *spec, r briefings.Record) string {
	var b strings.Builder
	b.WriteString("\n" + s.header() + "\n")
	for _, f := range s.fields {
		if v := f.write(w, r); v != "" {
			b.WriteString(f.key + " = " + v + "\n")
		}
	}
	return b.String()
}

// text writes a string as a value, over several lines if it has several. An
// empty one is left out.
func (w *writer) text(s string) string {
	switch {
	case s == "":
		return ""
	case strings.Contains(s, "\n"):
		return "\"\"\"\n" + escape(s, true) + "\n\"\"\""
	default:
		return w.quote(s)
	}
}

// quote writes a string on one line, with the quotes that need fewer escapes.
func (w *writer) quote(s string) string {
	plain := !strings.ContainsFunc(s, func(r rune) bool { return r == '\'' || hidden(r) })
	if plain && strings.ContainsAny(s, `"\`) {
		return "'" + s + "'"
	}
	return `"` + escape(s, false) + `"`
}

// escape writes the text between double quotes, or between three of them.
// Invisible characters are written by their numbers, so that whoever reviews
// a file sees them.
func escape(s string, lines bool) string {
	var b strings.Builder
	quotes := 0
	for i, r := range s {
		if r == '"' {
			quotes++
		} else {
			quotes = 0
		}
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			b.WriteByte(s[i]) // refused as a whole, later
		case r == '\n' && lines, r == '"' && lines && quotes%3 != 0:
			b.WriteRune(r)
		case r == '"', r == '\\':
			b.WriteString(`\` + string(r))
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case hidden(r) && r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		case hidden(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// list writes a list of strings. An empty one is left out.
func (w *writer) list(list []string) string {
	if len(list) == 0 {
		return ""
	}
	items := make([]string, len(list))
	for i, s := range list {
		items[i] = w.quote(s)
	}
	return w.items(items)
}

// maxListRunes is the longest list that is written on one line.
const maxListRunes = 90

// items writes a list of values, one a line if they are long.
func (w *writer) items(items []string) string {
	if all := strings.Join(items, ", "); utf8.RuneCountInString(all) <= maxListRunes {
		return "[" + all + "]"
	}
	return "[\n  " + strings.Join(items, ",\n  ") + ",\n]"
}

// instant writes a time, as a date where it is the edge of one.
func (w *writer) instant(t time.Time, of edge) string { return formatInstant(t, w.zone, of) }
