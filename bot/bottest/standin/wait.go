package standin

import (
	"net/http"
	"time"
)

// Note wakes everybody who waits for a change. Callers hold mu.
func (h *Host) Note() {
	close(h.changed)
	h.changed = make(chan struct{})
}

// Await waits until done, called with mu held, returns true. It reports
// whether it did before the timeout or the end of the server.
func (h *Host) Await(timeout time.Duration, done func() bool) bool {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		h.mu.Lock()
		ok, changed := done(), h.changed
		h.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			h.mu.Lock()
			defer h.mu.Unlock()
			return done()
		case <-h.ended.Done():
			return false
		}
	}
}

// linger waits until the client or the server ends, or for a while.
func (h *Host) linger(r *http.Request, d time.Duration) {
	var after <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		after = timer.C
	}
	select {
	case <-r.Context().Done():
	case <-h.ended.Done():
	case <-after:
	}
}
