package bookfile_test

import (
	"strings"
	"testing"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
	"github.com/briefbot/briefbot/briefings/starter"
)

// TestReadBytes_ReadsWhatReadDoes: under the name that people gave the file.
func TestReadBytes_ReadsWhatReadDoes(t *testing.T) {
	want, err := starter.Book(now)
	if err != nil {
		t.Fatal(err)
	}
	data, err := bookfile.EncodeTOML(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := bookfile.ReadBytes("../x.toml", data, bookfile.ReadOptions{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if len(briefings.PlanImport(want, got, true)) > 0 {
		t.Error("they differ")
	}
	_, err = bookfile.ReadBytes("mine.toml", []byte("[bok]"), bookfile.ReadOptions{Now: now})
	if err == nil || !strings.Contains(err.Error(), "mine.toml:1") {
		t.Errorf("a problem is shown as %v", err)
	}
}
