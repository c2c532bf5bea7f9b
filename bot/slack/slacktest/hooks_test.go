package slacktest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// hooked is an application that checks signatures as slack-go does, and
// answers what it is told to.
func hooked(t *testing.T, s *slacktest.Server, answer func(http.ResponseWriter, *http.Request, []byte)) string {
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		v, err := slack.NewSecretsVerifier(r.Header, s.SigningSecret())
		if err == nil {
			_, _ = v.Write(body)
			err = v.Ensure()
		}
		if err != nil || len(r.Header.Values("X-Slack-Signature")) != 1 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer(w, r, body)
	}))
	t.Cleanup(h.Close)
	s.Hooks().SetURL(h.URL)
	return h.URL
}

func TestHooks_ForgeriesDoNotPass(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	world(s)
	hooked(t, s, func(http.ResponseWriter, *http.Request, []byte) {})
	for _, c := range []struct {
		name  string
		forge slacktest.Forgery
		want  int
	}{
		{"none at all", slacktest.Forgery{}, 200},
		{"an event", slacktest.Forgery{To: slacktest.Events}, 200},
		{"an interaction", slacktest.Forgery{To: slacktest.Interactivity}, 200},
		{"a wrong secret", slacktest.Forgery{Secret: "guessed"}, 401},
		{"an old time", slacktest.Forgery{Skew: -6 * time.Minute}, 401},
		{"a future time", slacktest.Forgery{Skew: 6 * time.Minute}, 401},
		{"no number", slacktest.Forgery{Timestamp: "soon"}, 401},
		{"no time", slacktest.Forgery{Header: func(h http.Header) { h.Del("X-Slack-Request-Timestamp") }}, 401},
		{"no signature", slacktest.Forgery{Header: func(h http.Header) { h.Del("X-Slack-Signature") }}, 401},
		{"two signatures", slacktest.Forgery{Header: func(h http.Header) { h.Add("X-Slack-Signature", "v0=00") }}, 401},
		{"another body", slacktest.Forgery{Alter: func(b []byte) []byte { return append(b, "&text=x"...) }}, 401},
	} {
		status, _, err := s.Hooks().Forge(c.forge)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		expect(t, c.name, status, c.want)
	}
}

func TestHooks_VerifyAndProbe(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	world(s)
	hooked(t, s, func(w http.ResponseWriter, _ *http.Request, body []byte) {
		var o struct{ Challenge string }
		if json.Unmarshal(body, &o) == nil {
			_, _ = io.WriteString(w, o.Challenge)
		}
	})
	if err := s.Hooks().Verify(); err != nil {
		t.Error(err)
	}
	if err := s.Hooks().SSLCheck(); err != nil {
		t.Error(err)
	}
	hooked(t, s, func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(500) })
	expect(t, "a challenge not returned", s.Hooks().Verify() != nil, true)
	expect(t, "a probe not answered", s.Hooks().SSLCheck() != nil, true)
}

func TestHooks_CommandsAreAnsweredInTheBody(t *testing.T) {
	s := slacktest.New(t, quick())
	_, ch, ada := world(s)
	hooked(t, s, func(w http.ResponseWriter, r *http.Request, body []byte) {
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		cmd, err := slack.SlashCommandParse(r)
		if err != nil {
			t.Error(err)
		}
		switch cmd.Text {
		case "text":
			_, _ = io.WriteString(w, "plain")
		case "json":
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"response_type":"in_channel","text":"for all"}`)
		case "slow":
			time.Sleep(300 * time.Millisecond)
		case "broken":
			w.WriteHeader(500)
		case "large":
			_, _ = io.WriteString(w, strings.Repeat("x", 20481))
		}
	})
	c := ada.In(ch)
	shown := must[*slacktest.Shown](t)(c.Command("/brief", "text"))
	expect(t, "a text", shown.Message.Text, "plain")
	expect(t, "is hers alone", shown.Message.Ephemeral, true)
	shown = must[*slacktest.Shown](t)(c.Command("/brief", "json"))
	expect(t, "a message", shown.Message.Text, "for all")
	expect(t, "is for all", shown.Message.Ephemeral, false)
	expect(t, "and shows the command", ada.Messages(ch)[1].Text, "/brief json")
	if _, err := c.Command("/brief", "nothing"); !errors.Is(err, slacktest.ErrNothingSeen) {
		t.Errorf("nothing: %v", err)
	}
	violated(t, s)
	if _, err := c.Command("/brief", "slow"); !errors.Is(err, slacktest.ErrOperationTimeout) {
		t.Errorf("slow: %v", err)
	}
	violated(t, s, "not acknowledged in time")
	if _, err := c.Command("/brief", "broken"); !errors.Is(err, slacktest.ErrServiceError) {
		t.Errorf("broken: %v", err)
	}
	must[*slacktest.Shown](t)(c.Command("/brief", "large"))
	violated(t, s, "20481 bytes")
}

func TestHooks_EventsComeAgainUnlessTheyMustNot(t *testing.T) {
	s := slacktest.New(t, quick())
	_, _, ada := world(s)
	type try struct{ number, reason string }
	tries := make(chan try, 10)
	var never atomic.Bool
	hooked(t, s, func(w http.ResponseWriter, r *http.Request, _ []byte) {
		tries <- try{r.Header.Get("X-Slack-Retry-Num"), r.Header.Get("X-Slack-Retry-Reason")}
		if never.Load() {
			w.Header().Set("X-Slack-No-Retry", "1")
		}
		w.WriteHeader(500)
	})
	must[*slacktest.Message](t)(ada.DM().Post("hello"))
	expect(t, "the first", <-tries, try{"", ""})
	for _, n := range []string{"1", "2", "3"} {
		expect(t, "again", <-tries, try{n, "http_error"})
	}
	never.Store(true)
	must[*slacktest.Message](t)(ada.DM().Post("hello"))
	expect(t, "the first", <-tries, try{"", ""})
	select {
	case again := <-tries:
		t.Errorf("it came again: %v", again)
	case <-time.After(50 * time.Millisecond):
	}
}
