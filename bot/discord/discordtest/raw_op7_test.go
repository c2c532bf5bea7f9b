package discordtest_test

import (
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestRaw_Op7BeforeReadyDeadlocksOpen shows why nobody may wait for Open: it
// holds the session's lock, and handles a reconnect by taking it again.
func TestRaw_Op7BeforeReadyDeadlocksOpen(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	s.Gateway().ReconnectBeforeReady(1)
	d := raw(t, s)
	d.ShouldReconnectOnError = false
	done := make(chan error, 1) // nobody ever reads it; the goroutine stays in Open, and holds nothing of ours
	go func() { done <- d.Open() }()
	eventually(t, "it identifies", func() bool { return s.Gateway().Identifies() == 1 })
	select {
	case err := <-done:
		t.Fatalf("Open returned %v: discordgo has learnt to reconnect before READY", err)
	case <-time.After(500 * time.Millisecond):
	}
	if d.TryLock() {
		d.Unlock()
		t.Fatal("Open does not hold the lock")
	}
	expect(t, "connections", s.Gateway().Connections(), 1)
}
