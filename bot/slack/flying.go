package slack

import "sync"

// flying are the envelopes that are being served, and how those were acknowledged
// that have been: one that comes again is acknowledged with the same answer, and
// has no other effect.
type flying struct {
	mu         sync.Mutex
	young, old map[string]acknowledged // by the id of the envelope
}

// acknowledged is how an envelope was acknowledged, once that is known.
type acknowledged struct {
	known bool
	of    any // the payload
	// others wait to be acknowledged as this.
	others []func(any) error
}

// flyingGeneration is how many envelopes are remembered before the older half is
// forgotten: some minutes, and 2 MB of answers.
const flyingGeneration = 128

// begin takes note that an envelope is served. again is true where it is or has
// been, and then how it was acknowledged.
func (f *flying) begin(id string) (again bool, how acknowledged) {
	if id == "" {
		return false, acknowledged{}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, generation := range []map[string]acknowledged{f.young, f.old} {
		if how, again := generation[id]; again {
			return true, how
		}
	}
	f.set(id, acknowledged{})
	return false, acknowledged{}
}

// follow is begin for what may come again in an envelope of its own, or in none: it is
// acknowledged as the first was, now or when that is known.
func (f *flying) follow(id string, ack func(any) error) (again bool) {
	f.mu.Lock()
	for _, generation := range []map[string]acknowledged{f.young, f.old} {
		how, again := generation[id]
		if !again {
			continue
		}
		if !how.known {
			how.others = append(how.others, ack)
			generation[id] = how
		}
		f.mu.Unlock()
		if how.known {
			_ = ack(how.of)
		}
		return true
	}
	defer f.mu.Unlock()
	f.set(id, acknowledged{})
	return false
}

// set is called with the lock held.
func (f *flying) set(id string, how acknowledged) {
	if f.young == nil || len(f.young) >= flyingGeneration {
		f.young, f.old = map[string]acknowledged{}, f.young
	}
	f.young[id] = how
}

// noting returns ack, which takes note of what it is called with.
func (f *flying) noting(id string, ack func(any) error) func(any) error {
	if id == "" {
		return ack
	}
	return func(payload any) error {
		err := ack(payload)
		if err != nil {
			return err
		}
		f.mu.Lock()
		var others []func(any) error
		for _, generation := range []map[string]acknowledged{f.young, f.old} {
			others = append(others, generation[id].others...)
			delete(generation, id)
		}
		f.set(id, acknowledged{known: true, of: payload})
		f.mu.Unlock()
		for _, ack := range others {
			_ = ack(payload)
		}
		return nil
	}
}

// end takes note that an envelope has been served.
func (f *flying) end(id string) {
	if id == "" {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if how, ok := f.young[id]; ok && !how.known { // it never was acknowledged
		delete(f.young, id)
	}
}
