package slacktest_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

func TestFault_WhatIsAppliedAndWhatIsNot(t *testing.T) {
	for _, c := range []struct {
		name    string
		fault   slacktest.Fault
		applied bool
	}{
		{"StatusBefore", slacktest.Fault{Kind: slacktest.StatusBefore}, false},
		{"StatusAfter", slacktest.Fault{Kind: slacktest.StatusAfter, Status: 503}, true},
		{"HangBefore", slacktest.Fault{Kind: slacktest.HangBefore}, false},
		{"HangAfter", slacktest.Fault{Kind: slacktest.HangAfter}, true},
		{"HTML", slacktest.Fault{Kind: slacktest.HTML}, false},
		{"Truncated", slacktest.Fault{Kind: slacktest.Truncated}, true},
		{"ResetBefore", slacktest.Fault{Kind: slacktest.ResetBefore}, false},
		{"ResetAfter", slacktest.Fault{Kind: slacktest.ResetAfter}, true},
		{"ErrorCode", slacktest.Fault{Kind: slacktest.ErrorCode, Code: "fatal_error"}, false},
		{"ErrorAfter", slacktest.Fault{Kind: slacktest.ErrorAfter}, true},
		{"RateLimited", slacktest.Fault{Kind: slacktest.RateLimited, RetryAfter: time.Second}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := slacktest.New(t, slacktest.Options{})
			team, ch, ada := world(s)
			c.fault.Path = "chat.postMessage$"
			s.Fault(c.fault)
			api := slack.New(team.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionHTTPClient(&http.Client{Timeout: 200 * time.Millisecond, Transport: &http.Transport{DisableKeepAlives: true}}))
			post := func() error {
				_, _, err := api.PostMessage(ch.ID, slack.MsgOptionText("x", false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
				return err
			}
			err := post()
			if err == nil {
				t.Fatal("it went well")
			}
			var limited *slack.RateLimitedError
			expect(t, "a rate limit", errors.As(err, &limited), c.name == "RateLimited")
			expect(t, "applied", len(ada.Messages(ch)) == 1, c.applied)
			if err := post(); err != nil {
				t.Errorf("the next: %v", err)
			}
		})
	}
}
