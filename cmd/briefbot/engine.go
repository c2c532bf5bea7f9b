package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// The lease of whoever posts: of several processes on one PostgreSQL database one does,
// so that together they keep to the platforms' limits. That nothing is posted twice does
// not depend on it.
const (
	postingLease = "posting"
	leaseFor     = 30 * time.Second
	leaseRenew   = 10 * time.Second
)

// engineStopsIn is how long the engine may take to end what is under way.
const engineStopsIn = 25 * time.Second

// engine returns what makes digests and alerts of books and posts them by these adapters.
func (a *app) engine(ctx context.Context, core *bot.Bot, o *opened, books func(context.Context) ([]briefings.BookID, error), adapters ...bot.Adapter) (*delivery.Engine, error) {
	senders := map[briefings.Platform]delivery.Sender{}
	for _, a := range adapters {
		if s, ok := a.(delivery.Sender); ok {
			senders[a.Platform()] = s
		}
	}
	timings := a.timings
	if timings.Tick == 0 {
		timings = delivery.Standard
	}
	e, err := delivery.New(ctx, delivery.Config{
		Ledger: o.store, Author: core, Books: books, Senders: senders, Editor: editorIn(o.store),
		Owner: fmt.Sprintf("%s-%d", briefings.NewToken(), os.Getpid()),
		Now:   a.now, Chance: rand.Float64, Log: o.log, Timings: timings,
	})
	if err == nil {
		core.Schedule(o.store, e)
	}
	return e, err
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

// keepPosting runs the engine until ctx ends. On PostgreSQL it does so while this process
// has the lease, and waits for it while another has. Once may reports false, it ends.
func (a *app) keepPosting(ctx context.Context, e *delivery.Engine, o *opened, may func(context.Context) bool) {
	if !store.IsPostgres(a.dsn()) {
		a.post(ctx, e, o.log)
		return
	}
	for ctx.Err() == nil && may(ctx) {
		have, err := o.store.Lease(ctx, postingLease, e.Owner, a.now(), leaseFor)
		if err != nil && ctx.Err() == nil {
			o.log.Warn("it is not known whether another process posts", "err", inWords(err))
		}
		if !have {
			bot.Sleep(ctx, leaseRenew)
			continue
		}
		a.postWhileLeased(ctx, e, o, may)
	}
}

// postWhileLeased runs the engine for as long as the lease can be renewed.
func (a *app) postWhileLeased(ctx context.Context, e *delivery.Engine, o *opened, may func(context.Context) bool) {
	posting, stop := context.WithCancel(ctx)
	defer stop()
	var work sync.WaitGroup
	work.Go(func() { a.post(posting, e, o.log) })
	lost := false
	for until := a.now().Add(leaseFor); !lost && bot.Sleep(ctx, leaseRenew) && may(ctx); {
		have, err := o.store.Lease(ctx, postingLease, e.Owner, a.now(), leaseFor)
		switch {
		case have:
			until = a.now().Add(leaseFor)
			continue
		case err != nil && a.now().Before(until):
			continue // it may be renewed yet
		}
		o.log.Warn("another process posts from now on")
		lost = true
	}
	stop()
	work.Wait()
	if !lost {
		released, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = o.store.Release(released, postingLease, e.Owner) // it runs out by itself
	}
}

// always is for whoever may post as long as they like.
func always(context.Context) bool { return true }

// post runs the engine until ctx ends.
func (a *app) post(ctx context.Context, e *delivery.Engine, log *slog.Logger) {
	if err := e.Run(ctx); err != nil {
		log.Error("digests and alerts are not posted any more", "err", err)
	}
}
