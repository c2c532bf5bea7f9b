package briefings

import "time"

// RecordKind is what a revision is of.
type RecordKind string

// The kinds of record that have revisions.
const (
	BookRecord   RecordKind = "book"
	SourceRecord RecordKind = "source"
	EntryRecord  RecordKind = "entry"
	ReportRecord RecordKind = "report"
	// SuggestionRecord: it has revisions as the others, and is not shown with them.
	SuggestionRecord RecordKind = "suggestion"
)

// RecordKinds lists the kinds in the order in which records may depend on each
// other: a record names only records of its own kind and of kinds before it.
var RecordKinds = []RecordKind{BookRecord, SourceRecord, EntryRecord, ReportRecord, SuggestionRecord}

// Ref names one record of a book.
type Ref struct {
	Kind RecordKind `json:"kind"`
	ID   string     `json:"id"`
}

// Record is one of *Book, *Source, *Entry, *Report and *Suggestion.
type Record interface {
	Ref() Ref
	// version returns the record's place in its history, to be read or set.
	version() *Version
}

// Version is a record's place in its history. It is not part of the record's
// content: two records may be equal and have different versions.
type Version struct {
	// Number counts the record's revisions from 1. Zero is a new record.
	Number int64
	// Recorded is when the book knew this revision.
	Recorded time.Time
}

// Ref names the book's own settings. Each book has one such record.
func (b *Book) Ref() Ref { return Ref{BookRecord, string(b.ID)} }

// Ref names the source.
func (s *Source) Ref() Ref { return Ref{SourceRecord, string(s.ID)} }

// Ref names the entry.
func (e *Entry) Ref() Ref { return Ref{EntryRecord, string(e.ID)} }

// Ref names the report.
func (r *Report) Ref() Ref { return Ref{ReportRecord, string(r.ID)} }

// Ref names the suggestion.
func (s *Suggestion) Ref() Ref { return Ref{SuggestionRecord, string(s.ID)} }

func (b *Book) version() *Version       { return &b.Version }
func (s *Source) version() *Version     { return &s.Version }
func (e *Entry) version() *Version      { return &e.Version }
func (r *Report) version() *Version     { return &r.Version }
func (s *Suggestion) version() *Version { return &s.Version }

// VersionOf returns the record's place in its history.
func VersionOf(r Record) Version { return *r.version() }

// SetVersion sets the record's place in its history. Stores call it when they
// load a record; a record that is in a Snapshot is never changed.
func SetVersion(r Record, v Version) { *r.version() = v }

// NewRecord returns an empty record of the kind, to decode into, or nil where
// there is no such kind.
func NewRecord(kind RecordKind) Record {
	switch kind {
	case BookRecord:
		return new(Book)
	case SourceRecord:
		return new(Source)
	case EntryRecord:
		return new(Entry)
	case ReportRecord:
		return new(Report)
	case SuggestionRecord:
		return new(Suggestion)
	default:
		return nil
	}
}

// Revision is one change to one record, appended and never overwritten.
type Revision struct {
	// Seq counts the revisions of the whole book from 1.
	Seq int64 `json:"seq"`
	// Number counts the revisions of this record from 1.
	Number int64 `json:"number"`
	Ref    Ref   `json:"ref"`
	// At is when the change was committed. Recorded is when the book knew; it
	// is earlier than At only where a record was brought in from elsewhere.
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded"`
	Actor    Actor     `json:"actor"`
	Via      string    `json:"via,omitempty"` // from where: "import", "ask", a channel
	Why      string    `json:"why,omitempty"`
	// Before is nil in a record's first revision, and After where it deletes.
	Before Record `json:"-"`
	After  Record `json:"-"`
}

// Edit is one wanted change to one record: exactly one of Put and Delete is set.
type Edit struct {
	// Base is the version number that the edit was made from; 0 creates, or
	// brings back what was deleted, whose history then goes on. Where the record has moved on, the edit is refused with ErrConflict.
	Base   int64
	Put    Record
	Delete Ref
}

// Ref names the record that the edit changes.
func (e Edit) Ref() Ref {
	if e.Put != nil {
		return e.Put.Ref()
	}
	return e.Delete
}

// Change is a set of edits that take effect together or not at all.
type Change struct {
	Actor Actor
	// Action is the command by which it is made, for the audit.
	Action string
	Via    string
	Why    string
	At     time.Time // now
	// Event is as that of a Deed: where it has had its effect, ErrRepeated.
	Event string
	// Checked is the number of the newest revision against which the edits were
	// checked, 0 where that does not matter: where another is the newest, ErrBehind.
	Checked int64
	Edits   []Edit
}

// Deed is the change as the audit has it.
func (c Change) Deed() Deed {
	return Deed{Actor: c.Actor, Action: c.Action, Via: c.Via, At: c.At, Event: c.Event}
}

// Headline returns what a record is called, or what it says.
func Headline(r Record) string {
	switch r := r.(type) {
	case *Book:
		return r.Name
	case *Source:
		return r.Name
	case *Entry:
		return r.Name
	case *Report:
		return r.Text
	case *Suggestion:
		return r.Note
	default:
		return ""
	}
}
