package store

import (
	"context"
	"fmt"

	"github.com/briefbot/briefbot/briefings"
)

// Search returns the records whose text matches. See briefings.Store.
func (s *Store) Search(ctx context.Context, book briefings.BookID, q briefings.TextQuery) ([]briefings.Hit, error) {
	if q.Limit <= 0 {
		return nil, fmt.Errorf("search %s: the limit is %d", book, q.Limit)
	}
	folded := textQuery{terms: foldTerms(q.Terms), anyTerm: q.Any, asOf: forever - 1, limit: q.Limit}
	if !q.AsOf.IsZero() {
		folded.asOf = millis(q.AsOf)
	}
	var hits []briefings.Hit
	err := s.read(ctx, "search "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil || len(folded.terms) == 0 {
			return err
		}
		rows, err := s.dialect.search(ctx, t, b, folded)
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
