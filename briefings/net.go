package briefings

import (
	"slices"
	"time"
)

// Net is what became of one record over a number of revisions.
type Net struct {
	Ref Ref
	// Before is what it was, nil where it has come with them, and After what it is, nil
	// where it has gone.
	Before, After Record
	// Recorded is when the book knew the newest of them; Number and Seq are its place in
	// the record's and the book's history, and Why and By its reason and its actor.
	Recorded    time.Time
	Number, Seq int64
	Why         string
	By          Actor
	// Others says that others than By made some of them.
	Others bool
}

// Nets folds revisions, newest first, into one net a record, in the order of the newest
// of each. Records that came and went in between leave nothing; nor do suggestions, which
// are the desk's own.
func Nets(revisions []Revision) []Net {
	at := map[Ref]int{}
	var all []Net
	for _, rev := range revisions {
		if rev.Ref.Kind == SuggestionRecord {
			continue
		}
		i, ok := at[rev.Ref]
		if !ok {
			at[rev.Ref] = len(all)
			all = append(all, Net{
				Ref: rev.Ref, Before: rev.Before, After: rev.After, Recorded: rev.Recorded,
				Number: rev.Number, Seq: rev.Seq, Why: rev.Why, By: rev.Actor,
			})
			continue
		}
		all[i].Before = rev.Before
		all[i].Others = all[i].Others || rev.Actor != all[i].By
	}
	return slices.DeleteFunc(all, func(n Net) bool { return n.Before == nil && n.After == nil })
}

// CompareNets orders changes by the kind of record, and reports as a timeline.
func CompareNets(a, b Net) int {
	if c := slices.Index(RecordKinds, a.Ref.Kind) - slices.Index(RecordKinds, b.Ref.Kind); c != 0 {
		return c
	}
	x, ok := a.After.(*Report)
	y, also := b.After.(*Report)
	switch {
	case ok && also:
		return CompareReports(x, y)
	case ok: // what was deleted comes last
		return -1
	case also:
		return 1
	default:
		return 0
	}
}

// Concerns reports whether a change is about the entry.
func (n Net) Concerns(id EntryID) bool {
	for _, r := range []Record{n.Before, n.After} {
		switch r := r.(type) {
		case *Report:
			if r.Concerns(id) {
				return true
			}
		case *Entry:
			if r.ID == id || r.Affiliation == id {
				return true
			}
		}
	}
	return false
}

// stamps are fields that say nothing of what a record is about: who checked it, when it
// was written down, and how it is sorted.
var stamps = []string{"recorded", "verified_until", "verified_by", "importance", "slug", "id"}

// Said returns the fields by which a record says something else than before. A check
// alone changes none.
func (n Net) Said() []FieldChange {
	return slices.DeleteFunc(Diff(n.Before, n.After), func(f FieldChange) bool { return slices.Contains(stamps, f.Field) })
}
