package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// Platform is the name of this platform in actors and bindings.
const Platform briefings.Platform = "slack"

// Mode says how Slack's events reach us.
type Mode string

// The modes.
const (
	// Socket is Slack's Socket Mode: we connect to Slack, and need no address of
	// our own.
	Socket Mode = "socket"
	// HTTP has Slack call an address of ours, signed.
	HTTP Mode = "http"
)

// DefaultCommand is the slash command where Options name none.
const DefaultCommand = "/brief"

// Options are what the adapter must be told.
type Options struct {
	// Mode is Socket if it is empty.
	Mode Mode
	// Apps are the Slack apps that we are, one at least.
	Apps []App
	// Listen is the address to listen on for HTTP, such as 127.0.0.1:8080.
	Listen string
	// Command is the slash command, DefaultCommand if it is empty. Any other that
	// the app has means the same, unless its name is a verb or a group.
	Command string
	// BaseURL is where Slack is, such as https://slack.com; the empty string
	// stands for that. A path that ends in /api names the root of the API; to any
	// other /api is added.
	BaseURL string
	// Book returns the book of a workspace: ErrNotFound, with a sentence, where it
	// has none.
	Book func(ctx context.Context, workspace briefings.Workspace) (briefings.BookID, error)
	// Offers keeps what buttons stand for. It stays the caller's to run.
	Offers *bot.Offers
	// Inbound knows which events have had their effect.
	Inbound bot.Inbound
	Now     func() time.Time
	// Log is discarded if it is nil.
	Log *slog.Logger
}

// App is one Slack app. An app that is not distributed can be in one workspace
// alone, so that several workspaces may mean several apps.
type App struct {
	// Token is the app-level token, which Socket Mode needs.
	Token bot.Secret
	// SigningSecret is what requests over HTTP are signed with.
	SigningSecret bot.Secret
	Workspaces    []Workspace
}

// Workspace is a workspace that an app is installed in.
type Workspace struct {
	// ID is the team's id, such as T0123ABCD. It may be empty where the app has no
	// other workspace: Slack is then asked.
	ID briefings.Workspace
	// Token is the bot token.
	Token bot.Secret
}

// Slack is the adapter. It is made by New, and runs once.
type Slack struct {
	opts   Options
	log    *slog.Logger
	client *client
	apps   []*app
	once   *bot.Once
	flying flying
	forms  *forms
	posted *presses
	kept   *kept
	core   bot.Core
	watching

	mu        sync.Mutex
	listening string // the address of HTTP, once it is known
}

// app is an App at work.
type app struct {
	token      bot.Secret
	secret     bot.Secret
	workspaces []*workspace
}

var _ bot.Adapter = (*Slack)(nil)

// rememberEvents is how many events are known again when they come twice.
const rememberEvents = 10_000

// New returns the adapter. The error names the option that cannot be used.
func New(o Options) (*Slack, error) {
	o.Mode, o.Command = cmp.Or(o.Mode, Socket), cmp.Or(o.Command, DefaultCommand)
	switch {
	case o.Book == nil, o.Offers == nil, o.Inbound == nil, o.Now == nil:
		return nil, errors.New("slack: Book, Offers, Inbound and Now must be given")
	case o.Mode != Socket && o.Mode != HTTP:
		return nil, fmt.Errorf("slack: events come by %s or %s, not %q", Socket, HTTP, o.Mode)
	case o.Mode == HTTP && o.Listen == "":
		return nil, errors.New("slack: HTTP needs an address to listen on")
	case len(o.Apps) == 0:
		return nil, errors.New("slack: an app must be given")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	client, err := newClient(o.BaseURL)
	if err != nil {
		return nil, err
	}
	s := &Slack{
		opts: o, log: o.Log.With("platform", Platform), client: client,
		once: bot.NewOnce(rememberEvents), forms: newForms(), posted: newPresses(), watching: watched, kept: newKept(),
	}
	for _, a := range o.Apps {
		switch {
		case o.Mode == Socket && a.Token.IsZero():
			return nil, errors.New("slack: Socket Mode needs an app-level token")
		case o.Mode == HTTP && a.SigningSecret.IsZero():
			return nil, errors.New("slack: HTTP needs the app's signing secret")
		case len(a.Workspaces) == 0:
			return nil, errors.New("slack: an app must have a workspace")
		}
		running := &app{token: a.Token, secret: a.SigningSecret}
		for _, w := range a.Workspaces {
			if w.Token.IsZero() {
				return nil, errors.New("slack: every workspace needs a bot token")
			}
			if w.ID == "" && len(a.Workspaces) > 1 {
				return nil, errors.New("slack: an app in several workspaces needs the id of each")
			}
			running.workspaces = append(running.workspaces, newWorkspace(w, client, s.log, o.Now))
		}
		s.apps = append(s.apps, running)
	}
	return s, nil
}

// Platform names this platform.
func (s *Slack) Platform() briefings.Platform { return Platform }

// Address is the address that HTTP listens on, once it does.
func (s *Slack) Address() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.listening
}

// graceTime is how long what is being answered may go on when the adapter stops.
const graceTime = 10 * time.Second

// Run takes events and answers them until ctx ends; then it returns nil, when all
// that is being answered has been, or after ten seconds. It returns an error,
// with a sentence for the operator, where Slack does not want this app, or where
// the address cannot be listened on, and trying again cannot help.
func (s *Slack) Run(ctx context.Context, core bot.Core) error {
	s.core = core
	defer s.client.close()
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(graceTime, stop) })()
	work := &work{serve: func(d delivery) { s.serve(working, d) }}
	asking, endAsking := context.WithCancel(ctx)
	var asked sync.WaitGroup
	for _, a := range s.apps {
		for _, w := range a.workspaces {
			asked.Go(func() { w.keepAsking(asking) })
		}
	}
	defer asked.Wait()
	defer endAsking()
	if s.opts.Mode == HTTP {
		return s.listen(ctx, &receiver{apps: s.apps, log: s.log, work: work, now: s.opts.Now})
	}
	return s.connect(ctx, work)
}

// workspace returns the workspace where a command was typed or an event happened,
// by the ids that Slack names, ours first; nil where it is none of the app's: an
// app that can be installed anywhere brings events from anywhere, and they open no
// book. As long as Slack has not said what the only workspace is, there is one to
// think of.
func (a *app) workspace(ids ...briefings.Workspace) *workspace {
	if w := a.known(ids); w != nil {
		return w
	}
	if len(a.workspaces) == 1 && (named(ids) == "" || a.workspaces[0].team() == "") {
		return a.workspaces[0]
	}
	return nil
}

// known returns the workspace of the first id that is one's; nil for none.
func (a *app) known(ids []briefings.Workspace) *workspace {
	for _, id := range ids {
		for _, w := range a.workspaces {
			if id != "" && w.team() == id {
				return w
			}
		}
	}
	return nil
}

// named returns the first id that is one.
func named(ids []briefings.Workspace) briefings.Workspace { return cmp.Or(ids...) }

// shown returns the workspace in which we have shown what somebody used. Slack may
// name the home of a guest there (https://docs.slack.dev/apis/slack-connect); what
// we have shown is opened by what is in it, and not by where it is said to be.
func (a *app) shown(ids ...briefings.Workspace) *workspace {
	if w := a.known(ids); w != nil || len(a.workspaces) > 1 {
		return w
	}
	return a.workspaces[0]
}
