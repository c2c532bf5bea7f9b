package civil_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/civil"
)

func TestParseSpec_TakesCronAndWords(t *testing.T) {
	for text, want := range map[string]string{
		"0 8 * * 1-5": "0 8 * * 1-5", "0 8 * * mon-fri": "0 8 * * MON-FRI", "@daily": "0 0 * * *", "@HOURLY": "0 * * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
		"weekdays 08:00": "0 8 * * 1-5", "Weekdays at 8am and 5pm": "0 8,17 * * 1-5", "daily 9:30": "30 9 * * *", "every day at 08:00": "0 8 * * *",
		"mondays 07:15": "15 7 * * 1", "mon,thu 18:00": "0 18 * * 1,4", "mon-fri 7.30": "30 7 * * 1-5", "fri-mon 07:00": "0 7 * * 0,1,5,6", "weekends noon": "0 12 * * 0,6", "8 am": "0 8 * * *",
		"every 15 minutes": "*/15 * * * *", "every 6 hours": "0 */6 * * *", "every 24 hours": "0 0 * * *", "every hour": "0 * * * *", "hourly": "0 * * * *",
		"monthly 1 09:00": "0 9 1 * *", "1st and 15th of the month 09:00": "0 9 1,15 * *", "midnight": "0 0 * * *", "12am": "0 0 * * *", "12pm": "0 12 * * *",
		"0 8 * * 7": "0 8 * * 0", "0 8 * * 5-7": "0 8 * * 5,6,0", "0 8 * * 1-7/2": "0 8 * * 1,3,5,0", "  0   8 * *   * ": "0 8 * * *",
	} {
		s, err := civil.ParseSpec(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if s.Cron() != want {
			t.Errorf("%q became %q, want %q", text, s.Cron(), want)
		}
		if again, err := civil.ParseSpec(s.Cron()); err != nil || again.Cron() != s.Cron() || again.Words() != s.Words() {
			t.Errorf("%q does not become itself again: %v", s.Cron(), err)
		}
	}
}

func TestParseSpec_RefusesWithASentence(t *testing.T) {
	for _, text := range []string{
		"", "TZ=UTC", "TZ=UTC 0 8 * * *", "CRON_TZ= 0 9 * * *", "@every -1h", "@every 1h", "@reboot", "1,,2 * * * *", ",1 * * * *", "1, 8 * * *", "*/99999999999 * * * *", "*-5-9-x * * * *",
		", * * * * *", "* * * *", "0 8 * * 1-5 2030", "*/0 * * * *", "*/61 * * * *", "0 */25 * * *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 24 * * *", "60 8 * * *", "0 8 * * 8", "0 8 0 * *", "0 8 * 13 *",
		"* * * * *", "*/10 * * * *", "0,5 8 * * *", "0,50 0,23 * * *", "0 8 * * L", "0 8 ? * *", "every 7 hours", "every 0 minutes", "every 5 minutes", "sometimes", "weekdays", "monthly", "25:00", "8:61", "13pm", "8:00 and 17:30",
		"mon 1st 08:00", "32nd 08:00", "0 8 * * 1\x00", strings.Repeat("0", 200) + " 8 * * *", "0 8 * * 5-1",
	} {
		s, err := civil.ParseSpec(text)
		var said *briefings.Error
		if err == nil || !errors.As(err, &said) || !errors.Is(err, briefings.ErrInvalid) {
			t.Errorf("%q: %v, %v", text, s, err)
			continue
		}
		if !strings.HasSuffix(said.Message, ".") && !strings.HasSuffix(said.Message, "?") || strings.Contains(said.Message, "%!") {
			t.Errorf("%q: %q is no sentence", text, said.Message)
		}
	}
}

func TestZone_IsAnIANANameAndSaysWhichWasMeant(t *testing.T) {
	for _, name := range []string{"Europe/Dublin", "UTC", " Australia/Lord_Howe "} {
		if _, err := civil.Zone(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for name, near := range map[string]string{"Dublin": "Europe/Dublin", "europe/dublin": "Europe/Dublin", "New York": "America/New_York", "": "IANA", "Local": "IANA", "local": "IANA", "../etc/passwd": "", "Europe/Atlantis": "IANA"} {
		if _, err := civil.Zone(name); !errors.Is(err, briefings.ErrInvalid) || !strings.Contains(err.Error(), near) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestEitherDay_IsSaidInWords(t *testing.T) {
	s, err := civil.ParseSpec("0 9 13 * 5")
	if err != nil {
		t.Fatal(err)
	}
	if !s.EitherDay() || !strings.Contains(s.Words(), "as well") {
		t.Errorf("%t, %s", s.EitherDay(), s.Words())
	}
}

func TestHourly_GoesByRealTimeThroughAnHourThatComesTwice(t *testing.T) {
	table := timetable(t, "hourly", "Europe/Dublin")
	var got []string
	s, due, _ := table.First(time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC))
	for range 3 {
		got = append(got, string(s))
		var next time.Time
		if s, next, _ = table.Next(s); next.Sub(due) != time.Hour {
			t.Errorf("from %s to %s", due, next)
		}
		due = next
	}
	want := "2026-10-25T01:00+01:00 2026-10-25T01:00+00:00 2026-10-25T02:00+00:00"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Go 1.26's ZoneBounds answers for the last day of a leap year after 2037 with an end
// that has passed: going on from it never ended.
func TestNext_EndsOnTheLastDayOfALeapYearThatNoZoneLists(t *testing.T) {
	for _, spec := range []string{"0 9 * * *", "hourly"} {
		table := timetable(t, spec, "Europe/Kyiv")
		at := time.Date(2040, 12, 30, 12, 0, 0, 0, time.UTC)
		s, _, _ := table.First(at)
		for range 60 {
			next, due, ok := table.Next(s)
			if last, _, _ := table.Last(due); !ok || last != next {
				t.Fatalf("after %s comes %s, %t; the last by then is %s", s, next, ok, last)
			}
			s = next
		}
	}
}

func TestCheckSlot_RefusesWhatIsNone(t *testing.T) {
	for _, s := range []civil.Slot{"", "2026-02-30T08:00", "2026-03-08 02:30", "2026-03-08T02:30Z", "now:x", "2026-3-8T2:30"} {
		if err := civil.CheckSlot(s); err == nil {
			t.Errorf("%q is taken for a slot", s)
		}
	}
}

// FuzzParseSpec: whatever is typed, it is read or refused with a sentence, and what is
// read has a next slot.
func FuzzParseSpec(f *testing.F) {
	for _, s := range []string{"0 8 * * 1-5", "weekdays 08:00", "TZ=", "*/99999999999 * * * *", "0 0 29 2 1", "@weekly", "every 15 minutes", "7-7/7 7 7 7 7-7"} {
		f.Add(s)
	}
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := civil.ParseSpec(text)
		if err != nil {
			if !errors.Is(err, briefings.ErrInvalid) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		table := civil.Timetable{Spec: s, Zone: time.UTC}
		slot, due, ok := table.First(at)
		if !ok || !due.After(at) || civil.CheckSlot(slot) != nil {
			t.Fatalf("%q (%s): first %q at %s, %t", text, s.Cron(), slot, due, ok)
		}
		if again, err := civil.ParseSpec(s.Cron()); err != nil || again.Words() != s.Words() {
			t.Fatalf("%q: %q is not read again: %v", text, s.Cron(), err)
		}
	})
}
