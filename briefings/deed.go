package briefings

import "time"

// Deed is that somebody does something: who, by which command, from where and when.
// It is what the audit says of it.
type Deed struct {
	Actor Actor
	// Action is the command, such as "book status".
	Action string
	Via    string
	At     time.Time // now
	// Event is the platform's id of the event that asked for it, empty where no
	// platform delivers it again. A deed whose event has had its effect in the book
	// is not done: ErrRepeated.
	Event string
}

// AuditOutcome says how a deed ended.
type AuditOutcome string

// The outcomes.
const (
	Done   AuditOutcome = "done"
	Denied AuditOutcome = "denied" // the actor's role did not allow it
)

// AuditRow is one deed in the audit of a book. Rows are appended and never change;
// each holds a digest of the one before. The people in them are kept apart, so that
// they can be erased.
type AuditRow struct {
	Number  int64 // counts the rows of the book from 1
	At      time.Time
	Actor   Actor
	Via     string
	Action  string
	Outcome AuditOutcome
	// Detail says in words what no revision says: which role was given to a group,
	// or what was denied. It names no person.
	Detail string
	// FirstSeq and LastSeq are the revisions that the deed made, 0 for none.
	FirstSeq, LastSeq int64
}

// DeedEvent is before the id of an event that a deed claims, so that an adapter may claim
// the same event for itself before the deed is done.
const DeedEvent = "deed:"

// AuditQuery picks rows of one book's audit; its zero fields do not restrict.
type AuditQuery struct {
	Refs   []Ref     // only deeds that changed one of these records
	Actors []Actor   // only deeds of these
	Since  time.Time // only those at or after
	Until  time.Time // only those before
	Before int64     // only rows with a lower number
	Limit  int       // at most so many, the newest first; 0 for all
}
