package discord_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

const (
	callback = `/callback`
	webhook  = `/webhooks/`
)

// echo asks for an echo, and fails the test unless it comes, once.
func echo(t *testing.T, c *discordtest.Client, word string) {
	t.Helper()
	before := len(c.Messages())
	m, err := c.Slash("echo", discordtest.Option{Name: "text", Value: word})
	if err != nil {
		t.Fatalf("no answer to %q: %v", word, err)
	}
	if text := m.Seen().Text; !strings.Contains(text, word) {
		t.Errorf("the answer to %q is %q", word, text)
	}
	if n := len(c.Messages()) - before; n != 1 {
		t.Errorf("%q was answered by %d messages", word, n)
	}
}

// TestAnswer_FaultsOfTheFirstAnswer: whatever goes wrong with one request, the
// person gets the answer, and no second one.
func TestAnswer_FaultsOfTheFirstAnswer(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	waitForCommands(t, c, corpus())
	for _, f := range []discordtest.Fault{
		{Kind: discordtest.StatusBefore, Status: 502},
		{Kind: discordtest.StatusAfter, Status: 502},
		{Kind: discordtest.StatusBefore, Status: 500},
		{Kind: discordtest.StatusAfter, Status: 503},
		{Kind: discordtest.HTML, Status: 502},
		{Kind: discordtest.HTML, Status: 503, Times: 2},
		{Kind: discordtest.Truncated},
		{Kind: discordtest.ResetBefore},
		{Kind: discordtest.ResetAfter},
		{Kind: discordtest.Slow, Delay: 500 * time.Millisecond},
		{Kind: discordtest.RateLimited, RetryAfter: 300 * time.Millisecond},
		{Kind: discordtest.RateLimited, RetryAfter: 300 * time.Millisecond, AsHTML: true},
		{Kind: discordtest.RateLimited, RetryAfter: 300 * time.Millisecond, Global: true},
	} {
		f.Path = callback
		s.Fault(f)
		echo(t, c, "word")
		s.ClearFaults()
	}
	if list := s.Unanswered(); len(list) > 0 {
		t.Errorf("not answered: %q", list)
	}
}

// TestAnswer_HopelessFaultsLeaveTheNextAnswerWell: where Discord takes no
// answer in time, nothing can be said; the bot goes on.
func TestAnswer_HopelessFaultsLeaveTheNextAnswerWell(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	waitForCommands(t, c, corpus())
	for _, f := range []discordtest.Fault{
		{Kind: discordtest.HangBefore},
		{Kind: discordtest.StatusBefore, Status: 502, Times: -1},
		{Kind: discordtest.RateLimited, RetryAfter: time.Hour, Times: -1},
		{Kind: discordtest.HTML, Status: 403},
	} {
		f.Path = callback
		s.Fault(f)
		if _, err := c.Slash("echo", discordtest.Option{Name: "text", Value: "lost"}); !errors.Is(err, discordtest.ErrNoResponse) {
			t.Errorf("%+v: %v, want no response", f, err)
		}
		s.ClearFaults()
		if f.Kind != discordtest.RateLimited { // that one holds for an hour, and must hold for nothing else
			echo(t, c, "next")
		}
	}
}

func TestAnswer_SlowOnesAreDeferredAndThenGiven(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	waitForCommands(t, c, corpus())
	var wg sync.WaitGroup
	for _, f := range []discordtest.Fault{
		{Kind: discordtest.StatusBefore, Status: 500},
		{Kind: discordtest.StatusAfter, Status: 502},
		{Kind: discordtest.ResetAfter},
		{Kind: discordtest.RateLimited, RetryAfter: 200 * time.Millisecond},
		{Kind: discordtest.Slow, Delay: time.Millisecond},
	} {
		f.Method, f.Path = http.MethodPatch, webhook
		s.Fault(f)
		wg.Go(func() {
			m, err := c.Slash("slow", discordtest.Option{Name: "millis", Value: 2000})
			if err != nil {
				t.Errorf("slow: %v", err)
				return
			}
			if text := m.Seen().Text; !strings.Contains(text, "At last.") || m.Deferred || !m.Ephemeral {
				t.Errorf("deferred %v, private %v: %q", m.Deferred, m.Ephemeral, text)
			}
		})
	}
	wg.Wait()
}

// slowly is a core that takes its time for what everybody is to see.
type slowly struct {
	*bottest.Core
	calls atomic.Int64
}

func (c *slowly) Handle(ctx context.Context, r bot.Request) bot.Reply {
	c.calls.Add(1)
	if r.Invocation.Command == "aloud" {
		time.Sleep(2 * time.Second)
	}
	return c.Core.Handle(ctx, r)
}

func TestAnswer_SlowAndForEverybodyIsSeenByEverybody(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	core := &slowly{Core: corpus()}
	start(t, s, core)
	waitForCommands(t, c, core)
	if _, err := c.Slash("aloud", discordtest.Option{Name: "text", Value: "hear ye"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "everybody sees it", func() bool {
		return slices.ContainsFunc(c.Messages(), func(m *discordtest.Message) bool {
			return !m.Ephemeral && strings.Contains(m.Seen().Text, "hear ye")
		})
	})
}

func TestAnswer_EachInteractionHasOneEffect(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	core := &slowly{Core: corpus()}
	start(t, s, core)
	waitForCommands(t, c, core)
	echo(t, c, "once")
	calls, requests := core.calls.Load(), len(s.Requests())
	s.Redeliver(5)
	s.RedeliverAll()
	echo(t, c, "and another") // what was delivered before it has been served
	if n := core.calls.Load() - calls; n != 1 {
		t.Errorf("the core was asked %d times for one new question", n)
	}
	if n := len(s.Requests()) - requests; n != 1 {
		t.Errorf("%d requests answered one new question", n)
	}
}

// TestAnswer_SurvivesAReconnectInMidCommand: the answer does not need the
// connection that the question came on, and what came meanwhile is replayed.
func TestAnswer_SurvivesAReconnectInMidCommand(t *testing.T) {
	t.Parallel()
	s := server(t, func(o *discordtest.Options) { o.AnswerWithin = 10 * time.Second })
	c := lobby(t, s)
	start(t, s, corpus())
	waitForCommands(t, c, corpus())
	var wg sync.WaitGroup
	for _, f := range []func(){s.Gateway().Reconnect, s.Gateway().Drop} {
		wg.Go(func() {
			if m, err := c.Slash("slow", discordtest.Option{Name: "millis", Value: 700}); err != nil || !strings.Contains(m.Seen().Text, "At last.") {
				t.Errorf("in mid-command: %v", err)
			}
		})
		time.Sleep(200 * time.Millisecond)
		resumed := s.Gateway().Resumes()
		f()
		wg.Go(func() {
			if _, err := c.Slash("echo", discordtest.Option{Name: "text", Value: "while away"}); err != nil {
				t.Errorf("asked while the connection was gone: %v", err)
			}
		})
		eventually(t, "it is back", func() bool { return s.Gateway().Resumes() > resumed })
		wg.Wait()
	}
}

// broken is a core that panics, and one whose card Discord does not take.
type broken struct{ *bottest.Core }

func (c broken) Handle(ctx context.Context, r bot.Request) bot.Reply {
	switch r.Invocation.Get("text") {
	case "panic":
		panic("in the core")
	default:
		return c.Core.Handle(ctx, r)
	}
}

func TestAnswer_PanicIsSaidAndTheBotGoesOn(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	core := broken{corpus()}
	start(t, s, core)
	waitForCommands(t, c, core)
	m, err := c.Slash("echo", discordtest.Option{Name: "text", Value: "panic"})
	if err != nil {
		t.Fatal(err)
	}
	if text := m.Seen().Text; !strings.Contains(text, "Something went wrong (ref ") || strings.Contains(text, "in the core") {
		t.Errorf("seen: %q", text)
	}
	echo(t, c, "next")
}

// TestAnswer_WhatDiscordDoesNotTakeIsSaid: a refusal of our message must not
// leave the person with nothing.
func TestAnswer_WhatDiscordDoesNotTakeIsSaid(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	waitForCommands(t, c, corpus())
	s.Fault(discordtest.Fault{Path: callback, Kind: discordtest.ErrorCode, Status: 400, Code: 50035, Message: "Invalid Form Body"})
	m, err := c.Slash("echo", discordtest.Option{Name: "text", Value: "odd"})
	if err != nil {
		t.Fatal(err)
	}
	if text := m.Seen().Text; !strings.Contains(text, "Something went wrong with the answer") {
		t.Errorf("seen: %q", text)
	}
	echo(t, c, "next")
}

// TestAnswer_UnknownComponentDoesNoHarm: discordgo cannot read a message that
// has one, and panics at what is left.
func TestAnswer_UnknownComponentDoesNoHarm(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	waitForCommands(t, c, corpus())
	m, err := c.Slash("card", discordtest.Option{Name: "name", Value: "every-field"})
	if err != nil {
		t.Fatal(err)
	}
	c.Channel().AddComponents(m, map[string]any{"type": 99, "new": map[string]any{"shape": []int{1}}})
	next, err := press(c, m, "The small card")
	if err != nil {
		t.Fatal(err)
	}
	if text := next.Seen().Text; !strings.Contains(text, "All of it is here.") {
		t.Errorf("seen: %q", text)
	}
}

// TestAnswer_ClosedPlaceholderIsAnsweredBelow: a person may close "is thinking…"
// before the answer is there.
func TestAnswer_ClosedPlaceholderIsAnsweredBelow(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	waitForCommands(t, c, corpus())
	s.Fault(discordtest.Fault{Method: http.MethodPatch, Path: webhook, Kind: discordtest.ErrorCode, Status: 404, Code: 10008})
	if _, err := c.Slash("slow", discordtest.Option{Name: "millis", Value: 1800}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the answer is seen", func() bool {
		return slices.ContainsFunc(c.Messages(), func(m *discordtest.Message) bool {
			return m.Ephemeral && strings.Contains(m.Seen().Text, "At last.")
		})
	})
}

// TestAnswer_PlaceholderThatArrivedUnheardIsFilled: where it is not known whether
// the placeholder arrived, the person may be looking at it.
func TestAnswer_PlaceholderThatArrivedUnheardIsFilled(t *testing.T) {
	t.Parallel()
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	waitForCommands(t, c, corpus())
	s.Fault(discordtest.Fault{Path: callback, Kind: discordtest.HangAfter})
	m, err := c.Slash("slow", discordtest.Option{Name: "millis", Value: 1800})
	if err != nil || !strings.Contains(m.Seen().Text, "At last.") {
		t.Errorf("seen: %v, %v", m, err)
	}
}
