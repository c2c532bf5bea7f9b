package bot

import (
	"context"
	"errors"
	"time"
)

// Again is an error of a request that says whether asking again may help.
type Again interface {
	error
	// Again returns how long to wait at the least, and whether it may help.
	Again() (wait time.Duration, ok bool)
}

// Retry says how a request is repeated. A platform's own client must not do it: it
// would not know which requests can be made twice.
type Retry struct {
	First, Most time.Duration // between one try and the next, longer each time
	Times       int           // at the most; 0 for as long as the context lasts
	Now         func() time.Time
}

// Do repeats try until it succeeds, or fails with an error that is no Again or
// says that it does not help, or the next try would come after the end of ctx. It
// returns the last error.
func (r Retry) Do(ctx context.Context, try func() error) error {
	wait := r.First
	for n := 1; ; n++ {
		err := try()
		var again Again
		if err == nil || n == r.Times || !errors.As(err, &again) {
			return err
		}
		least, ok := again.Again()
		pause := wait
		if least > 0 {
			pause = least
		}
		if deadline, ends := ctx.Deadline(); !ok || ends && r.Now().Add(pause).After(deadline) || !Sleep(ctx, pause) {
			return err
		}
		wait = min(2*wait, r.Most)
	}
}

// Final returns an error that is err, and after which nothing is tried again.
func Final(err error) error { return final{err} }

type final struct{ error }

func (f final) Unwrap() error                { return f.error }
func (f final) Again() (time.Duration, bool) { return 0, false }

// Sleep waits, and reports false where ctx ends first.
func Sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
