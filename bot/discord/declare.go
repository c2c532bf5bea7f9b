package discord

import (
	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
)

// declaration is a command as Discord keeps it, without what Discord adds. It
// takes the place of discordgo's type, which cannot leave out what is empty, so
// that what is kept and what we declare can be compared.
type declaration struct {
	Type         discordgo.ApplicationCommandType `json:"type"`
	Name         string                           `json:"name"`
	Names        map[discordgo.Locale]string      `json:"name_localizations,omitempty"`
	Description  string                           `json:"description"`
	Descriptions map[discordgo.Locale]string      `json:"description_localizations,omitempty"`
	Options      []declaredOption                 `json:"options,omitempty"`
	// Contexts and Installs are set for global commands only.
	Contexts []discordgo.InteractionContextType     `json:"contexts,omitempty"`
	Installs []discordgo.ApplicationIntegrationType `json:"integration_types,omitempty"`
}

type declaredOption struct {
	Type         discordgo.ApplicationCommandOptionType `json:"type"`
	Name         string                                 `json:"name"`
	Names        map[discordgo.Locale]string            `json:"name_localizations,omitempty"`
	Description  string                                 `json:"description"`
	Descriptions map[discordgo.Locale]string            `json:"description_localizations,omitempty"`
	Required     bool                                   `json:"required,omitempty"`
	Autocomplete bool                                   `json:"autocomplete,omitempty"`
	Choices      []declaredChoice                       `json:"choices,omitempty"`
	MinValue     *float64                               `json:"min_value,omitempty"`
	MaxValue     *float64                               `json:"max_value,omitempty"`
	MaxLength    int                                    `json:"max_length,omitempty"`
	Channels     []discordgo.ChannelType                `json:"channel_types,omitempty"`
	Options      []declaredOption                       `json:"options,omitempty"` // of a subcommand
}

// maxDescription is how long a description may be
// (https://discord.com/developers/docs/interactions/application-commands).
const maxDescription = 100

type declaredChoice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// declare returns the commands as Discord is to keep them: those of a group are one
// command with subcommands, and those that are in menus are there by themselves. Who
// may use them is not for Discord to say: default_member_permissions stays unset.
func declare(commands []bot.Command, scope Scope) []declaration {
	var list, menus []declaration
	groups := map[string]int{} // where each is in list
	for _, c := range commands {
		one := declareVerb(c)
		if c.Menu != "" {
			menus = append(menus, declaration{Type: discordgo.MessageApplicationCommand, Name: c.Menu})
		}
		group := c.Group()
		if group == "" {
			list = append(list, declaration{
				Type: discordgo.ChatApplicationCommand, Name: one.Name, Names: one.Names,
				Description: one.Description, Descriptions: one.Descriptions, Options: one.Options,
			})
			continue
		}
		at, known := groups[group]
		if !known {
			at = len(list)
			groups[group] = at
			list = append(list, declaration{Type: discordgo.ChatApplicationCommand, Name: group})
		}
		list[at].Options = append(list[at].Options, one)
	}
	for _, at := range groups {
		list[at].Description = verbs(list[at].Options)
	}
	list = append(list, menus...)
	if scope == Global {
		for i := range list {
			list[i].Contexts = []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM}
			list[i].Installs = []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall}
		}
	}
	return list
}

// verbs describes a group by as many of its verbs as there is room for.
func verbs(options []declaredOption) string {
	said := options[0].Name
	for i, o := range options[1:] {
		rest := " …"
		if i == len(options)-2 {
			rest = ""
		}
		if len(said)+len(", ")+len(o.Name)+len(rest) > maxDescription {
			return said + " …"
		}
		said += ", " + o.Name
	}
	return said
}

// declareVerb returns a command as a subcommand.
func declareVerb(c bot.Command) declaredOption {
	o := declaredOption{Type: discordgo.ApplicationCommandOptionSubCommand, Name: c.Verb(), Description: c.Summary}
	o.Names, o.Descriptions = local(c.Local)
	for _, a := range c.Shown() {
		o.Options = append(o.Options, declareArg(a))
	}
	return o
}

func declareArg(a bot.Arg) declaredOption {
	o := declaredOption{Type: discordgo.ApplicationCommandOptionString, Name: a.Name, Description: a.Summary, Required: a.Required}
	o.Names, o.Descriptions = local(a.Local)
	switch a.Type {
	case bot.Attachment:
		o.Type = discordgo.ApplicationCommandOptionAttachment
		return o
	case bot.Flag:
		o.Type = discordgo.ApplicationCommandOptionBoolean
		return o
	case bot.Whole:
		o.Type = discordgo.ApplicationCommandOptionInteger
		o.MinValue = new(float64(a.Min))
		if a.Max > 0 {
			o.MaxValue = new(float64(a.Max))
		}
		return o
	case bot.Account:
		o.Type = discordgo.ApplicationCommandOptionMentionable
		return o
	case bot.Channel:
		o.Type = discordgo.ApplicationCommandOptionChannel
		o.Channels = postable
		return o
	case bot.Prose:
		o.MaxLength = bot.MaxTextRunes
		return o
	case bot.EntryName, bot.ScheduleName, bot.RecordName, bot.ReportName, bot.Date, bot.CommandName:
		o.Autocomplete = true
	}
	for _, choice := range a.Choices {
		o.Choices = append(o.Choices, declaredChoice{choice, choice})
	}
	if len(o.Choices) == 0 {
		o.MaxLength = bot.MaxValueRunes
	}
	return o
}

// postable are the types of channel that are posted into.
var postable = []discordgo.ChannelType{
	discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews,
	discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread,
}

// local splits the words of other languages into names and descriptions.
func local(words map[bot.Locale]bot.Wording) (names, descriptions map[discordgo.Locale]string) {
	if len(words) == 0 {
		return nil, nil
	}
	names, descriptions = map[discordgo.Locale]string{}, map[discordgo.Locale]string{}
	for tag, w := range words {
		if l := locale(tag); l != discordgo.Unknown {
			names[l], descriptions[l] = w.Name, w.Summary
		}
	}
	return names, descriptions
}

// locale returns Discord's code of a language, which has a region where others
// need none; Unknown for a language that Discord is not shown in
// (https://discord.com/developers/docs/reference#locales).
func locale(tag bot.Locale) discordgo.Locale {
	l := discordgo.Locale(tag)
	switch tag {
	case "es":
		l = discordgo.SpanishES
	case "pt":
		l = discordgo.PortugueseBR
	case "sv":
		l = discordgo.Swedish
	case "zh":
		l = discordgo.ChineseCN
	}
	if _, known := discordgo.Locales[l]; !known {
		return discordgo.Unknown
	}
	return l
}
