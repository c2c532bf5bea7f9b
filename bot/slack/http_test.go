package slack_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// forge sends a forgery, and returns what it was answered with.
func (o *office) forge(f slacktest.Forgery) (status int, body string) {
	o.t.Helper()
	status, raw, err := o.server.Hooks().Forge(f)
	if err != nil {
		o.t.Fatal(err)
	}
	return status, string(raw)
}

// TestHTTP_SignaturesOfEveryWrongKindAreRefused: with 401, no effect, and nothing
// of the signature that would have been right in the answer or the log.
func TestHTTP_SignaturesOfEveryWrongKindAreRefused(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	o := openOffice(t, core, overHTTP)
	at := strconv.FormatInt(time.Now().Unix(), 10)
	body := command(o.team.ID, o.ann.Person().ID, o.desk.ID, "aloud inside")
	right := slacktest.Sign(secret, at, body)
	signed := func(value string) func(http.Header) {
		return func(h http.Header) { h.Set("X-Slack-Signature", value) }
	}
	const signature, timestamp = "X-Slack-Signature", "X-Slack-Request-Timestamp"
	for name, f := range map[string]slacktest.Forgery{
		"another secret":              {Secret: "another"},
		"an empty secret's":           {Header: signed(slacktest.Sign("", at, body))},
		"no signature":                {Header: func(h http.Header) { h.Del(signature) }},
		"an empty signature":          {Header: signed("")},
		"no timestamp":                {Header: func(h http.Header) { h.Del(timestamp) }},
		"an empty timestamp":          {Header: func(h http.Header) { h.Set(timestamp, "") }},
		"neither":                     {Header: func(h http.Header) { h.Del(timestamp); h.Del(signature) }},
		"six minutes old":             {Skew: -6 * time.Minute, Timestamp: "old"},
		"six minutes in the future":   {Skew: 6 * time.Minute, Timestamp: "future"},
		"a timestamp that is no time": {Timestamp: "yesterday"},
		"a timestamp of too many":     {Timestamp: strings.Repeat("9", 40)},
		"a negative timestamp":        {Timestamp: "-" + at},
		"another timestamp":           {Header: func(h http.Header) { h.Set(timestamp, strconv.FormatInt(time.Now().Unix()-100, 10)) }},
		"a doubled signature":         {Header: func(h http.Header) { h.Add(signature, h.Get(signature)) }},
		"a wrong signature first":     {Header: func(h http.Header) { h[signature] = []string{"v0=" + strings.Repeat("0", 64), h.Get(signature)} }},
		"a wrong signature second":    {Header: func(h http.Header) { h.Add(signature, "v0="+strings.Repeat("0", 64)) }},
		"a doubled timestamp":         {Header: func(h http.Header) { h.Add(timestamp, h.Get(timestamp)) }},
		"two in one header":           {Header: signed(right + "," + right)},
		"an altered body":             {Alter: func(b []byte) []byte { return bytes.Replace(b, []byte("inside"), []byte("altered"), 1) }},
		"a longer body":               {Alter: func(b []byte) []byte { return append(b, '&') }},
		"a shorter body":              {Alter: func(b []byte) []byte { return b[:len(b)-1] }},
		"an empty body":               {Alter: func([]byte) []byte { return nil }},
		"another version":             {Header: signed("v1=" + strings.TrimPrefix(right, "v0="))},
		"no version":                  {Header: signed(strings.TrimPrefix(right, "v0="))},
		"capital version":             {Header: signed("V0=" + strings.TrimPrefix(right, "v0="))},
		"cut":                         {Header: signed(right[:len(right)-2])},
		"cut to the version":          {Header: signed("v0=")},
		"longer":                      {Header: signed(right + "00")},
		"no hex":                      {Header: signed("v0=" + strings.Repeat("zz", 32))},
		"of another kind of request":  {To: slacktest.Events, Secret: "another", Body: []byte(`{"type":"url_verification","challenge":"tell"}`)},
	} {
		if f.Body == nil {
			f.Body = body
		}
		switch f.Timestamp { // Skew is of the time that the header says
		case "":
			f.Timestamp = at
		case "old", "future":
			f.Timestamp = strconv.FormatInt(time.Now().Add(f.Skew).Unix(), 10)
		}
		would := slacktest.Sign(secret, f.Timestamp, f.Body)
		if f.Alter != nil {
			would = slacktest.Sign(secret, f.Timestamp, f.Alter(f.Body))
		}
		status, answer := o.forge(f)
		if status != http.StatusUnauthorized {
			t.Errorf("%s: %d %q", name, status, answer)
		}
		for _, s := range []string{would, right} {
			s = strings.TrimPrefix(s, "v0=")
			raw, _ := hex.DecodeString(s)
			if strings.Contains(answer, s[:16]) || o.running.log.has(s[:16]) || o.running.log.has(string(raw[:8])) {
				t.Errorf("%s: the signature that would be right is told", name)
			}
		}
	}
	if n := core.calls.Load(); n > 0 || o.posts(o.ann) > 0 {
		t.Errorf("the core was asked %d times, and there are %d posts", n, o.posts(o.ann))
	}
	if status, answer := o.forge(slacktest.Forgery{Body: body}); status != http.StatusOK {
		t.Errorf("a good one: %d %q", status, answer)
	}
	for _, skew := range []time.Duration{-4 * time.Minute, 4 * time.Minute} {
		if status, answer := o.forge(slacktest.Forgery{Body: body, Skew: skew}); status != http.StatusOK {
			t.Errorf("one that is %v off: %d %q", skew, status, answer)
		}
	}
}

func TestHTTP_VerifiesItsAddressAndItsCertificate(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	o := openOffice(t, core, overHTTP)
	if err := o.server.Hooks().Verify(); err != nil {
		t.Error(err)
	}
	if err := o.server.Hooks().SSLCheck(); err != nil {
		t.Error(err)
	}
	// The probe is not signed as it should be, and still wants nothing else.
	probe := append(command(o.team.ID, o.ann.Person().ID, o.desk.ID, "aloud inside"), "&ssl_check=1"...)
	for _, f := range []slacktest.Forgery{{Body: probe}, {Body: probe, Secret: "another"}, {Body: []byte("ssl_check=1"), Secret: "another"}} {
		if status, body := o.forge(f); status != http.StatusOK || body != "" {
			t.Errorf("ssl_check: %d %q", status, body)
		}
	}
	if n := core.calls.Load(); n > 0 {
		t.Errorf("the core was asked %d times", n)
	}
	// Whoever has no secret is told no challenge.
	if status, body := o.forge(slacktest.Forgery{To: slacktest.Events, Secret: "another", Body: []byte(`{"type":"url_verification","challenge":"tell"}`)}); status != http.StatusUnauthorized || strings.Contains(body, "tell") {
		t.Errorf("%d %q", status, body)
	}
}

func TestHTTP_RefusesWhatSlackDoesNotSend(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	o := openOffice(t, core, overHTTP)
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	event := func(s string) slacktest.Forgery { return slacktest.Forgery{To: slacktest.Events, Body: []byte(s)} }
	action := func(s string) slacktest.Forgery {
		return slacktest.Forgery{To: slacktest.Interactivity, Body: []byte("payload=" + s)}
	}
	large := bytes.Repeat([]byte("a"), 1<<20+1)
	for _, c := range []struct {
		name string
		f    slacktest.Forgery
		want int
	}{
		{"GET", slacktest.Forgery{Method: http.MethodGet}, http.StatusMethodNotAllowed},
		{"PUT", slacktest.Forgery{Method: http.MethodPut}, http.StatusMethodNotAllowed},
		{"HEAD", slacktest.Forgery{Method: http.MethodHead}, http.StatusMethodNotAllowed},
		{"a body of more than a MiB", slacktest.Forgery{Body: large}, http.StatusRequestEntityTooLarge},
		{"the same, not signed", slacktest.Forgery{Body: large, Secret: "another"}, http.StatusRequestEntityTooLarge},
		{"an event of more than a MiB", slacktest.Forgery{To: slacktest.Events, Body: large}, http.StatusRequestEntityTooLarge},
		{"ten MiB", slacktest.Forgery{Body: bytes.Repeat([]byte("a=b&"), 10<<18)}, http.StatusRequestEntityTooLarge},
		{"a deep event", event(`{"type":"event_callback","event":` + nested(32) + `}`), http.StatusBadRequest},
		{"a very deep event", event(nested(100_000)), http.StatusBadRequest},
		{"a deep payload", action(`{"type":"block_actions","x":` + nested(32) + `}`), http.StatusBadRequest},
		{"an event that is no JSON", event("hello"), http.StatusBadRequest},
		{"an empty event", event(" "), http.StatusBadRequest},
		{"a cut event", event(`{"type":"event_callback"`), http.StatusBadRequest},
		{"an event of a wrong kind", event(`[1,2]`), http.StatusBadRequest},
		{"two events", event(`{"type":"a"}{"type":"b"}`), http.StatusBadRequest},
		{"an event with bytes of no text", event("\xff\xfe\x00"), http.StatusBadRequest},
		{"a payload that is no JSON", action("hello"), http.StatusBadRequest},
		{"a cut payload", action(`{"type":"block_actions"`), http.StatusBadRequest},
		{"a payload of a wrong kind", action(`[]`), http.StatusBadRequest},
		{"a form that is none", slacktest.Forgery{Body: []byte("%zz=%")}, http.StatusBadRequest},
		// What Slack may yet come to send is taken, and has no effect.
		{"an event of 31 levels", event(`{"type":"event_callback","event":{"x":` + nested(30) + `}}`), http.StatusOK},
		{"an event without anything", event(`{}`), http.StatusOK},
		{"an event of odd types", event(`{"type":"event_callback","event_id":"EvOdd","event":{"type":["app_mention"],"text":{}}}`), http.StatusOK},
		{"a form of something else", slacktest.Forgery{Body: []byte("hello=world")}, http.StatusOK},
	} {
		if status, body := o.forge(c.f); status != c.want {
			t.Errorf("%s: %d %.80q, want %d", c.name, status, body, c.want)
		}
	}
	if o.running.log.has("panic") {
		t.Error("it panicked")
	}
	if n := core.calls.Load(); n > 0 {
		t.Errorf("the core was asked %d times", n)
	}
	echo(t, o.ann, "next")
}

// TestHTTP_SlowHeadersAreCutOff: whoever dribbles them holds a connection for some
// seconds and no longer.
func TestHTTP_SlowHeadersAreCutOff(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus(), overHTTP)
	cut := func(t *testing.T, begin string) {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", o.running.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Write([]byte(begin)); err != nil {
			t.Fatal(err)
		}
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			for { // a byte from time to time is no sign of good will
				select {
				case <-stop:
					return
				case <-time.After(500 * time.Millisecond):
					_, _ = conn.Write([]byte("a")) // it may have been cut
				}
			}
		}()
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		for r := bufio.NewReader(conn); ; {
			_, err := r.ReadByte()
			var late net.Error
			if errors.As(err, &late) && late.Timeout() {
				t.Fatal("it is not cut off")
			}
			if err != nil {
				return
			}
		}
	}
	atOnce(t, map[string]func(*testing.T){
		"Headers": func(t *testing.T) { cut(t, "POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Long: ") },
		"Body":    func(t *testing.T) { cut(t, "POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n") },
		"Nothing": func(t *testing.T) { cut(t, "P") },
		"Next":    func(t *testing.T) { time.Sleep(time.Second); echo(t, o.ann, "meanwhile") },
	})
}

// TestHTTP_EachSecretOpensItsOwnAppsWorkspacesAlone: two apps on one listener.
func TestHTTP_EachSecretOpensItsOwnAppsWorkspacesAlone(t *testing.T) {
	t.Parallel()
	s := server(t)
	one, two := s.NewTeam("One"), s.NewTeam("Two")
	core := &counted{Core: corpus()}
	named := func(team *slacktest.Team) []slack.Workspace {
		return []slack.Workspace{{ID: briefings.Workspace(team.ID), Token: bot.NewSecret(team.BotToken())}}
	}
	start(t, s, one, core, overHTTP, func(o *slack.Options) {
		o.Apps = []slack.App{
			{SigningSecret: bot.NewSecret(secret + "-one"), Workspaces: named(one)},
			{SigningSecret: bot.NewSecret(secret + "-two"), Workspaces: named(two)},
		}
		o.Book = func(_ context.Context, w briefings.Workspace) (briefings.BookID, error) {
			return briefings.BookID("book-" + string(w)), nil
		}
	})
	ask := func(by, team string) (book briefings.BookID, answer string) {
		t.Helper()
		before := core.calls.Load()
		status, body, err := s.Hooks().Forge(slacktest.Forgery{Secret: secret + "-" + by, Body: command(team, "U1", "C1", "echo inside")})
		if err != nil || status != http.StatusOK {
			t.Fatalf("%s: %d %q, %v", by, status, body, err)
		}
		if core.calls.Load() > before {
			book = core.Last().Book
		}
		return book, string(body)
	}
	for _, c := range []struct {
		by    string
		team  *slacktest.Team
		opens bool
	}{{"one", one, true}, {"two", two, true}, {"one", two, false}, {"two", one, false}} {
		book, answer := ask(c.by, c.team.ID)
		switch {
		case c.opens && book != briefings.BookID("book-"+c.team.ID):
			t.Errorf("the secret of app %s, for %s: answered from %q: %q", c.by, c.team.Name, book, answer)
		case !c.opens && book == briefings.BookID("book-"+c.team.ID):
			t.Errorf("the secret of app %s opens %s", c.by, c.team.Name)
		}
	}
	if status, _, err := s.Hooks().Forge(slacktest.Forgery{Secret: secret, Body: command(one.ID, "U1", "C1", "echo inside")}); err != nil || status != http.StatusUnauthorized {
		t.Errorf("the secret of neither: %d, %v", status, err)
	}
}

// TestHTTP_AnAddressThatIsTakenEndsRunWithASentence.
func TestHTTP_AnAddressThatIsTakenEndsRunWithASentence(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := server(t)
	team, _ := newsroom(s)
	a, _ := adapter(t, s, team, overHTTP, func(o *slack.Options) { o.Listen = l.Addr().String() })
	if err := a.Run(t.Context(), corpus()); err == nil || !strings.Contains(err.Error(), "cannot listen on "+l.Addr().String()) || !strings.Contains(err.Error(), "config") {
		t.Errorf("Run returned %v", err)
	}
}

// TestHTTP_RetriesOfAnEventAreAcknowledgedAndLeftAlone: by their headers they say
// that they are.
func TestHTTP_RetriesOfAnEventAreAcknowledgedAndLeftAlone(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus(), overHTTP)
	m, err := message(o.ann.Say("<@" + o.team.Bot().ID + "> aloud once"))
	see(t, m, err, "once")
	body := marshal(t, last(t, o.server, "app_mention"))
	for n := range 3 {
		status, answer := o.forge(slacktest.Forgery{To: slacktest.Events, Body: body, Header: func(h http.Header) {
			h.Set("X-Slack-Retry-Num", fmt.Sprint(n+1))
			h.Set("X-Slack-Retry-Reason", "http_timeout")
		}})
		if status != http.StatusOK {
			t.Errorf("retry %d: %d %q", n+1, status, answer)
		}
	}
	o.settle("ben")
	if n := o.posts(o.ann); n != 1 {
		t.Errorf("%d posts", n)
	}
}

// TestEvent_JSONIsReadWhateverItIsCalled: fetch in JavaScript calls it text/plain.
func TestEvent_JSONIsReadWhateverItIsCalled(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus(), overHTTP)
	forge := func(v map[string]any) (int, string) {
		t.Helper()
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return o.forge(slacktest.Forgery{To: slacktest.Events, Body: raw, Header: func(h http.Header) { h.Set("Content-Type", "text/plain;charset=UTF-8") }})
	}
	if status, body := forge(map[string]any{"type": "url_verification", "challenge": "abc"}); status != 200 || body != "abc" {
		t.Errorf("url_verification: %d %q", status, body)
	}
	forge(map[string]any{"type": "event_callback", "team_id": o.team.ID, "event_id": "Ev1", "event": map[string]any{
		"type": "message", "channel_type": "im", "channel": o.ann.Person().DM().Channel().ID, "user": o.ann.Person().ID, "text": "echo hello", "ts": "1.1",
	}})
	if _, err := o.ann.Person().DM().Until(saying("hello")); err != nil {
		t.Error(err)
	}
}
