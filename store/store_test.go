package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
	"github.com/briefbot/briefbot/store/storetest"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(helperEnv); name != "" {
		runHelper(name)
		return
	}
	os.Exit(storetest.Main(m))
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) briefings.Store {
		return open(t, filepath.Join(t.TempDir(), "book.db"), store.Options{Exclusive: true})
	})
}

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t *testing.T) briefings.Store {
		return open(t, storetest.Postgres(t), store.Options{Exclusive: true})
	})
}

func TestLedger_SQLite(t *testing.T) {
	storetest.RunLedger(t, func(t *testing.T) storetest.LedgerStore {
		return open(t, filepath.Join(t.TempDir(), "book.db"), store.Options{Exclusive: true})
	})
}

func TestLedger_Postgres(t *testing.T) {
	storetest.RunLedger(t, func(t *testing.T) storetest.LedgerStore {
		return open(t, storetest.Postgres(t), store.Options{CallersClock: true})
	})
}

// onBoth runs a test on a new store of each engine.
func onBoth(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "book.db")) })
	t.Run("Postgres", func(t *testing.T) { test(t, storetest.Postgres(t)) })
}

var (
	noon    = time.Date(2025, 12, 2, 12, 0, 0, 0, time.UTC)
	someone = briefings.Actor{Platform: "console", User: "me"}
)

func person(id briefings.EntryID, name string) *briefings.Entry {
	return &briefings.Entry{ID: id, Kind: briefings.Person, Name: name}
}

// open opens a store and closes it when the test ends.
func open(t testing.TB, dsn string, opts store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dsn, opts)
	if err != nil {
		t.Fatalf("open %s: %v", dsn, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// seed makes the book "talks" with one entry, and closes the store.
func seed(t testing.TB, dsn string) {
	t.Helper()
	s, err := store.Open(context.Background(), dsn, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	apply(t, s, briefings.Edit{Put: &briefings.Book{ID: "talks", Name: "Talks"}}, briefings.Edit{Put: person("witkoff", "Steve Witkoff")})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func apply(t testing.TB, s *store.Store, edits ...briefings.Edit) []briefings.Revision {
	t.Helper()
	revs, err := s.Apply(context.Background(), "talks", briefings.Change{Actor: someone, At: noon, Edits: edits})
	if err != nil {
		t.Fatal(err)
	}
	return revs
}

// raw opens the database behind a store, past the store.
func raw(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if store.IsPostgres(dsn) {
		driver = "pgx"
	} else {
		dsn = "file:" + dsn + "?_pragma=busy_timeout(5000)&_txlock=immediate"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() }) // some tests have closed it
	return db
}

func execSQL(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// textColumn returns the first column of a query.
func textColumn(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// wantSentence checks that an error has the kind and a sentence, and none of
// the engine's own words.
func wantSentence(t testing.TB, err, kind error) {
	t.Helper()
	var sentence *briefings.Error
	if !errors.Is(err, kind) || !errors.As(err, &sentence) {
		t.Fatalf("got error %v, want %v with a sentence", err, kind)
	}
	checkSentence(t, err.Error())
}
