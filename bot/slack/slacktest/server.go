package slacktest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the platform gives and takes by default.
const (
	defaultAckWithin       = 3 * time.Second
	defaultTriggerLife     = 3 * time.Second
	defaultResponseURLLife = 30 * time.Minute
	defaultResponseURLUses = 5
	defaultPingEvery       = 5 * time.Second
	defaultWarnFor         = 10 * time.Second
	defaultPatience        = 30 * time.Second
)

// Options says how a Slack differs from the real one. The zero value does not,
// except that everything is on loopback.
type Options struct {
	// BotToken is the token of the first team's bot; the others get their own.
	BotToken string
	// AppToken is the app-level token, which opens socket connections.
	AppToken string
	// SigningSecret signs what is delivered over HTTP.
	SigningSecret string
	// AppID is the id of the application.
	AppID string
	// BotName is what the application's bot user is called.
	BotName string
	// Commands are the slash commands of the application; "/brief" where none
	// is named.
	Commands []string
	// Shortcuts are the callback ids of its shortcuts, global ones and those
	// of messages; nil offers any.
	Shortcuts []string
	// Escape is the manifest's should_escape, for all commands: names that the
	// person types become ids.
	Escape bool
	// Scopes are what each bot token is granted; nil grants all.
	Scopes []string
	// Events are the events that the application subscribes to, as in
	// "message.im"; nil subscribes to all that the server knows.
	Events []string
	// AckWithin is how long an acknowledgement may take.
	AckWithin time.Duration
	// TriggerLife is how long a trigger_id is good for.
	TriggerLife time.Duration
	// ResponseURLLife is how long a response_url is good for.
	ResponseURLLife time.Duration
	// ResponseURLUses is how often a response_url can be used.
	ResponseURLUses int
	// PingEvery is how often the server pings a socket.
	PingEvery time.Duration
	// WarnFor is how long a socket lives after a warning.
	WarnFor time.Duration
	// RetryAfter is how long the server waits before it delivers an event
	// again: at once, after a minute, after five. Its length is how often.
	RetryAfter []time.Duration
	// SameSocketAcks refuses an acknowledgement that comes over another socket
	// than the envelope went out on. What the platform does is not documented.
	SameSocketAcks bool
	// Patience is how long a person waits to see something before a Client
	// returns ErrNothingSeen. It is no rule of the platform.
	Patience time.Duration
	// NoRateLimits takes all rate limits away.
	NoRateLimits bool
	// Now tells the time of time stamps and expiries. Deadlines and rate
	// limits run by the real clock.
	Now func() time.Time
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.RetryAfter == nil {
		o.RetryAfter = []time.Duration{0, time.Minute, 5 * time.Minute}
	}
	if o.ResponseURLUses == 0 {
		o.ResponseURLUses = defaultResponseURLUses
	}
	if o.Commands == nil {
		o.Commands = []string{"/brief"}
	}
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{
		{&o.AckWithin, defaultAckWithin}, {&o.TriggerLife, defaultTriggerLife}, {&o.ResponseURLLife, defaultResponseURLLife},
		{&o.PingEvery, defaultPingEvery}, {&o.WarnFor, defaultWarnFor}, {&o.Patience, defaultPatience},
	} {
		if *d.v == 0 {
			*d.v = d.def
		}
	}
	for _, t := range []struct {
		v   *string
		def string
	}{
		{&o.BotToken, "xoxb-" + random(12)}, {&o.AppToken, "xapp-1-" + random(16)},
		{&o.SigningSecret, random(16)}, {&o.AppID, "A0SLACKTEST"}, {&o.BotName, "briefbot"},
	} {
		if *t.v == "" {
			*t.v = t.def
		}
	}
}

// Server is one Slack with one application in it.
type Server struct {
	tb       testing.TB
	o        Options
	listener net.Listener
	http     *http.Server
	client   *http.Client // delivers over HTTP
	socket   *Socket
	hooks    *Hooks
	limits   *limiter
	served   sync.WaitGroup
	stop     chan struct{}
	ended    context.Context // is done with stop
	end      context.CancelFunc
	closing  sync.Once

	mu           sync.Mutex
	closed       bool
	changed      chan struct{} // closed and replaced when the world changes
	lastID       uint64
	lastTS       int64 // in microseconds
	teams        []*Team
	people       map[string]*Person
	channels     map[string]*Channel
	groups       map[string]*UserGroup
	views        map[string]*view
	triggers     map[string]*trigger
	responseURLs map[string]*responseURL
	deliveries   []*delivery
	changes      []change
	faults       []*faultState
	requests     []Request
	violations   []Violation
}

// New starts a Slack and closes it when the test ends. Violations that were not
// taken by then fail the test.
func New(tb testing.TB, o Options) *Server {
	tb.Helper()
	o.fill()
	s := &Server{
		tb: tb, o: o, limits: newLimiter(o.NoRateLimits), stop: make(chan struct{}), changed: make(chan struct{}),
		people: map[string]*Person{}, channels: map[string]*Channel{}, groups: map[string]*UserGroup{},
		views: map[string]*view{}, triggers: map[string]*trigger{}, responseURLs: map[string]*responseURL{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.ended, s.end = context.WithCancel(context.Background())
	s.socket = newSocket(s)
	s.hooks = &Hooks{s: s}
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
			tb.Errorf("slacktest: %s", v)
		}
	})
	return s
}

// random returns 2n characters that nobody can guess.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// URL is the address that stands in for https://slack.com, without a slash.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// APIURL is the address that stands in for https://slack.com/api/, with the
// slash that clients want.
func (s *Server) APIURL() string { return s.URL() + "/api/" }

// AppToken is the app-level token that the server accepts.
func (s *Server) AppToken() string { return s.o.AppToken }

// AppID is the id of the application.
func (s *Server) AppID() string { return s.o.AppID }

// SigningSecret is what deliveries over HTTP are signed with.
func (s *Server) SigningSecret() string { return s.o.SigningSecret }

// Close cuts all connections and stops the server. It waits for the handlers.
func (s *Server) Close() {
	s.closing.Do(func() {
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		close(s.stop)
		s.end()
		s.socket.shut()
		_ = s.http.Close()
		s.served.Wait()
		s.client.CloseIdleConnections()
	})
}

// spawn runs f in a goroutine that Close waits for. Callers hold mu.
func (s *Server) spawn(f func()) {
	if s.closed {
		return
	}
	s.served.Add(1)
	go func() {
		defer s.served.Done()
		f()
	}()
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

// after spawns f after a while. Nothing runs until then, so that who counts
// goroutines counts none of ours.
func (s *Server) after(d time.Duration, f func()) {
	time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.spawn(f)
	})
}

// newID returns an id of the shape that Slack's have, such as "U0000000004".
// Callers hold mu.
func (s *Server) newID(prefix string) string {
	s.lastID++
	n := strings.ToUpper(strconv.FormatUint(s.lastID*7919, 36))
	return prefix + "0" + strings.Repeat("0", max(0, 9-len(n))) + n
}

// newTS returns the time stamp of a new message, which is also its id in the
// channel. Callers hold mu.
func (s *Server) newTS() string {
	s.lastTS = max(s.lastTS+1, s.o.Now().UnixMicro())
	return formatTS(s.lastTS)
}

// shortID returns an id of the shape of those that Slack gives to blocks.
func shortID(n uint64) string { return strings.ToLower(strconv.FormatUint(n*104729+1679616, 36)) }

func formatTS(micro int64) string { return fmt.Sprintf("%d.%06d", micro/1e6, micro%1e6) }
