package bot

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Many schedules are due at one minute, and most of them ask for the same: what was made
// for one is remembered for the next.

// editionKey is all that an edition depends on. Times are in milliseconds.
type editionKey struct {
	book               briefings.BookID
	seq, number, since int64
	due, now, sinceDue int64
	zone               string
	topics, platforms  string
	items              int
	whenEmpty          delivery.WhenEmpty
}

func (e *edition) key(book briefings.BookID) editionKey {
	o := e.ask.Schedule.Options
	return editionKey{
		book, e.Seq, e.ask.Number, e.ask.Since, e.ask.Due.UnixMilli(), e.ask.Now.UnixMilli(), e.ask.SinceDue.UnixMilli(), e.zone.String(),
		fmt.Sprintf("%q", o.Topics), fmt.Sprintf("%q", e.ask.Platforms), o.Items, o.WhenEmpty,
	}
}

// editions remembers the last editions that were written: of many schedules that are due
// at one minute, most ask for the same.
type editions struct {
	mu    sync.Mutex
	texts map[editionKey]delivery.Text
}

const maxEditions = 64

func (e *editions) of(key editionKey) (delivery.Text, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	text, ok := e.texts[key]
	return text, ok
}

func (e *editions) keep(key editionKey, text delivery.Text) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.texts == nil || len(e.texts) >= maxEditions {
		e.texts = map[editionKey]delivery.Text{}
	}
	e.texts[key] = text
}

// nets returns what became of the records of a book after one revision and up to another.
// What was asked for last is remembered: many schedules are due at one minute.
func (b *Bot) nets(ctx context.Context, book briefings.BookID, after, upTo int64) ([]briefings.Net, error) {
	key := netsKey{book, after, upTo}
	b.netsMu.Lock()
	known, ok := b.netsOf[key]
	b.netsMu.Unlock()
	if ok {
		return known, nil
	}
	revisions, err := b.library.Store().Revisions(ctx, book, briefings.RevisionQuery{AfterSeq: after, Newest: true})
	if err != nil {
		return nil, err
	}
	revisions = slices.DeleteFunc(revisions, func(r briefings.Revision) bool { return r.Seq > upTo })
	nets := briefings.Nets(revisions)
	slices.SortStableFunc(nets, briefings.CompareNets)
	b.netsMu.Lock()
	defer b.netsMu.Unlock()
	if len(b.netsOf) >= maxNets || b.netsOf == nil {
		b.netsOf = map[netsKey][]briefings.Net{}
	}
	b.netsOf[key] = nets
	return nets, nil
}

type netsKey struct {
	book        briefings.BookID
	after, upTo int64
}

// maxNets is how many stretches of a book's history are remembered.
const maxNets = 16
