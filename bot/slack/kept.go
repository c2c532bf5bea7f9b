package slack

import (
	"bytes"
	"encoding/json"
	"sync"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// kept keeps what has been made of cards that come again: most answers are of a
// few entries, and rendering one costs twenty times what finding it does. It
// holds two generations, of which the older is forgotten as a whole.
type kept struct {
	// mark stands for the token of an offer. It is one that nobody is ever given.
	mark []byte

	mu         sync.Mutex
	young, old map[*bot.Card]*rendered
}

// keptGeneration is how many cards one generation holds: some 4 MB.
const keptGeneration = 256

func newKept() *kept {
	return &kept{mark: []byte(briefings.NewToken()), young: map[*bot.Card]*rendered{}, old: map[*bot.Card]*rendered{}}
}

// rendered is a card, set on pages.
type rendered struct {
	pages []message

	mu sync.Mutex
	// acks are the first page as it stands in an acknowledgement, parted where the
	// token of its buttons stands: with and without a button to post it.
	acks map[bool][][]byte
}

// render returns the pages of a reply's card.
func (k *kept) render(reply bot.Reply) *rendered {
	if !reply.Lasting {
		return &rendered{pages: render(reply.Card, inMessage)}
	}
	k.mu.Lock()
	r := k.young[reply.Card]
	if r == nil {
		if r = k.old[reply.Card]; r != nil {
			k.add(reply.Card, r)
		}
	}
	k.mu.Unlock()
	if r != nil {
		return r
	}
	r = &rendered{pages: render(reply.Card, inMessage)}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.add(reply.Card, r)
	return r
}

// add is called with the lock held.
func (k *kept) add(c *bot.Card, r *rendered) {
	if len(k.young) == keptGeneration {
		k.young, k.old = k.old, k.young
		clear(k.young)
	}
	k.young[c] = r
}

// ack returns the first page, with what can be pressed below it, as it stands in
// an acknowledgement. mark is a token that stands for all others. The presses of a card differ in one thing alone: whether it
// can be posted.
func (r *rendered) ack(mark []byte, token string, actions, own []bot.Press) (packed, error) {
	posts := false
	for _, p := range own {
		posts = posts || p.Posts
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	parts := r.acks[posts]
	if parts == nil {
		raw, err := json.Marshal(private(r.pages[0].with(rows(string(mark), actions, own)...)))
		if err != nil {
			return nil, err
		}
		if parts = bytes.Split(raw, mark); r.acks == nil {
			r.acks = map[bool][][]byte{}
		}
		r.acks[posts] = parts
	}
	return bytes.Join(parts, []byte(token)), nil
}

// packed is a payload that is JSON already.
type packed []byte
