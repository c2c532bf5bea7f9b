package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// LedgerStore is a store that keeps a ledger, too.
type LedgerStore interface {
	briefings.Store
	delivery.Ledger
}

// RunLedger tests that what open returns keeps the contract of delivery.Ledger. open is
// called as for Run; leases must run by the times that the tests give.
func RunLedger(t *testing.T, open func(*testing.T) LedgerStore) {
	for _, group := range []struct {
		name  string
		tests []ledgerRule
	}{
		{"Schedules", scheduleTests},
		{"Commit", commitTests},
		{"Work", workTests},
		{"Move", moveTests},
		{"Watches", watchTests},
		{"Rest", ledgerTests},
		{"Erase", ledgerEraseTests},
		{"Tenancy", ledgerTenancyTests},
		{"Concurrency", ledgerRaceTests},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.rule, func(t *testing.T) {
					s := open(t)
					l := &ledger{newWorld(t, func(*testing.T) briefings.Store { return s }), s}
					l.book("talks", monday)
					l.apply("talks", monday, put(0, person("a", "A")), put(0, person("b", "B")))
					test.run(l)
				})
			}
		})
	}
}

// ledgerRule is one clause of the contract and its test, on a store that has the book
// "talks" with the entries a and b.
type ledgerRule struct {
	rule string
	run  func(*ledger)
}

// ledger is a world whose store keeps a ledger.
type ledger struct {
	*world
	l delivery.Ledger
}

var (
	channel = delivery.Place{Platform: "slack", Workspace: "T1", Channel: "C1"}
	other   = delivery.Place{Platform: "slack", Workspace: "T1", Channel: "C2"}
	guild   = delivery.Place{Platform: "discord", Workspace: "guild", Channel: "7"}
	both    = []briefings.Platform{"slack", "discord"}
)

// morning is a schedule that is due on monday.
func morning(name string) delivery.Schedule {
	return delivery.Schedule{
		Name: name, Spec: "0 9 * * *", Said: "every day at nine", Zone: "Europe/Kyiv", Places: []delivery.Place{channel, delivery.Direct(ada), guild},
		Options: delivery.Options{Topics: []briefings.EntryID{"a"}, Items: 3, WhenEmpty: delivery.Skip, Catchup: time.Hour, OnUnknown: delivery.Resend},
		State:   delivery.Active, Made: editor, NextDue: monday,
	}
}

func (l *ledger) schedule(book briefings.BookID, s delivery.Schedule) delivery.Schedule {
	l.t.Helper()
	s, err := l.l.PutSchedule(l.ctx, book, deed(monday), s)
	l.ok(err)
	return s
}

// run is a run of one message of both platforms that goes to some places.
func run(source, slot string, to ...delivery.Place) delivery.NewRun {
	r := delivery.NewRun{
		Run: delivery.Run{
			Key: delivery.RunKey{Source: source, Slot: slot}, Kind: delivery.Digest, State: delivery.Planned, Due: monday, Made: monday,
			Edition: 4, Seq: 3, Since: 1, Hash: "hash", Zone: "Europe/Kyiv",
		},
		OnUnknown: delivery.AskAdmin, Owner: "planner", Deadline: wednesday,
	}
	for _, p := range both {
		r.Parts = append(r.Parts, delivery.Part{Platform: p, Number: 1, Op: delivery.Post, Body: []byte("body of " + string(p)), Card: []byte{0, 0xff}, Shows: []delivery.Shown{{Ref: person("a", "").Ref(), Number: 1}}})
	}
	for _, p := range to {
		r.To = append(r.To, delivery.Target{Place: p})
	}
	return r
}

// inParts makes the run one of n messages: those behind the first go into its thread.
func inParts(r delivery.NewRun, n int) delivery.NewRun {
	for _, p := range both {
		for i := 2; i <= n; i++ {
			r.Parts = append(r.Parts, delivery.Part{Platform: p, Number: i, Op: delivery.Post, Threaded: true, Body: fmt.Append(nil, "part ", i)})
		}
	}
	return r
}

func (l *ledger) plan(book briefings.BookID, at time.Time, runs ...delivery.NewRun) {
	l.t.Helper()
	l.ok(l.l.Commit(l.ctx, book, delivery.Plan{At: at, Runs: runs}))
}

func (l *ledger) deliveries(book briefings.BookID, q delivery.DeliveryQuery) []delivery.Delivery {
	l.t.Helper()
	list, err := l.l.Deliveries(l.ctx, book, q)
	l.ok(err)
	return list
}

// of returns the only delivery of a part of a run at a place.
func (l *ledger) of(book briefings.BookID, source, slot string, to delivery.Place, part int) delivery.Delivery {
	l.t.Helper()
	list := l.deliveries(book, delivery.DeliveryQuery{Run: &delivery.RunKey{Source: source, Slot: slot}, Place: &to})
	list = slices.DeleteFunc(list, func(d delivery.Delivery) bool { return d.Part != part })
	if len(list) != 1 {
		l.t.Fatalf("%d deliveries of part %d of %s %s to %v", len(list), part, source, slot, to)
	}
	return list[0]
}

// one plans a run with one delivery, and returns it.
func (l *ledger) one() delivery.Delivery {
	l.t.Helper()
	l.plan("talks", monday, run("s", "1", channel))
	return l.of("talks", "s", "1", channel, 1)
}

func (l *ledger) work(now time.Time, limit int) []delivery.Job {
	l.t.Helper()
	jobs, err := l.l.Work(l.ctx, "talks", both, now, limit)
	l.ok(err)
	return jobs
}

// ids returns which deliveries there is work at.
func (l *ledger) ids(now time.Time) []delivery.ID {
	l.t.Helper()
	ids := []delivery.ID{}
	for _, j := range l.work(now, 100) {
		ids = append(ids, j.ID)
	}
	return ids
}

// try makes a move, and reports whether it was made.
func (l *ledger) try(book briefings.BookID, m delivery.Move) bool {
	l.t.Helper()
	made, err := l.l.Move(l.ctx, book, []delivery.Move{m})
	l.ok(err)
	l.equal(len(made), 1)
	return made[0]
}

// move makes a move that must be made, and returns the delivery as it is then.
func (l *ledger) move(m delivery.Move) delivery.Delivery {
	l.t.Helper()
	if !l.try("talks", m) {
		l.t.Fatalf("the move of %s from %s to %s was refused", m.From.ID, m.From.State, m.To.State)
	}
	return l.deliveries("talks", delivery.DeliveryQuery{IDs: []delivery.ID{m.From.ID}})[0]
}

// claim is the move by which an owner claims a delivery for a minute.
func claim(d delivery.Delivery, owner string, at time.Time) delivery.Move {
	to := d
	to.State, to.Owner, to.FirstSent, to.LastSent = delivery.Sending, owner, at, at
	to.Attempts++
	return delivery.Move{From: d, To: to, Lease: time.Minute, At: at}
}

// sent is the move of a delivery whose message was posted.
func sent(d delivery.Delivery, message string, at time.Time) delivery.Move {
	return delivery.Move{From: d, To: delivery.Delivered(d, message), At: at}
}

// failed is the move of a delivery that failed for good.
func failed(d delivery.Delivery, class delivery.Class, at time.Time) delivery.Move {
	to := d
	to.State, to.Class, to.Detail = delivery.Dead, string(class), "no such channel"
	return delivery.Move{From: d, To: to, At: at}
}

// back is the move of a delivery that is to be tried again.
func back(d delivery.Delivery, next, at time.Time) delivery.Move {
	to := d
	to.State, to.Next = delivery.Pending, next
	return delivery.Move{From: d, To: to, At: at}
}
