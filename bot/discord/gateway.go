package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"github.com/briefbot/briefbot/bot"
)

// Times of the gateway. Discord allows one IDENTIFY in five seconds, and asks
// for a pause of one to five seconds after an invalid session
// (https://discord.com/developers/docs/events/gateway). How long its hello and
// READY may take is our own patience.
const (
	dialTimeout   = 10 * time.Second
	identifyEvery = 5 * time.Second
	identifyMost  = 2 * time.Minute // 720 a day: at 1000 Discord takes the token away
	firstBackoff  = time.Second
	lastBackoff   = time.Minute
)

// gateway keeps one session with Discord's gateway alive over as many
// connections as that takes. One goroutine uses it.
//
// It takes the place of discordgo's Session.Open, whose faults cannot be mended
// from outside: see the package documentation.
type gateway struct {
	token bot.Secret
	// find returns where the gateway is.
	find func(context.Context) (string, error)
	// ready is called for each new session, dispatch for every other event.
	// They must not block.
	ready    func(ready)
	dispatch func(event string, data json.RawMessage)
	log      *slog.Logger

	// The session, where there is one to go on with.
	session   string
	resumeURL string
	seq       int64
	// next fires when another IDENTIFY may be sent; nil stands for now.
	next <-chan time.Time
	// again is how long after one IDENTIFY the next may be sent.
	again time.Duration
}

// fatal is an error after which connecting again cannot help. Its text is a
// sentence for the operator.
type fatal struct{ sentence string }

func (f *fatal) Error() string { return f.sentence }

// errInvalidSession is that Discord asked us to wait before we go on, with the
// session or a new one.
var errInvalidSession = errors.New("the session is invalid")

// run keeps the session alive until ctx ends; then it returns nil. It returns
// an error only where connecting again cannot help.
func (g *gateway) run(ctx context.Context) error {
	wait := firstBackoff
	for {
		if g.session == "" && g.next != nil {
			select {
			case <-g.next:
				g.next = nil // it fires once, and this try may end before the next IDENTIFY
			case <-ctx.Done():
				return nil
			}
		}
		began, err := g.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if f := (*fatal)(nil); errors.As(err, &f) {
			return f
		}
		pause := wait/2 + rand.N(wait/2)
		switch {
		case errors.Is(err, errInvalidSession):
			pause = time.Second + rand.N(4*time.Second)
		case began:
			pause, wait = rand.N(firstBackoff), firstBackoff
		default:
			wait = min(wait*2, lastBackoff)
		}
		g.log.Warn("the connection to Discord ended; connecting again", "in", pause.Round(time.Millisecond), "resume", g.session != "", "err", err)
		if !bot.Sleep(ctx, pause) {
			return nil
		}
	}
}

// connect makes one connection, and serves it until it ends, with an error
// that says why. began is true where a session had begun on it or gone on.
func (g *gateway) connect(ctx context.Context) (began bool, err error) {
	conn, err := g.dial(ctx)
	if err != nil {
		return false, err
	}
	c := &connection{gateway: g, conn: conn, frames: make(chan frame), done: make(chan struct{})}
	err = c.run(ctx)
	return c.began, g.judge(err)
}

// dial connects to where the session is, or to where the gateway is.
func (g *gateway) dial(ctx context.Context) (*websocket.Conn, error) {
	address, resuming := g.resumeURL, g.session != "" && g.resumeURL != ""
	if !resuming {
		var err error
		if address, err = g.find(ctx); err != nil {
			return nil, fmt.Errorf("find the gateway: %w", err)
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		g.resumeURL = ""
		return nil, fmt.Errorf("the gateway's address cannot be used: %w", err)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	q := u.Query()
	q.Set("v", discordgo.APIVersion)
	q.Set("encoding", "json")
	u.RawQuery = q.Encode()
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: dialTimeout}
	conn, response, err := dialer.DialContext(ctx, u.String(), nil)
	if err != nil {
		g.resumeURL = "" // the next try asks where the gateway is
		if response != nil {
			return nil, fmt.Errorf("connect to %s: %w (%s)", u.Host, err, response.Status)
		}
		return nil, fmt.Errorf("connect to %s: %w", u.Host, err)
	}
	return conn, nil
}

// judge says what the end of a connection means for the session: it is fatal,
// or the session is gone, or it goes on.
func (g *gateway) judge(err error) error {
	var closed *websocket.CloseError
	if !errors.As(err, &closed) {
		return err
	}
	meaning := closeCodes[closed.Code]
	if meaning.fatal != "" {
		return &fatal{fmt.Sprintf("%s (close code %d)", meaning.fatal, closed.Code)}
	}
	if meaning.fresh {
		g.forget()
	}
	return err
}

// forget makes the next connection begin a new session.
func (g *gateway) forget() { g.session, g.resumeURL, g.seq = "", "", 0 }

// hail returns what is to be said after hello: who we are, or with which
// session we go on.
func (g *gateway) hail() any {
	if g.session != "" {
		return outgoing{opResume, resume{Token: g.token.Reveal(), Session: g.session, Seq: g.seq}}
	}
	g.again = min(max(2*g.again, identifyEvery), identifyMost)
	g.next = time.After(g.again)
	return outgoing{opIdentify, identify{
		Token:      g.token.Reveal(),
		Properties: map[string]string{"os": runtime.GOOS, "browser": "briefbot", "device": "briefbot"},
	}}
}
