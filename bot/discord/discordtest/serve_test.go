package discordtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

func TestServe_UnknownRoutesAndStrangersAreRefused(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	r := do(t, s, "GET", "/channels/1/pins/what", nil)
	if r.Status != 404 || string(r.Raw) != `{"code":0,"message":"404: Not Found"}` {
		t.Errorf("got %d %s", r.Status, r.Raw)
	}
	expect(t, "no such method", do(t, s, "DELETE", "/users/@me", nil).Status, 405)
	expect(t, "violations", len(s.Violations()), 2)
	for _, c := range []struct {
		header, value string
		status        int
	}{{"Authorization", "Bot nope", 401}, {"User-Agent", "curl", 403}} {
		q, err := http.NewRequest("GET", s.URL()+"/api/v9/users/@me", nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "Bot "+s.Token())
		q.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
		q.Header.Set(c.header, c.value)
		p, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		_ = p.Body.Close()
		expect(t, c.header, p.StatusCode, c.status)
	}
	expect(t, "violations", len(s.Violations()), 1)
	expect(t, "invalid requests", s.InvalidRequests(), 2)
}

func TestServe_TheWorldCanBeRead(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	g, ch, ada := world(s)
	thread := g.NewThread(ch, "side")
	for _, path := range []string{
		"/gateway", "/gateway/bot", "/users/@me", "/users/@me/guilds", "/applications/@me", "/oauth2/applications/@me",
		"/guilds/" + g.ID, "/guilds/" + g.ID + "/members/" + ada.ID, "/channels/" + ch.ID, "/channels/" + thread.ID,
	} {
		if r := do(t, s, "GET", path, nil); r.Status != 200 {
			t.Errorf("%s: %d %s", path, r.Status, r.Raw)
		}
	}
	g.Leave(ada)
	expect(t, "a member who left", do(t, s, "GET", "/guilds/"+g.ID+"/members/"+ada.ID, nil).code(), 10007)
	g.Leave(s.Bot())
	expect(t, "a guild that the bot left", do(t, s, "GET", "/guilds/"+g.ID, nil).code(), 10004)
	expect(t, "its channel", do(t, s, "GET", "/channels/"+ch.ID, nil).code(), 50001)
}

func TestServe_BucketsRunEmpty(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	g, ch, _ := world(s)
	other := g.NewChannel("other")
	s.SetRate("POST /channels/{channel_id}/messages", discordtest.Rate{Limit: 2, Per: time.Minute})
	post := func(ch *discordtest.Channel) reply {
		return do(t, s, "POST", "/channels/"+ch.ID+"/messages", text("x"))
	}
	expect(t, "remaining", post(ch).Header.Get("X-RateLimit-Remaining"), "1")
	post(ch)
	r := post(ch)
	wait, _ := r.Body["retry_after"].(float64)
	if r.Status != 429 || r.Body["global"] != false || wait <= 0 || wait > 60 || r.Header.Get("Retry-After") == "" || r.Header.Get("X-RateLimit-Scope") != "user" || r.Header.Get("X-RateLimit-Bucket") == "" {
		t.Errorf("got %d %v %s", r.Status, r.Header, r.Raw)
	}
	expect(t, "another channel", post(other).Status, 200)
	s.SetGlobalRate(0)
	r = do(t, s, "GET", "/users/@me", nil)
	if r.Status != 429 || r.Body["global"] != true || r.Header.Get("X-RateLimit-Global") != "true" {
		t.Errorf("got %d %v %s", r.Status, r.Header, r.Raw)
	}
	expect(t, "interactions", do(t, s, "POST", "/interactions/1/x/callback", m{"type": 5}).code(), 10062)
}

func TestFault_HappensAndIsAppliedOrNot(t *testing.T) {
	for _, c := range []struct {
		kind    discordtest.FaultKind
		status  int // 0 is no answer at all
		applied bool
	}{
		{discordtest.StatusBefore, 502, false}, {discordtest.StatusAfter, 502, true},
		{discordtest.HangBefore, 0, false}, {discordtest.HangAfter, 0, true},
		{discordtest.HTML, 502, false}, {discordtest.Truncated, 0, true},
		{discordtest.ResetBefore, 0, false}, {discordtest.ResetAfter, 0, true},
		{discordtest.Slow, 200, true}, {discordtest.RateLimited, 429, false}, {discordtest.ErrorCode, 502, false},
	} {
		s := discordtest.New(t, discordtest.Options{})
		_, ch, ada := world(s)
		s.Fault(discordtest.Fault{Method: "POST", Path: "/messages$", Kind: c.kind, Delay: time.Millisecond, RetryAfter: time.Second, Code: 50001, Message: "Missing Access"})
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		if c.kind == discordtest.HangBefore || c.kind == discordtest.HangAfter {
			time.AfterFunc(300*time.Millisecond, cancel)
		}
		q, err := http.NewRequestWithContext(ctx, "POST", s.URL()+"/api/v10/channels/"+ch.ID+"/messages", strings.NewReader(`{"content":"x","allowed_mentions":{"parse":[]}}`))
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "Bot "+s.Token())
		q.Header.Set("User-Agent", "DiscordBot (https://example.org, 1)")
		q.Header.Set("Content-Type", "application/json")
		status := 0
		p, err := http.DefaultClient.Do(q)
		if err == nil {
			_, err = io.ReadAll(p.Body)
			_ = p.Body.Close()
		}
		if err == nil {
			status = p.StatusCode
		}
		cancel()
		if status != c.status {
			t.Errorf("kind %d: got %d, %v", c.kind, status, err)
		}
		eventually(t, "the request is over", func() bool {
			r := s.Requests()
			return r[0].Status != 0 || status == 0
		})
		if c.applied {
			eventually(t, "it is applied", func() bool { return len(ada.In(ch).Messages()) == 1 })
		} else if n := len(ada.In(ch).Messages()); n != 0 {
			t.Errorf("kind %d: it was applied", c.kind)
		}
		if r := do(t, s, "POST", "/channels/"+ch.ID+"/messages", text("x")); r.Status != 200 {
			t.Errorf("kind %d: the fault goes on: %d %s", c.kind, r.Status, r.Raw)
		}
	}
}

func TestWait_EndsWithTheServer(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	register(t, s, m{"name": "who", "description": "x"})
	w := dial(t, s)
	w.next(10, "")
	w.identify(s, nil)
	w.next(0, "READY")
	done := make(chan error, 1)
	go func() {
		_, err := ada.In(ch).Slash("who")
		done <- err
	}()
	var i struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(w.next(0, "INTERACTION_CREATE").D, &i); err != nil || i.Token == "" {
		t.Fatal(err)
	}
	s.Close()
	if err := <-done; !errors.Is(err, discordtest.ErrNoResponse) {
		t.Errorf("got %v", err)
	}
}
