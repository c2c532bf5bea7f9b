package slack

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// place is where an answer goes.
type place struct {
	w       *workspace
	named   briefings.Workspace // the workspace, as the event has it
	home    string              // the workspace or organisation that the person is of, as the event has it; or ""
	user    string
	name    string // what their account is called: words, and no id
	channel string
	thread  string // or ""
	// respond is the response_url, or "".
	respond string
	// trigger is the trigger_id, which opens a window until some time, or "".
	trigger string
	until   time.Time
	// lost says that it is not known where it was asked: then it may have been
	// between us alone.
	lost bool
}

// team is the workspace where it was asked: ours, also for guests of another.
func (p place) team() briefings.Workspace { return cmp.Or(p.w.team(), p.named) }

// actor is who asked.
func (p place) actor() briefings.Actor {
	return briefings.Actor{Platform: Platform, Workspace: p.team(), User: briefings.UserID(p.user)}
}

// alone reports whether nobody else is in the conversation with the bot.
func (p place) alone() bool { return p.w != nil && direct(p.channel) }

// response is a message as a response_url takes it.
type response struct {
	Type    string // ephemeral or in_channel
	Replace bool
	message
}

// respondTimes is how often a response_url is tried: Slack lets it be used five
// times, and one answer may need it twice.
const respondTimes = 2

// How long it takes from one try to the next.
const (
	retryFirst = 100 * time.Millisecond
	retryMost  = 10 * time.Second
)

// persist repeats a request until it is done or refused, or ctx ends; times is how
// often at the most, where it is not 0.
func (s *Slack) persist(ctx context.Context, times int, try func() error) error {
	return bot.Retry{First: retryFirst, Most: retryMost, Times: times, Now: s.opts.Now}.Do(ctx, try)
}

// ackMessage is a message as an acknowledgement of a command takes it.
type ackMessage struct {
	Type        string        `json:"response_type"`
	Text        string        `json:"text"`
	Blocks      []slack.Block `json:"blocks"`
	UnfurlLinks bool          `json:"unfurl_links"`
	UnfurlMedia bool          `json:"unfurl_media"`
}

// private is a message as an acknowledgement takes it, for the person alone.
func private(m message) any {
	if m.ack != nil {
		return m.ack
	}
	return ackMessage{Type: slack.ResponseTypeEphemeral, Text: m.Text, Blocks: m.Blocks()}
}

// options are a message as the chat methods take it: nothing in it is unfurled,
// no name is linked, and the fallback is not formatted.
func (m message) options(thread string) []slack.MsgOption {
	list := []slack.MsgOption{
		slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks()...), slack.MsgOptionDisableMarkdown(),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(), slack.MsgOptionParse(false),
	}
	if thread != "" {
		list = append(list, slack.MsgOptionTS(thread))
	}
	return list
}

// notTaken are the errors by which Slack does not take the blocks of a message. It
// is our fault, and a stand-in for Slack may know fewer blocks.
var notTaken = []string{"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments"}

// send calls a method with a message, again where that may help; once says that
// it must not arrive twice. Where Slack does not take the blocks, the words go out
// without them.
func (s *Slack) send(ctx context.Context, w *workspace, method, key string, once bool, m message, f func(context.Context, message) error) error {
	try := func(m message) error {
		return s.persist(ctx, 0, func() error {
			err := w.call(ctx, method, key, func(ctx context.Context) error { return f(ctx, m) })
			if e := (*apiError)(nil); once && errors.As(err, &e) && !e.undone() {
				return bot.Final(err) // it is not known whether it arrived
			}
			return err
		})
	}
	err := try(m)
	if slices.Contains(notTaken, code(err)) && len(m.above) > 0 {
		s.log.Error("Slack does not take the blocks of an answer; it goes out as words alone", "method", method, "err", err)
		err = try(message{Text: m.Text})
	}
	return err
}

// respond answers by a response_url, which replaces the message that was pressed on
// or says something for one person.
func (s *Slack) respond(ctx context.Context, p place, replace bool, m message) error {
	try := func(m message) error {
		return s.persist(ctx, respondTimes, func() error {
			return s.client.respond(ctx, p.respond, response{Type: slack.ResponseTypeEphemeral, Replace: replace, message: m})
		})
	}
	err := try(m)
	if e := (*apiError)(nil); errors.As(err, &e) && e.Status == http.StatusBadRequest && len(m.above) > 0 {
		s.log.Error("Slack does not take the blocks of an answer; it goes out as words alone", "err", err)
		err = try(message{Text: m.Text})
	}
	if err != nil {
		s.log.Debug("a response_url did not take an answer", "err", err)
	}
	return err
}

// say shows a message to the person who asked, and to nobody else: in the channel,
// by the response_url where there is one, or in the conversation with the bot.
func (s *Slack) say(ctx context.Context, p place, m message) error {
	if p.respond != "" && p.thread == "" {
		if err := s.respond(ctx, p, false, m); err == nil || p.channel == "" {
			return err
		}
	}
	if p.channel == "" || p.alone() && p.respond == "" {
		_, err := s.write(ctx, p, m)
		return err
	}
	// Twice would be seen by one person, once.
	err := s.send(ctx, p.w, "chat.postEphemeral", "", false, m, func(ctx context.Context, m message) error {
		_, err := p.w.api.PostEphemeralContext(ctx, p.channel, p.user, m.options(p.thread)...)
		return err
	})
	switch code(err) {
	case "unknown_method": // some stand-ins for Slack have no such thing
		_, err = s.write(ctx, p, m)
	case "user_not_in_channel", "not_in_channel", "channel_not_found": // it can be said between us alone
		p.channel, p.thread = "", ""
		_, err = s.write(ctx, p, m)
	}
	return err
}

// write writes a message that all in the conversation see, once. It returns its
// time stamp, which is its id. Where there is no channel, it goes to the person's
// conversation with the bot.
func (s *Slack) write(ctx context.Context, p place, m message) (ts string, err error) {
	channel := cmp.Or(p.channel, p.user)
	err = s.send(ctx, p.w, "chat.postMessage", channel, true, m, func(ctx context.Context, m message) error {
		_, at, err := p.w.api.PostMessageContext(ctx, channel, m.options(p.thread)...)
		ts = at
		return err
	})
	return ts, err
}

// replace puts a message in the place of the one that was pressed on.
func (s *Slack) replace(ctx context.Context, p place, ts string, m message) error {
	if p.respond != "" {
		if err := s.respond(ctx, p, true, m); err == nil {
			return nil
		}
	}
	if ts == "" {
		return errors.New("a message that only the response_url reaches")
	}
	return s.send(ctx, p.w, "chat.update", "", false, m, func(ctx context.Context, m message) error {
		_, _, _, err := p.w.api.UpdateMessageContext(ctx, p.channel, ts, m.options("")...)
		return err
	})
}

// sorry is the message about an error. What is not meant for the person is logged
// under a reference.
func (s *Slack) sorry(p place, err error) message {
	return refusal(bot.Excuse(s.log, "an answer failed", err, "user", p.user, "channel", p.channel))
}
