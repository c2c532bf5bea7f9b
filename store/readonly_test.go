//go:build unix

package store_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is a user who may write to nothing of ours.
const nobody = 65534

// TestOpen_FileThatMayOnlyBeRead opens as a user who may read a file, but not
// write to it or to its folder.
func TestOpen_FileThatMayOnlyBeRead(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can be another user")
	}
	dir, err := os.MkdirTemp("/tmp", "briefbot-readonly-") // the folder above t.TempDir is closed to others
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // left in /tmp at worst
	binary := filepath.Join(dir, "helper")
	copyFile(t, os.Args[0], binary, 0o755)
	path := filepath.Join(dir, "book.db")
	seed(t, path)
	for name, mode := range map[string]os.FileMode{dir: 0o755, path: 0o644} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	ask := func() string {
		return startHelper(t, "ask", path, func(cmd *exec.Cmd) {
			cmd.Path = binary
			cmd.Dir = "/"
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}).all()
	}
	want := "loaded Talks\nfound 1\nerror: " + path + " can be read but not changed by this user. Nothing was changed."
	if got := ask(); got != want {
		t.Errorf("alone: got %q, want %q", got, want)
	}
	bot := startHelper(t, "bot", path, nil)
	if got := bot.line(); got != "running" {
		t.Fatal(got)
	}
	if got := ask(); got != want {
		t.Errorf("beside a bot: got %q, want %q", got, want)
	}
	bot.kill()
	if got := ask(); got != want {
		t.Errorf("after the bot was killed: got %q, want %q", got, want)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := ask(); !strings.HasPrefix(got, "error: ") {
		t.Errorf("a file that may not be read: got %q", got)
	} else {
		checkSentence(t, got)
	}
}

func copyFile(t *testing.T, from, to string, mode os.FileMode) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}
