package discord

import (
	"context"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
)

// complete offers how an argument may go on.
func (d *Discord) complete(ctx context.Context, in *interaction) {
	ctx, cancel := context.WithTimeout(ctx, firstBy)
	defer cancel()
	var choices []choiceOut
	inv, focused, typed := in.typing()
	if book, err := d.book(ctx, in); err == nil {
		for _, c := range d.core.Complete(ctx, d.request(ctx, in, book, "completion", inv), focused, typed) {
			if pages.Units(c.Value) <= maxChoiceName && c.Value != "" && len(choices) < maxChoices {
				choices = append(choices, choiceOut{pages.Clip(pages.Line(c.Label), maxChoiceName), c.Value})
			}
		}
	} else {
		d.log.Debug("nothing to complete", "err", err)
	}
	if choices == nil {
		choices = []choiceOut{}
	}
	_ = d.first(ctx, in, response{discordgo.InteractionApplicationCommandAutocompleteResult, map[string]any{"choices": choices}}) // it has been logged
}

// choiceOut is a choice of a completion.
type choiceOut struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// typing returns the command as far as it is filled in, which argument is being
// typed, and what of it.
func (in *interaction) typing() (inv bot.Invocation, focused, typed string) {
	inv = in.invocation()
	_, options := in.filled()
	for _, o := range options {
		if o.Focused {
			return inv.With(o.Name, ""), o.Name, o.text()
		}
	}
	return inv, "", ""
}
