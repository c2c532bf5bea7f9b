package bottest

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

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
