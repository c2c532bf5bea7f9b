package store

import (
	"context"
	"database/sql"
	"math"
)

// dialect is what the two engines do not share. Everything else in the package
// is one SQL text for both: $1 placeholders in the order of their first use,
// text keys, ON CONFLICT, and times as Unix milliseconds.
type dialect interface {
	// name is the middle of a migration's file name.
	name() string
	// forUpdate ends the SELECT that locks a book's row for a writer.
	forUpdate() string
	// lockCreation makes the creations of books wait for each other.
	lockCreation(ctx context.Context, t *txn) error
	// lockMigration makes migrations wait for each other.
	lockMigration(ctx context.Context, t *txn) error
	// snapshot is the isolation at which several reads see one state.
	snapshot() sql.IsolationLevel
	// clock returns the time by which leases run, in milliseconds: the engine's own
	// where several processes share it, else now.
	clock(ctx context.Context, t *txn, now int64) (int64, error)
	// tables returns the names of the tables that are in our way, or ours.
	tables(ctx context.Context, t *txn) ([]string, error)

	// addText stores the folded text of a revision, open from its recorded time.
	addText(ctx context.Context, t *txn, b *bookRow, x textRow) error
	// closeText ends the validity of the text of the revision seq, if it has one.
	closeText(ctx context.Context, t *txn, b *bookRow, seq, until int64) error
	// search returns the texts that stood at asOf and match: of the newest
	// candidates, the limit best. Rows are kind, id and rank.
	search(ctx context.Context, t *txn, b *bookRow, q textQuery) (*sql.Rows, error)
	// clearTexts removes all texts of all books, to be made again.
	clearTexts(ctx context.Context, t *txn) error

	// classify says what an error of the driver is, by its code.
	classify(err error) condition
}

// condition is what went wrong, as far as a person can do something about it.
type condition int

const (
	otherCondition condition = iota // ours, or nothing to be said
	busy                            // someone else holds a lock for too long
	full                            // no space left
	readOnly                        // may be read, not written
	unopenable                      // no permission, no folder
	notDatabase                     // some other file
	corrupt                         // damaged
	ioFailed                        // the disk or the file system fails
	unreachable                     // no server, or the connection broke
	refused                         // the server does not let us in
	taken                           // a unique key exists already
	badText                         // text that the engine cannot hold
)

// forever is the end of a text that stands.
const forever = math.MaxInt64

// maxCandidates is how many matches are ranked: the newest so many. It bounds
// the cost of a word that is everywhere (PERFORMANCE.md: 48 ms to 2.7 ms).
const maxCandidates = 1000

// textRow is the searchable text of one revision.
type textRow struct {
	seq      int64
	kind, id string
	recorded int64
	text     string // folded
}

// textQuery is a query whose words are folded.
type textQuery struct {
	terms   []term // at least one
	anyTerm bool
	asOf    int64
	limit   int
}

// bookRow is the row of a book, locked where a writer reads it.
type bookRow struct {
	id      string
	ordinal int64
	seq     int64
	chain   string
	// The number and the chain of the audit's newest row.
	audit      int64
	auditChain string
}
