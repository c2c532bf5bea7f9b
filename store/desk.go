package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// maxMissRunes cuts what people typed; nobody answers a longer question by name.
const maxMissRunes = 200

// RecordMiss counts a question that found nothing. See briefings.Store.
func (s *Store) RecordMiss(ctx context.Context, book briefings.BookID, query string, at time.Time) error {
	query = missQuery(query)
	return s.write(ctx, "record a miss in "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil || query == "" {
			return err
		}
		return addMiss(ctx, t, b.id, query, 1, millis(at), millis(at))
	})
}

// missQuery returns a query as it is kept.
func missQuery(query string) string {
	query = cleanText(query)
	if utf8.RuneCountInString(query) > maxMissRunes {
		query = string([]rune(query)[:maxMissRunes])
	}
	return query
}

// addMiss counts a folded query so many times more.
func addMiss(ctx context.Context, t *txn, book, query string, count, first, last int64) error {
	return t.exec(ctx, `INSERT INTO misses (book, query, fold_version, count, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (book, query) DO UPDATE SET fold_version = excluded.fold_version, count = misses.count + excluded.count,
first_at = CASE WHEN excluded.first_at < misses.first_at THEN excluded.first_at ELSE misses.first_at END,
last_at = CASE WHEN excluded.last_at > misses.last_at THEN excluded.last_at ELSE misses.last_at END`,
		book, query, int64(names.FoldVersion), count, first, last)
}

// Misses returns what was not found. See briefings.Store.
func (s *Store) Misses(ctx context.Context, book briefings.BookID, limit int) ([]briefings.Miss, error) {
	var list []briefings.Miss
	err := s.read(ctx, "misses of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil || limit <= 0 {
			return err
		}
		rows, err := t.query(ctx, `SELECT query, count, first_at, last_at FROM misses WHERE book = $1 ORDER BY count DESC, last_at DESC, query LIMIT $2`, b.id, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var m briefings.Miss
			var first, last int64
			if err := rows.Scan(&m.Query, &m.Count, &first, &last); err != nil {
				return err
			}
			m.First, m.Last = fromMillis(first), fromMillis(last)
			list = append(list, m)
		}
		return rows.Err()
	})
	return list, err
}

// DropMiss forgets a question. See briefings.Store.
func (s *Store) DropMiss(ctx context.Context, book briefings.BookID, query string) error {
	return s.write(ctx, "drop a miss of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		return t.exec(ctx, `DELETE FROM misses WHERE book = $1 AND query = $2`, b.id, missQuery(query))
	})
}

// Look records how much of the book an actor has seen; it never falls. See
// briefings.Store.
func (s *Store) Look(ctx context.Context, book briefings.BookID, who briefings.Actor, seq int64, at time.Time) (before int64, err error) {
	err = s.write(ctx, "look at "+string(book), func(t *txn) error {
		// The lock makes two looks of one actor follow each other.
		b, err := s.book(ctx, t, book, s.dialect.forUpdate())
		if err != nil {
			return err
		}
		key := actorKey(b.id, who)
		err = t.row(ctx, `SELECT seq FROM looks WHERE book = $1 AND platform = $2 AND workspace = $3 AND user_id = $4`, key, &before)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		return t.exec(ctx, `INSERT INTO looks (book, platform, workspace, user_id, seq, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (book, platform, workspace, user_id) DO UPDATE SET seq = excluded.seq, at = excluded.at`, append(key, max(seq, before), millis(at))...)
	})
	return before, err
}

// Looked returns how much of the book an actor has seen. See briefings.Store.
func (s *Store) Looked(ctx context.Context, book briefings.BookID, who briefings.Actor) (seq int64, at time.Time, err error) {
	err = s.read(ctx, "looks at "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		var ms int64
		err = t.row(ctx, `SELECT seq, at FROM looks WHERE book = $1 AND platform = $2 AND workspace = $3 AND user_id = $4`, actorKey(b.id, who), &seq, &ms)
		if errors.Is(err, sql.ErrNoRows) {
			return briefings.Errorf(briefings.ErrNotFound, "This account has not looked at the book yet.")
		}
		at = fromMillis(ms)
		return err
	})
	if err != nil {
		return 0, time.Time{}, err
	}
	return seq, at, nil
}

// AddPosting remembers a copy; a message that is edited to show a newer
// revision is still one copy. It returns ErrNotFound where there is no such
// record. See briefings.Store.
func (s *Store) AddPosting(ctx context.Context, book briefings.BookID, p briefings.Posting) error {
	return s.write(ctx, "add a posting to "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil {
			return err
		}
		if h := (history{s: s, t: t, book: b}); validText(p.Ref.ID) {
			known, err := h.head(ctx, p.Ref)
			if err != nil {
				return err
			}
			if known.number == 0 {
				return briefings.Errorf(briefings.ErrNotFound, "There is no %s %q.", p.Ref.Kind, p.Ref.ID)
			}
		}
		return t.exec(ctx, `INSERT INTO postings (book, kind, id, platform, workspace, channel, message, number, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (book, kind, id, platform, workspace, channel, message) DO UPDATE SET number = excluded.number, at = excluded.at`,
			b.id, string(p.Ref.Kind), cleanText(p.Ref.ID), cleanText(string(p.Platform)), cleanText(string(p.Workspace)),
			cleanText(p.Channel), cleanText(p.Message), p.Number, millis(p.At))
	})
}

// Postings returns the copies of a record, the oldest first. See
// briefings.Store.
func (s *Store) Postings(ctx context.Context, book briefings.BookID, ref briefings.Ref) ([]briefings.Posting, error) {
	var list []briefings.Posting
	err := s.read(ctx, "postings of "+string(book), func(t *txn) error {
		b, err := s.book(ctx, t, book, "")
		if err != nil || !validText(ref.ID) {
			return err
		}
		rows, err := t.query(ctx, `SELECT platform, workspace, channel, message, number, at FROM postings
WHERE book = $1 AND kind = $2 AND id = $3 ORDER BY at, message`, b.id, string(ref.Kind), ref.ID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			p := briefings.Posting{Ref: ref}
			var at int64
			if err := rows.Scan(&p.Platform, &p.Workspace, &p.Channel, &p.Message, &p.Number, &at); err != nil {
				return err
			}
			p.At = fromMillis(at)
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}
