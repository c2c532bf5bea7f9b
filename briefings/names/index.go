package names

import (
	"slices"
	"strings"
)

// Index finds items by their names. It is immutable.
type Index struct {
	items map[string]Item
	exact map[string][]string
	order []Item
}

// Build makes an index of items.
func Build(items []Item) *Index {
	x := &Index{items: map[string]Item{}, exact: map[string][]string{}}
	for _, it := range items {
		if _, dup := x.items[it.Key]; dup {
			continue
		}
		x.items[it.Key] = it
		x.order = append(x.order, it)
	}
	slices.SortStableFunc(x.order, func(a, b Item) int { return b.Weight - a.Weight })
	for pass := range 2 {
		for _, it := range x.order {
			for i, n := range it.Names {
				f := Fold(n)
				if f != "" && (i == 0) == (pass == 0) && !slices.Contains(x.exact[f], it.Key) {
					x.exact[f] = append(x.exact[f], it.Key)
				}
			}
		}
	}
	return x
}

// With returns an index with put in place of the items of the same keys, and
// without the items of the keys in remove.
func (x *Index) With(put []Item, remove []string) *Index {
	skip := map[string]bool{}
	for _, it := range put {
		skip[it.Key] = true
	}
	for _, k := range remove {
		skip[k] = true
	}
	var items []Item
	for _, it := range x.order {
		if !skip[it.Key] {
			items = append(items, it)
		}
	}
	return Build(append(items, put...))
}

// Len returns the number of items.
func (x *Index) Len() int { return len(x.order) }

// Exact returns the keys of the items that have query as a whole name.
func (x *Index) Exact(query string) []string {
	var buf [96]byte
	return x.exact[string(AppendFold(buf[:0], query))]
}

// Lookup finds the items that query may mean, the best first.
func (x *Index) Lookup(query string, limit int, accept func(key string) bool) []Match {
	f := Fold(query)
	var out []Match
	seen := map[string]bool{}
	for _, k := range x.exact[f] {
		it := x.items[k]
		m := Match{Key: k, Name: it.Names[0], How: Exact, Similarity: 1}
		if Fold(it.Names[0]) != f {
			m.How = Alias
		}
		if len(out) < limit && (accept == nil || accept(k)) {
			out = append(out, m)
			seen[k] = true
		}
	}
	words := strings.Fields(f)
	for _, it := range x.order {
		if len(words) == 0 || len(out) >= limit || seen[it.Key] || (accept != nil && !accept(it.Key)) {
			continue
		}
		names, all := strings.Fields(Fold(strings.Join(it.Names, " "))), true
		roles := strings.Fields(Fold(strings.Join(it.Roles, " ")))
		how := Token
		for _, w := range words {
			if slices.Contains(names, w) {
				continue
			}
			if !slices.Contains(roles, w) {
				all = false
			}
			how = Role
		}
		if all {
			out = append(out, Match{Key: it.Key, Name: it.Names[0], How: how, Similarity: 0.9})
		}
	}
	return out
}

// Complete returns the items that have a word beginning with prefix.
func (x *Index) Complete(prefix string, limit int, accept func(key string) bool) []Match {
	f := Fold(prefix)
	var out []Match
	for _, it := range x.order {
		if len(out) >= limit || (accept != nil && !accept(it.Key)) {
			continue
		}
		for _, n := range it.Names {
			if strings.Contains(" "+Fold(n), " "+f) {
				out = append(out, Match{Key: it.Key, Name: n, How: Prefix, Similarity: 0.9})
				break
			}
		}
	}
	return out
}

// Winner returns the first match if it is clear enough to answer at once.
func Winner(ms []Match) (Match, bool) {
	if len(ms) == 0 {
		return Match{}, false
	}
	if ms[0].How <= Alias || len(ms) == 1 && ms[0].Similarity >= 0.8 {
		return ms[0], true
	}
	return Match{}, ms[0].Similarity >= 0.8 && ms[0].Similarity-ms[1].Similarity > 0.05
}
