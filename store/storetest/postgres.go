package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The cluster of this process: a database server is too dear to start for each
// test, so this is the one piece of state that the package keeps.
var (
	startOnce sync.Once
	cluster   *server
	startErr  error
	databases int
	createMu  sync.Mutex
)

// errNoPostgres says that PostgreSQL is not installed.
var errNoPostgres = errors.New("no PostgreSQL: initdb and postgres are neither in PATH nor in /usr/lib/postgresql/*/bin")

// Main runs the tests, then stops and removes the cluster that Postgres may
// have started, and returns the exit code. Where it is not called, or the
// process is killed, the cluster goes away too, but nobody waits for it.
func Main(m *testing.M) int {
	code := m.Run()
	if cluster != nil {
		cluster.stop()
	}
	return code
}

// Postgres returns the address of a new, empty database. The first call starts
// a server on a Unix socket, with a data folder that goes away with the
// process. Where PostgreSQL is not installed the test is skipped; with CI=true
// in the environment it fails.
func Postgres(t testing.TB) string {
	t.Helper()
	startOnce.Do(func() { cluster, startErr = start() })
	switch {
	case errors.Is(startErr, errNoPostgres) && os.Getenv("CI") != "true":
		t.Logf("PostgreSQL is not tested: %v", startErr)
		t.SkipNow()
	case startErr != nil:
		t.Fatalf("start PostgreSQL: %v", startErr)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	createMu.Lock()
	defer createMu.Unlock()
	databases++
	name := fmt.Sprintf("test%d", databases)
	if err := cluster.run(ctx, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		if err := cluster.run(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the database: %v", err)
		}
	})
	return cluster.dsn(name)
}

// server is a running cluster. It lives until its standard input is closed, as
// it is when this process ends, however it ends.
type server struct {
	dir   string
	stdin io.Closer
	cmd   *exec.Cmd
	log   bytes.Buffer
}

// keeper runs the server until standard input ends, then removes the folder.
const keeper = `
"$1/initdb" -D "$2/data" -U briefbot -A trust -E UTF8 --locale=C --no-sync >"$2/initdb.log" 2>&1 || { cat "$2/initdb.log" >&2; rm -rf "$2"; exit 1; }
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
  -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB -c autovacuum=off </dev/null >"$2/log" 2>&1 &
pid=$!
read -r line
kill -INT $pid
wait $pid
rm -rf "$2"
`

func start() (*server, error) {
	bin, err := findPostgres()
	if err != nil {
		return nil, err
	}
	// Not t.TempDir: a socket's path has at most 107 bytes, and another user
	// must be able to reach it.
	dir, err := os.MkdirTemp("/tmp", "briefbot-pg-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	s.cmd = exec.Command("/bin/sh", "-c", keeper, "sh", bin, dir)
	s.cmd.Dir = "/"
	s.cmd.Stderr = &s.log
	if err := runAsOther(s.cmd, dir); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- s.cmd.Wait() }()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		err := s.run(ctx, "SELECT 1")
		if err == nil {
			return s, nil
		}
		select {
		case <-ended:
			return nil, fmt.Errorf("it ended at once: %s", s.log.String())
		case <-ctx.Done():
			_ = s.stdin.Close()
			return nil, fmt.Errorf("it does not answer: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop stops the server and waits until its folder is gone.
func (s *server) stop() {
	_ = s.stdin.Close()
	for range 200 {
		if _, err := os.Stat(s.dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
}

func (s *server) dsn(database string) string {
	return "postgres:///" + database + "?user=briefbot&host=" + url.QueryEscape(s.dir)
}

func (s *server) run(ctx context.Context, query string) error {
	conn, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, query)
	return err
}

// findPostgres returns the folder of the server's programs. The ones that
// Debian installs are preferred: those in PATH may be wrappers.
func findPostgres() (string, error) {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is good
	sort.Sort(sort.Reverse(sort.StringSlice(dirs)))
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append([]string{filepath.Dir(real)}, dirs...)
		}
	}
	for _, dir := range dirs {
		_, err1 := os.Stat(filepath.Join(dir, "initdb"))
		_, err2 := os.Stat(filepath.Join(dir, "postgres"))
		if err1 == nil && err2 == nil {
			return dir, nil
		}
	}
	return "", errNoPostgres
}
