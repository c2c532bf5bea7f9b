package delivery_test

import (
	"context"
	"path/filepath"
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
