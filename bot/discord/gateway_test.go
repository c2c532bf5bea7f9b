package discord_test

import (
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// The gateway's faults, each with what the adapter does where discordgo's own
// Open does something worse: see discordtest's tests of raw discordgo.

// lobby is a server with a reader in it, on known cards.
func lobby(t *testing.T, s *discordtest.Server) *discordtest.Client {
	guild := s.NewGuild("Newsroom")
	p := s.NewPerson("ada")
	guild.Join(p)
	return p.In(guild.NewChannel("desk"))
}

// lively fails the test unless a command is answered, soon.
func lively(t *testing.T, s *discordtest.Server, c *discordtest.Client) {
	t.Helper()
	if !s.Gateway().WaitConnected(1, patience) {
		t.Fatal("the adapter does not connect again")
	}
	waitForCommands(t, c, corpus())
	m, err := c.Slash("echo", discordtest.Option{Name: "text", Value: "still there"})
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	if text := m.Seen().Text; !strings.Contains(text, "still there") {
		t.Errorf("the answer is %q", text)
	}
}

// eventually fails the test unless something comes true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come true that %s", what)
		}
	}
}

func TestGateway_ReconnectBeforeReadyIsSurvived(t *testing.T) {
	t.Parallel()
	s := server(t)
	s.Gateway().ReconnectBeforeReady(1)
	c := lobby(t, s)
	launch(t, s, corpus())
	lively(t, s, c)
}

func TestGateway_ReconnectGoesOnWithTheSession(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	lively(t, s, c)
	s.Gateway().Reconnect()
	eventually(t, "the session is resumed", func() bool { return s.Gateway().Resumes() == 1 && s.Gateway().Connected() == 1 })
	lively(t, s, c)
	if n := s.Gateway().Identifies(); n != 1 {
		t.Errorf("%d sessions were begun, want one", n)
	}
	paths := s.Gateway().Paths()
	if last := paths[len(paths)-1]; !strings.HasPrefix(last, "/gateway/resume") {
		t.Errorf("it resumed at %s, not at the address that READY gave", last)
	}
}

func TestGateway_DeadResumeAddressFallsBackToTheGateway(t *testing.T) {
	t.Parallel()
	s := server(t)
	s.Gateway().SetResumeURL("ws://127.0.0.1:1")
	c := lobby(t, s)
	start(t, s, corpus())
	lively(t, s, c)
	s.Gateway().Drop()
	eventually(t, "the session is resumed", func() bool { return s.Gateway().Resumes() == 1 })
	lively(t, s, c)
}

func TestGateway_ZombieIsNoticedAtTheNextHeartbeatAndKeepsItsSession(t *testing.T) {
	t.Parallel()
	s := server(t, func(o *discordtest.Options) { o.Heartbeat = 500 * time.Millisecond })
	c := lobby(t, s)
	start(t, s, corpus())
	lively(t, s, c)
	s.Gateway().StopAcks(true)
	before := s.Gateway().Heartbeats()
	eventually(t, "it connects anew", func() bool { return s.Gateway().Connections() > 1 })
	s.Gateway().StopAcks(false)
	if n := s.Gateway().Heartbeats() - before; n > 2 {
		t.Errorf("it took %d heartbeats", n)
	}
	for _, code := range s.Gateway().ClientCloseCodes() {
		if code == 1000 || code == 1001 {
			t.Errorf("it closed with %d, which ends the session", code)
		}
	}
	eventually(t, "the session is resumed", func() bool { return s.Gateway().Resumes() > 0 })
	lively(t, s, c)
}

func TestGateway_InvalidSessionBeginsAnewAfterAPause(t *testing.T) {
	t.Parallel()
	for _, resumable := range []bool{true, false} {
		s := server(t)
		s.Gateway().LimitIdentifies(true)
		c := lobby(t, s)
		r := start(t, s, corpus())
		lively(t, s, c)
		s.Gateway().InvalidSession(resumable)
		eventually(t, "it connects anew", func() bool { return s.Gateway().Connections() > 1 })
		lively(t, s, c)
		if n := s.Gateway().HastyIdentifies(); n > 0 {
			t.Errorf("resumable %v: %d times it identified within five seconds", resumable, n)
		}
		if resumed := s.Gateway().Resumes() > 0; resumed != resumable {
			t.Errorf("resumable %v, and resumed is %v", resumable, resumed)
		}
		if err := r.end(); err != nil {
			t.Error(err)
		}
	}
}

func TestGateway_RefusedResumeBeginsAnew(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	lively(t, s, c)
	s.Gateway().RefuseResume(1)
	s.Gateway().Drop()
	eventually(t, "it identifies anew", func() bool { return s.Gateway().Identifies() == 2 })
	lively(t, s, c)
}

func TestGateway_SilenceIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	s := server(t)
	s.Gateway().NoHello(1)
	c := lobby(t, s)
	launch(t, s, corpus())
	lively(t, s, c)
	if n := s.Gateway().Connections(); n != 2 {
		t.Errorf("%d connections, want a silent one and a good one", n)
	}
}

func TestGateway_FatalCloseEndsRunWithASentence(t *testing.T) {
	t.Parallel()
	for code, words := range map[int]string{4004: "refused the bot's token", 4014: "intent", 4013: "intents"} {
		s := server(t)
		lobby(t, s)
		d := adapter(t, s)
		done := make(chan error, 1)
		go func() { done <- d.Run(t.Context(), corpus()) }()
		if !s.Gateway().WaitConnected(1, patience) {
			t.Fatal("not connected")
		}
		s.Gateway().Close(code)
		select {
		case err := <-done:
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%d ends Run with %v", code, err)
			}
		case <-time.After(patience):
			t.Fatalf("%d does not end Run", code)
		}
	}
}

func TestGateway_WrongTokenEndsRun(t *testing.T) {
	t.Parallel()
	s := server(t)
	d := adapter(t, s, func(o *discord.Options) { o.Token = bot.NewSecret("wrong-canary") })
	err := d.Run(t.Context(), corpus())
	if err == nil || !strings.Contains(err.Error(), "token") {
		t.Errorf("Run returned %v", err)
	}
	if n := s.Gateway().Identifies(); n != 1 {
		t.Errorf("it tried %d times", n)
	}
}

func TestGateway_OtherClosesGoOn(t *testing.T) {
	t.Parallel()
	for _, code := range []int{1001, 4000, 4001, 4008, 4009, 4007} {
		s := server(t)
		c := lobby(t, s)
		r := start(t, s, corpus())
		lively(t, s, c)
		s.Gateway().Close(code)
		eventually(t, "it connects anew", func() bool { return s.Gateway().Connections() > 1 })
		lively(t, s, c)
		if err := r.end(); err != nil {
			t.Error(err)
		}
		s.Close()
	}
}

func TestGateway_AsksForNoIntentAndAnswersHeartbeatRequests(t *testing.T) {
	t.Parallel()
	s := server(t) // it has been given no privileged intent
	c := lobby(t, s)
	start(t, s, corpus())
	before := s.Gateway().Heartbeats()
	s.Gateway().RequestHeartbeat()
	eventually(t, "a heartbeat comes", func() bool { return s.Gateway().Heartbeats() > before })
	lively(t, s, c)
}

func TestGateway_StopEndsTheSessionProperly(t *testing.T) {
	t.Parallel()
	s := server(t)
	lobby(t, s)
	r := start(t, s, corpus())
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the connection is closed with 1000", func() bool {
		codes := s.Gateway().ClientCloseCodes()
		return len(codes) == 1 && codes[0] == 1000
	})
}

func TestGateway_IsFoundWhereOnlyTheBotsRouteIs(t *testing.T) {
	t.Parallel()
	s := server(t)
	s.Fault(discordtest.Fault{Path: `/gateway$`, Kind: discordtest.ErrorCode, Status: 404, Message: "404: Not Found", Times: -1})
	c := lobby(t, s)
	launch(t, s, corpus())
	lively(t, s, c)
}

// TestGateway_OutageAfterALostSessionIsSurvived: the wait for the next IDENTIFY
// ends once, and the tries that fail before one is sent must not wait again.
func TestGateway_OutageAfterALostSessionIsSurvived(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	lively(t, s, c)
	s.Fault(discordtest.Fault{Path: `/gateway$`, Kind: discordtest.StatusBefore, Status: 503, Times: 2})
	s.Gateway().Close(4009)
	eventually(t, "it begins anew", func() bool { return s.Gateway().Identifies() == 2 })
	lively(t, s, c)
	if n := s.Gateway().Resumes(); n > 0 { // 4009 says that the session is gone
		t.Errorf("it asked %d times to go on with a session that is gone", n)
	}
}

// TestGateway_FatalCloseEndsRunWhileItRegisters: the operator must be told.
func TestGateway_FatalCloseEndsRunWhileItRegisters(t *testing.T) {
	t.Parallel()
	s := server(t)
	s.Fault(discordtest.Fault{Path: `/commands`, Kind: discordtest.StatusBefore, Status: 500, Times: -1})
	d := adapter(t, s)
	done := make(chan error, 1)
	go func() { done <- d.Run(t.Context(), corpus()) }()
	if !s.Gateway().WaitConnected(1, patience) {
		t.Fatal("not connected")
	}
	s.Gateway().Close(4004)
	select {
	case err := <-done:
		if err == nil {
			t.Error("Run returned nil")
		}
	case <-time.After(patience):
		t.Fatal("Run does not end")
	}
}
