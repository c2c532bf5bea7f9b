package slacktest_test

import (
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

func TestSmoke_CommandPressAndModalThroughSlackGo(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		switch e.Type {
		case socketmode.EventTypeSlashCommand:
			cmd, _ := e.Data.(slack.SlashCommand)
			_ = b.socket.Ack(*e.Request)
			_, _, err := b.PostMessage(cmd.ChannelID, slack.MsgOptionText("you said "+cmd.Text, true), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
				slack.MsgOptionBlocks(slack.NewActionBlock("row", slack.NewButtonBlockElement("more", "1", slack.NewTextBlockObject("plain_text", "More", false, false)))))
			if err != nil {
				t.Error(err)
			}
		case socketmode.EventTypeInteractive:
			i, _ := e.Data.(slack.InteractionCallback)
			switch i.Type {
			case slack.InteractionTypeBlockActions:
				_ = b.socket.Ack(*e.Request)
				input := slack.NewInputBlock("name", slack.NewTextBlockObject("plain_text", "Name", false, false), nil, slack.NewPlainTextInputBlockElement(nil, "typed"))
				_, err := b.OpenView(i.TriggerID, slack.ModalViewRequest{
					Type: slack.VTModal, CallbackID: "form", Title: slack.NewTextBlockObject("plain_text", "Form", false, false),
					Submit: slack.NewTextBlockObject("plain_text", "Go", false, false), Blocks: slack.Blocks{BlockSet: []slack.Block{input}},
				})
				if err != nil {
					t.Error(err)
				}
			case slack.InteractionTypeViewSubmission:
				typed := i.View.State.Values["name"]["typed"].Value
				if typed == "bad" {
					_ = b.socket.Ack(*e.Request, slack.NewErrorsViewSubmissionResponse(map[string]string{"name": "no"}))
					return
				}
				_ = b.socket.Ack(*e.Request)
			}
		}
	})
	shown := must[*slacktest.Shown](t)(ada.In(ch).Command("/brief", "who"))
	expect(t, "text", shown.Message.Text, "you said who")
	shown = must[*slacktest.Shown](t)(ada.In(ch).Press(shown.Message, "More"))
	if shown.View == nil {
		t.Fatal("no modal")
	}
	if err := shown.View.Fill("typed", "bad"); err != nil {
		t.Fatal(err)
	}
	shown = must[*slacktest.Shown](t)(shown.View.Submit())
	expect(t, "error", shown.View.Errors["name"], "no")
	if err := shown.View.Fill("Name", "good"); err != nil {
		t.Fatal(err)
	}
	shown = must[*slacktest.Shown](t)(shown.View.Submit())
	expect(t, "closed", shown.Closed, true)
}
