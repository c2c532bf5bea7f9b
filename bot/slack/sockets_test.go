package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// The sockets' faults, each with what the adapter does where slack-go's own
// client does something worse: see slacktest's tests of raw slack-go.

// hourOld has the adapter believe, from some moment on, that an hour has gone by:
// Slack refreshes connections that are hours old, and no young ones.
type hourOld struct{ later atomic.Int64 }

func (h *hourOld) option(o *slack.Options) {
	o.Now = func() time.Time { return time.Now().Add(time.Duration(h.later.Load())) }
}

func (h *hourOld) pass() { h.later.Add(int64(time.Hour)) }

// slowly asks for a slow answer in the background; the result is nil where it
// came.
func slowly(c *slacktest.Client, millis int) <-chan error {
	done := make(chan error, 1)
	go func() {
		m, err := message(c.Command("/brief", fmt.Sprint("slow ", millis)))
		if err == nil && !strings.Contains(m.Seen().Text, "At last.") {
			err = fmt.Errorf("seen: %q", m.Seen().Text)
		}
		done <- err
	}()
	return done
}

// reached waits until the core has been asked so many questions.
func reached(t *testing.T, core *counted, questions int64) {
	t.Helper()
	eventually(t, "the core is asked", func() bool { return core.calls.Load() >= questions })
}

func TestSocket_ThereAreTwoConnections(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus())
	echo(t, o.ann, "hello")
	if c, n := o.server.Socket().Connections(), o.server.Socket().Opened(); c != 2 || n != 2 {
		t.Errorf("%d connections, opened %d times", c, n)
	}
}

// TestSocket_ARefreshInMidCommandLosesNothing: of one connection and of both, by
// whatever way Slack ends them. The replacement is there before the old one ends.
func TestSocket_ARefreshInMidCommandLosesNothing(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T){}
	for _, c := range []struct {
		name string
		end  func(*slacktest.Socket)
		ends int
		soft bool // the old connection lives on for a while
	}{
		{"ARefreshOfOne", func(k *slacktest.Socket) { k.Refresh(0) }, 1, true},
		{"ARefreshOfBoth", func(k *slacktest.Socket) { k.Refresh() }, 2, true},
		{"AWarningOfOne", func(k *slacktest.Socket) { k.Warn(1) }, 1, true},
		{"AWarningOfBoth", func(k *slacktest.Socket) { k.Warn() }, 2, true},
		{"TheLinkIsDisabled", func(k *slacktest.Socket) { k.DisableLink() }, 2, true},
		{"ADropOfOne", func(k *slacktest.Socket) { k.Drop(0) }, 1, false},
	} {
		cases[c.name] = func(t *testing.T) {
			var age hourOld
			core := &counted{Core: corpus()}
			o := openOfficeOn(t, server(t, func(o *slacktest.Options) { o.WarnFor = 3 * time.Second }), core, age.option)
			k := o.server.Socket()
			var waiting []<-chan error // on each of the connections
			for range 2 {
				waiting = append(waiting, slowly(o.ann, 700))
			}
			reached(t, core, 2)
			age.pass()
			c.end(k)
			if !k.WaitServed(2+c.ends, patience) {
				t.Fatalf("%d connections in all", k.Served())
			}
			if n := k.Connections(); c.soft && n != 2+c.ends {
				t.Errorf("%d connections when the last was opened: the old ones ended before", n)
			}
			echo(t, o.ann, "meanwhile")
			for _, w := range waiting {
				if err := <-w; err != nil {
					t.Errorf("in mid-command: %v", err)
				}
			}
			eventually(t, "the old connections end", func() bool { return k.Connections() == 2 })
			echo(t, o.ann, "afterwards")
			if n := k.Opened(); n != 2+c.ends {
				t.Errorf("opened %d times, want %d", n, 2+c.ends)
			}
		}
	}
	atOnce(t, cases)
}

// TestSocket_WarningsInAStreamOfCommandsLoseNothing: none of them is unanswered,
// and none needs a second delivery.
func TestSocket_WarningsInAStreamOfCommandsLoseNothing(t *testing.T) {
	t.Parallel()
	var age hourOld
	o := openOfficeOn(t, server(t, func(o *slacktest.Options) { o.WarnFor = 2 * time.Second }), corpus(), age.option)
	k := o.server.Socket()
	var asked sync.WaitGroup
	for i := range 120 {
		if i == 30 || i == 60 || i == 90 {
			age.pass()
			switch i {
			case 30:
				k.Warn()
			case 60:
				k.Refresh(0)
			default:
				k.Warn(0)
			}
		}
		asked.Go(func() {
			if _, err := o.ann.Command("/brief", fmt.Sprint("echo number ", i)); err != nil {
				t.Errorf("command %d: %v", i, err)
			}
		})
		time.Sleep(20 * time.Millisecond)
	}
	asked.Wait()
	eventually(t, "the old connections end", func() bool { return k.Connections() == 2 })
}

// TestSocket_DropsWithoutAGoodbyeAreSurvived: of both connections at once.
func TestSocket_DropsWithoutAGoodbyeAreSurvived(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	o := openOffice(t, core)
	k := o.server.Socket()
	waiting := slowly(o.ann, 700) // is lost, or answered by the response_url
	reached(t, core, 1)
	k.Drop()
	if !k.WaitServed(4, patience) || !k.WaitConnections(2, patience) {
		t.Fatalf("%d connections, %d in all", k.Connections(), k.Served())
	}
	echo(t, o.ann, "afterwards")
	if err := <-waiting; err != nil && !errors.Is(err, slacktest.ErrOperationTimeout) {
		t.Errorf("in mid-command: %v", err)
	}
}

// launchWatchful runs the adapter with connections that are watched closely.
func launchWatchful(t *testing.T, s *slacktest.Server, team *slacktest.Team, core bot.Core, change ...func(*slack.Options)) *running {
	t.Helper()
	a, log := adapter(t, s, team, change...)
	slack.Watch(a, 50*time.Millisecond, 500*time.Millisecond)
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

func TestSocket_AZombieIsNoticedAndReplaced(t *testing.T) {
	t.Parallel()
	s := server(t)
	team, desk := newsroom(s)
	r := launchWatchful(t, s, team, corpus())
	k := s.Socket()
	if !k.WaitConnections(2, patience) {
		t.Fatal("the adapter does not connect")
	}
	r.identified(t)
	ann := reader(team, desk, "ann")
	echo(t, ann, "before")
	k.Mute(true)
	if !k.WaitServed(4, patience) {
		t.Fatal("the zombies are not replaced")
	}
	eventually(t, "the zombies are left", func() bool { return k.Connections() == 2 })
	echo(t, ann, "afterwards")
}

// TestSocket_AQuietConnectionIsKept: nobody asks for a while, and Slack pings
// seldom.
func TestSocket_AQuietConnectionIsKept(t *testing.T) {
	t.Parallel()
	s := server(t, func(o *slacktest.Options) { o.PingEvery = time.Hour })
	team, desk := newsroom(s)
	r := launchWatchful(t, s, team, corpus())
	if !s.Socket().WaitConnections(2, patience) {
		t.Fatal("the adapter does not connect")
	}
	r.identified(t)
	time.Sleep(1500 * time.Millisecond) // three times as long as it may be silent
	echo(t, reader(team, desk, "ann"), "still there")
	if n := s.Socket().Opened(); n != 2 {
		t.Errorf("opened %d times", n)
	}
}

// TestSocket_WhereSlackLetsNobodyInItWaitsAndComesBack: with few tries, and each
// reason is one to try again.
func TestSocket_WhereSlackLetsNobodyInItWaitsAndComesBack(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T){}
	for name, refuse := range map[string]func(*slacktest.Server){
		"RateLimited":   func(s *slacktest.Server) { s.Socket().RefuseOpen("ratelimited", 3) },
		"InternalError": func(s *slacktest.Server) { s.Socket().RefuseOpen("internal_error", 3) },
		"502": func(s *slacktest.Server) {
			s.Fault(slacktest.Fault{Path: "apps.connections.open$", Kind: slacktest.StatusBefore, Status: 502, Times: 3})
		},
		"APage": func(s *slacktest.Server) {
			s.Fault(slacktest.Fault{Path: "apps.connections.open$", Kind: slacktest.HTML, Status: 503, Times: 3})
		},
		"A429": func(s *slacktest.Server) {
			s.Fault(slacktest.Fault{Path: "apps.connections.open$", Kind: slacktest.RateLimited, RetryAfter: 2 * time.Second, Times: 3})
		},
		"Resets": func(s *slacktest.Server) {
			s.Fault(slacktest.Fault{Path: "apps.connections.open$", Kind: slacktest.ResetBefore, Times: 3})
		},
	} {
		cases[name] = func(t *testing.T) {
			s := server(t)
			team, desk := newsroom(s)
			refuse(s)
			r := launch(t, s, team, corpus())
			if !s.Socket().WaitConnections(2, patience) {
				t.Fatal("the adapter does not connect")
			}
			r.identified(t)
			echo(t, reader(team, desk, "ann"), "at last")
			if n := len(s.Calls("apps.connections.open")); n != 5 {
				t.Errorf("it asked %d times, want 3 that were refused and 2", n)
			}
		}
	}
	atOnce(t, cases)
}

// TestSocket_ALongOutageIsNoTightLoop: an outage of some seconds, by every way,
// costs a handful of tries.
func TestSocket_ALongOutageIsNoTightLoop(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T){}
	const outage, most = 4 * time.Second, 10 // for two connections: at 0, 1, 3 and 7 seconds
	for name, f := range map[string]func(t *testing.T, s *slacktest.Server){
		"TheOpenFails": func(_ *testing.T, s *slacktest.Server) {
			s.Socket().RefuseOpen("internal_error", -1)
			time.Sleep(outage)
			s.Socket().RefuseOpen("", 0)
		},
		"EachConnectionIsDropped": func(_ *testing.T, s *slacktest.Server) {
			for end := time.Now().Add(outage); time.Now().Before(end); {
				if s.Socket().WaitConnections(1, 20*time.Millisecond) {
					s.Socket().Drop()
				}
			}
		},
		"EachConnectionIsToReconnect": func(_ *testing.T, s *slacktest.Server) {
			for end, told := time.Now().Add(outage), 0; time.Now().Before(end); {
				if s.Socket().WaitServed(told+1, 20*time.Millisecond) {
					told = s.Socket().Served()
					s.Socket().Refresh()
				}
			}
		},
	} {
		cases[name] = func(t *testing.T) {
			s := server(t, func(o *slacktest.Options) { o.WarnFor = 100 * time.Millisecond })
			team, desk := newsroom(s)
			r := launch(t, s, team, corpus())
			f(t, s)
			if n := len(s.Calls("apps.connections.open")); n < 2 || n > most {
				t.Errorf("it asked %d times in %v", n, outage)
			}
			r.identified(t)
			if !s.Socket().WaitConnections(2, patience) {
				t.Fatal("it does not come back")
			}
			echo(t, reader(team, desk, "ann"), "at last")
		}
	}
	atOnce(t, cases)
}

// TestSocket_AnAppThatSlackRefusesEndsRunWithASentence: trying again cannot help.
func TestSocket_AnAppThatSlackRefusesEndsRunWithASentence(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T){}
	for code, words := range map[string]string{
		"invalid_auth": "does not know the token", "account_inactive": "deactivated", "token_revoked": "revoked",
	} {
		for _, from := range []string{"AtFirst", "Later"} {
			cases[code+from] = func(t *testing.T) {
				s := server(t)
				team, _ := newsroom(s)
				if from == "AtFirst" {
					s.Socket().RefuseOpen(code, -1)
				}
				a, _ := adapter(t, s, team)
				done := make(chan error, 1)
				ctx, stop := context.WithCancel(context.Background())
				defer stop()
				go func() { done <- a.Run(ctx, corpus()) }()
				if from == "Later" {
					if !s.Socket().WaitConnections(2, patience) {
						t.Fatal("the adapter does not connect")
					}
					s.Socket().RefuseOpen(code, -1)
					s.Socket().Drop(0)
				}
				select {
				case err := <-done:
					if err == nil || !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), "app-level token") || strings.Contains(err.Error(), "canary") {
						t.Errorf("Run returned %v", err)
					}
				case <-time.After(patience):
					t.Fatal("Run does not end")
				}
				if n := len(s.Calls("apps.connections.open")); n > 4 {
					t.Errorf("it asked %d times", n)
				}
				if n := s.Socket().Connections(); n > 0 {
					eventually(t, "no connection is left", func() bool { return s.Socket().Connections() == 0 })
				}
			}
		}
	}
	atOnce(t, cases)
}

// TestSocket_WhatIsNotKnownIsAcknowledged: Slack otherwise sends it again, and in
// the end nothing at all.
func TestSocket_WhatIsNotKnownIsAcknowledged(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	o := openOffice(t, core)
	for _, kind := range []string{"hologram", "events_api_v2", "interactive_v2"} {
		if !o.server.SendUnknownEnvelope(kind) {
			t.Errorf("an envelope of the type %s is not acknowledged", kind)
		}
	}
	for _, kind := range []string{"hologram_shown", "team_join", "message_metadata_posted"} {
		if !o.server.SendUnknownEvent(kind) {
			t.Errorf("an event of the type %s is not acknowledged", kind)
		}
	}
	if n := core.calls.Load(); n > 0 {
		t.Errorf("the core was asked %d times", n)
	}
	echo(t, o.ann, "next")
}

// TestSocket_OneWithoutAHelloIsNotWaitedForForEver: it is no connection yet, even
// if it pings.
func TestSocket_OneWithoutAHelloIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	s := server(t)
	team, desk := newsroom(s)
	s.Socket().NoHello(true)
	r := launch(t, s, team, corpus())
	if !s.Socket().WaitServed(2, patience) {
		t.Fatal("the adapter does not connect")
	}
	s.Socket().NoHello(false)
	if !s.Socket().WaitServed(4, patience) {
		t.Fatal("connections without a hello are kept")
	}
	r.identified(t)
	echo(t, reader(team, desk, "ann"), "at last")
}

// TestSocket_NoTicketIsInTheLog: whoever has it gets our events.
func TestSocket_NoTicketIsInTheLog(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	_ = l.Close()
	var tries atomic.Int64
	bare := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := map[string]any{"ok": true, "team_id": "T1", "user_id": "U1"}
		if strings.HasSuffix(r.URL.Path, "apps.connections.open") {
			// Nobody listens; it is no WebSocket; it is no address.
			answer["url"] = []string{"ws://" + nobody + "/?ticket=canary", "ws://" + r.Host + "/?ticket=canary", "::ticket=canary"}[tries.Add(1)%3]
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(bare.Close)
	s := server(t)
	team, _ := newsroom(s)
	r := launch(t, s, team, corpus(), func(o *slack.Options) { o.BaseURL = bare.URL })
	eventually(t, "it has tried each", func() bool { return tries.Load() >= 5 }) // helper_test.go looks for canaries
	if !r.log.has("no connection to Slack") {
		t.Error("it does not say that it has no connection")
	}
}

// bareSlack is as much of Slack as opens connections: it tells how each ends. What
// last returns it still sends, when it hears a goodbye.
func bareSlack(t *testing.T, last func() map[string]any) (address string, codes <-chan int) {
	t.Helper()
	list := make(chan int, 10)
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "apps.connections.open"):
			_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "url": "ws://" + r.Host + "/link"})
		case r.URL.Path == "/link":
			ws, err := up.Upgrade(w, r, nil)
			if err != nil {
				return
			}
			defer ws.Close()
			_ = ws.WriteJSON(map[string]any{"type": "hello", "num_connections": 1})
			goodbye := ws.CloseHandler()
			ws.SetCloseHandler(func(code int, text string) error {
				if last != nil {
					_ = ws.WriteJSON(last())
				}
				return goodbye(code, text)
			})
			var closed *websocket.CloseError
			for {
				if _, _, err := ws.ReadMessage(); errors.As(err, &closed) {
					list <- closed.Code
					return
				} else if err != nil {
					list <- -1
					return
				}
			}
		default:
			_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "team_id": "T1", "user_id": "U1"})
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, list
}

// twoSlacks passes requests on to one of two servers by the token in them: two
// apps have two, and are the same Slack to the adapter.
func twoSlacks(t *testing.T, one, two *slacktest.Server, tokensOfTwo ...string) (address string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := one
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, token := range tokensOfTwo {
			if r.PostForm.Get("token") == token || r.Header.Get("Authorization") == "Bearer "+token {
				to = two
			}
		}
		q, err := http.NewRequestWithContext(r.Context(), r.Method, to.URL()+r.URL.Path, strings.NewReader(r.PostForm.Encode()))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		for _, h := range []string{"Authorization", "Content-Type"} {
			q.Header.Set(h, r.Header.Get(h))
		}
		p, err := http.DefaultClient.Do(q)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer p.Body.Close()
		for k, v := range p.Header {
			w.Header()[k] = v
		}
		w.WriteHeader(p.StatusCode)
		_, _ = io.Copy(w, p.Body)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// twoApps are two apps with a workspace and a server each, in one adapter.
type twoApps struct {
	servers [2]*slacktest.Server
	teams   [2]*slacktest.Team
	readers [2]*slacktest.Client
	running *running
}

// openTwoApps starts them; each workspace has the book "book-" and its id.
func openTwoApps(t *testing.T, core bot.Core, change ...func(*slack.Options)) *twoApps {
	t.Helper()
	var a twoApps
	for i, suffix := range []string{"", "-two"} {
		a.servers[i] = server(t, func(o *slacktest.Options) { o.BotToken, o.AppToken = botToken+suffix, appToken+suffix })
		if i == 1 {
			a.servers[i].NewTeam("Elsewhere").NewPerson("nobody") // so that their ids differ
		}
		team := a.servers[i].NewTeam("Team" + suffix)
		a.teams[i] = team
		a.readers[i] = reader(team, team.NewChannel("desk", team.Bot()), "ann")
	}
	address := twoSlacks(t, a.servers[0], a.servers[1], a.teams[1].BotToken(), appToken+"-two")
	a.running = launch(t, a.servers[0], a.teams[0], core, append([]func(*slack.Options){func(o *slack.Options) {
		o.BaseURL = address
		o.Apps = append(o.Apps, slack.App{
			Token: bot.NewSecret(appToken + "-two"), SigningSecret: bot.NewSecret(secret + "-two"),
			Workspaces: []slack.Workspace{{Token: bot.NewSecret(a.teams[1].BotToken())}},
		})
		o.Book = func(_ context.Context, w briefings.Workspace) (briefings.BookID, error) {
			return briefings.BookID("book-" + string(w)), nil
		}
	}}, change...)...)
	return &a
}

// TestSocket_AnAppThatSlackRefusesIsSaidWhileAnotherGoesOn: nobody would see it
// before the process ends.
func TestSocket_AnAppThatSlackRefusesIsSaidWhileAnotherGoesOn(t *testing.T) {
	t.Parallel()
	a := openTwoApps(t, corpus())
	for _, s := range a.servers {
		if !s.Socket().WaitConnections(2, patience) {
			t.Fatal("the adapter does not connect")
		}
	}
	a.servers[0].Socket().RefuseOpen("token_revoked", -1)
	a.servers[0].Socket().Drop()
	eventually(t, "the app has no connection", func() bool { return a.servers[0].Socket().Connections() == 0 })
	defer func() { // Run says so in the end, too
		if err := a.running.end(); err != nil && !strings.Contains(err.Error(), "revoked") {
			t.Errorf("Run returned %v", err)
		}
	}()
	select {
	case err := <-a.running.done: // to end all is one way to say it
		a.running.done <- err
		return
	default:
	}
	echo(t, a.readers[1], "still here")
	eventually(t, "the log says that Slack refuses the app", func() bool { return a.running.log.has("the token has been revoked") })
}
