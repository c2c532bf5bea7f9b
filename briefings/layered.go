package briefings

import "maps"

// layered is a map that does not change: with returns another, at the cost of
// what has changed since the last time that all of it was copied, and not of
// all that it holds. The zero layered is empty.
type layered[K comparable, V any] struct {
	base map[K]V
	top  map[K]layer[V] // what differs from base
	size int
}

type layer[V any] struct {
	value V
	gone  bool
}

// maxLayer is how much may differ before all is copied. It bounds both the copy
// of a change and, divided by it, each change's share of the copy of all.
const maxLayer = 256

func newLayered[K comparable, V any](base map[K]V) layered[K, V] {
	return layered[K, V]{base: base, size: len(base)}
}

func (m layered[K, V]) get(k K) (V, bool) {
	if len(m.top) > 0 {
		if l, ok := m.top[k]; ok {
			return l.value, !l.gone
		}
	}
	v, ok := m.base[k]
	return v, ok
}

// with returns the map with a value put, or, where gone is true, taken out.
// own says that nobody else holds this map's top layer, so that it may be
// written to; the map that is returned has a layer of its own.
func (m layered[K, V]) with(k K, v V, gone, own bool) layered[K, V] {
	if _, had := m.get(k); had && gone {
		m.size--
	} else if !had && !gone {
		m.size++
	}
	if !own {
		m.top = maps.Clone(m.top)
	}
	if m.top == nil {
		m.top = map[K]layer[V]{}
	}
	m.top[k] = layer[V]{v, gone}
	if len(m.top) > maxLayer {
		m.base, m.top = m.flat(), map[K]layer[V]{}
	}
	return m
}

// flat returns all of it as a map of its own.
func (m layered[K, V]) flat() map[K]V {
	all := maps.Clone(m.base)
	if all == nil {
		all = make(map[K]V, len(m.top))
	}
	for k, l := range m.top {
		if l.gone {
			delete(all, k)
		} else {
			all[k] = l.value
		}
	}
	return all
}
