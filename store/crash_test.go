package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// crashes is how often the writer is killed on each engine.
const crashes = 25

func TestApply_SurvivesKill(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		seed(t, dsn)
		random := rand.New(rand.NewPCG(1, 2))
		acked := map[string]int64{}
		var cutOff []string // the change that a writer may have been at
		for round := range crashes {
			w := startHelper(t, "writer", dsn, nil)
			// Every second writer dies at any moment, its start included; the
			// others once they have made a change, so that a slow machine has
			// some to lose.
			after := time.Duration(20+random.IntN(100)) * time.Millisecond
			var timer *time.Timer
			made := 0
			kill := func() { timer = time.AfterFunc(after, func() { _ = w.cmd.Process.Kill() }) }
			if round%2 == 0 {
				kill()
			}
			for line := w.line(); line != ""; line = w.line() {
				if timer == nil {
					kill()
				}
				var seq int64
				var name string
				if _, err := fmt.Sscanf(line, "applied %d %s", &seq, &name); err != nil {
					t.Fatalf("the writer says %q", line)
				}
				acked[name] = seq
				made++
			}
			cutOff = append(cutOff, writtenName(w.cmd.Process.Pid, made))
			if timer == nil {
				t.Fatal("the writer ended before it made a change")
			}
			timer.Stop()
			w.kill()
		}
		s := open(t, dsn, store.Options{Exclusive: true})
		history, err := s.Revisions(ctx, "talks", briefings.RevisionQuery{AfterSeq: 2})
		if err != nil {
			t.Fatal(err)
		}
		whole := map[string]int{}
		last := map[string]int64{}
		for _, v := range history {
			whole[v.Why]++
			last[v.Why] = v.Seq
		}
		for name, seq := range acked {
			if last[name] != seq {
				t.Errorf("%s was acknowledged as %d, and is %d", name, seq, last[name])
			}
		}
		for name, n := range whole {
			if n != 2 {
				t.Errorf("%s has %d edits of 2", name, n)
			}
		}
		t.Logf("%d changes acknowledged, %d found, over %d kills", len(acked), len(whole), crashes)
		if len(acked) < crashes/2 {
			t.Errorf("only %d changes were made: the test shows nothing", len(acked))
		}
		if n, err := s.Verify(ctx, "talks"); err != nil || int(n) != 2+len(history) {
			t.Errorf("verified %d, %v", n, err)
		}
		c, err := s.Load(ctx, "talks", time.Time{})
		if err != nil || len(c.Entries) != 1+len(history) {
			t.Errorf("loaded %d entries of %d, %v", len(c.Entries), 1+len(history), err)
		}
		hits, err := s.Search(ctx, "talks", briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: []string{"p"}, Prefix: true}}, Limit: 10_000})
		if err != nil || len(hits) != len(history) {
			t.Errorf("found %d texts of %d, %v", len(hits), len(history), err)
		}
		checkDeeds(t, s, dsn, history)
		checkReplay(t, s, acked, cutOff, whole)
		if !store.IsPostgres(dsn) {
			var verdict string
			if err := raw(t, dsn).QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
				t.Errorf("integrity_check says %q, %v", verdict, err)
			}
			execSQL(t, raw(t, dsn), "INSERT INTO words (words) VALUES ('integrity-check')")
		}
	})
}

// checkDeeds checks that each change of the history has its row in the audit and the
// note of its event, and that there are no others.
func checkDeeds(t *testing.T, s *store.Store, dsn string, history []briefings.Revision) {
	t.Helper()
	rows, err := s.Audit(context.Background(), "talks", briefings.AuditQuery{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(rows)
	rows = rows[1:] // the seed's
	if len(rows) != len(history)/2 {
		t.Fatalf("%d rows of the audit for %d changes", len(rows), len(history)/2)
	}
	events := textColumn(t, raw(t, dsn), "SELECT event_id FROM inbound WHERE book = 'talks'")
	if len(events) != len(rows) {
		t.Errorf("%d events were claimed for %d changes", len(events), len(rows))
	}
	claimed := map[string]bool{}
	for _, e := range events {
		claimed[strings.TrimPrefix(e, "deed:")] = true
	}
	for i, r := range rows {
		first, last := history[2*i], history[2*i+1]
		if r.Number != int64(i+2) || r.Action != "write" || r.FirstSeq != first.Seq || r.LastSeq != last.Seq || first.Why != last.Why || !claimed[first.Why] {
			t.Errorf("row %+v is not of the revisions %d and %d of %s, or its event was not claimed", r, first.Seq, last.Seq, first.Why)
		}
	}
}

// checkReplay delivers the event of each change once more: those that were acknowledged
// are known, and those that were cut off are known or done now, and whole.
func checkReplay(t *testing.T, s *store.Store, acked map[string]int64, cutOff []string, whole map[string]int) {
	t.Helper()
	ctx := context.Background()
	before, err := s.Marks(ctx, "talks")
	if err != nil {
		t.Fatal(err)
	}
	for name := range acked {
		if _, err := s.Apply(ctx, "talks", twoPeople(name)); !errors.Is(err, briefings.ErrRepeated) {
			t.Errorf("%s was acknowledged, and again it is %v", name, err)
		}
	}
	if after, err := s.Marks(ctx, "talks"); err != nil || after != before {
		t.Errorf("what was done already moved the book from %+v to %+v, %v", before, after, err)
	}
	lost := 0
	for _, name := range cutOff {
		revs, err := s.Apply(ctx, "talks", twoPeople(name))
		switch {
		case err == nil && len(revs) == 2 && whole[name] == 0:
			lost++
		case errors.Is(err, briefings.ErrRepeated) && whole[name] == 2:
		default:
			t.Errorf("%s was cut off with %d edits, and again it is %d edits, %v", name, whole[name], len(revs), err)
		}
		if _, err := s.Apply(ctx, "talks", twoPeople(name)); !errors.Is(err, briefings.ErrRepeated) {
			t.Errorf("%s was done again, and a third time it is %v", name, err)
		}
	}
	t.Logf("of %d changes that were cut off, %d were done when they came again", len(cutOff), lost)
	if n, err := s.Verify(ctx, "talks"); err != nil || n != before.Seq+int64(2*lost) {
		t.Errorf("verified %d, %v", n, err)
	}
}
