package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
	"github.com/briefbot/briefbot/store"
)

func (a *app) importCommand() *cobra.Command {
	var dryRun, prune bool
	c := &cobra.Command{
		Use:   "import PATH",
		Short: "Put a book from files into the database",
		Long: `import reads a book from PATH: a TOML file, a folder of them, or a JSON file that
export has written, which carries the whole history.

What the files hold is added or changed; what they don't hold stays, unless
--prune is given. All of it takes effect, or, where there is any problem,
nothing does, and every problem is listed with its file and line.

'briefbot help book-format' explains how a book is written.`,
		Example: `  briefbot import mybook.toml --dry-run
  briefbot import mybook/`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.EqualFold(filepath.Ext(args[0]), ".json") {
				if prune {
					return misuse("--prune goes with TOML files. A JSON file makes a book that is not there yet.")
				}
				return a.restoreBook(cmd.Context(), args[0], dryRun)
			}
			return a.importBook(cmd.Context(), args[0], dryRun, prune)
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "show what would change, and change nothing")
	c.Flags().BoolVar(&prune, "prune", false, "also delete what the files don't hold")
	return c
}

// importBook makes the database's book say what the files say.
func (a *app) importBook(ctx context.Context, path string, dryRun, prune bool) (err error) {
	if dryRun && a.noDatabase() {
		return a.dryRunAnew(path, prune)
	}
	o, err := a.openStore(ctx, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	into, err := a.target(ctx, o)
	if err != nil {
		return err
	}
	current := func(id briefings.BookID) (*briefings.Contents, error) {
		c, err := o.store.Load(ctx, id, noTime)
		if errors.Is(err, briefings.ErrNotFound) {
			return nil, nil
		}
		return c, err
	}
	opts := bookfile.ReadOptions{Now: a.now(), Book: into, Current: current, Whole: prune}
	incoming, err := bookfile.Read(path, opts)
	if err != nil {
		return a.problems(err)
	}
	if a.book != "" && string(incoming.Book.ID) != a.book {
		return misuse("The files say that they are the book %q, and --book says %q. Change one of the two.", incoming.Book.ID, a.book)
	}
	now, err := current(incoming.Book.ID)
	if err != nil {
		return err
	}
	edits := briefings.PlanImport(now, incoming, prune)
	if dryRun {
		return a.showPlan(now, incoming, edits)
	}
	if len(edits) > 0 {
		_, err = o.library.Apply(ctx, incoming.Book.ID, briefings.Change{
			Actor: briefings.Actor{Platform: console.Platform, User: a.user()},
			Via:   "import",
			Why:   "imported from " + filepath.Base(path),
			At:    a.now(),
			Edits: edits,
		})
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(a.stdout, "%s changed in the book %s: %s.\n", count(len(edits), "record"), incoming.Book.ID, briefings.PlanSummary(edits, now))
	if now == nil {
		return a.nowTalksOf(ctx, o, incoming.Book.ID)
	}
	return nil
}

// showPlan prints what an import would do.
func (a *app) showPlan(now, incoming *briefings.Contents, edits []briefings.Edit) error {
	for _, line := range append(briefings.PlanLines(now, edits), briefings.PlanNotes(now, incoming)...) {
		fmt.Fprintln(a.stdout, line)
	}
	_, err := fmt.Fprintf(a.stdout, "%s would change in the book %s: %s. Nothing was changed.\n", count(len(edits), "record"), incoming.Book.ID, briefings.PlanSummary(edits, now))
	return err
}

// dryRunAnew is a dry run where there is no database yet; it makes none.
func (a *app) dryRunAnew(path string, prune bool) error {
	incoming, err := bookfile.Read(path, bookfile.ReadOptions{Now: a.now()})
	if err != nil {
		return a.problems(err)
	}
	return a.showPlan(nil, incoming, briefings.PlanImport(nil, incoming, prune))
}

// target returns the book that files without a [book] table are meant for, or
// nil where there is none.
func (a *app) target(ctx context.Context, o *opened) (*briefings.Book, error) {
	books, err := o.store.Books(ctx)
	if err != nil || len(books) == 0 {
		return nil, err
	}
	id, err := a.chooseBook(ctx, o)
	if errors.Is(err, briefings.ErrNotFound) || errors.Is(err, briefings.ErrInvalid) {
		return nil, nil // the files must say
	}
	if err != nil {
		return nil, err
	}
	c, err := o.store.Load(ctx, id, noTime)
	if err != nil {
		return nil, err
	}
	return c.Book, nil
}

// nowTalksOf binds this terminal to a book that has just come in.
func (a *app) nowTalksOf(ctx context.Context, o *opened, book briefings.BookID) error {
	if err := o.store.Bind(ctx, briefings.Deed{}, briefings.Binding{Platform: console.Platform, Workspace: localWorkspace, Book: book}); err != nil {
		return err
	}
	books, err := o.store.Books(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "Chat and ask now answer from the book %s.\n", book)
	if err == nil && len(books) > 1 {
		_, err = fmt.Fprintf(a.stdout, "The database holds %s; --book asks another.\n", listBooks(books))
	}
	return err
}

// problems shows everything that is wrong with files, a line each.
func (a *app) problems(err error) error {
	var p *bookfile.Problems
	if !errors.As(err, &p) {
		return err
	}
	fmt.Fprintln(a.stderr, p.Error())
	fmt.Fprintf(a.stderr, "briefbot: %s. Nothing was changed.\n", count(len(p.List), "problem"))
	return exit{exitMisuse}
}

// restoreBook makes a book from its whole history.
func (a *app) restoreBook(ctx context.Context, path string, dryRun bool) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return unreadable(path, err)
	}
	defer f.Close()
	history, err := bookfile.ReadJSON(f, a.now())
	if err != nil {
		return a.problems(err)
	}
	book := briefings.BookID(history[0].Ref.ID)
	wouldMake := func() error {
		_, err := fmt.Fprintf(a.stdout, "%s would make the book %s. Nothing was changed.\n", count(len(history), "revision"), book)
		return err
	}
	if dryRun && a.noDatabase() {
		return wouldMake()
	}
	o, err := a.openStore(ctx, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	books, err := o.store.Books(ctx)
	switch {
	case err != nil:
		return err
	case slices.Contains(books, book):
		return misuse("The database holds a book %s already, and its history cannot be joined with another. Import into another database: --db other.db", book)
	case dryRun:
		return wouldMake()
	}
	if err := o.store.Restore(ctx, book, history); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%s made the book %s.\n", count(len(history), "revision"), book)
	return a.nowTalksOf(ctx, o, book)
}

func unreadable(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return misuse("There is no file or folder %s.", path)
	}
	return misuse("%s cannot be read: %v.", path, err)
}

func (a *app) exportCommand() *cobra.Command {
	var format string
	var replace bool
	c := &cobra.Command{
		Use:   "export PATH",
		Short: "Write the book to files",
		Long: `export writes the book to PATH.

  toml   for people to read, review and change: one file if PATH ends in .toml,
         else a folder. Importing it gives the same book.
  json   one file with the whole history, to move a book to another database.
  csv    a folder of tables for spreadsheets. It cannot be imported.

What is at PATH already stays as it is, unless --replace is given and an export
made it.`,
		Example: `  briefbot export mybook/
  briefbot export --format json book.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.exportBook(cmd.Context(), args[0], strings.ToLower(format), replace)
		},
	}
	c.Flags().BoolVar(&replace, "replace", false, "write over an earlier export, and what was changed in it")
	c.Flags().StringVar(&format, "format", "toml", "toml, json or csv")
	return c
}

func (a *app) exportBook(ctx context.Context, path, format string, replace bool) (err error) {
	if !replace && holdsSomething(path) {
		return misuse("%s is there already. Give another path, or --replace to write over an earlier export.", path)
	}
	if format != "toml" && format != "json" && format != "csv" {
		return misuse("--format takes toml, json or csv, not %q.", format)
	}
	o, err := a.open(ctx, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	if format == "json" {
		history, err := o.store.Revisions(ctx, o.book, briefings.RevisionQuery{})
		if err != nil {
			return err
		}
		if err := writeWhole(path, func(w io.Writer) error { return bookfile.WriteJSON(w, o.book, history) }); err != nil {
			return err
		}
		_, err = fmt.Fprintf(a.stdout, "Wrote %s of the book %s to %s.\n", count(len(history), "revision"), o.book, path)
		return err
	}
	contents, err := o.store.Load(ctx, o.book, noTime)
	if err != nil {
		return err
	}
	write := bookfile.WriteTOML
	if format == "csv" {
		write = bookfile.WriteCSV
	}
	if err := write(path, contents); err != nil {
		return err
	}
	n := len(contents.Records())
	_, err = fmt.Fprintf(a.stdout, "Wrote %s of the book %s to %s.\n", count(n, "record"), o.book, path)
	return err
}

// holdsSomething reports whether there is a file at path, or a folder with
// something in it.
func holdsSomething(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if !info.IsDir() {
		return true
	}
	files, err := os.ReadDir(path)
	return err != nil || len(files) > 0
}

// writeWhole writes a file that is there in full or not at all.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".briefbot-*.tmp")
	if err != nil {
		return misuse("%s cannot be written: %v.", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}

// count returns a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// noTime asks a store for the present.
var noTime time.Time
