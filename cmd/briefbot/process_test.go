package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// process is a briefbot that is running, with pipes to talk to it.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines chan string
	errs  *strings.Builder
}

// start starts a chat in a folder.
func start(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command("briefbot", args...), lines: make(chan string, 1000), errs: new(strings.Builder)}
	p.cmd.Dir, p.cmd.Env, p.cmd.Stderr = dir, environ(), p.errs
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { // ends with the process's output
		defer close(p.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		p.cmd.Wait()
	})
	return p
}

// says waits for a line that holds the words.
func (p *process) says(words string) {
	p.t.Helper()
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-p.lines:
			if !ok {
				p.t.Fatalf("the chat ended before it said %q; stderr: %s", words, p.errs)
			}
			if strings.Contains(line, words) {
				return
			}
		case <-timeout:
			p.t.Fatalf("the chat did not say %q", words)
		}
	}
}

func (p *process) enter(line string) {
	p.t.Helper()
	if _, err := fmt.Fprintln(p.stdin, line); err != nil {
		p.t.Fatal(err)
	}
}

// briefbot runs a command in a folder and returns what it printed.
func briefbot(t *testing.T, dir string, args ...string) (output string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "briefbot", args...)
	cmd.Dir, cmd.Env = dir, environ()
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState.ExitCode() < 0 {
		t.Fatalf("briefbot %s: %v\n%s", args, err, out)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func TestSecondBot_OnTheSameFileIsRefusedWithASentence(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	first.enter("/who Witkoff")
	first.says("Steve Witkoff")

	out, code := briefbot(t, dir)
	if code != exitFailed || !strings.Contains(out, "briefbot.db") || strings.Count(strings.TrimSpace(out), "\n") > 1 {
		t.Errorf("a second bot: exit %d, %q; want %d and a sentence that names the file", code, out, exitFailed)
	}

	// The first goes on, and when it has ended another may start.
	first.enter("/who Trump")
	first.says("Donald Trump")
	first.enter("quit")
	if err := first.cmd.Wait(); err != nil {
		t.Errorf("quit: %v; stderr: %s", err, first.errs)
	}
	third := start(t, dir)
	third.enter("/who Witkoff")
	third.says("Steve Witkoff")
}

func TestBesideARunningBot_AskExportBackupAndImportWork(t *testing.T) {
	dir := t.TempDir()
	chat := start(t, dir)
	chat.enter("/who Witkoff")
	chat.says("Steve Witkoff")

	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"ask", "/who Witkoff"}, "Steve Witkoff"},
		{[]string{"export", "book.toml"}, "Wrote"},
		{[]string{"backup", "copy.db"}, "Backed up"},
		{[]string{"--db", "copy.db", "ask", "/who Witkoff"}, "Steve Witkoff"},
	} {
		out, code := briefbot(t, dir, tt.args...)
		if code != exitOK || !strings.Contains(out, tt.want) {
			t.Errorf("briefbot %v: exit %d, %q; want %q", tt.args, code, out, tt.want)
		}
	}

	// What another process imports, the running bot shows without a restart.
	extra := "[[person]]\nname = \"Ada Byrne\"\nrole = \"Harbour master\"\n"
	if err := os.WriteFile(filepath.Join(dir, "extra.toml"), []byte(extra), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, code := briefbot(t, dir, "import", "extra.toml"); code != exitOK {
		t.Fatalf("import: exit %d, %s", code, out)
	}
	deadline := time.Now().Add(patience)
	for {
		chat.enter("/help")
		chat.says("/help") // one answer at a time
		chat.enter("/who Ada Byrne")
		line := ""
		for !strings.Contains(line, "Ada Byrne") {
			select {
			case line = <-chat.lines:
			case <-time.After(patience):
				t.Fatal("no answer")
			}
		}
		if strings.TrimSpace(line) == "Ada Byrne" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the running bot does not show what was imported")
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func TestSignals_EndTheChatInGoodOrder(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		chat := start(t, t.TempDir())
		chat.enter("/who Witkoff")
		chat.says("Steve Witkoff")
		if err := chat.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := chat.cmd.Wait(); err != nil {
			t.Errorf("%v: %v; stderr: %s", signal, err, chat.errs)
		}
	}
}

// TestKill_LosesNoAcknowledgedImport kills imports at moments spread over their
// whole length. What an import has acknowledged is there afterwards, and of
// what it has not, there is all or nothing.
func TestKill_LosesNoAcknowledgedImport(t *testing.T) {
	const imports, people = 24, 200
	dir := t.TempDir()
	if out, code := briefbot(t, dir, "ask", "/about"); code != exitOK {
		t.Fatalf("exit %d: %s", code, out)
	}
	began := time.Now()
	writePeople(t, dir, "whole", people)
	if out, code := briefbot(t, dir, "import", "whole.toml"); code != exitOK {
		t.Fatalf("import: exit %d: %s", code, out)
	}
	length := time.Since(began)
	acked := map[string]bool{"whole": true}
	killed := 0
	for i := range imports {
		name := fmt.Sprintf("kill%02d", i)
		writePeople(t, dir, name, people)
		cmd := exec.Command("briefbot", "import", name+".toml")
		cmd.Dir, cmd.Env = dir, environ()
		out := new(strings.Builder)
		cmd.Stdout = out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(length*time.Duration(i+1)/imports, func() { cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		if err != nil {
			killed++
		}
		acked[name] = strings.Contains(out.String(), "changed in the book")
	}
	if killed == 0 {
		t.Errorf("none of %d imports was killed", imports)
	}
	t.Logf("%d of %d imports were killed", killed, imports)
	if out, code := briefbot(t, dir, "export", "after.toml"); code != exitOK {
		t.Fatalf("export: exit %d: %s", code, out)
	}
	after, err := os.ReadFile(filepath.Join(dir, "after.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, ok := range acked {
		switch got := strings.Count(string(after), "slug = \""+name+"-"); {
		case got != 0 && got != people:
			t.Errorf("%s: %d of %d people are there", name, got, people)
		case ok && got == 0:
			t.Errorf("%s: it was acknowledged, and is lost", name)
		}
	}
}

func writePeople(t *testing.T, dir, name string, n int) {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "[[person]]\nslug = \"%s-%d\"\nname = \"%s number %d\"\nrole = \"Witness\"\n\n", name, i, name, i)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".toml"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
