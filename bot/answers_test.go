package bot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// readingCommands are lines that read the book, each with a word that its
// answer holds only since the harbour strike was settled.
var readingCommands = []string{
	"/who Ada Byrne", "/status harbour talks", "/timeline harbour talks", "/positions night shifts",
	"/brief harbour talks", "/find settled", "/changes since:2020-01-01 topic:harbour-talks", "/upcoming", "/brief", "/status", "/timeline", "/positions",
}

func moment(t *testing.T, s string) briefings.Moment {
	t.Helper()
	m, err := briefings.ParseMoment(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// settle puts a story in the book: recorded before noon, and, after noon, that
// it was settled.
func settle(t *testing.T, d *desk) (noon time.Time) {
	t.Helper()
	noon = now.Add(-30 * time.Minute)
	claim := func(date string) briefings.Claim {
		return briefings.Claim{Occurred: moment(t, date), Attribution: "the port", Confidence: briefings.High}
	}
	ada := &briefings.Entry{ID: "ada-byrne", Kind: briefings.Person, Name: "Ada Byrne", Role: "Harbour master"}
	d.apply(noon.Add(-time.Minute),
		briefings.Edit{Put: ada},
		briefings.Edit{Put: &briefings.Entry{ID: "harbour-talks", Kind: briefings.Track, Name: "Harbour talks", Importance: 10}},
		briefings.Edit{Put: &briefings.Entry{ID: "night-shifts", Kind: briefings.Term, Name: "Night shifts"}},
		briefings.Edit{Put: &briefings.Report{ID: "open", Kind: briefings.Status, Subject: "harbour-talks", Text: "Deadlocked.", About: []briefings.EntryID{"ada-byrne"}, Claim: claim("2026-11-20")}},
	)
	later := *ada
	later.Summary = "Settled it."
	d.apply(noon.Add(time.Minute),
		briefings.Edit{Base: 1, Put: &later},
		briefings.Edit{Put: &briefings.Report{ID: "shut", Kind: briefings.Status, Subject: "harbour-talks", Text: "Settled.", Next: "Settled for good.", About: []briefings.EntryID{"ada-byrne"}, Claim: claim("2026-11-21")}},
		briefings.Edit{Put: &briefings.Report{ID: "met", Kind: briefings.Event, Text: "Settled in one night.", About: []briefings.EntryID{"harbour-talks", "ada-byrne"}, Claim: claim("2026-11-21")}},
		briefings.Edit{Put: &briefings.Report{ID: "wants", Kind: briefings.Position, Subject: "ada-byrne", Issue: "night-shifts", Text: "Settled for none.", Claim: claim("2026-11-21")}},
		briefings.Edit{Put: &briefings.Report{ID: "next", Kind: briefings.Event, State: briefings.Expected, Text: "Settled terms to be signed.", About: []briefings.EntryID{"harbour-talks"}, Claim: claim("2026-11-25")}},
	)
	return noon
}

func TestAsOf_AnswersOnlyWhatWasRecordedByThen(t *testing.T) {
	d := openDesk(t)
	noon := settle(t, d)
	for _, line := range readingCommands {
		if got := text(d.ask(line).Card); !strings.Contains(got, "ettled") {
			t.Errorf("%s: the present does not show what was recorded last:\n%s", line, got)
		}
		reply := d.ask(line + " as_of:" + noon.Format(time.RFC3339))
		got := text(reply.Card)
		got = strings.ReplaceAll(got, "“settled”", "") // what was asked for may be said
		if reply.Outcome > bot.NotFound || strings.Contains(got, "ettled") {
			t.Errorf("%s as of noon: outcome %d, it tells what came later:\n%s", line, reply.Outcome, got)
		}
		if !strings.Contains(got, "As the book stood on") {
			t.Errorf("%s as of noon: the answer does not say as of when:\n%s", line, got)
		}
	}
}

func TestEveryReadingCommand_TakesTheCommonOptions(t *testing.T) {
	other := []string{"help", "about", "outdated", "ask", "explain", "mydata export", "mydata erase", "book show", "watch add", "watch list", "watch remove", "watch pause", "watch resume"}
	for _, c := range openDesk(t).bot.Commands() {
		if c.Role > briefings.Reader || slices.Contains(other, c.Name) {
			continue
		}
		have := map[string]bot.ArgType{}
		for _, a := range c.Args {
			have[a.Name] = a.Type
		}
		if have["as_of"] != bot.Date || have["full"] != bot.Flag || have["share"] != bot.Flag {
			t.Errorf("/%s takes %v, want as_of, full and share", c.Name, have)
		}
	}
}

func TestShare_MakesTheAnswerVisibleToAll(t *testing.T) {
	d := openDesk(t)
	for line, want := range map[string]bot.Visibility{"/who Witkoff": bot.Private, "/who Witkoff share": bot.Shared, "/status": bot.Private, "/status share": bot.Shared} {
		if got := d.ask(line).Visibility; got != want {
			t.Errorf("%s: visibility %d, want %d", line, got, want)
		}
	}
}

func TestRole_BelowTheCommandsIsRefused(t *testing.T) {
	d := openDesk(t)
	for _, c := range d.bot.Commands() {
		for role := briefings.Reader; role <= briefings.Admin; role++ {
			d.role = role
			reply := d.bot.Handle(t.Context(), d.request(bot.Request{Text: "/" + c.Examples[0]}))
			refused := reply.Card != nil && strings.Contains(text(reply.Card), "is for the role")
			if want := role < c.Role; refused != want {
				t.Errorf("/%s as %s: refused %v, want %v", c.Name, role, refused, want)
			}
			if choices := d.bot.Complete(t.Context(), d.request(bot.Request{Invocation: bot.Invocation{Command: c.Name}}), "name", ""); role < c.Role && len(choices) > 0 {
				t.Errorf("/%s as %s: completes %v", c.Name, role, choices)
			}
		}
	}
}

func TestError_OfOursShowsAReferenceThatIsInTheLog(t *testing.T) {
	d := openDesk(t)
	var log bytes.Buffer
	broken := briefings.NewLibrary(failing{})
	b, err := bot.New(broken, bot.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	r := d.request(bot.Request{Text: "/who secret-argument"})
	reply := b.Handle(t.Context(), r)
	_, ref, ok := strings.Cut(text(reply.Card), "(ref ")
	if reply.Outcome != bot.Failed || !ok || len(ref) < 4 {
		t.Fatalf("outcome %d: %s", reply.Outcome, text(reply.Card))
	}
	if !strings.Contains(log.String(), "ref="+ref[:4]) || !strings.Contains(log.String(), "disk on fire") {
		t.Errorf("the log does not have the error under its reference: %s", log.String())
	}
	if strings.Contains(log.String(), "secret-argument") {
		t.Errorf("the log has what was asked: %s", log.String())
	}
	if strings.Contains(text(reply.Card), "disk on fire") {
		t.Errorf("the card has the error: %s", text(reply.Card))
	}
}

// failing is a store on which everything goes wrong.
type failing struct{ briefings.Store }

func (failing) Load(context.Context, briefings.BookID, time.Time) (*briefings.Contents, error) {
	return nil, errors.New("disk on fire")
}

func TestPanic_InAHandlerBecomesACard(t *testing.T) {
	d := openDesk(t)
	b, err := bot.New(briefings.NewLibrary(nil), bot.Options{}) // any use of the store panics
	if err != nil {
		t.Fatal(err)
	}
	if reply := b.Handle(t.Context(), d.request(bot.Request{Text: "/who x"})); reply.Outcome != bot.Failed || reply.Card == nil {
		t.Errorf("outcome %d, card %v; want a card that says so", reply.Outcome, reply.Card)
	}
}

func TestUnknownName_IsRecordedWithoutWhoAsked(t *testing.T) {
	d := openDesk(t)
	for range 3 {
		if reply := d.ask("/who Quetzalcoatl"); reply.Outcome != bot.NotFound {
			t.Fatalf("outcome %d, want NotFound", reply.Outcome)
		}
	}
	d.ask("/who QUETZALCOATL!")
	got, err := d.library.Store().Misses(t.Context(), d.book, 10)
	if err != nil {
		t.Fatal(err)
	}
	want := []briefings.Miss{{Query: "quetzalcoatl", Count: 4, First: now, Last: now}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("misses (-want +got):\n%s", diff)
	}
}

func TestLookup_ACloseCallOffersUpToThreeAndAClearOneSaysSo(t *testing.T) {
	d := openDesk(t)
	d.apply(now,
		briefings.Edit{Put: &briefings.Entry{ID: "john-smith", Kind: briefings.Person, Name: "John Smith"}},
		briefings.Edit{Put: &briefings.Entry{ID: "john-jones", Kind: briefings.Person, Name: "John Jones"}},
	)
	reply := d.ask("/who John")
	if n := len(reply.Card.Actions); reply.Outcome != bot.Answered || n < 2 || n > 3 {
		t.Errorf("/who John: outcome %d, %d choices; want 2 or 3:\n%s", reply.Outcome, n, text(reply.Card))
	}
	for _, a := range reply.Card.Actions { // each leads on
		if next := d.handle(bot.Request{Invocation: a.Invocation}); next.Outcome != bot.Answered || next.Card.Title != a.Label {
			t.Errorf("%s: outcome %d, %q; want %q", a.Invocation, next.Outcome, next.Card.Title, a.Label)
		}
	}
	if got := text(d.ask("/who Witkof").Card); !strings.Contains(got, "Showing Steve Witkoff for “Witkof”") {
		t.Errorf("/who Witkof does not say what it shows:\n%s", got)
	}
	if got := text(d.ask("/who Witkoff").Card); strings.Contains(got, "Showing") {
		t.Errorf("/who Witkoff says what is plain:\n%s", got)
	}
}

// TestActions_AllLeadSomewhere follows every action of every example, two deep.
func TestActions_AllLeadSomewhere(t *testing.T) {
	d := openDesk(t)
	followed := 0
	var follow func(r bot.Reply, from string, depth int)
	follow = func(r bot.Reply, from string, depth int) {
		for _, a := range r.Card.Actions {
			followed++
			next := d.ask(a.Invocation.String())
			if next.Outcome != bot.Answered {
				t.Errorf("%s → %s (%s): outcome %d\n%s", from, a.Label, a.Invocation, next.Outcome, text(next.Card))
			}
			if depth > 1 {
				follow(next, a.Invocation.String(), depth-1)
			}
		}
	}
	for _, c := range d.bot.Commands() {
		if !slices.ContainsFunc(c.Args, func(a bot.Arg) bool { return a.Name == "share" }) && c.Name != "help" && c.Name != "about" {
			continue // what it does to the book is told in stories
		}
		for _, line := range c.Examples {
			reply := d.ask("/" + line)
			if reply.Outcome != bot.Answered {
				t.Errorf("the example %q: outcome %d\n%s", line, reply.Outcome, text(reply.Card))
			}
			follow(reply, line, 2)
		}
	}
	if followed < 50 {
		t.Errorf("followed %d actions, want more", followed)
	}
}

func TestPages_ShowEveryLineOnce(t *testing.T) {
	d := openDesk(t)
	whole := map[string]bool{}
	for _, s := range d.ask("/timeline full").Card.Sections {
		for _, i := range s.Items {
			whole[i.Text.String()] = true
		}
	}
	seen := map[string]int{}
	r := bot.Request{Text: "/timeline", Lines: 7}
	for range 50 {
		reply := d.handle(r)
		for _, s := range reply.Card.Sections {
			for _, i := range s.Items {
				seen[i.Text.String()]++
			}
		}
		next := ""
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
	for line := range whole {
		if seen[line] == 0 {
			t.Errorf("no page shows %q", line)
		}
	}
}

func TestChanges_ShowsOldAndNewSinceTheLastLook(t *testing.T) {
	d := openDesk(t)
	if got := text(d.ask("/changes").Card); !strings.Contains(got, "your first look") {
		t.Errorf("the first look does not say that it is:\n%s", got)
	}
	if got := text(d.ask("/changes").Card); !strings.Contains(got, "Nothing has changed") {
		t.Errorf("the second look shows what was seen:\n%s", got)
	}
	witkoff := *mustPage(t, d, "steve-witkoff").Entry
	witkoff.Role = "Envoy at large"
	d.apply(now, briefings.Edit{Base: witkoff.Version.Number, Put: &witkoff},
		briefings.Edit{Put: &briefings.Report{ID: "new-status", Kind: briefings.Status, Subject: "peace-talks", Text: "Resumed.", Why: "Both sides said so.",
			Claim: briefings.Claim{Occurred: moment(t, "2026-11-22")}}})
	got := text(d.ask("/changes").Card)
	for _, want := range []string{"was: The Kremlin talks", "now: Resumed.", "Why: Both sides said so.", "role: US special envoy", "→ Envoy at large"} {
		if !strings.Contains(got, want) {
			t.Errorf("what changed does not say %q:\n%s", want, got)
		}
	}
}

func mustPage(t *testing.T, d *desk, id briefings.EntryID) *briefings.Page {
	t.Helper()
	s, err := d.library.Snapshot(t.Context(), d.book)
	if err != nil {
		t.Fatal(err)
	}
	return s.Page(id)
}

func TestStale_IsShownWithItsDateAndOnlyOnWhatStandsNow(t *testing.T) {
	d := openDesk(t)
	d.now = time.Date(2025, 12, 3, 12, 0, 0, 0, time.UTC)
	if got := text(d.ask("/status talks").Card); strings.Contains(got, "STALE") {
		t.Errorf("stale within its window:\n%s", got)
	}
	d.now = time.Date(2025, 12, 5, 12, 0, 0, 0, time.UTC)
	card := d.ask("/status talks").Card
	if got := text(card); !strings.Contains(got, "STALE since 4 Dec 2025") {
		t.Errorf("not stale after its window:\n%s", got)
	}
	for _, s := range card.Sections {
		for _, i := range s.Items {
			if s.Heading == "Before" && strings.Contains(i.Meta.String(), "STALE") {
				t.Errorf("what was superseded is marked: %s", i.Meta)
			}
		}
	}
	// A memo of a card does not outlive the freshness that it shows.
	d.now = time.Date(2025, 12, 3, 12, 0, 0, 0, time.UTC)
	if got := text(d.ask("/who Witkoff").Card); strings.Contains(got, "STALE") {
		t.Errorf("stale within its window:\n%s", got)
	}
	d.now = time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)
	if got := text(d.ask("/who Witkoff").Card); !strings.Contains(got, "STALE since") {
		t.Errorf("not stale after its window:\n%s", got)
	}
}

func TestComplete_OffersNamesOfTheRightKindAndAcceptsWhatItOffers(t *testing.T) {
	d := openDesk(t)
	for _, c := range d.bot.Commands() {
		if c.Role > briefings.Reader {
			continue
		}
		for _, a := range c.Args {
			if a.Type != bot.EntryName {
				continue
			}
			for _, typed := range []string{"", "p", "t", "ta", "Zel", "Зел"} {
				r := d.request(bot.Request{Invocation: bot.Invocation{Command: c.Name}})
				choices := d.bot.Complete(t.Context(), r, a.Name, typed)
				if len(choices) > 25 || typed == "" && len(choices) == 0 {
					t.Errorf("/%s %s:%q: %d choices", c.Name, a.Name, typed, len(choices))
				}
				for _, choice := range choices {
					r.Invocation.Args = []bot.Value{{Name: a.Name, Value: choice.Value}}
					if reply := d.bot.Handle(t.Context(), r); reply.Outcome != bot.Answered || len(reply.Card.Notices) > 0 && strings.Contains(reply.Card.Notices[0].String(), "Showing") {
						t.Errorf("/%s %s:%s (%s): outcome %d", c.Name, a.Name, choice.Value, choice.Label, reply.Outcome)
					}
				}
			}
		}
	}
}

func TestCompleteLine_GoesOnFromWhatWasTyped(t *testing.T) {
	d := openDesk(t)
	for line, want := range map[string]string{
		"/wh":                      "/who",
		"wh":                       "who",
		"/who Witk":                "/who Steve Witkoff",
		"who witk":                 "who Steve Witkoff",
		"Witk":                     "Steve Witkoff",
		"/status pea":              "/status Peace talks on Ukraine",
		"/timeline who:zel":        "/timeline who:Volodymyr Zelensky",
		"/timeline talks from:yes": "/timeline talks from:yesterday",
		"/timeline talks fr":       "/timeline talks from:",
		"/who Witkoff as":          "/who Witkoff as_of:",
		"/help tim":                "/help timeline",
	} {
		from, choices := d.bot.CompleteLine(t.Context(), d.request(bot.Request{Text: line}))
		found := false
		var all []string
		for _, c := range choices {
			all = append(all, line[:from]+c.Value)
			found = found || line[:from]+c.Value == want
		}
		if !found {
			t.Errorf("%q goes on as %q, want %q", line, all, want)
		}
	}
}

func TestConcurrentQuestions_AndEditsDoNotMix(t *testing.T) {
	d := openDesk(t)
	done := make(chan error, 8)
	for i := range 8 {
		go func() {
			for j := range 100 {
				name := []string{"Witkoff", "Putin", "Trump", "Zelensky"}[(i+j)%4]
				reply := d.bot.Handle(context.Background(), d.request(bot.Request{Text: "/who " + name}))
				if !strings.Contains(reply.Card.Title, name) {
					done <- fmt.Errorf("/who %s: %s", name, reply.Card.Title)
					return
				}
			}
			done <- nil
		}()
	}
	for i := range 50 {
		d.apply(now, briefings.Edit{Put: &briefings.Report{ID: briefings.ReportID(fmt.Sprintf("edit-%d", i)), Kind: briefings.Statement, Subject: "steve-witkoff", Text: "Said so.",
			Claim: briefings.Claim{Occurred: moment(t, "2026-11-22")}}})
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
