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
	{"DeedsOfOneLeaveTheOther", func(w *world) {
		lived(w, "left")
		lived(w, "right")
		before := w.state("right")
		for _, d := range deeds {
			if d.name == "bind" {
				continue // a workspace has one book
			}
			w.ok(d.do(w, "left", as(d.name, deed(wednesday))))
			w.equal(w.state("right"), before)
		}
		w.equal(w.trace("left", ada), []string(nil))
		for _, who := range []briefings.Actor{ada, bob, carl} {
			w.equal(w.trace("right", who), everywhere)
		}
		// Its events are its own too.
		for _, d := range deeds {
			w.ok(d.do(w, "right", as(d.name, deed(wednesday))))
		}
	}},
	{"RightsAndAuditAreTheBooksOwn", func(w *world) {
		twins(w)
		w.link("left", ada, bob)
		w.grant("left", grantTo("slack", "T1", briefings.ToUser, "UADA", briefings.Admin), grantTo("slack", "T1", briefings.ToEveryone, "", briefings.Contributor))
		w.grant("right", grantTo("slack", "T1", briefings.ToUser, "UADA", briefings.Reader))
		w.link("right", ada, carl)
		w.equal(w.rights("right"), &briefings.Rights{
			Grants: []briefings.Grant{grantTo("slack", "T1", briefings.ToUser, "UADA", briefings.Reader)}, Persons: [][]briefings.Actor{{carl, ada}},
		})
		w.ok(w.s.Unlink(w.ctx, "right", deed(tuesday), ada))
		w.grant("right", grantTo("slack", "T1", briefings.ToUser, "UADA", briefings.NoRole))
		w.equal(w.rights("left"), &briefings.Rights{
			Grants:  []briefings.Grant{grantTo("slack", "T1", briefings.ToEveryone, "", briefings.Contributor), grantTo("slack", "T1", briefings.ToUser, "UADA", briefings.Admin)},
			Persons: [][]briefings.Actor{{bob, ada}},
		})
		// The books have the same numbers of records, revisions, rows and actors.
		w.ok(w.s.Note(w.ctx, "left", by(bob, wednesday), briefings.Done, "left"))
		w.ok(w.s.Note(w.ctx, "right", by(carl, wednesday), briefings.Done, "right"))
		for _, test := range []struct {
			book briefings.BookID
			who  briefings.Actor
			want int
		}{{"left", bob, 1}, {"right", bob, 0}, {"left", carl, 0}, {"right", carl, 1}} {
			w.equal(len(w.audit(test.book, briefings.AuditQuery{Actors: []briefings.Actor{test.who}})), test.want)
		}
		w.apply("left", wednesday, put(1, person("a", "A")))
		ref := []briefings.Ref{person("a", "").Ref()}
		w.equal([]int{len(w.audit("left", briefings.AuditQuery{Refs: ref})), len(w.audit("right", briefings.AuditQuery{Refs: ref}))}, []int{2, 1})
		w.equal(len(w.revisions("right", briefings.RevisionQuery{Actors: []briefings.Actor{editor}})), 4)
	}},
	{"WhatWasMissedAndSeenIsTheBooksOwn", func(w *world) {
		twins(w)
		for _, book := range []briefings.BookID{"left", "right"} {
			w.ok(w.s.RecordMiss(w.ctx, book, "x", monday))
		}
		w.ok(w.s.DropMiss(w.ctx, "left", "x"))
		misses, err := w.s.Misses(w.ctx, "right", 10)
		w.ok(err)
		w.equal(len(misses), 1)
		_, err = w.s.Look(w.ctx, "left", ada, 3, monday)
		w.ok(err)
		_, _, err = w.s.Looked(w.ctx, "right", ada)
		w.fails(err, briefings.ErrNotFound)
		w.ok(w.s.Bind(w.ctx, briefings.Deed{}, briefings.Binding{Platform: "slack", Workspace: "T1", Book: "left"}))
		bindings, err := w.s.Bindings(w.ctx, "right")
		w.ok(err)
		w.equal(len(bindings), 0)
		w.apply("left", wednesday, put(0, question("q", briefings.Waiting)))
		w.equal([]int{len(w.load("left", time.Time{}).Suggestions), len(w.load("right", time.Time{}).Suggestions)}, []int{1, 0})
	}},
}
