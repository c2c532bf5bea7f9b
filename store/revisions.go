package store

import (
	"context"
	"database/sql"

	"github.com/briefbot/briefbot/briefings"
)

const selectRevisions = `SELECT v.seq, v.kind, v.id, v.number, v.at, v.recorded, a.platform, a.workspace, a.user_id, v.via, v.why, v.body, p.recorded, p.body
FROM revisions v JOIN actors a ON a.book = v.book AND a.number = v.actor
LEFT JOIN revisions p ON p.book = v.book AND p.kind = v.kind AND p.id = v.id AND p.number = v.number - 1
WHERE v.book = $1`

// Revisions returns those that the query picks. See briefings.Store.
func (s *Store) Revisions(ctx context.Context, book briefings.BookID, q briefings.RevisionQuery) ([]briefings.Revision, error) {
	query := revisionQuery(book, q)
	var list []briefings.Revision
	err := s.read(ctx, "revisions of "+string(book), func(t *txn) error {
		if _, err := s.book(ctx, t, book, ""); err != nil || !validText(q.Ref.ID) {
			return err
		}
		rows, err := t.query(ctx, query.text.String(), query.args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v briefings.Revision
			var at, recorded int64
			var priorRecorded sql.NullInt64
			var body, prior sql.NullString
			if err := rows.Scan(&v.Seq, &v.Ref.Kind, &v.Ref.ID, &v.Number, &at, &recorded,
				&v.Actor.Platform, &v.Actor.Workspace, &v.Actor.User, &v.Via, &v.Why, &body, &priorRecorded, &prior); err != nil {
				return err
			}
			v.At, v.Recorded = fromMillis(at), fromMillis(recorded)
			if v.After, err = decodeBody(v.Ref.Kind, body, v.Number, recorded); err != nil {
				return err
			}
			if v.Before, err = decodeBody(v.Ref.Kind, prior, v.Number-1, priorRecorded.Int64); err != nil {
				return err
			}
			list = append(list, v)
		}
		return rows.Err()
	})
	return list, err
}

// revisionQuery returns the SQL that picks what q asks for.
func revisionQuery(book briefings.BookID, q briefings.RevisionQuery) *selection {
	query := selectFrom(selectRevisions, book)
	if q.AfterSeq != 0 {
		query.where("v.seq >", q.AfterSeq)
	}
	if !q.Since.IsZero() {
		query.where("v.recorded >=", millisUp(q.Since))
	}
	if !q.Until.IsZero() {
		query.where("v.recorded <=", millis(q.Until))
	}
	if q.Ref.Kind != "" {
		query.where("v.kind =", string(q.Ref.Kind))
	}
	if q.Ref.ID != "" {
		query.where("v.id =", q.Ref.ID)
	}
	query.ofActors("revisions", "v", "seq", q.Actors)
	by := "v.seq"
	if q.Newest {
		by = "v.seq DESC"
	}
	query.order(by, q.Limit)
	return query
}
