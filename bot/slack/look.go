package slack

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

var _ bot.Looker = (*Slack)(nil)

// Moved asks for the address of a message, for which no scope is needed: one that has
// been deleted has none. That it was edited is seen only where the app may read the
// history of the channel, which the manifest does not ask for. See bot.Looker.
func (s *Slack) Moved(ctx context.Context, m briefings.MessageRef, since time.Time) (how string, err error) {
	w := s.workspaceOf(m.Workspace)
	if w == nil {
		return "", briefings.Errorf(briefings.ErrNotFound, "That Slack workspace is not one that the bot is in any more.")
	}
	err = w.call(ctx, "chat.getPermalink", "", func(ctx context.Context) error {
		_, err := w.api.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: m.Channel, Ts: m.Message})
		return err
	})
	switch {
	case code(err) == "message_not_found":
		return "deleted", nil
	case err != nil:
		return "", fmt.Errorf("look at a message: %w", err)
	}
	edited := ""
	err = w.call(ctx, "conversations.history", "", func(ctx context.Context) error {
		h, err := w.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: m.Channel, Oldest: m.Message, Latest: m.Message, Inclusive: true, Limit: 1})
		if err == nil && len(h.Messages) == 1 && h.Messages[0].Timestamp == m.Message && h.Messages[0].Edited != nil {
			edited = h.Messages[0].Edited.Timestamp
		}
		return err
	})
	if err != nil {
		s.log.Debug("whether a message was edited is not to be seen", "channel", m.Channel, "err", err)
		return "", nil
	}
	seconds, _, _ := strings.Cut(edited, ".")
	if n, err := strconv.ParseInt(seconds, 10, 64); err == nil && time.Unix(n, 0).After(since) {
		return "edited", nil
	}
	return "", nil
}
