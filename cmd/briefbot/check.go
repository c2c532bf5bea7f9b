package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check --config FILE",
		Short: "List every problem in the config file",
		Long: `check reads the config file as 'briefbot run' does, and lists every problem with
its line. It also looks whether the tokens are where the file says. It asks
nobody on the network, and does not open the database: that is what 'briefbot
doctor' is for.

The exit code is 0 when there is no problem, else 2.`,
		Example: `  briefbot check --config config.toml`,
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.check() },
	}
	a.configFlag(c)
	return c
}

func (a *app) check() error {
	c, err := a.wholeConfig("check")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s: no problems.\n", c.path)
	return err
}
