package main

import (
	"strconv"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/briefings"
)

// defaultTokenEnv is the environment variable that has Discord's token unless
// the config names another.
const defaultTokenEnv = "BRIEFBOT_DISCORD_TOKEN"

// discordConfig is the table [discord].
type discordConfig struct {
	ties    // the places are the tables [[discord.server]]
	token   secretRef
	baseURL string
	scope   discord.Scope
}

// discord reads the table [discord].
func (r *configReader) discord(t *tomlTable) {
	c := &discordConfig{
		ties:  ties{platform: discord.Platform, name: "Discord", place: "server", others: "servers that the config does not list"},
		token: discordToken.unnamed("[discord]", t.line),
		scope: discord.Global,
	}
	r.config.discord = c
	r.table(t, "[discord]", r.discordSettings(c))
	r.oneSource(t, discordToken, "[discord]")
	if c.scope == discord.Servers && len(c.places) == 0 && t.find("server") == nil && !r.broken {
		r.report(t.find("commands").line, "[discord] commands", `With "servers", the commands are only in the servers that are listed, and none is. Add [[discord.server]] with the id of each, or write "global".`)
	}
	r.listedTwice(&c.ties)
}

func (r *configReader) discordSettings(c *discordConfig) []setting {
	const table = "[discord]"
	return append(r.secret(&c.token, discordToken, table), []setting{
		{"commands", func(k *tomlKey) {
			if scope, ok := r.oneOf(k, table, string(discord.Global), string(discord.Servers)); ok {
				c.scope = discord.Scope(scope)
			}
		}},
		{"book", func(k *tomlKey) { c.book = r.book(k, table) }},
		r.admins(&c.ties, table),
		{"base_url", func(k *tomlKey) { c.baseURL = r.address(k, table) }},
		{"server", func(k *tomlKey) {
			for _, t := range r.listed(k, "discord") {
				r.server(t, c)
			}
		}},
	}...)
}

// server reads a table [[discord.server]].
func (r *configReader) server(t *tomlTable, c *discordConfig) {
	s := place{line: t.line}
	r.table(t, "[[discord.server]]", r.serverSettings(&s))
	if t.find("id") == nil && !r.broken {
		r.report(t.line, "[[discord.server]]", "This server has no id. In Discord, turn on Developer Mode, right-click on the server and choose Copy Server ID; write it here as id = \"…\".")
	}
	if s.id != "" {
		c.places = append(c.places, s)
	}
}

func (r *configReader) serverSettings(s *place) []setting {
	const table = "[[discord.server]]"
	return []setting{
		{"id", func(k *tomlKey) {
			if id, ok := r.text(k, table); ok {
				if isSnowflake(id) {
					s.id, s.line = briefings.Workspace(id), k.line
				} else {
					r.report(k.line, table+" id", "This is not the id of a Discord server, which is a number. In Discord, turn on Developer Mode, right-click on the server and choose Copy Server ID.")
				}
			}
		}},
		{"book", func(k *tomlKey) { s.book = r.book(k, table) }},
	}
}

// isSnowflake reports whether s is an id as Discord makes them: a number of 64
// bits. Discord's have 17 digits and more; those of a stand-in may have fewer.
func isSnowflake(s string) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	return err == nil && strconv.FormatUint(n, 10) == s
}
