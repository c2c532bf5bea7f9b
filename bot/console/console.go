// Package console is the adapter for a terminal, and for pipes.
//
// Between a person's terminal and the core stands a line editor with history
// and completion. Between two pipes there is nothing but text: a line in, an
// answer out. In both, whatever people wrote into the book is data: no control
// character of theirs reaches the terminal.
//
// Input is read through a cancelreader, since nothing else ends the wait of a
// Read on a terminal when the program is told to stop: deadlines do not work
// on the standard input, and closing it does not wake a reader.
package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Platform is the platform of actors at a console.
const Platform briefings.Platform = "console"

// Options says who sits at the console, and how it looks.
type Options struct {
	// In and Out are where lines come from and answers go. Where both are
	// terminals, a person is talking; otherwise they are treated as pipes.
	//
	// Run waits for a Read of In that is under way. It can end it where In is
	// an *os.File; any other In that can be closed is closed once Run's
	// context has ended.
	In  io.Reader
	Out io.Writer

	// Actor, Role and Book are those of all requests. An Actor without a
	// platform is given this one.
	Actor briefings.Actor
	Role  briefings.Role
	Book  briefings.BookID
	// Zone is the zone of the times in requests and answers. Where it is nil,
	// requests leave it to the book, and answers are in UTC.
	Zone *time.Location
	// Now is the clock. It must be set.
	Now func() time.Time

	// Width is the number of cells in a line. 0 stands for the terminal's own,
	// as far as lines can be read with ease, and between pipes for no wrapping.
	Width int
	// NoColor leaves out emphasis on a terminal.
	NoColor bool
	// Prompt stands in front of what is typed; empty stands for "briefbot> ".
	Prompt string
	// Greeting is shown to a person first, a line each; nil stands for two
	// lines that name the book and say how to go on.
	Greeting []string
	// Rest is called between pipes after each answer, and when the input has ended: what it
	// waits for is shown before the next answer. It may be nil.
	Rest func(context.Context)
}

// Console is the adapter. It serves one session, by Run.
type Console struct {
	opts   Options
	posted struct { // what was posted, and where it is shown
		mu     sync.Mutex
		screen func(*bot.Card) error // nil while no session is there
		ids    map[delivery.ID]bool
		open   chan struct{} // closed once a session is there
	}
}

var _ bot.Adapter = (*Console)(nil)

// New returns a console that has not started.
func New(opts Options) *Console {
	if opts.Actor.Platform == "" {
		opts.Actor.Platform = Platform
	}
	if opts.Prompt == "" {
		opts.Prompt = "briefbot> "
	}
	if opts.Greeting == nil {
		opts.Greeting = []string{
			fmt.Sprintf("briefbot: the book %q.", opts.Book),
			"Ask with /who, /status or any name; Tab completes, /help lists all, quit leaves.",
		}
	}
	c := &Console{opts: opts}
	c.posted.open = make(chan struct{})
	return c
}

// Platform returns the platform's name.
func (c *Console) Platform() briefings.Platform { return Platform }

// Run answers line after line until the input or ctx ends, or the person
// leaves, and then returns nil. So it does where nobody reads the answers any
// more (a pipe's other end is closed); any other failure to read or write is
// an error. A terminal is left as it was found, after a panic too.
func (c *Console) Run(ctx context.Context, core bot.Core) error {
	var err error
	in, inOK := terminal(c.opts.In)
	out, outOK := terminal(c.opts.Out)
	if inOK && outOK {
		err = c.interactive(ctx, core, in, out)
	} else {
		err = c.piped(ctx, core)
	}
	switch {
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return nil
	case err != nil:
		return fmt.Errorf("console: %w", err)
	default:
		return nil
	}
}

// terminal returns v as a file if it is a terminal.
func terminal(v any) (f *os.File, ok bool) {
	f, ok = v.(*os.File)
	return f, ok && f != nil && term.IsTerminal(int(f.Fd()))
}

// sentences of the console's own, for what never reaches the core.
const (
	tooLong  = "That line is too long to be a question. Ask in fewer words."
	noAnswer = "There is no answer to that. Try /help."
)

// How many lines of a list are shown at once: between pipes nobody turns
// pages, and on a screen one can scroll back a little.
const (
	pipedLines  = 100
	screenLines = 20
)

// request returns the request that a line stands for.
func (c *Console) request(line string, lines int) bot.Request {
	return bot.Request{
		Actor: c.opts.Actor, Role: c.opts.Role, Book: c.opts.Book,
		Via: string(Platform), Channel: terminalChannel, Text: line, Zone: c.opts.Zone, Now: c.opts.Now(), Lines: lines,
	}
}

// shown is a reply as the person gets to see it. It never is empty.
func shown(reply bot.Reply, style Style) []byte {
	if reply.Form != nil {
		return []byte(formClosed + "\n")
	}
	card := reply.Card
	if card == nil {
		card = &bot.Card{}
	}
	var b bytes.Buffer
	_ = Render(&b, card, style) // a buffer takes everything
	if b.Len() == 0 {
		return []byte(noAnswer + "\n")
	}
	return b.Bytes()
}

// quits reports whether a line is the wish to leave.
func quits(line string) bool {
	switch strings.ToLower(strings.TrimPrefix(line, "/")) {
	case "quit", "exit", "q", ":q", "bye":
		return true
	default:
		return false
	}
}
