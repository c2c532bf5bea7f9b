package slack_test

import (
	"fmt"
	"net/url"
	"testing"

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
		// The third is the first again, to the letter.
		if i == 2 {
			eventually(t, "it is known again", func() bool { return o.running.log.has("an event came again") })
		}
		want := min(i+1, 2)
		eventually(t, fmt.Sprintf("after %q there are %d posts", text, want), func() bool { return o.posts(o.ann) >= want })
		if got := o.posts(o.ann); got != want {
			t.Errorf("after %q, the %d. time, there are %d posts, want %d", text, i+1, got, want)
		}
	}
}

// TestPress_WhileSlackHasNotSaidWhoWeAreIsThatOfWhoeverAsked: after a start it is pressed
// before the answer to auth.test is there.
func TestPress_WhileSlackHasNotSaidWhoWeAreIsThatOfWhoeverAsked(t *testing.T) {
	t.Parallel()
	core, books, book := starterCore(t)
	offers := bot.NewOffers(books, nil)
	same := func(o *slack.Options) { o.Offers, o.Inbound, o.Book = offers, books, bookOf(book) }
	o := openOffice(t, core, same)
	m, err := message(o.ann.Command("/brief", "who Witkoff"))
	m = see(t, m, err, "Steve Witkoff")
	if err := o.running.end(); err != nil {
		t.Fatal(err)
	}
	o.server.Fault(slacktest.Fault{Path: `auth\.test$`, Kind: slacktest.HangBefore})
	launch(t, o.server, o.team, core, same)
	if !o.server.Socket().WaitConnections(2, patience) {
		t.Fatal("it does not connect")
	}
	m, err = press(o.ann, m, "Timeline")
	see(t, m, err, "Timeline: Steve Witkoff")
}
