package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/store"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database to a file, also beside a running bot",
		Long: `backup writes a copy of a SQLite database to FILE, as it stands at one moment. A
bot may be running on the database meanwhile. FILE must not exist; it is
complete when the command has ended, and can be used with --db as it is.`,
		Example: `  briefbot backup briefbot-$(date +%F).db`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.backup(cmd.Context(), args[0]) },
	}
}

func (a *app) backup(ctx context.Context, path string) (err error) {
	if err := a.needDatabase(); err != nil {
		return err
	}
	o, err := a.openStore(ctx, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	if err := o.store.Backup(ctx, path); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "Backed up to %s.\n", path)
	return err
}

// A backup is a database like any other. restore puts one in the place of a
// database that is lost, verify says whether a database's history is whole.
func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Make the database from a backup",
		Long: `restore makes the database of --db from a backup. It refuses where that
database exists: move it away first. The backup stays as it is.`,
		Example: `  briefbot restore briefbot-2025-12-03.db`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.restore(cmd.Context(), args[0]) },
	}
}

func (a *app) restore(ctx context.Context, backup string) (err error) {
	if _, err := os.Stat(backup); err != nil {
		return unreadable(backup, err)
	}
	target, err := store.Path(a.dsn())
	if err != nil {
		return err
	}
	if target == "" {
		return misuse("A PostgreSQL database is restored with pg_restore, from what pg_dump has made.")
	}
	if !a.noDatabase() {
		return misuse("%s is there already. Move it away first, or name another with --db.", target)
	}
	// A copy is opened, and what it holds is written out anew: so the backup
	// stays as it is, and what takes the database's name is whole.
	dir, err := os.MkdirTemp(filepath.Dir(target), ".briefbot-restore-*")
	if err != nil {
		return misuse("%s cannot be written: %v.", target, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	from := filepath.Join(dir, "copy.db")
	if err := copyDatabase(backup, from); err != nil {
		return err
	}
	s, err := store.Open(ctx, from, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Backup(ctx, target); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "Restored %s from %s.\n", target, backup)
	return err
}

// copyDatabase copies a SQLite file, and refuses any other.
func copyDatabase(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return unreadable(from, err)
	}
	defer in.Close()
	const magic = "SQLite format 3\x00"
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(in, head); err != nil || string(head) != magic {
		return misuse("%s is not a backup of briefbot's.", from)
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	_, err = io.Copy(out, io.MultiReader(bytes.NewReader(head), in))
	return errors.Join(err, out.Close())
}

func (a *app) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check that the history of every book is whole",
		Long: `verify goes through the history and the audit of every book in the database, each
row of which holds a digest of itself and of the one before, and compares what answers
are made from with the history. It finds out whether anything was changed, lost or put
in behind briefbot's back.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.verify(cmd.Context()) },
	}
}

func (a *app) verify(ctx context.Context) (err error) {
	if err := a.needDatabase(); err != nil {
		return err
	}
	o, err := a.openStore(ctx, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	books, err := o.store.Books(ctx)
	if err != nil {
		return err
	}
	broken := false
	for _, book := range books {
		n, err := o.store.Verify(ctx, book)
		said := fmt.Sprintf("%s: %s, all whole.", book, count(int(n), "revision"))
		if err != nil { // the other books may be whole
			broken, said = true, fmt.Sprintf("%s: %v", book, err)
		}
		if _, err := fmt.Fprintln(a.stdout, said); err != nil {
			return err
		}
	}
	if broken {
		return exit{exitFailed}
	}
	return nil
}
