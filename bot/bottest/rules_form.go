package bottest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
)

func (s suite) verbs(t *testing.T) {
	session, _ := s.session(t)
	if seen := ask(t, session, "/desk clear"); !strings.Contains(seen.Text, "Cleared") {
		t.Errorf("/desk clear shows %q", seen.Text)
	}
}

// hostileForm are words that a platform may take for markup or for its own.
const hostileForm = "Line one with <!channel> & @everyone\nline two **bold** [x](https://evil.example)"

// opened opens the form of a line.
func opened(t *testing.T, session Filler, line string) Opened {
	t.Helper()
	o, err := session.Open(line)
	if err != nil {
		t.Fatalf("%s opens no form: %v", line, err)
	}
	return o
}

// form: what stands in it, and what is sent, is what was written, to the letter.
func (s suite) form(t *testing.T) {
	session, core := s.session(t)
	filler, ok := session.(Filler)
	if !ok {
		t.Skip("there are no forms here")
	}
	got := opened(t, filler, "/desk write a *first* word")
	want := Opened{"Write to the desk", map[string]string{"Title": "", "Text": "a *first* word", "Kind": "A status"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the form (-want +got):\n%s", diff)
	}
	seen, err := filler.Submit(map[string]string{"Title": "A title", "Text": hostileForm, "Kind": "An event"})
	if err != nil {
		t.Fatalf("it cannot be sent: %v", err)
	}
	if !strings.Contains(seen.Text, "Written") || len(seen.Pings) > 0 || !seen.Private {
		t.Errorf("seen: %+v", seen)
	}
	inv := core.Last().Invocation
	for name, value := range map[string]string{"title": "A title", bot.MessageText: hostileForm, "kind": "event", "sent": "true"} {
		if inv.Get(name) != value {
			t.Errorf("%s is %q, want %q", name, inv.Get(name), value)
		}
	}
}

// formOfOthers: a form that was opened answers to its own sender, with the actor and
// what the form holds.
func (s suite) formOfOthers(t *testing.T) {
	session, core := s.session(t)
	filler, ok := session.(Filler)
	n, others := session.(Neighbour)
	if !ok || !others {
		t.Skip("there is one person here, or no forms")
	}
	other := n.Neighbour(t)
	t.Cleanup(func() { shut(t, other) })
	opened(t, filler, "/desk write mine")
	mine := core.Last().Actor
	opened(t, other.(Filler), "/desk write theirs")
	for _, c := range []struct {
		who  Filler
		text string
	}{{filler, "mine"}, {other.(Filler), "theirs"}} {
		if _, err := c.who.Submit(map[string]string{"Title": "x"}); err != nil {
			t.Fatal(err)
		}
		r := core.Last()
		if r.Invocation.Get(bot.MessageText) != c.text || (r.Actor == mine) != (c.text == "mine") {
			t.Errorf("%s: %+v by %v", c.text, r.Invocation, r.Actor)
		}
	}
}

// menu: the text of the message, where it is, and when it was written.
func (s suite) menu(t *testing.T) {
	session, core := s.session(t)
	chooser, ok := session.(Chooser)
	if !ok {
		t.Skip("messages have no menus here")
	}
	got, err := chooser.Choose(MenuWrite, "Talks in *Geneva* tomorrow")
	if err != nil {
		t.Fatal(err)
	}
	if got.Values["Text"] != "Talks in *Geneva* tomorrow" {
		t.Errorf("the form has %+v", got)
	}
	if _, err := chooser.Submit(map[string]string{"Title": "x"}); err != nil {
		t.Fatal(err)
	}
	inv := core.Last().Invocation
	if !strings.HasPrefix(inv.Get(bot.MessageLink), "http") || inv.Get(bot.MessagePosted) == "" || !strings.Contains(inv.Get(bot.MessageID), "/") {
		t.Errorf("of the message is known: %+v", inv)
	}
}
