package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// smallDisk returns a folder on a file system of so many bytes. Where this process may
// not make one the test is skipped.
func smallDisk(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", bytes)); err != nil {
		t.Skipf("mount a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// fillDisk fills the disk to the last byte, and returns what empties it again.
func fillDisk(t *testing.T, dir string) (empty func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int64{1 << 20, 4096, 1} {
		for err == nil {
			_, err = io.CopyN(f, zeros{}, size)
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		err = nil
	}
	_ = f.Close() // it is full
	return func() { _ = os.Remove(path) }
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// On a full disk what was posted is written down all the same.
func TestReserve_ResultsAreWrittenOnAFullDisk(t *testing.T) {
	ctx := context.Background()
	dir := smallDisk(t, 48<<20)
	path := filepath.Join(dir, "book.db")
	seed(t, path)
	s, err := store.Open(ctx, path, store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }() // twice is harmless
	if !s.Reserve() {
		t.Fatal("there is no reserve")
	}
	run := benchRun("s", "1")
	for i := range 2000 {
		run.To = append(run.To, delivery.Target{Place: delivery.Place{Platform: "slack", Channel: fmt.Sprint("C", i)}})
	}
	if err := s.Commit(ctx, "talks", delivery.Plan{At: benchTime, Runs: []delivery.NewRun{run}}); err != nil {
		t.Fatal(err)
	}
	empty := fillDisk(t, dir)
	sent := 0
	for sent < 2000 {
		jobs, err := s.Work(ctx, "talks", benchPlatforms, benchTime, 64)
		if err != nil {
			t.Fatal(err)
		}
		moves := make([]delivery.Move, len(jobs))
		for i, j := range jobs {
			moves[i] = delivery.Move{From: j.Delivery, To: delivery.Delivered(j.Delivery, "m"), At: benchTime, Attempt: &delivery.Attempt{Number: 1, Outcome: "sent", Detail: strings.Repeat("x", 200)}}
		}
		if _, err := s.Move(ctx, "talks", moves); err != nil {
			t.Fatalf("after %d: %v", sent, err)
		}
		sent += len(moves)
	}
	if s.Reserve() {
		t.Error("the disk was not full: the test shows nothing")
	}
	// When the reserve is used up, too, it says so, and nothing is half done.
	for n := 0; ; n++ {
		run := benchRun("fill", fmt.Sprint(n), benchChannel)
		run.Parts[0].Body = make([]byte, 1<<20)
		err := s.Commit(ctx, "talks", delivery.Plan{At: benchTime, Runs: []delivery.NewRun{run}})
		if err != nil {
			wantSentence(t, err, briefings.ErrUnavailable)
			break
		}
		if n > 100 {
			t.Fatal("the disk is never full")
		}
	}
	wantSentence(t, s.Refill(), briefings.ErrUnavailable)
	if s.Reserve() {
		t.Error("there is a reserve on a full disk")
	}
	if _, err := s.Verify(ctx, "talks"); err != nil {
		t.Error(err)
	}
	empty()
	if err := s.Refill(); err != nil || !s.Reserve() {
		t.Errorf("refilled: %v, %v", s.Reserve(), err)
	}
	if err := s.Commit(ctx, "talks", delivery.Plan{At: benchTime, Runs: []delivery.NewRun{benchRun("s", "2", benchChannel)}}); err != nil {
		t.Error(err)
	}
	var verdict string
	if err := raw(t, path).QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check says %q, %v", verdict, err)
	}
}

// The reserve holds real blocks, is beside the file of the bot only, and is in no
// backup.
func TestReserve_IsBesideTheFileOfTheBot(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "book.db")
	beside := path + ".reserve"
	seed(t, path) // which is no bot
	if _, err := os.Stat(beside); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
	s := open(t, path, store.Options{Exclusive: true})
	info, err := os.Stat(beside)
	if err != nil {
		t.Fatal(err)
	}
	if blocks := info.Sys().(*syscall.Stat_t).Blocks * 512; info.Size() != 8<<20 || blocks < 8<<20 || info.Mode().Perm() != 0o600 {
		t.Errorf("got %d bytes in %d on disk, %v", info.Size(), blocks, info.Mode())
	}
	if again := open(t, path, store.Options{}); again.Reserve() || again.Refill() != nil {
		t.Error("a command has the reserve of the bot")
	}
	if err := s.Backup(ctx, filepath.Join(dir, "copy.db")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"copy.db.reserve", "book.db.reserve.partial"} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// One that was cut short is made again, and one that is there stays.
	if err := os.Truncate(beside, 100); err != nil {
		t.Fatal(err)
	}
	if s.Reserve() {
		t.Error("100 bytes are a reserve")
	}
	if err := s.Refill(); err != nil || !s.Reserve() {
		t.Errorf("refilled: %v, %v", s.Reserve(), err)
	}
	was, _ := os.Stat(beside)
	if err := s.Refill(); err != nil {
		t.Error(err)
	}
	if is, err := os.Stat(beside); err != nil || !os.SameFile(was, is) {
		t.Errorf("it was made again: %v", err)
	}
}
