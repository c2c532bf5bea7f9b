package discord_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestReplay_EachInteractionFiveTimesAtOnceHasOneEffect: of every sort, with one
// question to the core and one answer to the person.
func TestReplay_EachInteractionFiveTimesAtOnceHasOneEffect(t *testing.T) {
	o := openOffice(t)
	o.server.Deliver(5)
	var card, many *discordtest.Message
	var form *discordtest.Modal
	for _, step := range []struct {
		name  string
		does  func()
		shown int // messages more
	}{
		{"command", func() { card = o.slash(o.ada, "card", "name", "every-field") }, 1},
		{"verb", func() { o.slash(o.ada, "roles list") }, 1},
		{"completion", func() {
			if _, err := o.ada.Complete("card", "name", "sm"); err != nil {
				t.Fatal(err)
			}
		}, 0},
		{"button", func() { o.press(o.ada, card, "The small card") }, 0},
		{"menu of a message", func() { many = o.slash(o.ada, "card", "name", "many-actions") }, 1},
		{"choice", func() { o.press(o.ada, many, "Action 25") }, 0},
		{"command that opens a form", func() { form = o.open(o.ada, "desk write", "text", "x") }, 0},
		{"form", func() { o.send(o.ada, form, "title", "x") }, 1},
		{"menu that opens a form", func() {
			m, err := o.ada.MessageMenu(bottest.MenuWrite, o.ada.Say("hello"))
			if err != nil || m.Modal == nil {
				t.Fatalf("%+v, %v", m, err)
			}
		}, 1},
	} {
		asked, shown := len(o.core.all()), len(o.ada.Messages())
		step.does()
		time.Sleep(50 * time.Millisecond) // for those that come late
		if n := len(o.core.all()) - asked; n != 1 {
			t.Errorf("%s: the core was asked %d times", step.name, n)
		}
		if n := len(o.ada.Messages()) - shown; n != step.shown {
			t.Errorf("%s: %d messages more, want %d", step.name, n, step.shown)
		}
		for _, r := range o.server.Requests() {
			if strings.HasSuffix(r.Path, "/callback") && r.Status >= 400 {
				t.Errorf("%s: an answer was refused: %d", step.name, r.Status)
			}
		}
	}
}

// TestReplay_TwoProcessesHaveOneEffect: both hear of it, and tell the core the same
// event. Who has the effect answers; the other says nothing over it, and nothing
// beside it.
func TestReplay_TwoProcessesHaveOneEffect(t *testing.T) {
	t.Parallel()
	offers := bot.NewOffers(emptyStore(t), nil) // as of one store
	share := func(opts *discord.Options) { opts.Offers = offers }
	o := openOffice(t, share)
	start(t, o.server, o.core, share)
	if !o.server.Gateway().WaitConnected(2, patience) {
		t.Fatal("the second does not connect")
	}
	var mu sync.Mutex
	events := map[string]int{}
	o.core.doing(func(r bot.Request) *bot.Reply {
		mu.Lock()
		events[r.Event]++
		first := events[r.Event] == 1
		mu.Unlock()
		if r.Invocation.Command == "desk write" && r.Via != "form" {
			return nil // to open a form is no effect
		}
		if !first {
			return &bot.Reply{Card: &bot.Card{Title: "Done already"}, Outcome: bot.Repeated}
		}
		time.Sleep(300 * time.Millisecond) // the second is ready before the first
		return &bot.Reply{Card: &bot.Card{Title: "Changed", Actions: []bot.Action{{Label: "Undo", Invocation: bot.Invocation{Command: "desk clear"}}, {Label: "Write", Invocation: bot.Invocation{Command: "desk write"}}}}}
	})
	settled := func(name string, m *discordtest.Message) {
		t.Helper()
		time.Sleep(2500 * time.Millisecond) // as long as either may wait
		all := o.ada.Messages()
		i := slices.IndexFunc(all, func(x *discordtest.Message) bool { return x.ID == m.ID })
		if i < 0 {
			t.Fatalf("%s: the answer is gone", name)
		}
		o.sees(all[i], "Changed")
		for _, x := range all {
			if strings.Contains(x.Seen().Text, "Done already") {
				t.Errorf("%s: the second says so", name)
			}
		}
	}
	card := o.slash(o.ada, "desk clear")
	settled("command", card)
	settled("button", o.press(o.ada, card, "Undo"))
	if form := o.press(o.ada, card, "Write").Modal; form != nil {
		settled("form", o.send(o.ada, form, "title", "x"))
	} else {
		t.Error("no form opens")
	}
	mu.Lock()
	defer mu.Unlock()
	for event, n := range events {
		if n != 2 {
			t.Errorf("event %q came %d times, want 2", event, n)
		}
	}
}

// TestReplay_WhatHadItsEffectAndNoAnswerIsAcknowledged: the process that had it may
// have been killed. Discord then shows no failure, and what is there stays.
func TestReplay_WhatHadItsEffectAndNoAnswerIsAcknowledged(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	card := o.slash(o.ada, "card", "name", "every-field")
	o.core.doing(func(r bot.Request) *bot.Reply {
		if r.Invocation.Command == "desk write" && r.Via != "form" {
			return nil
		}
		return &bot.Reply{Card: &bot.Card{Title: "Done already"}, Outcome: bot.Repeated}
	})
	said := o.slash(o.ada, "desk clear")
	o.sees(said, "Done already")
	if !said.Ephemeral {
		t.Error("others see it")
	}
	form := o.open(o.ada, "desk write", "text", "x")
	o.sees(o.send(o.ada, form, "title", "x"), "Done already")

	shown, edits := len(o.ada.Messages()), card.Edits
	go func() { _, _ = o.ada.Press(card, card.Seen().Buttons[0].CustomID) }() // it waits for an answer that does not come
	eventually(t, "it is acknowledged", func() bool {
		all := o.server.Requests()
		last := all[len(all)-1]
		return strings.HasSuffix(last.Path, "/callback") && string(last.Body) == `{"type":6}` && last.Status == 204
	})
	if all := o.ada.Messages(); len(all) != shown || all[0].Edits != edits {
		t.Errorf("%d messages, want %d; edited %d times, want %d", len(all), shown, all[0].Edits, edits)
	}
	if list := o.server.Unanswered(); len(list) > 0 {
		t.Errorf("not answered: %q", list)
	}
}
