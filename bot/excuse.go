package bot

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/briefbot/briefbot/briefings"
)

// forPerson returns the error that is meant for the person who asked, or nil. What
// is wrong with the store is for those who run it, and names its place.
func forPerson(err error) *briefings.Error {
	var said *briefings.Error
	if errors.As(err, &said) && !errors.Is(err, briefings.ErrUnavailable) {
		return said
	}
	return nil
}

// Excuse returns what a person is told about an error in a sentence: its own, or
// else a reference, under which the error is logged with the attributes. Adapters
// use it for what goes wrong before or after the core was asked.
func Excuse(log *slog.Logger, what string, err error, attrs ...any) string {
	if said := forPerson(err); said != nil {
		return said.Message
	}
	ref := NewRef()
	log.With(attrs...).Error(what, "ref", ref, "err", err)
	return fmt.Sprintf("Something went wrong (ref %s). The people who run this bot find the reason in its log under that reference.", ref)
}
