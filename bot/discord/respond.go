package discord

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
)

// How long answers may take. Discord shows a failure where nothing came within
// three seconds, and lets an answer be edited for fifteen minutes
// (https://discord.com/developers/docs/interactions/receiving-and-responding).
const (
	deferAfter    = 1500 * time.Millisecond // then a placeholder is sent
	repeatedAfter = 700 * time.Millisecond  // later, who has it a second time answers it
	firstBy       = 2900 * time.Millisecond // the first answer is tried no longer
	workTime      = 20 * time.Second        // what the work may take
	allTime       = 40 * time.Second        // what one interaction may take, the late answer included
	retryFirst    = 50 * time.Millisecond
	retryMost     = 20 * time.Second
)

// routeAnswer is the route of answers to interactions. Each interaction has limits
// of its own, and none counts to the global one: so there is none to keep to.
const routeAnswer = ""

// plan is how an interaction is answered.
type plan struct {
	// update edits the message with the component in place; otherwise the answer
	// is a message of its own.
	update bool
	// private is whether a message of its own is for one person.
	private bool
	// atOnce sends the placeholder before the work is done: for work that must
	// not be done where Discord does not take the interaction any more.
	atOnce bool
}

// outcome is the message that answers an interaction, or the form.
type outcome struct {
	message message
	private bool
	// aside is set where the message with the component stays as it is, and
	// this is said beside it, for one person.
	aside bool
	// modal is the form that is opened, and late what there is in its place once the
	// interaction has an answer: then Discord opens none.
	modal *modal
	late  func() outcome
	// repeated is set where it has had its effect already, in a process before this one
	// or beside it: this is said only where that process has not answered.
	repeated bool
	// files follow the message, for the person alone.
	files []bot.File
}

// respond runs work, and answers the interaction with what it returns: at once,
// or where that takes longer than Discord waits, after a placeholder.
func (d *Discord) respond(ctx context.Context, in *interaction, p plan, work func(context.Context) outcome) {
	ctx, cancel := context.WithTimeout(ctx, allTime)
	defer cancel()
	first, stop := context.WithTimeout(ctx, firstBy)
	defer stop()
	working, end := context.WithTimeout(ctx, workTime) // so that there is time to say how it ended
	defer end()
	if p.atOnce {
		if err := d.first(first, in, placeholder(in, p)); !refusedFor(err) {
			o := work(working)
			d.follow(ctx, in, p, o)
			d.attach(ctx, in, o.files)
		}
		return
	}
	done := make(chan outcome, 1)
	go func() { done <- work(working) }()
	patience := time.NewTimer(deferAfter)
	defer patience.Stop()
	select {
	case o := <-done:
		if o.repeated { // whoever has it first answers first, or has a placeholder there by then
			select {
			case <-patience.C:
				bot.Sleep(first, repeatedAfter)
			case <-first.Done():
			}
		}
		d.answer(first, in, p, o)
		d.attach(ctx, in, o.files)
	case <-patience.C:
		err := d.first(first, in, placeholder(in, p))
		if o := <-done; !refusedFor(err) { // it may have arrived, though no answer came
			d.follow(ctx, in, p, o)
			d.attach(ctx, in, o.files)
		}
	}
}

// placeholder says that the answer is on its way.
func placeholder(in *interaction, p plan) response {
	switch {
	case p.update:
		return response{Type: discordgo.InteractionResponseDeferredMessageUpdate}
	case p.private && !in.direct():
		return response{discordgo.InteractionResponseDeferredChannelMessageWithSource, message{Flags: discordgo.MessageFlagsEphemeral}.flagsOnly()}
	default:
		return response{Type: discordgo.InteractionResponseDeferredChannelMessageWithSource}
	}
}

// answer is the first and only answer.
func (d *Discord) answer(ctx context.Context, in *interaction, p plan, o outcome) {
	r := response{discordgo.InteractionResponseChannelMessageWithSource, o.message.shown(in, o.private || o.aside)}
	switch {
	case o.modal != nil:
		r = response{discordgo.InteractionResponseModal, o.modal}
	case o.repeated && in.Message != nil:
		r = response{Type: discordgo.InteractionResponseDeferredMessageUpdate} // which shows nothing
	case p.update && !o.aside:
		r = response{discordgo.InteractionResponseUpdateMessage, o.message}
	}
	_ = d.first(ctx, in, r) // it has been logged, and nothing else can be done
}

// first sends the first answer to an interaction, and logs where it cannot. It
// tries as long as ctx lasts: a second one is refused, so that nothing is
// answered twice.
func (d *Discord) first(ctx context.Context, in *interaction, r response) error {
	address := discordgo.EndpointInteractionResponse(in.ID, in.Token)
	sure := true // that Discord has no answer yet
	err := d.persist(ctx, func() error {
		err := d.api.call(ctx, http.MethodPost, address, routeAnswer, r, nil)
		if code(err) == codeAcknowledged && !sure {
			return nil // an earlier try of ours had arrived
		}
		sure = sure && status(err) != 0 && status(err) < 500
		return err
	})
	if err == nil {
		return nil
	}
	level := slog.LevelError
	if in.Type == discordgo.InteractionApplicationCommandAutocomplete && code(err) == codeUnknownInteraction {
		level = slog.LevelDebug // somebody has typed on
	}
	if code(err) == codeAcknowledged {
		level = slog.LevelInfo // by a process before this one, or beside it
	}
	d.log.Log(ctx, level, "an interaction could not be answered", "interaction", in.ID, "type", in.Type, "command", in.Data.Name, "err", err)
	if invalid(err) { // it is our message that Discord does not take
		return d.api.call(ctx, http.MethodPost, address, routeAnswer, response{discordgo.InteractionResponseChannelMessageWithSource, d.ourFault(in)}, nil)
	}
	return err
}

// refusedFor reports whether Discord has certainly not done what it was asked.
func refusedFor(err error) bool {
	var e *apiError
	return errors.As(err, &e) && e.refused()
}

// follow puts the answer in the place of the placeholder.
func (d *Discord) follow(ctx context.Context, in *interaction, p plan, o outcome) {
	if o.late != nil {
		o = o.late()
	}
	if o.repeated && p.update {
		return // the placeholder shows nothing
	}
	original := discordgo.EndpointWebhookMessage(in.Application, in.Token, "@original")
	more := discordgo.EndpointWebhookToken(in.Application, in.Token)
	var err error
	switch {
	case o.aside && p.update:
		err = d.send(ctx, http.MethodPost, more, o.message.shown(in, true))
	case p.private && !o.private && !p.update && !in.direct(): // the placeholder cannot become public
		// It is filled first: a message that is sent before would take its place.
		below := message{Content: "The answer is below, for everybody.", Components: []row{}, Embeds: []embed{}}
		if err = d.send(ctx, http.MethodPatch, original, below); err == nil {
			err = d.send(ctx, http.MethodPost, more, o.message)
		}
	default:
		err = d.send(ctx, http.MethodPatch, original, o.message)
		if code(err) == codeUnknownMessage { // they have closed what was there
			err = d.send(ctx, http.MethodPost, more, o.message.shown(in, o.private))
		}
	}
	if err != nil {
		d.log.Error("a late answer could not be sent", "interaction", in.ID, "command", in.Data.Name, "err", err)
		if invalid(err) {
			_ = d.send(ctx, http.MethodPatch, original, d.ourFault(in)) // it has been logged
		}
	}
}

// send sends or edits a message by an interaction's token, as long as ctx lasts.
// An edit can be tried again; whether a new message arrived is not known where
// no answer comes, and it is then not sent again.
func (d *Discord) send(ctx context.Context, method, address string, m message) error {
	return d.persist(ctx, func() error {
		err := d.api.call(ctx, method, address, routeAnswer, m, nil)
		if e := (*apiError)(nil); method == http.MethodPost && errors.As(err, &e) && e.Status != http.StatusTooManyRequests {
			return bot.Final(err)
		}
		return err
	})
}

// persist repeats a request until it is done or refused, or ctx ends.
func (d *Discord) persist(ctx context.Context, try func() error) error {
	return bot.Retry{First: retryFirst, Most: retryMost, Now: d.opts.Now}.Do(ctx, try)
}

// invalid reports whether Discord found fault with what we sent.
func invalid(err error) bool {
	s := status(err)
	return (s == http.StatusBadRequest || s == http.StatusRequestEntityTooLarge) && code(err) != codeAcknowledged
}

// ourFault is the message in the place of one that Discord did not take.
func (d *Discord) ourFault(in *interaction) message {
	return message{Content: "Something went wrong with the answer (interaction " + in.ID + "). The people who run this bot find the reason in its log.", Embeds: []embed{}, Components: []row{}}.shown(in, true)
}

// shown is the message as the answer to an interaction. In a direct message
// nobody else is there.
func (m message) shown(in *interaction, private bool) message {
	if private && !in.direct() {
		m.Flags |= discordgo.MessageFlagsEphemeral
	}
	return m
}

// flagsOnly is all that a placeholder may have.
func (m message) flagsOnly() any {
	return struct {
		Flags discordgo.MessageFlags `json:"flags"`
	}{m.Flags}
}
