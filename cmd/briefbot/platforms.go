package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/briefings"
)

// platform is a chat platform that the config names.
type platform struct {
	name    string // as people call it
	adapter bot.Adapter
}

// surroundings are what adapters get from the program, beside their part of the
// config.
type surroundings struct {
	books   *boundBooks // is asked for the book of each workspace
	offers  *bot.Offers
	inbound bot.Inbound
	log     *slog.Logger
}

// platforms returns an adapter for each platform of the config.
func (a *app) platforms(c *config, s surroundings) ([]platform, error) {
	var list []platform
	if c.discord != nil {
		d, err := a.discordAdapter(c.discord, s)
		if err != nil {
			return nil, err
		}
		list = append(list, platform{c.discord.name, d})
	}
	if c.slack != nil {
		sl, err := a.slackAdapter(c.slack, s)
		if err != nil {
			return nil, err
		}
		list = append(list, platform{c.slack.name, sl})
	}
	return list, nil
}

func (a *app) discordAdapter(c *discordConfig, s surroundings) (*discord.Discord, error) {
	return discord.New(discord.Options{
		Token:   c.token.value,
		BaseURL: c.baseURL,
		Scope:   c.scope,
		Servers: c.ids(),
		Book: func(ctx context.Context, server briefings.Workspace) (briefings.BookID, error) {
			return s.books.find(ctx, &c.ties, server)
		},
		Offers: s.offers,
		Now:    a.now,
		Log:    s.log,
	})
}

func (a *app) slackAdapter(c *slackConfig, s surroundings) (*slack.Slack, error) {
	return slack.New(slack.Options{
		Mode:    c.mode,
		Apps:    c.apps(),
		Listen:  c.listen,
		Command: c.command,
		BaseURL: c.baseURL,
		Book: func(ctx context.Context, workspace briefings.Workspace) (briefings.BookID, error) {
			return s.books.find(ctx, &c.ties, workspace)
		},
		Offers:  s.offers,
		Inbound: s.inbound,
		Now:     a.now,
		Log:     s.log,
	})
}

// platformCommand returns the group of the commands that are for one platform only.
func (a *app) platformCommand(name string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use:   strings.ToLower(name),
		Short: "What is only for " + name,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return misuse("There is no command %q below 'briefbot %s'. 'briefbot %[2]s --help' lists what there is.", strings.Join(args, " "), cmd.Name())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	a.configFlag(c)
	c.AddCommand(commands...)
	return c
}

// bookStore is what boundBooks needs of a store.
type bookStore interface {
	Books(ctx context.Context) ([]briefings.BookID, error)
	Binding(ctx context.Context, p briefings.Platform, w briefings.Workspace) (briefings.Binding, error)
}

// boundFor is for how long the book of a workspace is believed to be the same.
const boundFor = time.Second

// boundBooks finds the book of a workspace. What the store says is believed for a
// second: every question needs it, and a binding that another process has made
// still holds at once, as people see it.
type boundBooks struct {
	store bookStore
	now   func() time.Time

	mu    sync.Mutex
	found map[boundPlace]boundBook
}

type boundPlace struct {
	platform  briefings.Platform
	workspace briefings.Workspace
}

type boundBook struct {
	book  briefings.BookID
	until time.Time
}

func newBoundBooks(s bookStore, now func() time.Time) *boundBooks {
	return &boundBooks{store: s, now: now, found: map[boundPlace]boundBook{}}
}

// maxBound is how many workspaces are remembered before all are forgotten.
const maxBound = 10_000

// find returns the book that the store ties the workspace to, else the one that
// the config gives to all others, else the only one there is. Where there are
// several it returns ErrNotFound, with a sentence for the person in the chat. The
// workspace "" stands for a direct message before any workspace is known.
func (b *boundBooks) find(ctx context.Context, t *ties, workspace briefings.Workspace) (briefings.BookID, error) {
	if book := t.only(); book != "" {
		return book, nil
	}
	at := boundPlace{t.platform, workspace}
	b.mu.Lock()
	known := b.found[at]
	b.mu.Unlock()
	if now := b.now(); now.Before(known.until) && known.until.Sub(now) <= boundFor {
		return known.book, nil
	}
	book, err := b.ask(ctx, t, workspace)
	if err != nil {
		return "", err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.found) >= maxBound {
		clear(b.found)
	}
	b.found[at] = boundBook{book, b.now().Add(boundFor)}
	return book, nil
}

// ask asks the store for the book of a workspace.
func (b *boundBooks) ask(ctx context.Context, t *ties, workspace briefings.Workspace) (briefings.BookID, error) {
	if workspace != "" {
		bound, err := b.store.Binding(ctx, t.platform, workspace)
		if err == nil {
			return bound.Book, nil
		}
		if !errors.Is(err, briefings.ErrNotFound) {
			return "", err
		}
	}
	if t.book.id != "" {
		return t.book.id, nil
	}
	books, err := b.store.Books(ctx)
	switch {
	case err != nil:
		return "", err
	case len(books) == 1:
		return books[0], nil
	case workspace == "":
		return "", briefings.Errorf(briefings.ErrNotFound, "Direct messages are not bound to a book yet. Whoever runs briefbot adds it to the config: book = \"…\" below [%s].", t.platform)
	default:
		return "", briefings.Errorf(briefings.ErrNotFound, "This %s is not bound to a book yet. Whoever runs briefbot adds it to the config: [[%s.%[1]s]] with id = %[3]q and its book.", t.place, t.platform, string(workspace))
	}
}
