package names

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/mozillazg/go-unidecode"
)

// maxQueryWords is how many words of a query count.
const maxQueryWords = 10

// query is what was asked, made ready to be looked for.
type query struct {
	folded string // without stop words
	words  []word
	terms  []queryTerm
}

// word is a word of a query that counts.
type word struct {
	text    string
	neutral string
	foreign bool // from a script that may write no vowels
	light   bool // a title or a country before a name: missed, it hardly counts

	rarity float32 // what it weighs against the other words
	having int     // how many items have what it most likely stands for
	found  [][]candidate
}

// candidate is a term that a word may stand for.
type candidate struct {
	term       uint32
	similarity float32
}

// queryTerm is a term of the query read as a role, and the words it takes in.
type queryTerm struct {
	text  string
	words uint16 // one bit a word
	ids   []int  // by segment, its number in the vocabulary, or -1
}

// newQuery reads a folded text. Its stop words are passed over, unless it has
// no others.
func newQuery(folded string, foreign bool) *query {
	fields := splitFigures(strings.Fields(folded))
	q := &query{}
	at := make([]int, len(fields)) // the word that a field is, or -1
	light := lightWords(fields)
	onlyStops := !slices.ContainsFunc(fields, func(w string) bool { return wordKinds[w]&stopWord == 0 })
	for i, w := range fields {
		at[i] = -1
		if wordKinds[w]&stopWord != 0 && !onlyStops || len(q.words) == maxQueryWords {
			continue
		}
		at[i] = len(q.words)
		q.words = append(q.words, word{
			text: w, neutral: string(appendNeutral(nil, w)), foreign: foreign, light: light[i],
		})
	}
	for i := range q.words { // al-Sisi, el-Sisi
		w := &q.words[i]
		w.light = w.light || len(q.words) > 1 && wordKinds[w.text]&articleWord != 0
	}
	var kept []string
	for _, w := range q.words {
		kept = append(kept, w.text)
	}
	q.folded = strings.Join(kept, " ")
	for _, t := range roleTerms(fields) {
		term := queryTerm{text: t.text}
		for i := t.from; i < t.to; i++ {
			if at[i] >= 0 {
				term.words |= 1 << at[i]
			}
		}
		if term.words != 0 {
			q.terms = append(q.terms, term)
		}
	}
	return q
}

// splitFigures parts figures from letters: 28point is 28 point.
func splitFigures(fields []string) []string {
	var out []string
	for _, w := range fields {
		cut := 0
		for i := 1; i < len(w); i++ {
			if isDigit(w[i-1]) && !isDigit(w[i]) && i-cut > 1 && len(w)-i > 2 {
				out = append(out, w[cut:i])
				cut = i
			}
		}
		out = append(out, w[cut:])
	}
	return out
}

// lightWords says which fields hardly count when they are missed: titles, and
// countries before titles, that come right before a name. In "president
// Zelensky" the title is light; in "Putin adviser" and "adviser to Putin" the
// adviser is what is asked for.
func lightWords(fields []string) []bool {
	light := make([]bool, len(fields))
	phrase := make([]bool, len(fields)) // part of a phrase such as "secretary of state"
	for _, t := range roleTerms(fields) {
		for i := t.from; i < t.to && t.to-t.from > 1; i++ {
			phrase[i] = true
		}
	}
	name, title := false, false // what follows
	for i := len(fields) - 1; i >= 0; i-- {
		kind := wordKinds[fields[i]]
		switch {
		case kind&(titleWord|modifierWord) != 0 || phrase[i] && kind&countryWord == 0:
			light[i] = name
			title = true
		case kind&countryWord != 0 && title:
			light[i] = name
		case kind&prepositionWord != 0 && !(kind&stopWord == 0):
			name, title = false, false
		case kind&stopWord == 0:
			name, title = true, false
		}
	}
	return light
}

// latinQuery returns a folded text of another script in Latin letters.
func latinQuery(folded string) string {
	words := strings.Fields(folded)
	for i, w := range words {
		// The Arabic article is written as part of the word.
		if rest := strings.TrimPrefix(w, "ال"); len(rest) > 4 && rest != w {
			words[i] = rest
		}
	}
	return Fold(unidecode.Unidecode(strings.Join(words, " ")))
}

// maxCandidates is how many terms a word is compared with in a segment: those
// of the heaviest items.
const maxCandidates = 3000

// find looks for the words and terms of q in each segment.
func (q *query) find(x *Index, pool []*scratch) {
	for i := range q.words {
		w := &q.words[i]
		w.found = make([][]candidate, len(x.segments))
		for j, s := range x.segments {
			w.found[j] = s.candidates(w, pool[j])
		}
	}
	for i := range q.terms {
		t := &q.terms[i]
		t.ids = make([]int, len(x.segments))
		for j, s := range x.segments {
			t.ids[j] = -1
			if id, ok := s.roles.vocabulary.findString(t.text); ok {
				t.ids[j] = id
			}
		}
	}
	for i := range q.words {
		q.words[i].rarity = q.rarity(x, i)
	}
}

// rarity is what a word weighs: the rarer it is, the more it says.
func (q *query) rarity(x *Index, i int) float32 {
	w := &q.words[i]
	best := float32(0)
	for _, found := range w.found {
		for _, c := range found {
			best = max(best, c.similarity)
		}
	}
	having := 0
	if best >= 0.82 {
		for j, found := range w.found {
			for _, c := range found {
				if c.similarity >= best-0.02 {
					having += len(x.segments[j].terms.having(c.term))
				}
			}
		}
	}
	roles := 0
	for _, t := range q.terms {
		if t.words&(1<<i) == 0 {
			continue
		}
		for j, id := range t.ids {
			if id >= 0 {
				r := &x.segments[j].roles
				roles = max(roles, int(r.itemStart[id+1]-r.itemStart[id]))
			}
		}
	}
	w.having = having
	n := max(float64(having+roles), 0.5)
	r := float32(math.Log(1 + float64(max(x.live, 20))/n))
	if len(w.text) <= 2 && len(q.words) > 1 {
		r *= 0.6
	}
	return r
}

// candidates returns the terms that a word may stand for, the most similar
// first.
func (s *segment) candidates(w *word, sc *scratch) []candidate {
	found := []candidate{}
	sc.newWord()
	add := func(text string, similarity float32) {
		if id, ok := s.terms.findString(text); ok && id <= termMask && sc.firstTime(uint32(id)) {
			found = append(found, candidate{uint32(id), similarity})
		}
	}
	add(w.text, 1)
	for _, other := range nicknames[w.text] {
		add(other, sameNickname)
	}
	if n := len(w.text); n == 2 {
		similarity := float32(0.81) // many a name has the same two letters
		if isDigit(w.text[1]) {
			similarity = 0.93
		}
		add(string(acronymMark)+w.text, similarity)
	} else if n > 2 && n <= maxInitials {
		add(string(acronymMark)+w.text, 0.93)
	}
	compared := 0
	var keyBuf [64]uint64
	keys := appendKeys(keyBuf[:0], w.text, w.neutral)
	for _, key := range keys {
		s.fuzzy.each(key, func(id uint32) {
			if compared >= maxCandidates || !sc.firstTime(id) {
				return
			}
			compared++
			if sim := similarity(w.text, w.neutral, s.terms.texts[id], s.terms.neutral(int(id))); sim > 0 {
				found = append(found, candidate{id, sim})
			}
		})
	}
	if w.foreign {
		// A v may be a vowel's sign, too.
		for _, neutral := range []string{w.neutral, strings.ReplaceAll(w.neutral, "v", "u")} {
			key := skeletonKey(neutral)
			if key == 0 {
				continue
			}
			s.fuzzy.each(key, func(id uint32) {
				if compared < maxCandidates && sc.firstTime(id) {
					compared++
					found = append(found, candidate{id, skeletonSimilarity(neutral, s.terms.neutral(int(id)))})
				}
			})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.similarity, a.similarity), cmp.Compare(a.term, b.term))
	})
	return found
}

// skeletonSimilarity is how alike two words with the same consonants are.
func skeletonSimilarity(a, b string) float32 {
	longest := min(max(len(a), len(b)), maxWord)
	d := distance(a, b, longest*100)
	return 0.93 - 0.3*float32(d)/float32(100*longest)
}
