package bookfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// ReadJSON reads a history that WriteJSON wrote, and checks all of it: that
// nothing is missing in between, that each revision fits the one before it,
// and that the book it ends in is sound. The revisions are what Store.Restore
// takes, with Before and the versions of records filled in. now is the
// present: nothing can have been recorded after it; where it is zero, any time
// is accepted.
//
// Where it is no such history the error is a *Problems. Any other error comes
// from r.
func ReadJSON(r io.Reader, now time.Time) ([]briefings.Revision, error) {
	limited := &io.LimitedReader{R: r, N: maxJSONBytes + 1}
	dec := json.NewDecoder(limited)
	h := &history{problems: new(Problems), last: map[briefings.Ref]*briefings.Revision{}}
	if err := h.read(dec); err != nil {
		return nil, jsonError(err, dec, limited)
	}
	h.finish(now)
	if len(h.problems.List) > 0 {
		return nil, h.problems
	}
	return h.revisions, nil
}

// errShape is an error of a history's form, as a sentence.
type errShape string

func (e errShape) Error() string { return string(e) }

// jsonError makes a problem of what stopped the reading, unless r did.
func jsonError(err error, dec *json.Decoder, limited *io.LimitedReader) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var shape errShape
	switch {
	case limited.N <= 0:
		return oneProblem("", "This has more than %d MiB, the most that a history may have.", maxJSONBytes>>20)
	case errors.As(err, &shape):
		return oneProblem("", "%s", string(shape))
	case errors.As(err, &syntax):
		return oneProblem("", "This is not JSON: %s, at byte %d. Take the file as it was exported.", syntax, syntax.Offset)
	case errors.As(err, &kind):
		return oneProblem("", "This is not a history of a book: a %s stands where none can, at byte %d. Take the file as it was exported.", kind.Value, dec.InputOffset())
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return oneProblem("", "The file ends too early. Take the file as it was exported, whole.")
	default:
		return fmt.Errorf("read history: %w", err)
	}
}

// history is a history while it is being read.
type history struct {
	problems  *Problems
	book      briefings.BookID
	revisions []briefings.Revision
	last      map[briefings.Ref]*briefings.Revision // the newest of each record
	// lost is true after a revision that could not be read: those that follow
	// are not held against it.
	lost bool
}

// read takes the header and the revisions. Its keys stand in the order in
// which WriteJSON writes them: the format is known before anything else is read.
func (h *history) read(dec *json.Decoder) error {
	const shape = errShape(`This is not a history of a book. Give a file that was exported as JSON: it begins with {"format":"` + jsonFormat + `".`)
	var format string
	var version int
	if err := expect(dec, json.Delim('{'), shape); err != nil {
		return err
	}
	for _, field := range []struct {
		key   string
		value any
	}{{"format", &format}, {"version", &version}, {"book", &h.book}} {
		if err := expect(dec, field.key, shape); err != nil {
			return err
		}
		if err := dec.Decode(field.value); err != nil {
			return err
		}
	}
	if format != jsonFormat {
		return shape
	}
	if version != jsonVersion {
		return errShape(fmt.Sprintf("This history has the version %d, and this program reads version %d. Use the program that wrote it, or a newer one.", version, jsonVersion))
	}
	if err := expect(dec, "revisions", shape); err != nil {
		return err
	}
	if err := expect(dec, json.Delim('['), shape); err != nil {
		return err
	}
	for dec.More() {
		if len(h.revisions) >= maxRevisions {
			return errShape(fmt.Sprintf("There are more than %d revisions, the most that a history may have.", maxRevisions))
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return err
		}
		h.revision(raw)
	}
	for _, end := range []json.Delim{']', '}'} {
		if err := expect(dec, end, "Something stands after the revisions. Take the file as it was exported."); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != io.EOF {
		return errShape("Something stands after the history. Take the file as it was exported.")
	}
	return nil
}

// expect takes the next token, which must be the one given.
func expect(dec *json.Decoder, want json.Token, otherwise errShape) error {
	got, err := dec.Token()
	if err == nil && got != want {
		err = otherwise
	}
	return err
}

// revision takes one revision.
func (h *history) revision(raw []byte) {
	n := len(h.revisions) + 1
	var line jsonRevision
	problem := func(format string, args ...any) {
		h.problems.add(Problem{Record: fmt.Sprintf("revision %d", n), Message: fmt.Sprintf(format, args...)})
	}
	rev := &line.Revision
	rev.Seq = int64(n)
	defer func() { h.revisions = append(h.revisions, *rev) }()
	if !h.decode(raw, &line, problem) {
		h.lost = true
		return
	}
	next := int64(1)
	if n > 1 {
		next = h.revisions[n-2].Seq + 1
	}
	if rev.Seq != next {
		problem("Its seq is %d and should be %d. They are numbered from 1, and none is left out: take the file as it was exported.", rev.Seq, next)
	}
	if n == 1 && rev.Ref.Kind != briefings.BookRecord {
		problem("It is of a %s, and the first must be of the book itself. Take the file as it was exported.", rev.Ref.Kind)
	}
	if rev.At.IsZero() || rev.Recorded.IsZero() {
		problem("It does not say when it was made: at and recorded are both needed.")
	}
	if !inRange(rev.At) || !inRange(rev.Recorded) {
		problem("Its times are out of range: years run from 0001 to 9999.")
	}
	if !h.lost {
		h.follows(rev, problem)
	}
}

// decode takes a revision and the record as it left it, and reports whether
// it could be read.
func (h *history) decode(raw []byte, line *jsonRevision, problem func(string, ...any)) bool {
	if !utf8.Valid(raw) {
		problem("It has text that is not UTF-8. Take the file as it was exported.")
		return false
	}
	if depth(raw) > maxDepth {
		problem("It is nested more than %d deep. No revision is.", maxDepth)
		return false
	}
	if err := strict(raw, line); err != nil {
		problem("It cannot be read: %s.", err)
		return false
	}
	rev := &line.Revision
	record := briefings.NewRecord(rev.Ref.Kind)
	if record == nil {
		problem("%q is not a kind of record.", rev.Ref.Kind)
		return false
	}
	if len(line.After) == 0 || string(line.After) == "null" {
		return true
	}
	if err := strict(line.After, record); err != nil {
		problem("Its %s cannot be read: %s.", rev.Ref.Kind, err)
		return false
	}
	if record.Ref() != rev.Ref {
		problem("It is of the %s %q, but holds %q.", rev.Ref.Kind, rev.Ref.ID, record.Ref().ID)
	}
	briefings.SetVersion(record, briefings.Version{Number: rev.Number, Recorded: rev.Recorded})
	rev.After = record
	return true
}

// follows fits a revision to the one before it of the same record.
func (h *history) follows(rev *briefings.Revision, problem func(string, ...any)) {
	before := h.last[rev.Ref]
	next := int64(1)
	if before != nil {
		next = before.Number + 1
		rev.Before = before.After
		if rev.Recorded.Before(before.Recorded) {
			problem("It was recorded at %s, before the one that it follows, at %s.", rev.Recorded.Format(time.RFC3339), before.Recorded.Format(time.RFC3339))
		}
	}
	if rev.Number != next {
		problem("It has the number %d among the revisions of the %s %q, and should have %d: none may be left out.", rev.Number, rev.Ref.Kind, rev.Ref.ID, next)
	}
	if rev.Before == nil && rev.After == nil {
		problem("It deletes the %s %q, which is not there.", rev.Ref.Kind, rev.Ref.ID)
	}
	if rev.Ref.Kind == briefings.BookRecord {
		switch {
		case rev.After == nil:
			problem("It deletes the book's own settings, which cannot be.")
		case rev.Ref.ID != string(h.book):
			problem("It is of the book %q, and this is the history of %q.", rev.Ref.ID, h.book)
		}
	}
	own := *rev
	h.last[rev.Ref] = &own
}

// finish checks the book in which the history ends.
func (h *history) finish(now time.Time) {
	if h.lost {
		return
	}
	if now.IsZero() {
		now = forever
	}
	if h.last[briefings.Ref{Kind: briefings.BookRecord, ID: string(h.book)}] == nil {
		h.problems.add(Problem{Message: fmt.Sprintf("The history has no revision of the book %q itself. Take the file as it was exported.", h.book)})
	}
	find := func(ref briefings.Ref) (briefings.Record, bool) {
		if last := h.last[ref]; last != nil && last.After != nil {
			return last.After, true
		}
		return nil, false
	}
	for i := range h.revisions {
		rev := &h.revisions[i]
		if last := h.last[rev.Ref]; last == nil || last.Number != rev.Number || rev.After == nil {
			continue // not the newest of its record
		}
		for _, p := range briefings.Check(rev.After, find, now) {
			h.problems.add(Problem{Record: fmt.Sprintf("revision %d: %s %s", i+1, p.Ref.Kind, p.Ref.ID), Key: p.Field, Message: p.Message})
		}
	}
}

// forever is a present that nothing comes after.
var forever = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// inRange reports whether a time can be written as it was read.
func inRange(t time.Time) bool { y := t.UTC().Year(); return y >= 1 && y <= 9999 }

// strict decodes one value, and nothing that it does not know.
func strict(raw []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// depth counts how deep the lists and tables of a JSON text are nested.
func depth(raw []byte) int {
	now, most := 0, 0
	quoted, escaped := false, false
	for _, c := range raw {
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}
