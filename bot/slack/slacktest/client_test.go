package slacktest_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

func TestClient_CommandsWhereTheyWork(t *testing.T) {
	s := slacktest.New(t, quick())
	team, ch, ada := world(s)
	bob := team.NewPerson("bob")
	first := must[*slacktest.Message](t)(ada.In(ch).Post("hello"))
	for what, c := range map[string]*slacktest.Client{"in a thread": ada.In(ch).Thread(first), "outside": bob.In(ch)} {
		if _, err := c.Command("/brief", ""); !errors.Is(err, slacktest.ErrNoCommandHere) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := ada.In(ch).Command("/other", ""); !errors.Is(err, slacktest.ErrUnknownCommand) {
		t.Errorf("another command: %v", err)
	}
	if _, err := bob.In(ch).Post("hello"); !errors.Is(err, slacktest.ErrNotSeen) {
		t.Errorf("writing outside: %v", err)
	}
	expect(t, "reading a public channel", len(bob.Messages(ch)), 1)
}

func TestClient_EscapedNames(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{Escape: true})
	team, ch, ada := world(s)
	secret, g := team.NewPrivateChannel("secret", ada), team.NewUserGroup("analysts")
	texts := make(chan string, 1)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		if cmd, ok := e.Data.(slack.SlashCommand); ok {
			texts <- cmd.Text
			_ = b.socket.Ack(*e.Request, slack.Msg{Text: "heard"})
		}
	})
	must[*slacktest.Shown](t)(ada.In(ch).Command("/brief", "@ada #general #secret @analysts @nobody"))
	expect(t, "text", <-texts, "<@"+ada.ID+"> <#"+ch.ID+"|general> <#"+secret.ID+"|> <!subteam^"+g.ID+"> @nobody")
}

func TestClient_SayAndReply(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, ch, ada := world(s)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		api, ok := e.Data.(slackevents.EventsAPIEvent)
		if !ok {
			return
		}
		_ = b.socket.Ack(*e.Request)
		post := func(channel, text, thread string) {
			_, _, err := b.PostMessage(channel, slack.MsgOptionText(text, false), slack.MsgOptionTS(thread), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
			if err != nil {
				t.Error(err)
			}
		}
		switch v := api.InnerEvent.Data.(type) {
		case *slackevents.MessageEvent:
			if v.BotID == "" && v.ChannelType == "im" {
				post(v.Channel, "you said "+v.Text, v.ThreadTimeStamp)
			}
		case *slackevents.AppMentionEvent:
			post(v.Channel, "yes?", v.TimeStamp)
		}
	})
	expect(t, "in the direct messages", must[*slacktest.Shown](t)(ada.DM().Say("hello")).Message.Text, "you said hello")
	said := must[*slacktest.Shown](t)(ada.In(ch).Say("hello <@" + team.Bot().ID + ">")).Message
	expect(t, "to a mention", said.Text, "yes?")
	expect(t, "in its thread", said.ThreadTS != "", true)
	first := must[*slacktest.Message](t)(ada.DM().Post("quiet"))
	reply := must[*slacktest.Shown](t)(ada.DM().Reply(first, "loud")).Message
	for reply.Text != "you said loud" { // the answer to the first may be first
		reply = must[*slacktest.Message](t)(ada.DM().Until(func(m *slacktest.Message) bool { return m.Text == "you said loud" }))
	}
	expect(t, "in the thread", reply.ThreadTS, first.TS)
}

func TestClient_MenusOfMessages(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, ch, ada := world(s)
	option := func(label, value string) m { return m{"text": plain(label), "value": value} }
	do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": ch.ID, "text": "choose", "blocks": []any{m{"type": "actions", "block_id": "row", "elements": []any{
		m{"type": "static_select", "action_id": "fruit", "placeholder": plain("Fruit"), "options": []any{option("Apple", "a"), option("Pear", "p")}},
		m{"type": "overflow", "action_id": "more", "options": []any{option("Hide", "h"), option("Show", "s")}},
	}}}}))
	var states []string
	run(t, s, team, func(b *bot, e socketmode.Event) {
		i, ok := e.Data.(slack.InteractionCallback)
		if !ok {
			return
		}
		_ = b.socket.Ack(*e.Request)
		states = append(states, i.BlockActionState.Values["row"]["fruit"].SelectedOption.Value)
		_, _, err := b.PostMessage("", slack.MsgOptionReplaceOriginal(i.ResponseURL), slack.MsgOptionText(i.ActionCallback.BlockActions[0].SelectedOption.Value, false), slack.MsgOptionBlocks(i.Message.Blocks.BlockSet...))
		if err != nil {
			t.Error(err)
		}
	})
	c := ada.In(ch)
	shown := must[*slacktest.Shown](t)(c.Choose(c.Messages()[0], "fruit", "Pear"))
	expect(t, "by label", shown.Message.Text, "p")
	expect(t, "edited", shown.Message.Edits, 1)
	shown = must[*slacktest.Shown](t)(c.Choose(shown.Message, "more", "h"))
	expect(t, "by value", shown.Message.Text, "h")
	expect(t, "the state keeps the menu, not the overflow", states[1], "p")
	if _, err := c.Choose(shown.Message, "fruit", "Plum"); !errors.Is(err, slacktest.ErrNoComponent) {
		t.Errorf("what is not offered: %v", err)
	}
	if _, err := c.Press(shown.Message, "none"); !errors.Is(err, slacktest.ErrNoComponent) {
		t.Errorf("no button: %v", err)
	}
}

func TestClient_Shortcuts(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{Shortcuts: []string{"keep"}, Patience: time.Second})
	team, ch, ada := world(s)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		i, ok := e.Data.(slack.InteractionCallback)
		if !ok {
			return
		}
		_ = b.socket.Ack(*e.Request)
		if i.Type == slack.InteractionTypeMessageAction {
			send(t, i.ResponseURL, "", m{"text": "kept " + i.Message.Text})
			return
		}
		expect(t, "a global one has no response_url", i.ResponseURL, "")
		do(t, s, team.BotToken(), "views.open", m{"trigger_id": i.TriggerID, "view": form("Keep")})
	})
	c := ada.In(ch)
	first := must[*slacktest.Message](t)(c.Post("hello"))
	shown := must[*slacktest.Shown](t)(c.Shortcut("keep", first))
	expect(t, "of a message", shown.Message.Text, "kept hello")
	if _, err := c.Shortcut("keep", shown.Message); !errors.Is(err, slacktest.ErrNotSeen) {
		t.Errorf("of what one person sees: %v", err)
	}
	expect(t, "global", must[*slacktest.Shown](t)(c.Shortcut("keep", nil)).View.Title, "Keep")
	if _, err := c.Shortcut("lose", nil); !errors.Is(err, slacktest.ErrUnknownCommand) {
		t.Errorf("one that is not there: %v", err)
	}
}

func TestClient_EachSeesWhatTheirOwnCommandLedTo(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team := s.NewTeam("Talks")
	ch := team.NewChannel("general")
	var answering sync.WaitGroup
	run(t, s, team, func(b *bot, e socketmode.Event) {
		if cmd, ok := e.Data.(slack.SlashCommand); ok {
			answering.Go(func() {
				_ = b.socket.Ack(*e.Request)
				send(t, cmd.ResponseURL, "", m{"text": "for " + cmd.UserID, "response_type": "in_channel"})
			})
		}
	})
	type answer struct {
		want  string
		shown *slacktest.Shown
		err   error
	}
	answers := make(chan answer)
	const people = 30
	for range people {
		p := team.NewPerson("somebody")
		ch.Invite(p)
		go func() {
			shown, err := p.In(ch).Command("/brief", "")
			answers <- answer{"for " + p.ID, shown, err}
		}()
	}
	for range people {
		a := <-answers
		if a.err != nil {
			t.Fatal(a.err)
		}
		expect(t, "text", a.shown.Message.Text, a.want)
	}
	answering.Wait()
}

func TestRedeliver_IsOfWhatAPersonDid(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, _, ada := world(s)
	texts := make(chan string, 10)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		api, ok := e.Data.(slackevents.EventsAPIEvent)
		if !ok {
			return
		}
		_ = b.socket.Ack(*e.Request)
		if v, ok := api.InnerEvent.Data.(*slackevents.MessageEvent); ok {
			texts <- v.Text
			if v.BotID == "" {
				_, _, _ = b.PostMessage(v.Channel, slack.MsgOptionText("answer", false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
			}
		}
	})
	must[*slacktest.Shown](t)(ada.DM().Say("question"))
	expect(t, "the person's", <-texts, "question")
	expect(t, "the bot's own", <-texts, "answer")
	expect(t, "acknowledged", s.Redeliver(1), 1)
	expect(t, "again", <-texts, "question")
}

func TestFault_OfAResponseURL(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	s.Fault(slacktest.Fault{Path: "^/response/", Kind: slacktest.StatusAfter, Status: 500})
	status := make(chan int, 1)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		if cmd, ok := e.Data.(slack.SlashCommand); ok {
			_ = b.socket.Ack(*e.Request)
			status <- send(t, cmd.ResponseURL, "", m{"text": "applied"}).Status
		}
	})
	expect(t, "what the person sees", must[*slacktest.Shown](t)(ada.In(ch).Command("/brief", "")).Message.Text, "applied")
	expect(t, "what the application sees", <-status, 500)
}
