package discordtest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// refuse returns the problems of a request as an error. Where Discord would
// have taken the request it only notes the violation. Callers hold mu.
func (c *call) refuse(p *problems) *apiError {
	err := p.err()
	if err != nil && err.status == 0 {
		c.s.violations.Add(c.method, c.path, err.violation)
		return nil
	}
	return err
}

func (c *call) getGateway() (int, any, *apiError) {
	return http.StatusOK, object{"url": c.s.gateway.url("")}, nil
}

func (c *call) getGatewayBot() (int, any, *apiError) {
	g := c.s.gateway
	g.mu.Lock()
	defer g.mu.Unlock()
	return http.StatusOK, object{
		"url": g.url(""), "shards": 1,
		"session_start_limit": object{
			"total": identifiesADay, "remaining": max(0, identifiesADay-g.identifies), "reset_after": 86400000, "max_concurrency": 1,
		},
	}, nil
}

func (c *call) getMe() (int, any, *apiError) {
	o := c.s.bot.userObject()
	o["mfa_enabled"], o["locale"], o["verified"], o["email"], o["premium_type"] = false, "en-US", true, nil, 0
	return http.StatusOK, o, nil
}

func (c *call) getApplication() (int, any, *apiError) {
	s := c.s
	return http.StatusOK, object{
		"id": s.bot.ID, "name": s.bot.Name, "icon": nil, "description": "", "summary": "", "type": nil,
		"verify_key": strings.Repeat("0", 64), "flags": 0, "flags_new": "0", "redirect_uris": []any{},
		"interactions_endpoint_url": nil, "role_connections_verification_url": nil, "owner": s.bot.userObject(),
		"approximate_guild_count": len(s.guildOrder), "approximate_user_install_count": 0,
		"approximate_user_authorization_count": 0, "explicit_content_filter": 0, "team": nil,
		"eligible_oauth2_scopes": []any{}, "bot": s.bot.userObject(), "bot_public": !s.o.Private, "bot_require_code_grant": false,
		"integration_types_config": object{"0": object{}},
	}, nil
}

func (c *call) getMyGuilds() (int, any, *apiError) {
	guilds := []any{}
	for _, g := range c.s.guildOrder {
		m := g.members[c.s.bot.ID]
		if m == nil || c.query.Get("after") != "" && !older(c.query.Get("after"), g.ID) {
			continue
		}
		guilds = append(guilds, object{
			"id": g.ID, "name": g.Name, "icon": nil, "banner": nil, "owner": false,
			"permissions": bits(m.permissions), "features": []any{},
		})
	}
	return http.StatusOK, guilds, nil
}

func (c *call) getGuild() (int, any, *apiError) {
	g := c.s.guilds[c.params["guild_id"]]
	if g == nil || g.members[c.s.bot.ID] == nil {
		return 0, nil, errUnknownGuild
	}
	return http.StatusOK, g.object(), nil
}

func roleObject(id, name string, permissions int64) object {
	return object{
		"id": id, "name": name, "description": nil, "permissions": bits(permissions), "position": 0, "color": 0,
		"colors": object{"primary_color": 0, "secondary_color": nil, "tertiary_color": nil},
		"hoist":  false, "managed": false, "mentionable": false, "icon": nil, "unicode_emoji": nil, "flags": 0,
	}
}

// object is the guild as the API returns it. Callers hold mu.
func (g *Guild) object() object {
	// What members may do they have by a role of their own, and nothing by @everyone.
	roles := []any{roleObject(g.ID, "@everyone", 0)}
	for _, id := range slices.Sorted(maps.Keys(g.members)) {
		roles = append(roles, roleObject(g.members[id].own, "what they may do", g.members[id].permissions))
	}
	return object{
		"id": g.ID, "name": g.Name, "icon": nil, "description": nil, "home_header": nil, "splash": nil,
		"discovery_splash": nil, "features": []any{}, "banner": nil, "owner_id": g.ID, "application_id": nil,
		"region": "us-west", "afk_channel_id": nil, "afk_timeout": 300, "system_channel_id": nil,
		"system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": nil, "verification_level": 0,
		"roles": roles, "default_message_notifications": 0, "mfa_level": 0, "explicit_content_filter": 0,
		"max_presences": nil, "max_members": 500000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25,
		"vanity_url_code": nil, "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": g.Locale,
		"rules_channel_id": nil, "safety_alerts_channel_id": nil, "public_updates_channel_id": nil,
		"premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0, "emojis": []any{}, "stickers": []any{},
		"incidents_data": nil,
	}
}

func (c *call) getMember() (int, any, *apiError) {
	g := c.s.guilds[c.params["guild_id"]]
	if g == nil || g.members[c.s.bot.ID] == nil {
		return 0, nil, errUnknownGuild
	}
	m := g.members[c.params["user_id"]]
	if m == nil {
		return 0, nil, errUnknownMember
	}
	o := m.memberObject()
	o["roles"] = append(ids(m.roles), m.own)
	return http.StatusOK, o, nil
}

// channel returns the channel of a request, once the bot may do what is needed
// there. Callers hold mu.
func (c *call) channel(need int64) (*Channel, *apiError) {
	ch := c.s.channels[c.params["channel_id"]]
	if ch == nil {
		return nil, errUnknownChannel
	}
	if ch.guild != nil && ch.guild.members[c.s.bot.ID] == nil {
		return nil, errNoAccess
	}
	may := ch.may(c.s.bot)
	if may&ViewChannel == 0 {
		return nil, errNoAccess
	}
	if may&need != need {
		return nil, errNoPermission
	}
	return ch, nil
}

func (c *call) getChannel() (int, any, *apiError) {
	ch, err := c.channel(0)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, ch.object(), nil
}

func (c *call) getThreadMember() (int, any, *apiError) {
	ch, err := c.channel(0)
	if err != nil {
		return 0, nil, err
	}
	user := c.params["user_id"]
	if ch.parent == nil || ch.guild.members[user] == nil || ch.private != nil && !ch.private[user] {
		return 0, nil, errUnknownMember
	}
	return http.StatusOK, object{"id": ch.ID, "user_id": user, "join_timestamp": stamp(SnowflakeTime(ch.ID)), "flags": 0}, nil
}

// openDirect makes or finds the direct message with somebody. That somebody
// takes none shows only when something is sent.
func (c *call) openDirect() (int, any, *apiError) {
	p := c.s.people[str(c.form, "recipient_id")]
	if p == nil || p.bot {
		return 0, nil, &apiError{status: http.StatusBadRequest, code: 50033, message: "Invalid Recipient(s)"}
	}
	return http.StatusOK, c.s.directWith(p).object(), nil
}

// startThread starts the thread below a message, which has the message's id.
func (c *call) startThread() (int, any, *apiError) {
	m, err := c.message(CreatePublicThreads)
	switch {
	case err != nil:
		return 0, nil, err
	case m.channel.guild == nil || m.channel.parent != nil:
		return 0, nil, &apiError{status: http.StatusBadRequest, code: 50024, message: "Cannot execute action on this channel type"}
	case c.s.channels[m.id] != nil:
		return 0, nil, &apiError{status: http.StatusBadRequest, code: 160004, message: "A thread has already been created for this message"}
	}
	t := m.channel.guild.addChannel(str(c.form, "name"), m.channel)
	delete(c.s.channels, t.ID)
	t.ID = m.id
	c.s.channels[t.ID] = t
	return http.StatusCreated, t.object(), nil
}
