package bot

import (
	"strings"
	"sync"
)

// Once tells the first delivery of an event from the ones after it. Platforms
// deliver an event again where they think that we missed it: after a lost
// connection, a slow answer, a retry.
//
// It remembers at least the last room ids, and at most twice as many, of this
// process alone. After a restart, or in another replica, an event is new again.
// That does no harm to an answer; what changes a book or posts must claim the
// event in the store, in the transaction of its effect.
type Once struct {
	room int

	mu         sync.Mutex
	young, old map[string]struct{}
}

// NewOnce returns a Once with room for so many ids, at least one.
func NewOnce(room int) *Once {
	return &Once{room: max(room, 1), young: map[string]struct{}{}, old: map[string]struct{}{}}
}

// First reports whether the id is seen for the first time. Of any number of
// goroutines that ask for one id, one is told so. Ids of different kinds or
// platforms need a Once each, or a prefix.
func (o *Once) First(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, seen := o.young[id]; seen {
		return false
	}
	if _, seen := o.old[id]; seen {
		return false
	}
	if len(o.young) == o.room {
		o.young, o.old = o.old, o.young
		clear(o.young)
	}
	o.young[strings.Clone(id)] = struct{}{} // it may be a part of a whole request
	return true
}
