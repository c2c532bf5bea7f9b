package main

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
	"github.com/briefbot/briefbot/store"
)

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
	if !r.broken && t.find("discord") == nil && t.find("slack") == nil {
		r.report(0, "", "It names no platform, so there is nothing to run. Add the table [discord] or [slack]; config.example.toml shows what goes into them.")
		return
	}
	r.unserved()
}

func (r *configReader) rootSettings() []setting {
	return []setting{
		{"db", func(k *tomlKey) { r.db(k) }},
		{"log", func(k *tomlKey) {
			r.config.log, _ = r.oneOf(k, "", "debug", "info", "warn", "error")
		}},
		{"discord", func(k *tomlKey) { r.platform(k, r.discord) }},
		{"slack", func(k *tomlKey) { r.platform(k, r.slack) }},
		{"digest", func(k *tomlKey) { r.digests(k) }},
	}
}

// platform reads the table of a platform.
func (r *configReader) platform(k *tomlKey, read func(t *tomlTable)) {
	switch list := k.value.tables(); {
	case k.value.table != nil:
		read(k.value.table)
	case len(list) > 0:
		r.report(k.line, "", "Write this header as [%s], once.", k.name)
		read(list[0])
	default:
		r.report(k.line, "", "Write [%s] as a header on a line of its own, and its keys below it.", k.name)
	}
}

// listed returns the tables of a [[header]], such as [[discord.server]].
func (r *configReader) listed(k *tomlKey, platform string) []*tomlTable {
	header := fmt.Sprintf("[[%s.%s]]", platform, k.name)
	list := k.value.tables()
	switch {
	case k.value.table != nil:
		r.report(k.line, "", "Write this header as %s, once for each %s.", header, k.name)
		return []*tomlTable{k.value.table}
	case len(list) == 0:
		r.report(k.line, fmt.Sprintf("[%s] %s", platform, k.name), "List each %s below a header %s of its own, with its id and its book.", k.name, header)
	}
	return list
}

// listedTwice reports places of a platform that the config lists twice.
func (r *configReader) listedTwice(t *ties) {
	seen := map[briefings.Workspace]bool{}
	for _, p := range t.places {
		if p.id != "" && seen[p.id] {
			r.report(p.line, fmt.Sprintf("[[%s.%s]] id", t.platform, t.place), "The %s %s is listed twice. Keep one.", t.place, p.id)
		}
		seen[p.id] = true
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

// secret returns the two keys that say where a secret is.
func (r *configReader) secret(ref *secretRef, k *secretKind, table string) []setting {
	return []setting{
		{k.key + "_env", func(key *tomlKey) {
			ref.env, ref.named, ref.line = "", true, key.line
			name, ok := r.text(key, table)
			switch {
			case ok && (!variableName.MatchString(name) || isHex(name)):
				r.report(key.line, table+" "+key.name, "This is not the name of an environment variable. Write its name here, such as %q, and never the %s itself. If this was the %[2]s, %[3]s.", k.env, k.noun, k.renew)
			case ok:
				ref.env = name
			}
		}},
		{k.key + "_file", func(key *tomlKey) {
			ref.env, ref.named, ref.line = "", true, key.line
			if path, ok := r.text(key, table); ok {
				ref.file = beside(r.config.path, path)
			}
		}},
	}
}

// oneSource reports a secret that is said to be in two places.
func (r *configReader) oneSource(t *tomlTable, k *secretKind, table string) {
	if env, file := t.find(k.key+"_env"), t.find(k.key+"_file"); env != nil && file != nil {
		r.report(max(env.line, file.line), table, "%s_env and %[1]s_file both say where the %s is. Keep one.", k.key, k.noun)
	}
}

// variableName is what a shell takes as the name of a variable. No token looks
// like that: Discord's have dots, and others hyphens.
var variableName = regexp.MustCompile(`\A[A-Za-z_][A-Za-z0-9_]*\z`)

// isHex reports whether s may be Slack's signing secret, which is 32 hex digits.
func isHex(s string) bool {
	return len(s) >= 16 && strings.Trim(s, "0123456789abcdef") == ""
}

// table reads the keys of a table.
func (r *configReader) table(t *tomlTable, name string, settings []setting) {
next:
	for _, k := range t.keys {
		for _, s := range settings {
			if s.key == k.name {
				s.read(k)
				continue next
			}
		}
		r.unknown(k, name, keysOf(settings))
	}
}

func keysOf(settings []setting) []string {
	keys := make([]string, len(settings))
	for i, s := range settings {
		keys[i] = s.key
	}
	return keys
}

// unknown says what to do about a key that a table does not have.
func (r *configReader) unknown(k *tomlKey, table string, keys []string) {
	key := shownKey(k.name)
	place := strings.TrimSpace(table + " " + key)
	guess := near(k.name, keys)
	isTable := k.value.table != nil || len(k.value.tables()) > 0
	switch {
	case !isTable && isSecretKey(k.name, guess):
		r.report(k.line, place, "A secret does not belong in this file. Take it out, and put it into %s. Where others could read this file, reset the %s.", whereSecretsGo(k.name, table), secretNoun(k.name))
	case isTable && table == "":
		r.report(k.line, "", "There is no table [%s] in a config. %s", key, meantTable(k.name))
	case isTable && table == "[discord]":
		r.report(k.line, "", "There is no table [discord.%s] in a config. Did you mean [[discord.server]]?", key)
	case isTable && table == "[slack]":
		r.report(k.line, "", "There is no table [slack.%s] in a config. Did you mean [[slack.workspace]]?", key)
	case guess != "":
		r.report(k.line, place, "There is no such key here. Did you mean %s?", guess)
	case table == "" && len(headersOf(k.name)) > 0:
		r.report(k.line, place, "There is no such key above the tables. Put it below the header %s.", strings.Join(headersOf(k.name), " or "))
	default:
		r.report(k.line, place, "There is no such key here. There are %s. Correct it, or delete the line.", strings.Join(keys, ", "))
	}
}

func meantTable(name string) string {
	if guess := near(name, []string{"discord", "slack"}); guess != "" {
		return "Did you mean [" + guess + "]?"
	}
	if near(name, []string{"digest"}) != "" {
		return "Did you mean " + digestTable + "?"
	}
	return "The tables are [discord] with [[discord.server]], [slack] with [[slack.workspace]], and [[digest]]."
}

// headersOf returns below which headers a key belongs that stands above them: of
// those that have it, else of those that have one like it.
func headersOf(key string) []string {
	r := new(configReader)
	var exact, like []string
	for _, p := range []struct {
		header string
		keys   []string
	}{
		{"[discord]", keysOf(r.discordSettings(new(discordConfig)))},
		{"[slack]", keysOf(r.slackSettings(new(slackConfig)))},
		{digestTable, keysOf(r.digestSettings(new(digestConfig)))},
	} {
		if slices.Contains(p.keys, key) {
			exact = append(exact, p.header)
		}
		if near(key, p.keys) != "" {
			like = append(like, p.header)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return like
}

// isSecretKey reports whether a key that a table does not have is where people
// put a secret. guess is the key that it is near to, if any.
func isSecretKey(key, guess string) bool {
	key = strings.ToLower(key)
	if strings.HasSuffix(key, "_env") || strings.HasSuffix(key, "_file") {
		return false
	}
	for _, k := range []*secretKind{slackBotToken, slackAppToken, slackSigningSecret} {
		if key == k.key {
			return true
		}
	}
	return guess == "" && (strings.Contains(key, "token") || strings.Contains(key, "secret") || strings.Contains(key, "password"))
}

// whereSecretsGo says where the secret belongs that stands at a key of a table.
func whereSecretsGo(key, table string) string {
	kind := discordToken
	key = strings.ToLower(key)
	switch inSlack := strings.Contains(table, "slack"); {
	case table == "":
		return "an environment variable, or into a file that only its owner may read; config.example.toml shows how each is named"
	case inSlack && (strings.Contains(key, "sign") || strings.Contains(key, "secret")):
		kind = slackSigningSecret
	case inSlack && strings.Contains(key, "app"):
		kind = slackAppToken
	case inSlack:
		kind = slackBotToken
	}
	return fmt.Sprintf("the environment variable %s, or into a file that only its owner may read and that %s_file names", kind.env, kind.key)
}

// secretNoun is what to call the secret at a key.
func secretNoun(key string) string {
	if strings.Contains(strings.ToLower(key), "token") {
		return "token"
	}
	return "secret"
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
