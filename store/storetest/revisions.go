package storetest

import (
	"time"

	"github.com/briefbot/briefbot/briefings"
)

var revisionTests = []conformance{
	{"EachFieldOfTheQueryRestricts", func(w *world) {
		w.book("talks", monday)                                                                          // 1
		w.apply("talks", tuesday, put(0, person("a", "A")), put(0, event("a", "A report of that name"))) // 2, 3
		w.apply("talks", wednesday, put(1, person("a", "A two")))                                        // 4
		back := event("back", "Back-dated")
		back.Claim.Recorded = monday
		w.apply("talks", thursday, put(0, back), remove(2, person("a", ""))) // 5, 6
		a := briefings.Ref{Kind: briefings.EntryRecord, ID: "a"}
		for _, test := range []struct {
			name string
			q    briefings.RevisionQuery
			want []int64
		}{
			{"all", briefings.RevisionQuery{}, []int64{1, 2, 3, 4, 5, 6}},
			{"after", briefings.RevisionQuery{AfterSeq: 4}, []int64{5, 6}},
			{"since", briefings.RevisionQuery{Since: wednesday}, []int64{4, 6}},
			{"since, finer than is kept", briefings.RevisionQuery{Since: wednesday.Add(time.Nanosecond)}, []int64{6}},
			{"until", briefings.RevisionQuery{Until: tuesday}, []int64{1, 2, 3, 5}},
			{"since and until", briefings.RevisionQuery{Since: tuesday, Until: wednesday}, []int64{2, 3, 4}},
			{"record", briefings.RevisionQuery{Ref: a}, []int64{2, 4, 6}},
			{"newest", briefings.RevisionQuery{Newest: true, Limit: 2}, []int64{6, 5}},
			{"limit", briefings.RevisionQuery{Limit: 2}, []int64{1, 2}},
			{"all of them", briefings.RevisionQuery{AfterSeq: 1, Since: tuesday, Until: thursday, Ref: a, Newest: true, Limit: 2}, []int64{6, 4}},
			{"nothing", briefings.RevisionQuery{Ref: briefings.Ref{Kind: briefings.EntryRecord, ID: "b"}}, nil},
		} {
			var got []int64
			for _, v := range w.revisions("talks", test.q) {
				got = append(got, v.Seq)
			}
			if len(got) != len(test.want) {
				w.t.Errorf("%s: got %v, want %v", test.name, got, test.want)
			}
			w.equal(got, test.want)
		}
		_, err := w.s.Revisions(w.ctx, "other", briefings.RevisionQuery{})
		w.fails(err, briefings.ErrNotFound)
	}},
	{"ActorsPickWhatTheyMade", func(w *world) {
		w.book("talks", monday)
		for i, who := range []briefings.Actor{ada, bob, ada, carl} { // 2 to 5
			c := change(tuesday, put(int64(i), person("a", "A")))
			c.Actor = who
			_, err := w.s.Apply(w.ctx, "talks", c)
			w.ok(err)
		}
		elsewhere := ada
		elsewhere.Workspace = "T2"
		for _, test := range []struct {
			q    briefings.RevisionQuery
			want []int64
		}{
			{briefings.RevisionQuery{Actors: []briefings.Actor{ada}}, []int64{2, 4}},
			{briefings.RevisionQuery{Actors: []briefings.Actor{bob, ada, carl}}, []int64{2, 3, 4, 5}},
			{briefings.RevisionQuery{Actors: []briefings.Actor{bob, carl}, AfterSeq: 3, Since: tuesday, Newest: true, Limit: 3}, []int64{5}},
			{briefings.RevisionQuery{Actors: []briefings.Actor{ada, bob, carl, editor, elsewhere}, Newest: true, Limit: 2}, []int64{5, 4}},
			{briefings.RevisionQuery{Actors: []briefings.Actor{ada}, Ref: briefings.Ref{Kind: briefings.EntryRecord, ID: "b"}}, nil},
			{briefings.RevisionQuery{Actors: []briefings.Actor{elsewhere, {User: "\x00'"}}}, nil},
			{briefings.RevisionQuery{Actors: []briefings.Actor{}}, []int64{1, 2, 3, 4, 5}},
		} {
			var got []int64
			for _, v := range w.revisions("talks", test.q) {
				got = append(got, v.Seq)
			}
			w.equal(got, test.want)
		}
	}},
	{"BeforeIsGivenAlsoWhereItIsNotPicked", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", tuesday, put(0, person("a", "One")))
		w.apply("talks", wednesday, put(1, person("a", "Two")))
		v := w.revisions("talks", briefings.RevisionQuery{AfterSeq: 2})[0]
		w.equal([]any{v.Before.(*briefings.Entry).Name, briefings.VersionOf(v.Before)}, []any{"One", briefings.Version{Number: 1, Recorded: tuesday}})
	}},
}

var restoreTests = []conformance{
	{"MakesTheSameBookWithTheSameHistory", func(w *world) {
		var edits []briefings.Edit
		for _, r := range full() {
			edits = append(edits, put(0, r))
		}
		w.apply("talks", tuesday, edits...)
		c := change(wednesday, put(0, person("a", "A")))
		c.Actor, c.Via, c.Why = briefings.Actor{Platform: "slack", Workspace: "T1", User: "U2"}, "import", ""
		_, err := w.s.Apply(w.ctx, "talks", c)
		w.ok(err)
		w.apply("talks", thursday, put(1, person("a", "A two")), remove(2, person("a", "")))
		history := w.revisions("talks", briefings.RevisionQuery{})

		w.fails(w.s.Restore(w.ctx, "talks", history), briefings.ErrConflict)
		other := newWorld(w.t, w.open)
		other.book("unrelated", monday)
		other.ok(other.s.Restore(w.ctx, "talks", history))
		w.equal(other.revisions("talks", briefings.RevisionQuery{}), history)
		for _, asOf := range []time.Time{{}, monday, tuesday, wednesday} {
			w.equal(other.load("talks", asOf), w.load("talks", asOf))
		}
		w.equal(other.find("talks", briefings.ParseTextQuery("moscow")), []string{"witkoff"})
		w.equal(len(other.find("talks", briefings.TextQuery{Terms: words("a"), AsOf: wednesday})), 2)
		// Nobody here has done any of it.
		w.equal([]any{other.marks("talks").Audit, len(other.audit("talks", briefings.AuditQuery{}))}, []any{int64(0), 0})
		other.ok(other.s.Note(other.ctx, "talks", deed(thursday), briefings.Done, "x"))
		w.equal(other.audit("talks", briefings.AuditQuery{Refs: []briefings.Ref{person("a", "").Ref()}}), []briefings.AuditRow(nil))
		// And it goes on from there.
		v := other.apply("talks", thursday, put(3, person("a", "A three")))[0]
		w.equal([]int64{v.Seq, v.Number}, []int64{history[len(history)-1].Seq + 1, 4})
		rows := other.audit("talks", briefings.AuditQuery{Refs: []briefings.Ref{person("a", "").Ref()}})
		w.equal([]any{len(rows), rows[0].Number, rows[0].FirstSeq, rows[0].LastSeq}, []any{1, int64(2), v.Seq, v.Seq})
	}},
	{"RefusesAHistoryWithGaps", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", tuesday, put(0, person("a", "A")), put(0, person("b", "B")))
		w.apply("talks", wednesday, put(1, person("a", "A two")))
		history := w.revisions("talks", briefings.RevisionQuery{})
		other := newWorld(w.t, w.open)
		broken := map[string][]briefings.Revision{
			"empty":          nil,
			"no settings":    history[1:],
			"one is missing": {history[0], history[2]},
			"out of order":   {history[0], history[2], history[1], history[3]},
		}
		wrong := func(name string, change func(*briefings.Revision)) {
			list := append([]briefings.Revision{}, history...)
			change(&list[3])
			broken[name] = list
		}
		wrong("another number", func(v *briefings.Revision) { v.Number = 3 })
		wrong("another record", func(v *briefings.Revision) { v.After = person("c", "C") })
		wrong("no time", func(v *briefings.Revision) { v.At = time.Time{} })
		wrong("a falling clock", func(v *briefings.Revision) { v.Recorded = monday })
		for name, list := range broken {
			if err := other.s.Restore(w.ctx, "talks", list); err == nil {
				w.t.Errorf("%s: restored", name)
			} else {
				other.fails(err, briefings.ErrInvalid)
			}
		}
		_, err := other.s.Marks(w.ctx, "talks")
		w.fails(err, briefings.ErrNotFound)
		w.fails(other.s.Restore(w.ctx, "another", history), briefings.ErrInvalid)
	}},
}
