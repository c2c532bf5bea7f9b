package slack

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
)

// TestClient_CallsNoResponseURLThatIsNotSlacks: also where the config writes
// Slack's own address out.
func TestClient_CallsNoResponseURLThatIsNotSlacks(t *testing.T) {
	for _, base := range []string{"", "https://slack.com", "https://slack.com/api/", "https://slack-gov.com", "https://acme.slack.com"} {
		c, err := newClient(base)
		if err != nil {
			t.Fatal(err)
		}
		for address, may := range map[string]bool{
			"https://hooks.slack.com/commands/T/1/x": true, "https://hooks.slack-gov.com/x": true,
			"http://hooks.slack.com/x": false, "http://169.254.169.254/latest": false, "https://slack.com.evil.example/x": false,
			"https://evilslack.com/x": false, "file:///etc/passwd": false, "": false,
		} {
			if err := c.mayRespond(address); (err == nil) != may {
				t.Errorf("base %q, response_url %q: %v", base, address, err)
			}
		}
	}
	c, err := newClient("http://127.0.0.1:4003")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.mayRespond("http://127.0.0.1:7002/x"); err != nil {
		t.Errorf("a stand-in has them anywhere, and %v", err)
	}
}

// TestClient_NamesTheTokenInTheHeaderOfEveryCall: not every stand-in for Slack
// reads forms. A response_url gets no token.
func TestClient_NamesTheTokenInTheHeaderOfEveryCall(t *testing.T) {
	var without atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if want := r.URL.Path != "/respond"; (r.Header.Get("Authorization") == "Bearer xoxb-1") != want {
			without.Add(1)
			t.Errorf("%s has the header %q", r.URL.Path, r.Header.Get("Authorization"))
		}
		_, _ = w.Write([]byte(`{"ok":true}`))
	}))
	defer server.Close()
	c, err := newClient(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	api, ctx := c.api(bot.NewSecret("xoxb-1"), bot.Secret{}), t.Context()
	_, _ = api.AuthTestContext(ctx)
	_, _, _ = api.PostMessageContext(ctx, "C1", slack.MsgOptionText("x", false))
	_, _ = api.PostEphemeralContext(ctx, "C1", "U1", slack.MsgOptionText("x", false))
	_, _, _, _ = api.UpdateMessageContext(ctx, "C1", "1.2", slack.MsgOptionText("x", false))
	_, _ = api.GetUserInfoContext(ctx, "U1")
	_, _ = api.OpenViewContext(ctx, "1", slack.ModalViewRequest{})
	if err := c.respond(ctx, server.URL+"/respond", response{Type: "ephemeral", message: message{Text: "x"}}); err != nil {
		t.Error(err)
	}
}

// TestWrite_WhatReachedNobodyIsMadeAgain: nothing can have come of it.
func TestWrite_WhatReachedNobodyIsMadeAgain(t *testing.T) {
	var posts atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		posts.Add(1)
		_, _ = w.Write([]byte(`{"ok":true,"ts":"1.2"}`))
	}))
	address := server.Listener.Addr().String()
	server.Listener.Close() // nobody listens yet
	c, err := newClient("http://" + address)
	if err != nil {
		t.Fatal(err)
	}
	s := &Slack{opts: Options{Now: time.Now}, log: slog.New(slog.DiscardHandler), client: c}
	p := place{w: newWorkspace(Workspace{ID: "T1", Token: bot.NewSecret("xoxb-1")}, c, s.log, time.Now), channel: "C1"}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := s.write(ctx, p, message{Text: "x"})
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("given up at once: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server.Listener = l
	server.Start()
	defer server.Close()
	if err := <-done; err != nil || posts.Load() != 1 {
		t.Errorf("%v, and %d posts", err, posts.Load())
	}
}
