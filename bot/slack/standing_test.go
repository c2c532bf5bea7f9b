package slack_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// TestStanding_IsWhatSlackSaysOfThePerson: by whatever way they ask.
func TestStanding_IsWhatSlackSaysOfThePerson(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o, core := openDesk(t, way)
		plain := o.team.NewPerson("plain")
		owner, primary, admin := o.team.NewPerson("owner"), o.team.NewPerson("primary"), o.team.NewPerson("admin")
		owner.SetOwner(true)
		primary.SetPrimaryOwner()
		admin.SetAdmin(true)
		guest, single, external := o.team.NewPerson("guest"), o.team.NewPerson("single"), o.team.NewExternal("eve")
		guest.SetRestricted(true, false)
		single.SetRestricted(true, true)
		external.SetAdmin(true) // at home
		member, former := o.team.NewPerson("member"), o.team.NewPerson("former")
		desk := o.team.NewUserGroup("desk", member, external)
		o.team.NewUserGroup("others", plain)
		o.team.NewUserGroup("closed", former).SetDisabled(true)
		others := o.team.NewUserGroup("also", member)
		for _, c := range []struct {
			who  *slacktest.Person
			want briefings.Standing
		}{
			{o.ann.Person(), briefings.Standing{}},
			{owner, briefings.Standing{Owner: true}},
			{primary, briefings.Standing{Owner: true}},
			{admin, briefings.Standing{Owner: true}},
			{guest, briefings.Standing{Guest: true}},
			{single, briefings.Standing{Guest: true}},
			{external, briefings.Standing{Guest: true, Groups: []string{desk.ID}}},
			{member, briefings.Standing{Groups: []string{desk.ID, others.ID}}},
			{former, briefings.Standing{}},
		} {
			o.desk.Invite(c.who)
			in, dm := c.who.In(o.desk), c.who.DM()
			m, err := message(in.Command("/brief", "desk change"))
			check := func(way string, want briefings.Standing) {
				t.Helper()
				see(t, m, err, "Changed")
				if diff := cmp.Diff(want, core.last().Standing); diff != "" {
					t.Errorf("%s, by %s (-want +got):\n%s", c.who.Name, way, diff)
				}
				if core.last().Role != briefings.NoRole {
					t.Errorf("%s, by %s: the adapter says the role %v", c.who.Name, way, core.last().Role)
				}
			}
			check("a command", c.want)
			m, err = message(in.Say("<@" + o.team.Bot().ID + "> desk change"))
			check("a mention", c.want)
			direct := c.want
			direct.Direct = true
			m, err = message(dm.Command("/brief", "desk change"))
			check("a command between us", direct)
			m, err = message(dm.Say("desk change"))
			check("a message to us", direct)
			m, err = message(in.Command("/brief", "home"))
			m = see(t, m, err, "Home")
			m, err = press(in, m, "Change")
			check("a press", c.want)
		}
	})
}

// TestStanding_WhoOnlyReadsDoesNotWaitForIt: nor asks for groups.
func TestStanding_WhoOnlyReadsDoesNotWaitForIt(t *testing.T) {
	t.Parallel()
	now := new(clock)
	o, core := openDesk(t, now.option)
	o.server.Fault(slacktest.Fault{Path: "usergroups.list$", Kind: slacktest.Slow, Delay: time.Minute})
	begun := time.Now()
	echo(t, o.ann, "hello")
	if took := time.Since(begun); took > 1500*time.Millisecond {
		t.Errorf("it took %s", took)
	}
	if n := len(o.server.Calls("usergroups.list")); n != 0 {
		t.Errorf("groups were asked for %d times", n)
	}
	o.server.ClearFaults()
	now.pass(6 * time.Minute)
	// What they may do else is to be seen in these two, which wait for it.
	o.ann.Person().SetAdmin(true)
	m, err := message(o.ann.Command("/brief", "home"))
	if see(t, m, err, "Home"); !core.last().Standing.Owner {
		t.Error("an admin gets the board of a reader")
	}
	// What is known by then is said.
	ben := reader(o.team, o.desk, "ben")
	ben.Person().SetAdmin(true)
	g := o.team.NewUserGroup("desk", ben.Person())
	now.pass(6 * time.Minute)
	m, err = message(ben.Command("/brief", "desk change"))
	see(t, m, err, "Changed")
	echo(t, ben, "known")
	if diff := cmp.Diff(briefings.Standing{Owner: true, Groups: []string{g.ID}}, core.last().Standing); diff != "" {
		t.Errorf("what is known (-want +got):\n%s", diff)
	}
}

// TestStanding_NobodyIsAReaderByChance: what an editor asks first, before anything is
// known of them, is answered as to an editor. That is so for what readers may ask, too,
// where the answer depends on who asks; and in whatever way it is typed.
func TestStanding_NobodyIsAReaderByChance(t *testing.T) {
	t.Parallel()
	o := starterOffice(t)
	for i, c := range []struct{ line, want string }{
		{"book show 1", "Revision 1"},
		{"/Book  SHOW\t1", "Revision 1"},
		{"book\u00a0show\u00a01", "Revision 1"},
		{"review\u3000stale", "To be checked"},
		{"review\u200bstale", "To be checked"},
		{"review\nstale", "To be checked"},
		{"help", "/brief book"},
		{"help review", "/brief review queue"},
		{"home", "Waiting for the desk"},
	} {
		boss := reader(o.team, o.desk, fmt.Sprint("boss-", i))
		boss.Person().SetOwner(true)
		if c.line == "home" { // of which something waits there
			m, err := message(reader(o.team, o.desk, "asker").Command("/brief", "ask who pays for it?"))
			see(t, m, err)
		}
		m, err := message(boss.Command("/brief", c.line))
		if err != nil {
			t.Fatalf("%q: %v", c.line, err)
		}
		if text := m.Seen().Text; !strings.Contains(text, c.want) {
			t.Errorf("%q shows no %q to who runs the workspace:\n%s", c.line, c.want, text)
		}
	}
}

// TestStanding_IsBelievedForFiveMinutes: and where somebody is for an hour.
func TestStanding_IsBelievedForFiveMinutes(t *testing.T) {
	t.Parallel()
	now := new(clock)
	o, core := openDesk(t, now.option)
	ann := o.ann.Person()
	ann.SetAdmin(true)
	g := o.team.NewUserGroup("desk", ann)
	ask := func(words string, want briefings.Standing) {
		t.Helper()
		m, err := message(o.ann.Command("/brief", words))
		see(t, m, err)
		if diff := cmp.Diff(want, core.last().Standing); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	had := briefings.Standing{Owner: true, Groups: []string{g.ID}}
	ask("desk change", had)
	ann.SetAdmin(false)
	g.SetMembers()
	now.pass(4*time.Minute + 50*time.Second)
	ask("desk change", had)
	if n := len(o.server.Calls("usergroups.list")); n != 1 {
		t.Errorf("groups were asked for %d times", n)
	}
	now.pass(20 * time.Second)
	ask("echo hello", briefings.Standing{}) // a reader waits for nothing, and an old right is none
	ask("desk change", briefings.Standing{})
	if users, groups := len(o.server.Calls("users.info")), len(o.server.Calls("usergroups.list")); users != 2 || groups != 2 {
		t.Errorf("%d questions about somebody, %d about groups, want 2 and 2", users, groups)
	}
}

// TestStanding_AsksForGroupsOnceForManyAtATime: the method takes few calls.
func TestStanding_AsksForGroupsOnceForManyAtATime(t *testing.T) {
	t.Parallel()
	o, _ := openDesk(t)
	people := map[string]func(*testing.T){}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		c := reader(o.team, o.desk, name)
		people[name] = func(t *testing.T) {
			m, err := message(c.Command("/brief", "desk change"))
			see(t, m, err, "Changed")
		}
	}
	atOnce(t, people)
	if n := len(o.server.Calls("usergroups.list")); n != 1 {
		t.Errorf("groups were asked for %d times", n)
	}
}

// TestStanding_WithoutTheRightToReadGroupsThereAreNone: that is logged once, and
// nobody who asks hears of it.
func TestStanding_WithoutTheRightToReadGroupsThereAreNone(t *testing.T) {
	t.Parallel()
	atOnce(t, map[string]func(*testing.T){
		"NoScope": func(t *testing.T) {
			withoutGroups(t, func(o *office) { o.team.SetScopes(without("usergroups:read")...) })
		},
		"NoPlan": func(t *testing.T) { withoutGroups(t, func(o *office) { o.team.SetFreePlan(true) }) },
	})
}

func withoutGroups(t *testing.T, lose func(*office)) {
	now := new(clock)
	o, core := openDesk(t, now.option)
	o.ann.Person().SetOwner(true)
	o.team.NewUserGroup("desk", o.ann.Person())
	lose(o)
	for range 3 {
		m, err := message(o.ann.Command("/brief", "desk change"))
		see(t, m, err, "Changed")
		if diff := cmp.Diff(briefings.Standing{Owner: true}, core.last().Standing); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		now.pass(6 * time.Minute)
	}
	if n := o.running.log.times("user groups cannot be read"); n != 1 {
		t.Errorf("it is logged %d times", n)
	}
}

// TestStanding_WhatSlackDoesNotSayGivesNothing: nobody runs the workspace by chance,
// and who is not known to be of it is from outside.
func TestStanding_WhatSlackDoesNotSayGivesNothing(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T){}
	for name, f := range map[string]slacktest.Fault{
		"NoAnswer": {Kind: slacktest.Slow, Delay: 10 * time.Second}, "Failing": {Kind: slacktest.StatusBefore, Status: 503},
		"Limited": {Kind: slacktest.RateLimited, RetryAfter: time.Minute},
	} {
		cases[name] = func(t *testing.T) {
			o, core := openDesk(t, overHTTP)
			ann := o.ann.Person()
			ann.SetOwner(true)
			o.team.NewUserGroup("desk", ann)
			f.Times = 100
			for _, f.Path = range []string{"users.info$", "usergroups.list$"} {
				o.server.Fault(f)
			}
			begun := time.Now()
			m, err := message(o.ann.Command("/brief", "desk change"))
			see(t, m, err, "Changed")
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
			if diff := cmp.Diff(briefings.Standing{}, core.last().Standing); diff != "" {
				t.Errorf("of our workspace, as the command says (-want +got):\n%s", diff)
			}
			m, err = message(o.ann.Command("/brief", "home"))
			m = see(t, m, err, "Home")
			if _, err := press(o.ann, m, "Change"); err != nil {
				t.Fatal(err)
			}
			for name, home := range map[string]any{"of nowhere": nil, "of elsewhere": "T0ELSEWHERE"} {
				p := last(t, o.server, "block_actions")
				p["user"].(map[string]any)["team_id"] = home
				p["trigger_id"] = name
				_, before := core.effects()
				if status, _ := o.forge(slacktest.Forgery{To: slacktest.Interactivity, Body: payload(p)}); status != 200 {
					t.Fatal(status)
				}
				eventually(t, "it is asked", func() bool { _, n := core.effects(); return n > before })
				if diff := cmp.Diff(briefings.Standing{Guest: true}, core.last().Standing); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		}
	}
	atOnce(t, cases)
}

// TestStanding_NothingThatAClientSetsGivesRights: neither words, nor what a window
// holds or is filled with.
func TestStanding_NothingThatAClientSetsGivesRights(t *testing.T) {
	t.Parallel()
	o, core := openDesk(t, overHTTP)
	g := o.team.NewUserGroup("desk", o.team.NewPerson("boss"))
	claims := "groups:" + g.ID + " owner:true role:admin <!subteam^" + g.ID + "|@desk> {\"is_owner\":true}"
	m, err := message(o.ann.Command("/brief", "desk change "+claims))
	see(t, m, err, "Changed")
	harmless := func(what string) {
		t.Helper()
		if r := core.last(); !cmp.Equal(r.Standing, briefings.Standing{}) || r.Role != briefings.NoRole {
			t.Errorf("%s: %+v, role %v", what, r.Standing, r.Role)
		}
	}
	harmless("words")
	body := url.Values{
		"command": {"/brief"}, "text": {"desk change"}, "team_id": {o.team.ID}, "user_id": {o.ann.Person().ID}, "user_name": {"boss"}, "channel_id": {o.desk.ID},
		"trigger_id": {"forged"}, "is_owner": {"true"}, "groups": {g.ID}, "standing": {`{"Owner":true}`}, "role": {"4"},
	}.Encode()
	if status, _ := o.forge(slacktest.Forgery{Body: []byte(body)}); status != 200 {
		t.Fatal(status)
	}
	harmless("fields of a command")

	shown, err := o.ann.Command("/brief", "desk form")
	if err != nil || shown.View == nil {
		t.Fatalf("no form opens: %v", err)
	}
	if err := shown.View.Fill("Title", "mine"); err != nil {
		t.Fatal(err)
	}
	if _, err := shown.View.Submit(); err != nil {
		t.Fatal(err)
	}
	harmless("a form")
	raw, err := json.Marshal(map[string]any{"groups": []string{g.ID}, "owner": true, "channel": o.desk.ID})
	if err != nil {
		t.Fatal(err)
	}
	p := last(t, o.server, "view_submission")
	p["trigger_id"], p["groups"], p["is_owner"] = "forged", []string{g.ID}, true
	p["user"].(map[string]any)["is_owner"] = true
	v := p["view"].(map[string]any)
	v["private_metadata"] = string(raw)
	values := v["state"].(map[string]any)["values"].(map[string]any)
	values["more"] = map[string]any{}
	for name, value := range map[string]string{"sent": "false", "base": "99", "groups": g.ID, "owner": "true", "what": "another"} {
		values["more"].(map[string]any)[name] = map[string]any{"type": "plain_text_input", "value": value}
	}
	if status, _ := o.forge(slacktest.Forgery{To: slacktest.Interactivity, Body: payload(p)}); status != 200 {
		t.Fatal(status)
	}
	eventually(t, "it is asked", func() bool { return core.last().Standing.Direct })
	r := core.last()
	if r.Standing.Owner || len(r.Standing.Groups) > 0 {
		t.Errorf("a forged window gives %+v", r.Standing)
	}
	want := bot.Invocation{Command: "desk form", Args: []bot.Value{{Name: "title", Value: "mine"}, {Name: "text"}, {Name: "sent", Value: "true"}, {Name: "base", Value: "7"}}}
	if diff := cmp.Diff(want, r.Invocation); diff != "" {
		t.Errorf("what the form holds (-want +got):\n%s", diff)
	}
}

// TestStanding_RolesGoWithTheGroup: the book's own rights, from the grant to its end.
func TestStanding_RolesGoWithTheGroup(t *testing.T) {
	t.Parallel()
	now := new(clock)
	o := starterOffice(t, now.option)
	boss := reader(o.team, o.desk, "boss")
	boss.Person().SetOwner(true)
	g := o.team.NewUserGroup("editors", o.ann.Person())
	verify := func(want string) {
		t.Helper()
		m, err := message(o.ann.Command("/brief", "review stale"))
		see(t, m, err, want)
	}
	verify("is for the role editor")
	m, err := message(boss.Command("/brief", "desk roles to:<!subteam^"+g.ID+"|@editors> role:editor"))
	see(t, m, err, "From now on, editors may do what the role editor may")
	verify("To be checked")
	dm := o.ann.Person().DM()
	m, err = message(dm.Command("/brief", "review stale"))
	see(t, m, err, "In direct messages the book is only read")
	g.SetMembers()
	now.pass(6 * time.Minute)
	verify("is for the role editor")
}

// TestAccounts_AreWhomSlackNames: with what they are called, also where it says their
// ids alone.
func TestAccounts_AreWhomSlackNames(t *testing.T) {
	t.Parallel()
	o, core := openDesk(t)
	ben := reader(o.team, o.desk, "ben").Person()
	g := o.team.NewUserGroup("desk")
	m, err := message(o.ann.Command("/brief", "desk change <@"+ben.ID+"> <!subteam^"+g.ID+">"))
	see(t, m, err, "Changed")
	want := map[string]bot.AccountRef{"@" + ben.ID: {ID: ben.ID, Name: "ben"}, "@" + g.ID: {Group: true, ID: g.ID, Name: "desk"}}
	if diff := cmp.Diff(want, core.last().Accounts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := core.last().Text; !strings.HasSuffix(got, "@"+ben.ID+" @"+g.ID) {
		t.Errorf("it reads %q", got)
	}
	m, err = message(o.ann.Say("<@" + o.team.Bot().ID + "> desk change <@" + ben.ID + "|ben>"))
	see(t, m, err, "Changed")
	if diff := cmp.Diff(map[string]bot.AccountRef{"@ben": {ID: ben.ID, Name: "ben"}}, core.last().Accounts); diff != "" {
		t.Errorf("in a mention (-want +got):\n%s", diff)
	}
}
