package briefings_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
)

// fullRecords are one record of each kind with every field set.
func fullRecords() []briefings.Record {
	at := time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)
	day := briefings.At(at, briefings.Day)
	claim := briefings.Claim{
		Occurred: day, Recorded: at, Attribution: "the port", Confidence: briefings.High, Nature: briefings.Official,
		Sources: []briefings.SourceID{"notice", "letter"}, VerifiedUntil: at.Add(time.Hour), VerifiedBy: "night desk",
	}
	return []briefings.Record{
		&briefings.Book{ID: "b", Name: "B", About: "a", Zone: "UTC", Windows: briefings.Windows{Status: briefings.Hours(24 * time.Hour), Role: briefings.Hours(5 * time.Hour)}},
		&briefings.Source{ID: "notice", Name: "N", URL: "https://a.example", Archive: "https://b.example", Published: day, DerivesFrom: "letter"},
		&briefings.Entry{
			ID: "ada", Kind: briefings.Person, Name: "Ada", Aliases: []string{"A", "B"}, Role: "r", Affiliation: "port", Summary: "s", WhyNow: "w",
			Open: []string{"Whether."}, Links: []briefings.Link{{Title: "T", URL: "https://t.example"}}, Importance: 80, Claim: claim,
		},
		&briefings.Report{
			ID: "r", Kind: briefings.Status, Text: "t", Detail: "d", Subject: "talks", Issue: "i", Place: "hall", About: []briefings.EntryID{"ada"},
			Trend: briefings.Steady, Why: "w", Next: "n", NextUpdate: day, Drift: briefings.Hardened, State: briefings.Held, Importance: 5, Claim: claim,
		},
	}
}

// jsonNames lists the JSON names of a record's fields; those of the claim
// stand in its place.
func jsonNames(r any) []string {
	var names []string
	for f := range reflect.TypeOf(r).Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch name {
		case "-":
		case "claim":
			names = append(names, jsonNames(briefings.Claim{})...)
		default:
			names = append(names, name)
		}
	}
	return names
}

func TestDiff_NilBeforeListsEveryFieldInTheOrderOfTheJSON(t *testing.T) {
	for _, r := range fullRecords() {
		var got []string
		for _, c := range briefings.Diff(nil, r) {
			if c.Old != "" || c.New == "" {
				t.Errorf("%s: %+v", r.Ref().Kind, c)
			}
			got = append(got, c.Field)
		}
		if diff := cmp.Diff(jsonNames(reflect.ValueOf(r).Elem().Interface()), got); diff != "" {
			t.Errorf("%s: fields of the type (-) and of the diff (+):\n%s", r.Ref().Kind, diff)
		}
		back := briefings.Diff(r, nil)
		if len(back) != len(got) || back[0].New != "" || back[0].Old == "" {
			t.Errorf("%s: Diff(r, nil) = %+v", r.Ref().Kind, back)
		}
	}
	if got := briefings.Diff(nil, nil); got != nil {
		t.Errorf("Diff(nil, nil) = %v", got)
	}
	if got := briefings.Diff(nil, &briefings.Entry{ID: "a"}); len(got) != 1 || got[0].Field != "slug" {
		t.Errorf("fields that are not set are new, too: %v", got)
	}
}

func TestDiff_SaysOldAndNewInWords(t *testing.T) {
	old, now := fullRecords()[2].(*briefings.Entry), fullRecords()[2].(*briefings.Entry)
	now.Aliases = []string{"A", "C"}
	now.Links = append(now.Links, briefings.Link{Title: "U", URL: "https://u.example"})
	now.Importance = 0
	now.Claim.Sources = nil
	now.Claim.VerifiedUntil = now.Claim.VerifiedUntil.Add(time.Millisecond)
	now.Version.Number = 7
	want := []briefings.FieldChange{
		{Field: "aliases", Old: "A, B", New: "A, C"},
		{Field: "links", Old: "T <https://t.example>", New: "T <https://t.example>, U <https://u.example>"},
		{Field: "importance", Old: "80"},
		{Field: "sources", Old: "notice, letter"},
		{Field: "verified_until", Old: "2026-03-04T09:00:00Z", New: "2026-03-04T09:00:00.001Z"},
	}
	if diff := cmp.Diff(want, briefings.Diff(old, now)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	book, later := fullRecords()[0].(*briefings.Book), fullRecords()[0].(*briefings.Book)
	later.Windows.Position = briefings.Hours(36 * time.Hour)
	want = []briefings.FieldChange{{Field: "freshness", Old: "status 1d, role 5h", New: "status 1d, position 36h, role 5h"}}
	if diff := cmp.Diff(want, briefings.Diff(book, later)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestDiff_EqualContentHasNone(t *testing.T) {
	for i, r := range fullRecords() {
		other := fullRecords()[i]
		briefings.SetVersion(other, briefings.Version{Number: 3})
		if got := briefings.Diff(r, other); got != nil {
			t.Errorf("%s: %v", r.Ref().Kind, got)
		}
	}
	a, b := &briefings.Entry{ID: "a", Aliases: []string{"x,y"}}, &briefings.Entry{ID: "a", Aliases: []string{"x", "y"}}
	if len(briefings.Diff(a, b)) != 1 {
		t.Error("one alias with a comma is taken for two")
	}
	b.Aliases, a.Aliases = nil, []string{}
	if len(briefings.Diff(a, b)) != 0 {
		t.Error("no aliases and an empty list of them differ")
	}
}
