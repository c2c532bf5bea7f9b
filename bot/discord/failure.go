package discord

import (
	"errors"
	"net/http"
	"time"

	"github.com/briefbot/briefbot/briefings/delivery"
)

// failure says what an error of a request means for a delivery. own says that it was the
// request for the message itself: where it was another, before it, nothing was posted.
func failure(err error, own bool) *delivery.Failure {
	var f *delivery.Failure
	if errors.As(err, &f) {
		return f
	}
	var e *apiError
	if !errors.As(err, &e) {
		if own {
			return &delivery.Failure{Class: delivery.Unsure, Detail: err.Error()}
		}
		return &delivery.Failure{Class: delivery.Unreached, Detail: err.Error()}
	}
	f = &delivery.Failure{HTTP: e.Status, Detail: e.Error()}
	switch {
	case e.Status == http.StatusTooManyRequests:
		f.Class, f.RetryAfter = delivery.Limited, max(e.RetryAfter, 100*time.Millisecond)
		if e.global {
			f.Lane = installation
		}
	case e.Status == http.StatusUnauthorized:
		f.Class, f.Advice = delivery.Locked, "Discord refuses the token. Whoever runs briefbot gives it a new one."
	case e.unsent, !own && !e.refused():
		f.Class = delivery.Unreached
	case !e.refused():
		f.Class = delivery.Unsure
	default:
		f.Class, f.Advice = closed(e)
	}
	return f
}

// closed says what Discord's refusal means, and what can be done about it.
func closed(e *apiError) (delivery.Class, string) {
	switch e.Code {
	case codeUnknownChannel, codeUnknownGuild:
		return delivery.Closed, "The channel is not there any more. Give the digest another, or delete it."
	case codeMissingAccess:
		return delivery.Closed, "I cannot see the channel. Somebody who manages the server gives me “View Channels” there."
	case codeMissingPermissions:
		return delivery.Closed, "I may not post there. Somebody who manages the server gives me “Send Messages” and “Embed Links” in the channel."
	case codeNoDirectMessages, codeNoServerShared, codeUnknownUser, codeNoRecipient:
		return delivery.Closed, "They take no direct messages from me, or are in no server with me."
	case codeArchivedThread, codeLockedThread:
		return delivery.Closed, "The thread is closed. Somebody who manages it can open it again."
	case codeAutoMod, codeHarmfulLink:
		return delivery.Faulty, "The server's AutoMod does not let the message through. A moderator can see why."
	case codeSlowmode:
		return delivery.Closed, "Slow mode holds in the channel. Somebody who manages the server lets me bypass it."
	}
	if e.Status == http.StatusForbidden || e.Status == http.StatusNotFound {
		return delivery.Closed, ""
	}
	return delivery.Faulty, ""
}
