package briefings_test

import (
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// checked returns the problems of a record in a book of one entry of each kind,
// whose slugs are their kinds, a line each.
func checked(t *testing.T, r briefings.Record, others ...briefings.Record) string {
	t.Helper()
	have := map[briefings.Ref]briefings.Record{}
	for _, kind := range briefings.EntryKinds {
		e := &briefings.Entry{ID: briefings.EntryID(kind), Kind: kind, Name: string(kind)}
		have[e.Ref()] = e
	}
	for _, o := range append(others, r) {
		have[o.Ref()] = o
	}
	find := func(ref briefings.Ref) (briefings.Record, bool) {
		found, ok := have[ref]
		return found, ok
	}
	var lines []string
	for _, p := range briefings.Check(r, find, wednesday) {
		lines = append(lines, p.Field+": "+p.Message)
	}
	return strings.Join(lines, "\n")
}

func report(change func(*briefings.Report)) *briefings.Report {
	r := &briefings.Report{ID: "r", Kind: briefings.Event, Text: "So it was.", About: []briefings.EntryID{"track"}, Claim: briefings.Claim{Occurred: mustMoment("2025-12-02")}}
	change(r)
	return r
}

func TestCheck_RefusesAReferenceOfTheWrongKind(t *testing.T) {
	for _, kind := range briefings.EntryKinds {
		id := briefings.EntryID(kind)
		for field, tt := range map[string]struct {
			r  *briefings.Report
			ok bool
		}{
			"status":    {report(func(r *briefings.Report) { r.Kind, r.Subject = briefings.Status, id }), kind == briefings.Track || kind == briefings.Document},
			"position":  {report(func(r *briefings.Report) { r.Kind, r.Subject, r.Issue = briefings.Position, id, id }), kind == briefings.Person || kind == briefings.Org},
			"statement": {report(func(r *briefings.Report) { r.Kind, r.Subject = briefings.Statement, id }), kind == briefings.Person || kind == briefings.Org},
			"place":     {report(func(r *briefings.Report) { r.Place = id }), kind == briefings.Place || kind == briefings.Org},
		} {
			if got := checked(t, tt.r); (got == "") != tt.ok || !tt.ok && !strings.Contains(got, "and this must be of the kind") {
				t.Errorf("a %s as %s: %q", kind, field, got)
			}
		}
	}
}

func TestCheck_RefusesLoops(t *testing.T) {
	source := func(id, from string) *briefings.Source {
		return &briefings.Source{ID: briefings.SourceID(id), Name: id, DerivesFrom: briefings.SourceID(from)}
	}
	a, b, c := source("a", "b"), source("b", "c"), source("c", "a")
	for _, loop := range [][]briefings.Record{{source("x", "x")}, {a, b, c}, {b, a, c}} {
		if got := checked(t, loop[0], loop[1:]...); !strings.Contains(got, "cannot derive from itself") {
			t.Errorf("%v: %q", loop[0].Ref(), got)
		}
	}
	if got := checked(t, a, b, source("c", "")); got != "" {
		t.Errorf("a chain that ends: %q", got)
	}
	one := &briefings.Entry{ID: "one", Kind: briefings.Org, Name: "One", Affiliation: "two"}
	two := &briefings.Entry{ID: "two", Kind: briefings.Org, Name: "Two", Affiliation: "one"}
	if got := checked(t, one, two); !strings.Contains(got, "cannot belong to itself") {
		t.Errorf("one belongs to two belongs to one: %q", got)
	}
}

func TestCheck_RefusesWhatIsStillToCome(t *testing.T) {
	ahead := func(kind briefings.ReportKind, state briefings.EventState) *briefings.Report {
		return report(func(r *briefings.Report) {
			r.Kind, r.State, r.Claim.Occurred = kind, state, mustMoment("2026-03-01")
			if kind != briefings.Event {
				r.Subject = map[briefings.ReportKind]briefings.EntryID{briefings.Status: "track", briefings.Statement: "person"}[kind]
			}
		})
	}
	for _, tt := range []struct {
		r    *briefings.Report
		want string
	}{
		{ahead(briefings.Event, ""), `Write state = "expected"`},
		{ahead(briefings.Event, briefings.Held), `Write state = "expected"`},
		{ahead(briefings.Event, briefings.Expected), ""},
		{ahead(briefings.Event, briefings.Confirmed), ""},
		{ahead(briefings.Status, ""), "is of what is so already"},
		{ahead(briefings.Statement, ""), "is of what is so already"},
	} {
		if got := checked(t, tt.r); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s %q next year: %q, want %q", tt.r.Kind, tt.r.State, got, tt.want)
		}
	}
	// Today has begun somewhere.
	today := report(func(r *briefings.Report) { r.Claim.Occurred = mustMoment("2025-12-03") })
	if got := checked(t, today); got != "" {
		t.Errorf("today: %q", got)
	}
}

func TestCheck_RefusesWhatWasKnownBeforeItHappened(t *testing.T) {
	before := func(kind briefings.ReportKind, state briefings.EventState) *briefings.Report {
		return report(func(r *briefings.Report) {
			r.Kind, r.State, r.Claim.Recorded = kind, state, time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)
			if kind == briefings.Status {
				r.Subject = "track"
			}
		})
	}
	if got := checked(t, before(briefings.Status, "")); !strings.Contains(got, "recorded: The book cannot have known on 2025-12-01 what happened on 2025-12-02") {
		t.Errorf("a status, recorded the day before: %q", got)
	}
	// An event is recorded when it is announced, and keeps that once it was held.
	for _, state := range append(briefings.EventStates, "") {
		if got := checked(t, before(briefings.Event, state)); got != "" {
			t.Errorf("an event, %q, recorded the day before: %q", state, got)
		}
	}
}

func TestCheck_WhatIsCancelledMayLieAhead(t *testing.T) {
	for _, when := range []string{"", "2026-03-01"} {
		r := report(func(r *briefings.Report) {
			r.State = briefings.Cancelled
			r.Claim.Occurred = briefings.Moment{}
			if when != "" {
				r.Claim.Occurred = mustMoment(when)
			}
		})
		if got := checked(t, r); got != "" {
			t.Errorf("%q: %q", when, got)
		}
	}
}
