package bot

import (
	"context"
	"errors"
	"strings"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Planner is what makes and sends what schedules ask for. A *delivery.Engine is one.
type Planner interface {
	// RunNow posts an edition of a schedule now, once for an event.
	RunNow(ctx context.Context, book briefings.BookID, id delivery.ScheduleID, event string) (delivery.RunKey, error)
	// Wake makes it look at once whether something is due.
	Wake()
	// Health returns how it is doing.
	Health() delivery.Health
}

// Schedule gives the core the ledger, and what works on it: it may be nil where another
// process does. Without a ledger nothing is scheduled.
func (b *Bot) Schedule(l delivery.Ledger, p Planner) {
	b.scheduling.Store(&scheduling{l, p})
}

type scheduling struct {
	ledger  delivery.Ledger
	planner Planner
}

// wake makes the planner look, where there is one here.
func (b *Bot) wake() {
	if s := b.scheduling.Load(); s != nil && s.planner != nil {
		s.planner.Wake()
	}
}

// ledger returns the ledger, or an error with a sentence where nothing is scheduled.
func (c *Call) ledger() (delivery.Ledger, error) {
	if s := c.bot.scheduling.Load(); s != nil {
		return s.ledger, nil
	}
	return nil, briefings.Errorf(briefings.ErrInvalid, "Nothing is scheduled here: digests and alerts are made where the bot runs.")
}

// planner returns what plans here, or an error with a sentence.
func (c *Call) planner() (Planner, error) {
	if s := c.bot.scheduling.Load(); s != nil && s.planner != nil {
		return s.planner, nil
	}
	return nil, briefings.Errorf(briefings.ErrInvalid, "Nothing can be posted from here: ask where the bot runs.")
}

// placePrefix marks a channel by its place, as it stands in what our buttons hold.
const placePrefix = "place:"

// pickPlace writes a channel that the platform names as its place, so that the same can
// be asked again where the platform does not name it.
func (c *Call) pickPlace(v *Value) {
	ref, ok := c.Request.Places[v.Value]
	if !ok {
		return
	}
	v.Value = placePrefix + ref.Place.String()
	if c.pickedPlaces == nil {
		c.pickedPlaces = map[string]PlaceRef{}
	}
	c.pickedPlaces[v.Value] = ref
}

// channelFor returns the channel that an argument names, or the one where it is asked where
// it is left out, once whoever asks may post there.
func (c *Call) channelFor(ctx context.Context, arg string) (PlaceRef, error) {
	ref, err := c.findPlace(ctx, c.Arg(arg))
	if err != nil {
		return ref, err
	}
	poster := c.bot.poster(ref.Place.Platform)
	if poster == nil {
		return ref, briefings.Errorf(briefings.ErrInvalid, "Nothing can be posted on %s from here.", ref.Place.Platform)
	}
	// SECURITY: whoever has something posted must be able to write there themselves.
	return ref, poster.MayPost(ctx, c.Request.Actor, ref.Place)
}

func (c *Call) findPlace(ctx context.Context, value string) (PlaceRef, error) {
	here := c.Request.Actor
	if value == "" {
		if c.Request.Standing.Direct || c.Request.Channel == "" {
			return PlaceRef{}, briefings.Errorf(briefings.ErrInvalid, "Say in which channel.")
		}
		p := delivery.Place{Platform: here.Platform, Workspace: here.Workspace, Channel: c.Request.Channel}
		return PlaceRef{Place: p, Name: "this channel"}, nil
	}
	if ref, ok := c.pickedPlaces[value]; ok {
		return ref, nil
	}
	if s, ok := strings.CutPrefix(value, placePrefix); ok {
		p, err := delivery.ParsePlace(s)
		if err == nil && (p.Platform != here.Platform || p.Workspace != here.Workspace || p.Direct()) {
			err = briefings.Errorf(briefings.ErrDenied, "That channel is elsewhere: ask in the workspace that it is in.")
		}
		return PlaceRef{Place: p, Name: p.String()}, err
	}
	poster := c.bot.poster(here.Platform)
	if poster == nil {
		return PlaceRef{}, briefings.Errorf(briefings.ErrInvalid, "Nothing can be posted on %s from here.", here.Platform)
	}
	return poster.Channel(ctx, here, value)
}

// digest returns the ledger, and the schedule in it that an argument names.
func (c *Call) digest(ctx context.Context) (delivery.Ledger, delivery.Schedule, error) {
	l, err := c.ledger()
	if err != nil {
		return nil, delivery.Schedule{}, err
	}
	s, err := c.schedule(ctx, l)
	return l, s, err
}

// schedule returns the schedule that an argument names.
func (c *Call) schedule(ctx context.Context, l delivery.Ledger) (delivery.Schedule, error) {
	list, err := l.Schedules(ctx, c.Request.Book)
	if err != nil {
		return delivery.Schedule{}, err
	}
	name := strings.ToLower(tidy(c.Arg("name")))
	if len(list) == 0 {
		return delivery.Schedule{}, briefings.Errorf(briefings.ErrNotFound, "There is no digest yet. %s makes one.", c.typed("digest create"))
	}
	return scheduleNamed(list, name)
}

// scheduleNamed returns the schedule of a name, or ErrNotFound with a sentence that says
// which there are.
func scheduleNamed(list []delivery.Schedule, name string) (delivery.Schedule, error) {
	names := make([]string, len(list))
	near := ""
	for i, s := range list {
		if s.Name == name {
			return s, nil
		}
		if slipOf(name, s.Name) {
			near = s.Name
		}
		names[i] = s.Name
	}
	said := "There are " + joinNames(names) + "."
	switch {
	case near != "":
		said = "Did you mean " + near + "?"
	case len(names) == 1:
		said = "The only one is " + names[0] + "."
	}
	return delivery.Schedule{}, briefings.Errorf(briefings.ErrNotFound, "There is no digest %q. %s", clip(name), said)
}

// conflict says that somebody else has been quicker.
func conflict(err error, what string) error {
	if errors.Is(err, briefings.ErrConflict) {
		return briefings.Errorf(briefings.ErrConflict, "%s has just been changed by somebody else. Look at it, and do it again.", what)
	}
	return err
}
