package bot

import (
	"context"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Inbound knows which events have had their effect, also over a restart and
// between replicas. A briefings.Store is one.
type Inbound interface {
	// Claim reports whether the event has had no effect yet, and takes note
	// that it has. It is asked before the effect: an event that is delivered
	// again has none, even where the first time ended half-way.
	Claim(ctx context.Context, book briefings.BookID, p briefings.Platform, event string, now time.Time) (first bool, err error)
}
