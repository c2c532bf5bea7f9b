package slacktest_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// TestRaw_DefaultClientHasNoTimeout: a request that Slack never answers is
// waited for without end, unless the context or the HTTP client ends it.
func TestRaw_DefaultClientHasNoTimeout(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, _, _ := world(s)
	s.Fault(slacktest.Fault{Path: "auth.test", Kind: slacktest.HangBefore})
	done := make(chan error, 1)
	go func() {
		_, err := client(s, team).AuthTest()
		done <- err
	}()
	select {
	case err := <-done:
		t.Errorf("it gave up: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	s.Close()
	if err := <-done; err == nil {
		t.Error("it went well")
	}
}

// TestRaw_ErrorsAreValues: what Slack refuses is a SlackErrorResponse, and 429
// is a *RateLimitedError that nothing waits for.
func TestRaw_ErrorsAreValues(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, _, _ := world(s)
	api := client(s, team)
	team.SetScopes("users:read")
	_, _, err := api.PostMessage("C0", slack.MsgOptionText("x", false))
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) || refused.Err != "missing_scope" || refused.Needed != "chat:write" {
		t.Errorf("missing_scope: %#v", err)
	}
	s.Fault(slacktest.Fault{Kind: slacktest.RateLimited, RetryAfter: 7 * time.Second})
	_, err = api.AuthTest()
	var limited *slack.RateLimitedError
	if !errors.As(err, &limited) || limited.RetryAfter != 7*time.Second {
		t.Errorf("429: %#v", err)
	}
	s.Fault(slacktest.Fault{Kind: slacktest.HTML})
	_, err = api.AuthTest()
	var status slack.StatusCodeError
	if !errors.As(err, &status) || status.Code != http.StatusBadGateway {
		t.Errorf("a page: %#v", err)
	}
}

// TestRaw_VerifierKeepsTheSignature: the error of Ensure is one fixed text,
// which holds neither the signature that came nor the one that was computed.
func TestRaw_VerifierKeepsTheSignature(t *testing.T) {
	now, body := strconv.FormatInt(time.Now().Unix(), 10), []byte("body")
	right := slacktest.Sign("secret", now, body)
	h := http.Header{}
	h.Set("X-Slack-Request-Timestamp", now)
	h.Set("X-Slack-Signature", slacktest.Sign("guess", now, body))
	v, err := slack.NewSecretsVerifier(h, "secret")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = v.Write(body)
	err = v.Ensure()
	if !errors.Is(err, slack.ErrInvalidSignature) || strings.Contains(err.Error(), strings.TrimPrefix(right, "v0=")) {
		t.Errorf("Ensure: %v", err)
	}
	// Only the first of two headers is looked at.
	h.Set("X-Slack-Signature", right)
	h.Add("X-Slack-Signature", "v0=00")
	if v, err = slack.NewSecretsVerifier(h, "secret"); err != nil {
		t.Fatal(err)
	}
	_, _ = v.Write(body)
	if err := v.Ensure(); err != nil {
		t.Errorf("a doubled header: %v", err)
	}
}

// TestRaw_OneOddBlockRefusesAWholeAction: what was pressed is lost with it.
func TestRaw_OneOddBlockRefusesAWholeAction(t *testing.T) {
	action := `{"type":"block_actions","user":{"id":"U1"},"actions":[{"type":"button","action_id":"a","block_id":"b"}],"message":{"blocks":[{"type":"section","text":"no object"}]}}`
	var i slack.InteractionCallback
	if err := json.Unmarshal([]byte(action), &i); err == nil {
		t.Error("slack-go reads it now: bot/slack need not have types of its own for that")
	}
}
