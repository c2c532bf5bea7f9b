package store

import (
	"context"
	"fmt"

	"github.com/briefbot/briefbot/briefings"
)

// Restore makes a book from its whole history. Its audit is empty: who restored it did
// none of what the history tells. See briefings.Store.
func (s *Store) Restore(ctx context.Context, book briefings.BookID, revisions []briefings.Revision) error {
	if len(revisions) == 0 || !validText(string(book)) {
		return briefings.Errorf(briefings.ErrInvalid, "The history of the book %q is empty.", book)
	}
	return s.write(ctx, "restore "+string(book), func(t *txn) error {
		b, err := s.createBook(ctx, t, book, revisions[0].At)
		if err != nil {
			return err
		}
		if b.seq != 0 {
			return briefings.Errorf(briefings.ErrConflict, "There is already a book %q. Give the restored one another store, or move that one away first.", book)
		}
		h := history{s: s, t: t, book: b}
		for _, v := range revisions {
			if err := h.restore(ctx, v); err != nil {
				return err
			}
		}
		return h.finish(ctx)
	})
}

// restore appends one revision as it was.
func (h *history) restore(ctx context.Context, v briefings.Revision) error {
	prev, err := h.head(ctx, v.Ref)
	if err != nil {
		return err
	}
	e := briefings.Edit{Base: v.Number - 1, Put: v.After}
	if v.After == nil {
		e.Delete = v.Ref
	}
	if err := h.check(e, v.Ref); err != nil {
		return err
	}
	r := row{ref: v.Ref, number: v.Number, at: millis(v.At), recorded: millis(v.Recorded), actor: v.Actor, via: cleanText(v.Via), why: cleanText(v.Why)}
	broken := func(why string) error {
		return briefings.Errorf(briefings.ErrInvalid, "The history cannot be restored: revision %d, of the %s %q, %s.", v.Seq, v.Ref.Kind, v.Ref.ID, why)
	}
	switch {
	case v.Seq != h.book.seq+1:
		return broken(fmt.Sprintf("comes where revision %d should be", h.book.seq+1))
	case v.Seq == 1 && v.Ref.Kind != briefings.BookRecord:
		return broken("comes before the settings of the book")
	case v.Number != prev.number+1:
		return broken(fmt.Sprintf("is its number %d and follows number %d", v.Number, prev.number))
	case v.After == nil && !prev.body.Valid:
		return broken("deletes what is not there")
	case v.After != nil && v.After.Ref() != v.Ref:
		return broken(fmt.Sprintf("holds the %s %q", v.After.Ref().Kind, v.After.Ref().ID))
	case v.At.IsZero() || v.Recorded.IsZero():
		return broken("does not say when it was made")
	case r.recorded < prev.recorded:
		return broken("was recorded before the one that it follows")
	}
	if v.After != nil {
		if r.body, err = encodeBody(v.After, fromMillis(r.recorded)); err != nil {
			return err
		}
	}
	after, err := decodeBody(v.Ref.Kind, r.body, r.number, r.recorded)
	if err != nil {
		return err
	}
	return h.append(ctx, r, prev, after)
}
