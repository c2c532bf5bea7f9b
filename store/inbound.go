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

var errEvent = briefings.Errorf(briefings.ErrInvalid, "An event without an id that can be kept cannot be claimed.")

// Claim reports whether an event has not had its effect yet, and takes note that
// it has. See briefings.Store.
func (s *Store) Claim(ctx context.Context, book briefings.BookID, p briefings.Platform, event string, now time.Time) (first bool, err error) {
	if event == "" || !validText(event) || !validText(string(p)) {
		return false, errEvent
	}
	err = s.write(ctx, "claim an event of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		first, err = claimEvent(ctx, t, b.id, string(p), event, now)
		return err
	})
	return first && err == nil, err
}

// claimEvent takes note of an event, and reports whether it is new.
func claimEvent(ctx context.Context, t *txn, book, platform, event string, now time.Time) (first bool, err error) {
	claimed, err := textColumn(ctx, t, `INSERT INTO inbound (book, platform, event_id, seen_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (book, platform, event_id) DO NOTHING RETURNING event_id`, book, platform, event, millis(now))
	return len(claimed) > 0, err
}
