package slacktest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

func formatInt(n int) []byte { return strconv.AppendInt(nil, int64(n), 10) }

func (c *call) apiTest() (object, *apiError) {
	if code := str(c.args, "error"); code != "" {
		return nil, fail(code)
	}
	return object{"args": standin.Clone(c.args)}, nil
}

func (c *call) authTest() (object, *apiError) {
	if c.team == nil { // an app-level token
		return object{"app_name": c.s.o.BotName, "app_id": c.s.o.AppID}, nil
	}
	return object{
		"url": "https://" + c.team.Domain + ".slack.com/", "team": c.team.Name, "user": c.team.bot.Name, "team_id": c.team.ID,
		"user_id": c.team.bot.ID, "bot_id": c.team.botID, "is_enterprise_install": false,
	}, nil
}

func (c *call) teamInfo() (object, *apiError) {
	return object{"team": object{
		"id": c.team.ID, "name": c.team.Name, "domain": c.team.Domain, "email_domain": "", "icon": object{"image_default": true},
	}}, nil
}

func (c *call) botInfo() (object, *apiError) {
	id := str(c.args, "bot")
	for _, p := range c.team.people {
		if p.botID == "" || p.botID != id && (id != "" || p != c.team.bot) {
			continue
		}
		o := object{"id": p.botID, "deleted": p.deleted, "name": p.Name, "updated": 1700000000, "user_id": p.ID, "icons": object{}}
		if p == c.team.bot {
			o["app_id"] = c.s.o.AppID
		}
		return object{"bot": o}, nil
	}
	return nil, fail("bot_not_found")
}

// known finds a conversation that the application may know of.
func (c *call) known() (*Channel, *apiError) {
	ch := c.s.channels[str(c.args, "channel")]
	if ch == nil || ch.team != c.team || ch.private && !ch.has(c.team.bot) {
		return nil, fail("channel_not_found")
	}
	return ch, c.need(ch.kind() + ":read")
}

func (c *call) channelInfo() (object, *apiError) {
	ch, err := c.known()
	if err != nil {
		return nil, err
	}
	o := ch.object()
	if !flag(c.args, "include_num_members") {
		delete(o, "num_members")
	}
	return object{"channel": o}, nil
}

func (c *call) channelMembers() (object, *apiError) {
	ch, err := c.known()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range ch.members {
		ids = append(ids, p.ID)
	}
	page, next, err := c.page(anys(ids), 100, 999)
	return object{"members": page, "response_metadata": object{"next_cursor": next}}, err
}

func (c *call) channelList() (object, *apiError) {
	return c.channels(func(ch *Channel) bool { return !ch.private || ch.has(c.team.bot) })
}

func (c *call) userChannels() (object, *apiError) {
	p := c.team.bot
	if id := str(c.args, "user"); id != "" {
		if p = c.team.find(id); p == nil {
			return nil, fail("user_not_found")
		}
	}
	return c.channels(func(ch *Channel) bool { return ch.has(p) && (!ch.private || ch.has(c.team.bot)) })
}

// channels returns a page of conversations. What was not asked for is taken out
// of the page afterwards, so that a page may hold less than its limit, or
// nothing.
func (c *call) channels(in func(*Channel) bool) (object, *apiError) {
	kinds := map[string]string{"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
	asked := strings.Split(str(c.args, "types"), ",")
	if str(c.args, "types") == "" {
		asked = []string{"public_channel"}
	}
	var wanted []string
	for _, t := range asked {
		kind := kinds[strings.TrimSpace(t)]
		if kind == "" {
			return nil, wrong("invalid_types", "%q", t)
		}
		if err := c.need(kind + ":read"); err != nil {
			return nil, err
		}
		wanted = append(wanted, kind)
	}
	var all []any
	for _, ch := range c.team.channels {
		if in(ch) && (ch.pair == nil || ch.has(c.team.bot)) {
			all = append(all, ch)
		}
	}
	page, next, err := c.page(all, 100, 999)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, v := range page {
		ch, _ := v.(*Channel)
		if slices.Contains(wanted, ch.kind()) && !(ch.archived && flag(c.args, "exclude_archived")) {
			out = append(out, ch.object())
		}
	}
	return object{"channels": out, "response_metadata": object{"next_cursor": next}}, nil
}

func (c *call) openDirect() (object, *apiError) {
	users := strings.Split(str(c.args, "users"), ",")
	if id := str(c.args, "channel"); id != "" {
		ch := c.s.channels[id]
		if ch == nil || ch.pair == nil || !ch.has(c.team.bot) {
			return nil, fail("channel_not_found")
		}
		users = []string{ch.other(c.team.bot).ID}
	}
	if users[0] == "" {
		return nil, wrong("users_list_not_supplied", "nobody is named")
	}
	if len(users) > 1 {
		return nil, wrong("method_not_supported_for_channel_type", "the server has no direct messages with several people")
	}
	if err := c.need("im:write"); err != nil {
		return nil, err
	}
	p := c.team.find(users[0])
	switch {
	case p == nil:
		return nil, fail("user_not_found")
	case p.deleted:
		return nil, fail("user_disabled")
	case p.botID != "":
		return nil, fail("cannot_dm_bot")
	}
	had := p.direct[c.team.bot] != nil
	ch := c.team.bot.directWith(p)
	o := object{"channel": object{"id": ch.ID}}
	if flag(c.args, "return_im") {
		o["channel"] = ch.object()
	}
	if had {
		o["no_op"], o["already_open"] = true, true
	}
	return o, nil
}

func (c *call) joinChannel() (object, *apiError) {
	ch := c.s.channels[str(c.args, "channel")]
	switch {
	case ch == nil || ch.team != c.team || ch.kind() == "groups":
		return nil, fail("channel_not_found")
	case ch.pair != nil:
		return nil, fail("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, fail("is_archived")
	}
	o := object{}
	if ch.has(c.team.bot) {
		o["warning"], o["response_metadata"] = "already_in_channel", object{"warnings": []any{"already_in_channel"}}
	}
	ch.join(c.team.bot)
	o["channel"] = ch.object()
	return o, nil
}

func (c *call) userInfo() (object, *apiError) {
	p := c.team.find(str(c.args, "user"))
	if p == nil {
		return nil, fail("user_not_found")
	}
	o := p.userObject()
	if flag(c.args, "include_locale") {
		o["locale"] = p.locale
	}
	return object{"user": o}, nil
}

func (c *call) userList() (object, *apiError) {
	var all []any
	for _, p := range c.team.people {
		all = append(all, p.userObject())
	}
	page, next, err := c.page(all, 1000, 1000)
	return object{"members": page, "cache_ts": 1700000000, "response_metadata": object{"next_cursor": next}}, err
}

func (c *call) groupList() (object, *apiError) {
	if c.team.plain {
		return nil, fail("plan_upgrade_required")
	}
	all := []any{}
	for _, g := range c.team.groups {
		if g.disabled && !flag(c.args, "include_disabled") {
			continue
		}
		all = append(all, g.object(flag(c.args, "include_users")))
	}
	return object{"usergroups": all}, nil
}

func (c *call) groupUsers() (object, *apiError) {
	if c.team.plain {
		return nil, fail("plan_upgrade_required")
	}
	g := c.s.groups[str(c.args, "usergroup")]
	if g == nil || g.team != c.team || g.disabled && !flag(c.args, "include_disabled") {
		return nil, fail("no_such_subteam")
	}
	return object{"users": orEmpty(list(g.object(true), "users"))}, nil
}
