package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
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
		until(0, "07:59")
		r := h.start(h.store)
		until(0, "08:05")
		r.stop()
		until(1, "07:59")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.Run(ctx) }()
		until(0, "08:05")
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

// stuck is a platform on which nothing can be taken back at first, and histories in which a
// message stands twice.
type stuck struct {
	*platform
	left    int
	deletes int
}

func (s *stuck) Delete(ctx context.Context, to delivery.Place, thread, message string) error {
	s.deletes++
	if s.left > 0 {
		s.left--
		return &delivery.Failure{Class: delivery.Unreached, Detail: "connection refused"}
	}
	return s.platform.Delete(ctx, to, thread, message)
}

// TestEngine_ADoubleThatCannotBeTakenBackAtOnceIsCountedOnce.
func TestEngine_ADoubleThatCannotBeTakenBackAtOnceIsCountedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
		p := h.platforms[plain]
		s := &stuck{platform: p, left: 3}
		h.senders = map[briefings.Platform]delivery.Sender{plain: s}
		p.fault = func(m delivery.Message) string {
			if p.posts == 1 { // it breaks what we assume: it comes after everything was waited for
				p.late.Go(func() { time.Sleep(4 * time.Minute); p.edit(m) })
				return "lost before"
			}
			return ""
		}
		until(0, "07:59")
		r := h.start(h.store)
		until(0, "09:00")
		doubled := r.Health().Doubled
		r.stop()
		if got := h.posted(desk); len(got) != 1 || doubled != 1 || s.deletes != 4 {
			t.Errorf("%q, %d are counted, %d were tried", got, doubled, s.deletes)
		}
	})
}

// elsewhere is a ledger whose database has another time.
type elsewhere struct {
	*store.Store
	by atomic.Int64
}

func (e *elsewhere) Clock(_ context.Context, now time.Time) (time.Time, error) {
	return now.Add(time.Duration(e.by.Load())), nil
}

// TestEngine_AClockThatIsNotTheDatabasesClaimsNothing: what one process waits for would be
// over for another.
func TestEngine_AClockThatIsNotTheDatabasesClaimsNothing(t *testing.T) {
	for _, by := range []time.Duration{2 * time.Minute, -2 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t)
			h.author.parts = 1
			h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
			l := &elsewhere{Store: h.store}
			l.by.Store(int64(by))
			until(0, "07:59")
			r := h.start(l)
			until(0, "08:10")
			if got := h.posted(desk); len(got) != 0 || r.Health().OK() {
				t.Errorf("by a clock that differs by %s: %q, %+v", by, got, r.Health())
			}
			l.by.Store(int64(time.Second))
			until(0, "08:11")
			r.stop()
			if got := h.posted(desk); len(got) != 1 || !r.Health().OK() {
				t.Errorf("after it was set right: %q, %+v", got, r.Health())
			}
		})
	}
}

// TestEngine_ACardThatCouldNotBeEditedIsEditedOnceItCan: its place was paused meanwhile.
func TestEngine_ACardThatCouldNotBeEditedIsEditedOnceItCan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		p := h.platforms[plain]
		pin := delivery.Pin{To: desk, Topic: "talks", State: delivery.Active}
		if _, err := h.store.PutPin(t.Context(), book, briefings.Deed{At: time.Now()}, pin); err != nil {
			t.Fatal(err)
		}
		r := h.start(h.store)
		time.Sleep(time.Minute)
		p.fault = func(delivery.Message) string { return "closed" }
		h.author.correct()
		time.Sleep(time.Hour)
		p.fault = nil
		if stops, err := h.store.Stops(t.Context(), book); err != nil || stops[desk] == "" || p.posts > 5 {
			t.Fatalf("%v, %v: the place is not paused, after %d requests", stops, err, p.posts)
		}
		if err := h.store.Reopen(t.Context(), book, briefings.Deed{At: time.Now()}, desk); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		r.stop()
		if all := p.all(desk); len(all) != 1 || all[0].body != "the status, corrected" {
			t.Errorf("%+v", all)
		}
	})
}

// picky is an author who cannot write one of the digests.
type picky struct{ *writer }

func (w picky) Edition(ctx context.Context, b briefings.BookID, ask delivery.EditionAsk) (delivery.Text, error) {
	if ask.Schedule.Name == "broken" {
		return delivery.Text{}, errors.New("a bug")
	}
	return w.writer.Edition(ctx, b, ask)
}

// TestEngine_OneDigestThatCannotBeWrittenKeepsNoOtherWaiting.
func TestEngine_OneDigestThatCannotBeWrittenKeepsNoOtherWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		h.schedule("broken", morning, "Europe/Dublin", delivery.Options{}, news)
		h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
		h.writes = picky{h.author}
		until(0, "07:59")
		r := h.start(h.store)
		until(0, "08:10")
		ok := r.Health().OK()
		r.stop()
		if got := h.posted(desk); len(got) != 1 || ok {
			t.Errorf("%q, all is well: %t", got, ok)
		}
	})
}

// asked is an author who knows whom they wrote alerts for.
type asked struct {
	*writer
	of map[briefings.UserID]bool
}

func (a asked) Alerts(_ context.Context, _ briefings.BookID, ask delivery.AlertAsk) ([]delivery.AlertText, error) {
	for _, w := range ask.Watches {
		a.of[w.Owner.User] = true
	}
	return nil, nil
}

// TestEngine_WhoDoesNotReadTheBookAnyMoreIsToldNothing: their workspace has another by now.
func TestEngine_WhoDoesNotReadTheBookAnyMoreIsToldNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		author := asked{h.author, map[briefings.UserID]bool{}}
		h.writes = author
		h.reads = func(_ context.Context, b briefings.BookID, who briefings.Actor) (bool, error) {
			return b == book && who.Workspace == "T", nil
		}
		for _, who := range []briefings.Actor{{Platform: plain, Workspace: "T", User: "ada"}, {Platform: plain, Workspace: "left", User: "bob"}} {
			if _, err := h.store.PutWatch(t.Context(), book, briefings.Deed{At: time.Now()}, delivery.Watch{Owner: who, To: delivery.Direct(who), State: delivery.Active}); err != nil {
				t.Fatal(err)
			}
		}
		r := h.start(h.store)
		time.Sleep(time.Minute)
		h.author.correct()
		time.Sleep(time.Minute)
		r.stop()
		if !author.of["ada"] || author.of["bob"] {
			t.Errorf("told: %v", author.of)
		}
	})
}

// clerk is an author who knows since when each platform was told what changed.
type clerk struct {
	*writer
	since map[briefings.Platform][]string
}

func (c clerk) Edition(ctx context.Context, b briefings.BookID, ask delivery.EditionAsk) (delivery.Text, error) {
	for _, p := range ask.Platforms {
		at := "the beginning"
		if !ask.SinceDue.IsZero() {
			at = ask.SinceDue.Format("15:04")
		}
		c.since[p] = append(c.since[p], at)
	}
	return c.writer.Edition(ctx, b, ask)
}

// TestEngine_WhoWasNotReachedIsToldAllOfItByTheNextEdition: on the platform that was down,
// what changed since the last edition that was there; and admins are told.
func TestEngine_WhoWasNotReachedIsToldAllOfItByTheNextEdition(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		author := clerk{h.author, map[briefings.Platform][]string{}}
		h.writes = author
		notices := delivery.Place{Platform: nonced, Workspace: "W", Channel: "admin"}
		if err := h.store.PutSetting(t.Context(), book, briefings.Deed{At: time.Now()}, delivery.NoticePlace, notices.String()); err != nil {
			t.Fatal(err)
		}
		until(0, "07:59")
		h.schedule("hourly", "0 8,9,10,11,12 * * *", "Europe/Dublin", delivery.Options{}, news, desk)
		p := h.platforms[plain]
		down := func(is bool) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.down = is
		}
		r := h.start(h.store)
		until(0, "08:30")
		down(true)
		until(0, "10:30")
		down(false)
		until(0, "12:30") // that of ten has come a little late, and that of nine never
		r.stop()
		if got := len(h.posted(news)); got != 5 {
			t.Errorf("%d on the platform that was there", got)
		}
		if got := h.posted(desk); len(got) != 4 {
			t.Errorf("%q", got)
		}
		for platform, want := range map[briefings.Platform]string{
			nonced: "the beginning 08:00 09:00 10:00 11:00", plain: "the beginning 08:00 08:00 10:00 11:00",
		} {
			if got := strings.Join(author.since[platform], " "); got != want {
				t.Errorf("%s is told what changed since %s, and should since %s", platform, got, want)
			}
		}
		if got := h.posted(notices); len(got) != 1 || !strings.Contains(got[0], "1 failed: expired") && !strings.Contains(got[0], "1 failed: superseded") {
			t.Errorf("admins are told %q", got)
		}
	})
}

// TestEngine_AnEditThatIsAppliedLateDoesNotUndoTheNextOne: of a status card that changes
// twice while the platform is slow.
func TestEngine_AnEditThatIsAppliedLateDoesNotUndoTheNextOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		p := h.platforms[plain]
		if _, err := h.store.PutPin(t.Context(), book, briefings.Deed{At: time.Now()}, delivery.Pin{To: desk, Topic: "talks", State: delivery.Active}); err != nil {
			t.Fatal(err)
		}
		r := h.start(h.store)
		time.Sleep(time.Minute)
		p.fault = func(m delivery.Message) string {
			if string(m.Body) == "the status, corrected" {
				return "late" // 40 s
			}
			return ""
		}
		h.author.correct()
		r.Wake()
		time.Sleep(2 * time.Second)
		h.author.says("the status, as it is now")
		r.Wake()
		time.Sleep(10 * time.Minute)
		r.stop()
		if all := p.all(desk); len(all) != 1 || all[0].body != "the status, as it is now" {
			t.Errorf("%+v", all)
		}
	})
}

// slowly is a ledger that takes its time.
type slowly struct{ *store.Store }

func (s slowly) Move(ctx context.Context, b briefings.BookID, moves []delivery.Move) ([]bool, error) {
	time.Sleep(time.Second)
	return s.Store.Move(ctx, b, moves)
}

// TestEngine_RestsOnceItIsWrittenDownHowRequestsEnded: a chat shows what became of a digest
// then.
func TestEngine_RestsOnceItIsWrittenDownHowRequestsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		s := h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
		r := h.start(slowly{h.store})
		key, err := r.RunNow(t.Context(), book, s.ID, "asked")
		if err != nil {
			t.Fatal(err)
		}
		r.Rest(t.Context(), time.Minute)
		list, err := h.store.Deliveries(t.Context(), book, delivery.DeliveryQuery{Run: &key})
		if err != nil || len(list) != 2 {
			t.Fatal(list, err)
		}
		for _, d := range list {
			if d.State != delivery.Sent {
				t.Errorf("part %d is %s", d.Part, d.State)
			}
		}
		r.stop()
	})
}

// touched is a ledger in which somebody changes a card once, while it is planned.
type touched struct {
	*store.Store
	once sync.Once
}

func (l *touched) Commit(ctx context.Context, b briefings.BookID, p delivery.Plan) (err error) {
	if len(p.Pins) > 0 {
		l.once.Do(func() { err = briefings.Errorf(briefings.ErrConflict, "The status card has been changed since.") })
	}
	if err == nil {
		err = l.Store.Commit(ctx, b, p)
	}
	return err
}

// TestEngine_WhatSomebodyChangesMeanwhileIsPlannedAgainAndNothingIsWrong.
func TestEngine_WhatSomebodyChangesMeanwhileIsPlannedAgainAndNothingIsWrong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		if _, err := h.store.PutPin(t.Context(), book, briefings.Deed{At: time.Now()}, delivery.Pin{To: desk, Topic: "talks", State: delivery.Active}); err != nil {
			t.Fatal(err)
		}
		r := h.start(&touched{Store: h.store})
		time.Sleep(time.Second)
		if h := r.Health(); !h.OK() {
			t.Errorf("%+v", h)
		}
		time.Sleep(time.Minute)
		r.stop()
		if got := h.posted(desk); len(got) != 1 {
			t.Errorf("%q", got)
		}
	})
}

// TestEngine_ABookThatCannotBeReadKeepsNoOtherWaiting.
func TestEngine_ABookThatCannotBeReadKeepsNoOtherWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.author.parts = 1
		h.books = []briefings.BookID{"there-is-none", book}
		h.schedule("daily", morning, "Europe/Dublin", delivery.Options{}, desk)
		until(0, "07:59")
		r := h.start(h.store)
		until(0, "08:05")
		ok := r.Health().OK()
		r.stop()
		if got := h.posted(desk); len(got) != 1 || ok {
			t.Errorf("%q, all is well: %t", got, ok)
		}
	})
}

// TestEngine_AnEditionThatWasSupersededBeforeItArrivedIsToldToAdmins.
func TestEngine_AnEditionThatWasSupersededBeforeItArrivedIsToldToAdmins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		if err := h.store.PutSetting(t.Context(), book, briefings.Deed{At: time.Now()}, delivery.NoticePlace, admin.String()); err != nil {
			t.Fatal(err)
		}
		run := func(slot string) delivery.NewRun {
			return delivery.NewRun{
				Run:   delivery.Run{Key: delivery.RunKey{Source: "s", Slot: slot}, Kind: delivery.Digest, State: delivery.Planned, Due: time.Now(), Made: time.Now()},
				Parts: []delivery.Part{{Platform: plain, Number: 1, Op: delivery.Post, Body: []byte(slot)}}, To: []delivery.Target{{Place: desk}}, Deadline: time.Now().Add(time.Hour),
			}
		}
		for _, p := range []delivery.Plan{{Runs: []delivery.NewRun{run("first")}}, {Runs: []delivery.NewRun{run("second")}, Supersede: []string{"s"}}} {
			p.At = time.Now()
			if err := h.store.Commit(t.Context(), book, p); err != nil {
				t.Fatal(err)
			}
		}
		r := h.start(h.store)
		time.Sleep(5 * time.Minute)
		r.stop()
		if got := h.posted(desk); len(got) != 1 || got[0] != "second" {
			t.Errorf("%q", got)
		}
		if got := h.posted(admin); len(got) != 1 || got[0] != "1 failed: superseded" {
			t.Errorf("admins are told %q", got)
		}
	})
}

// TestNext_AClockThatWasSetBackOpensNoWindowOfANonce: it does not tell how old the first
// request is.
func TestNext_AClockThatWasSetBackOpensNoWindowOfANonce(t *testing.T) {
	rules := delivery.Rules{Timings: delivery.Standard, Me: "me", Nonces: true}
	sent := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	d := delivery.Delivery{Op: delivery.Post, State: delivery.Unknown, Unsure: true, EverUnsure: true, FirstSent: sent, LastSent: sent}
	for after, want := range map[time.Duration]delivery.Act{10 * time.Second: delivery.Try, -10 * time.Second: delivery.Note, 50 * time.Second: delivery.Note} {
		if _, act := delivery.Next(d, sent.Add(after), rules); act != want {
			t.Errorf("%s after the first request: act %d, want %d", after, act, want)
		}
	}
}
