package standin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// Host is what a stand-in runs on: a server on loopback, the goroutines that
// must end with it, and those who wait for the stand-in's world to change.
type Host struct {
	listener net.Listener
	http     *http.Server
	served   sync.WaitGroup
	ended    context.Context // is done from Close on
	end      context.CancelFunc
	closing  sync.Once

	mu      *sync.Mutex   // the stand-in's, which guards its world
	changed chan struct{} // closed and replaced when the world changes
}

// NewHost takes an address on loopback for a stand-in whose world mu guards. It
// answers once Serve is called, which must be before Close.
func NewHost(tb testing.TB, mu *sync.Mutex) *Host {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	h := &Host{listener: listener, mu: mu, changed: make(chan struct{})}
	h.ended, h.end = context.WithCancel(context.Background())
	return h
}

// Serve answers requests until Close. It does not block.
func (h *Host) Serve(handler http.HandlerFunc) {
	h.http = &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	h.served.Add(1)
	go func() {
		defer h.served.Done()
		_ = h.http.Serve(h.listener) // ends with ErrServerClosed
	}()
}

// Addr is the host and port of the server.
func (h *Host) Addr() string { return h.listener.Addr().String() }

// URL is the address of the server, without a slash at its end.
func (h *Host) URL() string { return "http://" + h.Addr() }

// Enter begins something that Close waits for, until Leave. It returns false
// once the stand-in is closed. Callers hold mu.
func (h *Host) Enter() bool {
	if h.Closed() {
		return false
	}
	h.served.Add(1)
	return true
}

// Leave ends what Enter began.
func (h *Host) Leave() { h.served.Done() }

// Spawn runs f in a goroutine that Close waits for, unless the stand-in is
// closed. Callers hold mu.
func (h *Host) Spawn(f func()) {
	if !h.Enter() {
		return
	}
	go func() {
		defer h.Leave()
		f()
	}()
}

// Closed reports whether the stand-in is closed. While mu is held, that does
// not change.
func (h *Host) Closed() bool { return h.ended.Err() != nil }

// Ended is done as soon as the stand-in is closed.
func (h *Host) Ended() context.Context { return h.ended }

// Close stops the server and waits for all that it runs. cut ends what http
// does not know of any more: connections that were taken over. All but the first
// call only wait.
func (h *Host) Close(cut func()) {
	h.closing.Do(func() {
		h.mu.Lock()
		h.end()
		h.mu.Unlock()
		cut()
		_ = h.http.Close()
		h.served.Wait()
	})
}

// Random returns 2n characters that nobody can guess.
func Random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
