package discord_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// token is the bot's token; it must not be found in any log.
const token = "canary-MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.f00"

// running is an adapter whose Run is under way.
type running struct {
	stop context.CancelFunc
	done chan error
}

// start runs the adapter against a server, and waits until it is connected and
// has registered the commands.
func start(t *testing.T, s *discordtest.Server, core bot.Core, change ...func(*discord.Options)) *running {
	t.Helper()
	r := launch(t, s, core, change...)
	if !s.Gateway().WaitConnected(1, patience) {
		t.Fatal("the adapter does not connect")
	}
	return r
}

// launch runs the adapter against a server.
func launch(t *testing.T, s *discordtest.Server, core bot.Core, change ...func(*discord.Options)) *running {
	t.Helper()
	d := adapter(t, s, change...)
	ctx, stop := context.WithCancel(context.Background())
	r := &running{stop, make(chan error, 1)}
	go func() { r.done <- d.Run(ctx, core) }()
	t.Cleanup(func() {
		if err := r.end(); err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
	return r
}

func adapter(t *testing.T, s *discordtest.Server, change ...func(*discord.Options)) *discord.Discord {
	t.Helper()
	o := discord.Options{
		Token:   bot.NewSecret(token),
		BaseURL: s.URL(),
		Book:    func(context.Context, briefings.Workspace) (briefings.BookID, error) { return "book", nil },
		Now:     time.Now,
		Log:     slog.New(slog.NewTextHandler(logTo{t}, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, c := range change {
		c(&o)
	}
	if o.Offers == nil {
		o.Offers = bot.NewOffers(emptyStore(t), nil)
	}
	d, err := discord.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

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

func emptyStore(t *testing.T) *store.Store {
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

// logTo hands a log to a test, and fails it where a secret is in it.
type logTo struct{ t testing.TB }

func (l logTo) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "canary") {
		l.t.Errorf("the token is in the log: %s", b)
	}
	l.t.Logf("%s", strings.TrimSpace(string(b)))
	return len(b), nil
}

// server starts a Discord that takes our token.
func server(t *testing.T, change ...func(*discordtest.Options)) *discordtest.Server {
	t.Helper()
	o := discordtest.Options{Token: token}
	for _, c := range change {
		c(&o)
	}
	return discordtest.New(t, o)
}

// corpus is a core that knows the cards.
func corpus() *bottest.Core { return bottest.NewCore(bottest.Corpus()...) }

// ours are the buttons that a card has not asked for.
func ours(label string) bool {
	return label == "Post to channel" || label == "Back" || strings.HasPrefix(label, "More (")
}

// read returns all pages of an answer, from the one that is shown on, and the
// message as it is then.
func read(c *discordtest.Client, m *discordtest.Message) (bottest.Seen, *discordtest.Message, error) {
	seen := m.Seen()
	all := bottest.Seen{Private: m.Ephemeral, Pings: seen.Pings, Actions: actions(seen)}
	for page := 0; ; page++ {
		all.Text += seen.Text + "\n"
		all.Pings = append(all.Pings, seen.Pings...)
		for _, l := range seen.Links {
			all.Links = append(all.Links, bottest.Link(l))
		}
		i := slices.IndexFunc(seen.Buttons, func(b discordtest.Button) bool { return strings.HasPrefix(b.Label, "More (") })
		if i < 0 || page > 200 {
			return all, m, nil
		}
		next, err := c.Press(m, seen.Buttons[i].CustomID)
		if err != nil {
			return all, m, err
		}
		all.Private = all.Private && next.Ephemeral
		m, seen = next, next.Seen()
	}
}

// actions returns the labels of what the card offers, in order.
func actions(seen discordtest.Seen) []string {
	var labels []string
	for _, b := range seen.Buttons {
		if !ours(b.Label) {
			labels = append(labels, b.Label)
		}
	}
	for _, o := range seen.Options {
		labels = append(labels, o.Label)
	}
	return labels
}

// press presses what has the label.
func press(c *discordtest.Client, m *discordtest.Message, label string) (*discordtest.Message, error) {
	seen := m.Seen()
	for _, b := range seen.Buttons {
		if b.Label == label {
			return c.Press(m, b.CustomID)
		}
	}
	for _, o := range seen.Options {
		if o.Label == label {
			return c.Select(m, o.CustomID, o.Value)
		}
	}
	return nil, errors.New("nothing is called " + label)
}
