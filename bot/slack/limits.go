package slack

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/briefbot/briefbot/bot"
)

// tier is how often a method may be called: so many times a minute, per workspace
// and app, with bursts (https://docs.slack.dev/apis/web-api/rate-limits). The
// figures are the least that Slack promises.
type tier struct {
	perMinute float64
	burst     int
}

// The tiers of the methods that we call.
var tiers = map[string]tier{
	// One message a second in a channel; short bursts are let through.
	"chat.postMessage": {60, 4},
	// "Several hundred" a minute in a workspace.
	"chat.postMessage" + inAll: {300, 20},
	"chat.postEphemeral":       {100, 20},
	"chat.update":              {50, 20},
	"views.open":               {100, 20},
	"views.update":             {100, 20},
	"views.publish":            {100, 20},
	"users.info":               {100, 20},
	"usergroups.list":          {20, 5},
	"chat.getPermalink":        {100, 20}, // it has a tier of its own, which is more
	"auth.test":                {200, 20},
}

// limits keeps our calls of one workspace ahead of Slack's rate limits.
type limits struct {
	now   func() time.Time
	tiers map[string]tier

	mu    sync.Mutex
	rates map[string]*rate.Limiter
	holds map[string]time.Time // before it Slack takes no call
}

// inAll marks the limit of a method in a whole workspace, beside that of a channel.
const inAll = " in all"

// maxRates is how many channels are remembered before all are forgotten: a
// channel that has been forgotten may be written to in a burst again.
const maxRates = 10_000

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, tiers: tiers, rates: map[string]*rate.Limiter{}, holds: map[string]time.Time{}}
}

// wait returns when a call may be made, or with the error of ctx. It does not
// wait where ctx would end first.
func (l *limits) wait(ctx context.Context, method, key string) error {
	pause, give := l.take(method, key)
	all, giveAll := l.take(method+inAll, "")
	pause = max(pause, all)
	if pause <= 0 {
		return ctx.Err()
	}
	deadline, ends := ctx.Deadline()
	if late := ends && l.now().Add(pause).After(deadline); late || !bot.Sleep(ctx, pause) {
		give()
		giveAll()
		if late {
			return &apiError{Status: http.StatusTooManyRequests, RetryAfter: pause}
		}
	}
	return ctx.Err()
}

// take counts a call, and returns how long it has to wait. give takes the count
// back.
func (l *limits) take(method, key string) (pause time.Duration, give func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.tiers[method]
	if !ok {
		return 0, func() {}
	}
	now, name := l.now(), method+" "+key
	r := l.rates[name]
	if r == nil {
		if len(l.rates) >= maxRates {
			maps.DeleteFunc(l.rates, func(name string, _ *rate.Limiter) bool { return !strings.HasSuffix(name, inAll+" ") })
		}
		r = rate.NewLimiter(rate.Limit(t.perMinute/60), t.burst)
		l.rates[name] = r
	}
	from := now
	if until, held := l.holds[name]; held {
		if from = until; !until.After(now) {
			from = now
			delete(l.holds, name)
		}
	}
	// What waits for the end of a hold comes then as it would have come: not all at
	// once.
	taken := r.ReserveN(from, 1)
	pause = taken.DelayFrom(now)
	return pause, func() { taken.CancelAt(l.now()) }
}

// hold takes note that Slack takes no call for a while.
func (l *limits) hold(method, key string, pause time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.holds) >= maxRates {
		maps.DeleteFunc(l.holds, func(_ string, until time.Time) bool { return !until.After(l.now()) })
	}
	l.holds[method+" "+key] = l.now().Add(max(pause, time.Second))
}
