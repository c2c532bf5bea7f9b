package discord

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/briefings"
)

// interaction is what somebody did, as far as it concerns us. It is not
// discordgo's type, which refuses a whole interaction where one component of a
// message in it is of a kind that it doesn't know, and panics at what is left.
type interaction struct {
	ID            string                    `json:"id"`
	Application   string                    `json:"application_id"`
	Type          discordgo.InteractionType `json:"type"`
	Token         string                    `json:"token"`
	Data          interactionData           `json:"data"`
	Guild         string                    `json:"guild_id"`
	ChannelID     string                    `json:"channel_id"`
	Channel       channel                   `json:"channel"`
	Member        *member                   `json:"member"` // in a server
	User          *user                     `json:"user"`   // in a direct message
	Locale        string                    `json:"locale"`
	OwnPermission bits                      `json:"app_permissions"`
	// Owners are whose installations of the application it came by: "0" is the
	// server's, "1" a person's own.
	Owners  map[string]json.RawMessage `json:"authorizing_integration_owners"`
	Message *struct {
		ID    string                 `json:"id"`
		Flags discordgo.MessageFlags `json:"flags"`
	} `json:"message"` // on which a component was used
}

type interactionData struct {
	// Of a command.
	Name     string                           `json:"name"`
	Kind     discordgo.ApplicationCommandType `json:"type"`
	Options  []interactionOption              `json:"options"`
	Target   string                           `json:"target_id"` // in whose menu it was chosen
	Resolved resolved                         `json:"resolved"`
	// Of a component, and of a form.
	CustomID string   `json:"custom_id"`
	Values   []string `json:"values"`
	// Inputs are what a form was filled with: see inputs.
	Inputs json.RawMessage `json:"components"`
}

type channel struct {
	ID   string                `json:"id"`
	Type discordgo.ChannelType `json:"type"`
}

type member struct {
	User       user     `json:"user"`
	Nick       string   `json:"nick"`
	Roles      []string `json:"roles"`
	Permission bits     `json:"permissions"`
	// Silent is until when a moderator lets them only look; "" where none does.
	Silent string `json:"communication_disabled_until"`
}

type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Shown    string `json:"global_name"`
}

// bits is a set of permissions, which Discord writes as a string. known is false
// where it has not said.
type bits struct {
	set   int64
	known bool
}

// UnmarshalJSON reads the set; anything else leaves it unknown.
func (b *bits) UnmarshalJSON(data []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(data), `"`), 10, 64)
	*b = bits{n, err == nil}
	return nil
}

// lack reports whether the set is known not to hold all of some permissions.
func (b bits) lack(want int64) bool {
	return b.known && b.set&discordgo.PermissionAdministrator == 0 && b.set&want != want
}

// some reports whether the set is known to hold any of some permissions.
func (b bits) some(want int64) bool { return b.known && b.set&want != 0 }

// parse reads an interaction. It returns an error where it lacks what an answer
// needs.
func parse(data []byte) (*interaction, error) {
	in := new(interaction)
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(in); err != nil {
		return nil, fmt.Errorf("read an interaction: %w", err)
	}
	if in.ID == "" || in.Token == "" || in.userID() == "" {
		return nil, fmt.Errorf("an interaction of type %d without an id, a token or a user", in.Type)
	}
	if in.ChannelID == "" {
		in.ChannelID = in.Channel.ID
	}
	return in, nil
}

func (in *interaction) userID() string {
	switch {
	case in.Member != nil && in.Member.User.ID != "":
		return in.Member.User.ID
	case in.User != nil:
		return in.User.ID
	default:
		return ""
	}
}

// direct reports whether it came from a direct message.
func (in *interaction) direct() bool { return in.Guild == "" }

// thread reports whether it came from a thread.
func (in *interaction) thread() bool {
	switch in.Channel.Type {
	case discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread:
		return true
	default:
		return false
	}
}

// onPrivate reports whether the component that was used is on a message which
// only this person sees.
func (in *interaction) onPrivate() bool {
	return in.direct() || in.Message != nil && in.Message.Flags&discordgo.MessageFlagsEphemeral != 0
}

// actor is who did it. In a direct message the workspace is empty.
func (in *interaction) actor() briefings.Actor {
	return briefings.Actor{Platform: Platform, Workspace: briefings.Workspace(in.Guild), User: briefings.UserID(in.userID())}
}
