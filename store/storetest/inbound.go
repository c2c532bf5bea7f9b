package storetest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

var inboundTests = []conformance{
	{"AnEventIsClaimedOnce", func(w *world) {
		w.book("talks", monday)
		w.book("other", monday)
		claim := func(book briefings.BookID, p briefings.Platform, event string, now time.Time) bool {
			first, err := w.s.Claim(w.ctx, book, p, event, now)
			w.ok(err)
			return first
		}
		w.equal(claim("talks", "slack", "Ev1", monday), true)
		w.equal(claim("talks", "slack", "Ev1", monday.Add(time.Hour)), false)
		w.equal(claim("talks", "slack", "Ev2", monday), true)
		w.equal(claim("talks", "discord", "Ev1", monday), true)
		w.equal(claim("other", "slack", "Ev1", monday), true)
		_, err := w.s.Claim(w.ctx, "nowhere", "slack", "Ev1", monday)
		w.fails(err, briefings.ErrNotFound)
		_, err = w.s.Claim(w.ctx, "talks", "slack", "", monday)
		w.fails(err, briefings.ErrInvalid)
		_, err = w.s.Claim(w.ctx, "talks", "slack", "nul \x00", monday)
		w.fails(err, briefings.ErrInvalid)
	}},
	{"AClaimIsForgottenWithTheOffersOfADayAgo", func(w *world) {
		w.book("talks", monday)
		w.book("other", monday)
		claim := func(book briefings.BookID, want bool) {
			first, err := w.s.Claim(w.ctx, book, "slack", "Ev1", monday)
			w.ok(err)
			w.equal(first, want)
		}
		drop := func(now time.Time) {
			_, err := w.s.DropOffers(w.ctx, "talks", now)
			w.ok(err)
		}
		claim("talks", true)
		claim("other", true)
		drop(monday.Add(24*time.Hour - time.Millisecond))
		claim("talks", false)
		drop(monday.Add(24 * time.Hour))
		claim("other", false)
		claim("talks", true)
	}},
	{"OfManyWhoClaimAtOnceOneIsFirst", func(w *world) {
		w.book("talks", monday)
		var firsts atomic.Int32
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				if first, err := w.s.Claim(w.ctx, "talks", "slack", "Ev1", monday); err != nil {
					w.t.Error(err)
				} else if first {
					firsts.Add(1)
				}
			})
		}
		all.Wait()
		w.equal(int(firsts.Load()), 1)
	}},
}
