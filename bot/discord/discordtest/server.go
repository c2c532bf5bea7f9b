package discordtest

import (
	"cmp"
	"encoding/base64"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
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
	// Private says that only its owner can add the application to servers.
	Private bool
	// Now tells the time of ids, expiries and time stamps. Deadlines and rate
	// limits run by the real clock.
	Now func() time.Time
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Heartbeat = cmp.Or(o.Heartbeat, defaultHeartbeat)
	o.AnswerWithin = cmp.Or(o.AnswerWithin, defaultAnswerWithin)
	o.TokenLife = cmp.Or(o.TokenLife, defaultTokenLife)
	o.NonceWindow = cmp.Or(o.NonceWindow, defaultNonceWindow)
	o.Patience = cmp.Or(o.Patience, defaultPatience)
}

// Server is one Discord with one application in it.
type Server struct {
	tb         testing.TB
	o          Options
	host       *standin.Host
	doc        *document // nil where there is none
	gateway    *Gateway
	limits     *limiter
	faults     standin.Faults[Fault]
	given      map[string]File // by id
	violations standin.Violations
	foreign    atomic.Bool // there are components that the document does not know

	mu           sync.Mutex
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
	extra        int // how often more than once an interaction is delivered
	requests     []Request
	invalid      int
}

// New starts a Discord and closes it when the test ends. Violations that were
// not taken by then fail the test.
func New(tb testing.TB, o Options) *Server {
	tb.Helper()
	o.fill()
	s := &Server{
		tb: tb, o: o, doc: openDocument(tb), limits: newLimiter(),
		people: map[string]*Person{}, guilds: map[string]*Guild{},
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
	s.host = standin.NewHost(tb, &s.mu)
	s.host.Serve(s.serve)
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
	return strings.Join([]string{base64.RawStdEncoding.EncodeToString([]byte(id)), "Gtests", standin.Random(19)}, ".")
}

// URL is the address that stands in for https://discord.com, without a slash.
func (s *Server) URL() string { return s.host.URL() }

// Token is the bot token that the server accepts.
func (s *Server) Token() string { return s.o.Token }

// ApplicationID is the id of the application, and of its bot user.
func (s *Server) ApplicationID() string { return s.o.ApplicationID }

// Close cuts all connections and stops the server. It waits for the handlers.
func (s *Server) Close() { s.host.Close(s.gateway.shut) }
