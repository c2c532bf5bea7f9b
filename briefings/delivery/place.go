package delivery

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// Place is where something is posted: a channel, or the direct messages with
// somebody, whose Channel is empty.
type Place struct {
	Platform  briefings.Platform  `json:"platform"`
	Workspace briefings.Workspace `json:"workspace,omitempty"`
	Channel   string              `json:"channel,omitempty"`
	User      briefings.UserID    `json:"user,omitempty"`
}

// Direct returns the place of the direct messages with somebody.
func Direct(a briefings.Actor) Place {
	return Place{Platform: a.Platform, Workspace: a.Workspace, User: a.User}
}

// Direct reports whether the place is the direct messages with somebody.
func (p Place) Direct() bool { return p.Channel == "" }

// String names the place as platform/workspace/channel, and direct messages as
// platform/workspace/@user, for logs and the config.
func (p Place) String() string {
	last := p.Channel
	if p.Direct() {
		last = "@" + string(p.User)
	}
	return fmt.Sprintf("%s/%s/%s", p.Platform, p.Workspace, last)
}

// ParsePlace reads what String wrote. It returns ErrInvalid where it cannot.
func ParsePlace(s string) (Place, error) {
	parts := strings.Split(s, "/")
	if len(parts) != 3 || parts[0] == "" || parts[2] == "" || parts[2] == "@" {
		return Place{}, briefings.Errorf(briefings.ErrInvalid, "%q is no place. Write it as platform/workspace/channel, such as slack/T012AB3CD/C012AB3CD.", s)
	}
	p := Place{Platform: briefings.Platform(parts[0]), Workspace: briefings.Workspace(parts[1])}
	if user, direct := strings.CutPrefix(parts[2], "@"); direct {
		p.User = briefings.UserID(user)
	} else {
		p.Channel = parts[2]
	}
	return p, nil
}

// Digest names the place in the keys of runs, which outlive whoever is erased.
func (p Place) Digest(secret []byte) string { return digest(secret, "place", p.String())[:idRunes] }
