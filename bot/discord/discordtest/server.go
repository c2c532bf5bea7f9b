package discordtest

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What the platform gives and takes by default.
const (
	defaultHeartbeat    = 41250 * time.Millisecond
	defaultAnswerWithin = 3 * time.Second
	defaultTokenLife    = 15 * time.Minute
	defaultNonceWindow  = 3 * time.Minute // documented as "the past few minutes"
	defaultPatience     = 30 * time.Second
)

// Options says how a Discord differs from the real one. The zero value does
// not, except that everything is on loopback.
type Options struct {
	// Token is the bot token that is accepted, as in "Bot <token>".
	Token string
	// ApplicationID is the id of the application and of its bot user.
	ApplicationID string
	// Heartbeat is the interval that Hello asks for.
	Heartbeat time.Duration
	// AnswerWithin is how long the first response to an interaction may take.
	AnswerWithin time.Duration
	// TokenLife is how long an interaction's token is good for.
	TokenLife time.Duration
	// NonceWindow is how long an enforced nonce is remembered.
	NonceWindow time.Duration
	// Patience is how long a person looks at "is thinking…" before a Client
	// returns ErrStillThinking. It is no rule of the platform.
	Patience time.Duration
	// PrivilegedIntents are the privileged intents that the application has.
	PrivilegedIntents int
	// Now tells the time of ids, expiries and time stamps. Deadlines and rate
	// limits run by the real clock.
	Now func() time.Time
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{
		{&o.Heartbeat, defaultHeartbeat}, {&o.AnswerWithin, defaultAnswerWithin}, {&o.TokenLife, defaultTokenLife},
		{&o.NonceWindow, defaultNonceWindow}, {&o.Patience, defaultPatience},
	} {
		if *d.v == 0 {
			*d.v = d.def
		}
	}
}

// Server is one Discord with one application in it.
type Server struct {
	tb       testing.TB
	o        Options
	listener net.Listener
	http     *http.Server
	doc      *document // nil where there is none
	gateway  *Gateway
	limits   *limiter
	served   sync.WaitGroup
	stop     chan struct{}
	closing  sync.Once
	foreign  atomic.Bool // there are components that the document does not know

	mu           sync.Mutex
	closed       bool
	changed      chan struct{} // closed and replaced when the world changes
	lastID       int64
	bot          *Person
	people       map[string]*Person
	guilds       map[string]*Guild
	guildOrder   []*Guild
	channels     map[string]*Channel
	deletedChans map[string]bool
	roles        map[string]*Role
	commands     registry
	interactions map[string]*interaction // by token
	byID         map[string]*interaction
	order        []*interaction
	faults       []*faultState
	requests     []Request
	violations   []Violation
	invalid      int
}

// New starts a Discord and closes it when the test ends. Violations that were
// not taken by then fail the test.
func New(tb testing.TB, o Options) *Server {
	tb.Helper()
	o.fill()
	s := &Server{
		tb: tb, o: o, doc: openDocument(tb), limits: newLimiter(), stop: make(chan struct{}),
		changed: make(chan struct{}), people: map[string]*Person{}, guilds: map[string]*Guild{},
		channels: map[string]*Channel{}, deletedChans: map[string]bool{}, roles: map[string]*Role{},
		interactions: map[string]*interaction{}, byID: map[string]*interaction{},
	}
	if s.o.ApplicationID == "" {
		s.o.ApplicationID = s.newID()
	}
	if s.o.Token == "" {
		s.o.Token = plausibleToken(s.o.ApplicationID)
	}
	s.bot = &Person{s: s, ID: s.o.ApplicationID, Name: "briefbot", Locale: "en-US", bot: true}
	s.people[s.bot.ID] = s.bot
	s.commands = newRegistry()
	s.gateway = newGateway(s)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s.listener = listener
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: time.Minute}
	s.served.Add(1)
	go func() {
		defer s.served.Done()
		_ = s.http.Serve(listener) // ends with ErrServerClosed
	}()
	tb.Cleanup(func() {
		s.Close()
		for _, v := range s.Violations() {
			tb.Errorf("discordtest: %s", v)
		}
	})
	return s
}

// plausibleToken returns a token of the shape that Discord's have.
func plausibleToken(id string) string {
	return strings.Join([]string{base64.RawStdEncoding.EncodeToString([]byte(id)), "Gtests", random(19)}, ".")
}

// random returns 2n characters that nobody can guess.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// URL is the address that stands in for https://discord.com, without a slash.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Token is the bot token that the server accepts.
func (s *Server) Token() string { return s.o.Token }

// ApplicationID is the id of the application, and of its bot user.
func (s *Server) ApplicationID() string { return s.o.ApplicationID }

// Close cuts all connections and stops the server. It waits for the handlers.
func (s *Server) Close() {
	s.closing.Do(func() {
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		close(s.stop)
		s.gateway.shut()
		_ = s.http.Close()
		s.served.Wait()
	})
}

// note wakes everybody who waits for a change. Callers hold mu.
func (s *Server) note() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// await waits until done, called with mu held, returns true. It reports
// whether it did before the timeout or the end of the server.
func (s *Server) await(timeout time.Duration, done func() bool) bool {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		s.mu.Lock()
		ok, changed := done(), s.changed
		s.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			s.mu.Lock()
			defer s.mu.Unlock()
			return done()
		case <-s.stop:
			return false
		}
	}
}
