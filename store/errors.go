package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/briefbot/briefbot/briefings"
)

// failure is an error of the engine as a sentence for a person. The log finds
// the engine's own words by unwrapping it.
type failure struct {
	sentence *briefings.Error
	cause    error
}

func (f *failure) Error() string   { return f.sentence.Message }
func (f *failure) Unwrap() []error { return []error{f.sentence, f.cause} }

// Cause returns what the engine said, for logs.
func (f *failure) Cause() error { return f.cause }

func unavailable(cause error, format string, args ...any) error {
	sentence := briefings.Errorf(briefings.ErrUnavailable, format, args...)
	if cause == nil {
		return sentence
	}
	return &failure{sentence, cause}
}

// fail wraps an error with what we were doing. Errors that carry a sentence
// pass; those of the engine that a person can act on get one.
func (s *Store) fail(ctx context.Context, doing string, err error) error {
	var known *briefings.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if ended := ctx.Err(); ended != nil {
		// Whatever the engine says of it, this is why it stopped.
		return fmt.Errorf("%s: %w", doing, ended)
	}
	err = fmt.Errorf("%s: %w", doing, err)
	switch s.dialect.classify(err) {
	case busy:
		return unavailable(err, "The book is busy: another briefbot has been writing to %s for too long. Try again in a moment.", s.where)
	case full:
		return unavailable(err, "There is no space left for %s. Nothing was changed. Free some space and try again.", s.where)
	case readOnly, unopenable:
		return unavailable(err, "%s can be read but not changed by this user. Nothing was changed.", s.where)
	case notDatabase, corrupt:
		return unavailable(err, "%s is damaged. Stop briefbot, keep a copy of the file, and restore the newest backup.", s.where)
	case ioFailed:
		return unavailable(err, "%s cannot be read or written: the disk reports an error. Check the disk, then start briefbot again.", s.where)
	case unreachable:
		return unavailable(err, "%s cannot be reached. Check that the server is running.", s.where)
	case refused:
		return unavailable(err, "%s does not let us do this. Check the user, the password and the rights in the database address.", s.where)
	case badText:
		return briefings.Errorf(briefings.ErrInvalid, "The text holds a character that cannot be kept. Take out invisible characters and try again.")
	default:
		return err
	}
}

// errNoBook says that there is no such book.
func errNoBook(book briefings.BookID) error {
	return briefings.Errorf(briefings.ErrNotFound, "There is no book %q.", book)
}
