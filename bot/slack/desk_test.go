package slack_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/briefings"
)

// theDesk is a core with commands that not everybody may use. Like the bot, it changes
// something once for an event.
//
//   - /desk change changes something
//   - /desk form opens a form, and changes something when that is sent; of the title
//     "wrong" it says that it is wrong, and after "more" it wants more; "late" takes
//     too long
//   - /home offers both
type theDesk struct {
	*bottest.Core
	// editors is the group whose members may use them; where it is empty, all may.
	editors atomic.Value

	mu    sync.Mutex
	asked []bot.Request
	done  map[string]int // by event
}

func newDesk() *theDesk { return &theDesk{Core: corpus(), done: map[string]int{}} }

func (d *theDesk) Commands() []bot.Command {
	menu := bot.Arg{Name: bot.MessageText, Summary: "What it says", Type: bot.Prose}
	return append(d.Core.Commands(),
		bot.Command{Name: "desk change", Summary: "Changes something", Role: briefings.Editor, Menu: "Change it", Args: []bot.Arg{menu}},
		bot.Command{Name: "desk form", Summary: "Opens a form", Role: briefings.Editor, Args: []bot.Arg{
			{Name: "title", Summary: "What it is called", Type: bot.Words}, {Name: bot.MessageText, Summary: "What it says", Type: bot.Prose},
		}},
		bot.Command{Name: "home", Summary: "Offers both", Role: briefings.Reader})
}

// deskForm is what /desk form opens.
func deskForm(title, text string) *bot.Form {
	return &bot.Form{Title: "The desk", Submit: bot.Invocation{Command: "desk form", Args: []bot.Value{
		{Name: "title"}, {Name: bot.MessageText}, {Name: "sent", Value: "true"}, {Name: "base", Value: "7"},
	}}, Fields: []bot.FormField{
		{Name: "title", Label: "Title", Value: title, Required: true, MaxRunes: 100},
		{Name: bot.MessageText, Label: "Text", Value: text, Long: true, MaxRunes: bot.MaxTextRunes},
	}}
}

func (d *theDesk) Handle(ctx context.Context, r bot.Request) bot.Reply {
	inv := r.Invocation
	line := strings.TrimPrefix(r.Text, "/")
	for _, name := range []string{"desk change", "desk form", "home"} {
		if after, ok := strings.CutPrefix(line, name); ok && inv.Command == "" {
			inv = bot.Invocation{Command: name, Args: []bot.Value{{Name: bot.MessageText, Value: strings.TrimSpace(after)}}}
		}
	}
	d.mu.Lock()
	d.asked = append(d.asked, r)
	d.mu.Unlock()
	sentence := func(o bot.Outcome, words string) bot.Reply {
		return bot.Reply{Outcome: o, Card: &bot.Card{Title: "That did not work", Lead: []bot.Text{bot.T(words)}}}
	}
	editors, _ := d.editors.Load().(string)
	switch {
	case inv.Command == "home":
		return bot.Reply{Card: &bot.Card{Title: "Home", Actions: []bot.Action{{Label: "Form", Invocation: bot.Invocation{Command: "desk form"}}, {Label: "Change", Invocation: bot.Invocation{Command: "desk change"}}}}}
	case inv.Command != "desk change" && inv.Command != "desk form":
		return d.Core.Handle(ctx, r)
	case editors != "" && !slices.Contains(r.Standing.Groups, editors):
		return sentence(bot.Refused, "That is for editors.")
	case inv.Command == "desk form" && inv.Get("sent") == "":
		return bot.Reply{Form: deskForm("", inv.Get(bot.MessageText)), Again: inv}
	case inv.Get("title") == "wrong":
		return sentence(bot.Refused, "The title is <wrong> & *bold*.")
	case inv.Get("title") == "more":
		return bot.Reply{Form: deskForm("more of it", inv.Get(bot.MessageText)), Again: inv}
	case inv.Get("title") == "late":
		time.Sleep(3 * time.Second)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done[r.Event]++
	if d.done[r.Event] > 1 {
		return sentence(bot.Repeated, "Done already.")
	}
	return bot.Reply{Card: &bot.Card{Title: "Changed", Lead: []bot.Text{bot.T(inv.Get(bot.MessageText))}}}
}

// last is what it was asked last.
func (d *theDesk) last() bot.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked[len(d.asked)-1]
}

// questions returns how often it was asked.
func (d *theDesk) questions() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.asked)
}

// effects returns how often something was changed, and by how many requests that was
// asked for.
func (d *theDesk) effects() (changes, asked int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, n := range d.done {
		changes, asked = changes+1, asked+n
	}
	return changes, asked
}

// sent returns how often it was asked what comes of a form.
func (d *theDesk) sent() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, r := range d.asked {
		if r.Via == "form" {
			n++
		}
	}
	return n
}

// clock is a time that can be made later.
type clock struct{ by atomic.Int64 }

func (c *clock) option(o *slack.Options) {
	o.Now = func() time.Time { return time.Now().Add(time.Duration(c.by.Load())) }
}

func (c *clock) pass(d time.Duration) { c.by.Add(int64(d)) }

// openDesk opens an office with a desk.
func openDesk(t *testing.T, change ...func(*slack.Options)) (*office, *theDesk) {
	t.Helper()
	core := newDesk()
	return openOffice(t, core, change...), core
}
