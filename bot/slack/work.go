package slack

import "sync"

// work is what is being served. It is closed before it is waited for: a delivery
// that comes later is left to others, and not acknowledged, so that Slack gives it
// to another connection, or delivers it again.
type work struct {
	serve func(delivery)

	mu     sync.Mutex
	closed bool
	all    sync.WaitGroup
}

// begin reports whether a delivery may be served; end follows.
func (w *work) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.all.Add(1)
	}
	return !w.closed
}

// here serves a delivery, and reports false where it is too late for that.
func (w *work) here(d delivery) bool {
	if !w.begin() {
		return false
	}
	defer w.all.Done()
	w.serve(d)
	return true
}

// apart has another goroutine serve a delivery.
func (w *work) apart(d delivery) bool {
	if !w.begin() {
		return false
	}
	go func() {
		defer w.all.Done()
		w.serve(d)
	}()
	return true
}

// finish takes nothing more, and waits until all that was taken has been served.
func (w *work) finish() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.all.Wait()
}
