package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/store"
)

// How long a lease holds, and how often it is renewed and waited for, in ticks of the
// planner: 30 and 10 seconds.
func (a *app) leaseTimes() (holds, renew time.Duration) {
	tick := a.deliveryTimings().Tick
	return 2 * tick, 2 * tick / 3
}

// lease is what one of several processes on a PostgreSQL database has, and the others wait
// for. A database that is a file has one process, which needs none.
type lease struct {
	name  string // of the lease
	what  string // whoever has it does, for the log
	owner string
	may   func(context.Context) bool // reports whether this process wants it at all
}

// always is for whoever wants a lease as long as they live.
func always(context.Context) bool { return true }

// whileLeased does work while this process has the lease, again each time that it gets it,
// until ctx ends, work returns an error or, with the lease, by itself, or the process does
// not want the lease any more.
func (a *app) whileLeased(ctx context.Context, o *opened, l lease, work func(context.Context) error) error {
	if !store.IsPostgres(a.dsn()) {
		return work(ctx)
	}
	holds, renew := a.leaseTimes()
	waiting := false
	for ctx.Err() == nil && l.may(ctx) {
		have, err := o.store.Lease(ctx, l.name, l.owner, a.now(), holds)
		if err != nil && ctx.Err() == nil {
			o.log.Warn("it is not known whether another process "+l.what, "err", inWords(err))
		}
		if !have {
			if !waiting && err == nil {
				o.log.Info("another process " + l.what + "; this one waits")
			}
			waiting = true
			bot.Sleep(ctx, renew)
			continue
		}
		if waiting {
			o.log.Info("from now on this process " + l.what)
		}
		waiting = false
		if again, err := a.leased(ctx, o, l, work); !again {
			return err
		}
	}
	return ctx.Err()
}

// leased does work for as long as the lease can be renewed. It reports whether the lease
// was lost, so that it is to be waited for again.
func (a *app) leased(ctx context.Context, o *opened, l lease, work func(context.Context) error) (again bool, err error) {
	working, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { // it ends with working
		defer func() {
			if p := recover(); p != nil {
				ended <- fmt.Errorf("panic: %v", p)
			}
		}()
		ended <- work(working)
	}()
	holds, every := a.leaseTimes()
	renew := time.NewTicker(every)
	defer renew.Stop()
	for until := a.now().Add(holds); ; {
		select {
		case err := <-ended:
			a.giveBack(ctx, o, l)
			return false, err
		case <-renew.C:
		}
		if !l.may(ctx) {
			stop()
			err := <-ended
			a.giveBack(ctx, o, l)
			return false, err
		}
		have, err := o.store.Lease(ctx, l.name, l.owner, a.now(), holds)
		switch {
		case have:
			until = a.now().Add(holds)
		case err != nil && a.now().Before(until.Add(-every)):
			// it may be renewed yet, while it holds
		default:
			o.log.Warn("this process has lost its turn: another "+l.what, "cause", err)
			stop()
			if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
				return false, err
			}
			return true, nil
		}
	}
}

// giveBack lets another process have the lease at once. Else it runs out by itself.
func (a *app) giveBack(ctx context.Context, o *opened, l lease) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = o.store.Release(ctx, l.name, l.owner)
}

// inTurn is an adapter that is run by one process at a time.
type inTurn struct {
	bot.Adapter
	run func(ctx context.Context, work func(context.Context) error) error
}

// Run runs the adapter whenever it is this process's turn, until ctx ends.
func (t inTurn) Run(ctx context.Context, core bot.Core) error {
	err := t.run(ctx, func(ctx context.Context) error { return t.Adapter.Run(ctx, core) })
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
