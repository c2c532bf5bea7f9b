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
	last   bool // the room closes with this one
}

var (
	_ bottest.Presser   = (*seat)(nil)
	_ bottest.Completer = (*seat)(nil)
	_ bottest.Neighbour = (*seat)(nil)
)

func (r *room) seat(name string) *seat {
	r.people++
	p := r.server.NewPerson(fmt.Sprintf("%s-%d", name, r.people))
	r.guild.Join(p)
	return &seat{room: r, client: p.In(r.channel)}
}

// fill puts a line into the form of its command.
func (s *seat) fill(line string) (command string, options []discordtest.Option, err error) {
	command, rest, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	for _, c := range s.room.core.Commands() {
		if c.Name != command {
			continue
		}
		if len(c.Args) == 0 {
			return command, nil, nil
		}
		var value any = rest
		if c.Args[0].Type == bot.Whole {
			if value, err = strconv.Atoi(rest); err != nil {
				return "", nil, err
			}
		}
		return command, []discordtest.Option{{Name: c.Args[0].Name, Value: value}}, nil
	}
	return "", nil, errors.New("no command " + command)
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

func (s *seat) Neighbour(*testing.T) bottest.Session { return s.room.seat("neighbour") }

func (s *seat) Close() error {
	if !s.last {
		return nil
	}
	err := s.room.running.end()
	s.room.server.Close()
	return err
}
