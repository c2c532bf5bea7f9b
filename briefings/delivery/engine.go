package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/briefbot/briefbot/briefings"
)

// Config is what an Engine works with.
type Config struct {
	Ledger Ledger
	Author Author
	// Books lists the books whose digests are posted.
	Books func(context.Context) ([]briefings.BookID, error)
	// Senders post to the platforms that are served.
	Senders map[briefings.Platform]Sender
	// Editor returns who made a revision, to be told of what came of it; it may be nil.
	Editor func(ctx context.Context, book briefings.BookID, seq int64) (briefings.Actor, error)
	// Reads reports whether people where somebody belongs still read a book: else they are
	// told nothing that they watch. It may be nil, where everybody does.
	Reads func(ctx context.Context, book briefings.BookID, who briefings.Actor) (bool, error)
	// Owner names this process among all that ever worked on the ledger.
	Owner string
	// Now is the clock: its times have a monotonic reading where the system has one.
	Now func() time.Time
	// Chance returns a number from 0 to 1, to spread what would come all at once.
	Chance func() float64
	Log    *slog.Logger
	// Timings are Standard where Tick is 0.
	Timings Timings
}

// Noncer is a Sender whose platform posts a message with a known nonce only once.
type Noncer interface{ KnowsNonces() bool }

// Engine plans what is due, sends it, and finds out what became of it. It is made by
// New, and works while Run does.
type Engine struct {
	Config
	secret    []byte
	platforms []briefings.Platform

	wake  chan struct{} // holds a signal when the planner should look
	asked atomic.Int64  // how often it was asked to, and
	heard atomic.Int64  // up to which of these it has looked
	more  chan struct{} // holds a signal when the workers should
	lanes *lanes
	board board

	timetables timetables
	changes    gathering
	pins       pinned
	landed     landed
	flying     sync.WaitGroup // requests under way
	slots      chan struct{}  // holds one for each request under way
	results    chan result
	unsettled  atomic.Int64 // requests of which it is not written down how they ended
	swept      sweeps
}

// maxFlying is how many requests are under way at once.
const maxFlying = 64

// New returns an engine. The error names what is missing.
func New(ctx context.Context, c Config) (*Engine, error) {
	switch {
	case c.Ledger == nil, c.Author == nil, c.Books == nil, c.Now == nil, c.Chance == nil:
		return nil, errors.New("delivery: Ledger, Author, Books, Now and Chance are needed")
	case c.Owner == "":
		return nil, errors.New("delivery: Owner is needed")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Timings.Tick == 0 {
		c.Timings = Standard
	}
	secret, err := c.Ledger.Secret(ctx)
	if err != nil {
		return nil, fmt.Errorf("delivery: %w", err)
	}
	e := &Engine{
		Config: c, secret: secret,
		wake: make(chan struct{}, 1), more: make(chan struct{}, 1),
		lanes: newLanes(), slots: make(chan struct{}, maxFlying), results: make(chan result, maxFlying),
	}
	e.asked.Store(1) // Run looks first of all
	for p := range c.Senders {
		e.platforms = append(e.platforms, p)
	}
	slices.Sort(e.platforms)
	return e, nil
}

// Run plans and sends until ctx ends. Then it plans no more, claims no more, and waits
// for what is under way, for Timings.Stop at most. What it leaves is gone on with by
// whoever runs next.
func (e *Engine) Run(ctx context.Context) error {
	e.landed.anew()
	e.plan(ctx)
	bell := cron.New(cron.WithLocation(time.UTC), cron.WithLogger(cron.DiscardLogger), cron.WithChain(cron.Recover(cron.DiscardLogger)))
	if _, err := bell.AddFunc("* * * * *", e.Wake); err != nil { // dues are at whole minutes
		return fmt.Errorf("delivery: %w", err)
	}
	bell.Start()

	var work sync.WaitGroup
	work.Go(func() { e.planUntil(ctx) })
	work.Go(func() { e.sendUntil(ctx) })
	work.Go(func() { e.sweepUntil(ctx) })
	landed, settled := make(chan struct{}), make(chan struct{})
	go func() { // ends once landed is closed
		defer close(settled)
		e.settleAll(ctx, landed)
	}()
	work.Wait()
	e.flying.Wait() // each request has a deadline, which Timings.Stop leaves room for
	close(landed)
	<-settled
	<-bell.Stop().Done()
	return nil
}

// Wake makes the planner look now. It waits for nothing.
func (e *Engine) Wake() {
	e.asked.Add(1)
	signal(e.wake)
}

// Rest waits until nothing is to be done just now, as far as this engine knows, for at
// most patience. It reports whether that is so.
func (e *Engine) Rest(ctx context.Context, patience time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for ctx.Err() == nil && e.busy(ctx) {
		select {
		case <-ctx.Done():
		case <-look.C:
		}
	}
	return ctx.Err() == nil
}

// busy reports whether something is under way or to be done now.
func (e *Engine) busy(ctx context.Context) bool {
	if e.heard.Load() < e.asked.Load() || len(e.slots) > 0 || e.unsettled.Load() > 0 { // first claimed, then counted
		return true
	}
	books, err := e.Books(ctx)
	if err != nil {
		return false
	}
	for _, book := range books {
		if next, err := e.Ledger.NextWork(ctx, book, e.platforms); err == nil && !next.IsZero() && !next.After(e.Now()) {
			return true
		}
	}
	return false
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is signalled
	}
}

// rules are what a move of a delivery to the platform goes by.
func (e *Engine) rules(p briefings.Platform) Rules {
	n, ok := e.Senders[p].(Noncer)
	return Rules{Timings: e.Timings, Me: e.Owner, Nonces: ok && n.KnowsNonces(), Chance: e.Chance()}
}
