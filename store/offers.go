package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// maxDropped is how many offers are dropped at once, so that no writer waits
// long for it.
const maxDropped = 2000

// PutOffers keeps offers. See briefings.Store.
func (s *Store) PutOffers(ctx context.Context, book briefings.BookID, offers []briefings.Offer) error {
	rows := make([][]any, len(offers)) // made before anybody has to wait for them
	for i, o := range offers {
		if err := o.Check(); err != nil {
			return err
		}
		if o.Book != book {
			return briefings.Errorf(briefings.ErrInvalid, "An offer of the book %q cannot be kept in the book %q.", o.Book, book)
		}
		choices, err := json.Marshal(o.Choices)
		if err != nil {
			return fmt.Errorf("encode an offer: %w", err)
		}
		shared := 0
		if o.Shared {
			shared = 1
		}
		rows[i] = []any{string(book), o.Token, string(o.Actor.Platform), string(o.Actor.Workspace), string(o.Actor.User), shared, string(choices), millis(o.Expires)}
	}
	return s.write(ctx, "put offers into "+string(book), func(t *txn) error {
		if _, err := s.book(ctx, t, book, ""); err != nil {
			return err
		}
		for _, row := range rows {
			err := t.exec(ctx, `INSERT INTO offers (book, token, platform, workspace, user_id, shared, choices, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (book, token) DO UPDATE SET platform = excluded.platform, workspace = excluded.workspace, user_id = excluded.user_id,
shared = excluded.shared, choices = excluded.choices, expires_at = excluded.expires_at`, row...)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Offer returns the offer of a token. See briefings.Store.
func (s *Store) Offer(ctx context.Context, book briefings.BookID, token string, now time.Time) (briefings.Offer, error) {
	unknown := briefings.Errorf(briefings.ErrNotFound, "That button is not known here, or is no longer good. Ask again.")
	if !validText(string(book)) || !briefings.IsToken(token) {
		return briefings.Offer{}, unknown
	}
	o := briefings.Offer{Token: token, Book: book}
	err := s.read(ctx, "offer of "+string(book), func(t *txn) error {
		var shared, expires int64
		var choices string
		err := t.row(ctx, `SELECT platform, workspace, user_id, shared, choices, expires_at FROM offers
WHERE book = $1 AND token = $2 AND expires_at > $3`, []any{string(book), token, millis(now)},
			&o.Actor.Platform, &o.Actor.Workspace, &o.Actor.User, &shared, &choices, &expires)
		if errors.Is(err, sql.ErrNoRows) {
			return unknown
		}
		if err != nil {
			return err
		}
		o.Shared, o.Expires = shared != 0, fromMillis(expires)
		return json.Unmarshal([]byte(choices), &o.Choices)
	})
	if err != nil {
		return briefings.Offer{}, err
	}
	return o, nil
}

// DropOffers removes offers that have expired, and forgets old events. See
// briefings.Store.
func (s *Store) DropOffers(ctx context.Context, book briefings.BookID, now time.Time) (n int, err error) {
	err = s.write(ctx, "drop offers of "+string(book), func(t *txn) error {
		// The lock makes two of them follow each other: they take rows in no order.
		b, err := s.book(ctx, t, book, s.dialect.forUpdate())
		if err != nil {
			return err
		}
		dropped, err := textColumn(ctx, t, `DELETE FROM offers WHERE book = $1 AND token IN (
  SELECT token FROM offers WHERE book = $1 AND expires_at <= $2 ORDER BY expires_at, token LIMIT $3) RETURNING token`,
			b.id, millis(now), maxDropped)
		if n = len(dropped); err != nil {
			return err
		}
		return t.exec(ctx, `DELETE FROM inbound WHERE book = $1 AND seen_at <= $2`, b.id, millis(now.Add(-inboundLife)))
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
