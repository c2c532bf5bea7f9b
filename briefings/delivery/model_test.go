package delivery_test

import (
	"hash/maphash"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings/delivery"
)

// The model goes through everything that can happen to one delivery: two processes that
// may stop, sleep and go on at any point, and a network and a platform that may refuse,
// lose, or apply a request late. What it moves by are the transitions of the package.
//
// It assumes what doc/delivery.md does: (A1) a request that arrived is applied no later
// than Lag after it was given up, (A2) history shows at once what was applied, (A3) a
// nonce is known for NonceHolds after the first request with it arrived, (A4) no time
// passes between the guard and the request, (A5) history can be read.
type model struct {
	rules  delivery.Rules // those by which it moves; a mutant has others
	truth  delivery.Timings
	mutate func(delivery.Delivery) delivery.Delivery // after a failed request; nil for the design itself
	nonces bool

	crashes         int
	unguarded       bool
	seen            map[uint64]struct{} // digests of worlds: that two share one is no more likely than 1 in a million
	states, doubled int
	most            int  // states
	whole           bool // all were gone through
	full            bool // some request had no room
}

// step is the unit of time of the model.
const step = 5 * time.Second

// world is a state of everything, its times counted from now: so it is the same
// whenever it comes, and none is gone through twice.
type world struct {
	d       row
	due     int8 // how long ago it was due
	p       [2]process
	r       [maxRequests]request
	crashes int8
	applied int8 // messages in the channel
}

// maxRequests is how many requests may matter at once: those under way, and those whose
// nonce is known.
const maxRequests = 3

// row is the delivery as the ledger has it: its lease and next as steps to come, 0 for
// over, and the others as steps that have passed, old for long ago, never for none.
type row struct {
	state               int8
	lease, next         int8
	first, last, looked int8
	attempts            int8
	unsure              bool
	owner               int8 // 0 nobody, 1 and 2 the processes
}

const (
	never = int8(-1)
	old   = int8(30) // steps: nothing asks how much longer ago
)

type phase int8

const (
	idle    phase = iota
	holds         // a claim to send
	waits         // for the answer to a request
	reads         // a claim to read
	answers       // it knows what became of it, and has not written it down
)

// process is one of the two, with the claim that it holds.
type process struct {
	phase   phase
	began   int8 // how long ago
	request int8
	current bool // nobody has moved the delivery since it was claimed
	d       row  // as it claimed it
	to      row  // what it will write down
	sent    bool // that is that it was sent
}

type request struct {
	state  requestState
	began  int8 // how long ago
	nonced bool // another with its nonce had arrived before
}

type requestState int8

const (
	none     requestState = iota
	arrived               // it will be applied, or not
	done                  // it was applied
	vanished              // it was not, and will not be
)

// noon is now: the times of the model are counted from it.
var noon = time.Unix(1_000_000, 0)

func ago(n int8) time.Time {
	if n == never {
		return time.Time{}
	}
	return noon.Add(-time.Duration(n) * step)
}

func toCome(n int8) time.Time { return noon.Add(time.Duration(n) * step) }

// clip makes old what nothing asks more of: times after which a rule holds for good.
func clip(n int8, d time.Duration) int8 {
	if n > steps(d)+1 {
		return steps(d) + 1
	}
	return n
}

func age(t time.Time) int8 {
	if t.IsZero() {
		return never
	}
	return int8(min(noon.Sub(t)/step, time.Duration(old)))
}

func left(t time.Time) int8 {
	if t.IsZero() || t.Before(noon) {
		return 0
	}
	return int8((t.Sub(noon) + step - 1) / step) // never earlier than it is
}

func steps(d time.Duration) int8 { return int8(d / step) }

func older(n int8) int8 {
	if n == never || n >= old {
		return n
	}
	return n + 1
}

func sooner(n int8) int8 { return max(n-1, 0) }

func (r row) pass() row {
	r.lease, r.next = sooner(r.lease), sooner(r.next)
	r.first, r.last, r.looked = older(r.first), older(r.last), older(r.looked)
	return r
}

var states = []delivery.State{delivery.Pending, delivery.Sending, delivery.Unknown, delivery.Reconciling, delivery.Sent, delivery.Dead}

var owners = []string{"", "A", "B"}

func (m *model) delivery(r row, due int8) delivery.Delivery {
	return delivery.Delivery{
		ID: "x", Kind: delivery.Digest, Op: delivery.Post, Part: 1, State: states[r.state], Owner: owners[r.owner],
		Lease: toCome(r.lease), Attempts: int(r.attempts), Due: ago(due), Next: toCome(r.next),
		FirstSent: ago(r.first), LastSent: ago(r.last), Looked: ago(r.looked), Unsure: r.unsure,
	}
}

func rowOf(d delivery.Delivery, owner int8) row {
	r := row{
		state: int8(slices.Index(states, d.State)), lease: left(d.Lease), next: left(d.Next),
		first: age(d.FirstSent), last: age(d.LastSent), looked: age(d.Looked), attempts: int8(min(d.Attempts, 2)), unsure: d.Unsure, owner: owner,
	}
	if d.State.Settled() { // nothing asks for the rest
		return row{state: r.state, first: never, last: never, looked: never}
	}
	if d.State == delivery.Pending || d.State == delivery.Unknown {
		r.lease = 0
	} else {
		r.next = 0
	}
	if !r.unsure && d.State == delivery.Pending {
		r.first = never // it is set anew
	}
	return r
}

// run goes through all worlds that can come of a new delivery.
func (m *model) run() {
	m.seen = map[uint64]struct{}{}
	seed := maphash.MakeSeed()
	stack := []world{{d: row{first: never, last: never, looked: never, owner: 1}}}
	push := func(w world) {
		if w.applied > 1 {
			m.doubled++
			return // it need not go on
		}
		w.tidy(m)
		key := maphash.Comparable(seed, w)
		if _, known := m.seen[key]; !known {
			m.seen[key] = struct{}{}
			stack = append(stack, w)
		}
	}
	for len(stack) > 0 && m.states < m.most {
		w := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		m.states++
		m.network(w, push)
		for i := range w.p {
			m.process(w, int8(i), push)
		}
		m.tick(w, push)
	}
	m.whole = len(stack) == 0
}

// tidy forgets what cannot matter any more.
func (w *world) tidy(m *model) {
	t := m.truth
	w.due = clip(w.due, t.LookFirst)
	for _, r := range []*row{&w.d, &w.p[0].d, &w.p[0].to, &w.p[1].d, &w.p[1].to} {
		r.first, r.last, r.looked = clip(r.first, t.NonceHolds), clip(r.last, t.Guard+t.Request+t.Lag), clip(r.looked, t.LookFirst)
	}
	for i := range w.p {
		p := &w.p[i]
		p.began = clip(p.began, t.Request)
		switch p.phase {
		case answers:
			p.d, p.began, p.request = row{}, 0, 0
			if !p.current { // what it would write down is refused, but for that it was sent
				p.to = row{}
				if p.sent {
					p.to.state = int8(slices.Index(states, delivery.Sent))
					p.to.first, p.to.last, p.to.looked = never, never, never
				} else {
					*p = process{}
				}
			}
		case holds:
			if !p.current && p.began > steps(t.Guard) { // it will not send, and what it says is refused
				if !m.unguarded {
					*p = process{}
				}
			}
		}
	}
	if states[w.d.state].Settled() {
		w.due = 0
	}
	for i := range w.r {
		r := &w.r[i]
		awaited := false
		for _, p := range w.p {
			awaited = awaited || p.phase == waits && p.request == int8(i)
		}
		known := m.nonces && r.state != vanished && !r.nonced && r.began <= steps(m.truth.NonceHolds)
		if r.state != arrived && !awaited && !known {
			*r = request{}
		}
	}
}

// tick lets time pass. A request is given up in time.
func (m *model) tick(w world, push func(world)) {
	for _, r := range w.r {
		if r.state == arrived && r.began >= steps(m.truth.Request+m.truth.Lag)-1 {
			return // it must have been applied or have vanished before the next step
		}
	}
	w.d, w.due = w.d.pass(), older(w.due)
	for i := range w.r {
		if w.r[i].state != none {
			w.r[i].began = older(w.r[i].began)
		}
	}
	for i := range w.p {
		p := &w.p[i]
		if p.phase == idle {
			continue
		}
		p.d, p.to, p.began = p.d.pass(), p.to.pass(), older(p.began)
		if p.phase == waits && p.began >= steps(m.truth.Request) {
			m.answer(&w, int8(i), "lost")
		}
	}
	push(w)
}

// network lets requests arrive at their ends.
func (m *model) network(w world, push func(world)) {
	for i := range w.r {
		if w.r[i].state != arrived {
			continue
		}
		gone := w
		gone.r[i].state = vanished
		push(gone)
		applied := w
		applied.r[i].state = done
		if !applied.r[i].nonced {
			applied.applied++
		}
		push(applied)
	}
}

// moved is the world after a move of the delivery.
func (w world) moved(to row) world {
	w.d = to
	for i := range w.p {
		w.p[i].current = false
	}
	return w
}

func (m *model) rulesOf(i int8) delivery.Rules {
	r := m.rules
	r.Me, r.Nonces = owners[i+1], m.nonces
	return r
}

// process lets a process do its next thing.
func (m *model) process(w world, i int8, push func(world)) {
	rules, p := m.rulesOf(i), w.p[i]
	if p.phase != idle && int(w.crashes) < m.crashes {
		crashed := w
		crashed.crashes++
		crashed.p[i] = process{}
		push(crashed)
	}
	switch p.phase {
	case idle:
		to, act := delivery.Next(m.delivery(w.d, w.due), noon, rules)
		switch act {
		case delivery.Wait:
		case delivery.Note:
			push(w.moved(rowOf(to, i+1)))
		default:
			to.Lease = noon.Add(m.truth.Lease)
			next := w.moved(rowOf(to, i+1))
			next.p[i] = process{phase: holds, d: next.d, current: true}
			if act == delivery.Look {
				next.p[i].phase = reads
			}
			push(next)
		}
	case holds:
		m.send(w, i, rules, push)
	case waits:
		switch w.r[p.request].state {
		case done: // the answer comes back, unless it is lost
			m.answered(w, i, "sent", push)
			m.answered(w, i, "lost", push)
		case vanished: // it was refused, and that is known or not
			m.answered(w, i, "refused", push)
			m.answered(w, i, "lost", push)
		}
	case reads:
		var found []string
		if w.applied > 0 {
			found = []string{"m"}
		}
		w.p[i].to = rowOf(rules.Found(m.delivery(p.d, w.due), found, noon), i+1)
		w.p[i].sent, w.p[i].phase, w.p[i].began = len(found) > 0, answers, 0
		push(w)
	case answers:
		next := w
		if p.current || p.sent && states[w.d.state] != delivery.Sent {
			next = w.moved(p.to)
		}
		next.p[i] = process{}
		push(next)
	}
}

// send makes the request of a claim, if the guard lets it.
func (m *model) send(w world, i int8, rules delivery.Rules, push func(world)) {
	p := w.p[i]
	d := m.delivery(p.d, w.due)
	if !m.unguarded && !rules.MaySend(d, ago(p.began), noon) {
		w.p[i].to = rowOf(rules.Unsent(d, noon), i+1)
		w.p[i].phase, w.p[i].began = answers, 0
		push(w)
		return
	}
	free := slices.IndexFunc(w.r[:], func(r request) bool { return r.state == none })
	if free < 0 {
		m.full = true
		return
	}
	r := request{state: arrived}
	if m.nonces {
		for _, other := range w.r {
			if other.state == arrived || other.state == done {
				r.nonced = r.nonced || !other.nonced && other.began <= steps(m.truth.NonceHolds)
			}
		}
	}
	w.p[i].phase, w.p[i].request, w.p[i].began = waits, int8(free), 0
	w.r[free] = r
	push(w)
	w.r[free] = request{state: vanished} // it never arrived
	push(w)
}

func (m *model) answered(w world, i int8, how string, push func(world)) {
	m.answer(&w, i, how)
	push(w)
}

// answer tells a process how its request ended.
func (m *model) answer(w *world, i int8, how string) {
	rules := m.rulesOf(i)
	p := &w.p[i]
	d := m.delivery(p.d, w.due)
	switch how {
	case "sent":
		d, p.sent = delivery.Delivered(d, "m"), true
	case "refused":
		d = rules.Failed(d, &delivery.Failure{Class: delivery.Unreached}, noon)
	default:
		d = rules.Failed(d, &delivery.Failure{Class: delivery.Unsure}, noon)
		if m.mutate != nil {
			d = m.mutate(d)
		}
	}
	p.to, p.phase, p.began, p.request = rowOf(d, i+1), answers, 0, 0
}

func newModel(nonces bool) *model {
	most := 500_000 // a second
	if slow {
		most = 100_000
	}
	if os.Getenv("BRIEFBOT_TEST_MODEL") == "all" {
		most = math.MaxInt
	}
	return &model{rules: delivery.Rules{Timings: delivery.Standard}, truth: delivery.Standard, nonces: nonces, crashes: 1, most: most}
}

func TestModel_NothingIsPostedTwice(t *testing.T) {
	for name, nonces := range map[string]bool{"with nonces": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			m := newModel(nonces)
			m.run()
			t.Logf("%d states, %d duplicates, all gone through: %t, out of room: %t", m.states, m.doubled, m.whole, m.full)
			if m.doubled > 0 {
				t.Errorf("%d ways to a duplicate", m.doubled)
			}
		})
	}
}

// TestModel_MutantsPostTwice holds the model itself to what it is for: each rule that is
// taken out of the design is missed.
func TestModel_MutantsPostTwice(t *testing.T) {
	mutants := map[string]struct {
		nonces bool
		mutate func(*model)
	}{
		"what is unknown is sent again": {false, func(m *model) {
			m.mutate = func(d delivery.Delivery) delivery.Delivery {
				d.State, d.Unsure = delivery.Pending, false
				return d
			}
		}},
		"history is read before the platform has settled": {false, func(m *model) { m.rules.Lag = -m.rules.Request }},
		"nothing guards the first byte":                   {false, func(m *model) { m.unguarded = true }},
		"the nonce's window is not looked at":             {true, func(m *model) { m.rules.NonceHolds = time.Hour }},
	}
	for name, mutant := range mutants {
		t.Run(name, func(t *testing.T) {
			m := newModel(mutant.nonces)
			mutant.mutate(m)
			m.run()
			t.Logf("%d states, %d duplicates", m.states, m.doubled)
			if m.doubled == 0 {
				t.Error("nothing was posted twice without it: the model sees nothing")
			}
		})
	}
}
