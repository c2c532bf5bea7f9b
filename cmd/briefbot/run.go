package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Exit codes. A shell can tell an answer from none, and from a wrong question.
const (
	exitOK       = 0
	exitNotFound = 1 // nothing was found
	exitMisuse   = 2 // what was asked for cannot be done like that
	exitFailed   = 3 // it should have worked
)

// system is all that the program gets from the outside.
type system struct {
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	zone           *time.Location
	timings        delivery.Timings // of what is posted; the zero value stands for the standard ones
}

// exit is an error that says how the program ends. Its cause has been shown.
type exit struct {
	code int
}

func (e exit) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// exitCode returns the exit code of an error from run.
func exitCode(err error) int {
	var e exit
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &e):
		return e.code
	default:
		return exitFailed
	}
}

// run is the whole program but for the process around it. It returns when the
// command is done or ctx ends. Errors have been shown on stderr when it
// returns; they only say how to exit.
func run(ctx context.Context, args []string, sys system) error {
	app := &app{system: sys}
	root := app.root()
	root.SetArgs(args)
	root.SetIn(sys.stdin)
	root.SetOut(sys.stdout)
	root.SetErr(sys.stderr)
	err := root.ExecuteContext(ctx)
	var done exit
	if err == nil || errors.As(err, &done) {
		return err
	}
	var forPerson *briefings.Error
	var usage *usageError
	switch {
	case errors.As(err, &usage):
		fmt.Fprintf(sys.stderr, "briefbot: %s\n", usage.message)
		return exit{exitMisuse}
	case errors.As(err, &forPerson):
		fmt.Fprintf(sys.stderr, "briefbot: %s\n", forPerson.Message)
		if errors.Is(err, briefings.ErrInvalid) || errors.Is(err, briefings.ErrNotFound) {
			return exit{exitMisuse}
		}
		return exit{exitFailed}
	case isUsage(err):
		fmt.Fprintf(sys.stderr, "briefbot: %v\nRun 'briefbot --help' for what it can do.\n", err)
		return exit{exitMisuse}
	default:
		fmt.Fprintf(sys.stderr, "briefbot: %v\n", err)
		return exit{exitFailed}
	}
}

// usageError is a command line that cannot be meant, with a sentence.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func misuse(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// app holds the flags that all commands share.
type app struct {
	system
	db   string
	book string
	log  string

	configPath string // of --config
	configDB   string // the database of the config file, where one was read

}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "briefbot",
		Short: "A briefing book that answers in chat",
		Long: `briefbot keeps a briefing book: people, organisations, tracks, documents, places
and terms, and dated, sourced reports about them. It answers who somebody is,
where things stand, what happened, who wants what, and says who.

Without a command it opens a chat in this terminal, on ./briefbot.db. A new
database gets the starter book, on the US–Russia–Ukraine peace talks.`,
		Example: `  briefbot                                  chat about the book
  briefbot ask '/who Witkoff'               one answer
  briefbot ask 'status talks'               the slash may be left out
  briefbot import mybook/ --dry-run         what a book in files would change
  briefbot export --format toml mybook/     the book as files
  briefbot run --config config.toml         answer on Discord and Slack`,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return a.chat(cmd.Context()) },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.db, "db", "", "the database: a file, or postgres://… (default $BRIEFBOT_DB, else the config file's, else ./briefbot.db)")
	flags.StringVar(&a.book, "book", "", "the id of the book, where the database holds several")
	flags.StringVar(&a.log, "log", "warn", "what goes to stderr: debug, info, warn, error")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &flagError{err} })
	root.AddCommand(a.askCommand(), a.importCommand(), a.exportCommand(), a.booksCommand(),
		a.backupCommand(), a.restoreCommand(), a.verifyCommand(),
		a.digestCommand(), a.pauseCommand("pause", "Stop all digests", true), a.pauseCommand("resume", "Let all digests go on", false),
		a.runCommand(), a.checkCommand(), a.doctorCommand(), a.discordCommand(), a.slackCommand(), a.versionCommand())
	root.AddCommand(helpTopics()...)
	argumentsAreUsage(root.Commands())
	root.Args = func(cmd *cobra.Command, list []string) error {
		if len(list) > 0 {
			return misuse("There is no command %q. To ask something, write: briefbot ask '%s'", list[0], strings.Join(list, " "))
		}
		return nil
	}
	return root
}

// argumentsAreUsage makes what commands say of their arguments an error of usage.
func argumentsAreUsage(commands []*cobra.Command) {
	for _, c := range commands {
		if args := c.Args; args != nil {
			c.Args = func(cmd *cobra.Command, list []string) error {
				err := args(cmd, list)
				var said *usageError
				if err == nil || errors.As(err, &said) {
					return err
				}
				return &flagError{err}
			}
		}
		argumentsAreUsage(c.Commands())
	}
}

// flagError is what cobra says of flags and arguments that do not fit.
type flagError struct{ err error }

func (e *flagError) Error() string { return e.err.Error() }

func isUsage(err error) bool {
	var e *flagError
	return errors.As(err, &e)
}

// dsn returns which database is meant: --db, else the environment's, else the
// config file's.
func (a *app) dsn() string {
	if a.db != "" {
		return a.db
	}
	if db := a.getenv("BRIEFBOT_DB"); db != "" {
		return db
	}
	if a.configDB != "" {
		return a.configDB
	}
	return "briefbot.db"
}

// logger returns the log of the program, on stderr.
func (a *app) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(a.log)); err != nil {
		return nil, misuse("--log takes debug, info, warn or error, not %q.", a.log)
	}
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: level})), nil
}

// user returns the name under which this terminal's user acts.
func (a *app) user() briefings.UserID {
	for _, key := range []string{"USER", "LOGNAME", "USERNAME"} {
		if u := a.getenv(key); u != "" {
			return briefings.UserID(u)
		}
	}
	return briefings.UserID(fmt.Sprintf("uid-%d", os.Getuid()))
}

// color reports whether a terminal may be written to with emphasis. See
// https://no-color.org.
func (a *app) color() bool {
	return a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}
