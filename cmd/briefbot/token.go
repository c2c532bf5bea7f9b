package main

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// maxTokenBytes is more than any platform's token has.
const maxTokenBytes = 4 << 10

// readTokens puts the tokens of all configured platforms into the config. It
// returns what stands in the way; nothing of a token is in that.
func (a *app) readTokens(c *config) []bookfile.Problem {
	if c.discord == nil {
		return nil
	}
	d := c.discord
	if d.tokenEnv == "" && d.tokenFile == "" {
		return nil // that is a problem already
	}
	key, from := "token_env", func() (string, error) { return a.tokenOfVariable(d.tokenEnv) }
	if d.tokenFile != "" {
		key, from = "token_file", func() (string, error) { return tokenOfFile(d.tokenFile) }
	}
	token, err := from()
	if err != nil {
		return []bookfile.Problem{{File: c.path, Line: d.tokenLine, Key: "[discord] " + key, Message: err.Error()}}
	}
	d.token = bot.NewSecret(token)
	return nil
}

func (a *app) tokenOfVariable(name string) (string, error) {
	value := a.getenv(name)
	if strings.TrimSpace(value) == "" {
		return "", misuse("The environment variable %s is not set, or empty. Put the bot's token there: export %[1]s=…", name)
	}
	token, ok := cleanToken(value)
	if !ok {
		return "", misuse("What the environment variable %s holds is no token. Copy the token anew from the Bot page of the application, and nothing else.", name)
	}
	return token, nil
}

// tokenOfFile reads a token from a file that only its owner may read.
func tokenOfFile(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", misuse("There is no such file. Write the path of the file that holds the token; it starts at the folder of this config.")
	case err != nil:
		return "", misuse("The file cannot be read: %v.", reason(err))
	case runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0:
		return "", misuse("Others may read this file (its mode is %04o). Let only its owner: chmod 600, then start again. If others have access to this machine, reset the token.", info.Mode().Perm())
	}
	data, err := readFileUpTo(path, maxTokenBytes)
	if err != nil {
		return "", misuse("The file cannot be read: %v.", reason(err))
	}
	if strings.TrimSpace(string(data)) == "" {
		return "", misuse("The file is empty. Put the bot's token into it, and nothing else.")
	}
	token, ok := cleanToken(string(data))
	if !ok {
		return "", misuse("What the file holds is no token. Copy the token anew from the Bot page of the application into it, and nothing else.")
	}
	return token, nil
}

// cleanToken takes off what is often copied along with a token. It reports
// false for what holds characters that no token has.
func cleanToken(s string) (string, bool) {
	s = strings.TrimSpace(strings.TrimPrefix(s, "\uFEFF"))
	if rest, ok := strings.CutPrefix(s, "Bot "); ok {
		s = strings.TrimSpace(rest)
	}
	return s, s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}
