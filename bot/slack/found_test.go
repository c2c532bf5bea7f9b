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
	"github.com/briefbot/briefbot/briefings"
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

// TestLimits_WhatIsNotSentTakesNothing: neither of its channel's limit nor of the
// workspace's.
func TestLimits_WhatIsNotSentTakesNothing(t *testing.T) {
	now := time.Now()
	l := newLimits(func() time.Time { return now })
	ctx, cancel := context.WithDeadline(t.Context(), now.Add(time.Millisecond))
	defer cancel()
	const posting = "chat.postMessage"
	for i := range tiers[posting+inAll].burst { // the workspace's burst is used up elsewhere
		if pause, _ := l.take(posting+inAll, ""); pause > 0 {
			t.Fatalf("call %d waits %s", i, pause)
		}
	}
	for range 10 {
		if err := l.wait(ctx, posting, "C1"); err == nil {
			t.Fatal("a call is made beyond the workspace's limit")
		}
	}
	if pause, _ := l.take(posting, "C1"); pause > 0 {
		t.Errorf("a channel in which nothing was posted has to wait %s", pause)
	}
	if pause, _ := l.take(posting+inAll, ""); pause > time.Second {
		t.Errorf("the workspace has to wait %s", pause)
	}
}

// TestLimits_ManyChannelsForgetNoLimitOfAll: and what holds no more is forgotten.
func TestLimits_ManyChannelsForgetNoLimitOfAll(t *testing.T) {
	now := time.Now()
	l := newLimits(func() time.Time { return now })
	for range tiers["chat.postMessage"+inAll].burst {
		l.take("chat.postMessage"+inAll, "")
	}
	for i := range 2*maxRates + 10 {
		l.take("chat.postMessage", string(rune(0x10000+i)))
		l.hold("chat.postMessage", string(rune(0x10000+i)), time.Second)
		now = now.Add(time.Microsecond)
	}
	if pause, _ := l.take("chat.postMessage"+inAll, ""); pause <= 0 {
		t.Error("the limit of the workspace is forgotten")
	}
	now = now.Add(time.Hour)
	l.hold("chat.postMessage", "C1", time.Second)
	if len(l.rates) > maxRates+1 || len(l.holds) > maxRates+1 {
		t.Errorf("%d limits and %d holds are remembered", len(l.rates), len(l.holds))
	}
}

// TestWorkspace_IsTheOneInWhichTheAppIsInstalled: Slack may name the home of a
// guest first.
func TestWorkspace_IsTheOneInWhichTheAppIsInstalled(t *testing.T) {
	c, err := newClient("")
	if err != nil {
		t.Fatal(err)
	}
	named := func(id briefings.Workspace) *workspace {
		return newWorkspace(Workspace{ID: id, Token: bot.NewSecret("x")}, c, slog.New(slog.DiscardHandler), time.Now)
	}
	one, two, unknown := named("T1"), named("T2"), named("")
	both, only, asking := &app{workspaces: []*workspace{one, two}}, &app{workspaces: []*workspace{one}}, &app{workspaces: []*workspace{unknown}}
	for name, x := range map[string]struct{ got, want *workspace }{
		"ours before the guest's":                {both.workspace("T1", "", "T9"), one},
		"by the organisation":                    {both.workspace("T9", "T2"), two},
		"another's":                              {both.workspace("T9"), nil},
		"nobody says, of two":                    {both.workspace("", ""), nil},
		"nobody says, of one":                    {only.workspace(""), one},
		"another's, of one":                      {only.workspace("T9"), nil},
		"as long as Slack has not said":          {asking.workspace("T9"), unknown},
		"what a guest presses, of one":           {only.shown("T9"), one},
		"what a guest presses, of two":           {both.shown("T9"), nil},
		"what is opened in ours, seen elsewhere": {both.shown("T2", "T1"), two},
	} {
		if x.got != x.want {
			t.Errorf("%s: not the workspace that it is", name)
		}
	}
	e := event{TeamID: "T9", ContextTeamID: "T8"}
	e.Authorizations = append(e.Authorizations, struct {
		TeamID       string `json:"team_id"`
		EnterpriseID string `json:"enterprise_id"`
		UserID       string `json:"user_id"`
	}{TeamID: "T1"})
	if both.workspace(e.teams()...) != one {
		t.Error("a mention by a guest is not of the channel's workspace")
	}
}

// TestAddressed_IsWhatStandsBehindOurName.
func TestAddressed_IsWhatStandsBehindOurName(t *testing.T) {
	s := &Slack{opts: Options{Command: "/brief"}}
	for text, want := range map[string]string{
		"<@U1> status talks":                "status talks",
		"<@U1>: who is Witkoff?":            "who is Witkoff?",
		"so, <@U1>, who leads?":             "who leads?",
		"who is Witkoff, <@U1>":             "who is Witkoff,",
		"<@U1>":                             "",
		"<@UOLD> who Witkoff":               "who Witkoff", // another id of ours
		"<@U2> said so, <@U1> who is that?": "who is that?",
		"<@U1> /brief status talks":         "status talks",
		"/brief":                            "",
		"/briefing":                         "/briefing",
		"who is <@U2|ann>":                  "who is @ann",
		"<#C1|desk> &amp; <https://a.example|a> &lt;b&gt;": "#desk & a <b>",
		"who <b>":  "who <b>",
		"a &lt; b": "a < b",
	} {
		if got := s.bare(addressed(text, "U1")); got != want {
			t.Errorf("%q asks %q, want %q", text, got, want)
		}
	}
}
