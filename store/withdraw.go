package store

import (
	"context"
	"slices"

	"github.com/briefbot/briefbot/briefings/delivery"
)

// withdrawQuery takes back what of a source waits: a message of which nothing was posted,
// and with it the parts behind it. $1 to $4 are the book, the source, when, and why.
const withdrawQuery = `UPDATE deliveries SET state = 'dropped', class = '', detail = $4, fence = fence + 1, next_at = 0, wake = NULL, moved = $3
WHERE book = $1 AND source = $2 AND wake IS NOT NULL AND state = 'pending' AND (root = '' OR root IN
  (SELECT f.id FROM deliveries f WHERE f.book = $1 AND f.source = $2 AND f.wake IS NOT NULL AND f.root = '' AND f.state = 'pending'))`

// withdraw takes back what of a source only waits, and says why: nobody wants it any
// more. Of what was begun the rest is posted.
func (h *history) withdraw(ctx context.Context, source, why string, at int64) error {
	return h.t.exec(ctx, withdrawQuery, h.book.id, cleanText(source), at, why)
}

// withdrawFrom takes back what waits for a place.
func (h *history) withdrawFrom(ctx context.Context, source, why string, at int64, p place) error {
	return h.t.exec(ctx, withdrawQuery+` AND platform = $5 AND workspace = $6 AND channel = $7 AND person = $8`,
		append([]any{h.book.id, cleanText(source), at, why}, p.columns()...)...)
}

// withdrawSchedule takes back what of a schedule waits that it does not want any more, as
// it is to be.
func (h *history) withdrawSchedule(ctx context.Context, x delivery.Schedule, at int64) error {
	list, err := readSchedules(ctx, h.t, h.book.id, ` AND id = $2`, string(x.ID))
	if err != nil || len(list) == 0 {
		return err
	}
	was := list[0]
	if x.State != delivery.Active {
		if x.State == was.State {
			return nil
		}
		return h.withdraw(ctx, string(x.ID), "the digest was "+string(x.State), at)
	}
	for _, p := range was.Places {
		if slices.Contains(x.Places, p) {
			continue
		}
		to, err := h.place(ctx, p)
		if err != nil {
			return err
		}
		if err := h.withdrawFrom(ctx, string(x.ID), "the digest does not go there any more", at, to); err != nil {
			return err
		}
	}
	return nil
}
