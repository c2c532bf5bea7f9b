package slack

import (
	"context"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// stranger is said in a workspace that the config does not name.
const stranger = "This workspace is not one that I answer in. Whoever runs briefbot adds it to the config: [[slack.workspace]] with its id and its book."

// commanded answers a slash command: in the acknowledgement, or where that takes
// too long or is too large, by the response_url.
func (s *Slack) commanded(ctx context.Context, d delivery) {
	c := d.command
	if c.UserID == "" {
		s.log.Warn("a command without a user")
		_ = d.ack(nil)
		return
	}
	w := d.app.workspace(briefings.Workspace(c.TeamID), briefings.Workspace(c.EnterpriseID))
	if w == nil {
		s.log.Warn("a command from a workspace that the config does not name", "workspace", c.TeamID)
		_ = d.ack(private(refusal(stranger)))
		return
	}
	p := place{
		w: w, named: briefings.Workspace(c.TeamID), home: c.TeamID, user: c.UserID, name: c.UserName,
		channel: c.ChannelID, respond: c.ResponseURL, trigger: c.TriggerID, until: s.opts.Now().Add(triggerLife),
	}
	asked := s.typed(p.team(), c.Command, c.Text)
	if asked.Text == "" {
		_ = d.ack(nil) // before anything else: the form opens for three seconds only
		if s.openForm(ctx, p, c.TriggerID) == nil {
			return
		}
		asked.Text = homeCommand // where no form can be opened
	}
	asked.Event = d.once()
	late := time.AfterFunc(ackAfter, func() { _ = d.ack(nil) })
	defer late.Stop()
	m := s.work(ctx, p, func(ctx context.Context) *message {
		return s.answer(ctx, p, "slash", asked)
	})
	if m == nil {
		_ = d.ack(nil)
		return
	}
	if d.ack(private(*m)) != nil {
		_ = d.ack(nil) // it was too large; or it is late
		s.tell(ctx, p, m)
	}
}

// typed is what was asked by a command, as it would be typed behind our own. A command
// whose name is a verb means that verb, and one that is called like a group the group.
func (s *Slack) typed(team briefings.Workspace, command, text string) bot.Request {
	named := places(text, team)
	text, accounts := transcribe(text)
	text = s.bare(text)
	if !strings.EqualFold(command, s.opts.Command) {
		if verb := verbOf(s.core.Commands(), strings.TrimPrefix(command, "/")); verb != "" {
			text = strings.TrimSpace(verb + " " + text)
		}
	}
	return bot.Request{Text: text, Accounts: accounts, Places: named}
}

// parted writes the name of a slash command as that of a verb in a group, since Slack
// takes no spaces.
var parted = strings.NewReplacer("-", " ", "_", " ")

// verbOf returns the verb, or the group, that a further slash command means: the one
// that is called like it, or the verb of a group that is written "book-status". It
// returns "" where there is none.
func verbOf(commands []bot.Command, name string) string {
	name = strings.ToLower(name)
	apart := parted.Replace(name)
	found := ""
	for i := range commands {
		switch c := &commands[i]; {
		case c.Name == name, c.Group() == name:
			return name
		case c.Name == apart:
			found = apart
		}
	}
	return found
}

// answer asks the core, and returns what is to be said to the person; nil where
// nothing is, since the answer has been posted for all, or is a form that is open.
func (s *Slack) answer(ctx context.Context, p place, via string, asked bot.Request) *message {
	book, err := s.book(ctx, p)
	if err != nil {
		m := s.sorry(p, err)
		return &m
	}
	r := s.request(ctx, p, book, via, asked)
	return s.show(ctx, p, r, s.core.Handle(ctx, r))
}

// show returns what is to be said of a reply to the person, as answer does.
func (s *Slack) show(ctx context.Context, p place, r bot.Request, reply bot.Reply) *message {
	said := func(m message) *message { return &m }
	switch {
	case reply.Outcome == bot.Repeated: // it was answered when it came first
		s.log.Debug("what was done already came again", "event", r.Event)
		return nil
	case reply.Form != nil:
		return s.fill(ctx, p, r, reply)
	}
	if err := s.deliver(ctx, p, reply.Files); err != nil {
		return said(s.sorry(p, err))
	}
	pages := s.kept.render(reply)
	a := answer{reply: reply, pages: pages.pages, kept: pages, postable: !p.alone() && p.channel != ""}
	if reply.Visibility != bot.Shared || p.alone() || p.channel == "" {
		return said(s.quick(a, r.Book, p.actor()))
	}
	first, err := s.claim(ctx, r.Book, r.Event)
	switch {
	case err != nil:
		return said(s.sorry(p, err))
	case !first:
		return nil
	}
	if _, err := s.write(ctx, p, signed(s.dress(a, r.Book, p.actor(), true), p, r.Aloud)); err != nil {
		return said(s.unposted(p, err))
	}
	return nil
}
