package store

import (
	"context"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// inboundLife is how long an event is known again, at the least: DropOffers forgets
// it later. Slack delivers one again for some minutes; a day leaves room for clocks
// that differ.
const inboundLife = 24 * time.Hour

// Claim reports whether an event has not had its effect yet, and takes note that
// it has. See briefings.Store.
func (s *Store) Claim(ctx context.Context, book briefings.BookID, p briefings.Platform, event string, now time.Time) (first bool, err error) {
	if event == "" || !validText(event) || !validText(string(p)) {
		return false, briefings.Errorf(briefings.ErrInvalid, "An event without an id that can be kept cannot be claimed.")
	}
	err = s.write(ctx, "claim an event of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		claimed, err := textColumn(ctx, t, `INSERT INTO inbound (book, platform, event_id, seen_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (book, platform, event_id) DO NOTHING RETURNING event_id`, b.id, string(p), event, millis(now))
		first = len(claimed) > 0
		return err
	})
	return first && err == nil, err
}
