package briefings

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings/names"
)

// BookID names a book in its store. It has the form of a slug, and is the unit
// of tenancy: every store call names it.
type BookID string

// Book is the settings of one briefing book.
type Book struct {
	ID   BookID `json:"id"`
	Name string `json:"name"`
	// About says in a sentence or two what the book follows.
	About string `json:"about,omitempty"`
	// Zone is the IANA zone in which the book's calendar dates are read; UTC
	// where it is empty.
	Zone string `json:"zone,omitempty"`
	// Windows say how long claims hold unchecked; zero fields take the defaults.
	Windows Windows `json:"freshness,omitzero"`

	Version Version `json:"-"`
}

// Location returns the zone of the book's calendar dates.
func (b *Book) Location() *time.Location {
	if b.Zone == "" {
		return time.UTC
	}
	loc, err := time.LoadLocation(b.Zone)
	if err != nil { // Check refuses such zones before they are stored
		return time.UTC
	}
	return loc
}

// maxSlug is the longest slug; it leaves room for it in a platform's ids and
// option values, the shortest of which is Discord's 100 characters.
const maxSlug = 64

// MintSlug makes a slug from a name: "Micheál Martin" becomes micheal-martin.
// It returns the empty string for a name without letters or digits.
func MintSlug(name string) string {
	s := strings.ReplaceAll(names.Fold(name), " ", "-")
	if len(s) > maxSlug {
		s = strings.TrimRight(s[:maxSlug], "-")
	}
	for _, r := range s { // a script that folding leaves alone
		if r > 127 {
			return ""
		}
	}
	return s
}

// CheckSlug returns ErrInvalid unless s is a slug.
func CheckSlug(s string) error {
	ok := s != "" && len(s) <= maxSlug && s[0] != '-' && s[len(s)-1] != '-'
	for _, r := range s {
		ok = ok && (r == '-' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	}
	if !ok {
		hint := "steve-witkoff"
		if m := MintSlug(s); m != "" {
			hint = m
		}
		return Errorf(ErrInvalid, "%q cannot be a slug: use at most %d lower-case letters, digits and hyphens, such as %q.", s, maxSlug, hint)
	}
	return nil
}

// Windows says how long a claim of each sort holds after it was last checked.
type Windows struct {
	Status   Hours `json:"status,omitzero"`
	Position Hours `json:"position,omitzero"`
	Role     Hours `json:"role,omitzero"`
}

// DefaultWindows are the windows of a book that sets none.
var DefaultWindows = Windows{Status: Hours(24 * time.Hour), Position: Hours(7 * 24 * time.Hour), Role: Hours(90 * 24 * time.Hour)}

// Hours is a duration of whole hours. Its text form is 36h, or 7d for days.
type Hours time.Duration

// String returns the text form.
func (h Hours) String() string {
	n := int64(time.Duration(h) / time.Hour)
	if n != 0 && n%24 == 0 {
		return fmt.Sprintf("%dd", n/24)
	}
	return fmt.Sprintf("%dh", n)
}

// MarshalText returns the text form.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads the text form.
func (h *Hours) UnmarshalText(b []byte) error {
	unit := Hours(time.Hour)
	digits, ok := strings.CutSuffix(string(b), "h")
	if !ok {
		digits, ok = strings.CutSuffix(string(b), "d")
		unit *= 24
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || n < 1 || n > 100_000 {
		return Errorf(ErrInvalid, "%q is not a length of time. Write hours or days, such as 36h or 7d.", b)
	}
	*h = Hours(n) * unit
	return nil
}
