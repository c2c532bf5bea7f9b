package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// Limits of an input (https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element).
const (
	maxTyped       = 3000
	maxPlaceholder = 150
	maxWrong       = 1000 // what is said at an input; Slack names no limit
)

// labelOpen is on the button that opens a form which could not be opened at once.
const labelOpen = "Open the form"

// fill opens a form of the core's. Where Slack does not let it, as nothing was pressed
// or that is too long ago, the person gets a button that does.
func (s *Slack) fill(ctx context.Context, p place, r bot.Request, reply bot.Reply) *message {
	if r.Event != "" && !s.once.First("form "+r.Event) {
		return nil // what is pressed once opens one form
	}
	modal, sorry := s.modal(p, r.Book, reply.Form)
	if sorry != nil {
		return sorry
	}
	if p.trigger != "" && s.opts.Now().Before(p.until) {
		opening, cancel := context.WithTimeout(ctx, triggerLife)
		defer cancel()
		_, err := s.openView(opening, p, p.trigger, modal)
		if err == nil {
			return nil
		}
		s.log.Info("a form could not be opened; a button does it", "user", p.user, "err", err)
	}
	again := reply.Again
	if again.Command == "" {
		again = r.Invocation
	}
	if again.Command == "" {
		s.log.Error("a form cannot be opened later: nothing says how it is had again", "user", p.user)
		m := refusal("The form could not be opened. Ask again.")
		return &m
	}
	waits := &bot.Card{
		Title:   reply.Form.Title,
		Lead:    []bot.Text{bot.T("There is a form to fill in. It opens for you alone.")},
		Actions: []bot.Action{{Label: labelOpen, Invocation: again}},
	}
	m := s.dress(newAnswer(bot.Reply{Card: waits}, 0, inMessage), r.Book, p.actor(), false)
	return &m
}

// modal is a form of the core's as a window. What it submits, and where its answer
// goes, stay here: the window holds tokens alone. The message says to the person why
// there can be no window.
func (s *Slack) modal(p place, book briefings.BookID, form *bot.Form) (slack.ModalViewRequest, *message) {
	for _, f := range form.Fields {
		if n := pages.Units(f.Value); n > maxTyped {
			m := refusal(fmt.Sprintf("What stands in “%s” is too long for a form in Slack: it has %d characters, and a form holds %d. Nothing was cut. Change it where more fits, such as in Discord or the console.", f.Label, n, maxTyped))
			return slack.ModalViewRequest{}, &m
		}
	}
	o := form.Offer(book, p.actor())
	o.Expires = s.opts.Now().Add(bot.OfferLife)
	token := s.opts.Offers.Keep(o)
	modal := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: bot.FormID(token), PrivateMetadata: s.keepPlace(p, book),
		Title: label(form.Title, maxViewText), Submit: label("Send", maxViewText), Close: label("Cancel", maxViewText),
	}
	// In a window that changes, what was typed stays where the block is the same: what
	// the core says stands in the form would not be seen.
	fresh := "." + briefings.NewToken()
	for _, f := range form.Fields {
		block := slack.NewInputBlock(f.Name+fresh, label(f.Label, maxText), nil, element(f))
		block.Optional = !f.Required
		modal.Blocks.BlockSet = append(modal.Blocks.BlockSet, block)
	}
	return modal, nil
}

// element is an input as Slack has it.
func element(f bot.FormField) slack.BlockElement {
	var hint *slack.TextBlockObject
	if f.Hint != "" {
		hint = label(f.Hint, maxPlaceholder)
	}
	if len(f.Choices) > 0 {
		menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, hint, f.Name)
		for _, c := range f.Choices {
			if n := utf8.RuneCountInString(c.Value); n < 1 || n > maxOptionValue {
				continue // Slack takes no menu with it; to leave it out is to choose nothing
			}
			option := slack.NewOptionBlockObject(c.Value, label(c.Label, maxOption), nil)
			if menu.Options = append(menu.Options, option); strings.EqualFold(c.Value, f.Value) {
				menu.InitialOption = option
			}
		}
		return menu
	}
	if f.File {
		return slack.NewFileInputBlockElement(f.Name).WithMaxFiles(1)
	}
	input := slack.NewPlainTextInputBlockElement(hint, f.Name)
	input.InitialValue, input.Multiline = bot.Clean(f.Value), f.Long
	input.MaxLength = maxTyped
	if f.MaxRunes > 0 {
		input.MaxLength = min(max(f.MaxRunes, utf8.RuneCountInString(input.InitialValue)), maxTyped)
	}
	return input
}

// submitAfter is when a form that was sent is acknowledged at the latest, which closes
// it: what it says is then said outside.
const submitAfter = 2500 * time.Millisecond

// outcome is how a form that was sent ends.
type outcome struct {
	wrong string                  // what is said in it; it stays open
	next  *slack.ModalViewRequest // what stands in its place
	// said is what is said where it was opened, when it has closed: without wrong and
	// next, or where it is too late for them. It may be nil.
	said func(ctx context.Context) *message
}

// filled answers a form of the core's that was sent. What is wrong with it is said in
// it, so that nothing is lost that was typed.
func (s *Slack) filled(ctx context.Context, d delivery, p place, a *action) {
	late := time.AfterFunc(submitAfter, func() { _ = d.ack(nil) })
	defer late.Stop()
	there, o := p, outcome{}
	m := s.work(ctx, p, func(ctx context.Context) *message {
		book, err := s.book(ctx, p)
		if err != nil {
			o.wrong = bot.Excuse(s.log, "a form was not taken", err, "user", p.user)
			return nil
		}
		there = s.findPlace(ctx, a.View.Metadata, p, book)
		o = s.submit(ctx, there, book, a)
		if o.wrong == "" && o.next == nil {
			return o.said(ctx)
		}
		return nil
	})
	switch {
	case o.wrong != "":
		if id := a.View.input(); id != "" && d.ack(submission{Action: "errors", Errors: map[string]string{id: o.wrong}}) == nil {
			return
		}
		sorry := refusal(o.wrong)
		m = &sorry
	case o.next != nil && s.instead(ctx, d, there, a, o.next):
		return
	case o.next != nil:
		m = s.work(ctx, there, o.said)
	}
	_ = d.ack(nil) // which closes it, unless that was done
	s.tell(ctx, there, m)
}

// instead shows another window in the place of a form that was sent, and reports false
// where the form has closed already. What an acknowledgement does not hold comes after
// it.
func (s *Slack) instead(ctx context.Context, d delivery, p place, a *action, next *slack.ModalViewRequest) bool {
	err := d.ack(submission{Action: "update", View: next})
	if !errors.Is(err, errTooLarge) {
		return err == nil
	}
	wait := moment()
	if d.ack(submission{Action: "update", View: &wait}) != nil {
		return false
	}
	if err := s.afterAck(ctx, p, a.View, next); err != nil {
		s.log.Error("a window could not be shown", "user", p.user, "err", err)
	}
	return true
}

// How long it may take until an acknowledgement shows in a window, and from one look
// to the next.
const (
	ackShows = 5 * time.Second
	ackLook  = 200 * time.Millisecond
)

// afterAck shows another view in a window whose acknowledgement is on its way, by
// another way than the view: whichever comes first, the view is there in the end. As
// long as the hash of the window is the one that we know, the acknowledgement has not
// come.
func (s *Slack) afterAck(ctx context.Context, p place, v *view, next *slack.ModalViewRequest) error {
	ctx, cancel := context.WithTimeout(ctx, ackShows)
	defer cancel()
	for hash := v.Hash; hash != ""; {
		err := p.w.call(ctx, "views.update", "", func(ctx context.Context) error {
			shown, err := p.w.api.UpdateViewContext(ctx, *next, "", hash, v.ID)
			if err == nil && shown != nil {
				hash = shown.Hash
			}
			return err
		})
		switch {
		case code(err) == "hash_conflict":
			hash = ""
		case err != nil:
			return err
		case !bot.Sleep(ctx, ackLook):
			return nil // it is there, and nothing else has come
		}
	}
	return s.updateView(ctx, p, v.ID, next)
}

// submit asks the core what comes of a form. Whoever sends it may do less by now than
// when it was opened: the core looks again.
func (s *Slack) submit(ctx context.Context, p place, book briefings.BookID, a *action) outcome {
	choice, err := s.opts.Offers.Pick(ctx, book, p.actor(), a.View.Callback, "", s.opts.Now())
	if err != nil {
		return outcome{wrong: bot.Excuse(s.log, "a form was not taken", err, "user", p.user)}
	}
	r := s.request(ctx, p, book, "form", bot.Request{Invocation: bot.Filled(bot.Pressed(choice), a.View.inputs()), Event: a.sent(), Files: s.uploads(p, a.View)})
	reply := s.core.Handle(ctx, r)
	o := outcome{said: func(ctx context.Context) *message { return s.show(ctx, p, r, reply) }}
	switch {
	case reply.Form != nil:
		if v, sorry := s.modal(p, book, reply.Form); sorry == nil {
			o.next = &v
		}
	case reply.Outcome == bot.Refused, reply.Outcome == bot.NotFound, reply.Outcome == bot.Failed:
		o.wrong = sentence(reply.Card)
	case reply.Outcome == bot.Answered && p.channel == "" && !p.lost && reply.Visibility != bot.Shared: // it was opened in a window
		v := window(s.dress(newAnswer(reply, 0, inView), book, p.actor(), false))
		o.next = &v
	}
	return o
}

// sentence is what a card that refuses says.
func sentence(card *bot.Card) string {
	if card == nil {
		return ""
	}
	var said []string
	for _, t := range card.Lead {
		said = append(said, strings.TrimSpace(bot.Clean(t.String())))
	}
	return pages.Clip(strings.TrimSpace(strings.Join(said, "\n")), maxWrong)
}

// The place of a form, where it is kept as what a button stands for: in the store, so
// that it outlives a restart, and for its person alone. It is no command.
const (
	formPlace   = "·place"
	placeArg    = "channel"
	placeThread = "thread"
)

// keepPlace returns the token that a form holds in the place of the place.
func (s *Slack) keepPlace(p place, book briefings.BookID) (token string) {
	o := briefings.Offer{Book: book, Actor: p.actor(), Expires: s.opts.Now().Add(bot.OfferLife), Choices: []briefings.Offered{
		{Command: formPlace, Args: []briefings.OfferedArg{{Name: placeArg, Value: p.channel}, {Name: placeThread, Value: p.thread}}},
	}}
	token = s.opts.Offers.Keep(o)
	s.forms.hold(token, p, s.opts.Now())
	return token
}

// findPlace returns the place where the sender opened a form.
func (s *Slack) findPlace(ctx context.Context, token string, sender place, book briefings.BookID) place {
	if there, ok := s.forms.find(token, sender, s.opts.Now()); ok {
		return there
	}
	there := nowhere(sender)
	o, err := s.opts.Offers.Find(ctx, book, token, s.opts.Now())
	if err != nil {
		s.log.Debug("it is not known where a form was opened", "user", sender.user, "err", err)
		return there
	}
	choice, err := o.Press(sender.actor(), 0)
	if err != nil || choice.Command != formPlace {
		s.log.Warn("a form with the place of another", "user", sender.user, "err", err)
		return there
	}
	kept := bot.Pressed(choice)
	there.channel, there.thread, there.lost = kept.Get(placeArg), kept.Get(placeThread), false
	return there
}
