package slack

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// How long what Slack says of somebody's rights is believed, and how long a command
// that needs some waits to know them.
const (
	standingFor  = 5 * time.Minute
	standingTime = 2 * time.Second
)

// rank is somebody's place in the workspace, as users.info has it.
type rank struct {
	runs    bool     // an owner or an admin
	guest   bool     // of some channels alone, of elsewhere, or deactivated
	teams   []string // the workspaces and organisations that they are of
	unknown bool     // Slack has not said
}

func rankOf(u *slack.User) rank {
	return rank{
		runs:  u.IsOwner || u.IsPrimaryOwner || u.IsAdmin,
		guest: u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.Deleted,
		teams: append([]string{u.TeamID, u.Enterprise.EnterpriseID}, u.Enterprise.Teams...),
	}
}

// outside reports whether somebody is a guest in the workspace of these ids (its own,
// and its organisation's), or of another one. home is where the event has them from,
// or "". Where nothing says that they are of it, they are not.
func (r rank) outside(ours []string, home string) bool {
	of := func(id string) bool { return id != "" && slices.Contains(ours, id) }
	if r.unknown {
		return !of(home)
	}
	if r.guest || !slices.ContainsFunc(r.teams, of) {
		return true
	}
	// Somebody may ask from another workspace of their organisation.
	return home != "" && !of(home) && !slices.Contains(r.teams, home)
}

// byRole are the commands for readers, in no group, whose answer depends on what else
// somebody may do.
var byRole = []string{homeCommand, helpCommand}

// weighs reports whether it matters to what is asked who asks. What is in a group is
// the desk's: also of what readers may ask there, editors see more. What begins with no
// command is a question, and those everybody may ask.
func (s *Slack) weighs(asked bot.Request) bool {
	name, inGroup := asked.Invocation.Command, asked.Invocation.Command
	if name == "" {
		first, rest := cutWord(strings.TrimPrefix(strings.TrimSpace(asked.Text), "/"))
		verb, _ := cutWord(rest)
		name, inGroup = first, first+" "+verb
	}
	commands := s.core.Commands()
	for i := range commands {
		c := &commands[i]
		if (c.Role > briefings.Reader || c.Group() != "" || slices.Contains(byRole, c.Name)) && (strings.EqualFold(c.Name, name) || strings.EqualFold(c.Name, inGroup)) {
			return true
		}
	}
	return false
}

// cutWord splits a line behind its first word, at whatever the core takes for a space.
func cutWord(line string) (word, rest string) {
	space := func(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }
	line = strings.TrimLeftFunc(line, space)
	if i := strings.IndexFunc(line, space); i >= 0 {
		return line[:i], line[i:]
	}
	return line, ""
}

// standing is what Slack says of who asks. Without wait it is what is known. What is
// not known gives nothing: nobody runs the workspace or is in a group, and who is not
// known to be of it is not. Nothing of it is what a client can set.
func (s *Slack) standing(ctx context.Context, p place, wait bool, now time.Time) briefings.Standing {
	st := briefings.Standing{Direct: p.alone() || p.lost}
	ctx, cancel := context.WithTimeout(ctx, standingTime)
	defer cancel()
	var both sync.WaitGroup
	ask := func(f func()) { f() }
	if wait {
		ask = both.Go
	}
	ask(func() { st.Groups = p.w.groupsOf(ctx, p.user, wait, now) })
	r, known := p.w.rank(ctx, p.user, wait, now)
	both.Wait()
	r.unknown = !known
	st.Guest = r.outside(p.w.ours(), p.home)
	st.Owner = known && r.runs && !st.Guest
	return st
}

// groups are the user groups of a workspace, as Slack said within five minutes.
type groups struct {
	turn chan struct{} // is held by who asks for them

	mu    sync.Mutex
	of    map[string][]string // the ids, by user
	names map[string]string   // the handles, by id
	until time.Time
	said  bool // it was logged that they cannot be read
}

func newGroups() *groups { return &groups{turn: make(chan struct{}, 1)} }

// find returns the groups that somebody is in, and whether that is still believed.
func (g *groups) find(user string, now time.Time) ([]string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !now.Before(g.until) {
		return nil, false
	}
	return g.of[user], true
}

// name is what a group is called, or "".
func (g *groups) name(id string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.names[id]
}

// groupsOf returns the ids of the user groups that somebody is in: as Slack said
// within five minutes, or where that is to be waited for, as it says now. They are none
// where the app may not read them, and where Slack does not answer.
func (w *workspace) groupsOf(ctx context.Context, user string, wait bool, now time.Time) []string {
	list, known := w.groups.find(user, now)
	if known || !wait {
		return list
	}
	select { // one asks for all
	case w.groups.turn <- struct{}{}:
		defer func() { <-w.groups.turn }()
	case <-ctx.Done():
		return nil
	}
	if list, known := w.groups.find(user, now); known {
		return list
	}
	var all []slack.UserGroup
	err := w.call(ctx, "usergroups.list", "", func(ctx context.Context) (err error) {
		all, err = w.api.GetUserGroupsContext(ctx, slack.GetUserGroupsOptionIncludeUsers(true))
		return err
	})
	if err != nil && !refused(err) {
		w.log.Debug("it is not known who is in which user group", "err", err)
		return nil
	}
	w.groups.learn(all, now.Add(standingFor))
	if err != nil && w.groups.firstRefusal() {
		w.log.Warn("user groups cannot be read, so that no role comes from one", "workspace", w.team(), "err", err, "fix", fix(code(err), w.name()))
	}
	list, _ = w.groups.find(user, now)
	return list
}

// learn takes note of the groups.
func (g *groups) learn(all []slack.UserGroup, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.of, g.names, g.until = map[string][]string{}, map[string]string{}, until
	for _, group := range all {
		g.names[group.ID] = group.Handle
		if group.DateDelete != 0 {
			continue // it was disabled
		}
		for _, user := range group.Users {
			g.of[user] = append(g.of[user], group.ID)
		}
	}
}

// firstRefusal reports whether it was not said yet that the groups cannot be read.
func (g *groups) firstRefusal() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	first := !g.said
	g.said = true
	return first
}
