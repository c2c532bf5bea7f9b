package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// Some rules are about other processes. The test binary plays them: with
// helperEnv set it does what helpers says, on the store in dsnEnv, instead of
// running tests.
const (
	helperEnv = "BRIEFBOT_STORE_HELPER"
	dsnEnv    = "BRIEFBOT_STORE_DSN"
	deedEnv   = "BRIEFBOT_STORE_DEED"
	crashEnv  = "BRIEFBOT_STORE_CRASH"
)

var helpers = map[string]func(dsn string) error{
	// bot holds the store as a bot does until it is killed.
	"bot": func(dsn string) error {
		if _, err := store.Open(context.Background(), dsn, store.Options{Exclusive: true}); err != nil {
			return err
		}
		fmt.Println("running")
		_, err := io.Copy(io.Discard, os.Stdin)
		return err
	},
	// ask opens the store beside a bot, reads and writes.
	"ask": func(dsn string) error {
		ctx := context.Background()
		s, err := store.Open(ctx, dsn, store.Options{})
		if err != nil {
			return err
		}
		c, err := s.Load(ctx, "talks", time.Time{})
		if err != nil {
			return err
		}
		fmt.Println("loaded", c.Book.Name)
		hits, err := s.Search(ctx, "talks", briefings.TextQuery{Terms: []briefings.SearchTerm{{Words: []string{"witkoff"}}}, Limit: 1})
		if err != nil {
			return err
		}
		fmt.Println("found", len(hits))
		if err := s.RecordMiss(ctx, "talks", "from another process", noon); err != nil {
			return errors.Join(err, s.Close())
		}
		fmt.Println("written")
		return s.Close()
	},
	// deed does one of crashDeeds or crashSteps, and dies by a trigger on the way; see crasher.
	"deed": func(dsn string) error {
		at, err := strconv.Atoi(os.Getenv(crashEnv))
		if err != nil {
			return err
		}
		dieInSQLite(at)
		s, err := store.Open(context.Background(), dsn, store.Options{Exclusive: true})
		if err != nil {
			return err
		}
		do := crashDeeds[os.Getenv(deedEnv)]
		if do == nil {
			do = crashSteps[os.Getenv(deedEnv)]
		}
		if err := do(context.Background(), s); err != nil {
			return errors.Join(err, s.Close())
		}
		fmt.Println("done")
		return s.Close()
	},
	// writer applies changes of two edits each, and says so, until it is killed.
	"writer": func(dsn string) error {
		ctx := context.Background()
		s, err := store.Open(ctx, dsn, store.Options{Exclusive: true})
		if err != nil {
			return err
		}
		for i := 0; ; i++ {
			name := writtenName(os.Getpid(), i)
			revs, err := s.Apply(ctx, "talks", twoPeople(name))
			if err != nil {
				return err
			}
			fmt.Printf("applied %d %s\n", revs[1].Seq, name)
		}
	},
}

// writtenName names the ith change of a writer.
func writtenName(pid, i int) string { return fmt.Sprintf("p%d-%d", pid, i) }

// twoPeople is the change of that name: two edits, for an event of its own.
func twoPeople(name string) briefings.Change {
	return briefings.Change{Actor: someone, Action: "write", Why: name, At: noon, Event: name, Edits: []briefings.Edit{
		{Put: person(briefings.EntryID("a-"+name), name)}, {Put: person(briefings.EntryID("b-"+name), name)},
	}}
}

func runHelper(name string) {
	if err := helpers[name](os.Getenv(dsnEnv)); err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

// helper is another process.
type helper struct {
	t   *testing.T
	cmd *exec.Cmd
	out *bufio.Scanner
	in  io.Closer
}

// startHelper starts the helper; prepare may change its command.
func startHelper(t *testing.T, name, dsn string, prepare func(*exec.Cmd)) *helper {
	t.Helper()
	h := &helper{t: t, cmd: exec.Command(os.Args[0])}
	h.cmd.Env = append(os.Environ(), helperEnv+"="+name, dsnEnv+"="+dsn)
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if h.in, err = h.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	h.cmd.Stderr = os.Stderr
	h.out = bufio.NewScanner(out)
	if prepare != nil {
		prepare(h.cmd)
	}
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.kill)
	return h
}

// line returns the next line that the helper says, or the empty string.
func (h *helper) line() string {
	h.out.Scan()
	return h.out.Text()
}

// all returns what the helper says until its end.
func (h *helper) all() string {
	var lines []string
	for h.out.Scan() {
		lines = append(lines, h.out.Text())
	}
	_ = h.cmd.Wait() // what it said is what counts
	return strings.Join(lines, "\n")
}

// kill ends the helper as a power cut would.
func (h *helper) kill() {
	_ = h.cmd.Process.Kill() // it may have ended
	for h.out.Scan() {
		continue
	}
	_ = h.cmd.Wait()
}
