package bottest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
)

// suite is the rules, each a method.
type suite struct {
	open func(t *testing.T, core bot.Core) Session
}

// session opens a session on the corpus, which ends with the test.
func (s suite) session(t *testing.T) (Session, *Core) {
	t.Helper()
	core := NewCore(Corpus()...)
	session := s.open(t, core)
	t.Cleanup(func() { shut(t, session) })
	return session, core
}

func shut(t *testing.T, s Session) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("the session did not end well: %v", err)
	}
}

// ask types a line, and ends the test where no answer comes.
func ask(t *testing.T, s Session, line string) Seen {
	t.Helper()
	seen, err := s.Type(line)
	if err != nil {
		t.Fatalf("no answer to %q: %v", line, err)
	}
	return seen
}

// complete: all of a card can be read, over however many messages, and no
// sentence is cut in two. A time between words shows that nothing was added.
func (s suite) complete(t *testing.T) {
	session, _ := s.session(t)
	for _, n := range Corpus() {
		t.Run(n.Name, func(t *testing.T) {
			seen := ask(t, session, "/card "+n.Name)
			list := missing(n.Card, seen)
			for i, p := range list {
				if i == 5 {
					t.Errorf("and %d more", len(list)-i)
					break
				}
				t.Errorf("not to be seen: %s: %s", p.where, p.text)
			}
			if t.Failed() {
				t.Logf("seen:\n%s", seen.Text)
			}
		})
	}
}

// inert: no text that somebody wrote reaches the platform as anything else.
// That its words survive is the rule above.
func (s suite) inert(t *testing.T) {
	session, _ := s.session(t)
	for _, n := range Corpus() {
		t.Run(n.Name, func(t *testing.T) {
			seen := ask(t, session, "/card "+n.Name)
			shown := append([]string{seen.Text}, seen.Actions...)
			for _, l := range seen.Links {
				shown = append(shown, l.Text)
			}
			for _, text := range shown {
				for i, r := range text {
					if printable(r) < 0 {
						t.Fatalf("%U reached the person, after %q", r, text[max(0, i-20):i])
					}
				}
			}
			if len(seen.Pings) > 0 {
				t.Errorf("notified %q", seen.Pings)
			}
			ours := addresses(n.Card)
			for _, l := range seen.Links {
				if !ours[destination(l.URL)] && letters(l.Text) != letters(l.URL) {
					t.Errorf("a link that the card does not have: %q leads to %s", l.Text, l.URL)
				}
			}
		})
	}
}

// addresses returns where the links of a card lead to.
func addresses(c *bot.Card) map[string]bool {
	set := map[string]bool{}
	add := func(list ...bot.Text) {
		for _, t := range list {
			for _, s := range t {
				if s.Kind == bot.Link {
					set[destination(s.URL)] = true
				}
			}
		}
	}
	add(c.Notices...)
	add(c.Lead...)
	add(c.Footer)
	for _, f := range c.Fields {
		add(f.Value)
	}
	for _, s := range c.Sections {
		for _, i := range s.Items {
			add(i.Text, i.Meta)
		}
	}
	return set
}

// actions: each is offered, by its label, in order.
func (s suite) actions(t *testing.T) {
	session, _ := s.session(t)
	for _, n := range Corpus() {
		t.Run(n.Name, func(t *testing.T) {
			var want, got []string
			for _, a := range n.Card.Actions {
				want = append(want, letters(a.Label))
			}
			for _, label := range ask(t, session, "/card "+n.Name).Actions {
				got = append(got, letters(label))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("actions (-want +got):\n%s", diff)
			}
		})
	}
}

func (s suite) press(t *testing.T) {
	session, _ := s.session(t)
	presser, ok := session.(Presser)
	if !ok {
		t.Skip("nothing can be pressed here")
	}
	for _, c := range []struct{ card, label, want string }{
		{"every-field", "The small card", "All of it is here."},
		{"every-field", "Say it again", "again"},
		{"many-actions", "Action 01", "action 01"},
		{"many-actions", "Action 25", "action 25"},
	} {
		ask(t, session, "/card "+c.card)
		seen, err := presser.Press(c.label)
		if err != nil {
			t.Fatalf("no answer to %q: %v", c.label, err)
		}
		if !contains(letters(seen.Text), letters(c.want)) {
			t.Errorf("%q on %s shows %q, want %q in it", c.label, c.card, seen.Text, c.want)
		}
	}
}

func (s suite) completion(t *testing.T) {
	session, _ := s.session(t)
	completer, ok := session.(Completer)
	if !ok {
		t.Skip("nothing is completed here")
	}
	for _, c := range []struct {
		line string
		want []string
	}{
		{"/card sma", []string{"small"}},
		{"/card many", []string{"many-items", "many-sections", "many-fields", "many-actions"}},
		{"/card xyzzy", nil},
	} {
		got, err := completer.Complete(c.line)
		if err != nil {
			t.Fatalf("completing %q: %v", c.line, err)
		}
		if len(got) != len(c.want) {
			t.Errorf("%q is completed by %q, want %q", c.line, got, c.want)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], c.want[i]) {
				t.Errorf("%q is completed by %q, want %q", c.line, got[i], c.want[i])
			}
		}
	}
	ask(t, session, "/card small") // and goes on
}
