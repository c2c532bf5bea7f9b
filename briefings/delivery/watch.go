package delivery

import (
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Watch is that somebody wants to be told of what changes.
type Watch struct {
	ID     string // minted; what people say to name it is its place in their list
	Owner  briefings.Actor
	To     Place               // direct messages with the owner, or a channel
	Topics []briefings.EntryID // none for the whole book
	Quiet  Quiet
	State  ScheduleState // Active, Paused, Deleted
	Rev    int64
	// Held is the revision after which nothing has been told yet, and Next when it is
	// told: what comes in quiet hours waits. Zero where nothing waits.
	Held int64
	Next time.Time
}

// Quiet are the hours in which alerts wait, but for breaking ones: from one wall time
// to another, such as 22:00 to 07:00, in a zone. The zero Quiet has none.
type Quiet struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	Zone string `json:"zone,omitempty"`
}

// Pin is a status card that is kept up to date in a channel.
type Pin struct {
	ID    string
	To    Place
	Topic briefings.EntryID
	Made  briefings.Actor
	State ScheduleState
	Rev   int64
	// Hash is of what it was last planned to say, Next when it goes stale, or says
	// something else without an edit; zero for never.
	Hash string
	Next time.Time
	// Posted is the run that posted it: its delivery knows the message.
	Posted RunKey
}
