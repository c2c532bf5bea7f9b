package delivery

import (
	"maps"
	"sync"
	"time"
)

// maxLanes is how many lanes are remembered before those that are free are forgotten.
const maxLanes = 20_000

// lanes keep what is sent ahead of the platforms' rate limits.
type lanes struct {
	mu    sync.Mutex
	sent  map[string]*window
	holds map[string]time.Time // before it nothing is sent on the lane
}

// window is when the last messages of a lane were sent, as many as its limit: a ring, of
// which next is the oldest.
type window struct {
	at   []time.Time
	next int
	per  time.Duration
}

func newLanes() *lanes {
	return &lanes{sent: map[string]*window{}, holds: map[string]time.Time{}}
}

// take counts a message on all of the lanes and returns 0, or returns for how long one
// of them has no room, and counts nothing.
func (l *lanes) take(list []Lane, now time.Time) (pause time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, lane := range list {
		if until, held := l.holds[lane.Name]; held {
			if !until.After(now) {
				delete(l.holds, lane.Name)
			}
			pause = max(pause, until.Sub(now))
		}
		if w := l.sent[lane.Name]; w != nil && lane.Limit > 0 {
			pause = max(pause, w.at[w.next].Add(lane.Per).Sub(now))
		}
	}
	if pause > 0 {
		return pause
	}
	for _, lane := range list {
		if lane.Limit > 0 {
			w := l.window(lane, now)
			w.at[w.next] = now
			w.next = (w.next + 1) % len(w.at)
		}
	}
	return 0
}

// window is that of a lane. l.mu is held.
func (l *lanes) window(lane Lane, now time.Time) *window {
	w := l.sent[lane.Name]
	if w == nil || len(w.at) != lane.Limit {
		if len(l.sent) >= maxLanes {
			maps.DeleteFunc(l.sent, func(_ string, w *window) bool {
				newest := w.at[(w.next+len(w.at)-1)%len(w.at)]
				return now.Sub(newest) > w.per
			})
		}
		w = &window{at: make([]time.Time, lane.Limit), per: lane.Per}
		l.sent[lane.Name] = w
	}
	return w
}

// hold lets nothing onto a lane until a time.
func (l *lanes) hold(name string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.holds[name]) {
		l.holds[name] = until
	}
}
