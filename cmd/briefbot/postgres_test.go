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

	"github.com/briefbot/briefbot/store"
	"github.com/briefbot/briefbot/store/storetest"
)

// TestChat_KeepsNobodyFromPosting: it posts on its own terminal only, and takes a lease of
// its own for that. A server takes another.
func TestChat_KeepsNobodyFromPosting(t *testing.T) {
	dsn := storetest.Postgres(t)
	chat := start(t, t.TempDir(), "--db", dsn)
	chat.enter("/digest create terminal daily 08:00 name:morning")
	chat.says("is scheduled")
	chat.enter("/digest run morning") // it is posted once the lease is taken
	chat.says("Edition 1")
	s, err := store.Open(t.Context(), dsn, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if free, err := s.Lease(t.Context(), "posting", "a server", time.Now(), time.Minute); err != nil || !free {
		t.Errorf("a chat keeps a server from posting: %t, %v", free, err)
	}
}

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
