package slack_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// TestSlack_Conforms: each way of asking, by both ways in which events come.
func TestSlack_Conforms(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*slack.Options)
		sit    func(seat) bottest.Session
	}{
		{"ByCommandOverASocket", func(*slack.Options) {}, func(s seat) bottest.Session { return &commander{s} }},
		{"ByCommandOverHTTP", overHTTP, func(s seat) bottest.Session { return &commander{s} }},
		{"ByMentionOverASocket", func(*slack.Options) {}, func(s seat) bottest.Session { return &mentioner{s} }},
		{"InAConversationOverHTTP", overHTTP, func(s seat) bottest.Session { s.client = s.client.Person().DM(); return &writer{s} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			offers, inbound := bot.NewOffers(emptyStore(t), nil), bookStore(t)
			bottest.Run(t, func(t *testing.T, core bot.Core) bottest.Session {
				s := server(t, func(o *slacktest.Options) { o.NoRateLimits = true })
				team, desk := newsroom(s)
				r := start(t, s, team, core, c.change, func(o *slack.Options) { o.Offers, o.Inbound = offers, inbound })
				slack.Unlimited(r.Slack)
				room := &room{server: s, team: team, desk: desk, core: core, running: r, sit: c.sit}
				return room.seat(true)
			})
		})
	}
}

// room is a channel that people share.
type room struct {
	server  *slacktest.Server
	team    *slacktest.Team
	desk    *slacktest.Channel
	core    bot.Core
	running *running
	sit     func(seat) bottest.Session
	people  int
}

// seat returns another person's session. The room closes with the first.
func (r *room) seat(first bool) bottest.Session {
	r.people++
	return r.sit(seat{room: r, client: reader(r.team, r.desk, fmt.Sprintf("reader-%d", r.people)), first: first})
}

// seat is one person in the room.
type seat struct {
	room   *room
	client *slacktest.Client
	shown  *slacktest.Message
	form   *slacktest.View
	there  *slacktest.Client // where the answer to the form comes
	first  bool
}

func (s *seat) see(m *slacktest.Message, err error) (seen bottest.Seen, _ error) {
	if err != nil {
		return bottest.Seen{}, err
	}
	seen, s.shown, err = read(s.client, m)
	return seen, err
}

func (s *seat) Press(label string) (bottest.Seen, error) {
	m, err := press(s.client, s.shown, label)
	return s.see(m, err)
}

// opened is a form that a person sees open.
func (s *seat) opened(there *slacktest.Client, shown *slacktest.Shown, err error) (bottest.Opened, error) {
	if err != nil {
		return bottest.Opened{}, err
	}
	if shown.View == nil {
		return bottest.Opened{}, errors.New("no form opens")
	}
	s.form, s.there = shown.View, there
	seen := shown.View.Seen()
	o := bottest.Opened{Title: seen.Title, Values: map[string]string{}}
	for _, in := range seen.Inputs {
		o.Values[in.Label] = in.Value
		for _, choice := range in.Options {
			if slices.Contains(in.Chosen, choice.Value) {
				o.Values[in.Label] = choice.Text
			}
		}
	}
	return o, nil
}

// openedBy presses the button that opens a form.
func (s *seat) openedBy(m *slacktest.Message, err error) (bottest.Opened, error) {
	if err != nil {
		return bottest.Opened{}, err
	}
	shown, err := s.client.Press(m, "Open the form")
	return s.opened(s.client, shown, err)
}

func (s *seat) Submit(values map[string]string) (bottest.Seen, error) {
	for label, value := range values {
		err := s.form.Fill(label, value)
		if errors.Is(err, slacktest.ErrNoComponent) {
			err = s.form.Choose(label, value)
		}
		if err != nil {
			return bottest.Seen{}, err
		}
	}
	before := len(s.there.Messages())
	shown, err := s.form.Submit()
	if err != nil {
		return bottest.Seen{}, err
	}
	if !shown.Closed {
		return bottest.Seen{}, fmt.Errorf("the form does not close: %v", shown.View.Errors)
	}
	said := map[string]bool{}
	for _, m := range s.there.Messages()[:before] {
		said[m.TS] = true
	}
	return s.see(s.there.Until(func(m *slacktest.Message) bool { return !said[m.TS] && m.User == s.room.team.Bot().ID }))
}

// Choose chooses from the menu of a message in the channel, also where somebody
// otherwise writes to the bot alone.
func (s *seat) Choose(menu, message string) (bottest.Opened, error) {
	s.room.people++
	m, err := reader(s.room.team, s.room.desk, fmt.Sprintf("author-%d", s.room.people)).Post(slacktest.Escape(message))
	if err != nil {
		return bottest.Opened{}, err
	}
	s.room.desk.Invite(s.client.Person())
	here := s.client.Person().In(s.room.desk)
	for _, c := range s.room.core.Commands() {
		if c.Menu == menu {
			shown, err := here.Shortcut(strings.ReplaceAll(c.Name, " ", "_"), m)
			return s.opened(here, shown, err)
		}
	}
	return bottest.Opened{}, errors.New("no command is called that in the menu")
}

func (s *seat) Neighbour(*testing.T) bottest.Session { return s.room.seat(false) }

func (s *seat) Close() error {
	if !s.first {
		return nil
	}
	err := s.room.running.end()
	s.room.server.Close()
	return err
}

// commander types slash commands.
type commander struct{ seat }

var (
	_ bottest.Presser   = (*commander)(nil)
	_ bottest.Completer = (*commander)(nil)
	_ bottest.Neighbour = (*commander)(nil)
	_ bottest.Chooser   = (*commander)(nil)
	_ bottest.Chooser   = (*mentioner)(nil)
	_ bottest.Chooser   = (*writer)(nil)
)

func (s *commander) Type(line string) (bottest.Seen, error) {
	return s.see(message(s.client.Command("/brief", strings.TrimPrefix(line, "/"))))
}

// Open types a command, which opens a form at once.
func (s *commander) Open(line string) (bottest.Opened, error) {
	shown, err := s.client.Command("/brief", strings.TrimPrefix(line, "/"))
	return s.opened(s.client, shown, err)
}

// Complete types into the search form.
func (s *commander) Complete(line string) ([]string, error) {
	command, typed, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	shown, err := s.client.Command("/brief", "")
	if err != nil {
		return nil, err
	}
	if shown.View == nil {
		return nil, errors.New("no form opens")
	}
	defer shown.View.Close(true)
	if err := shown.View.Choose("show", command); err != nil {
		return nil, err
	}
	choices, err := shown.View.Suggest("topic", typed)
	var labels []string
	for _, c := range choices {
		labels = append(labels, c.Label)
	}
	return labels, err
}

// mentioner mentions the bot in the channel.
type mentioner struct{ seat }

func (s *mentioner) Type(line string) (bottest.Seen, error) {
	return s.see(message(s.client.Say("<@" + s.room.team.Bot().ID + "> " + slacktest.Escape(line))))
}

// Open presses a button: a mention opens no form.
func (s *mentioner) Open(line string) (bottest.Opened, error) {
	return s.openedBy(message(s.client.Say("<@" + s.room.team.Bot().ID + "> " + slacktest.Escape(line))))
}

// writer writes in the conversation with the bot, where nobody else is.
type writer struct{ seat }

func (s *writer) Type(line string) (bottest.Seen, error) {
	seen, err := s.see(message(s.client.Say(slacktest.Escape(line))))
	seen.Private = true
	return seen, err
}

func (s *writer) Press(label string) (bottest.Seen, error) {
	seen, err := s.seat.Press(label)
	seen.Private = true
	return seen, err
}

// Open presses a button: a message opens no form.
func (s *writer) Open(line string) (bottest.Opened, error) {
	return s.openedBy(message(s.client.Say(slacktest.Escape(line))))
}

func (s *writer) Submit(values map[string]string) (bottest.Seen, error) {
	seen, err := s.seat.Submit(values)
	seen.Private = true
	return seen, err
}

// Neighbour's answers are in a conversation of their own, and shared with nobody:
// so this is no bottest.Neighbour.
func (s *writer) Neighbour() {}
