package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
	"github.com/briefbot/briefbot/store/storetest"
)

func TestMain(m *testing.M) {
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
