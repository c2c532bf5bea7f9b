package console_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot/console"
)

// run runs a console over text to its end.
func run(t *testing.T, in io.Reader) string {
	t.Helper()
	var out bytes.Buffer
	o := options()
	o.In, o.Out = in, &out
	if err := start(console.New(o), corpus()).end(); err != nil {
		t.Fatalf("Run returned %v", err)
	}
	return out.String()
}

const a, b = "Echo\n\na\n", "Echo\n\nb\n"

func TestPipes_EachLineHasAnAnswer(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"nothing":                      {"", ""},
		"parted by an empty line":      {"/echo a\n/echo b\n", a + "\n" + b},
		"no end of the last line":      {"/echo a\n/echo b", a + "\n" + b},
		"lines end as on Windows":      {"\uFEFF/echo a\r\n\r\n/echo b\r\n", a + "\n" + b},
		"empty lines and comments":     {"\n  \n# a comment\n/echo a\n#\n\n", a},
		"space around":                 {"  /echo a \t\n", a},
		"quit":                         {"/echo a\nquit\n/echo b\n", a},
		"exit, as a command":           {"/echo a\n/Exit\n/echo b\n", a},
		"bytes that are no UTF-8":      {"/echo a\xff\xfeb\n", "Echo\n\na\uFFFDb\n"},
		"what cannot be seen":          {"/echo \x1b[31ma\u202e\x00\n", "Echo\n\n[31ma\n"},
		"a line that is too long":      {"/echo " + strings.Repeat("x", 1<<17) + "\n/echo a\n", "That line is too long to be a question. Ask in fewer words.\n\n" + a},
		"too long, and the last":       {strings.Repeat("x", 1<<17), "That line is too long to be a question. Ask in fewer words.\n"},
		"as long as may be":            {"/card " + strings.Repeat(" ", 1<<16-11) + "small\n", "Small card\n\nAll of it is here.\n"},
		"a byte longer than that":      {"/card " + strings.Repeat(" ", 1<<16-10) + "small\n", "That line is too long to be a question. Ask in fewer words.\n"},
		"one that the core leaves out": {"/nothing\n/echo a\n", "There is no answer to that. Try /help.\n\n" + a},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, run(t, strings.NewReader(c.in))); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPipes_ReadFilesAndDevices(t *testing.T) {
	name := filepath.Join(t.TempDir(), "questions")
	if err := os.WriteFile(name, []byte("/echo a\n/echo b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{name: a + "\n" + b, os.DevNull: ""} {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, run(t, f)); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
		if err := f.Close(); err != nil {
			t.Errorf("the input is not ours to close any more: %v", err)
		}
	}
}

func TestPipes_EndWithTheContext(t *testing.T) {
	file, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	defer end.Close()
	reader, writer := io.Pipe()
	defer writer.Close()
	for name, c := range map[string]struct {
		in io.Reader
		to io.Writer
	}{"a pipe": {file, end}, "a reader that can be closed": {reader, writer}} {
		t.Run(name, func(t *testing.T) {
			o := options()
			o.In, o.Out = c.in, io.Discard
			core := corpus()
			r := start(console.New(o), core)
			if _, err := io.WriteString(c.to, "/slow 60000\n"); err != nil {
				t.Fatal(err)
			}
			for core.Last().Text == "" {
				time.Sleep(time.Millisecond)
			}
			r.stop()
			if err := r.end(); err != nil {
				t.Errorf("while an answer is made, Run returned %v", err)
			}
		})
	}
	t.Run("while it waits", func(t *testing.T) {
		o := options()
		o.In, o.Out = file, io.Discard
		r := start(console.New(o), corpus())
		time.Sleep(20 * time.Millisecond)
		r.stop()
		if err := r.end(); err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
	t.Run("before it begins", func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		o := options()
		o.In, o.Out = file, io.Discard
		if err := console.New(o).Run(ctx, corpus()); err != nil {
			t.Errorf("Run returned %v", err)
		}
	})
}

func TestPipes_WhenNobodyReadsRunEndsWell(t *testing.T) {
	o := options()
	o.In, o.Out = strings.NewReader("/echo a\n/echo b\n"), failing{&os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}}
	if err := console.New(o).Run(t.Context(), corpus()); err != nil {
		t.Errorf("Run returned %v", err)
	}
	full := errors.New("no space left")
	o.In, o.Out = strings.NewReader("/echo a\n"), failing{full}
	if err := console.New(o).Run(t.Context(), corpus()); !errors.Is(err, full) {
		t.Errorf("Run returned %v, want %v", err, full)
	}
}

// failing is a writer that fails.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestPipes_WidthIsHonoured(t *testing.T) {
	var out bytes.Buffer
	o := options()
	o.In, o.Out, o.Width = strings.NewReader("/echo one two three four five\n"), &out, 20
	if err := console.New(o).Run(t.Context(), corpus()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("Echo\n\none two three four\nfive\n", out.String()); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}
