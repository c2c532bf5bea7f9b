package names

import (
	"strings"
)

// roles finds items by the words of what describes them. A role is taken apart
// into terms: its words without the small ones, in the singular, with the
// spellings, abbreviations and demonyms of the tables made one: "adviser to
// the Russian president" is adviser, russia, president.
type roles struct {
	vocabulary *table
	// items has, for each term, the items described by it, the heaviest first.
	items     []uint32
	itemStart []uint32
	// text has each item's roles, term by term, with the flags below.
	text      []uint32
	textStart []uint32
}

// What is known of a term of a role, above termBits.
const (
	inPrimary  = 1 << (termBits + iota) // it is of the item's first role
	isMain                              // it says what someone is: adviser
	isModifier                          // it makes that another thing: former
	startsHere                          // it begins a clause
)

// roleTerm is a term with the words from and to which it takes in.
type roleTerm struct {
	text     string
	from, to int
}

func buildRoles(items []Item) roles {
	r := roles{vocabulary: newTable(64), textStart: make([]uint32, 1, len(items)+1)}
	for _, it := range items {
		for i, role := range it.Roles {
			for clause := range clauses(role) {
				r.addClause(clause, i == 0)
			}
		}
		r.textStart = append(r.textStart, uint32(len(r.text)))
	}
	r.itemStart, r.items = invert(len(r.vocabulary.texts), func(yield func(id, item uint32)) {
		for item := range items {
			for _, e := range r.text[r.textStart[item]:r.textStart[item+1]] {
				yield(e&termMask, uint32(item))
			}
		}
	})
	return r
}

// addClause adds the terms of a clause. The last term before the first
// preposition is the main one: the envoy in "special envoy to Ukraine".
func (r *roles) addClause(clause string, primary bool) {
	words := strings.Fields(Fold(withoutPossessives(clause)))
	terms := roleTerms(words)
	start, main := len(r.text), -1
	for i, t := range terms {
		id, _ := r.vocabulary.add(t.text)
		if id > termMask {
			return
		}
		e := uint32(id)
		if i == 0 {
			e |= startsHere
		}
		if primary {
			e |= inPrimary
		}
		if wordKinds[words[t.from]]&modifierWord != 0 {
			e |= isModifier
		}
		r.text = append(r.text, e)
		if !prepositionBefore(words, terms, i) {
			main = start + i
		}
	}
	if main >= 0 {
		r.text[main] |= isMain
	}
}

// prepositionBefore reports whether a preposition stands before the i-th term,
// outside all terms.
func prepositionBefore(words []string, terms []roleTerm, i int) bool {
	at := 0
	for _, t := range terms[:i+1] {
		for ; at < t.from; at++ {
			if wordKinds[words[at]]&prepositionWord != 0 {
				return true
			}
		}
		at = max(at, t.to)
	}
	return false
}

// clauses yields the parts of a role that stand for themselves.
func clauses(role string) func(yield func(string) bool) {
	return strings.FieldsFuncSeq(strings.ReplaceAll(role, " and ", ";"), func(r rune) bool {
		return strings.ContainsRune(",;()/:|–—", r)
	})
}

// roleTerms takes folded words apart into terms, phrases first.
func roleTerms(words []string) []roleTerm {
	var terms []roleTerm
	for i := 0; i < len(words); {
		n := min(maxPhraseWords, len(words)-i)
		for ; n > 0; n-- {
			if stands, ok := phraseTerms(words[i : i+n]); ok {
				for _, text := range stands {
					terms = append(terms, roleTerm{text, i, i + n})
				}
				break
			}
		}
		if n == 0 {
			n = 1
			if wordKinds[words[i]]&stopWord == 0 || len(words) == 1 {
				terms = append(terms, roleTerm{singular(words[i]), i, i + 1})
			}
		}
		i += n
	}
	return terms
}

// phraseTerms returns the terms that stand for words, which may be a plural.
func phraseTerms(words []string) ([]string, bool) {
	terms, ok := rolePhrases[strings.Join(words, " ")]
	last := len(words) - 1
	if plain := singular(words[last]); !ok && plain != words[last] {
		terms, ok = rolePhrases[strings.Join(append(words[:last:last], plain), " ")]
	}
	return terms, ok
}

// singular returns an English word without the ending of the plural.
func singular(w string) string {
	n := len(w)
	switch {
	case n < 4 || w[n-1] != 's' || !isASCII(w):
		return w
	case strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y"
	}
	if _, known := rolePhrases[w]; known || wordKinds[w]&countryWord != 0 {
		return w
	}
	return w[:n-1]
}

// withoutPossessives returns text with the 's of possessives, and the
// apostrophes after a plural, taken away.
func withoutPossessives(text string) string {
	if !strings.ContainsAny(text, "'’`´ʼ‘′＇") {
		return text
	}
	runes := []rune(text)
	kept := runes[:0]
	for i := 0; i < len(runes); i++ {
		if isQuote(runes[i]) && i > 0 && !endsWord(runes, i-1) {
			if i+1 < len(runes) && (runes[i+1] == 's' || runes[i+1] == 'S') && endsWord(runes, i+2) {
				i++
				continue
			}
		}
		kept = append(kept, runes[i])
	}
	return string(kept)
}

func isQuote(r rune) bool { return r == '\'' || r == '`' || isApostrophe(r) }

// endsWord reports whether no letter is at i.
func endsWord(runes []rune, i int) bool {
	return i >= len(runes) || Fold(string(runes[i])) == ""
}
