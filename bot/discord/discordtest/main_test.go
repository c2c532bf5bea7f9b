package discordtest_test

import (
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot/bottest/standin"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// patience is how long a test waits for what must happen. It is no measure of
// how long that takes.
const patience = 30 * time.Second

func TestMain(m *testing.M) {
	discordgo.Logger = func(int, int, string, ...interface{}) {}
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}

// rewrite sends what is meant for Discord to the server.
type rewrite struct {
	host string
	base *http.Transport
}

func (r rewrite) RoundTrip(q *http.Request) (*http.Response, error) {
	q = q.Clone(q.Context())
	q.URL.Scheme, q.URL.Host, q.Host = "http", r.host, r.host
	return r.base.RoundTrip(q)
}

// raw returns a discordgo session as anybody would make it, except that it
// talks to the server.
func raw(t *testing.T, s *discordtest.Server) *discordgo.Session {
	t.Helper()
	d, err := discordgo.New("Bot " + s.Token())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	d.Client = &http.Client{Timeout: patience, Transport: rewrite{u.Host, transport}}
	d.Identify.Intents = 0
	return d
}

// opened returns a session that is connected until the test ends.
func opened(t *testing.T, s *discordtest.Server) *discordgo.Session {
	t.Helper()
	d := raw(t, s)
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.ShouldReconnectOnError = false
		_ = d.Close()
	})
	return d
}

// reply is what a request was answered with.
type reply struct{ standin.Reply }

// code is Discord's own code of an error.
func (r reply) code() int {
	n, _ := r.Body["code"].(float64)
	return int(n)
}

// do makes a request of the bot's, as no library would get in the way of.
func do(t *testing.T, s *discordtest.Server, method, path string, body any) reply {
	t.Helper()
	h := http.Header{"Authorization": {"Bot " + s.Token()}, "User-Agent": {"DiscordBot (https://example.org, 1)"}}
	if body != nil {
		h.Set("Content-Type", "application/json")
	}
	return reply{standin.Ask(t, method, s.URL()+"/api/v10"+path, h, body)}
}

// contains reports whether all parts are in s.
func contains(s string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

// silent is what every message must hold.
var silent = map[string]any{"parse": []string{}}

type m = map[string]any

// eventually waits until something is so.
var eventually = standin.Eventually

// expect fails unless two values are the same.
func expect[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// world is a guild with a channel and somebody in it.
func world(s *discordtest.Server) (*discordtest.Guild, *discordtest.Channel, *discordtest.Person) {
	g := s.NewGuild("Talks")
	p := s.NewPerson("ada")
	g.Join(p)
	return g, g.NewChannel("general"), p
}
