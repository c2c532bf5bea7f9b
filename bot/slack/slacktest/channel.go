package slacktest

import "slices"

// Channel is a conversation: a channel of a workspace, or a direct message.
type Channel struct {
	s    *Server
	ID   string
	Name string // "" in a direct message

	team       *Team
	private    bool
	pair       []*Person // of a direct message
	archived   bool
	deleted    bool
	restricted bool // only some may post, and the bot is none of them
	members    []*Person
	messages   []*message
}

// NewChannel makes a public channel with members.
func (t *Team) NewChannel(name string, members ...*Person) *Channel {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	return t.addChannel(&Channel{Name: name, members: members})
}

// NewPrivateChannel makes a private channel with members.
func (t *Team) NewPrivateChannel(name string, members ...*Person) *Channel {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	return t.addChannel(&Channel{Name: name, private: true, members: members})
}

func (t *Team) addChannel(c *Channel) *Channel {
	c.s, c.team, c.ID = t.s, t, t.s.newID("C")
	if c.pair != nil {
		c.ID = t.s.newID("D")
	}
	c.members = slices.Clone(c.members)
	t.channels = append(t.channels, c)
	t.s.channels[c.ID] = c
	return c
}

// directWith returns the direct message channel of two people. Callers hold mu.
func (p *Person) directWith(q *Person) *Channel {
	if c := p.direct[q]; c != nil {
		return c
	}
	pair := []*Person{p, q}
	c := p.team.addChannel(&Channel{private: true, pair: pair, members: pair})
	p.direct[q], q.direct[p] = c, c
	return c
}

// Invite makes people, or the bot, members.
func (c *Channel) Invite(people ...*Person) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	for _, p := range people {
		c.join(p)
	}
}

// join makes somebody a member. Callers hold mu.
func (c *Channel) join(p *Person) {
	if slices.Contains(c.members, p) {
		return
	}
	c.members = append(c.members, p)
	if c.has(c.team.bot) {
		c.s.emit(c.team, "member_joined_channel", object{
			"type": "member_joined_channel", "user": p.ID, "channel": c.ID, "channel_type": c.letter(), "team": c.team.ID, "event_ts": c.s.newTS(),
		})
	}
	c.s.host.Note()
}

// Kick ends the membership of people, or of the bot.
func (c *Channel) Kick(people ...*Person) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.members = slices.DeleteFunc(c.members, func(p *Person) bool { return slices.Contains(people, p) })
	c.s.host.Note()
}

// Archive archives the channel, or opens it again.
func (c *Channel) Archive(archived bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.archived = archived
	c.s.host.Note()
}

// RestrictPosting says whether only some may post, of whom the bot is none.
func (c *Channel) RestrictPosting(restricted bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.restricted = restricted
}

// Delete deletes the channel and what is in it.
func (c *Channel) Delete() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.deleted = true
	delete(c.s.channels, c.ID)
	c.team.channels = slices.DeleteFunc(c.team.channels, func(o *Channel) bool { return o == c })
	c.s.host.Note()
}

// has reports whether somebody is a member. Callers hold mu.
func (c *Channel) has(p *Person) bool { return slices.Contains(c.members, p) }

// seenBy reports whether somebody can look at the channel. Callers hold mu.
func (c *Channel) seenBy(p *Person) bool {
	if c.deleted || p.team != c.team {
		return false
	}
	return c.has(p) || !c.private && !p.restricted && p.homeTeam == ""
}

// kind is the sort of conversation in the words of scopes: "channels",
// "groups" or "im".
func (c *Channel) kind() string {
	switch {
	case c.pair != nil:
		return "im"
	case c.private:
		return "groups"
	}
	return "channels"
}

// kindWord is the sort of conversation in the words of message events.
func (c *Channel) kindWord() string {
	return map[string]string{"im": "im", "groups": "group", "channels": "channel"}[c.kind()]
}

func (c *Channel) letter() string { return c.ID[:1] }

// other returns whom a person talks to in a direct message.
func (c *Channel) other(p *Person) *Person {
	if c.pair[0] == p {
		return c.pair[1]
	}
	return c.pair[0]
}

// nameFor is the name of the channel as interactions write it.
func (c *Channel) nameFor() string {
	switch c.kind() {
	case "im":
		return "directmessage"
	case "groups":
		return "privategroup"
	}
	return c.Name
}

// find returns the message of a time stamp; nil where there is none. Callers
// hold mu.
func (c *Channel) find(ts string) *message {
	for _, m := range c.messages {
		if m.ts == ts && !m.deleted {
			return m
		}
	}
	return nil
}

// object is the channel as the API returns it. Callers hold mu.
func (c *Channel) object() object {
	o := object{
		"id": c.ID, "created": 1700000000, "is_archived": c.archived, "is_im": c.pair != nil, "is_mpim": false,
		"is_org_shared": false, "is_ext_shared": false, "is_shared": false, "is_private": c.private, "updated": 1700000000000,
		"context_team_id": c.team.ID,
	}
	if c.pair != nil {
		o["user"], o["is_user_deleted"], o["priority"] = c.other(c.team.bot).ID, c.other(c.team.bot).deleted, 0
		o["is_open"] = true
		return o
	}
	for _, p := range c.members {
		if p.homeTeam != "" {
			o["is_ext_shared"], o["is_shared"] = true, true
		}
	}
	o["name"], o["name_normalized"], o["is_channel"], o["is_group"] = c.Name, c.Name, !c.private, c.private
	o["is_general"], o["unlinked"], o["is_pending_ext_shared"], o["creator"] = false, 0, false, c.team.bot.ID
	o["is_member"], o["num_members"] = c.has(c.team.bot), len(c.members)
	o["topic"] = object{"value": "", "creator": "", "last_set": 0}
	o["purpose"] = object{"value": "", "creator": "", "last_set": 0}
	o["shared_team_ids"] = []any{c.team.ID}
	return o
}
