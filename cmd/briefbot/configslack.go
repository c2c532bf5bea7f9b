package main

import (
	"net"
	"regexp"
	"strconv"

	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/briefings"
)

// slackConfig is the table [slack].
type slackConfig struct {
	ties          // the places are those of workspaces
	mode          slack.Mode
	command       string
	listen        string
	baseURL       string
	token         secretRef // of a workspace that has none of its own, and so the next two
	appToken      secretRef
	signingSecret secretRef
	workspaces    []*workspaceConfig
}

// workspaceConfig is a table [[slack.workspace]].
type workspaceConfig struct {
	place
	hasID         bool // or what should be one
	token         secretRef
	appToken      secretRef
	signingSecret secretRef
}

// theWorkspaces returns the workspaces: where the config lists none there is one,
// of which Slack says the id.
func (c *slackConfig) theWorkspaces() []*workspaceConfig {
	if len(c.workspaces) == 0 {
		return []*workspaceConfig{{}}
	}
	return c.workspaces
}

// tokenOf returns where the token of a workspace is: its own or that of [slack].
func (c *slackConfig) tokenOf(w *workspaceConfig) *secretRef {
	if w.token.named {
		return &w.token
	}
	return &c.token
}

// keyOf returns where the secret is that the workspace's app proves itself with:
// in Socket Mode the app-level token, else the signing secret.
func (c *slackConfig) keyOf(w *workspaceConfig) *secretRef {
	switch {
	case c.mode == slack.HTTP && w.signingSecret.named:
		return &w.signingSecret
	case c.mode == slack.HTTP:
		return &c.signingSecret
	case w.appToken.named:
		return &w.appToken
	default:
		return &c.appToken
	}
}

// secrets returns where the secrets are that the mode needs.
func (c *slackConfig) secrets() []*secretRef {
	var list []*secretRef
	for _, w := range c.theWorkspaces() {
		list = append(list, c.keyOf(w), c.tokenOf(w))
	}
	return list
}

// apps returns the Slack apps, when the secrets have been read. Workspaces with
// the same app-level token or signing secret have the same app.
func (c *slackConfig) apps() []slack.App {
	var list []slack.App
	at := map[string]int{}
	for _, w := range c.theWorkspaces() {
		key := c.keyOf(w).value
		i, there := at[key.Reveal()]
		if !there {
			i = len(list)
			at[key.Reveal()] = i
			app := slack.App{Token: key}
			if c.mode == slack.HTTP {
				app = slack.App{SigningSecret: key}
			}
			list = append(list, app)
		}
		list[i].Workspaces = append(list[i].Workspaces, slack.Workspace{ID: w.id, Token: c.tokenOf(w).value})
	}
	return list
}

// slack reads the table [slack].
func (r *configReader) slack(t *tomlTable) {
	const table = "[slack]"
	c := &slackConfig{
		ties:          ties{platform: slack.Platform, name: "Slack", place: "workspace", others: "workspaces for which the config names no book", listedOnly: true},
		mode:          slack.Socket,
		command:       slack.DefaultCommand,
		token:         slackBotToken.unnamed(table, t.line),
		appToken:      slackAppToken.unnamed(table, t.line),
		signingSecret: slackSigningSecret.unnamed(table, t.line),
	}
	r.config.slack = c
	r.table(t, table, r.slackSettings(c))
	r.slackSources(t, table)
	if !r.broken {
		mode, listen := t.find("mode"), t.find("listen")
		switch {
		case c.mode == slack.HTTP && listen == nil:
			r.report(mode.line, table+" mode", `With "http", Slack delivers to an address on which briefbot listens, and none is given. Add listen = "127.0.0.1:8080", and lead your https:// address there.`)
		case mode == nil && listen != nil:
			r.report(listen.line, table+" listen", `Without mode = "http", briefbot listens nowhere. Add that, or delete this line.`)
		}
	}
	r.workspaceIDs(c)
	r.listedTwice(&c.ties)
	r.tokenTwice(c)
}

func (r *configReader) slackSettings(c *slackConfig) []setting {
	const table = "[slack]"
	return append(r.slackSecrets(table, &c.token, &c.appToken, &c.signingSecret), []setting{
		{"mode", func(k *tomlKey) {
			if mode, ok := r.oneOf(k, table, string(slack.Socket), string(slack.HTTP)); ok {
				c.mode = slack.Mode(mode)
			}
		}},
		{"command", func(k *tomlKey) {
			name, ok := r.text(k, table)
			if !ok {
				return
			}
			if err := slack.CheckCommand(name); err != nil {
				r.report(k.line, table+" command", "%s", inWords(err))
				return
			}
			c.command = name
		}},
		{"listen", func(k *tomlKey) { c.listen = r.listen(k, table) }},
		{"book", func(k *tomlKey) { c.book = r.book(k, table) }},
		r.admins(&c.ties, table),
		{"base_url", func(k *tomlKey) { c.baseURL = r.address(k, table) }},
		{"workspace", func(k *tomlKey) {
			for _, t := range r.listed(k, "slack") {
				r.workspace(t, c)
			}
		}},
	}...)
}

// slackSecrets returns the keys that say where Slack's secrets are.
func (r *configReader) slackSecrets(table string, token, appToken, signingSecret *secretRef) []setting {
	keys := r.secret(token, slackBotToken, table)
	keys = append(keys, r.secret(appToken, slackAppToken, table)...)
	return append(keys, r.secret(signingSecret, slackSigningSecret, table)...)
}

// slackSources reports secrets that are said to be in two places.
func (r *configReader) slackSources(t *tomlTable, table string) {
	for _, k := range []*secretKind{slackBotToken, slackAppToken, slackSigningSecret} {
		r.oneSource(t, k, table)
	}
}

// workspace reads a table [[slack.workspace]].
func (r *configReader) workspace(t *tomlTable, c *slackConfig) {
	const table = "[[slack.workspace]]"
	w := &workspaceConfig{
		place:         place{line: t.line},
		hasID:         t.find("id") != nil,
		token:         slackBotToken.unnamed(table, t.line),
		appToken:      slackAppToken.unnamed(table, t.line),
		signingSecret: slackSigningSecret.unnamed(table, t.line),
	}
	r.table(t, table, r.workspaceSettings(w))
	r.slackSources(t, table)
	c.workspaces = append(c.workspaces, w)
	c.places = append(c.places, w.place)
}

func (r *configReader) workspaceSettings(w *workspaceConfig) []setting {
	const table = "[[slack.workspace]]"
	return append(r.slackSecrets(table, &w.token, &w.appToken, &w.signingSecret), []setting{
		{"id", func(k *tomlKey) {
			id, ok := r.text(k, table)
			switch {
			case ok && !workspaceID.MatchString(id):
				r.report(k.line, table+" id", "This is not the id of a Slack workspace, which begins with T. %s", whereWorkspaceID)
			case ok:
				w.id, w.line = briefings.Workspace(id), k.line
			}
		}},
		{"book", func(k *tomlKey) { w.book = r.book(k, table) }},
	}...)
}

// workspaceID is how Slack's ids of workspaces, and of organisations, look.
var workspaceID = regexp.MustCompile(`\A[TE][A-Za-z0-9_-]+\z`)

const whereWorkspaceID = "Open the workspace in a browser: it stands in the address, behind app.slack.com/client/."

// workspaceIDs reports workspaces without an id, where there are several.
func (r *configReader) workspaceIDs(c *slackConfig) {
	for _, w := range c.workspaces {
		if !w.hasID && len(c.workspaces) > 1 && !r.broken {
			r.report(w.line, "[[slack.workspace]]", "This workspace has no id, and there are several. Write it here as id = \"…\". %s", whereWorkspaceID)
		}
	}
}

// tokenTwice reports workspaces whose token is said to be where that of another
// is: Slack gives out another for each.
func (r *configReader) tokenTwice(c *slackConfig) {
	if r.broken {
		return
	}
	c.eachPair(func(w, before *workspaceConfig) {
		if c.tokenOf(w).sameSource(c.tokenOf(before)) {
			r.report(max(w.line, w.token.line), "[[slack.workspace]]", "This workspace would have the token of another above, and each has a token of its own. Name another variable with token_env, or a file with token_file.")
		}
	})
}

// sameTokens returns the workspaces whose token is that of another, though it is
// kept elsewhere.
func (c *slackConfig) sameTokens() []*secretRef {
	var list []*secretRef
	c.eachPair(func(w, before *workspaceConfig) {
		a, b := c.tokenOf(w), c.tokenOf(before)
		if !a.sameSource(b) && !a.value.IsZero() && a.value.Reveal() == b.value.Reveal() {
			list = append(list, a)
		}
	})
	return list
}

// eachPair calls f for each workspace with each one above it.
func (c *slackConfig) eachPair(f func(w, before *workspaceConfig)) {
	for i, w := range c.workspaces {
		for _, before := range c.workspaces[:i] {
			f(w, before)
		}
	}
}

// listen is text for an address on this machine.
func (r *configReader) listen(k *tomlKey, table string) string {
	s, ok := r.text(k, table)
	if !ok {
		return ""
	}
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		r.report(k.line, table+" listen", `This is not an address to listen on. Write it as host:port without https://, such as "127.0.0.1:8080".`)
		return ""
	}
	return s
}
