package slack_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
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
