package console_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings"
)

func TestPipes_Conform(t *testing.T) {
	bottest.Run(t, func(t *testing.T, core bot.Core) bottest.Session { return openPipes(t, core) })
}

// patience is how long a person waits for an answer.
const patience = 10 * time.Second

// options are those of a reader of a book, at a time that does not move.
func options() console.Options {
	return console.Options{
		Actor: briefings.Actor{User: "reader"}, Role: briefings.Reader, Book: "book",
		Now: func() time.Time { return time.Date(2025, 12, 3, 8, 0, 0, 0, time.UTC) },
	}
}

// corpus is a core that knows the cards.
func corpus() *bottest.Core { return bottest.NewCore(bottest.Corpus()...) }

// running is a console whose Run is under way.
type running struct {
	stop context.CancelFunc
	done chan error
}

func start(c *console.Console, core bot.Core) running {
	ctx, stop := context.WithCancel(context.Background())
	r := running{stop, make(chan error, 1)}
	go func() {
		defer func() {
			if p := recover(); p != nil {
				r.done <- fmt.Errorf("panic: %v", p)
			}
		}()
		r.done <- c.Run(ctx, core)
	}()
	return r
}

// end returns how Run ended, or an error if it does not.
func (r running) end() error {
	defer r.stop()
	select {
	case err := <-r.done:
		return err
	case <-time.After(patience):
		return errors.New("Run does not end")
	}
}

// pipes is a session over two pipes. An answer is over when that to a second
// question has begun.
type pipes struct {
	in, out *os.File
	theirs  []*os.File
	running running
	asked   int
	actions map[string]string // the commands of the last answer, by label
}

func openPipes(t *testing.T, core bot.Core) *pipes {
	t.Helper()
	inR, inW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	outR, outW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	o := options()
	o.In, o.Out = inR, outW
	return &pipes{in: inW, out: outR, theirs: []*os.File{inR, outW}, running: start(console.New(o), core)}
}

func (p *pipes) Type(line string) (bottest.Seen, error) {
	seen, err := p.Burst([]string{line})
	if err != nil {
		return bottest.Seen{}, err
	}
	return seen[0], nil
}

func (p *pipes) Burst(lines []string) ([]bottest.Seen, error) {
	var script strings.Builder
	for i, line := range lines {
		fmt.Fprintf(&script, "%s\n/echo that-was-%d.\n", line, p.asked+i)
	}
	if _, err := p.in.WriteString(script.String()); err != nil {
		return nil, err
	}
	if err := p.out.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	var all []bottest.Seen
	var got []byte
	for b := make([]byte, 1<<16); len(all) < len(lines); {
		end := fmt.Appendf(nil, "\n\nEcho\n\nthat-was-%d.\n", p.asked)
		if text, rest, ok := bytes.Cut(got, end); ok {
			p.asked++
			all = append(all, p.see(string(text)))
			got = bytes.TrimPrefix(rest, []byte("\n"))
			continue
		}
		n, err := p.out.Read(b)
		if err != nil {
			return all, fmt.Errorf("after %q: %w", got, err)
		}
		got = append(got, b[:n]...)
	}
	return all, nil
}

func (p *pipes) see(text string) bottest.Seen {
	labels, commands := next(text)
	p.actions = commands
	return bottest.Seen{Text: text, Private: true, Actions: labels}
}

func (p *pipes) Press(label string) (bottest.Seen, error) { return p.Type(p.actions[label]) }

func (p *pipes) Close() error {
	err := p.in.Close()
	err = errors.Join(err, p.running.end())
	for _, f := range append(p.theirs, p.out) {
		err = errors.Join(err, f.Close())
	}
	return err
}

var (
	actionLine  = regexp.MustCompile(`^  (\S.*?)  +(/\S.*)$`)
	labelLine   = regexp.MustCompile(`^  (\S.*)$`)
	commandLine = regexp.MustCompile(`^   +(\S.*)$`)
)

// next returns what an answer proposes to go on with.
func next(answer string) (labels []string, commands map[string]string) {
	commands = map[string]string{}
	i := strings.LastIndex(answer, "\nNext\n")
	if i < 0 {
		return nil, commands
	}
	for line := range strings.Lines(answer[i+len("\nNext\n"):]) {
		line = strings.TrimRight(line, "\r\n")
		if m := actionLine.FindStringSubmatch(line); m != nil {
			labels = append(labels, m[1])
			commands[m[1]] = m[2]
		} else if m := labelLine.FindStringSubmatch(line); m != nil {
			labels = append(labels, m[1])
		} else if m := commandLine.FindStringSubmatch(line); m != nil && len(labels) > 0 {
			last := labels[len(labels)-1]
			commands[last] = strings.TrimSpace(commands[last] + " " + m[1])
		}
	}
	return labels, commands
}
