package discord_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// said returns the findings, a line each.
func said(list []bot.Finding) []string {
	var lines []string
	for _, f := range list {
		lines = append(lines, fmt.Sprintf("%s %s: %s %s", f.Level, f.Subject, f.Message, f.Fix))
	}
	return lines
}

func TestExamine_FindsWhatIsWrongAndChangesNothing(t *testing.T) {
	s := server(t)
	guild := s.NewGuild("Newsroom")
	stranger := s.NewGuild("Strangers")
	books := func(_ context.Context, w briefings.Workspace) (briefings.BookID, error) {
		if string(w) == stranger.ID {
			return "", briefings.Errorf(briefings.ErrNotFound, "It has no book.")
		}
		return "book", nil
	}
	core := corpus()
	examine := func(change func(*discord.Options)) []string {
		t.Helper()
		d := adapter(t, s, func(o *discord.Options) { o.Book = books }, change)
		return said(d.Examine(t.Context(), core.Commands()))
	}
	none := func(*discord.Options) {}
	has := func(lines []string, words string) {
		t.Helper()
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, words) }) {
			t.Errorf("%q is not in\n%s", words, strings.Join(lines, "\n"))
		}
	}

	first := examine(none)
	for _, words := range []string{
		"ok Discord token", "ok Clock", "ok Server Newsroom", "PROBLEM Server Strangers", "note Commands: They are not registered", "ok Gateway",
	} {
		has(first, words)
	}
	for _, r := range s.Requests() {
		if r.Method != "GET" {
			t.Errorf("it changed something: %s %s", r.Method, r.Path)
		}
	}
	if n := s.Gateway().Identifies(); n > 0 {
		t.Errorf("it logged in %d times", n)
	}

	r := start(t, s, core, func(o *discord.Options) { o.Book = books })
	p := s.NewPerson("ada")
	guild.Join(p)
	waitForCommands(t, p.In(guild.NewChannel("desk")), core)
	has(examine(none), "ok Commands")
	if err := r.end(); err != nil {
		t.Fatal(err)
	}

	has(examine(func(o *discord.Options) { o.Servers = []briefings.Workspace{"123456789012345678"} }), "PROBLEM Server 123456789012345678: The config names it, and the bot is not in it.")
	has(examine(func(o *discord.Options) { o.Now = func() time.Time { return time.Now().Add(time.Hour) } }), "PROBLEM Clock")
	has(examine(func(o *discord.Options) { o.Token = bot.NewSecret("wrong") }), "PROBLEM Discord token: Discord refuses the token.")
	has(examine(func(o *discord.Options) { o.BaseURL = "http://127.0.0.1:1" }), "PROBLEM Discord token: Discord cannot be reached")
	has(examine(func(o *discord.Options) { o.BaseURL = "http://discord.invalid" }), "note Address: The token goes to discord.invalid without encryption.")
	s.Gateway().NoHello(1)
	has(examine(none), "PROBLEM Gateway")
	s.Fault(discordtest.Fault{Path: "/users/@me$", Kind: discordtest.HTML, Status: 503})
	has(examine(none), "PROBLEM Discord token: Discord answered 503")
}

func TestApplicationID_IsAskedFromDiscord(t *testing.T) {
	s := server(t)
	if id, err := adapter(t, s).ApplicationID(t.Context()); err != nil || id != s.ApplicationID() {
		t.Errorf("%q, %v; want %q", id, err, s.ApplicationID())
	}
	_, err := adapter(t, s, func(o *discord.Options) { o.Token = bot.NewSecret("wrong") }).ApplicationID(t.Context())
	if err == nil || !strings.Contains(err.Error(), "refuses the token") {
		t.Errorf("with a wrong token: %v", err)
	}
}
