package names

import (
	"hash/maphash"
	"iter"
)

// Hits are the items that a text is a whole name of. The zero Hits are none.
type Hits struct {
	// First is the first of them, if there are any.
	First Key
	// More are the others. The slice is the index's own and must not be changed.
	More []Key
	// How is Exact where the text is First's primary name, and otherwise Alias.
	How How

	any bool
}

// Len returns how many there are.
func (h Hits) Len() int {
	if !h.any {
		return 0
	}
	return 1 + len(h.More)
}

// All yields the keys, best first.
func (h Hits) All() iter.Seq[Key] {
	return func(yield func(Key) bool) {
		if !h.any || !yield(h.First) {
			return
		}
		for _, key := range h.More {
			if !yield(key) {
				return
			}
		}
	}
}

// hitsOf returns the keys, of which there are some, as Hits; how is of the
// first. It keeps the slice.
func hitsOf(keys []Key, how How) Hits {
	return Hits{First: keys[0], More: keys[1:], How: how, any: true}
}

// wholeNames has the hits of each folded name. It is built once and then only
// read.
//
// It is a hash table of our own because at 100,000 names a look-up is all
// waiting for memory, and here it waits once: for the slot, which lies in one
// line of the cache and has the key in it. A map of the language's waits for
// its control bytes, its slot and the name; a card took 1.4 times as long.
//
// For that the name itself is not compared: 93 bits of hash stand for it, under
// seeds of this table's own. That a name which is not there is taken for one
// that is happens once in 10²⁷ look-ups, and nobody can look for such a name,
// because nobody sees the seeds.
type wholeNames struct {
	seeds [2]maphash.Seed
	slots []wholeSlot // at most two in three are taken
	lists [][]Key     // the hits of names that several items have
}

// wholeSlot is the hash of a folded name, and its key. It is 16 bytes: four to
// a line.
type wholeSlot struct {
	hash uint64
	more uint32 // of the hash, but for the flags below
	key  uint32 // the Key, or with severalHave the number of the list
}

// What is known of a name, in wholeSlot.more.
const (
	taken       = 1 << iota // there is one in the slot
	severalHave             // several items have it
	onlyAlias               // no item has it as its primary name
	wholeFlags  = taken | severalHave | onlyAlias
)

// newWholeNames returns an empty table with room for n names.
func newWholeNames(n int) wholeNames {
	return wholeNames{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, slots: make([]wholeSlot, n+n/2+1)}
}

// slot returns the slot of a folded name, which is free if there is no such
// name, and what is to be its hash.
func (w *wholeNames) slot(folded []byte) (slot *wholeSlot, hash uint64, more uint32) {
	hash = maphash.Bytes(w.seeds[0], folded)
	more = uint32(maphash.Bytes(w.seeds[1], folded)) &^ wholeFlags
	// The upper half, as a share of 1<<32, is that share of the slots: they
	// need not come to a power of two.
	for i := hash >> 32 * uint64(len(w.slots)) >> 32; ; i++ {
		if i == uint64(len(w.slots)) {
			i = 0
		}
		slot = &w.slots[i]
		if slot.more&taken == 0 || slot.hash == hash && slot.more&^wholeFlags == more {
			return slot, hash, more
		}
	}
}

// add adds a key to the hits of a folded name. Those that have it as their
// primary name come before the others. A key that comes twice running for a
// name is added once.
func (w *wholeNames) add(folded []byte, key Key, primary bool) {
	slot, hash, more := w.slot(folded)
	switch {
	case slot.more&taken == 0:
		*slot = wholeSlot{hash: hash, more: more | taken, key: uint32(key)}
		if !primary {
			slot.more |= onlyAlias
		}
	case slot.more&severalHave == 0:
		if first := Key(slot.key); first != key {
			slot.more |= severalHave
			slot.key = uint32(len(w.lists))
			w.lists = append(w.lists, []Key{first, key})
		}
	default:
		if list := &w.lists[slot.key]; (*list)[len(*list)-1] != key {
			*list = append(*list, key)
		}
	}
}

// find returns the hits of a folded name. It does not allocate.
func (w *wholeNames) find(folded []byte) Hits {
	slot, _, _ := w.slot(folded)
	how := Exact
	if slot.more&onlyAlias != 0 {
		how = Alias
	}
	switch {
	case slot.more&taken == 0:
		return Hits{}
	case slot.more&severalHave != 0:
		return hitsOf(w.lists[slot.key], how)
	}
	return Hits{First: Key(slot.key), How: how, any: true}
}

// buildWhole makes the table of whole names: of each, the items that have it
// as their primary name come first, and then those of the others.
func (s *segment) buildWhole() {
	s.whole = newWholeNames(len(s.nameItem))
	for _, primary := range []bool{true, false} {
		for n, item := range s.nameItem {
			folded := s.name(uint32(n))
			if s.primary(uint32(n)) != primary || folded == "" || !primary && folded == s.name(s.nameStart[item]) {
				continue
			}
			s.whole.add([]byte(folded), s.items[item].Key, primary)
		}
	}
}
