package store

import (
	"context"

	"github.com/briefbot/briefbot/briefings"
)

// do runs a deed that changes no record, in one transaction, with the row of the book
// locked. f has its effect and notes it.
func (s *Store) do(ctx context.Context, doing string, book briefings.BookID, d briefings.Deed, f func(*history) error) error {
	return s.write(ctx, doing, func(t *txn) error {
		b, err := s.book(ctx, t, book, s.dialect.forUpdate())
		if err != nil {
			return err
		}
		h := &history{s: s, t: t, book: b}
		if err := h.claim(ctx, d); err != nil {
			return err
		}
		if err := f(h); err != nil {
			return err
		}
		return h.finish(ctx)
	})
}

// claim returns ErrRepeated where the event of the deed has had its effect. A deed
// that fails takes its claim back with it, so that it may be tried again.
func (h *history) claim(ctx context.Context, d briefings.Deed) error {
	if d.Event == "" {
		return nil
	}
	if !validText(d.Event) || !validText(string(d.Actor.Platform)) {
		return errEvent
	}
	first, err := claimEvent(ctx, h.t, h.book.id, string(d.Actor.Platform), briefings.DeedEvent+d.Event, d.At)
	if err == nil && !first {
		return briefings.Errorf(briefings.ErrRepeated, "That was done already.")
	}
	return err
}
