package discord_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

func TestDiscord_Conforms(t *testing.T) {
	offers := bot.NewOffers(emptyStore(t), nil)
	bottest.Run(t, func(t *testing.T, core bot.Core) bottest.Session {
		s := server(t)
		guild := s.NewGuild("Newsroom")
		channel := guild.NewChannel("desk")
		r := start(t, s, core, func(o *discord.Options) { o.Offers = offers })
		room := &room{server: s, guild: guild, channel: channel, core: core, running: r}
		first := room.seat("reader")
		first.last = true
		waitForCommands(t, first.client, core)
		return first
	})
}

// waitForCommands waits until the commands are offered to people.
func waitForCommands(t *testing.T, c *discordtest.Client, core bot.Core) {
	t.Helper()
	for deadline := time.Now().Add(patience); len(c.Offered()) < len(core.Commands()); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("offered are %q", c.Offered())
		}
	}
}

// room is a channel that people share.
type room struct {
	server  *discordtest.Server
	guild   *discordtest.Guild
	channel *discordtest.Channel
	core    bot.Core
	running *running
	people  int
}

// seat is one person in the room.
type seat struct {
	room   *room
	client *discordtest.Client
	shown  *discordtest.Message
	form   *discordtest.Modal
	last   bool // the room closes with this one
}

var (
	_ bottest.Presser   = (*seat)(nil)
	_ bottest.Completer = (*seat)(nil)
	_ bottest.Neighbour = (*seat)(nil)
	_ bottest.Chooser   = (*seat)(nil)
)

func (r *room) seat(name string) *seat {
	r.people++
	p := r.server.NewPerson(fmt.Sprintf("%s-%d", name, r.people))
	r.guild.Join(p)
	return &seat{room: r, client: p.In(r.channel)}
}

// fill puts a line into the form of its command.
func (s *seat) fill(line string) (command string, options []discordtest.Option, err error) {
	for _, c := range s.room.core.Commands() {
		rest, ok := strings.CutPrefix(line, "/"+c.Name)
		if !ok || rest != "" && rest[0] != ' ' {
			continue
		}
		rest = strings.TrimPrefix(rest, " ")
		args := c.Shown()
		if len(args) == 0 || rest == "" && !args[0].Required {
			return c.Name, nil, nil
		}
		var value any = rest
		if args[0].Type == bot.Whole {
			if value, err = strconv.Atoi(rest); err != nil {
				return "", nil, err
			}
		}
		return c.Name, []discordtest.Option{{Name: args[0].Name, Value: value}}, nil
	}
	return "", nil, errors.New("no command is in " + line)
}

func (s *seat) Type(line string) (bottest.Seen, error) {
	command, options, err := s.fill(line)
	if err != nil {
		return bottest.Seen{}, err
	}
	m, err := s.client.Slash(command, options...)
	if err != nil {
		return bottest.Seen{}, err
	}
	return s.see(m)
}

func (s *seat) see(m *discordtest.Message) (seen bottest.Seen, err error) {
	seen, s.shown, err = read(s.client, m)
	return seen, err
}

func (s *seat) Press(label string) (bottest.Seen, error) {
	m, err := press(s.client, s.shown, label)
	if err != nil {
		return bottest.Seen{}, err
	}
	return s.see(m)
}

func (s *seat) Complete(line string) ([]string, error) {
	command, options, err := s.fill(line)
	if err != nil {
		return nil, err
	}
	choices, err := s.client.Complete(command, options[0].Name, options[0].Value.(string))
	if err != nil {
		return nil, err
	}
	var labels []string
	for _, c := range choices {
		labels = append(labels, c.Name)
	}
	return labels, nil
}

func (s *seat) Open(line string) (bottest.Opened, error) {
	command, options, err := s.fill(line)
	if err != nil {
		return bottest.Opened{}, err
	}
	m, err := s.client.Slash(command, options...)
	if err != nil {
		return bottest.Opened{}, err
	}
	return s.opened(m)
}

func (s *seat) Choose(menu, message string) (bottest.Opened, error) {
	other := s.room.seat("writer")
	m, err := s.client.MessageMenu(menu, other.client.Say(message))
	if err != nil {
		return bottest.Opened{}, err
	}
	return s.opened(m)
}

// opened looks at the form that there should be.
func (s *seat) opened(m *discordtest.Message) (bottest.Opened, error) {
	if m.Modal == nil {
		return bottest.Opened{}, fmt.Errorf("no form, but %q", m.Seen().Text)
	}
	s.form = m.Modal
	o := bottest.Opened{Title: m.Modal.Title, Values: map[string]string{}}
	for _, f := range m.Modal.Fields {
		o.Values[f.Label] = f.Value
		for _, c := range f.Choices {
			if c.Value == f.Value {
				o.Values[f.Label] = c.Label
			}
		}
	}
	return o, nil
}

func (s *seat) Submit(values map[string]string) (bottest.Seen, error) {
	filled := map[string]string{}
	for _, f := range s.form.Fields {
		v, ok := values[f.Label]
		if !ok {
			continue
		}
		for _, c := range f.Choices {
			if c.Label == v {
				v = c.Value
			}
		}
		filled[f.CustomID] = v
	}
	m, err := s.client.Submit(s.form, filled)
	if err != nil {
		return bottest.Seen{}, err
	}
	return s.see(m)
}

func (s *seat) Neighbour(*testing.T) bottest.Session { return s.room.seat("neighbour") }

func (s *seat) Close() error {
	if !s.last {
		return nil
	}
	err := s.room.running.end()
	s.room.server.Close()
	return err
}
