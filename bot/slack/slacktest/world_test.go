package slacktest_test

import (
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

func TestTeams_OneApplicationInSeveral(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{BotToken: "xoxb-first"})
	one, ch, ada := world(s)
	two := s.NewTeam("Others")
	bob := two.NewPerson("bob")
	expect(t, "the first token", one.BotToken(), "xoxb-first")
	expect(t, "another", two.BotToken() != one.BotToken(), true)
	expect(t, "a person of the other", do(t, s, two.BotToken(), "users.info", m{"user": ada.ID}).code(), "user_not_found")
	expect(t, "a channel of the other", do(t, s, two.BotToken(), "conversations.info", m{"channel": ch.ID}).code(), "channel_not_found")
	run(t, s, one, func(b *bot, e socketmode.Event) {
		if cmd, ok := e.Data.(slack.SlashCommand); ok {
			_ = b.socket.Ack(*e.Request, slack.Msg{Text: cmd.TeamID})
		}
	})
	expect(t, "a command in the first", must[*slacktest.Shown](t)(ada.DM().Command("/brief", "")).Message.Text, one.ID)
	expect(t, "a command in the second", must[*slacktest.Shown](t)(bob.DM().Command("/brief", "")).Message.Text, two.ID)
	two.Uninstall()
	if _, err := bob.DM().Command("/brief", ""); err == nil {
		t.Error("a command without the application")
	}
}

func TestUsers_WhereTheyAreAndWhatTheySpeak(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, _, ada := world(s)
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	ada.SetZone(zone)
	ada.SetLocale("uk-UA")
	ada.SetAdmin(true)
	u, err := client(s, team).GetUserInfo(ada.ID, slack.GetUserInfoOptionIncludeLocale(true))
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "zone", u.TZ, "Europe/Kyiv")
	expect(t, "locale", u.Locale, "uk-UA")
	expect(t, "admin", u.IsAdmin, true)
	away := team.NewExternal("eve")
	u, err = client(s, team).GetUserInfo(away.ID)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "of another workspace", u.TeamID != team.ID && u.IsStranger, true)
}

func TestEvents_OfSharedChannelsSayWhoIsFromElsewhere(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, _ := world(s)
	eve := team.NewExternal("eve")
	ch.Invite(eve)
	must[*slacktest.Message](t)(eve.In(ch).Post("hello"))
	all := s.Deliveries()
	last := all[len(all)-1]
	event, _ := last.Payload["event"].(map[string]any)
	expect(t, "shared", last.Payload["is_ext_shared_channel"], any(true))
	expect(t, "from elsewhere", event["user_team"] != nil && event["user_team"] != team.ID, true)
}

func TestRequests_BodiesThatCannotBeRead(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, _, _ := world(s)
	r := send(t, s.APIURL()+"auth.test", team.BotToken(), nil) // "null"
	expect(t, "no object", r.code(), "json_not_object")
	violated(t, s, "json_not_object")
}

func TestModal_ClosingIsToldOfWhereItIsAsked(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	closed := make(chan bool, 1)
	run(t, s, team, func(b *bot, e socketmode.Event) {
		switch v := e.Data.(type) {
		case slack.SlashCommand:
			_ = b.socket.Ack(*e.Request)
			do(t, s, team.BotToken(), "views.open", m{"trigger_id": v.TriggerID, "view": form("New")})
		case slack.InteractionCallback:
			_ = b.socket.Ack(*e.Request)
			closed <- v.IsCleared
		}
	})
	v := must[*slacktest.Shown](t)(ada.In(ch).Command("/brief", "")).View
	v.Close(false)
	expect(t, "cleared", <-closed, false)
	expect(t, "gone", v.Latest() == nil, true)
}

func TestSocket_AcksOverAnotherSocketCanBeRefused(t *testing.T) {
	o := quick()
	for _, same := range []bool{false, true} {
		o.SameSocketAcks = same
		s := slacktest.New(t, o)
		_, ch, ada := world(s)
		a := dial(t, s)
		a.next("hello")
		shown := later(func() (*slacktest.Shown, error) { return ada.In(ch).Command("/brief", "") })
		id := a.next("slash_commands").ID
		b := dial(t, s)
		b.next("hello")
		b.ack(id, m{"text": "here"})
		_, err := shown()
		expect(t, "it was refused", err != nil, same)
		if same {
			violated(t, s, "not acknowledged in time")
		}
	}
}
