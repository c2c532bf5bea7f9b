package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Erase removes what the book knows of accounts. Their rows in actors stay, with a
// number for a name: revisions and the audit go on to name them, and nobody knows who
// they were. Who comes back is somebody new. See briefings.Store.
func (s *Store) Erase(ctx context.Context, book briefings.BookID, d briefings.Deed, accounts []briefings.Actor) error {
	if len(accounts) == 0 {
		return briefings.Errorf(briefings.ErrInvalid, "Name the account whose data is to be erased.")
	}
	if err := checkAccounts(accounts...); err != nil {
		return err
	}
	return s.do(ctx, "erase accounts in "+string(book), book, d, func(h *history) error {
		// The row of the audit is of the first, whether or not it has done anything
		// before: whoever asks is erased with it, and must not be named again.
		nobody, err := h.actor(ctx, accounts[0])
		if err != nil {
			return err
		}
		for _, a := range accounts {
			if err := h.erase(ctx, a, d.At); err != nil {
				return err
			}
		}
		row := done("accounts: %d", len(accounts))
		row.actor = nobody
		return h.note(ctx, d, row)
	})
}

// Accounts returns the accounts of a user. See briefings.Store.
func (s *Store) Accounts(ctx context.Context, book briefings.BookID, p briefings.Platform, u briefings.UserID) ([]briefings.Actor, error) {
	var list []briefings.Actor
	err := s.read(ctx, "accounts in "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil || !validText(string(p)) || !validText(string(u)) {
			return err
		}
		rows, err := t.query(ctx, `SELECT workspace FROM actors WHERE book = $1 AND platform = $2 AND user_id = $3
UNION SELECT workspace FROM looks WHERE book = $1 AND platform = $2 AND user_id = $3 ORDER BY 1`, b.id, string(p), string(u))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			a := briefings.Actor{Platform: p, User: u}
			if err := rows.Scan(&a.Workspace); err != nil {
				return err
			}
			list = append(list, a)
		}
		return rows.Err()
	})
	return list, err
}

// erase removes what the book knows of one account.
func (h *history) erase(ctx context.Context, a briefings.Actor, at time.Time) error {
	key := actorKey(h.book.id, a)
	for _, query := range [...]string{
		`DELETE FROM looks WHERE book = $1 AND platform = $2 AND workspace = $3 AND user_id = $4`,
		`DELETE FROM offers WHERE book = $1 AND platform = $2 AND workspace = $3 AND user_id = $4`,
	} {
		if err := h.t.exec(ctx, query, key...); err != nil {
			return err
		}
	}
	n, err := h.known(ctx, a)
	if err != nil || n == 0 {
		return err
	}
	if err := h.t.exec(ctx, `DELETE FROM grants WHERE book = $1 AND grantee = $2 AND id = $3`, h.book.id, string(briefings.ToUser), strconv.FormatInt(n, 10)); err != nil {
		return err
	}
	if err := h.t.exec(ctx, `DELETE FROM persons WHERE book = $1 AND actor = $2`, h.book.id, n); err != nil {
		return err
	}
	if err := h.eraseFromLedger(ctx, a, n, at); err != nil {
		return err
	}
	// A history that was restored may bring a name of this form with it.
	for k := n; ; k++ {
		a.User = briefings.UserID(fmt.Sprint("erased-", k))
		if taken, err := h.known(ctx, a); err != nil {
			return err
		} else if taken == 0 || taken == n {
			return h.t.exec(ctx, `UPDATE actors SET user_id = $1 WHERE book = $2 AND number = $3`, string(a.User), h.book.id, n)
		}
	}
}

// eraseFromLedger removes what the ledger keeps for an account, and stops what is on its
// way to it. The runs and deliveries stay, with their keys, which name nobody.
func (h *history) eraseFromLedger(ctx context.Context, a briefings.Actor, n int64, at time.Time) error {
	if err := touch(ctx, h.t, h.book.id, at); err != nil {
		return err
	}
	for _, query := range [...]string{
		`DELETE FROM watches WHERE book = $1 AND (owner = $2 OR person = $2)`,
		`DELETE FROM pins WHERE book = $1 AND person = $2`,
		`DELETE FROM places WHERE book = $1 AND person = $2`,
		`DELETE FROM postings WHERE book = $1 AND channel = '' AND (platform, workspace, message) IN (
  SELECT platform, workspace, message FROM deliveries WHERE book = $1 AND person = $2 AND person <> 0 AND channel = '' AND message <> '')`,
	} {
		if err := h.t.exec(ctx, query, h.book.id, n); err != nil {
			return err
		}
	}
	if err := h.t.exec(ctx, `UPDATE deliveries SET fence = fence + 1, state = 'dropped', class = 'erased', detail = '', lease = 0, next_at = 0, claimed = 0, wake = NULL, moved = $1
WHERE book = $2 AND person = $3 AND person <> 0 AND channel = '' AND wake IS NOT NULL`, moment(at), h.book.id, n); err != nil {
		return err
	}
	// What was sent is not looked for, or corrected, any more.
	if err := h.t.exec(ctx, `UPDATE deliveries SET message = '', thread = '', ever_unsure = 0 WHERE book = $1 AND person = $2 AND person <> 0 AND channel = ''`, h.book.id, n); err != nil {
		return err
	}
	if err := h.t.exec(ctx, `DELETE FROM settings WHERE book = $1 AND value = $2`, h.book.id, delivery.Direct(a).String()); err != nil {
		return err
	}
	return h.eraseFromSchedules(ctx, n)
}

// eraseFromSchedules takes the direct messages with a person out of schedules. Their
// revision rises, so that no planner goes on with what it has read.
func (h *history) eraseFromSchedules(ctx context.Context, n int64) error {
	changed := map[string]string{}
	err := scan(ctx, h.t, `SELECT id, places FROM schedules WHERE book = $1 AND places LIKE $2`, []any{h.book.id, fmt.Sprintf(`%%"person":%d}%%`, n)}, func(row scanner) error {
		var id, text string
		var list []place
		if err := row.Scan(&id, &text); err != nil {
			return err
		}
		if err := fromJSON(text, &list); err != nil {
			return err
		}
		var err error
		changed[id], err = toJSON(slices.DeleteFunc(list, func(p place) bool { return p.Person == n }))
		return err
	})
	for id, places := range changed {
		if err == nil {
			err = h.t.exec(ctx, `UPDATE schedules SET places = $1, rev = rev + 1 WHERE book = $2 AND id = $3`, places, h.book.id, id)
		}
	}
	return err
}
