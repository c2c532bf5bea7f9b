package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/briefings/bookfile"
)

// invitePatience is how long Discord may take to say whose token it is.
const invitePatience = 30 * time.Second

func (a *app) discordCommand() *cobra.Command { return a.platformCommand("Discord", a.inviteCommand()) }

func (a *app) inviteCommand() *cobra.Command {
	var id string
	c := &cobra.Command{
		Use:   "invite",
		Short: "Print the link that adds the bot to a server",
		Long: `invite prints the link by which you add the bot to a Discord server, on stdout,
and what it asks for and why, on stderr. You need the right Manage Server there.

The id of the application is asked of Discord with the token of the config file,
unless --application-id gives it.`,
		Example: `  briefbot discord invite --config config.toml
  briefbot discord invite --application-id 123456789012345678`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.invite(cmd.Context(), id) },
	}
	c.Flags().StringVar(&id, "application-id", "", "the application's id, from its General Information page")
	return c
}

func (a *app) invite(ctx context.Context, id string) error {
	switch {
	case id == "":
		var err error
		if id, err = a.applicationID(ctx); err != nil {
			return err
		}
	case !isSnowflake(id): // it is not shown: it may be the token
		return misuse("--application-id takes the number that the application's General Information page shows.")
	}
	if _, err := fmt.Fprintln(a.stdout, discord.InviteURL(id)); err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.stderr, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "Open the link, choose the server, and leave what it asks for as it is:\n\n")
	for _, p := range discord.Permissions() {
		fmt.Fprintf(w, "  %s\t%s\n", p.Name, p.Reason)
	}
	return w.Flush()
}

// applicationID asks Discord whose token the config has.
func (a *app) applicationID(ctx context.Context) (string, error) {
	if a.configPath == "" && a.getenv("BRIEFBOT_CONFIG") == "" {
		return "", misuse("Say which application: --application-id with the number that its General Information page shows, or --config with the config file whose token belongs to it.")
	}
	c, err := a.mendedConfig("discord invite")
	if err != nil {
		return "", err
	}
	if c.discord == nil {
		return "", misuse("The config file %s has no table [discord], so there is no token to ask with. Say which application with --application-id.", c.path)
	}
	if p := a.readSecret(&c.discord.token); p != nil {
		p.File = c.path
		return "", a.refuse(c.path, []bookfile.Problem{*p})
	}
	log, err := a.logger()
	if err != nil {
		return "", err
	}
	d, err := a.discordAdapter(c.discord, surroundings{books: newBoundBooks(noStore{}, a.now), offers: bot.NewOffers(nil, log), log: log})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, invitePatience)
	defer cancel()
	return d.ApplicationID(ctx)
}
