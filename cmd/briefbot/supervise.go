package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// errStuck is what supervise returns where a platform does not end.
var errStuck = errors.New("a platform did not stop")

// supervise runs the platforms side by side, and returns when all have ended:
// by themselves, or because ctx did. One that ends with an error is logged and
// leaves the others alone; supervise then returns exit code 3 at the end. It
// waits for patience after the end of ctx, and returns errStuck where that was
// not enough: goroutines are then still running.
func supervise(ctx context.Context, core bot.Core, platforms []platform, log *slog.Logger, patience time.Duration) error {
	type ending struct {
		name string
		err  error
	}
	endings := make(chan ending, len(platforms)) // so that nobody waits for a reader
	running := map[string]bool{}
	for _, p := range platforms {
		running[p.name] = true
		go func() { endings <- ending{p.name, runPlatform(ctx, core, p.adapter)} }()
	}
	stop, overdue := ctx.Done(), (<-chan time.Time)(nil)
	failed := false
	for len(running) > 0 {
		select {
		case e := <-endings:
			delete(running, e.name)
			if e.err != nil && (ctx.Err() == nil || !errors.Is(e.err, context.Canceled)) {
				failed = true
				log := log.With("err", inWords(e.err))
				if cause := causeOf(e.err); cause != nil {
					log = log.With("cause", cause)
				}
				if len(running) > 0 {
					log = log.With("still_running", strings.Join(slices.Sorted(maps.Keys(running)), ", "))
				}
				log.Error(e.name + " has ended with an error and is not served any more")
			} else if ctx.Err() == nil {
				log.Info(e.name + " has ended")
			}
		case <-stop:
			stop = nil
			log.Info("stopping")
			timer := time.NewTimer(patience)
			defer timer.Stop()
			overdue = timer.C
		case <-overdue:
			log.Error("some platforms do not stop, and are left", "platforms", strings.Join(slices.Sorted(maps.Keys(running)), ", "), "after", patience)
			return errStuck
		}
	}
	if failed {
		return exit{exitFailed}
	}
	return nil
}

// runPlatform runs an adapter. A panic in it ends this platform only.
func runPlatform(ctx context.Context, core bot.Core, a bot.Adapter) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return a.Run(ctx, core)
}

// inWords returns the sentence of an error where it has one.
func inWords(err error) string {
	var forPerson *briefings.Error
	if errors.As(err, &forPerson) {
		return forPerson.Message
	}
	return err.Error()
}

// causeOf returns what a library said, where the error has a sentence instead.
func causeOf(err error) error {
	var deeper interface{ Cause() error }
	if errors.As(err, &deeper) {
		return deeper.Cause()
	}
	return nil
}
