package discord

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// component is a part of a form that was sent: an input, or what holds some. What is
// not known of it is no input.
type component struct {
	CustomID string          `json:"custom_id"`
	Value    json.RawMessage `json:"value"`
	Values   []string        `json:"values"`
	One      *component      `json:"component"`  // in a label
	Several  []component     `json:"components"` // in a row
}

// inputs returns what a form was filled with.
func (in *interaction) inputs() ([]bot.Value, error) {
	var parts []component
	if err := json.Unmarshal(in.Data.Inputs, &parts); err != nil {
		return nil, fmt.Errorf("read a form: %w", err)
	}
	var list []bot.Value
	for _, p := range parts {
		list = p.values(list)
	}
	return list, nil
}

// values adds what a part was filled with. Of several values that were chosen in a
// menu none is taken: ours lets one be chosen.
func (c *component) values(list []bot.Value) []bot.Value {
	var text string
	switch {
	case c.One != nil:
		return c.One.values(list)
	case len(c.Several) > 0:
		for _, inner := range c.Several {
			list = inner.values(list)
		}
		return list
	case len(c.Values) == 1:
		text = c.Values[0]
	case len(c.Value) > 0:
		if json.Unmarshal(c.Value, &text) != nil {
			return list
		}
	}
	if c.CustomID == "" {
		return list
	}
	return append(list, bot.Value{Name: c.CustomID, Value: text})
}

// isForm reports whether an id is that of a form. A button's would be filled in with
// what nobody asked for, and a form's be pressed without being filled in.
func isForm(id string) bool {
	token, _, _, ok := bot.ParsePress(id, "")
	return ok && id == bot.FormID(token)
}

// submit answers a form that was filled in. Where it was opened from a message that
// one person sees, the answer takes the place of that.
func (d *Discord) submit(ctx context.Context, in *interaction) {
	p := plan{update: in.Message != nil && in.onPrivate(), private: true}
	d.respond(ctx, in, p, d.guarded(in, func(ctx context.Context) outcome {
		book, err := d.book(ctx, in)
		if err != nil {
			return d.refused(in, err)
		}
		inv, err := d.sent(ctx, in, book)
		if err != nil {
			return d.refused(in, err)
		}
		return d.asked(ctx, in, book, "form", inv, func(reply bot.Reply) outcome {
			a := newAnswer(reply, 0)
			a.postable = !in.direct()
			aside := reply.Place(false, in.direct()) == bot.Aside
			return outcome{message: d.dress(a, book, in.actor(), false), private: true, aside: aside}
		})
	}))
}

// sent returns the command that a form gives. SECURITY: what it holds beside its
// inputs, and whose it is, is on the server.
func (d *Discord) sent(ctx context.Context, in *interaction, book briefings.BookID) (bot.Invocation, error) {
	if !isForm(in.Data.CustomID) {
		return bot.Invocation{}, briefings.Errorf(briefings.ErrNotFound, "That form is not one of this version's. Ask again.")
	}
	pick, err := d.opts.Offers.Pick(ctx, book, in.actor(), in.Data.CustomID, "", d.opts.Now())
	if err != nil {
		return bot.Invocation{}, err
	}
	inputs, err := in.inputs()
	if err != nil {
		return bot.Invocation{}, err
	}
	return bot.Filled(bot.Pressed(pick), inputs), nil
}
