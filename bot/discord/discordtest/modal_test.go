package discordtest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// input is a text input of a modal, under a label.
func input(id string, more m) m {
	in := m{"type": 4, "custom_id": id, "style": 1}
	for k, v := range more {
		in[k] = v
	}
	return m{"type": 18, "label": "Label " + id, "component": in}
}

// pick is a menu of a modal, under a label.
func pick(id string, more m) m {
	in := m{"type": 3, "custom_id": id, "options": []any{m{"label": "One", "value": "1"}, m{"label": "Two", "value": "2", "default": true}}}
	for k, v := range more {
		in[k] = v
	}
	return m{"type": 18, "label": "Label " + id, "component": in}
}

func opening(title string, parts ...any) m {
	return m{"type": 9, "data": m{"custom_id": "form", "title": title, "components": parts}}
}

func TestModal_WhatIsOutOfBoundsIsRefused(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	register(t, s, m{"name": "add", "description": "x"})
	bad := map[string]m{
		"a long title":        opening(strings.Repeat("x", 46), input("a", nil)),
		"no title":            opening("", input("a", nil)),
		"nothing in it":       opening("x"),
		"six inputs":          opening("x", repeat(6, func(i int) any { return input(fmt.Sprint("i", i), nil) })...),
		"an id twice":         opening("x", input("a", nil), input("a", nil)),
		"a long label":        opening("x", m{"type": 18, "label": strings.Repeat("x", 46), "component": m{"type": 4, "custom_id": "a", "style": 1}}),
		"a label in a label":  opening("x", input("a", m{"label": "A"})),
		"a long placeholder":  opening("x", input("a", m{"placeholder": strings.Repeat("x", 101)})),
		"a long value":        opening("x", input("a", m{"value": strings.Repeat("x", 4001)})),
		"more than its bound": opening("x", input("a", m{"value": "xxx", "max_length": 2})),
		"a bound of 4001":     opening("x", input("a", m{"max_length": 4001})),
		"a disabled menu":     opening("x", pick("a", m{"disabled": true})),
		"an empty value":      opening("x", pick("a", m{"options": []any{m{"label": "x", "value": ""}}})),
		"a button":            opening("x", row(plain("a"))),
	}
	answering(t, opened(t, s), func(i *discordgo.Interaction) {
		for name, body := range bad {
			if r := do(t, s, "POST", callback(i), body); r.code() != 50035 {
				t.Errorf("%s: %d %s", name, r.Status, r.Raw)
			}
		}
		expect(t, "a deferral", do(t, s, "POST", callback(i), m{"type": 5}).Status, 204)
		expect(t, "a modal after it", do(t, s, "POST", callback(i), opening("x", input("a", nil))).code(), 40060)
		do(t, s, "PATCH", hook(s, i)+"/messages/@original", text("done"))
	})
	if _, err := ada.In(ch).Slash("add"); err != nil {
		t.Error(err)
	}
	expect(t, "violations", len(s.Violations()), len(bad))
}

func TestModal_MenuSendsWhatItOffers(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	g, ch, ada := world(s)
	editors := g.NewRole("editors")
	register(t, s, m{"name": "add", "description": "x"})
	w := dial(t, s)
	w.next(10, "")
	w.identify(s, nil)
	w.next(0, "READY")
	bodies, done := make(chan string, 2), make(chan bool)
	go func() {
		defer close(done)
		for _, a := range []any{opening("x", pick("kind", m{"required": false}), input("a", m{"required": false})), m{"type": 4, "data": text("added")}} {
			raw := w.next(0, "INTERACTION_CREATE").D
			var i discordgo.Interaction
			_ = i.UnmarshalJSON(raw) // it knows no labels; the ids are there all the same
			bodies <- string(raw)
			do(t, s, "POST", callback(&i), a)
		}
	}()
	c := ada.In(ch)
	got, err := c.Slash("add")
	if err != nil || got.Modal == nil || got.Modal.Fields[0].Value != "2" || len(got.Modal.Fields[0].Choices) != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if _, err := c.Submit(got.Modal, map[string]string{"kind": "3"}); !errors.Is(err, discordtest.ErrBadModal) {
		t.Errorf("what is not offered: %v", err)
	}
	g.GiveRoles(ada, editors)
	if _, err = c.Forge(got.Modal, "other", [2]string{"kind", "3"}, [2]string{"b", "x"}); err != nil {
		t.Fatal(err)
	}
	<-done
	<-bodies
	if body := <-bodies; !contains(body, `"custom_id":"other"`, `"custom_id":"b"`, `"value":"3"`, `"roles":["`+editors.ID+`"]`) {
		t.Errorf("got %s", body)
	}
}

func TestDeliver_EachInteractionComesSoOften(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	register(t, s, m{"name": "who", "description": "x"})
	s.Deliver(3)
	codes := make(chan int, 3)
	answering(t, opened(t, s), func(i *discordgo.Interaction) {
		codes <- do(t, s, "POST", callback(i), m{"type": 4, "data": text("hello")}).code()
	})
	if _, err := ada.In(ch).Slash("who"); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for range 3 {
		if <-codes == 40060 {
			refused++
		}
	}
	expect(t, "answers too many", refused, 2)
	expect(t, "messages", len(ada.In(ch).Messages()), 1)
}
