package bot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// page is a platform on which a message holds so many characters, and nothing else.
type page struct {
	room int
}

const paper briefings.Platform = "paper"

func (page) Platform() briefings.Platform                                   { return paper }
func (page) Run(context.Context, bot.Core) error                            { return nil }
func (page) Lanes(delivery.Place) []delivery.Lane                           { return nil }
func (page) CanRead(context.Context, delivery.Place) bool                   { return true }
func (page) Delete(context.Context, delivery.Place, string, string) error   { return nil }
func (page) MayPost(context.Context, briefings.Actor, delivery.Place) error { return nil }

func (page) Send(context.Context, delivery.Message) (string, error) { return "", nil }
func (page) Find(context.Context, delivery.Message, time.Time) ([]string, error) {
	return nil, nil
}

func (page) Channel(context.Context, briefings.Actor, string) (bot.PlaceRef, error) {
	return bot.PlaceRef{}, nil
}

func (p page) Compose(_ briefings.BookID, card *bot.Card) ([]byte, error) {
	s := text(card)
	if len([]rune(s)) > p.room {
		return nil, bot.ErrTooLong
	}
	return []byte(s), nil
}

// press is a desk whose bot reaches paper.
func press(t *testing.T, room int) *desk {
	t.Helper()
	d := openDesk(t)
	d.bot.Reach(page{room})
	return d
}

func (d *desk) edition(ask delivery.EditionAsk) delivery.Text {
	d.t.Helper()
	ask.Platforms = []briefings.Platform{paper}
	if ask.Now.IsZero() {
		ask.Now = now
	}
	if ask.Due.IsZero() {
		ask.Due = ask.Now
	}
	if ask.Schedule.Zone == "" {
		ask.Schedule.Zone = "Europe/Dublin"
	}
	text, err := d.bot.Edition(d.t.Context(), d.book, ask)
	if err != nil {
		d.t.Fatal(err)
	}
	return text
}

func said(text delivery.Text) string {
	var parts []string
	for _, p := range text.Parts {
		parts = append(parts, string(p.Body))
	}
	return strings.Join(parts, "\n=== in the thread ===\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if os.Getenv("UPDATE") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (UPDATE=1 writes it anew) -want +got:\n%s", path, diff)
	}
}

// strike is a desk on which something has happened since the last edition.
func strike(t *testing.T, room int) (d *desk, since int64) {
	t.Helper()
	d = press(t, room)
	report := port(t, d)
	status := func(r *briefings.Report) {
		r.Kind, r.Subject, r.About, r.Trend, r.Why = briefings.Status, "port", nil, briefings.Worsening, "the talks broke off"
	}
	position := func(drift briefings.Drift) func(*briefings.Report) {
		return func(r *briefings.Report) {
			r.Kind, r.Subject, r.Issue, r.About, r.Drift = briefings.Position, "union", "port", nil, drift
		}
	}
	d.apply(now.Add(-50*time.Minute),
		report("Half of the docks are blocked.", "2025-11-20", status), report("The union wants 5 percent.", "2025-11-20", position("")),
		report("The mediator arrived on the 19th.", "2025-11-19", nil), report("A ship was turned away.", "2025-11-20", nil))
	since = mustSnapshot(t, d).Seq
	mediator := *mustSnapshot(t, d).Report("the-mediator-arrived-on-the-19th")
	mediator.Text = "The mediator arrived on the 20th."
	ship := mustSnapshot(t, d).Report("a-ship-was-turned-away")
	checked := *mustSnapshot(t, d).Report("the-union-wants-5-percent")
	checked.Claim.VerifiedUntil, checked.Claim.VerifiedBy = now.Add(time.Hour), "the desk"
	gone := report("Added by mistake.", "2025-11-21", nil)
	d.apply(now.Add(-20*time.Minute),
		report("All docks are blocked.", "2025-11-21", status), report("The union wants 8 percent.", "2025-11-21", position(briefings.Hardened)),
		report("Police cleared a gate.", "2025-11-21", func(r *briefings.Report) { r.Importance = 95 }),
		report("The strike was called.", "2025-11-10", nil), gone,
		briefings.Edit{Base: mediator.Version.Number, Put: &mediator}, briefings.Edit{Base: ship.Version.Number, Delete: ship.Ref()},
		briefings.Edit{Base: checked.Version.Number, Put: &checked})
	d.apply(now.Add(-10*time.Minute), briefings.Edit{Base: 1, Delete: gone.Put.Ref()})
	return d, since
}

var portOnly = delivery.Schedule{Zone: "Europe/Dublin", Options: delivery.Options{Topics: []briefings.EntryID{"port"}}}

func TestEdition_TheFirstIntroducesTheBookAndListsNothingAsNew(t *testing.T) {
	d := press(t, 100_000)
	got := d.edition(delivery.EditionAsk{Number: 1})
	golden(t, "edition-first", said(got))
	if got.Quiet || len(got.Parts) != 1 || len(got.Parts[0].Shows) == 0 {
		t.Errorf("quiet %t, %d parts", got.Quiet, len(got.Parts))
	}
}

func TestEdition_SaysWhatChangedSinceTheLast(t *testing.T) {
	d, since := strike(t, 100_000)
	got := said(d.edition(delivery.EditionAsk{Schedule: portOnly, Number: 12, Since: since, SinceDue: now.Add(-30 * time.Minute)}))
	golden(t, "edition-second", got)
	for _, never := range []string{"Added by mistake", "verified"} {
		if strings.Contains(got, never) {
			t.Errorf("%q is no news", never)
		}
	}
}

func TestEdition_AQuietDayIsOneLineOrAllThatStands(t *testing.T) {
	d := press(t, 100_000)
	since := mustSnapshot(t, d).Seq
	got := d.edition(delivery.EditionAsk{Number: 3, Since: since, SinceDue: now.Add(-24 * time.Hour)})
	if s := said(got); !got.Quiet || !strings.Contains(s, "Nothing is new since the edition of") || strings.Contains(s, "Where things stand") {
		t.Errorf("quiet %t: %s", got.Quiet, s)
	}
	always := delivery.Schedule{Options: delivery.Options{WhenEmpty: delivery.Always}}
	got = d.edition(delivery.EditionAsk{Schedule: always, Number: 3, Since: since})
	if s := said(got); !got.Quiet || !strings.Contains(s, "Where things stand") {
		t.Errorf("quiet %t: %s", got.Quiet, s)
	}
}

func TestEdition_IsOfItsTopicsAlone(t *testing.T) {
	d, since := strike(t, 100_000)
	other := delivery.Schedule{Options: delivery.Options{Topics: []briefings.EntryID{"peace-talks"}}}
	if got := d.edition(delivery.EditionAsk{Schedule: other, Number: 2, Since: since}); !got.Quiet {
		t.Errorf("what is of another topic is in it:\n%s", said(got))
	}
}

func TestEdition_WhatIsMoreThanItsItemsGoesIntoTheThread(t *testing.T) {
	d, since := strike(t, 100_000)
	few := portOnly
	few.Options.Items = 2
	got := d.edition(delivery.EditionAsk{Schedule: few, Number: 2, Since: since})
	if len(got.Parts) != 2 || got.Parts[0].Threaded || !got.Parts[1].Threaded || !strings.Contains(string(got.Parts[0].Body), "4 more in the thread") {
		t.Errorf("%d parts:\n%s", len(got.Parts), said(got))
	}
	if !strings.Contains(string(got.Parts[1].Body), "RETRACTED") || strings.Contains(string(got.Parts[1].Body), "Where things stand") {
		t.Error(string(got.Parts[1].Body))
	}
}

func TestEdition_TheSameWithAnotherNumberHasTheSameHash(t *testing.T) {
	d, since := strike(t, 100_000)
	a := d.edition(delivery.EditionAsk{Schedule: portOnly, Number: 2, Since: since})
	b := d.edition(delivery.EditionAsk{Schedule: portOnly, Number: 3, Since: since, Due: now.Add(time.Hour)})
	c := d.edition(delivery.EditionAsk{Schedule: portOnly, Number: 2, Since: since + 1})
	if a.Hash != b.Hash || a.Hash == c.Hash {
		t.Errorf("%s, %s, %s", a.Hash, b.Hash, c.Hash)
	}
}

// TestParts_NoItemIsLostDoubledOrMoved over messages of any room.
func TestParts_NoItemIsLostDoubledOrMoved(t *testing.T) {
	d, since := strike(t, 100_000)
	whole := said(d.edition(delivery.EditionAsk{Schedule: portOnly, Number: 2, Since: since}))
	var want []string
	for _, line := range strings.Split(whole, "\n") {
		if strings.HasPrefix(line, "- ") && !strings.HasPrefix(line, "- [") {
			want = append(want, line)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		d.bot.Reach(page{rapid.IntRange(600, 3000).Draw(rt, "room")})
		var got []string
		for _, line := range strings.Split(said(d.edition(delivery.EditionAsk{Schedule: portOnly, Number: 2, Since: since})), "\n") {
			if strings.HasPrefix(line, "- ") && !strings.HasPrefix(line, "- [") {
				got = append(got, line)
			}
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("%s", cmp.Diff(want, got))
		}
	})
}

func TestCorrect_APostedCopySaysWhatTheBookSaysNow(t *testing.T) {
	d, since := strike(t, 100_000)
	posted := d.edition(delivery.EditionAsk{Schedule: portOnly, Number: 2, Since: since}).Parts[0]
	cursor := mustSnapshot(t, d).Seq
	gate := *mustSnapshot(t, d).Report("police-cleared-a-gate")
	gate.Text = "Police cleared two gates."
	d.apply(now, briefings.Edit{Base: gate.Version.Number, Put: &gate})
	news, err := d.bot.News(t.Context(), d.book, cursor)
	if err != nil || len(news.Corrected) != 1 || news.UpTo != cursor+1 {
		t.Fatalf("%+v, %v", news, err)
	}
	parts, err := d.bot.Correct(t.Context(), d.book, posted, news.Corrected, now)
	if err != nil || len(parts) != 2 || parts[0].Op != delivery.Edit || !parts[1].Threaded {
		t.Fatalf("%+v, %v", parts, err)
	}
	if s := string(parts[0].Body); !strings.Contains(s, "Police cleared two gates. | corrected") || strings.Contains(s, "cleared a gate") {
		t.Error(s)
	}
	if s := string(parts[1].Body); !strings.Contains(s, "it said: Police cleared a gate.") {
		t.Error(s)
	}
	// A second correction starts from the first, and a retraction is said in words.
	gone := mustSnapshot(t, d).Report("police-cleared-a-gate")
	d.apply(now, briefings.Edit{Base: gone.Version.Number, Delete: gone.Ref()})
	if news, err = d.bot.News(t.Context(), d.book, cursor+1); err != nil {
		t.Fatal(err)
	}
	again, err := d.bot.Correct(t.Context(), d.book, parts[0], news.Corrected, now)
	if err != nil || len(again) != 2 || !strings.Contains(string(again[0].Body), "RETRACTED: Police cleared two gates.") {
		t.Errorf("%+v, %v", again, err)
	}
	// What it does not show leaves it as it is.
	none, err := d.bot.Correct(t.Context(), d.book, posted, []delivery.Corrected{{Ref: briefings.Ref{Kind: briefings.ReportRecord, ID: "other"}, Number: 9}}, now)
	if err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
	// And what is undone says again what it said.
	back := gate
	back.Text = "Police cleared a gate."
	d.apply(now, briefings.Edit{Base: 0, Put: &back})
	if news, err = d.bot.News(t.Context(), d.book, cursor+2); err != nil {
		t.Fatal(err)
	}
}

// TestCorrect_WhatAStatusWasIsCorrectedToo: it stands beside what it is now.
func TestCorrect_WhatAStatusWasIsCorrectedToo(t *testing.T) {
	d, since := strike(t, 100_000)
	posted := d.edition(delivery.EditionAsk{Schedule: portOnly, Number: 2, Since: since}).Parts[0]
	if s := string(posted.Body); !strings.Contains(s, "was: Half of the docks are blocked. → now: All docks are blocked. Why: the talks broke off") {
		t.Fatal(s)
	}
	cursor := mustSnapshot(t, d).Seq
	corrected := func() string {
		t.Helper()
		news, err := d.bot.News(t.Context(), d.book, cursor)
		if err != nil || len(news.Corrected) != 1 {
			t.Fatalf("%+v, %v", news, err)
		}
		cursor = mustSnapshot(t, d).Seq
		parts, err := d.bot.Correct(t.Context(), d.book, posted, news.Corrected, now)
		if err != nil || len(parts) != 2 {
			t.Fatalf("%+v, %v", parts, err)
		}
		posted = parts[0]
		return string(posted.Body)
	}
	half := *mustSnapshot(t, d).Report("half-of-the-docks-are-blocked")
	half.Text = "A third of the docks is blocked."
	d.apply(now, briefings.Edit{Base: half.Version.Number, Put: &half})
	if s := corrected(); !strings.Contains(s, "was: A third of the docks is blocked. → now: All docks are blocked. Why: the talks broke off") || strings.Contains(s, "Half of") {
		t.Error(s)
	}
	gone := mustSnapshot(t, d).Report("half-of-the-docks-are-blocked")
	d.apply(now, briefings.Edit{Base: gone.Version.Number, Delete: gone.Ref()})
	if s := corrected(); !strings.Contains(s, "was: RETRACTED → now: All docks are blocked.") {
		t.Error(s)
	}
}

func TestNews_ACheckAloneIsNoCorrection(t *testing.T) {
	d, _ := strike(t, 100_000)
	cursor := mustSnapshot(t, d).Seq
	checked := *mustSnapshot(t, d).Report("police-cleared-a-gate")
	checked.Claim.VerifiedUntil, checked.Claim.VerifiedBy = now.Add(time.Hour), "the desk"
	d.apply(now, briefings.Edit{Base: checked.Version.Number, Put: &checked})
	if news, err := d.bot.News(t.Context(), d.book, cursor); err != nil || len(news.Corrected) != 0 {
		t.Errorf("%+v, %v", news, err)
	}
}

func TestAlerts_ReachThoseWhomTheNewsConcernAndSayWhatIsBreaking(t *testing.T) {
	d, since := strike(t, 100_000)
	to := delivery.Place{Platform: paper, Channel: "c"}
	watches := []delivery.Watch{
		{ID: "port", To: to, Topics: []briefings.EntryID{"port"}},
		{ID: "talks", To: to, Topics: []briefings.EntryID{"peace-talks"}},
		{ID: "own", To: delivery.Place{Platform: paper, User: "editor"}, Owner: briefings.Actor{Platform: "test", User: "editor"}},
	}
	alerts, err := d.bot.Alerts(t.Context(), d.book, delivery.AlertAsk{Watches: watches, From: since, Now: now})
	if err != nil || len(alerts) != 1 || alerts[0].Watch != "port" || !alerts[0].Breaking {
		t.Fatalf("%+v, %v", alerts, err)
	}
	golden(t, "alert", said(alerts[0].Text))
	none, err := d.bot.Alerts(t.Context(), d.book, delivery.AlertAsk{Watches: watches, From: since, To: since, Now: now})
	if err != nil || len(none) != 0 {
		t.Errorf("up to where it began: %+v, %v", none, err)
	}
}

func TestPin_SaysSomethingElseOnceItHasGoneStale(t *testing.T) {
	d, _ := strike(t, 2000)
	fresh, err := d.bot.Pin(t.Context(), d.book, "port", paper, now)
	if err != nil || len(fresh.Parts) != 1 {
		t.Fatalf("%+v, %v", fresh, err)
	}
	same, err := d.bot.Pin(t.Context(), d.book, "port", paper, now.Add(time.Minute))
	if err != nil || same.Hash != fresh.Hash {
		t.Errorf("a minute later it is another: %v", err)
	}
	report := *mustSnapshot(t, d).Report("all-docks-are-blocked")
	report.Claim.VerifiedUntil, report.Claim.VerifiedBy = now.Add(2*time.Hour), "the desk"
	d.apply(now, briefings.Edit{Base: report.Version.Number, Put: &report})
	checked, err := d.bot.Pin(t.Context(), d.book, "port", paper, now)
	if err != nil || checked.Changes.IsZero() || !checked.Changes.After(now) {
		t.Fatalf("it changes at %s: %v", checked.Changes, err)
	}
	stale, err := d.bot.Pin(t.Context(), d.book, "port", paper, now.Add(3*time.Hour))
	if err != nil || stale.Hash == checked.Hash || !strings.Contains(said(stale), "STALE") {
		t.Errorf("%s, %v", said(stale), err)
	}
}

func TestNotice_SaysWhatFailedAndOffersWhatCanBeDone(t *testing.T) {
	d := press(t, 100_000)
	failed := []delivery.Delivery{{ID: "abcdefghij", Kind: delivery.Digest, Edition: 12, To: delivery.Place{Platform: paper, Channel: "c"}, Due: now, Class: string(delivery.Closed), Detail: "Invite me."}}
	notice, err := d.bot.Notice(t.Context(), d.book, failed, paper, now)
	if err != nil || len(notice.Parts) != 1 {
		t.Fatalf("%+v, %v", notice, err)
	}
	for _, want := range []string{"Edition 12", "Invite me.", "abcdefghij"} {
		if !strings.Contains(said(notice), want) {
			t.Errorf("%q is not in %s", want, said(notice))
		}
	}
	var card struct {
		Actions []struct{ Label string }
	}
	if err := json.Unmarshal(notice.Parts[0].Card, &card); err != nil || fmt.Sprint(card.Actions) != "[{Post now} {It was posted} {Drop}]" {
		t.Errorf("%v, %v", card.Actions, err)
	}
}

func TestUnchanged_TheLastEditionSaysSoOnce(t *testing.T) {
	d := press(t, 100_000)
	part := d.edition(delivery.EditionAsk{Number: 1}).Parts[0]
	for day := range 2 {
		var err error
		if part, err = d.bot.Unchanged(t.Context(), d.book, part, delivery.EditionAsk{Due: now.AddDate(0, 0, day+1)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(string(part.Body), "No change as of"); n != 1 {
		t.Errorf("it says so %d times:\n%s", n, part.Body)
	}
}
