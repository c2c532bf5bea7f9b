package delivery

import (
	"context"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Ledger keeps schedules, runs and deliveries. As with briefings.Store, every method is
// one transaction, names the book, and may be called by any number of goroutines; a
// book that does not exist gives ErrNotFound. Times are kept to the millisecond.
type Ledger interface {
	// Secret returns the installation's secret, which is made once and stays.
	Secret(ctx context.Context) ([]byte, error)

	// PutSchedule keeps a schedule: a new one where Rev is 0, and otherwise in place of
	// the revision Rev. It returns it with its new Rev. The error is ErrConflict where
	// it has been changed since, ErrInvalid where the name is another's or the book has
	// MaxSchedules, ErrRepeated for an event that has had its effect. The audit's row
	// is in the same transaction; the deed of the planner has no action, and no row.
	// What waits to be posted, of one that is paused or deleted, or for a place that it
	// does not go to any more, is Dropped. So it is with PutWatch and PutPin.
	PutSchedule(ctx context.Context, book briefings.BookID, d briefings.Deed, s Schedule) (Schedule, error)
	// Schedules returns those that are not deleted, by name.
	Schedules(ctx context.Context, book briefings.BookID) ([]Schedule, error)
	// Due returns at most limit schedules, active or paused, whose NextDue has come at
	// now, the one that is due longest first.
	Due(ctx context.Context, book briefings.BookID, now time.Time, limit int) ([]Schedule, error)

	// Commit plans: all of it, or nothing and ErrConflict where a schedule, watch, pin
	// or cursor has moved on. A run whose key is known already is left as it is, with
	// its deliveries.
	Commit(ctx context.Context, book briefings.BookID, p Plan) error
	// Runs returns runs, the newest first.
	Runs(ctx context.Context, book briefings.BookID, q RunQuery) ([]Run, error)
	// LastSent returns the newest run of a source that reached the place, or where that is
	// nil at least one; ErrNotFound where none did.
	LastSent(ctx context.Context, book briefings.BookID, source string, at *Place) (Run, error)
	// Parts returns the messages of a run for a platform, by number.
	Parts(ctx context.Context, book briefings.BookID, key RunKey, p briefings.Platform) ([]Part, error)

	// Deliveries returns deliveries, the newest first.
	Deliveries(ctx context.Context, book briefings.BookID, q DeliveryQuery) ([]Delivery, error)
	// Work returns at most limit deliveries of the platforms at which something is to
	// be done at now: those that are Pending or Unknown and whose Next has come, and
	// whose part is first or follows one that is Sent; those that are Sending or
	// Reconciling and whose lease has run out; those that are not settled past their
	// deadline. The one that waits longest comes first. Body is set.
	Work(ctx context.Context, book briefings.BookID, platforms []briefings.Platform, now time.Time, limit int) ([]Job, error)
	// NextWork returns when Work will next have something, zero for never.
	NextWork(ctx context.Context, book briefings.BookID, platforms []briefings.Platform) (time.Time, error)
	// Move writes down moves, and reports of each whether it was made. A move is
	// refused where the fence or the state of the delivery is not that of From; one to
	// Sent is refused only where the delivery is Sent already. Every move adds 1 to the
	// fence.
	//
	// What goes with a move is in its transaction: the row of its attempt; where it is
	// Sent, the postings of what it shows, the part behind it, which gets its Thread
	// (that of this one, else its message) and may be claimed now, and the failures of the place, which are 0 again; where
	// it is Dead or Replaced, the parts behind it, which end as it does; where it is
	// Dead of class Closed, and not in a thread, the failures of the place, and its pause at PauseAfter.
	Move(ctx context.Context, book briefings.BookID, moves []Move) ([]bool, error)
	// Attempts returns what was tried for a delivery, in order.
	Attempts(ctx context.Context, book briefings.BookID, id ID) ([]Attempt, error)
	// Sweep returns deliveries that ever were Unsure, are Sent, and were last sent before
	// until: since since, or at most MaxCatchup earlier, where it was found out since.
	Sweep(ctx context.Context, book briefings.BookID, since, until time.Time) ([]Delivery, error)
	// Swept appends to the attempts of a delivery what a sweep has found.
	Swept(ctx context.Context, book briefings.BookID, id ID, a Attempt) error

	// Stops returns the places to which nothing is sent, and why.
	Stops(ctx context.Context, book briefings.BookID) (map[Place]string, error)
	// Reopen lets a place be posted to again.
	Reopen(ctx context.Context, book briefings.BookID, d briefings.Deed, p Place) error

	// Watches, Pins and Cursor are what alerts and cards go by; see watch.go.
	PutWatch(ctx context.Context, book briefings.BookID, d briefings.Deed, w Watch) (Watch, error)
	Watches(ctx context.Context, book briefings.BookID) ([]Watch, error)
	PutPin(ctx context.Context, book briefings.BookID, d briefings.Deed, p Pin) (Pin, error)
	Pins(ctx context.Context, book briefings.BookID) ([]Pin, error)
	// Cursor returns up to which revision of the book alerts have been planned. A book
	// that has none yet begins where it stands: nobody is alerted of what was before.
	Cursor(ctx context.Context, book briefings.BookID) (seq int64, err error)
	// Carriers returns the deliveries, all Sent, whose messages show a revision of one
	// of the records.
	Carriers(ctx context.Context, book briefings.BookID, refs []briefings.Ref) ([]Carrier, error)

	// Setting and PutSetting keep a word of the book's admins, such as the place where
	// they are told; "" where there is none.
	Setting(ctx context.Context, book briefings.BookID, name string) (string, error)
	PutSetting(ctx context.Context, book briefings.BookID, d briefings.Deed, name, value string) error

	// Newest returns the newest time that is written in the ledger of the book: a clock
	// that is behind it is wrong.
	Newest(ctx context.Context, book briefings.BookID) (time.Time, error)

	// Clock returns the time by which processes that share the ledger are measured: on
	// PostgreSQL the database's, and otherwise now.
	Clock(ctx context.Context, now time.Time) (time.Time, error)

	// Lease gives or renews a lease by its name until now and for, unless another
	// owner's holds; it reports whether the owner has it. On PostgreSQL the database's
	// time counts. Release gives it back.
	Lease(ctx context.Context, name, owner string, now time.Time, length time.Duration) (bool, error)
	Release(ctx context.Context, name, owner string) error
}

// PauseAfter is how many failures in a row for good pause a place.
const PauseAfter = 3

// Plan is what one transaction of the planner writes.
type Plan struct {
	At   time.Time
	Runs []NewRun
	// Schedules are written with their new cursor, next slot and edition where their
	// Rev is still what it was.
	Schedules []Schedule
	// Supersede names schedules whose earlier runs are not wanted any more where they
	// are not sent: what is Pending of them is Replaced, and what comes back to Pending
	// later is, too, since their runs are Superseded.
	Supersede []string
	Watches   []Watch
	Pins      []Pin
	// Cursor moves the book's cursor of alerts, where it is not nil.
	Cursor *CursorMove
}

// CursorMove moves a cursor that is at From.
type CursorMove struct{ From, To int64 }

// Job is a delivery at which something is to be done, with its message.
type Job struct {
	Delivery
	Body []byte
}

// Move is one step of a delivery: from what it was to what it is.
type Move struct {
	From, To Delivery
	// Lease is how long the claim holds that begins with it, 0 for none. On PostgreSQL it
	// is counted from the database's time.
	Lease   time.Duration
	At      time.Time
	Attempt *Attempt // to be written down, or nil
}

// Attempt is one try at a delivery, for people who look into it.
type Attempt struct {
	Number  int
	Fence   int64
	Began   time.Time
	Ended   time.Time
	Outcome string // a State, or a Class
	HTTP    int
	Detail  string
}

// RunQuery picks runs; its zero fields do not restrict.
type RunQuery struct {
	Source string
	Kind   RunKind
	States []RunState
	Since  time.Time // made at or after
	Limit  int
}

// DeliveryQuery picks deliveries; its zero fields do not restrict.
type DeliveryQuery struct {
	Run    *RunKey
	Source string
	IDs    []ID
	States []State
	Place  *Place
	Since  time.Time // moved at or after
	Limit  int
}

// Carrier is a message that shows a revision of a record.
type Carrier struct {
	Delivery Delivery
	Shown    Shown
}
