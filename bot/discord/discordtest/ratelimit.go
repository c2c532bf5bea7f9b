package discordtest

import (
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// globalPerSecond is how many requests a bot may make in a second, whatever
// they are. Interactions and webhooks do not count.
const globalPerSecond = 50

// Rate is how many requests a bucket takes in a while.
type Rate struct {
	Limit int
	Per   time.Duration
}

// limiter holds the buckets.
type limiter struct {
	mu      sync.Mutex
	rates   map[string]Rate
	buckets map[string]*bucket
	global  bucket
	cap     int
}

type bucket struct {
	used  int
	reset time.Time
}

// newLimiter returns a limiter with the rates that Discord was seen to use.
// They are not documented, and bots must read them from the headers.
func newLimiter() *limiter {
	return &limiter{
		cap: globalPerSecond, buckets: map[string]*bucket{},
		rates: map[string]Rate{
			"POST /channels/{channel_id}/messages":                               {5, 5 * time.Second},
			"PATCH /channels/{channel_id}/messages/{message_id}":                 {5, 5 * time.Second},
			"DELETE /channels/{channel_id}/messages/{message_id}":                {5, time.Second},
			"GET /channels/{channel_id}/messages":                                {5, time.Second},
			"POST /webhooks/{webhook_id}/{webhook_token}":                        {5, 2 * time.Second},
			"PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original":    {5, 2 * time.Second},
			"PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": {5, 2 * time.Second},
		},
	}
}

// SetRate sets the rate of a route's buckets, such as
// "POST /channels/{channel_id}/messages". The zero Rate takes the bucket away.
func (s *Server) SetRate(route string, r Rate) {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	s.limits.rates[route] = r
	s.limits.buckets = map[string]*bucket{}
}

// SetGlobalRate sets how many requests the bot may make in a second.
func (s *Server) SetGlobalRate(perSecond int) {
	s.limits.mu.Lock()
	defer s.limits.mu.Unlock()
	s.limits.cap = perSecond
}

// limit counts a request. It returns the refusal, or the headers to send.
func (s *Server) limit(c *call) (*answer, http.Header) {
	l := s.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if !c.route.tokened && !l.global.take(now, l.cap, time.Second) {
		return s.tooMany(l.global.reset.Sub(now), true, "global", http.Header{}), nil
	}
	name := c.method + " " + c.route.pattern
	rate := l.rates[name]
	if rate.Limit == 0 {
		return nil, http.Header{}
	}
	major := strings.Join([]string{c.params["channel_id"], c.params["guild_id"], c.params["webhook_id"], c.params["webhook_token"]}, "/")
	b := l.buckets[name+major]
	if b == nil {
		b = &bucket{}
		l.buckets[name+major] = b
	}
	ok := b.take(now, rate.Limit, rate.Per)
	h := http.Header{}
	hash := fnv.New128a()
	_, _ = hash.Write([]byte(name)) // never fails
	wait := b.reset.Sub(now)
	h.Set("X-RateLimit-Limit", strconv.Itoa(rate.Limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, rate.Limit-b.used)))
	h.Set("X-RateLimit-Reset", fmt.Sprintf("%.3f", float64(b.reset.UnixMilli())/1000))
	h.Set("X-RateLimit-Reset-After", fmt.Sprintf("%.3f", wait.Seconds()))
	h.Set("X-RateLimit-Bucket", fmt.Sprintf("%x", hash.Sum(nil)))
	if !ok {
		return s.tooMany(wait, false, "user", h), nil
	}
	return nil, h
}

// take counts one request and reports whether there was room for it.
func (b *bucket) take(now time.Time, limit int, per time.Duration) bool {
	if !now.Before(b.reset) {
		b.used, b.reset = 0, now.Add(per)
	}
	if b.used >= limit {
		return false
	}
	b.used++
	return true
}

// tooMany is a 429.
func (s *Server) tooMany(wait time.Duration, global bool, scope string, h http.Header) *answer {
	if scope != "shared" {
		s.mu.Lock()
		s.invalid++
		s.mu.Unlock()
	}
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	h.Set("X-RateLimit-Scope", scope)
	if global {
		h.Set("X-RateLimit-Global", "true")
	}
	return &answer{status: http.StatusTooManyRequests, header: h, body: object{
		"message": "You are being rate limited.", "retry_after": math.Ceil(wait.Seconds()*1000) / 1000, "global": global, "code": 0,
	}}
}
