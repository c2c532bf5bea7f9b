package discord_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// posts counts what everybody sees in a channel.
func posts(c *discordtest.Client) int {
	n := 0
	for _, m := range c.Messages() {
		if !m.Ephemeral {
			n++
		}
	}
	return n
}

// TestPost_LostRightsAreSaidAndComeBackWithoutARestart: each is one sentence to
// the person, the answer stays, and when the right is back, the same button works.
func TestPost_LostRightsAreSaidAndComeBackWithoutARestart(t *testing.T) {
	n := openNewsroom(t)
	full, bot, reader := discordtest.BotPermissions, n.server.Bot(), n.reader.Person()
	for _, c := range []struct {
		name string
		lose func()
		back func()
		want string
	}{
		{"the bot may not send", func() { n.channel.SetPermissions(bot, full&^discordtest.SendMessages) }, func() { n.channel.SetPermissions(bot, full) }, "“Send Messages”"},
		{"the bot may not embed", func() { n.channel.SetPermissions(bot, full&^discordtest.EmbedLinks) }, func() { n.channel.SetPermissions(bot, full) }, "“Embed Links”"},
		{"the bot does not see the channel", func() { n.channel.SetPermissions(bot, 0) }, func() { n.channel.SetPermissions(bot, full) }, "“View Channels”"},
		{"the reader may not write", func() {
			n.channel.SetPermissions(reader, discordtest.MemberPermissions&^discordtest.SendMessages)
		}, func() { n.channel.SetPermissions(reader, discordtest.MemberPermissions) }, "You may not write"},
	} {
		card := n.ask(n.reader, "who", "name", "Witkoff")
		before := posts(n.reader)
		c.lose()
		said := n.press(n.reader, card, "Post to channel")
		n.sees(said, c.want)
		if !said.Ephemeral || said.ID == card.ID || posts(n.reader) != before {
			t.Errorf("%s: private %v, the answer is gone %v, %d posts more", c.name, said.Ephemeral, said.ID == card.ID, posts(n.reader)-before)
		}
		c.back()
		n.sees(n.press(n.reader, card, "Post to channel"), "Posted to this channel.")
		if posts(n.reader) != before+1 {
			t.Errorf("%s, and back: %d posts more", c.name, posts(n.reader)-before)
		}
	}
}

// TestPost_RefusalsOfDiscordAreSentences: what its own answer says.
func TestPost_RefusalsOfDiscordAreSentences(t *testing.T) {
	n := openNewsroom(t)
	post := `/channels/\d+/messages$`
	for _, c := range []struct {
		fault discordtest.Fault
		want  string
		posts int
	}{
		{discordtest.Fault{Kind: discordtest.ErrorCode, Status: 404, Code: 10003}, "not there any more", 0},
		{discordtest.Fault{Kind: discordtest.ErrorCode, Status: 403, Code: 50001}, "cannot see", 0},
		{discordtest.Fault{Kind: discordtest.ErrorCode, Status: 403, Code: 50013}, "may not post", 0},
		{discordtest.Fault{Kind: discordtest.ErrorCode, Status: 400, Code: 160005}, "closed", 0},
		{discordtest.Fault{Kind: discordtest.ErrorCode, Status: 400, Code: 50083}, "closed", 0},
		{discordtest.Fault{Kind: discordtest.ErrorCode, Status: 400, Code: 20016}, "Slow mode", 0},
		{discordtest.Fault{Kind: discordtest.ErrorCode, Status: 400, Code: 200000}, "AutoMod", 0},
		{discordtest.Fault{Kind: discordtest.ErrorCode, Status: 400, Code: 99999, Message: "What"}, "Something went wrong (ref ", 0},
		{discordtest.Fault{Kind: discordtest.RateLimited, RetryAfter: time.Hour}, "Try again in 3600 seconds", 0},
		// Whether these were applied is not known; the nonce makes them one.
		{discordtest.Fault{Kind: discordtest.StatusAfter, Status: 502}, "Posted", 1},
		{discordtest.Fault{Kind: discordtest.StatusBefore, Status: 502}, "Posted", 1},
		{discordtest.Fault{Kind: discordtest.ResetAfter}, "Posted", 1},
		{discordtest.Fault{Kind: discordtest.Truncated}, "Posted", 1},
		{discordtest.Fault{Kind: discordtest.RateLimited, RetryAfter: 100 * time.Millisecond}, "Posted", 1},
	} {
		// Another channel each, since a limit is one channel's.
		there := n.reader.Person().In(n.guild.NewChannel("another"))
		card := n.ask(there, "who", "name", "Witkoff")
		c.fault.Method, c.fault.Path = "POST", post
		n.server.Fault(c.fault)
		n.sees(n.press(there, card, "Post to channel"), c.want)
		n.server.ClearFaults()
		if got := posts(there); got != c.posts {
			t.Errorf("%+v: %d posts, want %d", c.fault, got, c.posts)
		}
	}
}

func TestPost_InAThreadNeedsTheRightOfThreads(t *testing.T) {
	n := openNewsroom(t)
	there := n.reader.Person().In(n.guild.NewThread(n.channel, "aside"))
	card := n.ask(there, "who", "name", "Witkoff")
	n.channel.SetPermissions(n.server.Bot(), discordtest.BotPermissions&^discordtest.SendMessagesInThreads)
	n.sees(n.press(there, card, "Post to channel"), "“Send Messages in Threads”")
	n.channel.SetPermissions(n.server.Bot(), discordtest.BotPermissions&^discordtest.SendMessages)
	n.sees(n.press(there, card, "Post to channel"), "Posted")
}

// TestButton_IsGoodForItsPersonAndBookAlone: a made-up id, one of another
// person's, of another server's book, a cut one and an old one all end in a
// sentence, and nothing else.
func TestButton_IsGoodForItsPersonAndBookAlone(t *testing.T) {
	clock := time.Now()
	s := server(t)
	st := emptyStore(t)
	core, book := starterBot(t, st)
	mine, theirs := s.NewGuild("Ours"), s.NewGuild("Theirs")
	books := func(_ context.Context, w briefings.Workspace) (briefings.BookID, error) {
		if string(w) == mine.ID {
			return book, nil
		}
		return "another", nil
	}
	later := func() time.Time { return clock }
	start(t, s, core, func(o *discord.Options) { o.Book, o.Now = books, later })
	ada, ben := s.NewPerson("ada"), s.NewPerson("ben")
	for _, g := range []*discordtest.Guild{mine, theirs} {
		g.Join(ada)
		g.Join(ben)
	}
	desk, elsewhere := mine.NewChannel("desk"), theirs.NewChannel("desk")
	c := ada.In(desk)
	waitForCommands(t, c, core)
	card, err := c.Slash("who", options("name", "Witkoff")...)
	if err != nil {
		t.Fatal(err)
	}
	id := card.Seen().Buttons[0].CustomID
	token, _, _ := strings.Cut(id, ".")
	try := func(name string, in *discordtest.Channel, who *discordtest.Person, customID string) {
		t.Helper()
		// The client would not send what is not there: so a message is made that has it.
		m := in.Post(ben, "look", map[string]any{"type": 1, "components": []any{map[string]any{"type": 2, "style": 2, "label": "x", "custom_id": customID}}})
		got, err := who.In(in).Press(m, customID)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text := got.Seen().Text
		if !got.Ephemeral || !strings.Contains(text, "Ask") || strings.Contains(text, "Witkoff") {
			t.Errorf("%s: private %v: %q", name, got.Ephemeral, text)
		}
	}
	try("another person's", desk, ben, id)
	try("another server's", elsewhere, ada, id)
	try("made up", desk, ada, "abcdefghijklmnopqrstuvwxyz.0")
	try("cut", desk, ada, id[:10])
	try("cut to the token", desk, ada, token)
	try("no such ordinal", desk, ada, token+".99")
	try("a negative ordinal", desk, ada, token+".-1")
	try("not a number", desk, ada, token+".x")
	try("not ours", desk, ada, "hello")
	clock = clock.Add(8 * 24 * time.Hour)
	try("a week old", desk, ada, id)
}

func TestBook_EachServerAndDirectMessageHasItsOwn(t *testing.T) {
	s := server(t)
	guilds := map[string]*discordtest.Guild{}
	for _, name := range []string{"one", "two", "none"} {
		guilds[name] = s.NewGuild(name)
	}
	books := func(_ context.Context, w briefings.Workspace) (briefings.BookID, error) {
		for _, name := range []string{"one", "two"} {
			if string(w) == guilds[name].ID {
				return briefings.BookID("book-" + name), nil
			}
		}
		return "", briefings.Errorf(briefings.ErrNotFound, "This server is not bound to a book yet.")
	}
	core := corpus()
	start(t, s, core, func(o *discord.Options) { o.Book = books })
	person := func(in ...string) *discordtest.Person {
		p := s.NewPerson("p")
		for _, name := range in {
			guilds[name].Join(p)
		}
		return p
	}
	ask := func(c *discordtest.Client) (briefings.BookID, string) {
		t.Helper()
		waitForCommands(t, c, core)
		m, err := c.Slash("echo", options("text", "which")...)
		if err != nil {
			t.Fatal(err)
		}
		return core.Last().Book, m.Seen().Text
	}
	channels := map[string]*discordtest.Channel{}
	for name, g := range guilds {
		channels[name] = g.NewChannel("desk")
	}
	for _, name := range []string{"one", "two"} {
		if book, _ := ask(person(name).In(channels[name])); book != briefings.BookID("book-"+name) {
			t.Errorf("server %s is answered from %s", name, book)
		}
		if book, _ := ask(person(name, "none").DM()); book != briefings.BookID("book-"+name) {
			t.Errorf("a member of %s is answered from %s", name, book)
		}
	}
	if _, text := ask(person("none").In(channels["none"])); !strings.Contains(text, "not bound to a book") {
		t.Errorf("a server without a book says %q", text)
	}
	for _, in := range [][]string{nil, {"none"}} {
		if _, text := ask(person(in...).DM()); !strings.Contains(text, "I see you in none") {
			t.Errorf("somebody in %q is told %q", in, text)
		}
	}

	// Who is in both is asked to say which, by asking there once.
	both := person("one", "two")
	if _, text := ask(both.DM()); !strings.Contains(text, "they have different books") {
		t.Errorf("somebody in both is told %q", text)
	}
	ask(both.In(channels["two"]))
	if book, _ := ask(both.DM()); book != "book-two" {
		t.Errorf("then they are answered from %s", book)
	}

	// While Discord does not say who is where, nobody is told anything.
	other := person("one")
	s.Fault(discordtest.Fault{Path: `/members/`, Kind: discordtest.StatusBefore, Status: 500, Times: -1})
	if _, text := ask(other.DM()); !strings.Contains(text, "does not tell me just now") {
		t.Errorf("with members unknown: %q", text)
	}
	s.ClearFaults()
	if book, _ := ask(other.DM()); book != "book-one" {
		t.Errorf("then they are answered from %s", book)
	}
}

func TestText_OfPeopleIsOnlyText(t *testing.T) {
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus())
	waitForCommands(t, c, corpus())
	ours := []discordtest.FormatKind{discordtest.Bold, discordtest.Heading, discordtest.Subtext, discordtest.Quote, discordtest.ListItem, discordtest.Masked, discordtest.Timestamp}
	for _, name := range []string{"hostile", "scripts", "long-words"} {
		m, err := c.Slash("card", options("name", name)...)
		if err != nil {
			t.Fatal(err)
		}
		for {
			for _, f := range m.Seen().Formats {
				bare := f.Kind == discordtest.Autolink && strings.HasPrefix(f.Text, "https://honest.example/")
				if !bare && !slices.Contains(ours, f.Kind) || strings.Contains(f.Text, "end.") {
					t.Errorf("%s: %q is %s", name, f.Text, f.Kind)
				}
			}
			i := slices.IndexFunc(m.Seen().Buttons, func(b discordtest.Button) bool { return strings.HasPrefix(b.Label, "More (") })
			if i < 0 {
				break
			}
			if m, err = c.Press(m, m.Seen().Buttons[i].CustomID); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestPost_NothingIsPostedForAnInteractionThatIsNoMore: the person sees that it
// failed, and presses again.
func TestPost_NothingIsPostedForAnInteractionThatIsNoMore(t *testing.T) {
	n := openNewsroom(t)
	card := n.ask(n.reader, "who", "name", "Witkoff")
	n.server.Fault(discordtest.Fault{Path: callback, Kind: discordtest.ErrorCode, Status: 404, Code: 10062})
	if _, err := press(n.reader, card, "Post to channel"); err == nil {
		t.Error("it did not fail")
	}
	if got := posts(n.reader); got != 0 {
		t.Errorf("%d posts", got)
	}
	var twice sync.WaitGroup // as people do
	for range 2 {
		twice.Go(func() { _, _ = press(n.reader, card, "Post to channel") }) // one may find the button gone
	}
	twice.Wait()
	if got := posts(n.reader); got != 1 {
		t.Errorf("%d posts, want one", got)
	}
}

// TestPost_UnknownAndThenRefusedIsSaidToBeUnknown: the first try had arrived.
func TestPost_UnknownAndThenRefusedIsSaidToBeUnknown(t *testing.T) {
	n := openNewsroom(t)
	card := n.ask(n.reader, "who", "name", "Witkoff")
	post := `/channels/\d+/messages$`
	n.server.Fault(discordtest.Fault{Method: "POST", Path: post, Kind: discordtest.StatusAfter, Status: 502})
	n.server.Fault(discordtest.Fault{Method: "POST", Path: post, Kind: discordtest.RateLimited, RetryAfter: time.Hour})
	n.sees(n.press(n.reader, card, "Post to channel"), "did not say whether the message arrived")
}

// TestBook_WhoHasLeftIsToldNothingAfterFiveMinutes: what Discord said of a member
// is believed no longer.
func TestBook_WhoHasLeftIsToldNothingAfterFiveMinutes(t *testing.T) {
	s := server(t)
	guild := s.NewGuild("Newsroom")
	ada := s.NewPerson("ada")
	guild.Join(ada)
	var later atomic.Int64
	core := corpus()
	start(t, s, core, func(o *discord.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	waitForCommands(t, ada.In(guild.NewChannel("desk")), core)
	ask := func() string {
		t.Helper()
		m, err := ada.DM().Slash("echo", options("text", "inside")...)
		if err != nil {
			t.Fatal(err)
		}
		return m.Seen().Text
	}
	if text := ask(); !strings.Contains(text, "inside") {
		t.Errorf("a member is told %q", text)
	}
	guild.Leave(ada)
	later.Store(int64(5*time.Minute + time.Second))
	if text := ask(); !strings.Contains(text, "I see you in none") {
		t.Errorf("who has left is told %q", text)
	}
}

// TestBook_WhatIsWrongWithTheStoreIsNotForPeople: it names places on the machine.
func TestBook_WhatIsWrongWithTheStoreIsNotForPeople(t *testing.T) {
	s := server(t)
	c := lobby(t, s)
	start(t, s, corpus(), func(o *discord.Options) {
		o.Book = func(context.Context, briefings.Workspace) (briefings.BookID, error) {
			return "", briefings.Errorf(briefings.ErrUnavailable, "/srv/secret/briefbot.db cannot be read.")
		}
	})
	waitForCommands(t, c, corpus())
	m, err := c.Slash("echo", options("text", "x")...)
	if err != nil {
		t.Fatal(err)
	}
	if text := m.Seen().Text; strings.Contains(text, "secret") || !strings.Contains(text, "(ref ") {
		t.Errorf("seen: %q", text)
	}
}

// TestPost_TheSameAnswerTwiceIsTwoPosts: who asks the same again has the same
// buttons, and a nonce of theirs alone would make one post of both.
func TestPost_TheSameAnswerTwiceIsTwoPosts(t *testing.T) {
	n := openNewsroom(t)
	for range 2 {
		card := n.ask(n.reader, "who", "name", "Witkoff")
		n.sees(n.press(n.reader, card, "Post to channel"), "Posted to this channel.")
	}
	public := 0
	for _, m := range n.reader.Messages() {
		if !m.Ephemeral {
			public++
		}
	}
	if public != 2 {
		t.Errorf("%d posts, want 2", public)
	}
}
