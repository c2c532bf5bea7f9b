package main

import (
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// anything is a command with something in each argument that it needs. What it would
// do is not the question here.
func anything(c bot.Command, account, channel string) bot.Invocation {
	i := bot.Invocation{Command: c.Name}
	for _, a := range c.Shown() {
		value := "x"
		switch {
		case !a.Required:
			continue
		case len(a.Choices) > 0:
			value = a.Choices[0]
		case a.Type == bot.Whole:
			value = "1"
		case a.Type == bot.Account:
			value = account
		case a.Type == bot.Channel:
			value = channel
		}
		i.Args = append(i.Args, bot.Value{Name: a.Name, Value: value})
	}
	return i
}

// TestRights_TheMatrixHoldsOnThePlatforms: seven kinds of actor, every command of the
// table, typed in the channel and in a direct message, through the platforms' test
// servers and the real binary. That buttons, menus and forms come to the same place
// with the same standing is told by the adapters' tests; and TestRights_Each… of the
// core has all ways.
func TestRights_TheMatrixHoldsOnThePlatforms(t *testing.T) {
	core, err := bot.New(briefings.NewLibrary(nil), bot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := openBothOffices(t)
	o.roles()
	d := o.discord["reader"].(onDiscord)
	s := o.slack["reader"].(onSlack)

	// An editor by name on each, and on Slack people from outside.
	p := o.server.NewPerson("named")
	o.guild.Join(p)
	named := p.In(d.c.Channel())
	o.discord["owner"].ask(inv("desk roles", "to", p.ID, "role", "editor"))
	invite := func(p *slacktest.Person) *slacktest.Client {
		s.c.Channel().Invite(p)
		return p.In(s.c.Channel())
	}
	slackNamed, external := invite(o.team.NewPerson("named")), invite(o.team.NewExternal("external"))
	boss := o.slack["owner"].(onSlack)
	boss.shows(boss.c.Command("/brief", "desk roles to:<@"+slackNamed.Person().ID+"|named> role:editor"))

	kinds := []struct {
		name    string
		role    briefings.Role
		discord *discordtest.Client
		slack   *slacktest.Client
	}{
		{"somebody", briefings.Reader, d.c, s.c},
		{"contributor", briefings.Contributor, o.discord["contributor"].(onDiscord).c, o.slack["contributor"].(onSlack).c},
		{"editor", briefings.Editor, o.discord["editor"].(onDiscord).c, o.slack["editor"].(onSlack).c},
		{"admin", briefings.Admin, o.discord["admin"].(onDiscord).c, o.slack["admin"].(onSlack).c},
		{"owner", briefings.Admin, o.discord["owner"].(onDiscord).c, boss.c},
		{"by name", briefings.Editor, named, slackNamed},
		{"guest", briefings.Reader, nil, o.guest.In(s.c.Channel())},
		{"from outside", briefings.Reader, nil, external},
	}
	judge := func(where, kind string, c bot.Command, role briefings.Role, text string) {
		t.Helper()
		refused := strings.Contains(text, "is for the role "+c.Role.String())
		if want := role < c.Role; refused != want {
			t.Errorf("%s, %s, /%s: refused %t, want %t:\n%s", where, kind, c.Name, refused, want, text)
		}
	}
	for _, k := range kinds {
		for _, c := range core.Commands() {
			if c.Name == "mydata erase" {
				continue // would be asked whether they are sure, by everybody
			}
			if k.discord != nil {
				i := anything(c, d.c.Person().ID, d.c.Channel().ID)
				judge("discord", k.name, c, k.role, onDiscord{t, k.discord, nil}.ask(i).text)
				direct := k.discord.Person().DM()
				i = anything(c, d.c.Person().ID, direct.Channel().ID)
				judge("discord DM", k.name, c, briefings.Reader, onDiscord{t, direct, nil}.ask(i).text)
			}
			i := anything(c, "user:U1", "x")
			judge("slack", k.name, c, k.role, onSlack{t, k.slack, nil}.ask(i).text)
			direct := onSlack{t, k.slack.Person().DM(), nil}
			said := direct.ask(i).text
			if said == "" { // the file of an export has come in between, which has no words
				said = direct.ask(i).text
			}
			judge("slack DM", k.name, c, briefings.Reader, said)
		}
	}
}
