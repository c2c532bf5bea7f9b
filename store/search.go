package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/briefbot/briefbot/briefings"
)

// Search returns the records whose text matches. See briefings.Store.
func (s *Store) Search(ctx context.Context, book briefings.BookID, q briefings.TextQuery) ([]briefings.Hit, error) {
	if q.Limit <= 0 {
		return nil, fmt.Errorf("search %s: the limit is %d", book, q.Limit)
	}
	terms := foldTerms(q.Terms)
	asOf := int64(forever - 1)
	if !q.AsOf.IsZero() {
		asOf = millis(q.AsOf)
	}
	var hits []briefings.Hit
	err := s.read(ctx, "search "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil || len(terms) == 0 {
			return err
		}
		query, args := s.dialect.search(b, terms, q.Any, asOf, q.Limit)
		rows, err := t.query(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var h briefings.Hit
			if err := rows.Scan(&h.Ref.Kind, &h.Ref.ID, &h.Rank); err != nil {
				return err
			}
			hits = append(hits, h)
		}
		return rows.Err()
	})
	return hits, err
}

// refoldBatch is how many revisions are read at once.
const refoldBatch = 500

// refold makes all texts again where another version folded them, from the
// revisions.
func (s *Store) refold(ctx context.Context, t *txn) error {
	var version string
	err := t.row(ctx, `SELECT value FROM meta WHERE name = $1`, []any{"words"}, &version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if version == wordsVersion {
		return nil
	}
	if err := s.dialect.clearTexts(ctx, t); err != nil {
		return err
	}
	books, err := textColumn(ctx, t, `SELECT id FROM books ORDER BY ordinal`)
	if err != nil {
		return err
	}
	for _, id := range books {
		b, err := s.book(ctx, t, briefings.BookID(id), s.dialect.forUpdate())
		if err != nil {
			return err
		}
		if err := s.refoldBook(ctx, t, b); err != nil {
			return fmt.Errorf("fold the words of %s: %w", id, err)
		}
	}
	return t.exec(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, "words", wordsVersion)
}

// refoldBook makes the texts of one book, which has none.
func (s *Store) refoldBook(ctx context.Context, t *txn, b *bookRow) error {
	h := history{s: s, t: t, book: b}
	open := map[briefings.Ref]int64{} // the seq of the text that stands
	for after := int64(0); ; {
		batch, err := readRevisions(ctx, t, b.id, after, refoldBatch)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, v := range batch {
			if seq, ok := open[v.ref]; ok {
				if err := s.dialect.closeText(ctx, t, b, seq, v.recorded); err != nil {
					return err
				}
			}
			open[v.ref] = v.seq
			r, err := decodeBody(v.ref.Kind, v.body, v.number, v.recorded)
			if err != nil {
				return err
			}
			if err := h.addText(ctx, v.seq, v.recorded, r); err != nil {
				return err
			}
			after = v.seq
		}
	}
}
