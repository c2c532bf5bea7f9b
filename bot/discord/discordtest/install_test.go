package discordtest_test

import (
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

func TestInstall_APersonsOwnInstallationHasFiveFollowUps(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	s.SetRate("POST /webhooks/{webhook_id}/{webhook_token}", discordtest.Rate{})
	g, ch, ada := world(s)
	g.Leave(s.Bot())
	register(t, s, m{"name": "who", "description": "x", "integration_types": []int{0, 1}, "contexts": []int{0, 1, 2}})
	if names := ada.In(ch).Offered(); len(names) != 0 {
		t.Errorf("without an installation there is %v", names)
	}
	ada.Install()
	codes := make(chan int, 6)
	answering(t, opened(t, s), func(i *discordgo.Interaction) {
		expect(t, "owner", i.AuthorizingIntegrationOwners[1], ada.ID)
		do(t, s, "POST", callback(i), m{"type": 4, "data": text("x")})
		for range 6 {
			codes <- do(t, s, "POST", hook(s, i), text("more")).code()
		}
	})
	if _, err := ada.In(ch).Slash("who"); err != nil {
		t.Fatal(err)
	}
	for n := range 6 {
		want := 0
		if n == 5 {
			want = 40094
		}
		expect(t, "follow-up", <-codes, want)
	}
}

func TestModal_OfLabelsIsSubmittedAsLabels(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	register(t, s, m{"name": "add", "description": "x"})
	modal := m{"type": 9, "data": m{"custom_id": "add", "title": "Add", "components": []any{
		m{"type": 18, "label": "Name", "component": m{"type": 4, "custom_id": "name", "style": 1}},
		m{"type": 18, "label": "Kind", "component": m{"type": 3, "custom_id": "kind", "required": false, "options": []any{m{"label": "Person", "value": "person"}}}},
	}}}
	w := dial(t, s)
	w.next(10, "")
	w.identify(s, nil)
	w.next(0, "READY")
	answers := []any{modal, m{"type": 4, "data": text("added")}}
	bodies := make(chan string, len(answers))
	done := make(chan bool)
	go func() {
		defer close(done)
		for _, a := range answers {
			raw := w.next(0, "INTERACTION_CREATE").D
			var i discordgo.Interaction
			_ = i.UnmarshalJSON(raw) // it knows no labels; the ids are there all the same
			bodies <- string(raw)
			do(t, s, "POST", callback(&i), a)
		}
	}()
	got, err := ada.In(ch).Slash("add")
	if err != nil || got.Modal == nil || len(got.Modal.Fields) != 2 || got.Modal.Fields[0].Label != "Name" {
		t.Fatalf("got %+v, %v", got, err)
	}
	got, err = ada.In(ch).Submit(got.Modal, map[string]string{"name": "Witkoff", "kind": "person"})
	if err != nil || got.Content != "added" {
		t.Fatalf("got %+v, %v", got, err)
	}
	<-done
	<-bodies
	if body := <-bodies; !contains(body, `"component":{"custom_id":"name","id":2,"type":4,"value":"Witkoff"}`, `"values":["person"]`) {
		t.Errorf("got %s", body)
	}
}
