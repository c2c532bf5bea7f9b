package slack

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
)

// apiError is a request that Slack did not do, or of which it is not known
// whether it did. It holds no address and no header: they have secrets in them.
type apiError struct {
	Code       string // Slack's own, such as "not_in_channel"; "" where there was none
	Status     int    // of HTTP, where it was not 200; else 0
	Needed     string // the scope that is missing
	Details    []string
	RetryAfter time.Duration // of a 429
	unsent     bool          // Slack was not reached, so that it has done nothing
	cause      error
}

func (e *apiError) Error() string {
	switch {
	case e.RetryAfter > 0:
		return fmt.Sprintf("a rate limit of Slack's holds for %s", e.RetryAfter)
	case e.Needed != "":
		return fmt.Sprintf("Slack answered %s: the scope %s", e.Code, e.Needed)
	case len(e.Details) > 0:
		return fmt.Sprintf("Slack answered %s: %s", e.Code, strings.Join(e.Details, "; "))
	case e.Code != "":
		return "Slack answered " + e.Code
	case e.Status != 0:
		return fmt.Sprintf("Slack answered %d %s", e.Status, http.StatusText(e.Status))
	default:
		return fmt.Sprintf("no answer from Slack: %v", e.cause)
	}
}

func (e *apiError) Unwrap() error { return e.cause }

// maybeDone are the errors after which Slack may have done what it was asked, and
// tryAgain those after which it has not, and will if it is asked later
// (https://docs.slack.dev/reference/methods/chat.postMessage#errors).
var (
	maybeDone = []string{"internal_error", "fatal_error", "request_timeout"}
	tryAgain  = []string{"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"}
)

// fatalCodes are the errors after which no call of the token can succeed.
var fatalCodes = []string{"invalid_auth", "token_revoked", "account_inactive", "not_authed", "token_expired", "org_login_required", "team_access_not_granted"}

// limited reports whether a rate limit refused it.
func (e *apiError) limited() bool {
	return e.RetryAfter > 0 || e.Status == http.StatusTooManyRequests || e.Code == "ratelimited" || e.Code == "rate_limited"
}

// undone reports whether Slack certainly has not done what it was asked, and may
// if it is asked again.
func (e *apiError) undone() bool {
	return e.limited() || e.unsent || slices.Contains(tryAgain, e.Code)
}

// Again says that asking again may help unless Slack has refused, and when.
func (e *apiError) Again() (wait time.Duration, ok bool) { return e.RetryAfter, !e.refused() }

var _ bot.Again = (*apiError)(nil)

// refused reports whether Slack certainly did nothing, and will not do it if it
// is asked again.
func (e *apiError) refused() bool {
	if e.undone() {
		return false
	}
	if e.Code != "" {
		return !slices.Contains(maybeDone, e.Code)
	}
	return e.Status >= 400 && e.Status < 500 && e.Status != http.StatusRequestTimeout
}

// code returns Slack's code of an error, or "".
func code(err error) string {
	var e *apiError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// refused reports whether Slack certainly did nothing.
func refused(err error) bool {
	var e *apiError
	return errors.As(err, &e) && e.refused()
}

// fatal reports whether no call of the token can succeed any more.
func fatal(err error) bool { return slices.Contains(fatalCodes, code(err)) }

// explain makes an apiError of what slack-go returned.
func explain(err error) error {
	if err == nil {
		return nil
	}
	var known *apiError
	if errors.As(err, &known) {
		return err
	}
	var answer slack.SlackErrorResponse
	if errors.As(err, &answer) {
		e := &apiError{Code: answer.Err, Needed: answer.Needed, Details: answer.ResponseMetadata.Messages}
		for _, x := range answer.Errors {
			if x.Message != nil {
				e.Details = append(e.Details, *x.Message)
			}
		}
		return e
	}
	var limit *slack.RateLimitedError
	if errors.As(err, &limit) {
		return &apiError{Status: http.StatusTooManyRequests, RetryAfter: max(limit.RetryAfter, time.Second)}
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		return &apiError{Status: status.Code}
	}
	var u *url.Error
	if errors.As(err, &u) { // the address may hold a secret
		err = u.Err
	}
	return &apiError{cause: err, unsent: unsent(err)}
}

// unsent reports whether nothing was written, since nobody was reached.
func unsent(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &op) && op.Op == "dial" || errors.As(err, &dns)
}

// meaning says what an error of a token means to the operator.
func meaning(c string) string {
	switch c {
	case "invalid_auth", "not_authed":
		return "Slack does not know the token"
	case "token_revoked":
		return "the token has been revoked"
	case "token_expired":
		return "the token has expired"
	case "account_inactive":
		return "the app has been removed from the workspace, or the account that it belongs to is deactivated"
	case "org_login_required", "team_access_not_granted":
		return "the app has no access to the workspace"
	case "not_allowed_token_type":
		return "Slack wants another kind of token there"
	case "missing_scope":
		return "the token lacks a scope"
	default:
		return "Slack answers " + c
	}
}
