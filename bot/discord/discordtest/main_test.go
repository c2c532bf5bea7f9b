package discordtest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

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
type reply struct {
	Status int
	Header http.Header
	Body   map[string]any
	List   []any
	Raw    []byte
}

// code is Discord's own code of an error.
func (r reply) code() int {
	n, _ := r.Body["code"].(float64)
	return int(n)
}

// do makes a request of the bot's, as no library would get in the way of.
func do(t *testing.T, s *discordtest.Server, method, path string, body any) reply {
	t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	q, err := http.NewRequest(method, s.URL()+"/api/v10"+path, in)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bot "+s.Token())
	q.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	p, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Body.Close() }()
	out := reply{Status: p.StatusCode, Header: p.Header}
	if out.Raw, err = io.ReadAll(p.Body); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(out.Raw, &out.Body) // a list or nothing is no object
	_ = json.Unmarshal(out.Raw, &out.List)
	return out
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
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if so() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

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
