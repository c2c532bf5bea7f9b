package slacktest

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// tier is how often a method may be called, in each workspace.
type tier int

const (
	tier1   tier = 1
	tier2   tier = 2
	tier3   tier = 3
	tier4   tier = 4
	special tier = 5
)

// Rate is how often something may be done: Burst times at once, and on average
// Limit times in Per. A Burst of 0 is Limit.
type Rate struct {
	Limit int
	Per   time.Duration
	Burst int
}

// rates are what Slack documents for the tiers, which is the least that it
// grants. chat.postMessage has one for each channel, and one for all channels,
// of which the page says "several hundred" in a minute.
var (
	tierRates = map[tier]Rate{
		tier1: {Limit: 1, Per: time.Minute, Burst: 20}, tier2: {Limit: 20, Per: time.Minute},
		tier3: {Limit: 50, Per: time.Minute}, tier4: {Limit: 100, Per: time.Minute},
	}
	channelRate = Rate{Limit: 1, Per: time.Second, Burst: 5}
	postingRate = Rate{Limit: 300, Per: time.Minute}
)

// limiter holds the buckets.
type limiter struct {
	mu      sync.Mutex
	rates   map[string]Rate // by method, where they differ
	none    bool
	buckets map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

func newLimiter(none bool) *limiter {
	return &limiter{none: none, rates: map[string]Rate{}, buckets: map[string]*bucket{}}
}

// SetRate sets how often a method may be called in each workspace; that of
// chat.postMessage is for each channel. The zero Rate takes the limit away.
func (s *Server) SetRate(method string, r Rate) {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	s.limits.rates[method] = r
	s.limits.buckets = map[string]*bucket{}
}

// SetLimits says whether there are rate limits at all. There are by default.
func (s *Server) SetLimits(on bool) {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	s.limits.none = !on
}

// limit counts a request, and returns the refusal where it is too many.
func (s *Server) limit(c *call) *apiError {
	l := s.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	team := ""
	if c.team != nil {
		team = c.team.ID
	}
	rate, set := l.rates[c.name]
	key := team + "/" + c.name
	if c.name == "chat.postMessage" {
		if !set {
			rate = channelRate
			if wait := l.take(key, postingRate); wait > 0 {
				return tooMany(wait)
			}
		}
		key += "/" + str(c.args, "channel")
	} else if !set {
		rate = tierRates[c.method.tier]
	}
	if wait := l.take(key, rate); wait > 0 {
		return tooMany(wait)
	}
	return nil
}

// take counts one request, and returns how long to wait where there is no room
// for it.
func (l *limiter) take(key string, r Rate) time.Duration {
	if r.Limit == 0 || l.none {
		return 0
	}
	most := float64(max(r.Burst, 1))
	if r.Burst == 0 {
		most = float64(r.Limit)
	}
	each := r.Per / time.Duration(r.Limit)
	now := time.Now()
	b := l.buckets[key]
	if b == nil {
		b = &bucket{most, now}
		l.buckets[key] = b
	}
	b.tokens = min(most, b.tokens+float64(now.Sub(b.at))/float64(each))
	b.at = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) * float64(each))
	}
	b.tokens--
	return 0
}

// tooMany is a 429.
func tooMany(wait time.Duration) *apiError {
	h := http.Header{}
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return &apiError{code: "ratelimited", status: http.StatusTooManyRequests, header: h}
}
