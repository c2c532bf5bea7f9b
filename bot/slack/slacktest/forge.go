package slacktest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Verify checks the address of events as the settings of an application do: it
// must return a challenge.
func (h *Hooks) Verify() error {
	challenge := standin.Random(20)
	raw := encode(object{"token": verificationToken, "challenge": challenge, "type": "url_verification"})
	reply, err := h.once(eventKind, raw, "application/json")
	if err != nil {
		return err
	}
	var o object
	if reply.status != http.StatusOK || string(bytes.TrimSpace(reply.body)) != challenge && (standin.Decode(reply.body, &o) != nil || str(o, "challenge") != challenge) {
		return fmt.Errorf("the challenge was not returned: %d %q", reply.status, reply.body)
	}
	return nil
}

// SSLCheck sends the probe that Slack sends to the addresses of commands now
// and then, which wants a 200.
func (h *Hooks) SSLCheck() error {
	raw := []byte(url.Values{"ssl_check": {"1"}, "token": {verificationToken}}.Encode())
	reply, err := h.once(commandKind, raw, "application/x-www-form-urlencoded")
	if err != nil {
		return err
	}
	if reply.status != http.StatusOK {
		return fmt.Errorf("ssl_check: %d %q", reply.status, reply.body)
	}
	return nil
}

func (h *Hooks) once(kind string, raw []byte, contentType string) (*hookReply, error) {
	ctx, cancel := h.s.within(verifyWithin)
	defer cancel()
	q, err := h.request(ctx, h.url(kind), raw, contentType)
	if err != nil {
		return nil, err
	}
	return h.send(q)
}

// Target is an address that deliveries go to.
type Target uint8

// The addresses.
const (
	Commands Target = iota
	Interactivity
	Events
)

// Forgery is a delivery that is not what Slack would send. The zero value is a
// good one, of a command that nobody typed.
type Forgery struct {
	To   Target
	Body []byte // a command, a payload or an event as it is sent; one is made up where it is nil
	// Secret signs; that of the server, where it is empty.
	Secret string
	// Skew is how far the time of signing is off.
	Skew time.Duration
	// Timestamp is what the header says instead of the time, and is signed.
	Timestamp string
	// Alter changes the body after it was signed.
	Alter func([]byte) []byte
	// Header changes the headers at the end, as by doubling or deleting them.
	Header func(http.Header)
	// Method is POST where it is empty.
	Method string
	// Query is appended to the address.
	Query string
}

// Forge sends a forgery, and returns the status and the body of the answer.
func (h *Hooks) Forge(f Forgery) (int, []byte, error) {
	s := h.s
	kind := []string{commandKind, interactionKind, eventKind}[f.To]
	raw, contentType := s.example(kind).body()
	if f.Body != nil {
		raw = f.Body
	}
	if f.Secret == "" {
		f.Secret = s.o.SigningSecret
	}
	if f.Timestamp == "" {
		f.Timestamp = strconv.FormatInt(s.o.Now().Add(f.Skew).Unix(), 10)
	}
	signature := Sign(f.Secret, f.Timestamp, raw)
	if f.Alter != nil {
		raw = f.Alter(raw)
	}
	ctx, cancel := s.within(verifyWithin)
	defer cancel()
	q, err := h.request(ctx, h.url(kind)+f.Query, raw, contentType)
	if err != nil {
		return 0, nil, err
	}
	if f.Method != "" {
		q.Method = f.Method
	}
	q.Header.Set("X-Slack-Request-Timestamp", f.Timestamp)
	q.Header.Set("X-Slack-Signature", signature)
	if f.Header != nil {
		f.Header(q.Header)
	}
	reply, err := h.send(q)
	if err != nil {
		return 0, nil, err
	}
	return reply.status, reply.body, nil
}

// example returns a delivery of a kind that nobody caused.
func (s *Server) example(kind string) *delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.anyTeam()
	switch kind {
	case commandKind:
		return &delivery{kind: kind, payload: object{
			"token": verificationToken, "command": s.o.Commands[0], "text": "help", "team_id": t.ID, "team_domain": t.Domain,
			"channel_id": "C0", "channel_name": "nowhere", "user_id": t.bot.ID, "user_name": "nobody", "api_app_id": s.o.AppID,
			"response_url": s.URL() + "/response/none", "trigger_id": "none", "is_enterprise_install": "false",
		}}
	case interactionKind:
		return &delivery{kind: kind, payload: object{
			"type": "shortcut", "token": verificationToken, "action_ts": s.newTS(), "team": object{"id": t.ID, "domain": t.Domain},
			"user": t.bot.brief(), "callback_id": "none", "trigger_id": "none",
		}}
	}
	return s.newEvent(t, object{"type": "app_home_opened", "user": t.bot.ID, "channel": "D0", "tab": "home", "event_ts": s.newTS()})
}
