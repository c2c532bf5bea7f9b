package slack_test

import (
	"errors"
	"fmt"
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
)

func (s *commander) Type(line string) (bottest.Seen, error) {
	return s.see(message(s.client.Command("/brief", strings.TrimPrefix(line, "/"))))
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

// Neighbour's answers are in a conversation of their own, and shared with nobody:
// so this is no bottest.Neighbour.
func (s *writer) Neighbour() {}
