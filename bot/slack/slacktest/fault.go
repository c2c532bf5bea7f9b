package slacktest

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// FaultKind is a way in which a request goes wrong.
type FaultKind = standin.FaultKind

// The kinds of fault that every platform has; standin says what each does. Where
// there is a status, it is Status.
const (
	StatusBefore, StatusAfter = standin.StatusBefore, standin.StatusAfter
	HangBefore, HangAfter     = standin.HangBefore, standin.HangAfter
	ResetBefore, ResetAfter   = standin.ResetBefore, standin.ResetAfter
	HTML, Truncated           = standin.HTML, standin.Truncated
	Slow, Late                = standin.Slow, standin.Late
)

// The kinds of fault that are Slack's.
const (
	RateLimited = standin.Own + iota // 429 as of RetryAfter; not applied
	ErrorCode                        // "ok": false with Code; not applied
	ErrorAfter                       // the same, applied, as "internal_error" may be
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

// Fault makes requests go wrong from now on. Those added first come first.
func (s *Server) Fault(f Fault) {
	f.Status = cmp.Or(f.Status, http.StatusBadGateway)
	f.Code = cmp.Or(f.Code, "internal_error")
	s.faults.Add(f, "", f.Path, f.Times)
}

// ClearFaults makes requests go well again.
func (s *Server) ClearFaults() { s.faults.Clear() }

// applied reports whether the request does what it asks for all the same.
func (f *Fault) applied() bool { return f.Kind == ErrorAfter || f.Kind.Applied() }

// inject lets a request go wrong. real is its proper answer, where it was
// applied. It returns the status that was sent, or 0.
func (s *Server) inject(w http.ResponseWriter, r *http.Request, f *Fault, real *answer) int {
	if s.host.Disturb(w, r, f.Kind, f.Delay) {
		return 0
	}
	switch f.Kind {
	case Slow, Late:
		return real.write(w)
	case Truncated:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		return standin.Truncate(w, real.status, real.encode())
	case HTML:
		return page(w, f.Status)
	case RateLimited:
		if f.AsHTML {
			return page(w, http.StatusTooManyRequests)
		}
		return tooMany(f.RetryAfter).answer().write(w)
	case ErrorCode, ErrorAfter:
		return fail(f.Code).answer().write(w)
	}
	return (&answer{status: f.Status, text: http.StatusText(f.Status)}).write(w)
}

// page sends an error as a proxy before Slack does.
func page(w http.ResponseWriter, status int) int {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, fmt.Sprintf("<!DOCTYPE html>\n<html><head><title>%d</title></head><body><h1>Server Error</h1></body></html>\n", status))
	return status
}
