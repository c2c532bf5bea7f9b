package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Sizes of the race for one record.
const (
	appliers       = 8
	editsByApplier = 25
)

var concurrencyTests = []conformance{
	{"NoUpdateIsLost", func(w *world) {
		w.book("talks", monday)
		counter := person("counter", "Counter")
		w.apply("talks", monday, put(0, counter))
		errs := make(chan error, appliers)
		for i := range appliers {
			go func() { errs <- w.count(i) }()
		}
		for range appliers {
			if err := <-errs; err != nil {
				w.t.Error(err)
			}
		}
		got := w.load("talks", time.Time{})
		w.equal(entries(got)["counter"].Importance, appliers*editsByApplier)
		history := w.revisions("talks", briefings.RevisionQuery{AfterSeq: 2})
		w.equal(len(history), appliers*editsByApplier)
		for i, v := range history {
			w.equal([]any{v.Seq, v.After.(*briefings.Entry).Importance}, []any{int64(i + 3), i + 1})
		}
	}},
	{"OneOfManyMakesTheBook", func(w *world) {
		var made, refused int
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range appliers {
			all.Add(1)
			go func() {
				defer all.Done()
				_, err := w.s.Apply(w.ctx, "talks", change(monday, put(0, &briefings.Book{ID: "talks", Name: fmt.Sprint(i)})))
				_, err2 := w.s.Apply(w.ctx, briefings.BookID(fmt.Sprint("own-", i)), change(monday, put(0, &briefings.Book{ID: briefings.BookID(fmt.Sprint("own-", i)), Name: "Own"})))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err2 != nil:
					w.t.Error(err2)
				case err == nil:
					made++
				case errors.Is(err, briefings.ErrConflict):
					refused++
				default:
					w.t.Error(err)
				}
			}()
		}
		all.Wait()
		w.equal([]int{made, refused}, []int{1, appliers - 1})
		books, err := w.s.Books(w.ctx)
		w.ok(err)
		w.equal(len(books), appliers+1)
	}},
	{"ReadersSeeWholeChanges", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", monday, put(0, person("a", "0")), put(0, person("b", "0")))
		done := make(chan error, 1)
		go func() {
			for i := range int64(50) {
				name := fmt.Sprint(i)
				if _, err := w.s.Apply(w.ctx, "talks", change(tuesday, put(i+1, person("a", name)), put(i+1, person("b", name)))); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
		for {
			c, err := w.s.Load(w.ctx, "talks", time.Time{})
			w.ok(err)
			m := entries(c)
			w.equal(m["a"].Name, m["b"].Name)
			w.equal(c.Seq, 1+2*m["a"].Version.Number)
			select {
			case err := <-done:
				w.ok(err)
				return
			default:
			}
		}
	}},
	{"AnEndedContextChangesNothing", func(w *world) {
		w.book("talks", monday)
		ctx, cancel := context.WithCancel(w.ctx)
		cancel()
		_, err := w.s.Apply(ctx, "talks", change(monday, put(0, person("a", "A"))))
		_, err2 := w.s.Load(ctx, "talks", time.Time{})
		_, err3 := w.s.Search(ctx, "talks", briefings.TextQuery{Terms: words("a"), Limit: 1})
		err4 := w.s.RecordMiss(ctx, "talks", "x", monday)
		for _, err := range []error{err, err2, err3, err4} {
			if !errors.Is(err, context.Canceled) {
				w.t.Errorf("got error %v, want context.Canceled", err)
			}
		}
		marks, err := w.s.Marks(w.ctx, "talks")
		w.ok(err)
		w.equal(marks.Seq, int64(1))
	}},
	{"AContextThatEndsMidwayChangesNothing", func(w *world) {
		w.book("talks", monday)
		var edits []briefings.Edit
		for i := range 20000 {
			edits = append(edits, put(0, event(briefings.ReportID(fmt.Sprint("r", i)), "text")))
		}
		ctx, cancel := context.WithTimeout(w.ctx, 30*time.Millisecond)
		defer cancel()
		_, err := w.s.Apply(ctx, "talks", change(monday, edits...))
		if !errors.Is(err, context.DeadlineExceeded) {
			w.t.Fatalf("got error %v, want context.DeadlineExceeded", err)
		}
		marks, err := w.s.Marks(w.ctx, "talks")
		w.ok(err)
		w.equal(marks.Seq, int64(1))
		w.apply("talks", monday, put(0, person("a", "A"))) // and it goes on
	}},
}

// count adds one to the counter's importance, many times, starting again
// where another was faster.
func (w *world) count(worker int) error {
	for done := 0; done < editsByApplier; {
		c, err := w.s.Load(w.ctx, "talks", time.Time{})
		if err != nil {
			return err
		}
		e := *entries(c)["counter"]
		e.Importance++
		e.Summary = fmt.Sprintf("worker %d", worker)
		switch _, err := w.s.Apply(w.ctx, "talks", change(tuesday, put(e.Version.Number, &e))); {
		case err == nil:
			done++
		case !errors.Is(err, briefings.ErrConflict):
			return fmt.Errorf("worker %d: %w", worker, err)
		}
	}
	return nil
}
