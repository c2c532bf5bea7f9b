package slacktest

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
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
	if o.Commands == nil {
		o.Commands = []string{"/brief"}
	}
	o.BotToken = cmp.Or(o.BotToken, "xoxb-"+standin.Random(12))
	o.AppToken = cmp.Or(o.AppToken, "xapp-1-"+standin.Random(16))
	o.SigningSecret = cmp.Or(o.SigningSecret, standin.Random(16))
	o.AppID = cmp.Or(o.AppID, "A0SLACKTEST")
	o.BotName = cmp.Or(o.BotName, "briefbot")
	o.AckWithin = cmp.Or(o.AckWithin, defaultAckWithin)
	o.TriggerLife = cmp.Or(o.TriggerLife, defaultTriggerLife)
	o.ResponseURLLife = cmp.Or(o.ResponseURLLife, defaultResponseURLLife)
	o.ResponseURLUses = cmp.Or(o.ResponseURLUses, defaultResponseURLUses)
	o.PingEvery = cmp.Or(o.PingEvery, defaultPingEvery)
	o.WarnFor = cmp.Or(o.WarnFor, defaultWarnFor)
	o.Patience = cmp.Or(o.Patience, defaultPatience)
}

// Server is one Slack with one application in it.
type Server struct {
	tb         testing.TB
	o          Options
	host       *standin.Host
	client     *http.Client // delivers over HTTP
	socket     *Socket
	hooks      *Hooks
	limits     *limiter
	faults     standin.Faults[Fault]
	violations standin.Violations

	mu           sync.Mutex
	files        map[string]*stored
	fileCount    int
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
	requests     []Request
}

// New starts a Slack and closes it when the test ends. Violations that were not
// taken by then fail the test.
func New(tb testing.TB, o Options) *Server {
	tb.Helper()
	o.fill()
	s := &Server{
		tb: tb, o: o, limits: newLimiter(o.NoRateLimits),
		people: map[string]*Person{}, channels: map[string]*Channel{}, groups: map[string]*UserGroup{},
		views: map[string]*view{}, triggers: map[string]*trigger{}, responseURLs: map[string]*responseURL{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.socket = newSocket(s)
	s.hooks = &Hooks{s: s}
	s.host = standin.NewHost(tb, &s.mu)
	s.host.Serve(s.serve)
	tb.Cleanup(func() {
		s.Close()
		for _, v := range s.Violations() {
			tb.Errorf("slacktest: %s", v)
		}
	})
	return s
}

// URL is the address that stands in for https://slack.com, without a slash.
func (s *Server) URL() string { return s.host.URL() }

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
	s.host.Close(s.socket.shut)
	s.client.CloseIdleConnections()
}

// after spawns f after a while. Nothing runs until then, so that who counts
// goroutines counts none of ours.
func (s *Server) after(d time.Duration, f func()) {
	time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.host.Spawn(f)
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
