package names

import "strings"

// The neutral key of a word is its folded form with the differences between
// romanisations taken away: Lawrow, Lavrov and Lavroff have one, and so have
// Uschakow and Ushakov. Capitals stand for sounds: S for sh, C for ch, Z for
// zh, and c for ts and the soft c.

// digraphs are spellings of one sound, the longer ones first.
var digraphs = []struct{ from, to string }{
	{"shch", "SC"}, {"schtsch", "SC"}, {"dzh", "Z"}, {"tsch", "C"}, {"tch", "C"}, {"sch", "S"},
	{"sh", "S"}, {"sz", "S"}, {"ch", "C"}, {"cz", "C"}, {"zh", "Z"}, {"dj", "Z"},
	{"tsz", "Z"}, {"ts", "c"}, {"tz", "c"}, {"kh", "h"}, {"gh", "g"}, {"ph", "f"}, {"ck", "k"},
	{"wh", "v"}, {"ou", "u"},
}

// appendNeutral appends the neutral key of a folded word to dst.
func appendNeutral(dst []byte, word string) []byte {
	start := len(dst)
	for i := 0; i < len(word); {
		out, n := neutralSound(word, i)
		hard := i > 0 && word[i-1] == 'j' // Prigojin: the j and the i are two sounds
		for j := range len(out) {
			if c := out[j]; hard || len(dst) == start || dst[len(dst)-1] != c || isDigit(c) || c >= 0x80 {
				dst = append(dst, c)
			}
		}
		i += n
	}
	return dst
}

// neutralSound returns the sound that word has at i and its length there.
func neutralSound(word string, i int) (string, int) {
	c := word[i]
	if c >= 'c' && c <= 'z' { // no digraph begins otherwise
		for _, d := range digraphs {
			if d.from[0] == c && strings.HasPrefix(word[i:], d.from) {
				return d.to, len(d.from)
			}
		}
	}
	next := byte(0)
	if i+1 < len(word) {
		next = word[i+1]
	}
	switch c {
	case 'j', 'y':
		return "i", 1
	case 'q':
		return "k", 1
	case 'x':
		if i > 0 {
			return "ks", 1
		}
	case 'c':
		if next == 'e' || next == 'i' || next == 'y' {
			return "c", 1
		}
		return "k", 1
	case 'o':
		if (next == 'v' || next == 'w') && i+2 < len(word) && isConsonant(word[i+2]) {
			return "u", 2 // Tikhanovskaya, Tsikhanouskaya
		}
	case 'w':
		return "v", 1
	}
	return word[i : i+1], 1
}

// skeleton appends the consonants of a neutral key to dst, those that scripts
// mix up made one. Words of scripts that write no vowels are found by it.
func appendSkeleton(dst []byte, neutral string) []byte {
	start := len(dst)
	for i := range len(neutral) {
		c := skeletonClass[neutral[i]]
		if c != 0 && (len(dst) == start || dst[len(dst)-1] != c) {
			dst = append(dst, c)
		}
	}
	return dst
}

// skeletonClass has what a sound is in a skeleton; 0 is nothing.
var skeletonClass = func() (class [256]byte) {
	for _, same := range []string{"bpfv", "kgx", "szSZCc", "td", "m", "n", "lr"} {
		for i := range len(same) {
			class[same[i]] = same[0]
		}
	}
	return class
}()

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isConsonant reports whether c is one after which a v may stand for a u.
func isConsonant(c byte) bool {
	return c >= 'a' && c <= 'z' && !isVowel(c) && c != 'y' && c != 'v' && c != 'w'
}

func isVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}
