package names

import (
	"unicode"
	"unicode/utf8"
)

// FoldVersion is the version of [Fold]'s output. It is stored beside folded
// keys; keys of another version are made anew.
const FoldVersion = 1

// Fold returns the form in which names are compared: lower case, without
// accents, dots and apostrophes, Cyrillic in Latin letters, words apart by one
// space. Letters of other scripts are kept. Folding twice changes nothing, and
// any bytes may be given.
func Fold(s string) string {
	var buf [64]byte
	return string(AppendFold(buf[:0], s))
}

// AppendFold appends Fold(s) to dst. It allocates only to make dst grow.
func AppendFold(dst []byte, s string) []byte {
	f := folder{start: len(dst)}
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			dst = f.rune(dst, r, n, s[i+n:])
			i += n
			continue
		}
		i++
		switch class := asciiClass[c]; class {
		case toSpace:
			f.space()
		case toNothing:
			// An apostrophe: "Sa'ar" is "saar".
		case aDot:
			f.dot(s[i:])
		default:
			dst = append(f.begin(dst), class)
		}
	}
	return dst
}

// What becomes of an ASCII character that is no letter or digit. Those have
// their folded form in asciiClass.
const (
	toSpace byte = iota
	toNothing
	aDot
)

// asciiClass has, for each ASCII character, its folded form or its fate.
var asciiClass = func() (class [utf8.RuneSelf]byte) {
	for c := range class {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			class[c] = byte(c)
		case c >= 'A' && c <= 'Z':
			class[c] = byte(c) + 'a' - 'A'
		case c == '\'', c == '`':
			class[c] = toNothing
		case c == '.':
			class[c] = aDot
		case c < ' ' && c != '\t' && c != '\n' && c != '\v' && c != '\f' && c != '\r', c == 0x7f:
			class[c] = toNothing
		}
	}
	return class
}()

// folder holds the state of one pass over a name. What is made goes by as a
// slice, dst, so that a caller's buffer can stay on its stack.
type folder struct {
	start int  // where this name begins in dst
	gap   bool // a space is due before the next letter
	run   int  // letters since the last space or dot
}

func (f *folder) space() {
	f.gap = true
	f.run = 0
}

// begin is called before a letter is appended: it appends the space due.
func (f *folder) begin(dst []byte) []byte {
	if f.gap {
		if len(dst) > f.start {
			dst = append(dst, ' ')
		}
		f.gap = false
	}
	f.run++
	return dst
}

// dot drops the dot between single letters ("U.S.", "J.D."), and makes any
// other a space ("V.Putin", "St.Petersburg"). rest is what follows the dot.
func (f *folder) dot(rest string) {
	if f.run == 1 && !f.gap && oneLetter(rest) {
		f.run = 0
		return
	}
	f.space()
}

// oneLetter reports whether s begins with a letter that stands alone.
func oneLetter(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(r) {
		return false
	}
	r, _ = utf8.DecodeRuneInString(s[n:])
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// rune folds one character beyond ASCII. It came in n bytes, and rest follows.
func (f *folder) rune(dst []byte, r rune, n int, rest string) []byte {
	if r == utf8.RuneError && n <= 1 {
		f.space()
		return dst
	}
	if r = unicode.ToLower(r); r >= 'а' && r <= 'я' {
		return f.cyrillic(dst, r, rest) // no need to look further
	}
	switch {
	case isApostrophe(r), isMark(r), isInvisible(r):
		return dst
	case r >= 0x400 && r < 0x530:
		return f.cyrillic(dst, r, rest)
	case r < utf8.RuneSelf:
		return append(f.begin(dst), byte(r)) // the Kelvin sign is a k
	}
	if to := latin(r); to != "" {
		return append(f.begin(dst), to...)
	}
	switch {
	case unicode.IsDigit(r):
		return append(f.begin(dst), '0'+digit(r))
	case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsNumber(r):
		return utf8.AppendRune(f.begin(dst), otherScript(r))
	}
	f.space()
	return dst
}

// digit returns the value of a decimal digit of any script. Digits lie in
// runs of ten from zero, and no run touches the digits before it except in
// the mathematical block, whose runs are ten long too.
func digit(r rune) byte {
	const mathematical = 0x1d7ce
	if r >= mathematical && r <= 0x1d7ff {
		return byte((r - mathematical) % 10)
	}
	var v byte
	for v < 9 && unicode.IsDigit(r-1) {
		r--
		v++
	}
	return v
}

func isApostrophe(r rune) bool {
	switch r {
	case '´', '‘', '’', '‚', '‛', '′', 'ʹ', 'ʻ', 'ʼ', 'ʽ', 'ʾ', 'ʿ', 'ˈ', 'ꞌ', '＇', '׳', '״':
		return true
	}
	return false
}

// isMark reports whether r is an accent or a vowel point that names are
// compared without. The vowel signs of Indic scripts and Thai are no accents.
func isMark(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r <= 0x36f, r >= 0x483 && r <= 0x489, // Latin, Greek, Cyrillic
		r >= 0x591 && r <= 0x5bd, r == 0x5bf, r == 0x5c1, r == 0x5c2, r == 0x5c4, r == 0x5c5, r == 0x5c7, // Hebrew
		r >= 0x610 && r <= 0x61a, r >= 0x64b && r <= 0x65f, r == 0x670, r >= 0x6d6 && r <= 0x6dc, r >= 0x6df && r <= 0x6e4, r == 0x640, // Arabic
		r >= 0x1ab0 && r <= 0x1aff, r >= 0x1dc0 && r <= 0x1dff, r >= 0x20d0 && r <= 0x20ff,
		r >= 0x3099 && r <= 0x309c, r >= 0xfe20 && r <= 0xfe2f:
		return true
	}
	return false
}

// isInvisible reports whether nothing is seen of r: controls of direction,
// joiners, variation selectors, fillers.
func isInvisible(r rune) bool {
	switch {
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff, r >= 0x180b && r <= 0x180f:
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x17b4, r == 0x17b5:
		return true
	case r >= 0x80 && r < 0xa0:
		return r != 0x85
	}
	return unicode.Is(unicode.Cf, r)
}
