package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Sizes of the races for one record, and for some.
const (
	appliers       = 8
	editsByApplier = 25
	sharedEntries  = 4
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
	{"NoEditOfManyEditorsIsLost", func(w *world) {
		each := sharedEdits()
		if testing.Short() {
			each /= 10
		}
		w.book("talks", monday)
		for n := range sharedEntries {
			w.apply("talks", monday, put(0, person(sharedEntry(n), "Shared")))
		}
		before := w.marks("talks")
		logs := make([]editLog, appliers)
		var all sync.WaitGroup
		for i := range appliers {
			logs[i].who = briefings.Actor{Platform: "slack", Workspace: "T1", User: briefings.UserID(fmt.Sprint("U", i))}
			all.Go(func() {
				if err := w.append(&logs[i], each); err != nil {
					w.t.Errorf("editor %d: %v", i, err)
				}
			})
		}
		all.Wait()
		acknowledged, refused := map[int64]editAck{}, 0
		for _, l := range logs {
			refused += l.refused
			for _, a := range l.acks {
				acknowledged[a.seq] = a
			}
		}
		w.t.Logf("%d edits, %d refused because another was faster", len(acknowledged), refused)
		w.equal(len(acknowledged), appliers*each)
		// Each is in the history, by whom it was made, and on top of the one before.
		text := map[briefings.EntryID]string{}
		history := w.revisions("talks", briefings.RevisionQuery{AfterSeq: before.Seq})
		w.equal(len(history), len(acknowledged))
		for _, v := range history {
			was, is, ack := v.Before.(*briefings.Entry), v.After.(*briefings.Entry), acknowledged[v.Seq]
			w.equal([]any{was.Claim.Attribution, is.Claim.Attribution, v.Actor}, []any{text[is.ID], text[is.ID] + ack.token, ack.who})
			text[is.ID] = is.Claim.Attribution
		}
		for id, e := range entries(w.load("talks", time.Time{})) {
			w.equal(e.Claim.Attribution, text[id])
		}
		// And each has its row.
		rows := w.audit("talks", briefings.AuditQuery{Limit: len(history)})
		slices.Reverse(rows)
		for i, r := range rows {
			w.equal([]any{r.Number, r.FirstSeq, r.LastSeq, r.Actor}, []any{before.Audit + int64(i) + 1, history[i].Seq, history[i].Seq, history[i].Actor})
		}
		w.equal(w.marks("talks"), briefings.Marks{Seq: before.Seq + int64(len(history)), Audit: before.Audit + int64(len(history))})
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

// sharedEdits is how many edits each of the editors makes: 250, or as many as
// BRIEFBOT_TEST_EDITS says. 2,000 of each take two minutes and are too long for CI.
func sharedEdits() int {
	if n, err := strconv.Atoi(os.Getenv("BRIEFBOT_TEST_EDITS")); err == nil && n > 0 {
		return n
	}
	return 250
}

func sharedEntry(n int) briefings.EntryID { return briefings.EntryID(fmt.Sprint("shared-", n)) }

// editLog is what one editor has been told of the edits that they made.
type editLog struct {
	who     briefings.Actor
	acks    []editAck
	refused int
}

// editAck is an edit that was acknowledged: it added the token.
type editAck struct {
	who   briefings.Actor
	seq   int64
	token string
}

// append adds a token to one of the shared entries, so many times, starting again where
// another was faster. Attributions of entries are not searched: it is a race for the
// history.
func (w *world) append(l *editLog, times int) error {
	for len(l.acks) < times {
		c, err := w.s.Load(w.ctx, "talks", time.Time{})
		if err != nil {
			return err
		}
		token := fmt.Sprintf(" %s.%d", l.who.User, len(l.acks))
		e := *entries(c)[sharedEntry(len(l.acks)%sharedEntries)]
		e.Claim.Attribution += token
		edit := change(tuesday, put(e.Version.Number, &e))
		edit.Actor, edit.Event = l.who, token
		switch revs, err := w.s.Apply(w.ctx, "talks", edit); {
		case err == nil:
			l.acks = append(l.acks, editAck{l.who, revs[0].Seq, token})
		case errors.Is(err, briefings.ErrConflict):
			l.refused++
		default:
			return err
		}
	}
	return nil
}
