package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
)

// requestTimeout is how long one request may take, where nobody waits for it
// more urgently.
const requestTimeout = 15 * time.Second

// idleConnections is how many connections to Discord are kept for the next
// requests; the default of two would open and close one for most answers.
const idleConnections = 64

// api is Discord's API, by way of discordgo. discordgo's own retries are off:
// they post twice after a 502, and sleep on a 429 for as long as it says.
type api struct {
	session *discordgo.Session
	limits  *limits
}

func newAPI(token bot.Secret, base string, now func() time.Time) (*api, error) {
	root, err := root(base)
	if err != nil {
		return nil, err
	}
	s, err := discordgo.New("Bot " + token.Reveal())
	if err != nil {
		return nil, fmt.Errorf("discordgo: %w", err)
	}
	s.StateEnabled = false
	s.MaxRestRetries, s.ShouldRetryOnRateLimit = 0, false
	s.LogLevel = -1 // below all of its levels: its errors come back to us
	s.UserAgent = "DiscordBot (https://github.com/briefbot/briefbot, 0)"
	pool := http.DefaultTransport.(*http.Transport).Clone()
	pool.MaxIdleConnsPerHost = idleConnections
	s.Client = &http.Client{Transport: &transport{base: pool, root: root}}
	return &api{session: s, limits: newLimits(now)}, nil
}

// close lets go of connections that nobody uses.
func (a *api) close() { a.session.Client.CloseIdleConnections() }

// call makes one request, once, and reads the answer into out, unless that is
// nil. Requests of one route share a limit. The error is an *apiError, or that
// of ctx.
func (a *api) call(ctx context.Context, method, address, route string, body, out any) error {
	_, err := a.do(ctx, method, address, route, body, out)
	return err
}

// do is call, and also returns how the request was answered.
func (a *api) do(ctx context.Context, method, address, route string, body, out any) (seen seen, err error) {
	var payload []byte
	if body != nil {
		if payload, err = json.Marshal(body); err != nil {
			return seen, fmt.Errorf("write a request: %w", err)
		}
	}
	return a.send(ctx, method, address, route, "application/json", payload, out)
}

// send is do for a body that is written already, of a type.
func (a *api) send(ctx context.Context, method, address, route, kind string, payload []byte, out any) (seen seen, err error) {
	if err := a.limits.wait(ctx, route); err != nil {
		return seen, err
	}
	return a.request(ctx, method, address, route, kind, payload, out)
}

// now is send for a body of JSON, for whoever can wait better than a request can: where
// a limit holds, it returns at once, with an *apiError that says for how long.
func (a *api) now(ctx context.Context, method, address, route string, payload []byte, out any) (seen seen, err error) {
	if pause := a.limits.take(route); pause > 0 {
		return seen, &apiError{Status: http.StatusTooManyRequests, RetryAfter: pause, Message: "a rate limit of Discord's holds"}
	}
	return a.request(ctx, method, address, route, "application/json", payload, out)
}

// request makes one request.
func (a *api) request(ctx context.Context, method, address, route, kind string, payload []byte, out any) (seen seen, err error) {
	// discordgo keeps a bucket for every address that it has ever called, and
	// interactions have one each: so each request gets a bucket of its own, which
	// nobody else holds.
	bucket := &discordgo.Bucket{Key: route}
	bucket.Lock() // it unlocks it
	// The time-out of an http.Client costs a goroutine around a transport of ours.
	if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > requestTimeout {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, requestTimeout)
		defer cancel()
	}
	answer, err := a.session.RequestWithLockedBucket(method, address, kind, payload, bucket, 0, discordgo.WithContext(watch(ctx, &seen)))
	a.limits.learn(route, seen.status, seen.header)
	if err != nil {
		return seen, explain(err, &seen)
	}
	if out == nil || len(answer) == 0 {
		return seen, nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return seen, &apiError{cause: fmt.Errorf("an answer that cannot be read: %w", err)}
	}
	return seen, nil
}

// gateway returns where the gateway is.
func (a *api) gateway(ctx context.Context) (string, error) {
	var answer struct {
		URL string `json:"url"`
	}
	err := a.call(ctx, http.MethodGet, discordgo.EndpointGateway, "gateway", nil, &answer)
	if noSuchRoute(err) { // some stand-ins for Discord have the other alone
		err = a.call(ctx, http.MethodGet, discordgo.EndpointGatewayBot, "gateway", nil, &answer)
	}
	if err != nil {
		return "", err
	}
	if answer.URL == "" {
		return "", fmt.Errorf("Discord did not say where its gateway is")
	}
	return answer.URL, nil
}
