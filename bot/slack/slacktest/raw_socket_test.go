package slacktest_test

import (
	"context"
	"errors"
	"io"
	"log"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

func ignore(*bot, socketmode.Event) {}

// TestRaw_ReconnectsWithoutBackoff: each disconnect frame is followed by a new
// connection at once, however often it comes.
func TestRaw_ReconnectsWithoutBackoff(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, _, _ := world(s)
	run(t, s, team, ignore)
	start := time.Now()
	for n := 2; n <= 11; n++ {
		s.Socket().Refresh()
		if !s.Socket().WaitServed(n, patience) {
			t.Fatal("it did not reconnect")
		}
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("ten times took %v", took)
	}
}

// TestRaw_NothingIsOverlapped: the old connection is closed before the new one
// is asked for, so that there is a gap in which commands fail.
func TestRaw_NothingIsOverlapped(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	run(t, s, team, ignore)
	s.Fault(slacktest.Fault{Path: "apps.connections.open", Kind: slacktest.Slow, Delay: 500 * time.Millisecond})
	s.Socket().Refresh()
	eventually(t, "a gap", func() bool { return s.Socket().Connections() == 0 })
	if _, err := ada.In(ch).Command("/brief", ""); !errors.Is(err, slacktest.ErrDispatchFailed) {
		t.Errorf("in the gap: %v", err)
	}
	if !s.Socket().WaitServed(2, patience) {
		t.Error("it did not reconnect")
	}
}

// TestRaw_LargeAckIsAnError: what is too large for a frame is not sent.
func TestRaw_LargeAckIsAnError(t *testing.T) {
	s := slacktest.New(t, quick())
	team, ch, ada := world(s)
	failed := make(chan error, 1)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		if e.Type == socketmode.EventTypeSlashCommand {
			failed <- b.socket.Ack(*e.Request, slack.Msg{Text: strings.Repeat("x", 20480)})
		}
	})
	_, err := ada.In(ch).Command("/brief", "")
	if !errors.Is(err, slacktest.ErrOperationTimeout) {
		t.Errorf("the person sees %v", err)
	}
	if <-failed == nil {
		t.Error("Ack went well")
	}
	violated(t, s, "not acknowledged in time")
}

// TestRaw_UnknownEventsAreDropped: an event or envelope of an unknown type
// becomes an error with the raw frame, and nothing acknowledges it.
func TestRaw_UnknownEventsAreDropped(t *testing.T) {
	s := slacktest.New(t, quick())
	team, _, _ := world(s)
	bad := make(chan string, 2)
	run(t, s, team, func(_ *bot, e socketmode.Event) {
		if e.Type == socketmode.EventTypeErrorBadMessage {
			v, _ := e.Data.(*socketmode.ErrorBadMessage)
			bad <- string(v.Message)
		}
	})
	expect(t, "an event is acknowledged", s.SendUnknownEvent("planet_discovered"), false)
	expect(t, "an envelope is acknowledged", s.SendUnknownEnvelope("telepathy"), false)
	for range 2 {
		expect(t, "the raw frame has an envelope", strings.Contains(<-bad, "envelope_id"), true)
	}
}

// TestRaw_ZombieIsFoundByMissingPings: a connection without pings is given up
// after the ping interval.
func TestRaw_ZombieIsFoundByMissingPings(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{PingEvery: 20 * time.Millisecond})
	team, _, _ := world(s)
	api := client(s, team)
	sock := socketmode.New(api, socketmode.OptionPingInterval(200*time.Millisecond), socketmode.OptionLog(log.New(io.Discard, "", 0)))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- sock.RunContext(ctx) }()
	if !s.Socket().WaitConnections(1, patience) {
		t.Fatal("never connected")
	}
	s.Socket().Mute(true)
	if !s.Socket().WaitServed(2, patience) {
		t.Error("it stays with the zombie")
	}
	cancel()
	<-done
}

// TestRaw_RunEndsForDeadTokensOnly: other refusals are tried again.
func TestRaw_RunEndsForDeadTokensOnly(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, _, _ := world(s)
	for code, ends := range map[string]bool{"invalid_auth": true, "account_inactive": true, "token_revoked": true, "internal_error": false} {
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		s.Socket().RefuseOpen(code, -1)
		err := socketmode.New(client(s, team), socketmode.OptionLog(log.New(io.Discard, "", 0))).RunContext(ctx)
		expect(t, code+" ends it", !errors.Is(err, context.DeadlineExceeded), ends)
		cancel()
	}
}
