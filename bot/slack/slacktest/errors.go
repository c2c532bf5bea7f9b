package slacktest

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Violation is a request that a correct bot would not have sent. Its Method is
// of the API, or of HTTP.
type Violation = standin.Violation

// Violations returns what was found since it was last called.
func (s *Server) Violations() []Violation { return s.violations.Take() }

// apiError is an error in Slack's form: a status of 200 with "ok": false.
type apiError struct {
	code     string
	status   int      // 200 where it is 0
	messages []string // of response_metadata, each "[ERROR] …"
	needed   string
	provided string
	header   http.Header
	// violation says what is wrong with the bot, where something is.
	violation string
}

func fail(code string) *apiError { return &apiError{code: code} }

// wrong is an error that a correct bot would not have met.
func wrong(code, format string, args ...any) *apiError {
	return &apiError{code: code, violation: code + ": " + fmt.Sprintf(format, args...)}
}

func (e *apiError) answer() *answer {
	o := object{"ok": false, "error": e.code}
	if e.messages != nil {
		errors := make([]string, len(e.messages))
		for i, m := range e.messages {
			errors[i] = strings.TrimPrefix(m, "[ERROR] ")
		}
		o["errors"], o["response_metadata"] = anys(errors), object{"messages": anys(e.messages)}
	}
	if e.needed != "" {
		o["needed"], o["provided"] = e.needed, e.provided
	}
	a := &answer{status: e.status, header: e.header, body: o}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	return a
}
