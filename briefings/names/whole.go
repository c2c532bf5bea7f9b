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

// hitsOf returns the keys as Hits. It keeps the slice.
func hitsOf(keys []Key) Hits {
	if len(keys) == 0 {
		return Hits{}
	}
	return Hits{First: keys[0], More: keys[1:], any: true}
}

// wholeNames has the hits of each folded name. It is built once and then only
// read.
//
// It is a hash table of our own because at 100,000 names a look-up is all
// waiting for memory. Here it waits once: a slot has the key and the beginning
// of the name, which is mostly all of it, and lies in one line of the cache. A
// map of the language's waits for its control bytes, then for its slot, then
// for the name.
type wholeNames struct {
	seed  maphash.Seed
	slots []wholeSlot // a power of two, at most half of them taken
	lists [][]Key     // the hits of names that several items have
}

// wholeSlot is a folded name and its key. It is 32 bytes: two to a line.
type wholeSlot struct {
	begin [wholeBegin]byte
	name  uint32 // its number, with severalHave or without
	key   uint32 // the Key, or with severalHave the number of the list
}

const (
	// wholeBegin is how many bytes of a name are in its slot. The rest of a
	// shorter one is zeros, which no folded name has in it.
	wholeBegin = 24
	// severalHave marks, in wholeSlot.name, a name that several items have.
	severalHave = 1 << 31
)

// newWholeNames returns an empty table with room for n names.
func newWholeNames(n int) wholeNames {
	size := 2
	for size < 2*n {
		size *= 2
	}
	return wholeNames{seed: maphash.MakeSeed(), slots: make([]wholeSlot, size)}
}

// buildWhole makes the table of whole names: of each, the items that have it
// as their primary name come first, and then those of the others.
func (s *segment) buildWhole() {
	s.whole = newWholeNames(len(s.nameItem))
	for _, primary := range []bool{true, false} {
		for n := range s.names() {
			item := s.nameItem[n]
			if s.primary(n) != primary || !primary && s.name(n) == s.name(s.nameStart[item]) {
				continue
			}
			if folded := s.name(n); folded != "" {
				s.addWhole(n, []byte(folded), s.items[item].Key)
			}
		}
	}
}

// addWhole adds a key to the hits of a name. A key that comes twice running
// for a name is added once.
func (s *segment) addWhole(name uint32, folded []byte, key Key) {
	w := &s.whole
	slot := s.wholeSlot(folded)
	switch {
	case slot.begin[0] == 0:
		slot.name, slot.key = name, uint32(key)
		copy(slot.begin[:], folded)
	case slot.name&severalHave == 0:
		if first := Key(slot.key); first != key {
			slot.name |= severalHave
			slot.key = uint32(len(w.lists))
			w.lists = append(w.lists, []Key{first, key})
		}
	default:
		if list := &w.lists[slot.key]; (*list)[len(*list)-1] != key {
			*list = append(*list, key)
		}
	}
}

// wholeSlot returns the slot of a folded name, which is free if none has it.
func (s *segment) wholeSlot(folded []byte) *wholeSlot {
	w := &s.whole
	var begin [wholeBegin]byte
	copy(begin[:], folded)
	mask := uint64(len(w.slots) - 1)
	for i := maphash.Bytes(w.seed, folded) & mask; ; i = (i + 1) & mask {
		slot := &w.slots[i]
		if slot.begin[0] == 0 || slot.begin == begin &&
			(len(folded) < wholeBegin || s.name(slot.name&^severalHave) == string(folded)) {
			return slot
		}
	}
}

// exact returns the hits of a folded name. It does not allocate.
func (s *segment) exact(folded []byte) Hits {
	slot := s.wholeSlot(folded)
	switch {
	case slot.begin[0] == 0:
		return Hits{}
	case slot.name&severalHave != 0:
		return hitsOf(s.whole.lists[slot.key])
	}
	return Hits{First: Key(slot.key), any: true}
}
