package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Apply commits the change in one transaction. See briefings.Store.
func (s *Store) Apply(ctx context.Context, book briefings.BookID, c briefings.Change) ([]briefings.Revision, error) {
	if c.At.IsZero() {
		return nil, fmt.Errorf("apply to %s: the change does not say when it is made", book)
	}
	var made []briefings.Revision
	err := s.write(ctx, "apply to "+string(book), func(t *txn) error {
		b, err := s.bookFor(ctx, t, book, c)
		if err != nil {
			return err
		}
		h := history{s: s, t: t, book: b}
		if err := h.claim(ctx, c.Deed()); err != nil {
			return err
		}
		if c.Checked > 0 && c.Checked != b.seq {
			return briefings.Errorf(briefings.ErrBehind, "The book has been changed just now. Do it again.")
		}
		first := b.seq + 1
		made = make([]briefings.Revision, 0, len(c.Edits))
		for _, e := range c.Edits {
			rev, err := h.edit(ctx, c, e)
			if err != nil {
				return err
			}
			made = append(made, rev)
		}
		if len(made) > 0 {
			if err := h.note(ctx, c.Deed(), auditRow{outcome: string(briefings.Done), first: first, last: b.seq}); err != nil {
				return err
			}
		}
		return h.finish(ctx)
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// bookFor locks the row of the book, and makes it where the change begins with
// a new *Book.
func (s *Store) bookFor(ctx context.Context, t *txn, id briefings.BookID, c briefings.Change) (*bookRow, error) {
	b, err := s.book(ctx, t, id, s.dialect.forUpdate())
	if !errors.Is(err, briefings.ErrNotFound) || len(c.Edits) == 0 {
		return b, err
	}
	first, ok := c.Edits[0].Put.(*briefings.Book)
	if !ok || first == nil || first.ID != id || c.Edits[0].Base != 0 || !validText(string(id)) {
		return nil, err
	}
	return s.createBook(ctx, t, id, c.At)
}

// createBook makes the row of a book, unless it has been made meanwhile.
func (s *Store) createBook(ctx context.Context, t *txn, id briefings.BookID, at time.Time) (*bookRow, error) {
	if err := s.dialect.lockCreation(ctx, t); err != nil {
		return nil, err
	}
	b, err := s.book(ctx, t, id, s.dialect.forUpdate())
	if !errors.Is(err, briefings.ErrNotFound) {
		return b, err
	}
	b = &bookRow{id: string(id)}
	if err := t.row(ctx, `SELECT COALESCE(MAX(ordinal), 0) + 1 FROM books`, nil, &b.ordinal); err != nil {
		return nil, err
	}
	return b, t.exec(ctx, `INSERT INTO books (id, ordinal, seq, chain, created_at) VALUES ($1, $2, 0, '', $3)`, b.id, b.ordinal, millis(at))
}

// history appends to the history of one book within a transaction.
type history struct {
	s      *Store
	t      *txn
	book   *bookRow
	actors map[briefings.Actor]int64
}

// head is the newest revision of a record; number 0 stands for none.
type head struct {
	number   int64
	seq      int64
	recorded int64
	body     sql.NullString // NULL where the record is deleted
}

// row is one revision as it is stored.
type row struct {
	ref      briefings.Ref
	number   int64
	at       int64
	recorded int64
	actor    briefings.Actor
	via, why string
	body     sql.NullString // NULL where it deletes
}

// edit appends the revision that one edit asks for.
func (h *history) edit(ctx context.Context, c briefings.Change, e briefings.Edit) (briefings.Revision, error) {
	var none briefings.Revision
	ref := e.Ref()
	if err := h.check(e, ref); err != nil {
		return none, err
	}
	prev, err := h.head(ctx, ref)
	if err != nil {
		return none, err
	}
	before, err := decodeBody(ref.Kind, prev.body, prev.number, prev.recorded)
	if err != nil {
		return none, err
	}
	if err := checkBase(e, ref, prev); err != nil {
		return none, err
	}
	r := row{ref: ref, number: prev.number + 1, at: millis(c.At), actor: c.Actor, via: cleanText(c.Via), why: cleanText(c.Why)}
	r.recorded = max(r.at, prev.recorded)
	known := fromMillis(r.recorded)
	if e.Put != nil {
		claim := briefings.ClaimOf(e.Put)
		switch {
		case claim != nil && prev.number == 0 && !claim.Recorded.IsZero():
			r.recorded = millis(claim.Recorded)
		case claim != nil && before != nil: // it never changes
			known = briefings.ClaimOf(before).Recorded
			put := copyRecord(e.Put)
			briefings.ClaimOf(put).Recorded = known
			e.Put = put
		}
		if r.body, err = encodeBody(e.Put, known); err != nil {
			return none, err
		}
	}
	after, err := decodeBody(ref.Kind, r.body, r.number, r.recorded)
	if err != nil {
		return none, err
	}
	if err := h.append(ctx, r, prev, after); err != nil {
		return none, err
	}
	return briefings.Revision{
		Seq: h.book.seq, Number: r.number, Ref: ref, At: fromMillis(r.at), Recorded: fromMillis(r.recorded),
		Actor: c.Actor, Via: r.via, Why: r.why, Before: before, After: after,
	}, nil
}

// check refuses edits that no book can take.
func (h *history) check(e briefings.Edit, ref briefings.Ref) error {
	switch {
	case e.Put != nil && e.Delete != briefings.Ref{}:
		return fmt.Errorf("edit %s %s: it both puts and deletes", ref.Kind, ref.ID)
	case briefings.NewRecord(ref.Kind) == nil || ref.ID == "":
		return fmt.Errorf("edit: %q %q is no record", ref.Kind, ref.ID)
	case !validText(ref.ID):
		return briefings.Errorf(briefings.ErrInvalid, "%q cannot be the name of a %s.", ref.ID, ref.Kind)
	case ref.Kind == briefings.BookRecord && ref.ID != h.book.id:
		return briefings.Errorf(briefings.ErrInvalid, "The settings of the book %q cannot be put into the book %q.", ref.ID, h.book.id)
	case ref.Kind == briefings.BookRecord && e.Put == nil:
		return briefings.Errorf(briefings.ErrInvalid, "The settings of the book %q cannot be deleted.", ref.ID)
	default:
		return nil
	}
}

// checkBase returns ErrConflict unless the edit was made from the newest
// revision, and ErrNotFound where it deletes what is not there.
func checkBase(e briefings.Edit, ref briefings.Ref, prev head) error {
	gone := !prev.body.Valid
	switch {
	case e.Put == nil && gone && e.Base == prev.number:
		return briefings.Errorf(briefings.ErrNotFound, "There is no %s %q to delete.", ref.Kind, ref.ID)
	case e.Base == prev.number:
		return nil
	case prev.number == 0:
		return briefings.Errorf(briefings.ErrConflict, "There is no %s %q to change. Add it first.", ref.Kind, ref.ID)
	case gone && e.Base == 0: // it is brought back, and its history goes on
		return nil
	case gone:
		return briefings.Errorf(briefings.ErrConflict, "The %s %q was deleted (version %d). Look at its history, and revert it or choose another name.", ref.Kind, ref.ID, prev.number)
	case e.Base == 0:
		return briefings.Errorf(briefings.ErrConflict, "There is already a %s %q (version %d). Change that one, or choose another name.", ref.Kind, ref.ID, prev.number)
	default:
		return briefings.Errorf(briefings.ErrConflict, "The %s %q has changed since: you started from version %d, and it is now at %d. Look at it again, and repeat your change.", ref.Kind, ref.ID, e.Base, prev.number)
	}
}

// head returns the newest revision of a record.
func (h *history) head(ctx context.Context, ref briefings.Ref) (head, error) {
	var p head
	err := h.t.row(ctx, `SELECT number, seq, recorded, body FROM records WHERE book = $1 AND kind = $2 AND id = $3`,
		[]any{h.book.id, string(ref.Kind), ref.ID}, &p.number, &p.seq, &p.recorded, &p.body)
	if errors.Is(err, sql.ErrNoRows) {
		return head{}, nil
	}
	return p, err
}

// append writes the revision r, which follows prev and whose record is after,
// and moves the head and the text with it.
func (h *history) append(ctx context.Context, r row, prev head, after briefings.Record) error {
	actor, err := h.actor(ctx, r.actor)
	if err != nil {
		return err
	}
	h.book.seq++
	h.book.chain = link(h.book.chain, h.book.seq, actor, r)
	book, kind := h.book.id, string(r.ref.Kind)
	if err := h.t.exec(ctx, `INSERT INTO revisions (book, seq, kind, id, number, at, recorded, actor, via, why, body, chain)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		book, h.book.seq, kind, r.ref.ID, r.number, r.at, r.recorded, actor, r.via, r.why, r.body, h.book.chain); err != nil {
		return err
	}
	deleted := 0
	if !r.body.Valid {
		deleted = 1
	}
	if err := h.t.exec(ctx, `INSERT INTO records (book, kind, id, number, seq, recorded, deleted, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (book, kind, id) DO UPDATE SET number = excluded.number, seq = excluded.seq,
recorded = excluded.recorded, deleted = excluded.deleted, body = excluded.body`,
		book, kind, r.ref.ID, r.number, h.book.seq, r.recorded, deleted, r.body); err != nil {
		return err
	}
	if prev.body.Valid {
		if err := h.s.dialect.closeText(ctx, h.t, h.book, prev.seq, r.recorded); err != nil {
			return err
		}
	}
	return h.addText(ctx, h.book.seq, r.recorded, after)
}

// addText stores the words of a record, if it is one that is searched.
func (h *history) addText(ctx context.Context, seq, recorded int64, r briefings.Record) error {
	if r == nil {
		return nil
	}
	words := foldWords(briefings.SearchText(r))
	if len(words) == 0 {
		return nil
	}
	return h.s.dialect.addText(ctx, h.t, h.book, textRow{
		seq: seq, kind: string(r.Ref().Kind), id: r.Ref().ID, recorded: recorded, text: strings.Join(words, " "),
	})
}

// finish records how far the book and its audit have come.
func (h *history) finish(ctx context.Context) error {
	b := h.book
	return h.t.exec(ctx, `UPDATE books SET seq = $1, chain = $2, audit = $3, audit_chain = $4 WHERE id = $5`, b.seq, b.chain, b.audit, b.auditChain, b.id)
}
