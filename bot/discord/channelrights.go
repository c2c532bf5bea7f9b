package discord

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// channelInfo is a channel as Discord's API returns it.
type channelInfo struct {
	ID         string                `json:"id"`
	Type       discordgo.ChannelType `json:"type"`
	Guild      string                `json:"guild_id"`
	Name       string                `json:"name"`
	Parent     string                `json:"parent_id"`
	Overwrites []struct {
		ID    string `json:"id"`
		Type  int    `json:"type"` // 0 of a role, 1 of a member
		Allow bits   `json:"allow"`
		Deny  bits   `json:"deny"`
	} `json:"permission_overwrites"`
}

func (c channelInfo) thread() bool {
	switch c.Type {
	case discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread:
		return true
	default:
		return false
	}
}

// guildInfo is a server as Discord's API returns it.
type guildInfo struct {
	Owner string `json:"owner_id"`
	Roles []struct {
		ID          string `json:"id"`
		Permissions bits   `json:"permissions"`
	} `json:"roles"`
}

// every is all permissions.
const every = int64(-1)

// may returns what somebody may do in a channel
// (https://discord.com/developers/docs/topics/permissions#permission-overwrites).
func (c channelInfo) may(g guildInfo, user string, roles []string) int64 {
	if user == g.Owner {
		return every
	}
	var base int64
	for _, r := range g.Roles {
		if r.ID == c.Guild || slices.Contains(roles, r.ID) {
			base |= r.Permissions.set
		}
	}
	if base&discordgo.PermissionAdministrator != 0 {
		return every
	}
	var allow, deny int64 // of their roles, together
	own := base
	for _, o := range c.Overwrites {
		switch {
		case o.Type == 0 && o.ID == c.Guild:
			own = own&^o.Deny.set | o.Allow.set
		case o.Type == 0 && slices.Contains(roles, o.ID):
			allow, deny = allow|o.Allow.set, deny|o.Deny.set
		}
	}
	own = own&^deny | allow
	for _, o := range c.Overwrites {
		if o.Type == 1 && o.ID == user {
			own = own&^o.Deny.set | o.Allow.set
		}
	}
	if own&discordgo.PermissionViewChannel == 0 {
		return 0
	}
	return own
}

// How long what Discord says of channels is believed. SECURITY: rights that come from
// the platform's API are cached for five minutes at most.
const (
	channelFor  = time.Minute
	maxChannels = 1000
)

// channels knows channels and what the bot may do there.
type channels struct {
	mu    sync.Mutex
	known map[string]channelRights
}

type channelRights struct {
	info  channelInfo
	bot   int64
	until time.Time
}

// look asks Discord for a channel, and what somebody may do there.
func (d *Discord) look(ctx context.Context, channel, user string) (channelInfo, int64, error) {
	var c channelInfo
	if err := d.api.call(ctx, http.MethodGet, discordgo.EndpointChannel(channel), "channel "+channel, nil, &c); err != nil {
		return c, 0, err
	}
	if c.Guild == "" {
		return c, every, nil
	}
	rights := c
	if c.thread() && c.Parent != "" { // a thread has the rights of its channel
		if err := d.api.call(ctx, http.MethodGet, discordgo.EndpointChannel(c.Parent), "channel "+c.Parent, nil, &rights); err != nil {
			return c, 0, err
		}
	}
	var g guildInfo
	if err := d.api.call(ctx, http.MethodGet, discordgo.EndpointGuild(c.Guild), "guild "+c.Guild, nil, &g); err != nil {
		return c, 0, err
	}
	var m member
	if err := d.api.call(ctx, http.MethodGet, discordgo.EndpointGuildMember(c.Guild, user), "member "+c.Guild, nil, &m); err != nil {
		return c, 0, err
	}
	may := rights.may(g, user, m.Roles)
	if until, err := time.Parse(time.RFC3339, m.Silent); err == nil && until.After(d.opts.Now()) && may&discordgo.PermissionAdministrator == 0 {
		may &= discordgo.PermissionViewChannel | discordgo.PermissionReadMessageHistory
	}
	if c.Type == discordgo.ChannelTypeGuildPrivateThread && may&discordgo.PermissionManageThreads == 0 {
		switch err := d.api.call(ctx, http.MethodGet, discordgo.EndpointThreadMember(channel, user), "thread-members "+channel, nil, nil); {
		case code(err) == codeUnknownMember, noSuchRoute(err): // who is not in it cannot see it
			return c, 0, nil
		case err != nil:
			return c, 0, err
		}
	}
	return c, may, nil
}

// own returns what the bot may do in a channel, as of a minute ago at most.
func (d *Discord) own(ctx context.Context, channel string) (channelRights, error) {
	now := d.opts.Now()
	d.channels.mu.Lock()
	c, ok := d.channels.known[channel]
	d.channels.mu.Unlock()
	if ok && now.Before(c.until) {
		return c, nil
	}
	me, err := d.self(ctx)
	if err != nil {
		return c, err
	}
	if c.info, c.bot, err = d.look(ctx, channel, me); err != nil {
		return c, err
	}
	c.until = now.Add(channelFor)
	d.channels.mu.Lock()
	defer d.channels.mu.Unlock()
	if d.channels.known == nil || len(d.channels.known) >= maxChannels {
		d.channels.known = map[string]channelRights{}
	}
	d.channels.known[channel] = c
	return c, nil
}

// readable reports whether the bot certainly may read a channel's history.
func (d *Discord) readable(ctx context.Context, channel string) (bool, error) {
	c, err := d.own(ctx, channel)
	switch {
	case noSuchRoute(err), code(err) == codeMissingAccess, code(err) == codeUnknownChannel:
		return false, nil
	case err != nil:
		return false, err
	default:
		return c.bot&discordgo.PermissionReadMessageHistory != 0, nil
	}
}

// CanRead reports whether the bot may read what was posted. See bot.Poster.
func (d *Discord) CanRead(ctx context.Context, p delivery.Place) bool {
	if p.Direct() {
		return true
	}
	ok, err := d.readable(ctx, p.Channel)
	return ok && err == nil
}

// MayPost returns ErrDenied with a sentence unless the asker may write in the place, and
// the bot may post there. See bot.Poster.
func (d *Discord) MayPost(ctx context.Context, asker briefings.Actor, p delivery.Place) error {
	denied := func(format string, args ...any) error { return briefings.Errorf(briefings.ErrDenied, format, args...) }
	if p.Direct() {
		if p.User != asker.User {
			return denied("Only people themselves can have something sent to their direct messages.")
		}
		return nil
	}
	c, theirs, err := d.look(ctx, p.Channel, string(asker.User))
	switch code(err) {
	case codeUnknownChannel:
		return denied("That channel is not there any more.")
	case codeMissingAccess:
		return denied("I cannot see that channel. Somebody who manages the server can give me the permission “View Channels” there.")
	case codeUnknownMember:
		return denied("You are not in the server of that channel.")
	}
	if err != nil {
		return err
	}
	if briefings.Workspace(c.Guild) != p.Workspace {
		return denied("That channel is in another server.")
	}
	send := int64(discordgo.PermissionSendMessages)
	switch {
	case c.thread():
		send = discordgo.PermissionSendMessagesInThreads
	case !slices.Contains(postable, c.Type):
		return denied("I post into text channels, announcement channels and threads, and that is none of them.")
	}
	if theirs&send == 0 {
		return denied("You may not write in that channel, so I do not post there for you.")
	}
	own, err := d.own(ctx, p.Channel)
	if err != nil {
		return err
	}
	for _, need := range Permissions() {
		if (need.Bit == send || need.Bit == discordgo.PermissionViewChannel || need.Bit == discordgo.PermissionEmbedLinks) && own.bot&need.Bit == 0 {
			return denied("I may not post there: I lack the permission “%s” in that channel. Somebody who manages the server can give it to me.", need.Name)
		}
	}
	return nil
}

var channelMention = regexp.MustCompile(`^(?:<#)?([0-9]{15,21})>?$`)

// Channel finds the channel that somebody means by its mention or its id. See bot.Poster.
func (d *Discord) Channel(ctx context.Context, asker briefings.Actor, words string) (bot.PlaceRef, error) {
	unknown := briefings.Errorf(briefings.ErrNotFound, "I know no channel %q. Pick it from the list, or write its id.", pages.Clip(pages.Line(words), 50))
	m := channelMention.FindStringSubmatch(words)
	if m == nil {
		return bot.PlaceRef{}, unknown
	}
	c, err := d.own(ctx, m[1])
	switch {
	case code(err) == codeUnknownChannel, code(err) == codeMissingAccess:
		return bot.PlaceRef{}, unknown
	case err != nil:
		return bot.PlaceRef{}, err
	case briefings.Workspace(c.info.Guild) != asker.Workspace:
		return bot.PlaceRef{}, unknown
	}
	return bot.PlaceRef{Place: delivery.Place{Platform: Platform, Workspace: asker.Workspace, Channel: c.info.ID}, Name: "#" + pages.Line(c.info.Name)}, nil
}
