package slack_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// The secrets; they must not be found in any log.
const (
	botToken = "xoxb-canary-1"
	appToken = "xapp-canary-1"
	secret   = "canary-secret"
)

// server starts a Slack that takes our tokens.
func server(t *testing.T, change ...func(*slacktest.Options)) *slacktest.Server {
	t.Helper()
	o := slacktest.Options{BotToken: botToken, AppToken: appToken, SigningSecret: secret, Patience: patience}
	for _, c := range change {
		c(&o)
	}
	return slacktest.New(t, o)
}

// running is an adapter whose Run is under way.
type running struct {
	*slack.Slack
	stop context.CancelFunc
	done chan error
	log  *logTo
}

// start runs the adapter against a server, and waits until events can come.
func start(t *testing.T, s *slacktest.Server, team *slacktest.Team, core bot.Core, change ...func(*slack.Options)) *running {
	t.Helper()
	var mode slack.Mode
	r := launch(t, s, team, core, append(change, func(o *slack.Options) { mode = o.Mode })...)
	if mode == slack.HTTP {
		for deadline := time.Now().Add(patience); r.Address() == ""; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the adapter does not listen")
			}
		}
		s.Hooks().SetURL("http://" + r.Address() + "/slack/events")
	} else if !s.Socket().WaitConnections(2, patience) {
		t.Fatal("the adapter does not connect")
	}
	r.identified(t)
	return r
}

// identified waits until the adapter knows who it is.
func (r *running) identified(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); !r.log.has("working in a Slack workspace"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the adapter does not ask who it is")
		}
	}
}

// launch runs the adapter against a server.
func launch(t *testing.T, s *slacktest.Server, team *slacktest.Team, core bot.Core, change ...func(*slack.Options)) *running {
	t.Helper()
	a, log := adapter(t, s, team, change...)
	ctx, stop := context.WithCancel(context.Background())
	r := &running{a, stop, make(chan error, 1), log}
	go func() { r.done <- a.Run(ctx, core) }()
	t.Cleanup(func() {
		if err := r.end(); err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
	return r
}

func adapter(t *testing.T, s *slacktest.Server, team *slacktest.Team, change ...func(*slack.Options)) (*slack.Slack, *logTo) {
	t.Helper()
	log := &logTo{t: t}
	o := slack.Options{
		Apps: []slack.App{{
			Token: bot.NewSecret(appToken), SigningSecret: bot.NewSecret(secret),
			Workspaces: []slack.Workspace{{Token: bot.NewSecret(team.BotToken())}},
		}},
		Listen:  "127.0.0.1:0",
		BaseURL: s.URL(),
		Book:    func(context.Context, briefings.Workspace) (briefings.BookID, error) { return "book", nil },
		Now:     time.Now,
		Log:     slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&o)
	}
	if o.Offers == nil {
		o.Offers = bot.NewOffers(emptyStore(t), nil)
	}
	if o.Inbound == nil {
		o.Inbound = bookStore(t)
	}
	a, err := slack.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a, log
}

// overHTTP has events come over HTTP.
func overHTTP(o *slack.Options) { o.Mode = slack.HTTP }

// end ends the adapter, and returns how Run ended; nil the second time.
func (r *running) end() error {
	r.stop()
	select {
	case err, first := <-r.done:
		if first {
			close(r.done)
		}
		return err
	case <-time.After(patience):
		return errors.New("Run does not end")
	}
}

func emptyStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "b.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// bookStore is a store with one book, called book.
func bookStore(t testing.TB) *store.Store {
	t.Helper()
	s := emptyStore(t)
	_, err := s.Apply(t.Context(), "book", briefings.Change{
		Actor: briefings.Actor{Platform: "test", User: "desk"}, Via: "test", At: time.Now(), Why: "to have one",
		Edits: []briefings.Edit{{Put: &briefings.Book{ID: "book", Name: "The book", Zone: "UTC"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// logTo hands a log to a test, and fails it where a secret is in it.
type logTo struct {
	t  testing.TB
	mu sync.Mutex
	b  strings.Builder
}

func (l *logTo) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "canary") {
		l.t.Errorf("a secret is in the log: %s", b)
	}
	l.t.Logf("%s", strings.TrimSpace(string(b)))
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

// has reports whether the log holds some words.
func (l *logTo) has(words string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.b.String(), words)
}

// times counts how often the log holds some words.
func (l *logTo) times(words string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.b.String(), words)
}

// corpus is a core that knows the cards.
func corpus() *bottest.Core { return bottest.NewCore(bottest.Corpus()...) }

// newsroom is a workspace with a channel that the bot is in.
func newsroom(s *slacktest.Server) (*slacktest.Team, *slacktest.Channel) {
	team := s.NewTeam("Newsroom")
	desk := team.NewChannel("desk", team.Bot())
	return team, desk
}

// reader makes somebody who is in the channel.
func reader(team *slacktest.Team, c *slacktest.Channel, name string) *slacktest.Client {
	p := team.NewPerson(name)
	c.Invite(p)
	return p.In(c)
}

// ours are the buttons that a card has not asked for.
func ours(label string) bool {
	return label == "Post to channel" || label == "Back" || strings.HasPrefix(label, "More (")
}

// read returns all pages of an answer, from the one that is shown on, and the
// message as it is then.
func read(c *slacktest.Client, m *slacktest.Message) (bottest.Seen, *slacktest.Message, error) {
	seen := m.Seen()
	all := bottest.Seen{Private: m.Ephemeral, Actions: actions(seen)}
	for page := 0; ; page++ {
		all.Text += seen.Text + "\n"
		all.Pings = append(all.Pings, m.Pings...)
		for _, l := range seen.Links {
			all.Links = append(all.Links, bottest.Link(l))
		}
		i := slices.IndexFunc(seen.Buttons, func(b slacktest.Button) bool { return strings.HasPrefix(b.Label, "More (") })
		if i < 0 || page > 200 {
			return all, m, nil
		}
		next, err := c.Press(m, seen.Buttons[i].ActionID)
		if err != nil {
			return all, m, err
		}
		all.Private = all.Private && next.Message.Ephemeral
		m, seen = next.Message, next.Message.Seen()
	}
}

// actions returns the labels of what the card offers, in order.
func actions(seen slacktest.Seen) []string {
	var labels []string
	for _, b := range seen.Buttons {
		if !ours(b.Label) {
			labels = append(labels, b.Label)
		}
	}
	for _, s := range seen.Selects {
		for _, o := range s.Options {
			labels = append(labels, o.Text)
		}
	}
	return labels
}

// press presses what has the label.
func press(c *slacktest.Client, m *slacktest.Message, label string) (*slacktest.Message, error) {
	seen := m.Seen()
	for _, b := range seen.Buttons {
		if b.Label == label {
			return message(c.Press(m, b.ActionID))
		}
	}
	for _, s := range seen.Selects {
		for _, o := range s.Options {
			if o.Text == label {
				return message(c.Choose(m, s.ActionID, o.Value))
			}
		}
	}
	return nil, errors.New("nothing is called " + label)
}

func message(s *slacktest.Shown, err error) (*slacktest.Message, error) {
	switch {
	case err != nil:
		return nil, err
	case s.Message == nil:
		return nil, errors.New("what is shown is no message")
	default:
		return s.Message, nil
	}
}
