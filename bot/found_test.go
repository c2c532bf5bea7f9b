package bot_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// What a review has found: each was wrong once.

// twin adds an entry that is like Witkoff, for merging.
func (n *newsroom) twin(ed *person) {
	n.t.Helper()
	ed.fills(ed.asks(`/book add person name:"Stephen Wittkof"`), map[string]string{"role": "envoy"})
	n.now = n.now.Add(time.Minute)
}

func TestFound_AFormIsForTheRecordThatItWasOpenedOn(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed, other := n.person("slack", "ed", "editors"), n.person("slack", "other", "editors")
	n.twin(ed)
	form := other.asks("/book edit Stephen Wittkof")
	ed.does(`/book merge "Stephen Wittkof" "Steve Witkoff"`)
	before := n.seq()
	got := other.fills(form, map[string]string{"summary": "Of another."})
	n.says(got, "become part of another entry")
	if n.seq() != before {
		t.Error("it is saved onto another")
	}
}

func TestFound_WhatWasMergedComesBackByItsId(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	n.twin(ed)
	ed.does(`/book merge "Stephen Wittkof" "Steve Witkoff"`)
	n.says(ed.does("/book history stephen-wittkof"), "Taken out")
	n.says(ed.does("/book revert stephen-wittkof to:1"), "Added: Stephen Wittkof")
	n.says(ed.does("/book history steve-witkoff"), "Version 2")
}

func TestFound_AnEditedSuggestionOverwritesNobody(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	con, ed, other := n.person("slack", "con", "contributors"), n.person("slack", "ed", "editors"), n.person("slack", "other", "editors")
	con.does(`/suggest Witkoff field:role value:"as suggested"`)
	other.does(`/book set Witkoff summary "Theirs."`)
	form := ed.presses(ed.does("/review queue"), "Edit")
	other.does(`/book set Witkoff why_now "Also theirs."`)
	n.says(ed.fills(form, nil), "Approved", "as suggested")
	n.says(ed.does("/who Witkoff full"), "Theirs.", "Also theirs.", "as suggested")
}

func TestFound_WhatAChangeNamesIsThereWhenItIsCommitted(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	ed.fills(ed.asks(`/book add person name:"Lone Figure"`), map[string]string{"role": "x"})
	// Another process, which has not heard yet that the entry was taken out.
	behind := briefings.NewLibrary(n.store)
	if _, err := behind.Snapshot(t.Context(), n.book); err != nil {
		t.Fatal(err)
	}
	ed.does(`/book retract "Lone Figure" why:x`)
	_, err := behind.Apply(t.Context(), n.book, briefings.Change{Actor: ed.actor, At: n.now, Edits: []briefings.Edit{{Put: &briefings.Report{
		ID: "r-1", Kind: briefings.Statement, Text: "Said.", Subject: "lone-figure", Claim: briefings.Claim{Occurred: briefings.At(n.now, briefings.Day)},
	}}}})
	if err == nil || !strings.Contains(err.Error(), "There is no entry") {
		t.Errorf("a report by nobody is taken: %v", err)
	}
	var all sync.WaitGroup // and all who are in time get through
	for i := range 8 {
		all.Go(func() {
			l := briefings.NewLibrary(n.store)
			for range 5 {
				_, err := l.Apply(context.Background(), n.book, briefings.Change{Actor: ed.actor, At: n.now, Edits: []briefings.Edit{{Put: &briefings.Source{
					ID: briefings.SourceID("s-" + briefings.NewToken()[:8]), Name: strings.Repeat("x", i+1),
				}}}})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestFound_AnImportDoesWhatWasShown(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	owner, ed := n.owner("discord"), n.person("discord", "ed", "editors")
	book := string(owner.handle(bot.Request{Text: "/desk export", FileReplies: true}).Files[0].Data)
	book = strings.Replace(book, "Son-in-law of President Trump", "In-law", 1)
	plan := owner.handle(bot.Request{
		Invocation: bot.Invocation{Command: "desk import", Args: []bot.Value{{Name: "file", Value: "f"}}},
		Files:      map[string]bot.FileRef{"f": {Name: "x.toml", Fetch: func(context.Context, int64) ([]byte, error) { return []byte(book), nil }}},
	})
	n.says(plan, "1 changed")
	ed.does(`/book set Witkoff role "theirs"`)
	before := n.seq()
	again := owner.presses(plan, "Import it")
	n.says(again, "has been changed since you looked", "2 changed")
	if n.seq() != before {
		t.Error("more than was shown is imported")
	}
}

func TestFound_SuggestionsBringTheirNewSources(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	con, ed := n.person("slack", "con", "contributors"), n.person("slack", "ed", "editors")
	con.does(`/suggest Witkoff field:source value:"https://a.example/1; https://b.example/2;x=1"`)
	n.now = n.now.Add(time.Second)
	con.does(`/suggest Putin field:source value:"https://a.example/1"`)
	ed.does(`/book set Witkoff summary "Meanwhile."`)
	n.says(ed.presses(ed.does("/review queue"), "Approve"), "Approved: Steve Witkoff")
	for _, src := range []string{"https://a.example/1", "https://b.example/2;x=1"} {
		if !slices.ContainsFunc(n.contents().Sources, func(s *briefings.Source) bool { return s.URL == src }) {
			t.Errorf("the book does not have %s", src)
		}
	}
	// The other one's is there by now.
	n.says(ed.fills(ed.presses(ed.does("/review queue"), "Edit"), nil), "Approved: Vladimir Putin")
}

func (n *newsroom) contents() *briefings.Contents {
	n.t.Helper()
	c, err := n.store.Load(n.t.Context(), n.book, time.Time{})
	if err != nil {
		n.t.Fatal(err)
	}
	return c
}

func TestFound_ADraftConcernsWhomItsTextNames(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	con, ed := n.person("slack", "con", "contributors"), n.person("slack", "ed", "editors")
	con.does(`/draft "Witkoff met Putin again." source:https://example.org/z date:"2 Dec 2025" kind:event`)
	n.says(ed.presses(ed.does("/review queue"), "Approve"), "Approved", "steve-witkoff")
}

func TestFound_WhatIsOutOfDateOfATrackIsWhereItStands(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	rita, ed := n.person("slack", "rita"), n.person("slack", "ed", "editors")
	rita.fills(rita.asks("/outdated talks"), map[string]string{"note": "they moved"})
	n.says(ed.presses(ed.does("/review queue"), "Verify: it holds"), "verified until")
}

func TestFound_TomorrowIsStillToCome(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	n.says(ed.asks(`/book status talks "Signed." source:unsourced date:tomorrow`), "is still to come")
	n.says(ed.asks(`/book event "They met." about:talks source:unsourced date:tomorrow state:held`), "is still to come")
	n.says(ed.does(`/book event "They meet." about:talks source:unsourced date:tomorrow`), "expected")
	n.says(ed.does(`/book event "They met." about:talks source:unsourced date:today`), "Added")
}

func TestFound_NobodyErasesAnother(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	owner, victim := n.owner("discord"), n.person("slack", "victim", "editors")
	victim.does("/book set Witkoff importance 50")
	owner.does("/desk link user:owner slack/T1/victim")
	owner.presses(owner.does("/mydata erase"), "Yes, erase me")
	n.says(n.owner("slack").does("/desk audit"), "slack/T1/victim")
}

func TestFound_AButtonForAnotherVersionChangesNothing(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed, other := n.person("slack", "ed", "editors"), n.person("slack", "other", "editors")
	ed.does(`/book set Witkoff role "one"`)
	history := ed.does("/book history Witkoff")
	other.does(`/book set Witkoff summary "Unseen."`)
	n.says(ed.presses(history, "Back to version 1"), "has been changed since you looked")
	n.says(ed.does("/who Witkoff full"), "Unseen.")
}

func TestFound_UndoTakesBackWhatStillStands(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed, other := n.person("slack", "ed", "editors"), n.person("slack", "other", "editors")
	ed.does(`/book set Witkoff importance 11`)
	ed.does(`/book set Putin importance 12`)
	n.says(ed.does("/book undo"), "Undone", "12")
	n.says(ed.does("/book undo"), "Undone", "11")
	n.says(ed.asks("/book undo"), "not undone")
	n.now = n.now.Add(time.Minute)
	ed.does(`/book set Witkoff role A`)
	ed.does(`/book set Witkoff role B`)
	n.says(ed.does("/book undo"), "B → A")
	n.says(ed.does("/book undo"), "A → US special envoy")
	// A source that others rest on stays.
	mine := ed.does(`/book event "Mine." about:talks source:https://c.example/1 date:today`)
	other.does(`/book event "Theirs." about:talks source:https://c.example/1 date:today`)
	n.says(ed.presses(mine, "Undo"), "Undone")
	n.says(ed.does("/timeline talks"), "Theirs.")
}

func TestFound_ChoicesAreReadInAnyCase(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	n.says(ed.does(`/book set Witkoff field:Role value:x`), "role")
	if f := ed.asks("/book add Event").Form; f == nil || f.Fields[0].Name != "text" {
		t.Errorf("the form is %+v", f)
	}
	n.owner("slack").does("/desk roles to:user:7 role:None")
}

func TestFound_AFieldCanBeCleared(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	for _, nothing := range []string{`""`, "-"} {
		ed.does(`/book set Witkoff why_now "something"`)
		n.says(ed.does(`/book set Witkoff why_now `+nothing), "was something")
	}
}

func TestFound_NamesInFormsMeanTheSameWhenTheyComeBack(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("slack", "ed", "editors")
	for _, kind := range []string{"place", "term"} {
		ed.fills(ed.asks("/book add "+kind+` name:"Minsk"`), nil)
	}
	ed.does(`/book set minsk-2 importance 90`)
	report := ed.does(`/book event "It happened." about:minsk source:unsourced date:today`)
	id := report.Card.Actions[1].Invocation.Get("what")
	form := ed.asks("/book edit " + id)
	n.says(ed.fills(form, map[string]string{"detail": "More."}), "More.")
	if r := n.report(id); !slices.Equal(r.About, []briefings.EntryID{"minsk"}) {
		t.Errorf("it is about %v", r.About)
	}
	about := ""
	for _, f := range form.Form.Fields {
		if f.Name == "about" {
			about = f.Value
		}
	}
	n.says(ed.fills(ed.asks("/book edit "+id), map[string]string{"about": about + "; Witkoff"}), "steve-witkoff")
	if r := n.report(id); !slices.Equal(r.About, []briefings.EntryID{"minsk", "steve-witkoff"}) {
		t.Errorf("it is about %v", r.About)
	}
}

func (n *newsroom) report(id string) *briefings.Report {
	n.t.Helper()
	for _, r := range n.contents().Reports {
		if string(r.ID) == id {
			return r
		}
	}
	n.t.Fatalf("there is no report %s", id)
	return nil
}

func TestFound_ADateMeansTheDayOnWhichItWasWritten(t *testing.T) {
	n := openNewsroom(t)
	n.desk()
	ed := n.person("discord", "ed", "editors")
	kept := ed.fills(ed.asks("/book add event"), map[string]string{"text": "It happened.", "about": "talks", "source": "unsourced", "date": "today"})
	n.now = n.now.AddDate(0, 0, 1)
	n.says(ed.presses(kept, "Save"), "2026-11-23")
}

func TestFound_TheHistoryDoesNotNameAConversation(t *testing.T) {
	n := openNewsroom(t)
	p := n.person("slack", "rita")
	p.standing.Direct = true
	p.does("/ask who leads them now")
	rows, err := n.store.Audit(t.Context(), n.book, briefings.AuditQuery{Actors: []briefings.Actor{p.actor}})
	if err != nil || len(rows) != 1 || strings.Contains(rows[0].Via, "C1") {
		t.Errorf("%v %+v", err, rows)
	}
}
