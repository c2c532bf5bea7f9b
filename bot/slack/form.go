package slack

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// The search form: what to show, of what, or a question in one's own words.
const (
	formSearch  = "search" // its callback_id
	inputShow   = "show"
	inputTopic  = "topic"
	inputWords  = "words"
	maxInput    = 500
	triggerLife = 3 * time.Second  // for so long a form can be opened
	maxFormLife = 30 * time.Minute // as long as a response_url is good
	maxForms    = 2000
	// mainCommand is what the form shows unless something else is chosen.
	mainCommand = "brief"
)

// asking are the commands that the form can show: those that are asked about
// something in the book. The one that is chosen from the beginning comes first.
func (s *Slack) asking() []bot.Command {
	var list []bot.Command
	for _, c := range s.core.Commands() {
		if len(c.Args) == 0 || c.Args[0].Type != bot.EntryName || c.Role > briefings.Reader {
			continue
		}
		if c.Name == mainCommand {
			list = append([]bot.Command{c}, list...)
		} else {
			list = append(list, c)
		}
	}
	return list
}

// openForm opens the search form. Its answer goes to the place.
func (s *Slack) openForm(ctx context.Context, p place, trigger string) error {
	commands := s.asking()
	if trigger == "" || len(commands) == 0 {
		return errors.New("no form can be opened")
	}
	ctx, cancel := context.WithTimeout(ctx, triggerLife)
	defer cancel()
	var shows []*slack.OptionBlockObject
	for _, c := range commands {
		shows = append(shows, slack.NewOptionBlockObject(c.Name, label(c.Summary, maxOption), nil))
	}
	show := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, inputShow, shows...)
	show.InitialOption = shows[0]
	topic := slack.NewOptionsSelectBlockElement(slack.OptTypeExternal, label("Begin to type a name", maxOption), inputTopic)
	one := 1
	topic.MinQueryLength = &one
	words := slack.NewPlainTextInputBlockElement(label("A question, as you would ask it", maxOption), inputWords)
	words.MaxLength = maxInput
	input := func(id, name string, e slack.BlockElement, optional bool) *slack.InputBlock {
		b := slack.NewInputBlock(id, label(name, maxOption), nil, e)
		b.Optional = optional
		return b
	}
	_, err := s.openView(ctx, p, trigger, slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formSearch, PrivateMetadata: s.forms.keep(p, s.opts.Now()),
		Title: label("Search the book", maxViewText), Submit: label("Show", maxViewText), Close: label("Cancel", maxViewText),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			input(inputTopic, "About whom or what", topic, true),
			input(inputShow, "Show", show, false),
			input(inputWords, "Or ask in your own words", words, true),
		}},
	})
	return err
}

// chosen returns the command that is chosen in a form.
func (s *Slack) chosen(v *view) (bot.Command, bool) {
	commands := s.asking()
	name := ""
	if v != nil {
		name = v.get(inputShow)
	}
	for _, c := range commands {
		if c.Name == name {
			return c, true
		}
	}
	if len(commands) == 0 {
		return bot.Command{}, false
	}
	return commands[0], true
}

// options is how a menu's request for its options is answered.
type options struct {
	Options []*slack.OptionBlockObject `json:"options"`
}

// maxOptionValue is how long the value of an option may be.
const maxOptionValue = 150

// suggest offers how what is typed in the form may go on.
func (s *Slack) suggest(ctx context.Context, d delivery, p place, a *action) {
	found := options{Options: []*slack.OptionBlockObject{}}
	c, ok := s.chosen(a.View)
	now := s.opts.Now()
	if book, err := s.book(ctx, p); err == nil && ok && a.ActionID == inputTopic {
		r := bot.Request{Actor: p.actor(), Standing: s.standing(ctx, p, false, now), Book: book, Via: "completion", Now: now, Invocation: bot.Invocation{Command: c.Name}}
		for _, choice := range s.core.Complete(ctx, r, c.Args[0].Name, a.Value) {
			if choice.Value != "" && len(choice.Value) <= maxOptionValue && len(found.Options) < maxOptions {
				found.Options = append(found.Options, slack.NewOptionBlockObject(choice.Value, label(cmp.Or(choice.Label, choice.Value), maxOption), nil))
			}
		}
	} else if err != nil {
		s.log.Debug("nothing to complete", "err", err)
	}
	if err := d.ack(found); err != nil {
		s.log.Warn("completions could not be sent", "err", err)
		_ = d.ack(options{Options: []*slack.OptionBlockObject{}})
	}
}

// submission is how a form that was sent is answered: what is wrong, by the block of
// the input, or what stands in its place.
type submission struct {
	Action string                  `json:"response_action"`
	Errors map[string]string       `json:"errors,omitempty"`
	View   *slack.ModalViewRequest `json:"view,omitempty"`
}

// submitted answers a form: that by which the book is searched, or one of the core's.
// One that comes again is answered as the first time.
func (s *Slack) submitted(ctx context.Context, d delivery, p place, a *action) {
	if a.View == nil {
		_ = d.ack(nil)
		return
	}
	serve := s.filled
	if _, _, _, ours := bot.ParsePress(a.View.Callback, ""); a.View.Callback == formSearch {
		serve = s.searched
	} else if !ours {
		_ = d.ack(nil)
		return
	}
	id := a.sent()
	if s.flying.follow(id, d.ack) {
		s.log.Debug("a form came again", "event", id)
		return
	}
	d.ack = s.flying.noting(id, d.ack)
	defer s.flying.end(id)
	serve(ctx, d, p, a)
}

// searched answers the search form.
func (s *Slack) searched(ctx context.Context, d delivery, p place, a *action) {
	c, ok := s.chosen(a.View)
	topic, text := a.View.get(inputTopic), words(a.View.get(inputWords))
	switch {
	case !ok || topic == "" && text == "" && c.Args[0].Required:
		_ = d.ack(submission{Action: "errors", Errors: map[string]string{inputTopic: "Choose somebody or something, or ask in your own words below."}})
		return
	case topic != "" && text != "":
		_ = d.ack(submission{Action: "errors", Errors: map[string]string{inputWords: "Something is chosen above. Leave one of the two out."}})
		return
	}
	_ = d.ack(nil) // which closes the form
	there, _ := s.forms.find(a.View.Metadata, p, s.opts.Now())
	asked := bot.Request{Text: text}
	switch {
	case topic != "":
		asked = bot.Request{Invocation: bot.Invocation{Command: c.Name, Args: []bot.Value{{Name: c.Args[0].Name, Value: topic}}}}
	case text == "":
		asked = bot.Request{Invocation: bot.Invocation{Command: c.Name}}
	case c.Name != mainCommand:
		asked = bot.Request{Text: c.Name + " " + text}
	}
	asked.Event = a.sent()
	m := s.work(ctx, there, func(ctx context.Context) *message {
		return s.answer(ctx, there, "form", asked)
	})
	s.tell(ctx, there, m)
}

// forms remembers where the answer of a form goes that is open. What a restart
// forgets goes to the person's conversation with the bot.
type forms struct {
	mu   sync.Mutex
	open map[string]openForm
}

type openForm struct {
	place place
	until time.Time
}

func newForms() *forms { return &forms{open: map[string]openForm{}} }

// keep returns what the form holds in the place of the place.
func (f *forms) keep(p place, now time.Time) (token string) {
	token = briefings.NewToken()
	f.hold(token, p, now)
	return token
}

// hold remembers a place by a token.
func (f *forms) hold(token string, p place, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for token, form := range f.open {
		if !now.Before(form.until) {
			delete(f.open, token)
		}
	}
	if len(f.open) >= maxForms {
		clear(f.open)
	}
	p.trigger = "" // it opens one window
	f.open[token] = openForm{p, now.Add(maxFormLife)}
}

// find returns the place of a form that was opened by the sender.
func (f *forms) find(token string, sender place, now time.Time) (place, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	form, ok := f.open[token]
	if !ok || form.place.actor() != sender.actor() || form.place.w != sender.w || !now.Before(form.until) {
		return nowhere(sender), false
	}
	there := form.place
	there.home, there.name = sender.home, sender.name
	return there, true
}

// nowhere is somebody of whom it is not known where they asked.
func nowhere(p place) place {
	return place{w: p.w, named: p.named, home: p.home, user: p.user, name: p.name, lost: true}
}
