package briefings

import (
	"strings"
	"time"
)

// Confidence is how sure the book is of a claim. It says nothing of how
// important the claim is.
type Confidence string

// The confidences. Empty means that nobody has said.
const (
	High     Confidence = "high"
	Moderate Confidence = "moderate"
	Low      Confidence = "low"
)

// Nature is what kind of knowledge a claim is.
type Nature string

// The natures. Empty means that nobody has said.
const (
	Official Nature = "official" // announced by those who decide it
	Reported Nature = "reported" // published by a source in its own voice
	Claimed  Nature = "claimed"  // said by a party, not confirmed by another
	Assessed Nature = "assessed" // a judgement of whoever it is attributed to
)

// Claim is what every report carries, and an entry for its role and
// affiliation: when, says who, and how far to trust it.
type Claim struct {
	// Occurred is when it happened or began to hold.
	Occurred Moment `json:"occurred,omitzero"`
	// Recorded is when the book first knew. It is set when the record is
	// created and never changes.
	Recorded time.Time `json:"recorded,omitzero"`
	// Attribution says who says so, in words: "a senior Russian adviser".
	Attribution string     `json:"attribution,omitempty"`
	Confidence  Confidence `json:"confidence,omitempty"`
	Nature      Nature     `json:"nature,omitempty"`
	// Sources are where it can be read. A claim without any is unsourced.
	Sources []SourceID `json:"sources,omitempty"`
	// VerifiedUntil is how long the last check of the claim holds, and
	// VerifiedBy who made it. Whoever changes what the claim says clears both.
	VerifiedUntil time.Time `json:"verified_until,omitzero"`
	VerifiedBy    string    `json:"verified_by,omitempty"`
}

// ClaimOf returns the claim that a record carries, or nil: sources and the book's
// settings carry none.
func ClaimOf(r Record) *Claim {
	switch r := r.(type) {
	case *Entry:
		return &r.Claim
	case *Report:
		return &r.Claim
	default:
		return nil
	}
}

// Confidences and Natures list the values that a claim may have.
var (
	Confidences = []Confidence{High, Moderate, Low}
	Natures     = []Nature{Official, Reported, Claimed, Assessed}
)

// oneOf reports whether v is empty or among the values, and lists them.
func oneOf[T ~string](v T, values []T) (list string, ok bool) {
	ok = v == ""
	names := make([]string, len(values))
	for i, x := range values {
		ok = ok || v == x
		names[i] = string(x)
	}
	return strings.Join(names, ", "), ok
}
