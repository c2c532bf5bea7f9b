package discordtest

import (
	"slices"
	"strconv"
	"time"
)

// Guild is a server, in the words of people.
type Guild struct {
	s        *Server
	ID       string
	Name     string
	Locale   string
	channels []*Channel
	members  map[string]*member
}

// member is somebody in a guild.
type member struct {
	person      *Person
	permissions int64
	roles       []string
	nick        string
	joined      time.Time
	silent      time.Time // until then they may only look
	own         string    // the id of the role by which they have what they may do
}

// Role is a role of a guild, which can be given and mentioned.
type Role struct {
	ID   string
	Name string
}

// Person is a user, or the bot.
type Person struct {
	s         *Server
	ID        string
	Name      string
	Locale    string
	bot       bool
	refuses   bool
	installed bool
	direct    *Channel
}

// Bot is the application's bot user.
func (s *Server) Bot() *Person { return s.bot }

// NewGuild makes a guild that the bot is a member of, with BotPermissions.
func (s *Server) NewGuild(name string) *Guild {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &Guild{s: s, ID: s.newID(), Name: name, Locale: "en-US", members: map[string]*member{}}
	g.members[s.bot.ID] = &member{person: s.bot, permissions: BotPermissions, joined: s.o.Now(), own: s.newID()}
	s.guilds[g.ID] = g
	s.roles[g.ID] = g.Everyone()
	s.guildOrder = append(s.guildOrder, g)
	s.dispatch(g, "GUILD_CREATE", intentGuilds, g.createObject())
	return g
}

// NewPerson makes a user who is in no guild yet.
func (s *Server) NewPerson(name string) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Person{s: s, ID: s.newID(), Name: name, Locale: "en-US"}
	s.people[p.ID] = p
	return p
}

// NewRole makes a role of the guild.
func (g *Guild) NewRole(name string) *Role {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	r := &Role{ID: g.s.newID(), Name: name}
	g.s.roles[r.ID] = r
	return r
}

// Join makes somebody a member, with MemberPermissions.
func (g *Guild) Join(p *Person) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if g.members[p.ID] != nil {
		return
	}
	m := &member{person: p, permissions: MemberPermissions, joined: g.s.o.Now(), own: g.s.newID()}
	if p.bot {
		m.permissions = BotPermissions
	}
	g.members[p.ID] = m
	if p.bot {
		g.s.dispatch(g, "GUILD_CREATE", intentGuilds, g.createObject())
	}
}

// Leave ends a membership. Where the bot leaves, the guild's own commands go.
func (g *Guild) Leave(p *Person) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	delete(g.members, p.ID)
	if p.bot {
		delete(g.s.commands.scopes, g.ID)
		g.s.dispatch(g, "GUILD_DELETE", intentGuilds, object{"id": g.ID})
	}
	g.s.host.Note()
}

// SetPermissions says what a member, or the bot, may do in the guild.
func (g *Guild) SetPermissions(p *Person, permissions int64) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if m := g.members[p.ID]; m != nil {
		m.permissions = permissions
	}
}

// GiveRoles gives a member roles.
func (g *Guild) GiveRoles(p *Person, roles ...*Role) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if m := g.members[p.ID]; m != nil {
		for _, r := range roles {
			m.roles = append(m.roles, r.ID)
		}
	}
}

// TakeRoles takes roles from a member.
func (g *Guild) TakeRoles(p *Person, roles ...*Role) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if m := g.members[p.ID]; m != nil {
		m.roles = slices.DeleteFunc(m.roles, func(id string) bool {
			return slices.ContainsFunc(roles, func(r *Role) bool { return r.ID == id })
		})
	}
}

// Everyone is the role that all members have without being given it. Its id is the
// guild's own.
func (g *Guild) Everyone() *Role { return &Role{ID: g.ID, Name: "@everyone"} }

// MakeManager lets a member manage the guild.
func (g *Guild) MakeManager(p *Person) { g.SetPermissions(p, MemberPermissions|ManageGuild) }

// SetNick says what a member is called in the guild.
func (g *Guild) SetNick(p *Person, nick string) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	if m := g.members[p.ID]; m != nil {
		m.nick = nick
	}
}

// Silence lets a member only look until a time, as moderators can.
func (g *Guild) Silence(p *Person, until time.Time) {
	g.s.mu.Lock()
	defer g.s.mu.Unlock()
	g.members[p.ID].silent = until
}

// RefuseDMs says whether the person takes no direct messages from the bot.
func (p *Person) RefuseDMs(refuse bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.refuses = refuse
}

// Install installs the application for the person, so that they have its
// commands also where the bot is not.
func (p *Person) Install() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.installed = true
}

// userObject is the person as messages and members hold them. Callers hold mu.
func (p *Person) userObject() object {
	o := object{
		"id": p.ID, "username": p.Name, "avatar": nil, "discriminator": "0", "public_flags": 0, "flags": 0,
		"banner": nil, "accent_color": nil, "global_name": p.Name, "avatar_decoration_data": nil,
		"collectibles": nil, "primary_guild": nil,
	}
	if p.bot {
		o["bot"] = true
		o["global_name"] = nil
	}
	return o
}

// memberObject is the member as the API returns it. Callers hold mu.
func (m *member) memberObject() object {
	o := object{
		"avatar": nil, "banner": nil, "communication_disabled_until": nil, "flags": 0,
		"joined_at": stamp(m.joined), "nick": nil, "pending": false, "premium_since": nil,
		"roles": ids(m.roles), "user": m.person.userObject(), "mute": false, "deaf": false,
	}
	if m.nick != "" {
		o["nick"] = m.nick
	}
	if !m.silent.IsZero() {
		o["communication_disabled_until"] = stamp(m.silent)
	}
	return o
}

func ids(l []string) []any {
	out := make([]any, len(l))
	for i, id := range l {
		out[i] = id
	}
	return out
}

// stamp writes a time as Discord does.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000-07:00") }

// bits writes permissions as the API does.
func bits(permissions int64) string { return strconv.FormatInt(permissions, 10) }
