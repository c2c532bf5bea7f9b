package console

import (
	"bytes"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// Bytes that keys send.
const (
	keyCtrlC  = 0x03
	keyTab    = '\t'
	keyEscape = 0x1b
	keyDelete = 0x7f
)

// maxSequence is longer than what any key sends after Escape.
const maxSequence = 16

// The sequences between which a terminal puts what was pasted.
var (
	pasteBegins = []byte("\x1b[200~")
	pasteEnds   = []byte("\x1b[201~")
)

// keys makes what a terminal sends fit for the line editor, which echoes most
// of what it gets, stops at bytes that are no UTF-8, and never stops at a
// sequence without end.
type keys struct {
	held    []byte // a character or sequence of which the end is still to come
	pasting bool
}

// filter returns what the editor shall see of the next bytes, and whether
// Ctrl-C was among them; nothing that came after it is returned.
func (k *keys) filter(b []byte) (out []byte, interrupted bool) {
	b = append(k.held, b...)
	k.held = nil
	for len(b) > 0 {
		n := 1
		switch {
		case b[0] == keyEscape:
			var known bool
			if n, known = sequence(b); n == 0 {
				k.held = bytes.Clone(b)
				return out, false
			}
			if known {
				out = k.sequence(out, b[:n])
			}
		case b[0] == keyCtrlC && !k.pasting:
			return out, true
		case b[0] == keyTab && k.pasting:
			out = append(out, ' ')
		case b[0] == '\r', b[0] == '\n', b[0] < ' ' && !k.pasting, b[0] == keyDelete && !k.pasting:
			out = append(out, b[0])
		case !utf8.FullRune(b):
			k.held = bytes.Clone(b)
			return out, false
		default:
			var r rune
			r, n = utf8.DecodeRune(b)
			switch {
			case r == utf8.RuneError:
				out = append(out, '?')
			case !briefings.Unprintable(r):
				out = append(out, b[:n]...)
			}
		}
		b = b[n:]
	}
	return out, false
}

// sequence adds what a key sends, and of what was pasted only its end.
func (k *keys) sequence(out, seq []byte) []byte {
	switch {
	case bytes.Equal(seq, pasteEnds):
		k.pasting = false
	case k.pasting:
		return out
	case bytes.Equal(seq, pasteBegins):
		k.pasting = true
	case seq[1] == 'O': // as arrows begin where a program has left them so
		return append(out, keyEscape, '[', seq[2])
	}
	return append(out, seq...)
}

// sequence returns how many bytes of b belong to the Escape that it begins
// with, 0 if some are still to come, and whether they are what a key sends and
// the editor can find the end of: a letter or a tilde.
func sequence(b []byte) (n int, known bool) {
	switch {
	case len(b) == 1:
		return 0, false
	case b[1] == 'O':
		if len(b) < 3 {
			return 0, false
		}
		return 3, isLetter(b[2])
	case b[1] == '[':
		for i, c := range b[2:] {
			switch {
			case c < ' ' || c >= keyDelete || i == maxSequence:
				return i + 2, false
			case c >= '@':
				return i + 3, isLetter(c) || c == '~'
			}
		}
		return 0, false
	case isLetter(b[1]): // with Alt
		return 2, false
	default:
		return 1, false
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
