package discordtest_test

import (
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestRaw_4004IsRetriedForEver shows that discordgo takes a revoked token for a
// network fault: it comes back with the same one again and again.
func TestRaw_4004IsRetriedForEver(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	d := opened(t, s)
	t.Cleanup(func() { d.ShouldReconnectOnError = false })
	g := s.Gateway()
	for range 2 {
		before := g.Connections()
		g.Close(4004)
		deadline := time.Now().Add(patience)
		for g.Connections() == before && time.Now().Before(deadline) {
			time.Sleep(5 * time.Millisecond)
		}
		if g.Connections() == before {
			t.Fatal("it stayed away after 4004: discordgo has learnt which codes are fatal")
		}
		eventually(t, "it is connected", func() bool { return g.Connected() == 1 })
	}
}
