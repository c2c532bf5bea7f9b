package delivery_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// TestEngine_WhatIsCorrectedOnItsWayIsCorrectedWhereItLands: an edition that is frozen, and
// not posted yet, while what it shows is corrected, is corrected once it is posted: by the
// process that posted it, or, where that was killed, by the next one, or by one that rested
// meanwhile.
func TestEngine_WhatIsCorrectedOnItsWayIsCorrectedWhereItLands(t *testing.T) {
	for _, by := range []string{"the same", "the next", "one that rested"} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t)
			h.author.parts = 1
			h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
			p := h.platforms[plain]
			p.down = true
			until(0, "07:58")
			rested := h.start(h.store)
			until(0, "07:59")
			rested.stop()
			r := h.start(h.store)
			until(0, "08:01")
			h.author.correct()
			until(0, "08:03") // the change is dealt with, and the message is not there yet
			p.mu.Lock()
			p.down = false
			p.mu.Unlock()
			if by != "the same" {
				for len(h.posted(desk)) == 0 {
					time.Sleep(time.Second)
				}
				r.stop()
			}
			ctx, cancel := context.WithCancel(t.Context())
			var again sync.WaitGroup
			switch by {
			case "the next":
				r = h.start(h.store)
			case "one that rested":
				again.Go(func() {
					if err := rested.Run(ctx); err != nil {
						t.Error(err)
					}
				})
			}
			until(0, "08:20")
			r.stop()
			cancel()
			again.Wait()
			all := p.all(desk)
			if len(all) != 1 || all[0].body != "2000-01-01T08:00 part 1, corrected" {
				t.Fatalf("by %s: %+v", by, all)
			}
			if below := p.channels[room(desk, all[0].id)]; len(below) != 1 || below[0].body != "a correction" {
				t.Errorf("by %s: in the thread %+v", by, below)
			}
		})
	}
}

// TestEngine_APostedCopyIsCorrectedOnce: what is corrected after it was posted is edited,
// with one word in its thread, however often the engine starts again.
func TestEngine_APostedCopyIsCorrectedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, news, desk)
		until(0, "07:59")
		r := h.start(h.store)
		until(0, "08:05")
		h.author.correct()
		for range 3 {
			time.Sleep(2 * time.Minute)
			r.stop()
			r = h.start(h.store)
		}
		until(0, "09:00")
		r.stop()
		for _, to := range []delivery.Place{news, desk} {
			p := h.platforms[to.Platform]
			all := p.all(to)
			if len(all) != 1 || all[0].body != "2000-01-01T08:00 part 1, corrected" {
				t.Fatalf("%+v", all)
			}
			if below := p.channels[room(to, all[0].id)]; len(below) != 1 {
				t.Errorf("in the thread: %+v", below)
			}
		}
	})
}

// TestEngine_AStatusCardThatChangesBeforeItIsPostedIsEdited: what it is to say changes while
// nobody knows whether it is there.
func TestEngine_AStatusCardThatChangesBeforeItIsPostedIsEdited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		p := h.platforms[plain]
		p.fault = func(delivery.Message) string {
			if p.posts == 1 {
				return "lost after"
			}
			return ""
		}
		if _, err := h.store.PutPin(t.Context(), book, briefings.Deed{At: time.Now()}, delivery.Pin{To: desk, Topic: "talks", State: delivery.Active}); err != nil {
			t.Fatal(err)
		}
		r := h.start(h.store)
		time.Sleep(30 * time.Second)
		h.author.correct()
		time.Sleep(10 * time.Minute)
		r.stop()
		if all := p.all(desk); len(all) != 1 || all[0].body != "the status, corrected" {
			t.Errorf("%+v", all)
		}
	})
}
