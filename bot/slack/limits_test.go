package slack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/briefbot/briefbot/bot"
)

// took returns how long a call has to wait.
func took(t *testing.T, l *limits, method, key string) time.Duration {
	t.Helper()
	before := time.Now()
	if err := l.wait(t.Context(), method, key); err != nil {
		t.Fatal(err)
	}
	return time.Since(before)
}

const posting = "chat.postMessage"

func TestLimits_AChannelIsWrittenToOnceASecondAfterABurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(time.Now)
		for i := range 10 {
			want := time.Duration(0)
			if i >= tiers[posting].burst {
				want = time.Second
			}
			if got := took(t, l, posting, "C1"); got != want {
				t.Errorf("message %d waits %v, want %v", i+1, got, want)
			}
		}
		if got := took(t, l, posting, "C2"); got != 0 {
			t.Errorf("another channel waits %v", got)
		}
		if got := took(t, l, "chat.postEphemeral", ""); got != 0 {
			t.Errorf("another method waits %v", got)
		}
		time.Sleep(10 * time.Second)
		if got := took(t, l, posting, "C1"); got != 0 {
			t.Errorf("after a pause it waits %v", got)
		}
	})
}

func TestLimits_AWorkspaceIsWrittenToFiveTimesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(time.Now)
		began := time.Now()
		for i := range 620 {
			took(t, l, posting, fmt.Sprint("C", i))
		}
		if took := time.Since(began); took < 119*time.Second || took > 121*time.Second {
			t.Errorf("620 messages to as many channels took %v, want two minutes", took)
		}
	})
}

func TestLimits_A429IsKeptToAndHoldsNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(time.Now)
		l.hold(posting, "C1", 7*time.Second)
		for _, c := range []struct{ method, key string }{{posting, "C2"}, {"chat.postEphemeral", ""}, {"views.open", ""}} {
			if got := took(t, l, c.method, c.key); got != 0 {
				t.Errorf("%s %s waits %v", c.method, c.key, got)
			}
		}
		if got := took(t, l, posting, "C1"); got != 7*time.Second {
			t.Errorf("the channel waits %v, want 7s", got)
		}
		if got := took(t, l, posting, "C1"); got > time.Second {
			t.Errorf("the next waits %v", got)
		}
	})
}

// TestLimits_A429HoldsEachMethodThatWeCall: also those that are called seldom.
func TestLimits_A429HoldsEachMethodThatWeCall(t *testing.T) {
	for _, method := range []string{posting, "chat.postEphemeral", "chat.update", "views.open", "views.update", "views.publish", "users.info", "usergroups.list", "chat.getPermalink", "auth.test"} {
		synctest.Test(t, func(t *testing.T) {
			l := newLimits(time.Now)
			l.hold(method, "", 3*time.Second)
			if got := took(t, l, method, ""); got != 3*time.Second {
				t.Errorf("%s waits %v after a 429, want 3s", method, got)
			}
		})
	}
}

// TestLimits_WhatWaitedForA429DoesNotComeAllAtOnce: Slack would answer with
// another.
func TestLimits_WhatWaitedForA429DoesNotComeAllAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(time.Now)
		l.hold(posting, "C1", 20*time.Second)
		began := time.Now()
		var all sync.WaitGroup
		var mu sync.Mutex
		first := 0
		for range 15 {
			all.Go(func() {
				if err := l.wait(t.Context(), posting, "C1"); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if time.Since(began) < 20500*time.Millisecond {
					first++
				}
			})
		}
		all.Wait()
		if first > tiers[posting].burst {
			t.Errorf("%d of 15 came in the same moment, and a burst is %d", first, tiers[posting].burst)
		}
	})
}

func TestLimits_NobodyWaitsLongerThanTheyMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(time.Now)
		l.hold(posting, "C1", time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		before := time.Now()
		err := l.wait(ctx, posting, "C1")
		var e *apiError
		if !errors.As(err, &e) || !e.limited() || e.RetryAfter != time.Minute || time.Since(before) != 0 {
			t.Errorf("it waits %v for what ctx does not allow, and returns %v", time.Since(before), err)
		}
		// What did not wait has not been counted either.
		for range 100 {
			_ = l.wait(ctx, posting, "C1")
		}
		time.Sleep(time.Minute)
		if got := took(t, l, posting, "C1"); got != 0 {
			t.Errorf("the first after them waits %v", got)
		}
	})
}

func TestLimits_WhoGivesUpMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits(time.Now)
		for range tiers[posting].burst {
			took(t, l, posting, "C1")
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- l.wait(ctx, posting, "C1") }()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("it returns %v", err)
		}
		if got := took(t, l, posting, "C1"); got != time.Second {
			t.Errorf("the next waits %v, as if the one before had been sent", got)
		}
	})
}

// TestPersist_WaitsAsLongAsSlackAsksForAndGivesUpInTime.
func TestPersist_WaitsAsLongAsSlackAsksForAndGivesUpInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Slack{opts: Options{Now: time.Now}}
		try := func(errs ...error) (n int, took time.Duration, err error) {
			ctx, cancel := context.WithTimeout(t.Context(), workTime)
			defer cancel()
			began := time.Now()
			err = s.persist(ctx, 0, func() error {
				n++
				if n <= len(errs) {
					return errs[n-1]
				}
				return nil
			})
			return n, time.Since(began), err
		}
		limit := func(d time.Duration) error { return &apiError{Status: 429, RetryAfter: d} }
		for _, c := range []struct {
			name string
			errs []error
			n    int
			took time.Duration
			ok   bool
		}{
			{"no error", nil, 1, 0, true},
			{"a limit", []error{limit(3 * time.Second)}, 2, 3 * time.Second, true},
			{"a limit beyond the time", []error{limit(time.Hour)}, 1, 0, false},
			{"a 502", []error{&apiError{Status: 502}}, 2, retryFirst, true},
			{"two", []error{&apiError{Status: 502}, &apiError{}}, 3, 3 * retryFirst, true},
			{"a refusal", []error{&apiError{Code: "not_in_channel"}}, 1, 0, false},
			{"a 404", []error{&apiError{Status: 404}}, 1, 0, false},
			{"the last word", []error{bot.Final(&apiError{Status: 502})}, 1, 0, false},
			{"an error of ours", []error{errors.New("ours")}, 1, 0, false},
		} {
			n, took, err := try(c.errs...)
			if n != c.n || took != c.took || (err == nil) != c.ok {
				t.Errorf("%s: %d tries in %v, %v; want %d in %v", c.name, n, took, err, c.n, c.took)
			}
		}
	})
}

// TestLimits_WhatIsNotSentTakesNothing: neither of its channel's limit nor of the
// workspace's.
func TestLimits_WhatIsNotSentTakesNothing(t *testing.T) {
	now := time.Now()
	l := newLimits(func() time.Time { return now })
	ctx, cancel := context.WithDeadline(t.Context(), now.Add(time.Millisecond))
	defer cancel()
	const posting = "chat.postMessage"
	for i := range tiers[posting+inAll].burst { // the workspace's burst is used up elsewhere
		if pause, _ := l.take(posting+inAll, ""); pause > 0 {
			t.Fatalf("call %d waits %s", i, pause)
		}
	}
	for range 10 {
		if err := l.wait(ctx, posting, "C1"); err == nil {
			t.Fatal("a call is made beyond the workspace's limit")
		}
	}
	if pause, _ := l.take(posting, "C1"); pause > 0 {
		t.Errorf("a channel in which nothing was posted has to wait %s", pause)
	}
	if pause, _ := l.take(posting+inAll, ""); pause > time.Second {
		t.Errorf("the workspace has to wait %s", pause)
	}
}

// TestLimits_ManyChannelsForgetNoLimitOfAll: and what holds no more is forgotten.
func TestLimits_ManyChannelsForgetNoLimitOfAll(t *testing.T) {
	now := time.Now()
	l := newLimits(func() time.Time { return now })
	for range tiers["chat.postMessage"+inAll].burst {
		l.take("chat.postMessage"+inAll, "")
	}
	for i := range 2*maxRates + 10 {
		l.take("chat.postMessage", string(rune(0x10000+i)))
		l.hold("chat.postMessage", string(rune(0x10000+i)), time.Second)
		now = now.Add(time.Microsecond)
	}
	if pause, _ := l.take("chat.postMessage"+inAll, ""); pause <= 0 {
		t.Error("the limit of the workspace is forgotten")
	}
	now = now.Add(time.Hour)
	l.hold("chat.postMessage", "C1", time.Second)
	if len(l.rates) > maxRates+1 || len(l.holds) > maxRates+1 {
		t.Errorf("%d limits and %d holds are remembered", len(l.rates), len(l.holds))
	}
}
