package names

import (
	"cmp"
	"slices"
	"strings"
)

const (
	// priorShare is how much of a rank is weight: as much as a similarity of
	// 0.06 for the heaviest item.
	priorShare = 0.06
	// hopeless is the similarity below which a near miss is not worth showing.
	hopeless = 0.55
	// answerAt is the similarity from which a match may be answered at once.
	answerAt = 0.80
	// clearLead is how far, in similarity and hundredths of weight together,
	// the first match must be ahead of the second.
	clearLead = 0.10
	// clearSimilarity is how far it must be ahead whatever the weights.
	clearSimilarity = 0.12
	// Of two near matches that are not as alike, the weight counts for little
	// more than spellingWeight.
	sameSpelling   = 0.01
	spellingWeight = 0.06
	// partly is the most that a match is worth of which a word was not found.
	partly = 0.78
)

// ranked is a match on its way out.
type ranked struct {
	Match
	score float64
	order uint32
}

// compare orders matches: by score, then the heavier, then the older first.
func (a ranked) compare(b ranked) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.order, b.order))
}

// Winner returns the first match if it is clear enough to be the answer: an
// exact name, or a similarity of at least 0.80, and in either case ahead of
// the second match by kind, similarity or weight. Among those found by a
// description weight does not count. Otherwise the first few are to be offered.
func Winner(ms []Match) (Match, bool) {
	if len(ms) == 0 || ms[0].Similarity < answerAt {
		return Match{}, false
	}
	first := ms[0]
	if len(ms) == 1 || first.How <= Alias && ms[1].How > first.How {
		return first, true
	}
	const rounding = 1e-9
	lead := first.Similarity - ms[1].Similarity
	weight := float64(first.Weight-ms[1].Weight) / 100
	switch {
	case first.How == Role:
		weight = 0 // there are many presidents
	case first.How == Near && lead > sameSpelling:
		// It may be one of two words; it is not one word that two have.
		weight = min(weight, spellingWeight+weight/20)
	}
	if lead+weight < clearLead-rounding && lead < clearSimilarity-rounding {
		return Match{}, false
	}
	return first, true
}

// Lookup finds the items that query may mean, at most limit, the best first:
// by whole names, by the words and beginnings of names, by description, and by
// other spellings. What is not alike enough to be worth showing is left out.
// accept, unless nil, says which items may be returned.
func (x *Index) Lookup(query string, limit int, accept func(Key) bool) []Match {
	if limit <= 0 || len(x.segments) == 0 {
		return nil
	}
	l := newLookup(x, accept)
	defer l.close()
	plain := withoutPossessives(query)
	folded := Fold(plain)
	l.exact(Fold(query))
	l.exact(folded)
	base := newQuery(folded, false)
	l.exact(base.folded)
	l.search(base)
	if l.best() < 0.9 {
		for _, other := range l.otherReadings(folded, base) {
			l.exact(other.folded)
			l.search(other)
		}
	}
	return l.matches(limit)
}

// lookup is the state of one Lookup.
type lookup struct {
	*Index
	accept  func(Key) bool
	scratch []*scratch
	found   map[Key]ranked // the best match of each
}

func newLookup(x *Index, accept func(Key) bool) *lookup {
	l := &lookup{Index: x, accept: accept, found: map[Key]ranked{}}
	for _, s := range x.segments {
		sc, _ := s.scratch.Get().(*scratch)
		if sc == nil {
			sc = newScratch(s)
		}
		l.scratch = append(l.scratch, sc)
	}
	return l
}

func (l *lookup) close() {
	for i, s := range l.segments {
		s.scratch.Put(l.scratch[i])
	}
}

// put notes a match if it is better than what is known of its item.
func (l *lookup) put(m ranked) {
	m.score = m.Similarity + priorShare*float64(m.Weight)/100
	if m.How <= Alias {
		m.score += float64(10 - m.How) // whole names before all else
	}
	if old, ok := l.found[m.Key]; !ok || m.score > old.score {
		l.found[m.Key] = m
	}
}

// best returns the best similarity so far.
func (l *lookup) best() float64 {
	best := 0.0
	for _, m := range l.found {
		best = max(best, m.Similarity)
	}
	return best
}

// exact notes the items that a folded text is a whole name of.
func (l *lookup) exact(folded string) {
	for key := range l.Index.exact([]byte(folded)).All() {
		if l.accept != nil && !l.accept(key) {
			continue
		}
		i, item, ok := l.find(key)
		if !ok {
			continue
		}
		s := l.segments[i]
		it := &s.items[item]
		m := ranked{Match: Match{Key: key, How: Alias, Similarity: 1, Weight: it.Weight}, order: s.order[item]}
		for n := s.nameStart[item]; n < s.nameStart[item+1]; n++ {
			if s.name(n) == folded {
				m.Name = it.Names[n-s.nameStart[item]]
				if s.primary(n) {
					m.How = Exact
				}
				break
			}
		}
		l.put(m)
	}
}

// matches returns what was found, best first.
func (l *lookup) matches(limit int) []Match {
	all := make([]ranked, 0, len(l.found))
	for _, m := range l.found {
		if m.Similarity >= hopeless {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, ranked.compare)
	all = all[:min(len(all), limit)]
	matches := make([]Match, len(all))
	for i, m := range all {
		matches[i] = m.Match
	}
	return matches
}

// otherReadings returns other ways to read a query: its words joined or taken
// apart so that they are words of names, and in Latin letters.
func (l *lookup) otherReadings(folded string, base *query) []*query {
	var readings []*query
	add := func(text string, foreign bool) {
		if text != "" && text != base.folded && len(readings) < 3 {
			readings = append(readings, newQuery(text, foreign))
		}
	}
	if isASCII(folded) {
		add(l.respaced(base.folded), false)
		return readings
	}
	latin := latinQuery(folded)
	add(latin, true)
	if again := l.respaced(latin); again != latin {
		add(again, true)
	}
	return readings
}

// respaced returns folded with its words joined or parted where that makes
// words of names of them.
func (l *lookup) respaced(folded string) string {
	words := strings.Fields(folded)
	if len(words) > maxQueryWords {
		return folded
	}
	var out []string
	for i := 0; i < len(words); i++ {
		if i+1 < len(words) && l.known(words[i]+words[i+1]) {
			out = append(out, words[i]+words[i+1])
			i++
			continue
		}
		if w := words[i]; !l.known(w) {
			if parts := l.parted(w, 3); parts != nil {
				out = append(out, parts...)
				continue
			}
		}
		out = append(out, words[i])
	}
	return strings.Join(out, " ")
}

// parted returns w as up to n words that one item has in its names, or nil.
// before are those already parted from it.
func (l *lookup) parted(w string, n int, before ...string) []string {
	before = slices.Clip(before)
	if len(before) > 0 && l.known(w) {
		if parts := append(before, w); l.together(parts) {
			return parts
		}
	}
	if n < 2 || len(w) > maxWord {
		return nil
	}
	for cut := len(w) - 2; cut >= 2; cut-- {
		if l.known(w[:cut]) {
			if parts := l.parted(w[cut:], n-1, append(before, w[:cut])...); parts != nil {
				return parts
			}
		}
	}
	return nil
}

// together reports whether an item has all the words in its names.
func (l *lookup) together(words []string) bool {
	for _, s := range l.segments {
		var lists [][]uint32
		for _, w := range words {
			if id, ok := s.terms.findString(w); ok {
				lists = append(lists, s.terms.having(uint32(id)))
			}
		}
		if len(lists) < len(words) {
			continue
		}
		slices.SortFunc(lists, func(a, b []uint32) int { return len(a) - len(b) })
		for _, item := range lists[0] {
			if !slices.ContainsFunc(lists[1:], func(list []uint32) bool {
				_, ok := slices.BinarySearch(list, item)
				return !ok
			}) {
				return true
			}
		}
	}
	return false
}

// known reports whether a word is in a name.
func (l *lookup) known(w string) bool {
	for _, s := range l.segments {
		if _, ok := s.terms.findString(w); ok {
			return true
		}
	}
	return false
}
