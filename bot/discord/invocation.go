package discord

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// interactionOption is an argument as it was filled in, or a verb with its own.
type interactionOption struct {
	Type    discordgo.ApplicationCommandOptionType `json:"type"`
	Name    string                                 `json:"name"`
	Value   json.RawMessage                        `json:"value"`
	Focused bool                                   `json:"focused"`
	Options []interactionOption                    `json:"options"`
}

// resolved is what is known of those whose ids are in an interaction, by their ids.
type resolved struct {
	Users   map[string]user   `json:"users"`
	Members map[string]member `json:"members"`
	Roles   map[string]struct {
		Name string `json:"name"`
	} `json:"roles"`
	Channels map[string]struct {
		Name string `json:"name"`
	} `json:"channels"`
	Messages    map[string]target     `json:"messages"`
	Attachments map[string]attachment `json:"attachments"`
}

// filled returns the name of the command that was filled in, with that of its verb,
// and its options.
func (in *interaction) filled() (command string, options []interactionOption) {
	command, options = in.Data.Name, in.Data.Options
	for len(options) == 1 && options[0].verb() {
		command, options = command+" "+options[0].Name, options[0].Options
	}
	return command, options
}

func (o interactionOption) verb() bool {
	return o.Type == discordgo.ApplicationCommandOptionSubCommand || o.Type == discordgo.ApplicationCommandOptionSubCommandGroup
}

// invocation returns the command that was filled in. A flag that is set to
// false is left out.
func (in *interaction) invocation() bot.Invocation {
	command, options := in.filled()
	inv := bot.Invocation{Command: command}
	for _, o := range options {
		if value := in.value(o); value != "" && string(o.Value) != "false" {
			inv.Args = append(inv.Args, bot.Value{Name: o.Name, Value: value})
		}
	}
	return inv
}

// value is the value of an option. The role @everyone is one by its id, the server's
// own, and yet is among nobody's roles: it is all there are, who have a word.
func (in *interaction) value(o interactionOption) string {
	id := o.text()
	if o.Type == discordgo.ApplicationCommandOptionMentionable && id == in.Guild {
		return string(briefings.ToEveryone)
	}
	return id
}

// text is the value of an option as it would have been typed.
func (o interactionOption) text() string {
	var s string
	if err := json.Unmarshal(o.Value, &s); err == nil {
		return s
	}
	return strings.TrimSpace(string(o.Value)) // a number or a truth value
}

// accounts returns the people and roles that were picked, by their ids. An id that
// was typed as a text is nobody's.
func (in *interaction) accounts() map[string]bot.AccountRef {
	var found map[string]bot.AccountRef
	_, options := in.filled()
	for _, o := range options {
		if o.Type != discordgo.ApplicationCommandOptionMentionable {
			continue
		}
		if a, ok := in.Data.Resolved.account(in.value(o)); ok {
			if found == nil {
				found = map[string]bot.AccountRef{}
			}
			found[a.ID] = a
		}
	}
	return found
}

// places returns the channels that were picked, by their ids. An id that was typed as a
// text is none.
func (in *interaction) places() map[string]bot.PlaceRef {
	var found map[string]bot.PlaceRef
	_, options := in.filled()
	for _, o := range options {
		id := o.text()
		c, ok := in.Data.Resolved.Channels[id]
		if o.Type != discordgo.ApplicationCommandOptionChannel || !ok {
			continue
		}
		if found == nil {
			found = map[string]bot.PlaceRef{}
		}
		found[id] = bot.PlaceRef{
			Place: delivery.Place{Platform: Platform, Workspace: briefings.Workspace(in.Guild), Channel: id},
			Name:  "#" + pages.Line(c.Name),
		}
	}
	return found
}

// account returns whom an id stands for.
func (r resolved) account(id string) (bot.AccountRef, bool) {
	if role, ok := r.Roles[id]; ok {
		return bot.AccountRef{Group: true, ID: id, Name: role.Name}, true
	}
	if u, ok := r.Users[id]; ok {
		return bot.AccountRef{ID: id, Name: cmp.Or(r.Members[id].Nick, u.Shown, u.Username)}, true
	}
	return bot.AccountRef{}, false
}
