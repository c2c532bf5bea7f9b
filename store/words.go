package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/briefbot/briefbot/briefings"
)

// wordsVersion counts the changes to foldWords and to the tables of texts. A
// store whose texts were folded by another version makes them again when it is
// opened.
const wordsVersion = 1

// maxWordRunes cuts a word as briefings.Words does, so that the longest words
// find themselves.
const maxWordRunes = 64

// foldWords returns the words of s as both engines store and look for them:
// in lower case, without accents, with one space between. Folding here, and
// not in the engines, is what makes them find alike. Marks that belong to a
// letter, as in Cyrillic й or in Devanagari, stay.
func foldWords(s string) []string {
	if !isASCII(s) {
		s = foldMarks(s)
	}
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	kept := words[:0]
	for _, w := range words {
		if utf8.RuneCountInString(w) > maxWordRunes {
			w = string([]rune(w)[:maxWordRunes])
		}
		if strings.IndexFunc(w, func(r rune) bool { return !unicode.IsMark(r) }) >= 0 {
			kept = append(kept, w)
		}
	}
	return kept
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldMarks takes the accents off Latin and Greek letters, and spells the
// letters that are no accented ones but are typed as such.
func foldMarks(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	plain := false // the base letter is one that may lose its marks
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case unicode.Is(unicode.Mn, r):
			if !plain {
				b.WriteRune(r)
			}
			continue
		case r == '’' || r == 'ʼ':
			r = '\''
		}
		plain = unicode.In(r, unicode.Latin, unicode.Greek)
		if spelt, ok := speltLetters[r]; ok {
			b.WriteString(spelt)
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

var speltLetters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o",
	'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d", 'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ı': "i",
	'ς': "σ",
}

// term is a search term, folded. It has at least one word.
type term struct {
	words  []string
	prefix bool // the last word may go on
}

// foldTerms folds the terms of a query, and leaves out those without a word.
func foldTerms(terms []briefings.SearchTerm) []term {
	var folded []term
	for _, t := range terms {
		x := term{prefix: t.Prefix}
		for _, w := range t.Words {
			x.words = append(x.words, foldWords(w)...)
		}
		if len(x.words) > 0 {
			folded = append(folded, x)
		}
	}
	return folded
}

// completions returns words that begin with the last word of a prefix term and
// whose stem is shorter than it: "negotiat" begins negotiation, which is kept
// as "negoti", and no prefix of that. Both engines stem what is returned.
func (x term) completions() []string {
	last := x.words[len(x.words)-1]
	if len(last) < 5 || !isASCII(last) {
		return nil
	}
	list := []string{last + "e"}
	for _, suffix := range [...]string{"ation", "ating", "ment", "ness", "ity", "ing"} {
		for i := 1; i < len(suffix); i++ {
			if strings.HasSuffix(last, suffix[:i]) {
				list = append(list, last+suffix[i:])
			}
		}
	}
	return list
}
