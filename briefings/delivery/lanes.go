package delivery

import (
	"maps"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxLanes is how many lanes are remembered before those that are full are forgotten.
const maxLanes = 20_000

// lanes keep what is sent ahead of the platforms' rate limits.
type lanes struct {
	mu    sync.Mutex
	rates map[string]*rate.Limiter
	holds map[string]time.Time // before it nothing is sent on the lane
}

func newLanes() *lanes {
	return &lanes{rates: map[string]*rate.Limiter{}, holds: map[string]time.Time{}}
}

// take counts a message on all of the lanes and returns 0, or returns for how long one
// of them has no room, and counts nothing.
func (l *lanes) take(list []Lane, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var room [4]*rate.Reservation
	taken := room[:0]
	for _, lane := range list {
		pause := time.Duration(0)
		if until, held := l.holds[lane.Name]; held {
			if pause = until.Sub(now); pause <= 0 {
				delete(l.holds, lane.Name)
			}
		}
		if pause <= 0 && lane.Every > 0 {
			r := l.rate(lane, now).ReserveN(now, 1)
			taken = append(taken, r)
			pause = r.DelayFrom(now)
		}
		if pause > 0 {
			for _, r := range taken {
				r.CancelAt(now)
			}
			return pause
		}
	}
	return 0
}

// rate is the limiter of a lane. l.mu is held.
func (l *lanes) rate(lane Lane, now time.Time) *rate.Limiter {
	r := l.rates[lane.Name]
	if r == nil {
		if len(l.rates) >= maxLanes {
			maps.DeleteFunc(l.rates, func(_ string, r *rate.Limiter) bool { return r.TokensAt(now) >= float64(r.Burst()) })
		}
		r = rate.NewLimiter(rate.Every(lane.Every), max(lane.Burst, 1))
		l.rates[lane.Name] = r
	}
	return r
}

// hold lets nothing onto a lane until a time.
func (l *lanes) hold(name string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.holds[name]) {
		l.holds[name] = until
	}
}
