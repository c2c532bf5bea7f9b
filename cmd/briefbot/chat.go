package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// chat runs the bot in this terminal, until the person leaves or ctx ends.
func (a *app) chat(ctx context.Context) (err error) {
	o, err := a.open(ctx, store.Options{Exclusive: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	core, err := a.bot(o)
	if err != nil {
		return err
	}
	snapshot, err := o.library.Snapshot(ctx, o.book)
	if err != nil {
		return err
	}

	greeting := []string{
		"briefbot " + version() + ": " + snapshot.Book.Name,
		"Try /who, /status or any name. Tab completes, /help lists all, quit leaves.",
	}
	mine, err := a.onlyHere(ctx, o)
	if err != nil {
		return err
	}
	if !mine {
		greeting = append(greeting, "The digests of this book are posted where ‘briefbot run’ runs, not from here.")
	}
	var engine *delivery.Engine
	restful := true // what posts does so; another process may
	terminal := console.New(console.Options{
		In:       a.stdin,
		Out:      a.stdout,
		Actor:    briefings.Actor{Platform: console.Platform, User: a.user()},
		Role:     briefings.Admin, // whoever can write the file can do all
		Book:     o.book,
		Zone:     a.zone,
		Now:      a.now,
		NoColor:  !a.color(),
		Greeting: greeting,
		Rest: func(ctx context.Context) {
			restful = restful && engine != nil && engine.Rest(ctx, restFor)
		},
	})

	ctx, cancel := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() { o.watch(ctx) })
	defer working.Wait()
	defer cancel()
	if mine {
		core.Reach(terminal)
		book := func(context.Context) ([]briefings.BookID, error) { return []briefings.BookID{o.book}, nil }
		if engine, err = a.engine(ctx, core, o, book, nil, terminal); err != nil {
			return err
		}
		working.Go(func() {
			select {
			case <-terminal.Open(): // before, nobody would see it
			case <-ctx.Done():
				return
			}
			// Its own lease: a chat must never keep the platforms from being posted to.
			a.keepPosting(ctx, engine, o, "posting/terminal/"+string(o.book), func(ctx context.Context) bool {
				mine, err := a.onlyHere(ctx, o)
				return mine || err != nil
			})
		})
	}
	return terminal.Run(ctx, core)
}

// restFor is how long is waited, when a question of a pipe is answered, for what is to be
// posted just then. Where it takes longer it is not waited any more.
const restFor = 10 * time.Second

// onlyHere reports whether nothing that the book has posted goes to another platform: only
// then is it posted from a terminal, which reaches none.
func (a *app) onlyHere(ctx context.Context, o *opened) (bool, error) {
	schedules, err := o.store.Schedules(ctx, o.book)
	if err != nil {
		return false, err
	}
	watches, err := o.store.Watches(ctx, o.book)
	if err != nil {
		return false, err
	}
	pins, err := o.store.Pins(ctx, o.book)
	if err != nil {
		return false, err
	}
	var places []delivery.Place
	for _, s := range schedules {
		places = append(places, s.Places...)
	}
	for _, w := range watches {
		places = append(places, w.To)
	}
	for _, p := range pins {
		places = append(places, p.To)
	}
	return !slices.ContainsFunc(places, func(p delivery.Place) bool { return p.Platform != console.Platform }), nil
}
