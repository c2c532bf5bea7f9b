package bookfile_test

import (
	"strings"
	"testing"

	"github.com/briefbot/briefbot/briefings/bookfile"
)

func TestRead_OffersTheDateThatIsMeant(t *testing.T) {
	const here = " is not how a date is written here. Write "
	for written, want := range map[string]string{
		"5 November 2026":        here + "2026-11-05.",
		"5th of November 2026":   here + "2026-11-05.",
		"5. Nov. 2026":           here + "2026-11-05.",
		"05-Nov-2026":            here + "2026-11-05.",
		"Thu, 5 Nov 2026":        here + "2026-11-05.",
		"Thursday 5 Nov 2026":    here + "2026-11-05.",
		"November 5, 2026":       here + "2026-11-05.",
		"NOVEMBER  5th 2026":     here + "2026-11-05.",
		"2026 November 5":        here + "2026-11-05.",
		"Sept 2026":              here + "2026-09.",
		"March, 2026":            here + "2026-03.",
		"2026/11/05":             here + "2026-11-05.",
		"2026.11.5.":             here + "2026-11-05.",
		"2026-1-5":               here + "2026-01-05.",
		"20261105":               here + "2026-11-05.",
		"2026/11":                here + "2026-11.",
		"11/2026":                here + "2026-11.",
		"25.11.2026":             here + "2026-11-25.",
		"11/25/2026":             here + "2026-11-25.",
		"5/5/2026":               here + "2026-05-05.",
		"12.11.2026":             `"12.11.2026" can be read in two ways. Write 2026-11-12 for 12 November, or 2026-12-11 for 11 December.`,
		"2026-11-31":             "There is no 2026-11-31: November has 30 days. Correct it.",
		"2026-11-31T09:30Z":      "There is no 2026-11-31T09:30Z: November has 30 days. Correct it.",
		"2026-02-29":             "There is no 2026-02-29: February 2026 has 28 days. Correct it.",
		"31 April 2026":          "There is no 31 April 2026: April has 30 days. Correct it.",
		"31.11.2026":             "There is no 31.11.2026: November has 30 days. Correct it.",
		"2026-13":                "There is no 2026-13: a year has 12 months. Correct it.",
		"2026-00-10":             "There is no 2026-00-10: a year has 12 months. Correct it.",
		"0000-01-01":             "There is no 0000-01-01: years run from 0001 to 9999. Correct it.",
		"2026-11-05T25:00Z":      "is not a date. Write 2026-03-02",
		"2026-11-05T10:00:00x":   "is not a date. Write 2026-03-02",
		"5 brumaire 2026":        "is not a date. Write 2026-03-02",
		"5 ma 2026":              "is not a date. Write 2026-03-02",
		"next week":              "is not a date. Write 2026-03-02",
		strings.Repeat("x", 900): strings.Repeat("x", 39) + `…" is not a date.`,
	} {
		_, err := readText(header+"[[person]]\nname = \"Ada\"\ndate = \""+written+"\"\n", bookfile.ReadOptions{Now: now})
		if err == nil || !strings.Contains(err.Error(), `book.toml:7: person "Ada": date: `) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s:\n got %v\nwant %s", written, err, want)
		}
	}
	// A time needs a day at least.
	for written, want := range map[string]string{
		"2026-11":         `"2026-11" is not a date. Write a day, 2026-03-02, or a time, 2026-03-02T09:30Z.`,
		"November 2026":   `"November 2026" is not a date. Write a day`,
		"5 November 2026": here + "2026-11-05.",
	} {
		_, err := readText(header+"[[person]]\nname = \"Ada\"\nrecorded = \""+written+"\"\n", bookfile.ReadOptions{Now: now})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("recorded = %s:\n got %v\nwant %s", written, err, want)
		}
	}
}
