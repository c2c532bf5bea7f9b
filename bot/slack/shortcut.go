package slack

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
)

// shortcutID is the callback_id of a command in the menu of a message.
func shortcutID(command string) string { return strings.ReplaceAll(command, " ", "_") }

// linkTime is how long is waited to know the address of a message: a form opens for
// three seconds only.
const linkTime = 700 * time.Millisecond

// chose answers what somebody chose in the menu of a message.
func (s *Slack) chose(ctx context.Context, p place, a *action) {
	m := s.work(ctx, p, func(ctx context.Context) *message {
		commands := s.core.Commands()
		for i := range commands {
			c := &commands[i]
			if c.Menu == "" || shortcutID(c.Name) != a.Callback || a.Type != "message_action" || a.Message == nil {
				continue
			}
			inv, accounts := s.ofMessage(ctx, p, c, a)
			return s.answer(ctx, p, bot.ViaMenu, bot.Request{Invocation: inv, Accounts: accounts, Event: a.chosen()})
		}
		sorry := refusal("This version of the bot does not have that any more. " + s.opts.Command + " help shows what it has.")
		return &sorry
	})
	s.tell(ctx, p, m)
}

// chosen is the same for what was chosen in a menu however often it is delivered.
func (a *action) chosen() string {
	return digest("chosen", a.TriggerID, a.At, a.User.ID, a.channel(), a.MessageTS, a.Callback)
}

// ofMessage is a command with what it takes of the message in whose menu it was chosen.
func (s *Slack) ofMessage(ctx context.Context, p place, c *bot.Command, a *action) (bot.Invocation, map[string]bot.AccountRef) {
	inv := bot.Invocation{Command: c.Name}
	text, accounts := transcribe(a.Message.Text)
	for _, arg := range c.Args {
		switch arg.Name {
		case bot.MessageText:
			inv = inv.With(arg.Name, text)
		case bot.MessageLink:
			inv = inv.With(arg.Name, s.link(ctx, p, a))
		case bot.MessagePosted:
			inv = inv.With(arg.Name, posted(a.MessageTS))
		case bot.MessageID:
			inv = inv.With(arg.Name, bot.MessageIn(a.channel(), a.MessageTS))
		}
	}
	return inv, accounts
}

// posted is when a message was posted, by its time stamp; "" where that is none.
func posted(ts string) string {
	seconds, _, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return ""
	}
	return time.Unix(n, 0).UTC().Format("2006-01-02T15:04Z07:00")
}

// domainShape is what can stand before .slack.com.
var domainShape = regexp.MustCompile(`\A[a-z0-9][a-z0-9-]*\z`)

// link returns the address of the message in whose menu something was chosen; where
// Slack does not say it, as of conversations that we are not in, the address that it
// has in the workspace; else "".
func (s *Slack) link(ctx context.Context, p place, a *action) string {
	ctx, cancel := context.WithTimeout(ctx, linkTime)
	defer cancel()
	address := ""
	err := p.w.call(ctx, "chat.getPermalink", "", func(ctx context.Context) (err error) {
		address, err = p.w.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: a.channel(), Ts: a.MessageTS})
		return err
	})
	if err == nil {
		return address
	}
	s.log.Debug("Slack does not say where a message is", "channel", a.channel(), "err", err)
	if a.Team == nil || !domainShape.MatchString(a.Team.Domain) || a.channel() == "" || posted(a.MessageTS) == "" {
		return ""
	}
	address = "https://" + a.Team.Domain + ".slack.com/archives/" + a.channel() + "/p" + strings.ReplaceAll(a.MessageTS, ".", "")
	if p.thread != "" {
		address += "?thread_ts=" + p.thread + "&cid=" + a.channel()
	}
	return address
}
