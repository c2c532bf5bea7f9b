package store

import (
	"context"
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

// Seq returns the number of the book's newest revision. See briefings.Store.
func (s *Store) Seq(ctx context.Context, book briefings.BookID) (int64, error) {
	var seq int64
	err := s.read(ctx, "seq of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err == nil {
			seq = b.seq
		}
		return err
	})
	return seq, err
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
WHERE r.book = $1 AND r.recorded > $2 AND r.kind IN ('entry', 'report')`
)

// load adds the records of the rows to c.
func load(ctx context.Context, t *txn, c *briefings.Contents, query string, args ...any) error {
	rows, err := t.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var kind string
		var number, seq, recorded int64
		var body []byte
		if err := rows.Scan(&kind, &number, &seq, &recorded, &body); err != nil {
			return err
		}
		c.Seq = max(c.Seq, seq)
		r, err := decodeBody(kind, body, number, recorded)
		if err != nil {
			return err
		}
		switch r := r.(type) {
		case *briefings.Book:
			c.Book = r
		case *briefings.Source:
			c.Sources = append(c.Sources, r)
		case *briefings.Entry:
			c.Entries = append(c.Entries, r)
		case *briefings.Report:
			c.Reports = append(c.Reports, r)
		}
	}
	return rows.Err()
}
