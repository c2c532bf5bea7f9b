package briefings

import "slices"

// Grantee is what sort of thing a role is given to.
type Grantee string

// The grantees.
const (
	ToGroup    Grantee = "group"    // a Discord role or a Slack user group
	ToUser     Grantee = "user"     // one account
	ToEveryone Grantee = "everyone" // the least role of all in the workspace
	ToDirect   Grantee = "direct"   // the highest role that counts in direct messages
	ToGuests   Grantee = "guests"   // the highest role of people from outside
)

// Grantees lists them in the order in which they are shown.
var Grantees = []Grantee{ToEveryone, ToGroup, ToUser, ToDirect, ToGuests}

// Grant gives a role in one book to those whom a platform's workspace knows by a
// group or an account. ID is empty but for ToGroup and ToUser.
type Grant struct {
	Platform  Platform
	Workspace Workspace
	To        Grantee
	ID        string
	Role      Role
}

// Standing is what a platform says of somebody who asks: as it was signed or
// fetched, never as a client may set it.
type Standing struct {
	// Groups are the ids of the platform's roles or user groups that they are in.
	Groups []string
	// Owner says that they run the workspace: who may manage a Discord server, and
	// the owners and admins of a Slack workspace.
	Owner bool
	// Guest says that they are of another organisation, or a guest in this one.
	Guest bool
	// Direct says that they ask in a direct message.
	Direct bool
}

// Rights are who may do what in a book: the grants of all its workspaces, and which
// accounts are one person. They are shared and must not be changed.
type Rights struct {
	Grants []Grant
	// Persons holds the accounts of each person who has several.
	Persons [][]Actor
}

// Same returns the accounts of the person to whom the account belongs, itself first.
func (r *Rights) Same(who Actor) []Actor {
	accounts := []Actor{who}
	for _, p := range r.Persons {
		if slices.Contains(p, who) {
			for _, a := range p {
				if a != who {
					accounts = append(accounts, a)
				}
			}
		}
	}
	return accounts
}

// Role returns what somebody may do. Everybody is a reader at the least. Who runs the
// workspace is an admin there. What an account was granted counts for all accounts of
// the person; what a group was granted, in its workspace. In direct messages and for
// people from outside the workspace, all that counts as reading only, unless a grant
// says more.
func (r *Rights) Role(who Actor, s Standing) Role {
	role, direct, guests := Reader, Reader, Reader
	accounts := r.Same(who)
	for _, g := range r.Grants {
		here := g.Platform == who.Platform && (g.Workspace == who.Workspace || s.Direct)
		switch g.To {
		case ToUser:
			if slices.ContainsFunc(accounts, g.isOf) {
				role = max(role, g.Role)
			}
		case ToGroup:
			if here && !s.Direct && slices.Contains(s.Groups, g.ID) {
				role = max(role, g.Role)
			}
		case ToEveryone:
			if here && !s.Direct {
				role = max(role, g.Role)
			}
		case ToDirect:
			if here {
				direct = max(direct, g.Role)
			}
		case ToGuests:
			if here {
				guests = max(guests, g.Role)
			}
		}
	}
	if s.Owner && !s.Direct {
		role = Admin
	}
	if s.Direct {
		role = min(role, direct)
	}
	if s.Guest {
		role = min(role, guests)
	}
	return role
}

// isOf reports whether the grant is to an account. In a direct message the account
// may have no workspace.
func (g Grant) isOf(a Actor) bool {
	return g.Platform == a.Platform && g.ID == string(a.User) && (g.Workspace == a.Workspace || a.Workspace == "")
}

// Check returns ErrInvalid unless the grant can be kept.
func (g Grant) Check() error {
	named := g.To == ToGroup || g.To == ToUser
	switch {
	case !slices.Contains(Grantees, g.To):
		return Errorf(ErrInvalid, "A role is given to a group, a person, everyone, direct messages or guests.")
	case named != (g.ID != ""):
		return Errorf(ErrInvalid, "Say to which group or person the role is given.")
	case g.Platform == "":
		return Errorf(ErrInvalid, "A role is given on a platform.")
	case g.Role < NoRole || g.Role > Admin:
		return Errorf(ErrInvalid, "There is no such role.")
	case g.To == ToEveryone && g.Role > Contributor:
		return Errorf(ErrInvalid, "Everyone can be a reader or a contributor. Give %s to a group or a person.", g.Role)
	}
	return nil
}
