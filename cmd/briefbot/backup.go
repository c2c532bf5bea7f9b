package main

import (
	"context"
	"errors"
	"fmt"

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
