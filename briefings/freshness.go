package briefings

import "time"

// Freshness says whether a claim has been checked lately.
type Freshness int

// The states of freshness.
const (
	Lasting Freshness = iota // never needs checking: an event, a statement, a biography
	Fresh                    // verified, and the stamp holds
	Due                      // not verified, or the stamp runs out soon
	Stale                    // past the time until which it could be relied on
)

func (f Freshness) String() string {
	return [...]string{"lasting", "fresh", "due", "STALE"}[f]
}

// Window returns how long claims of the record's sort hold after a check in
// this book; zero means for ever.
func (b *Book) Window(r Record) time.Duration {
	pick := func(own, standard Hours) time.Duration {
		if own > 0 {
			return time.Duration(own)
		}
		return time.Duration(standard)
	}
	switch r := r.(type) {
	case *Entry:
		if (r.Kind == Person || r.Kind == Org) && (r.Role != "" || r.Affiliation != "") {
			return pick(b.Windows.Role, DefaultWindows.Role)
		}
	case *Report:
		switch r.Kind {
		case Status:
			return pick(b.Windows.Status, DefaultWindows.Status)
		case Position:
			return pick(b.Windows.Position, DefaultWindows.Position)
		}
	}
	return 0
}

// Freshness returns how fresh the record's claim is at now, and the moment at
// which that changes next; the moment is zero where it never will.
//
// A verified claim is fresh until the last quarter of its window, then due,
// and stale once the stamp has run out. A claim that nobody has verified is
// due from the start, and stale one window after it was recorded; a status after
// the time of which it speaks, if that is earlier.
func (b *Book) Freshness(r Record, now time.Time) (f Freshness, changes time.Time) {
	window := b.Window(r)
	if window == 0 {
		return Lasting, time.Time{}
	}
	until := verifiedUntil(r)
	verified := !until.IsZero()
	if !verified {
		until = b.spokenFor(r).Add(window)
	}
	soon := until.Add(-window / 4)
	switch {
	case !now.Before(until):
		return Stale, time.Time{}
	case verified && now.Before(soon):
		return Fresh, soon
	default:
		return Due, until
	}
}

// Verified reports whether the record's claim carries a stamp, which may have
// run out.
func (b *Book) Verified(r Record) bool { return !verifiedUntil(r).IsZero() }

func verifiedUntil(r Record) time.Time {
	if c := ClaimOf(r); c != nil {
		return c.VerifiedUntil
	}
	return time.Time{}
}

// StaleSince returns when the record's claim went or will go stale, zero for
// never.
func (b *Book) StaleSince(r Record) time.Time {
	window := b.Window(r)
	if window == 0 {
		return time.Time{}
	}
	if until := verifiedUntil(r); !until.IsZero() {
		return until
	}
	return b.spokenFor(r).Add(window)
}

// spokenFor returns up to when an unverified claim speaks of the present: when
// it was recorded, or, for a status, the time at which things stood so, if that
// is earlier. A role or a position is held since its date, and so goes on.
func (b *Book) spokenFor(r Record) time.Time {
	t := r.version().Recorded
	if rep, ok := r.(*Report); ok && rep.Kind == Status {
		if end := rep.Claim.Occurred.End(b.Location()); end.Before(t) {
			return end
		}
	}
	return t
}
