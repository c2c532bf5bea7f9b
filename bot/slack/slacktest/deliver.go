package slacktest

import (
	"errors"
	"fmt"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Kinds of delivery, in the words of envelopes.
const (
	commandKind     = "slash_commands"
	interactionKind = "interactive"
	eventKind       = "events_api"
)

// verificationToken is the deprecated token in deliveries, which proves
// nothing.
const verificationToken = "not-a-secret"

// maxAck is the most that an acknowledgement may hold, in bytes.
const maxAck = 20480

// What a person sees where the application does not answer as it must.
var (
	// ErrOperationTimeout is "operation_timeout": there was no acknowledgement
	// in time.
	ErrOperationTimeout = errors.New("operation_timeout")
	// ErrDispatchFailed is "dispatch_failed": there was nobody to deliver to.
	ErrDispatchFailed = fmt.Errorf("dispatch_failed: %w", ErrOperationTimeout)
	// ErrServiceError is "http_service_error": the answer was no success.
	ErrServiceError = errors.New("http_service_error")
)

// delivery is something that the application is told, and must acknowledge.
type delivery struct {
	kind    string
	name    string // of the command, or the type of what happened
	team    *Team
	payload object
	accepts bool            // an acknowledgement may hold an answer
	take    func(body any)  // takes that answer; called with mu held
	refuse  func(err error) // is told of a failure; called with mu held
	once    bool            // an event that is not delivered again
	lenient bool            // need not be acknowledged
	own     bool            // tells the application what it did itself

	attempts []*attempt
	acked    bool
	ackAfter time.Duration
	over     bool // no attempt will follow
	failure  error
}

// attempt is one delivery of a delivery.
type attempt struct {
	d        *delivery
	envelope string
	number   int    // 0 for the first
	reason   string // why there was another
	at       time.Time
	conn     *conn // nil over HTTP
	acked    bool
	over     bool
	err      error
}

// Delivery is something that the application was told.
type Delivery struct {
	Kind     string // "slash_commands", "interactive" or "events_api"
	Name     string // of a command, or the type of an event or interaction
	Attempts int
	Acked    bool
	AckAfter time.Duration
	Payload  map[string]any
}

// Deliveries returns what the application was told so far.
func (s *Server) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Delivery
	for _, d := range s.deliveries {
		out = append(out, Delivery{d.kind, d.name, len(d.attempts), d.acked, d.ackAfter, standin.Clone(d.payload)})
	}
	return out
}

// start begins a delivery. Callers hold mu.
func (s *Server) start(d *delivery) {
	s.deliveries = append(s.deliveries, d)
	s.host.Spawn(func() { s.run(d, 0, "") })
}

// run makes the nth attempt, and sees to the next one where there was no
// acknowledgement and is a reason to try again.
func (s *Server) run(d *delivery, n int, reason string) {
	a := s.newAttempt(d, n, reason)
	retry := s.try(a)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !a.acked && d.kind == eventKind && !d.once && retry && n < len(s.o.RetryAfter) {
		reason = "timeout"
		if errors.Is(a.err, ErrServiceError) {
			reason = "http_error"
		}
		s.after(s.o.RetryAfter[n], func() { s.run(d, n+1, reason) })
		return
	}
	d.over = true
	if !d.acked {
		d.failure = a.err
		if d.refuse != nil {
			d.refuse(a.err)
		}
	}
	s.host.Note()
}

func (s *Server) newAttempt(d *delivery, n int, reason string) *attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &attempt{d: d, envelope: uuid(), number: n, reason: reason, at: time.Now()}
	d.attempts = append(d.attempts, a)
	return a
}

// uuid returns an id of the shape of an envelope's.
func uuid() string {
	r := standin.Random(16)
	return r[:8] + "-" + r[8:12] + "-" + r[12:16] + "-" + r[16:20] + "-" + r[20:]
}

// try makes one attempt, and reports whether another one may follow.
func (s *Server) try(a *attempt) bool {
	if url := s.hooks.url(a.d.kind); url != "" {
		return s.hooks.deliver(a, url)
	}
	s.socket.deliver(a)
	return true
}

// acknowledge takes an acknowledgement and what it holds. Callers hold mu.
func (s *Server) acknowledge(a *attempt, body any) {
	if a.acked {
		return
	}
	a.acked = true
	d := a.d
	if !d.acked {
		d.acked, d.ackAfter = true, time.Since(a.at)
		if d.take != nil {
			d.take(body)
		}
	}
	s.host.Note()
}

// settled waits for the end of a delivery, and reports whether it was
// acknowledged.
func (s *Server) settled(d *delivery) bool {
	s.settle(d, func() bool { return false })
	s.mu.Lock()
	defer s.mu.Unlock()
	return d.acked
}

// settle waits until a delivery is acknowledged or over, or until something
// else is so, which is asked with mu held.
func (s *Server) settle(d *delivery, or func() bool) {
	s.host.Await(s.o.AckWithin+time.Minute, func() bool { return or() || d.acked || d.over })
}

// Redeliver delivers what was delivered last n more times at once, with new
// envelopes; events say which attempt each is. What the application did itself
// does not count. It returns how many of them were acknowledged.
func (s *Server) Redeliver(n int) int { return s.again(n, false) }

// Duplicate delivers what was delivered last n more times at once, with the
// same envelope. It returns how many of them were acknowledged; one
// acknowledgement counts for all that are still waiting.
func (s *Server) Duplicate(n int) int { return s.again(n, true) }

func (s *Server) again(n int, same bool) int {
	s.mu.Lock()
	var d *delivery
	for _, other := range s.deliveries {
		if len(other.attempts) > 0 && !other.own {
			d = other
		}
	}
	if d == nil {
		s.mu.Unlock()
		return 0
	}
	var more []*attempt
	done := make(chan struct{}, n)
	for i := range n {
		a := &attempt{d: d, envelope: uuid(), number: i + 1, reason: "timeout", at: time.Now()}
		if same {
			a.envelope, a.number, a.reason = d.attempts[0].envelope, d.attempts[0].number, d.attempts[0].reason
		}
		d.attempts = append(d.attempts, a)
		more = append(more, a)
		s.host.Spawn(func() {
			s.try(a)
			done <- struct{}{}
		})
	}
	s.mu.Unlock()
	for range more {
		select {
		case <-done:
		case <-s.host.Ended().Done():
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	acked := 0
	for _, a := range more {
		if a.acked {
			acked++
		}
	}
	return acked
}
