package discordtest

import (
	"strings"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// attachmentLimit is what a person may upload, in bytes.
const attachmentLimit = 10 << 20

// newInteraction returns an interaction of the client, in the form that the
// gateway sends. Callers hold mu.
func (c *Client) newInteraction(kind int, data object) *interaction {
	s, g := c.s, c.channel.guild
	i := &interaction{
		id: s.newID(), token: standin.Random(70), kind: kind, person: c.person, channel: c.channel, created: s.o.Now(),
		owners: object{"0": "0"},
	}
	p := object{
		"id": i.id, "application_id": s.bot.ID, "type": kind, "data": data, "token": i.token, "version": 1,
		"channel_id": c.channel.ID, "channel": c.channel.brief(c.person), "locale": c.person.Locale,
		"app_permissions": bits(c.channel.appMay()), "entitlements": []any{}, "entitlement_sku_ids": []any{},
		"attachment_size_limit": attachmentLimit, "context": 1,
	}
	if g == nil {
		p["user"] = c.person.userObject()
	} else {
		i.owners = object{"0": g.ID}
		if g.members[s.bot.ID] == nil {
			i.owners, i.userOnly = object{}, true
		}
		m := g.members[c.person.ID]
		if m == nil {
			m = &member{person: c.person}
		}
		who := m.memberObject()
		who["permissions"], who["unusual_dm_activity_until"] = bits(c.channel.may(c.person)), nil
		p["member"], p["context"] = who, 0
		p["guild_id"], p["guild_locale"] = g.ID, g.Locale
		p["guild"] = object{"id": g.ID, "locale": g.Locale, "features": []any{}}
	}
	if c.person.installed {
		i.owners["1"] = c.person.ID
	}
	p["authorizing_integration_owners"] = i.owners
	i.payload = p
	return i
}

// appMay returns what the application may do in a channel.
func (c *Channel) appMay() int64 {
	if c.guild == nil || c.guild.members[c.s.bot.ID] != nil {
		return c.may(c.s.bot)
	}
	return EmbedLinks | AttachFiles | UseExternalApps
}

// newCommand returns the interaction of a command. name is its full name, with
// those of subcommands. Callers hold mu.
func (c *Client) newCommand(kind int, cmd object, name string, options []any) *interaction {
	if kindOf(cmd) == chatCommand {
		words := strings.Fields(strings.TrimPrefix(name, "/"))
		name = strings.Join(words, " ")
		for n := len(words) - 1; n > 0; n-- {
			kind := groupOption
			if n == len(words)-1 {
				kind = subcommandOption
			}
			inner := object{"name": words[n], "type": kind}
			inner["options"] = orEmpty(options)
			options = []any{inner}
		}
	}
	data := object{"id": cmd["id"], "name": cmd["name"], "type": kindOf(cmd)}
	if len(options) > 0 {
		data["options"] = options
	}
	if g := cmd["guild_id"]; g != nil {
		data["guild_id"] = g
	}
	i := c.newInteraction(kind, data)
	i.command, i.commandType = name, kindOf(cmd)
	return i
}

// resolveID adds what an id stands for, and reports whether it stands for
// something here.
func (c *Client) resolveID(resolved object, id string) bool {
	put := func(kind string, o object) {
		if obj(resolved, kind) == nil {
			resolved[kind] = object{}
		}
		obj(resolved, kind)[id] = o
	}
	switch {
	case c.s.people[id] != nil:
		c.resolveUser(resolved, c.s.people[id])
	case c.s.roles[id] != nil:
		put("roles", object{"id": id, "name": c.s.roles[id].Name, "color": 0, "hoist": false, "position": 1, "permissions": "0", "managed": false, "mentionable": true, "flags": 0})
	case c.s.channels[id] != nil && c.s.channels[id].guild == c.channel.guild:
		ch := c.s.channels[id].brief(c.person)
		ch["app_permissions"] = bits(c.s.channels[id].appMay())
		put("channels", ch)
	default:
		return false
	}
	return true
}

// resolveUser adds a user, and the member where they are one.
func (c *Client) resolveUser(resolved object, p *Person) {
	for _, kind := range []string{"users", "members"} {
		if obj(resolved, kind) == nil {
			resolved[kind] = object{}
		}
	}
	obj(resolved, "users")[p.ID] = p.userObject()
	if g := c.channel.guild; g != nil && g.members[p.ID] != nil {
		m := g.members[p.ID].memberObject()
		delete(m, "user")
		delete(m, "mute")
		delete(m, "deaf")
		m["permissions"] = bits(c.channel.may(p))
		obj(resolved, "members")[p.ID] = m
	}
}
