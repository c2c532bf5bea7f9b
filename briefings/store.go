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
}

// RevisionQuery picks revisions of one book; its zero fields do not restrict.
type RevisionQuery struct {
	AfterSeq int64     // only those with a greater Seq
	Since    time.Time // only those recorded at or after
	Until    time.Time // only those recorded at or before
	Ref      Ref       // only those of this record
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
	// Seq returns the number of the book's newest revision.
	Seq(ctx context.Context, book BookID) (int64, error)
	// Apply commits the change and returns its revisions, in the order of the
	// edits. It makes the book where the change puts a *Book that is new. It
	// returns ErrConflict, and changes nothing, where an edit's base is not
	// the record's newest revision.
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

	// Bind ties a workspace to a book, in place of any other. Binding returns
	// the book of a workspace, or ErrNotFound.
	Bind(ctx context.Context, b Binding) error
	Binding(ctx context.Context, p Platform, w Workspace) (Binding, error)
}
