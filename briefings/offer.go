package briefings

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Offer is what one message offers to press. A platform's ids hold its token
// and the ordinal of a choice; nothing else of it leaves the server, so nobody
// can press what was not offered, nor for another book or person.
type Offer struct {
	// Token is what NewToken returned. It says nothing, and is not shown in logs.
	Token string
	Book  BookID
	// Actor is whom the message answers; where it answers nobody, its platform alone.
	Actor Actor
	// Shared says that others see the message: they may press too, and get an
	// answer of their own. What they may see is decided by their own role.
	Shared  bool
	Choices []Offered
	// Expires is the first moment at which it is good no longer.
	Expires time.Time
}

// Offered is one thing to press: the command that it stands for.
type Offered struct {
	Command string       `json:"command"`
	Args    []OfferedArg `json:"args,omitempty"`
	// Page is the page of the answer to show, where an adapter divides what
	// one message cannot hold; 0 is the first.
	Page int `json:"page,omitempty"`
}

// OfferedArg is an argument by name, as it would have been given.
type OfferedArg struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// tokenLength is how many characters a token has. At 5 bits each they hold the
// 128 bits that nobody guesses, and leave 74 characters of a Discord custom_id.
const tokenLength = 26

// NewToken returns a token: lower-case base32 of random bits.
func NewToken() string { return strings.ToLower(rand.Text())[:tokenLength] }

// IsToken reports whether s has the form of a token.
func IsToken(s string) bool {
	if len(s) != tokenLength {
		return false
	}
	for i := range len(s) {
		if (s[i] < 'a' || s[i] > 'z') && (s[i] < '2' || s[i] > '7') {
			return false
		}
	}
	return true
}

// Check returns ErrInvalid unless the offer can be kept: with a token, an end,
// and somebody whom it was made for, or everybody.
func (o Offer) Check() error {
	unfit := func(s string) bool { return !utf8.ValidString(s) || strings.ContainsRune(s, 0) }
	switch a := o.Actor; {
	case !IsToken(o.Token):
		return Errorf(ErrInvalid, "An offer needs a token.")
	case o.Expires.IsZero():
		return Errorf(ErrInvalid, "An offer needs an end.")
	case a.Platform == "" || a.User == "" && !o.Shared: // what is posted by the clock is for everybody
		return Errorf(ErrInvalid, "An offer needs somebody whom it is made for.")
	case slices.ContainsFunc([]string{string(a.Platform), string(a.Workspace), string(a.User)}, unfit):
		// Two ids must not become one by being cleaned.
		return Errorf(ErrInvalid, "An offer needs somebody whose platform, workspace and id are plain text.")
	}
	return nil
}

// Expired reports whether the offer is good no longer.
func (o Offer) Expired(now time.Time) bool { return !now.Before(o.Expires) }

// Press returns the choice of that ordinal, the first being 0. It returns
// ErrDenied where the offer is not for that actor, and ErrNotFound where there
// is no such choice. Whether the offer has expired, and what the actor may do
// with the command, is asked elsewhere.
func (o Offer) Press(who Actor, ordinal int) (Offered, error) {
	if !o.Shared && who != o.Actor {
		return Offered{}, Errorf(ErrDenied, "That button is for the person who asked. Ask for yourself, and you get your own.")
	}
	if ordinal < 0 || ordinal >= len(o.Choices) {
		return Offered{}, Errorf(ErrNotFound, "There is no such button here any more. Ask again.")
	}
	return o.Choices[ordinal], nil
}
