package bot_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// TestExcuse_SaysWhatIsMeantForThePersonAndLogsTheRest: never both.
func TestExcuse_SaysWhatIsMeantForThePersonAndLogsTheRest(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		said bool
	}{
		"a sentence":           {briefings.Errorf(briefings.ErrDenied, "You may not."), true},
		"a sentence inside":    {fmt.Errorf("press: %w", briefings.Errorf(briefings.ErrNotFound, "You may not.")), true},
		"the store's own":      {briefings.Errorf(briefings.ErrUnavailable, "You may not read /srv/book.db."), false},
		"anything else at all": {errors.New("open /srv/book.db: You may not."), false},
	} {
		var log bytes.Buffer
		got := bot.Excuse(slog.New(slog.NewTextHandler(&log, nil)), "it failed", c.err, "user", "U1")
		if c.said {
			if got != "You may not." || log.Len() > 0 {
				t.Errorf("%s: %q, and the log has %q", name, got, log.String())
			}
			continue
		}
		ref := regexp.MustCompile(`\(ref ([0-9a-f]{4})\)`).FindStringSubmatch(got)
		if ref == nil || strings.Contains(got, "/srv") {
			t.Errorf("%s: %q", name, got)
			continue
		}
		for _, want := range []string{"ref=" + ref[1], "user=U1", "/srv/book.db", "it failed"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("%s: %q is not in the log: %s", name, want, log.String())
			}
		}
	}
}
