package delivery

import (
	"context"
	"slices"
	"sync"

	"github.com/briefbot/briefbot/briefings"
)

// landed knows the runs of which a message has been posted since they were last looked at:
// what they show may have been corrected while they were on their way, frozen as they were.
type landed struct {
	mu    sync.Mutex
	begun map[briefings.BookID]bool
	runs  map[briefings.BookID][]RunKey
}

// add takes note of a message that was posted.
func (l *landed) add(book briefings.BookID, d Delivery) {
	if d.Op != Post || d.Kind != Digest && d.Kind != Alert {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.runs == nil {
		l.runs = map[briefings.BookID][]RunKey{}
	}
	if !slices.Contains(l.runs[book], d.Run) {
		l.runs[book] = append(l.runs[book], d.Run)
	}
}

// take returns the runs and forgets them. first is that nobody has asked for the book yet:
// another process may have posted something, and not looked at it any more.
func (l *landed) take(book briefings.BookID) (runs []RunKey, first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.begun == nil {
		l.begun = map[briefings.BookID]bool{}
	}
	runs, first = l.runs[book], !l.begun[book]
	l.begun[book] = true
	delete(l.runs, book)
	return runs, first
}

// back puts back what could not be dealt with.
func (l *landed) back(book briefings.BookID, runs []RunKey, first bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if first {
		delete(l.begun, book)
	}
	if len(runs) > 0 {
		if l.runs == nil {
			l.runs = map[briefings.BookID][]RunKey{}
		}
		l.runs[book] = append(runs, l.runs[book]...)
	}
}

// anew forgets what was asked for: while this process rested, another may have posted.
func (l *landed) anew() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.begun)
}

// lookBack is how long ago a message may have been planned that a process which has just
// begun looks at: nothing is on its way for longer.
const lookBack = MaxCatchup

// planLanded plans the corrections of messages that were posted after what they show was
// corrected, up to the revision told: they were on their way then.
func (e *Engine) planLanded(ctx context.Context, book briefings.BookID, stops map[Place]string, runs []RunKey, first bool, told int64, plan *Plan) error {
	from := told
	if first {
		for _, kind := range []RunKind{Digest, Alert} {
			made, err := e.Ledger.Runs(ctx, book, RunQuery{Kind: kind, Since: plan.At.Add(-lookBack)})
			if err != nil {
				return err
			}
			for _, r := range made {
				if r.Seq > 0 {
					from = min(from, r.Seq)
				}
			}
		}
	}
	for _, key := range runs {
		seq, err := e.madeFrom(ctx, book, key)
		if err != nil {
			return err
		}
		if seq > 0 {
			from = min(from, seq)
		}
	}
	if from >= told {
		return nil
	}
	news, err := e.Author.News(ctx, book, from)
	if err != nil {
		return err
	}
	news.Corrected = slices.DeleteFunc(news.Corrected, func(c Corrected) bool { return c.Seq > told }) // that is told with the rest
	return e.planCorrections(ctx, book, news, stops, plan)
}

// madeFrom returns the revision that a run was made from, 0 where it is not among the
// newest of its source.
func (e *Engine) madeFrom(ctx context.Context, book briefings.BookID, key RunKey) (int64, error) {
	runs, err := e.Ledger.Runs(ctx, book, RunQuery{Source: key.Source, Limit: planBatch})
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(runs, func(r Run) bool { return r.Key == key })
	if i < 0 {
		return 0, nil
	}
	return runs[i].Seq, nil
}
