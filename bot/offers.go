package bot

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// OfferLife is how long adapters let a button be good. A week is as long as
// people scroll back to an answer; its news is old by then, and asking again is
// the better thing to do.
const OfferLife = 7 * 24 * time.Hour

// What Offers holds and how it writes.
const (
	offerGeneration  = 1024 // offers; two of them, each with five buttons, are some 3 MB
	offerBatch       = 500  // offers; about 10 ms of SQLite's one writer
	maxPendingOffers = 10_000
	offerWriteTime   = 15 * time.Second // more than a store waits for a lock
	offerLastTime    = 10 * time.Second // half of what a shutdown may take
	offerDropEvery   = time.Hour
)

// OfferStore is what Offers needs of a store. A briefings.Store is one.
type OfferStore interface {
	Books(ctx context.Context) ([]briefings.BookID, error)
	PutOffers(ctx context.Context, book briefings.BookID, offers []briefings.Offer) error
	Offer(ctx context.Context, book briefings.BookID, token string, now time.Time) (briefings.Offer, error)
	DropOffers(ctx context.Context, book briefings.BookID, now time.Time) (int, error)
}

// Offers keeps what the buttons of messages stand for, in memory at once and
// in the store a moment later. Its methods may be called by any number of
// goroutines.
//
// Offers are written behind the answers: a commit for each would wait for the
// disk and halve the rate of answers. What a crash loses is the buttons of the
// last moment, and who presses one is told to ask again. A stop loses none.
//
// Memory is bounded: it holds the last 1,024 to 2,048 offers for Find, and at
// most 10,000 that wait for the store. While a store fails they wait on; when
// there are more, the oldest are never written.
type Offers struct {
	store OfferStore
	log   *slog.Logger
	full  chan struct{} // holds a signal when a batch is pending

	mu         sync.Mutex
	young, old map[string]briefings.Offer // by token
	same       map[likeness]string        // the tokens of young, by what they offer to whom
	pending    []briefings.Offer          // the oldest first
	taken      int                        // how many have left pending, ever
	lost       int                        // how many of them were not written, since that was last said

	failing bool // of Run: the last write failed, and that was said
}

// NewOffers returns offers over a store, which stays the caller's. log takes
// what goes wrong with it; nil discards that.
func NewOffers(store OfferStore, log *slog.Logger) *Offers {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Offers{store: store, log: log, full: make(chan struct{}, 1), young: map[string]briefings.Offer{}, old: map[string]briefings.Offer{}, same: map[likeness]string{}}
}

// Keep gives the offer a token, keeps it, and returns the token. It waits for
// nothing. The choices must not be changed afterwards. Who is offered the same
// again within an hour gets the same token: people ask twice, and a button more
// would say nothing new.
func (o *Offers) Keep(offer briefings.Offer) (token string) {
	what := likenessOf(offer)
	if token := o.known(what, offer.Expires); token != "" {
		return token
	}
	offer.Token = briefings.NewToken()
	if o.add(offer, what) {
		select {
		case o.full <- struct{}{}:
		default: // it has been signalled
		}
	}
	return offer.Token
}

// offerSame is by how much an offer may end sooner than one that would be new.
const offerSame = time.Hour

// known returns the token of an offer that is like this one and ends within an
// hour of it, or "".
func (o *Offers) known(what likeness, expires time.Time) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	token := o.same[what]
	if was, ok := o.young[token]; ok && expires.Sub(was.Expires).Abs() < offerSame {
		return token
	}
	return ""
}

// likeness is the same of two offers that offer the same to the same people.
type likeness [sha256.Size]byte

func likenessOf(offer briefings.Offer) likeness {
	var room [512]byte
	b := room[:0]
	word := func(s string) {
		b = strconv.AppendInt(b, int64(len(s)), 10)
		b = append(append(b, ':'), s...)
	}
	word(string(offer.Book))
	word(string(offer.Actor.Platform))
	word(string(offer.Actor.Workspace))
	word(string(offer.Actor.User))
	if offer.Shared {
		b = append(b, '+')
	}
	for _, c := range offer.Choices {
		word(c.Command)
		b = strconv.AppendInt(b, int64(c.Page), 10)
		for _, a := range c.Args {
			b = append(b, ',')
			word(a.Name)
			word(a.Value)
		}
		b = append(b, ';')
	}
	return sha256.Sum256(b)
}

// add remembers the offer, and reports whether a batch is pending.
func (o *Offers) add(offer briefings.Offer, what likeness) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.young) == offerGeneration {
		o.young, o.old = o.old, o.young
		clear(o.young)
		clear(o.same)
	}
	o.young[offer.Token] = offer
	o.same[what] = offer.Token
	if len(o.pending) == maxPendingOffers {
		o.take(1)
		o.lost++
	}
	o.pending = append(o.pending, offer)
	return len(o.pending) >= offerBatch
}

// take takes the n oldest out of what is pending. o.mu is held.
func (o *Offers) take(n int) {
	clear(o.pending[:n]) // the array lives on
	o.pending = o.pending[n:]
	o.taken += n
}

// Find returns the offer of a token that came back from a platform. It returns
// ErrNotFound, with a sentence, where the book has none that is good at now;
// an error without that kind is the store's. Who may press is for Offer.Press.
func (o *Offers) Find(ctx context.Context, book briefings.BookID, token string, now time.Time) (briefings.Offer, error) {
	gone := briefings.Errorf(briefings.ErrNotFound, "That button is no longer good: it is older than a week, or was lost when the bot stopped. Ask again.")
	if !briefings.IsToken(token) {
		return briefings.Offer{}, gone
	}
	if offer, ok := o.recall(token); ok {
		if offer.Book != book || offer.Expired(now) {
			return briefings.Offer{}, gone
		}
		return offer, nil
	}
	offer, err := o.store.Offer(ctx, book, token, now)
	switch {
	case errors.Is(err, briefings.ErrNotFound):
		return briefings.Offer{}, gone
	case err != nil:
		return briefings.Offer{}, fmt.Errorf("find an offer: %w", err)
	}
	return offer, nil
}

// recall returns the offer if memory holds it.
func (o *Offers) recall(token string) (briefings.Offer, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, generation := range []map[string]briefings.Offer{o.young, o.old} {
		if offer, ok := generation[token]; ok {
			return offer, true
		}
	}
	if len(o.pending) > offerGeneration { // the store is far behind
		if i := slices.IndexFunc(o.pending, func(p briefings.Offer) bool { return p.Token == token }); i >= 0 {
			return o.pending[i], true
		}
	}
	return briefings.Offer{}, false
}

// Run writes what is kept: at each tick of flush, which brings the time, and
// as soon as 500 offers are pending. About once an hour it drops from the store
// what has expired. When ctx ends it writes the rest, for 10 seconds at most,
// and returns nil, or an error where it could not. It is called once, and ctx
// ends after the adapters have: what is kept later is not written.
//
// What fails to be written waits for the next tick. A store that fails is
// logged when it begins to and when it is well again, not at every tick.
func (o *Offers) Run(ctx context.Context, flush <-chan time.Time) error {
	var sweep sweep
	for {
		select {
		case <-ctx.Done():
			return o.finish(ctx)
		case <-o.full:
			if !o.failing {
				o.flush(ctx)
			}
		case now, ok := <-flush:
			if !ok {
				flush = nil // no more ticks
				continue
			}
			o.flush(ctx)
			if before, due := sweep.due(now); due && o.drop(ctx, before) {
				sweep.rest(now)
			}
		}
	}
}

// finish writes what is left.
func (o *Offers) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), offerLastTime)
	defer cancel()
	if err := o.write(ctx); err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		return fmt.Errorf("write the last %d offers: %w", len(o.pending)+o.lost, err)
	}
	o.report(ctx, nil)
	return nil
}

// flush writes what is pending.
func (o *Offers) flush(ctx context.Context) {
	err := o.write(ctx)
	if ctx.Err() == nil { // otherwise finish tries again
		o.report(ctx, err)
	}
}

// report logs where the store begins or ceases to fail.
func (o *Offers) report(ctx context.Context, err error) {
	o.mu.Lock()
	pending, lost := len(o.pending), o.lost
	if err == nil {
		o.lost = 0
	}
	o.mu.Unlock()
	switch {
	case err != nil && !o.failing:
		o.log.ErrorContext(ctx, "buttons are not being written to the store; the newest wait in memory", "pending", pending, "err", err, "cause", cause(err))
	case err == nil && (o.failing || lost > 0):
		o.log.WarnContext(ctx, "buttons are being written to the store again", "lost", lost)
	}
	o.failing = err != nil
}

// write writes what is pending, batch by batch, until one fails.
func (o *Offers) write(ctx context.Context) error {
	for {
		batch, end := o.batch()
		if len(batch) == 0 {
			return nil
		}
		if err := o.put(ctx, batch); err != nil {
			return err
		}
		o.mu.Lock()
		if n := end - o.taken; n > 0 { // unless they were lost meanwhile
			o.take(n)
		}
		o.mu.Unlock()
	}
}

// batch returns a copy of the oldest that are pending, and how many will have
// left when they have.
func (o *Offers) batch() (batch []briefings.Offer, end int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch = slices.Clone(o.pending[:min(len(o.pending), offerBatch)])
	return batch, o.taken + len(batch)
}

// put writes a batch, each book's in one transaction. After an error the whole
// batch can be put again. What the store will never take is left out: it must
// not be in the way of the rest.
func (o *Offers) put(ctx context.Context, batch []briefings.Offer) error {
	ctx, cancel := context.WithTimeout(ctx, offerWriteTime)
	defer cancel()
	var refusal error
	size := len(batch)
	batch = slices.DeleteFunc(batch, func(offer briefings.Offer) bool {
		err := offer.Check()
		if err != nil {
			refusal = err
		}
		return err != nil
	})
	refused := size - len(batch)
	slices.SortStableFunc(batch, func(a, b briefings.Offer) int { return strings.Compare(string(a.Book), string(b.Book)) })
	for len(batch) > 0 {
		book := batch[0].Book
		n := slices.IndexFunc(batch, func(offer briefings.Offer) bool { return offer.Book != book })
		if n < 0 {
			n = len(batch)
		}
		err := o.store.PutOffers(ctx, book, batch[:n])
		switch {
		case errors.Is(err, briefings.ErrNotFound), errors.Is(err, briefings.ErrInvalid):
			refused, refusal = refused+n, err
		case err != nil:
			return err
		}
		batch = batch[n:]
	}
	if refused > 0 {
		o.log.ErrorContext(ctx, "the store refuses some buttons; they end with this process", "buttons", refused, "err", refusal)
	}
	return nil
}

// drop drops from the store some of what had expired before a time, and
// reports whether that was all, or cannot be done now.
func (o *Offers) drop(ctx context.Context, before time.Time) (done bool) {
	ctx, cancel := context.WithTimeout(ctx, offerWriteTime)
	defer cancel()
	dropped := 0
	books, err := o.store.Books(ctx)
	for _, book := range books {
		var n int
		if n, err = o.store.DropOffers(ctx, book, before); err != nil {
			break
		}
		dropped += n
	}
	if err != nil && !errors.Is(ctx.Err(), context.Canceled) {
		o.log.WarnContext(ctx, "expired buttons are not being dropped from the store", "err", err, "cause", cause(err))
	}
	return err != nil || dropped == 0
}

// sweep says when to drop. A sweep takes as many ticks as it needs, so that
// writing goes on meanwhile; the first begins with the first tick.
type sweep struct {
	before time.Time // what has expired by then is dropped; zero between sweeps
	next   time.Time
}

// due reports whether there is something to be dropped now, and the end of it.
func (s *sweep) due(now time.Time) (before time.Time, due bool) {
	if s.before.IsZero() && !now.Before(s.next) {
		s.before = now
	}
	return s.before, !s.before.IsZero()
}

// rest ends the sweep.
func (s *sweep) rest(now time.Time) { *s = sweep{next: now.Add(offerDropEvery)} }

// Offered returns what a button for the invocation keeps. page is the page of
// the answer that it shows, where an adapter divides answers; 0 is the first.
func (i Invocation) Offered(page int) briefings.Offered {
	o := briefings.Offered{Command: i.Command, Page: page}
	for _, v := range i.Args {
		o.Args = append(o.Args, briefings.OfferedArg(v))
	}
	return o
}

// Pressed returns the invocation that a button stands for.
func Pressed(o briefings.Offered) Invocation {
	i := Invocation{Command: o.Command}
	for _, a := range o.Args {
		i.Args = append(i.Args, Value(a))
	}
	return i
}
