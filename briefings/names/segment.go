package names

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/mozillazg/go-unidecode"
)

// segment is an index over items that never change. Its items are numbered by
// weight, the heaviest first, so that any ascending list of them is in the
// order in which they are wanted.
type segment struct {
	items []Item
	order []uint32 // when each item first came: of two as heavy, the first comes first
	byKey []uint32 // the items in the order of their keys

	text      string   // the folded names, item by item, one after another
	nameAt    []uint32 // where each name begins in text, and where the last ends
	nameStart []uint32 // where each item's names begin
	nameItem  []uint32 // whose name it is

	whole wholeNames

	terms         terms
	nameTerms     []uint32 // name by name: the term, and its place in the name above termBits
	nameTermStart []uint32

	fuzzy      fuzzy
	roles      roles
	completion completion

	scratch sync.Pool // of *scratch
}

const (
	termBits   = 24
	termMask   = 1<<termBits - 1
	maxPlaces  = 16   // words of a name that are looked at
	placeOfAll = 0xff // the place of a term that is the initials of the name
)

// entry is an item on its way into a segment.
type entry struct {
	item  Item
	order uint32
}

// newSegment builds a segment of entries, whose keys are distinct. It sorts
// entries in place.
func newSegment(entries []entry) *segment {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.item.Weight, a.item.Weight), cmp.Compare(a.order, b.order))
	})
	n := len(entries)
	s := &segment{
		items: make([]Item, n), order: make([]uint32, n), byKey: make([]uint32, n),
		nameStart: make([]uint32, 1, n+1),
	}
	for i, e := range entries {
		s.items[i], s.order[i], s.byKey[i] = e.item, e.order, uint32(i)
	}
	slices.SortFunc(s.byKey, func(a, b uint32) int { return cmp.Compare(s.items[a].Key, s.items[b].Key) })
	s.foldNames()
	s.buildWhole()
	s.buildTerms()
	s.roles = buildRoles(s.items)
	s.fuzzy = buildFuzzy(&s.terms)
	s.completion = buildCompletion(s)
	return s
}

func (s *segment) foldNames() {
	var text []byte
	names := 0
	for _, it := range s.items {
		names += len(it.Names)
	}
	s.nameAt, s.nameItem = make([]uint32, 1, names+1), make([]uint32, 0, names)
	for i, it := range s.items {
		for _, name := range it.Names {
			text = AppendFold(text, name)
			s.nameAt = append(s.nameAt, uint32(len(text)))
			s.nameItem = append(s.nameItem, uint32(i))
		}
		s.nameStart = append(s.nameStart, uint32(len(s.nameItem)))
	}
	s.text = string(text)
}

// name returns a name, folded.
func (s *segment) name(n uint32) string { return s.text[s.nameAt[n]:s.nameAt[n+1]] }

// names returns how many names there are.
func (s *segment) names() uint32 { return uint32(len(s.nameItem)) }

// primary reports whether a name is its item's first.
func (s *segment) primary(name uint32) bool { return s.nameStart[s.nameItem[name]] == name }

// find returns the item of a key.
func (s *segment) find(key Key) (item uint32, ok bool) {
	i, ok := slices.BinarySearchFunc(s.byKey, key, func(item uint32, key Key) int { return cmp.Compare(s.items[item].Key, key) })
	if !ok {
		return 0, false
	}
	return s.byKey[i], true
}

// buildTerms takes the names apart into words.
func (s *segment) buildTerms() {
	t := &s.terms
	t.table = newTable(2 * len(s.nameItem))
	s.nameTermStart = make([]uint32, 1, len(s.nameItem)+1)
	s.nameTerms = make([]uint32, 0, 3*len(s.nameItem))
	add := func(text string, place uint32) {
		if text == "" {
			return
		}
		if id, _ := t.add(text); id <= termMask {
			s.nameTerms = append(s.nameTerms, uint32(id)|place<<termBits)
		}
	}
	for n, item := range s.nameItem {
		name, folded := s.items[item].Names[uint32(n)-s.nameStart[item]], s.name(uint32(n))
		place := uint32(0)
		for word := range strings.FieldsSeq(folded) {
			if place == maxPlaces {
				break
			}
			add(word, place)
			if !isASCII(word) {
				add(latinWord(word), place)
			}
			place++
		}
		if spelled := spellOut(name); spelled != name {
			place := uint32(0)
			for word := range strings.FieldsSeq(Fold(spelled)) {
				if place < maxPlaces {
					add(word, place)
				}
				place++
			}
		}
		if place > 1 {
			for _, initials := range acronyms(name, folded) {
				add(initials, placeOfAll)
			}
		}
		s.nameTermStart = append(s.nameTermStart, uint32(len(s.nameTerms)))
	}
	s.nameTerms = slices.Clip(s.nameTerms)
	t.file()
	t.itemStart, t.items = invert(t.len(), func(yield func(id, item uint32)) {
		for n, item := range s.nameItem {
			for _, e := range s.nameTerms[s.nameTermStart[n]:s.nameTermStart[n+1]] {
				yield(e&termMask, item)
			}
		}
	})
}

// invert makes, for each of n ids, the list of the items that each yields with
// it. The items come in ascending order; one that comes twice running for an
// id is listed once.
func invert(n int, each func(yield func(id, item uint32))) (start, items []uint32) {
	start = make([]uint32, n+1)
	last := make([]uint32, n) // the last item of each id, plus one
	each(func(id, item uint32) {
		if last[id] != item+1 {
			last[id] = item + 1
			start[id+1]++
		}
	})
	for id := range n {
		start[id+1] += start[id]
	}
	items = make([]uint32, start[n])
	next := last
	copy(next, start)
	each(func(id, item uint32) {
		if next[id] > start[id] && items[next[id]-1] == item {
			return
		}
		items[next[id]] = item
		next[id]++
	})
	return start, items
}

// spelling has the letters that are written out where a keyboard lacks them:
// Schroeder, Vuchich.
var spelling = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue",
	"ø", "oe", "Ø", "Oe", "å", "aa", "Å", "Aa",
	"č", "ch", "ć", "ch", "ç", "ch", "Č", "Ch", "Ć", "Ch", "Ç", "Ch",
	"š", "sh", "ş", "sh", "ș", "sh", "ś", "sh", "Š", "Sh", "Ş", "Sh", "Ș", "Sh", "Ś", "Sh",
	"ž", "zh", "ż", "zh", "Ž", "Zh", "Ż", "Zh", "ț", "ts", "Ț", "Ts", "đ", "dj", "Đ", "Dj", "ñ", "ny",
)

// spellOut returns name with accented letters written out.
func spellOut(name string) string {
	if isASCII(name) {
		return name
	}
	return spelling.Replace(name)
}

// latinWord returns a word of another script in Latin letters, as one word.
func latinWord(word string) string {
	return strings.ReplaceAll(Fold(unidecode.Unidecode(word)), " ", "")
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// live returns the entries of s that are not dead.
func (s *segment) live(dead bitset) []entry {
	entries := make([]entry, 0, len(s.items))
	for i, it := range s.items {
		if !dead.has(uint32(i)) {
			entries = append(entries, entry{it, s.order[i]})
		}
	}
	return entries
}
