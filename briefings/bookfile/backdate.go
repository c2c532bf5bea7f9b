package bookfile

import (
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// backdate gives the records that don't say when they were recorded the book's
// default, and lets no entry be younger than a report that names it.
//
// The default is of the day on which the book was begun. It does not count for
// what is added to a book that is there already, nor for what happened after
// it: the book learns of those when they are imported.
func (rd *reader) backdate() {
	have := map[briefings.Ref]bool{}
	for _, r := range rd.current.Records() {
		have[r.Ref()] = true
	}
	for _, d := range rd.drafts {
		c := claimOf(d.record)
		if c == nil || d.dated || rd.current != nil && !have[d.record.Ref()] {
			continue
		}
		if r, ok := d.record.(*briefings.Report); ok && !r.Open() && c.Occurred.Follows(rd.recorded) {
			continue
		}
		c.Recorded = rd.recorded
	}
	first := rd.firstNamed()
	for _, d := range rd.drafts {
		e, ok := d.record.(*briefings.Entry)
		if !ok || d.dated || have[e.Ref()] {
			continue
		}
		if named, ok := first[e.ID]; ok && (e.Claim.Recorded.IsZero() || named.Before(e.Claim.Recorded)) {
			e.Claim.Recorded = named
		}
	}
}

// firstNamed returns when the first report that names an entry was recorded.
func (rd *reader) firstNamed() map[briefings.EntryID]time.Time {
	first := map[briefings.EntryID]time.Time{}
	for _, d := range rd.drafts {
		r, ok := d.record.(*briefings.Report)
		if !ok || r.Claim.Recorded.IsZero() || !rd.opts.Now.IsZero() && r.Claim.Recorded.After(rd.opts.Now) {
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
