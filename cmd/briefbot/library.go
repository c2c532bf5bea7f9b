package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/starter"
	"github.com/briefbot/briefbot/store"
)

// localWorkspace is the workspace of this terminal: the book that it is bound to
// is the one that chat and ask talk about.
const localWorkspace briefings.Workspace = ""

// opened is an open store, and the book that is talked about.
type opened struct {
	store   *store.Store
	library *briefings.Library
	book    briefings.BookID
	log     *slog.Logger
}

// open opens the database, gives a new one the starter book, and finds the
// book that is meant. The caller closes the store.
func (a *app) open(ctx context.Context, opts store.Options) (*opened, error) {
	o, err := a.openStore(ctx, opts)
	if err != nil {
		return nil, err
	}
	if o.book, err = a.chooseBook(ctx, o); err != nil {
		return nil, errors.Join(err, o.store.Close())
	}
	return o, nil
}

// noDatabase reports whether the database is a file that is not there yet.
func (a *app) noDatabase() bool {
	path, err := store.Path(a.dsn())
	if err != nil || path == "" {
		return false // opening it says what is wrong
	}
	_, err = os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// needDatabase refuses to go on where there is no database, for commands that
// have nothing to say of a new one.
func (a *app) needDatabase() error {
	if a.noDatabase() {
		return misuse("There is no database %s.", a.dsn())
	}
	return nil
}

// openStore opens the database as it is.
func (a *app) openStore(ctx context.Context, opts store.Options) (*opened, error) {
	log, err := a.logger()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, a.dsn(), opts)
	if err != nil {
		return nil, err
	}
	return &opened{store: s, library: briefings.NewLibrary(s), log: log}, nil
}

// chooseBook returns the book that was named, or else the one that this
// terminal is bound to. A store without books gets the starter book.
func (a *app) chooseBook(ctx context.Context, o *opened) (briefings.BookID, error) {
	books, err := o.store.Books(ctx)
	if err != nil {
		return "", err
	}
	if len(books) == 0 && a.book == "" {
		return a.seed(ctx, o)
	}
	if a.book != "" {
		for _, b := range books {
			if string(b) == a.book {
				return b, nil
			}
		}
		return "", briefings.Errorf(briefings.ErrNotFound, "There is no book %q in this database. It holds: %s.", a.book, listBooks(books))
	}
	bound, err := o.store.Binding(ctx, console.Platform, localWorkspace)
	switch {
	case err == nil:
		return bound.Book, nil
	case !errors.Is(err, briefings.ErrNotFound):
		return "", err
	case len(books) == 1:
		return books[0], nil
	default:
		return "", briefings.Errorf(briefings.ErrInvalid, "This database holds several books: %s. Say which with --book.", listBooks(books))
	}
}

func listBooks(books []briefings.BookID) string {
	if len(books) == 0 {
		return "none"
	}
	list := make([]string, len(books))
	for i, b := range books {
		list[i] = string(b)
	}
	return strings.Join(list, ", ")
}

// seed puts the starter book into an empty store. Where another process has
// just done the same, its book is as good.
func (a *app) seed(ctx context.Context, o *opened) (briefings.BookID, error) {
	contents, err := starter.Book(a.now())
	if err != nil {
		return "", fmt.Errorf("read the starter book: %w", err)
	}
	book := contents.Book.ID
	o.log.Info("a new database: it gets the starter book", "book", book)
	_, err = o.library.Apply(ctx, book, briefings.Change{
		Actor: briefings.Actor{Platform: console.Platform, User: "briefbot"},
		Via:   "starter",
		Why:   "the book that comes with briefbot",
		At:    a.now(),
		Edits: briefings.PlanImport(nil, contents, false),
	})
	if err != nil && !errors.Is(err, briefings.ErrConflict) {
		return "", fmt.Errorf("store the starter book: %w", err)
	}
	return book, o.store.Bind(ctx, briefings.Deed{}, briefings.Binding{Platform: console.Platform, Workspace: localWorkspace, Book: book})
}

// refreshEvery is how soon a running bot shows what another process has put
// into its database.
const refreshEvery = time.Second

// watch shows what other processes put into the database, until ctx ends.
func (o *opened) watch(ctx context.Context) {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	o.library.Watch(ctx, tick.C, func(err error) {
		o.log.Warn("could not look for changes of other processes", "err", err)
	})
}

// bot returns the core over the library.
func (a *app) bot(o *opened, admins ...briefings.Actor) (*bot.Bot, error) {
	core, err := bot.New(o.library, bot.Options{Log: o.log, Version: version(), Admins: admins})
	if err == nil {
		core.Schedule(o.store, nil) // what posts is added where it runs
	}
	return core, err
}
