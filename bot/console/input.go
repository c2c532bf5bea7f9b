package console

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/muesli/cancelreader"
)

// input is a reader whose wait ends with a context.
type input struct {
	io.Reader
	close func()
}

// errLeft is what an input returns once its context has ended.
var errLeft = errors.New("the session has ended")

// openInput returns an input over r. It must be closed after the last Read has
// returned; r itself stays open.
func openInput(ctx context.Context, r io.Reader) *input {
	f, isFile := r.(*os.File)
	var cancel func()
	if isFile {
		if cr, err := cancelreader.NewReader(f); err == nil {
			return watched(ctx, cr, func() { cr.Cancel() }, func() { _ = cr.Close() })
		}
		// A regular file, or one such as /dev/null: its Read never waits.
		cancel = func() {}
	} else if c, ok := r.(io.Closer); ok {
		cancel = func() { _ = c.Close() }
	} else {
		cancel = func() {}
	}
	return watched(ctx, r, cancel, func() {})
}

// watched returns an input that calls cancel when ctx ends, unless it has been
// closed before.
func watched(ctx context.Context, r io.Reader, cancel, closed func()) *input {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		cancel()
	})
	read := readerFunc(func(p []byte) (int, error) {
		if ctx.Err() != nil {
			return 0, errLeft
		}
		n, err := r.Read(p)
		if err != nil && ctx.Err() != nil {
			return n, errLeft
		}
		return n, err
	})
	return &input{read, func() {
		if !stop() {
			<-done
		}
		closed()
	}}
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// maxLine is the length from which on a line is no question, in bytes.
const maxLine = 64 << 10

// errTooLong is returned for a line of more than maxLine bytes.
var errTooLong = errors.New("the line is too long")

// lines reads text line by line.
type lines struct{ r *bufio.Reader }

// next returns the next line without its end and without white space around
// it; what is no UTF-8 is replaced. It returns errTooLong for a line that is,
// having read to its end, and io.EOF after the last line, which needs no end.
func (l lines) next() (string, error) {
	var line []byte
	long := false
	for {
		part, err := l.r.ReadSlice('\n')
		if len(line)+len(part) > maxLine+len("\r\n") {
			long, line = true, nil
		}
		if !long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return "", fmt.Errorf("read a line: %w", err)
		case long:
			return "", errTooLong
		case err != nil && len(line) == 0:
			return "", io.EOF
		}
		line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\uFEFF"))) // a byte order mark
		if len(line) > maxLine {
			return "", errTooLong
		}
		return strings.ToValidUTF8(string(line), "\uFFFD"), nil
	}
}
