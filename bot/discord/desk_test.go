package discord_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// desk is a core of which tests say what it does. It has the commands of bottest's
// and some more, of every sort of argument, and keeps what it was asked.
type desk struct {
	*bottest.Core
	// does answers instead of the rest, where it returns a reply.
	does func(bot.Request) *bot.Reply

	mu    sync.Mutex
	asked []bot.Request
}

func (d *desk) Commands() []bot.Command {
	reader := briefings.Reader
	return append(d.Core.Commands(),
		bot.Command{Name: "roles list", Summary: "Who may do what", Role: reader},
		bot.Command{Name: "roles give", Summary: "Give a role", Role: reader, Local: map[bot.Locale]bot.Wording{"de": {Name: "geben", Summary: "Gib eine Rolle"}}, Args: []bot.Arg{
			{Name: "to", Summary: "A person or a group", Type: bot.Account, Required: true, Local: map[bot.Locale]bot.Wording{"de": {Name: "an", Summary: "Eine Person oder Gruppe"}}},
			{Name: "role", Summary: "Which role", Type: bot.Words, Choices: []string{"reader", "editor"}},
			{Name: "what", Summary: "On what", Type: bot.RecordName},
			{Name: "report", Summary: "On which report", Type: bot.ReportName},
			{Name: "until", Summary: "Until when", Type: bot.Date},
			{Name: "why", Summary: "Why", Type: bot.Prose},
			{Name: "also", Summary: "Somebody's id", Type: bot.Words},
			{Name: "days", Summary: "How long", Type: bot.Whole, Min: 1, Max: 30},
			{Name: "quietly", Summary: "Without a word", Type: bot.Flag},
		}},
	)
}

func (d *desk) Handle(ctx context.Context, r bot.Request) bot.Reply {
	d.mu.Lock()
	d.asked = append(d.asked, r)
	does := d.does
	d.mu.Unlock()
	if does != nil {
		if reply := does(r); reply != nil {
			return *reply
		}
	}
	if strings.HasPrefix(r.Invocation.Command, "roles ") {
		return bot.Reply{Card: &bot.Card{Title: "Roles"}}
	}
	return d.Core.Handle(ctx, r)
}

func (d *desk) Complete(ctx context.Context, r bot.Request, arg, typed string) []bot.Choice {
	d.mu.Lock()
	d.asked = append(d.asked, r)
	d.mu.Unlock()
	return d.Core.Complete(ctx, r, arg, typed)
}

// doing says what it does from now on.
func (d *desk) doing(does func(bot.Request) *bot.Reply) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.does = does
}

// all returns what it was asked so far.
func (d *desk) all() []bot.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.asked)
}

// last returns what it was asked last.
func (d *desk) last() bot.Request {
	all := d.all()
	return all[len(all)-1]
}

// office is a server on Discord where the desk works.
type office struct {
	t       *testing.T
	server  *discordtest.Server
	guild   *discordtest.Guild
	channel *discordtest.Channel
	core    *desk
	ada     *discordtest.Client
}

func openOffice(t *testing.T, change ...func(*discord.Options)) *office {
	t.Helper()
	o := &office{t: t, server: server(t), core: &desk{Core: corpus()}}
	o.guild = o.server.NewGuild("Newsroom")
	o.channel = o.guild.NewChannel("desk")
	o.ada = o.join("ada")
	start(t, o.server, o.core, change...)
	waitForCommands(t, o.ada, o.core)
	return o
}

func (o *office) join(name string) *discordtest.Client {
	p := o.server.NewPerson(name)
	o.guild.Join(p)
	return p.In(o.channel)
}

// slash types a command.
func (o *office) slash(c *discordtest.Client, command string, args ...string) *discordtest.Message {
	o.t.Helper()
	m, err := c.Slash(command, options(args...)...)
	if err != nil {
		o.t.Fatalf("/%s %q: %v", command, args, err)
	}
	return m
}

// open types a command, and returns the form that opens.
func (o *office) open(c *discordtest.Client, command string, args ...string) *discordtest.Modal {
	o.t.Helper()
	m := o.slash(c, command, args...)
	if m.Modal == nil {
		o.t.Fatalf("/%s opens no form, but says %q", command, m.Seen().Text)
	}
	return m.Modal
}

// send fills in a form, by the names of its fields, and sends it.
func (o *office) send(c *discordtest.Client, form *discordtest.Modal, values ...string) *discordtest.Message {
	o.t.Helper()
	filled := map[string]string{}
	for i := 0; i < len(values); i += 2 {
		filled[values[i]] = values[i+1]
	}
	m, err := c.Submit(form, filled)
	if err != nil {
		o.t.Fatalf("the form is not sent: %v", err)
	}
	return m
}

func (o *office) press(c *discordtest.Client, m *discordtest.Message, label string) *discordtest.Message {
	o.t.Helper()
	next, err := press(c, m, label)
	if err != nil {
		o.t.Fatalf("press %q: %v", label, err)
	}
	return next
}

// sees fails the test unless all of the words are in a message.
func (o *office) sees(m *discordtest.Message, words ...string) {
	o.t.Helper()
	for _, w := range words {
		if text := m.Seen().Text; !strings.Contains(text, w) {
			o.t.Errorf("%q is not in\n%s", w, text)
		}
	}
}

// slowAnswer makes an answer take longer than Discord waits.
func slowAnswer(reply func(bot.Request) *bot.Reply) func(bot.Request) *bot.Reply {
	return func(r bot.Request) *bot.Reply {
		time.Sleep(1800 * time.Millisecond)
		return reply(r)
	}
}
