package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/store"
)

func (a *app) booksCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "books",
		Short: "List the books in the database",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.listBooks(cmd.Context()) },
	}
}

func (a *app) listBooks(ctx context.Context) (err error) {
	o, err := a.open(ctx, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	books, err := o.store.Books(ctx)
	if err != nil {
		return err
	}
	for _, id := range books {
		s, err := o.library.Snapshot(ctx, id)
		if err != nil {
			return err
		}
		mark := ""
		if id == o.book {
			mark = "  (chat and ask answer from this one; --book asks another)"
		}
		entries, reports, _ := s.Count()
		if _, err := fmt.Fprintf(a.stdout, "%s: %s, %d entries, %d reports%s\n", id, s.Book.Name, entries, reports, mark); err != nil {
			return err
		}
	}
	return nil
}
