package slack

import (
	"context"
	"errors"
	"math"
	"time"
)

// How long it takes from one try to the next.
const (
	retryFirst = 100 * time.Millisecond
	retryMost  = 10 * time.Second
)

// final is an error after which a request is not tried again.
type final struct{ error }

func (f final) Unwrap() error { return f.error }

// persist repeats a request until it is done or refused, or ctx ends. It waits as
// long as Slack asks for, and otherwise longer each time.
func (s *Slack) persist(ctx context.Context, try func() error) error {
	return s.persistTimes(ctx, math.MaxInt, try)
}

// persistTimes does so a number of times.
func (s *Slack) persistTimes(ctx context.Context, times int, try func() error) error {
	for wait := retryFirst; ; wait = min(2*wait, retryMost) {
		err := try()
		if times--; times <= 0 {
			return err
		}
		var e *apiError
		var f final
		if err == nil || errors.As(err, &f) || !errors.As(err, &e) || e.refused() {
			return err
		}
		pause := max(wait, e.RetryAfter)
		if deadline, ok := ctx.Deadline(); ok && s.opts.Now().Add(pause).After(deadline) || !sleep(ctx, pause) {
			return err
		}
	}
}
