package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// TestEngine_RunsAgainWhereItsLeaseComesBack: one engine that was stopped goes on as it did.
func TestEngine_RunsAgainWhereItsLeaseComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
		r := h.start(h.store)
		until(0, "08:05")
		r.stop()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.Run(ctx) }()
		until(1, "08:05")
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if got := h.posted(desk); len(got) != 2 {
			t.Errorf("%q", got)
		}
	})
}

// failingFind is a platform whose history cannot be read at first.
type failingFind struct {
	*platform
	left int
}

func (f *failingFind) Find(ctx context.Context, m delivery.Message, since time.Time) ([]string, error) {
	if f.left > 0 {
		f.left--
		return nil, &delivery.Failure{Class: delivery.Unreached, Detail: "connection refused"}
	}
	return f.platform.Find(ctx, m, since)
}

// TestEngine_WhatIsToBeReadFirstIsReadAlsoAfterAReadThatFailed: an older database does not
// know what was posted, and that the channel cannot be read at first changes nothing.
func TestEngine_WhatIsToBeReadFirstIsReadAlsoAfterAReadThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		h.schedule("nightly", "30 0 * * *", "Europe/Dublin", delivery.Options{}, desk)
		if _, err := h.store.Secret(t.Context()); err != nil {
			t.Fatal(err)
		}
		copied := filepath.Join(t.TempDir(), "backup.db")
		if err := h.store.Backup(t.Context(), copied); err != nil {
			t.Fatal(err)
		}
		r := h.start(h.store)
		until(0, "00:35")
		r.stop()
		old, err := store.Open(t.Context(), copied, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer old.Close()
		until(0, "03:00")
		h.senders = map[briefings.Platform]delivery.Sender{plain: &failingFind{h.platforms[plain], 2}}
		r = h.start(old)
		until(0, "03:30")
		r.stop()
		if got := h.posted(desk); len(got) != 1 {
			t.Errorf("%q", got)
		}
	})
}

// TestEngine_ASlotThatWaitsForAnEarlierEditionIsNotPassedOver: of a new schedule, too, whose
// first slot is due while nobody knows whether an edition beside its slots was posted.
func TestEngine_ASlotThatWaitsForAnEarlierEditionIsNotPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		until(0, "07:58")
		s := h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
		p := h.platforms[plain]
		p.fault = func(delivery.Message) string {
			if p.posts == 1 {
				return "lost after"
			}
			return ""
		}
		r := h.start(h.store)
		until(0, "07:59")
		if _, err := r.RunNow(t.Context(), book, s.ID, "asked"); err != nil {
			t.Fatal(err)
		}
		until(0, "08:30")
		r.stop()
		if got := h.posted(desk); len(got) != 2 {
			t.Errorf("%q", got)
		}
		if got := h.runs(s.ID); !strings.Contains(got, "2000-01-01T08:00 planned") {
			t.Error(got)
		}
	})
}

// TestNext_ASupersededEditIsNotMadeAgain: it would undo the newer one.
func TestNext_ASupersededEditIsNotMadeAgain(t *testing.T) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	d := delivery.Delivery{Op: delivery.Edit, State: delivery.Unknown, RunState: delivery.Superseded, Unsure: true, LastSent: now.Add(-time.Minute), Deadline: now.Add(time.Hour)}
	if to, _ := delivery.Next(d, now, delivery.Rules{Timings: delivery.Standard}); to.State != delivery.Replaced {
		t.Errorf("it is %s", to.State)
	}
}

// illLedger cannot plan, and counts how often it was asked to.
type illLedger struct {
	delivery.Ledger
	asked int
}

func (l *illLedger) Commit(context.Context, briefings.BookID, delivery.Plan) error {
	l.asked++
	return errors.New("the disk is full")
}

// TestEngine_WhileTheDatabaseFailsItIsNotAskedAllTheTime: changes that could not be told are
// tried again every second or so.
func TestEngine_WhileTheDatabaseFailsItIsNotAskedAllTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		ill := &illLedger{Ledger: h.store}
		if _, err := h.store.Cursor(t.Context(), book); err != nil {
			t.Fatal(err)
		}
		r := h.start(ill)
		h.author.correct()
		time.Sleep(2 * time.Minute)
		r.stop()
		if ill.asked == 0 || ill.asked > 200 {
			t.Errorf("it was asked %d times in two minutes", ill.asked)
		}
	})
}

// TestEngine_AnInstallationThatIsLockedKeepsNoOtherWaiting: however many messages wait for
// it. Of it one call in a quarter of an hour is made, and all go out once it is let in.
func TestEngine_AnInstallationThatIsLockedKeepsNoOtherWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		var many []delivery.Place
		for i := range 300 {
			to := desk
			to.Channel = fmt.Sprint("c", i)
			many = append(many, to)
		}
		h.schedule("many", "0 8 * * *", "Europe/Dublin", delivery.Options{}, many...)
		h.schedule("other", "5 8 * * *", "Europe/Dublin", delivery.Options{}, news)
		p := h.platforms[plain]
		p.fault = func(delivery.Message) string { return "locked" }
		until(0, "07:59")
		r := h.start(h.store)
		until(0, "08:07")
		if got := h.posted(news); len(got) != 1 || strings.Contains(got[0], "due") {
			t.Errorf("the other platform has %q", got)
		}
		p.mu.Lock()
		first := p.posts
		p.mu.Unlock()
		until(0, "09:02")
		p.mu.Lock()
		if n := p.posts - first; n < 2 || n > 5 {
			t.Errorf("%d calls in 55 minutes", n)
		}
		p.fault = nil
		p.mu.Unlock()
		until(0, "10:30")
		r.stop()
		for _, to := range many {
			if got := h.posted(to); len(got) != 1 {
				t.Fatalf("%s has %q", to, got)
			}
		}
	})
}
