package main

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// maxTokenBytes is more than any platform's token has.
const maxTokenBytes = 4 << 10

// secretKind is a kind of secret that a platform needs.
type secretKind struct {
	key   string // key_env in the config names an environment variable, key_file a file
	env   string // the environment variable unless the config names another
	noun  string // "token"
	whole string // "the bot's token"
	from  string // where it is copied from: "the Bot page of the application"
	renew string // what to do when others may have seen it
	// shape is what slackShape says of it; empty where nothing is known.
	shape string
}

// The secrets that there are.
var (
	discordToken = &secretKind{
		key: "token", env: defaultTokenEnv, noun: "token", whole: "the bot's token",
		from: "the Bot page of the application", renew: "reset the token",
	}
	slackBotToken = &secretKind{
		key: "token", env: "SLACK_BOT_TOKEN", noun: "token", whole: "the bot's token", shape: "the token of a bot (xoxb-…)",
		from: "the OAuth & Permissions page of the app, where it is called Bot User OAuth Token", renew: "revoke the token in Slack, and install the app again",
	}
	slackAppToken = &secretKind{
		key: "app_token", env: "SLACK_APP_TOKEN", noun: "app-level token", whole: "the app-level token", shape: "the app-level token of an app (xapp-…)",
		from: "the Basic Information page of the app, below App-Level Tokens", renew: "revoke the token in Slack, and generate another",
	}
	slackSigningSecret = &secretKind{
		key: "signing_secret", env: "SLACK_SIGNING_SECRET", noun: "signing secret", whole: "the signing secret",
		from: "the Basic Information page of the app, below App Credentials", renew: "regenerate the secret in Slack",
	}
)

// secretRef says where a secret is, and holds it once it has been read.
type secretRef struct {
	kind  *secretKind
	table string // of the config: "[discord]"
	line  int    // of the key that names it, else of the table
	named bool   // a key says where it is
	env   string // the environment variable …
	file  string // … or the file, where this is not empty; where neither is known, the config has a problem
	value bot.Secret
}

// unnamed returns where a secret is unless a key says it.
func (k *secretKind) unnamed(table string, line int) secretRef {
	return secretRef{kind: k, table: table, line: line, env: k.env}
}

// sameSource reports whether two secrets are read from the same place.
func (s *secretRef) sameSource(other *secretRef) bool {
	return s.file == other.file && (s.file != "" || s.env != "" && s.env == other.env)
}

// readTokens puts the secrets of all configured platforms into the config. It
// returns what stands in the way; nothing of a secret is in that.
func (a *app) readTokens(c *config) []bookfile.Problem {
	var refs []*secretRef
	for _, ref := range c.secrets() {
		if !slices.Contains(refs, ref) { // several workspaces may share one
			refs = append(refs, ref)
		}
	}
	var problems []bookfile.Problem
	for _, ref := range refs {
		if p := a.readSecret(ref); p != nil {
			p.File = c.path
			problems = append(problems, *p)
		}
	}
	if c.slack != nil {
		for _, ref := range c.slack.sameTokens() {
			problems = append(problems, bookfile.Problem{File: c.path, Line: ref.line, Key: ref.table, Message: "This workspace has the same token as another above, and each has a token of its own. Copy it from the app that is installed in this one."})
		}
	}
	return problems
}

// readSecret reads one secret; nil stands for no problem.
func (a *app) readSecret(s *secretRef) *bookfile.Problem {
	if s.env == "" && s.file == "" {
		return nil // that is a problem already
	}
	key, from := "_env", func() (string, error) { return a.secretOfVariable(s.kind, s.env) }
	if s.file != "" {
		key, from = "_file", func() (string, error) { return secretOfFile(s.kind, s.file) }
	}
	value, err := from()
	if err != nil {
		return &bookfile.Problem{Line: s.line, Key: s.table + " " + s.kind.key + key, Message: err.Error()}
	}
	s.value = bot.NewSecret(value)
	return nil
}

func (a *app) secretOfVariable(k *secretKind, name string) (string, error) {
	value := a.getenv(name)
	if strings.TrimSpace(value) == "" {
		return "", misuse("The environment variable %s is not set, or empty. Put %s there: export %[1]s=…", name, k.whole)
	}
	secret, ok := cleanToken(value)
	if !ok {
		return "", misuse("What the environment variable %s holds is no %s. Copy the %[2]s anew from %[3]s, and nothing else.", name, k.noun, k.from)
	}
	if other := k.mistaken(secret); other != "" {
		return "", misuse("The environment variable %s holds %s, and needed is %s. Copy it from %s.", name, other, k.whole, k.from)
	}
	return secret, nil
}

// secretOfFile reads a secret from a file that only its owner may read.
func secretOfFile(k *secretKind, path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", misuse("There is no such file. Write the path of the file that holds the %s; it starts at the folder of this config.", k.noun)
	case err != nil:
		return "", misuse("The file cannot be read: %v.", reason(err))
	case runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0:
		return "", misuse("Others may read this file (its mode is %04o). Let only its owner: chmod 600, then start again. If others have access to this machine, %s.", info.Mode().Perm(), k.renew)
	}
	data, err := readFileUpTo(path, maxTokenBytes)
	if err != nil {
		return "", misuse("The file cannot be read: %v.", reason(err))
	}
	if strings.TrimSpace(string(data)) == "" {
		return "", misuse("The file is empty. Put %s into it, and nothing else.", k.whole)
	}
	secret, ok := cleanToken(string(data))
	if !ok {
		return "", misuse("What the file holds is no %s. Copy the %[1]s anew from %[2]s into it, and nothing else.", k.noun, k.from)
	}
	if other := k.mistaken(secret); other != "" {
		return "", misuse("The file holds %s, and needed is %s. Copy it from %s.", other, k.whole, k.from)
	}
	return secret, nil
}

// cleanToken takes off what is often copied along with a token. It reports
// false for what holds characters that no token has.
func cleanToken(s string) (string, bool) {
	s = strings.TrimSpace(strings.TrimPrefix(s, "\uFEFF"))
	for _, scheme := range []string{"Bot ", "Bearer "} {
		if rest, ok := strings.CutPrefix(s, scheme); ok {
			s = strings.TrimSpace(rest)
		}
	}
	return s, s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// mistaken returns what a value is where it is known to be another secret than
// this kind; "" where it may be this one. Only what a Slack token begins with is
// known: what stands in for Slack makes them as it likes.
func (k *secretKind) mistaken(value string) string {
	if k == discordToken {
		return ""
	}
	if is := slackShape(value); is != "" && is != k.shape {
		return is
	}
	return ""
}

// slackShape returns what a value is by how it begins; "" where that says nothing.
func slackShape(value string) string {
	for _, s := range []struct{ prefix, is string }{
		{"xoxb-", slackBotToken.shape},
		{"xapp-", slackAppToken.shape},
		{"xoxp-", "the token of a person (xoxp-…)"},
		{"xoxe.xox", "a token that ends after some hours (xoxe.…), because token rotation is on for the app"},
		{"xoxe-", "a token to get others with (xoxe-…)"},
		{"xoxa-", "a token that Slack does not give out any more (xoxa-…)"},
		{"xoxr-", "a token that Slack does not give out any more (xoxr-…)"},
		{"xoxc-", "the token of somebody's own client (xoxc-…)"},
		{"xoxd-", "the token of somebody's own client (xoxd-…)"},
		{"xoxs-", "the token of somebody's own client (xoxs-…)"},
		{"https://", "an address"},
	} {
		if strings.HasPrefix(value, s.prefix) {
			return s.is
		}
	}
	return ""
}
