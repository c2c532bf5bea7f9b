package standin

import "sync"

// Violation is a request that a correct bot would not have sent.
type Violation struct {
	Method  string // of HTTP, or of the platform's API
	Path    string
	Problem string
}

// String says what was wrong with which request.
func (v Violation) String() string { return v.Method + " " + v.Path + ": " + v.Problem }

// Violations are what was found. The zero value is none. It may be used by many
// goroutines.
type Violations struct {
	mu    sync.Mutex
	found []Violation
}

// Add keeps a violation.
func (l *Violations) Add(method, path, problem string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.found = append(l.found, Violation{method, path, problem})
}

// Take returns what was found since it was last called.
func (l *Violations) Take() []Violation {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.found
	l.found = nil
	return v
}
