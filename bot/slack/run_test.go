package slack_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// late is a core that takes its time, and notes whether it was at work after it
// should have ended.
type late struct {
	bot.Core
	takes time.Duration
	ended atomic.Bool
	after atomic.Int32
}

func (l *late) Handle(ctx context.Context, r bot.Request) bot.Reply {
	select {
	case <-time.After(l.takes):
	case <-ctx.Done():
		time.Sleep(300 * time.Millisecond) // nothing ends at once
	}
	if l.ended.Load() {
		l.after.Add(1)
	}
	return l.Core.Handle(ctx, r)
}

// TestRun_NothingOutlivesIt: what it began may use the store, which is closed then.
func TestRun_NothingOutlivesIt(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]func(*slack.Options){"Socket": overSockets, "HTTP": overHTTP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			core := &late{Core: corpus(), takes: time.Minute}
			o := openOffice(t, core, mode)
			go func() { _, _ = o.ann.Command("/brief", "echo x") }() // it is not answered
			time.Sleep(200 * time.Millisecond)
			if err := o.running.end(); err != nil {
				t.Error(err)
			}
			core.ended.Store(true)
			time.Sleep(500 * time.Millisecond)
			if n := core.after.Load(); n > 0 {
				t.Errorf("%d were at work after Run had returned", n)
			}
			o.server.Close()
			_ = o.server.Violations() // the command was cut off
		})
	}
}

// TestRun_EndsInMidCommandAndAnswersIt: also where the core is not done yet.
func TestRun_EndsInMidCommandAndAnswersIt(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		for _, millis := range []int{700, 2600} {
			core := &counted{Core: corpus()}
			o := openOffice(t, core, way)
			waiting := slowly(o.ann, millis)
			reached(t, core, 1)
			began := time.Now()
			if err := o.running.end(); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("Run ended after %v", took)
			}
			if err := <-waiting; err != nil {
				t.Errorf("a command of %d ms in mid-answer: %v", millis, err)
			}
			if n := o.server.Socket().Connections(); n > 0 {
				eventually(t, "no connection is left", func() bool { return o.server.Socket().Connections() == 0 })
			}
		}
	})
}

// TestRun_EndsInAStreamOfCommandsAndLeavesNoneHalfWay: each is answered, or is not
// acknowledged, so that the person sees that it failed and asks again.
func TestRun_EndsInAStreamOfCommandsAndLeavesNoneHalfWay(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o := openOffice(t, corpus(), way)
		var asked sync.WaitGroup
		var answered, refused atomic.Int64
		for i := range 100 {
			if i == 50 {
				asked.Go(func() {
					if err := o.running.end(); err != nil {
						t.Error(err)
					}
				})
			}
			asked.Go(func() {
				switch _, err := o.ann.Command("/brief", fmt.Sprint("slow ", i%5*50)); {
				case err == nil:
					answered.Add(1)
				case errors.Is(err, slacktest.ErrOperationTimeout):
					refused.Add(1)
				default:
					t.Errorf("command %d: %v", i, err)
				}
			})
			time.Sleep(5 * time.Millisecond)
		}
		asked.Wait()
		if n := answered.Load(); n == 0 {
			t.Errorf("%d were answered, and %d not acknowledged", n, refused.Load())
		}
	})
}

func TestRun_ClosesItsConnectionsWithAGoodbye(t *testing.T) {
	t.Parallel()
	address, codes := bareSlack(t, nil)
	s := server(t) // for its token alone
	team, _ := newsroom(s)
	r := launch(t, s, team, corpus(), func(o *slack.Options) { o.BaseURL = address })
	r.identified(t)
	eventually(t, "both connections are open", func() bool {
		r.log.mu.Lock()
		defer r.log.mu.Unlock()
		return strings.Count(r.log.b.String(), "connected to Slack") == 2
	})
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case code := <-codes:
			if code != websocket.CloseNormalClosure {
				t.Errorf("a connection was closed with %d", code)
			}
		case <-time.After(patience):
			t.Fatal("a connection is left open")
		}
	}
}

// TestRun_WhatComesWhileItClosesIsLeftAlone: it cannot be acknowledged any more,
// and whoever runs the adapter closes the book when Run has returned.
func TestRun_WhatComesWhileItClosesIsLeftAlone(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	address, codes := bareSlack(t, func() map[string]any {
		return map[string]any{
			"type": "slash_commands", "envelope_id": fmt.Sprint("late-", n.Add(1)), "accepts_response_payload": true,
			"payload": map[string]any{"command": "/brief", "text": "slow 100", "team_id": "T1", "user_id": "U2", "channel_id": "C1"},
		}
	})
	s := server(t) // for its token alone
	team, _ := newsroom(s)
	core := &counted{Core: corpus()}
	r := launch(t, s, team, core, func(o *slack.Options) { o.BaseURL = address })
	r.identified(t)
	eventually(t, "both connections are open", func() bool {
		r.log.mu.Lock()
		defer r.log.mu.Unlock()
		return strings.Count(r.log.b.String(), "connected to Slack") == 2
	})
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case <-codes:
		case <-time.After(patience):
			t.Fatal("a connection is left open")
		}
	}
	if n := core.calls.Load(); n > 0 {
		t.Errorf("the core was asked %d times", n)
	}
}
