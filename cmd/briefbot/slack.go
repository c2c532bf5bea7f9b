package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/briefings"
)

func (a *app) slackCommand() *cobra.Command { return a.platformCommand("Slack", a.manifestCommand()) }

// manifestFlags are what manifest was told.
type manifestFlags struct {
	name, command, url string
	aliases            []string
}

func (a *app) manifestCommand() *cobra.Command {
	var f manifestFlags
	c := &cobra.Command{
		Use:   "manifest",
		Short: "Print the manifest from which Slack makes the app",
		Long: `manifest prints the manifest of a Slack app as JSON on stdout, and what it asks
for and why, on stderr. On https://api.slack.com/apps choose Create New App, then
From a manifest, and paste it; or for an app that is there, its page App Manifest.

Without --url it is for Socket Mode, in which nothing has to reach this machine
from outside. With --config, the command is the one that the config file names;
no token is needed for it.

Commands that Slack has itself, such as /status and /who, are refused here: Slack
would refuse the whole manifest.`,
		Example: `  briefbot slack manifest
  briefbot slack manifest --alias /positions --alias /timeline
  briefbot slack manifest --command /desk --url https://bot.example.org`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.manifest(cmd, f) },
	}
	c.Flags().StringVar(&f.command, "command", slack.DefaultCommand, "the slash command; the config names the same (default there, too)")
	c.Flags().StringArrayVar(&f.aliases, "alias", nil, "one more slash command, which means the verb or the group of that name, as /book does, else the same as the command; may be given many times")
	c.Flags().StringVar(&f.name, "name", "briefbot", "the name of the app and its bot")
	c.Flags().StringVar(&f.url, "url", "", "for HTTP mode: the https:// address at which Slack reaches the bot; Slack delivers to "+slack.EventsPath+" below it")
	return c
}

func (a *app) manifest(cmd *cobra.Command, f manifestFlags) error {
	for _, name := range []string{"command", "name", "url"} {
		if flag := cmd.Flags().Lookup(name); flag.Changed && flag.Value.String() == "" {
			return misuse("--%s is empty. Give it a value, or leave it out.", name)
		}
	}
	if err := a.manifestOfConfig(cmd, &f); err != nil {
		return err
	}
	core, err := bot.New(briefings.NewLibrary(nil), bot.Options{}) // for its table of commands
	if err != nil {
		return err
	}
	text, err := slack.Manifest(slack.ManifestOptions{Name: f.name, Command: f.command, Aliases: f.aliases, URL: f.url, Commands: core.Commands()})
	if err != nil {
		return err
	}
	if _, err := a.stdout.Write(text); err != nil {
		return err
	}
	w := tabwriter.NewWriter(a.stderr, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "Paste it at https://api.slack.com/apps: Create New App, From a manifest, JSON. What the bot asks for:\n\n")
	for _, s := range slack.Scopes() {
		fmt.Fprintf(w, "  %s\t%s\n", s.Name, s.Reason)
	}
	return w.Flush()
}

// manifestOfConfig completes what manifest was told by the config file, where one
// is named, and refuses what does not go with it.
func (a *app) manifestOfConfig(cmd *cobra.Command, f *manifestFlags) error {
	if a.configPath == "" && a.getenv("BRIEFBOT_CONFIG") == "" {
		return nil
	}
	c, err := a.mendedConfig("slack manifest")
	if err != nil || c.slack == nil {
		return err
	}
	named := cmd.Flags().Changed("command")
	switch {
	case named && f.command != c.slack.command:
		return misuse("--command says %s, and the config file %s. Slack and the config must have the same: leave --command out, or correct the config.", f.command, c.slack.command)
	case c.slack.mode == slack.HTTP && f.url == "":
		return misuse(`The config file says mode = "http". Say at which address Slack reaches the bot: --url https://bot.example.org`)
	case c.slack.mode == slack.Socket && f.url != "":
		return misuse(`--url is for HTTP mode, and the config file is for Socket Mode. Leave --url out, or write mode = "http" below [slack].`)
	}
	f.command = c.slack.command
	return nil
}
