package discordtest

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Violation is a request that a correct bot would not have sent.
type Violation = standin.Violation

// Violations returns what was found since it was last called.
func (s *Server) Violations() []Violation { return s.violations.Take() }

// apiError is an error in Discord's form.
type apiError struct {
	status  int
	code    int
	message string
	errors  object // nested, for 50035
	// violation says what is wrong with the bot, where something is.
	violation string
}

func fail(status, code int, message string) *apiError {
	return &apiError{status: status, code: code, message: message}
}

// Errors that more than one rule gives.
var (
	errUnauthorized   = fail(http.StatusUnauthorized, 0, "401: Unauthorized")
	errUnknownChannel = fail(http.StatusNotFound, 10003, "Unknown Channel")
	errUnknownGuild   = fail(http.StatusNotFound, 10004, "Unknown Guild")
	errUnknownMember  = fail(http.StatusNotFound, 10007, "Unknown Member")
	errUnknownMessage = fail(http.StatusNotFound, 10008, "Unknown Message")
	errUnknownWebhook = fail(http.StatusNotFound, 10015, "Unknown Webhook")
	errInteraction    = fail(http.StatusNotFound, 10062, "Unknown interaction")
	errUnknownCommand = fail(http.StatusNotFound, 10063, "Unknown application command")
	errAcknowledged   = fail(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	errNoAccess       = fail(http.StatusForbidden, 50001, "Missing Access")
	errNotMine        = fail(http.StatusForbidden, 50005, "Cannot edit a message authored by another user")
	errNoDirect       = fail(http.StatusForbidden, 50007, "Cannot send messages to this user")
	errNoPermission   = fail(http.StatusForbidden, 50013, "Missing Permissions")
	errWebhookToken   = fail(http.StatusUnauthorized, 50027, "Invalid Webhook Token")
	errLocked         = fail(http.StatusForbidden, 160005, "Thread is locked")
	errFollowUps      = fail(http.StatusBadRequest, 40094, "This interaction has reached the maximum number of follow up messages")
)

func (e *apiError) body() object {
	o := object{"message": e.message, "code": e.code}
	if e.errors != nil {
		o["errors"] = e.errors
	}
	return o
}

// problems gathers what is wrong with a body, each at its place in it.
type problems struct {
	found []problem
}

type problem struct {
	at      []string
	code    string
	message string
	// lenient problems are kept as violations, but Discord would have taken
	// the request.
	lenient bool
}

// add notes a problem at a place.
func (p *problems) add(at []string, code, format string, args ...any) {
	p.found = append(p.found, problem{at: append([]string{}, at...), code: code, message: fmt.Sprintf(format, args...)})
}

// err returns the problems as Discord's error, or nil.
func (p *problems) err() *apiError {
	tree, text, hard := object{}, []string{}, false
	for _, f := range p.found {
		text = append(text, strings.Join(f.at, ".")+": "+f.message)
		if f.lenient {
			continue
		}
		hard = true
		node := tree
		for _, key := range f.at {
			next := obj(node, key)
			if next == nil {
				next = object{}
				node[key] = next
			}
			node = next
		}
		node["_errors"] = append(list(node, "_errors"), object{"code": f.code, "message": f.message})
	}
	if len(p.found) == 0 {
		return nil
	}
	e := &apiError{status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body", errors: tree, violation: strings.Join(text, "; ")}
	if !hard {
		e.status = 0
	}
	return e
}

// path extends a place in a body without changing it.
func path(at []string, more ...any) []string {
	out := append([]string{}, at...)
	for _, m := range more {
		out = append(out, fmt.Sprint(m))
	}
	return out
}
