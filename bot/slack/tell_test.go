package slack_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// told is what somebody is told.
func told(words string) bot.Reply {
	return bot.Reply{Card: &bot.Card{Title: "Approved", Lead: []bot.Text{bot.T(words)}, Actions: []bot.Action{
		{Label: "See it", Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: "seen"}}}},
	}}}
}

// account is somebody as the core knows them.
func account(p *slacktest.Person) briefings.Actor {
	return briefings.Actor{Platform: "slack", Workspace: briefings.Workspace(p.Team().ID), User: briefings.UserID(p.ID)}
}

// TestTell_ReachesSomebodyAlone: in their conversation with the bot, with something to
// press, and whatever the words are.
func TestTell_ReachesSomebodyAlone(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus())
	var teller bot.Teller = o.running.Slack
	ben := reader(o.team, o.desk, "ben")
	for _, words := range append([]string{"Yours is in the book."}, hostile...) {
		if err := teller.Tell(t.Context(), "book", account(ben.Person()), told(words)); err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if words == hostile[2] {
			break // Slack takes one message a second
		}
	}
	dm := ben.Person().DM()
	all := dm.Messages()
	if len(all) != 4 || o.posts(o.ann) != 0 {
		t.Fatalf("%d messages to them", len(all))
	}
	for _, m := range all {
		if err := inertIn(m.Seen()); err != nil {
			t.Error(err)
		}
	}
	m, err := press(dm, all[0], "See it")
	see(t, m, err, "seen")
}

// TestTell_SaysWhyItCannot: in a sentence, where it is for people to know.
func TestTell_SaysWhyItCannot(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus())
	ann := account(o.ann.Person())
	elsewhere := ann
	elsewhere.Workspace = "T0ELSEWHERE"
	for name, c := range map[string]struct {
		who  briefings.Actor
		code string
		want string
	}{
		"another workspace":   {elsewhere, "", "Their Slack workspace is not one that the bot is in any more."},
		"nobody":              {briefings.Actor{Platform: "slack", Workspace: ann.Workspace}, "", "Their Slack workspace is not"},
		"deactivated":         {ann, "user_disabled", "Their account in Slack is deactivated."},
		"not there":           {ann, "channel_not_found", "Slack does not know them in this workspace any more."},
		"a bot":               {ann, "cannot_dm_bot", "Slack does not let bots write to each other"},
		"no scope":            {ann, "missing_scope", "I lack a right in this workspace."},
		"no tab for messages": {ann, "messages_tab_disabled", "turns on the Messages tab"},
	} {
		if c.code != "" {
			o.server.Fault(slacktest.Fault{Path: "chat.postMessage$", Kind: slacktest.ErrorCode, Code: c.code})
		}
		err := o.running.Tell(t.Context(), "book", c.who, told("x"))
		var said *briefings.Error
		if !errors.As(err, &said) || !strings.Contains(said.Message, c.want) {
			t.Errorf("%s: %v, want a sentence with %q", name, err, c.want)
		}
	}
	o.server.Fault(slacktest.Fault{Path: "chat.postMessage$", Kind: slacktest.StatusAfter})
	err := o.running.Tell(t.Context(), "book", ann, told("x"))
	var said *briefings.Error
	if err == nil || errors.As(err, &said) {
		t.Errorf("where it is not known whether it arrived: %v", err)
	}
}
