package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/briefbot/briefbot/bot"
)

// piped serves input that nobody types, or output that nobody sees as it
// comes: an answer for each line, parted by an empty line, and nothing else.
// Empty lines and those that begin with # are passed over.
func (c *Console) piped(ctx context.Context, core bot.Core) error {
	in := openInput(ctx, c.opts.In)
	defer in.close()
	lines := lines{bufio.NewReader(in)}
	style := Style{Width: c.opts.Width, Zone: c.opts.Zone}
	out := &parted{to: c.opts.Out}
	defer c.posts(func(card *bot.Card) error {
		text, err := posting(card, style)
		if err == nil {
			err = out.write(text)
		}
		return err
	})()
	if c.opts.Rest != nil {
		defer c.opts.Rest(ctx)
	}
	for {
		line, err := lines.next()
		var answer []byte
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, errLeft):
			return nil
		case errors.Is(err, errTooLong):
			answer = []byte(tooLong + "\n")
		case err != nil:
			return err
		case line == "", strings.HasPrefix(line, "#"):
			continue
		case quits(line):
			return nil
		default:
			r := c.request(line, pipedLines)
			if style.Width > 0 {
				r.Lines = screenLines
			}
			r.NoForms = true // nobody is there to fill them in
			answer = shown(core.Handle(ctx, r), style)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err := out.write(answer); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
		if c.opts.Rest != nil {
			c.opts.Rest(ctx)
		}
	}
}

// parted writes texts parted by an empty line.
type parted struct {
	mu  sync.Mutex
	to  io.Writer
	gap string
}

func (p *parted) write(text []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := io.WriteString(p.to, p.gap+string(text))
	p.gap = "\n"
	return err
}
