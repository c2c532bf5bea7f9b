package delivery

import (
	"maps"
	"sync"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Health is how the engine is doing.
type Health struct {
	Planned time.Time // when the planner last went through everything
	// Wrong are the books of which nothing is claimed, since the clock is wrong: something
	// in their ledger is later than it, or the database's is another.
	Wrong map[briefings.BookID]bool
	// Failing says what cannot be done now, by what it is: "plan", "ledger".
	Failing map[string]string
	// Locked are the installations that their platforms let do nothing, and since when.
	Locked map[string]time.Time
	// Doubled counts messages that were found twice, and taken back.
	Doubled int
	Sent    int64 // since the start
	Flying  int   // requests under way
}

// OK reports whether nothing needs somebody.
func (h Health) OK() bool {
	return len(h.Wrong) == 0 && len(h.Failing) == 0 && len(h.Locked) == 0
}

// board is where the parts of the engine write how they are doing.
type board struct {
	mu     sync.Mutex
	h      Health
	probed map[string]time.Time // when an installation that is locked was last called
}

func (b *board) set(f func(*Health)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.h)
}

// failing takes note that something fails, or with nil that it works; it reports
// whether that is news.
func (b *board) failing(what string, err error) (news bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, was := b.h.Failing[what]
	if err == nil {
		delete(b.h.Failing, what)
		return was
	}
	if b.h.Failing == nil {
		b.h.Failing = map[string]string{}
	}
	b.h.Failing[what] = err.Error()
	return !was
}

// locked is for how long an installation is left alone, 0 where it is not. Where its time is
// over one call is let through, which finds out; the others wait as long again.
func (b *board) locked(installation string, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	since, ok := b.probed[installation]
	if _, locked := b.h.Locked[installation]; !locked || !ok {
		return 0
	}
	if pause := since.Add(probe).Sub(now); pause > 0 {
		return pause
	}
	b.probed[installation] = now
	return 0
}

// lock takes note of whether an installation may do anything, and reports whether that
// is news.
func (b *board) lock(installation string, locked bool, now time.Time) (news bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, was := b.h.Locked[installation]
	if !locked {
		delete(b.h.Locked, installation)
		return was
	}
	if b.h.Locked == nil {
		b.h.Locked, b.probed = map[string]time.Time{}, map[string]time.Time{}
	}
	if !was {
		b.h.Locked[installation] = now
	}
	b.probed[installation] = now
	return !was
}

// wrong reports whether the clock is wrong for a book.
func (b *board) wrong(book briefings.BookID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.h.Wrong[book]
}

// Health returns how the engine is doing.
func (e *Engine) Health() Health {
	e.board.mu.Lock()
	defer e.board.mu.Unlock()
	h := e.board.h
	h.Failing, h.Locked, h.Wrong = maps.Clone(h.Failing), maps.Clone(h.Locked), maps.Clone(h.Wrong)
	h.Flying = len(e.slots)
	return h
}
