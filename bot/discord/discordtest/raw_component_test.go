package discordtest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestRaw_AnUnknownComponentPanicsTheHandler shows that discordgo hands on an
// interaction that it could not decode, with its type and without its data.
func TestRaw_AnUnknownComponentPanicsTheHandler(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{AnswerWithin: 100 * time.Millisecond})
	_, ch, ada := world(s)
	d := opened(t, s)
	panics := make(chan any, 1)
	d.AddHandler(func(_ *discordgo.Session, i *discordgo.InteractionCreate) {
		defer func() { panics <- recover() }()
		_ = i.MessageComponentData()
	})
	posted := do(t, s, "POST", "/channels/"+ch.ID+"/messages", m{
		"content": "x", "allowed_mentions": silent,
		"components": []any{m{"type": 1, "components": []any{m{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}}}},
	})
	expect(t, "status", posted.Status, 200)
	at := ada.In(ch)
	msg := at.Messages()[0]
	ch.AddComponents(msg, m{"type": 99, "id": 7})
	if _, err := at.Press(msg, "go"); !errors.Is(err, discordtest.ErrNoResponse) {
		t.Errorf("got %v, want no response", err)
	}
	select {
	case p := <-panics:
		if p == nil {
			t.Error("it did not panic: discordgo decodes components that it does not know")
		}
	case <-time.After(patience):
		t.Error("the handler was not called")
	}
}
