package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/briefbot/briefbot/briefings"
)

// Times of the suite. Nothing in it reads a clock.
var (
	monday    = time.Date(2025, 12, 1, 8, 0, 0, 0, time.UTC)
	tuesday   = monday.AddDate(0, 0, 1)
	wednesday = monday.AddDate(0, 0, 2)
	thursday  = monday.AddDate(0, 0, 3)
)

var editor = briefings.Actor{Platform: "discord", Workspace: "guild", User: "42"}

// Others who have accounts.
var (
	ada  = briefings.Actor{Platform: "slack", Workspace: "T1", User: "UADA"}
	bob  = briefings.Actor{Platform: "discord", Workspace: "guild", User: "1001"}
	carl = briefings.Actor{Platform: "console", User: "carl"}
)

// world is a store and what tests do with it.
type world struct {
	t   *testing.T
	ctx context.Context
	s   briefings.Store

	open func(*testing.T) briefings.Store // another, empty store
}

func newWorld(t *testing.T, open func(*testing.T) briefings.Store) *world {
	t.Helper()
	return &world{t, context.Background(), open(t), open}
}

// same is how records are compared: with the versions, and times as instants.
var same = cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b briefings.Moment) bool { return a == b })}

func (w *world) equal(got, want any) {
	w.t.Helper()
	if diff := cmp.Diff(want, got, same); diff != "" {
		w.t.Fatalf("got + want -:\n%s", diff)
	}
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("got error %v", err)
	}
}

// fails checks the kind of an error, and that it carries a sentence.
func (w *world) fails(err, kind error) {
	w.t.Helper()
	var sentence *briefings.Error
	if !errors.Is(err, kind) || !errors.As(err, &sentence) {
		w.t.Fatalf("got error %v, want %v with a sentence", err, kind)
	}
}

// apply commits the edits, and fails the test if that fails.
func (w *world) apply(book briefings.BookID, at time.Time, edits ...briefings.Edit) []briefings.Revision {
	w.t.Helper()
	revs, err := w.s.Apply(w.ctx, book, change(at, edits...))
	w.ok(err)
	return revs
}

// book makes a book.
func (w *world) book(id briefings.BookID, at time.Time) {
	w.t.Helper()
	w.apply(id, at, put(0, &briefings.Book{ID: id, Name: "The book " + string(id)}))
}

func (w *world) load(book briefings.BookID, asOf time.Time) *briefings.Contents {
	w.t.Helper()
	c, err := w.s.Load(w.ctx, book, asOf)
	w.ok(err)
	return c
}

func (w *world) revisions(book briefings.BookID, q briefings.RevisionQuery) []briefings.Revision {
	w.t.Helper()
	revs, err := w.s.Revisions(w.ctx, book, q)
	w.ok(err)
	return revs
}

func (w *world) audit(book briefings.BookID, q briefings.AuditQuery) []briefings.AuditRow {
	w.t.Helper()
	rows, err := w.s.Audit(w.ctx, book, q)
	w.ok(err)
	return rows
}

func (w *world) marks(book briefings.BookID) briefings.Marks {
	w.t.Helper()
	m, err := w.s.Marks(w.ctx, book)
	w.ok(err)
	return m
}

func (w *world) rights(book briefings.BookID) *briefings.Rights {
	w.t.Helper()
	r, err := w.s.Rights(w.ctx, book)
	w.ok(err)
	return r
}

// find returns the ids of what a search finds, in its order.
func (w *world) find(book briefings.BookID, q briefings.TextQuery) []string {
	w.t.Helper()
	if q.Limit == 0 {
		q.Limit = 10
	}
	hits, err := w.s.Search(w.ctx, book, q)
	w.ok(err)
	var ids []string
	for i, h := range hits {
		ids = append(ids, h.Ref.ID)
		if i > 0 && h.Rank > hits[i-1].Rank {
			w.t.Fatalf("hit %d of %+v ranks above the one before it: %v", i, q, hits)
		}
	}
	return ids
}

func change(at time.Time, edits ...briefings.Edit) briefings.Change {
	return briefings.Change{Actor: editor, Via: "test", Why: "because", At: at, Edits: edits}
}

// deed is something that the editor does.
func deed(at time.Time) briefings.Deed {
	return briefings.Deed{Actor: editor, Action: "do", Via: "test", At: at}
}

// by is a deed of somebody else.
func by(who briefings.Actor, at time.Time) briefings.Deed {
	d := deed(at)
	d.Actor = who
	return d
}

// as is the deed for an event.
func as(event string, d briefings.Deed) briefings.Deed {
	d.Event = event
	return d
}

func put(base int64, r briefings.Record) briefings.Edit { return briefings.Edit{Base: base, Put: r} }

func remove(base int64, r briefings.Record) briefings.Edit {
	return briefings.Edit{Base: base, Delete: r.Ref()}
}

func person(id briefings.EntryID, name string) *briefings.Entry {
	return &briefings.Entry{ID: id, Kind: briefings.Person, Name: name}
}

func event(id briefings.ReportID, text string) *briefings.Report {
	return &briefings.Report{
		ID: id, Kind: briefings.Event, Text: text, About: []briefings.EntryID{"witkoff"},
		Claim: briefings.Claim{Occurred: briefings.At(monday, briefings.Day)},
	}
}

// entries returns the loaded entries by id.
func entries(c *briefings.Contents) map[briefings.EntryID]*briefings.Entry {
	m := map[briefings.EntryID]*briefings.Entry{}
	for _, e := range c.Entries {
		m[e.ID] = e
	}
	return m
}
