package storetest

import (
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// twins makes two books whose records have the same ids and other contents.
func twins(w *world) {
	for _, id := range []briefings.BookID{"left", "right"} {
		w.book(id, monday)
		word := string(id)
		r := event("r", "a report of the "+word)
		w.apply(id, tuesday, put(0, person("a", word+" A")), put(0, r), put(0, &briefings.Source{ID: "s", Name: word + " S"}))
	}
}

var tenancyTests = []conformance{
	{"EveryIdCrossed", func(w *world) {
		twins(w)
		for _, id := range []briefings.BookID{"left", "right"} {
			word := string(id)
			for _, asOf := range []time.Time{{}, thursday} {
				c := w.load(id, asOf)
				w.equal([]any{c.Book.ID, len(c.Entries), len(c.Reports), len(c.Sources)}, []any{id, 1, 1, 1})
				w.equal([]string{c.Entries[0].Name, c.Reports[0].Text, c.Sources[0].Name}, []string{word + " A", "a report of the " + word, word + " S"})
			}
			for _, v := range w.revisions(id, briefings.RevisionQuery{Ref: person("a", "").Ref()}) {
				w.equal(v.After.(*briefings.Entry).Name, word+" A")
			}
			w.equal(len(w.revisions(id, briefings.RevisionQuery{})), 4)
		}
	}},
	{"EditsOfOneLeaveTheOther", func(w *world) {
		twins(w)
		before, history := w.load("right", time.Time{}), w.revisions("right", briefings.RevisionQuery{})
		w.apply("left", wednesday, put(1, person("a", "changed")), remove(1, event("r", "")), put(0, person("new", "New")))
		w.equal(w.load("right", time.Time{}), before)
		w.equal(w.revisions("right", briefings.RevisionQuery{}), history)
		_, err := w.s.Apply(w.ctx, "right", change(wednesday, put(1, person("new", "New"))))
		w.fails(err, briefings.ErrConflict)
	}},
	{"SearchFindsOnlyTheBooksOwnText", func(w *world) {
		twins(w)
		w.equal(w.find("left", briefings.TextQuery{Terms: words("right")}), nobody)
		w.equal(w.find("left", briefings.TextQuery{Terms: words("left", "report")}), []string{"r"})
		w.equal(len(w.find("right", briefings.TextQuery{Terms: words("report")})), 1)
		w.apply("left", wednesday, remove(1, event("r", "")))
		w.equal(w.find("left", briefings.TextQuery{Terms: words("report")}), nobody)
		w.equal(w.find("right", briefings.TextQuery{Terms: words("report")}), []string{"r"})
		w.equal(w.find("right", briefings.TextQuery{Terms: words("report"), AsOf: thursday}), []string{"r"})
	}},
	{"ABigBookDoesNotCrowdOutASmallOne", func(w *world) {
		w.book("small", monday)
		w.apply("small", monday, put(0, event("r", "tariffs")))
		w.book("big", monday)
		var edits []briefings.Edit
		for i := range 1200 { // more than the candidates that are ranked
			edits = append(edits, put(0, event(briefings.ReportID("r"+time.Duration(i).String()), "tariffs")))
		}
		w.apply("big", tuesday, edits...)
		w.equal(w.find("small", briefings.TextQuery{Terms: words("tariffs")}), []string{"r"})
	}},
	{"DeskIsTheBooksOwn", func(w *world) {
		twins(w)
		ref := person("a", "").Ref()
		w.ok(w.s.RecordMiss(w.ctx, "left", "x", monday))
		w.ok(w.s.AddPosting(w.ctx, "left", briefings.Posting{Ref: ref, Number: 1, Platform: "slack", Channel: "C", Message: "1", At: monday}))
		_, err := w.s.Look(w.ctx, "left", editor, 4, monday)
		w.ok(err)
		misses, err := w.s.Misses(w.ctx, "right", 10)
		w.ok(err)
		postings, err := w.s.Postings(w.ctx, "right", ref)
		w.ok(err)
		before, err := w.s.Look(w.ctx, "right", editor, 4, monday)
		w.ok(err)
		w.equal([]any{len(misses), len(postings), before}, []any{0, 0, int64(0)})
	}},
}
