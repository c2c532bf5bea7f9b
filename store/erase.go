package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/briefbot/briefbot/briefings"
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
			if err := h.erase(ctx, a); err != nil {
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
func (h *history) erase(ctx context.Context, a briefings.Actor) error {
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
