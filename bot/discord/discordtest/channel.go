package discordtest

// Types of channel.
const (
	textChannel   = 0
	directChannel = 1
	publicThread  = 11
	privateThread = 12
)

// Channel is a channel or thread of a guild, or a direct message with the bot.
type Channel struct {
	s         *Server
	ID        string
	Name      string
	guild     *Guild          // nil in a direct message
	parent    *Channel        // of a thread
	recipient *Person         // of a direct message
	private   map[string]bool // who is in a private thread, by id; nil for any other
	overrides map[string]int64
	messages  []*message
	locked    bool
	deleted   bool
}

// NewChannel makes a text channel.
func (g *Guild) NewChannel(name string) *Channel {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return g.addChannel(name, nil)
}

// NewThread makes a public thread in a channel.
func (g *Guild) NewThread(parent *Channel, name string) *Channel {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	return g.addChannel(name, parent)
}

// NewPrivateThread makes a thread in which only these people are, and the bot.
func (g *Guild) NewPrivateThread(parent *Channel, name string, people ...*Person) *Channel {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	c := g.addChannel(name, parent)
	c.private = map[string]bool{g.s.bot.ID: true}
	for _, p := range people {
		c.private[p.ID] = true
	}
	return c
}

func (g *Guild) addChannel(name string, parent *Channel) *Channel {
	c := &Channel{s: g.s, ID: g.s.newID(), Name: name, guild: g, parent: parent, overrides: map[string]int64{}}
	g.channels = append(g.channels, c)
	g.s.channels[c.ID] = c
	event := "CHANNEL_CREATE"
	if parent != nil {
		event = "THREAD_CREATE"
	}
	g.s.dispatch(g, event, intentGuilds, c.object())
	return c
}

// directWith returns the direct message channel with a person. Callers hold mu.
func (s *Server) directWith(p *Person) *Channel {
	if p.direct == nil {
		p.direct = &Channel{s: s, ID: s.newID(), recipient: p}
		s.channels[p.direct.ID] = p.direct
	}
	return p.direct
}

// SetPermissions says what a member, or the bot, may do in this channel and its
// threads, whatever they may in the rest of the guild.
func (c *Channel) SetPermissions(p *Person, permissions int64) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.overrides[p.ID] = permissions
}

// Lock locks a thread, so that nobody without special rights can post in it.
func (c *Channel) Lock() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.locked = true
}

// Delete deletes the channel and its threads.
func (c *Channel) Delete() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var left []*Channel
	for _, other := range c.guild.channels {
		if other != c && other.parent != c {
			left = append(left, other)
			continue
		}
		other.deleted = true
		delete(c.s.channels, other.ID)
		for _, m := range other.messages {
			m.deleted = true
		}
	}
	c.guild.channels = left
	event := "CHANNEL_DELETE"
	if c.parent != nil {
		event = "THREAD_DELETE"
	}
	c.s.dispatch(c.guild, event, intentGuilds, c.object())
	c.s.host.Note()
}

// kind is the type of the channel.
func (c *Channel) kind() int {
	switch {
	case c.guild == nil:
		return directChannel
	case c.private != nil:
		return privateThread
	case c.parent != nil:
		return publicThread
	}
	return textChannel
}

// object is the channel as the API returns it. Callers hold mu.
func (c *Channel) object() object {
	o := object{"id": c.ID, "type": c.kind(), "last_message_id": nil, "flags": 0}
	if n := len(c.messages); n > 0 {
		o["last_message_id"] = c.messages[n-1].id
	}
	if c.guild == nil {
		o["recipients"] = []any{c.recipient.userObject()}
		return o
	}
	o["guild_id"], o["name"], o["parent_id"], o["rate_limit_per_user"] = c.guild.ID, c.Name, nil, 0
	if c.parent != nil {
		o["parent_id"], o["owner_id"] = c.parent.ID, c.s.bot.ID
		o["message_count"], o["member_count"], o["total_message_sent"] = len(c.messages), len(c.guild.members), len(c.messages)
		created := SnowflakeTime(c.ID)
		o["thread_metadata"] = object{
			"archived": c.locked, "archive_timestamp": stamp(created), "auto_archive_duration": 1440,
			"locked": c.locked, "create_timestamp": stamp(created),
		}
		return o
	}
	o["position"], o["nsfw"], o["topic"] = 0, false, nil
	var overwrites []any
	for id, allow := range c.overrides {
		overwrites = append(overwrites, object{
			"id": id, "type": 1, "allow": bits(allow), "deny": bits(allPermissions &^ allow),
		})
	}
	o["permission_overwrites"] = orEmpty(overwrites)
	return o
}

// brief is the channel as an interaction holds it. Callers hold mu.
func (c *Channel) brief(viewer *Person) object {
	o := c.object()
	delete(o, "permission_overwrites")
	if c.guild != nil {
		o["permissions"] = bits(c.may(viewer))
	}
	return o
}

// createObject is the guild as GUILD_CREATE holds it. Callers hold mu.
func (g *Guild) createObject() object {
	o := g.object()
	channels, threads := []any{}, []any{}
	for _, c := range g.channels {
		if c.parent == nil {
			channels = append(channels, c.object())
		} else {
			threads = append(threads, c.object())
		}
	}
	me := []any{}
	if m := g.members[g.s.bot.ID]; m != nil {
		me = append(me, m.memberObject())
		o["joined_at"] = stamp(m.joined)
	}
	o["channels"], o["threads"], o["members"], o["member_count"] = channels, threads, me, len(g.members)
	o["large"], o["unavailable"] = false, false
	o["voice_states"], o["presences"], o["stage_instances"], o["guild_scheduled_events"] = []any{}, []any{}, []any{}, []any{}
	return o
}
