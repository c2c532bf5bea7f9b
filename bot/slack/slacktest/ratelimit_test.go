package slacktest_test

import (
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

func TestRateLimit_PostingIsLimitedByChannel(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, _ := world(s)
	other := team.NewChannel("other", team.Bot())
	post := func(c *slacktest.Channel) reply {
		return do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": c.ID, "text": "x"}))
	}
	var last reply
	for range 10 {
		if last = post(ch); last.Status == 429 {
			break
		}
	}
	expect(t, "status", last.Status, 429)
	expect(t, "error", last.code(), "ratelimited")
	expect(t, "Retry-After", last.Header.Get("Retry-After"), "1")
	expect(t, "another channel", post(other).Status, 200)
	s.SetLimits(false)
	expect(t, "without limits", post(ch).Status, 200)
}

func TestRateLimit_ByMethodAndTeam(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, other := s.NewTeam("One"), s.NewTeam("Two")
	s.SetRate("users.list", slacktest.Rate{Limit: 1, Per: time.Hour})
	list := func(t2 *slacktest.Team) int { return do(t, s, t2.BotToken(), "users.list", m{}).Status }
	expect(t, "the first", list(team), 200)
	expect(t, "the second", list(team), 429)
	expect(t, "another team", list(other), 200)
}
