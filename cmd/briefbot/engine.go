package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// engineStopsIn is how long the engine may take to end what is under way.
const engineStopsIn = 25 * time.Second

// engine returns what makes digests and alerts of books and posts them by these adapters.
// Reads says who reads a book; nil for everybody.
func (a *app) engine(ctx context.Context, core *bot.Bot, o *opened, books func(context.Context) ([]briefings.BookID, error), reads readers, adapters ...bot.Adapter) (*delivery.Engine, error) {
	senders := map[briefings.Platform]delivery.Sender{}
	for _, a := range adapters {
		if s, ok := a.(delivery.Sender); ok {
			senders[a.Platform()] = s
		}
	}
	e, err := delivery.New(ctx, delivery.Config{
		Ledger: o.store, Author: core, Books: books, Senders: senders, Editor: editorIn(o.store), Reads: reads,
		Owner: fmt.Sprintf("%s-%d", briefings.NewToken(), os.Getpid()),
		Now:   a.now, Chance: rand.Float64, Log: o.log, Timings: a.deliveryTimings(),
	})
	if err == nil {
		core.Schedule(o.store, e)
	}
	return e, err
}

// deliveryTimings are those of what is posted.
func (a *app) deliveryTimings() delivery.Timings {
	if a.timings.Tick == 0 {
		return delivery.Standard
	}
	return a.timings
}

// readers reports whether people where somebody belongs read a book.
type readers func(ctx context.Context, book briefings.BookID, who briefings.Actor) (bool, error)

// readersOf returns who reads a book: whoever asks a question is answered from it.
func readersOf(bound *boundBooks, c *config) readers {
	return func(ctx context.Context, book briefings.BookID, who briefings.Actor) (bool, error) {
		for _, t := range c.ties() {
			if t.platform != who.Platform {
				continue
			}
			theirs, err := bound.find(ctx, t, who.Workspace)
			if errors.Is(err, briefings.ErrNotFound) {
				return false, nil
			}
			return theirs == book, err
		}
		return true, nil // nothing is sent to a platform that is not served
	}
}

// editorIn returns who made a revision of a book.
func editorIn(s *store.Store) func(context.Context, briefings.BookID, int64) (briefings.Actor, error) {
	return func(ctx context.Context, book briefings.BookID, seq int64) (briefings.Actor, error) {
		list, err := s.Revisions(ctx, book, briefings.RevisionQuery{AfterSeq: seq - 1, Limit: 1})
		if err != nil {
			return briefings.Actor{}, err
		}
		if len(list) == 0 {
			return briefings.Actor{}, briefings.Errorf(briefings.ErrNotFound, "The book has no revision %d.", seq)
		}
		return list[0].Actor, nil
	}
}

// keepPosting runs the engine until ctx ends: of several processes on one PostgreSQL
// database one does, so that together they keep to the platforms' limits. That nothing is
// posted twice does not depend on it. Once may reports false, it ends. Which lease it is
// says who takes turns.
func (a *app) keepPosting(ctx context.Context, e *delivery.Engine, o *opened, name string, may func(context.Context) bool) {
	l := lease{name: name, what: "posts digests and alerts", owner: e.Owner, may: may}
	_ = a.whileLeased(ctx, o, l, func(ctx context.Context) error { // post says what is wrong
		a.post(ctx, e, o.log)
		return nil
	})
}

// post runs the engine until ctx ends.
func (a *app) post(ctx context.Context, e *delivery.Engine, log *slog.Logger) {
	if err := e.Run(ctx); err != nil {
		log.Error("digests and alerts are not posted any more", "err", err)
	}
}
