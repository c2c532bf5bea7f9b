package main

import (
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

// withDigest is a config with a digest that has more lines.
func withDigest(more string) string {
	return "[slack]\n[[digest]]\nname = \"morning\"\nto = [\"slack/T1/C1\"]\nwhen = \"weekdays 08:00\"\nzone = \"Europe/Dublin\"\n" + more
}

func TestConfig_ADigestThatCannotBeIsRefusedWithItsLine(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"whole":             {withDigest("topics = [\"talks\"]\nwhen_empty = \"skip\"\nitems = 5\ncatchup = \"1h\"\non_unknown = \"resend\"\nbook = \"talks\"\n"), ""},
		"two":               {withDigest("[[digest]]\nname = \"evening\"\nto = [\"slack/T1/C1\"]\nwhen = \"0 18 * * *\"\nzone = \"UTC\"\n"), ""},
		"nothing in it":     {"[slack]\n[[digest]]\n", "c.toml:2: [[digest]]: The digest has no name.|c.toml:2: [[digest]]: The digest has no to.|c.toml:2: [[digest]]: The digest has no when.|c.toml:2: [[digest]]: The digest has no zone."},
		"the same name":     {withDigest("[[digest]]\nname = \"morning\"\nto = [\"slack/T1/C1\"]\nwhen = \"0 18 * * *\"\nzone = \"UTC\"\n"), "c.toml:7: [[digest]] name: There are two digests called \"morning\"."},
		"one bracket":       {strings.Replace(withDigest(""), "[[digest]]", "[digest]", 1), "c.toml:2: Write this header as [[digest]]"},
		"mistyped":          {strings.Replace(withDigest(""), "[[digest]]", "[[digests]]", 1), "c.toml:2: There is no table [digests] in a config. Did you mean [[digest]]?"},
		"a name with space": {strings.Replace(withDigest(""), "morning", "Morning news", 1), "c.toml:3: [[digest]] name: Write the name in small letters"},
		"a channel by name": {strings.Replace(withDigest(""), "slack/T1/C1", "#news", 1), "c.toml:4: [[digest]] to: \"#news\" is no channel. Write discord/SERVER/CHANNEL"},
		"one text":          {strings.Replace(withDigest(""), "[\"slack/T1/C1\"]", "\"slack/T1/C1\"", 1), "c.toml:4: [[digest]] to: This takes a list"},
		"nowhere":           {strings.Replace(withDigest(""), "[\"slack/T1/C1\"]", "[]", 1), "c.toml:4: [[digest]] to: Name at least one channel."},
		"twice":             {strings.Replace(withDigest(""), "[\"slack/T1/C1\"]", "[\"slack/T1/C1\", \"slack/T1/C1\"]", 1), "c.toml:4: [[digest]] to: \"slack/T1/C1\" is listed twice."},
		"not served":        {strings.Replace(withDigest(""), "slack/T1/C1", "discord/1/2", 1), "c.toml:2: [[digest]] to: discord/1/2 is on a platform that this config does not have."},
		"no such time":      {strings.Replace(withDigest(""), "weekdays 08:00", "30 2 30 2 *", 1), "c.toml:5: [[digest]] when: "},
		"too often":         {strings.Replace(withDigest(""), "weekdays 08:00", "* * * * *", 1), "c.toml:5: [[digest]] when: "},
		"no such zone":      {strings.Replace(withDigest(""), "Europe/Dublin", "Dublin", 1), "c.toml:6: [[digest]] zone: "},
		"no such rule":      {withDigest("when_empty = \"never\"\n"), "c.toml:7: [[digest]] when_empty: This takes one-line, always, skip or edit-last"},
		"too many items":    {withDigest("items = 500\n"), "c.toml:7: [[digest]] items: Write how many items"},
		"too late":          {withDigest("catchup = \"1y\"\n"), "c.toml:7: [[digest]] catchup: Say how late"},
		"an unknown key":    {withDigest("chanel = \"x\"\n"), "c.toml:7: [[digest]] chanel: "},
		"above the tables":  {"zone = \"UTC\"\n[slack]\n", "c.toml:1: zone: There is no such key above the tables. Put it below the header [[digest]]."},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := parseConfig("c.toml", []byte(c.text))
			var got, want []string
			for _, p := range problems {
				got = append(got, p.String())
			}
			if c.want != "" {
				want = strings.Split(c.want, "|")
			}
			if !slices.EqualFunc(got, want, strings.HasPrefix) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// openSeeded opens a new database with the starter book, for a program with a clock.
func openSeeded(t *testing.T, now func() time.Time) (*app, *opened) {
	t.Helper()
	a := &app{system: system{now: now, getenv: func(string) string { return "" }}, log: "error"}
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "book.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	o := &opened{store: s, library: briefings.NewLibrary(s), log: slog.New(slog.DiscardHandler)}
	if o.book, err = a.seed(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return a, o
}

// TestConfig_DigestsAreThoseOfTheFile: a start makes the schedules those of the config:
// what is new in it is made, what was changed is changed, what is gone is taken away; what
// was made in the chat stays, and what the chat has paused rests.
func TestConfig_DigestsAreThoseOfTheFile(t *testing.T) {
	now := time.Date(2026, 11, 26, 7, 0, 0, 0, time.UTC)
	a, o := openSeeded(t, func() time.Time { return now })
	s := o.store
	books := []briefings.BookID{o.book}
	apply := func(text string) string {
		t.Helper()
		c, problems := parseConfig("c.toml", []byte(text))
		if len(problems) == 0 {
			var err error
			if problems, err = a.schedule(t.Context(), c, o, books); err != nil {
				t.Fatal(err)
			}
		}
		said := ""
		for _, p := range problems {
			said += p.String()
		}
		return said
	}
	only := func() delivery.Schedule {
		t.Helper()
		list, err := s.Schedules(t.Context(), o.book)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		return list[0]
	}
	if said := apply(withDigest("topics = [\"talks\"]\n")); said != "" {
		t.Fatal(said)
	}
	first := only()
	if first.Spec != "0 8 * * 1-5" || first.From != fromConfig || !slices.Equal(first.Options.Topics, []briefings.EntryID{"peace-talks"}) || first.NextDue != now.Add(time.Hour) {
		t.Errorf("%+v", first)
	}
	if said := apply(withDigest("topics = [\"talks\"]\n")); said != "" || only().Rev != first.Rev {
		t.Errorf("the same again changes it: %s %+v", said, only())
	}

	paused := first
	paused.State = delivery.Paused
	if _, err := s.PutSchedule(t.Context(), o.book, briefings.Deed{At: now}, paused); err != nil {
		t.Fatal(err)
	}
	if said := apply(strings.Replace(withDigest("items = 7\n"), "08:00", "09:00", 1)); said != "" {
		t.Fatal(said)
	}
	if got := only(); got.ID != first.ID || got.Spec != "0 9 * * 1-5" || got.Options.Items != 7 || got.Options.Topics != nil || got.State != delivery.Paused || got.NextDue != now.Add(2*time.Hour) {
		t.Errorf("%+v", got)
	}

	if said := apply(withDigest("topics = [\"atlantis\"]\n")); !strings.Contains(said, "The book has no entry \"atlantis\".") {
		t.Error(said)
	}
	if said := apply("[slack]\n"); said != "" {
		t.Fatal(said)
	}
	if list, err := s.Schedules(t.Context(), o.book); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}

	chat := delivery.Schedule{Name: "morning", Spec: "0 8 * * *", Zone: "UTC", Places: first.Places, State: delivery.Active, NextDue: now}
	if _, err := s.PutSchedule(t.Context(), o.book, briefings.Deed{At: now}, chat); err != nil {
		t.Fatal(err)
	}
	if said := apply(withDigest("")); !strings.Contains(said, "was made in the chat") || only().From != "" {
		t.Errorf("%s %+v", said, only())
	}
}

// TestConfig_ATimeThatWasChangedWhileNobodyWasThereLosesAndDoublesNothing: a slot that was
// due by the old time is written down; today's edition comes by the new time, late where
// that has gone by; where today's has gone out, the new time holds from tomorrow on.
func TestConfig_ATimeThatWasChangedWhileNobodyWasThereLosesAndDoublesNothing(t *testing.T) {
	at := func(clock string) time.Time {
		day, err := time.Parse("2006-01-02 15:04", "2026-11-26 "+clock)
		if err != nil {
			t.Fatal(err)
		}
		return day
	}
	for _, test := range []struct {
		name, when string
		now        time.Time
		posted     bool // today's at 08:00 was
		next       time.Time
		passed     string // what is written down of the slot of 08:00
	}{
		{"before it was due", "09:00", at("07:30"), false, at("09:00"), ""},
		{"the new time is to come", "09:00", at("08:30"), false, at("09:00"), "skipped: the config gives it another time"},
		{"the new time has gone by, too", "07:00", at("08:30"), false, at("07:00"), "skipped: the config gives it another time"},
		{"today's has gone out", "09:00", at("08:30"), true, at("09:00").AddDate(0, 0, 1), "planned: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := at("07:00")
			a, o := openSeeded(t, func() time.Time { return now })
			s := o.store
			apply := func(text string) delivery.Schedule {
				var err error
				c, problems := parseConfig("c.toml", []byte(text))
				if len(problems) == 0 {
					problems, err = a.schedule(t.Context(), c, o, []briefings.BookID{o.book})
				}
				list, err2 := s.Schedules(t.Context(), o.book)
				if err = errors.Join(err, err2); err != nil || len(problems) > 0 || len(list) != 1 {
					t.Fatal(problems, list, err)
				}
				return list[0]
			}
			x := apply(withDigest(""))
			key := delivery.RunKey{Source: string(x.ID), Slot: "2026-11-26T08:00"}
			if test.posted {
				x.Cursor, x.NextDue = key.Slot, at("08:00").AddDate(0, 0, 1)
				run := delivery.NewRun{
					Run:   delivery.Run{Key: key, Kind: delivery.Digest, State: delivery.Planned, Due: at("08:00"), Made: at("08:00")},
					Parts: []delivery.Part{{Platform: x.Places[0].Platform, Number: 1, Op: delivery.Post, Body: []byte("x")}}, To: []delivery.Target{{Place: x.Places[0]}},
				}
				if err := s.Commit(t.Context(), o.book, delivery.Plan{At: at("08:00"), Runs: []delivery.NewRun{run}, Schedules: []delivery.Schedule{x}}); err != nil {
					t.Fatal(err)
				}
			}
			now = test.now
			x = apply(strings.Replace(withDigest(""), "08:00", test.when, 1))
			if !x.NextDue.Equal(test.next) {
				t.Errorf("it comes next at %s, and should at %s", x.NextDue, test.next)
			}
			runs, err := s.Runs(t.Context(), o.book, delivery.RunQuery{Source: string(x.ID)})
			said := ""
			for _, r := range runs {
				said += string(r.State) + ": " + r.Reason
			}
			if err != nil || said != test.passed {
				t.Errorf("%q is written down, %v", said, err)
			}
		})
	}
}
