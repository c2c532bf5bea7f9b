package discord

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
)

// Discord's error codes that mean something to us
// (https://discord.com/developers/docs/topics/opcodes-and-status-codes).
const (
	codeUnknownChannel     = 10003
	codeUnknownGuild       = 10004
	codeUnknownMember      = 10007
	codeUnknownMessage     = 10008
	codeUnknownUser        = 10013
	codeUnknownInteraction = 10062 // also one that is too old
	codeSlowmode           = 20016
	codeAcknowledged       = 40060
	codeMissingAccess      = 50001
	codeNoDirectMessages   = 50007
	codeMissingPermissions = 50013
	codeNoRecipient        = 50033
	codeArchivedThread     = 50083
	codeNoServerShared     = 50278 // not in that list, but answered
	codeLockedThread       = 160005
	codeAutoMod            = 200000
	codeThreadExists       = 160004
	codeHarmfulLink        = 240000
)

// apiError is a request that Discord did not do, or of which it is not known
// whether it did. It holds no address and no header: they have tokens in them.
type apiError struct {
	Status     int // 0 where there was no answer
	Code       int // Discord's own, or 0
	Message    string
	RetryAfter time.Duration // of a 429
	global     bool          // of a 429: it holds for all that the bot does
	unsent     bool          // nothing was written, since nobody was reached
	cause      error
}

func (e *apiError) Error() string {
	switch {
	case e.Status == 0:
		return fmt.Sprintf("no answer from Discord: %v", e.cause)
	case e.Code != 0:
		return fmt.Sprintf("Discord answered %d: %s (code %d)", e.Status, e.Message, e.Code)
	default:
		return fmt.Sprintf("Discord answered %d: %s", e.Status, e.Message)
	}
}

func (e *apiError) Unwrap() error { return e.cause }

// refused reports whether Discord certainly did nothing, and will not do it if
// it is asked again.
func (e *apiError) refused() bool {
	return e.Status >= 400 && e.Status < 500 && e.Status != http.StatusTooManyRequests && e.Status != http.StatusRequestTimeout
}

// Again says that asking again may help unless Discord has refused, and when.
func (e *apiError) Again() (wait time.Duration, ok bool) { return e.RetryAfter, !e.refused() }

var _ bot.Again = (*apiError)(nil)

// code returns Discord's code of an error, or 0.
func code(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

// status returns the HTTP status of an error, or 0.
func status(err error) int {
	var e *apiError
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// explain makes an apiError of what discordgo returned and what the transport
// saw.
func explain(err error, seen *seen) error {
	e := &apiError{Status: seen.status, cause: bare(err), unsent: seen.status == 0 && !seen.connected}
	if seen.status >= 200 && seen.status < 300 {
		return &apiError{cause: fmt.Errorf("the answer broke off: %w", e.cause)}
	}
	if seen.status == http.StatusTooManyRequests {
		e.RetryAfter, e.global = retryAfter(seen.header), isGlobal(seen.header)
	}
	e.Message = http.StatusText(seen.status)
	var rest *discordgo.RESTError
	if errors.As(err, &rest) {
		e.cause = nil // it holds the request, and so the token
		var body struct {
			Code    int             `json:"code"`
			Message string          `json:"message"`
			Errors  json.RawMessage `json:"errors"`
		}
		if json.Unmarshal(rest.ResponseBody, &body) == nil {
			e.Code, e.Message = body.Code, body.Message
			if len(body.Errors) > 0 && len(body.Errors) < 2000 {
				e.Message += " " + string(body.Errors)
			}
		}
	} else if seen.status != 0 {
		e.cause = nil
	}
	return e
}

// bare takes the address off an error: tokens of interactions are part of it.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
