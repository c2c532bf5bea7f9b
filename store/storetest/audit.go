package storetest

import (
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// numbers returns the numbers of rows, in their order.
func numbers(rows []briefings.AuditRow) []int64 {
	var list []int64
	for _, r := range rows {
		list = append(list, r.Number)
	}
	return list
}

var auditTests = []conformance{
	{"EachChangeHasOneRowWithItsRevisions", func(w *world) {
		w.book("talks", monday)
		c := change(tuesday, put(0, person("a", "A")), put(0, person("b", "B")), put(0, question("q", briefings.Waiting)))
		c.Actor, c.Action = ada, "book add"
		_, err := w.s.Apply(w.ctx, "talks", c)
		w.ok(err)
		w.apply("talks", wednesday, remove(1, person("a", "")))
		w.equal(w.audit("talks", briefings.AuditQuery{}), []briefings.AuditRow{
			{Number: 3, At: wednesday, Actor: editor, Via: "test", Action: "test", Outcome: briefings.Done, FirstSeq: 5, LastSeq: 5},
			{Number: 2, At: tuesday, Actor: ada, Via: "test", Action: "book add", Outcome: briefings.Done, FirstSeq: 2, LastSeq: 4},
			{Number: 1, At: monday, Actor: editor, Via: "test", Action: "test", Outcome: briefings.Done, FirstSeq: 1, LastSeq: 1},
		})
		w.equal(w.marks("talks"), briefings.Marks{Seq: 5, Audit: 3})
	}},
	{"WhatChangesNothingHasNoRow", func(w *world) {
		w.book("talks", monday)
		_, err := w.s.Apply(w.ctx, "talks", change(tuesday))
		w.ok(err)
		_, err = w.s.Apply(w.ctx, "talks", change(tuesday, put(0, person("a", "A")), put(5, person("b", "B"))))
		w.fails(err, briefings.ErrConflict)
		w.fails(w.s.Grant(w.ctx, "talks", deed(tuesday), briefings.Grant{}), briefings.ErrInvalid)
		w.fails(w.s.Link(w.ctx, "talks", deed(tuesday), ada, ada), briefings.ErrInvalid)
		w.equal(w.marks("talks"), briefings.Marks{Seq: 1, Audit: 1})
	}},
	{"EachDeedHasOneRowThatNamesNoPerson", func(w *world) {
		w.book("talks", monday)
		user := briefings.Grant{Platform: ada.Platform, Workspace: ada.Workspace, To: briefings.ToUser, ID: string(ada.User), Role: briefings.Editor}
		group := briefings.Grant{Platform: "discord", Workspace: "guild", To: briefings.ToGroup, ID: "777", Role: briefings.Contributor}
		none := group
		none.Role = briefings.NoRole
		for _, test := range []struct {
			name    string
			outcome briefings.AuditOutcome
			detail  []string // what it says
			do      func(briefings.Deed) error
		}{
			{"grant to a user", briefings.Done, []string{"editor", "slack/T1"}, func(d briefings.Deed) error { return w.s.Grant(w.ctx, "talks", d, user) }},
			{"grant to a group", briefings.Done, []string{"contributor", "group 777", "discord/guild"}, func(d briefings.Deed) error { return w.s.Grant(w.ctx, "talks", d, group) }},
			{"the same again", briefings.Done, []string{"contributor", "group 777"}, func(d briefings.Deed) error { return w.s.Grant(w.ctx, "talks", d, group) }},
			{"take away", briefings.Done, []string{"no role", "group 777"}, func(d briefings.Deed) error { return w.s.Grant(w.ctx, "talks", d, none) }},
			{"link", briefings.Done, []string{"one person"}, func(d briefings.Deed) error { return w.s.Link(w.ctx, "talks", d, ada, bob) }},
			{"unlink", briefings.Done, []string{"nobody else"}, func(d briefings.Deed) error { return w.s.Unlink(w.ctx, "talks", d, ada) }},
			{"unlink of an unknown account", briefings.Done, []string{"nobody else"}, func(d briefings.Deed) error { return w.s.Unlink(w.ctx, "talks", d, carl) }},
			{"bind", briefings.Done, []string{"slack/T1"}, func(d briefings.Deed) error {
				return w.s.Bind(w.ctx, d, briefings.Binding{Platform: "slack", Workspace: "T1", Book: "talks"})
			}},
			{"note", briefings.Done, []string{"it was quiet"}, func(d briefings.Deed) error {
				return w.s.Note(w.ctx, "talks", d, briefings.Done, "it was quiet")
			}},
			{"denied", briefings.Denied, []string{"needs an editor"}, func(d briefings.Deed) error {
				return w.s.Note(w.ctx, "talks", d, briefings.Denied, "needs an editor")
			}},
		} {
			before := w.marks("talks")
			d := deed(tuesday)
			d.Action = test.name
			w.ok(test.do(d))
			after := w.marks("talks")
			w.equal(after, briefings.Marks{Seq: before.Seq, Audit: before.Audit + 1})
			row := w.audit("talks", briefings.AuditQuery{Limit: 1})[0]
			detail := row.Detail
			row.Detail = ""
			w.equal(row, briefings.AuditRow{Number: after.Audit, At: tuesday, Actor: editor, Via: "test", Action: test.name, Outcome: test.outcome})
			for _, say := range test.detail {
				if !strings.Contains(detail, say) {
					w.t.Errorf("%s: got the detail %q, want %q in it", test.name, detail, say)
				}
			}
			for _, who := range []briefings.Actor{ada, bob, carl, editor} {
				if strings.Contains(detail, string(who.User)) {
					w.t.Errorf("%s: the detail names %s: %q", test.name, who, detail)
				}
			}
		}
	}},
	{"BindHasARowWhereSomebodyChangesSomething", func(w *world) {
		w.book("talks", monday)
		w.book("other", monday)
		bind := func(d briefings.Deed, book briefings.BookID) {
			w.ok(w.s.Bind(w.ctx, d, briefings.Binding{Platform: "slack", Workspace: "T1", Book: book}))
		}
		rows := func(talks, other int64) {
			w.t.Helper()
			w.equal([]int64{w.marks("talks").Audit, w.marks("other").Audit}, []int64{talks, other})
		}
		bind(briefings.Deed{}, "talks") // nobody's
		rows(1, 1)
		bind(deed(tuesday), "talks") // it was so
		rows(1, 1)
		bind(deed(tuesday), "other")
		rows(1, 2)
		bind(briefings.Deed{}, "talks")
		rows(1, 2)
		b, err := w.s.Binding(w.ctx, "slack", "T1")
		w.ok(err)
		w.equal(b.Book, briefings.BookID("talks"))
	}},
	{"EachFieldOfTheQueryRestricts", func(w *world) {
		w.book("talks", monday)                                                                 // 1: revision 1
		w.apply("talks", tuesday, put(0, person("a", "A")), put(0, event("a", "Of that name"))) // 2: 2, 3
		w.ok(w.s.Note(w.ctx, "talks", by(ada, tuesday), briefings.Denied, "no"))                // 3
		c := change(wednesday, put(0, person("b", "B")), put(1, person("a", "A two")), put(0, person("c", "C")))
		c.Actor = bob
		_, err := w.s.Apply(w.ctx, "talks", c) // 4: 4 to 6
		w.ok(err)
		w.apply("talks", thursday, put(1, person("c", "C two"))) // 5: 7
		w.apply("talks", thursday, put(2, person("c", "C")))     // 6: 8
		a, report, b, c2 := person("a", "").Ref(), event("a", "").Ref(), person("b", "").Ref(), person("c", "").Ref()
		none := briefings.Ref{Kind: briefings.EntryRecord, ID: "none"}
		for _, test := range []struct {
			name string
			q    briefings.AuditQuery
			want []int64
		}{
			{"all", briefings.AuditQuery{}, []int64{6, 5, 4, 3, 2, 1}},
			{"record", briefings.AuditQuery{Refs: []briefings.Ref{a}}, []int64{4, 2}},
			{"record of that name", briefings.AuditQuery{Refs: []briefings.Ref{report}}, []int64{2}},
			{"first of its change", briefings.AuditQuery{Refs: []briefings.Ref{b}}, []int64{4}},
			{"last of its change", briefings.AuditQuery{Refs: []briefings.Ref{c2}}, []int64{6, 5, 4}},
			{"records", briefings.AuditQuery{Refs: []briefings.Ref{b, none, report}}, []int64{4, 2}},
			{"no record", briefings.AuditQuery{Refs: []briefings.Ref{none}}, nil},
			{"hostile record", briefings.AuditQuery{Refs: []briefings.Ref{{Kind: briefings.EntryRecord, ID: "a\x00"}, {Kind: "x' OR 1=1"}}}, nil},
			{"actor", briefings.AuditQuery{Actors: []briefings.Actor{ada}}, []int64{3}},
			{"actors", briefings.AuditQuery{Actors: []briefings.Actor{ada, bob, carl}}, []int64{4, 3}},
			{"no actor", briefings.AuditQuery{Actors: []briefings.Actor{carl}}, nil},
			{"since", briefings.AuditQuery{Since: wednesday}, []int64{6, 5, 4}},
			{"since, finer than is kept", briefings.AuditQuery{Since: wednesday.Add(1)}, []int64{6, 5}},
			{"until", briefings.AuditQuery{Until: wednesday}, []int64{3, 2, 1}},
			{"until, finer than is kept", briefings.AuditQuery{Until: wednesday.Add(1)}, []int64{4, 3, 2, 1}},
			{"before", briefings.AuditQuery{Before: 3}, []int64{2, 1}},
			{"limit", briefings.AuditQuery{Limit: 2}, []int64{6, 5}},
			{"all of them", briefings.AuditQuery{Refs: []briefings.Ref{a, c2}, Actors: []briefings.Actor{bob, editor}, Since: tuesday, Until: thursday.Add(time.Hour), Before: 6, Limit: 2}, []int64{5, 4}},
		} {
			if got := numbers(w.audit("talks", test.q)); len(got) != len(test.want) {
				w.t.Errorf("%s: got %v, want %v", test.name, got, test.want)
			} else {
				w.equal(got, test.want)
			}
		}
	}},
	{"ADeedSaysWhenAndAnyTextIsKept", func(w *world) {
		w.book("talks", monday)
		if err := w.s.Note(w.ctx, "talks", deed(time.Time{}), briefings.Done, "x"); err == nil {
			w.t.Error("a deed of no time is noted")
		}
		d := deed(tuesday.Add(1234567))
		d.Via, d.Action = "nul \x00", "bad \xff '%s{{.}}"
		w.ok(w.s.Note(w.ctx, "talks", d, briefings.Done, "\x00 🕊️ \u202e"))
		w.equal(w.audit("talks", briefings.AuditQuery{Limit: 1}), []briefings.AuditRow{{
			Number: 2, At: tuesday.Add(time.Millisecond), Actor: editor, Via: "nul ", Action: "bad \uFFFD '%s{{.}}", Outcome: briefings.Done, Detail: " 🕊️ \u202e",
		}})
	}},
}
