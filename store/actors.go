package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/briefbot/briefbot/briefings"
)

// actorKey returns what finds the rows of an account in a book.
func actorKey(book string, a briefings.Actor) []any {
	return []any{book, cleanText(string(a.Platform)), cleanText(string(a.Workspace)), cleanText(string(a.User))}
}

// checkAccounts refuses what cannot be an account. Two ids must not become one by
// being cleaned.
func checkAccounts(accounts ...briefings.Actor) error {
	for _, a := range accounts {
		if a.Platform == "" || a.User == "" || !validText(string(a.Platform)) || !validText(string(a.Workspace)) || !validText(string(a.User)) {
			return briefings.Errorf(briefings.ErrInvalid, "An account needs a platform and an id that are plain text.")
		}
	}
	return nil
}

// known returns the number of an actor in the book, 0 where it has none.
func (h *history) known(ctx context.Context, a briefings.Actor) (int64, error) {
	var n int64
	err := h.t.row(ctx, `SELECT number FROM actors WHERE book = $1 AND platform = $2 AND workspace = $3 AND user_id = $4`, actorKey(h.book.id, a), &n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// actor returns the number of an actor in the book, a new one where it has none.
func (h *history) actor(ctx context.Context, a briefings.Actor) (int64, error) {
	if n, ok := h.actors[a]; ok {
		return n, nil
	}
	n, err := h.known(ctx, a)
	if err == nil && n == 0 {
		if err = h.t.row(ctx, `SELECT COALESCE(MAX(number), 0) + 1 FROM actors WHERE book = $1`, []any{h.book.id}, &n); err == nil {
			err = h.t.exec(ctx, `INSERT INTO actors (book, platform, workspace, user_id, number) VALUES ($1, $2, $3, $4, $5)`, append(actorKey(h.book.id, a), n)...)
		}
	}
	if err != nil {
		return 0, err
	}
	if h.actors == nil {
		h.actors = map[briefings.Actor]int64{}
	}
	h.actors[a] = n
	return n, nil
}
