package slack

import (
	"cmp"
	"context"
	"html"
	"regexp"
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
	p := place{w: w, named: briefings.Workspace(c.TeamID), user: c.UserID, name: c.UserName, channel: c.ChannelID, respond: c.ResponseURL}
	line := s.line(c.Command, c.Text)
	if line == "" {
		_ = d.ack(nil) // before anything else: the form opens for three seconds only
		if s.openForm(ctx, p, c.TriggerID) == nil {
			return
		}
		line = homeCommand // where no form can be opened
	}
	late := time.AfterFunc(ackAfter, func() { _ = d.ack(nil) })
	defer late.Stop()
	m := s.work(ctx, p, func(ctx context.Context) *message {
		return s.answer(ctx, p, "slash", d.once, bot.Request{Text: line})
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

// line is what was asked, as it would be typed behind our own command. A command
// whose name is a verb means that verb.
func (s *Slack) line(command, text string) string {
	text = s.bare(words(text))
	name := strings.ToLower(strings.TrimPrefix(command, "/"))
	if !strings.EqualFold(command, s.opts.Command) {
		for _, c := range s.core.Commands() {
			if c.Name == name {
				return strings.TrimSpace(name + " " + text)
			}
		}
	}
	return text
}

// answer asks the core, and returns what is to be said to the person; nil where
// the answer has been posted for all. event returns what makes a post come once.
func (s *Slack) answer(ctx context.Context, p place, via string, event func() string, asked bot.Request) *message {
	said := func(m message) *message { return &m }
	book, err := s.book(ctx, p)
	if err != nil {
		return said(s.sorry(p, err))
	}
	r := s.request(ctx, p, book, via)
	r.Text, r.Invocation, r.Aloud = asked.Text, asked.Invocation, asked.Aloud
	reply := s.core.Handle(ctx, r)
	pages := s.kept.render(reply)
	a := answer{reply: reply, pages: pages.pages, kept: pages, postable: !p.alone() && p.channel != ""}
	if reply.Visibility != bot.Shared || p.alone() || p.channel == "" {
		return said(s.quick(a, book, p.actor()))
	}
	first, err := s.claim(ctx, book, event())
	switch {
	case err != nil:
		return said(s.sorry(p, err))
	case !first:
		return nil
	}
	if _, err := s.write(ctx, p, signed(s.dress(a, book, p.actor(), true), p, asked.Aloud)); err != nil {
		return said(s.unposted(p, err))
	}
	return nil
}

// noEvent is of what has been claimed before, or cannot come again.
func noEvent() string { return "" }

// references are how Slack writes names and addresses in what somebody typed.
var references = regexp.MustCompile(`<([^<>|]+)(?:\|([^<>]*))?>`)

// words is what somebody typed, without Slack's markup.
func words(s string) string {
	s = references.ReplaceAllStringFunc(s, func(ref string) string {
		m := references.FindStringSubmatch(ref)
		target, label := m[1], m[2]
		switch {
		case strings.HasPrefix(target, "#"), strings.HasPrefix(target, "@"):
			return target[:1] + cmp.Or(label, target[1:])
		case strings.HasPrefix(target, "!"):
			return cmp.Or(label, strings.TrimPrefix(target, "!"))
		case strings.Contains(target, ":"):
			return cmp.Or(label, target)
		default:
			return ref // it is none of Slack's
		}
	})
	return strings.TrimSpace(html.UnescapeString(s))
}
