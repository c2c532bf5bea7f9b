package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/briefbot/briefbot/briefings"
)

// Bind ties a workspace to a book. A deed of nobody, such as what a config file says
// at each start, has no row in the audit. See briefings.Store.
func (s *Store) Bind(ctx context.Context, d briefings.Deed, b briefings.Binding) error {
	return s.do(ctx, "bind to "+string(b.Book), b.Book, d, func(h *history) error {
		changed, err := textColumn(ctx, h.t, `INSERT INTO bindings (platform, workspace, book) VALUES ($1, $2, $3)
ON CONFLICT (platform, workspace) DO UPDATE SET book = excluded.book WHERE bindings.book <> excluded.book RETURNING book`,
			cleanText(string(b.Platform)), cleanText(string(b.Workspace)), h.book.id)
		if err != nil || len(changed) == 0 || d.Actor == (briefings.Actor{}) {
			return err
		}
		return h.note(ctx, d, done("%s", placeOf(b.Platform, b.Workspace)))
	})
}

// Binding returns the book of a workspace. See briefings.Store.
func (s *Store) Binding(ctx context.Context, p briefings.Platform, w briefings.Workspace) (briefings.Binding, error) {
	b := briefings.Binding{Platform: p, Workspace: w}
	err := s.read(ctx, "binding of "+string(p), func(t *txn) error {
		err := t.row(ctx, `SELECT book FROM bindings WHERE platform = $1 AND workspace = $2`,
			[]any{cleanText(string(p)), cleanText(string(w))}, &b.Book)
		if errors.Is(err, sql.ErrNoRows) {
			return briefings.Errorf(briefings.ErrNotFound, "This workspace has no book yet.")
		}
		return err
	})
	if err != nil {
		return briefings.Binding{}, err
	}
	return b, nil
}

// Bindings returns the workspaces of a book, by platform and id. See briefings.Store.
func (s *Store) Bindings(ctx context.Context, book briefings.BookID) ([]briefings.Binding, error) {
	var list []briefings.Binding
	err := s.read(ctx, "bindings of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		rows, err := t.query(ctx, `SELECT platform, workspace FROM bindings WHERE book = $1`, b.id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			b := briefings.Binding{Book: book}
			if err := rows.Scan(&b.Platform, &b.Workspace); err != nil {
				return err
			}
			list = append(list, b)
		}
		return rows.Err()
	})
	// Not by the engine, which may sort by the rules of a language.
	slices.SortFunc(list, func(a, b briefings.Binding) int {
		return cmp.Or(cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Workspace, b.Workspace))
	})
	return list, err
}
