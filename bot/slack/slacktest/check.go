package slacktest

import (
	"slices"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Check returns what Slack would refuse in a message, {"text": …, "blocks": […]},
// and what it would take and our product must not send.
func Check(message []byte) []string { return check(message, checkMessage) }

// CheckView does it of a view.
func CheckView(view []byte) []string { return check(view, checkView) }

func check(raw []byte, with func(object) (invalid, violations []string)) []string {
	var o object
	if err := standin.Decode(raw, &o); err != nil {
		return []string{err.Error()}
	}
	return slices.Concat(with(o))
}

// Read renders a message as its client would. Whom it names is unknown.
func Read(message []byte) Seen {
	var o object
	if err := standin.Decode(message, &o); err != nil {
		return Seen{}
	}
	return render(str(o, "text"), list(o, "blocks"), nil)
}
