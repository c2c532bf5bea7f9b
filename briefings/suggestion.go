package briefings

import "time"

// SuggestionID names a suggestion in its book.
type SuggestionID string

// SuggestionKind is what somebody wants of the desk.
type SuggestionKind string

// The kinds of suggestion.
const (
	Proposal SuggestionKind = "change"      // a record as it should be
	Draft    SuggestionKind = "draft"       // a report from a message
	Outdated SuggestionKind = "out of date" // a record is not right any more
	Question SuggestionKind = "question"    // something that the book does not answer
)

// SuggestionState says what has become of a suggestion.
type SuggestionState string

// The states.
const (
	Waiting  SuggestionState = "open"
	Approved SuggestionState = "approved"
	Rejected SuggestionState = "rejected"
)

// The values that the fields of a suggestion may have.
var (
	SuggestionKinds  = []SuggestionKind{Proposal, Draft, Outdated, Question}
	SuggestionStates = []SuggestionState{Waiting, Approved, Rejected}
)

// Suggestion is what somebody asks the desk to do. It is a record with a history of
// its own: who made it is the actor of its first revision, and who settled it that of
// its last. It is not part of what the book says.
type Suggestion struct {
	ID    SuggestionID    `json:"id"`
	Kind  SuggestionKind  `json:"kind"`
	State SuggestionState `json:"state"`
	// About is the record that is concerned; its id is empty where there is none yet.
	About Ref `json:"about,omitzero"`
	// Base is the version of that record from which the proposal was made, 0 for a
	// new record.
	Base int64 `json:"base,omitempty"`
	// Entry or Report is the record as it should be. Drafts and proposals have one.
	Entry  *Entry  `json:"entry,omitempty"`
	Report *Report `json:"report,omitempty"`
	// Sources are those that the record names and that the book does not have yet.
	Sources []*Source `json:"sources,omitempty"`
	// Made is when it was made.
	Made time.Time `json:"made,omitzero"`
	// Note is what they say to it, or what they asked.
	Note string `json:"note,omitempty"`
	// From is the message that a draft was made from.
	From MessageRef `json:"from,omitzero"`
	// Moved says what has become of that message since: "edited" or "deleted".
	Moved string `json:"moved,omitempty"`
	// Answer is what the desk says to it.
	Answer string `json:"answer,omitempty"`

	Version Version `json:"-"`
}

// MessageRef names a message on a platform.
type MessageRef struct {
	Platform  Platform  `json:"platform"`
	Workspace Workspace `json:"workspace,omitempty"`
	Channel   string    `json:"channel"`
	Message   string    `json:"message"`
}

// Proposed returns the record as it should be, or nil.
func (s *Suggestion) Proposed() Record {
	switch {
	case s.Entry != nil:
		return s.Entry
	case s.Report != nil:
		return s.Report
	default:
		return nil
	}
}
