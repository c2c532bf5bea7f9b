package slacktest_test

import (
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

func TestJudge_InvalidBlocksAreNotApplied(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	section := func(text m) []any { return []any{m{"type": "section", "text": text}} }
	r := do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": ch.ID, "text": "x", "blocks": section(plain(strings.Repeat("x", 3001)))}))
	expect(t, "error", r.code(), "invalid_blocks")
	data, _ := r.Body["response_metadata"].(map[string]any)
	messages, _ := data["messages"].([]any)
	first, _ := messages[0].(string)
	expect(t, "what is wrong where", strings.HasPrefix(first, "[ERROR] ") && strings.Contains(first, "[json-pointer:/blocks/0/text/text]"), true)
	expect(t, "messages", len(ada.Messages(ch)), 0)
	violated(t, s, "must be less than 3001 characters")
	r = do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": ch.ID, "text": "x", "blocks": section(m{"type": "mrkdwn", "text": "x"})}))
	expect(t, "what Slack overlooks", r.code(), "")
	violated(t, s, "verbatim")
	r = do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": ch.ID, "text": strings.Repeat("x", 40001)}))
	expect(t, "too long", r.code(), "msg_too_long")
	violated(t, s, "msg_too_long")
}

func TestJudge_InvalidViewsAreNotShown(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, ada := world(s)
	v := m{"type": "home", "blocks": []any{m{"type": "header", "text": plain(strings.Repeat("x", 151))}}}
	expect(t, "error", do(t, s, team.BotToken(), "views.publish", m{"user_id": ada.ID, "view": v}).code(), "invalid_arguments")
	expect(t, "no home", ada.In(ch).Home() == nil, true)
	violated(t, s, "must be less than 151 characters")
}

func TestMessage_PingsAreThoseOfThePosting(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, ch, ada := world(s)
	r := do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": ch.ID, "text": "hello <@" + ada.ID + ">"}))
	do(t, s, team.BotToken(), "chat.update", m{"channel": ch.ID, "ts": r.Body["ts"], "text": "hello"})
	got := ada.Messages(ch)[0]
	expect(t, "pings", strings.Join(got.Pings, " "), "@ada")
	expect(t, "what is read now", strings.TrimSpace(got.Seen().Text), "hello")
}
