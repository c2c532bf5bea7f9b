package delivery_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// limited is a platform that takes 50 messages in any second, refuses what comes beyond
// that, and refuses one in a hundred without a reason that we could know of.
type limited struct {
	*platform
	random func() float64

	mu      sync.Mutex
	at      []time.Time // of what was taken
	beyond  int         // refused since there was too much
	refused int         // refused for no reason of ours
}

const serverLimit = 50 // in a second

func (l *limited) Lanes(to delivery.Place) []delivery.Lane { return l.platform.Lanes(to) }

func (l *limited) Send(ctx context.Context, m delivery.Message) (string, error) {
	l.mu.Lock()
	now := time.Now()
	if n := len(l.at); n >= serverLimit && now.Sub(l.at[n-serverLimit]) < time.Second {
		l.beyond++
		l.mu.Unlock()
		return "", &delivery.Failure{Class: delivery.Limited, RetryAfter: time.Second, HTTP: 429}
	}
	l.at = append(l.at, now)
	if l.random() < 0.01 {
		l.refused++
		l.mu.Unlock()
		return "", &delivery.Failure{Class: delivery.Limited, RetryAfter: time.Second, HTTP: 429}
	}
	l.mu.Unlock()
	return l.platform.Send(ctx, m)
}

// TestEngine_FansOutWithinTheLimitsOwnTime posts one edition to 1,000 channels, or as
// many as BRIEFBOT_TEST_CHANNELS says: in virtual time, with 1 % refused.
func TestEngine_FansOutWithinTheLimitsOwnTime(t *testing.T) {
	n := 1000
	if slow {
		n = 300
	}
	fmt.Sscan(os.Getenv("BRIEFBOT_TEST_CHANNELS"), &n)
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		p := &limited{platform: h.platforms[nonced], random: chance(1, 2)}
		h.senders = map[briefings.Platform]delivery.Sender{nonced: p}
		var places []delivery.Place
		for i := range n {
			places = append(places, delivery.Place{Platform: nonced, Workspace: "W", Channel: fmt.Sprint("c", i)})
		}
		h.schedule("all", "30 0 * * *", "Europe/Dublin", delivery.Options{}, places...)
		until(0, "00:29")
		r := h.start(h.store)
		time.Sleep(time.Minute + time.Duration(n)*time.Second/serverLimit*2)
		r.stop()
		due := time.Date(2000, 1, 1, 0, 30, 0, 0, time.UTC)
		own := time.Duration(len(p.at)) * time.Second / serverLimit
		took := slices.MaxFunc(p.at, time.Time.Compare).Sub(due)
		t.Logf("%d channels, %d requests, %d refused: %s, the limits' own time is %s: %.4f of it; %d beyond the limit", n, len(p.at), p.refused, took, own, float64(took)/float64(own), p.beyond)
		for _, to := range places {
			if got := p.all(to); len(got) != 1 {
				t.Fatalf("%s has %d messages", to, len(got))
			}
		}
		// What was refused last has to wait for a second, whatever the number.
		if p.beyond > 0 || float64(took-2*time.Second) > 1.02*float64(own) {
			t.Errorf("it took %s of %s, and %d were beyond the limit", took, own, p.beyond)
		}
	})
}
