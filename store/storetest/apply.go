package storetest

import (
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

var applyTests = []conformance{
	{"FirstBookRecordMakesTheBook", func(w *world) {
		revs := w.apply("talks", monday, put(0, &briefings.Book{ID: "talks", Name: "Talks"}), put(0, person("witkoff", "Steve Witkoff")))
		w.equal(len(revs), 2)
		books, err := w.s.Books(w.ctx)
		w.ok(err)
		w.equal(books, []briefings.BookID{"talks"})
		w.equal(w.load("talks", time.Time{}).Book.Name, "Talks")
	}},
	{"UnknownBookIsNotFound", func(w *world) {
		_, err := w.s.Apply(w.ctx, "talks", change(monday, put(0, person("witkoff", "Steve Witkoff"))))
		w.fails(err, briefings.ErrNotFound)
		_, err = w.s.Apply(w.ctx, "talks", change(monday, put(0, &briefings.Book{ID: "other", Name: "Other"})))
		w.fails(err, briefings.ErrNotFound)
		_, err = w.s.Apply(w.ctx, "talks", change(monday))
		w.fails(err, briefings.ErrNotFound)
		_, err = w.s.Load(w.ctx, "talks", time.Time{})
		w.fails(err, briefings.ErrNotFound)
		_, err = w.s.Marks(w.ctx, "talks")
		w.fails(err, briefings.ErrNotFound)
		books, err := w.s.Books(w.ctx)
		w.ok(err)
		w.equal(len(books), 0)
	}},
	{"BooksComeInTheOrderOfTheirCreation", func(w *world) {
		w.book("zebra", thursday) // the older clock does not matter
		w.book("apple", monday)
		w.book("mango", monday)
		books, err := w.s.Books(w.ctx)
		w.ok(err)
		w.equal(books, []briefings.BookID{"zebra", "apple", "mango"})
	}},
	{"ReturnsTheRevisionsInTheOrderOfTheEdits", func(w *world) {
		w.book("talks", monday)
		a, b := person("a", "A"), person("b", "B")
		revs := w.apply("talks", tuesday, put(0, b), put(0, a))
		b2 := person("b", "B two")
		revs = append(revs, w.apply("talks", wednesday, put(1, b2), remove(1, a))...)
		w.equal(revs, w.revisions("talks", briefings.RevisionQuery{AfterSeq: 1}))
		for i, want := range []struct {
			seq, number   int64
			id            string
			before, after bool
		}{{2, 1, "b", false, true}, {3, 1, "a", false, true}, {4, 2, "b", true, true}, {5, 2, "a", true, false}} {
			v := revs[i]
			w.equal([]any{v.Seq, v.Number, v.Ref.ID, v.Before != nil, v.After != nil}, []any{want.seq, want.number, want.id, want.before, want.after})
			w.equal([]any{v.Actor, v.Via, v.Why}, []any{editor, "test", "because"})
			for _, side := range []struct {
				r briefings.Record
				n int64
			}{{v.Before, v.Number - 1}, {v.After, v.Number}} {
				if side.r != nil {
					w.equal(briefings.VersionOf(side.r).Number, side.n)
					w.equal(side.r.Ref(), v.Ref)
				}
			}
		}
		w.equal(briefings.VersionOf(revs[2].Before).Recorded, tuesday)
		w.equal(revs[2].Before.(*briefings.Entry).Name, "B")
		w.equal(revs[2].After.(*briefings.Entry).Name, "B two")
		marks, err := w.s.Marks(w.ctx, "talks")
		w.ok(err)
		w.equal(marks.Seq, int64(5))
	}},
	{"DoesNotChangeWhatItIsGiven", func(w *world) {
		w.book("talks", monday)
		e := person("a", "A")
		revs := w.apply("talks", tuesday, put(0, e))
		w.equal(e, person("a", "A"))
		if revs[0].After == briefings.Record(e) {
			w.t.Fatal("After is the record that was put: whoever changes that one changes a snapshot")
		}
	}},
	{"StaleBaseIsAConflictThatNamesTheRecord", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", tuesday, put(0, person("witkoff", "One")))
		w.apply("talks", wednesday, put(1, person("witkoff", "Two")))
		for _, base := range []int64{0, 1, 3} {
			_, err := w.s.Apply(w.ctx, "talks", change(thursday, put(base, person("witkoff", "Three"))))
			w.fails(err, briefings.ErrConflict)
			if !strings.Contains(err.Error(), "witkoff") {
				w.t.Fatalf("the sentence does not name the record: %v", err)
			}
		}
		_, err := w.s.Apply(w.ctx, "talks", change(thursday, remove(1, person("witkoff", ""))))
		w.fails(err, briefings.ErrConflict)
		_, err = w.s.Apply(w.ctx, "talks", change(thursday, put(1, person("nobody", "Nobody"))))
		w.fails(err, briefings.ErrConflict)
		w.equal(entries(w.load("talks", time.Time{}))["witkoff"].Name, "Two")
	}},
	{"RefusedChangeChangesNothing", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", monday, put(0, person("a", "A")))
		before := w.load("talks", time.Time{})
		_, err := w.s.Apply(w.ctx, "talks", change(tuesday, put(0, person("b", "B")), put(1, person("a", "A two")), put(1, person("a", "A three"))))
		w.fails(err, briefings.ErrConflict)
		w.equal(w.load("talks", time.Time{}), before)
		w.equal(len(w.revisions("talks", briefings.RevisionQuery{})), 2)
		w.equal(len(w.find("talks", briefings.ParseTextQuery("b"))), 0)
		_, err = w.s.Apply(w.ctx, "new", change(tuesday, put(0, &briefings.Book{ID: "new", Name: "New"}), put(1, person("a", "A"))))
		w.fails(err, briefings.ErrConflict)
		_, err = w.s.Marks(w.ctx, "new")
		w.fails(err, briefings.ErrNotFound)
	}},
	{"EditsOfOneRecordFollowEachOther", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", tuesday, put(0, person("a", "One")), put(1, person("a", "Two")), remove(2, person("a", "")), put(3, person("a", "Three")))
		a := entries(w.load("talks", time.Time{}))["a"]
		w.equal([]any{a.Name, a.Version.Number}, []any{"Three", int64(4)})
	}},
	{"EqualContentIsRecordedAsAsked", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", tuesday, put(0, person("a", "A")))
		revs := w.apply("talks", wednesday, put(1, person("a", "A")))
		w.equal(revs[0].Number, int64(2))
	}},
	{"DeletedRecordIsGone", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", monday, put(0, person("a", "A")))
		w.apply("talks", tuesday, remove(1, person("a", "")))
		w.equal(len(w.load("talks", time.Time{}).Entries), 0)
		_, err := w.s.Apply(w.ctx, "talks", change(wednesday, put(1, person("a", "Another A"))))
		w.fails(err, briefings.ErrConflict)
		_, err = w.s.Apply(w.ctx, "talks", change(wednesday, remove(2, person("a", ""))))
		w.fails(err, briefings.ErrNotFound)
		_, err = w.s.Apply(w.ctx, "talks", change(wednesday, remove(0, person("b", ""))))
		w.fails(err, briefings.ErrNotFound)
	}},
	{"PutOnATombstoneGoesOnWithItsHistory", func(w *world) {
		w.book("talks", monday)
		for _, id := range []string{"a", "b"} {
			w.apply("talks", monday, put(0, person(briefings.EntryID(id), "Before")))
			w.apply("talks", tuesday, remove(1, person(briefings.EntryID(id), "")))
		}
		for id, base := range map[string]int64{"a": 2, "b": 0} {
			revs := w.apply("talks", wednesday, put(base, person(briefings.EntryID(id), "Again")))
			w.equal([]any{revs[0].Number, revs[0].Before}, []any{int64(3), nil})
			w.equal(entries(w.load("talks", time.Time{}))[briefings.EntryID(id)].Name, "Again")
		}
	}},
	{"SettingsOfTheBookCannotBeDeletedOrPutElsewhere", func(w *world) {
		w.book("talks", monday)
		_, err := w.s.Apply(w.ctx, "talks", change(tuesday, briefings.Edit{Base: 1, Delete: briefings.Ref{Kind: briefings.BookRecord, ID: "talks"}}))
		w.fails(err, briefings.ErrInvalid)
		_, err = w.s.Apply(w.ctx, "talks", change(tuesday, put(0, &briefings.Book{ID: "other", Name: "Other"})))
		w.fails(err, briefings.ErrInvalid)
	}},
	{"RecordedIsTheClaimsOwnInTheFirstRevisionOnly", func(w *world) {
		w.book("talks", monday)
		e := person("a", "A")
		e.Claim.Recorded = monday
		old := w.apply("talks", wednesday, put(0, e))[0]
		w.equal([]any{old.At, old.Recorded}, []any{wednesday, monday})
		w.equal(old.After.(*briefings.Entry).Version, briefings.Version{Number: 1, Recorded: monday})
		next := w.apply("talks", thursday, put(1, e))[0]
		w.equal([]any{next.At, next.Recorded}, []any{thursday, thursday})
	}},
	{"RecordedOfTheClaimIsFilledIn", func(w *world) {
		w.book("talks", monday)
		r := event("r", "They met.")
		first := w.apply("talks", tuesday, put(0, r))[0].After.(*briefings.Report)
		w.equal(first.Claim.Recorded, tuesday)
		second := w.apply("talks", wednesday, put(1, r))[0].After.(*briefings.Report)
		w.equal(second.Claim.Recorded, tuesday)
		w.equal(w.load("talks", time.Time{}).Reports[0], second)
	}},
	{"RecordedNeverFalls", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", wednesday, put(0, person("a", "A")))
		late := w.apply("talks", tuesday, put(1, person("a", "A two")))[0] // a clock that went back
		w.equal([]any{late.At, late.Recorded}, []any{tuesday, wednesday})
	}},
	{"TimesAreKeptToTheMillisecondInUTC", func(w *world) {
		w.book("talks", monday)
		at := tuesday.Add(1234567 * time.Nanosecond).In(time.FixedZone("x", 3600))
		e := person("a", "A")
		e.Claim.VerifiedUntil = at
		rev := w.apply("talks", at, put(0, e))[0]
		want := tuesday.Add(time.Millisecond)
		loaded := w.load("talks", time.Time{}).Entries[0]
		w.equal([]time.Time{rev.At, rev.Recorded, loaded.Version.Recorded, loaded.Claim.Recorded, loaded.Claim.VerifiedUntil}, []time.Time{want, want, want, want, want})
		w.equal(loaded, rev.After)
		if loaded.Version.Recorded.Location() != time.UTC {
			w.t.Fatalf("got the zone %v, want UTC", loaded.Version.Recorded.Location())
		}
	}},
	{"AnyTextIsKept", func(w *world) {
		w.book("talks", monday)
		for i, text := range []string{"<b>&amp; \"quotes\" \\ / \u2028 \u00a0", "Ушаков й ё", "emoji 🕊️ end", "line\nbreak\ttab", "'; DROP TABLE books; --", "%s{{.}} $1 ?"} {
			e := person("a", "A")
			e.Summary = text
			after := w.apply("talks", tuesday, put(int64(i), e))[0].After.(*briefings.Entry)
			w.equal(after.Summary, text)
			w.equal(w.load("talks", time.Time{}).Entries[0].Summary, text)
		}
		c := change(tuesday, put(0, person("b", "B")))
		c.Why, c.Via = "nul \x00 and bad \xff", "x\x00"
		_, err := w.s.Apply(w.ctx, "talks", c)
		w.ok(err)
		c = change(tuesday, put(0, person("nul\x00", "B")))
		_, err = w.s.Apply(w.ctx, "talks", c)
		w.fails(err, briefings.ErrInvalid)
	}},
}
