package discord

import (
	"context"
	"slices"
	"time"

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

// How long Discord's word is believed that nobody else can add the application to a
// server, and how long an answer waits for it.
const (
	privateFor  = 5 * time.Minute
	privateTime = time.Second
)

// standing is what Discord says of whoever did it. Where the bot is in several servers,
// who runs one that the config does not list is an admin only if nobody else can add the
// application to theirs: everybody may run a server of their own.
func (d *Discord) standing(ctx context.Context, in *interaction) briefings.Standing {
	s := in.standing()
	if s.Owner && d.places.several() && !slices.Contains(d.opts.Servers, briefings.Workspace(in.Guild)) {
		s.Owner = d.private(ctx)
	}
	return s
}

// private reports whether Discord says that only its owner can add the application to
// servers. A stand-in may know nothing of applications.
func (d *Discord) private(ctx context.Context) bool {
	now := d.opts.Now()
	if until := d.privateUntil.Load(); until != nil && now.Before(*until) {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, privateTime)
	defer cancel()
	app, err := d.whoami(ctx)
	switch {
	case err == nil && app.Public, err != nil && !noSuchRoute(err):
		d.log.Warn("whoever runs a server that the config does not list is no admin: the bot is in several, and anybody may add the application to theirs. Turn Public Bot off, or list the server", "err", err)
		return false
	}
	until := now.Add(privateFor)
	d.privateUntil.Store(&until)
	return true
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
