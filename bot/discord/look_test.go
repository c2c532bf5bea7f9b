package discord_test

import (
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// TestMoved_SaysWhatHasBecomeOfAMessage, and that it cannot be seen where the bot may
// not see it: that is not that it is gone.
func TestMoved_SaysWhatHasBecomeOfAMessage(t *testing.T) {
	s := server(t)
	c := lobby(t, s)
	d := adapter(t, s)
	before := time.Now().Add(-time.Minute)
	m := c.Say("hello")
	moved := func(since time.Time) (string, error) {
		return d.Moved(t.Context(), briefings.MessageRef{Platform: discord.Platform, Channel: c.Channel().ID, Message: m.ID}, since)
	}
	want := func(since time.Time, how string) {
		t.Helper()
		if got, err := moved(since); err != nil || got != how {
			t.Errorf("%q, %v, want %q", got, err, how)
		}
	}
	want(before, "")
	c.Channel().Edit(m, "other words")
	want(before, "edited")
	want(time.Now().Add(time.Minute), "")
	c.Channel().SetPermissions(s.Bot(), discordtest.BotPermissions&^discordtest.ReadMessageHistory)
	if got, err := moved(before); err == nil || got != "" {
		t.Errorf("without the right to see it: %q, %v", got, err)
	}
	c.Channel().SetPermissions(s.Bot(), discordtest.BotPermissions)
	c.Channel().Remove(m)
	want(before, "deleted")
	c.Channel().Delete()
	want(before, "deleted")
}
