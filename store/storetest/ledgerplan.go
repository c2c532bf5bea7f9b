package storetest

import (
	"fmt"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

var scheduleTests = []ledgerRule{
	{"IsKeptAsItWasPut", func(l *ledger) {
		s := l.schedule("talks", morning("morning"))
		if s.ID == "" || s.Rev != 1 {
			l.t.Fatalf("got %+v", s)
		}
		config := morning("config")
		config.ID, config.From, config.Made, config.Places, config.Cursor, config.Edition = "fixed", "config", briefings.Actor{}, nil, "2025-11-30T09:00", 7
		config.NextDue = monday.Add(123*time.Millisecond + 456) // to the millisecond
		config = l.schedule("talks", config)
		config.NextDue = monday.Add(123 * time.Millisecond)
		got, err := l.l.Schedules(l.ctx, "talks")
		l.ok(err)
		l.equal(got, []delivery.Schedule{config, s})
	}},
	{"StaleRevisionIsAConflict", func(l *ledger) {
		s := l.schedule("talks", morning("morning"))
		s.State = delivery.Paused
		s2 := l.schedule("talks", s)
		l.equal(s2.Rev, int64(2))
		_, err := l.l.PutSchedule(l.ctx, "talks", deed(monday), s)
		l.fails(err, briefings.ErrConflict)
		s.Rev = 0 // as a new one
		_, err = l.l.PutSchedule(l.ctx, "talks", deed(monday), s)
		l.fails(err, briefings.ErrConflict)
		s.ID, s.Rev = "none", 1
		_, err = l.l.PutSchedule(l.ctx, "talks", deed(monday), s)
		l.fails(err, briefings.ErrNotFound)
		got, err := l.l.Schedules(l.ctx, "talks")
		l.ok(err)
		l.equal(got, []delivery.Schedule{s2})
	}},
	{"ANameIsOneOfThoseThatAreNotDeleted", func(l *ledger) {
		s := l.schedule("talks", morning("morning"))
		_, err := l.l.PutSchedule(l.ctx, "talks", deed(monday), morning("morning"))
		l.fails(err, briefings.ErrInvalid)
		evening := l.schedule("talks", morning("evening"))
		evening.Name = "morning"
		_, err = l.l.PutSchedule(l.ctx, "talks", deed(monday), evening)
		l.fails(err, briefings.ErrInvalid)
		s.State = delivery.Deleted
		s = l.schedule("talks", s)
		l.schedule("talks", morning("morning"))
		s.State = delivery.Active
		_, err = l.l.PutSchedule(l.ctx, "talks", deed(monday), s)
		l.fails(err, briefings.ErrInvalid)
	}},
	{"ABookHasSoMany", func(l *ledger) {
		var last delivery.Schedule
		for i := range delivery.MaxSchedules {
			last = l.schedule("talks", morning(fmt.Sprint("s", i)))
		}
		_, err := l.l.PutSchedule(l.ctx, "talks", deed(monday), morning("more"))
		l.fails(err, briefings.ErrInvalid)
		last.State = delivery.Deleted
		last = l.schedule("talks", last) // changes are no new ones
		l.schedule("talks", morning("more"))
		last.State = delivery.Active
		_, err = l.l.PutSchedule(l.ctx, "talks", deed(monday), last)
		l.fails(err, briefings.ErrInvalid)
	}},
	{"TheAuditHasARowForADeedOfSomebody", func(l *ledger) {
		before := l.marks("talks").Audit
		s := l.schedule("talks", morning("morning"))
		s.State = delivery.Paused
		l.schedule("talks", s)
		rows := l.audit("talks", briefings.AuditQuery{Limit: 2})
		l.equal([]any{rows[0].Number, rows[0].Detail, rows[1].Detail, rows[0].Actor, rows[0].Action}, []any{before + 2, "schedule morning paused", "schedule morning made", editor, "do"})
		_, err := l.l.PutSchedule(l.ctx, "talks", briefings.Deed{}, morning("config"))
		l.ok(err)
		l.equal(l.marks("talks").Audit, before+2)
	}},
	{"WhatCannotBeKeptIsInvalid", func(l *ledger) {
		for _, spoil := range []func(*delivery.Schedule){
			func(s *delivery.Schedule) { s.Name = "" },
			func(s *delivery.Schedule) { s.Name = "\xff" },
			func(s *delivery.Schedule) { s.ID = "nul \x00" },
			func(s *delivery.Schedule) { s.Places = []delivery.Place{{}} },
			func(s *delivery.Schedule) { s.Places = []delivery.Place{{Platform: "slack", Channel: "\x00"}} },
			func(s *delivery.Schedule) { s.Places = make([]delivery.Place, delivery.MaxPlaces+1) },
		} {
			s := morning("morning")
			spoil(&s)
			_, err := l.l.PutSchedule(l.ctx, "talks", deed(monday), s)
			l.fails(err, briefings.ErrInvalid)
		}
		s := morning("morning")
		s.Spec, s.Said = "nul \x00", "\xff"
		s = l.schedule("talks", s)
		got, err := l.l.Schedules(l.ctx, "talks")
		l.ok(err)
		l.equal([]any{got[0].Spec, got[0].Said}, []any{"nul ", "\uFFFD"})
	}},
	{"ManyPlacesAreKeptInTheirOrder", func(l *ledger) {
		s := morning("morning")
		for i := range 300 {
			s.Places = append(s.Places, delivery.Direct(briefings.Actor{Platform: "slack", Workspace: "T1", User: briefings.UserID(fmt.Sprint("U", i))}))
		}
		s = l.schedule("talks", s)
		got, err := l.l.Schedules(l.ctx, "talks")
		l.ok(err)
		l.equal(got, []delivery.Schedule{s})
	}},
	{"DueAreThoseWhoseTimeHasCome", func(l *ledger) {
		for i, state := range []delivery.ScheduleState{delivery.Active, delivery.Paused, delivery.Deleted, delivery.Active, delivery.Active} {
			s := morning(fmt.Sprint("s", i))
			s.State, s.NextDue = state, wednesday.AddDate(0, 0, -i)
			if i == 4 {
				s.NextDue = time.Time{} // never
			}
			l.schedule("talks", s)
		}
		due := func(now time.Time, limit int) []string {
			list, err := l.l.Due(l.ctx, "talks", now, limit)
			l.ok(err)
			names := []string{}
			for _, s := range list {
				names = append(names, s.Name)
			}
			return names
		}
		l.equal(due(wednesday, 10), []string{"s3", "s1", "s0"})
		l.equal(due(wednesday.Add(-time.Millisecond), 10), []string{"s3", "s1"})
		l.equal(due(wednesday, 2), []string{"s3", "s1"})
		l.equal(due(wednesday, 0), []string{})
	}},
}

var commitTests = []ledgerRule{
	{"RunsPartsAndDeliveriesAreKept", func(l *ledger) {
		r := inParts(run("s", "1", channel, delivery.Direct(ada), guild), 2)
		r.More = 3
		r.To[1].NotBefore = monday.Add(20 * time.Second)
		l.plan("talks", monday, r)
		got, err := l.l.Runs(l.ctx, "talks", delivery.RunQuery{})
		l.ok(err)
		l.equal(got, []delivery.Run{r.Run})
		for i, p := range both {
			parts, err := l.l.Parts(l.ctx, "talks", r.Key, p)
			l.ok(err)
			l.equal(parts, []delivery.Part{r.Parts[i], r.Parts[2+i]})
		}
		secret, err := l.l.Secret(l.ctx)
		l.ok(err)
		for i, to := range r.To {
			want := delivery.Delivery{
				ID: delivery.NewID(secret, "talks", r.Key, to.Place, 1), Run: r.Key, Kind: delivery.Digest, To: to.Place, Part: 1, Op: delivery.Post, State: delivery.Pending,
				Owner: "planner", Due: monday, Next: monday, Deadline: wednesday, OnUnknown: delivery.AskAdmin, Edition: 4, Zone: "Europe/Kyiv", Moved: monday, RunState: delivery.Planned,
			}
			if i == 1 {
				want.Next = to.NotBefore
			}
			l.equal(l.of("talks", "s", "1", to.Place, 1), want)
			want.ID, want.Part, want.Next = delivery.NewID(secret, "talks", r.Key, to.Place, 2), 2, time.Time{}
			l.equal(l.of("talks", "s", "1", to.Place, 2), want)
		}
	}},
	{"ARunThatIsKnownIsLeftAsItIs", func(l *ledger) {
		d := l.one()
		d = l.move(claim(d, "me", monday))
		again := run("s", "1", channel, other)
		again.Hash, again.Parts[0].Body = "another", []byte("another")
		l.plan("talks", tuesday, again, run("s", "2", channel))
		l.equal(l.of("talks", "s", "1", channel, 1), d)
		l.equal(len(l.deliveries("talks", delivery.DeliveryQuery{})), 2)
		runs, err := l.l.Runs(l.ctx, "talks", delivery.RunQuery{Source: "s"})
		l.ok(err)
		l.equal([]any{len(runs), runs[0].Hash, runs[1].Hash}, []any{2, "hash", "hash"})
		parts, err := l.l.Parts(l.ctx, "talks", again.Key, "slack")
		l.ok(err)
		l.equal(string(parts[0].Body), "body of slack")
	}},
	{"SchedulesMoveOn", func(l *ledger) {
		s := l.schedule("talks", morning("morning"))
		s.Cursor, s.NextDue, s.Edition = "2025-12-01T09:00", tuesday, 1
		l.ok(l.l.Commit(l.ctx, "talks", delivery.Plan{At: monday, Schedules: []delivery.Schedule{s}}))
		s.Rev = 2
		got, err := l.l.Schedules(l.ctx, "talks")
		l.ok(err)
		l.equal(got, []delivery.Schedule{s})
	}},
	{"WhatHasMovedOnIsAConflictAndNothingIsWritten", func(l *ledger) {
		s := l.schedule("talks", morning("morning"))
		w := l.watch("talks", ada)
		p := l.pin("talks")
		_, err := l.l.Cursor(l.ctx, "talks")
		l.ok(err)
		stale := func(rev int64) int64 { return rev + 1 }
		for name, spoil := range map[string]func(*delivery.Plan){
			"schedule": func(x *delivery.Plan) { x.Schedules[1].Rev = stale(x.Schedules[1].Rev) },
			"watch":    func(x *delivery.Plan) { x.Watches[0].Rev = stale(w.Rev) },
			"pin":      func(x *delivery.Plan) { x.Pins[0].Rev = stale(p.Rev) },
			"cursor":   func(x *delivery.Plan) { x.Cursor = &delivery.CursorMove{From: 2, To: 4} },
			"unknown":  func(x *delivery.Plan) { x.Schedules[1].ID = "none" },
		} {
			l.t.Log(name)
			l.plan("talks", monday, run("old", "1", channel))
			other := l.schedule("talks", morning("of "+name))
			before := l.inLedger("talks")
			s.NextDue, w.Held, p.Hash = tuesday, 9, "new"
			plan := delivery.Plan{
				At: tuesday, Runs: []delivery.NewRun{run("new", name, channel)}, Schedules: []delivery.Schedule{s, other}, Watches: []delivery.Watch{w}, Pins: []delivery.Pin{p},
				Cursor: &delivery.CursorMove{From: 3, To: 4}, Supersede: []string{"old"},
			}
			spoil(&plan)
			l.fails(l.l.Commit(l.ctx, "talks", plan), briefings.ErrConflict)
			l.equal(l.inLedger("talks"), before)
		}
	}},
	{"TwoThatPlanTheSameMakeOneRun", func(l *ledger) {
		s := l.schedule("talks", morning("morning"))
		s.NextDue = tuesday
		plan := delivery.Plan{At: monday, Runs: []delivery.NewRun{run(string(s.ID), "1", channel)}, Schedules: []delivery.Schedule{s}}
		l.ok(l.l.Commit(l.ctx, "talks", plan))
		before := l.inLedger("talks")
		l.fails(l.l.Commit(l.ctx, "talks", plan), briefings.ErrConflict)
		plan.Schedules = nil // and where nothing says so but the key
		plan.Supersede = []string{string(s.ID)}
		l.ok(l.l.Commit(l.ctx, "talks", plan))
		l.equal(l.inLedger("talks"), before)
	}},
	{"AnEditHasItsMessageAndMarker", func(l *ledger) {
		r := run("correction/x", "9", channel)
		r.Parts[0].Op = delivery.Edit
		r.Parts = append(r.Parts, delivery.Part{Platform: "slack", Number: 2, Op: delivery.Post, Threaded: true})
		r.To[0].Message, r.To[0].Marker, r.To[0].Thread = "m1", "edition 4 · abc", "t1"
		l.plan("talks", monday, r)
		d := l.of("talks", "correction/x", "9", channel, 1)
		l.equal([]any{d.Op, d.Message, d.Marker, d.Thread}, []any{delivery.Edit, "m1", "edition 4 · abc", "t1"})
		d = l.of("talks", "correction/x", "9", channel, 2)
		l.equal([]any{d.Op, d.Message, d.Marker, d.Thread}, []any{delivery.Post, "", "", ""})
	}},
	{"WhatIsRefusedIsDeadFromTheStart", func(l *ledger) {
		r := inParts(run("s", "1", channel, guild), 2)
		r.To[0].Refused = "the channel is paused"
		r.To = append(r.To, delivery.Target{Place: delivery.Place{Platform: "irc", Channel: "#a"}, Refused: "irc is not served"}, delivery.Target{Place: delivery.Place{Platform: "irc", Channel: "#b"}})
		l.plan("talks", monday, r)
		for part := 1; part <= 2; part++ {
			d := l.of("talks", "s", "1", channel, part)
			l.equal([]any{d.State, d.Class, d.Detail}, []any{delivery.Dead, "closed", "the channel is paused"})
		}
		// Also where no message was written for it.
		d := l.of("talks", "s", "1", r.To[2].Place, 1)
		l.equal([]any{d.State, d.Class, d.Detail}, []any{delivery.Dead, "closed", "irc is not served"})
		d = l.of("talks", "s", "1", r.To[3].Place, 1)
		l.equal([]any{d.State, d.Class}, []any{delivery.Dead, "faulty"})
		l.equal(len(l.ids(thursday)), 2) // those of discord
		stops, err := l.l.Stops(l.ctx, "talks")
		l.ok(err)
		l.equal(len(stops), 0) // they are not failures of the place
	}},
	{"APlaceThatIsNamedTwiceGetsItOnce", func(l *ledger) {
		l.plan("talks", monday, run("s", "1", channel, channel))
		l.equal(len(l.deliveries("talks", delivery.DeliveryQuery{})), 1)
	}},
	{"SupersedeReplacesWhatIsWaiting", func(l *ledger) {
		l.plan("talks", monday, inParts(run("s", "1", channel, other, guild), 2), run("s", "0", channel), run("elsewhere", "1", channel))
		l.move(sent(l.of("talks", "s", "0", channel, 1), "m0", monday)) // nothing of it is waiting
		sending := l.move(claim(l.of("talks", "s", "1", channel, 1), "me", monday))
		unknown := l.of("talks", "s", "1", guild, 1)
		to := unknown
		to.State, to.Unsure, to.EverUnsure = delivery.Unknown, true, true
		unknown = l.move(delivery.Move{From: unknown, To: to, At: monday})
		l.ok(l.l.Commit(l.ctx, "talks", delivery.Plan{At: tuesday, Runs: []delivery.NewRun{run("s", "2", channel)}, Supersede: []string{"s"}}))
		states := func(source, slot string, to delivery.Place) []any {
			one := l.of("talks", source, slot, to, 1)
			return []any{one.State, one.RunState}
		}
		l.equal(states("s", "1", other), []any{delivery.Replaced, delivery.Superseded})
		l.equal(states("s", "1", channel), []any{delivery.Sending, delivery.Superseded})
		l.equal(states("s", "1", guild), []any{delivery.Unknown, delivery.Superseded})
		l.equal(states("s", "2", channel), []any{delivery.Pending, delivery.Planned})
		l.equal(states("s", "0", channel), []any{delivery.Sent, delivery.Planned})
		l.equal(states("elsewhere", "1", channel), []any{delivery.Pending, delivery.Planned})
		for _, p := range []delivery.Place{channel, other, guild} {
			d := l.of("talks", "s", "1", p, 2)
			l.equal([]any{d.State, d.Moved}, []any{delivery.Replaced, tuesday})
		}
		// What comes back to wait is returned with the state of its run.
		l.move(back(sending, tuesday, tuesday))
		for _, j := range l.work(tuesday, 10) {
			if j.Run.Source == "s" && j.Run.Slot == "1" {
				l.equal(j.RunState, delivery.Superseded)
			}
		}
		// And what was posted is a fact.
		l.equal(l.move(sent(unknown, "m", tuesday)).State, delivery.Sent)
		l.equal(l.of("talks", "s", "1", guild, 2).State, delivery.Replaced)
	}},
	{"OneRunHasManyTargets", func(l *ledger) {
		var places []delivery.Place
		for i := range 1000 {
			places = append(places, delivery.Place{Platform: "slack", Workspace: "T1", Channel: fmt.Sprint("C", i)})
		}
		l.plan("talks", monday, run("s", "1", places...))
		l.equal(len(l.deliveries("talks", delivery.DeliveryQuery{Source: "s"})), 1000)
		l.equal(len(l.work(monday, 256)), 256)
	}},
	{"ManyRunsAreOnePlan", func(l *ledger) {
		var runs []delivery.NewRun
		for i := range 600 {
			runs = append(runs, run(fmt.Sprint("s", i), "1", channel))
		}
		runs = append(runs, runs[0])
		l.plan("talks", monday, runs...)
		l.equal(len(l.deliveries("talks", delivery.DeliveryQuery{})), 600)
		got, err := l.l.Runs(l.ctx, "talks", delivery.RunQuery{})
		l.ok(err)
		l.equal(len(got), 600)
	}},
}
