package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
	"github.com/briefbot/briefbot/store"
)

// maxConfigBytes is more than any config needs, and little enough to read.
const maxConfigBytes = 1 << 20

// config is what the config file says. It holds no secrets but those that
// readTokens puts there.
type config struct {
	path    string // as it was named
	db      string // the database, as store.Open takes it
	log     string // the level; empty where the file names none
	discord *discordConfig
	slack   *slackConfig
	digests []*digestConfig
}

// ties returns what each platform's table says of books.
func (c *config) ties() []*ties {
	var list []*ties
	if c.discord != nil {
		list = append(list, &c.discord.ties)
	}
	if c.slack != nil {
		list = append(list, &c.slack.ties)
	}
	return list
}

// secrets returns where the secrets are that the platforms need; one that several
// need is there several times.
func (c *config) secrets() []*secretRef {
	var list []*secretRef
	if c.discord != nil {
		list = append(list, &c.discord.token)
	}
	if c.slack != nil {
		list = append(list, c.slack.secrets()...)
	}
	return list
}

// ready returns the config with those platforms whose secrets are all there.
func (c *config) ready() *config {
	missing := func(s *secretRef) bool { return s.value.IsZero() }
	ready := *c
	if c.discord != nil && missing(&c.discord.token) {
		ready.discord = nil
	}
	if c.slack != nil && slices.ContainsFunc(c.slack.secrets(), missing) {
		ready.slack = nil
	}
	return &ready
}

// missingBooks returns a problem for each named book that a database with the
// given books does not hold.
func (c *config) missingBooks(have []briefings.BookID) []bookfile.Problem {
	var problems []bookfile.Problem
	var named []namedBook
	for _, t := range c.ties() {
		named = append(named, t.books()...)
	}
	for _, d := range c.digests {
		if d.book.id != "" {
			named = append(named, d.book)
		}
	}
	for _, b := range named {
		if !slices.Contains(have, b.id) {
			problems = append(problems, bookfile.Problem{File: c.path, Line: b.line, Key: b.key, Message: fmt.Sprintf(
				"There is no book %q in the database. It holds: %s. Name one of them, or bring the book in with 'briefbot import'.", b.id, listBooks(have))})
		}
	}
	return problems
}

// configFlag gives a command the flag that names the config file.
func (a *app) configFlag(c *cobra.Command) {
	c.PersistentFlags().StringVar(&a.configPath, "config", "", "the config file (default $BRIEFBOT_CONFIG)")
}

// namedConfig returns the path of the config file, or a sentence where none is
// named.
func (a *app) namedConfig(command string) (string, error) {
	path := a.configPath
	if path == "" {
		path = a.getenv("BRIEFBOT_CONFIG")
	}
	if path == "" {
		return "", misuse("Say which config file: briefbot %s --config config.toml, or name it in BRIEFBOT_CONFIG. config.example.toml shows what goes into it.", command)
	}
	if a.book != "" {
		return "", misuse("--book is for the terminal. Which book a server talks about, the config says: book = %q below the header of the platform.", a.book)
	}
	return path, nil
}

// readConfig reads the config file, and makes its database the one that is
// meant unless --db or BRIEFBOT_DB names another. The config is as whole as the
// problems let it be; the error is for a file that cannot be read at all.
func (a *app) readConfig(path string) (*config, []bookfile.Problem, error) {
	data, err := readFileUpTo(path, maxConfigBytes)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, misuse("There is no config file %s. config.example.toml shows what goes into one.", path)
	case err != nil:
		return nil, nil, misuse("The config file %s cannot be read: %v.", path, reason(err))
	}
	c, problems := parseConfig(path, data)
	a.configDB = c.db
	return c, problems, nil
}

// parseConfig reads a config file, and returns all that is wrong with it.
func parseConfig(path string, data []byte) (*config, []bookfile.Problem) {
	r := &configReader{config: &config{path: path}}
	root := readTOML(data, func(line int, message string) { r.report(line, "", "%s", message) })
	r.broken = len(r.problems) > 0
	r.root(root)
	if r.config.db == "" {
		r.config.db = beside(path, "briefbot.db")
	}
	return r.config, r.problems
}

// mendedConfig returns the config for a command that needs no secrets, or reads
// them by itself. Where something is wrong, that has been shown.
func (a *app) mendedConfig(command string) (*config, error) {
	c, problems, err := a.namedAndRead(command)
	if err == nil && len(problems) > 0 {
		err = a.refuse(c.path, problems)
	}
	return c, err
}

// wholeConfig returns the config for a command that needs all of it, with the
// secrets. Where something is wrong, that has been shown.
func (a *app) wholeConfig(command string) (*config, error) {
	c, problems, err := a.namedAndRead(command)
	if err != nil {
		return nil, err
	}
	if problems = append(problems, a.readTokens(c)...); len(problems) > 0 {
		return nil, a.refuse(c.path, problems)
	}
	return c, nil
}

func (a *app) namedAndRead(command string) (*config, []bookfile.Problem, error) {
	path, err := a.namedConfig(command)
	if err != nil {
		return nil, nil, err
	}
	return a.readConfig(path)
}

// refuse shows what is wrong with the config, in the order of its lines.
func (a *app) refuse(path string, problems []bookfile.Problem) error {
	slices.SortStableFunc(problems, func(a, b bookfile.Problem) int { return a.Line - b.Line })
	fmt.Fprintln(a.stderr, (&bookfile.Problems{List: problems}).Error())
	fmt.Fprintf(a.stderr, "briefbot: %s in %s.\n", count(len(problems), "problem"), path)
	return exit{exitMisuse}
}

// beside returns a path that a config file names: it starts at the folder of
// the file, wherever the program was started.
func beside(config, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(config), path)
}

// besideDSN is beside for what names a database.
func besideDSN(config, dsn string) string {
	if store.IsPostgres(dsn) {
		return dsn
	}
	for _, prefix := range []string{"sqlite:", "file:"} {
		if path, ok := strings.CutPrefix(dsn, prefix); ok {
			if strings.HasPrefix(path, "//") {
				return dsn
			}
			return prefix + beside(config, path)
		}
	}
	return beside(config, dsn)
}

// readFileUpTo reads a regular file of at most so many bytes.
func readFileUpTo(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait
		return nil, errors.New("it is not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = errors.New("it is too big")
	}
	return data, err
}

// reason returns an error without the path, which the message has already.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
