package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// derived is a table that is made from others, by code that has a version. A
// store in which it was made by another version makes it again when it opens.
type derived struct {
	name    string // in meta
	version int
	make    func(*Store, context.Context, *txn) error
}

var derivations = []derived{
	{"words", wordsVersion, (*Store).refoldTexts},
	{"misses", names.FoldVersion, (*Store).refoldMisses},
}

// outdated returns what has to be made again.
func (s *Store) outdated(ctx context.Context, t *txn) ([]derived, error) {
	var list []derived
	for _, d := range derivations {
		var version string
		err := t.row(ctx, `SELECT value FROM meta WHERE name = $1`, []any{d.name}, &version)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		if version != strconv.Itoa(d.version) {
			list = append(list, d)
		}
	}
	return list, nil
}

// rederive makes again what is outdated.
func (s *Store) rederive(ctx context.Context, t *txn) error {
	list, err := s.outdated(ctx, t)
	for _, d := range list {
		if err := d.make(s, ctx, t); err != nil {
			return fmt.Errorf("make the %s again: %w", d.name, err)
		}
		if err := t.exec(ctx, `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, d.name, strconv.Itoa(d.version)); err != nil {
			return err
		}
	}
	return err
}

// revisionBatch is how many revisions are read at once.
const revisionBatch = 500

// refoldTexts makes all texts again from the revisions.
func (s *Store) refoldTexts(ctx context.Context, t *txn) error {
	if err := s.dialect.clearTexts(ctx, t); err != nil {
		return err
	}
	books, err := textColumn(ctx, t, `SELECT id FROM books ORDER BY ordinal`)
	if err != nil {
		return err
	}
	for _, id := range books {
		b, err := s.book(ctx, t, briefings.BookID(id), s.dialect.forUpdate())
		if err != nil {
			return err
		}
		if err := s.refoldBook(ctx, t, b); err != nil {
			return fmt.Errorf("book %s: %w", id, err)
		}
	}
	return nil
}

// refoldBook makes the texts of one book, which has none.
func (s *Store) refoldBook(ctx context.Context, t *txn, b *bookRow) error {
	h := history{s: s, t: t, book: b}
	open := map[briefings.Ref]int64{} // the seq of the text that stands
	for after := int64(0); ; {
		batch, err := readRevisions(ctx, t, b.id, after, revisionBatch)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, v := range batch {
			if seq, ok := open[v.ref]; ok {
				if err := s.dialect.closeText(ctx, t, b, seq, v.recorded); err != nil {
					return err
				}
			}
			open[v.ref] = v.seq
			r, err := decodeBody(v.ref.Kind, v.body, v.number, v.recorded)
			if err != nil {
				return err
			}
			if err := h.addText(ctx, v.seq, v.recorded, r); err != nil {
				return err
			}
			after = v.seq
		}
	}
}

// refoldMisses folds the queries again. Those that have become one are counted
// together.
func (s *Store) refoldMisses(ctx context.Context, t *txn) error {
	type miss struct {
		book, query        string
		count, first, last int64
	}
	rows, err := t.query(ctx, `SELECT book, query, count, first_at, last_at FROM misses WHERE fold_version <> $1`, int64(names.FoldVersion))
	if err != nil {
		return err
	}
	defer rows.Close()
	var list []miss
	for rows.Next() {
		var m miss
		if err := rows.Scan(&m.book, &m.query, &m.count, &m.first, &m.last); err != nil {
			return err
		}
		list = append(list, m)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, m := range list {
		if err := t.exec(ctx, `DELETE FROM misses WHERE book = $1 AND query = $2`, m.book, m.query); err != nil {
			return err
		}
		if folded := names.Fold(m.query); folded != "" {
			if err := addMiss(ctx, t, m.book, folded, m.count, m.first, m.last); err != nil {
				return err
			}
		}
	}
	return nil
}
