package bot_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// gazette is a platform with one channel, #news, in which not everybody may write.
type gazette struct {
	page
	denied bool // nobody may write there
	blind  bool // the bot may not read the channel
}

func (gazette) Platform() briefings.Platform { return "test" }

var newsPlace = delivery.Place{Platform: "test", Workspace: "w", Channel: "news"}

func (n *gazette) Channel(_ context.Context, _ briefings.Actor, words string) (bot.PlaceRef, error) {
	if strings.TrimPrefix(words, "#") == "news" {
		return bot.PlaceRef{Place: newsPlace, Name: "#news"}, nil
	}
	return bot.PlaceRef{}, briefings.Errorf(briefings.ErrNotFound, "I know no channel %q.", words)
}

func (n *gazette) MayPost(_ context.Context, _ briefings.Actor, _ delivery.Place) error {
	if n.denied {
		return briefings.Errorf(briefings.ErrDenied, "You may not write in that channel, so I do not post there for you.")
	}
	return nil
}

func (n *gazette) CanRead(context.Context, delivery.Place) bool { return !n.blind }

// clockwork is what the desk has of an engine.
type clockwork struct {
	runs  []string
	woken int
}

func (w *clockwork) RunNow(_ context.Context, _ briefings.BookID, id delivery.ScheduleID, event string) (delivery.RunKey, error) {
	w.runs = append(w.runs, event)
	return delivery.RunKey{Source: string(id), Slot: "now:" + event}, nil
}
func (w *clockwork) Wake()                   { w.woken++ }
func (w *clockwork) Health() delivery.Health { return delivery.Health{Planned: now} }

// scheduler is a desk whose admin schedules.
type scheduler struct {
	*desk
	room   *gazette
	clock  *clockwork
	ledger delivery.Ledger
}

func openScheduler(t *testing.T) *scheduler {
	t.Helper()
	d := openDesk(t)
	s := &scheduler{d, &gazette{page: page{100_000}}, &clockwork{}, d.library.Store().(delivery.Ledger)}
	d.role = briefings.Admin
	d.bot.Reach(s.room)
	d.bot.Schedule(s.ledger, s.clock)
	return s
}

// does returns the answer to a line that works.
func (s *scheduler) does(line string) string {
	s.t.Helper()
	reply := s.handle(s.by(line))
	if reply.Outcome != bot.Answered {
		s.t.Fatalf("%s: %s", line, text(reply.Card))
	}
	return text(reply.Card)
}

func (s *scheduler) by(line string) bot.Request {
	return bot.Request{Text: line, Actor: briefings.Actor{Platform: "test", Workspace: "w", User: "ada"}, Channel: "news"}
}

// refuses returns the sentence by which a line is refused.
func (s *scheduler) refuses(line string) string {
	s.t.Helper()
	reply := s.handle(s.by(line))
	if reply.Outcome != bot.Refused && reply.Outcome != bot.NotFound {
		s.t.Fatalf("%s is not refused: %s", line, text(reply.Card))
	}
	return text(reply.Card)
}

func (s *scheduler) schedules() []delivery.Schedule {
	s.t.Helper()
	list, err := s.ledger.Schedules(s.t.Context(), s.book)
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

func TestDigest_CreateShowsTheCronItBecameAndTheNextThreeTimes(t *testing.T) {
	s := openScheduler(t)
	got := s.does(`/digest create #news "weekdays 08:00" zone:Europe/Dublin topics:talks,donbas when_empty:one-line`)
	for _, want := range []string{"0 8 * * 1-5", "at 08:00 on weekdays", "Europe/Dublin", "Tue 24 Nov 2026, 08:00 GMT", "Wed 25 Nov 2026, 08:00 GMT", "Thu 26 Nov 2026, 08:00 GMT", "#news", "it says so in one line"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	list := s.schedules()
	if len(list) != 1 || list[0].Name != "peace-talks" || !slices.Equal(list[0].Places, []delivery.Place{newsPlace}) || len(list[0].Options.Topics) != 2 {
		t.Fatalf("%+v", list)
	}
	if s.clock.woken == 0 {
		t.Error("nothing looks at it")
	}
}

func TestDigest_CreateRefusesWithASentenceAndKeepsNothing(t *testing.T) {
	s := openScheduler(t)
	for line, want := range map[string]string{
		`/digest create #news "every 5 minutes"`:                    "every 15 minutes",
		`/digest create #news "sometimes"`:                          "I do not understand",
		`/digest create #nowhere "daily 08:00"`:                     "no channel",
		`/digest create #news "daily 08:00" zone:Dublin`:            "Did you mean Europe/Dublin",
		`/digest create #news "daily 08:00" topics:nobodyknowsthis`: "no entry",
		`/digest create #news "daily 08:00" catchup:1m`:             "10m to 168h",
		`/digest create #news "0 0 30 2 *"`:                         "never comes",
		`/digest create #news`:                                      "missing",
		`/digest history nothing`:                                   "There is no digest yet",
	} {
		if got := s.refuses(line); !strings.Contains(got, want) {
			t.Errorf("%s: %q is not in %s", line, want, got)
		}
	}
	s.room.denied = true
	if got := s.refuses(`/digest create #news "daily 08:00"`); !strings.Contains(got, "You may not write in that channel") {
		t.Error(got)
	}
	if n := len(s.schedules()); n != 0 {
		t.Errorf("%d are kept", n)
	}
}

func TestDigest_BothDayFieldsAskWhetherThatIsMeant(t *testing.T) {
	s := openScheduler(t)
	if got := s.does(`/digest create #news "0 9 13 * 5"`); !strings.Contains(got, "Is that what you mean?") {
		t.Error(got)
	}
	if n := len(s.schedules()); n != 0 {
		t.Fatalf("%d are kept before it was said", n)
	}
	s.does(`/digest create #news "0 9 13 * 5" confirm`)
	if n := len(s.schedules()); n != 1 {
		t.Errorf("%d are kept", n)
	}
}

func TestDigest_WhereTheBotMayNotReadItSaysWhatThatMeans(t *testing.T) {
	s := openScheduler(t)
	s.room.blind = true
	if got := s.does(`/digest create #news "daily 08:00"`); !strings.Contains(got, "I cannot find out whether it arrived") {
		t.Error(got)
	}
}

func TestDigest_PauseResumeAndDelete(t *testing.T) {
	s := openScheduler(t)
	s.does(`/digest create #news "daily 08:00" name:morning zone:UTC`)
	if got := s.does("/digest pause morning"); !strings.Contains(got, "PAUSED") {
		t.Error(got)
	}
	s.now = now.Add(48 * time.Hour)
	x := s.schedules()[0]
	x.NextDue = s.now.Add(time.Hour) // the planner has passed over two
	if _, err := s.ledger.PutSchedule(t.Context(), s.book, briefings.Deed{At: now}, x); err != nil {
		t.Fatal(err)
	}
	s.does("/digest resume morning")
	if x := s.schedules()[0]; x.State != delivery.Active || !x.NextDue.After(s.now) {
		t.Errorf("it goes on with %s, which is over", x.NextDue)
	}
	if got := s.does("/digest delete morning"); !strings.Contains(got, "Delete the digest") || len(s.schedules()) != 1 {
		t.Error(got)
	}
	s.does("/digest delete morning confirm")
	if n := len(s.schedules()); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// TestDigest_ANewTimeHoldsFromTomorrowWhereTodaysHasGoneOut: where it is on its way, too.
// What was posted by hand is not today's, and neither is what was dropped.
func TestDigest_ANewTimeHoldsFromTomorrowWhereTodaysHasGoneOut(t *testing.T) {
	s := openScheduler(t) // it is noon
	s.does(`/digest create #news "daily 08:00" name:morning zone:UTC`)
	run := s.runs("now:by-hand")
	s.moves(run, func(d delivery.Delivery) delivery.Delivery { return delivery.Delivered(d, "m0") })
	got := s.does(`/digest edit morning when:"daily 17:00"`)
	if !strings.Contains(got, "Mon 23 Nov 2026, 17:00") {
		t.Errorf("what was posted by hand is today's:\n%s", got)
	}
	run = s.runs(now.Format("2006-01-02") + "T08:00")
	got = s.does(`/digest edit morning when:"daily 18:00"`)
	if !strings.Contains(got, "from tomorrow on") {
		t.Errorf("today's is on its way:\n%s", got)
	}
	s.moves(run, func(d delivery.Delivery) delivery.Delivery { d.State = delivery.Dropped; return d })
	got = s.does(`/digest edit morning when:"daily 19:00"`)
	if !strings.Contains(got, "Mon 23 Nov 2026, 19:00") {
		t.Errorf("nothing has gone out:\n%s", got)
	}
	s.moves(run, func(d delivery.Delivery) delivery.Delivery { return delivery.Delivered(d, "m1") })
	got = s.does(`/digest edit morning when:"daily 20:00"`)
	if !strings.Contains(got, "from tomorrow on") || strings.Contains(got, "23 Nov 2026, 20:00") || !strings.Contains(got, "Tue 24 Nov 2026, 20:00") {
		t.Error(got)
	}
	if got := s.does("/digest history morning"); !strings.Contains(got, " 08:00 | posted | edition 1") {
		t.Error(got)
	}
}

// TestDigest_ANewZoneTakesNoSlotTwice: a slot is a wall time, and in a zone farther west
// the same wall time comes once more.
func TestDigest_ANewZoneTakesNoSlotTwice(t *testing.T) {
	s := openScheduler(t)
	s.does(`/digest create #news "daily 08:00" name:morning zone:Pacific/Auckland`)
	s.runs("2026-11-24T08:00") // seven hours from now by that clock; it was 19:00 UTC
	got := s.does(`/digest edit morning zone:America/Los_Angeles`)
	if strings.Contains(got, "Tue 24 Nov 2026, 08:00") || !strings.Contains(got, "Wed 25 Nov 2026, 08:00") {
		t.Error(got)
	}
	s.does("/digest pause morning")
	if got := s.does("/digest resume morning"); strings.Contains(got, "Tue 24 Nov 2026, 08:00") || !strings.Contains(got, "Wed 25 Nov 2026, 08:00") {
		t.Error(got)
	}
}

// runs plans an edition of the only schedule, four hours ago, and returns its key.
func (s *scheduler) runs(slot string) delivery.RunKey {
	s.t.Helper()
	at := now.Add(-4 * time.Hour)
	key := delivery.RunKey{Source: string(s.schedules()[0].ID), Slot: slot}
	run := delivery.NewRun{
		Run:   delivery.Run{Key: key, Kind: delivery.Digest, State: delivery.Planned, Due: at, Made: at, Edition: 1, Seq: 1, Zone: s.schedules()[0].Zone},
		Parts: []delivery.Part{{Platform: "test", Number: 1, Op: delivery.Post, Body: []byte("x")}}, To: []delivery.Target{{Place: newsPlace}}, Deadline: now,
	}
	if err := s.ledger.Commit(s.t.Context(), s.book, delivery.Plan{At: at, Runs: []delivery.NewRun{run}}); err != nil {
		s.t.Fatal(err)
	}
	return key
}

// moves moves the only delivery of a run.
func (s *scheduler) moves(key delivery.RunKey, to func(delivery.Delivery) delivery.Delivery) {
	s.t.Helper()
	d, err := s.ledger.Deliveries(s.t.Context(), s.book, delivery.DeliveryQuery{Run: &key})
	if err != nil || len(d) != 1 {
		s.t.Fatal(d, err)
	}
	if _, err := s.ledger.Move(s.t.Context(), s.book, []delivery.Move{{From: d[0], To: to(d[0]), At: now.Add(-4 * time.Hour)}}); err != nil {
		s.t.Fatal(err)
	}
}

func TestDigest_PreviewUsesNothingUpAndRunIsOncePerEvent(t *testing.T) {
	s := openScheduler(t)
	s.does(`/digest create #news "daily 08:00" name:morning zone:UTC`)
	before := s.schedules()[0]
	if got := s.does("/digest preview morning"); !strings.Contains(got, "This is the first edition") || !strings.Contains(got, "nothing was posted") {
		t.Error(got)
	}
	if after := s.schedules()[0]; after.Rev != before.Rev || len(s.clock.runs) != 0 {
		t.Error("a preview has changed something")
	}
	r := s.by("/digest run morning")
	r.Event = "event-1"
	s.handle(r)
	if !slices.Equal(s.clock.runs, []string{"event-1"}) {
		t.Errorf("runs %q", s.clock.runs)
	}
}

func TestWatch_AddListAndRemove(t *testing.T) {
	s := openScheduler(t)
	s.role = briefings.Reader
	got := s.does(`/watch add talks quiet:"22:00-07:00" zone:Europe/Dublin`)
	if !strings.Contains(got, "From 22:00 to 07:00, Europe/Dublin time") || !strings.Contains(got, "in direct messages") {
		t.Error(got)
	}
	s.does("/watch add talks") // it takes the other's place
	s.does("/watch add donbas")
	if got := s.does("/watch list"); strings.Count(got, "in direct messages") != 2 || strings.Contains(got, "22:00") {
		t.Error(got)
	}
	if got := s.does("/watch pause 1"); !strings.Contains(got, "PAUSED") {
		t.Error(got)
	}
	s.does("/watch remove talks")
	s.does("/watch remove")
	if got := s.refuses("/watch remove"); !strings.Contains(got, "You watch nothing yet") {
		t.Error(got)
	}
	for line, want := range map[string]string{
		`/watch add talks quiet:late`:          "22:00-07:00",
		`/watch add talks quiet:"07:00-07:00"`: "watch pause",
		`/watch add talks channel:#news`:       "Only contributors",
	} {
		if got := s.refuses(line); !strings.Contains(got, want) {
			t.Errorf("%s: %s", line, got)
		}
	}
}

func TestPin_IsOnceInAChannel(t *testing.T) {
	s := openScheduler(t)
	s.does("/desk pin talks")
	if got := s.refuses("/desk pin talks"); !strings.Contains(got, "already") {
		t.Error(got)
	}
	s.does("/desk unpin talks")
	s.refuses("/desk unpin talks")
	s.does("/desk pin talks #news")
}

func TestFailures_CanBePostedTakenAsPostedOrDropped(t *testing.T) {
	s := openScheduler(t)
	plan := delivery.Plan{At: now}
	for _, slot := range []string{"a", "b", "c"} {
		plan.Runs = append(plan.Runs, delivery.NewRun{
			Run:   delivery.Run{Key: delivery.RunKey{Source: "x", Slot: slot}, Kind: delivery.Digest, State: delivery.Planned, Due: now, Made: now, Edition: 3},
			Parts: []delivery.Part{{Platform: "test", Number: 1, Op: delivery.Post, Body: []byte("x")}}, To: []delivery.Target{{Place: newsPlace, Refused: "Invite me."}}, Deadline: now,
		})
	}
	if err := s.ledger.Commit(t.Context(), s.book, plan); err != nil {
		t.Fatal(err)
	}
	dead, err := s.ledger.Deliveries(t.Context(), s.book, delivery.DeliveryQuery{States: []delivery.State{delivery.Dead}})
	if err != nil || len(dead) != 3 {
		t.Fatal(dead, err)
	}
	if got := s.does("/desk failures"); strings.Count(got, "Invite me.") != 3 {
		t.Error(got)
	}
	for i, command := range []string{"post", "posted", "drop"} {
		s.does("/desk " + command + " " + string(dead[i].ID))
		if got := s.refuses("/desk " + command + " " + string(dead[i].ID)); !strings.Contains(got, "not among those that failed") {
			t.Error(got)
		}
	}
	for i, want := range []delivery.State{delivery.Pending, delivery.Sent, delivery.Dropped} {
		d, err := s.ledger.Deliveries(t.Context(), s.book, delivery.DeliveryQuery{IDs: []delivery.ID{dead[i].ID}})
		if err != nil || len(d) != 1 || d[0].State != want {
			t.Errorf("%+v, %v; want %s", d, err, want)
		}
	}
	audit, err := s.library.Store().Audit(t.Context(), s.book, briefings.AuditQuery{Limit: 3})
	if err != nil || len(audit) != 3 || !strings.Contains(audit[0].Detail, "dropped") {
		t.Errorf("%+v, %v", audit, err)
	}
	if got := s.does("/desk health"); !strings.Contains(got, "Digests and alerts work") {
		t.Error(got)
	}
	s.does("/desk notices #news")
	if at, err := s.ledger.Setting(t.Context(), s.book, delivery.NoticePlace); err != nil || at != newsPlace.String() {
		t.Error(at, err)
	}
}

func TestSchedule_WithoutALedgerSaysWhereItIsDone(t *testing.T) {
	d := openDesk(t)
	other, err := bot.New(d.library, bot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reply := other.Handle(t.Context(), d.request(bot.Request{Text: "/watch list"}))
	if reply.Outcome != bot.Refused || !strings.Contains(text(reply.Card), "where the bot runs") {
		t.Error(text(reply.Card))
	}
}

func TestStatus_PinIsDeskPin(t *testing.T) {
	s := openScheduler(t)
	if got := s.does("/status talks pin"); !strings.Contains(got, "Kept up to date: Peace talks on Ukraine") {
		t.Error(got)
	}
	pins, err := s.ledger.Pins(t.Context(), s.book)
	if err != nil || len(pins) != 1 {
		t.Errorf("%v, %v", pins, err)
	}
	s.role = briefings.Reader
	if got := s.refuses("/status talks pin"); !strings.Contains(got, "for the role editor") {
		t.Error(got)
	}
}

func TestCopies_TheEditorIsToldInHowManyMessagesItWasPosted(t *testing.T) {
	s := openScheduler(t)
	added := s.does(`/book status talks "They go on in Geneva." source:https://example.org/a date:yesterday`)
	id := regexp.MustCompile(`s-[0-9]{4}-[0-9]{2}-[0-9]{2}-\w+`).FindString(added)
	if strings.Contains(added, "It was posted") {
		t.Error(added)
	}
	key := delivery.RunKey{Source: "x", Slot: "a"}
	other := newsPlace
	other.Channel = "desk"
	err := s.ledger.Commit(t.Context(), s.book, delivery.Plan{At: now, Runs: []delivery.NewRun{{
		Run:   delivery.Run{Key: key, Kind: delivery.Digest, State: delivery.Planned, Due: now, Made: now, Edition: 1},
		Parts: []delivery.Part{{Platform: "test", Number: 1, Op: delivery.Post, Body: []byte("x"), Shows: []delivery.Shown{{Ref: briefings.Ref{Kind: briefings.ReportRecord, ID: id}, Number: 1}}}},
		To:    []delivery.Target{{Place: newsPlace}, {Place: other}}, Deadline: now.Add(time.Hour),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.ledger.Deliveries(t.Context(), s.book, delivery.DeliveryQuery{Run: &key})
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	for i, d := range list {
		if _, err := s.ledger.Move(t.Context(), s.book, []delivery.Move{{From: d, To: delivery.Delivered(d, fmt.Sprint("m", i)), At: now}}); err != nil {
			t.Fatal(err)
		}
	}
	woken := s.clock.woken
	got := s.does("/book retract " + id + ` why:"the source withdrew it"`)
	if !strings.Contains(got, "It was posted in 2 messages, which are now corrected") {
		t.Error(got)
	}
	if s.clock.woken == woken {
		t.Error("nobody looks at it at once")
	}
}

func TestDigest_ItsTimeIsNotChangedWhileASlotIsDue(t *testing.T) {
	s := openScheduler(t)
	s.does(`/digest create #news "daily 08:00" zone:UTC name:morning`)
	x := s.schedules()[0]
	x.NextDue = now.Add(-time.Second) // and the planner has not come by
	if _, err := s.ledger.PutSchedule(t.Context(), s.book, briefings.Deed{At: now}, x); err != nil {
		t.Fatal(err)
	}
	if got := s.refuses(`/digest edit morning when:"daily 19:00"`); !strings.Contains(got, "is due just now") {
		t.Error(got)
	}
	s.does("/digest pause morning") // which passes over nothing
	if got := s.refuses("/digest resume morning"); !strings.Contains(got, "is due just now") {
		t.Error(got)
	}
}

func TestGroups_MeanACommandByThemselvesAndWithOtherWords(t *testing.T) {
	s := openScheduler(t)
	for _, c := range []struct{ line, want string }{
		{"/watch", "Nothing yet"}, {"/digest", "There is none yet"}, {"/watch talks", "You are watching"}, {"watch Witkoff quiet:\"22:00-07:00\" zone:UTC", "From 22:00 to 07:00"},
		{"/watch", "Peace talks on Ukraine"},
	} {
		if got := s.does(c.line); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.line, got)
		}
	}
	for _, line := range []string{"/watch lst", "/digest news", "/book"} {
		s.refuses(line)
	}
}

func TestNews_WhatWasAddedAndRetractedMeanwhileIsCorrectedToo(t *testing.T) {
	s := openScheduler(t)
	from := s.library.Store()
	before, err := from.Revisions(t.Context(), s.book, briefings.RevisionQuery{Newest: true, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	added := s.does(`/book status talks "They go on in Geneva." source:https://example.org/a date:yesterday`)
	id := regexp.MustCompile(`s-[0-9]{4}-[0-9]{2}-[0-9]{2}-\w+`).FindString(added)
	s.does("/book retract " + id + ` why:"the source withdrew it"`)
	news, err := s.bot.News(t.Context(), s.book, before[0].Seq)
	if err != nil || len(news.Corrected) != 1 || news.Corrected[0].Ref.ID != id {
		t.Errorf("%+v, %v", news, err)
	}
}

// TestDigest_ANameThatIsMistypedSaysWhichIsMeant: of a digest, and of the group of its
// commands.
func TestDigest_ANameThatIsMistypedSaysWhichIsMeant(t *testing.T) {
	s := openScheduler(t)
	s.does(`/digest create #news "daily 08:00" name:morning zone:UTC`)
	for line, want := range map[string]string{
		"/digest history mornin":  "There is no digest \"mornin\". Did you mean morning?",
		"/digest history evening": "There is no digest \"evening\". The only one is morning.",
		"/digset list":            "Did you mean /digest?",
	} {
		if got := s.refuses(line); !strings.Contains(got, want) {
			t.Errorf("%s: %q is not in %s", line, want, got)
		}
	}
	s.does(`/digest create #news "daily 18:00" name:late zone:UTC`)
	if got := s.refuses("/digest history evening"); !strings.Contains(got, "There are late and morning.") {
		t.Error(got)
	}
}

// TestWatch_OneThatRestedTellsNothingOfWhatCameMeanwhile: also where it is added once more.
func TestWatch_OneThatRestedTellsNothingOfWhatCameMeanwhile(t *testing.T) {
	for _, state := range []delivery.ScheduleState{delivery.Active, delivery.Paused} {
		s := openScheduler(t)
		s.does("/watch add talks channel:#news")
		list, err := s.ledger.Watches(t.Context(), s.book)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		w := list[0]
		w.State, w.Held, w.Next = state, 7, now.Add(time.Hour) // it is night
		if _, err := s.ledger.PutWatch(t.Context(), s.book, briefings.Deed{At: now}, w); err != nil {
			t.Fatal(err)
		}
		s.does("/watch add talks channel:#news")
		if list, err = s.ledger.Watches(t.Context(), s.book); err != nil || len(list) != 1 || list[0].State != delivery.Active || (list[0].Held == 7) != (state == delivery.Active) {
			t.Errorf("it was %s: %+v, %v", state, list, err)
		}
	}
}
