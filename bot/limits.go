package bot

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/briefbot/briefbot/briefings"
)

// How much one account may do in a book (SECURITY control 19). A desk that types
// fast makes an edit every ten seconds; whoever makes more at a time is a script or a
// mistake. Each process counts by itself.
const (
	editsPerMinute   = 10
	refusalsToRecord = 10 // a minute: of a flood, the audit needs no more to show it
	maxLimited       = 10_000
)

// limits counts what accounts do.
type limits struct {
	mu    sync.Mutex
	known map[limitKey]*rate.Limiter
}

type limitKey struct {
	book    briefings.BookID
	who     briefings.Actor
	refused bool
}

// edit returns ErrDenied where the account has edited too often. undone gives back
// what was counted, where nothing was edited.
func (l *limits) edit(c *Call) (undone func(), err error) {
	if c.operator { // may read a file of lines
		return func() {}, nil
	}
	r := l.of(limitKey{c.Request.Book, c.Request.Actor, false}, editsPerMinute).ReserveN(c.Request.Now, 1)
	if r.DelayFrom(c.Request.Now) > 0 {
		r.CancelAt(c.Request.Now)
		return nil, briefings.Errorf(briefings.ErrDenied, "That is more than %d edits within a minute. Nothing was changed: wait a moment, and do it again.", editsPerMinute)
	}
	return func() { r.CancelAt(c.Request.Now) }, nil
}

// refused reports whether one more refusal of the account is to be recorded.
func (l *limits) refused(c *Call) bool {
	return l.of(limitKey{c.Request.Book, c.Request.Actor, true}, refusalsToRecord).AllowN(c.Request.Now, 1)
}

// of returns what counts under a key.
func (l *limits) of(key limitKey, aMinute int) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	limit := l.known[key]
	if limit == nil {
		if l.known == nil || len(l.known) >= maxLimited {
			l.known = map[limitKey]*rate.Limiter{}
		}
		limit = rate.NewLimiter(rate.Every(time.Minute/time.Duration(aMinute)), aMinute)
		l.known[key] = limit
	}
	return limit
}
