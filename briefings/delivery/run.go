package delivery

import (
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// RunKind is what a run posts.
type RunKind string

// The kinds of run.
const (
	Digest     RunKind = "digest"
	Alert      RunKind = "alert"
	Correction RunKind = "correction"
	Card       RunKind = "card"   // a status card that is kept up to date
	Notice     RunKind = "notice" // to admins and editors
)

// RunKey is what makes a run the one that it is: no two of a book have the same. It
// stays the same where a process is killed and another plans it again, and where an
// older database is restored and the day comes once more.
type RunKey struct {
	// Source is the schedule, the watch or the pin that it is of, or what the
	// correction or the notice is about.
	Source string
	// Slot is the local wall time of a schedule's slot, ByHand and an event for a run
	// that somebody asked for, or what else makes one run of the source differ from
	// the next.
	Slot string
}

// What the sources of the runs of watches and status cards begin with; their ids follow.
const (
	WatchSource = "watch/"
	PinSource   = "pin/"
)

// ByHand begins the slot of a run that somebody asked for.
const ByHand = "now:"

// RunState says what became of a slot.
type RunState string

// The states of a run.
const (
	Planned    RunState = "planned"    // its deliveries say the rest
	Skipped    RunState = "skipped"    // Reason: paused, unchanged, stopped
	Missed     RunState = "missed"     // nobody was there in time
	Coalesced  RunState = "coalesced"  // another slot of the same instant was posted
	Superseded RunState = "superseded" // the next one was due before it could be sent
)

// Run is one slot of a schedule, or something else that is posted once.
type Run struct {
	Key    RunKey
	Kind   RunKind
	State  RunState
	Reason string
	Due    time.Time // when it should have been posted
	Made   time.Time // when it was planned
	// Edition is its number in the schedule, and Seq the revision of the book that it
	// was made from. Since is the revision from which on it tells what changed.
	Edition    int64
	Seq, Since int64
	Hash       string // of its content
	Zone       string // in which its times are said; UTC where it is empty
	// More counts slots that were passed over with this one: they were too many to be
	// written down.
	More int
}

// Op is what a delivery does.
type Op string

// The operations.
const (
	Post Op = "post"
	Edit Op = "edit" // of a message that a delivery has posted
)

// Part is one message of a run as it is shown on a platform, frozen when the run was
// planned.
type Part struct {
	Platform briefings.Platform
	Number   int // 1, 2, 3: the order in which they are sent
	Op       Op
	// Threaded says that it goes into the thread below the first part, or, for the
	// part after an edit, below the message that was edited.
	Threaded bool
	// Body is the platform's own form of it, and Card what it was made from, for
	// corrections. Both are opaque here.
	Body, Card []byte
	// Shows are the revisions that it shows, so that corrections find it.
	Shows []Shown
}

// Shown is a revision of a record that a message shows.
type Shown struct {
	Ref    briefings.Ref `json:"ref"`
	Number int64         `json:"number"`
}

// NewRun is a run to be planned, with its messages and where they go.
type NewRun struct {
	Run
	Parts []Part
	To    []Target
	// OnUnknown is that of the schedule.
	OnUnknown OnUnknown
	// Owner is the process that plans it, where it does so in time: it may send without
	// looking whether another has.
	Owner string
	// Deadline is when it is too late to send it.
	Deadline time.Time
}

// Target is a place to which a run goes. Each part for its platform is a delivery.
type Target struct {
	Place Place
	// Message is the one that an Edit is of, and Marker what marks it already.
	Message, Marker string
	// Thread is where that message is: below which one, or "" in the channel itself.
	Thread string
	// NotBefore spreads what is due at once; zero stands for at once.
	NotBefore time.Time
	// Refused says why nothing is sent there, such as that the place is paused: the
	// delivery is dead from the start, and visible.
	Refused string
}
