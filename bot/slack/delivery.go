package slack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/slack-go/slack"
)

// kind is a kind of delivery.
type kind uint8

const (
	aCommand  kind = iota // a slash command
	anAction              // something was pressed, chosen, typed or submitted
	anEvent               // something happened that the app subscribes to
	aStranger             // anything else, which is only acknowledged
)

// mostAckBytes is how large an answer in an acknowledgement may be: Slack drops a
// larger frame of a socket, at 20,480 bytes.
const mostAckBytes = 20_000

// delivery is one thing that Slack has sent, by a socket or over HTTP.
type delivery struct {
	app  *app
	kind kind
	// id is the same when this is delivered again by the transport; it may be "".
	id      string
	command slack.SlashCommand
	body    json.RawMessage // of an action or an event
	// ack acknowledges it, once: what comes later is not sent, and returns
	// errLate. payload is nil, or what Slack takes of an answer here; where that is
	// too large, or none is taken, nothing is sent and ack returns errTooLarge or
	// errNoPayload.
	ack func(payload any) error
}

// once is the same for a command however often it is delivered, and not for another:
// its trigger_id, and what it is about, since not every stand-in for Slack gives
// each its own. It is "" where nothing tells it from others.
func (d delivery) once() string {
	c := d.command
	if c.TriggerID == "" && c.ResponseURL == "" {
		return d.id
	}
	return digest("command", c.TriggerID, c.ResponseURL, c.TeamID, c.ChannelID, c.UserID, c.Command, c.Text)
}

// digest is one short word for many, which tells nothing of them.
func digest(words ...string) string {
	var b []byte
	for _, w := range words {
		b = append(strconv.AppendInt(b, int64(len(w)), 10), ':')
		b = append(b, w...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// What an acknowledgement may end with.
var (
	errLate      = errors.New("it was acknowledged before")
	errTooLarge  = errors.New("the answer is too large for an acknowledgement")
	errNoPayload = errors.New("this acknowledgement takes no answer")
)

// pack returns a payload as it is sent; nil for none.
func pack(payload any) ([]byte, error) {
	if payload == nil {
		return nil, nil
	}
	raw, ready := payload.(packed)
	if !ready {
		var err error
		if raw, err = json.Marshal(payload); err != nil {
			return nil, err
		}
	}
	if len(raw) > mostAckBytes {
		return nil, errTooLarge
	}
	return raw, nil
}

// depth returns how deep JSON is nested, and -1 where a bracket is not closed or
// never opened. What is in strings does not count.
func depth(raw []byte) int {
	deepest, at, inside := 0, 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inside && c == '\\':
			i++
		case c == '"':
			inside = !inside
		case inside:
		case c == '{' || c == '[':
			at++
			deepest = max(deepest, at)
		case c == '}' || c == ']':
			if at--; at < 0 {
				return -1
			}
		}
	}
	if at != 0 || inside {
		return -1
	}
	return deepest
}
