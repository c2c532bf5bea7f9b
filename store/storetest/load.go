package storetest

import (
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// full returns one record of each kind with every field set.
func full() []briefings.Record {
	claim := briefings.Claim{
		Occurred: briefings.At(monday, briefings.Minute), Recorded: monday, Attribution: "a senior adviser",
		Confidence: briefings.Moderate, Nature: briefings.Claimed, Sources: []briefings.SourceID{"guardian"},
		VerifiedUntil: thursday, VerifiedBy: "discord/guild/42",
	}
	return []briefings.Record{
		&briefings.Book{ID: "talks", Name: "Talks", About: "What it follows.", Zone: "Europe/Dublin", Windows: briefings.Windows{Status: briefings.Hours(12 * time.Hour)}},
		&briefings.Source{ID: "guardian", Name: "The Guardian", URL: "https://example.org/a", Archive: "https://example.org/b", Published: briefings.At(monday, briefings.Day), DerivesFrom: "ap"},
		&briefings.Entry{
			ID: "witkoff", Kind: briefings.Person, Name: "Steve Witkoff", Aliases: []string{"Witkoff", "Стив Уиткофф"}, Role: "US special envoy",
			Affiliation: "white-house", Summary: "Background.", WhyNow: "He is in Moscow.", Open: []string{"What changed?"},
			Links: []briefings.Link{{Title: "Page", URL: "https://example.org"}}, Importance: 90, Claim: claim,
		},
		&briefings.Report{
			ID: "s1", Kind: briefings.Status, Text: "No compromise.", Detail: "Five hours.", Subject: "peace-plan", Issue: "donbas", Place: "moscow",
			About: []briefings.EntryID{"witkoff", "putin"}, Trend: briefings.Worsening, Why: "No movement.", Next: "Talks in Miami.",
			NextUpdate: briefings.At(thursday, briefings.Month), Drift: briefings.Hardened, State: briefings.Expected, Importance: 70, Claim: claim,
		},
		&briefings.Suggestion{
			ID: "d1", Kind: briefings.Draft, State: briefings.Waiting, About: briefings.Ref{Kind: briefings.EntryRecord, ID: "witkoff"}, Base: 3,
			Entry:   &briefings.Entry{ID: "witkoff", Kind: briefings.Person, Name: "Steve Witkoff", Importance: 91, Claim: claim},
			Report:  &briefings.Report{ID: "s2", Kind: briefings.Event, Text: "They met.", About: []briefings.EntryID{"witkoff"}, Claim: claim},
			Sources: []*briefings.Source{{ID: "rte", Name: "RTÉ", URL: "https://example.org/c"}}, Made: monday, Note: "From the channel.",
			From:  briefings.MessageRef{Platform: "slack", Workspace: "T1", Channel: "C1", Message: "1.2"},
			Moved: "edited", Answer: "Thank you.",
		},
	}
}

var loadTests = []conformance{
	{"ReturnsEveryFieldAsItWasPut", func(w *world) {
		var edits []briefings.Edit
		for _, r := range full() {
			edits = append(edits, put(0, r))
		}
		w.apply("talks", tuesday, edits...)
		c := w.load("talks", time.Time{})
		want := full()
		for _, r := range want {
			recorded := tuesday
			if briefings.ClaimOf(r) != nil { // it brings its own
				recorded = monday
			}
			briefings.SetVersion(r, briefings.Version{Number: 1, Recorded: recorded})
		}
		w.equal(c, &briefings.Contents{
			Seq: 5, Book: want[0].(*briefings.Book), Sources: []*briefings.Source{want[1].(*briefings.Source)},
			Entries: []*briefings.Entry{want[2].(*briefings.Entry)}, Reports: []*briefings.Report{want[3].(*briefings.Report)},
			Suggestions: []*briefings.Suggestion{want[4].(*briefings.Suggestion)},
		})
	}},
	{"SeqCountsDeletions", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", monday, put(0, person("a", "A")))
		w.apply("talks", tuesday, remove(1, person("a", "")))
		w.equal(w.load("talks", time.Time{}).Seq, int64(3))
		w.equal(w.load("talks", tuesday).Seq, int64(3))
		w.equal(w.load("talks", monday).Seq, int64(2))
	}},
	{"AsOfIsTheNewestRevisionRecordedByThen", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", monday, put(0, person("a", "A Monday")), put(0, event("r", "Monday")))
		w.apply("talks", tuesday, put(1, person("a", "A Tuesday")), put(0, person("b", "B Tuesday")))
		w.apply("talks", wednesday, put(2, person("a", "A Wednesday")), remove(1, person("b", "")), remove(1, event("r", "")))
		w.apply("talks", thursday, put(2, person("b", "B Thursday")))
		for _, test := range []struct {
			asOf    time.Time
			seq     int64
			names   map[briefings.EntryID]string
			reports int
		}{
			{monday.Add(-time.Millisecond), 1, nil, 0},
			{monday, 3, map[briefings.EntryID]string{"a": "A Monday"}, 1},
			{tuesday.Add(-time.Millisecond), 3, map[briefings.EntryID]string{"a": "A Monday"}, 1},
			{tuesday, 5, map[briefings.EntryID]string{"a": "A Tuesday", "b": "B Tuesday"}, 1},
			{wednesday.Add(time.Hour), 8, map[briefings.EntryID]string{"a": "A Wednesday"}, 0},
			{thursday, 9, map[briefings.EntryID]string{"a": "A Wednesday", "b": "B Thursday"}, 0},
			{time.Time{}, 9, map[briefings.EntryID]string{"a": "A Wednesday", "b": "B Thursday"}, 0},
		} {
			c := w.load("talks", test.asOf)
			names := map[briefings.EntryID]string{}
			for id, e := range entries(c) {
				names[id] = e.Name
			}
			w.equal(names, test.names)
			w.equal([]any{len(c.Reports), c.Seq}, []any{test.reports, test.seq})
		}
		tuesdays := entries(w.load("talks", wednesday.Add(-1)))["a"]
		w.equal(tuesdays.Version, briefings.Version{Number: 2, Recorded: tuesday})
	}},
	{"AsOfFindsWhatWasBroughtInWithAnEarlierClock", func(w *world) {
		w.book("talks", thursday)
		old := event("old", "Known on Monday")
		old.Claim.Recorded = monday
		w.apply("talks", thursday, put(0, old))
		w.equal(len(w.load("talks", monday).Reports), 1)
		w.equal(len(w.load("talks", monday.Add(-time.Millisecond)).Reports), 0)
	}},
	{"SettingsAndSourcesAreAlwaysTheNewest", func(w *world) {
		w.book("talks", tuesday)
		w.apply("talks", wednesday, put(0, &briefings.Source{ID: "ap", Name: "AP"}), put(1, &briefings.Book{ID: "talks", Name: "Renamed"}))
		c := w.load("talks", monday)
		w.equal([]any{c.Book.Name, len(c.Sources)}, []any{"Renamed", 1})
	}},
	{"SuggestionsAreThoseThatWaitSortedByID", func(w *world) {
		w.book("talks", monday)
		w.apply("talks", monday, put(0, question("b", briefings.Waiting)), put(0, question("a", briefings.Waiting)), put(0, question("c", briefings.Rejected)))
		w.apply("talks", wednesday, put(1, question("b", briefings.Approved)), put(1, question("c", briefings.Waiting)), put(0, question("d", briefings.Waiting)))
		w.apply("talks", thursday, remove(1, question("d", "")))
		for _, test := range []struct {
			asOf time.Time
			want []briefings.SuggestionID
		}{
			{monday.Add(-time.Millisecond), nil},
			{tuesday, []briefings.SuggestionID{"a", "b"}},
			{wednesday, []briefings.SuggestionID{"a", "c", "d"}},
			{thursday, []briefings.SuggestionID{"a", "c"}},
			{time.Time{}, []briefings.SuggestionID{"a", "c"}},
		} {
			var got []briefings.SuggestionID
			for _, s := range w.load("talks", test.asOf).Suggestions {
				got = append(got, s.ID)
			}
			w.equal(got, test.want)
		}
		w.equal(w.load("talks", tuesday).Suggestions[1].Version, briefings.Version{Number: 1, Recorded: monday})
		history := w.revisions("talks", briefings.RevisionQuery{Ref: question("b", "").Ref()})
		w.equal([]briefings.SuggestionState{history[0].After.(*briefings.Suggestion).State, history[1].Before.(*briefings.Suggestion).State, history[1].After.(*briefings.Suggestion).State},
			[]briefings.SuggestionState{briefings.Waiting, briefings.Waiting, briefings.Approved})
		w.equal(w.find("talks", briefings.TextQuery{Terms: words("asked")}), nobody)
	}},
}

func question(id briefings.SuggestionID, state briefings.SuggestionState) *briefings.Suggestion {
	return &briefings.Suggestion{ID: id, Kind: briefings.Question, State: state, Note: "What was asked?"}
}
