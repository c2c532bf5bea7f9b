package names

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sort"
	"strings"
)

// completion finds the names that have a word beginning with a prefix, the
// heaviest first. It keeps every name from each of its words on, in order of
// text, under a tree that knows the heaviest item of each stretch. A stop word
// within a name leads to what is typed next, not to the name, and is passed
// over: "wit" is not for "War with Europe". The first word and the last are
// kept whatever they are: "The Hague", "Johnnie To".
type completion struct {
	suffixes []suffix
	// tree is a segment tree: the children of node n are 2n and 2n+1, and the
	// leaves, from leaves on, are the items of the suffixes.
	tree   []uint32
	leaves uint32
}

// suffix is a name from one of its words on.
type suffix struct{ name, from uint32 }

func (s *segment) suffixText(at suffix) string {
	return s.text[s.nameAt[at.name]+at.from : s.nameAt[at.name+1]]
}

const noItem = ^uint32(0)

func buildCompletion(s *segment) completion {
	type keyed struct {
		first uint64 // the first letters, to be compared at once
		suffix
	}
	all := make([]keyed, 0, 3*len(s.nameItem))
	for n := range s.names() {
		name := s.name(n)
		for from := 0; from < len(name); {
			word, _, more := strings.Cut(name[from:], " ")
			if from == 0 || !more || wordKinds[word]&stopWord == 0 {
				var first [8]byte
				copy(first[:], name[from:])
				all = append(all, keyed{binary.BigEndian.Uint64(first[:]), suffix{n, uint32(from)}})
			}
			from += len(word) + 1
		}
	}
	slices.SortFunc(all, func(a, b keyed) int {
		if c := cmp.Compare(a.first, b.first); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(s.suffixText(a.suffix), s.suffixText(b.suffix)), cmp.Compare(a.name, b.name))
	})
	c := completion{suffixes: make([]suffix, len(all)), leaves: 1}
	for int(c.leaves) < len(all) {
		c.leaves *= 2
	}
	c.tree = make([]uint32, 2*c.leaves)
	for i := range c.tree {
		c.tree[i] = noItem
	}
	for i, k := range all {
		c.suffixes[i] = k.suffix
		c.tree[int(c.leaves)+i] = s.nameItem[k.name]
	}
	for i := c.leaves - 1; i > 0; i-- {
		c.tree[i] = min(c.tree[2*i], c.tree[2*i+1])
	}
	return c
}

// each calls yield for the suffixes that begin with prefix, those of the
// heaviest items first, until yield returns false. An item may come again.
func (c *completion) each(s *segment, prefix string, yield func(item, name uint32) bool) {
	from := sort.Search(len(c.suffixes), func(i int) bool { return s.suffixText(c.suffixes[i]) >= prefix })
	to := from + sort.Search(len(c.suffixes)-from, func(i int) bool {
		return !strings.HasPrefix(s.suffixText(c.suffixes[from+i]), prefix)
	})
	var buf [64]uint32
	h := nodeHeap{tree: c.tree, nodes: buf[:0]}
	for l, r := uint32(from)+c.leaves, uint32(to)+c.leaves; l < r; l, r = l/2, r/2 {
		if l&1 == 1 {
			h.push(l)
			l++
		}
		if r&1 == 1 {
			r--
			h.push(r)
		}
	}
	for len(h.nodes) > 0 {
		node := h.pop()
		for node < c.leaves { // down to the heaviest, leaving the other ways for later
			left, right := 2*node, 2*node+1
			if c.tree[right] < c.tree[left] {
				left, right = right, left
			}
			if c.tree[right] != noItem {
				h.push(right)
			}
			node = left
		}
		if c.tree[node] == noItem {
			return
		}
		if !yield(c.tree[node], c.suffixes[node-c.leaves].name) {
			return
		}
	}
}

// nodeHeap holds nodes of a tree, that of the heaviest item first.
type nodeHeap struct {
	tree  []uint32
	nodes []uint32
}

func (h *nodeHeap) less(i, j int) bool { return h.tree[h.nodes[i]] < h.tree[h.nodes[j]] }

func (h *nodeHeap) push(node uint32) {
	h.nodes = append(h.nodes, node)
	for i := len(h.nodes) - 1; i > 0 && h.less(i, (i-1)/2); i = (i - 1) / 2 {
		h.nodes[i], h.nodes[(i-1)/2] = h.nodes[(i-1)/2], h.nodes[i]
	}
}

func (h *nodeHeap) pop() uint32 {
	top, end := h.nodes[0], len(h.nodes)-1
	h.nodes[0] = h.nodes[end]
	h.nodes = h.nodes[:end]
	for i := 0; ; {
		child := 2*i + 1
		if child >= end {
			return top
		}
		if child+1 < end && h.less(child+1, child) {
			child++
		}
		if !h.less(child, i) {
			return top
		}
		h.nodes[i], h.nodes[child] = h.nodes[child], h.nodes[i]
		i = child
	}
}

// Complete returns the items that have, in a name, a word beginning with
// prefix, the heaviest first and each once, at most limit of them. The prefix
// may be of several words ("us pres"); an empty one gives the heaviest items.
// A stop word counts only as the first word of a name or its last.
// accept, unless nil, says which items may be returned.
func (x *Index) Complete(prefix string, limit int, accept func(Key) bool) []Match {
	if limit <= 0 {
		return nil
	}
	folded := Fold(prefix)
	var found []ranked
	for i, s := range x.segments {
		found = x.complete(found, s, x.dead[i], folded, limit, accept)
	}
	if len(x.segments) > 1 {
		slices.SortFunc(found, ranked.compare)
	}
	found = found[:min(len(found), limit)]
	matches := make([]Match, len(found))
	for i, f := range found {
		matches[i] = f.Match
	}
	return matches
}

func (x *Index) complete(found []ranked, s *segment, dead bitset, folded string, limit int, accept func(Key) bool) []ranked {
	first := len(found)
	add := func(item, name uint32) bool {
		it := &s.items[item]
		if dead.has(item) || accept != nil && !accept(it.Key) {
			return true
		}
		// Items come by weight, so one that comes again comes at once.
		if n := len(found); n > first && found[n-1].Key == it.Key {
			return true
		}
		m := Match{Key: it.Key, Name: it.Names[name-s.nameStart[item]], How: Prefix, Weight: it.Weight}
		switch {
		case s.name(name) != folded:
			m.Similarity = prefixSimilarity(len(folded), len(s.name(name)))
		case s.primary(name):
			m.How, m.Similarity = Exact, 1
		default:
			m.How, m.Similarity = Alias, 1
		}
		found = append(found, ranked{Match: m, order: s.order[item]})
		return len(found)-first < limit
	}
	if folded != "" {
		s.completion.each(s, folded, add)
		return found
	}
	for item := range s.items {
		if s.nameStart[item] < s.nameStart[item+1] && !add(uint32(item), s.nameStart[item]) {
			break
		}
	}
	return found
}

// prefixSimilarity is how much of a text its beginning is, as a similarity.
func prefixSimilarity(typed, whole int) float64 {
	if whole == 0 {
		return 0.5
	}
	return 0.5 + 0.5*float64(typed)/float64(whole)
}
