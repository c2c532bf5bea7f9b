package bot_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/starter"
	"github.com/briefbot/briefbot/store"
)

// newsroom is a bot over a real store with the starter book, and the people who work
// with it on two platforms.
type newsroom struct {
	t       *testing.T
	bot     *bot.Bot
	store   *store.Store
	library *briefings.Library
	book    briefings.BookID
	now     time.Time
	events  int
	told    map[briefings.Actor][]*bot.Card
	moved   string // what has become of every message
}

func openNewsroom(t *testing.T) *newsroom {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "book.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	contents, err := starter.Book(now)
	if err != nil {
		t.Fatal(err)
	}
	n := &newsroom{t: t, store: s, library: briefings.NewLibrary(s), book: contents.Book.ID, now: now, told: map[briefings.Actor][]*bot.Card{}}
	_, err = n.library.Apply(t.Context(), n.book, briefings.Change{
		Actor: briefings.Actor{Platform: "test", User: "importer"}, At: now.Add(-time.Hour), Edits: briefings.PlanImport(nil, contents, false),
	})
	if err != nil {
		t.Fatal(err)
	}
	if n.bot, err = bot.New(n.library, bot.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, p := range []briefings.Platform{"discord", "slack"} {
		n.bot.Reach(&post{n: n, platform: p})
	}
	return n
}

// post is how the core reaches a platform.
type post struct {
	bot.Adapter
	n        *newsroom
	platform briefings.Platform
}

func (p *post) Platform() briefings.Platform { return p.platform }

// Tell takes note of what somebody is told.
func (p *post) Tell(_ context.Context, _ briefings.BookID, who briefings.Actor, r bot.Reply) error {
	p.n.told[who] = append(p.n.told[who], r.Card)
	return nil
}

// Moved says what the test says.
func (p *post) Moved(context.Context, briefings.MessageRef, time.Time) (string, error) {
	return p.n.moved, nil
}

// person is somebody with an account and what the platform says of them.
type person struct {
	n        *newsroom
	actor    briefings.Actor
	standing briefings.Standing
	inputs   int
}

// The people of the newsroom, by how they come to their role.
func (n *newsroom) person(platform, user string, groups ...string) *person {
	workspace := map[string]briefings.Workspace{"discord": "G1", "slack": "T1"}[platform]
	return &person{n: n, actor: briefings.Actor{Platform: briefings.Platform(platform), Workspace: workspace, User: briefings.UserID(user)}, standing: briefings.Standing{Groups: groups}, inputs: map[string]int{"discord": 5}[platform]}
}

// owner is who runs the workspace.
func (n *newsroom) owner(platform string) *person {
	p := n.person(platform, "owner")
	p.standing.Owner = true
	return p
}

// desk has the owners give roles to groups: what a newsroom does first.
func (n *newsroom) desk() {
	for _, platform := range []string{"discord", "slack"} {
		for _, role := range []string{"contributor", "editor", "admin"} {
			n.owner(platform).does("/desk roles to:group:" + role + "s role:" + role)
		}
		n.now = n.now.Add(time.Minute)
	}
}

func (p *person) request(r bot.Request) bot.Request {
	p.n.events++
	r.Actor, r.Standing, r.Book, r.Now, r.Zone, r.Inputs = p.actor, p.standing, p.n.book, p.n.now, time.UTC, p.inputs
	r.Channel, r.Offering = "C1", true
	if r.Event == "" {
		r.Event = fmt.Sprint("event ", p.n.events)
	}
	if r.Via == "" {
		r.Via = "slash"
	}
	return r
}

func (p *person) handle(r bot.Request) bot.Reply {
	p.n.t.Helper()
	return p.n.bot.Handle(p.n.t.Context(), p.request(r))
}

// asks returns the reply to a line.
func (p *person) asks(line string) bot.Reply {
	p.n.t.Helper()
	return p.handle(bot.Request{Text: line})
}

// does asks for something that must be done, and returns what the card says.
func (p *person) does(line string) bot.Reply {
	p.n.t.Helper()
	reply := p.asks(line)
	if reply.Card == nil || reply.Outcome != bot.Answered {
		said := ""
		if reply.Card != nil {
			said = text(reply.Card)
		}
		p.n.t.Fatalf("%s: outcome %d\n%s", line, reply.Outcome, said)
	}
	return reply
}

// presses presses an action of a card.
func (p *person) presses(r bot.Reply, label string) bot.Reply {
	p.n.t.Helper()
	i := slices.IndexFunc(r.Card.Actions, func(a bot.Action) bool { return a.Label == label })
	if i < 0 {
		p.n.t.Fatalf("nothing is called %q on:\n%s%v", label, text(r.Card), r.Card.Actions)
	}
	return p.handle(bot.Request{Invocation: r.Card.Actions[i].Invocation, Via: "button"})
}

// fills fills in a form, and leaves the other inputs as they are.
func (p *person) fills(r bot.Reply, values map[string]string) bot.Reply {
	p.n.t.Helper()
	if r.Form == nil {
		p.n.t.Fatalf("no form opens, but:\n%s", text(r.Card))
	}
	var inputs []bot.Value
	for _, f := range r.Form.Fields {
		value, given := values[f.Name]
		if !given {
			value = f.Value
		}
		delete(values, f.Name)
		inputs = append(inputs, bot.Value{Name: f.Name, Value: value})
	}
	for name := range values {
		p.n.t.Fatalf("the form %q has no input %q", r.Form.Title, name)
	}
	return p.handle(bot.Request{Invocation: bot.Filled(r.Form.Submit, inputs), Via: "form"})
}

func (n *newsroom) says(r bot.Reply, wanted ...string) {
	n.t.Helper()
	if r.Card == nil {
		n.t.Fatal("there is no card")
	}
	got := text(r.Card)
	for _, w := range wanted {
		if !strings.Contains(got, w) {
			n.t.Fatalf("want %q in:\n%s", w, got)
		}
	}
}

func (n *newsroom) seq() int64 {
	n.t.Helper()
	m, err := n.store.Marks(n.t.Context(), n.book)
	if err != nil {
		n.t.Fatal(err)
	}
	return m.Seq
}

// sourced is what a report needs beside its text.
const sourced = ` source:https://example.org/a date:"2 Dec 2025"`

func TestBook_QuickEditsAnswerWithTheDiffAndUndo(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("discord", "ed", "editors")
	for _, c := range []struct{ line, see string }{
		{`/book status talks "The talks go on in Geneva." source:https://example.org/a trend:improved why:"both sides came" date:"yesterday 18:00"`, "improving"},
		{`/book set witkoff role "US special envoy to the Middle East"`, "US special envoy to the Middle East"},
		{`/book set Steve Witkoff importance 77`, "77"},
		{`/book alias Witkoff "the New York lawyer"`, "the New York lawyer"},
		{`/book event "Witkoff and Kushner landed in Geneva."` + sourced, "Witkoff"},
		{`/book position Russia Donbas "Russia wants all of it." drift:hardened` + sourced, "hardened"},
		{`/book statement Zelensky He said that nothing would be simple.` + sourced, "nothing would be simple"},
		{`/book verify Witkoff`, "Verified"},
		{`/book link Witkoff https://example.org/witkoff title:"Biography"`, "Biography"},
		{`/book source https://example.org/b name:"Example, again" published:"2 Dec 2025"`, "Example, again"},
	} {
		n.now = n.now.Add(time.Minute)
		before := n.seq()
		reply := ed.does(c.line)
		n.says(reply, c.see)
		if n.seq() == before {
			t.Errorf("%s changes nothing", c.line)
		}
		if undone := ed.presses(reply, "Undo"); undone.Outcome != bot.Answered {
			t.Errorf("%s cannot be undone:\n%s", c.line, text(undone.Card))
		}
	}
	was, err := starter.Book(now)
	if err != nil {
		t.Fatal(err)
	}
	is, err := n.store.Load(t.Context(), n.book, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if edits := briefings.PlanImport(is, was, true); len(edits) > 0 {
		t.Errorf("after every undo the book is not as it was: %s", strings.Join(briefings.PlanLines(is, edits), "\n"))
	}
}

func TestBook_UndoIsForTenMinutesAndForOnesOwn(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed, other := n.person("discord", "ed", "editors"), n.person("discord", "other", "editors")
	reply := ed.does(`/book set Witkoff importance 77`)
	if got := other.presses(reply, "Undo"); got.Outcome != bot.Refused {
		t.Errorf("another undoes it: %s", text(got.Card))
	}
	n.now = n.now.Add(11 * time.Minute)
	got := ed.presses(reply, "Undo")
	if got.Outcome != bot.Refused {
		t.Errorf("it is undone after 11 minutes: %s", text(got.Card))
	}
	n.says(got, "within 10 minutes", "revert")
}

func TestBook_AReportSaysWhenAndWhere(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	before := n.seq()
	undated := ed.asks(`/book status talks "They go on." source:https://example.org/a`)
	if undated.Outcome != bot.Refused || n.seq() != before {
		t.Fatalf("a report without a date is taken: %s", text(undated.Card))
	}
	n.says(undated, "When was that?", "date:today")
	unsourced := ed.asks(`/book status talks "They go on." date:today`)
	if unsourced.Outcome != bot.Refused || n.seq() != before {
		t.Fatalf("a report without a source is taken: %s", text(unsourced.Card))
	}
	n.says(unsourced, "source:https://", "source:unsourced")
	n.says(ed.presses(undated, undated.Card.Actions[0].Label), "They go on.") // nothing typed was lost
	n.says(ed.does(`/book event "Something was said." date:today source:unsourced about:talks`), "Something was said.")
	n.says(ed.does("/status talks"), "They go on.")
}

func TestBook_TimesKeepHowExactTheyAre(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	for _, c := range []struct{ written, want string }{
		{`"yesterday 18:00"`, "2026-11-22T18:00Z"}, {`"2 Dec 2025"`, "2025-12-02"}, {`"December 2025"`, "2025-12"}, {"2025", "2025"},
	} {
		n.now = n.now.Add(time.Minute)
		n.says(ed.does(`/book event "It happened `+strings.Trim(c.written, `"`)+`." about:talks source:unsourced date:`+c.written), c.want)
	}
}

func TestForm_EditIsPrefilledAndInTwoStepsWhereAFormHoldsFive(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("discord", "ed", "editors")
	form := ed.asks("/book edit Witkoff")
	if form.Form == nil || len(form.Form.Fields) != 5 || form.Form.Fields[0].Value != "Steve Witkoff" {
		t.Fatalf("the form is %+v", form.Form)
	}
	kept := ed.fills(form, map[string]string{"role": "envoy"})
	n.says(kept, "Part 1 of 2 is kept")
	second := ed.presses(kept, "Go on")
	done := ed.fills(second, map[string]string{"open": "Who pays?\nWho knows?"})
	n.says(done, "envoy", "Who pays?")
	slack := n.person("slack", "ed", "editors").asks("/book edit Witkoff")
	if len(slack.Form.Fields) != 10 || slack.Form.Fields[1].Value != "envoy" {
		t.Errorf("on Slack the form is %+v", slack.Form)
	}
}

func TestForm_ASaveInBetweenLosesNeitherText(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed, other := n.person("slack", "ed", "editors"), n.person("slack", "other", "editors")
	mine, theirs := ed.asks("/book edit Witkoff"), other.asks("/book edit Witkoff")
	n.says(other.fills(theirs, map[string]string{"role": "their role", "why_now": "their reason"}), "their role")
	clash := ed.fills(mine, map[string]string{"role": "my role", "summary": "my summary"})
	n.says(clash, "Somebody else changed this meanwhile", "their role", "my role")
	if got := text(ed.does("/who Witkoff").Card); strings.Contains(got, "my summary") {
		t.Errorf("half of it is saved:\n%s", got)
	}
	again := ed.presses(clash, "Open the form again")
	if f := again.Form; f == nil || f.Fields[1].Value != "my role" || f.Fields[3].Value != "my summary" {
		t.Fatalf("the form lost what was written: %+v", f)
	}
	n.says(ed.presses(clash, "Save mine over theirs"), "my role", "my summary")
	got := ed.does("/book history Witkoff")
	n.says(got, "their role", "their reason", "my role")
	n.says(ed.does("/who Witkoff full"), "their reason") // what only they changed stays
}

func TestForm_ASaveOfOtherFieldsInBetweenIsNoClash(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed, other := n.person("slack", "ed", "editors"), n.person("slack", "other", "editors")
	mine := ed.asks("/book edit Witkoff")
	other.does(`/book set Witkoff why_now "their reason"`)
	n.says(ed.fills(mine, map[string]string{"role": "my role"}), "my role")
	n.says(ed.does("/who Witkoff full"), "their reason", "my role")
}

func TestForm_WhatCannotBeUsedIsNotLost(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("discord", "ed", "editors")
	refused := ed.fills(ed.asks("/book add person"), map[string]string{"name": "New Person", "affiliation": "Nowhere at all", "summary": "A long text."})
	refused = ed.presses(refused, "Save")
	n.says(refused, "There is no entry")
	again := ed.presses(refused, "Open the form again")
	if f := again.Form; f == nil || f.Fields[0].Value != "New Person" || f.Fields[3].Value != "A long text." {
		t.Fatalf("the form is %+v", again.Form)
	}
	kept := ed.fills(again, map[string]string{"affiliation": "Ukraine"})
	n.says(ed.presses(kept, "Save"), "Added: New Person")

	form := ed.handle(bot.Request{Via: "menu", Invocation: bot.Invocation{Command: "draft", Args: []bot.Value{{Name: bot.MessageText, Value: "x"}}}})
	refused = ed.fills(form, map[string]string{"text": "My text.", "date": "someday", "source": "unsourced", "about": "talks"})
	n.says(refused, "is not a date")
	if f := ed.presses(refused, "Open the form again").Form; f == nil || f.Fields[1].Value != "My text." || f.Fields[2].Value != "someday" {
		t.Fatalf("the draft is %+v", f)
	}
}

func TestAgain_ShowsWhatAChangeDidAndDoesItNotOnceMore(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	con := n.person("discord", "con", "contributors")
	reply := con.does(`/suggest Witkoff field:role value:"x"`)
	before := n.seq()
	again := con.handle(bot.Request{Invocation: reply.Again})
	n.says(again, "Revision", "proposal")
	if n.seq() != before {
		t.Error("showing it again does it again")
	}
	n.says(n.person("discord", "rita").handle(bot.Request{Invocation: reply.Again}), "for editors to see")
	owner := n.owner("discord")
	given := owner.handle(bot.Request{Text: "/desk roles to:@a role:editor", Accounts: map[string]bot.AccountRef{"@a": {ID: "7"}}})
	n.says(owner.handle(bot.Request{Invocation: given.Again}), "user 7")
	audit := owner.handle(bot.Request{Text: "/desk audit who:@a", Accounts: map[string]bot.AccountRef{"@a": {ID: "7"}}})
	if again := owner.handle(bot.Request{Invocation: audit.Again}); again.Outcome != bot.Answered {
		t.Errorf("a page of it cannot be turned: %s", text(again.Card))
	}
}

func TestForm_AddsEntriesAndReports(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	added := ed.fills(ed.asks(`/book add person name:"Rustem Umerov"`), map[string]string{"role": "secretary of the council", "affiliation": "Ukraine"})
	n.says(added, "Added: Rustem Umerov")
	n.says(ed.does("/who Umerov"), "secretary of the council")
	n.says(ed.asks(`/book add person name:"Rustem Umerov" role:x`), "already")
	report := ed.fills(ed.asks("/book add status"), map[string]string{"text": "They paused.", "subject": "talks", "date": "today", "source": "https://example.org/a"})
	n.says(report, "Added: status", "They paused.")
}

func TestBook_HistoryDiffAndRevert(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("discord", "ed", "editors")
	ed.does(`/book set Witkoff role "first" why:"because"`)
	ed.does(`/book set Witkoff role "second"`)
	n.says(ed.does("/book history Witkoff"), "first", "second", "Version 3", "discord/G1/ed", "why: because")
	n.says(ed.does("/book diff Witkoff"), "first → second")
	n.says(ed.does("/book diff Witkoff from:1 to:3"), "→ second")
	n.says(ed.does("/book revert Witkoff to:2"), "second → first")
	n.says(ed.does("/book history Witkoff"), "Version 4", "back to version 2")
	retracted := ed.does(`/book event "It will be taken out." about:talks` + sourced)
	id := retracted.Card.Actions[1].Invocation.Get("what")
	ed.does("/book retract " + id + ` why:"the source withdrew it"`)
	n.says(ed.does("/book history "+id), "Taken out", "the source withdrew it")
	n.says(ed.does("/book revert "+id+" to:1"), "Added: event", "It will be taken out.")
}

func TestBook_SourcesAndSettingsHaveAHistory(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	owner := n.owner("slack")
	n.says(owner.presses(owner.does("/desk freshness status:12h"), "History"), "freshness")
	reply := owner.does(`/book source https://example.org/b name:"First"`)
	owner.does(`/book source https://example.org/b name:"Second"`)
	n.says(owner.presses(reply, "History"), "First → Second")
	n.says(owner.presses(owner.presses(reply, "History"), "Back to version 1"), "Second → First")
}

func TestBook_MergeMovesAllThatConcernsTheEntry(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	ed.fills(ed.asks(`/book add person name:"Stephen Witkoff"`), map[string]string{"role": "envoy"})
	n.now = n.now.Add(time.Minute)
	ed.does(`/book event "He landed." about:"Stephen Witkoff"` + sourced)
	n.says(ed.does(`/book merge "Stephen Witkoff" "Steve Witkoff"`), "Merged: Stephen Witkoff into Steve Witkoff")
	got := ed.does("/who Stephen Witkoff full")
	n.says(got, "Steve Witkoff", "He landed.")
}

func TestSuggest_ADiscordSuggestionIsApprovedOnSlackAndTheAuditHasOneRowOfEach(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	con, ed := n.person("discord", "con", "contributors"), n.person("slack", "ed", "editors")
	n.says(con.does(`/suggest Witkoff field:role value:"the envoy" note:"as they write it"`), "Suggested: Steve Witkoff")
	queue := ed.does("/review queue")
	n.says(queue, "the envoy", "as they write it", "discord/G1/con")
	n.says(ed.presses(queue, "Approve"), "Approved: Steve Witkoff", "the envoy", "has been told")
	n.says(con.does("/who Witkoff"), "the envoy")
	if cards := n.told[con.actor]; len(cards) != 1 || !strings.Contains(text(cards[0]), "Your suggestion was approved") {
		t.Errorf("the proposer is told %v", cards)
	}
	rows, err := n.store.Audit(t.Context(), n.book, briefings.AuditQuery{Actors: []briefings.Actor{con.actor, ed.actor}})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].Action != "review approve" || rows[0].Actor != ed.actor || rows[1].Action != "suggest" || rows[1].Actor != con.actor {
		t.Errorf("the audit has %+v", rows)
	}
	n.says(ed.presses(queue, "Approve"), "settled")
}

func TestSuggest_EditedRejectedAndMovedOnSuggestions(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	con, ed := n.person("slack", "con", "contributors"), n.person("slack", "ed", "editors")
	con.fills(con.asks("/suggest Witkoff"), map[string]string{"role": "their role"})
	ed.does(`/book set Witkoff role "meanwhile"`)
	queue := ed.does("/review queue")
	n.says(queue, "it has been changed since", "meanwhile → their role")
	if got := ed.presses(queue, "Approve"); got.Outcome != bot.Refused || !strings.Contains(text(got.Card), "Use Edit") {
		t.Errorf("an edit in between is overwritten: %s", text(got.Card))
	}
	n.says(ed.fills(ed.presses(queue, "Edit"), map[string]string{"role": "both"}), "Approved", "both")
	con.fills(con.asks("/suggest Witkoff"), map[string]string{"role": "nonsense"})
	n.says(ed.fills(ed.presses(ed.does("/review queue"), "Reject"), map[string]string{"why": "no source says so"}), "Rejected")
	cards := n.told[con.actor]
	if len(cards) != 2 || !strings.Contains(text(cards[1]), "no source says so") {
		t.Errorf("the proposer is told %d times", len(cards))
	}
	n.says(ed.does("/review queue"), "empty")
}

func TestOutdated_EveryReaderCanSaySo(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	reader, ed := n.person("discord", "rita"), n.person("slack", "ed", "editors")
	page := reader.does("/who Witkoff")
	n.says(reader.fills(reader.presses(page, "Out of date?"), map[string]string{"note": "he left"}), "Suggested: Steve Witkoff")
	n.says(ed.does("/home"), "Waiting for the desk", "out of date")
	if got := text(reader.does("/home").Card); strings.Contains(got, "Waiting for the desk") {
		t.Errorf("a reader sees the queue:\n%s", got)
	}
	queue := ed.does("/review queue")
	n.says(queue, "he left")
	n.says(ed.presses(queue, "Verify: it holds"), "Approved")
	if len(n.told[reader.actor]) != 1 {
		t.Error("the reader is not told")
	}
}

func TestUnanswered_OneClickMakesAnAliasOrAnEntryAndTellsWhoAsked(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	reader, ed := n.person("discord", "rita"), n.person("slack", "ed", "editors")
	missed := reader.asks("/who Quetzalcoatl")
	n.says(reader.presses(missed, "Ask the desk"), "You are told")
	reader.asks("/who Xanthippe")
	reader.asks("/who Xanthippe")
	list := ed.does("/review unanswered")
	n.says(list, "xanthippe", "2 times", "quetzalcoatl")
	n.says(ed.fills(ed.presses(list, "Alias “quetzalcoatl”"), map[string]string{"entry": "Witkoff", "alias": "Quetzalcoatl"}), "Quetzalcoatl", "told")
	if cards := n.told[reader.actor]; len(cards) != 1 || !strings.Contains(text(cards[0]), "another name of Steve Witkoff") {
		t.Errorf("who asked is told %v", cards)
	}
	n.says(ed.fills(ed.presses(list, "Entry “xanthippe”"), map[string]string{"name": "Xanthippe", "kind": "person"}), "Added: Xanthippe")
	n.says(reader.does("/who Quetzalcoatl"), "Steve Witkoff")
	n.says(ed.does("/review unanswered"), "was found")
	n.says(ed.does("/review queue"), "empty")
}

func TestStale_ListsWhatIsDueAndVerifiesAtAPress(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	list := ed.does("/review stale")
	n.says(list, "STALE")
	i := slices.IndexFunc(list.Card.Actions, func(a bot.Action) bool { return strings.HasPrefix(a.Label, "Verify") })
	n.says(ed.presses(list, list.Card.Actions[i].Label), "Verified")
}

func TestDraft_AMessageBecomesAReport(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	message := bot.Invocation{Command: "draft", Args: []bot.Value{
		{Name: bot.MessageText, Value: "Witkoff met Zelensky in Dublin."}, {Name: bot.MessageLink, Value: "https://discord.com/channels/G1/C1/9"},
		{Name: bot.MessagePosted, Value: "2025-12-02T18:05Z"}, {Name: bot.MessageID, Value: bot.MessageIn("C1", "9")},
	}}
	con, ed := n.person("discord", "con", "contributors"), n.person("discord", "ed", "editors")
	form := con.handle(bot.Request{Invocation: message, Via: "menu"})
	if form.Form == nil || len(form.Form.Fields) != 5 {
		t.Fatalf("the form is %+v", form.Form)
	}
	n.says(con.fills(form, map[string]string{"kind": "event"}), "Suggested", "in the queue of the desk")
	queue := ed.does("/review queue")
	n.says(queue, "Witkoff met Zelensky in Dublin.", "discord.com", "2025-12-02T18:05Z")
	n.moved = "edited"
	n.says(ed.does("/review queue"), "the message that this was made from has been edited since")
	n.moved = ""
	n.says(ed.does("/review queue"), "Careful")
	n.says(ed.presses(queue, "Approve"), "Approved")
	n.says(con.does("/timeline Witkoff"), "met Zelensky in Dublin")
	n.says(ed.fills(ed.handle(bot.Request{Invocation: message, Via: "menu"}), map[string]string{"kind": "statement", "text": "Witkoff said it was good."}), "Added: statement, Steve Witkoff")
}

func TestMenu_AMessageMayBeLongerThanWhatPeopleType(t *testing.T) {
	n := openNewsroom(t)
	long := "Witkoff met Zelensky. " + strings.Repeat("And so on. ", 800)
	reply := n.person("discord", "rita").handle(bot.Request{Via: bot.ViaMenu, Invocation: bot.Invocation{Command: "explain", Args: []bot.Value{{Name: bot.MessageText, Value: long}}}})
	n.says(reply, "Steve Witkoff")
}

func TestExplain_NamesWhatAMessageNames(t *testing.T) {
	n := openNewsroom(t)
	n.says(n.person("discord", "rita").does(`/explain "Witkoff met Zelensky in Dublin"`), "Steve Witkoff", "Zelensky", "Dublin")
}

func TestMyData_ExportAndErase(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	n.owner("discord").does("/desk roles to:user:ed role:editor")
	ed := n.person("discord", "ed")
	ed.does("/changes")
	ed.does(`/book set Witkoff role "mine"`)
	n.says(ed.does("/mydata export"), "discord/G1/ed", "book set", "editor")
	direct := n.person("discord", "ed")
	direct.actor.Workspace, direct.standing.Direct = "", true
	direct.does("/changes")
	n.says(direct.does("/mydata export"), "discord/G1/ed", "discord/ed")
	n.says(direct.presses(direct.does("/mydata erase"), "Yes, erase me"), "Erased")
	if got := text(n.owner("discord").does("/desk audit").Card); strings.Contains(got, "G1/ed") {
		t.Errorf("the audit knows them:\n%s", got)
	}
	n.says(ed.asks(`/book set Witkoff role "again"`), "is for the role editor")
	if _, err := n.store.Verify(t.Context(), n.book); err != nil {
		t.Errorf("the history does not verify: %v", err)
	}
}

func TestEvent_DeliveredFiveTimesAtOnceHasOneEffect(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("discord", "ed", "editors")
	before := n.seq()
	r := ed.request(bot.Request{Text: `/book event "Once only." about:talks` + sourced, Event: "the same"})
	outcomes := make(chan bot.Outcome, 5)
	for range 5 {
		go func() { outcomes <- n.bot.Handle(context.Background(), r).Outcome }()
	}
	answered := 0
	for range 5 {
		switch o := <-outcomes; o {
		case bot.Answered:
			answered++
		case bot.Repeated, bot.Refused: // it is there already, as the book sees it
		default:
			t.Errorf("outcome %d", o)
		}
	}
	if answered != 1 || n.seq() != before+2 { // the source, and the report
		t.Errorf("answered %d times, %d revisions", answered, n.seq()-before)
	}
}

func TestLimits_TenEditsAMinuteAndANeighbourIsNotAffected(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed, other := n.person("discord", "ed", "editors"), n.person("discord", "other", "editors")
	for i := range 10 {
		ed.does(fmt.Sprintf("/book set Witkoff importance %d", 10+i))
	}
	again := bot.Request{Text: "/book set Witkoff importance 19", Event: fmt.Sprint("event ", n.events)}
	if got := ed.handle(again); got.Outcome == bot.Answered && len(got.Card.Sections) > 0 {
		t.Errorf("what comes again is done again: %s", text(got.Card))
	}
	n.says(ed.asks("/book set Witkoff importance 50"), "more than 10 edits")
	other.does("/book set Witkoff importance 51")
	n.now = n.now.Add(time.Minute)
	ed.does("/book set Witkoff importance 52")
}

func TestImport_ShowsThePlanFirstAndIsOneChange(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	owner := n.owner("discord")
	exported := owner.handle(bot.Request{Text: "/desk export", FileReplies: true})
	if len(exported.Files) != 1 || exported.Files[0].Name != string(n.book)+".toml" {
		t.Fatalf("exported is %+v", exported)
	}
	file := func(text string) map[string]bot.FileRef {
		return map[string]bot.FileRef{"f": {Name: "mine.toml", Size: int64(len(text)), Fetch: func(context.Context, int64) ([]byte, error) { return []byte(text), nil }}}
	}
	imports := func(text string) bot.Reply {
		n.now = n.now.Add(time.Minute)
		return owner.handle(bot.Request{Invocation: bot.Invocation{Command: "desk import", Args: []bot.Value{{Name: "file", Value: "f"}}}, Files: file(text)})
	}
	book := string(exported.Files[0].Data)
	n.says(imports(book), "Nothing: the book says all that already.")
	before := n.seq()
	plan := imports(strings.Replace(book, "US special envoy, sent by President Trump", "Envoy", 1))
	n.says(plan, "1 changed", "Envoy", "Nothing was changed yet")
	if n.seq() != before {
		t.Error("a dry run changes the book")
	}
	done := owner.presses(plan, "Import it")
	n.says(done, "Imported: mine.toml")
	n.says(owner.does("/who Witkoff"), "Envoy")
	n.says(owner.presses(done, "Undo"), "Undone")
	before = n.seq()
	n.says(imports(book+"\n[[person]]\nnam = \"x\"\n"), "cannot be imported", "nam")
	n.says(imports("[book]\nid = \"other\"\nname = \"Other\"\n"), "is the book")
	if n.seq() != before {
		t.Error("a file with problems changes the book")
	}
	large := owner.handle(bot.Request{Invocation: bot.Invocation{Command: "desk import", Args: []bot.Value{{Name: "file", Value: "f"}}}, Files: map[string]bot.FileRef{"f": {Name: "x.toml", Size: 2 << 20}}})
	n.says(large, "larger than 1 MB")
	n.now = n.now.Add(11 * time.Minute)
	n.says(owner.presses(plan, "Import it"), "not at hand any more")
}

func TestText_OfAnEditorIsDataAndNoFormat(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	const hostile = `%s{{.}} <!channel> @everyone [x](https://evil.example)`
	n.says(ed.does(`/book set Witkoff why_now "`+hostile+`"`), hostile)
	if got := ed.asks("/book set Witkoff role \"a\u202eb\""); got.Outcome != bot.Refused {
		t.Errorf("a bidi control is taken: %s", text(got.Card))
	}
}

// TestEdit_AnEventThatHasHadItsEffectIsNotAnsweredAsANewOne: another process may have made
// the change just now, so that nothing is different any more.
func TestEdit_AnEventThatHasHadItsEffectIsNotAnsweredAsANewOne(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("discord", "ed", "editors")
	set := func(event string) bot.Reply {
		return n.bot.Handle(t.Context(), ed.request(bot.Request{Text: "/book set Witkoff importance 71", Event: event}))
	}
	if reply := set("e1"); reply.Outcome != bot.Answered || !strings.Contains(text(reply.Card), "71") {
		t.Fatal(text(reply.Card))
	}
	if reply := set("e1"); reply.Outcome != bot.Repeated {
		t.Errorf("the same once more: %s", text(reply.Card))
	}
	if reply := set("e2"); reply.Outcome != bot.Answered || !strings.Contains(text(reply.Card), "says that already") {
		t.Errorf("asked anew: %s", text(reply.Card))
	}
}
