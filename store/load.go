package store

import (
	"context"
	"database/sql"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Books returns the ids of all books. See briefings.Store.
func (s *Store) Books(ctx context.Context) ([]briefings.BookID, error) {
	var ids []briefings.BookID
	err := s.read(ctx, "list books", func(t *txn) error {
		list, err := textColumn(ctx, t, `SELECT id FROM books ORDER BY ordinal`)
		for _, id := range list {
			ids = append(ids, briefings.BookID(id))
		}
		return err
	})
	return ids, err
}

// Marks returns how far the book has come. See briefings.Store.
func (s *Store) Marks(ctx context.Context, book briefings.BookID) (briefings.Marks, error) {
	var m briefings.Marks
	err := s.read(ctx, "marks of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err == nil {
			m = briefings.Marks{Seq: b.seq, Audit: b.audit}
		}
		return err
	})
	return m, err
}

// Load returns the book as it stands or stood. See briefings.Store.
func (s *Store) Load(ctx context.Context, book briefings.BookID, asOf time.Time) (*briefings.Contents, error) {
	c := &briefings.Contents{}
	err := s.read(ctx, "load "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		if asOf.IsZero() {
			c.Seq = b.seq
			return load(ctx, t, c, loadNow, b.id)
		}
		if err := load(ctx, t, c, loadHeads, b.id, millis(asOf)); err != nil {
			return err
		}
		return load(ctx, t, c, loadOlder, b.id, millis(asOf))
	})
	if err != nil {
		return nil, err
	}
	order(c)
	return c, nil
}

const loadNow = `SELECT kind, number, seq, recorded, body FROM records WHERE book = $1 AND deleted = 0`

// The book as of a moment is the heads that were recorded by then, and of the
// records that have moved on since, the newest revision recorded by then,
// which the index of (book, kind, id, number) finds from its end. So it costs
// what has changed since. Tombstones are read for their seq.
const (
	loadHeads = `SELECT kind, number, seq, recorded, body FROM records
WHERE book = $1 AND (recorded <= $2 OR kind IN ('book', 'source'))`
	loadOlder = `SELECT v.kind, v.number, v.seq, v.recorded, v.body
FROM records r JOIN revisions v ON v.book = r.book AND v.kind = r.kind AND v.id = r.id AND v.number = (
  SELECT n.number FROM revisions n WHERE n.book = r.book AND n.kind = r.kind AND n.id = r.id AND n.recorded <= $2
  ORDER BY n.number DESC LIMIT 1)
WHERE r.book = $1 AND r.recorded > $2 AND r.kind IN ('entry', 'report', 'suggestion')`
)

// loadBatch is how many rows are handed from the engine to a decoder at once.
const loadBatch = 256

// batch is some rows of a load, and what they say.
type batch struct {
	rows    []loadRow
	records []briefings.Record
	err     error
}

type loadRow struct {
	kind             briefings.RecordKind
	number, recorded int64
	body             sql.NullString
}

// load adds the records of the rows to c. The bodies are decoded while the
// engine reads on.
func load(ctx context.Context, t *txn, c *briefings.Contents, query string, args ...any) error {
	rows, err := t.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	work := make(chan *batch, runtime.GOMAXPROCS(0))
	var decoders sync.WaitGroup
	for range cap(work) {
		decoders.Go(func() {
			for b := range work {
				b.decode()
			}
		})
	}
	batches, err := readBatches(rows, &c.Seq, work)
	close(work)
	decoders.Wait()
	if err != nil {
		return err
	}
	for _, b := range batches {
		if b.err != nil {
			return b.err
		}
		add(c, b.records)
	}
	return nil
}

// readBatches reads the rows and sends them to be decoded. It raises seq to
// the newest that it sees.
func readBatches(rows *sql.Rows, seq *int64, work chan<- *batch) ([]*batch, error) {
	var batches []*batch
	b := &batch{}
	for rows.Next() {
		var r loadRow
		var kind sql.RawBytes
		var at int64
		if err := rows.Scan(&kind, &r.number, &at, &r.recorded, &r.body); err != nil {
			return nil, err
		}
		r.kind = kindOf(kind)
		*seq = max(*seq, at)
		if len(b.rows) == loadBatch {
			work <- b
			batches = append(batches, b)
			b = &batch{}
		}
		if b.rows == nil {
			b.rows = make([]loadRow, 0, loadBatch)
		}
		b.rows = append(b.rows, r)
	}
	work <- b
	return append(batches, b), rows.Err()
}

// kindOf returns a stored kind without making a string for each row.
func kindOf(b []byte) briefings.RecordKind {
	for _, kind := range briefings.RecordKinds {
		if string(b) == string(kind) {
			return kind
		}
	}
	return briefings.RecordKind(b)
}

func (b *batch) decode() {
	b.records = make([]briefings.Record, len(b.rows))
	for i, r := range b.rows {
		if b.records[i], b.err = decodeBody(r.kind, r.body, r.number, r.recorded); b.err != nil {
			return
		}
	}
	b.rows = nil
}

// add adds records to the contents; nil ones are tombstones, and suggestions that are
// settled are read in the history.
func add(c *briefings.Contents, records []briefings.Record) {
	for _, r := range records {
		switch r := r.(type) {
		case *briefings.Book:
			c.Book = r
		case *briefings.Source:
			c.Sources = append(c.Sources, r)
		case *briefings.Entry:
			c.Entries = append(c.Entries, r)
		case *briefings.Report:
			c.Reports = append(c.Reports, r)
		case *briefings.Suggestion:
			if r.State == briefings.Waiting {
				c.Suggestions = append(c.Suggestions, r)
			}
		}
	}
}

// order sorts the records by id. SQLite returns them so.
func order(c *briefings.Contents) {
	sortBy(c.Sources, func(s *briefings.Source) string { return string(s.ID) })
	sortBy(c.Entries, func(e *briefings.Entry) string { return string(e.ID) })
	sortBy(c.Reports, func(r *briefings.Report) string { return string(r.ID) })
	sortBy(c.Suggestions, func(s *briefings.Suggestion) string { return string(s.ID) })
}

func sortBy[T any](list []T, key func(T) string) {
	compare := func(a, b T) int { return strings.Compare(key(a), key(b)) }
	if !slices.IsSortedFunc(list, compare) {
		slices.SortFunc(list, compare)
	}
}
