package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/store/storetest"
)

// TestPostgres_AnswersLikeSQLite asks the same things of both stores.
func TestPostgres_AnswersLikeSQLite(t *testing.T) {
	stores := []string{filepath.Join(t.TempDir(), "book.db"), storetest.Postgres(t)}
	for _, question := range []string{"/who Witkoff", "/status talks", "/timeline talks", "/positions", "/find sabotage", "/find fighter jets", "/brief talks", "/changes since:2025-12-01", "/status talks as_of:2025-12-01"} {
		var answers []string
		for _, db := range stores {
			var out, errs strings.Builder
			err := run(context.Background(), []string{"--db", db, "ask", question}, system{
				getenv: func(string) string { return "" },
				stdin:  os.Stdin, stdout: &out, stderr: &errs,
				now:  func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
				zone: time.UTC,
			})
			if code := exitCode(err); code > exitNotFound {
				t.Fatalf("%s on %s: exit %d, %s", question, db, code, &errs)
			}
			lines := strings.Split(out.String(), "\n")
			slices.Sort(lines) // each engine ranks text in its own way
			answers = append(answers, strings.Join(lines, "\n"))
		}
		if diff := cmp.Diff(answers[0], answers[1]); diff != "" {
			t.Errorf("%s (-SQLite +PostgreSQL):\n%s", question, diff)
		}
	}
}
