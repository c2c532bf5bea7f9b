package main

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
	"github.com/briefbot/briefbot/store"
)

// defaultTokenEnv is the environment variable that has Discord's token unless
// the config names another.
const defaultTokenEnv = "BRIEFBOT_DISCORD_TOKEN"

// setting is a key that a table may have, and what reads its value.
type setting struct {
	key  string
	read func(k *tomlKey)
}

// configReader puts a config together from its file. What is wrong goes to
// problems, and the rest is read on. No value is shown that could be a secret.
type configReader struct {
	config   *config
	problems []bookfile.Problem
	broken   bool // some of the file is no TOML, so what is missing may be there
}

func (r *configReader) report(line int, key, format string, args ...any) {
	r.problems = append(r.problems, bookfile.Problem{File: r.config.path, Line: line, Key: key, Message: fmt.Sprintf(format, args...)})
}

// root reads the keys above any table, and the tables.
func (r *configReader) root(t *tomlTable) {
	r.table(t, "", r.rootSettings())
	if r.config.discord == nil && !r.broken && t.find("discord") == nil {
		r.report(0, "", "It names no platform, so there is nothing to run. Add the table [discord]; config.example.toml shows what goes into it.")
	}
}

func (r *configReader) rootSettings() []setting {
	return []setting{
		{"db", func(k *tomlKey) { r.db(k) }},
		{"log", func(k *tomlKey) {
			r.config.log, _ = r.oneOf(k, "", "debug", "info", "warn", "error")
		}},
		{"discord", func(k *tomlKey) {
			switch list := k.value.tables(); {
			case k.value.table != nil:
				r.discord(k.value.table)
			case len(list) > 0:
				r.report(k.line, "", "Write this header as [discord], once.")
				r.discord(list[0])
			default:
				r.report(k.line, "", "Write [discord] as a header on a line of its own, and its keys below it.")
			}
		}},
	}
}

func (r *configReader) db(k *tomlKey) {
	dsn, ok := r.text(k, "")
	if !ok {
		return
	}
	r.config.db = besideDSN(r.config.path, dsn)
	scheme, _, isURL := strings.Cut(dsn, "://")
	switch {
	case store.IsPostgres(dsn) && hasPassword(dsn):
		r.report(k.line, "db", "A password does not belong in this file. Take it out, and put it into the environment variable PGPASSWORD or into the file ~/.pgpass.")
	case store.IsPostgres(dsn):
	case isURL && scheme != "file" && scheme != "sqlite":
		r.report(k.line, "db", "This is no database that briefbot knows. Write the path of a file, or postgres://user@host/name.")
	default:
		if _, err := store.Path(r.config.db); err != nil {
			r.report(k.line, "db", "This is not the path of a database file. Write one such as briefbot.db, or postgres://user@host/name.")
		}
	}
}

// hasPassword reports whether the address of a database may hold a password.
func hasPassword(dsn string) bool {
	u, err := url.Parse(dsn)
	if err != nil {
		return strings.Contains(dsn, "@")
	}
	_, has := u.User.Password()
	return has || u.Query().Has("password") || u.Query().Has("sslpassword")
}

// discord reads the table [discord].
func (r *configReader) discord(t *tomlTable) {
	c := &discordConfig{line: t.line, tokenEnv: defaultTokenEnv, tokenLine: t.line, scope: discord.Global}
	r.config.discord = c
	r.table(t, "[discord]", r.discordSettings(c))
	if env, file := t.find("token_env"), t.find("token_file"); env != nil && file != nil {
		r.report(max(env.line, file.line), "[discord]", "token_env and token_file both say where the token is. Keep one.")
	}
	if c.scope == discord.Servers && len(c.servers) == 0 && t.find("server") == nil && !r.broken {
		r.report(t.find("commands").line, "[discord] commands", `With "servers", the commands are only in the servers that are listed, and none is. Add [[discord.server]] with the id of each, or write "global".`)
	}
	r.sameServer(c)
}

func (r *configReader) discordSettings(c *discordConfig) []setting {
	const table = "[discord]"
	return []setting{
		{"token_env", func(k *tomlKey) {
			c.tokenEnv = ""
			name, ok := r.text(k, table)
			switch {
			case ok && !variableName.MatchString(name):
				r.report(k.line, table+" token_env", "This is not the name of an environment variable. Write its name here, such as %q, and never the token itself. If this was the token, reset it.", defaultTokenEnv)
			case ok:
				c.tokenEnv, c.tokenLine = name, k.line
			}
		}},
		{"token_file", func(k *tomlKey) {
			c.tokenEnv = ""
			if path, ok := r.text(k, table); ok {
				c.tokenFile, c.tokenLine = beside(r.config.path, path), k.line
			}
		}},
		{"commands", func(k *tomlKey) {
			if scope, ok := r.oneOf(k, table, string(discord.Global), string(discord.Servers)); ok {
				c.scope = discord.Scope(scope)
			}
		}},
		{"book", func(k *tomlKey) { c.book = r.book(k, table) }},
		{"base_url", func(k *tomlKey) { c.baseURL = r.address(k, table) }},
		{"server", func(k *tomlKey) {
			list := k.value.tables()
			switch {
			case k.value.table != nil:
				r.report(k.line, "", "Write this header as [[discord.server]], once for each server.")
				list = []*tomlTable{k.value.table}
			case len(list) == 0:
				r.report(k.line, "[discord] server", `List each server below a header [[discord.server]] of its own, with its id and its book.`)
			}
			for _, t := range list {
				r.server(t, c)
			}
		}},
	}
}

// variableName is what a shell takes as the name of a variable. No token looks
// like that: Discord's have dots, and others hyphens.
var variableName = regexp.MustCompile(`\A[A-Za-z_][A-Za-z0-9_]*\z`)

// server reads a table [[discord.server]].
func (r *configReader) server(t *tomlTable, c *discordConfig) {
	s := serverConfig{line: t.line}
	r.table(t, "[[discord.server]]", r.serverSettings(&s))
	if t.find("id") == nil && !r.broken {
		r.report(t.line, "[[discord.server]]", "This server has no id. In Discord, turn on Developer Mode, right-click on the server and choose Copy Server ID; write it here as id = \"…\".")
	}
	if s.id != "" {
		c.servers = append(c.servers, s)
	}
}

func (r *configReader) serverSettings(s *serverConfig) []setting {
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

// sameServer reports servers that are listed twice.
func (r *configReader) sameServer(c *discordConfig) {
	seen := map[briefings.Workspace]bool{}
	for _, s := range c.servers {
		if seen[s.id] {
			r.report(s.line, "[[discord.server]] id", "The server %s is listed twice. Keep one.", s.id)
		}
		seen[s.id] = true
	}
}

// isSnowflake reports whether s is an id as Discord makes them: a number of 64
// bits. Discord's have 17 digits and more; those of a stand-in may have fewer.
func isSnowflake(s string) bool {
	n, err := strconv.ParseUint(s, 10, 64)
	return err == nil && strconv.FormatUint(n, 10) == s
}

// table reads the keys of a table.
func (r *configReader) table(t *tomlTable, name string, settings []setting) {
	keys := make([]string, len(settings))
	for i, s := range settings {
		keys[i] = s.key
	}
next:
	for _, k := range t.keys {
		for _, s := range settings {
			if s.key == k.name {
				s.read(k)
				continue next
			}
		}
		r.unknown(k, name, keys)
	}
}

// unknown says what to do about a key that a table does not have.
func (r *configReader) unknown(k *tomlKey, table string, keys []string) {
	key := shownKey(k.name)
	place := strings.TrimSpace(table + " " + key)
	guess := near(k.name, keys)
	isTable := k.value.table != nil || len(k.value.tables()) > 0
	switch {
	case !isTable && isSecretKey(k.name, guess):
		r.report(k.line, place, "A secret does not belong in this file. Take it out, and put it into the environment variable %s, or into a file that only its owner may read and that token_file names. Where others could read this file, reset the token.", defaultTokenEnv)
	case isTable && table == "":
		r.report(k.line, "", "There is no table [%s] in a config. The tables are [discord] and [[discord.server]].", key)
	case isTable && table == "[discord]":
		r.report(k.line, "", "There is no table [discord.%s] in a config. Did you mean [[discord.server]]?", key)
	case guess != "":
		r.report(k.line, place, "There is no such key here. Did you mean %s?", guess)
	case table == "" && near(k.name, discordKeys()) != "":
		r.report(k.line, place, "There is no such key above the tables. Put it below the header [discord].")
	default:
		r.report(k.line, place, "There is no such key here. There are %s. Correct it, or delete the line.", strings.Join(keys, ", "))
	}
}

// isSecretKey reports whether a key that a table does not have is where people
// put a secret. guess is the key that it is near to, if any.
func isSecretKey(key, guess string) bool {
	key = strings.ToLower(key)
	return key == "token" || guess == "" && (strings.Contains(key, "token") || strings.Contains(key, "secret") || strings.Contains(key, "password"))
}

func discordKeys() []string {
	var keys []string
	for _, s := range new(configReader).discordSettings(nil) {
		keys = append(keys, s.key)
	}
	return keys
}

// text returns the value of a key that takes text.
func (r *configReader) text(k *tomlKey, table string) (string, bool) {
	key := strings.TrimSpace(table + " " + k.name)
	switch {
	case k.value.table != nil || k.value.kind == unstable.Array:
		r.report(k.line, key, `This takes one text between quotes: %s = "…".`, k.name)
	case k.value.kind != unstable.String:
		r.report(k.line, key, `Put the value between quotes: %s = "…".`, k.name)
	case strings.TrimSpace(k.value.text) == "":
		r.report(k.line, key, "This is empty. Give it a value, or delete the line.")
	case strings.ContainsFunc(k.value.text, func(c rune) bool { return c == '\n' || c == '\t' || briefings.Unprintable(c) }):
		r.report(k.line, key, "There is an invisible character or a line break in the value. Write it anew, on one line.")
	default:
		return strings.TrimSpace(k.value.text), true
	}
	return "", false
}

// oneOf is text for a key that takes one of some words.
func (r *configReader) oneOf(k *tomlKey, table string, words ...string) (string, bool) {
	value, ok := r.text(k, table)
	if !ok {
		return "", false
	}
	for _, w := range words {
		if value == w {
			return w, true
		}
	}
	list := strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
	meant := ""
	if guess := near(value, words); guess != "" {
		meant = fmt.Sprintf(" Did you mean %s?", guess)
	}
	r.report(k.line, strings.TrimSpace(table+" "+k.name), "This takes %s, not %s.%s", list, shownValue(value), meant)
	return "", false
}

// book is text for the id of a book.
func (r *configReader) book(k *tomlKey, table string) namedBook {
	id, ok := r.text(k, table)
	if !ok {
		return namedBook{}
	}
	if briefings.CheckSlug(id) != nil {
		r.report(k.line, table+" book", "%s is not the id of a book. 'briefbot books' lists the ids of the books in the database.", shownValue(id))
		return namedBook{}
	}
	return namedBook{briefings.BookID(id), k.line, table + " book"}
}

// address is text for where a platform is.
func (r *configReader) address(k *tomlKey, table string) string {
	s, ok := r.text(k, table)
	if !ok {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		r.report(k.line, table+" base_url", "This is not a web address that can be used here. Write it as https://host, without a user, a query or a fragment; or delete the line.")
		return ""
	}
	return s
}

// maxShown is how much of what was written is shown: less than any token has.
const maxShown = 40

func shownValue(s string) string {
	if utf8.RuneCountInString(s) > maxShown {
		return "this"
	}
	return strconv.Quote(s)
}

func shownKey(s string) string {
	if utf8.RuneCountInString(s) > maxShown {
		return "This"
	}
	return s
}
