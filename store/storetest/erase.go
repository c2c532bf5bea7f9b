package storetest

import (
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// lived makes a book in which Ada, who is Bob too, and Carl have done all that leaves
// something of them.
func lived(w *world, book briefings.BookID) {
	w.t.Helper()
	w.book(book, monday)
	for i, who := range []briefings.Actor{ada, carl, ada, bob} {
		c := change(monday, put(int64(i), person("a", "A")))
		c.Actor = who
		_, err := w.s.Apply(w.ctx, book, c)
		w.ok(err)
	}
	for i, who := range []briefings.Actor{ada, bob, carl} {
		w.ok(w.s.Note(w.ctx, book, by(who, tuesday), briefings.Denied, "no"))
		_, err := w.s.Look(w.ctx, book, who, 3, monday)
		w.ok(err)
		o := offer(book, i)
		o.Actor = who
		w.ok(w.s.PutOffers(w.ctx, book, []briefings.Offer{o}))
		w.grant(book, grantTo(who.Platform, who.Workspace, briefings.ToUser, string(who.User), briefings.Editor))
	}
	w.grant(book, grantTo("slack", "T1", briefings.ToGroup, "S1", briefings.Contributor))
	w.link(book, ada, bob)
	w.link(book, ada, carl)
	w.link(book, ada, editor)
}

// trace reports where the book still knows an account.
func (w *world) trace(book briefings.BookID, who briefings.Actor) []string {
	w.t.Helper()
	var list []string
	add := func(name string, found bool) {
		if found {
			list = append(list, name)
		}
	}
	of := func(a briefings.Actor) bool { return a == who }
	add("history", slices.ContainsFunc(w.revisions(book, briefings.RevisionQuery{}), func(v briefings.Revision) bool { return of(v.Actor) }))
	add("history of theirs", len(w.revisions(book, briefings.RevisionQuery{Actors: []briefings.Actor{who}})) > 0)
	add("audit", slices.ContainsFunc(w.audit(book, briefings.AuditQuery{}), func(r briefings.AuditRow) bool { return of(r.Actor) }))
	add("audit of theirs", len(w.audit(book, briefings.AuditQuery{Actors: []briefings.Actor{who}})) > 0)
	_, _, err := w.s.Looked(w.ctx, book, who)
	add("looks", err == nil)
	for n := range 3 {
		o, err := w.s.Offer(w.ctx, book, token(n), monday)
		add("offers", err == nil && of(o.Actor))
	}
	r := w.rights(book)
	add("grants", slices.ContainsFunc(r.Grants, func(g briefings.Grant) bool { return g.ID == string(who.User) }))
	add("links", slices.ContainsFunc(r.Persons, func(p []briefings.Actor) bool { return slices.ContainsFunc(p, of) }))
	return list
}

var everywhere = []string{"history", "history of theirs", "audit", "audit of theirs", "looks", "offers", "grants", "links"}

func (w *world) erase(book briefings.BookID, d briefings.Deed, accounts ...briefings.Actor) {
	w.t.Helper()
	w.ok(w.s.Erase(w.ctx, book, d, accounts))
}

var eraseTests = []conformance{
	{"WhatTheBookKnowsOfTheAccountsGoes", func(w *world) {
		lived(w, "talks")
		for _, who := range []briefings.Actor{ada, bob, carl} {
			w.equal(w.trace("talks", who), everywhere)
		}
		before, history := w.load("talks", time.Time{}), w.revisions("talks", briefings.RevisionQuery{})
		w.erase("talks", by(ada, wednesday), ada, bob)
		w.equal(w.trace("talks", ada), []string(nil))
		w.equal(w.trace("talks", bob), []string(nil))
		w.equal(w.trace("talks", carl), everywhere)
		w.equal(w.rights("talks").Persons, [][]briefings.Actor{{carl, editor}})
		// What they wrote stays, as somebody's of that platform: of the same one.
		w.equal(w.load("talks", time.Time{}), before)
		after := w.revisions("talks", briefings.RevisionQuery{})
		somebody := after[1].Actor
		w.equal([]any{somebody.Platform, strings.HasPrefix(string(somebody.User), "erased-"), after[3].Actor}, []any{ada.Platform, true, somebody})
		if after[4].Actor == somebody {
			w.t.Error("two accounts have become one")
		}
		for i := range after {
			if history[i].Actor == ada || history[i].Actor == bob {
				after[i].Actor = history[i].Actor
			}
		}
		w.equal(after, history)
	}},
	{"TheAuditHasARowAsOfNobody", func(w *world) {
		lived(w, "talks")
		before := w.marks("talks")
		for i, d := range []briefings.Deed{by(ada, wednesday), deed(wednesday)} { // by themselves, and by an admin
			who := []briefings.Actor{ada, carl}[i]
			w.erase("talks", d, who)
			before.Audit++
			w.equal(w.marks("talks"), before)
			row := w.audit("talks", briefings.AuditQuery{Limit: 1})[0]
			w.equal([]any{row.Number, row.At, row.Action, row.Outcome, row.Actor.Platform, strings.HasPrefix(string(row.Actor.User), "erased-")},
				[]any{before.Audit, wednesday, "do", briefings.Done, who.Platform, true})
			w.equal(w.audit("talks", briefings.AuditQuery{Actors: []briefings.Actor{row.Actor}})[1].Detail, "no") // what they were denied
		}
	}},
	{"WhoComesBackIsSomebodyNew", func(w *world) {
		lived(w, "talks")
		w.erase("talks", by(ada, wednesday), ada)
		w.ok(w.s.Note(w.ctx, "talks", by(ada, thursday), briefings.Done, "again"))
		rows := w.audit("talks", briefings.AuditQuery{Actors: []briefings.Actor{ada}})
		w.equal([]any{len(rows), rows[0].Detail}, []any{1, "again"})
		w.equal(len(w.revisions("talks", briefings.RevisionQuery{Actors: []briefings.Actor{ada}})), 0)
		w.equal(w.rights("talks").Same(ada), []briefings.Actor{ada})
		// And may go again, without becoming who they were.
		was := w.revisions("talks", briefings.RevisionQuery{})[1].Actor
		w.erase("talks", by(ada, thursday), ada)
		w.equal(w.trace("talks", ada), []string(nil))
		if now := w.audit("talks", briefings.AuditQuery{Limit: 1})[0].Actor; now == was {
			w.t.Errorf("%s is who they were", now)
		}
	}},
	{"AgainIsHarmless", func(w *world) {
		lived(w, "talks")
		w.erase("talks", by(ada, wednesday), ada, ada)
		erased := w.revisions("talks", briefings.RevisionQuery{})[1].Actor
		before, history := w.rights("talks"), w.revisions("talks", briefings.RevisionQuery{})
		w.erase("talks", by(ada, wednesday), ada)
		w.erase("talks", by(erased, wednesday), erased)
		w.equal(w.rights("talks"), before)
		w.equal(w.revisions("talks", briefings.RevisionQuery{}), history)
		w.equal(w.trace("talks", ada), []string(nil))
		w.equal(w.trace("talks", carl), everywhere)
	}},
	{"AnAccountThatHasDoneNothingGoesToo", func(w *world) {
		w.book("talks", monday)
		_, err := w.s.Look(w.ctx, "talks", ada, 1, monday)
		w.ok(err)
		w.erase("talks", deed(tuesday), ada, bob)
		w.equal(w.trace("talks", ada), []string(nil))
		w.equal(w.audit("talks", briefings.AuditQuery{Actors: []briefings.Actor{ada, bob}}), []briefings.AuditRow(nil))
	}},
	{"ARestoredHistoryThatHoldsSomeoneErased", func(w *world) {
		lived(w, "talks")
		w.erase("talks", by(ada, wednesday), ada)
		history := w.revisions("talks", briefings.RevisionQuery{})
		other := newWorld(w.t, w.open)
		other.ok(other.s.Restore(other.ctx, "talks", history))
		// Their numbers are others here; nobody takes the name of somebody else.
		for range 6 {
			other.ok(other.s.Note(other.ctx, "talks", by(ada, thursday), briefings.Done, "x"))
			other.erase("talks", by(ada, thursday), ada)
		}
		other.equal(other.revisions("talks", briefings.RevisionQuery{}), history)
		seen := map[briefings.Actor]bool{}
		for _, r := range other.audit("talks", briefings.AuditQuery{}) {
			seen[r.Actor] = true
		}
		other.equal([]any{len(seen), seen[history[1].Actor]}, []any{6, false})
	}},
}
