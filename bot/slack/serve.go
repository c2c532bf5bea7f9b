package slack

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// How long answers may take. Slack shows a failure where a command was not
// acknowledged within three seconds, and a trigger_id opens a form for as long
// (https://docs.slack.dev/interactivity/handling-user-interaction).
const (
	ackAfter = 2 * time.Second // then a command is acknowledged without its answer
	openFast = time.Second     // then a form opens before its answer is there
	workTime = time.Minute     // what the work may take, a post with its rate limit included
	allTime  = 3 * time.Minute // what an action or an event may take, the answer included
	sayTime  = time.Minute     // what saying it may take, where it is late
)

// serve serves one delivery. It never fails outward.
func (s *Slack) serve(ctx context.Context, d delivery) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic", "panic", p, "stack", string(debug.Stack()))
			_ = d.ack(nil) // or it has been
		}
	}()
	if d.kind != anEvent {
		again, payload := s.flying.begin(d.id)
		if again {
			s.log.Debug("an envelope came again", "envelope", d.id)
			if payload.known {
				_ = d.ack(payload.of) // as the first time
			}
			return // or what is served acknowledges it, with its answer
		}
		d.ack = s.flying.noting(d.id, d.ack)
		defer s.flying.end(d.id)
	}
	if d.kind == aCommand {
		s.commanded(ctx, d)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, allTime)
	defer cancel()
	switch d.kind {
	case anAction:
		s.acted(ctx, d)
	case anEvent:
		_ = d.ack(nil) // Slack has nothing else to wait for
		s.happened(ctx, d)
	default:
		s.log.Debug("a delivery of a kind that is not known")
		_ = d.ack(nil)
	}
}

// lines is how many lines of a list are asked for at once: with who says so, some
// six fill a message. More would be rendered for nobody to see.
const lines = 6

// request is what the core is asked from a place: what was asked, with who asks. Where
// that matters, it waits until Slack has said who that is.
func (s *Slack) request(ctx context.Context, p place, book briefings.BookID, via string, asked bot.Request) bot.Request {
	now := s.opts.Now()
	r := asked
	wait := s.weighs(asked)
	r.Standing = s.standing(ctx, p, wait, now)
	if wait {
		p.w.introduce(ctx, r.Accounts, now)
	}
	who := p.w.person(ctx, p.user, now)
	r.Actor, r.Book = p.actor(), book
	r.Channel, r.Thread, r.Via = p.channel, p.thread, via
	r.Locale, r.Zone, r.Now = who.locale, who.zone, now
	r.Prompt, r.Offering, r.Lines = s.opts.Command+" ", true, lines
	r.FileForms, r.FileReplies = true, true
	return r
}

// book returns the book of the place. The error has a sentence for the person.
func (s *Slack) book(ctx context.Context, p place) (briefings.BookID, error) {
	return s.opts.Book(ctx, p.team())
}

// claim reports whether an event of the platform has had no effect yet. What has
// no id cannot come again.
func (s *Slack) claim(ctx context.Context, book briefings.BookID, event string) (first bool, err error) {
	if event == "" {
		return true, nil
	}
	first, err = s.opts.Inbound.Claim(ctx, book, Platform, event, s.opts.Now())
	if err != nil {
		return false, fmt.Errorf("claim an event: %w", err)
	}
	if !first {
		s.log.Debug("an event came again", "event", event)
	}
	return first, nil
}

// work returns what f does in time, and makes a message of a panic, so that the
// person hears of it and the process goes on. The message is nil where nothing is
// to be said.
func (s *Slack) work(ctx context.Context, p place, f func(context.Context) *message) (m *message) {
	ctx, cancel := context.WithTimeout(ctx, workTime)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			sorry := s.sorry(p, fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
			m = &sorry
		}
	}()
	return f(ctx)
}

// tell says the message, if there is one, and logs where it cannot.
func (s *Slack) tell(ctx context.Context, p place, m *message) {
	if m == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, sayTime)
	defer cancel()
	if err := s.say(ctx, p, *m); err != nil {
		s.unsaid(p, err)
	}
}

// unsaid logs that an answer did not reach the person.
func (s *Slack) unsaid(p place, err error) {
	log := s.log.With("channel", p.channel, "user", p.user, "err", err)
	if fix := fix(code(err), p.w.name()); fix != "" {
		log = log.With("fix", fix)
	}
	log.Error("an answer could not be shown")
}
