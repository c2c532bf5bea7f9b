package console_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/console"
)

func TestTerminal_Conforms(t *testing.T) {
	bottest.Run(t, func(t *testing.T, core bot.Core) bottest.Session { return openPTY(t, core, 80, options()) })
}

const prompt = "briefbot> "

// pty is a session at a pseudo-terminal.
type pty struct {
	t       *testing.T
	master  *os.File // what the person types and sees
	slave   *os.File // what the console has
	before  unix.Termios
	console *console.Console
	running running
	seen    []byte // all that has come since the session began
	actions map[string]string
	opened  string // the line of the last form
}

// openPTY starts a console at a terminal with so many columns, and waits for
// its prompt.
func openPTY(t *testing.T, core bot.Core, columns int, o console.Options) *pty {
	t.Helper()
	p := &pty{t: t}
	var err error
	if p.master, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Skipf("there are no pseudo-terminals here: %v", err)
	}
	var number int
	p.control(p.master, func(fd int) error {
		var err error
		if number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN); err != nil {
			return err
		}
		return unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	})
	if p.slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	p.resize(columns)
	p.before = p.termios()
	o.In, o.Out = p.slave, p.slave
	p.console = console.New(o)
	p.running = start(p.console, core)
	if _, err := p.until(func(string) bool { return p.prompted(0) }); err != nil {
		t.Fatalf("there is no prompt: %v", err)
	}
	return p
}

// control calls f with the descriptor of a file, which Fd would make blocking.
func (p *pty) control(file *os.File, f func(fd int) error) {
	p.t.Helper()
	raw, err := file.SyscallConn()
	if err != nil {
		p.t.Fatal(err)
	}
	if e := raw.Control(func(fd uintptr) { err = f(int(fd)) }); e != nil || err != nil {
		p.t.Fatal(errors.Join(e, err))
	}
}

func (p *pty) resize(columns int) {
	p.t.Helper()
	p.control(p.master, func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(columns), Row: 24})
	})
}

// termios returns how the terminal is set.
func (p *pty) termios() (now unix.Termios) {
	p.t.Helper()
	p.control(p.master, func(fd int) error {
		settings, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		if err == nil {
			now = *settings
		}
		return err
	})
	return now
}

// send presses keys.
func (p *pty) send(keys string) {
	p.t.Helper()
	if _, err := p.master.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// until reads until ok of all that was seen since the call, and returns that.
func (p *pty) until(ok func(news string) bool) (string, error) {
	from := len(p.seen)
	b := make([]byte, 1<<16)
	for {
		if ok(string(p.seen[from:])) {
			return string(p.seen[from:]), nil
		}
		if err := p.master.SetReadDeadline(time.Now().Add(patience)); err != nil {
			return "", err
		}
		n, err := p.master.Read(b)
		if err != nil {
			return "", fmt.Errorf("after %q: %w", p.seen[from:], err)
		}
		p.seen = append(p.seen, b[:n]...)
	}
}

// shows waits until the screen is as wanted, and returns it.
func (p *pty) shows(columns int, ok func(lines []string) bool) []string {
	p.t.Helper()
	var lines []string
	_, err := p.until(func(string) bool {
		lines = screen(p.seen, columns)
		return ok(lines)
	})
	if err != nil {
		p.t.Fatalf("the screen never came to be as it should:\n%s\n%v", strings.Join(lines, "\n"), err)
	}
	return lines
}

// prompted reports whether a prompt is what came last, past a byte.
func (p *pty) prompted(from int) bool {
	return strings.HasSuffix("\n"+strings.TrimPrefix(string(p.seen[from:]), "\x1b[?2004h"), "\n"+prompt)
}

var style = regexp.MustCompile("\x1b\\[[0-9;]*m")

func (p *pty) Type(line string) (bottest.Seen, error) {
	from := len(p.seen)
	if _, err := p.master.WriteString(line + "\r"); err != nil {
		return bottest.Seen{}, err
	}
	text, err := p.until(func(string) bool { return p.prompted(from) })
	if err != nil {
		return bottest.Seen{}, err
	}
	_, text, _ = strings.Cut(text, "\r\n") // the echo
	text = strings.ReplaceAll(style.ReplaceAllString(strings.TrimSuffix(text, prompt), ""), "\r\n", "\n")
	labels, commands := next(text)
	p.actions = commands
	return bottest.Seen{Text: text, Private: true, Actions: labels}, nil
}

func (p *pty) Press(label string) (bottest.Seen, error) { return p.Type(p.actions[label]) }

// Complete presses Tab twice and Enter: the first completes what all choices
// have in common, the second lists them.
func (p *pty) Complete(line string) ([]string, error) {
	from := len(p.seen)
	if _, err := p.master.WriteString(line + "\t\t\r"); err != nil {
		return nil, err
	}
	text, err := p.until(func(string) bool { return p.prompted(from) })
	if err != nil {
		return nil, err
	}
	lines := screen([]byte(prompt+text), 80)
	var choices []string
	for _, choice := range lines[1:] {
		if strings.HasPrefix(choice, prompt+"/") {
			return choices, nil
		}
		choices = append(choices, strings.TrimSpace(choice))
	}
	if got := strings.TrimPrefix(lines[0], prompt); got != line {
		return strings.Fields(got)[1:], nil
	}
	return nil, nil
}

func (p *pty) Close() error {
	if _, err := p.master.WriteString("\x15\x04"); err != nil {
		return err
	}
	err := p.running.end()
	if now := p.termios(); now != p.before {
		err = errors.Join(err, fmt.Errorf("the terminal is not as it was: %+v, was %+v", now, p.before))
	}
	return errors.Join(err, p.master.Close(), p.slave.Close())
}
