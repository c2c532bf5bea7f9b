package slacktest_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/briefbot/briefbot/bot/bottest/standin"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// patience is how long a test waits for what must happen. It is no measure of
// how long that takes.
const patience = 30 * time.Second

type m = map[string]any

// quick are options for tests of what happens when something does not.
func quick() slacktest.Options {
	return slacktest.Options{AckWithin: 150 * time.Millisecond, Patience: 300 * time.Millisecond, RetryAfter: []time.Duration{0, 10 * time.Millisecond, 20 * time.Millisecond}}
}

// world is a workspace with a channel that the bot and somebody are in.
func world(s *slacktest.Server) (*slacktest.Team, *slacktest.Channel, *slacktest.Person) {
	t := s.NewTeam("Talks")
	p := t.NewPerson("ada")
	return t, t.NewChannel("general", p, t.Bot()), p
}

// client returns a slack-go client as anybody would make it, except that it
// talks to the server.
func client(s *slacktest.Server, t *slacktest.Team) *slack.Client {
	return slack.New(t.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken(s.AppToken()))
}

// bot is an application that runs until the test ends.
type bot struct {
	*slack.Client
	socket *socketmode.Client
}

// run connects an application that does f with what it is told.
func run(t *testing.T, s *slacktest.Server, team *slacktest.Team, f func(*bot, socketmode.Event)) *bot {
	t.Helper()
	b := &bot{Client: client(s, team)}
	b.socket = socketmode.New(b.Client, socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{}, 2)
	go func() {
		_ = b.socket.RunContext(ctx)
		done <- struct{}{}
	}()
	go func() {
		defer func() { done <- struct{}{} }()
		for {
			select {
			case e := <-b.socket.Events:
				f(b, e)
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		s.Socket().Drop() // slack-go would wait for a frame
		<-done
		<-done
	})
	if !s.Socket().WaitConnections(1, patience) {
		t.Fatal("never connected")
	}
	return b
}

// reply is what a request was answered with.
type reply struct{ standin.Reply }

func (r reply) code() string {
	s, _ := r.Body["error"].(string)
	return s
}

// do makes a request of the application's, as no library would get in the way
// of.
func do(t *testing.T, s *slacktest.Server, token, method string, args m) reply {
	t.Helper()
	return send(t, s.APIURL()+method, token, args)
}

func send(t *testing.T, url, token string, args m) reply {
	t.Helper()
	h := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	if token != "" {
		h.Set("Authorization", "Bearer "+token)
	}
	return reply{standin.Ask(t, http.MethodPost, url, h, args)}
}

// quiet adds what every message must say of links.
func quiet(args m) m {
	args["unfurl_links"], args["unfurl_media"] = false, false
	return args
}

// expect fails unless two values are the same.
func expect[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// must fails at an error.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// violated takes the violations, and fails unless each wanted part is in one of
// them, for which it waits; or, where none is wanted, unless there are none.
func violated(t *testing.T, s *slacktest.Server, parts ...string) {
	t.Helper()
	all := s.Violations()
	if len(all) > 0 && len(parts) == 0 {
		t.Errorf("violations: %v", all)
	}
	for _, part := range parts {
		for end := time.Now().Add(patience); !slices.ContainsFunc(all, func(v slacktest.Violation) bool { return strings.Contains(v.String(), part) }); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("no violation says %q: %v", part, all)
			}
			all = append(all, s.Violations()...)
		}
	}
}

// eventually waits until something is so.
var eventually = standin.Eventually
