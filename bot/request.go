package bot

import (
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// Request is one thing that somebody asked, translated from a platform's
// event. An adapter fills it from what the platform has authenticated.
type Request struct {
	Actor briefings.Actor
	// Standing is what the platform says of them, from which their role in the book
	// follows. It is fresh, or at most five minutes old.
	Standing briefings.Standing
	// Role is what they may do where that is not for the book to say: in the
	// operator's own terminal. NoRole stands for the role that Standing gives.
	Role briefings.Role
	Book briefings.BookID
	// Event is the platform's id of what they did, the same however often it is
	// delivered: what changes the book is done once for it. Empty where nothing is
	// delivered twice.
	Event string
	// Accounts are the people and groups that are named in Text, or in the arguments
	// of Invocation, by the words that stand for them there.
	Accounts map[string]AccountRef
	// Places are the channels that are named in Text, or in the arguments of Invocation,
	// by the words that stand for them there.
	Places map[string]PlaceRef
	// Channel and Thread are the platform's ids of the place it was asked in.
	Channel string
	Thread  string
	// Via says from where, for the history: "ask", "console", "slash".
	Via string

	// Files are those that came with it, by the values of its arguments.
	Files map[string]FileRef
	// FileForms and FileReplies say that the platform takes files in forms, and shows
	// those that a reply has.
	FileForms, FileReplies bool

	// Text is what was typed, with or without the slash, where the platform
	// hands over a line. Otherwise Invocation is what its form was filled with.
	Text       string
	Invocation Invocation

	// Locale is the platform's tag of the viewer's language, Zone the viewer's
	// time zone; nil stands for the book's.
	Locale string
	Zone   *time.Location
	// Now is when it was asked.
	Now time.Time
	// Lines is how many lines of a list can well be shown at once; 0 stands
	// for 10. What is more comes in pages.
	Lines int
	// Prompt is what stands before a command where it is typed, such as
	// "/brief "; the empty string stands for the slash alone.
	Prompt string
	// Aloud is set where the question was put before everybody in the channel:
	// an answer that others may see is then for all of them, too.
	Aloud bool
	// Inputs is how many inputs a form has on the platform; 0 stands for any number.
	// NoForms is set where forms cannot be opened: what would open one says how the
	// same is typed.
	Inputs  int
	NoForms bool
	// Offering is set by platforms with buttons: the reply then says how it is
	// had again, and how it is posted.
	Offering bool
}

// Invocation is a command with its arguments, each by name.
type Invocation struct {
	Command string
	Args    []Value
}

// Value is an argument as it was given. A flag has the value "true".
type Value struct {
	Name  string
	Value string
}

// Get returns the value of the argument, or the empty string.
func (i Invocation) Get(name string) string {
	for _, v := range i.Args {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

// With returns the invocation with an argument set, or taken out where the
// value is empty.
func (i Invocation) With(name, value string) Invocation {
	args := make([]Value, 0, len(i.Args)+1)
	for _, v := range i.Args {
		if v.Name != name {
			args = append(args, v)
		}
	}
	if value != "" {
		args = append(args, Value{name, value})
	}
	return Invocation{i.Command, args}
}

// String returns the invocation as a person would type it. Parsing it gives
// the invocation back.
func (i Invocation) String() string {
	var b strings.Builder
	b.WriteByte('/')
	b.WriteString(i.Command)
	for _, v := range i.Args {
		b.WriteByte(' ')
		b.WriteString(v.Name)
		b.WriteByte(':')
		b.WriteString(quote(v.Value))
	}
	return b.String()
}

// MarshalText writes the invocation as String returns it.
func (i Invocation) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// quote puts a value in quotes if it would not survive parsing without.
func quote(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return isSpace(r) || quoteClose(r) != 0 || r == '\\' || r == ':' }) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r == '\\' || quoteClose(r) == '"' {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

// AccountRef is a person or a group, by the platform's own id.
type AccountRef struct {
	Group bool
	ID    string
	Name  string // what people call it
}

// Outcome says how a request ended.
type Outcome uint8

// The outcomes.
const (
	Answered Outcome = iota
	NotFound         // what was asked for is not in the book
	Refused          // the request could not be used: its card says what to do
	Failed           // our fault: the card has a reference
	Repeated         // it has had its effect, and an answer, when it came first
)

// Visibility says who may see a reply.
type Visibility uint8

// The visibilities.
const (
	Private Visibility = iota // only the person who asked
	Shared                    // everybody in the channel
)

// Reply is the answer to a request.
type Reply struct {
	Card       *Card
	Visibility Visibility
	Outcome    Outcome
	// Files go with the card, to whoever sees it.
	Files []File
	// Form is to be opened in the place of an answer: there is no Card then.
	Form *Form
	// Lasting says that the card is the very same in other replies, too: what a
	// platform has made of it may be kept, by its pointer, and used again.
	Lasting bool

	// Again is the command that gives this answer to the same person once
	// more, so that a platform can show the rest of it: what "since my last
	// look" meant is written out. Post is the command that shows the answer to
	// everybody in the channel. Both are set only for a request that is
	// Offering; Post has no name where there is nothing that others should see.
	Again Invocation
	Post  Invocation
}
