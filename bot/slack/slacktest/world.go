package slacktest

import (
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Team is a workspace, in the words of people.
type Team struct {
	s      *Server
	ID     string
	Name   string
	Domain string

	token    string
	bot      *Person
	botID    string
	scopes   []string
	revoked  bool
	inactive bool
	people   []*Person
	channels []*Channel
	groups   []*UserGroup
	plain    bool // has no user groups
	dead     int  // calls with the token since it is none
}

// Person is a user of a workspace: somebody, or the bot.
type Person struct {
	s    *Server
	ID   string
	Name string

	team       *Team
	botID      string // of bots
	homeTeam   string // of external people: the id of their own workspace
	zone       *time.Location
	locale     string
	owner      bool
	primary    bool
	admin      bool
	restricted bool
	single     bool
	deleted    bool
	email      string
	stack      []*view
	home       *view
	direct     map[*Person]*Channel
	suggested  map[string][]object // what was last offered, by the place of the menu
	chosen     map[*message]map[string]object
}

// UserGroup is a group of people that can be mentioned.
type UserGroup struct {
	ID      string
	Handle  string
	team    *Team
	members []*Person

	disabled bool
}

// NewTeam makes a workspace that the application is installed in.
func (s *Server) NewTeam(name string) *Team {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &Team{s: s, ID: s.newID("T"), Name: name, Domain: strings.ToLower(strings.ReplaceAll(name, " ", "-")), botID: s.newID("B")}
	t.token = s.o.BotToken
	if len(s.teams) > 0 {
		t.token = "xoxb-" + standin.Random(12)
	}
	if t.scopes = slices.Clone(s.o.Scopes); t.scopes == nil {
		t.scopes = allScopes()
	}
	t.bot = t.addPerson(s.o.BotName)
	t.bot.botID = t.botID
	s.teams = append(s.teams, t)
	return t
}

// anyTeam returns the first workspace; one that has nobody in it, where there is
// none. Callers hold mu.
func (s *Server) anyTeam() *Team {
	if len(s.teams) > 0 {
		return s.teams[0]
	}
	t := &Team{s: s, ID: "T0", Domain: "nobody"}
	t.bot = &Person{s: s, ID: "U0", team: t}
	return t
}

// Bot is the application's bot user in the workspace.
func (t *Team) Bot() *Person { return t.bot }

// BotToken is the token that the application has for the workspace.
func (t *Team) BotToken() string {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	return t.token
}

// NewPerson makes a member of the workspace.
func (t *Team) NewPerson(name string) *Person {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	return t.addPerson(name)
}

// NewBot makes the bot user of another application.
func (t *Team) NewBot(name string) *Person {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	p := t.addPerson(name)
	p.botID = t.s.newID("B")
	return p
}

// NewExternal makes somebody of another workspace, who is here through Slack
// Connect.
func (t *Team) NewExternal(name string) *Person {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	p := t.addPerson(name)
	p.homeTeam = t.s.newID("T")
	return p
}

func (t *Team) addPerson(name string) *Person {
	p := &Person{
		s: t.s, ID: t.s.newID("U"), Name: name, team: t, zone: time.UTC, locale: "en-US", email: name + "@example.org",
		direct: map[*Person]*Channel{}, suggested: map[string][]object{},
		chosen: map[*message]map[string]object{},
	}
	t.people = append(t.people, p)
	t.s.people[p.ID] = p
	return p
}

// Team is the workspace that the person is seen in.
func (p *Person) Team() *Team { return p.team }

// SetZone says where the person is.
func (p *Person) SetZone(zone *time.Location) { p.set(func() { p.zone = zone }) }

// SetLocale says which language the person's client speaks, such as "de-DE".
func (p *Person) SetLocale(locale string) { p.set(func() { p.locale = locale }) }

// SetOwner says whether the person owns the workspace. Owners are admins.
func (p *Person) SetOwner(owner bool) { p.set(func() { p.owner, p.admin = owner, owner || p.admin }) }

// SetPrimaryOwner makes the person the one who owns the workspace before all.
func (p *Person) SetPrimaryOwner() {
	p.SetOwner(true)
	p.set(func() { p.primary = true })
}

// SetAdmin says whether the person is an admin of the workspace.
func (p *Person) SetAdmin(admin bool) { p.set(func() { p.admin = admin }) }

// SetRestricted says whether the person is a guest, and of one channel alone.
func (p *Person) SetRestricted(guest, oneChannel bool) {
	p.set(func() { p.restricted, p.single = guest || oneChannel, oneChannel })
}

// SetDeleted says whether the person's account is deactivated.
func (p *Person) SetDeleted(deleted bool) { p.set(func() { p.deleted = deleted }) }

func (p *Person) set(f func()) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	f()
	p.s.host.Note()
}

// NewUserGroup makes a group of people.
func (t *Team) NewUserGroup(handle string, members ...*Person) *UserGroup {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	g := &UserGroup{ID: t.s.newID("S"), Handle: handle, team: t, members: members}
	t.groups = append(t.groups, g)
	t.s.groups[g.ID] = g
	return g
}

// SetDisabled says whether the group is disabled, which takes it out of lists.
func (g *UserGroup) SetDisabled(disabled bool) {
	g.team.s.mu.Lock()
	defer g.team.s.mu.Unlock()
	g.disabled = disabled
}

// SetMembers says who is in the group.
func (g *UserGroup) SetMembers(members ...*Person) {
	g.team.s.mu.Lock()
	defer g.team.s.mu.Unlock()
	g.members = members
}

// SetFreePlan says whether the workspace is on a plan without user groups.
func (t *Team) SetFreePlan(free bool) {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.plain = free
}

// SetScopes says what the bot token is granted, as a reinstallation would.
func (t *Team) SetScopes(scopes ...string) {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.scopes = scopes
}

// Revoke revokes the bot token, and tells the application so.
func (t *Team) Revoke() {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.emit(t, "tokens_revoked", t.tokensRevoked())
	t.revoked = true
}

func (t *Team) tokensRevoked() object {
	return object{"type": "tokens_revoked", "tokens": object{"oauth": []any{}, "bot": []any{t.bot.ID}}}
}

// Uninstall takes the application out of the workspace, and tells it so.
func (t *Team) Uninstall() {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.emit(t, "app_uninstalled", object{"type": "app_uninstalled"})
	t.s.emit(t, "tokens_revoked", t.tokensRevoked())
	t.inactive = true
}

// Deactivate makes the token's account inactive, as when the user whom the
// application was installed by leaves.
func (t *Team) Deactivate() {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.inactive = true
}

// Restore makes the token good again.
func (t *Team) Restore() {
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.revoked, t.inactive, t.dead = false, false, 0
}

// find returns a member of the workspace by id. Callers hold mu.
func (t *Team) find(id string) *Person {
	if p := t.s.people[id]; p != nil && p.team == t {
		return p
	}
	return nil
}

// userObject is the person as users.info returns them. Callers hold mu.
func (p *Person) userObject() object {
	_, offset := p.s.o.Now().In(p.zone).Zone()
	label, _ := p.s.o.Now().In(p.zone).Zone()
	home := p.team.ID
	if p.homeTeam != "" {
		home = p.homeTeam
	}
	profile := object{
		"real_name": p.Name, "real_name_normalized": p.Name, "display_name": p.Name, "display_name_normalized": p.Name,
		"title": "", "phone": "", "team": home,
	}
	if slices.Contains(p.team.scopes, "users:read.email") && p.botID == "" {
		profile["email"] = p.email
	}
	o := object{
		"id": p.ID, "team_id": home, "name": p.Name, "deleted": p.deleted, "real_name": p.Name, "profile": profile,
		"is_bot": p.botID != "", "is_app_user": false, "updated": p.s.o.Now().Unix(),
	}
	if p.botID != "" {
		profile["bot_id"] = p.botID
	}
	if p.deleted {
		return o
	}
	o["tz"], o["tz_label"], o["tz_offset"] = p.zone.String(), label, offset
	o["is_admin"], o["is_owner"], o["is_primary_owner"] = p.admin, p.owner, p.primary
	o["is_restricted"], o["is_ultra_restricted"] = p.restricted, p.single
	if p.homeTeam != "" {
		o["is_stranger"] = true
	}
	return o
}

// brief is the person as interactions hold them. Callers hold mu.
func (p *Person) brief() object {
	home := p.team.ID
	if p.homeTeam != "" {
		home = p.homeTeam
	}
	return object{"id": p.ID, "username": p.Name, "name": p.Name, "team_id": home}
}

// object is the group as usergroups.list returns it. Callers hold mu.
func (g *UserGroup) object(users bool) object {
	var ids []string
	for _, p := range g.members {
		ids = append(ids, p.ID)
	}
	o := object{
		"id": g.ID, "team_id": g.team.ID, "is_usergroup": true, "name": g.Handle, "description": "", "handle": g.Handle,
		"is_external": false, "date_create": 0, "date_update": 0, "date_delete": 0, "auto_type": nil,
		"created_by": g.team.bot.ID, "updated_by": g.team.bot.ID, "deleted_by": nil,
		"prefs": object{"channels": []any{}, "groups": []any{}}, "user_count": len(ids),
	}
	if users {
		o["users"] = anys(ids)
	}
	if g.disabled {
		o["date_delete"], o["deleted_by"] = 1700000000, g.team.bot.ID
	}
	return o
}
