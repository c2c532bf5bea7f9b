package discord

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

var _ bot.Looker = (*Discord)(nil)

// Moved looks at a message once, with what the bot may see there: that it asks for no
// right to read the history is why it sometimes cannot. See bot.Looker.
func (d *Discord) Moved(ctx context.Context, m briefings.MessageRef, since time.Time) (how string, err error) {
	var now struct {
		Edited *time.Time `json:"edited_timestamp"`
	}
	err = d.api.call(ctx, http.MethodGet, discordgo.EndpointChannelMessage(m.Channel, m.Message), "look "+m.Channel, nil, &now)
	switch {
	case code(err) == codeUnknownMessage || code(err) == codeUnknownChannel:
		return "deleted", nil
	case err != nil:
		return "", fmt.Errorf("look at a message: %w", err)
	case now.Edited != nil && now.Edited.After(since):
		return "edited", nil
	default:
		return "", nil
	}
}
