package names

import "hash/maphash"

// table numbers texts. It is built once and then only read.
type table struct {
	seed  maphash.Seed
	slots []uint32 // number + 1, or 0
	texts []string
}

func newTable(size int) *table {
	n := 16
	for n < size*2 {
		n *= 2
	}
	return &table{seed: maphash.MakeSeed(), slots: make([]uint32, n), texts: make([]string, 0, size)}
}

// add returns the number of text, which may be new.
func (t *table) add(text string) (id int, isNew bool) {
	if len(t.texts)*2 >= len(t.slots) {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	for i := maphash.String(t.seed, text) & mask; ; i = (i + 1) & mask {
		at := t.slots[i]
		if at == 0 {
			t.texts = append(t.texts, text)
			t.slots[i] = uint32(len(t.texts))
			return len(t.texts) - 1, true
		}
		if t.texts[at-1] == text {
			return int(at - 1), false
		}
	}
}

func (t *table) grow() {
	t.slots = make([]uint32, len(t.slots)*2)
	mask := uint64(len(t.slots) - 1)
	for id, text := range t.texts {
		i := maphash.String(t.seed, text) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = uint32(id + 1)
	}
}

// find returns the number of text. It does not allocate.
func (t *table) find(text []byte) (id int, ok bool) {
	mask := uint64(len(t.slots) - 1)
	for i := maphash.Bytes(t.seed, text) & mask; ; i = (i + 1) & mask {
		at := t.slots[i]
		if at == 0 {
			return 0, false
		}
		if t.texts[at-1] == string(text) {
			return int(at - 1), true
		}
	}
}

func (t *table) findString(text string) (id int, ok bool) {
	var buf [64]byte
	return t.find(append(buf[:0], text...))
}

// terms are the words of a segment's names, with their neutral keys and the
// items that have them.
type terms struct {
	*table
	// neutrals are the neutral keys, one after another.
	neutrals     string
	neutralStart []uint32
	// items has, for each term, the items with it in a name, in ascending
	// order: the heaviest first.
	items     []uint32
	itemStart []uint32
}

func (t *terms) len() int { return len(t.texts) }

// neutral returns the neutral key of a term, "" for initials.
func (t *terms) neutral(id int) string {
	return t.neutrals[t.neutralStart[id]:t.neutralStart[id+1]]
}

// file makes the neutral keys, once all terms are there.
func (t *terms) file() {
	buf := make([]byte, 0, 8*len(t.texts))
	t.neutralStart = make([]uint32, 0, len(t.texts)+1)
	for _, text := range t.texts {
		t.neutralStart = append(t.neutralStart, uint32(len(buf)))
		if text[0] != acronymMark {
			buf = appendNeutral(buf, text)
		}
	}
	t.neutralStart = append(t.neutralStart, uint32(len(buf)))
	t.neutrals = string(buf)
}

// keys appends the keys that a term is filed under.
func (t *terms) keys(keys []uint64, id int) []uint64 {
	if t.texts[id][0] == acronymMark {
		return keys
	}
	keys = appendKeys(keys, t.texts[id], t.neutral(id))
	if skeleton := skeletonKey(t.neutral(id)); skeleton != 0 {
		keys = append(keys, skeleton)
	}
	return keys
}

// having returns the items with a term in a name.
func (t *terms) having(id uint32) []uint32 {
	return t.items[t.itemStart[id]:t.itemStart[id+1]]
}

// acronymMark comes before the initials of a name where they are a term.
const acronymMark = '\x00'
