package slacktest_test

import (
	"errors"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

func plain(s string) m { return m{"type": "plain_text", "text": s} }

// form is a modal with an input and an external menu.
func form(title string) m {
	return m{
		"type": "modal", "callback_id": "form", "title": plain(title), "submit": plain("Go"), "close": plain("Cancel"), "notify_on_close": true,
		"blocks": []any{
			m{"type": "input", "block_id": "name", "label": plain("Name"), "element": m{"type": "plain_text_input", "action_id": "typed"}},
			m{"type": "input", "block_id": "who", "optional": true, "label": plain("Who"), "element": m{"type": "external_select", "action_id": "person", "min_query_length": 1}},
		},
	}
}

// modal is an application that opens a form for each command, and answers as
// it is told.
func modal(t *testing.T, s *slacktest.Server, team *slacktest.Team, submitted func(slack.InteractionCallback) any) {
	run(t, s, team, func(b *bot, e socketmode.Event) {
		switch v := e.Data.(type) {
		case slack.SlashCommand:
			_ = b.socket.Ack(*e.Request)
			do(t, s, team.BotToken(), "views.open", m{"trigger_id": v.TriggerID, "view": form(v.Text)})
		case slack.InteractionCallback:
			switch v.Type {
			case slack.InteractionTypeBlockSuggestion:
				_ = b.socket.Ack(*e.Request, m{"options": []any{m{"text": plain("Ann " + v.Value), "value": "1"}}})
			case slack.InteractionTypeViewSubmission:
				if answer := submitted(v); answer != nil {
					_ = b.socket.Ack(*e.Request, answer)
				} else {
					_ = b.socket.Ack(*e.Request)
				}
			default:
				_ = b.socket.Ack(*e.Request)
			}
		}
	})
}

func TestModal_SuggestChooseAndSubmit(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	var chosen string
	modal(t, s, team, func(i slack.InteractionCallback) any {
		chosen = i.View.State.Values["who"]["person"].SelectedOption.Value
		return nil
	})
	v := must[*slacktest.Shown](t)(ada.In(ch).Command("/brief", "New")).View
	expect(t, "title", v.Title, "New")
	if _, err := v.Submit(); !errors.Is(err, slacktest.ErrBadView) {
		t.Errorf("an empty form: %v", err)
	}
	if err := v.Fill("typed", "x"); err != nil {
		t.Fatal(err)
	}
	if err := v.Choose("person", "1"); !errors.Is(err, slacktest.ErrNoComponent) {
		t.Errorf("what was not offered: %v", err)
	}
	offered := must[[]slacktest.Choice](t)(v.Suggest("person", "a"))
	expect(t, "offered", offered[0].Label, "Ann a")
	if err := v.Choose("person", "Ann a"); err != nil {
		t.Fatal(err)
	}
	expect(t, "closed", must[*slacktest.Shown](t)(v.Submit()).Closed, true)
	expect(t, "chosen", chosen, "1")
	expect(t, "no modal", ada.In(ch).Modal() == nil, true)
}

func TestModal_AnswersToASubmission(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	var answer any
	modal(t, s, team, func(slack.InteractionCallback) any { return answer })
	c := ada.In(ch)
	submit := func(a any) *slacktest.Shown {
		v := c.Modal()
		if err := v.Fill("typed", "x"); err != nil {
			t.Fatal(err)
		}
		answer = a
		return must[*slacktest.Shown](t)(v.Submit())
	}
	must[*slacktest.Shown](t)(c.Command("/brief", "One"))
	expect(t, "an error", submit(m{"response_action": "errors", "errors": m{"name": "taken"}}).View.Errors["name"], "taken")
	expect(t, "an error nowhere", submit(m{"response_action": "errors", "errors": m{"nowhere": "taken"}}).View.Trouble, true)
	violated(t, s, "no input nowhere")
	expect(t, "an update", submit(m{"response_action": "update", "view": form("Two")}).View.Title, "Two")
	expect(t, "a push", submit(m{"response_action": "push", "view": form("Three")}).View.Title, "Three")
	expect(t, "an end", submit(nil).View.Title, "Two")
	expect(t, "another push", submit(m{"response_action": "push", "view": form("Four")}).View.Title, "Four")
	shown := submit(m{"response_action": "clear"})
	expect(t, "a clear", shown.Closed && shown.View == nil, true)
}

func TestTrigger_OnceAndInTime(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{TriggerLife: 200 * time.Millisecond, Patience: 50 * time.Millisecond})
	team, ch, ada := world(s)
	told := make(chan socketmode.Event, 10)
	run(t, s, team, acker(told))
	trigger := func() string {
		_, err := ada.In(ch).Command("/brief", "x")
		if !errors.Is(err, slacktest.ErrNothingSeen) && err != nil {
			t.Fatal(err)
		}
		cmd, _ := (<-told).Data.(slack.SlashCommand)
		return cmd.TriggerID
	}
	open := func(id string) string {
		return do(t, s, team.BotToken(), "views.open", m{"trigger_id": id, "view": form("x")}).code()
	}
	id := trigger()
	time.Sleep(250 * time.Millisecond)
	expect(t, "too late", open(id), "expired_trigger_id")
	violated(t, s, "expired_trigger_id")
	expect(t, "none", open("none"), "invalid_trigger_id")
	violated(t, s, "invalid_trigger_id")
}

func TestTrigger_IsGoodForOne(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	second := make(chan string, 1)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		if cmd, ok := e.Data.(slack.SlashCommand); ok {
			_ = b.socket.Ack(*e.Request)
			do(t, s, team.BotToken(), "views.open", m{"trigger_id": cmd.TriggerID, "view": form("x")})
			second <- do(t, s, team.BotToken(), "views.open", m{"trigger_id": cmd.TriggerID, "view": form("x")}).code()
		}
	})
	must[*slacktest.Shown](t)(ada.In(ch).Command("/brief", ""))
	expect(t, "the second", <-second, "exchanged_trigger_id")
	violated(t, s, "exchanged_trigger_id")
}

func TestViewUpdate_StaleHash(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	modal(t, s, team, func(slack.InteractionCallback) any { return nil })
	v := must[*slacktest.Shown](t)(ada.In(ch).Command("/brief", "One")).View
	update := func(hash string) string {
		return do(t, s, team.BotToken(), "views.update", m{"view_id": v.ID, "hash": hash, "view": form("Two")}).code()
	}
	if err := v.Fill("typed", "kept"); err != nil {
		t.Fatal(err)
	}
	expect(t, "the right hash", update(v.Hash), "")
	expect(t, "a stale one", update(v.Hash), "hash_conflict")
	expect(t, "what was typed survives", must[*slacktest.Shown](t)(v.Submit()).Closed, true)
	expect(t, "gone", update(""), "not_found")
}

func TestHome_IsPublishedWhenItIsOpened(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		api, ok := e.Data.(slackevents.EventsAPIEvent)
		if !ok {
			return
		}
		_ = b.socket.Ack(*e.Request)
		if home, ok := api.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent); ok && home.Tab == "home" {
			do(t, s, team.BotToken(), "views.publish", m{"user_id": home.User, "view": m{"type": "home", "blocks": []any{m{"type": "header", "text": plain("Hello")}}}})
		}
	})
	v := must[*slacktest.View](t)(ada.In(ch).OpenHome())
	expect(t, "type", v.Type, "home")
	expect(t, "blocks", len(v.Blocks), 1)
}
