package delivery_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// The book of these tests, and the two platforms that it is posted to: one that knows
// nonces, and one that does not.
const (
	book    briefings.BookID   = "book"
	nonced  briefings.Platform = "nonced"
	plain   briefings.Platform = "plain"
	morning                    = "0 8 * * *"
	nightly                    = "30 0-3 * * *" // four times a night, and not of the hourly class
)

var (
	news  = delivery.Place{Platform: nonced, Workspace: "W", Channel: "news"}
	desk  = delivery.Place{Platform: plain, Workspace: "T", Channel: "desk"}
	admin = delivery.Place{Platform: plain, Workspace: "T", Channel: "admin"}
)

// house is a ledger, the platforms, and what is asked of them. Everything in it is in
// the time of a bubble (testing/synctest).
type house struct {
	t         *testing.T
	store     *store.Store
	platforms map[briefings.Platform]*platform
	author    *writer
	writes    delivery.Author                        // in place of author, where it is not nil
	senders   map[briefings.Platform]delivery.Sender // those of start; nil for the platforms themselves
	reads     func(context.Context, briefings.BookID, briefings.Actor) (bool, error)
	books     []briefings.BookID // that are worked on; book alone where there are none
	owner     int
	timings   delivery.Timings // standard ones where it is zero
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseAt(t, filepath.Join(t.TempDir(), "briefbot.db"))
}

// newHouseAt is newHouse with the database that dsn names.
func newHouseAt(t *testing.T, dsn string) *house {
	t.Helper()
	s, err := store.Open(t.Context(), dsn, store.Options{CallersClock: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	_, err = s.Apply(t.Context(), book, briefings.Change{
		Actor: briefings.Actor{Platform: plain, User: "u"}, At: time.Now(),
		Edits: []briefings.Edit{
			{Put: &briefings.Book{ID: book, Name: "The book", Zone: "Europe/Dublin"}},
			{Put: &briefings.Entry{ID: briefings.EntryID(shown.Ref.ID), Kind: briefings.Track, Name: "The talks"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &house{t: t, store: s, author: &writer{seq: 2}, platforms: map[briefings.Platform]*platform{nonced: newPlatform(true), plain: newPlatform(false)}}
}

// schedule makes a schedule that begins now.
func (h *house) schedule(name, spec, zone string, o delivery.Options, places ...delivery.Place) delivery.Schedule {
	h.t.Helper()
	table, err := delivery.TimetableOf(spec, zone)
	if err != nil {
		h.t.Fatal(err)
	}
	_, due, _ := table.First(time.Now())
	s, err := h.store.PutSchedule(h.t.Context(), book, briefings.Deed{At: time.Now()}, delivery.Schedule{
		Name: name, Spec: spec, Said: spec, Zone: zone, Places: places, Options: o, State: delivery.Active, NextDue: due,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

// chance returns numbers from 0 to 1, always the same ones of a seed. Any number of
// goroutines may ask for them.
func chance(a, b uint64) func() float64 {
	random := rand.New(rand.NewPCG(a, b))
	var mu sync.Mutex
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return random.Float64()
	}
}

// running is an engine at work, as one run of the program has it.
type running struct {
	*delivery.Engine
	stop func()
}

// start runs an engine over a ledger until stop.
func (h *house) start(l delivery.Ledger) *running {
	h.t.Helper()
	h.owner++
	senders := h.senders
	if senders == nil {
		senders = map[briefings.Platform]delivery.Sender{}
		for name, p := range h.platforms {
			senders[name] = p
		}
	}
	author := h.writes
	if author == nil {
		author = h.author
	}
	books := h.books
	if len(books) == 0 {
		books = []briefings.BookID{book}
	}
	e, err := delivery.New(h.t.Context(), delivery.Config{
		Ledger: l, Author: author, Senders: senders, Owner: fmt.Sprintf("process %d", h.owner),
		Books: func(context.Context) ([]briefings.BookID, error) { return books, nil },
		Reads: h.reads, Now: time.Now, Chance: chance(1, uint64(h.owner)), Log: slog.New(slog.DiscardHandler),
		Timings: h.timings,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(h.t.Context())
	var work sync.WaitGroup
	work.Go(func() {
		if err := e.Run(ctx); err != nil {
			h.t.Error(err)
		}
	})
	return &running{e, func() { cancel(); work.Wait() }}
}

// until lets time pass until a moment of the day in Dublin.
func until(day int, clock string) {
	zone, _ := time.LoadLocation("Europe/Dublin")
	now := time.Now().In(zone)
	c, _ := time.Parse("15:04", clock)
	at := time.Date(now.Year(), now.Month(), now.Day()+day, c.Hour(), c.Minute(), 0, 0, zone)
	time.Sleep(time.Until(at))
}

func (h *house) posted(to delivery.Place) []string {
	var list []string
	for _, m := range h.platforms[to.Platform].all(to) {
		line := m.body
		if m.note != "" {
			line += " (" + m.note + ")"
		}
		list = append(list, line)
	}
	return list
}

func (h *house) runs(source delivery.ScheduleID) string {
	h.t.Helper()
	list, err := h.store.Runs(h.t.Context(), book, delivery.RunQuery{Source: string(source)})
	if err != nil {
		h.t.Fatal(err)
	}
	var b strings.Builder
	for i := len(list) - 1; i >= 0; i-- {
		fmt.Fprintf(&b, "%s %s %s;", list[i].Key.Slot, list[i].State, list[i].Reason)
	}
	return b.String()
}

func TestEngine_PostsEachEditionOnceAtItsLocalTimeOverARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t) // the bubble begins on 1 Jan 2000 at midnight UTC
		s := h.schedule("nightly", nightly, "Europe/Dublin", delivery.Options{}, news, desk)
		r := h.start(h.store)
		until(0, "00:35")
		r.stop()
		r = h.start(h.store)
		until(0, "01:35")
		r.stop()
		for _, to := range []delivery.Place{news, desk} {
			got := h.posted(to)
			if len(got) != 2 || got[0] != "2000-01-01T00:30 part 1" || got[1] != "2000-01-01T01:30 part 1" {
				t.Errorf("%s: %q", to, got)
			}
			for _, m := range h.platforms[to.Platform].all(to) {
				if late := m.at.Sub(time.Date(2000, 1, 1, m.at.Hour(), 30, 0, 0, time.UTC)); late < 0 || late > 5*time.Second {
					t.Errorf("%s: posted %s after it was due", to, late)
				}
			}
		}
		if got, want := h.runs(s.ID), "2000-01-01T00:30 planned ;2000-01-01T01:30 planned ;"; got != want {
			t.Errorf("runs %s, want %s", got, want)
		}
	})
}

func TestEngine_OnlyTheNewestMissedSlotIsPostedAndSaysThatItIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		s := h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
		until(2, "10:42")
		r := h.start(h.store)
		until(0, "10:45")
		r.stop()
		if got := h.posted(desk); len(got) != 1 || got[0] != "2000-01-03T08:00 part 1 (due 08:00, posted 10:42 GMT)" {
			t.Errorf("%q", got)
		}
		want := "2000-01-01T08:00 missed nobody was there;2000-01-02T08:00 missed nobody was there;2000-01-03T08:00 planned ;"
		if got := h.runs(s.ID); got != want {
			t.Errorf("runs %s, want %s", got, want)
		}
	})
}

func TestEngine_WhatIsTooLateIsMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		s := h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
		until(0, "14:30")
		r := h.start(h.store)
		until(0, "14:40")
		r.stop()
		if got := h.posted(desk); len(got) != 0 {
			t.Errorf("%q", got)
		}
		if got := h.runs(s.ID); !strings.Contains(got, "missed") {
			t.Error(got)
		}
	})
}

func TestEngine_PausedSlotsAreSkippedAndResumeDoesNotCatchUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		s := h.schedule("nightly", nightly, "Europe/Dublin", delivery.Options{}, desk)
		s.State = delivery.Paused
		s, err := h.store.PutSchedule(t.Context(), book, briefings.Deed{At: time.Now()}, s)
		if err != nil {
			t.Fatal(err)
		}
		r := h.start(h.store)
		until(0, "00:45")
		list, err := h.store.Schedules(t.Context(), book)
		if err != nil {
			t.Fatal(err)
		}
		s = list[0]
		s.State = delivery.Active
		if _, err := h.store.PutSchedule(t.Context(), book, briefings.Deed{At: time.Now()}, s); err != nil {
			t.Fatal(err)
		}
		until(0, "01:45")
		r.stop()
		if got := h.posted(desk); len(got) != 1 || got[0] != "2000-01-01T01:30 part 1" {
			t.Errorf("%q", got)
		}
		if got := h.runs(s.ID); !strings.HasPrefix(got, "2000-01-01T00:30 skipped paused;") {
			t.Error(got)
		}
	})
}

func TestEngine_AQuietDayIsSkippedOrEditsTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		const twoHours = "0 */2 * * *"
		skip := h.schedule("skip", twoHours, "Europe/Dublin", delivery.Options{WhenEmpty: delivery.Skip}, desk)
		h.schedule("edit", twoHours, "Europe/Dublin", delivery.Options{WhenEmpty: delivery.EditLast}, news)
		r := h.start(h.store)
		until(0, "02:30")
		h.author.quiet = true
		until(0, "06:30")
		r.stop()
		if got := h.posted(desk); len(got) != 1 {
			t.Errorf("%q", got)
		}
		if got := h.posted(news); len(got) != 1 || got[0] != "unchanged as of 2000-01-01T06:00" {
			t.Errorf("%q", got)
		}
		if got := h.runs(skip.ID); !strings.Contains(got, "2000-01-01T04:00 skipped unchanged") {
			t.Error(got)
		}
	})
}

func TestEngine_ThePartsAreInOrderAndTheRestIsInTheThread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.schedule("nightly", nightly, "Europe/Dublin", delivery.Options{}, news)
		r := h.start(h.store)
		until(0, "00:35")
		r.stop()
		p := h.platforms[nonced]
		first := p.all(news)
		if len(first) != 1 {
			t.Fatalf("%v", first)
		}
		if below := p.channels[room(news, first[0].id)]; len(below) != 1 || below[0].body != "2000-01-01T00:30 part 2" || !below[0].at.After(first[0].at) {
			t.Errorf("in the thread: %v", below)
		}
	})
}

func TestEngine_AClosedPlaceIsPausedAfterThreeAndAdminsAreToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		if err := h.store.PutSetting(t.Context(), book, briefings.Deed{At: time.Now()}, delivery.NoticePlace, admin.String()); err != nil {
			t.Fatal(err)
		}
		h.schedule("often", "*/15 * * * *", "Europe/Dublin", delivery.Options{}, news)
		h.platforms[nonced].fault = func(delivery.Message) string { return "closed" }
		r := h.start(h.store)
		until(0, "02:20")
		r.stop()
		if n := h.platforms[nonced].posts; n != 3 {
			t.Errorf("%d requests to a place that is closed", n)
		}
		stops, err := h.store.Stops(t.Context(), book)
		if err != nil || stops[news] == "" {
			t.Errorf("stops %v, %v", stops, err)
		}
		if got := h.posted(admin); len(got) != 3 || !strings.Contains(got[0], "failed: closed") {
			t.Errorf("%q", got)
		}
	})
}

func TestEngine_AnOlderDatabaseThatIsRestoredPostsNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		s := h.schedule("nightly", "30 0 * * *", "Europe/Dublin", delivery.Options{}, news, desk)
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
		r = h.start(old)
		until(0, "03:10")
		r.stop()
		for _, to := range []delivery.Place{news, desk} {
			if got := h.posted(to); len(got) != 1 {
				t.Errorf("%s: %q", to, got)
			}
		}
		last, err := old.LastSent(t.Context(), book, string(s.ID), nil)
		if err != nil || last.Key.Slot != "2000-01-01T00:30" {
			t.Errorf("the restored ledger: %v, %v", last, err)
		}
	})
}
