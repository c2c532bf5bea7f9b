package slack

import (
	"context"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// actions are the types of actions.
var actions = []string{"block_actions", "block_suggestion", "view_submission", "view_closed", "message_action", "shortcut"}

// acted takes what somebody did with what we have shown.
func (s *Slack) acted(ctx context.Context, d delivery) {
	a, err := parseAction(d.body)
	if err != nil {
		s.log.Error("an action could not be read", "err", err)
		_ = d.ack(nil)
		return
	}
	w := d.app.shown(a.teams()...)
	if w == nil {
		s.log.Warn("an action from a workspace that the config does not name", "workspace", a.teams())
		_ = d.ack(nil)
		if a.ResponseTo != "" {
			_ = s.client.respond(ctx, a.ResponseTo, response{Type: slack.ResponseTypeEphemeral, message: refusal(stranger)}) // there is no other way to say it
		}
		return
	}
	p := place{
		w: w, named: named(a.teams()), home: a.User.TeamID, user: a.User.ID, name: a.User.Name,
		channel: a.channel(), thread: a.thread(), respond: a.ResponseTo, trigger: a.TriggerID, until: s.opts.Now().Add(triggerLife),
	}
	switch a.Type {
	case "block_suggestion":
		s.suggest(ctx, d, p, a)
	case "view_submission":
		s.submitted(ctx, d, p, a)
	case "block_actions":
		_ = d.ack(nil)
		switch {
		case len(a.Actions) == 0 || s.again(a, a.once()):
		case a.View != nil:
			s.pressedInView(ctx, p, a)
		default:
			s.pressedOnMessage(ctx, p, a)
		}
	case "message_action", "shortcut":
		_ = d.ack(nil)
		if !s.again(a, a.chosen()) {
			s.chose(ctx, p, a)
		}
	default:
		_ = d.ack(nil)
		s.log.Debug("an action of a type that is not known", "type", a.Type)
	}
}

// again reports whether what somebody did was delivered before, by its id: then it is
// being answered, or has been. Without a trigger_id it may be another, as not every
// stand-in for Slack has what tells them apart.
func (s *Slack) again(a *action, id string) bool {
	if a.TriggerID == "" || s.once.First(id) {
		return false
	}
	s.log.Debug("an action came again", "event", id)
	return true
}

// pick returns what a press stands for, and the book that it is about. The error
// has a sentence for the person.
func (s *Slack) pick(ctx context.Context, p place, on pressed) (briefings.BookID, briefings.Offered, error) {
	book, err := s.book(ctx, p)
	if err != nil {
		return "", briefings.Offered{}, err
	}
	choice, err := s.opts.Offers.Pick(ctx, book, p.actor(), on.ActionID, on.chosen(), s.opts.Now())
	return book, choice, err
}

// pressedOnMessage answers a button on a message. On a message that one person
// sees, the answer takes the place of the one before; on one that others see, it
// is a private one for whoever pressed.
func (s *Slack) pressedOnMessage(ctx context.Context, p place, a *action) {
	on := a.Actions[0]
	inPlace := a.Container.Ephemeral || p.alone()
	ts := a.Container.MessageTS
	if a.Container.Ephemeral {
		ts = "" // it can be reached by the response_url alone
	}
	aside := false // what is said is said beside the message
	m := s.work(ctx, p, func(ctx context.Context) *message {
		said := func(m message) *message { return &m }
		book, choice, err := s.pick(ctx, p, on)
		if err != nil {
			aside = true
			return said(s.sorry(p, err))
		}
		r := s.request(ctx, p, book, "button", bot.Request{Invocation: bot.Pressed(choice), Event: a.once()})
		reply := s.core.Handle(ctx, r)
		if reply.Outcome == bot.Repeated || reply.Form != nil {
			aside = true
			return s.show(ctx, p, r, reply)
		}
		shown := newAnswer(reply, choice.Page, inMessage)
		shown.postable = !p.alone()
		_, _, posts, _ := bot.ParsePress(on.ActionID, on.chosen())
		switch reply.Place(posts, p.alone()) {
		case bot.Aside:
			aside = true
			return said(shown.pages[shown.page])
		case bot.ForAll:
			first, err := s.claim(ctx, book, r.Event)
			switch {
			case err != nil:
				aside = true
				return said(s.sorry(p, err))
			case !first:
				return nil
			}
			public := signed(s.dress(shown, book, p.actor(), true), p, false)
			if sorry := s.post(ctx, p, p.channel+" "+a.Container.MessageTS+" "+on.ActionID, public); sorry != nil {
				aside = true
				return sorry
			}
			shown.postable = false
			return said(s.dress(shown, book, p.actor(), false).with(note("Posted to this channel.")))
		default:
			return said(s.dress(shown, book, p.actor(), false))
		}
	})
	if m == nil {
		return
	}
	if inPlace && !aside {
		saying, cancel := context.WithTimeout(ctx, sayTime)
		defer cancel()
		err := s.replace(saying, p, ts, *m)
		if err == nil {
			return
		}
		s.log.Debug("a message could not be replaced", "err", err)
	}
	s.tell(ctx, p, m)
}
