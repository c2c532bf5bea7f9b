package names

import (
	_ "embed" // the tables below
	"strings"
)

//go:embed tables/nicknames.txt
var nicknamesText string

//go:embed tables/words.txt
var wordsText string

//go:embed tables/roles.txt
var rolesText string

//go:embed tables/demonyms.txt
var demonymsText string

// What kind of word a word is. It may be several.
const (
	stopWord    = 1 << iota // passed over in a query
	titleWord               // counts only where it fits
	articleWord             // a small word of names
	suffixWord              // "Jr", "III"
	modifierWord
	prepositionWord
	countryWord
)

// wordKinds has the kinds of the words that are special. It is only read.
var wordKinds = func() map[string]uint8 {
	byName := map[string]uint8{
		"stop": stopWord, "title": titleWord, "article": articleWord, "suffix": suffixWord,
		"modifier": modifierWord, "preposition": prepositionWord,
	}
	kinds := map[string]uint8{}
	for line := range tableLines(wordsText) {
		words := strings.Fields(line)
		for _, w := range words[1:] {
			kinds[w] |= byName[words[0]]
		}
	}
	for line := range tableLines(demonymsText) {
		_, forms, _ := strings.Cut(line, ":")
		for w := range strings.FieldsFuncSeq(line[:len(line)-len(forms)-1]+","+forms, isComma) {
			if w = strings.TrimSpace(w); !strings.Contains(w, " ") {
				kinds[w] |= countryWord
			}
		}
	}
	return kinds
}()

// nicknames has the other forms of a given name. It is only read.
var nicknames = func() map[string][]string {
	m := map[string][]string{}
	for line := range tableLines(nicknamesText) {
		group := strings.Fields(line)
		for _, a := range group {
			for _, b := range group {
				if a != b {
					m[a] = append(m[a], b)
				}
			}
		}
	}
	return m
}()

// maxPhraseWords is how many words the longest key of rolePhrases has.
const maxPhraseWords = 5

// rolePhrases has the terms that stand for a word or words of a role. It is
// only read.
var rolePhrases = func() map[string][]string {
	m := map[string][]string{}
	for _, text := range []string{demonymsText, rolesText} {
		for line := range tableLines(text) {
			terms, forms, _ := strings.Cut(line, ":")
			for form := range strings.FieldsFuncSeq(forms, isComma) {
				m[strings.TrimSpace(form)] = strings.Fields(terms)
			}
		}
	}
	return m
}()

func isComma(r rune) bool { return r == ',' }

// tableLines yields the lines of a table that hold something.
func tableLines(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if line != "" && line[0] != '#' && !yield(line) {
				return
			}
		}
	}
}
