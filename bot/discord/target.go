package discord

import (
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot"
)

// target is a message in whose menu a command was chosen, as far as it concerns us.
// Nothing else of it is read: it may hold what nobody has heard of yet.
type target struct {
	Channel string `json:"channel_id"`
	Posted  string `json:"timestamp"`
	said
	// Forwarded are messages that it passes on; it says nothing itself then.
	Forwarded []struct {
		Message said `json:"message"`
	} `json:"message_snapshots"`
}

// said is what a message says.
type said struct {
	Content string `json:"content"`
	Embeds  []struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"embeds"`
}

// text is what the message says: in words, or else in its embeds.
func (s said) text() string {
	if strings.TrimSpace(s.Content) != "" {
		return s.Content
	}
	var parts []string
	for _, e := range s.Embeds {
		for _, part := range []string{e.Title, e.Description} {
			if strings.TrimSpace(part) != "" {
				parts = append(parts, part)
			}
		}
	}
	return strings.Join(parts, "\n")
}

func (t target) text() string {
	text := t.said.text()
	for _, f := range t.Forwarded {
		if text == "" {
			text = f.Message.text()
		}
	}
	return text
}

// inMenu returns the command that was chosen in the menu of a message, with what its
// arguments take of the message.
func (in *interaction) inMenu(commands []bot.Command) (inv bot.Invocation, ok bool) {
	about, there := in.Data.Resolved.Messages[in.Data.Target]
	for _, c := range commands {
		if c.Menu == "" || c.Menu != in.Data.Name || !there {
			continue
		}
		inv.Command = c.Name
		for _, a := range c.Args {
			if value := in.of(about, a.Name); value != "" {
				inv.Args = append(inv.Args, bot.Value{Name: a.Name, Value: value})
			}
		}
		return inv, true
	}
	return inv, false
}

// of returns what an argument takes of a message.
func (in *interaction) of(t target, arg string) string {
	channel := t.Channel
	if channel == "" {
		channel = in.ChannelID
	}
	switch arg {
	case bot.MessageText:
		return t.text()
	case bot.MessageLink:
		server := in.Guild
		if in.direct() {
			server = "@me"
		}
		return "https://discord.com/channels/" + server + "/" + channel + "/" + in.Data.Target
	case bot.MessagePosted:
		if at, err := time.Parse(time.RFC3339, t.Posted); err == nil {
			return at.UTC().Format(messageTime)
		}
		return ""
	case bot.MessageID:
		return bot.MessageIn(channel, in.Data.Target)
	default:
		return ""
	}
}

// messageTime is how an argument says when a message was posted.
const messageTime = "2006-01-02T15:04Z07:00"
