package briefings

import "strings"

// Platform names where an actor or a message lives, such as "discord",
// "slack" or "console". Adapters make them; the core only compares them.
type Platform string

// Workspace is a platform's id of a Discord guild or a Slack team. It is empty
// where a platform has only one.
type Workspace string

// UserID is a platform's id of a person. It is never a display name.
type UserID string

// Actor is who did something. Two actors are one person only if an admin said so.
type Actor struct {
	Platform  Platform  `json:"platform"`
	Workspace Workspace `json:"workspace,omitempty"`
	User      UserID    `json:"user"`
}

// String returns the actor as platform/workspace/user, for logs and histories.
func (a Actor) String() string {
	parts := []string{string(a.Platform)}
	if a.Workspace != "" {
		parts = append(parts, string(a.Workspace))
	}
	return strings.Join(append(parts, string(a.User)), "/")
}

// Role is what an actor may do in one book. Each role may do all that the
// roles below it may.
type Role int

// The roles, lowest first. The zero Role may do nothing.
const (
	NoRole Role = iota
	Reader
	Contributor
	Editor
	Admin
)

var roleNames = [...]string{"none", "reader", "contributor", "editor", "admin"}

func (r Role) String() string {
	if r < 0 || int(r) >= len(roleNames) {
		return roleNames[NoRole]
	}
	return roleNames[r]
}

// ParseRole returns the role of that name, or ErrInvalid.
func ParseRole(name string) (Role, error) {
	for i, n := range roleNames[1:] {
		if strings.EqualFold(name, n) {
			return Role(i + 1), nil
		}
	}
	return NoRole, Errorf(ErrInvalid, "%q is not a role. The roles are %s.", name, strings.Join(roleNames[1:], ", "))
}
