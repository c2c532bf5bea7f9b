package bottest

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

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
				if !ours[letters(l.URL)] && letters(l.Text) != letters(l.URL) {
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
					set[letters(s.URL)] = true
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

// private: what is for one person is seen by no other.
func (s suite) private(t *testing.T) {
	session, _ := s.session(t)
	if seen := ask(t, session, "/echo for me"); !seen.Private {
		t.Error("others see a private reply")
	}
	if seen := ask(t, session, "/card many-items"); !seen.Private {
		t.Error("others see some of a long private reply")
	}
	seen := ask(t, session, "/aloud for all")
	if _, ok := session.(Neighbour); ok && seen.Private {
		t.Error("others do not see a shared reply")
	}
}

func (s suite) requests(t *testing.T) {
	session, core := s.session(t)
	ask(t, session, "/echo who am I")
	r := core.Last()
	for what, missing := range map[string]bool{
		"Actor.Platform": r.Actor.Platform == "",
		"Actor.User":     r.Actor.User == "",
		"Book":           r.Book == "",
		"Via":            r.Via == "",
		"Now":            r.Now.IsZero(),
		"what was asked": r.Text == "" && r.Invocation.Command == "",
	} {
		if missing {
			t.Errorf("the request does not have %s: %+v", what, r)
		}
	}
}

func (s suite) slow(t *testing.T) {
	session, _ := s.session(t)
	for _, c := range []struct{ line, want string }{{"/slow 700", "At last."}, {"/echo next", "next"}} {
		if seen := ask(t, session, c.line); !strings.Contains(seen.Text, c.want) {
			t.Errorf("%s shows %q, want %q in it", c.line, seen.Text, c.want)
		}
	}
}

// nothing: where the core has no card, the person still sees something.
func (s suite) nothing(t *testing.T) {
	session, _ := s.session(t)
	for range 2 {
		if seen := ask(t, session, "/nothing"); letters(seen.Text) == "" {
			t.Error("nothing is seen, not even that there is nothing")
		}
	}
	if seen := ask(t, session, "/echo next"); !strings.Contains(seen.Text, "next") {
		t.Errorf("then /echo shows %q", seen.Text)
	}
}

func (s suite) order(t *testing.T) {
	session, _ := s.session(t)
	burster, ok := session.(Burster)
	if !ok {
		t.Skip("no order is promised here")
	}
	var lines, want, got []string
	for i := range 20 {
		line := fmt.Sprintf("/echo question-%02d.", i)
		if i%5 == 0 {
			lines, want = append(lines, "/slow 30"), append(want, "At last.")
		}
		lines, want = append(lines, line), append(want, strings.TrimPrefix(line, "/echo "))
	}
	answers, err := burster.Burst(lines)
	if err != nil {
		t.Fatalf("not all were answered: %v", err)
	}
	for i, seen := range answers {
		got = append(got, seen.Text)
		if i < len(want) && strings.Contains(seen.Text, want[i]) {
			got[i] = want[i]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func (s suite) many(t *testing.T) {
	session, _ := s.session(t)
	if err := talk(session, "question", 200); err != nil {
		t.Error(err)
	}
}

// mixing: adapters that run at the same time know nothing of each other.
func (s suite) mixing(t *testing.T) {
	sessions := make([]Session, 4)
	for i := range sessions {
		sessions[i], _ = s.session(t)
	}
	together(t, sessions)
}

// neighbours: neither do people on the same adapter.
func (s suite) neighbours(t *testing.T) {
	session, _ := s.session(t)
	n, ok := session.(Neighbour)
	if !ok {
		t.Skip("there is one person here")
	}
	sessions := []Session{session}
	for range 3 {
		another := n.Neighbour(t)
		t.Cleanup(func() { shut(t, another) })
		sessions = append(sessions, another)
	}
	together(t, sessions)
}

// together lets all sessions talk at the same time.
func together(t *testing.T, sessions []Session) {
	t.Helper()
	var wg sync.WaitGroup
	errs := make([]error, len(sessions))
	for i, session := range sessions {
		wg.Go(func() { errs[i] = talk(session, fmt.Sprintf("person-%d", i), 25) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Errorf("person %d: %v", i, err)
		}
	}
}

// talk asks questions, and returns an error unless each has its own answer.
func talk(s Session, who string, times int) error {
	for i := range times {
		word := fmt.Sprintf("%s-%03d-end", who, i)
		seen, err := s.Type("/echo " + word)
		if err != nil {
			return fmt.Errorf("no answer to %s: %w", word, err)
		}
		if strings.Count(seen.Text, "-end") != 1 || !strings.Contains(seen.Text, word) {
			return fmt.Errorf("%s was answered by %q", word, seen.Text)
		}
	}
	return nil
}

// settling is how long goroutines may take to end after Close has returned.
const settling = 5 * time.Second

// closing: what an adapter starts ends with it, also in the middle of things.
func (s suite) closing(t *testing.T) {
	for _, c := range []struct {
		name string
		talk func(*testing.T, Session)
	}{
		{"at once", func(*testing.T, Session) {}},
		{"after a talk", func(t *testing.T, session Session) { ask(t, session, "/card many-items") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			session := s.open(t, NewCore(Corpus()...))
			c.talk(t, session)
			shut(t, session)
			var after int
			for deadline := time.Now().Add(settling); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
				if after = runtime.NumGoroutine(); after <= before {
					return
				}
			}
			b := make([]byte, 1<<16)
			t.Errorf("%d goroutines before, %d after:\n%s", before, after, b[:runtime.Stack(b, true)])
		})
	}
}
