package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// workspace is a workspace that an app is installed in, at work.
type workspace struct {
	token  bot.Secret
	api    *slack.Client
	limits *limits
	people *people
	groups *groups
	log    *slog.Logger

	given briefings.Workspace // the id by the config, or ""

	mu   sync.Mutex
	id   briefings.Workspace // as Slack has it, or the one that was given
	bot  string              // the id of our user
	me   string              // what our user is called
	org  string              // the organisation that it is of, or ""
	dead error               // why no call is made any more
}

func newWorkspace(w Workspace, c *client, log *slog.Logger, now func() time.Time) *workspace {
	return &workspace{token: w.Token, api: c.api(w.Token, bot.Secret{}), limits: newLimits(now), people: newPeople(), groups: newGroups(), log: log, given: w.ID, id: w.ID}
}

// team is the workspace's id; "" until Slack has been asked.
func (w *workspace) team() briefings.Workspace {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.id
}

// ours are the ids by which somebody is of the workspace: its own, and that of its
// organisation. There are none until Slack has been asked.
func (w *workspace) ours() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return []string{string(w.id), w.org}
}

// user is the id of our own user there; "" until Slack has been asked.
func (w *workspace) user() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.bot
}

// name is what our own user is called there; "" until Slack has been asked.
func (w *workspace) name() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.me
}

// stopped returns why no call is made any more, or nil.
func (w *workspace) stopped() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dead
}

// stop makes no call of the workspace any more, and says why, once.
func (w *workspace) stop(why error, sentence string) {
	w.mu.Lock()
	before := w.dead
	if before == nil {
		w.dead = why
	}
	id := w.id
	w.mu.Unlock()
	if before == nil {
		w.log.Error("Slack does not let us work in a workspace: "+sentence+". No call is made for it but one in a quarter of an hour, to see whether that has changed; where the token is no good, put another into the config and start again", "workspace", id, "err", why)
	}
}

// call makes one call of a method, when the rate limits allow it. Calls of one
// key share a limit. The error is an *apiError, or that of ctx.
func (w *workspace) call(ctx context.Context, method, key string, f func(context.Context) error) error {
	if err := w.stopped(); err != nil {
		return err
	}
	if err := w.limits.wait(ctx, method, key); err != nil {
		return err
	}
	err := explain(f(ctx))
	var e *apiError
	if errors.As(err, &e) && e.limited() {
		w.limits.hold(method, key, e.RetryAfter)
	}
	if fatal(err) {
		w.stop(err, meaning(code(err)))
	}
	return err
}

// How long it takes from one try to ask for the next.
const (
	askFirst = time.Second
	askMost  = 5 * time.Minute
)

// probeEvery is how often a token that Slack has refused is tried again: it may have
// been a slip of Slack's, and nobody has to start us again then.
const probeEvery = 15 * time.Minute

// keepAsking asks Slack who we are in the workspace, until it says so. Where Slack
// refuses the token, then or later, it tries it again from time to time.
func (w *workspace) keepAsking(ctx context.Context) {
	for w.askUntilKnown(ctx) {
		for w.stopped() == nil {
			if !bot.Sleep(ctx, probeEvery) {
				return
			}
		}
		if !bot.Sleep(ctx, probeEvery) {
			return
		}
		w.revive()
	}
}

// askUntilKnown asks Slack who we are until it says so or refuses. It reports false
// where ctx has ended.
func (w *workspace) askUntilKnown(ctx context.Context) bool {
	for wait := askFirst; ; wait = min(2*wait, askMost) {
		who, err := w.ask(ctx)
		switch {
		case ctx.Err() != nil:
			return false
		case err == nil:
			w.log.Info("working in a Slack workspace", "workspace", who.TeamID, "name", bot.CleanLine(who.Team), "user", who.User)
			return true
		case w.stopped() != nil:
			return true
		}
		w.log.Warn("Slack does not say who we are; asking again", "in", wait, "err", err)
		if !bot.Sleep(ctx, wait) {
			return false
		}
	}
}

// revive lets calls be made again.
func (w *workspace) revive() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead = nil
}

// ask asks Slack who we are in the workspace, and takes note of it.
func (w *workspace) ask(ctx context.Context) (who *slack.AuthTestResponse, err error) {
	err = w.call(ctx, "auth.test", "", func(ctx context.Context) (err error) {
		who, err = w.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if w.given != "" && who.TeamID != "" && briefings.Workspace(who.TeamID) != w.given {
		err := fmt.Errorf("the token belongs to the workspace %s, and the config has it for %s", who.TeamID, w.given)
		w.stop(err, err.Error())
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if who.TeamID != "" {
		w.id = briefings.Workspace(who.TeamID)
	}
	w.bot, w.me, w.org = who.UserID, who.User, who.EnterpriseID
	return who, nil
}
