package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/briefings"
)

// platform is a chat platform that the config names.
type platform struct {
	name    string // as people call it
	adapter bot.Adapter
}

// platforms returns an adapter for each platform of the config. books is asked
// for the book of each server.
func (a *app) platforms(c *config, books *bookOfServer, offers *bot.Offers, log *slog.Logger) ([]platform, error) {
	var list []platform
	if c.discord != nil {
		d, err := a.discordAdapter(c.discord, books, offers, log)
		if err != nil {
			return nil, err
		}
		list = append(list, platform{"Discord", d})
	}
	return list, nil
}

func (a *app) discordAdapter(c *discordConfig, books *bookOfServer, offers *bot.Offers, log *slog.Logger) (*discord.Discord, error) {
	return discord.New(discord.Options{
		Token:   c.token,
		BaseURL: c.baseURL,
		Scope:   c.scope,
		Servers: c.serverIDs(),
		Book: func(ctx context.Context, server briefings.Workspace) (briefings.BookID, error) {
			return books.find(ctx, discord.Platform, server, c.book.id)
		},
		Offers: offers,
		Now:    a.now,
		Log:    log,
	})
}

// bookStore is what bookOfServer needs of a store.
type bookStore interface {
	Books(ctx context.Context) ([]briefings.BookID, error)
	Binding(ctx context.Context, p briefings.Platform, w briefings.Workspace) (briefings.Binding, error)
}

// bookOfServer finds the book of a server. It asks the store each time, so that
// a binding that another process has made holds at once.
type bookOfServer struct{ store bookStore }

// find returns the book that the store ties the server to, else the one that
// the config gives to all others, else the only one there is. Where there are
// several it returns ErrNotFound, with a sentence for the person in the chat. The
// server "" stands for a direct message before any server is known.
func (b *bookOfServer) find(ctx context.Context, p briefings.Platform, server briefings.Workspace, others briefings.BookID) (briefings.BookID, error) {
	if server != "" {
		bound, err := b.store.Binding(ctx, p, server)
		if err == nil {
			return bound.Book, nil
		}
		if !errors.Is(err, briefings.ErrNotFound) {
			return "", err
		}
	}
	if others != "" {
		return others, nil
	}
	books, err := b.store.Books(ctx)
	switch {
	case err != nil:
		return "", err
	case len(books) == 1:
		return books[0], nil
	case server == "":
		return "", briefings.Errorf(briefings.ErrNotFound, "Direct messages are not bound to a book yet. Whoever runs briefbot adds it to the config: book = \"…\" below [%s].", p)
	default:
		return "", briefings.Errorf(briefings.ErrNotFound, "This server is not bound to a book yet. Whoever runs briefbot adds it to the config: [[%s.server]] with id = %q and its book.", p, string(server))
	}
}
