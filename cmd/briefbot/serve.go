package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// How long run waits when it is told to stop: for the platforms, and then for
// bot.Offers. Each of them takes 10 seconds at most; service managers wait for
// 30 or more.
const (
	platformsStopIn = 12 * time.Second
	workStopsIn     = 11 * time.Second
)

// flushEvery is how long what a button stands for may be in memory only.
const flushEvery = time.Second

func (a *app) runCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "run --config FILE",
		Short: "Answer on the platforms of the config file",
		Long: `run answers on every platform that the config file names, until it is told to
stop by an interrupt (Ctrl-C) or a SIGTERM. A new database gets the starter book.

config.example.toml shows what goes into the config file. 'briefbot check' finds
what is wrong with it, and 'briefbot doctor' with what is around it.

The exit code is 0 when it was told to stop, 2 when the config cannot be used,
and 3 when a platform or the database failed.`,
		Example: `  briefbot run --config config.toml`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := a.serve(cmd.Context(), cmd.Flags().Changed("log"))
			if cmd.Context().Err() != nil && errors.Is(err, context.Canceled) {
				return nil // it was told to stop while it was starting
			}
			return err
		},
	}
	a.configFlag(c)
	return c
}

// serve runs the platforms of the config until ctx ends. logNamed says that
// --log was given.
func (a *app) serve(ctx context.Context, logNamed bool) (err error) {
	c, err := a.wholeConfig("run")
	if err != nil {
		return err
	}
	if !logNamed {
		a.log = "info"
		if c.log != "" {
			a.log = c.log
		}
	}
	o, err := a.openStore(ctx, store.Options{Exclusive: true})
	if err != nil {
		return err
	}
	defer func() {
		if errors.Is(err, errStuck) { // the store is in use; the end of the process gives it back
			err = exit{exitFailed}
			return
		}
		err = errors.Join(err, o.store.Close())
	}()
	books, err := a.booksToServe(ctx, o)
	if err != nil {
		return err
	}
	if problems := c.missingBooks(books); len(problems) > 0 {
		return a.refuse(c.path, problems)
	}
	return a.servePlatforms(ctx, c, o, books)
}

// booksToServe returns the books of the database. A new one gets the starter
// book.
func (a *app) booksToServe(ctx context.Context, o *opened) ([]briefings.BookID, error) {
	books, err := o.store.Books(ctx)
	if err != nil || len(books) > 0 {
		return books, err
	}
	book, err := a.seed(ctx, o)
	return []briefings.BookID{book}, err
}

// servePlatforms runs the platforms over an open store.
func (a *app) servePlatforms(ctx context.Context, c *config, o *opened, books []briefings.BookID) error {
	core, err := a.bot(o, c.adminsOf()...)
	if err != nil {
		return err
	}
	offers := bot.NewOffers(o.store, o.log)
	bound := newBoundBooks(o.store, a.now)
	platforms, err := a.platforms(c, surroundings{books: bound, offers: offers, inbound: o.store, log: o.log})
	if err != nil {
		return err
	}
	for _, t := range c.ties() {
		for _, b := range t.bindings() {
			if err := o.store.Bind(ctx, briefings.Deed{}, b); err != nil {
				return err
			}
		}
		if t.book.id == "" && len(books) == 1 {
			// Another book that is imported meanwhile takes nobody's away.
			t.book.id = books[0]
		}
	}
	names, adapters := make([]string, len(platforms)), make([]bot.Adapter, len(platforms))
	for i, p := range platforms {
		names[i], adapters[i] = p.name, p.adapter
		core.Reach(p.adapter)
	}
	problems, err := a.schedule(ctx, c, o, books)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return a.refuse(c.path, problems)
	}
	engine, err := a.engine(ctx, core, o, o.store.Books, readersOf(bound, c), adapters...)
	if err != nil {
		return err
	}
	o.log.Info("briefbot is starting", "version", version(), "database", shownDSN(a.dsn()), "books", listBooks(books), "platforms", strings.Join(names, ", "))

	for _, t := range c.ties() {
		if t.needsBook() && len(books) > 1 {
			o.log.Warn(fmt.Sprintf("%s %s have no book: the database holds several, and there is no book = \"…\" below [%s]", t.name, t.others, t.platform))
		}
	}

	// What works for the platforms ends after them.
	working, endWork := context.WithCancel(context.WithoutCancel(ctx))
	defer endWork()
	var work sync.WaitGroup
	work.Go(func() { o.watch(working) })
	work.Go(func() {
		tick := time.NewTicker(flushEvery)
		defer tick.Stop()
		if err := offers.Run(working, tick.C); err != nil {
			o.log.Error("some buttons will not work after the restart", "err", inWords(err), "cause", causeOf(err))
		}
	})
	// What posts ends with the platforms, and takes no longer than a request may.
	posting, endPosting := context.WithCancel(ctx)
	defer endPosting()
	var postingEnds sync.WaitGroup
	postingEnds.Go(func() { a.keepPosting(posting, engine, o, "posting", always) })
	err = supervise(ctx, core, a.takingTurns(platforms, o, engine.Owner), o.log, platformsStopIn)
	endPosting()
	if !waitFor(&postingEnds, engineStopsIn) {
		o.log.Error("what is being posted does not end; it is looked for at the next start", "after", engineStopsIn)
		return errStuck
	}
	endWork()
	if !waitFor(&work, workStopsIn) {
		o.log.Error("the database does not answer; what is left to write to it is lost", "after", workStopsIn)
		return errStuck
	}
	if err == nil {
		o.log.Info("briefbot has stopped")
	}
	return err
}

// takingTurns has Discord answered by one process at a time: it sends everything to each
// that is connected, where Slack picks one.
func (a *app) takingTurns(platforms []platform, o *opened, owner string) []platform {
	list := slices.Clone(platforms)
	for i, p := range list {
		if p.adapter.Platform() != discord.Platform {
			continue
		}
		l := lease{name: "gateway/" + string(discord.Platform), what: "answers on Discord", owner: owner, may: always}
		list[i].adapter = inTurn{p.adapter, func(ctx context.Context, work func(context.Context) error) error {
			return a.whileLeased(ctx, o, l, work)
		}}
	}
	return list
}

// waitFor waits for a group, and reports false where that takes too long.
func waitFor(group *sync.WaitGroup, patience time.Duration) bool {
	done := make(chan struct{})
	go func() { // ends with the group
		group.Wait()
		close(done)
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}

// shownDSN returns the database as logs may name it: the path of a file in full,
// and an address without a password and the parameters, which may hold one.
func shownDSN(dsn string) string {
	if !store.IsPostgres(dsn) {
		if path, err := store.Path(dsn); err == nil {
			return path
		}
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "a PostgreSQL database"
	}
	user := u.User.Username()
	if user != "" {
		user += "@"
	}
	return fmt.Sprintf("%s://%s%s%s", u.Scheme, user, u.Host, u.Path)
}
