package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

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
}

type declaredChoice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// declare returns the commands as Discord is to keep them.
func declare(commands []bot.Command, scope Scope) []declaration {
	list := make([]declaration, len(commands))
	for i, c := range commands {
		d := declaration{Type: discordgo.ChatApplicationCommand, Name: c.Name, Description: c.Summary}
		d.Names, d.Descriptions = local(c.Local)
		for _, a := range c.Args {
			d.Options = append(d.Options, declareArg(a))
		}
		if scope == Global {
			d.Contexts = []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM}
			d.Installs = []discordgo.ApplicationIntegrationType{discordgo.ApplicationIntegrationGuildInstall}
		}
		list[i] = d
	}
	return list
}

func declareArg(a bot.Arg) declaredOption {
	o := declaredOption{Type: discordgo.ApplicationCommandOptionString, Name: a.Name, Description: a.Summary, Required: a.Required}
	o.Names, o.Descriptions = local(a.Local)
	switch a.Type {
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
	case bot.EntryName, bot.Date, bot.CommandName:
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

// register sees to it that Discord keeps the commands as they are declared, in
// the scope that the operator chose and in no other. It writes only where they
// differ: Discord lets 200 commands be made a day.
func (d *Discord) register(ctx context.Context, commands []bot.Command) error {
	want := declare(commands, d.opts.Scope)
	app := d.application()
	global := discordgo.EndpointApplicationGlobalCommands(app)
	var errs []error
	put := func(where, address string, want []declaration) {
		if err := d.put(ctx, where, address, want); err != nil {
			if code(err) == codeMissingAccess {
				err = fmt.Errorf("the bot is not in that server; open the link of 'briefbot discord invite': %w", err)
			}
			errs = append(errs, fmt.Errorf("register the commands %s: %w", where, err))
		}
	}
	inServers := []declaration{}
	if d.opts.Scope == Servers {
		inServers, want = want, []declaration{}
	}
	put("globally", global, want)
	for _, server := range d.opts.Servers {
		put("in server "+string(server), discordgo.EndpointApplicationGuildCommands(app, string(server)), inServers)
	}
	return errors.Join(errs...)
}

// put makes the commands at an address those that are wanted.
func (d *Discord) put(ctx context.Context, where, address string, want []declaration) error {
	var have []declaration
	err := d.api.call(ctx, http.MethodGet, address+"?with_localizations=true", "commands", nil, &have)
	if err == nil && equal(have, want) {
		return nil
	}
	if err != nil && len(want) == 0 { // there is nothing to take away, as far as is known
		return err
	}
	if err := d.api.call(ctx, http.MethodPut, address, "commands", want, nil); err != nil {
		return err
	}
	d.log.Info("registered the commands", "where", where, "commands", len(want))
	return nil
}

// equal reports whether Discord keeps the commands that are wanted, in whatever
// order. What Discord fills in by itself makes no difference.
func equal(have, want []declaration) bool {
	have, want = slices.Clone(have), slices.Clone(want)
	scoped := slices.ContainsFunc(want, func(d declaration) bool { return d.Contexts != nil })
	for _, list := range [][]declaration{have, want} {
		for i := range list {
			if !scoped {
				list[i].Contexts, list[i].Installs = nil, nil
			}
		}
		slices.SortFunc(list, func(a, b declaration) int { return strings.Compare(a.Name, b.Name) })
	}
	a, err := json.Marshal(have)
	b, err2 := json.Marshal(want)
	return err == nil && err2 == nil && len(have) == len(want) && (len(have) == 0 || bytes.Equal(a, b))
}
