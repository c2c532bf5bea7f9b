package discord_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/starter"
	"github.com/briefbot/briefbot/store"
)

// newsroom is a server on Discord with the real bot on the starter book, and a
// reader in it.
type newsroom struct {
	t       *testing.T
	server  *discordtest.Server
	guild   *discordtest.Guild
	channel *discordtest.Channel
	core    *bot.Bot
	store   *store.Store
	book    briefings.BookID
	running *running
	reader  *discordtest.Client
}

func openNewsroom(t *testing.T, change ...func(*discordtest.Options)) *newsroom {
	t.Helper()
	n := &newsroom{t: t, server: server(t, change...), store: emptyStore(t)}
	n.core, n.book = starterBot(t, n.store)
	n.guild = n.server.NewGuild("Newsroom")
	n.channel = n.guild.NewChannel("desk")
	n.reader = n.join("ada")
	n.run()
	return n
}

// run starts the adapter, again if it has ended.
func (n *newsroom) run(change ...func(*discord.Options)) {
	n.t.Helper()
	offers, stop := bot.NewOffers(n.store, nil), make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { defer close(stop); _ = offers.Run(ctx, time.Tick(50*time.Millisecond)) }()
	n.t.Cleanup(func() { cancel(); <-stop })
	n.running = start(n.t, n.server, n.core, append([]func(*discord.Options){func(o *discord.Options) {
		o.Offers = offers
		o.Book = func(context.Context, briefings.Workspace) (briefings.BookID, error) { return n.book, nil }
	}}, change...)...)
	waitForCommands(n.t, n.reader, n.core)
}

func (n *newsroom) join(name string) *discordtest.Client {
	p := n.server.NewPerson(name)
	n.guild.Join(p)
	return p.In(n.channel)
}

// starterBot is the real core over a store with the starter book.
func starterBot(t *testing.T, s *store.Store) (*bot.Bot, briefings.BookID) {
	t.Helper()
	contents, err := starter.Book(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	library := briefings.NewLibrary(s)
	if _, err := library.Apply(t.Context(), contents.Book.ID, briefings.Change{
		Actor: briefings.Actor{Platform: "test", User: "starter"}, At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Edits: briefings.PlanImport(nil, contents, false),
	}); err != nil {
		t.Fatal(err)
	}
	core, err := bot.New(library, bot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return core, contents.Book.ID
}

// ask types a command and returns what is seen first.
func (n *newsroom) ask(c *discordtest.Client, command string, args ...string) *discordtest.Message {
	n.t.Helper()
	m, err := c.Slash(command, options(args...)...)
	if err != nil {
		n.t.Fatalf("/%s %q: %v", command, args, err)
	}
	return m
}

func options(args ...string) []discordtest.Option {
	var list []discordtest.Option
	for i := 0; i < len(args); i += 2 {
		var value any = args[i+1]
		if value == "true" {
			value = true
		}
		list = append(list, discordtest.Option{Name: args[i], Value: value})
	}
	return list
}

func (n *newsroom) press(c *discordtest.Client, m *discordtest.Message, label string) *discordtest.Message {
	n.t.Helper()
	next, err := press(c, m, label)
	if err != nil {
		n.t.Fatalf("press %q: %v", label, err)
	}
	return next
}

// sees fails the test unless all of the words are in a message.
func (n *newsroom) sees(m *discordtest.Message, words ...string) {
	n.t.Helper()
	text := m.Seen().Text
	for _, w := range words {
		if !strings.Contains(text, w) {
			n.t.Errorf("%q is not in\n%s", w, text)
		}
	}
}

func TestReader_AsksPicksPressesAndPosts(t *testing.T) {
	n := openNewsroom(t)
	choices, err := n.reader.Complete("who", "name", "wit")
	if err != nil || len(choices) == 0 || !strings.HasPrefix(choices[0].Name, "Steve Witkoff · ") {
		t.Fatalf("offered for “wit”: %v, %v", choices, err)
	}

	card := n.ask(n.reader, "who", "name", choices[0].Value.(string))
	n.sees(card, "Steve Witkoff", "special envoy", "Why now", "Latest", "confidence", "Sources")
	if !card.Ephemeral {
		t.Error("others see the answer")
	}
	other := n.join("ben")
	if got := other.Messages(); len(got) > 0 {
		t.Errorf("another reader sees %d messages", len(got))
	}

	// A button answers in place, and the way back is there.
	line := n.press(n.reader, card, "Timeline")
	n.sees(line, "Timeline: Steve Witkoff")
	if line.ID != card.ID || line.Edits != 1 {
		t.Errorf("the timeline is message %s with %d edits, want %s with one", line.ID, line.Edits, card.ID)
	}

	// Posting shows it to everybody, says who did, and cannot be done again by
	// the same button.
	posted := n.press(n.reader, line, "Post to channel")
	n.sees(posted, "Posted to this channel.")
	if labels := posted.Seen().Buttons; slices.ContainsFunc(labels, func(b discordtest.Button) bool { return b.Label == "Post to channel" }) {
		t.Error("it can be posted once more")
	}
	public := other.Messages()
	if len(public) != 1 || public[0].Ephemeral {
		t.Fatalf("the channel has %d messages", len(public))
	}
	n.sees(public[0], "Timeline: Steve Witkoff", "Posted by")
	if pings := public[0].Seen().Pings; len(pings) > 0 {
		t.Errorf("posting notified %q", pings)
	}

	// Whoever presses a button of what is posted gets an answer of their own.
	if more := public[0].Seen().Buttons; len(more) > 0 {
		own, err := other.Press(public[0], more[0].CustomID)
		if err != nil {
			t.Fatal(err)
		}
		if !own.Ephemeral || own.ID == public[0].ID {
			t.Error("one reader's press changed what everybody sees")
		}
	}

	shared := n.ask(n.reader, "status", "track", "talks", "share", "true")
	if shared.Ephemeral {
		t.Error("share did not share")
	}
	n.sees(shared, "STALE")
}

func TestReader_TypesLabelsIdsSlipsAndOtherScripts(t *testing.T) {
	n := openNewsroom(t)
	choices, err := n.reader.Complete("who", "name", "zel")
	if err != nil || len(choices) == 0 {
		t.Fatalf("%v, %v", choices, err)
	}
	for _, name := range []string{choices[0].Name, choices[0].Value.(string), "Zelensky", "Zelenskyi", "Зеленский", "ukrainian president"} {
		n.sees(n.ask(n.reader, "who", "name", name), "Zelensky")
	}
	m := n.ask(n.reader, "who", "name", "Xqzzyvv Prrtqk")
	n.sees(m, "Not in this book")
}

func TestReader_TurnsTheLeavesOfALongAnswerInPlace(t *testing.T) {
	n := openNewsroom(t)
	m := n.ask(n.reader, "timeline", "full", "true")
	n.sees(m, "part 1 of")
	id, all := m.ID, map[string]bool{m.Seen().Text: true}
	for {
		i := slices.IndexFunc(m.Seen().Buttons, func(b discordtest.Button) bool { return strings.HasPrefix(b.Label, "More (") })
		if i < 0 {
			break
		}
		next, err := n.reader.Press(m, m.Seen().Buttons[i].CustomID)
		if err != nil {
			t.Fatal(err)
		}
		if m = next; m.ID != id || all[m.Seen().Text] {
			t.Fatalf("a leaf is a new message, or one that was there before:\n%s", m.Seen().Text)
		}
		all[m.Seen().Text] = true
	}
	if len(all) < 3 {
		t.Errorf("the whole timeline is on %d leaves", len(all))
	}
	n.sees(n.press(n.reader, m, "Back"), "part ")
}

func TestReader_ButtonsOutliveARestart(t *testing.T) {
	n := openNewsroom(t)
	card := n.ask(n.reader, "who", "name", "Witkoff")
	time.Sleep(200 * time.Millisecond) // the offers are written a moment later
	if err := n.running.end(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the first connection is gone", func() bool { return n.server.Gateway().Connected() == 0 })
	n.run()
	n.sees(n.press(n.reader, card, "Timeline"), "Timeline: Steve Witkoff")
}

func TestReader_InADirectMessage(t *testing.T) {
	n := openNewsroom(t)
	dm := n.reader.Person().DM()
	card := n.ask(dm, "who", "name", "Witkoff")
	n.sees(card, "Steve Witkoff")
	if slices.ContainsFunc(card.Seen().Buttons, func(b discordtest.Button) bool { return b.Label == "Post to channel" }) {
		t.Error("there is no channel to post to")
	}
	if line := n.press(dm, card, "Timeline"); line.ID != card.ID {
		t.Error("a button made a new message")
	}
	stranger := n.server.NewPerson("eve")
	n.sees(n.ask(stranger.DM(), "who", "name", "Witkoff"), "in a server with me")
}
