package console

import (
	"context"
	"io"
)

// keyboard reads ahead of the line editor, so that Ctrl-C is heard while an
// answer is being made.
type keyboard struct {
	ctx    context.Context
	chunks chan []byte
	rest   []byte
	err    error // why chunks was closed
}

// listen starts to read from in, until it ends or ctx does. Ctrl-C calls leave,
// which ends ctx. wait must be called after that, and before in is closed.
func listen(ctx context.Context, in io.Reader, leave func()) *keyboard {
	k := &keyboard{ctx: ctx, chunks: make(chan []byte, 256)}
	go func() {
		defer close(k.chunks)
		var keys keys
		b := make([]byte, 4096)
		for {
			n, err := in.Read(b)
			out, interrupted := keys.filter(b[:n])
			if interrupted {
				leave()
			}
			if len(out) > 0 {
				select {
				case k.chunks <- out:
				case <-ctx.Done():
				}
			}
			if err == nil && ctx.Err() != nil {
				err = errLeft
			}
			if err != nil {
				k.err = err
				return
			}
		}
	}()
	return k
}

// Read returns what was typed, in order. It ends as soon as ctx does.
func (k *keyboard) Read(p []byte) (int, error) {
	if len(k.rest) == 0 {
		select {
		case <-k.ctx.Done():
			return 0, errLeft
		case chunk, ok := <-k.chunks:
			if !ok {
				return 0, k.err
			}
			k.rest = chunk
		}
	}
	n := copy(p, k.rest)
	k.rest = k.rest[n:]
	return n, nil
}

// typed puts text before what the person types, as if they had typed it. It must be
// free of control characters, and is called by whoever calls Read.
func (k *keyboard) typed(text string) {
	k.rest = append([]byte(text), k.rest...)
}

// wait returns when nothing reads any more.
func (k *keyboard) wait() {
	for range k.chunks { // until it is closed
	}
}
