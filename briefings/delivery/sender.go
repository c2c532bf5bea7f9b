package delivery

import (
	"context"
	"fmt"
	"time"
)

// Message is one request to post or edit, as a Sender gets it.
type Message struct {
	ID     ID
	To     Place
	Op     Op
	Target string // of an Edit: the message
	Thread string // the message below which it goes, or ""
	Body   []byte // as the sender's platform made it when the run was planned
	Marker string // goes into the message where Body leaves room for it
	Note   string // as Marker: that it is late; usually empty
	Nonce  string
}

// Lane is a rate limit that a message to a place takes from: at most Limit messages in
// any stretch of time that is Per long. Messages of one name share it. All lanes of a
// place must have room. The first is that of the installation.
type Lane struct {
	Name  string
	Limit int // 0 for no limit
	Per   time.Duration
}

// Sender posts to one platform. Its methods may be called by any number of goroutines,
// and each makes its requests once: whether one is made again is for the ledger to
// say. Errors are *Failure, or the context's.
type Sender interface {
	// Lanes returns the limits that a message to the place takes from.
	Lanes(p Place) []Lane
	// Send posts or edits a message, and returns its id.
	Send(ctx context.Context, m Message) (message string, err error)
	// Find returns the ids of the messages that bear the marker of m, the oldest
	// first, among all that were posted since. No error and none found means that it
	// is not there: where that cannot be said for certain, Find fails with the class
	// Unreadable, or as the request did.
	Find(ctx context.Context, m Message, since time.Time) (messages []string, err error)
	// Delete takes back a message of ours.
	Delete(ctx context.Context, p Place, thread, message string) error
}

// Class says what a failure means for a delivery.
type Class string

// The classes.
const (
	// Limited: refused by a rate limit. RetryAfter says for how long, Lane which.
	Limited Class = "limited"
	// Unreached: nothing was written, since the platform was not reached.
	Unreached Class = "unreached"
	// Unsure: it may have been applied or not. Whatever is not known is this.
	Unsure Class = "unsure"
	// Closed: the place takes nothing from us, and will not until somebody changes
	// that: it is gone, or we may not post there.
	Closed Class = "closed"
	// Faulty: the platform does not take the message as it is. That is our bug.
	Faulty Class = "faulty"
	// Gone: the message that was to be edited is not there any more.
	Gone Class = "gone"
	// Locked: the platform does not let this installation do anything.
	Locked Class = "locked"
	// Unreadable: there is no right to read what was posted.
	Unreadable Class = "unreadable"
)

// Failure is a request that failed.
type Failure struct {
	Class      Class
	RetryAfter time.Duration // of Limited
	Lane       string        // of Limited: which lane, or "" for that of the place
	HTTP       int           // the status, 0 where there was none
	Detail     string        // what the platform said, for logs and admins; no secrets
	// Advice says what an admin can do about it, in a sentence; it may be empty.
	Advice string
}

func (f *Failure) Error() string {
	return fmt.Sprintf("%s (%d): %s", f.Class, f.HTTP, f.Detail)
}
