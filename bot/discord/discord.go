package discord

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// Platform is the name of this platform in actors and bindings.
const Platform briefings.Platform = "discord"

// Scope says where the commands are registered.
type Scope string

// The scopes.
const (
	// Global registers the commands once, for every server and for direct
	// messages.
	Global Scope = "global"
	// Servers registers them in each of Options.Servers, and nowhere else.
	// Direct messages then have no commands.
	Servers Scope = "servers"
)

// Options are what the adapter must be told.
type Options struct {
	// Token is the bot's token, without "Bot ".
	Token bot.Secret
	// BaseURL is where Discord is, such as https://discord.com; the empty
	// string stands for that. A path that ends in /api or /api/v10 names the
	// root of the API; any other is put before /api/v9.
	BaseURL string
	// Scope is Global if it is empty.
	Scope Scope
	// Servers are the ids of the servers that the operator has named.
	Servers []briefings.Workspace
	// Book returns the book of a server, or where the server is empty, of those
	// who are in none: ErrNotFound with a sentence where it has none.
	Book func(ctx context.Context, server briefings.Workspace) (briefings.BookID, error)
	// Offers keeps what buttons stand for. It stays the caller's to run.
	Offers *bot.Offers
	Now    func() time.Time
	// Log is discarded if it is nil.
	Log *slog.Logger
}

// Discord is the adapter. It is made by New, and runs once.
type Discord struct {
	opts      Options
	api       *api
	log       *slog.Logger
	once      *bot.Once
	places    *places
	mailboxes mailboxes
	threads   threads
	channels  channels
	me        atomic.Pointer[string] // the id of our user
	core      bot.Core
	app       atomic.Pointer[string] // the id of the application
	// privateUntil is until when it is believed that only its owner adds it to servers.
	privateUntil atomic.Pointer[time.Time]
}

var _ bot.Adapter = (*Discord)(nil)

// rememberInteractions is how many interactions are known again when they are
// delivered twice: some minutes of the busiest bot.
const rememberInteractions = 10_000

// New returns the adapter. The error names the option that cannot be used.
func New(o Options) (*Discord, error) {
	switch {
	case o.Token.IsZero():
		return nil, errors.New("discord: the bot's token must be given")
	case o.Book == nil, o.Offers == nil, o.Now == nil:
		return nil, errors.New("discord: Book, Offers and Now must be given")
	case o.Scope != "" && o.Scope != Global && o.Scope != Servers:
		return nil, fmt.Errorf("discord: commands are registered %s or %s, not %q", Global, Servers, o.Scope)
	case o.Scope == Servers && len(o.Servers) == 0:
		return nil, errors.New("discord: commands are to be registered in servers, and none is listed")
	}
	o.Scope = cmp.Or(o.Scope, Global)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	api, err := newAPI(o.Token, o.BaseURL, o.Now)
	if err != nil {
		return nil, err
	}
	return &Discord{opts: o, api: api, log: o.Log.With("platform", Platform), once: bot.NewOnce(rememberInteractions), places: newPlaces(o.Servers)}, nil
}

// Platform names this platform.
func (d *Discord) Platform() briefings.Platform { return Platform }

// application returns the id of the application, as far as it is known.
func (d *Discord) application() string {
	if id := d.app.Load(); id != nil {
		return *id
	}
	return ""
}

// graceTime is how long what is being answered may go on when the adapter stops.
const graceTime = 10 * time.Second

// Run connects, registers the commands, and answers until ctx ends; then it
// returns nil, when all that is being answered has been, or after ten seconds.
// It returns an error, with a sentence for the operator, where Discord does not
// want this bot and connecting again cannot help.
func (d *Discord) Run(ctx context.Context, core bot.Core) error {
	d.core = core
	defer d.api.close()
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var work sync.WaitGroup
	defer work.Wait()

	registering, endRegistering := context.WithCancel(ctx)
	defer endRegistering()
	var once sync.Once
	g := &gateway{
		token: d.opts.Token,
		log:   d.log,
		find:  d.api.gateway,
		ready: func(r ready) {
			d.begin(r)
			once.Do(func() { work.Go(func() { d.keepRegistering(registering, core.Commands()) }) })
		},
		dispatch: func(event string, data json.RawMessage) {
			if event == "INTERACTION_CREATE" {
				work.Go(func() { d.interacted(working, data) })
			}
		},
	}
	err := g.run(ctx)
	endRegistering()
	grace := time.AfterFunc(graceTime, stop)
	work.Wait()
	grace.Stop()
	return err
}

// begin takes note of who we are and where.
func (d *Discord) begin(r ready) {
	id := cmp.Or(r.Application.ID, r.User.ID) // they are the same for all but old applications
	d.app.Store(&id)
	if me := r.User.ID; me != "" {
		d.me.Store(&me)
	}
	for _, g := range r.Guilds {
		d.places.add(briefings.Workspace(g.ID))
	}
	d.log.Info("connected to Discord", "user", r.User.Username, "servers", len(r.Guilds))
}

// registerMost is how long a try to register is from the next at the most.
const registerMost = 5 * time.Minute

// keepRegistering registers the commands, and tries again until it is done: a
// server that the bot is not in yet may invite it.
func (d *Discord) keepRegistering(ctx context.Context, commands []bot.Command) {
	for wait := time.Second; ; wait = min(2*wait, registerMost) {
		err := d.register(ctx, commands)
		if err == nil || ctx.Err() != nil {
			return
		}
		if status(err) == http.StatusUnauthorized {
			return // the gateway says so, in words
		}
		d.log.Warn("the commands could not be registered; trying again", "in", wait, "err", err)
		if !bot.Sleep(ctx, wait) {
			return
		}
	}
}
