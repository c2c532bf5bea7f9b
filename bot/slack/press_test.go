package slack_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// starterOffice is an office that is answered from the starter book.
func starterOffice(t *testing.T, change ...func(*slack.Options)) *office {
	t.Helper()
	core, books, book := starterCore(t)
	return openOffice(t, core, append([]func(*slack.Options){func(o *slack.Options) {
		o.Offers, o.Inbound, o.Book = bot.NewOffers(books, nil), books, bookOf(book)
	}}, change...)...)
}

// TestPost_TheSameAnswerInTwoChannelsIsTwoPosts: who asks the same again has the
// same buttons.
func TestPost_TheSameAnswerInTwoChannelsIsTwoPosts(t *testing.T) {
	t.Parallel()
	o := starterOffice(t)
	other := o.team.NewChannel("other", o.team.Bot())
	other.Invite(o.ann.Person())
	for _, c := range []*slacktest.Client{o.ann, o.ann.Person().In(other), o.ann} {
		before := o.posts(c)
		m, err := message(c.Command("/brief", "who Witkoff"))
		m = see(t, m, err, "Steve Witkoff")
		if _, err := press(c, m, "Post to channel"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it is posted", func() bool { return o.posts(c) == before+1 })
		if n := count(c, saying("already")); n != 0 {
			t.Error("it is said to have been posted already")
		}
	}
}

// TestPress_OnAPostThatHasRepliesIsAnsweredInTheChannel: where it was pressed.
func TestPress_OnAPostThatHasRepliesIsAnsweredInTheChannel(t *testing.T) {
	t.Parallel()
	o := starterOffice(t)
	m, err := message(o.ann.Command("/brief", "who Witkoff"))
	m = see(t, m, err, "Steve Witkoff")
	if _, err := press(o.ann, m, "Post to channel"); err != nil {
		t.Fatal(err)
	}
	posted, err := o.ann.Until(func(m *slacktest.Message) bool { return !m.Ephemeral && m.User == o.team.Bot().ID })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.ann.Thread(posted).Post("a reply"); err != nil {
		t.Fatal(err)
	}
	m, err = press(o.ann, o.ann.Find(posted.TS), "Timeline")
	if m = see(t, m, err, "Timeline"); m.ThreadTS != "" || !m.Ephemeral {
		t.Errorf("it is answered in thread %q, private %t", m.ThreadTS, m.Ephemeral)
	}
}

// late is a core that takes its time, and notes whether it was at work after it
// should have ended.
type late struct {
	bot.Core
	takes time.Duration
	ended atomic.Bool
	after atomic.Int32
}

func (l *late) Handle(ctx context.Context, r bot.Request) bot.Reply {
	select {
	case <-time.After(l.takes):
	case <-ctx.Done():
	}
	if l.ended.Load() {
		l.after.Add(1)
	}
	return l.Core.Handle(ctx, r)
}

// TestRun_NothingOutlivesIt: what it began may use the store, which is closed then.
func TestRun_NothingOutlivesIt(t *testing.T) {
	t.Parallel()
	for name, mode := range map[string]func(*slack.Options){"Socket": overSockets, "HTTP": overHTTP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			core := &late{Core: corpus(), takes: time.Minute}
			o := openOffice(t, core, mode)
			go func() { _, _ = o.ann.Command("/brief", "echo x") }() // it is not answered
			time.Sleep(200 * time.Millisecond)
			if err := o.running.end(); err != nil {
				t.Error(err)
			}
			core.ended.Store(true)
			time.Sleep(200 * time.Millisecond)
			if n := core.after.Load(); n > 0 {
				t.Errorf("%d were at work after Run had returned", n)
			}
			o.server.Close()
			_ = o.server.Violations() // the command was cut off
		})
	}
}

// TestPost_APlatformThatNamesAllTriggersTheSame: each press is one all the same.
func TestPost_APlatformThatNamesAllTriggersTheSame(t *testing.T) {
	t.Parallel()
	o := starterOffice(t, overHTTP)
	for i, text := range []string{"who Witkoff share", "status talks share", "who Witkoff share"} {
		body := url.Values{
			"command": {"/brief"}, "text": {text}, "team_id": {o.team.ID}, "user_id": {o.ann.Person().ID}, "user_name": {"ann"},
			"channel_id": {o.desk.ID}, "trigger_id": {"always"}, "response_url": {o.server.URL() + "/nowhere"},
		}.Encode()
		if status, answer := o.forge(slacktest.Forgery{Body: []byte(body)}); status != 200 || answer != "" {
			t.Fatalf("%s: %d %s", text, status, answer)
		}
		want := min(i+1, 2) // the third is the first again, to the letter
		eventually(t, "it is posted", func() bool { return o.posts(o.ann) == want })
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
