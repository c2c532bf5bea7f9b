package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/briefbot/briefbot/bot"
)

// maxMeasure is the longest line that is read with ease, in cells; a wider
// terminal stays empty on the right.
const maxMeasure = 100

// defaultWidth is that of a terminal which does not say.
const defaultWidth = 80

// session is one person at a terminal.
type session struct {
	ctx     context.Context
	console *Console
	core    bot.Core
	out     *os.File
	term    *term.Terminal
	// keyboard is what the terminal reads from.
	keyboard *keyboard
	tabs     completion
}

// interactive serves a person at a terminal.
func (c *Console) interactive(ctx context.Context, core bot.Core, in, out *os.File) (err error) {
	ctx, leave := context.WithCancel(ctx)
	source := openInput(ctx, in)
	defer source.close()
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		leave()
		return fmt.Errorf("set up the terminal: %w", err)
	}
	defer func() {
		if e := term.Restore(int(in.Fd()), before); e != nil && err == nil {
			err = fmt.Errorf("restore the terminal: %w", e)
		}
		if errors.Is(err, syscall.EIO) { // what a terminal that was closed says
			err = nil
		}
	}()
	keyboard := listen(ctx, source, leave)
	defer keyboard.wait()
	defer leave()

	s := &session{ctx: ctx, console: c, core: core, out: out, keyboard: keyboard}
	s.tabs = completion{choose: s.choices, list: s.listChoices}
	s.term = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{keyboard, out}, c.opts.Prompt)
	s.term.History = &history{}
	s.term.AutoCompleteCallback = s.key
	s.term.SetBracketedPasteMode(true)
	defer s.term.SetBracketedPasteMode(false)
	defer c.posts(s.post)()
	return s.talk()
}

// talk answers line after line, until the person leaves.
func (s *session) talk() error {
	style := s.style()
	p := page{style: style}
	for _, line := range s.console.opts.Greeting {
		p.block(words(plain, line))
	}
	if _, err := s.term.Write(append(p.out.Bytes(), '\n')); err != nil {
		return fmt.Errorf("write the greeting: %w", err)
	}
	for {
		s.resize()
		line, err := s.term.ReadLine()
		switch {
		case errors.Is(err, term.ErrPasteIndicator): // a line like any other
		case errors.Is(err, io.EOF), errors.Is(err, errLeft):
			_, _ = io.WriteString(s.out, "\r\n") // the prompt stays behind
			return nil
		case err != nil:
			return fmt.Errorf("read a line: %w", err)
		}
		line = strings.TrimSpace(line)
		var answer []byte
		switch {
		case line == "":
			continue
		case quits(line):
			return nil
		case len(line) > maxLine:
			answer = []byte(tooLong + "\n")
		default:
			answer, err = s.answer(line)
			if errors.Is(err, io.EOF) || errors.Is(err, errLeft) {
				_, _ = io.WriteString(s.out, "\r\n")
				return nil
			}
			if err != nil {
				return err
			}
		}
		if s.ctx.Err() != nil {
			return nil
		}
		if _, err := s.term.Write(append(answer, '\n')); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
	}
}

// post shows what is posted, above the line that is being typed.
func (s *session) post(card *bot.Card) error {
	text, err := posting(card, s.style())
	if err == nil {
		_, err = s.term.Write(append(text, '\n')) // it draws the prompt anew
	}
	return err
}

// answer returns what the person gets to see for a line, once they have filled in the
// forms that it opens.
func (s *session) answer(line string) ([]byte, error) {
	reply := s.core.Handle(s.ctx, s.console.request(line, screenLines))
	for reply.Form != nil && s.ctx.Err() == nil {
		values, ok, err := s.fill(reply.Form)
		if err != nil {
			return nil, err
		}
		if !ok {
			return []byte(formLeft + "\n"), nil
		}
		r := s.console.request("", screenLines)
		r.Invocation, r.Via = bot.Filled(reply.Form.Submit, values), "form"
		reply = s.core.Handle(s.ctx, r)
	}
	return shown(reply, s.style()), nil
}

// key is called for each key that the editor has no use for, and for those
// that it would write.
func (s *session) key(line string, pos int, key rune) (string, int, bool) {
	s.resize()
	if key != keyTab {
		return "", 0, false
	}
	line, pos = s.tabs.tab(line, pos)
	return line, pos, true
}

// size returns how many cells the terminal has in a line, and how many lines.
func (s *session) size() (width, height int) {
	width, height, err := term.GetSize(int(s.out.Fd()))
	if err != nil || width <= 0 {
		return defaultWidth, 24
	}
	return width, height
}

// resize tells the editor how wide the terminal is now.
func (s *session) resize() { _ = s.term.SetSize(s.size()) }

// style returns how to set text for the terminal as it is now.
func (s *session) style() Style {
	o := s.console.opts
	width := o.Width
	if width <= 0 {
		width, _ = s.size()
		width = min(width, maxMeasure)
	}
	return Style{Width: width, Color: !o.NoColor, Zone: o.Zone}
}
