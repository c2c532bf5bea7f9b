package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// interacted serves one interaction. It never fails outward.
func (d *Discord) interacted(ctx context.Context, data json.RawMessage) {
	defer func() {
		if p := recover(); p != nil {
			d.log.Error("panic", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	in, err := parse(data)
	if err != nil {
		d.log.Error("an interaction could not be read", "err", err)
		return
	}
	if !d.once.First(in.ID) {
		d.log.Debug("an interaction came again", "interaction", in.ID)
		return
	}
	if in.Application == "" {
		in.Application = d.application()
	}
	switch in.Type {
	case discordgo.InteractionApplicationCommandAutocomplete:
		d.complete(ctx, in)
	case discordgo.InteractionApplicationCommand:
		d.command(ctx, in)
	case discordgo.InteractionMessageComponent:
		d.component(ctx, in)
	case discordgo.InteractionModalSubmit:
		d.submit(ctx, in)
	default:
		d.log.Warn("an interaction of a type that is not known", "type", in.Type)
	}
}

// lines is how many lines of a list are asked for at once: with who says so, some
// seven fill a message. More would be rendered for nobody to see.
const lines = 7

// request is what the core is asked. What the person may do is not said: it follows
// from their standing, which each interaction brings anew.
func (d *Discord) request(ctx context.Context, in *interaction, book briefings.BookID, via string, inv bot.Invocation) bot.Request {
	r := bot.Request{
		Actor: in.actor(), Standing: d.standing(ctx, in), Book: book, Event: in.ID, Accounts: in.accounts(), Places: in.places(),
		Channel: in.ChannelID, Via: via, Invocation: inv,
		Locale: in.Locale, Now: d.opts.Now(), Offering: true, Lines: lines, Inputs: maxInputs,
		Files: d.files(in), FileReplies: true,
	}
	if in.thread() {
		r.Thread = in.ChannelID
	}
	return r
}

// asked is the outcome of what the core replies, which show makes where the reply is
// something to show.
func (d *Discord) asked(ctx context.Context, in *interaction, book briefings.BookID, via string, inv bot.Invocation, show func(bot.Reply) outcome) outcome {
	reply := d.core.Handle(ctx, d.request(ctx, in, book, via, inv))
	switch {
	case reply.Form != nil:
		return d.form(in, book, inv, reply)
	case reply.Outcome == bot.Repeated:
		return outcome{message: newAnswer(reply, 0).message(), private: true, aside: true, repeated: true}
	default:
		o := show(reply)
		o.files = reply.Files
		return o
	}
}

// command answers a slash command, or one that was chosen in the menu of a message.
func (d *Discord) command(ctx context.Context, in *interaction) {
	via, inv, known := "slash", bot.Invocation{}, true
	switch in.Data.Kind {
	case 0, discordgo.ChatApplicationCommand:
		inv = in.invocation()
	case discordgo.MessageApplicationCommand:
		via = bot.ViaMenu
		inv, known = in.inMenu(d.core.Commands())
	default:
		known = false
	}
	// A placeholder is private also where the answer is to be shared: that there
	// is none, or why not, is for the person alone.
	d.respond(ctx, in, plan{private: true}, d.guarded(in, func(ctx context.Context) outcome {
		if !known {
			return d.refused(in, briefings.Errorf(briefings.ErrNotFound, "This version of the bot does not have that any more. /help shows what it has."))
		}
		book, err := d.book(ctx, in)
		if err != nil {
			return d.refused(in, err)
		}
		return d.asked(ctx, in, book, via, inv, func(reply bot.Reply) outcome {
			a := newAnswer(reply, 0)
			a.postable = a.postable && !in.direct()
			shared := reply.Visibility == bot.Shared && !in.direct()
			return outcome{message: d.dress(a, book, in.actor(), shared), private: !shared}
		})
	}))
}

// component answers a button or a menu. On a message that one person sees, the
// answer takes the place of the one before; on a message that others see, it is
// a private one for whoever pressed.
func (d *Discord) component(ctx context.Context, in *interaction) {
	id, chosen := in.pressed()
	_, _, posts, _ := bot.ParsePress(id, chosen)
	p := plan{update: in.onPrivate(), private: true, atOnce: posts}
	d.respond(ctx, in, p, d.guarded(in, func(ctx context.Context) outcome {
		book, err := d.book(ctx, in)
		if err != nil {
			return d.refused(in, err)
		}
		if isForm(id) {
			return d.refused(in, briefings.Errorf(briefings.ErrNotFound, "That button is not one of this version's. Ask again."))
		}
		pick, err := d.opts.Offers.Pick(ctx, book, in.actor(), id, chosen, d.opts.Now())
		if err != nil {
			return d.refused(in, err)
		}
		return d.asked(ctx, in, book, "button", bot.Pressed(pick), func(reply bot.Reply) outcome {
			a := newAnswer(reply, pick.Page)
			a.postable = a.postable && !in.direct()
			switch reply.Place(posts, in.direct()) {
			case bot.Aside:
				return outcome{message: d.dress(a, book, in.actor(), false), private: true, aside: true}
			case bot.ForAll:
				return d.posted(ctx, in, book, id, a)
			default:
				return outcome{message: d.dress(a, book, in.actor(), false), private: true}
			}
		})
	}))
}

// posted posts an answer to the channel, and says so in its place.
func (d *Discord) posted(ctx context.Context, in *interaction, book briefings.BookID, id string, a answer) outcome {
	public := d.dress(a, book, in.actor(), true)
	public.Nonce, public.Enforce = nonce(in, id), true
	if err := d.post(ctx, in, public); err != nil {
		return d.refused(in, err)
	}
	m := d.dress(a, book, in.actor(), false)
	m.Content += "\n-# Posted to this channel."
	return outcome{message: m, private: true}
}

// refused says what is wrong, beside what is there already. What is not meant
// for the person is logged under a reference.
func (d *Discord) refused(in *interaction, err error) outcome {
	said := bot.Excuse(d.log, "an interaction failed", err, "interaction", in.ID, "user", in.userID())
	return outcome{message: refusal(said).message(), private: true, aside: true}
}

// guarded makes an answer of a panic, so that the person hears of it and the
// process goes on.
func (d *Discord) guarded(in *interaction, work func(context.Context) outcome) func(context.Context) outcome {
	return func(ctx context.Context) (o outcome) {
		defer func() {
			if p := recover(); p != nil {
				o = d.refused(in, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		return work(ctx)
	}
}
