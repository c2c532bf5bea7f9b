package slack

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/briefbot/briefbot/bot/pages"
	ledger "github.com/briefbot/briefbot/briefings/delivery"
)

// gone is that a workspace is none that the bot is in, as far as that is known: just after
// the start Slack has not said yet of which workspace a token is.
func (s *Slack) gone() *ledger.Failure {
	for _, a := range s.apps {
		for _, w := range a.workspaces {
			if w.team() == "" {
				return &ledger.Failure{Class: ledger.Unreached, Detail: "Slack has not said yet which workspaces we are in"}
			}
		}
	}
	return &ledger.Failure{Class: ledger.Closed, Detail: "the workspace is none of ours", Advice: "I am not in that workspace any more: it is not in the config."}
}

// faulty are the errors by which Slack finds fault with what we sent.
var faulty = []string{
	"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "metadata_too_large", "invalid_metadata_format",
	"too_many_attachments", "invalid_arguments", "invalid_json", "json_not_object", "markdown_text_conflict",
}

// sooner is how long is waited where Slack asks to come back and does not say when.
const sooner = 5 * time.Second

// failure says what an error of a request means for a delivery. own says that it was the
// request for the message itself: where it was another, before it, nothing was posted.
func failure(err error, w *workspace, own bool) *ledger.Failure {
	var f *ledger.Failure
	if errors.As(err, &f) {
		return f
	}
	var e *apiError
	if !errors.As(err, &e) {
		class := ledger.Unreached
		if own {
			class = ledger.Unsure
		}
		return &ledger.Failure{Class: class, Detail: err.Error()}
	}
	f = &ledger.Failure{HTTP: e.Status, Detail: e.Error(), Advice: pages.Line(fix(e.Code, w.name()))}
	switch {
	case fatal(err):
		f.Class = ledger.Locked
	case e.limited():
		f.Class, f.RetryAfter = ledger.Limited, max(e.RetryAfter, 100*time.Millisecond)
	case slices.Contains(tryAgain, e.Code) && own: // Slack says so, and not that nothing was done
		f.Class = ledger.Unsure
	case slices.Contains(tryAgain, e.Code):
		f.Class, f.RetryAfter = ledger.Limited, sooner
	case e.unsent, !own && !e.refused():
		f.Class = ledger.Unreached
	case !e.refused():
		f.Class = ledger.Unsure
	case slices.Contains(faulty, e.Code), e.Code == "" && e.Status == http.StatusBadRequest:
		f.Class = ledger.Faulty
	default:
		f.Class = ledger.Closed
	}
	return f
}
