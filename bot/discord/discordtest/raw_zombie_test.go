package discordtest_test

import (
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestRaw_AZombieTakesFiveHeartbeatsAndTheSession shows that discordgo looks
// for an answer to its heartbeats after five of them only, and then closes with
// 1000, by which Discord forgets the session and all that was missed.
func TestRaw_AZombieTakesFiveHeartbeatsAndTheSession(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{Heartbeat: 100 * time.Millisecond})
	opened(t, s)
	g := s.Gateway()
	eventually(t, "it lives", func() bool { return g.Heartbeats() > 0 })
	g.StopAcks(true)
	before := g.Heartbeats()
	eventually(t, "it gives up", func() bool { return len(g.ClientCloseCodes()) > 0 })
	if n := g.Heartbeats() - before; n < 4 {
		t.Errorf("it gave up after %d heartbeats without an answer; it was known to take five", n)
	}
	g.StopAcks(false)
	expect(t, "close code", g.ClientCloseCodes()[0], 1000)
	eventually(t, "it asks to resume, and must identify again", func() bool { return g.Resumes() > 0 && g.Identifies() > 1 })
}
