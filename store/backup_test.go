package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
	"github.com/briefbot/briefbot/store/storetest"
)

func TestBackup_BesideAWriter(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "book.db")
	seed(t, path)
	writer := startHelper(t, "writer", path, nil)
	s := open(t, path, store.Options{})
	for i := range 5 {
		for range 20 {
			writer.line() // it goes on
		}
		name := filepath.Join(dir, fmt.Sprint("copy ", i, ".db"))
		if err := s.Backup(ctx, name); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(name + "?*")
		if err != nil || len(files) != 0 {
			t.Errorf("left behind: %v, %v", files, err)
		}
		copied := open(t, name, store.Options{Exclusive: true})
		n, err := copied.Verify(ctx, "talks")
		if err != nil || n%2 != 0 || n < int64(2+40*i) {
			t.Errorf("the copy has %d revisions, %v", n, err)
		}
		c, err := copied.Load(ctx, "talks", time.Time{})
		if err != nil || int64(len(c.Entries)) != n-1 {
			t.Errorf("the copy has %d entries of %d, %v", len(c.Entries), n-1, err)
		}
	}
}

func TestBackup_RefusesToOverwrite(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "book.db")
	seed(t, path)
	s := open(t, path, store.Options{})
	for _, name := range []string{"there.db", "gone.db-wal", "gone2.db-journal"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"there.db", "gone.db", "gone2.db", "book.db"} {
		wantSentence(t, s.Backup(ctx, filepath.Join(dir, name)), briefings.ErrInvalid)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "there.db")); err != nil || string(got) != "precious" {
		t.Errorf("the file that was there holds %q, %v", got, err)
	}
	wantSentence(t, s.Backup(ctx, filepath.Join(dir, "none", "copy.db")), briefings.ErrUnavailable)
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Backup(ended, filepath.Join(dir, "ended.db")); err == nil {
		t.Error("a backup whose context has ended was made")
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "ended*")); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
}

func TestBackup_OfABackupPutsItBack(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path, copied, back := filepath.Join(dir, "book.db"), filepath.Join(dir, "copy.db"), filepath.Join(dir, "back.db")
	seed(t, path)
	if err := open(t, path, store.Options{}).Backup(ctx, copied); err != nil {
		t.Fatal(err)
	}
	if err := open(t, copied, store.Options{}).Backup(ctx, back); err != nil {
		t.Fatal(err)
	}
	s := open(t, back, store.Options{Exclusive: true})
	apply(t, s, briefings.Edit{Base: 1, Put: person("witkoff", "Stephen Witkoff")})
	if n, err := s.Verify(ctx, "talks"); n != 3 || err != nil {
		t.Errorf("verified %d, %v", n, err)
	}
}

func TestBackup_OfPostgresSaysWhatToUse(t *testing.T) {
	s := open(t, storetest.Postgres(t), store.Options{})
	err := s.Backup(context.Background(), filepath.Join(t.TempDir(), "copy.db"))
	wantSentence(t, err, briefings.ErrInvalid)
}
