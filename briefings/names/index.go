package names

import (
	"maps"
	"slices"
)

// Index finds items by their names. It is immutable: any number of readers may
// use it, and With makes another.
//
// An index is a few segments, the oldest and largest first, each much smaller
// than the one before it. An edit makes a small segment; when those of one size
// come to too much they are made one of the next size. So an edit at 5,000
// items costs what building a few dozen costs, and each item is built anew
// only a few times however many edits there are.
type Index struct {
	segments []*segment
	dead     []bitset // by segment, the items that were replaced or removed
	live     int

	// touched has the hits of each whole name that an edit since the first
	// segment was built has to do with; the first segment has the others.
	touched map[string]Hits

	next uint32 // the order of the next new item
}

// The largest size of the smallest segment, and how much larger the next is.
const (
	smallSegment  = 16
	segmentGrowth = 8
)

// Build makes an index of items. Of items with one key the last counts. The
// index keeps the items' strings and slices: they must not be changed.
func Build(items []Item) *Index {
	entries := make([]entry, 0, len(items))
	at := make(map[Key]int, len(items))
	for i, it := range items {
		if have, ok := at[it.Key]; ok {
			entries[have].item = it
			continue
		}
		at[it.Key] = len(entries)
		entries = append(entries, entry{it, uint32(i)})
	}
	x := &Index{live: len(entries), next: uint32(len(items))}
	if len(entries) > 0 {
		x.segments, x.dead = []*segment{newSegment(entries)}, []bitset{nil}
	}
	return x
}

// Len returns the number of items.
func (x *Index) Len() int { return x.live }

// Exact returns the items that query is a whole name of: those whose primary
// name it is first, then the heavier first. It does not allocate for queries
// of up to 64 bytes.
func (x *Index) Exact(query string) Hits {
	var buf [96]byte // some letters become two
	return x.exact(AppendFold(buf[:0], query))
}

func (x *Index) exact(folded []byte) Hits {
	if len(x.touched) > 0 {
		if hits, ok := x.touched[string(folded)]; ok {
			return hits
		}
	}
	if len(x.segments) == 0 || len(folded) == 0 {
		return Hits{}
	}
	return x.segments[0].whole.find(folded)
}

// With returns an index in which the items put are in place of those of the
// same keys, and those of the keys in remove are not. The index it is called
// on stays as it is. It keeps the items' strings and slices.
func (x *Index) With(put []Item, remove []Key) *Index {
	y := &Index{segments: x.segments, dead: slices.Clone(x.dead), live: x.live, next: x.next}
	names := map[string]bool{} // the folded names that this has to do with
	cloned := map[int]bool{}
	drop := func(key Key) (order uint32, was bool) {
		i, item, ok := y.find(key)
		if !ok {
			return 0, false
		}
		if !cloned[i] {
			cloned[i] = true
			y.dead[i] = y.dead[i].clone(len(y.segments[i].items))
		}
		y.dead[i].add(item)
		y.live--
		s := y.segments[i]
		for n := s.nameStart[item]; n < s.nameStart[item+1]; n++ {
			names[s.name(n)] = true
		}
		return s.order[item], true
	}
	for _, key := range remove {
		drop(key)
	}
	last := make(map[Key]int, len(put))
	for i, it := range put {
		last[it.Key] = i
	}
	var fresh []entry
	for i, it := range put {
		if last[it.Key] != i || x.same(it) && !slices.Contains(remove, it.Key) {
			continue
		}
		order, was := drop(it.Key)
		if !was {
			order = y.next
			y.next++
		}
		fresh = append(fresh, entry{it, order})
		for _, name := range it.Names {
			names[Fold(name)] = true
		}
	}
	if len(names) == 0 && len(fresh) == 0 && y.live == x.live {
		return x
	}
	y.live += len(fresh)
	y.push(fresh)
	y.retouch(x.touched, names)
	return y
}

// find returns where the item of a key is.
func (x *Index) find(key Key) (segment int, item uint32, ok bool) {
	for i, s := range x.segments {
		if item, ok := s.find(key); ok && !x.dead[i].has(item) {
			return i, item, true
		}
	}
	return 0, 0, false
}

// same reports whether an item is in the index just as it is.
func (x *Index) same(it Item) bool {
	i, item, ok := x.find(it.Key)
	if !ok {
		return false
	}
	have := &x.segments[i].items[item]
	return have.Weight == it.Weight && slices.Equal(have.Names, it.Names) && slices.Equal(have.Roles, it.Roles)
}

// push adds a segment of entries, made one with those before it that are of
// its size.
func (x *Index) push(entries []entry) {
	var keep int
	for size := smallSegment; ; size *= segmentGrowth {
		total, from := len(entries), len(x.segments)
		for from > 0 && len(x.segments[from-1].items) <= size {
			from--
			total += len(x.segments[from].items)
		}
		keep = from
		if total <= size {
			break
		}
	}
	if len(entries) == 0 && keep == len(x.segments) {
		return
	}
	for i := keep; i < len(x.segments); i++ {
		entries = append(entries, x.segments[i].live(x.dead[i])...)
	}
	x.segments = slices.Clone(x.segments[:keep])
	x.dead = x.dead[:keep]
	if len(entries) > 0 {
		x.segments = append(x.segments, newSegment(entries))
		x.dead = append(x.dead, nil)
	}
}

// retouch makes x.touched from that of the index before and the names that
// changed.
func (x *Index) retouch(before map[string]Hits, names map[string]bool) {
	if len(x.segments) == 0 || len(x.segments) == 1 && x.dead[0] == nil {
		return
	}
	x.touched = maps.Clone(before)
	if x.touched == nil {
		x.touched = make(map[string]Hits, len(names))
	}
	for name := range names {
		x.touched[name] = x.wholeName(name)
	}
}

// wholeName returns what Exact is to return for a folded name, from all
// segments.
func (x *Index) wholeName(folded string) Hits {
	if folded == "" {
		return Hits{}
	}
	var found []ranked
	for i, s := range x.segments {
		for key := range s.whole.find([]byte(folded)).All() {
			if item, _ := s.find(key); !x.dead[i].has(item) {
				m := Match{Key: key, How: Alias, Weight: s.items[item].Weight}
				if s.name(s.nameStart[item]) == folded {
					m.How = Exact
				}
				found = append(found, ranked{Match: m, order: s.order[item]})
			}
		}
	}
	slices.SortFunc(found, func(a, b ranked) int {
		if a.How != b.How {
			return int(a.How) - int(b.How)
		}
		return a.compare(b)
	})
	if len(found) == 0 {
		return Hits{}
	}
	keys := make([]Key, len(found))
	for i, f := range found {
		keys[i] = f.Key
	}
	return hitsOf(keys, found[0].How)
}

// bitset is a set of item numbers; nil is an empty one.
type bitset []uint64

func (b bitset) has(i uint32) bool { return b != nil && b[i/64]&(1<<(i%64)) != 0 }

func (b bitset) add(i uint32) { b[i/64] |= 1 << (i % 64) }

// clone returns a copy of b for numbers below n.
func (b bitset) clone(n int) bitset {
	c := make(bitset, (n+63)/64)
	copy(c, b)
	return c
}
