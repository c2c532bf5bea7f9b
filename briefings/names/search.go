package names

import "slices"

// scratch is the working memory of a lookup in a segment.
type scratch struct {
	termSeen []uint32 // the last word that each term came up for
	wordNo   uint32

	points  []float32 // by item, what the words found are worth
	itemFor []uint32  // by item, the last word that gave points
	touched []uint32  // the items with points
	itemNo  uint32
}

func newScratch(s *segment) *scratch {
	return &scratch{
		termSeen: make([]uint32, s.terms.len()),
		points:   make([]float32, len(s.items)),
		itemFor:  make([]uint32, len(s.items)),
	}
}

// newWord begins a word's search for terms.
func (sc *scratch) newWord() {
	sc.wordNo++
	if sc.wordNo == 0 { // once in four thousand million words
		clear(sc.termSeen)
		sc.wordNo = 1
	}
}

func (sc *scratch) firstTime(term uint32) bool {
	if sc.termSeen[term] == sc.wordNo {
		return false
	}
	sc.termSeen[term] = sc.wordNo
	return true
}

// give notes that the word at hand is worth points to an item. The first time
// a word comes to an item counts, which is its best.
func (sc *scratch) give(item uint32, points float32) {
	if sc.itemFor[item] == sc.itemNo {
		return
	}
	sc.itemFor[item] = sc.itemNo
	if sc.points[item] == 0 {
		sc.touched = append(sc.touched, item)
	}
	sc.points[item] += points
}

func (sc *scratch) nextItemWord() {
	sc.itemNo++
	if sc.itemNo == 0 {
		clear(sc.itemFor)
		sc.itemNo = 1
	}
}

func (sc *scratch) forget() {
	for _, item := range sc.touched {
		sc.points[item] = 0
	}
	sc.touched = sc.touched[:0]
}

const (
	// maxScored is how many items of a segment are looked at closely.
	maxScored = 64
	// maxPostings is how many items a word is followed to in a segment.
	maxPostings = 40_000
)

// search looks for q in all segments and notes what it finds.
func (l *lookup) search(q *query) {
	if len(q.words) == 0 {
		return
	}
	q.find(l.Index, l.scratch)
	for i := range l.segments {
		l.searchSegment(q, i)
	}
}

func (l *lookup) searchSegment(q *query, at int) {
	s, sc := l.segments[at], l.scratch[at]
	defer sc.forget()
	for i := range q.words {
		w := &q.words[i]
		sc.nextItemWord()
		left := maxPostings
		for _, c := range w.found[at] {
			items := s.terms.having(c.term)
			for _, item := range items[:min(left, len(items))] {
				sc.give(item, w.rarity*worth(c.similarity))
			}
			if left -= len(items); left <= 0 {
				break
			}
		}
		for _, t := range q.terms {
			if id := t.ids[at]; id >= 0 && t.words&(1<<i) != 0 {
				items := s.roles.items[s.roles.itemStart[id]:s.roles.itemStart[id+1]]
				for _, item := range items[:min(maxPostings, len(items))] {
					sc.give(item, w.rarity*roleWorth)
				}
			}
		}
	}
	dead := l.dead[at]
	acceptable := func(item uint32) bool {
		return !dead.has(item) && (l.accept == nil || l.accept(s.items[item].Key))
	}
	done := map[uint32]bool{}
	score := func(item uint32) {
		if !done[item] {
			done[item] = true
			if m, ok := l.score(q, at, item); ok {
				l.put(m)
			}
		}
	}
	for _, item := range l.leading(q, at, acceptable) {
		score(item)
	}
	// Names that go on from what was typed.
	follow := func(prefix string, most int) {
		s.completion.each(s, prefix, func(item, _ uint32) bool {
			if acceptable(item) {
				score(item)
				most--
			}
			return most > 0
		})
	}
	if last := q.words[len(q.words)-1].text; len(last) > 1 {
		follow(q.folded, 12)
		if len(q.words) > 1 {
			follow(last, 12)
		}
	}
}

// leading returns the items with the most points, weight counted in.
func (l *lookup) leading(q *query, at int, acceptable func(uint32) bool) []uint32 {
	s, sc := l.segments[at], l.scratch[at]
	total := float32(0)
	for i := range q.words {
		total += q.words[i].rarity
	}
	type scored struct {
		item  uint32
		score float32
	}
	best := make([]scored, 0, 2*maxScored)
	cut := func() {
		slices.SortFunc(best, func(a, b scored) int {
			if a.score != b.score {
				if a.score > b.score {
					return -1
				}
				return 1
			}
			return int(a.item) - int(b.item)
		})
		best = best[:min(maxScored, len(best))]
	}
	floor := float32(0)
	for _, item := range sc.touched {
		score := sc.points[item]/total + priorShare*float32(s.items[item].Weight)/100
		if score < floor || !acceptable(item) {
			continue
		}
		best = append(best, scored{item, score})
		if len(best) == cap(best) {
			cut()
			floor = best[len(best)-1].score
		}
	}
	cut()
	items := make([]uint32, len(best))
	for i, b := range best {
		items[i] = b.item
	}
	return items
}
