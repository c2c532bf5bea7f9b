package storetest

import (
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

var deskTests = []conformance{
	{"MissesAreCountedMostAskedFirst", func(w *world) {
		w.book("talks", monday)
		for i, q := range []string{"lavrov", "rubio", "lavrov", "", "vance", "lavrov", "rubio"} {
			w.ok(w.s.RecordMiss(w.ctx, "talks", q, monday.Add(time.Duration(i)*time.Hour)))
		}
		w.ok(w.s.RecordMiss(w.ctx, "talks", "lavrov", monday.Add(-time.Hour))) // another replica's clock
		misses, err := w.s.Misses(w.ctx, "talks", 2)
		w.ok(err)
		w.equal(misses, []briefings.Miss{
			{Query: "lavrov", Count: 4, First: monday.Add(-time.Hour), Last: monday.Add(5 * time.Hour)},
			{Query: "rubio", Count: 2, First: monday.Add(time.Hour), Last: monday.Add(6 * time.Hour)},
		})
		all, err := w.s.Misses(w.ctx, "talks", 100)
		w.ok(err)
		w.equal(len(all), 3)
		w.ok(w.s.RecordMiss(w.ctx, "talks", "nul \x00 bad \xff", monday))
		w.fails(w.s.RecordMiss(w.ctx, "other", "x", monday), briefings.ErrNotFound)
		_, err = w.s.Misses(w.ctx, "other", 1)
		w.fails(err, briefings.ErrNotFound)
	}},
	{"AMissIsDropped", func(w *world) {
		w.book("talks", monday)
		long := strings.Repeat("x", 300)
		for _, q := range []string{"lavrov", "rubio", "nul \x00 bad \xff", long} {
			w.ok(w.s.RecordMiss(w.ctx, "talks", q, monday))
		}
		for _, q := range []string{"lavrov", "nobody", "", "nul \x00 bad \xff", long} {
			w.ok(w.s.DropMiss(w.ctx, "talks", q))
		}
		misses, err := w.s.Misses(w.ctx, "talks", 10)
		w.ok(err)
		w.equal(misses, []briefings.Miss{{Query: "rubio", Count: 1, First: monday, Last: monday}})
		// It is counted anew.
		w.ok(w.s.RecordMiss(w.ctx, "talks", "lavrov", tuesday))
		misses, err = w.s.Misses(w.ctx, "talks", 1)
		w.ok(err)
		w.equal(misses, []briefings.Miss{{Query: "lavrov", Count: 1, First: tuesday, Last: tuesday}})
		w.fails(w.s.DropMiss(w.ctx, "other", "x"), briefings.ErrNotFound)
	}},
	{"LookReturnsWhatWasSeenBefore", func(w *world) {
		w.book("talks", monday)
		look := func(who briefings.Actor, seq int64) int64 {
			before, err := w.s.Look(w.ctx, "talks", who, seq, monday)
			w.ok(err)
			return before
		}
		other := editor
		other.Workspace = "elsewhere"
		w.equal([]int64{look(editor, 5), look(editor, 7), look(other, 1), look(editor, 3), look(editor, 9)}, []int64{0, 5, 0, 7, 7})
		_, err := w.s.Look(w.ctx, "other", editor, 1, monday)
		w.fails(err, briefings.ErrNotFound)
	}},
	{"AccountsAreThoseOfTheUserThatDidOrSawSomething", func(w *world) {
		w.book("talks", monday)
		direct := briefings.Actor{Platform: editor.Platform, User: editor.User}
		_, err := w.s.Look(w.ctx, "talks", direct, 1, monday)
		w.ok(err)
		_, err = w.s.Look(w.ctx, "talks", briefings.Actor{Platform: "slack", Workspace: "T", User: editor.User}, 1, monday)
		w.ok(err)
		got, err := w.s.Accounts(w.ctx, "talks", editor.Platform, editor.User)
		w.ok(err)
		w.equal(got, []briefings.Actor{direct, editor})
		got, err = w.s.Accounts(w.ctx, "talks", editor.Platform, "nobody")
		w.ok(err)
		w.equal(len(got), 0)
		_, err = w.s.Accounts(w.ctx, "nowhere", editor.Platform, editor.User)
		w.fails(err, briefings.ErrNotFound)
	}},
	{"LookedSaysHowFarAndWhen", func(w *world) {
		w.book("talks", monday)
		_, _, err := w.s.Looked(w.ctx, "talks", editor)
		w.fails(err, briefings.ErrNotFound)
		for i, seq := range []int64{5, 3} { // it never falls
			_, err = w.s.Look(w.ctx, "talks", editor, seq, monday.AddDate(0, 0, i))
			w.ok(err)
		}
		seq, at, err := w.s.Looked(w.ctx, "talks", editor)
		w.ok(err)
		w.equal([]any{seq, at}, []any{int64(5), tuesday})
		elsewhere := editor
		elsewhere.Workspace = "elsewhere"
		for _, who := range []briefings.Actor{elsewhere, ada, {}} {
			_, _, err = w.s.Looked(w.ctx, "talks", who)
			w.fails(err, briefings.ErrNotFound)
		}
		_, _, err = w.s.Looked(w.ctx, "other", editor)
		w.fails(err, briefings.ErrNotFound)
	}},
	{"PostingsAreTheCopiesOfARecord", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", monday, put(0, person("a", "A")), put(0, event("a", "A")))
		entry, report := person("a", "").Ref(), event("a", "").Ref()
		first := briefings.Posting{Ref: entry, Number: 1, Platform: "slack", Workspace: "T", Channel: "C", Message: "1.2", At: monday}
		second := first
		second.Channel, second.At, second.Number = "D", tuesday, 2
		third := first
		third.Ref = report
		for _, p := range []briefings.Posting{second, first, third} {
			w.ok(w.s.AddPosting(w.ctx, "talks", p))
		}
		got, err := w.s.Postings(w.ctx, "talks", entry)
		w.ok(err)
		w.equal(got, []briefings.Posting{first, second})
		// The message is edited: still one copy, of another revision.
		first.Number = 2
		w.ok(w.s.AddPosting(w.ctx, "talks", first))
		got, err = w.s.Postings(w.ctx, "talks", entry)
		w.ok(err)
		w.equal(got, []briefings.Posting{first, second})
		got, err = w.s.Postings(w.ctx, "talks", briefings.Ref{Kind: briefings.EntryRecord, ID: "b"})
		w.ok(err)
		w.equal(len(got), 0)
		// A deleted record has copies still.
		w.apply("talks", tuesday, remove(1, person("a", "")))
		got, err = w.s.Postings(w.ctx, "talks", entry)
		w.ok(err)
		w.equal(len(got), 2)
		first.Ref.ID = "b"
		w.fails(w.s.AddPosting(w.ctx, "talks", first), briefings.ErrNotFound)
		w.fails(w.s.AddPosting(w.ctx, "other", second), briefings.ErrNotFound)
		_, err = w.s.Postings(w.ctx, "other", entry)
		w.fails(err, briefings.ErrNotFound)
	}},
	{"BindReplacesAndBindingFinds", func(w *world) {
		w.book("talks", monday)
		w.book("other", monday)
		b := briefings.Binding{Platform: "slack", Workspace: "T1", Book: "talks"}
		_, err := w.s.Binding(w.ctx, "slack", "T1")
		w.fails(err, briefings.ErrNotFound)
		w.ok(w.s.Bind(w.ctx, briefings.Deed{}, b))
		w.ok(w.s.Bind(w.ctx, briefings.Deed{}, briefings.Binding{Platform: "discord", Workspace: "T1", Book: "talks"}))
		b.Book = "other"
		w.ok(w.s.Bind(w.ctx, briefings.Deed{}, b))
		got, err := w.s.Binding(w.ctx, "slack", "T1")
		w.ok(err)
		w.equal(got, b)
		_, err = w.s.Binding(w.ctx, "slack", "T2")
		w.fails(err, briefings.ErrNotFound)
		b.Book = "nowhere"
		w.fails(w.s.Bind(w.ctx, briefings.Deed{}, b), briefings.ErrNotFound)
		_, err = w.s.Binding(w.ctx, "slack", "\x00\xff")
		w.fails(err, briefings.ErrNotFound)
	}},
	{"BindingsAreAllOfABook", func(w *world) {
		w.book("talks", monday)
		w.book("other", monday)
		bind := func(p briefings.Platform, id briefings.Workspace, book briefings.BookID) briefings.Binding {
			b := briefings.Binding{Platform: p, Workspace: id, Book: book}
			w.ok(w.s.Bind(w.ctx, briefings.Deed{}, b))
			return b
		}
		c, a, b := bind("slack", "T1", "talks"), bind("discord", "2", "talks"), bind("slack", "E1", "talks")
		d := bind("slack", "T2", "other")
		for book, want := range map[briefings.BookID][]briefings.Binding{"talks": {a, b, c}, "other": {d}} {
			got, err := w.s.Bindings(w.ctx, book)
			w.ok(err)
			w.equal(got, want)
		}
		c = bind("slack", "T1", "other")
		got, err := w.s.Bindings(w.ctx, "other")
		w.ok(err)
		w.equal(got, []briefings.Binding{c, d})
		_, err = w.s.Bindings(w.ctx, "nowhere")
		w.fails(err, briefings.ErrNotFound)
	}},
}
