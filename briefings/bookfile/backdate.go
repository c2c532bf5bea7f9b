package bookfile

import (
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// backdate says of the records that don't say it themselves when they were
// recorded, and lets no entry be younger than a report that names it.
//
// The book's default is of the day on which the book was begun. It does not
// count for what is added to a book that is there already, nor for what
// happened after it: the book learns of those when they are imported, which
// zero stands for. A record that the book has keeps what it has there.
func (rd *reader) backdate() {
	have := map[briefings.Ref]*briefings.Claim{}
	for _, r := range rd.current.Records() {
		if c := briefings.ClaimOf(r); c != nil {
			have[r.Ref()] = c
		}
	}
	for _, d := range rd.drafts {
		c := briefings.ClaimOf(d.record)
		if c == nil || d.dated {
			continue
		}
		if old := have[d.record.Ref()]; old != nil {
			c.Recorded = old.Recorded
		} else if rd.current == nil && inherits(d.record, rd.recorded) {
			c.Recorded = rd.recorded
		}
	}
	first := rd.firstNamed(have)
	for _, d := range rd.drafts {
		e, ok := d.record.(*briefings.Entry)
		if !ok || d.dated || have[e.Ref()] != nil {
			continue
		}
		if named, ok := first[e.ID]; ok && (e.Claim.Recorded.IsZero() || named.Before(e.Claim.Recorded)) {
			e.Claim.Recorded = named
		}
	}
}

// inherits reports whether a record of a new book is taken to have been
// recorded at the book's default where it does not say. An export leaves out
// only what is inherited, so that an import of it gives the same.
func inherits(r briefings.Record, standard time.Time) bool {
	rep, ok := r.(*briefings.Report)
	return !ok || rep.Open() || !rep.Claim.Occurred.Follows(standard)
}

// firstNamed returns when the first report that names an entry was recorded.
// Reports that the book has don't count: what they name only now, the book
// learns only now.
func (rd *reader) firstNamed(have map[briefings.Ref]*briefings.Claim) map[briefings.EntryID]time.Time {
	first := map[briefings.EntryID]time.Time{}
	for _, d := range rd.drafts {
		r, ok := d.record.(*briefings.Report)
		if !ok || have[r.Ref()] != nil || r.Claim.Recorded.IsZero() || !rd.opts.Now.IsZero() && r.Claim.Recorded.After(rd.opts.Now) {
			continue
		}
		for _, id := range r.Entries() {
			if t, named := first[id]; !named || r.Claim.Recorded.Before(t) {
				first[id] = r.Claim.Recorded
			}
		}
	}
	return first
}
