package storetest

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// token returns the nth token of these tests.
func token(n int) string {
	return strings.Repeat("a", 20) + strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprintf("%06d", n))
}

// offer returns an offer of the book that is good until wednesday.
func offer(book briefings.BookID, n int) briefings.Offer {
	return briefings.Offer{
		Token: token(n), Book: book, Actor: editor, Expires: wednesday,
		Choices: []briefings.Offered{
			{Command: "who", Args: []briefings.OfferedArg{{Name: "name", Value: string(book)}}},
			{Command: "timeline", Args: []briefings.OfferedArg{{Name: "topic", Value: "talks"}, {Name: "full", Value: "true"}}, Page: 2},
			{Command: "help"},
		},
	}
}

// offers makes a book that keeps the offers.
func (w *world) offers(book briefings.BookID, offers ...briefings.Offer) {
	w.t.Helper()
	w.book(book, monday)
	w.ok(w.s.PutOffers(w.ctx, book, offers))
}

func (w *world) offered(book briefings.BookID, n int, want briefings.Offer) {
	w.t.Helper()
	got, err := w.s.Offer(w.ctx, book, token(n), monday)
	w.ok(err)
	w.equal(got, want)
}

func (w *world) notOffered(book briefings.BookID, token string, now time.Time) {
	w.t.Helper()
	got, err := w.s.Offer(w.ctx, book, token, now)
	w.fails(err, briefings.ErrNotFound)
	w.equal(got, briefings.Offer{})
}

var offerTests = []conformance{
	{"OfferIsKeptAsItWasMade", func(w *world) {
		shared, bare := offer("talks", 1), offer("talks", 2)
		shared.Shared, shared.Actor.Workspace = true, ""
		bare.Choices = nil
		bare.Expires = wednesday.Add(time.Millisecond + 7) // to the millisecond
		w.offers("talks", offer("talks", 0), shared, bare)
		w.offered("talks", 0, offer("talks", 0))
		w.offered("talks", 1, shared)
		bare.Expires = wednesday.Add(time.Millisecond)
		w.offered("talks", 2, bare)
	}},
	{"UnknownTokenIsNotFound", func(w *world) {
		w.offers("talks", offer("talks", 0))
		w.notOffered("talks", token(1), monday)
		w.notOffered("nowhere", token(0), monday)
	}},
	{"HostileTokenIsNotFound", func(w *world) {
		w.offers("talks", offer("talks", 0))
		good := token(0)
		for _, bad := range []string{
			"", "\x00", "\xff", good + "\x00", good[:25] + "\x00", good[:25] + "\xff", "\x00" + good, good[:25], good + "a", " " + good, good + " ",
			good[:25] + "%", good[:25] + "_", "%", "' OR '1'='1", `"; DROP TABLE offers; --`, good[:24] + "ä", "\u202e" + good, string(make([]byte, 1<<20)),
		} {
			w.notOffered("talks", bad, monday)
			o := offer("talks", 1)
			o.Token = bad
			w.fails(w.s.PutOffers(w.ctx, "talks", []briefings.Offer{o}), briefings.ErrInvalid)
		}
		w.notOffered("talks\x00", good, monday)
		w.notOffered("\xff", good, monday)
		w.offered("talks", 0, offer("talks", 0))
	}},
	{"ForEverybodyNeedsNobody", func(w *world) {
		o := offer("talks", 0)
		o.Actor = briefings.Actor{Platform: editor.Platform}
		w.book("talks", monday)
		w.fails(w.s.PutOffers(w.ctx, "talks", []briefings.Offer{o}), briefings.ErrInvalid)
		o.Shared = true // as what is posted by the clock is
		w.ok(w.s.PutOffers(w.ctx, "talks", []briefings.Offer{o}))
		w.offered("talks", 0, o)
	}},
	{"ExpiredIsNotFound", func(w *world) {
		w.offers("talks", offer("talks", 0))
		_, err := w.s.Offer(w.ctx, "talks", token(0), wednesday.Add(-time.Millisecond))
		w.ok(err)
		w.notOffered("talks", token(0), wednesday)
		w.notOffered("talks", token(0), thursday)
	}},
	{"PutAgainIsOneAndReplaces", func(w *world) {
		o := offer("talks", 0)
		w.offers("talks", o, o)
		w.ok(w.s.PutOffers(w.ctx, "talks", []briefings.Offer{o}))
		w.offered("talks", 0, o)
		o.Shared, o.Actor.User, o.Choices, o.Expires = true, "43", o.Choices[:1], tuesday
		w.ok(w.s.PutOffers(w.ctx, "talks", []briefings.Offer{o}))
		w.offered("talks", 0, o)
		n, err := w.s.DropOffers(w.ctx, "talks", thursday)
		w.ok(err)
		w.equal(n, 1)
	}},
	{"PutIsAllOrNothing", func(w *world) {
		w.book("talks", monday)
		for name, spoil := range map[string]func(*briefings.Offer){
			"no token":        func(o *briefings.Offer) { o.Token = "" },
			"another book":    func(o *briefings.Offer) { o.Book = "other" },
			"no book":         func(o *briefings.Offer) { o.Book = "" },
			"no end":          func(o *briefings.Offer) { o.Expires = time.Time{} },
			"nobody":          func(o *briefings.Offer) { o.Actor = briefings.Actor{} },
			"nowhere":         func(o *briefings.Offer) { o.Actor.Platform = "" },
			"NUL in the user": func(o *briefings.Offer) { o.Actor.User += "\x00" },
			"bad workspace":   func(o *briefings.Offer) { o.Actor.Workspace = "\xff" },
		} {
			bad := offer("talks", 1)
			spoil(&bad)
			w.t.Log(name)
			w.fails(w.s.PutOffers(w.ctx, "talks", []briefings.Offer{offer("talks", 0), bad, offer("talks", 2)}), briefings.ErrInvalid)
			w.notOffered("talks", token(0), monday)
		}
		w.ok(w.s.PutOffers(w.ctx, "talks", nil))
		w.fails(w.s.PutOffers(w.ctx, "nowhere", []briefings.Offer{offer("nowhere", 0)}), briefings.ErrNotFound)
		w.fails(w.s.PutOffers(w.ctx, "\x00", []briefings.Offer{offer("\x00", 0)}), briefings.ErrNotFound)
	}},
	{"ArgumentsMayHoldAnything", func(w *world) {
		o := offer("talks", 0)
		o.Choices[0].Args = []briefings.OfferedArg{{Name: "text", Value: "nul \x00 <&>\u2028 \u202e ' \" \\ %s {{.}} 🤝"}, {Name: "text", Value: ""}}
		w.offers("talks", o)
		w.offered("talks", 0, o)
		o.Choices[0].Args[0].Value = "no UTF-8: \xff"
		w.ok(w.s.PutOffers(w.ctx, "talks", []briefings.Offer{o}))
		o.Choices[0].Args[0].Value = "no UTF-8: \uFFFD"
		w.offered("talks", 0, o)
	}},
	{"DropRemovesWhatHasExpired", func(w *world) {
		early := offer("talks", 1)
		early.Expires = tuesday
		w.offers("talks", offer("talks", 0), early)
		drop := func(now time.Time) int {
			n, err := w.s.DropOffers(w.ctx, "talks", now)
			w.ok(err)
			return n
		}
		w.equal([]int{drop(tuesday.Add(-time.Millisecond)), drop(tuesday), drop(tuesday)}, []int{0, 1, 0})
		w.notOffered("talks", token(1), monday)
		w.offered("talks", 0, offer("talks", 0))
		_, err := w.s.DropOffers(w.ctx, "nowhere", tuesday)
		w.fails(err, briefings.ErrNotFound)
	}},
	{"DropOfManyEndsAfterSomeCalls", func(w *world) {
		many := make([]briefings.Offer, 5000)
		for i := range many {
			many[i] = offer("talks", i)
		}
		w.offers("talks", many...)
		total, calls := 0, 0
		for {
			n, err := w.s.DropOffers(w.ctx, "talks", thursday)
			w.ok(err)
			if n == 0 {
				break
			}
			total, calls = total+n, calls+1
		}
		w.equal(total, len(many))
		if calls < 2 {
			w.t.Fatalf("%d offers were dropped in one call", total)
		}
	}},
	{"OneTokenInTwoBooksIsTwoOffers", func(w *world) {
		w.offers("left", offer("left", 0), offer("left", 1))
		w.offers("right", offer("right", 0))
		w.offered("left", 0, offer("left", 0))
		w.offered("right", 0, offer("right", 0))
		w.notOffered("right", token(1), monday)
		// Dropping and replacing in one leave the other.
		moved := offer("left", 0)
		moved.Actor.User = "43"
		w.ok(w.s.PutOffers(w.ctx, "left", []briefings.Offer{moved}))
		w.offered("right", 0, offer("right", 0))
		n, err := w.s.DropOffers(w.ctx, "left", thursday)
		w.ok(err)
		w.equal(n, 2)
		w.offered("right", 0, offer("right", 0))
	}},
	{"ManyPutAndDropAtOnce", func(w *world) {
		w.book("talks", monday)
		var all sync.WaitGroup
		for i := range appliers {
			all.Go(func() {
				for j := range editsByApplier {
					stale, good := offer("talks", 2*j), offer("talks", 2*(i*editsByApplier+j)+1)
					stale.Expires = monday
					if err := w.s.PutOffers(w.ctx, "talks", []briefings.Offer{stale, good}); err != nil {
						w.t.Error(err)
					}
					if _, err := w.s.DropOffers(w.ctx, "talks", monday); err != nil {
						w.t.Error(err)
					}
				}
			})
		}
		all.Wait()
		for n := range appliers * editsByApplier {
			w.offered("talks", 2*n+1, offer("talks", 2*n+1))
		}
	}},
}
