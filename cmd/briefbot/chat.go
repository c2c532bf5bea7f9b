package main

import (
	"context"
	"errors"
	"sync"

	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings"
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

	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() { o.watch(ctx) })
	defer watching.Wait()
	defer cancel()

	return console.New(console.Options{
		In:      a.stdin,
		Out:     a.stdout,
		Actor:   briefings.Actor{Platform: console.Platform, User: a.user()},
		Role:    briefings.Admin, // whoever can write the file can do all
		Book:    o.book,
		Zone:    a.zone,
		Now:     a.now,
		NoColor: !a.color(),
		Greeting: []string{
			"briefbot " + version() + ": " + snapshot.Book.Name,
			"Try /who, /status or any name. Tab completes, /help lists all, quit leaves.",
		},
	}).Run(ctx, core)
}
