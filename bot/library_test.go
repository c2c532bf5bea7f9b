package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// These tests are of briefings.Library over a real store, which package
// briefings cannot import.

func (d *desk) try(edits ...briefings.Edit) error {
	_, err := d.library.Apply(d.t.Context(), d.book, briefings.Change{Actor: briefings.Actor{Platform: "test", User: "editor"}, At: now, Edits: edits})
	return err
}

func TestApply_RefusesWhatCheckRefusesAndChangesNothing(t *testing.T) {
	d := openDesk(t)
	before := mustSnapshot(t, d).Seq
	err := d.try(
		briefings.Edit{Put: &briefings.Entry{ID: "fine", Kind: briefings.Person, Name: "Fine"}},
		briefings.Edit{Put: &briefings.Entry{ID: "wrong", Kind: briefings.Person, Name: "Wrong", Affiliation: "nobody"}})
	if !errors.Is(err, briefings.ErrInvalid) || !strings.Contains(err.Error(), `There is no entry "nobody"`) {
		t.Errorf("Apply: %v", err)
	}
	if s := mustSnapshot(t, d); s.Seq != before || s.Page("fine") != nil {
		t.Error("part of a refused change took effect")
	}
}

func TestApply_RefusesToDeleteWhatIsNamed(t *testing.T) {
	d := openDesk(t)
	for _, id := range []briefings.EntryID{"united-states", "kremlin", "peace-talks"} {
		e := mustPage(t, d, id).Entry
		if err := d.try(briefings.Edit{Base: e.Version.Number, Delete: e.Ref()}); !errors.Is(err, briefings.ErrInvalid) || !strings.Contains(err.Error(), "names it") {
			t.Errorf("delete %s: %v", id, err)
		}
	}
	src := mustSnapshot(t, d).Source("article")
	if err := d.try(briefings.Edit{Base: src.Version.Number, Delete: src.Ref()}); !errors.Is(err, briefings.ErrInvalid) {
		t.Errorf("delete the source of everything: %v", err)
	}
}

func TestApply_RefusesToMakeATrackAPersonWhileItHasAStatus(t *testing.T) {
	d := openDesk(t)
	e := *mustPage(t, d, "peace-talks").Entry
	e.Kind = briefings.Person
	if err := d.try(briefings.Edit{Base: e.Version.Number, Put: &e}); !errors.Is(err, briefings.ErrInvalid) {
		t.Errorf("Apply: %v", err)
	}
}

func TestRecorded_NeverChanges(t *testing.T) {
	d := openDesk(t)
	e := *mustPage(t, d, "steve-witkoff").Entry
	want := e.Claim.Recorded
	e.Claim.Recorded = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	e.Summary = "Changed."
	if err := d.try(briefings.Edit{Base: e.Version.Number, Put: &e}); err != nil {
		t.Fatal(err)
	}
	if got := mustPage(t, d, "steve-witkoff").Entry.Claim.Recorded; !got.Equal(want) {
		t.Errorf("recorded %v, want %v", got, want)
	}
}

// TestApply_ShowsWhatOthersCommittedInBetween changes one book through two
// libraries, as two processes do.
func TestApply_ShowsWhatOthersCommittedInBetween(t *testing.T) {
	d := openDesk(t)
	other := *d
	other.library = briefings.NewLibrary(d.library.Store())
	mustSnapshot(t, &other)
	for i := range 3 {
		for n, who := range []*desk{d, &other} {
			who.apply(now, briefings.Edit{Put: &briefings.Entry{ID: briefings.EntryID(fmt.Sprintf("made-%d-%d", i, n)), Kind: briefings.Term, Name: fmt.Sprintf("Made %d %d", i, n)}})
			if mustPage(t, who, "made-0-0") == nil || mustPage(t, who, briefings.EntryID(fmt.Sprintf("made-%d-%d", i, n))) == nil {
				t.Fatalf("round %d: a library does not show what was committed", i)
			}
		}
	}
}

// lostStore is a store that cannot tell what others have committed.
type lostStore struct{ briefings.Store }

func (lostStore) Seq(context.Context, briefings.BookID) (int64, error) {
	return 0, errors.New("the network is gone")
}

func TestApply_ThatWasCommittedIsNoErrorWhateverFailsAfterwards(t *testing.T) {
	d := openDesk(t)
	other := *d
	other.library = briefings.NewLibrary(lostStore{d.library.Store()})
	mustSnapshot(t, &other)
	d.apply(now, briefings.Edit{Put: &briefings.Entry{ID: "one", Kind: briefings.Term, Name: "One"}})
	if err := other.try(briefings.Edit{Put: &briefings.Entry{ID: "two", Kind: briefings.Term, Name: "Two"}}); err != nil {
		t.Errorf("a committed change is reported as failed: %v", err)
	}
}

func TestCard_DoesNotOutliveTheStatusThatItCallsStale(t *testing.T) {
	d := openDesk(t)
	report := port(t, d)
	status := func(about ...briefings.EntryID) func(*briefings.Report) {
		return func(r *briefings.Report) { r.Kind, r.Subject, r.About = briefings.Status, "port", about }
	}
	d.apply(now, report("Blocked.", "2026-11-01", status("union")))
	if got := text(d.ask("/who union").Card); !strings.Contains(got, "STALE") {
		t.Fatalf("the status is not stale:\n%s", got)
	}
	d.apply(now, report("Open.", "2026-11-23", status()))
	if got := text(d.ask("/who union").Card); strings.Contains(got, "STALE since 3 Nov") {
		t.Errorf("a status that was superseded is still called stale:\n%s", got)
	}
}

func TestCard_DoesNotOutliveAnEventThatComesDue(t *testing.T) {
	d := openDesk(t)
	report := port(t, d)
	d.apply(now, report("A vote.", "2026-11-25", func(r *briefings.Report) { r.State = briefings.Expected }))
	if got := section(d.ask("/who Port strike").Card, "Coming up"); !slices.Equal(got, []string{"Expected A vote."}) {
		t.Fatalf("before: %q", got)
	}
	d.now = now.AddDate(0, 0, 14)
	if got := section(d.ask("/who Port strike").Card, "Coming up"); !slices.Equal(got, []string{"Was due, outcome not recorded A vote."}) {
		t.Errorf("two weeks later: %q", got)
	}
}

// TestLasting_IsTheSameCardUntilItShowsSomethingElse: platforms keep what they have
// made of it.
func TestLasting_IsTheSameCardUntilItShowsSomethingElse(t *testing.T) {
	d := openDesk(t)
	report := port(t, d)
	status := func(r *briefings.Report) {
		r.Kind, r.Subject, r.Next, r.NextUpdate = briefings.Status, "port", "A vote.", briefings.Moment{}
	}
	d.apply(now, report("Blocked.", "2026-11-23", status))
	for _, line := range []string{"/who Port strike", "/status Port strike", "/who Witkoff", "/status port"} {
		d.now = now
		first, again := d.ask(line), d.ask(line)
		if !first.Lasting || first.Card != again.Card {
			t.Errorf("%s: lasting %t, and the same card again: %t", line, first.Lasting, first.Card == again.Card)
		}
		before := text(first.Card)
		d.now = now.AddDate(0, 0, 60)
		if later := d.ask(line); strings.Contains(text(later.Card), "STALE") && !strings.Contains(before, "STALE") && later.Card == first.Card {
			t.Errorf("%s: the card has outlived what it shows", line)
		}
		d.now = now
		for _, more := range []string{" full", " as_of:2025-12-03"} {
			if r := d.ask(line + more); r.Lasting || r.Card == first.Card {
				t.Errorf("%s%s is the same card", line, more)
			}
		}
		if text(first.Card) != before {
			t.Errorf("%s: the card has been changed", line)
		}
	}
	d.apply(now, report("Open.", "2026-11-24", status))
	if got := text(d.ask("/status Port strike").Card); !strings.Contains(got, "Open.") {
		t.Errorf("a new status does not show:\n%s", got)
	}
	if r := d.ask("/status Prt strike"); r.Lasting && strings.Contains(text(r.Card), "Showing") {
		t.Error("a card with a notice of one question lasts")
	}
}

func TestChanges_PagesGoOnFromOneLook(t *testing.T) {
	d := openDesk(t)
	r := bot.Request{Text: "/changes", Lines: 5}
	lines := 0
	for pages := 1; ; pages++ {
		reply := d.handle(r)
		if strings.Contains(text(reply.Card), "Nothing has changed") {
			t.Fatalf("page %d is empty", pages)
		}
		next := ""
		for _, s := range reply.Card.Sections {
			if s.Heading != "Sources" {
				lines += len(s.Items)
			}
		}
		for _, a := range reply.Card.Actions {
			if a.Label == "Next page" {
				next = a.Invocation.String()
			}
		}
		if next == "" {
			break
		}
		r.Text = next
	}
	if lines < 50 {
		t.Errorf("the pages show %d changes in all", lines)
	}
	if got := text(d.ask("/changes").Card); !strings.Contains(got, "Nothing has changed") {
		t.Errorf("after all pages:\n%s", got)
	}
}

func TestChanges_OfATopicOrThePastIsNoLookAtEverything(t *testing.T) {
	d := openDesk(t)
	d.ask("/changes topic:talks")
	d.ask("/changes as_of:2025-12-03")
	d.ask("/changes topic:xyzzy")
	if got := text(d.ask("/changes").Card); !strings.Contains(got, "your first look") {
		t.Errorf("the news is lost:\n%s", got)
	}
}

func TestUnsourcedClaim_SaysSo(t *testing.T) {
	d := openDesk(t)
	report := port(t, d)
	d.apply(now, report("A rumour.", "2026-11-20", nil))
	if got := text(d.ask("/timeline port strike").Card); !strings.Contains(got, "unsourced") {
		t.Errorf("no word of it:\n%s", got)
	}
}

func TestStoreThatIsUnavailable_IsNotDescribedToReaders(t *testing.T) {
	b, err := bot.New(briefings.NewLibrary(brokenStore{}), bot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := desk{t: t, role: briefings.Reader, now: now}
	reply := b.Handle(t.Context(), d.request(bot.Request{Text: "/status"}))
	if got := text(reply.Card); reply.Outcome != bot.Failed || strings.Contains(got, "/var/lib") {
		t.Errorf("outcome %d: %s", reply.Outcome, got)
	}
}

type brokenStore struct{ briefings.Store }

func (brokenStore) Load(context.Context, briefings.BookID, time.Time) (*briefings.Contents, error) {
	return nil, briefings.Errorf(briefings.ErrUnavailable, "/var/lib/briefbot.db is damaged.")
}

// slowStore is a store that answers searches only when it is told to stop.
type slowStore struct{ briefings.Store }

func (slowStore) Search(ctx context.Context, _ briefings.BookID, _ briefings.TextQuery) ([]briefings.Hit, error) {
	if _, ok := ctx.Deadline(); !ok {
		return nil, errors.New("no deadline")
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestAnswer_HasOneDeadlineWithinThreeSeconds(t *testing.T) {
	d := openDesk(t)
	b, err := bot.New(briefings.NewLibrary(slowStore{d.library.Store()}), bot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	reply := b.Handle(ctx, d.request(bot.Request{Text: "/who Quetzalcoatl"}))
	if got := text(reply.Card); ctx.Err() != nil || reply.Outcome != bot.Failed || !strings.Contains(got, "took too long") {
		t.Errorf("outcome %d, %v: %s", reply.Outcome, ctx.Err(), got)
	}
}

func FuzzCompleteLine(f *testing.F) {
	core, err := bot.New(briefings.NewLibrary(shelf{contents: madeBook(50)}), bot.Options{})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"/who a\u00a0b", "/who \u200b", "/timeline who:\u2003x from:", "wh", "/who name:\"Ka", "\u00a0", "/help \xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		from, choices := core.CompleteLine(t.Context(), bot.Request{Role: briefings.Reader, Book: "made", Text: line, Now: now})
		if from < 0 || from > len(line) || len(choices) > 40 {
			t.Fatalf("%q: %d choices from %d", line, len(choices), from)
		}
	})
}
