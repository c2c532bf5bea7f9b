package names

// fuzzy finds the words that are spelled nearly like another, by symmetric
// deletion: a word is filed under what is left of the first letters of its
// neutral key when up to two are taken out, and looked for in the same way. It
// is also filed under its folded form with up to one letter out, and under its
// consonants. Only candidates come out of it; similarity decides.
//
// Words are filed by a hash: a bucket's words lie together in entries, in
// ascending order, each with eight bits of the hash in front of its 24 bits.
type fuzzy struct {
	starts  []uint32 // where each bucket begins in entries
	entries []uint32
	shift   uint
}

const (
	prefixLetters = 7       // of a word that letters are taken out of
	bucketWords   = 4       // words in a bucket, on average
	maxFuzzyWords = 1 << 24 // words with a higher number are not filed
)

// bySkeleton sets the keys that are of consonants apart from the others. Folded
// forms and neutral keys are not apart: many a word is its own neutral key.
const bySkeleton uint64 = 1 << 60

// buildFuzzy files the words of t.
func buildFuzzy(t *terms) fuzzy {
	total := 0
	buf := make([]uint64, 0, 64)
	n := min(t.len(), maxFuzzyWords)
	for id := range n {
		buf = t.keys(buf[:0], id)
		total += len(buf)
	}
	bits := uint(4)
	for 1<<bits < total/bucketWords {
		bits++
	}
	f := fuzzy{shift: 64 - bits, starts: make([]uint32, 1<<bits+1), entries: make([]uint32, total)}
	for id := range n {
		buf = t.keys(buf[:0], id)
		for _, key := range buf {
			f.starts[mix(key)>>f.shift+1]++
		}
	}
	for i := 1; i < len(f.starts); i++ {
		f.starts[i] += f.starts[i-1]
	}
	// Filling moves each start to the next bucket's; shifting them puts that right.
	for id := range n {
		buf = t.keys(buf[:0], id)
		for _, key := range buf {
			h := mix(key)
			at := &f.starts[h>>f.shift]
			f.entries[*at] = uint32(h&0xff)<<24 | uint32(id)
			*at++
		}
	}
	copy(f.starts[1:], f.starts[:len(f.starts)-1])
	f.starts[0] = 0
	return f
}

// each calls yield for the words filed under key. Some may be there by chance.
func (f *fuzzy) each(key uint64, yield func(id uint32)) {
	h := mix(key)
	b := h >> f.shift
	tag := uint32(h&0xff) << 24
	for _, e := range f.entries[f.starts[b]:f.starts[b+1]] {
		if e&0xff000000 == tag {
			yield(e & 0xffffff)
		}
	}
}

// mix spreads the bits of a key.
func mix(key uint64) uint64 {
	key ^= key >> 29
	key *= 0x9e3779b97f4a7c15
	key ^= key >> 32
	key *= 0xd6e8feb86659fd93
	return key ^ key>>28
}

// appendKeys appends the keys under which a word is filed and looked for. A key
// may be there twice.
func appendKeys(keys []uint64, folded, neutral string) []uint64 {
	edits := 2
	if len(neutral) <= 5 {
		edits = 1
	}
	if !fuzzyWord(folded) {
		return keys
	}
	keys = appendDeletions(keys, neutral, edits)
	if folded != neutral {
		keys = appendDeletions(keys, folded, 1)
	}
	return keys
}

// fuzzyWord reports whether a word may be misspelled: numbers may not, and
// words of one letter are too short.
func fuzzyWord(folded string) bool {
	for i := range len(folded) {
		if isDigit(folded[i]) {
			return false
		}
	}
	return len(folded) > 1
}

// skeletonKey returns the key of the consonants of a word, or 0 if it has
// fewer than two.
func skeletonKey(neutral string) uint64 {
	var buf [maxWord]byte
	skel := appendSkeleton(buf[:0], neutral[:min(len(neutral), maxWord)])
	if len(skel) < 2 {
		return 0
	}
	return bySkeleton | pack(string(skel))
}

// appendDeletions appends the keys of the first letters of word with up to
// edits of them out.
func appendDeletions(keys []uint64, word string, edits int) []uint64 {
	n := min(len(word), prefixLetters)
	whole := pack(word)
	keys = append(keys, whole)
	for i := range n {
		one := without(whole, i)
		keys = append(keys, one)
		if edits < 2 {
			continue
		}
		for j := i; j < n-1; j++ {
			keys = append(keys, without(one, j))
		}
	}
	return keys
}

// pack returns the first letters of word as a number, the first lowest.
func pack(word string) (packed uint64) {
	for i := range min(len(word), prefixLetters) {
		packed |= uint64(word[i]) << (8 * i)
	}
	return packed
}

// without returns packed with the letter at i out.
func without(packed uint64, i int) uint64 {
	below := packed & (1<<(8*i) - 1)
	return below | packed>>8&^(1<<(8*i)-1)
}
