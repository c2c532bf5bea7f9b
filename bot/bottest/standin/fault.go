package standin

import (
	"regexp"
	"sync"
)

// FaultKind is a way in which a request goes wrong.
type FaultKind uint8

// The kinds of fault that are the same everywhere. Where the request is
// applied, the bot cannot know.
const (
	StatusBefore FaultKind = iota // a status, not applied
	StatusAfter                   // applied, then a status
	HangBefore                    // no answer until the client gives up; not applied
	HangAfter                     // the same, applied
	HTML                          // a status with a page of a proxy's; not applied
	Truncated                     // applied; half the answer, then the connection ends
	ResetBefore                   // the connection is reset; not applied
	ResetAfter                    // the same, applied
	Slow                          // as usual, and the answer after a delay
	Late                          // applied after a delay: by then the client may have given up
	Own                           // the first of a platform's own
)

// Applied reports whether the request does what it asks for all the same. A
// platform knows it of its own kinds.
func (k FaultKind) Applied() bool {
	switch k {
	case StatusAfter, HangAfter, Truncated, ResetAfter, Slow, Late:
		return true
	}
	return false
}

// Faults are what is to go wrong with which requests, in the form that a
// platform has for one. The zero value is none. It may be used by many
// goroutines.
type Faults[F any] struct {
	mu  sync.Mutex
	all []*fault[F]
}

type fault[F any] struct {
	what   F
	method string
	path   *regexp.Regexp
	left   int
}

// Add makes requests of a method go wrong whose path the expression matches; of
// any, where it is empty. It happens so many times: 0 is once, and less is for
// ever. An expression that is none panics.
func (l *Faults[F]) Add(what F, method, path string, times int) {
	f := &fault[F]{what, method, regexp.MustCompile(path), times}
	if times == 0 {
		f.left = 1
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, f)
}

// Clear makes requests go well again.
func (l *Faults[F]) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = nil
}

// Take returns what is to go wrong with a request, and counts it; nil for
// nothing. Those added first come first.
func (l *Faults[F]) Take(method, path string) *F {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.all {
		if f.left == 0 || f.method != "" && f.method != method || !f.path.MatchString(path) {
			continue
		}
		if f.left > 0 {
			f.left--
		}
		return &f.what
	}
	return nil
}
