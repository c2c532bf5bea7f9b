package discord

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/briefbot/briefbot/bot"
)

// limits keeps our requests within Discord's rate limits, as far as its answers
// have told them. Unlike discordgo's it waits no longer than a context allows,
// and forgets what it does not need.
type limits struct {
	now func() time.Time

	mu     sync.Mutex
	routes map[string]*window
	global time.Time // before it no request may be made
}

// window is what is known of a route's limit.
type window struct {
	remaining int
	until     time.Time // when remaining is full again
}

// maxWindows is how many routes are remembered before those are forgotten whose
// time is over.
const maxWindows = 1000

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, routes: map[string]*window{}}
}

// wait returns when a request on the route may be made, or with the error of
// ctx. It does not wait where ctx would end first, and never for a request
// without a route.
func (l *limits) wait(ctx context.Context, route string) error {
	if route == "" {
		return ctx.Err()
	}
	for {
		pause := l.take(route)
		if pause <= 0 {
			return ctx.Err()
		}
		if deadline, ok := ctx.Deadline(); ok && l.now().Add(pause).After(deadline) {
			return &apiError{Status: http.StatusTooManyRequests, RetryAfter: pause, Message: "a rate limit of Discord's holds"}
		}
		if !bot.Sleep(ctx, pause) {
			return ctx.Err()
		}
	}
}

// take counts a request, or returns how long it has to wait.
func (l *limits) take(route string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if pause := l.global.Sub(now); pause > 0 {
		return pause
	}
	w := l.routes[route]
	if w == nil {
		return 0
	}
	if pause := w.until.Sub(now); pause > 0 {
		if w.remaining <= 0 {
			return pause
		}
		w.remaining--
		return 0
	}
	delete(l.routes, route) // the next answer says anew
	return 0
}

// learn takes note of what an answer says of its limits.
func (l *limits) learn(route string, status int, h http.Header) {
	if route == "" {
		return
	}
	reset := seconds(h.Get("X-RateLimit-Reset-After"))
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if status == http.StatusTooManyRequests {
		until := now.Add(retryAfter(h))
		if isGlobal(h) {
			l.global = until
		} else {
			l.routes[route] = &window{until: until}
		}
		return
	}
	if err != nil || reset <= 0 {
		return
	}
	if len(l.routes) >= maxWindows {
		for name, w := range l.routes {
			if !w.until.After(now) {
				delete(l.routes, name)
			}
		}
	}
	l.routes[route] = &window{remaining: remaining, until: now.Add(reset)}
}

// isGlobal reports whether a limit holds for all that the bot does.
func isGlobal(h http.Header) bool {
	return h.Get("X-RateLimit-Global") != "" || h.Get("X-RateLimit-Scope") == "global"
}

// retryAfter returns how long a refused request has to wait: a second where the
// answer does not say.
func retryAfter(h http.Header) time.Duration {
	if d := max(seconds(h.Get("Retry-After")), seconds(h.Get("X-RateLimit-Reset-After"))); d > 0 {
		return d
	}
	return time.Second
}

// maxWait is the longest wait that is believed: a ban lasts no longer than a day
// without somebody having to look.
const maxWait = 24 * time.Hour

// seconds reads a number of seconds, and returns 0 where there is none.
func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f > 0) {
		return 0
	}
	return time.Duration(min(f, maxWait.Seconds()) * float64(time.Second))
}
