package delivery

import (
	"context"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Author writes what is posted. It reads the book as it stands, and writes for each
// platform that is asked for; what it returns is frozen in the ledger.
type Author interface {
	// Edition writes an edition of a digest.
	Edition(ctx context.Context, book briefings.BookID, ask EditionAsk) (Text, error)
	// Alerts writes what each of the watches is told of the revisions after From. Those
	// that they do not concern are not in it.
	Alerts(ctx context.Context, book briefings.BookID, ask AlertAsk) ([]AlertText, error)
	// News says what was changed after the revision from.
	News(ctx context.Context, book briefings.BookID, from int64) (News, error)
	// Unchanged writes that nothing is new into what was posted: part, with a line that
	// says so as of the edition that is asked for. It is an Edit.
	Unchanged(ctx context.Context, book briefings.BookID, part Part, ask EditionAsk) (Part, error)
	// Correct writes what becomes of a posted message, of which part is what was
	// posted, or last edited into it: its new form as an Edit, and after it, threaded,
	// the word of what was corrected. It returns none where nothing that it shows is
	// different. now is when it is corrected.
	Correct(ctx context.Context, book briefings.BookID, part Part, what []Corrected, now time.Time) ([]Part, error)
	// Pin writes a status card as it is to be shown at now.
	Pin(ctx context.Context, book briefings.BookID, topic briefings.EntryID, p briefings.Platform, now time.Time) (Text, error)
	// Notice tells admins, or the editor whose correction it was, of deliveries that
	// failed.
	Notice(ctx context.Context, book briefings.BookID, failed []Delivery, p briefings.Platform, now time.Time) (Text, error)
}

// Text is what was written, in as many messages as each platform needs.
type Text struct {
	// Seq is the revision of the book that it was made from.
	Seq int64
	// Quiet says that nothing is new in it.
	Quiet bool
	// Breaking says that it is not to wait.
	Breaking bool
	Hash     string // of what it says, but for the time and the number
	Parts    []Part
	// Changes is when it will say something else without an edit: when a claim goes
	// stale. Zero for never.
	Changes time.Time
}

// EditionAsk says which edition is to be written.
type EditionAsk struct {
	Schedule Schedule
	// Number is that of the edition, Slot and Due when it is due, and Now when it is
	// written.
	Number   int64
	Slot     string
	Due, Now time.Time
	// Since is the revision that the last edition which was posted was made from, and
	// SinceDue when that was due; zero for the first edition.
	Since    int64
	SinceDue time.Time
	// Platforms are those to write for, none for the platform-neutral card alone.
	Platforms []briefings.Platform
}

// AlertAsk says who is to be told of what.
type AlertAsk struct {
	Watches []Watch
	From    int64 // what came after this revision
	To      int64 // and up to this one; 0 for all
	Now     time.Time
}

// AlertText is what a watch is told.
type AlertText struct {
	Watch string // its ID
	Text
}

// News is what came into the book.
type News struct {
	UpTo   int64     // the newest revision
	Oldest time.Time // when the first of what is new was recorded; zero for nothing
	// Corrected are the reports and entries that were corrected or retracted, so that
	// posted copies of them are not true any more.
	Corrected []Corrected
}

// Corrected is a record that is not what it was.
type Corrected struct {
	Ref    briefings.Ref
	Number int64 // of its newest revision
	Seq    int64
	By     briefings.Actor
}
