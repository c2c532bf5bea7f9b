package storetest

import (
	"fmt"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

var workTests = []ledgerRule{
	{"IsWhatWaitsAndWhoseTimeHasCome", func(l *ledger) {
		r := run("s", "1", channel, other, guild)
		r.To[1].NotBefore = tuesday
		l.plan("talks", monday, r)
		a, b, c := l.of("talks", "s", "1", channel, 1), l.of("talks", "s", "1", other, 1), l.of("talks", "s", "1", guild, 1)
		l.equal(len(l.ids(monday.Add(-time.Millisecond))), 0)
		l.equal(len(l.ids(monday)), 2)
		c = l.move(back(c, monday.Add(time.Hour), monday))
		l.equal(l.ids(monday), []delivery.ID{a.ID})
		l.equal(l.ids(tuesday), []delivery.ID{a.ID, c.ID, b.ID}) // the one that waits longest comes first
		to := c
		to.State, to.Unsure, to.Next = delivery.Unknown, true, monday.Add(2*time.Hour)
		l.move(delivery.Move{From: c, To: to, At: monday})
		l.equal(l.ids(monday.Add(time.Hour)), []delivery.ID{a.ID})
		l.equal(l.ids(monday.Add(2*time.Hour)), []delivery.ID{a.ID, c.ID})
		l.equal(len(l.work(tuesday, 2)), 2)
		l.equal(len(l.work(tuesday, 0)), 0)
	}},
	{"HasTheMessage", func(l *ledger) {
		l.plan("talks", monday, run("s", "1", channel, guild))
		for _, j := range l.work(monday, 10) {
			l.equal(string(j.Body), "body of "+string(j.To.Platform))
			l.equal(j.Delivery, l.of("talks", "s", "1", j.To, 1))
		}
	}},
	{"IsThatOfThePlatforms", func(l *ledger) {
		l.plan("talks", monday, run("s", "1", channel, guild))
		for n, list := range [][]briefings.Platform{nil, {"discord"}, {"slack", "discord", "slack", "irc"}} {
			jobs, err := l.l.Work(l.ctx, "talks", list, monday, 10)
			l.ok(err)
			l.equal(len(jobs), n)
		}
		next, err := l.l.NextWork(l.ctx, "talks", []briefings.Platform{"irc"})
		l.ok(err)
		l.equal(next, time.Time{})
	}},
	{"AClaimIsWorkOnceItsLeaseHasRunOut", func(l *ledger) {
		d := l.one()
		for _, state := range []delivery.State{delivery.Sending, delivery.Reconciling} {
			m := claim(d, "me", monday)
			m.To.State = state
			d = l.move(m)
			l.equal(d.Lease, monday.Add(time.Minute))
			l.equal(l.ids(monday.Add(time.Minute-time.Millisecond)), []delivery.ID{})
			l.equal(l.ids(monday.Add(time.Minute)), []delivery.ID{d.ID})
			d = l.move(back(d, monday, monday))
			l.equal(d.Lease, time.Time{})
		}
	}},
	{"WhatIsNotSettledIsWorkPastItsDeadline", func(l *ledger) {
		r := inParts(run("s", "1", channel, guild), 2)
		r.To[0].NotBefore = thursday
		l.plan("talks", monday, r)
		l.equal(len(l.ids(wednesday.Add(-time.Millisecond))), 1)
		l.equal(len(l.ids(wednesday)), 4) // also those that wait for another
		d := l.move(claim(l.of("talks", "s", "1", guild, 1), "me", wednesday))
		l.equal(len(l.ids(wednesday)), 3) // but not while somebody works at it
		l.move(failed(d, delivery.Faulty, wednesday))
		l.equal(len(l.ids(thursday)), 2)
	}},
	{"WithoutADeadlineItWaitsForEver", func(l *ledger) {
		r := inParts(run("s", "1", channel), 2)
		r.Deadline = time.Time{}
		l.plan("talks", monday, r)
		l.equal(l.ids(thursday.AddDate(10, 0, 0)), []delivery.ID{l.of("talks", "s", "1", channel, 1).ID})
		l.move(sent(l.of("talks", "s", "1", channel, 1), "m", tuesday))
		l.equal(l.ids(thursday), []delivery.ID{l.of("talks", "s", "1", channel, 2).ID})
	}},
	{"WhatIsSettledIsNoWork", func(l *ledger) {
		for i, state := range []delivery.State{delivery.Sent, delivery.Dead, delivery.Replaced, delivery.Dropped} {
			slot := fmt.Sprint(i)
			l.plan("talks", monday, run("s", slot, channel))
			d := l.of("talks", "s", slot, channel, 1)
			to := d
			to.State = state
			l.move(delivery.Move{From: d, To: to, At: monday})
		}
		l.equal(len(l.ids(thursday)), 0)
		next, err := l.l.NextWork(l.ctx, "talks", both)
		l.ok(err)
		l.equal(next, time.Time{})
	}},
	{"NextWorkIsWhenThereIsSome", func(l *ledger) {
		next := func() time.Time {
			at, err := l.l.NextWork(l.ctx, "talks", both)
			l.ok(err)
			return at
		}
		l.equal(next(), time.Time{})
		r := run("s", "1", channel, guild)
		r.To[0].NotBefore, r.To[1].NotBefore = tuesday, thursday
		l.plan("talks", monday, r)
		l.equal(next(), tuesday)
		d := l.move(claim(l.of("talks", "s", "1", channel, 1), "me", tuesday))
		l.equal(next(), tuesday.Add(time.Minute))
		l.move(sent(d, "m", tuesday))
		l.equal(next(), wednesday) // the other's deadline
	}},
}

var moveTests = []ledgerRule{
	{"SecondOwnerLosesWhileLeaseIsLive", func(l *ledger) {
		d := l.one()
		mine := l.move(claim(d, "me", monday))
		l.equal([]any{mine.State, mine.Owner, mine.Fence, mine.Attempts, mine.Moved}, []any{delivery.Sending, "me", d.Fence + 1, 1, monday})
		l.equal(l.try("talks", claim(d, "you", monday)), false)
		l.equal(l.of("talks", "s", "1", channel, 1), mine)
	}},
	{"AnotherFenceOrStateIsRefused", func(l *ledger) {
		d := l.one()
		for _, spoil := range []func(*delivery.Delivery){
			func(d *delivery.Delivery) { d.Fence++ },
			func(d *delivery.Delivery) { d.Fence-- },
			func(d *delivery.Delivery) { d.State = delivery.Unknown },
			func(d *delivery.Delivery) { d.ID = "none" },
			func(d *delivery.Delivery) { d.ID = "\xff\x00" },
		} {
			from := d
			spoil(&from)
			l.equal(l.try("talks", claim(from, "me", monday)), false)
		}
		l.equal(l.of("talks", "s", "1", channel, 1), d)
	}},
	{"EveryMoveAddsOneToTheFence", func(l *ledger) {
		d := l.one()
		for i := range 5 {
			d = l.move(claim(d, "me", monday))
			l.equal(d.Fence, int64(2*i+1))
			d = l.move(back(d, monday, monday))
			l.equal(d.Fence, int64(2*i+2))
		}
		l.equal(l.move(sent(d, "m", monday)).Fence, int64(11))
	}},
	{"SentWinsWhateverTheFence", func(l *ledger) {
		for i, state := range []delivery.State{delivery.Pending, delivery.Unknown, delivery.Sending, delivery.Reconciling, delivery.Dead, delivery.Replaced, delivery.Dropped} {
			slot := fmt.Sprint(i)
			l.plan("talks", monday, run("s", slot, channel))
			mine := l.move(claim(l.of("talks", "s", slot, channel, 1), "me", monday))
			to := mine
			to.State, to.Owner, to.LastSent, to.Attempts, to.EverUnsure = state, "you", tuesday, 5, true
			l.move(delivery.Move{From: mine, To: to, At: tuesday})
			d := l.move(sent(mine, "m"+slot, monday))
			// And what is known of the newer try stays.
			l.equal([]any{d.State, d.Message, d.Owner, d.LastSent, d.Attempts, d.EverUnsure}, []any{delivery.Sent, "m" + slot, "me", tuesday, 5, true})
			// It is sent once.
			l.equal(l.try("talks", sent(mine, "another", monday)), false)
			l.equal(l.try("talks", sent(d, "another", monday)), false)
			l.equal(l.of("talks", "s", slot, channel, 1), d)
		}
	}},
	{"ARefusedMoveDoesNotFailTheOthers", func(l *ledger) {
		l.plan("talks", monday, run("s", "1", channel, other, guild))
		a, b, c := l.of("talks", "s", "1", channel, 1), l.of("talks", "s", "1", other, 1), l.of("talks", "s", "1", guild, 1)
		stale := b
		stale.Fence = 9
		made, err := l.l.Move(l.ctx, "talks", []delivery.Move{claim(a, "me", monday), claim(stale, "me", monday), claim(c, "me", monday)})
		l.ok(err)
		l.equal(made, []bool{true, false, true})
		l.equal(l.of("talks", "s", "1", other, 1), b)
		made, err = l.l.Move(l.ctx, "talks", nil)
		l.ok(err)
		l.equal(len(made), 0)
	}},
	{"MovesOfOneDeliveryFollowEachOther", func(l *ledger) {
		d := l.one()
		first := claim(d, "me", monday)
		second := sent(first.To, "m", monday)
		second.From.Fence++
		made, err := l.l.Move(l.ctx, "talks", []delivery.Move{first, claim(d, "you", monday), second, second})
		l.ok(err)
		l.equal(made, []bool{true, false, true, false})
		l.equal(l.of("talks", "s", "1", channel, 1).Fence, int64(2))
	}},
	{"WritesDownAllThatMayChange", func(l *ledger) {
		d := l.one()
		to := d
		to.State, to.Owner, to.Attempts, to.Next, to.Deadline = delivery.Unknown, "me", 3, tuesday, thursday
		to.FirstSent, to.LastSent, to.Looked = monday.Add(time.Second), monday.Add(time.Minute), monday.Add(time.Hour)
		to.Unsure, to.EverUnsure, to.Message, to.Class, to.Detail, to.OnUnknown = true, true, "m", "unsure", "a timeout \x00", delivery.Resend
		got := l.move(delivery.Move{From: d, To: to, At: tuesday})
		to.Fence, to.Moved, to.Detail = 1, tuesday, "a timeout "
		l.equal(got, to)
		// That it ever was unsure is not forgotten.
		again := got
		again.Unsure, again.EverUnsure = false, false
		got = l.move(delivery.Move{From: got, To: again, At: tuesday})
		l.equal([]bool{got.Unsure, got.EverUnsure}, []bool{false, true})
	}},
	{"AttemptsAreAppended", func(l *ledger) {
		d := l.one()
		var want []delivery.Attempt
		for i := range 3 {
			d = l.move(claim(d, "me", monday))
			a := delivery.Attempt{Number: i + 1, Fence: d.Fence, Began: monday, Ended: monday.Add(time.Second), Outcome: "limited", HTTP: 429, Detail: "slow down"}
			want = append(want, a)
			m := back(d, monday, monday)
			m.Attempt = &a
			stale := m
			stale.From.Fence--
			l.equal(l.try("talks", stale), false) // one that was refused leaves none
			d = l.move(m)
		}
		swept := delivery.Attempt{Number: 3, Fence: d.Fence, Began: tuesday, Ended: tuesday, Outcome: "doubled"}
		l.ok(l.l.Swept(l.ctx, "talks", d.ID, swept))
		got, err := l.l.Attempts(l.ctx, "talks", d.ID)
		l.ok(err)
		l.equal(got, append(want, swept))
		l.fails(l.l.Swept(l.ctx, "talks", "none", swept), briefings.ErrNotFound)
		got, err = l.l.Attempts(l.ctx, "talks", "none")
		l.ok(err)
		l.equal(len(got), 0)
	}},
	{"PartsAreSentInTheirOrder", func(l *ledger) {
		l.plan("talks", monday, inParts(run("s", "1", channel), 4))
		part := func(n int) delivery.Delivery { return l.of("talks", "s", "1", channel, n) }
		for n := 1; n <= 4; n++ {
			l.equal(l.ids(monday.Add(time.Duration(n)*time.Second)), []delivery.ID{part(n).ID})
			d := l.move(claim(part(n), "me", monday))
			l.equal(l.ids(monday.Add(time.Duration(n)*time.Second)), []delivery.ID{})
			l.move(sent(d, fmt.Sprint("m", n), monday.Add(time.Duration(n)*time.Second)))
			if n < 4 { // the next goes into the thread of the first
				l.equal([]any{part(n + 1).Thread, part(n + 1).Next}, []any{"m1", monday.Add(time.Duration(n) * time.Second)})
			}
		}
		l.equal(len(l.ids(thursday)), 0)
	}},
	{"APartThatIsNotThreadedStaysInTheChannel", func(l *ledger) {
		r := inParts(run("s", "1", channel), 3)
		for i := range r.Parts {
			r.Parts[i].Threaded = r.Parts[i].Number == 3
		}
		l.plan("talks", monday, r)
		for n := 1; n <= 2; n++ {
			l.move(sent(l.of("talks", "s", "1", channel, n), fmt.Sprint("m", n), monday))
		}
		l.equal([]string{l.of("talks", "s", "1", channel, 2).Thread, l.of("talks", "s", "1", channel, 3).Thread}, []string{"", "m1"})
	}},
	{"ThePartAfterAnEditGoesBelowItsMessage", func(l *ledger) {
		for slot, thread := range map[string]string{"1": "", "2": "t1"} {
			r := inParts(run("s", slot, channel), 3)
			for i := range r.Parts {
				if r.Parts[i].Number == 1 {
					r.Parts[i].Op = delivery.Edit
				}
			}
			r.To[0].Message, r.To[0].Thread = "posted", thread
			l.plan("talks", monday, r)
			l.move(sent(l.of("talks", "s", slot, channel, 1), "", monday))
			want := "posted"
			if thread != "" {
				want = thread
			}
			l.equal(l.of("talks", "s", slot, channel, 1).Message, "posted")
			l.equal(l.of("talks", "s", slot, channel, 2).Thread, want)
			l.move(sent(l.of("talks", "s", slot, channel, 2), "m2", monday))
			l.equal(l.of("talks", "s", slot, channel, 3).Thread, want)
		}
	}},
	{"ThePartsBehindEndAsItDoes", func(l *ledger) {
		for i, state := range []delivery.State{delivery.Dead, delivery.Replaced, delivery.Dropped} {
			slot := fmt.Sprint(i)
			l.plan("talks", monday, inParts(run("s", slot, channel, guild), 3))
			l.move(sent(l.of("talks", "s", slot, channel, 1), "m1-"+slot, monday))
			d := l.of("talks", "s", slot, channel, 2)
			to := d
			to.State, to.Class, to.Detail = state, "faulty", "too long"
			l.move(delivery.Move{From: d, To: to, At: tuesday})
			for part, want := range map[int]delivery.State{1: delivery.Sent, 2: state, 3: state} {
				l.equal(l.of("talks", "s", slot, channel, part).State, want)
				l.equal(l.of("talks", "s", slot, guild, part).State, delivery.Pending) // those of another place go on
			}
			last := l.of("talks", "s", slot, channel, 3)
			l.equal([]any{last.Class, last.Detail, last.Moved}, []any{"faulty", "too long", tuesday})
		}
	}},
	{"WhatComesBackBringsThePartsBehindIt", func(l *ledger) {
		l.plan("talks", monday, inParts(run("s", "1", channel), 3))
		part := func(n int) delivery.Delivery { return l.of("talks", "s", "1", channel, n) }
		l.move(failed(part(1), delivery.Closed, monday))
		// An admin lets it be posted now.
		again := part(1)
		again.State, again.Deadline, again.Next = delivery.Pending, thursday, time.Time{}
		l.move(delivery.Move{From: part(1), To: again, At: tuesday})
		l.equal(l.ids(tuesday), []delivery.ID{part(1).ID})
		for n := 1; n <= 3; n++ {
			l.equal(l.ids(wednesday), []delivery.ID{part(n).ID}) // past its first deadline
			l.move(sent(l.move(claim(part(n), "me", wednesday)), fmt.Sprint("m", n), wednesday))
		}
		// But what was tried and is dead stays so, and what is dropped.
		l.plan("talks", monday, inParts(run("s", "2", channel), 3))
		l.move(failed(l.of("talks", "s", "2", channel, 1), delivery.Faulty, monday))
		drop := l.of("talks", "s", "2", channel, 1)
		drop.State = delivery.Dropped
		l.move(delivery.Move{From: l.of("talks", "s", "2", channel, 1), To: drop, At: monday})
		l.equal([]any{l.of("talks", "s", "2", channel, 2).State, l.of("talks", "s", "2", channel, 3).State}, []any{delivery.Dropped, delivery.Dropped})
		l.move(sent(l.of("talks", "s", "2", channel, 1), "m", tuesday))
		l.equal(l.of("talks", "s", "2", channel, 2).State, delivery.Dropped)
	}},
	{"APlaceThatFailsForGoodThreeTimesIsPaused", func(l *ledger) {
		stops := func() map[delivery.Place]string {
			m, err := l.l.Stops(l.ctx, "talks")
			l.ok(err)
			return m
		}
		fail := func(slot string, class delivery.Class, to delivery.Place) {
			l.plan("talks", monday, inParts(run("s", slot, to), 2))
			l.move(failed(l.of("talks", "s", slot, to, 1), class, monday))
		}
		for _, to := range []delivery.Place{channel, delivery.Direct(ada)} {
			for i := range 3 {
				l.equal(stops()[to], "")
				fail(fmt.Sprint("faulty ", to, i), delivery.Faulty, to) // our bug, not the place's
				fail(fmt.Sprint("closed ", to, i), delivery.Closed, to)
				if i == 1 { // one that works is a new beginning
					l.plan("talks", monday, run("s", "works "+to.String(), to))
					l.move(sent(l.of("talks", "s", "works "+to.String(), to, 1), "m-"+to.String(), monday))
					fail(fmt.Sprint("a ", to), delivery.Closed, to)
				}
			}
			fail(fmt.Sprint("b ", to), delivery.Closed, to)
			l.equal(stops()[to], "no such channel")
		}
		l.equal(len(stops()), 2)
		// It is opened by a deed, and is not paused at the next.
		before := l.marks("talks").Audit
		l.ok(l.l.Reopen(l.ctx, "talks", deed(tuesday), delivery.Direct(ada)))
		l.equal(stops(), map[delivery.Place]string{channel: "no such channel"})
		row := l.audit("talks", briefings.AuditQuery{Limit: 1})[0]
		l.equal([]any{row.Number, row.Detail}, []any{before + 1, "direct messages of slack/T1 may be posted to again"})
		fail("c", delivery.Closed, delivery.Direct(ada))
		l.equal(len(stops()), 1)
		l.fails(l.l.Reopen(l.ctx, "talks", deed(tuesday), delivery.Place{}), briefings.ErrInvalid)
		l.ok(l.l.Reopen(l.ctx, "talks", deed(tuesday), delivery.Direct(carl))) // of whom nobody has heard
	}},
	{"AThreadThatIsGoneSaysNothingOfItsChannel", func(l *ledger) {
		for i := range delivery.PauseAfter + 1 {
			slot := fmt.Sprint(i)
			l.plan("talks", monday, inParts(run("s", slot, channel), 2))
			l.move(sent(l.of("talks", "s", slot, channel, 1), "m"+slot, monday))
			l.move(failed(l.of("talks", "s", slot, channel, 2), delivery.Closed, monday))
		}
		stops, err := l.l.Stops(l.ctx, "talks")
		l.ok(err)
		l.equal(len(stops), 0)
	}},
	{"WhatIsNotWantedAnyMoreIsNotPosted", func(l *ledger) {
		for _, test := range []struct {
			change func(*delivery.Schedule)
			why    string
			stay   bool // what waits for the place that is not changed
		}{
			{func(s *delivery.Schedule) { s.State = delivery.Paused }, "the digest was paused", false},
			{func(s *delivery.Schedule) { s.State = delivery.Deleted }, "the digest was deleted", false},
			{func(s *delivery.Schedule) { s.Places = []delivery.Place{other} }, "the digest does not go there any more", true},
			{func(s *delivery.Schedule) { s.Said = "in the mornings" }, "", true},
		} {
			s := morning("digest " + test.why)
			s.Places = []delivery.Place{channel, other}
			s = l.schedule("talks", s)
			source := string(s.ID)
			l.plan("talks", monday, inParts(run(source, "1", channel, other), 2), run(source, "0", channel), inParts(run(source, "begun", channel), 2))
			l.move(claim(l.of("talks", source, "0", channel, 1), "me", monday))
			l.move(sent(l.of("talks", source, "begun", channel, 1), "m-"+source, monday))
			test.change(&s)
			_, err := l.l.PutSchedule(l.ctx, "talks", deed(tuesday), s)
			l.ok(err)
			for part := 1; part <= 2; part++ {
				d := l.of("talks", source, "1", channel, part)
				want := []any{delivery.Dropped, test.why, tuesday}
				if test.why == "" {
					want = []any{delivery.Pending, "", monday}
				}
				l.equal([]any{d.State, d.Detail, d.Moved}, want)
				l.equal(l.of("talks", source, "1", other, part).State == delivery.Pending, test.stay)
			}
			l.equal(l.of("talks", source, "0", channel, 1).State, delivery.Sending) // it may have been posted
			l.equal(l.of("talks", source, "begun", channel, 2).State, delivery.Pending)
		}
		w, err := l.l.PutWatch(l.ctx, "talks", deed(monday), delivery.Watch{Owner: ada, To: delivery.Direct(ada), State: delivery.Active})
		l.ok(err)
		p, err := l.l.PutPin(l.ctx, "talks", deed(monday), delivery.Pin{To: channel, Topic: "a", State: delivery.Active})
		l.ok(err)
		l.plan("talks", monday, run(delivery.WatchSource+w.ID, "1", delivery.Direct(ada)), run(delivery.PinSource+p.ID, "1", channel))
		w.State, p.State = delivery.Deleted, delivery.Deleted
		_, err = l.l.PutWatch(l.ctx, "talks", deed(tuesday), w)
		l.ok(err)
		_, err = l.l.PutPin(l.ctx, "talks", deed(tuesday), p)
		l.ok(err)
		l.equal(l.of("talks", delivery.WatchSource+w.ID, "1", delivery.Direct(ada), 1).State, delivery.Dropped)
		l.equal(l.of("talks", delivery.PinSource+p.ID, "1", channel, 1).State, delivery.Dropped)
	}},
	{"SentIsAPostingOfWhatItShows", func(l *ledger) {
		a, b, none := person("a", "").Ref(), person("b", "").Ref(), person("none", "").Ref()
		r := run("s", "1", channel, other)
		r.Parts[0].Shows = []delivery.Shown{{Ref: a, Number: 1}, {Ref: b, Number: 1}, {Ref: a, Number: 1}, {Ref: none, Number: 1}}
		l.plan("talks", monday, r)
		carriers := func(refs ...briefings.Ref) []delivery.Carrier {
			list, err := l.l.Carriers(l.ctx, "talks", refs)
			l.ok(err)
			return list
		}
		l.equal(len(carriers(a, b, none)), 0)
		d := l.move(sent(l.of("talks", "s", "1", channel, 1), "m1", tuesday))
		postings, err := l.s.Postings(l.ctx, "talks", a)
		l.ok(err)
		l.equal(postings, []briefings.Posting{{Ref: a, Platform: "slack", Workspace: "T1", Channel: "C1", Message: "m1", Number: 1, At: tuesday}})
		l.equal(carriers(a, none, a), []delivery.Carrier{{Delivery: d, Shown: delivery.Shown{Ref: a, Number: 1}}})
		l.equal(len(carriers(a, b)), 2)
		// An edit of it shows other revisions, and not all.
		edit := run("correction/x", "9", channel)
		edit.Parts[0].Op, edit.Parts[0].Shows = delivery.Edit, []delivery.Shown{{Ref: a, Number: 2}}
		edit.To[0].Message = "m1"
		l.plan("talks", tuesday, edit)
		e := l.move(sent(l.of("talks", "correction/x", "9", channel, 1), "", wednesday))
		postings, err = l.s.Postings(l.ctx, "talks", a)
		l.ok(err)
		l.equal([]any{len(postings), postings[0].Number, postings[0].At}, []any{1, int64(2), wednesday})
		l.equal(len(carriers(b)), 0)
		l.equal(carriers(a), []delivery.Carrier{{Delivery: d, Shown: delivery.Shown{Ref: a, Number: 2}}, {Delivery: e, Shown: delivery.Shown{Ref: a, Number: 2}}})
		// What is taken to be sent has no message to be found.
		l.move(sent(l.of("talks", "s", "1", other, 1), "", wednesday))
		l.equal(len(carriers(a)), 2)
	}},
	{"SweepReturnsWhatEverWasUnsure", func(l *ledger) {
		l.plan("talks", monday, run("s", "1", channel, other, guild))
		sure := l.move(claim(l.of("talks", "s", "1", channel, 1), "me", monday))
		l.move(sent(sure, "m", monday))
		for _, p := range []delivery.Place{other, guild} {
			d := l.move(claim(l.of("talks", "s", "1", p, 1), "me", tuesday))
			d.Unsure, d.EverUnsure = true, true
			if p == other {
				l.move(sent(d, "m", wednesday))
			}
		}
		sweep := func(since, until time.Time) int {
			list, err := l.l.Sweep(l.ctx, "talks", since, until)
			l.ok(err)
			return len(list)
		}
		l.equal([]int{sweep(monday, thursday), sweep(tuesday, tuesday.Add(time.Millisecond)), sweep(monday, tuesday), sweep(tuesday.Add(time.Millisecond), thursday)}, []int{1, 1, 0, 1})
		l.equal(sweep(wednesday.Add(time.Millisecond), thursday), 0)
	}},
}
