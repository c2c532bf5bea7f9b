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
// waiting for memory, and here it waits for least: for the slot, which lies in
// one line of the cache and has the key in it, and for the name. A map of the
// language's waits for its control bytes before the slot, and is larger: a card
// took 1.1 times as long with it.
type wholeNames struct {
	seed  maphash.Seed
	slots []wholeSlot // two in three are taken
	lists [][]Key     // the hits of names that several items have
}

// wholeSlot is a folded name and its key. It is 16 bytes: four to a line.
type wholeSlot struct {
	hash  uint32 // the lower half; the upper half says where the slot is
	start uint32 // of the name in segment.text
	size  uint32 // of the name, with the flags below; 0 in a free slot
	key   uint32 // the Key, or with severalHave the number of the list
}

// What is known of a name, in wholeSlot.size.
const (
	severalHave = 1 << 31 // several items have it
	onlyAlias   = 1 << 30 // no item has it as its primary name
	sizeMask    = 1<<30 - 1
)

// buildWhole makes the table of whole names: of each, the items that have it
// as their primary name come first, and then those of the others.
func (s *segment) buildWhole() {
	n := len(s.nameItem)
	s.whole = wholeNames{seed: maphash.MakeSeed(), slots: make([]wholeSlot, n+n/2+1)}
	for _, primary := range []bool{true, false} {
		for n := range s.names() {
			first := s.nameStart[s.nameItem[n]]
			if s.primary(n) == primary && (primary || s.name(n) != s.name(first)) {
				s.addWhole(n)
			}
		}
	}
}

// addWhole adds the item of a name to the hits of the name. One that comes
// twice running for a name is added once.
func (s *segment) addWhole(name uint32) {
	folded, key := []byte(s.name(name)), s.items[s.nameItem[name]].Key
	if len(folded) == 0 {
		return
	}
	w := &s.whole
	slot, hash := s.wholeSlot(folded)
	switch {
	case slot.size == 0:
		*slot = wholeSlot{hash: hash, start: s.nameAt[name], size: uint32(len(folded)), key: uint32(key)}
		if !s.primary(name) { // those are all there already
			slot.size |= onlyAlias
		}
	case slot.size&severalHave == 0:
		if first := Key(slot.key); first != key {
			slot.size |= severalHave
			slot.key = uint32(len(w.lists))
			w.lists = append(w.lists, []Key{first, key})
		}
	default:
		if list := &w.lists[slot.key]; (*list)[len(*list)-1] != key {
			*list = append(*list, key)
		}
	}
}

// wholeSlot returns the slot of a folded name, which is free if there is no
// such name, and what is to be its hash.
func (s *segment) wholeSlot(folded []byte) (slot *wholeSlot, hash uint32) {
	slots := s.whole.slots
	full := maphash.Bytes(s.whole.seed, folded)
	hash = uint32(full)
	// The upper half, as a share of 1<<32, is that share of the slots: they
	// need not come to a power of two.
	for i := full >> 32 * uint64(len(slots)) >> 32; ; i++ {
		if i == uint64(len(slots)) {
			i = 0
		}
		slot = &slots[i]
		if slot.size == 0 || slot.hash == hash && s.text[slot.start:slot.start+slot.size&sizeMask] == string(folded) {
			return slot, hash
		}
	}
}

// exact returns the hits of a folded name. It does not allocate.
func (s *segment) exact(folded []byte) Hits {
	slot, _ := s.wholeSlot(folded)
	how := Exact
	if slot.size&onlyAlias != 0 {
		how = Alias
	}
	switch {
	case slot.size == 0:
		return Hits{}
	case slot.size&severalHave != 0:
		return hitsOf(s.whole.lists[slot.key], how)
	}
	return Hits{First: Key(slot.key), How: how, any: true}
}
