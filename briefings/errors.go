package briefings

import (
	"errors"
	"fmt"
)

// The kinds of error that are meant for a person. Test for them with errors.Is.
var (
	// ErrNotFound: what was named is not in the book.
	ErrNotFound = errors.New("not found")
	// ErrInvalid: what was given cannot be used; the sentence says what to do.
	ErrInvalid = errors.New("invalid")
	// ErrConflict: the record has changed since the edit was begun.
	ErrConflict = errors.New("conflict")
	// ErrDenied: the actor's role does not allow it.
	ErrDenied = errors.New("denied")
	// ErrBehind: the book has moved on since the change was checked against it.
	ErrBehind = errors.New("behind")
	// ErrRepeated: the event that asked for it has had its effect already.
	ErrRepeated = errors.New("repeated")
	// ErrUnavailable: the store is in use, too new, or out of reach.
	ErrUnavailable = errors.New("unavailable")
)

// Error is an error with a sentence for the person who caused or meets it.
// Any other error is ours: people see a reference, the log sees the error.
type Error struct {
	Kind    error  // one of the kinds above
	Message string // a whole sentence: what is wrong and what to do
}

// Errorf returns an Error of the given kind.
func Errorf(kind error, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string { return e.Message }

// Unwrap makes errors.Is find the kind.
func (e *Error) Unwrap() error { return e.Kind }
