package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
	"github.com/briefbot/briefbot/briefings/starter"
	"github.com/briefbot/briefbot/store"
)

// doctorPatience is how long doctor examines in all.
const doctorPatience = time.Minute

// examiner is an adapter that can tell how things stand on its platform.
type examiner interface {
	Examine(ctx context.Context, commands []bot.Command) []bot.Finding
}

func (a *app) doctorCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor --config FILE",
		Short: "Say what stands in the way of 'briefbot run'",
		Long: `doctor looks at all that 'briefbot run' needs: the config, the database and the
space for it, the tokens, and what each platform says of the bot. It works beside
a running bot, makes no database, and posts nothing.

The exit code is 0 when there is no problem, else 3.`,
		Example: `  briefbot doctor --config config.toml`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.doctor(cmd.Context()) },
	}
	a.configFlag(c)
	return c
}

func (a *app) doctor(ctx context.Context) error {
	path, err := a.namedConfig("doctor")
	if err != nil {
		return err
	}
	log, err := a.logger()
	if err != nil {
		return err
	}
	c, problems, err := a.readConfig(path)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, doctorPatience)
	defer cancel()
	findings, err := a.examine(ctx, c, problems, log)
	if err != nil {
		return err
	}
	if err := printFindings(a.stdout, findings); err != nil {
		return err
	}
	if slices.ContainsFunc(findings, func(f bot.Finding) bool { return f.Level == bot.Problem }) {
		return exit{exitFailed}
	}
	return nil
}

// examine looks at everything, as far as problems do not hide it.
func (a *app) examine(ctx context.Context, c *config, problems []bookfile.Problem, log *slog.Logger) (findings []bot.Finding, err error) {
	if len(problems) > 0 {
		return append(problemFindings("Config", problems), bot.Finding{Level: bot.Notice, Subject: "Config",
			Message: "Nothing else was looked at.", Fix: "Mend the config file, and run 'briefbot doctor' again."}), nil
	}
	findings = append(findings, bot.Finding{Level: bot.Good, Subject: "Config", Message: c.path + " has no problems."})
	o, about := a.examineDatabase(ctx)
	findings = append(findings, about...)
	books := asBound{noStore{}, c, a.now}
	if o != nil {
		books.bookStore = o.store
		defer func() { err = errors.Join(err, o.store.Close()) }()
	}
	if o != nil || a.noDatabase() {
		findings = append(findings, a.examineBooks(ctx, c, books)...)
	}
	findings = append(findings, problemFindings("Token", a.readTokens(c))...)
	core, err := bot.New(briefings.NewLibrary(nil), bot.Options{}) // for its table of commands
	if err != nil {
		return nil, err
	}
	platforms, err := a.platforms(c.ready(), surroundings{books: newBoundBooks(books, a.now), offers: bot.NewOffers(nil, log), inbound: noStore{}, log: log})
	if err != nil {
		return append(findings, bot.Finding{Level: bot.Problem, Subject: "Config", Message: inWords(err)}), nil
	}
	for _, p := range platforms {
		if e, ok := p.adapter.(examiner); ok {
			findings = append(findings, e.Examine(ctx, core.Commands())...)
		}
	}
	return findings, nil
}

// examineDatabase looks at the database and the space for it, and returns it
// open, or nil where it is not there or cannot be used. It makes none.
func (a *app) examineDatabase(ctx context.Context) (*opened, []bot.Finding) {
	about := func(level bot.Level, message, fix string) bot.Finding {
		return bot.Finding{Level: level, Subject: "Database", Message: message, Fix: fix}
	}
	path, err := store.Path(a.dsn())
	if err != nil {
		return nil, []bot.Finding{about(bot.Problem, inWords(err), "")}
	}
	var space []bot.Finding
	if path != "" {
		if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
			return nil, []bot.Finding{about(bot.Problem, "The folder "+filepath.Dir(path)+" does not exist.", "Create it, or give the database another path.")}
		}
		space = examineDisk(path)
	}
	if a.noDatabase() {
		return nil, append([]bot.Finding{about(bot.Notice, path+" is not there yet. 'briefbot run' makes it, with the starter book.", "")}, space...)
	}
	o, err := a.openStore(ctx, store.Options{})
	if err != nil {
		return nil, append([]bot.Finding{about(bot.Problem, inWords(err), "")}, space...)
	}
	return o, append([]bot.Finding{about(bot.Good, shownDSN(a.dsn())+" can be used by this version of briefbot.", "")}, space...)
}

// examineBooks looks whether every workspace of the config gets a book. A database
// that is not there yet has the one that it will be made with.
func (a *app) examineBooks(ctx context.Context, c *config, s bookStore) []bot.Finding {
	about := func(level bot.Level, message, fix string) []bot.Finding {
		return []bot.Finding{{Level: level, Subject: "Books", Message: message, Fix: fix}}
	}
	have, err := s.Books(ctx)
	if err != nil {
		return about(bot.Problem, inWords(err), "")
	}
	if missing := c.missingBooks(have); len(missing) > 0 {
		return problemFindings("Books", missing)
	}
	var findings []bot.Finding
	for _, t := range c.ties() {
		if t.needsBook() && len(have) > 1 {
			findings = append(findings, about(bot.Notice, fmt.Sprintf("The database holds several books: %s. %s %s have none.", listBooks(have), t.name, t.others),
				fmt.Sprintf(`Name the book for them in the config: book = "…" below [%s].`, t.platform))...)
		}
	}
	if len(findings) > 0 {
		return findings
	}
	var places []string
	for _, t := range c.ties() {
		places = append(places, t.name+" "+t.place)
	}
	return about(bot.Good, fmt.Sprintf("Every %s has a book. There are: %s.", strings.Join(places, " and every "), listBooks(have)), "")
}

// noStore stands for a database that is not there.
type noStore struct{}

func (noStore) Books(context.Context) ([]briefings.BookID, error) { return nil, nil }
func (noStore) Binding(context.Context, briefings.Platform, briefings.Workspace) (briefings.Binding, error) {
	return briefings.Binding{}, briefings.Errorf(briefings.ErrNotFound, "There is no database yet.")
}

func (noStore) Claim(context.Context, briefings.BookID, briefings.Platform, string, time.Time) (bool, error) {
	return false, briefings.Errorf(briefings.ErrNotFound, "There is no database yet.")
}

// asBound is a store as it is going to be when run has bound the workspaces that
// the config lists, and has put the starter book into a database without any.
type asBound struct {
	bookStore
	config *config
	now    func() time.Time
}

func (s asBound) Books(ctx context.Context) ([]briefings.BookID, error) {
	have, err := s.bookStore.Books(ctx)
	if err != nil || len(have) > 0 {
		return have, err
	}
	contents, err := starter.Book(s.now())
	if err != nil {
		return nil, err
	}
	return []briefings.BookID{contents.Book.ID}, nil
}

func (s asBound) Binding(ctx context.Context, p briefings.Platform, w briefings.Workspace) (briefings.Binding, error) {
	for _, t := range s.config.ties() {
		for _, b := range t.bindings() {
			if b.Platform == p && b.Workspace == w {
				return b, nil
			}
		}
	}
	return s.bookStore.Binding(ctx, p, w)
}

func problemFindings(subject string, problems []bookfile.Problem) []bot.Finding {
	list := make([]bot.Finding, len(problems))
	for i, p := range problems {
		list[i] = bot.Finding{Level: bot.Problem, Subject: subject, Message: p.String()}
	}
	return list
}

// printFindings prints the findings in columns, what to do below each, and how
// many problems there are.
func printFindings(w io.Writer, findings []bot.Finding) error {
	level, subject, problems := 0, 0, 0
	for _, f := range findings {
		level = max(level, len(f.Level.String()))
		subject = max(subject, len([]rune(f.Subject)))
		if f.Level == bot.Problem {
			problems++
		}
	}
	for _, f := range findings {
		if _, err := fmt.Fprintf(w, "%-*s  %-*s  %s\n", level, f.Level, subject, f.Subject, plain(f.Message)); err != nil {
			return err
		}
		if f.Fix != "" {
			if _, err := fmt.Fprintf(w, "%*s→ %s\n", level+subject+4, "", plain(f.Fix)); err != nil {
				return err
			}
		}
	}
	said := "No problems."
	if problems > 0 {
		said = count(problems, "problem") + "."
	}
	_, err := fmt.Fprintf(w, "\n%s\n", said)
	return err
}

// plain returns text on one line, without what could speak to a terminal:
// findings hold names that others have given.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case briefings.Unprintable(r):
			return -1
		default:
			return r
		}
	}, s)
}
