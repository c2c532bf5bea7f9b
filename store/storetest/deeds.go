package storetest

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// deeds are what an event may ask for, on a book that has an entry "a" and whose
// editor has done something.
var deeds = []struct {
	name string
	do   func(*world, briefings.BookID, briefings.Deed) error
}{
	{"apply", func(w *world, book briefings.BookID, d briefings.Deed) error {
		_, err := w.s.Apply(w.ctx, book, briefings.Change{Actor: d.Actor, Action: d.Action, Via: d.Via, At: d.At, Event: d.Event, Edits: []briefings.Edit{
			put(0, person(briefings.EntryID("of-"+d.Event), "New")), put(0, event(briefings.ReportID("of-"+d.Event), "New")),
		}})
		return err
	}},
	{"grant", func(w *world, book briefings.BookID, d briefings.Deed) error {
		return w.s.Grant(w.ctx, book, d, briefings.Grant{Platform: bob.Platform, Workspace: bob.Workspace, To: briefings.ToUser, ID: string(bob.User), Role: briefings.Editor})
	}},
	{"link", func(w *world, book briefings.BookID, d briefings.Deed) error {
		return w.s.Link(w.ctx, book, d, ada, bob)
	}},
	{"unlink", func(w *world, book briefings.BookID, d briefings.Deed) error {
		return w.s.Unlink(w.ctx, book, d, ada)
	}},
	{"bind", func(w *world, book briefings.BookID, d briefings.Deed) error {
		return w.s.Bind(w.ctx, d, briefings.Binding{Platform: "slack", Workspace: "T9", Book: book})
	}},
	{"note", func(w *world, book briefings.BookID, d briefings.Deed) error {
		return w.s.Note(w.ctx, book, d, briefings.Denied, "no")
	}},
	{"erase", func(w *world, book briefings.BookID, d briefings.Deed) error {
		return w.s.Erase(w.ctx, book, d, []briefings.Actor{ada, bob})
	}},
}

// state is what deeds change in a book.
func (w *world) state(book briefings.BookID) []any {
	w.t.Helper()
	bindings, err := w.s.Bindings(w.ctx, book)
	w.ok(err)
	return []any{w.marks(book), w.rights(book), bindings, w.load(book, time.Time{}), w.revisions(book, briefings.RevisionQuery{}), w.audit(book, briefings.AuditQuery{})}
}

// together does the same many times at once, and returns how often it was done; the
// other times it must have been done already.
func (w *world) together(times int, do func() error) int {
	w.t.Helper()
	var done atomic.Int32
	var all sync.WaitGroup
	start := make(chan struct{})
	for range times {
		all.Go(func() {
			<-start
			switch err := do(); {
			case err == nil:
				done.Add(1)
			case !errors.Is(err, briefings.ErrRepeated):
				w.t.Error(err)
			}
		})
	}
	close(start)
	all.Wait()
	return int(done.Load())
}

var deedTests = []conformance{
	{"AnEventHasItsEffectOnce", func(w *world) {
		w.book("talks", monday)
		for _, d := range deeds {
			w.ok(d.do(w, "talks", as(d.name, deed(tuesday))))
			before := w.state("talks")
			for _, other := range deeds { // whatever it asks for
				w.fails(other.do(w, "talks", as(d.name, deed(wednesday))), briefings.ErrRepeated)
			}
			w.equal(w.state("talks"), before)
		}
	}},
	{"OfManyAtOnceOneHasItsEffect", func(w *world) {
		w.book("talks", monday)
		for _, d := range deeds {
			before := w.marks("talks")
			if n := w.together(5, func() error { return d.do(w, "talks", as(d.name, deed(tuesday))) }); n != 1 {
				w.t.Errorf("%s: done %d times", d.name, n)
			}
			after := w.marks("talks")
			w.equal(after.Audit, before.Audit+1)
			if d.name == "apply" {
				w.equal(after.Seq, before.Seq+2)
			}
		}
		// Also where it makes the book.
		n := w.together(5, func() error {
			c := change(monday, put(0, &briefings.Book{ID: "new", Name: "New"}))
			c.Event = "1"
			_, err := w.s.Apply(w.ctx, "new", c)
			return err
		})
		w.equal([]any{n, w.marks("new")}, []any{1, briefings.Marks{Seq: 1, Audit: 1}})
	}},
	{"WithoutEventItIsDoneAsOftenAsAsked", func(w *world) {
		w.book("talks", monday)
		for range 2 {
			w.ok(w.s.Note(w.ctx, "talks", deed(tuesday), briefings.Done, "x"))
		}
		w.equal(w.marks("talks").Audit, int64(3))
	}},
	{"AnEventIsOfItsPlatform", func(w *world) {
		w.book("talks", monday)
		for _, who := range []briefings.Actor{editor, ada, carl} {
			w.ok(w.s.Note(w.ctx, "talks", as("1", by(who, tuesday)), briefings.Done, "x"))
		}
		w.fails(w.s.Note(w.ctx, "talks", as("1", by(bob, tuesday)), briefings.Done, "x"), briefings.ErrRepeated) // another's of one platform
	}},
	{"AClaimOfTheAdapterIsAnother", func(w *world) {
		w.book("talks", monday)
		claim := func(event string) {
			first, err := w.s.Claim(w.ctx, "talks", editor.Platform, event, tuesday)
			w.ok(err)
			w.equal(first, true)
		}
		claim("1")
		w.ok(w.s.Note(w.ctx, "talks", as("1", deed(tuesday)), briefings.Done, "x"))
		w.ok(w.s.Note(w.ctx, "talks", as("2", deed(tuesday)), briefings.Done, "x"))
		claim("2")
	}},
	{"ADeedThatFailsMayBeTriedAgain", func(w *world) {
		w.book("talks", monday)
		c := change(tuesday, put(0, person("a", "A")), put(3, person("b", "B")))
		c.Event = "1"
		_, err := w.s.Apply(w.ctx, "talks", c)
		w.fails(err, briefings.ErrConflict)
		w.fails(w.s.Erase(w.ctx, "talks", as("1", deed(tuesday)), nil), briefings.ErrInvalid)
		if err := w.s.Note(w.ctx, "talks", as("1", deed(time.Time{})), briefings.Done, "x"); err == nil {
			w.t.Error("a deed of no time is noted")
		}
		c.Edits = c.Edits[:1]
		_, err = w.s.Apply(w.ctx, "talks", c)
		w.ok(err)
		// What it was made from has moved on, but that is not why it is refused.
		_, err = w.s.Apply(w.ctx, "talks", c)
		w.fails(err, briefings.ErrRepeated)
	}},
	{"AnEventIsKnownForADay", func(w *world) {
		w.book("talks", monday)
		note := func() error { return w.s.Note(w.ctx, "talks", as("1", deed(monday)), briefings.Done, "x") }
		drop := func(now time.Time) {
			_, err := w.s.DropOffers(w.ctx, "talks", now)
			w.ok(err)
		}
		w.ok(note())
		drop(tuesday.Add(-time.Millisecond))
		w.fails(note(), briefings.ErrRepeated)
		drop(tuesday)
		w.ok(note())
	}},
	{"AnEventThatCannotBeKeptIsRefused", func(w *world) {
		w.book("talks", monday)
		for _, d := range deeds {
			for _, bad := range []string{"nul \x00", "\xff"} {
				w.fails(d.do(w, "talks", as(bad, deed(tuesday))), briefings.ErrInvalid)
			}
		}
		w.equal(w.marks("talks"), briefings.Marks{Seq: 1, Audit: 1})
	}},
	{"UnknownBookIsNotFound", func(w *world) {
		for _, d := range deeds {
			for _, book := range []briefings.BookID{"nowhere", "\x00"} {
				w.fails(d.do(w, book, as("1", deed(tuesday))), briefings.ErrNotFound)
			}
		}
		_, err := w.s.Rights(w.ctx, "nowhere")
		w.fails(err, briefings.ErrNotFound)
		_, err = w.s.Audit(w.ctx, "nowhere", briefings.AuditQuery{})
		w.fails(err, briefings.ErrNotFound)
		_, err = w.s.Marks(w.ctx, "nowhere")
		w.fails(err, briefings.ErrNotFound)
	}},
}
