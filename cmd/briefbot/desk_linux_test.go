package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// seat is somebody at a client of a platform's, who asks as people do there.
type seat interface {
	// ask fills in a command, or types it.
	ask(bot.Invocation) shown
	// press presses what has the label on what is shown.
	press(shown, string) shown
	// fill fills in a form by the names of its inputs, and sends it.
	fill(shown, map[string]string) shown
	// menu chooses from the menu of a message that somebody else wrote.
	menu(label, text string) shown
	// told waits for a message in the conversation with the bot, and returns it.
	told(words string)
}

// shown is what a client shows: a message, or a form.
type shown struct {
	text string
	form map[string]string // what stands in its inputs, by their names
	on   any               // the platform's own
}

// says fails the test unless what is shown has the words.
func (s shown) says(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(s.text, w) {
			t.Fatalf("%q is not in\n%s\nform: %v", w, s.text, s.form)
		}
	}
}

// inv is a command with its arguments, in pairs.
func inv(command string, args ...string) bot.Invocation {
	i := bot.Invocation{Command: command}
	for n := 0; n < len(args); n += 2 {
		i.Args = append(i.Args, bot.Value{Name: args[n], Value: args[n+1]})
	}
	return i
}

// onDiscord is a seat in a Discord channel.
type onDiscord struct {
	t     *testing.T
	c     *discordtest.Client
	other *discordtest.Client
}

func (d onDiscord) shows(m *discordtest.Message, err error) shown {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	if m.Modal != nil {
		form := map[string]string{}
		for _, f := range m.Modal.Fields {
			form[f.CustomID] = f.Value
		}
		return shown{m.Modal.Title, form, m.Modal}
	}
	return shown{m.Seen().Text, nil, m}
}

func (d onDiscord) ask(i bot.Invocation) shown {
	d.t.Helper()
	var options []discordtest.Option
	for _, v := range i.Args {
		o := discordtest.Option{Name: v.Name, Value: v.Value}
		if v.Name == "to" && i.Command == "book revert" {
			var n int
			fmt.Sscan(v.Value, &n)
			o.Value = n
		}
		options = append(options, o)
	}
	return d.shows(d.c.Slash(i.Command, options...))
}

func (d onDiscord) press(s shown, label string) shown {
	d.t.Helper()
	m := s.on.(*discordtest.Message)
	for _, b := range m.Seen().Buttons {
		if b.Label == label {
			return d.shows(d.c.Press(m, b.CustomID))
		}
	}
	for _, o := range m.Seen().Options {
		if o.Label == label {
			return d.shows(d.c.Select(m, o.CustomID, o.Value))
		}
	}
	d.t.Fatalf("nothing is called %q on\n%s\n%v", label, s.text, m.Seen().Buttons)
	return shown{}
}

func (d onDiscord) fill(s shown, values map[string]string) shown {
	d.t.Helper()
	form, ok := s.on.(*discordtest.Modal)
	if !ok {
		d.t.Fatalf("no form opens, but\n%s", s.text)
	}
	return d.shows(d.c.Submit(form, values))
}

func (d onDiscord) menu(label, text string) shown {
	d.t.Helper()
	return d.shows(d.c.MessageMenu(label, d.other.Say(text)))
}

func (d onDiscord) told(words string) {
	d.t.Helper()
	dm := d.c.Person().DM()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		for _, m := range dm.Messages() {
			if strings.Contains(m.Seen().Text, words) {
				return
			}
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("nobody tells %q", words)
		}
	}
}

// onSlack is a seat in a Slack channel.
type onSlack struct {
	t     *testing.T
	c     *slacktest.Client
	other *slacktest.Client
}

func (s onSlack) shows(sh *slacktest.Shown, err error) shown {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	if sh.Closed { // the answer comes in the channel
		s.t.Fatal("the form closes, and nothing is shown")
	}
	if sh.View != nil {
		form := map[string]string{}
		for _, in := range sh.View.Seen().Inputs {
			form[in.ActionID] = sh.View.Typed(in.ActionID)
		}
		return shown{sh.View.Title + "\n" + fmt.Sprint(sh.View.Errors), form, sh.View}
	}
	return shown{sh.Message.Seen().Text, nil, sh.Message}
}

func (s onSlack) ask(i bot.Invocation) shown {
	s.t.Helper()
	return s.shows(s.c.Command("/brief", strings.TrimPrefix(i.String(), "/")))
}

func (s onSlack) press(on shown, label string) shown {
	s.t.Helper()
	m := on.on.(*slacktest.Message)
	for _, b := range m.Seen().Buttons {
		if b.Label == label {
			return s.shows(s.c.Press(m, b.ActionID))
		}
	}
	for _, menu := range m.Seen().Selects {
		for _, o := range menu.Options {
			if o.Text == label {
				return s.shows(s.c.Choose(m, menu.ActionID, o.Value))
			}
		}
	}
	s.t.Fatalf("nothing is called %q on\n%s", label, on.text)
	return shown{}
}

func (s onSlack) fill(on shown, values map[string]string) shown {
	s.t.Helper()
	v, ok := on.on.(*slacktest.View)
	if !ok {
		s.t.Fatalf("no form opens, but\n%s", on.text)
	}
	choices := map[string]bool{}
	for _, in := range v.Seen().Inputs {
		choices[in.ActionID] = len(in.Options) > 0
	}
	for id, value := range values {
		fill := v.Fill
		if choices[id] {
			fill = v.Choose
		}
		if err := fill(id, value); err != nil {
			s.t.Fatal(err)
		}
	}
	before := len(s.c.Messages())
	sh, err := v.Submit()
	if err != nil || !sh.Closed {
		return s.shows(sh, err)
	}
	if _, err := s.c.Until(func(*slacktest.Message) bool { return len(s.c.Messages()) > before }); err != nil {
		s.t.Fatal(err)
	}
	all := s.c.Messages()
	m := all[len(all)-1]
	return shown{m.Seen().Text, nil, m}
}

func (s onSlack) menu(label, text string) shown {
	s.t.Helper()
	m, err := s.other.Post(text)
	if err != nil {
		s.t.Fatal(err)
	}
	id := map[string]string{"Add to book": "draft", "Brief me": "explain"}[label]
	return s.shows(s.c.Shortcut(id, s.c.Find(m.TS)))
}

func (s onSlack) told(words string) {
	s.t.Helper()
	_, err := s.c.Person().DM().Until(func(m *slacktest.Message) bool { return strings.Contains(m.Seen().Text, words) })
	if err != nil {
		s.t.Fatalf("nobody tells %q: %v", words, err)
	}
}

// bothOffices are a newsroom on Discord and one on Slack, answered by one binary from
// one book, with those who run it, editors and readers in each.
type bothOffices struct {
	t       *testing.T
	dir     string
	discord map[string]seat
	slack   map[string]seat
	// The groups of the editors and contributors, as an admin picks them.
	groups map[string]map[string]string

	server *discordtest.Server
	guild  *discordtest.Guild
	slacks *slacktest.Server
	team   *slacktest.Team
	guest  *slacktest.Person // in Slack's group of admins
	config string
	env    []string
	served *served
}

func openBothOffices(t *testing.T, env ...string) *bothOffices {
	d, s := discordtest.New(t, discordtest.Options{}), slacktest.New(t, slacktest.Options{NoRateLimits: true})
	o := &bothOffices{t: t, discord: map[string]seat{}, slack: map[string]seat{}, groups: map[string]map[string]string{"discord": {}, "slack": {}}}
	guild := d.NewGuild("Newsroom")
	channel := guild.NewChannel("desk")
	other := d.NewPerson("writer")
	guild.Join(other)
	team := s.NewTeam("Newsroom")
	o.server, o.guild, o.slacks, o.team = d, guild, s, team
	writer := team.NewPerson("writer")
	room := team.NewChannel("desk", writer, team.Bot())
	o.guest = team.NewPerson("guest")
	o.guest.SetRestricted(true, false)
	room.Invite(o.guest)
	for _, name := range []string{"owner", "admin", "editor", "contributor", "reader"} {
		p := d.NewPerson(name)
		guild.Join(p)
		o.discord[name] = onDiscord{t, p.In(channel), other.In(channel)}
		q := team.NewPerson(name)
		room.Invite(q)
		o.slack[name] = onSlack{t, q.In(room), writer.In(room)}
		switch name {
		case "owner":
			guild.MakeManager(p)
			q.SetOwner(true)
		case "admin", "editor", "contributor":
			role := guild.NewRole(name + "s")
			guild.GiveRoles(p, role)
			o.groups["discord"][name] = role.ID
			members := []*slacktest.Person{q}
			if name == "admin" { // what a group has does not go to guests
				members = append(members, o.guest)
			}
			group := team.NewUserGroup(name+"s", members...)
			o.groups["slack"][name] = "<!subteam^" + group.ID + "|@" + name + "s>"
		}
	}
	text, err := os.ReadFile(newcomersConfig(t, d.URL(), ""))
	if err != nil {
		t.Fatal(err)
	}
	o.config = withSlack(t, string(text), s.URL(), "")
	o.dir = filepath.Dir(o.config)
	o.env = append(append(slackTokens(s, team), defaultTokenEnv+"="+d.Token()), env...)
	o.serve()
	offered(t, o.discord["reader"].(onDiscord).c, "who", "name", "Witkoff") // once the commands are there
	return o
}

// serve starts the bot, and waits until both platforms are connected.
func (o *bothOffices) serve() {
	o.t.Helper()
	p := serveConfig(o.t, "briefbot", o.config, o.env...)
	o.served = p
	o.t.Cleanup(func() {
		if p.cmd.ProcessState == nil { // it was not killed
			p.stop()
		}
	})
	if !o.slacks.Socket().WaitConnections(2, patience) || !o.server.Gateway().WaitConnected(1, patience) {
		o.t.Fatalf("it does not connect:\n%s", o.served.log)
	}
}

// roles has the owners give roles to the groups: on Discord by picking the role, on
// Slack by naming the user group.
func (o *bothOffices) roles() {
	o.t.Helper()
	for _, role := range []string{"admin", "editor", "contributor"} {
		o.discord["owner"].ask(inv("desk roles", "to", o.groups["discord"][role], "role", role)).says(o.t, "From now on, "+role+"s may do what the role "+role+" may")
		sl := o.slack["owner"].(onSlack)
		sl.shows(sl.c.Command("/brief", "desk roles to:"+o.groups["slack"][role]+" role:"+role)).says(o.t, "From now on, "+role+"s may do what the role "+role+" may")
	}
}

// TestDesk_IsKeptFromChatOnEachPlatform: every thing that an editor, a contributor and
// a reader do, on the platforms' test servers, with the real binary.
func TestDesk_IsKeptFromChatOnEachPlatform(t *testing.T) {
	for _, platform := range []string{"discord", "slack"} {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			o := openBothOffices(t)
			o.roles()
			who := o.discord
			if platform == "slack" {
				who = o.slack
			}
			ed, con, rita, owner := who["editor"], who["contributor"], who["reader"], who["owner"]
			const url = "https://example.org/a"

			// A quick edit, its undo, and one who may not.
			quick := ed.ask(inv("book status", "track", "talks", "text", "They go on in Geneva.", "source", url, "date", "yesterday 18:00", "trend", "improving", "why", "both came"))
			quick.says(t, "Added: status", "They go on in Geneva.", "improving")
			rita.ask(inv("status", "track", "talks")).says(t, "They go on in Geneva.")
			ed.press(quick, "Undo").says(t, "Undone")
			rita.ask(inv("book set", "what", "Witkoff", "field", "role", "value", "mine")).says(t, "is for the role editor")

			// A form, in as many steps as the platform needs.
			form := ed.ask(inv("book edit", "what", "Witkoff"))
			if form.form["name"] != "Steve Witkoff" {
				t.Fatalf("the form is %v", form)
			}
			saved := ed.fill(form, map[string]string{"role": "US special envoy, again"})
			if platform == "discord" {
				saved.says(t, "Part 1 of 2 is kept")
				saved = ed.press(saved, "Save")
			}
			saved.says(t, "Changed: Steve Witkoff", "US special envoy, again")

			// History, a difference, and back.
			ed.ask(inv("book history", "what", "Witkoff")).says(t, "Version 2", "Version 1")
			ed.ask(inv("book diff", "what", "Witkoff")).says(t, "US special envoy, again")
			ed.ask(inv("book revert", "what", "Witkoff", "to", "1")).says(t, "sent by President Trump")

			// From a message, by a contributor, into the queue and into the book.
			draft := con.menu("Add to book", "Witkoff met Zelensky in Dublin.")
			if draft.form["text"] != "Witkoff met Zelensky in Dublin." || !strings.Contains(draft.form["about"], "Steve Witkoff") || !strings.HasPrefix(draft.form["source"], "http") || draft.form["date"] == "" {
				t.Fatalf("the draft is %v", draft)
			}
			con.fill(draft, nil).says(t, "Suggested", "in the queue of the desk")
			queue := ed.ask(inv("review queue"))
			queue.says(t, "Draft", "Witkoff met Zelensky in Dublin.")
			ed.press(queue, "Approve").says(t, "Approved")
			con.told("Your suggestion was approved")
			rita.menu("Brief me", "Putin and Kushner met.").says(t, "Vladimir Putin", "Jared Kushner")

			// What is out of date, and what is not found.
			page := rita.ask(inv("who", "name", "Witkoff"))
			rita.fill(rita.press(page, "Out of date?"), map[string]string{"note": "he left"}).says(t, "Suggested: Steve Witkoff")
			ed.press(ed.ask(inv("review queue")), "Verify: it holds").says(t, "Approved")
			rita.told("It was checked, and it holds.")
			missed := rita.ask(inv("who", "name", "Quetzalcoatl"))
			rita.press(missed, "Ask the desk").says(t, "The desk has your question")
			list := ed.ask(inv("review unanswered"))
			list.says(t, "quetzalcoatl")
			ed.fill(ed.press(list, "Alias “quetzalcoatl”"), map[string]string{"entry": "Witkoff"}).says(t, "Steve Witkoff")
			rita.told("another name of Steve Witkoff")
			ed.ask(inv("review stale")).says(t, "STALE")

			// What admins see, and what everybody may have taken out.
			audit := owner.ask(inv("desk audit"))
			audit.says(t, "review alias", "review approve")
			owner.press(audit, "Next page").says(t, "denied")
			owner.ask(inv("desk stats")).says(t, "changes")
			con.ask(inv("mydata export")).says(t, "draft")
			con.press(con.ask(inv("mydata erase")), "Yes, erase me").says(t, "Erased")
			if out, code := briefbot(t, o.dir, "verify"); code != 0 || !strings.Contains(out, "all whole") {
				t.Errorf("verify: %s", out)
			}
		})
	}
}

// TestDesk_SuggestedOnDiscordApprovedOnSlack: the proposer is told where they are, and
// the audit has one row of each.
func TestDesk_SuggestedOnDiscordApprovedOnSlack(t *testing.T) {
	o := openBothOffices(t)
	o.roles()
	o.discord["contributor"].ask(inv("suggest", "what", "Witkoff", "field", "role", "value", "the envoy")).says(t, "Suggested: Steve Witkoff")
	queue := o.slack["editor"].ask(inv("review queue"))
	queue.says(t, "the envoy")
	o.slack["editor"].press(queue, "Approve").says(t, "Approved: Steve Witkoff", "has been told")
	o.discord["contributor"].told("Your suggestion was approved")
	o.discord["reader"].ask(inv("who", "name", "Witkoff")).says(t, "the envoy")
	audit := o.discord["owner"].ask(inv("desk audit", "what", "Witkoff"))
	audit.says(t, "review approve: slack/")
	all := o.discord["owner"].ask(inv("desk audit")).text
	if n := strings.Count(all, "suggest: discord/"); n != 1 {
		t.Errorf("the audit has %d rows of the suggestion:\n%s", n, all)
	}
	if n := strings.Count(all, "review approve: slack/"); n != 1 {
		t.Errorf("the audit has %d rows of the approval:\n%s", n, all)
	}
}
