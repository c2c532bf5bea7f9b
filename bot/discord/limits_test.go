package discord

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// took returns how long a request on the route has to wait.
func took(t *testing.T, l *limits, route string) time.Duration {
	t.Helper()
	before := time.Now()
	if err := l.wait(t.Context(), route); err != nil {
		t.Fatal(err)
	}
	return time.Since(before)
}

func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestLimits_EmptyBucketIsWaitedForAndOthersAreNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(time.Now)
		l.learn("a", 200, headers("X-RateLimit-Remaining", "1", "X-RateLimit-Reset-After", "2.5"))
		for i, want := range []time.Duration{0, 2500 * time.Millisecond, 0} {
			if got := took(t, l, "a"); got != want {
				t.Errorf("request %d waits %v, want %v", i, got, want)
			}
		}
		l.learn("a", 200, headers("X-RateLimit-Remaining", "0", "X-RateLimit-Reset-After", "60"))
		if got := took(t, l, "b"); got != 0 {
			t.Errorf("another route waits %v", got)
		}
	})
}

func TestLimits_A429IsKeptToAndAGlobalOneByAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(time.Now)
		l.learn("a", 429, headers("Retry-After", "3", "X-RateLimit-Reset-After", "1"))
		if got := took(t, l, "a"); got != 3*time.Second {
			t.Errorf("it waits %v, want the longer of the two", got)
		}
		l.learn("a", 429, headers("Retry-After", "7", "X-RateLimit-Global", "true"))
		if got := took(t, l, "b"); got != 7*time.Second {
			t.Errorf("another route waits %v for the global limit", got)
		}
		l.learn("a", 429, headers("Retry-After", "1000000"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		before := time.Now()
		if err := l.wait(ctx, "a"); err == nil || time.Since(before) != 0 {
			t.Errorf("it waits %v for what ctx does not allow, and returns %v", time.Since(before), err)
		}
	})
}
