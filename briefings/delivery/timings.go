package delivery

import "time"

// Timings are how long things take and hold. Tests of the whole program, which cannot
// wait for minutes, divide them all by the same number.
type Timings struct {
	Request time.Duration // that a request may take
	Guard   time.Duration // from a claim to the first byte, at the most
	Lease   time.Duration // that a claim holds
	// Lag is how long after we gave up a platform may still apply a request.
	Lag time.Duration
	// NonceHolds is how long a platform with nonces certainly knows one.
	NonceHolds time.Duration
	// LookFirst is how late a first try may be before the channel is read.
	LookFirst time.Duration
	Backoff   []time.Duration // after the first, second, … failure to reach a platform; the last goes on
	Jitter    time.Duration   // at most added to what a rate limit asks for
	Sweeps    []time.Duration // after the last request: when a message that ever was unsure is looked for
	Tick      time.Duration   // at which the planner runs, whatever rings
	// Batch is how long changes are gathered before watchers are told.
	Batch  time.Duration
	Spread time.Duration // over which what is due at one minute is spread
	Late   time.Duration // from which on a message says that it is late
	Skew   time.Duration // by which the clock may be behind what is written
	Apart  time.Duration // by which it may differ from that of the database
	Stop   time.Duration // that a shutdown waits for what is under way
}

// Standard are the timings of DELIVERY.md.
var Standard = Timings{
	Request: 15 * time.Second, Guard: 5 * time.Second, Lease: 60 * time.Second, Lag: 90 * time.Second,
	NonceHolds: 60 * time.Second, LookFirst: 60 * time.Second,
	Backoff: []time.Duration{5 * time.Second, 15 * time.Second, 45 * time.Second, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute},
	Jitter:  time.Second, Sweeps: []time.Duration{5 * time.Minute, 30 * time.Minute},
	Tick: 15 * time.Second, Batch: 20 * time.Second, Spread: 30 * time.Second, Late: 15 * time.Minute,
	Skew: 5 * time.Minute, Apart: 10 * time.Second, Stop: 20 * time.Second,
}

// Faster returns timings in which everything takes an n-th of the time.
func (t Timings) Faster(n int) Timings {
	d := time.Duration(n)
	f := Timings{
		Request: t.Request / d, Guard: t.Guard / d, Lease: t.Lease / d, Lag: t.Lag / d, NonceHolds: t.NonceHolds / d,
		LookFirst: t.LookFirst / d, Jitter: t.Jitter / d, Tick: t.Tick / d, Batch: t.Batch / d, Spread: t.Spread / d,
		Late: t.Late / d, Skew: t.Skew, Apart: t.Apart, Stop: t.Stop / d,
	}
	for _, b := range t.Backoff {
		f.Backoff = append(f.Backoff, b/d)
	}
	for _, s := range t.Sweeps {
		f.Sweeps = append(f.Sweeps, s/d)
	}
	return f
}
