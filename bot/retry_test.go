package bot_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/briefbot/briefbot/bot"
)

// busy is an error after which it may help to ask again.
type busy time.Duration

func (b busy) Error() string                { return "busy" }
func (b busy) Again() (time.Duration, bool) { return time.Duration(b), b >= 0 }

func TestRetry_RepeatsWhatMayHelpAsLongAsThereIsTime(t *testing.T) {
	other := errors.New("other")
	for name, c := range map[string]struct {
		errs  []error
		times int
		in    time.Duration // how long the context lasts
		tries int
		took  time.Duration
		err   error
	}{
		"done":                      {[]error{nil}, 0, time.Minute, 1, 0, nil},
		"done the third time":       {[]error{busy(0), fmt.Errorf("call: %w", busy(0)), nil}, 0, time.Minute, 3, 3 * time.Second, nil},
		"longer each time":          {[]error{busy(0), busy(0), busy(0), busy(0), busy(0), nil}, 0, time.Minute, 6, 23 * time.Second, nil},
		"as long as is asked for":   {[]error{busy(7 * time.Second), nil}, 0, time.Minute, 2, 7 * time.Second, nil},
		"refused":                   {[]error{busy(-1)}, 0, time.Minute, 1, 0, busy(-1)},
		"nobody says":               {[]error{other}, 0, time.Minute, 1, 0, other},
		"final":                     {[]error{bot.Final(busy(0))}, 0, time.Minute, 1, 0, busy(0)},
		"so many times":             {[]error{busy(0), busy(0), busy(0)}, 2, time.Minute, 2, time.Second, busy(0)},
		"no time":                   {[]error{busy(0), busy(0), busy(0), busy(0)}, 0, 4 * time.Second, 3, 3 * time.Second, busy(0)},
		"no time for what is asked": {[]error{busy(time.Hour)}, 0, time.Minute, 1, 0, busy(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), c.in)
				defer cancel()
				began, tries := time.Now(), 0
				err := bot.Retry{First: time.Second, Most: 8 * time.Second, Times: c.times, Now: time.Now}.Do(ctx, func() error {
					tries++
					return c.errs[tries-1]
				})
				if !errors.Is(err, c.err) || tries != c.tries || time.Since(began) != c.took {
					t.Errorf("%v after %d tries and %v, want %v after %d and %v", err, tries, time.Since(began), c.err, c.tries, c.took)
				}
			})
		})
	}
}
