package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// kinds are the kinds of actor, with the role that each has where the others are.
func (n *newsroom) kinds(platform string) map[string]struct {
	*person
	role briefings.Role
} {
	guest := n.person(platform, "guest", "admins")
	guest.standing.Guest = true
	return map[string]struct {
		*person
		role briefings.Role
	}{
		"somebody":    {n.person(platform, "rita"), briefings.Reader},
		"guest":       {guest, briefings.Reader}, // though a group of theirs has more
		"contributor": {n.person(platform, "con", "contributors"), briefings.Contributor},
		"editor":      {n.person(platform, "ed", "editors"), briefings.Editor},
		"admin":       {n.person(platform, "ada", "admins"), briefings.Admin},
		"owner":       {n.owner(platform), briefings.Admin},
		"by name":     {n.person(platform, "named"), briefings.Editor},
	}
}

// surfaces are the ways in which a command comes.
var surfaces = map[string]func(*bot.Request, *bot.Command){
	"slash": func(r *bot.Request, c *bot.Command) { r.Text, r.Via = "/"+c.Name, "slash" },
	"button": func(r *bot.Request, c *bot.Command) {
		r.Invocation, r.Via = bot.Invocation{Command: c.Name}, "button"
	},
	"menu": func(r *bot.Request, c *bot.Command) {
		r.Invocation, r.Via = bot.Invocation{Command: c.Name, Args: []bot.Value{{Name: bot.MessageText, Value: "a text"}}}, "menu"
	},
	"form": func(r *bot.Request, c *bot.Command) {
		r.Invocation, r.Via = bot.Filled(bot.Invocation{Command: c.Name, Args: []bot.Value{{Name: "form_part", Value: "1"}}}, nil), "form"
	},
	"DM": func(r *bot.Request, c *bot.Command) {
		r.Text, r.Via, r.Standing.Direct, r.Standing.Owner, r.Standing.Groups, r.Actor.Workspace = "/"+c.Name, "message", true, false, nil, ""
	},
}

// TestRights_EachKindOfActorMayDoOnEachSurfaceWhatTheTableSays: the matrix is made of
// the table, so that a command that is new in it is in the matrix, too. What is
// refused is in the audit, and changes nothing.
func TestRights_EachKindOfActorMayDoOnEachSurfaceWhatTheTableSays(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	for _, platform := range []string{"discord", "slack"} {
		n.owner(platform).does("/desk roles to:user:named role:editor")
	}
	cells := 0
	for _, platform := range []string{"discord", "slack"} {
		for kind, who := range n.kinds(platform) {
			for _, c := range n.bot.Commands() {
				for surface, ask := range surfaces {
					n.now = n.now.Add(time.Minute)
					r := who.request(bot.Request{})
					ask(&r, &c)
					role := who.role
					if surface == "DM" {
						role = briefings.Reader
					}
					before, rows := n.seq(), n.denied()
					reply := n.bot.Handle(t.Context(), r)
					refused := reply.Card != nil && reply.Card.Title == "Not allowed" && strings.Contains(text(reply.Card), "is for the role "+c.Role.String())
					if want := role < c.Role; refused != want {
						t.Fatalf("%s, %s, /%s, %s: refused %t, want %t: %+v", platform, kind, c.Name, surface, refused, want, reply)
					}
					if refused && (n.seq() != before || n.denied() != rows+1) {
						t.Errorf("%s, %s, /%s, %s: %d revisions, %d rows of refusals", platform, kind, c.Name, surface, n.seq()-before, n.denied()-rows)
					}
					cells++
				}
			}
		}
	}
	if want := 2 * 7 * 5 * len(n.bot.Commands()); cells != want {
		t.Errorf("%d cells, want %d", cells, want)
	}
}

// denied counts the refused attempts in the audit.
func (n *newsroom) denied() int {
	n.t.Helper()
	rows, err := n.store.Audit(n.t.Context(), n.book, briefings.AuditQuery{Since: n.now.Add(-time.Second)})
	if err != nil {
		n.t.Fatal(err)
	}
	count := 0
	for _, r := range rows {
		if r.Outcome == briefings.Denied {
			count++
		}
	}
	return count
}

func TestRights_ARoleLostBetweenOpeningAndSendingAFormCounts(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("discord", "ed", "editors")
	form := ed.asks("/book edit Witkoff")
	ed.standing.Groups = nil
	before := n.seq()
	if got := ed.fills(form, map[string]string{"role": "mine"}); got.Outcome != bot.Refused || n.seq() != before {
		t.Errorf("a form is taken of somebody who is no editor any more: %s", text(got.Card))
	}
	n.owner("discord").does("/desk roles to:user:ed role:editor")
	form = ed.asks("/book edit Witkoff")
	n.owner("discord").does("/desk roles to:user:ed role:none")
	before = n.seq()
	if got := ed.fills(form, map[string]string{"role": "mine"}); got.Outcome != bot.Refused || n.seq() != before {
		t.Errorf("a form is taken of somebody whose role was taken away: %s", text(got.Card))
	}
}

func TestRights_OfOneWorkspaceDoNotHoldInAnother(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	stranger := n.person("discord", "x", "editors")
	stranger.actor.Workspace = "G2"
	n.says(stranger.asks("/book set Witkoff importance 5"), "is for the role editor")
}

func TestRights_LinkedAccountsAreOnePerson(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	n.owner("discord").does("/desk roles to:user:42 role:editor")
	there := n.person("slack", "U7")
	n.says(there.asks("/book set Witkoff importance 5"), "is for the role editor")
	n.says(n.owner("discord").does("/desk link user:42 slack/T1/U7"), "are one person")
	n.says(there.does("/book set Witkoff importance 5"), "5")
	n.says(n.person("discord", "42").does("/book undo"), "Undone") // what the other account did
	n.owner("discord").does("/desk link user:42 none")
	n.says(there.asks("/book set Witkoff importance 6"), "is for the role editor")
}

func TestRights_DirectMessagesAndGuestsEditWhereAnAdminSaysSo(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed, guest := n.person("slack", "named"), n.person("slack", "guest", "editors")
	n.owner("slack").does("/desk roles to:user:named role:editor")
	ed.standing.Direct, guest.standing.Guest = true, true
	for i, p := range []*person{ed, guest} {
		n.says(p.asks("/book set Witkoff importance 5"), "is for the role editor")
		n.owner("slack").does("/desk roles to:" + []string{"direct", "guests"}[i] + " role:editor")
		n.now = n.now.Add(time.Minute)
		p.does(fmt.Sprintf("/book set Witkoff importance %d", 20+i))
	}
}

func TestRights_TheOperatorsAdminsAreAdminsButNotInDirectMessages(t *testing.T) {
	n := openNewsroom(t)
	b, err := bot.New(n.library, bot.Options{Admins: []briefings.Actor{{Platform: "slack", User: "U1"}}})
	if err != nil {
		t.Fatal(err)
	}
	n.bot = b
	p := n.person("slack", "U1")
	p.does("/desk stats")
	p.standing.Direct = true
	n.says(p.asks("/desk stats"), "is for the role admin")
	n.says(n.person("discord", "U1").asks("/desk stats"), "is for the role admin")
}

func TestRoles_EveryoneMayBeMadeContributorsAndNoMore(t *testing.T) {
	n := openNewsroom(t)
	n.says(n.owner("slack").does("/desk roles to:everyone role:contributor"), "contributor")
	n.person("slack", "rita").does(`/suggest Witkoff field:role value:x`)
	if got := n.owner("slack").asks("/desk roles to:everyone role:editor"); got.Outcome != bot.Refused {
		t.Errorf("everybody is an editor: %s", text(got.Card))
	}
}

func TestRoles_AreGivenToWhomThePlatformNames(t *testing.T) {
	n := openNewsroom(t)
	owner := n.owner("slack")
	reply := owner.handle(bot.Request{Text: "/desk roles to:@ann role:editor", Accounts: map[string]bot.AccountRef{"@ann": {ID: "U5", Name: "ann"}}})
	n.says(reply, "ann may do what the role editor may")
	n.person("slack", "U5").does("/book set Witkoff importance 5")
	n.says(owner.asks("/desk roles to:@bob role:editor"), "nobody that the platform knows")
	n.says(owner.does("/desk audit who:user:U5"), "book set")
}

func TestDesk_BindsToABookOnlyForItsAdmins(t *testing.T) {
	n := openNewsroom(t)
	_, err := n.library.Apply(t.Context(), "harbour", briefings.Change{Actor: briefings.Actor{Platform: "test", User: "x"}, At: n.now, Edits: []briefings.Edit{{Put: &briefings.Book{ID: "harbour", Name: "Harbour"}}}})
	if err != nil {
		t.Fatal(err)
	}
	owner := n.owner("discord")
	if got := owner.asks("/desk bind harbour"); got.Outcome != bot.Refused {
		t.Errorf("it is bound: %s", text(got.Card))
	}
	if err := n.store.Grant(t.Context(), "harbour", briefings.Deed{Actor: owner.actor, Action: "test", At: n.now}, briefings.Grant{Platform: "discord", Workspace: "G1", To: briefings.ToUser, ID: "owner", Role: briefings.Admin}); err != nil {
		t.Fatal(err)
	}
	if err := n.library.Refresh(t.Context(), "harbour"); err != nil {
		t.Fatal(err)
	}
	n.says(owner.does("/desk bind harbour"), "Bound to harbour")
	b, err := n.store.Binding(t.Context(), "discord", "G1")
	if err != nil || b.Book != "harbour" {
		t.Errorf("bound to %q, %v", b.Book, err)
	}
}

func TestDesk_FreshnessStatsAndAudit(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	owner := n.owner("discord")
	n.says(owner.does("/desk freshness"), "Status: 1d")
	n.says(owner.does("/desk freshness status:12h"), "12h")
	n.says(owner.does("/desk stats"), "changes")
	n.person("discord", "rita").asks("/book set Witkoff importance 5")
	n.says(owner.does("/desk audit"), "denied", "desk freshness", "desk roles")
	n.person("discord", "ed", "editors").does("/book set Witkoff importance 5")
	n.says(owner.does("/desk audit Witkoff"), "book set", "discord/G1/ed")
	n.says(owner.does("/desk audit day:yesterday"), "Nobody")
}
