package slack

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
	ledger "github.com/briefbot/briefbot/briefings/delivery"
)

var _ bot.Poster = (*Slack)(nil)

// How fast is posted: one message a second in a channel, and "several hundred" a minute
// in a workspace (https://docs.slack.dev/apis/web-api/rate-limits).
const (
	workspaceLimit = 5
	workspacePer   = time.Second
	channelLimit   = 1
	channelPer     = 1050 * time.Millisecond
)

// lane names the limit of a workspace.
func lane(w briefings.Workspace) string { return "slack/" + string(w) }

// Lanes returns the limits that a message takes from.
func (s *Slack) Lanes(p ledger.Place) []ledger.Lane {
	return []ledger.Lane{
		{Name: lane(p.Workspace), Limit: workspaceLimit, Per: workspacePer},
		{Name: p.String(), Limit: channelLimit, Per: channelPer},
	}
}

// maxBlocks is how many blocks a message has at most
// (https://docs.slack.dev/reference/block-kit/blocks).
const maxBlocks = 50

// frozen is a message as it is kept until it is sent. The blocks have a gap before the
// first, and one for the marker in the last.
type frozen struct {
	Text        string          `json:"text"`
	Mrkdwn      bool            `json:"mrkdwn"`
	Parse       string          `json:"parse"`
	LinkNames   bool            `json:"link_names"`
	UnfurlLinks bool            `json:"unfurl_links"`
	UnfurlMedia bool            `json:"unfurl_media"`
	Blocks      json.RawMessage `json:"blocks"`
}

// Compose writes a card as one message. See bot.Poster.
func (s *Slack) Compose(book briefings.BookID, card *bot.Card) ([]byte, error) {
	a := newAnswer(bot.Reply{Card: card}, 0, inMessage)
	if len(a.pages) > 1 {
		return nil, bot.ErrTooLong
	}
	m := s.dress(a, book, briefings.Actor{Platform: Platform}, true)
	blocks := m.Blocks()
	if len(blocks)+2 > maxBlocks {
		return nil, bot.ErrTooLong
	}
	return bot.Freeze(func(gap, marker string) ([]byte, error) {
		list, err := json.Marshal(slices.Concat(blocks, m.with(note(marker)).Blocks()[len(blocks):]))
		if err != nil {
			return nil, err
		}
		f := frozen{Text: m.Text, Parse: "none", Blocks: json.RawMessage(`["` + gap + `",` + string(list[1:]))}
		body, err := json.Marshal(f)
		if err != nil {
			return nil, err
		}
		return bytes.Replace(body, []byte(`"`+gap+`",`), []byte(gap), 1), nil
	})
}

// quoted is text as it stands inside a JSON string.
func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		return "" // no string of ours
	}
	return string(b[1 : len(b)-1])
}

// deliveryEvent is the type of the metadata by which a message is found again.
const deliveryEvent = "briefbot_delivery"

// Send posts or edits a message, once. See delivery.Sender.
func (s *Slack) Send(ctx context.Context, m ledger.Message) (string, error) {
	w := s.workspaceOf(m.To.Workspace)
	if w == nil {
		return "", s.gone()
	}
	above := ""
	if m.Note != "" {
		block, err := json.Marshal(note(pages.Line(m.Note)))
		if err != nil {
			return "", &ledger.Failure{Class: ledger.Faulty, Detail: err.Error()}
		}
		above = string(block) + ","
	}
	body, err := bot.Thaw(m.Body, above, quoted(pages.Line(m.Marker)), 300)
	if err != nil {
		return "", &ledger.Failure{Class: ledger.Faulty, Detail: err.Error()}
	}
	channel := cmp.Or(m.To.Channel, string(m.To.User))
	method := "chat.postMessage"
	if m.Op == ledger.Edit { // which takes no person for a channel
		method = "chat.update"
		if channel, err = s.room(ctx, w, m.To); err != nil {
			return "", failure(err, w, false)
		}
	}
	body = append(body[:len(body)-1], fmt.Sprintf(`,"channel":%q,"metadata":{"event_type":%q,"event_payload":{"delivery":%q}}`, channel, deliveryEvent, ledger.IDIn(m.Marker))...)
	switch {
	case m.Op == ledger.Edit:
		body = append(body, fmt.Sprintf(`,"ts":%q`, m.Target)...)
	case m.Thread != "":
		body = append(body, fmt.Sprintf(`,"thread_ts":%q`, m.Thread)...)
	}
	body = append(body, '}')
	var posted struct {
		said
		TS string `json:"ts"`
	}
	err = s.call(ctx, w, method, channel, body, &posted)
	switch {
	case m.Op == ledger.Edit && (code(err) == "message_not_found" || code(err) == "cant_update_message"):
		return "", &ledger.Failure{Class: ledger.Gone, Detail: "the message is not there any more"}
	case err != nil:
		return "", failure(err, w, true)
	case m.Op == ledger.Edit:
		return m.Target, nil
	case posted.TS == "":
		return "", &ledger.Failure{Class: ledger.Unsure, HTTP: http.StatusOK, Detail: "Slack took the message and did not say which it is"}
	}
	return posted.TS, nil
}

// room is the channel of a place: of direct messages, that of the conversation.
func (s *Slack) room(ctx context.Context, w *workspace, p ledger.Place) (string, error) {
	if !p.Direct() {
		return p.Channel, nil
	}
	var opened struct {
		said
		Channel struct {
			ID string `json:"id"`
		} `json:"channel"`
	}
	body := []byte(`{"users":"` + quoted(string(p.User)) + `"}`)
	if err := s.call(ctx, w, "conversations.open", "", body, &opened); err != nil {
		return "", err
	}
	if opened.Channel.ID == "" {
		return "", errors.New("Slack opened a conversation without an id")
	}
	return opened.Channel.ID, nil
}

// call makes one request of JSON, once, and at once: where a limit of ours holds, it
// returns an *apiError that says for how long. Whoever posts by the clock can wait better
// than a request can.
func (s *Slack) call(ctx context.Context, w *workspace, method, key string, body []byte, out webAnswer) error {
	if err := w.stopped(); err != nil {
		return err
	}
	pause, give := w.limits.take(method, key)
	all, giveAll := w.limits.take(method+inAll, "")
	if pause = max(pause, all); pause > 0 {
		give()
		giveAll()
		return &apiError{Status: http.StatusTooManyRequests, RetryAfter: pause}
	}
	err := s.client.post(ctx, w.token, method, body, out)
	var e *apiError
	if errors.As(err, &e) && e.limited() {
		w.limits.hold(method, key, e.RetryAfter)
	}
	if fatal(err) {
		w.stop(err, meaning(code(err)))
	}
	return err
}

// Delete takes back a message. See delivery.Sender.
func (s *Slack) Delete(ctx context.Context, p ledger.Place, _, message string) error {
	w := s.workspaceOf(p.Workspace)
	if w == nil {
		return s.gone()
	}
	channel, err := s.room(ctx, w, p)
	if err != nil {
		return failure(err, w, false)
	}
	err = s.call(ctx, w, "chat.delete", "", []byte(fmt.Sprintf(`{"channel":%q,"ts":%q}`, channel, message)), &said{})
	if err == nil || code(err) == "message_not_found" {
		return nil
	}
	return failure(err, w, true)
}
