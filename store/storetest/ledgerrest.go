package storetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// watch has somebody be told in direct messages.
func (l *ledger) watch(book briefings.BookID, who briefings.Actor) delivery.Watch {
	l.t.Helper()
	w, err := l.l.PutWatch(l.ctx, book, deed(monday), delivery.Watch{
		Owner: who, To: delivery.Direct(who), Topics: []briefings.EntryID{"a", "b"}, Quiet: delivery.Quiet{From: "22:00", To: "07:00", Zone: "Europe/Kyiv"}, State: delivery.Active, Held: 3, Next: tuesday,
	})
	l.ok(err)
	return w
}

func (l *ledger) pin(book briefings.BookID) delivery.Pin {
	l.t.Helper()
	p, err := l.l.PutPin(l.ctx, book, deed(monday), delivery.Pin{
		To: channel, Topic: "a", Made: ada, State: delivery.Active, Hash: "hash", Next: tuesday, Posted: delivery.RunKey{Source: "pin/x", Slot: "first"},
	})
	l.ok(err)
	return p
}

// inLedger is all that the ledger of a book holds.
func (l *ledger) inLedger(book briefings.BookID) []any {
	l.t.Helper()
	var errs []error
	all := []any{l.marks(book), l.audit(book, briefings.AuditQuery{}), l.deliveries(book, delivery.DeliveryQuery{})}
	add := func(v any, err error) {
		all, errs = append(all, v), append(errs, err)
	}
	schedules, err := l.l.Schedules(l.ctx, book)
	add(schedules, err)
	runs, err := l.l.Runs(l.ctx, book, delivery.RunQuery{})
	add(runs, err)
	watches, err := l.l.Watches(l.ctx, book)
	add(watches, err)
	pins, err := l.l.Pins(l.ctx, book)
	add(pins, err)
	cursor, err := l.l.Cursor(l.ctx, book)
	add(cursor, err)
	stops, err := l.l.Stops(l.ctx, book)
	add(stops, err)
	setting, err := l.l.Setting(l.ctx, book, "notices")
	add(setting, err)
	newest, err := l.l.Newest(l.ctx, book)
	add(newest, err)
	carriers, err := l.l.Carriers(l.ctx, book, []briefings.Ref{person("a", "").Ref()})
	add(carriers, err)
	for _, d := range all[2].([]delivery.Delivery) {
		attempts, err := l.l.Attempts(l.ctx, book, d.ID)
		add(attempts, err)
	}
	for _, err := range errs {
		l.ok(err)
	}
	return all
}

var watchTests = []ledgerRule{
	{"WatchesAreKeptInTheOrderInWhichTheyWereMade", func(l *ledger) {
		var want []delivery.Watch
		for range 3 {
			want = append(want, l.watch("talks", ada))
		}
		want[0].To, want[0].Topics, want[0].Quiet, want[0].State = channel, nil, delivery.Quiet{}, delivery.Paused
		want[0].Held, want[0].Next = 0, time.Time{}
		w, err := l.l.PutWatch(l.ctx, "talks", deed(monday), want[0])
		l.ok(err)
		want[0].Rev++
		l.equal(w, want[0])
		got, err := l.l.Watches(l.ctx, "talks")
		l.ok(err)
		l.equal(got, want)
		want[1].State = delivery.Deleted
		_, err = l.l.PutWatch(l.ctx, "talks", deed(monday), want[1])
		l.ok(err)
		got, err = l.l.Watches(l.ctx, "talks")
		l.ok(err)
		l.equal(got, []delivery.Watch{want[0], want[2]})
	}},
	{"PinsAreKeptInTheOrderInWhichTheyWereMade", func(l *ledger) {
		want := []delivery.Pin{l.pin("talks"), l.pin("talks"), l.pin("talks")}
		want[0].Hash, want[0].Next, want[0].Posted, want[0].State = "", time.Time{}, delivery.RunKey{}, delivery.Paused
		var err error
		want[0], err = l.l.PutPin(l.ctx, "talks", deed(monday), want[0])
		l.ok(err)
		l.equal(want[0].Rev, int64(2))
		want[1].State = delivery.Deleted
		_, err = l.l.PutPin(l.ctx, "talks", deed(monday), want[1])
		l.ok(err)
		got, err := l.l.Pins(l.ctx, "talks")
		l.ok(err)
		l.equal(got, []delivery.Pin{want[0], want[2]})
	}},
	{"StaleRevisionIsAConflict", func(l *ledger) {
		w, p := l.watch("talks", ada), l.pin("talks")
		w.State, p.State = delivery.Paused, delivery.Paused
		l.ok2(l.l.PutWatch(l.ctx, "talks", deed(monday), w))
		l.ok2(l.l.PutPin(l.ctx, "talks", deed(monday), p))
		before := l.inLedger("talks")
		for _, spoil := range []func(){func() {}, func() { w.Rev, p.Rev = 0, 0 }} { // as it was, and as a new one
			spoil()
			_, err := l.l.PutWatch(l.ctx, "talks", deed(tuesday), w)
			l.fails(err, briefings.ErrConflict)
			_, err = l.l.PutPin(l.ctx, "talks", deed(tuesday), p)
			l.fails(err, briefings.ErrConflict)
		}
		l.equal(l.inLedger("talks"), before)
	}},
	{"ThereAreSoMany", func(l *ledger) {
		for range 20 {
			l.watch("talks", ada)
		}
		w := l.watch("talks", bob) // another's
		w.Owner, w.ID, w.Rev = ada, "", 0
		_, err := l.l.PutWatch(l.ctx, "talks", deed(monday), w)
		l.fails(err, briefings.ErrInvalid)
		var p delivery.Pin
		for range 50 {
			p = l.pin("talks")
		}
		l.ok2(l.l.PutPin(l.ctx, "talks", deed(monday), p)) // a change is no new one
		p.ID, p.Rev = "", 0
		_, err = l.l.PutPin(l.ctx, "talks", deed(monday), p)
		l.fails(err, briefings.ErrInvalid)
	}},
	{"APlanMovesThem", func(l *ledger) {
		w, p := l.watch("talks", ada), l.pin("talks")
		w.Held, w.Next, p.Hash, p.Next, p.Posted, p.State = 0, time.Time{}, "new", thursday, delivery.RunKey{Source: "pin/y", Slot: "2"}, delivery.Paused
		l.ok(l.l.Commit(l.ctx, "talks", delivery.Plan{At: monday, Watches: []delivery.Watch{w}, Pins: []delivery.Pin{p}}))
		w.Rev, p.Rev = 2, 2
		watches, err := l.l.Watches(l.ctx, "talks")
		l.ok(err)
		pins, err := l.l.Pins(l.ctx, "talks")
		l.ok(err)
		l.equal([]any{watches, pins}, []any{[]delivery.Watch{w}, []delivery.Pin{p}})
	}},
	{"WhatCannotBeKeptIsInvalid", func(l *ledger) {
		for _, w := range []delivery.Watch{{}, {Owner: ada}, {To: channel}, {Owner: ada, To: delivery.Place{Platform: "slack", Channel: "\x00"}}, {Owner: ada, To: channel, ID: "\xff"}} {
			_, err := l.l.PutWatch(l.ctx, "talks", deed(monday), w)
			l.fails(err, briefings.ErrInvalid)
		}
		for _, p := range []delivery.Pin{{}, {To: channel, ID: "\xff"}} {
			_, err := l.l.PutPin(l.ctx, "talks", deed(monday), p)
			l.fails(err, briefings.ErrInvalid)
		}
	}},
}

func (l *ledger) ok2(_ any, err error) {
	l.t.Helper()
	l.ok(err)
}

// ledgerDeeds are what an event may ask for of the ledger.
var ledgerDeeds = map[string]func(*ledger, briefings.BookID, briefings.Deed) error{
	"schedule": func(l *ledger, book briefings.BookID, d briefings.Deed) error {
		_, err := l.l.PutSchedule(l.ctx, book, d, morning("of-"+d.Event))
		return err
	},
	"watch": func(l *ledger, book briefings.BookID, d briefings.Deed) error {
		_, err := l.l.PutWatch(l.ctx, book, d, delivery.Watch{Owner: ada, To: channel, State: delivery.Active})
		return err
	},
	"pin": func(l *ledger, book briefings.BookID, d briefings.Deed) error {
		_, err := l.l.PutPin(l.ctx, book, d, delivery.Pin{To: channel, Topic: "a", State: delivery.Active})
		return err
	},
	"setting": func(l *ledger, book briefings.BookID, d briefings.Deed) error {
		return l.l.PutSetting(l.ctx, book, d, "notices", channel.String())
	},
	"reopen": func(l *ledger, book briefings.BookID, d briefings.Deed) error {
		return l.l.Reopen(l.ctx, book, d, channel)
	},
}

var ledgerTests = []ledgerRule{
	{"AnEventHasItsEffectOnce", func(l *ledger) {
		for name, do := range ledgerDeeds {
			l.ok(do(l, "talks", as(name, deed(tuesday))))
			before := l.inLedger("talks")
			for _, other := range ledgerDeeds {
				l.fails(other(l, "talks", as(name, deed(wednesday))), briefings.ErrRepeated)
			}
			l.equal(l.inLedger("talks"), before)
		}
		l.equal(l.marks("talks").Audit, int64(2+len(ledgerDeeds)))
	}},
	{"ADeedWithoutAnActionHasNoRow", func(l *ledger) {
		before := l.marks("talks")
		for name, do := range ledgerDeeds {
			l.t.Log(name)
			l.ok(do(l, "talks", briefings.Deed{Event: ""}))
		}
		l.equal(l.marks("talks"), before)
	}},
	{"TheAuditNamesNobody", func(l *ledger) {
		l.watch("talks", ada)
		l.ok(l.l.PutSetting(l.ctx, "talks", deed(tuesday), "notices", delivery.Direct(ada).String()))
		l.ok(l.l.Reopen(l.ctx, "talks", deed(tuesday), delivery.Direct(ada)))
		l.ok2(l.l.PutPin(l.ctx, "talks", deed(tuesday), delivery.Pin{To: delivery.Direct(ada), Topic: "a", State: delivery.Active}))
		for _, r := range l.audit("talks", briefings.AuditQuery{}) {
			if strings.Contains(r.Detail, string(ada.User)) {
				l.t.Errorf("the audit says %q", r.Detail)
			}
		}
	}},
	{"SettingsAreKept", func(l *ledger) {
		get := func(name string) string {
			v, err := l.l.Setting(l.ctx, "talks", name)
			l.ok(err)
			return v
		}
		l.equal(get("notices"), "")
		for _, v := range []string{channel.String(), delivery.Direct(ada).String(), ""} {
			l.ok(l.l.PutSetting(l.ctx, "talks", deed(tuesday), "notices", v))
			l.equal(get("notices"), v)
		}
		l.equal(get("other"), "")
		l.fails(l.l.PutSetting(l.ctx, "talks", deed(tuesday), "", "x"), briefings.ErrInvalid)
		l.fails(l.l.PutSetting(l.ctx, "talks", deed(tuesday), "x", "\x00"), briefings.ErrInvalid)
	}},
	{"TheSecretStays", func(l *ledger) {
		var all sync.WaitGroup
		secrets := make([]string, 8)
		for i := range secrets {
			all.Go(func() {
				s, err := l.l.Secret(l.ctx)
				if err != nil {
					l.t.Error(err)
				}
				secrets[i] = string(s)
			})
		}
		all.Wait()
		for _, s := range secrets {
			l.equal([]any{len(s), s == secrets[0]}, []any{32, true})
		}
		got, err := l.l.Secret(l.ctx)
		l.ok(err)
		clear(got) // it is the caller's
		got, err = l.l.Secret(l.ctx)
		l.ok(err)
		l.equal(string(got), secrets[0])
	}},
	{"TheCursorBeginsWhereTheBookStands", func(l *ledger) {
		cursor := func() int64 {
			seq, err := l.l.Cursor(l.ctx, "talks")
			l.ok(err)
			return seq
		}
		l.plan("talks", monday, run("s", "1", channel)) // which is no cursor
		l.equal(cursor(), int64(3))
		l.apply("talks", tuesday, put(0, person("c", "C")))
		l.equal(cursor(), int64(3)) // what is new is still to be told
		l.ok(l.l.Commit(l.ctx, "talks", delivery.Plan{At: tuesday, Cursor: &delivery.CursorMove{From: 3, To: 4}}))
		l.equal(cursor(), int64(4))
		l.fails(l.l.Commit(l.ctx, "talks", delivery.Plan{At: tuesday, Cursor: &delivery.CursorMove{From: 3, To: 4}}), briefings.ErrConflict)
	}},
	{"NewestIsTheNewestTimeThatIsWritten", func(l *ledger) {
		newest := func() time.Time {
			at, err := l.l.Newest(l.ctx, "talks")
			l.ok(err)
			return at
		}
		l.equal(newest(), time.Time{})
		l.plan("talks", tuesday, run("s", "1", channel))
		l.equal(newest(), tuesday)
		d := l.move(claim(l.of("talks", "s", "1", channel, 1), "me", wednesday))
		l.equal(newest(), wednesday)
		l.move(sent(d, "m", monday)) // by a clock that is behind
		l.equal(newest(), wednesday)
		l.ok(l.l.PutSetting(l.ctx, "talks", deed(thursday), "x", "y"))
		l.equal(newest(), thursday)
	}},
	{"RunsAreReturnedTheNewestFirst", func(l *ledger) {
		for i, state := range []delivery.RunState{delivery.Planned, delivery.Skipped, delivery.Missed, delivery.Planned} {
			r := run("s", fmt.Sprint(i))
			r.State, r.Made, r.Reason = state, monday.AddDate(0, 0, i), "because"
			if i == 3 {
				r.Kind, r.Key.Source = delivery.Alert, "w"
			}
			l.plan("talks", r.Made, r)
		}
		slots := func(q delivery.RunQuery) string {
			list, err := l.l.Runs(l.ctx, "talks", q)
			l.ok(err)
			all := ""
			for _, r := range list {
				all += r.Key.Slot
			}
			return all
		}
		for want, q := range map[string]delivery.RunQuery{
			"3210": {}, "210": {Source: "s"}, "3": {Kind: delivery.Alert}, "21": {States: []delivery.RunState{delivery.Skipped, delivery.Missed}}, "2": {Source: "s", Limit: 1},
			"321": {Since: tuesday}, "30": {States: []delivery.RunState{delivery.Planned}}, "": {Source: "none"},
		} {
			l.equal(slots(q), want)
		}
	}},
	{"LastSentIsTheNewestThatReachedAPlace", func(l *ledger) {
		last := func(at *delivery.Place) (delivery.Run, error) { return l.l.LastSent(l.ctx, "talks", "s", at) }
		_, err := last(nil)
		l.fails(err, briefings.ErrNotFound)
		for i := range 3 {
			r := run("s", fmt.Sprint(i), channel, other)
			r.Made, r.Kind = monday.AddDate(0, 0, i), delivery.Notice
			l.plan("talks", monday, r)
		}
		l.plan("talks", monday, run("w", "9", channel))
		for _, d := range []delivery.Delivery{l.of("talks", "s", "1", other, 1), l.of("talks", "s", "0", channel, 1), l.of("talks", "w", "9", channel, 1)} {
			l.move(sent(d, "m-"+d.Run.Slot, monday))
		}
		got, err := last(nil)
		l.ok(err)
		l.equal([]any{got.Key.Slot, got.Kind}, []any{"1", delivery.Notice})
		got, err = last(&channel)
		l.ok(err)
		l.equal(got.Key.Slot, "0")
		for _, p := range []delivery.Place{guild, delivery.Direct(ada), delivery.Direct(carl)} {
			_, err = last(&p)
			l.fails(err, briefings.ErrNotFound)
		}
	}},
	{"DeliveriesAreReturnedTheNewestFirst", func(l *ledger) {
		l.plan("talks", monday, run("s", "1", channel, delivery.Direct(ada)))
		l.plan("talks", tuesday, run("s", "2", channel, guild))
		a, b, c := l.of("talks", "s", "1", channel, 1), l.of("talks", "s", "1", delivery.Direct(ada), 1), l.of("talks", "s", "2", guild, 1)
		l.move(sent(a, "m", wednesday))
		l.move(failed(b, delivery.Faulty, thursday))
		ids := func(q delivery.DeliveryQuery) []delivery.ID {
			list := []delivery.ID{}
			for _, d := range l.deliveries("talks", q) {
				list = append(list, d.ID)
			}
			return list
		}
		ofAda, ofCarl := delivery.Direct(ada), delivery.Direct(carl)
		for _, test := range []struct {
			q    delivery.DeliveryQuery
			want []delivery.ID
		}{
			{delivery.DeliveryQuery{Limit: 2}, []delivery.ID{b.ID, a.ID}},
			{delivery.DeliveryQuery{Run: &delivery.RunKey{Source: "s", Slot: "1"}}, []delivery.ID{b.ID, a.ID}},
			{delivery.DeliveryQuery{Source: "s", States: []delivery.State{delivery.Sent}}, []delivery.ID{a.ID}},
			{delivery.DeliveryQuery{Source: "none"}, []delivery.ID{}},
			{delivery.DeliveryQuery{IDs: []delivery.ID{a.ID, "none", c.ID}}, []delivery.ID{a.ID, c.ID}},
			{delivery.DeliveryQuery{States: []delivery.State{delivery.Dead}}, []delivery.ID{b.ID}},
			{delivery.DeliveryQuery{States: []delivery.State{delivery.Dead, delivery.Sent}}, []delivery.ID{b.ID, a.ID}},
			{delivery.DeliveryQuery{States: []delivery.State{delivery.Pending, delivery.Sending}, Place: &guild}, []delivery.ID{c.ID}},
			{delivery.DeliveryQuery{Place: &ofAda}, []delivery.ID{b.ID}},
			{delivery.DeliveryQuery{Place: &ofCarl}, []delivery.ID{}},
			{delivery.DeliveryQuery{Since: wednesday}, []delivery.ID{b.ID, a.ID}},
			{delivery.DeliveryQuery{Since: wednesday, States: []delivery.State{delivery.Dead}}, []delivery.ID{b.ID}},
		} {
			l.equal(ids(test.q), test.want)
		}
	}},
	{"ALeaseIsOneOwners", func(l *ledger) {
		lease := func(name, owner string, now time.Time) bool {
			have, err := l.l.Lease(l.ctx, name, owner, now, time.Minute)
			l.ok(err)
			return have
		}
		l.equal(lease("leader", "me", monday), true)
		l.equal(lease("leader", "you", monday), false)
		l.equal(lease("other", "you", monday), true)
		l.equal(lease("leader", "me", monday.Add(50*time.Second)), true) // renewed
		l.equal(lease("leader", "you", monday.Add(time.Minute)), false)
		l.equal(lease("leader", "you", monday.Add(110*time.Second)), true)
		l.equal(lease("leader", "me", monday.Add(111*time.Second)), false)
		l.ok(l.l.Release(l.ctx, "leader", "me")) // which is not its owner
		l.equal(lease("leader", "me", monday.Add(111*time.Second)), false)
		l.ok(l.l.Release(l.ctx, "leader", "you"))
		l.equal(lease("leader", "me", monday.Add(111*time.Second)), true)
		_, err := l.l.Lease(l.ctx, "", "me", monday, time.Minute)
		l.fails(err, briefings.ErrInvalid)
	}},
	{"UnknownBookIsNotFound", func(l *ledger) {
		for _, book := range []briefings.BookID{"nowhere", "\x00"} {
			for name, do := range l.all(book) {
				l.t.Log(name)
				l.fails(do(), briefings.ErrNotFound)
			}
		}
	}},
}

// all are the methods of the ledger on a book.
func (l *ledger) all(book briefings.BookID) map[string]func() error {
	second := func(_ any, err error) error { return err }
	calls := map[string]func() error{
		"Schedules":  func() error { return second(l.l.Schedules(l.ctx, book)) },
		"Due":        func() error { return second(l.l.Due(l.ctx, book, monday, 1)) },
		"Commit":     func() error { return l.l.Commit(l.ctx, book, delivery.Plan{At: monday}) },
		"Runs":       func() error { return second(l.l.Runs(l.ctx, book, delivery.RunQuery{})) },
		"LastSent":   func() error { return second(l.l.LastSent(l.ctx, book, "s", nil)) },
		"Parts":      func() error { return second(l.l.Parts(l.ctx, book, delivery.RunKey{}, "slack")) },
		"Deliveries": func() error { return second(l.l.Deliveries(l.ctx, book, delivery.DeliveryQuery{})) },
		"Work":       func() error { return second(l.l.Work(l.ctx, book, both, monday, 1)) },
		"NextWork":   func() error { return second(l.l.NextWork(l.ctx, book, both)) },
		"Move":       func() error { return second(l.l.Move(l.ctx, book, nil)) },
		"Attempts":   func() error { return second(l.l.Attempts(l.ctx, book, "x")) },
		"Sweep":      func() error { return second(l.l.Sweep(l.ctx, book, monday, tuesday)) },
		"Swept":      func() error { return l.l.Swept(l.ctx, book, "x", delivery.Attempt{}) },
		"Stops":      func() error { return second(l.l.Stops(l.ctx, book)) },
		"Watches":    func() error { return second(l.l.Watches(l.ctx, book)) },
		"Pins":       func() error { return second(l.l.Pins(l.ctx, book)) },
		"Cursor":     func() error { return second(l.l.Cursor(l.ctx, book)) },
		"Carriers":   func() error { return second(l.l.Carriers(l.ctx, book, nil)) },
		"Setting":    func() error { return second(l.l.Setting(l.ctx, book, "x")) },
		"Newest":     func() error { return second(l.l.Newest(l.ctx, book)) },
	}
	for name, do := range ledgerDeeds {
		calls[name] = func() error { return do(l, book, deed(monday)) }
	}
	return calls
}

var ledgerEraseTests = []ledgerRule{
	{"WhatIsOfThePersonGoesAndTheKeysStay", func(l *ledger) {
		to := delivery.Direct(ada)
		s := l.schedule("talks", morning("morning"))
		l.watch("talks", ada)
		inChannel := l.watch("talks", ada)
		inChannel.To = channel
		l.ok2(l.l.PutWatch(l.ctx, "talks", deed(monday), inChannel))
		bobs := l.watch("talks", bob)
		l.pin("talks") // which Ada made
		l.ok2(l.l.PutPin(l.ctx, "talks", deed(monday), delivery.Pin{To: to, Topic: "a", State: delivery.Active}))
		l.ok(l.l.PutSetting(l.ctx, "talks", deed(monday), "notices", to.String()))
		l.plan("talks", monday, inParts(run("s", "1", to, channel, delivery.Direct(bob)), 2), run("s", "2", to), run("s", "3", to))
		l.move(sent(l.of("talks", "s", "1", to, 1), "m1", monday))
		claimed := l.move(claim(l.of("talks", "s", "2", to, 1), "me", monday))
		for i := range 3 {
			l.plan("talks", monday, run("f", fmt.Sprint(i), to))
			l.move(failed(l.of("talks", "f", fmt.Sprint(i), to, 1), delivery.Closed, monday))
		}
		before := l.deliveries("talks", delivery.DeliveryQuery{})
		l.erase("talks", by(ada, tuesday), ada)

		watches, err := l.l.Watches(l.ctx, "talks")
		l.ok(err)
		l.equal(watches, []delivery.Watch{bobs})
		pins, err := l.l.Pins(l.ctx, "talks")
		l.ok(err)
		l.equal([]any{len(pins), strings.HasPrefix(string(pins[0].Made.User), "erased-")}, []any{1, true})
		schedules, err := l.l.Schedules(l.ctx, "talks")
		l.ok(err)
		l.equal([]any{schedules[0].Places, schedules[0].Rev}, []any{[]delivery.Place{channel, guild}, s.Rev + 1})
		setting, err := l.l.Setting(l.ctx, "talks", "notices")
		l.ok(err)
		l.equal(setting, "")
		stops, err := l.l.Stops(l.ctx, "talks")
		l.ok(err)
		l.equal(len(stops), 0)
		l.equal(len(l.deliveries("talks", delivery.DeliveryQuery{Place: &to})), 0)
		carriers, err := l.l.Carriers(l.ctx, "talks", []briefings.Ref{person("a", "").Ref()})
		l.ok(err)
		postings, err := l.s.Postings(l.ctx, "talks", person("a", "").Ref())
		l.ok(err)
		l.equal([]any{len(carriers), len(postings)}, []any{0, 0})
		// The ledger knows what it was about, and to nobody.
		was := map[delivery.ID]delivery.Delivery{}
		for _, d := range before {
			was[d.ID] = d
		}
		after := l.deliveries("talks", delivery.DeliveryQuery{})
		l.equal(len(after), len(before))
		for _, d := range after {
			old := was[d.ID]
			l.equal(d.Run, old.Run)
			if old.To != to {
				l.equal(d, old)
				continue
			}
			l.equal([]any{strings.HasPrefix(string(d.To.User), "erased-"), d.State.Settled(), d.Message}, []any{true, true, ""})
			if !old.State.Settled() {
				l.equal(d.State, delivery.Dropped)
			}
		}
		l.equal(len(l.ids(wednesday)), 4) // Bob's and the channel's, with the parts behind
		// What was on its way may arrive, and is a fact.
		l.equal(l.try("talks", back(claimed, monday, tuesday)), false)
		l.equal(l.try("talks", sent(claimed, "m2", tuesday)), true)
		// A planner that has read it before does not go on.
		s.NextDue = tuesday
		l.fails(l.l.Commit(l.ctx, "talks", delivery.Plan{At: tuesday, Schedules: []delivery.Schedule{s}}), briefings.ErrConflict)
	}},
}

var ledgerTenancyTests = []ledgerRule{
	{"EveryIdCrossed", func(l *ledger) {
		for _, book := range []briefings.BookID{"left", "right"} {
			l.book(book, monday)
			l.apply(book, monday, put(0, person("a", "A")))
			s := morning("morning")
			s.ID = "s"
			l.schedule(book, s)
			l.ok2(l.l.PutWatch(l.ctx, book, deed(monday), delivery.Watch{ID: "w", Owner: ada, To: delivery.Direct(ada), State: delivery.Active}))
			l.ok2(l.l.PutPin(l.ctx, book, deed(monday), delivery.Pin{ID: "p", To: channel, Topic: "a", State: delivery.Active}))
			l.ok2(l.l.Cursor(l.ctx, book))
			l.plan(book, monday, inParts(run("s", "1", channel, delivery.Direct(ada)), 2))
		}
		left := l.of("left", "s", "1", channel, 1)
		if right := l.of("right", "s", "1", channel, 1); left.ID == right.ID {
			l.t.Error("two books have one id")
		}
		before := l.inLedger("right")
		// The ids of one are nothing in the other.
		for _, m := range []delivery.Move{claim(left, "me", monday), sent(left, "m", monday)} {
			l.equal(l.try("right", m), false)
		}
		l.fails(l.l.Swept(l.ctx, "right", left.ID, delivery.Attempt{Ended: monday}), briefings.ErrNotFound)
		l.equal(len(l.deliveries("right", delivery.DeliveryQuery{IDs: []delivery.ID{left.ID}})), 0)
		l.equal(l.inLedger("right"), before)
		// And all that happens in one leaves the other.
		schedules, err := l.l.Schedules(l.ctx, "left")
		l.ok(err)
		watches, err := l.l.Watches(l.ctx, "left")
		l.ok(err)
		pins, err := l.l.Pins(l.ctx, "left")
		l.ok(err)
		watches[0].Held, pins[0].Hash, schedules[0].NextDue = 5, "new", thursday
		l.ok(l.l.Commit(l.ctx, "left", delivery.Plan{At: tuesday, Runs: []delivery.NewRun{run("s", "2", channel)}, Schedules: schedules, Watches: watches, Pins: pins,
			Supersede: []string{"s"}, Cursor: &delivery.CursorMove{From: 2, To: 3}}))
		for _, p := range []delivery.Place{channel, delivery.Direct(ada)} {
			m := sent(l.of("left", "s", "1", p, 1), "m-"+p.String(), tuesday)
			m.Attempt = &delivery.Attempt{Number: 1, Began: tuesday, Ended: tuesday, Outcome: "sent"}
			l.equal(l.try("left", m), true)
		}
		for i := range 3 {
			slot := fmt.Sprint("closed", i)
			l.plan("left", tuesday, run("s", slot, channel))
			l.equal(l.try("left", failed(l.of("left", "s", slot, channel, 1), delivery.Closed, tuesday)), true)
		}
		for name, do := range ledgerDeeds {
			l.ok(do(l, "left", as(name, deed(wednesday))))
		}
		l.erase("left", deed(wednesday), ada)
		l.equal(l.inLedger("right"), before)
		for name, do := range ledgerDeeds { // its events are its own too
			l.ok(do(l, "right", as(name, deed(wednesday))))
		}
	}},
}

// How many claim how much in the race for deliveries.
const (
	claimers = 8
	raced    = 500
)

var ledgerRaceTests = []ledgerRule{
	{"EachDeliveryIsClaimedOnce", func(l *ledger) {
		var places []delivery.Place
		for i := range raced {
			places = append(places, delivery.Place{Platform: both[i%2], Channel: fmt.Sprint("C", i)})
		}
		l.plan("talks", monday, run("s", "1", places...))
		var mu sync.Mutex
		claims := map[delivery.ID]int{}
		var refused atomic.Int32
		var all sync.WaitGroup
		for i := range claimers {
			all.Go(func() {
				me := fmt.Sprint("claimer ", i)
				for {
					jobs, err := l.l.Work(l.ctx, "talks", both, monday, 64)
					if err != nil || len(jobs) == 0 {
						if err != nil {
							l.t.Error(err)
						}
						return
					}
					moves := make([]delivery.Move, len(jobs))
					for j, job := range jobs {
						moves[j] = claim(job.Delivery, me, monday)
					}
					made, err := l.l.Move(l.ctx, "talks", moves)
					if err != nil {
						l.t.Error(err)
						return
					}
					var results []delivery.Move
					mu.Lock()
					for j, ok := range made {
						if !ok {
							refused.Add(1)
							continue
						}
						claims[moves[j].From.ID]++
						mine := moves[j].To
						mine.Fence++
						results = append(results, sent(mine, "m-"+string(mine.ID), monday))
					}
					mu.Unlock()
					if _, err := l.l.Move(l.ctx, "talks", results); err != nil {
						l.t.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		l.equal(len(claims), raced)
		for id, n := range claims {
			if n != 1 {
				l.t.Errorf("%s was claimed %d times", id, n)
			}
		}
		l.t.Logf("%d claims were refused", refused.Load())
		for _, d := range l.deliveries("talks", delivery.DeliveryQuery{}) {
			l.equal([]any{d.State, d.Fence, d.Message}, []any{delivery.Sent, int64(2), "m-" + string(d.ID)})
		}
	}},
	{"OfManyThatPlanOneDoes", func(l *ledger) {
		s := l.schedule("talks", morning("morning"))
		s.NextDue = tuesday
		r := run(string(s.ID), "1", channel, guild)
		var done, refused atomic.Int32
		var all sync.WaitGroup
		for i := range claimers {
			all.Go(func() {
				r := r
				r.Owner = fmt.Sprint(i)
				switch err := l.l.Commit(l.ctx, "talks", delivery.Plan{At: monday, Runs: []delivery.NewRun{r}, Schedules: []delivery.Schedule{s}}); {
				case err == nil:
					done.Add(1)
				default:
					l.fails(err, briefings.ErrConflict)
					refused.Add(1)
				}
			})
		}
		all.Wait()
		l.equal([]int32{done.Load(), refused.Load()}, []int32{1, claimers - 1})
		l.equal(len(l.deliveries("talks", delivery.DeliveryQuery{})), 2)
	}},
	{"PlannersMoversAndEditorsDoNotLockEachOtherOut", func(l *ledger) {
		var all sync.WaitGroup
		repeat := func(n int, f func(i int) error) {
			all.Go(func() {
				for i := range n {
					if err := f(i); err != nil {
						l.t.Error(err)
						return
					}
				}
			})
		}
		for p := range 2 {
			repeat(20, func(i int) error {
				return l.l.Commit(l.ctx, "talks", delivery.Plan{At: monday, Runs: []delivery.NewRun{inParts(run(fmt.Sprint("s", p), fmt.Sprint(i), channel, delivery.Direct(ada), guild), 2)}, Supersede: []string{fmt.Sprint("s", p)}})
			})
		}
		for range 3 {
			repeat(20, func(int) error {
				jobs, err := l.l.Work(l.ctx, "talks", both, monday, 20)
				var moves []delivery.Move
				for _, j := range jobs {
					moves = append(moves, sent(j.Delivery, "m-"+string(j.ID), monday))
				}
				if err == nil {
					_, err = l.l.Move(l.ctx, "talks", moves)
				}
				return err
			})
		}
		repeat(20, func(i int) error {
			_, err := l.s.Apply(l.ctx, "talks", change(monday, put(int64(i+1), person("a", fmt.Sprint("A", i)))))
			return err
		})
		repeat(5, func(int) error { return l.s.Erase(l.ctx, "talks", deed(monday), []briefings.Actor{ada}) })
		all.Wait()
	}},
}
