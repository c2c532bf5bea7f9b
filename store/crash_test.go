package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
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
		for round := range crashes {
			w := startHelper(t, "writer", dsn, nil)
			// Every second writer dies at any moment, its start included; the
			// others once they have made a change, so that a slow machine has
			// some to lose.
			after := time.Duration(20+random.IntN(100)) * time.Millisecond
			var timer *time.Timer
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
			}
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
		if !store.IsPostgres(dsn) {
			var verdict string
			if err := raw(t, dsn).QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
				t.Errorf("integrity_check says %q, %v", verdict, err)
			}
			execSQL(t, raw(t, dsn), "INSERT INTO words (words) VALUES ('integrity-check')")
		}
	})
}
