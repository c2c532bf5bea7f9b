package discordtest

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// FaultKind is a way in which a request goes wrong.
type FaultKind = standin.FaultKind

// The kinds of fault that every platform has; standin says what each does. Where
// there is a status, it is Status; the page of HTML is Cloudflare's.
const (
	StatusBefore, StatusAfter = standin.StatusBefore, standin.StatusAfter
	HangBefore, HangAfter     = standin.HangBefore, standin.HangAfter
	ResetBefore, ResetAfter   = standin.ResetBefore, standin.ResetAfter
	HTML, Truncated           = standin.HTML, standin.Truncated
	Slow, Late                = standin.Slow, standin.Late
)

// The kinds of fault that are Discord's. They are not applied.
const (
	RateLimited = standin.Own + iota // 429 as of RetryAfter, Global and Scope
	ErrorCode                        // Status, Code and Message in Discord's form
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

// Fault makes requests go wrong from now on. Those added first come first.
func (s *Server) Fault(f Fault) {
	f.Status = cmp.Or(f.Status, http.StatusBadGateway)
	s.faults.Add(f, f.Method, f.Path, f.Times)
}

// ClearFaults makes requests go well again.
func (s *Server) ClearFaults() { s.faults.Clear() }

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
		maps.Copy(w.Header(), real.header)
		w.Header().Set("Content-Type", "application/json")
		return standin.Truncate(w, real.status, real.encode())
	case HTML:
		return page(w, f.Status, "")
	case RateLimited:
		return s.refuseRate(w, f)
	}
	body := object{"message": fmt.Sprintf("%d: %s", f.Status, http.StatusText(f.Status)), "code": 0}
	if f.Kind == ErrorCode {
		body = object{"message": f.Message, "code": f.Code}
	}
	return (&answer{status: f.Status, body: body}).write(w)
}

func (s *Server) refuseRate(w http.ResponseWriter, f *Fault) int {
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
	return a.write(w)
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
