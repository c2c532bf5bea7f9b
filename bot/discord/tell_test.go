package discord_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// teller is an adapter that tells, and somebody who is told.
func teller(t *testing.T) (o *office, tell func(*bot.Card) error) {
	t.Helper()
	offers := bot.NewOffers(emptyStore(t), nil)
	o = openOffice(t, func(opts *discord.Options) { opts.Offers = offers })
	d := adapter(t, o.server, func(opts *discord.Options) { opts.Offers = offers })
	who := briefings.Actor{Platform: discord.Platform, Workspace: briefings.Workspace(o.guild.ID), User: briefings.UserID(o.ada.Person().ID)}
	return o, func(card *bot.Card) error {
		return d.Tell(t.Context(), "book", who, bot.Reply{Card: card, Again: bot.Invocation{Command: "review approve"}})
	}
}

// mailboxes counts how often direct messages were opened.
func mailboxes(s *discordtest.Server) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/users/@me/channels") {
			n++
		}
	}
	return n
}

func TestTell_ShowsTheCardToThemAlone(t *testing.T) {
	o, tell := teller(t)
	dm := o.ada.Person().DM()
	card := &bot.Card{Title: "Your suggestion is in the book", Lead: []bot.Text{bot.T("@everyone <@" + o.ada.Person().ID + ">")},
		Actions: []bot.Action{{Label: "Write", Invocation: bot.Invocation{Command: "desk write"}}}}
	for range 2 {
		if err := tell(card); err != nil {
			t.Fatal(err)
		}
	}
	all := dm.Messages()
	if len(all) != 2 || len(o.ada.Messages()) != 0 {
		t.Fatalf("%d messages in the mailbox, %d in the channel", len(all), len(o.ada.Messages()))
	}
	o.sees(all[0], "Your suggestion is in the book")
	seen := all[0].Seen()
	if len(seen.Pings) > 0 || len(seen.Buttons) != 1 {
		t.Errorf("it notifies %q, and offers %v", seen.Pings, seen.Buttons)
	}
	if n := mailboxes(o.server); n != 1 {
		t.Errorf("the mailbox was opened %d times", n)
	}
	if o.press(dm, all[0], "Write").Modal == nil {
		t.Error("what the card offers opens nothing")
	}
}

func TestTell_AllPagesArrive(t *testing.T) {
	o, tell := teller(t)
	card := &bot.Card{Title: "Long", Actions: []bot.Action{{Label: "Write", Invocation: bot.Invocation{Command: "desk write"}}}}
	for range 30 {
		card.Lead = append(card.Lead, bot.T(strings.Repeat("Some words of it. ", 12)))
	}
	if err := tell(card); err != nil {
		t.Fatal(err)
	}
	all := o.ada.Person().DM().Messages()
	if len(all) < 2 {
		t.Fatalf("%d messages", len(all))
	}
	for i, m := range all {
		if buttons := m.Seen().Buttons; (len(buttons) == 1) != (i == len(all)-1) {
			t.Errorf("message %d offers %v", i+1, buttons)
		}
	}
}

// TestTell_RefusalIsASentence, and so is that there is nobody.
func TestTell_RefusalIsASentence(t *testing.T) {
	o, tell := teller(t)
	card := &bot.Card{Title: "Told"}
	o.ada.Person().RefuseDMs(true)
	var said *briefings.Error
	if err := tell(card); !errors.As(err, &said) || !strings.HasPrefix(said.Message, "Discord does not let me write to them") {
		t.Errorf("who takes no messages: %v", err)
	}
	o.ada.Person().RefuseDMs(false)
	if err := tell(card); err != nil {
		t.Errorf("and then does: %v", err)
	}
	d := adapter(t, o.server)
	err := d.Tell(t.Context(), "book", briefings.Actor{Platform: discord.Platform, User: "42"}, bot.Reply{Card: card})
	if !errors.As(err, &said) || !strings.Contains(said.Message, "does not know them") {
		t.Errorf("nobody: %v", err)
	}
}

// TestTell_OnceHoweverOftenItIsTried: and also where the mailbox that we knew is no more.
func TestTell_OnceHoweverOftenItIsTried(t *testing.T) {
	o, tell := teller(t)
	post := `/channels/\d+/messages$`
	for i, f := range []discordtest.Fault{
		{Kind: discordtest.StatusAfter, Status: 502},
		{Kind: discordtest.ResetAfter},
		{Kind: discordtest.RateLimited, RetryAfter: 100 * time.Millisecond},
		{Kind: discordtest.ErrorCode, Status: 404, Code: 10003},
	} {
		f.Method, f.Path = http.MethodPost, post
		if i > 0 {
			o.server.Fault(f)
		}
		if err := tell(&bot.Card{Title: "Told"}); err != nil {
			t.Errorf("%+v: %v", f, err)
		}
		o.server.ClearFaults()
		if n := len(o.ada.Person().DM().Messages()); n != i+1 {
			t.Errorf("%+v: %d messages, want %d", f, n, i+1)
		}
	}
	if n := mailboxes(o.server); n != 2 {
		t.Errorf("the mailbox was opened %d times, want 2", n)
	}
}
