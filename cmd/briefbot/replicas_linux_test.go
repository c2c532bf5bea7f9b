package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/store/storetest"
)

// TestReplicas_DiscordIsAnsweredByOneAtATime: of two processes on one PostgreSQL database
// one is connected to Discord. Once it is gone, whether it was killed or told to stop, the
// other is, and posts, whichever had that lease.
func TestReplicas_DiscordIsAnsweredByOneAtATime(t *testing.T) {
	for name, end := range map[string]func(*served){
		"killed":       func(p *served) { _ = p.cmd.Process.Kill() },
		"told to stop": func(p *served) { p.stop() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := discordtest.New(t, discordtest.Options{})
			guild := s.NewGuild("Newsroom")
			channel, ann := guild.NewChannel("desk"), s.NewPerson("ann")
			guild.Join(ann)
			guild.MakeManager(ann)
			text, err := os.ReadFile(newcomersConfig(t, s.URL(), ""))
			if err != nil {
				t.Fatal(err)
			}
			config := filepath.Join(t.TempDir(), "config.toml")
			whole := strings.Replace(string(text), `db = "briefbot.db"`, fmt.Sprintf("db = %q", storetest.Postgres(t)), 1)
			if err := os.WriteFile(config, []byte(whole), 0o600); err != nil {
				t.Fatal(err)
			}
			env := []string{defaultTokenEnv + "=" + s.Token(), fasterEnv + "=10"}
			first := serveConfig(t, "briefbot", config, env...)
			if !s.Gateway().WaitConnected(1, patience) {
				t.Fatalf("it does not connect:\n%s", first.log)
			}
			second := serveConfig(t, "briefbot", config, env...)
			second.logs("another process answers on Discord; this one waits")
			if n := s.Gateway().Connected(); n != 1 {
				t.Errorf("%d are connected", n)
			}
			seat := onDiscord{t, ann.In(channel), nil}
			offered(t, seat.c, "who", "name", "Witkoff")
			seat.ask(inv("digest create", "channel", channel.ID, "when", "daily 08:00", "zone", "UTC", "name", "morning")).says(t, "is scheduled")
			seat.ask(inv("digest run", "name", "morning")).says(t, "is being posted")
			news := onDiscordWall(t, ann.In(channel))
			news.shows("Edition 1")

			end(first)
			second.logs("from now on this process answers on Discord")
			if !s.Gateway().WaitConnected(1, patience) {
				t.Fatal("nobody is connected")
			}
			seat.ask(inv("who", "name", "Witkoff")).says(t, "Steve Witkoff")
			seat.ask(inv("digest run", "name", "morning")).says(t, "is being posted")
			news.shows("Edition 2")
			news.shows("Edition 1")
		})
	}
}
