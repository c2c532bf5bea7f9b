package slack_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// BenchmarkCommand answers signed slash commands of 50 people in process, without
// a network: what of the time is ours. The baseline is the core alone.
func BenchmarkCommand(b *testing.B) {
	core, books, book := starterCore(b)
	a, err := slack.New(slack.Options{
		Mode: slack.HTTP, Listen: "127.0.0.1:0", BaseURL: "http://127.0.0.1:1",
		Apps:   []slack.App{{SigningSecret: bot.NewSecret(secret), Workspaces: []slack.Workspace{{ID: "T1", Token: bot.NewSecret(botToken)}}}},
		Book:   func(context.Context, briefings.Workspace) (briefings.BookID, error) { return book, nil },
		Offers: bot.NewOffers(books, nil), Inbound: books, Now: time.Now,
	})
	if err != nil {
		b.Fatal(err)
	}
	h := slack.Receiver(a, core)
	for _, line := range []string{"who Witkoff", "status talks", "positions"} {
		b.Run(strings.ReplaceAll(line, " ", "-"), func(b *testing.B) {
			b.Run("signed", func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					form := url.Values{
						"team_id": {"T1"}, "channel_id": {"C1"}, "user_id": {fmt.Sprintf("U%d", i%50)}, "user_name": {"ann"}, "command": {"/brief"}, "text": {line},
						"response_url": {"http://127.0.0.1:1/r"}, "trigger_id": {strconv.Itoa(i)},
					}
					body := []byte(form.Encode())
					at := strconv.FormatInt(time.Now().Unix(), 10)
					r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/slack/events", bytes.NewReader(body))
					r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
					r.Header.Set("X-Slack-Request-Timestamp", at)
					r.Header.Set("X-Slack-Signature", slacktest.Sign(secret, at, body))
					w := httptest.NewRecorder()
					h.ServeHTTP(w, r)
					if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Post to channel") {
						b.Fatalf("%d %s", w.Code, w.Body)
					}
				}
			})
			b.Run("core", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					core.Handle(b.Context(), bot.Request{
						Actor: briefings.Actor{Platform: "slack", User: "U1"}, Role: briefings.Reader, Book: book, Text: line, Now: time.Now(), Offering: true,
					})
				}
			})
		})
	}
}
