package slack

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
)

// How requests are made. slack-go's own client has no time-out, and keeps two
// connections.
const (
	requestTimeout  = 15 * time.Second
	idleConnections = 32
	maxAnswerBytes  = 8 << 20
)

// client makes requests to where Slack is.
type client struct {
	root *url.URL // of the API
	own  bool     // whether that is one of Slack's hosts
	http *http.Client
	pool *http.Transport // http's, by itself
}

func newClient(base string) (*client, error) {
	root, err := root(base)
	if err != nil {
		return nil, err
	}
	pool := http.DefaultTransport.(*http.Transport).Clone()
	pool.MaxIdleConnsPerHost = idleConnections
	return &client{root: root, own: slacks(root.Hostname()), pool: pool, http: &http.Client{
		Transport: bounded{pool}, Timeout: requestTimeout,
		// What Slack answers is the answer: a request with a token in it goes
		// nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// api returns slack-go's client for a token. appToken is empty but for sockets.
func (c *client) api(token, appToken bot.Secret, more ...slack.Option) *slack.Client {
	named := *c.http
	named.Transport = bearer{c.http.Transport, token}
	return slack.New(token.Reveal(), append([]slack.Option{
		slack.OptionAPIURL(c.root.String() + "/"), slack.OptionHTTPClient(&named),
		slack.OptionAppLevelToken(appToken.Reveal()),
		slack.OptionLog(log.New(io.Discard, "", 0)), // its errors come back to us
	}, more...)...)
}

// close lets go of connections that nobody uses.
func (c *client) close() { c.http.CloseIdleConnections() }

// respond posts a message to a response_url.
func (c *client) respond(ctx context.Context, address string, m response) error {
	if err := c.mayRespond(address); err != nil {
		return err
	}
	var blocks *slack.Blocks
	if len(m.Blocks()) > 0 {
		blocks = &slack.Blocks{BlockSet: m.Blocks()}
	}
	no := false
	err := slack.PostWebhookCustomHTTPContext(ctx, address, c.http, &slack.WebhookMessage{
		ResponseType: m.Type, ReplaceOriginal: m.Replace,
		Text: m.Text, Blocks: blocks, Parse: "none", UnfurlLinks: &no, UnfurlMedia: &no,
	})
	return explain(err)
}

// mayRespond refuses addresses that Slack does not have: they come from an event,
// which has been authenticated, and still nothing else is called. A stand-in for
// Slack may have them anywhere.
func (c *client) mayRespond(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("a response_url that is no address")
	}
	host := u.Hostname()
	if c.own && (u.Scheme != "https" || !slacks(host)) {
		return fmt.Errorf("a response_url at %s, which is not Slack's", host)
	}
	return nil
}

// slacks reports whether a host is one of Slack's.
func slacks(host string) bool {
	for _, domain := range []string{"slack.com", "slack-gov.com"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// bearer names the token in the header of every request of the Web API. slack-go
// writes it into some bodies alone, where not every stand-in for Slack looks.
type bearer struct {
	base  http.RoundTripper
	token bot.Secret
}

// RoundTrip makes one request.
func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Authorization") == "" && !b.token.IsZero() {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer "+b.token.Reveal())
	}
	return b.base.RoundTrip(r)
}

// bounded bounds what is read of an answer.
type bounded struct{ base http.RoundTripper }

// RoundTrip makes one request.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.base.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxAnswerBytes), resp.Body}
	}
	return resp, err
}

// CloseIdleConnections lets go of connections that nobody uses.
func (b bounded) CloseIdleConnections() {
	if t, ok := b.base.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

// root returns the root of the API at a base address.
func root(base string) (*url.URL, error) {
	if base == "" {
		base = "https://slack.com"
	}
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		shown := base
		if strings.Contains(base, "@") {
			shown = "what is there" // it may hold a password
		}
		return nil, fmt.Errorf("%s is not an address where Slack can be. Write it whole, such as https://slack.com", shown)
	}
	if !strings.HasSuffix(u.Path, "/api") {
		u.Path += "/api"
	}
	return u, nil
}
