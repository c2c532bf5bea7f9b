package briefings

import (
	"context"
	"time"
)

// Contents is all records of a book at one moment. Deleted records are absent.
type Contents struct {
	// Seq is the number of the book's newest revision that is included.
	Seq     int64
	Book    *Book
	Sources []*Source
	Entries []*Entry
	Reports []*Report
	// Suggestions are those that wait for the desk.
	Suggestions []*Suggestion
}

// RevisionQuery picks revisions of one book; its zero fields do not restrict.
type RevisionQuery struct {
	AfterSeq int64     // only those with a greater Seq
	Since    time.Time // only those recorded at or after
	Until    time.Time // only those recorded at or before
	Ref      Ref       // only those of this record
	Actors   []Actor   // only those that these made
	// Newest returns the last of them first; otherwise they come in order of Seq.
	Newest bool
	Limit  int // at most so many; 0 for all
}

// Posting is a copy of a report, or of an entry, in a message on a platform.
// Corrections find their copies through it.
type Posting struct {
	Ref       Ref
	Number    int64 // the revision that was shown
	Platform  Platform
	Workspace Workspace
	Channel   string
	Message   string
	At        time.Time
}

// Marks say how far a book has come.
type Marks struct {
	Seq   int64 // the number of its newest revision
	Audit int64 // the number of its audit's newest row
}

// Binding ties a platform's workspace to a book.
type Binding struct {
	Platform  Platform
	Workspace Workspace
	Book      BookID
}

// Miss is what people asked for and did not find. It holds no user ids.
type Miss struct {
	Query string // folded
	Count int
	First time.Time
	Last  time.Time
}

// Store keeps books. Every method is one transaction, and names the book that
// it reads or changes; a book that does not exist gives ErrNotFound. Methods
// may be called by any number of goroutines. Times are kept to the millisecond.
type Store interface {
	// Books returns the ids of all books, in the order of their creation.
	Books(ctx context.Context) ([]BookID, error)
	// Load returns the book as it stands, each kind sorted by id, or, unless asOf is zero, the entries
	// and reports as they stood at asOf: of each the newest revision recorded
	// at or before it. Sources and the book's settings are always the newest.
	Load(ctx context.Context, book BookID, asOf time.Time) (*Contents, error)
	// Marks returns how far the book has come.
	Marks(ctx context.Context, book BookID) (Marks, error)
	// Apply commits the change and returns its revisions, in the order of the
	// edits. It makes the book where the change puts a *Book that is new. It
	// returns ErrConflict, and changes nothing, where an edit's base is not
	// the record's newest revision, ErrBehind where the book's is not the one that the
	// change was checked against, and ErrRepeated where its event has had its effect. The audit's row of it is in the same transaction.
	Apply(ctx context.Context, book BookID, c Change) ([]Revision, error)
	// Restore makes a book from its whole history, verbatim. The revisions are
	// in the order of Seq. It returns ErrConflict where the book exists.
	Restore(ctx context.Context, book BookID, history []Revision) error
	// Revisions returns those that the query picks.
	Revisions(ctx context.Context, book BookID, q RevisionQuery) ([]Revision, error)
	// Search returns the records whose text matches, best first.
	Search(ctx context.Context, book BookID, q TextQuery) ([]Hit, error)

	// RecordMiss counts a question that found nothing.
	RecordMiss(ctx context.Context, book BookID, query string, at time.Time) error
	// Misses returns what was not found, most asked first, at most limit.
	Misses(ctx context.Context, book BookID, limit int) ([]Miss, error)
	// DropMiss forgets a question: it has an answer now, or needs none.
	DropMiss(ctx context.Context, book BookID, query string) error
	// Look records that the actor has seen the book up to seq, and returns
	// what it had seen before: 0 on the first look. It never falls.
	Look(ctx context.Context, book BookID, who Actor, seq int64, at time.Time) (before int64, err error)

	// AddPosting remembers a copy; where the message is known already, it now
	// shows this revision. It returns ErrNotFound for a record that the book
	// has never had. Postings returns the copies of a record.
	AddPosting(ctx context.Context, book BookID, p Posting) error
	Postings(ctx context.Context, book BookID, ref Ref) ([]Posting, error)

	// PutOffers keeps offers of the book; one whose token is known takes the
	// place of that one. It returns ErrInvalid, and keeps none, where Check
	// refuses one or one is of another book.
	PutOffers(ctx context.Context, book BookID, offers []Offer) error
	// Offer returns the offer of a token, or ErrNotFound where the book has
	// none that is good at now.
	Offer(ctx context.Context, book BookID, token string, now time.Time) (Offer, error)
	// DropOffers removes the book's offers that have expired by now, the oldest
	// first, and returns how many. It removes some thousands at most, so that
	// nobody waits long: once it returns 0, all are gone. It also forgets the events
	// that were claimed a day ago.
	DropOffers(ctx context.Context, book BookID, now time.Time) (n int, err error)

	// Claim reports whether an event that a platform has delivered has not had
	// its effect in the book yet, and takes note that it has, for a day at the
	// least: of all who claim it, one is first. It returns ErrInvalid for an event
	// without id.
	Claim(ctx context.Context, book BookID, p Platform, event string, now time.Time) (first bool, err error)

	// Bind ties a workspace to a book, in place of any other; where that changes
	// anything, the audit of the book has a row of it. Binding returns the book of a
	// workspace, or ErrNotFound; Bindings returns all of a book.
	Bind(ctx context.Context, d Deed, b Binding) error
	Binding(ctx context.Context, p Platform, w Workspace) (Binding, error)
	Bindings(ctx context.Context, book BookID) ([]Binding, error)

	// Rights returns who may do what in the book.
	Rights(ctx context.Context, book BookID) (*Rights, error)
	// Grant gives a role, in place of what the same grantee had; NoRole takes it
	// away. It returns ErrInvalid where Check refuses it, and ErrRepeated for an
	// event that has had its effect. The audit's row of it is in the same transaction.
	Grant(ctx context.Context, book BookID, d Deed, g Grant) error
	// Link takes note that two accounts, and all that are linked to either, are one
	// person's; Unlink, that an account belongs to nobody else. The audit has a row
	// of each.
	Link(ctx context.Context, book BookID, d Deed, a, b Actor) error
	Unlink(ctx context.Context, book BookID, d Deed, a Actor) error

	// Note appends a row to the audit for what changes no record. detail names no
	// person. It returns ErrRepeated for an event that has had its effect.
	Note(ctx context.Context, book BookID, d Deed, outcome AuditOutcome, detail string) error
	// Audit returns rows of the audit, the newest first.
	Audit(ctx context.Context, book BookID, q AuditQuery) ([]AuditRow, error)

	// Erase removes what the book knows of accounts: their ids, in the history and
	// the audit too, what they have looked at, their buttons, roles and links. What
	// they wrote stays, as somebody's. The audit has a row of it, as of nobody.
	Erase(ctx context.Context, book BookID, d Deed, accounts []Actor) error
	// Accounts returns the accounts of a platform's user that have done or seen
	// something in the book: one for each workspace, and one for direct messages.
	Accounts(ctx context.Context, book BookID, p Platform, u UserID) ([]Actor, error)
	// Looked returns up to where an account has seen the book, and when; ErrNotFound
	// where it has not.
	Looked(ctx context.Context, book BookID, who Actor) (seq int64, at time.Time, err error)
}
