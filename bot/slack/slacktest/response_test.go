package slacktest_test

import (
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// acker acknowledges everything, and hands on what it is told.
func acker(out chan<- socketmode.Event) func(*bot, socketmode.Event) {
	return func(b *bot, e socketmode.Event) {
		if e.Request != nil && e.Request.EnvelopeID != "" {
			_ = b.socket.Ack(*e.Request)
			out <- e
		}
	}
}

// commandURL types a command and returns the response_url of it.
func commandURL(t *testing.T, c *slacktest.Client, told <-chan socketmode.Event) string {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = c.Command("/brief", "x") // what it is answered with, the test says
	}()
	for {
		select {
		case e := <-told:
			if cmd, ok := e.Data.(slack.SlashCommand); ok {
				t.Cleanup(func() { <-done })
				return cmd.ResponseURL
			}
		case <-time.After(patience):
			t.Fatal("no command came")
		}
	}
}

func TestResponseURL_FiveUsesWhereTheBotIsNot(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{Patience: time.Second})
	team, _, ada := world(s)
	bob := team.NewPerson("bob")
	outside := team.NewChannel("outside", ada, bob)
	told := make(chan socketmode.Event, 10)
	run(t, s, team, acker(told))
	url := commandURL(t, ada.In(outside), told)
	expect(t, "for one", string(send(t, url, "", m{"text": "for you"}).Raw), "ok")
	expect(t, "ada sees", len(ada.Messages(outside)), 1)
	expect(t, "bob does not", len(bob.Messages(outside)), 0)
	expect(t, "for all", send(t, url, "", m{"text": "for all", "response_type": "in_channel"}).Status, 200)
	expect(t, "bob sees", len(bob.Messages(outside)), 1)
	first := bob.Messages(outside)[0]
	send(t, url, "", m{"text": "reply", "response_type": "in_channel", "thread_ts": first.TS, "replace_original": false})
	expect(t, "in the thread", len(bob.In(outside).Thread(first).Messages()), 2)
	violated(t, s)
	send(t, url, "", m{"text": "x", "replace_original": true})
	violated(t, s, "no message")
	send(t, url, "", m{"text": "five"})
	r := send(t, url, "", m{"text": "six"})
	expect(t, "the sixth", r.Status, 404)
	expect(t, "the sixth says", string(r.Raw), "used_url")
	violated(t, s, "used_url")
}

func TestResponseURL_Expires(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{Patience: time.Second, ResponseURLLife: time.Millisecond})
	team, ch, ada := world(s)
	told := make(chan socketmode.Event, 10)
	run(t, s, team, acker(told))
	url := commandURL(t, ada.In(ch), told)
	time.Sleep(5 * time.Millisecond)
	expect(t, "says", string(send(t, url, "", m{"text": "x"}).Raw), "expired_url")
	violated(t, s, "expired_url")
}

func TestResponseURL_ReplacesWhatOnePersonSees(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	row := slack.NewActionBlock("row", slack.NewButtonBlockElement("go", "1", slack.NewTextBlockObject("plain_text", "Go", false, false)))
	var payload slack.InteractionCallback
	run(t, s, team, func(b *bot, e socketmode.Event) {
		switch v := e.Data.(type) {
		case slack.SlashCommand:
			_ = b.socket.Ack(*e.Request, slack.Msg{Text: "for you", Blocks: slack.Blocks{BlockSet: []slack.Block{row}}})
		case slack.InteractionCallback:
			_ = b.socket.Ack(*e.Request)
			payload = v
			_, _, err := b.PostMessage("", slack.MsgOptionReplaceOriginal(v.ResponseURL), slack.MsgOptionText("replaced", false))
			if err != nil {
				t.Error(err)
			}
		}
	})
	shown := must[*slacktest.Shown](t)(ada.In(ch).Command("/brief", ""))
	expect(t, "ephemeral", shown.Message.Ephemeral, true)
	expect(t, "whose", shown.Message.For, ada.ID)
	again := must[*slacktest.Shown](t)(ada.In(ch).Press(shown.Message, "go"))
	expect(t, "the same message", again.Message.TS, shown.Message.TS)
	expect(t, "text", again.Message.Text, "replaced")
	expect(t, "still hers alone", again.Message.Ephemeral, true)
	expect(t, "container", payload.Container.IsEphemeral, true)
	expect(t, "the message is not in the payload", payload.Message.Timestamp, "")
}
