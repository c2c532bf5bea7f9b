package discord

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/bwmarrin/discordgo"
)

// maxAnswerBytes bounds what is read of an answer of Discord's API.
const maxAnswerBytes = 8 << 20

// transport carries discordgo's requests. It sends them to where Discord is, as
// the operator has said, and takes note of how they were answered, since
// discordgo does not always tell.
type transport struct {
	base http.RoundTripper
	root *url.URL // of the API; nil for Discord's own
}

// seen is how a request was answered. The zero seen is no answer.
type seen struct {
	status int
	header http.Header
	// connected says that there was a connection on which it may have been written.
	connected bool
}

type seenKey struct{}

// watch returns a context for one request, of which the answer goes to *seen.
func watch(ctx context.Context, s *seen) context.Context { return context.WithValue(ctx, seenKey{}, s) }

// RoundTrip carries one request.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	s, watched := ctx.Value(seenKey{}).(*seen)
	var connected atomic.Bool // a dial that is given up may still end
	if watched {
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	}
	r = r.WithContext(ctx) // it is a copy
	if t.root != nil {
		u := *r.URL
		u.Scheme, u.Host, r.Host = t.root.Scheme, t.root.Host, t.root.Host
		u.Path = t.root.Path + "/" + strings.TrimPrefix(u.Path, apiPath)
		r.URL = &u
	}
	resp, err := t.base.RoundTrip(r)
	if watched {
		s.connected = connected.Load()
	}
	if err != nil {
		return nil, err
	}
	if watched {
		s.status, s.header = resp.StatusCode, resp.Header
	}
	resp.Header = withoutLimits(resp.Header)
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswerBytes), resp.Body}
	return resp, nil
}

// withoutLimits returns headers without what they say of rate limits: discordgo would stop
// at limits that it cannot read, and sleep on others.
func withoutLimits(h http.Header) http.Header {
	limit := func(key string, _ []string) bool { return strings.HasPrefix(strings.ToLower(key), "x-ratelimit-") }
	for key := range h {
		if limit(key, nil) {
			h = maps.Clone(h)
			maps.DeleteFunc(h, limit)
			break
		}
	}
	return h
}

// apiPath is the path below which discordgo finds the API: /api/v9/.
var apiPath = func() string {
	u, err := url.Parse(discordgo.EndpointAPI)
	if err != nil {
		return "/api/v" + discordgo.APIVersion + "/"
	}
	return u.Path
}()

var apiRoot = regexp.MustCompile(`/api(/v[0-9]+)?$`)

// root returns the root of the API at a base address; nil for the empty
// address, which stands for Discord's own.
func root(base string) (*url.URL, error) {
	if base == "" {
		return nil, nil
	}
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		shown := base
		if strings.Contains(base, "@") {
			shown = "what is there" // it may hold a password
		}
		return nil, fmt.Errorf("%s is not an address where Discord can be. Write it whole, such as https://discord.com", shown)
	}
	switch m := apiRoot.FindStringSubmatch(u.Path); {
	case m == nil:
		u.Path += strings.TrimRight(apiPath, "/")
	case m[1] == "":
		u.Path += "/v" + discordgo.APIVersion
	}
	return u, nil
}
