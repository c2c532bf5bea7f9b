package delivery

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
	"time"
)

// ID names a delivery: ten characters, which stand in its message, so that people and
// the reconciler find it. It follows from what is delivered where, so that the same
// planned again has the same (see NewID).
type ID string

// State is how far a delivery has come.
type State string

// The states. The last four are ends.
const (
	Pending     State = "pending"
	Sending     State = "sending"     // claimed: a request may be under way
	Unknown     State = "unknown"     // it may have been posted or not
	Reconciling State = "reconciling" // claimed: the channel is being read
	Sent        State = "sent"
	Dead        State = "dead"       // it will not be sent, and somebody should look at it
	Replaced    State = "superseded" // something newer is sent instead
	Dropped     State = "dropped"    // nobody wants it any more
)

// Settled reports whether nothing more is done by itself.
func (s State) Settled() bool {
	return s == Sent || s == Dead || s == Replaced || s == Dropped
}

// Delivery is one message of a run to one place.
type Delivery struct {
	ID   ID
	Run  RunKey
	Kind RunKind
	To   Place
	Part int
	Op   Op

	State State
	Fence int64  // counts its moves: a move from another is refused
	Owner string // the process that moved it last, or that planned it in time
	// Lease is until when its claim holds. On PostgreSQL it is the database's time.
	Lease               time.Time
	Attempts            int
	Due                 time.Time // of its run
	Next                time.Time // not before it is anything done
	Deadline            time.Time
	FirstSent, LastSent time.Time // when the first and the newest request was begun
	Unsure              bool      // some request may have been applied
	EverUnsure          bool      // as Unsure, and never forgotten: the sweeper looks at it
	Looked              time.Time // when the channel was last read and it was not there
	Message             string    // the platform's id, once it is sent; of an Edit the one to edit
	Thread              string    // the message below which it goes, or ""
	Marker              string    // what marks its message, in words that people can read
	Class, Detail       string    // why it failed
	OnUnknown           OnUnknown
	Edition             int64
	Zone                string    // of its run
	Moved               time.Time // when it was moved last, or planned
	RunState            RunState
}

// idRunes is how long an ID is: 50 bits are enough to be one of its channel's.
const idRunes = 10

var readable = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)

// NewID returns the id of a part of a run at a place. secret is the installation's.
func NewID(secret []byte, book string, key RunKey, to Place, part int) ID {
	return ID(digest(secret, "delivery", book, key.Source, key.Slot, to.String(), fmt.Sprint(part))[:idRunes])
}

// nonceRunes is how long a nonce is. Discord takes 25.
const nonceRunes = 20

// Nonce returns the key by which Discord knows a message that is sent again. It is
// never another for the same delivery.
func Nonce(secret []byte, id ID) string { return digest(secret, "nonce", string(id))[:nonceRunes] }

// digest returns an HMAC of words in characters that people can read out.
func digest(secret []byte, words ...string) string {
	mac := hmac.New(sha256.New, secret)
	for _, w := range words {
		fmt.Fprintf(mac, "%d:%s", len(w), w)
	}
	return readable.EncodeToString(mac.Sum(nil))
}

// MarkerOf returns the words that mark the message of a delivery.
func MarkerOf(id ID, edition int64) string {
	if edition == 0 {
		return string(id)
	}
	return fmt.Sprintf("edition %d · %s", edition, id)
}

// IDIn returns the id at the end of a marker.
func IDIn(marker string) ID {
	return ID(marker[strings.LastIndexByte(marker, ' ')+1:])
}
