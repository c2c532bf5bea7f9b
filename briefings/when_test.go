package briefings_test

import (
	"errors"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// wednesday is the moment at which the dates of these tests are read.
var wednesday = time.Date(2025, 12, 3, 9, 30, 0, 0, time.UTC)

func TestParseWhen_ReadsWhatPeopleWrite(t *testing.T) {
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		in, want string
		zone     *time.Location
	}{
		{in: "2025-12-02", want: "2025-12-02"},
		{in: "2025-12", want: "2025-12"},
		{in: "2025", want: "2025"},
		{in: "2025-12-02T21:40Z", want: "2025-12-02T21:40Z"},
		{in: "2025-12-02t21:40:59+01:00", want: "2025-12-02T20:40Z"},
		{in: "2025-12-02 21:40", want: "2025-12-02T21:40Z"},
		{in: "2025-07-02 21:40", want: "2025-07-02T20:40Z", zone: dublin},
		{in: "2025-07-02 21:40 UTC", want: "2025-07-02T21:40Z", zone: dublin},
		{in: "today", want: "2025-12-03"},
		{in: " Yesterday  18:00 ", want: "2025-12-02T18:00Z"},
		{in: "yesterday at 6pm", want: "2025-12-02T18:00Z"},
		{in: "08:15", want: "2025-12-03T08:15Z"},
		{in: "now", want: "2025-12-03T09:30Z"},
		{in: "2 Dec", want: "2025-12-02"},
		{in: "Dec 2", want: "2025-12-02"},
		{in: "2nd of December 2024", want: "2024-12-02"},
		{in: "December 2, 2024", want: "2024-12-02"},
		{in: "24 Dec", want: "2024-12-24"}, // the latest that has begun
		{in: "29 Feb", want: "2024-02-29"},
		{in: "December 2024", want: "2024-12"},
		{in: "november", want: "2025-11"},
		{in: "dec", want: "2025-12"},
		{in: "last month", want: "2025-11"},
		{in: "last week", want: "2025-11-26"},
		{in: "Tuesday", want: "2025-12-02"},
		{in: "wednesday", want: "2025-12-03"},
		{in: "last Wednesday", want: "2025-11-26"},
		{in: "3 days ago", want: "2025-11-30"},
		{in: "3d", want: "2025-11-30"},
		{in: "12h", want: "2025-12-02T21:30Z"},
		{in: "an hour ago", want: "2025-12-03T08:30Z"},
		{in: "2 weeks ago", want: "2025-11-19"},
	} {
		zone := tt.zone
		if zone == nil {
			zone = time.UTC
		}
		got, err := briefings.ParseWhen(tt.in, wednesday, zone)
		if err != nil || got.String() != tt.want {
			t.Errorf("ParseWhen(%q) = %v, %v; want %s", tt.in, got, err, tt.want)
		}
	}
}

func TestParseWhen_RefusesWhatItCannotReadWithASentence(t *testing.T) {
	for _, in := range []string{"", "soon", "02/12/2025", "2.12.2025", "31 November", "2025-13-01", "25:00", "last 2 dec", "december 18:00", "0 dec", "99999999999d", "2 dec dec", "yesterday tomorrow"} {
		got, err := briefings.ParseWhen(in, wednesday, time.UTC)
		if !errors.Is(err, briefings.ErrInvalid) {
			t.Errorf("ParseWhen(%q) = %v, %v; want ErrInvalid", in, got, err)
		}
	}
}

func FuzzParseWhen(f *testing.F) {
	for _, s := range []string{"2 Dec", "yesterday 18:00", "3 days ago", "2025-12-02T21:40Z", "last Tuesday", "29 feb", "9999y"} {
		f.Add(s, int64(1764754200))
	}
	f.Fuzz(func(t *testing.T, s string, unix int64) {
		now := time.Unix(unix%(1<<34), 0)
		m, err := briefings.ParseWhen(s, now, time.UTC)
		if err != nil {
			if !errors.Is(err, briefings.ErrInvalid) {
				t.Fatalf("ParseWhen(%q): %v is not for people", s, err)
			}
			return
		}
		again, err := briefings.ParseMoment(m.String())
		if err != nil || again != m {
			t.Fatalf("ParseWhen(%q) = %s, which reads back as %v, %v", s, m, again, err)
		}
		if !m.End(time.UTC).After(m.Start(time.UTC)) {
			t.Fatalf("ParseWhen(%q) = %s has no length", s, m)
		}
	})
}
