package discord

import (
	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/briefings"
)

// ownerRights are the permissions of which one makes somebody run a server.
const ownerRights = discordgo.PermissionManageGuild | discordgo.PermissionAdministrator

// standing is what Discord says of whoever did it. SECURITY: all of it is the
// interaction's own, which Discord makes for each thing that somebody does: nothing
// of it is a client's, or older than what was done.
func (in *interaction) standing() briefings.Standing {
	s := briefings.Standing{Direct: in.direct(), Guest: in.outside()}
	if in.Member != nil && !s.Direct {
		s.Groups = in.Member.Roles
		s.Owner = in.Member.Permission.some(ownerRights)
	}
	return s
}

// outside reports whether it came from a server by way of somebody's own
// installation, and not the server's: Discord has no other guests.
func (in *interaction) outside() bool {
	if in.direct() {
		return false
	}
	_, ofServer := in.Owners["0"]
	return in.Member == nil || len(in.Owners) > 0 && !ofServer
}
