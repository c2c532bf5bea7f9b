package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
	"github.com/briefbot/briefbot/store/storetest"
)

var jargon = regexp.MustCompile(`(?i)\b(sql|sqlite|sqlstate|pgx|pq|dial|errno|unable|constraint|nil|panic|EOF|ECONN\w+)\b|SQLITE_|%!`)

// checkSentence checks that a message is one for people.
func checkSentence(t testing.TB, message string) {
	t.Helper()
	if bad := jargon.FindString(message); bad != "" || !strings.HasSuffix(message, ".") {
		t.Errorf("not a sentence for people (%q): %s", bad, message)
	}
}

func TestOpen_SaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	header := append([]byte("SQLite format 3\x00"), bytes.Repeat([]byte{0xff}, 8000)...)
	other := filepath.Join(dir, "other.db")
	db := raw(t, other)
	execSQL(t, db, "CREATE TABLE books (isbn TEXT)")
	_ = db.Close()
	for _, test := range []struct {
		name, dsn string
		kind      error
	}{
		{"folder", dir, briefings.ErrUnavailable},
		{"no such folder", filepath.Join(dir, "none", "book.db"), briefings.ErrUnavailable},
		{"below a file", filepath.Join(write("file", nil), "book.db"), briefings.ErrUnavailable},
		{"text", write("text.db", bytes.Repeat([]byte("not a database "), 500)), briefings.ErrUnavailable},
		{"short text", write("short.db", []byte("hello")), briefings.ErrUnavailable},
		{"corrupt header", write("corrupt.db", header), briefings.ErrUnavailable},
		{"of another program", other, briefings.ErrUnavailable},
		{"device", "/dev/null", briefings.ErrUnavailable},
		{"empty", "", briefings.ErrInvalid},
		{"in memory", ":memory:", briefings.ErrInvalid},
		{"on another host", "file://host/book.db", briefings.ErrInvalid},
		{"no server", "postgres:///briefbot?user=x&host=" + dir, briefings.ErrUnavailable},
		{"no server on a port", "postgres://x@127.0.0.1:1/briefbot?connect_timeout=2", briefings.ErrUnavailable},
		{"not an address", "postgres://x:secret@:::/%zz", briefings.ErrInvalid},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, exclusive := range []bool{false, true} {
				s, err := store.Open(context.Background(), test.dsn, store.Options{Exclusive: exclusive})
				if err == nil {
					t.Fatal(s.Close(), "opened")
				}
				wantSentence(t, err, test.kind)
				if strings.Contains(err.Error(), "secret") {
					t.Errorf("the password is in the message: %v", err)
				}
			}
		})
	}
	if got, err := os.ReadFile(filepath.Join(dir, "short.db")); err != nil || string(got) != "hello" {
		t.Errorf("a file that is no database was changed: %q, %v", got, err)
	}
}

func TestOpen_UnknownDatabaseOrUser(t *testing.T) {
	dsn := storetest.Postgres(t)
	for _, bad := range []string{regexp.MustCompile(`/test\d+`).ReplaceAllString(dsn, "/none"), strings.Replace(dsn, "user=briefbot", "user=none", 1)} {
		_, err := store.Open(context.Background(), bad, store.Options{})
		wantSentence(t, err, briefings.ErrUnavailable)
	}
	db := raw(t, dsn)
	execSQL(t, db, "CREATE TABLE books (isbn TEXT)")
	_, err := store.Open(context.Background(), dsn, store.Options{})
	wantSentence(t, err, briefings.ErrUnavailable)
}

func TestOpen_AnyPath(t *testing.T) {
	for _, name := range []string{"plain.db", "a b.db", "50%.db", "50%25.db", "what?.db", "a?mode=ro.db", "#1.db", "a&b=c.db", "it's.db", `quo"te.db`, "пакет.db", "+.db", ";.db", "file:x.db"} {
		for _, prefix := range []string{"", "file:", "sqlite:"} {
			t.Run(prefix+name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), name)
				seed(t, prefix+path)
				if _, err := os.Stat(path); err != nil {
					t.Fatal(err)
				}
				files, err := os.ReadDir(filepath.Dir(path))
				if err != nil || len(files) != 2 { // the file and its lock
					t.Fatalf("got the files %v, %v", files, err)
				}
				if _, err := open(t, path, store.Options{}).Marks(context.Background(), "talks"); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
	path := filepath.Join(t.TempDir(), "a b.db")
	seed(t, "file://"+strings.ReplaceAll(path, " ", "%20"))
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(path))
	if _, err := open(t, "./a b.db", store.Options{}).Marks(context.Background(), "talks"); err != nil {
		t.Fatal(err)
	}
}

func TestOpen_NewFileIsItsOwnersOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "book.db")
	open(t, path, store.Options{Exclusive: true})
	for _, name := range []string{path, path + "-wal", path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestOpen_SecondBotIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "book.db")
	seed(t, path)
	bot := startHelper(t, "bot", path, nil)
	if got := bot.line(); got != "running" {
		t.Fatal(got)
	}
	_, err := store.Open(context.Background(), path, store.Options{Exclusive: true})
	wantSentence(t, err, briefings.ErrUnavailable)
	if want := fmt.Sprint("process ", bot.cmd.Process.Pid); !strings.Contains(err.Error(), want) {
		t.Errorf("the message does not name %s: %v", want, err)
	}
	if got := startHelper(t, "bot", path, nil).all(); !strings.HasPrefix(got, "error: Another briefbot") {
		t.Errorf("a third bot says %q", got)
	}
	// By another name, too.
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err == nil {
		_, err := store.Open(context.Background(), link, store.Options{Exclusive: true})
		wantSentence(t, err, briefings.ErrUnavailable)
	}
	// Commands work beside it.
	if got := startHelper(t, "ask", path, nil).all(); !strings.HasSuffix(got, "written") {
		t.Errorf("a command beside the bot says %q", got)
	}
	// The lock ends with the process, however it ends.
	bot.kill()
	open(t, path, store.Options{Exclusive: true})
}

func TestOpen_ManyBotsOnPostgres(t *testing.T) {
	dsn := storetest.Postgres(t)
	seed(t, dsn)
	bot := startHelper(t, "bot", dsn, nil)
	if got := bot.line(); got != "running" {
		t.Fatal(got)
	}
	open(t, dsn, store.Options{Exclusive: true})
}

func TestOpen_TogetherOnANewStore(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		errs := make(chan error, 6)
		for range cap(errs) {
			go func() {
				s, err := store.Open(context.Background(), dsn, store.Options{})
				if err == nil {
					err = s.Close()
				}
				errs <- err
			}()
		}
		for range cap(errs) {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestOpen_MigrationNeedsTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "book.db")
	seed(t, path)
	bot := startHelper(t, "bot", path, nil)
	if got := bot.line(); got != "running" {
		t.Fatal(got)
	}
	execSQL(t, raw(t, path), "UPDATE meta SET value = '0' WHERE name = 'words'") // as if another version had folded them
	_, err := store.Open(context.Background(), path, store.Options{})
	wantSentence(t, err, briefings.ErrUnavailable)
	bot.kill()
	open(t, path, store.Options{})
}

func TestOpen_NewerSchemaIsLeftUntouched(t *testing.T) {
	for name, change := range map[string]string{
		"newer":             "INSERT INTO briefbot_migrations (number, name, checksum) VALUES (99, 'future', 'x')",
		"another migration": "UPDATE briefbot_migrations SET checksum = 'x' WHERE number = 1",
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, dsn string) {
				seed(t, dsn)
				db := raw(t, dsn)
				execSQL(t, db, change)
				execSQL(t, db, "UPDATE meta SET value = '0'") // even where there would be something to do
				dump := func() string {
					var n int
					var meta string
					if err := db.QueryRow("SELECT (SELECT COUNT(*) FROM revisions), (SELECT MIN(value) FROM meta)").Scan(&n, &meta); err != nil {
						t.Fatal(err)
					}
					return fmt.Sprint(n, meta)
				}
				before := dump()
				for _, exclusive := range []bool{false, true} {
					_, err := store.Open(context.Background(), dsn, store.Options{Exclusive: exclusive})
					wantSentence(t, err, briefings.ErrUnavailable)
				}
				if after := dump(); after != before {
					t.Errorf("got %s, want %s", after, before)
				}
			})
		})
	}
}

// A book that was made before there was an audit goes on with an empty one.
func TestOpen_MigratesABookOfBeforeTheAudit(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		seed(t, dsn)
		db := raw(t, dsn)
		back := []string{
			"DROP TABLE ledgers", "DROP TABLE schedules", "DROP TABLE runs", "DROP TABLE parts", "DROP TABLE deliveries", "DROP TABLE attempts",
			"DROP TABLE places", "DROP TABLE watches", "DROP TABLE pins", "DROP TABLE settings", "DROP TABLE leases", "DROP INDEX postings_message",
			"DROP TABLE audit", "DROP TABLE grants", "DROP TABLE persons", "DROP INDEX revisions_actor",
			"ALTER TABLE books DROP COLUMN audit", "ALTER TABLE books DROP COLUMN audit_chain", "DELETE FROM briefbot_migrations WHERE number >= 4",
		}
		if store.IsPostgres(dsn) {
			back = append(back, "DROP FUNCTION audit_append_only", "DROP FUNCTION attempts_append_only")
		}
		for _, query := range back {
			execSQL(t, db, query)
		}
		_ = db.Close()
		s := open(t, dsn, store.Options{})
		m, err := s.Marks(ctx, "talks")
		if want := (briefings.Marks{Seq: 2}); err != nil || m != want {
			t.Errorf("got %+v, %v; want %+v", m, err, want)
		}
		apply(t, s, briefings.Edit{Base: 1, Put: person("witkoff", "Stephen Witkoff")})
		rows, err := s.Audit(ctx, "talks", briefings.AuditQuery{Refs: []briefings.Ref{person("witkoff", "").Ref()}})
		if err != nil || len(rows) != 1 || rows[0].Number != 1 || rows[0].FirstSeq != 3 {
			t.Errorf("got %+v, %v", rows, err)
		}
		if n, err := s.Verify(ctx, "talks"); n != 3 || err != nil {
			t.Errorf("verified %d, %v", n, err)
		}
	})
}

func TestOpen_MakesDerivedTablesAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		seed(t, dsn)
		s, err := store.Open(ctx, dsn, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		apply(t, s, briefings.Edit{Base: 1, Put: person("witkoff", "Stephen Witkoff")})
		if err := s.RecordMiss(ctx, "talks", "lavrov", noon); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		db := raw(t, dsn)
		execSQL(t, db, "INSERT INTO misses (book, query, fold_version, count, first_at, last_at) VALUES ('talks', 'LAVROV', 0, 2, 0, 0)")
		execSQL(t, db, "DELETE FROM texts")
		execSQL(t, db, "UPDATE meta SET value = '0'")
		_ = db.Close()
		s = open(t, dsn, store.Options{})
		hits, err := s.Search(ctx, "talks", briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: []string{"witkoff"}}}, Limit: 5})
		if err != nil || len(hits) != 1 {
			t.Errorf("found %v, %v", hits, err)
		}
		hits, err = s.Search(ctx, "talks", briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: []string{"steve"}}}, Limit: 5})
		if err != nil || len(hits) != 0 {
			t.Errorf("found a text that no longer stands: %v, %v", hits, err)
		}
		misses, err := s.Misses(ctx, "talks", 5)
		if err != nil || len(misses) != 1 || misses[0].Count != 3 || misses[0].Query != "lavrov" {
			t.Errorf("misses are %+v, %v", misses, err)
		}
	})
}

func TestSQLite_ReadersDoNotWaitAndWritersDo(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "book.db")
	seed(t, path)
	s := open(t, path, store.Options{Exclusive: true})
	db := raw(t, path)
	var mode string
	if err := db.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Fatalf("journal_mode is %q, %v", mode, err)
	}
	tx, err := db.BeginTx(ctx, nil) // another process writes
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("UPDATE books SET created_at = 0"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(ctx, "talks", time.Time{}); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.RecordMiss(ctx, "talks", "x", noon) }()
	select {
	case err := <-done:
		t.Fatalf("the write did not wait: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := s.RecordMiss(short, "talks", "y", noon); err == nil {
		t.Error("a write whose context has ended was done")
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
