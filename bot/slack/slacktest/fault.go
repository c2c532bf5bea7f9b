package slacktest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"time"
)

// FaultKind is a way in which a request goes wrong.
type FaultKind uint8

// The kinds of fault. Where the request is applied, the bot cannot know.
const (
	StatusBefore FaultKind = iota // Status, not applied
	StatusAfter                   // applied, then Status
	HangBefore                    // no answer until the client gives up; not applied
	HangAfter                     // the same, applied
	HTML                          // Status with a page of a proxy's; not applied
	Truncated                     // applied; half the answer, then the connection ends
	ResetBefore                   // the connection is reset; not applied
	ResetAfter                    // the same, applied
	Slow                          // Delay, then as usual
	RateLimited                   // 429 as of RetryAfter; not applied
	ErrorCode                     // "ok": false with Code; not applied
	ErrorAfter                    // the same, applied, as "internal_error" may be
)

// Fault is what goes wrong with which requests.
type Fault struct {
	Path  string // a regular expression on the path, such as "chat.postMessage$" or "^/response/"; any, where empty
	Times int    // how often; 0 is once, and less is for ever
	Kind  FaultKind

	Status     int // 502 where it is 0
	Delay      time.Duration
	Code       string // "internal_error" where empty
	RetryAfter time.Duration
	AsHTML     bool // the 429 is a page, and has no Retry-After
}

type faultState struct {
	Fault
	path *regexp.Regexp
	left int
}

// Fault makes requests go wrong from now on. Those added first come first.
func (s *Server) Fault(f Fault) {
	state := &faultState{Fault: f, path: regexp.MustCompile(f.Path), left: f.Times}
	if f.Times == 0 {
		state.left = 1
	}
	if f.Status == 0 {
		state.Status = http.StatusBadGateway
	}
	if f.Code == "" {
		state.Code = "internal_error"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, state)
}

// ClearFaults makes requests go well again.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// takeFault returns what is to go wrong with a request; nil for nothing.
func (s *Server) takeFault(path string) *faultState {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.left == 0 || !f.path.MatchString(path) {
			continue
		}
		if f.left > 0 {
			f.left--
		}
		return f
	}
	return nil
}

// applied reports whether the request does what it asks for all the same.
func (f *faultState) applied() bool {
	switch f.Kind {
	case StatusAfter, HangAfter, Truncated, ResetAfter, Slow, ErrorAfter:
		return true
	}
	return false
}

// inject lets a request go wrong. real is its proper answer, where it was
// applied. It returns the status that was sent, or 0.
func (s *Server) inject(w http.ResponseWriter, r *http.Request, f *faultState, real *answer) int {
	switch f.Kind {
	case HangBefore, HangAfter:
		s.linger(r, 0)
		reset(w)
		return 0
	case ResetBefore, ResetAfter:
		reset(w)
		return 0
	case Slow:
		s.linger(r, f.Delay)
		real.write(w)
		return real.status
	case Truncated:
		raw := real.encode()
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", fmt.Sprint(len(raw)))
		w.WriteHeader(real.status)
		_, _ = w.Write(raw[:len(raw)/2])
		return real.status // the server cuts the connection, for it is owed more
	case HTML:
		return page(w, f.Status)
	case RateLimited:
		if f.AsHTML {
			return page(w, http.StatusTooManyRequests)
		}
		a := tooMany(f.RetryAfter).answer()
		a.write(w)
		return a.status
	case ErrorCode, ErrorAfter:
		fail(f.Code).answer().write(w)
		return http.StatusOK
	default:
		(&answer{status: f.Status, text: http.StatusText(f.Status)}).write(w)
		return f.Status
	}
}

// page sends an error as a proxy before Slack does.
func page(w http.ResponseWriter, status int) int {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, fmt.Sprintf("<!DOCTYPE html>\n<html><head><title>%d</title></head><body><h1>Server Error</h1></body></html>\n", status))
	return status
}

// linger waits until the client or the server ends, or for a while.
func (s *Server) linger(r *http.Request, d time.Duration) {
	var after <-chan time.Time
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		after = timer.C
	}
	select {
	case <-r.Context().Done():
	case <-s.stop:
	case <-after:
	}
}

// reset ends a connection with a TCP reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	cut(conn)
}

// cut closes a connection without a goodbye.
func cut(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
