package discord_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// TestStanding_IsWhatDiscordSaysAtEachHop: of commands, completions, buttons and
// forms, each as it stands then. No role is said with it.
func TestStanding_IsWhatDiscordSaysAtEachHop(t *testing.T) {
	o := openOffice(t)
	ada := o.ada.Person()
	editors, other := o.guild.NewRole("editors"), o.guild.NewRole("others")
	var card *discordtest.Message
	var form *discordtest.Modal
	hops := []struct {
		name string
		do   func()
	}{
		{"command", func() { card = o.slash(o.ada, "card", "name", "every-field") }},
		{"completion", func() {
			if _, err := o.ada.Complete("card", "name", "sm"); err != nil {
				t.Fatal(err)
			}
		}},
		{"completion in a verb", func() {
			if _, err := o.ada.Complete("roles give", "what", "sm"); err != nil {
				t.Fatal(err)
			}
		}},
		{"button", func() { card = o.press(o.ada, card, "The small card") }},
		{"form opening", func() { form = o.open(o.ada, "desk write", "text", "x") }},
		{"form", func() { o.send(o.ada, form, "title", "x") }},
		{"menu", func() {
			if _, err := o.ada.MessageMenu("Write to the desk", o.ada.Say("x")); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, c := range []struct {
		name string
		set  func()
		want briefings.Standing
	}{
		{"a member", func() {}, briefings.Standing{}},
		{"with roles", func() { o.guild.GiveRoles(ada, editors, other) }, briefings.Standing{Groups: []string{editors.ID, other.ID}}},
		{"with one less", func() { o.guild.TakeRoles(ada, editors) }, briefings.Standing{Groups: []string{other.ID}}},
		{"who manages the server", func() { o.guild.MakeManager(ada) }, briefings.Standing{Groups: []string{other.ID}, Owner: true}},
		{"an administrator", func() { o.guild.SetPermissions(ada, discordtest.Administrator) }, briefings.Standing{Groups: []string{other.ID}, Owner: true}},
		{"who manages messages", func() {
			o.guild.SetPermissions(ada, discordtest.MemberPermissions|discordtest.ManageMessages|discordtest.ManageRoles)
		}, briefings.Standing{Groups: []string{other.ID}}},
	} {
		c.set()
		for _, hop := range hops {
			hop.do()
			r := o.core.last()
			if diff := cmp.Diff(c.want, r.Standing, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", c.name, hop.name, diff)
			}
			if r.Role != briefings.NoRole || r.Event == "" || r.Inputs != 5 || r.NoForms {
				t.Errorf("%s, %s: role %v, event %q, %d inputs, no forms %v", c.name, hop.name, r.Role, r.Event, r.Inputs, r.NoForms)
			}
		}
	}
}

// TestStanding_InADirectMessageNobodyRunsAServer: whatever they are elsewhere.
func TestStanding_InADirectMessageNobodyRunsAServer(t *testing.T) {
	o := openOffice(t)
	ada := o.ada.Person()
	o.guild.GiveRoles(ada, o.guild.NewRole("editors"))
	o.guild.MakeManager(ada)
	o.slash(ada.DM(), "echo", "text", "x")
	if diff := cmp.Diff(briefings.Standing{Direct: true}, o.core.last().Standing); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestStanding_WhoBringsTheBotAlongIsAGuest: by their own installation, where the
// server has none. That they run that server gives them nothing here.
func TestStanding_WhoBringsTheBotAlongIsAGuest(t *testing.T) {
	o := openOffice(t)
	ada := o.ada.Person()
	o.server.AddCommand(map[string]any{
		"name": "echo", "description": "x", "integration_types": []any{1}, "contexts": []any{0},
		"options": []any{map[string]any{"type": 3, "name": "text", "description": "x"}},
	})
	o.guild.MakeManager(ada)
	ada.Install()
	o.slash(o.ada, "echo", "text", "x")
	if o.core.last().Standing.Guest {
		t.Error("with an installation of the server's, too, they are a guest")
	}
	o.guild.Leave(o.server.Bot())
	o.slash(o.ada, "echo", "text", "x")
	s := o.core.last().Standing
	if !s.Guest || s.Direct || (&briefings.Rights{}).Role(o.core.last().Actor, s) != briefings.Reader {
		t.Errorf("they stand as %+v", s)
	}
}

// TestEvent_IsOneForEachThingDone: two presses of one button are two, and what
// changes a book must not be done once for both.
func TestEvent_IsOneForEachThingDone(t *testing.T) {
	o := openOffice(t)
	card := o.slash(o.ada, "card", "name", "every-field")
	o.press(o.ada, card, "Say it again")
	o.press(o.ada, o.slash(o.ada, "card", "name", "every-field"), "Say it again")
	form := o.open(o.ada, "desk write", "text", "x")
	o.send(o.ada, form, "title", "x")
	seen := map[string]bool{}
	for _, r := range o.core.all() {
		if r.Event == "" || seen[r.Event] {
			t.Errorf("event %q of %s comes twice", r.Event, r.Invocation)
		}
		seen[r.Event] = true
	}
}

func TestAccounts_AreWhomDiscordNames(t *testing.T) {
	o := openOffice(t)
	ben := o.join("ben").Person()
	nick := o.join("cy").Person()
	o.guild.SetNick(nick, "Cyril")
	editors := o.guild.NewRole("editors")
	for _, c := range []struct {
		id    string
		value string
		want  map[string]bot.AccountRef
	}{
		{ben.ID, ben.ID, map[string]bot.AccountRef{ben.ID: {ID: ben.ID, Name: "ben"}}},
		{nick.ID, nick.ID, map[string]bot.AccountRef{nick.ID: {ID: nick.ID, Name: "Cyril"}}},
		{editors.ID, editors.ID, map[string]bot.AccountRef{editors.ID: {Group: true, ID: editors.ID, Name: "editors"}}},
		// Nobody has the role @everyone: it is another word for all there are.
		{o.guild.Everyone().ID, "everyone", nil},
	} {
		// An id in a text is words: nobody is picked by it.
		o.slash(o.ada, "roles give", "to", c.id, "also", nick.ID)
		r := o.core.last()
		if diff := cmp.Diff(c.want, r.Accounts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.id, diff)
		}
		want := bot.Invocation{Command: "roles give", Args: []bot.Value{{Name: "to", Value: c.value}, {Name: "also", Value: nick.ID}}}
		if diff := cmp.Diff(want, r.Invocation); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.id, diff)
		}
	}
}

// TestStanding_WhoRunsAServerOfTheirOwnIsNoAdminOfTheBook: where anybody can add the
// bot to a server, running one that the config does not list means nothing once there
// are several.
func TestStanding_WhoRunsAServerOfTheirOwnIsNoAdminOfTheBook(t *testing.T) {
	for _, private := range []bool{false, true} {
		s := discordtest.New(t, discordtest.Options{Token: token, Private: private})
		core := &desk{Core: corpus()}
		ours, theirs := s.NewGuild("Newsroom"), s.NewGuild("Strangers")
		owner := func(g *discordtest.Guild) *discordtest.Client {
			p := s.NewPerson("owner of " + g.Name)
			g.Join(p)
			g.MakeManager(p)
			return p.In(g.NewChannel("desk"))
		}
		us, them := owner(ours), owner(theirs)
		start(t, s, core, func(o *discord.Options) { o.Servers = []briefings.Workspace{briefings.Workspace(ours.ID)} })
		waitForCommands(t, us, core)
		for _, c := range []struct {
			who  *discordtest.Client
			want bool
		}{{us, true}, {them, private}} {
			if _, err := c.who.Slash("echo", discordtest.Option{Name: "text", Value: "x"}); err != nil {
				t.Fatal(err)
			}
			if got := core.last().Standing.Owner; got != c.want {
				t.Errorf("private %t: an owner %t, want %t", private, got, c.want)
			}
		}
	}
}
