package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// fake is an adapter that does what a test says.
type fake func(ctx context.Context) error

func (fake) Platform() briefings.Platform                   { return "fake" }
func (f fake) Run(ctx context.Context, core bot.Core) error { return f(ctx) }

func untilTold(ctx context.Context) error { <-ctx.Done(); return nil }

// supervised runs platforms, which are called A, B and so on, and tells them to
// stop after a minute.
func supervised(t *testing.T, adapters ...fake) (took time.Duration, log string, err error) {
	t.Helper()
	var out strings.Builder
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var platforms []platform
	for i, a := range adapters {
		platforms = append(platforms, platform{string(rune('A' + i)), a})
	}
	began := time.Now()
	err = supervise(ctx, nil, platforms, slog.New(slog.NewTextHandler(&out, nil)), 10*time.Second)
	return time.Since(began), out.String(), err
}

func TestSupervise_OnePlatformThatFailsLeavesTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took, log, err := supervised(t, untilTold, func(context.Context) error {
			return briefings.Errorf(briefings.ErrUnavailable, "Discord refuses the token.")
		})
		if took != time.Minute || exitCode(err) != exitFailed {
			t.Errorf("it took %v, exit %d; want until the end, and %d", took, exitCode(err), exitFailed)
		}
		if !strings.Contains(log, "level=ERROR") || !strings.Contains(log, `err="Discord refuses the token."`) || !strings.Contains(log, "still_running=A") {
			t.Errorf("log: %s", log)
		}
	})
}

func TestSupervise_EndsWhenAllHaveEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leave := func(context.Context) error { time.Sleep(time.Second); return nil }
		if took, log, err := supervised(t, leave, leave); took != time.Second || err != nil || strings.Contains(log, "ERROR") {
			t.Errorf("it took %v, %v; %s", took, err, log)
		}
		fail := func(context.Context) error { return errors.New("no") }
		if took, _, err := supervised(t, fail, leave); took != time.Second || exitCode(err) != exitFailed {
			t.Errorf("it took %v, exit %d; want %d", took, exitCode(err), exitFailed)
		}
	})
}

func TestSupervise_ToldToStopIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(9 * time.Second)
			return context.Canceled
		}
		if took, log, err := supervised(t, untilTold, slow); took != time.Minute+9*time.Second || err != nil || strings.Contains(log, "ERROR") {
			t.Errorf("it took %v, %v; %s", took, err, log)
		}
	})
}

func TestSupervise_PanicEndsOnePlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took, log, err := supervised(t, untilTold, func(context.Context) error { panic("what was that") })
		if took != time.Minute || exitCode(err) != exitFailed || !strings.Contains(log, "what was that") {
			t.Errorf("it took %v, exit %d; %s", took, exitCode(err), log)
		}
	})
}

func TestSupervise_DoesNotWaitForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		defer close(end)
		stuck := func(context.Context) error { <-end; return nil }
		took, log, err := supervised(t, stuck, untilTold)
		if took != time.Minute+10*time.Second || !errors.Is(err, errStuck) || !strings.Contains(log, "platforms=A") {
			t.Errorf("it took %v, %v; %s", took, err, log)
		}
	})
}
