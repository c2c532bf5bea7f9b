package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/briefbot/briefbot/briefings"
)

// placeOf names a workspace, as the audit does.
func placeOf(p briefings.Platform, w briefings.Workspace) string {
	if w == "" {
		return string(p)
	}
	return string(p) + "/" + string(w)
}

// Grant gives a role in place of what the grantee had. See briefings.Store.
func (s *Store) Grant(ctx context.Context, book briefings.BookID, d briefings.Deed, g briefings.Grant) error {
	if err := g.Check(); err != nil {
		return err
	}
	if !validText(string(g.Platform)) || !validText(string(g.Workspace)) || !validText(g.ID) {
		return briefings.Errorf(briefings.ErrInvalid, "A role is given to whom a platform names in plain text.")
	}
	return s.do(ctx, "grant a role in "+string(book), book, d, func(h *history) error {
		id, to := g.ID, string(g.To)
		switch g.To {
		case briefings.ToGroup:
			to = "group " + id
		case briefings.ToUser:
			n, err := h.actor(ctx, briefings.Actor{Platform: g.Platform, Workspace: g.Workspace, User: briefings.UserID(id)})
			if err != nil {
				return err
			}
			id = strconv.FormatInt(n, 10)
			to = "account " + id
		case briefings.ToDirect:
			to = "direct messages"
		}
		role := g.Role.String()
		if g.Role == briefings.NoRole {
			role = "no role"
		}
		if err := h.grant(ctx, g, id); err != nil {
			return err
		}
		return h.note(ctx, d, done("%s to %s of %s", role, to, placeOf(g.Platform, g.Workspace)))
	})
}

// grant keeps or removes a role; id names the grantee as it is stored.
func (h *history) grant(ctx context.Context, g briefings.Grant, id string) error {
	key := []any{h.book.id, string(g.Platform), string(g.Workspace), string(g.To), id}
	if g.Role == briefings.NoRole {
		return h.t.exec(ctx, `DELETE FROM grants WHERE book = $1 AND platform = $2 AND workspace = $3 AND grantee = $4 AND id = $5`, key...)
	}
	return h.t.exec(ctx, `INSERT INTO grants (book, platform, workspace, grantee, id, role) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (book, platform, workspace, grantee, id) DO UPDATE SET role = excluded.role`, append(key, g.Role.String())...)
}

// Link takes note that two accounts are one person's. See briefings.Store.
func (s *Store) Link(ctx context.Context, book briefings.BookID, d briefings.Deed, a, b briefings.Actor) error {
	if err := checkAccounts(a, b); err != nil {
		return err
	}
	if a == b {
		return briefings.Errorf(briefings.ErrInvalid, "An account is one person's already. Name another account of the person.")
	}
	return s.do(ctx, "link accounts in "+string(book), book, d, func(h *history) error {
		var accounts, persons [2]int64
		for i, who := range [...]briefings.Actor{a, b} {
			var err error
			if accounts[i], err = h.actor(ctx, who); err != nil {
				return err
			}
			if persons[i], err = h.person(ctx, accounts[i]); err != nil {
				return err
			}
		}
		if err := h.join(ctx, accounts, persons); err != nil {
			return err
		}
		return h.note(ctx, d, done("accounts %d and %d are one person's", accounts[0], accounts[1]))
	})
}

// person returns the number of the person to whom an account is linked, 0 for none.
func (h *history) person(ctx context.Context, account int64) (int64, error) {
	var n int64
	err := h.t.row(ctx, `SELECT person FROM persons WHERE book = $1 AND actor = $2`, []any{h.book.id, account}, &n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// join makes one person of the persons to whom two accounts belong. A number is
// given once: an account that leaves a person does not come back by it.
func (h *history) join(ctx context.Context, accounts, persons [2]int64) error {
	one := cmp.Or(persons[0], persons[1])
	if one == 0 {
		if err := h.t.row(ctx, `SELECT COALESCE(MAX(person), 0) + 1 FROM persons WHERE book = $1`, []any{h.book.id}, &one); err != nil {
			return err
		}
	}
	for i, account := range accounts {
		var err error
		switch {
		case persons[i] == 0:
			err = h.t.exec(ctx, `INSERT INTO persons (book, person, actor) VALUES ($1, $2, $3)`, h.book.id, one, account)
		case persons[i] != one:
			err = h.t.exec(ctx, `UPDATE persons SET person = $1 WHERE book = $2 AND person = $3`, one, h.book.id, persons[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Unlink takes note that an account is nobody else's. See briefings.Store.
func (s *Store) Unlink(ctx context.Context, book briefings.BookID, d briefings.Deed, a briefings.Actor) error {
	if err := checkAccounts(a); err != nil {
		return err
	}
	return s.do(ctx, "unlink an account in "+string(book), book, d, func(h *history) error {
		n, err := h.known(ctx, a)
		if err != nil {
			return err
		}
		if n == 0 { // the book has never seen it, and it need not begin to
			return h.note(ctx, d, done("an account is nobody else's"))
		}
		if err := h.t.exec(ctx, `DELETE FROM persons WHERE book = $1 AND actor = $2`, h.book.id, n); err != nil {
			return err
		}
		return h.note(ctx, d, done("account %d is nobody else's", n))
	})
}

// Rights returns who may do what. See briefings.Store.
func (s *Store) Rights(ctx context.Context, book briefings.BookID) (*briefings.Rights, error) {
	r := &briefings.Rights{}
	err := s.read(ctx, "rights of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		if r.Grants, err = readGrants(ctx, t, b.id); err != nil {
			return err
		}
		r.Persons, err = readPersons(ctx, t, b.id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// readGrants returns the grants of a book by platform, workspace and grantee. Only
// the id of a user is a number, and only that may be read as one.
func readGrants(ctx context.Context, t *txn, book string) ([]briefings.Grant, error) {
	rows, err := t.query(ctx, `SELECT g.platform, g.workspace, g.grantee, COALESCE(a.user_id, g.id), g.role
FROM grants g LEFT JOIN actors a ON a.book = g.book AND a.number = CASE WHEN g.grantee = 'user' THEN CAST(g.id AS BIGINT) END
WHERE g.book = $1`, book)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []briefings.Grant
	for rows.Next() {
		var g briefings.Grant
		var role string
		if err := rows.Scan(&g.Platform, &g.Workspace, &g.To, &g.ID, &role); err != nil {
			return nil, err
		}
		if g.Role, err = briefings.ParseRole(role); err != nil {
			return nil, fmt.Errorf("read a grant: %w", err)
		}
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b briefings.Grant) int {
		return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Workspace, b.Workspace),
			cmp.Compare(slices.Index(briefings.Grantees, a.To), slices.Index(briefings.Grantees, b.To)), cmp.Compare(a.ID, b.ID))
	})
	return list, rows.Err()
}

// readPersons returns the accounts of each person who has several, in their order,
// and the persons in that of their first accounts.
func readPersons(ctx context.Context, t *txn, book string) ([][]briefings.Actor, error) {
	rows, err := t.query(ctx, `SELECT p.person, a.platform, a.workspace, a.user_id
FROM persons p JOIN actors a ON a.book = p.book AND a.number = p.actor WHERE p.book = $1`, book)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byNumber := map[int64][]briefings.Actor{}
	for rows.Next() {
		var n int64
		var a briefings.Actor
		if err := rows.Scan(&n, &a.Platform, &a.Workspace, &a.User); err != nil {
			return nil, err
		}
		byNumber[n] = append(byNumber[n], a)
	}
	var persons [][]briefings.Actor
	for _, accounts := range byNumber {
		if len(accounts) > 1 {
			slices.SortFunc(accounts, compareActors)
			persons = append(persons, accounts)
		}
	}
	slices.SortFunc(persons, func(a, b []briefings.Actor) int { return compareActors(a[0], b[0]) })
	return persons, rows.Err()
}

func compareActors(a, b briefings.Actor) int {
	return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Workspace, b.Workspace), cmp.Compare(a.User, b.User))
}
