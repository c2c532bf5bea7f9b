package delivery

import (
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// ScheduleID names a schedule in its book, for ever: the name that people give it may
// change, and may be given again.
type ScheduleID string

// Schedule says when editions of a digest are made, of what, and where they go.
type Schedule struct {
	ID   ScheduleID
	Name string // by which people call it: in the form of a slug, one of its book's
	// Spec is the cron expression (five fields, see package civil), Said what somebody
	// wrote for it, and Zone the IANA name of the zone in which it is read.
	Spec, Said, Zone string
	Places           []Place
	Options          Options
	State            ScheduleState
	// Made is who made it, and From where it comes from: empty for chat, or the config.
	Made briefings.Actor
	From string

	// Rev counts its changes: what is based on another is refused.
	Rev int64
	// Cursor is the newest slot that has been planned or passed over, and NextDue the
	// instant at which the planner looks at it next, which is when the next is due: a
	// paused one is looked at, too, and its slots are passed over.
	Cursor  string
	NextDue time.Time
	// Edition is the number of the newest edition, 0 before the first.
	Edition int64
}

// Options are what a schedule includes and how it behaves. Their zero values are the
// standard ones.
type Options struct {
	Topics    []briefings.EntryID `json:"topics,omitempty"` // only these; none for the whole book
	Items     int                 `json:"items,omitempty"`  // of an edition before the rest goes into the thread; 0 stands for StandardItems
	WhenEmpty WhenEmpty           `json:"when_empty,omitempty"`
	Catchup   time.Duration       `json:"catchup,omitempty"` // how late a missed slot is still posted; 0 stands for StandardCatchup
	OnUnknown OnUnknown           `json:"on_unknown,omitempty"`
}

// The standard options, and their bounds (DELIVERY.md, section 2).
const (
	StandardItems   = 12
	MaxItems        = 50
	StandardCatchup = 6 * time.Hour
	MinCatchup      = 10 * time.Minute
	MaxCatchup      = 7 * 24 * time.Hour
	MaxSchedules    = 200 // of a book
	MaxPlaces       = 20_000
)

// WhenEmpty says what is done with an edition in which nothing is new.
type WhenEmpty string

// What is done. The empty string stands for OneLine.
const (
	OneLine  WhenEmpty = "one-line"  // it says so, in one line
	Always   WhenEmpty = "always"    // it is posted in full: where things stand, what is coming
	Skip     WhenEmpty = "skip"      // nothing is posted
	EditLast WhenEmpty = "edit-last" // the last one says so
)

// WhenEmpties lists them as they are shown.
var WhenEmpties = []WhenEmpty{OneLine, Always, Skip, EditLast}

// OnUnknown says what is done with a message of which nobody can find out whether it
// was posted, where the bot may not read the channel.
type OnUnknown string

// What is done. The empty string stands for AskAdmin.
const (
	AskAdmin   OnUnknown = "ask"    // it waits in /desk failures
	Resend     OnUnknown = "resend" // it may come twice
	AssumeSent OnUnknown = "assume" // it may be missing
)

// OnUnknowns lists them as they are shown.
var OnUnknowns = []OnUnknown{AskAdmin, Resend, AssumeSent}

// ScheduleState says whether a schedule makes slots.
type ScheduleState string

// The states of a schedule.
const (
	Active  ScheduleState = "active"
	Paused  ScheduleState = "paused"
	Deleted ScheduleState = "deleted" // its runs are kept
)
