package briefings_test

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

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

// jsonNames lists the JSON names of a record's fields, or what people write
// for them; those of the claim stand in its place.
func jsonNames(r any) []string {
	written := map[string]string{"occurred": "date", "subject": "track"}
	var names []string
	for f := range reflect.TypeOf(r).Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch name {
		case "-":
		case "claim":
			names = append(names, jsonNames(briefings.Claim{})...)
		default:
			names = append(names, cmp.Or(written[name], name))
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
		if diff := gocmp.Diff(jsonNames(reflect.ValueOf(r).Elem().Interface()), got); diff != "" {
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
	if diff := gocmp.Diff(want, briefings.Diff(old, now)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	book, later := fullRecords()[0].(*briefings.Book), fullRecords()[0].(*briefings.Book)
	later.Windows.Position = briefings.Hours(36 * time.Hour)
	want = []briefings.FieldChange{{Field: "freshness", Old: "status 1d, role 5h", New: "status 1d, position 36h, role 5h"}}
	if diff := gocmp.Diff(want, briefings.Diff(book, later)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestDiff_NamesASubjectAsPeopleWriteIt(t *testing.T) {
	for kind, want := range map[briefings.ReportKind]string{
		briefings.Status: "track", briefings.Position: "party", briefings.Statement: "speaker", briefings.Event: "subject",
	} {
		a, b := &briefings.Report{Kind: kind, Subject: "a"}, &briefings.Report{Kind: kind, Subject: "b"}
		if diff := gocmp.Diff([]briefings.FieldChange{{Field: want, Old: "a", New: "b"}}, briefings.Diff(a, b)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", kind, diff)
		}
	}
}

func TestDiff_OfLongListsSaysWhatCameAndWent(t *testing.T) {
	var all []string
	for i := range 30 {
		all = append(all, fmt.Sprintf("alias-%02d", i))
	}
	changed := func(list []string) []string { return append([]string(nil), list...) }
	swapped := changed(all)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	other := changed(all)
	other[7] = "Kowal"
	for _, tc := range []struct{ old, now, wantOld, wantNew string }{
		{strings.Join(all, "|"), strings.Join(append(changed(all), "Kowal"), "|"), "30 others", "Kowal, 30 others"},
		{strings.Join(all, "|"), strings.Join(all[2:], "|"), "alias-00, alias-01, 28 others", "28 others"},
		{strings.Join(all, "|"), strings.Join(other, "|"), "alias-07, 29 others", "Kowal, 29 others"},
		{strings.Join(all, "|"), all[29], strings.Join(all[:29], ", ") + ", 1 other", "1 other"},
		{strings.Join(append(changed(all), all[3]), "|"), strings.Join(all, "|"), "alias-03, 30 others", "30 others"},
		{strings.Join(all, "|"), strings.Join(swapped, "|"), strings.Join(all, ", "), "the same in another order"},
		{strings.Join(all, "|"), "Kowal", strings.Join(all, ", "), "Kowal"},
		{"a|b", "a|c", "a, b", "a, c"},
	} {
		old := &briefings.Entry{Aliases: strings.Split(tc.old, "|")}
		now := &briefings.Entry{Aliases: strings.Split(tc.now, "|")}
		if diff := gocmp.Diff([]briefings.FieldChange{{Field: "aliases", Old: tc.wantOld, New: tc.wantNew}}, briefings.Diff(old, now)); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	}
	whole := briefings.Diff(nil, &briefings.Entry{Aliases: all})
	if len(whole) != 1 || whole[0].New != strings.Join(all, ", ") {
		t.Errorf("a new list is whole: %v", whole)
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
