package slacktest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// verifyWithin is how long Verify and Forge wait for an answer.
const verifyWithin = 10 * time.Second

// Hooks delivers over HTTP. Its fields are guarded by the server's mu.
type Hooks struct {
	s             *Server
	commands      string
	interactivity string
	events        string
}

// Hooks is the server's side of deliveries over HTTP.
func (s *Server) Hooks() *Hooks { return s.hooks }

// SetURLs says where to deliver to. What has no address goes down the sockets.
func (h *Hooks) SetURLs(commands, interactivity, events string) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	h.commands, h.interactivity, h.events = commands, interactivity, events
}

// SetURL delivers everything to one address.
func (h *Hooks) SetURL(all string) { h.SetURLs(all, all, all) }

func (h *Hooks) url(kind string) string {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	return map[string]string{commandKind: h.commands, interactionKind: h.interactivity, eventKind: h.events}[kind]
}

// body writes a payload as the kind of delivery has it.
func (d *delivery) body() (raw []byte, contentType string) {
	const form = "application/x-www-form-urlencoded"
	switch d.kind {
	case commandKind:
		values := url.Values{}
		for k, v := range d.payload {
			values.Set(k, fmt.Sprint(v))
		}
		return []byte(values.Encode()), form
	case interactionKind:
		return []byte(url.Values{"payload": {string(encode(d.payload))}}.Encode()), form
	}
	return encode(d.payload), "application/json"
}

// Sign returns the value of X-Slack-Signature for a body that is sent at a
// time, which is written as the header has it.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte("v0:" + timestamp + ":"))
	_, _ = mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// request makes a signed request.
func (h *Hooks) request(ctx context.Context, address string, raw []byte, contentType string) (*http.Request, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	now := strconv.FormatInt(h.s.o.Now().Unix(), 10)
	q.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	q.Header.Set("Content-Type", contentType)
	q.Header.Set("Accept", "application/json,*/*")
	q.Header.Set("X-Slack-Request-Timestamp", now)
	q.Header.Set("X-Slack-Signature", Sign(h.s.o.SigningSecret, now, raw))
	return q, nil
}

// reply is what the application answered.
type hookReply struct {
	status int
	header http.Header
	body   []byte
}

func (h *Hooks) send(q *http.Request) (*hookReply, error) {
	p, err := h.s.client.Do(q)
	if err != nil {
		return nil, err
	}
	defer func() { _ = p.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(p.Body, maxBody))
	if err != nil {
		return nil, err
	}
	return &hookReply{p.StatusCode, p.Header, body}, nil
}

// within returns a context that ends after a while, or with the server.
func (s *Server) within(d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	stop := context.AfterFunc(s.host.Ended(), cancel)
	return ctx, func() { stop(); cancel() }
}

// deliver makes an attempt over HTTP. It reports whether another may follow.
func (h *Hooks) deliver(a *attempt, address string) bool {
	s := h.s
	raw, contentType := a.d.body()
	ctx, cancel := s.within(s.o.AckWithin)
	defer cancel()
	q, err := h.request(ctx, address, raw, contentType)
	if err != nil {
		h.fail(a, ErrDispatchFailed)
		return true
	}
	if a.d.kind == eventKind && a.number > 0 {
		q.Header.Set("X-Slack-Retry-Num", strconv.Itoa(a.number))
		q.Header.Set("X-Slack-Retry-Reason", map[string]string{"timeout": "http_timeout"}[a.reason])
		if a.reason != "timeout" {
			q.Header.Set("X-Slack-Retry-Reason", a.reason)
		}
	}
	s.mu.Lock()
	a.at = time.Now()
	s.mu.Unlock()
	reply, err := h.send(q)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		s.mu.Lock()
		if !s.host.Closed() && !a.d.lenient {
			s.violations.Add("hook", a.d.kind, a.d.name+" was not acknowledged in time")
		}
		s.mu.Unlock()
		h.fail(a, ErrOperationTimeout)
		return true
	case err != nil:
		h.fail(a, ErrDispatchFailed)
		return true
	case reply.status < 200 || reply.status > 299:
		h.fail(a, fmt.Errorf("%w: %d", ErrServiceError, reply.status))
		return reply.header.Get("X-Slack-No-Retry") != "1"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a.over = true
	s.acknowledge(a, h.answer(a, reply))
	return true
}

func (h *Hooks) fail(a *attempt, err error) {
	h.s.mu.Lock()
	defer h.s.mu.Unlock()
	a.err, a.over = err, true
}

// answer reads what an answer holds: an object, or a text, or nothing. Callers
// hold mu.
func (h *Hooks) answer(a *attempt, reply *hookReply) any {
	if len(reply.body) > maxAck {
		h.s.violations.Add("hook", a.d.kind, fmt.Sprintf("an answer of %d bytes", len(reply.body)))
	}
	if len(bytes.TrimSpace(reply.body)) == 0 || !a.d.accepts {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(reply.header.Get("Content-Type"))
	if kind != "application/json" {
		return string(reply.body)
	}
	var body any
	if err := standin.Decode(reply.body, &body); err != nil {
		h.s.violations.Add("hook", a.d.kind, "an answer that is no JSON")
		return nil
	}
	return body
}
