package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
	"github.com/briefbot/briefbot/store"
)

func (a *app) digestCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "digest",
		Short: "Look at scheduled digests",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(&cobra.Command{
		Use:   "preview NAME",
		Short: "Print the edition that would be posted now",
		Long: `preview prints the next edition of a digest as it would be posted now. Nothing is
posted, and nothing is used up. 'briefbot ask --as admin /digest list' lists the digests.`,
		Example: `  briefbot digest preview morning`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.previewDigest(cmd.Context(), args[0])
		},
	})
	return c
}

// previewDigest prints the next edition of a schedule.
func (a *app) previewDigest(ctx context.Context, name string) (err error) {
	if err := a.needDatabase(); err != nil {
		return err
	}
	o, err := a.open(ctx, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.store.Close()) }()
	core, err := a.bot(o)
	if err != nil {
		return err
	}
	card, err := core.PreviewOf(ctx, o.store, o.book, name, a.now())
	if err != nil {
		return err
	}
	return a.print(bot.Reply{Card: card}, false)
}

func (a *app) pauseCommand(use, short string, stop bool) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use:   use + " --all",
		Short: short,
		Long: short + `, of every book in the database. No platform has to be reachable, and the
bot may be running. What is due while they are stopped is passed over, and not made up for.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !all {
				return misuse("Say that you mean all of them: briefbot %s --all. One digest is stopped in chat: /digest %s NAME.", use, use)
			}
			return a.stopAll(cmd.Context(), stop)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "every schedule of every book")
	return c
}

// stopAll stops the schedules of all books, or lets them go on.
func (a *app) stopAll(ctx context.Context, stop bool) (err error) {
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
	value, action := "", "resume --all"
	if stop {
		value, action = "yes", "pause --all"
	}
	for _, book := range books {
		d := briefings.Deed{Actor: briefings.Actor{Platform: console.Platform, User: a.user()}, Action: action, Via: "terminal", At: a.now()}
		if err := o.store.PutSetting(ctx, book, d, delivery.Stopped, value); err != nil {
			return err
		}
	}
	o.log.Info("done", "action", action, "books", len(books))
	return nil
}
