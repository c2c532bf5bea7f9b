package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/briefbot/briefbot/briefings"
)

// auditRow is one row of the audit as it is stored.
type auditRow struct {
	number      int64
	at          int64
	actor       int64 // by its number
	via, action string
	outcome     string
	detail      string
	first, last int64 // the revisions that it made, 0 for none
	chain       string
}

// done is the row of a deed that changed no record.
func done(detail string, args ...any) auditRow {
	return auditRow{outcome: string(briefings.Done), detail: fmt.Sprintf(detail, args...)}
}

// note appends a row to the audit, with what the deed says of it. The actor is that of
// the deed unless the row has one.
func (h *history) note(ctx context.Context, d briefings.Deed, r auditRow) (err error) {
	if d.At.IsZero() {
		return errors.New("a deed does not say when it is done")
	}
	if r.actor == 0 {
		if r.actor, err = h.actor(ctx, d.Actor); err != nil {
			return err
		}
	}
	h.book.audit++
	r.number, r.at, r.via, r.action, r.detail = h.book.audit, millis(d.At), cleanText(d.Via), cleanText(cmp.Or(d.Action, d.Via)), cleanText(r.detail)
	h.book.auditChain = linkAudit(h.book.auditChain, r)
	return h.t.exec(ctx, `INSERT INTO audit (book, number, at, actor, via, action, outcome, detail, first_seq, last_seq, chain)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		h.book.id, r.number, r.at, r.actor, r.via, r.action, r.outcome, r.detail, r.first, r.last, h.book.auditChain)
}

// Note appends a row to the audit. See briefings.Store.
func (s *Store) Note(ctx context.Context, book briefings.BookID, d briefings.Deed, outcome briefings.AuditOutcome, detail string) error {
	return s.do(ctx, "note in "+string(book), book, d, func(h *history) error {
		return h.note(ctx, d, auditRow{outcome: cleanText(string(outcome)), detail: detail})
	})
}

const selectAudit = `SELECT u.number, u.at, a.platform, a.workspace, a.user_id, u.via, u.action, u.outcome, u.detail, u.first_seq, u.last_seq
FROM audit u JOIN actors a ON a.book = u.book AND a.number = u.actor
WHERE u.book = $1`

// The rows whose revisions are of some records: of each revision the last row that
// begins with it or before, if it goes on that far. Revisions that were restored have no
// row. It is one look for each revision of the records, however long the audit is; as a
// join, SQLite reads the audit for each (11 s for 20,000 rows).
const auditOfRefs = ` AND u.number IN (
  SELECT (SELECT CASE WHEN w.last_seq >= v.seq THEN w.number END FROM audit w
    WHERE w.book = v.book AND w.first_seq BETWEEN 1 AND v.seq ORDER BY w.first_seq DESC LIMIT 1)
  FROM revisions v WHERE v.book = $1`

// Audit returns rows of the audit, the newest first. See briefings.Store.
func (s *Store) Audit(ctx context.Context, book briefings.BookID, q briefings.AuditQuery) ([]briefings.AuditRow, error) {
	query := auditQuery(book, q)
	var list []briefings.AuditRow
	err := s.read(ctx, "audit of "+string(book), func(t *txn) error {
		if _, err := s.book(ctx, t, book, ""); err != nil {
			return err
		}
		rows, err := t.query(ctx, query.text.String(), query.args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r briefings.AuditRow
			var at int64
			if err := rows.Scan(&r.Number, &at, &r.Actor.Platform, &r.Actor.Workspace, &r.Actor.User,
				&r.Via, &r.Action, &r.Outcome, &r.Detail, &r.FirstSeq, &r.LastSeq); err != nil {
				return err
			}
			r.At = fromMillis(at)
			list = append(list, r)
		}
		return rows.Err()
	})
	return list, err
}

// auditQuery returns the SQL that picks what q asks for.
func auditQuery(book briefings.BookID, q briefings.AuditQuery) *selection {
	query := selectFrom(selectAudit, book)
	if len(q.Refs) > 0 {
		rows := make([][]string, len(q.Refs))
		for i, ref := range q.Refs {
			if rows[i] = []string{string(ref.Kind), ref.ID}; !validText(ref.ID) {
				rows[i] = []string{"", ""} // no record
			}
		}
		query.text.WriteString(auditOfRefs)
		query.among("(v.kind, v.id)", rows, ")")
	}
	query.ofActors("audit", "u", "number", q.Actors)
	if !q.Since.IsZero() {
		query.where("u.at >=", millisUp(q.Since))
	}
	if !q.Until.IsZero() {
		query.where("u.at <", millisUp(q.Until))
	}
	if q.Before != 0 {
		query.where("u.number <", q.Before)
	}
	query.order("u.number DESC", q.Limit)
	return query
}

// readAudit returns up to limit stored rows after a number.
func readAudit(ctx context.Context, t *txn, book string, after int64, limit int) ([]auditRow, error) {
	rows, err := t.query(ctx, `SELECT number, at, actor, via, action, outcome, detail, first_seq, last_seq, chain FROM audit
WHERE book = $1 AND number > $2 ORDER BY number LIMIT $3`, book, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []auditRow
	for rows.Next() {
		var r auditRow
		if err := rows.Scan(&r.number, &r.at, &r.actor, &r.via, &r.action, &r.outcome, &r.detail, &r.first, &r.last, &r.chain); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}
