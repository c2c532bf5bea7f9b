package discordtest

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
	HTML                          // Status with a page of Cloudflare's; not applied
	Truncated                     // applied; half the answer, then the connection ends
	ResetBefore                   // the connection is reset; not applied
	ResetAfter                    // the same, applied
	Slow                          // Delay, then as usual
	RateLimited                   // 429 as of RetryAfter, Global and Scope; not applied
	ErrorCode                     // Status, Code and Message in Discord's form; not applied
)

// Fault is what goes wrong with which requests.
type Fault struct {
	Method string // any, where empty
	Path   string // a regular expression on the path with its version; any, where empty
	Times  int    // how often; 0 is once, and less is for ever
	Kind   FaultKind

	Status  int           // 502 where it is 0
	Delay   time.Duration // of Slow
	Code    int
	Message string

	RetryAfter time.Duration
	Global     bool
	Scope      string // "user" where empty, or "global" where Global
	AsHTML     bool   // the 429 is a page of Cloudflare's
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
func (s *Server) takeFault(method, path string) *faultState {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.left == 0 || f.Method != "" && f.Method != method || !f.path.MatchString(path) {
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
	return f.Kind == StatusAfter || f.Kind == HangAfter || f.Kind == Truncated || f.Kind == ResetAfter || f.Kind == Slow
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
		for k, v := range real.header {
			w.Header()[k] = v
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", fmt.Sprint(len(raw)))
		w.WriteHeader(real.status)
		_, _ = w.Write(raw[:len(raw)/2])
		return real.status // the server cuts the connection, for it is owed more
	case HTML:
		return page(w, f.Status, "")
	case RateLimited:
		return s.refuseRate(w, f)
	case ErrorCode:
		a := &answer{status: f.Status, body: object{"message": f.Message, "code": f.Code}}
		a.write(w)
		return a.status
	default:
		a := &answer{status: f.Status, body: object{"message": fmt.Sprintf("%d: %s", f.Status, http.StatusText(f.Status)), "code": 0}}
		a.write(w)
		return a.status
	}
}

func (s *Server) refuseRate(w http.ResponseWriter, f *faultState) int {
	scope := f.Scope
	switch {
	case scope == "" && f.Global:
		scope = "global"
	case scope == "":
		scope = "user"
	}
	a := s.tooMany(f.RetryAfter, f.Global, scope, http.Header{})
	if f.AsHTML {
		return page(w, a.status, a.header.Get("Retry-After"))
	}
	a.write(w)
	return a.status
}

// page sends an error as a proxy before Discord does.
func page(w http.ResponseWriter, status int, retryAfter string) int {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.Header().Set("Server", "cloudflare")
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, fmt.Sprintf("<!DOCTYPE html>\n<html><head><title>%d | discord.com</title></head><body><h1>Error %d</h1></body></html>\n", status, status))
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
