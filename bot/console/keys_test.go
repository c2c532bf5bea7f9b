package console

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
)

// FuzzKeys: whatever a terminal sends, and in whatever pieces, the editor gets
// text, keys, and sequences that it can find the end of.
func FuzzKeys(f *testing.F) {
	f.Add([]byte("/who \xd0\x97\t\x1b[A\x1bOA\r"), uint8(3))
	f.Add([]byte("\x1b[200~a\tb\x1b[31m\x03\x9b\xc2\x9b\n\x1b[201~\x03after"), uint8(1))
	f.Add([]byte("\x1b[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1\x1b\x1b[[A\xff"), uint8(7))
	f.Fuzz(func(t *testing.T, b []byte, size uint8) {
		var once keys
		want, interrupted := once.filter(b)
		var got []byte
		pieces := keys{}
		stopped := false
		for rest := b; len(rest) > 0 && !stopped; {
			n := min(int(size)+1, len(rest))
			var out []byte
			out, stopped = pieces.filter(rest[:n])
			got = append(got, out...)
			rest = rest[n:]
			if len(pieces.held) > maxSequence+3 {
				t.Fatalf("%d bytes are held back: %q", len(pieces.held), pieces.held)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || interrupted != stopped {
			t.Fatalf("in pieces (-whole +pieces), %v %v:\n%s", interrupted, stopped, diff)
		}
		if !utf8.Valid(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for rest := got; len(rest) > 0; {
			if rest[0] == keyEscape {
				n, known := sequence(rest)
				if n == 0 || !known {
					t.Fatalf("%q is nothing that the editor knows", rest)
				}
				rest = rest[n:]
				continue
			}
			r, n := utf8.DecodeRune(rest)
			if r > keyDelete && briefings.Unprintable(r) {
				t.Fatalf("%U in %q", r, got)
			}
			rest = rest[n:]
		}
	})
}

func TestKeys_CtrlCIsHeardUnlessItIsPasted(t *testing.T) {
	var k keys
	out, interrupted := k.filter([]byte("\x1b[200~a\x03b\x1b[201~c\x03d"))
	if want := []byte("\x1b[200~ab\x1b[201~c"); !bytes.Equal(out, want) || !interrupted {
		t.Errorf("got %q, %v, want %q, true", out, interrupted, want)
	}
}
