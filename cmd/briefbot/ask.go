package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// askLines is how many lines of a list ask prints: nobody turns pages there.
const askLines = 100

func (a *app) askCommand() *cobra.Command {
	var as string
	var asJSON bool
	c := &cobra.Command{
		Use:   "ask 'question'",
		Short: "Answer one question on stdout",
		Long: `ask prints one answer on stdout. The question is what one would type in chat,
with or without the slash.

The exit code is 0 for an answer, 1 when nothing was found, 2 when the question
cannot be used, and 3 when something went wrong.`,
		Example: `  briefbot ask '/who Witkoff'
  briefbot ask 'status talks as_of:2025-12-03'
  briefbot ask --json '/positions donbas'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return misuse("Say what to ask, for example: briefbot ask '/who Witkoff'")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			role, err := briefings.ParseRole(as)
			if err != nil {
				return err
			}
			return a.ask(cmd.Context(), strings.Join(args, " "), role, asJSON)
		},
	}
	c.Flags().StringVar(&as, "as", "reader", "the role to ask as: reader, contributor, editor, admin")
	c.Flags().BoolVar(&asJSON, "json", false, "print the answer's card as JSON")
	return c
}

// ask prints the answer to a question, and returns how the program exits.
func (a *app) ask(ctx context.Context, question string, role briefings.Role, asJSON bool) (err error) {
	if strings.TrimSpace(question) == "" {
		return misuse("Say what to ask, for example: briefbot ask '/who Witkoff'")
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
	reply := core.Handle(ctx, bot.Request{
		Actor: briefings.Actor{Platform: console.Platform, User: a.user()},
		Role:  role,
		Book:  o.book,
		Via:   "ask",
		Text:  question,
		Zone:  a.zone,
		Now:   a.now(),
		Lines: askLines,
		// Nobody is there to fill them in.
		NoForms: true,
	})
	if err := a.print(reply, asJSON); err != nil {
		return err
	}
	switch reply.Outcome {
	case bot.Answered:
		return nil
	case bot.NotFound:
		return exit{exitNotFound}
	case bot.Refused:
		return exit{exitMisuse}
	default:
		return exit{exitFailed}
	}
}

// print writes a card: answers, and that there is none, to stdout; what went
// wrong to stderr, so that a script does not take it for an answer. As JSON,
// whatever it says goes to stdout: the exit code tells.
func (a *app) print(reply bot.Reply, asJSON bool) error {
	out := a.stdout
	if !asJSON && (reply.Outcome == bot.Refused || reply.Outcome == bot.Failed) {
		out = a.stderr
	}
	if !asJSON {
		return console.Render(out, reply.Card, console.StyleFor(out, a.color(), a.zone))
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(reply.Card); err != nil {
		return fmt.Errorf("write the card: %w", err)
	}
	return nil
}
