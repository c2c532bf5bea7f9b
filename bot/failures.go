package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// How far back failures are shown, and how many offer what can be done.
const (
	failuresFor   = 30 * 24 * time.Hour
	failureButton = 3
)

// deskFailures lists what was not delivered, and will not be by itself.
func deskFailures(ctx context.Context, c *Call) (Reply, error) {
	ledger, err := c.ledger()
	if err != nil {
		return Reply{}, err
	}
	since := c.Request.Now.Add(-failuresFor)
	dead, err := ledger.Deliveries(ctx, c.Request.Book, delivery.DeliveryQuery{States: []delivery.State{delivery.Dead}, Since: since})
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "What was not delivered", Kicker: c.Now.Book.Name}
	v := newView(c.Now, c.Request.Now)
	s := Section{Heading: "Messages"}
	for i, d := range dead {
		s.Items = append(s.Items, v.failure(d))
		if i < failureButton {
			for _, a := range failureActions {
				card.Actions = append(card.Actions, Action{a.label + " " + string(d.ID), Invocation{a.command, []Value{{"delivery", string(d.ID)}}}})
			}
		}
	}
	slots, err := c.missedSlots(ctx, ledger, since)
	if err != nil {
		return Reply{}, err
	}
	stops, err := ledger.Stops(ctx, c.Request.Book)
	if err != nil {
		return Reply{}, err
	}
	places := Section{Heading: "Channels to which nothing is sent any more"}
	for _, p := range sortedPlaces(stops) {
		places.Items = append(places.Items, Item{Text: Text{}.Room(p).Plain(": " + stops[p])})
		card.Actions = append(card.Actions, Action{"Send there again: " + p.String(), Invocation{"desk reopen", []Value{{"place", p.String()}}}})
	}
	card.add(places)
	c.fill(card, []Section{s, slots})
	if len(s.Items)+len(slots.Items)+len(places.Items) == 0 {
		card.Lead = []Text{T("Nothing failed within the last 30 days.")}
	}
	return Reply{Card: card}, nil
}

// failureActions are what can be done about a failure.
var failureActions = []struct{ label, command string }{{"Post now", "desk post"}, {"It was posted", "desk posted"}, {"Drop", "desk drop"}}

// missedSlots lists the slots that were missed or superseded.
func (c *Call) missedSlots(ctx context.Context, l delivery.Ledger, since time.Time) (Section, error) {
	s := Section{Heading: "Slots that were passed over"}
	runs, err := l.Runs(ctx, c.Request.Book, delivery.RunQuery{Kind: delivery.Digest, States: []delivery.RunState{delivery.Missed, delivery.Superseded}, Since: since, Limit: maxHistory})
	if err != nil || len(runs) == 0 {
		return s, err
	}
	schedules, err := l.Schedules(ctx, c.Request.Book)
	if err != nil {
		return s, err
	}
	for _, r := range runs {
		name := "a digest that is deleted"
		if i := slices.IndexFunc(schedules, func(x delivery.Schedule) bool { return string(x.ID) == r.Key.Source }); i >= 0 {
			name = schedules[i].Name
		}
		text := string(r.State)
		if r.Reason != "" {
			text += ": " + r.Reason
		}
		if r.More > 0 {
			text += fmt.Sprintf(", and %d before it", r.More)
		}
		s.Items = append(s.Items, Item{Label: name + ", " + r.Key.Slot, Text: T(text), Meta: T("due ").When(briefings.At(r.Due, briefings.Minute))})
	}
	return s, nil
}

// sortedPlaces are the places of a map, in order.
func sortedPlaces(stops map[delivery.Place]string) []delivery.Place {
	var list []delivery.Place
	for p := range stops {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b delivery.Place) int { return strings.Compare(a.String(), b.String()) })
	return list
}

// failed returns the delivery that an argument names, which nobody has settled yet.
func (c *Call) failed(ctx context.Context) (delivery.Ledger, delivery.Delivery, error) {
	ledger, err := c.ledger()
	if err != nil {
		return nil, delivery.Delivery{}, err
	}
	id := delivery.ID(strings.ToLower(tidy(c.Arg("delivery"))))
	list, err := ledger.Deliveries(ctx, c.Request.Book, delivery.DeliveryQuery{IDs: []delivery.ID{id}})
	if err != nil {
		return nil, delivery.Delivery{}, err
	}
	switch {
	case len(list) == 0:
		return nil, delivery.Delivery{}, briefings.Errorf(briefings.ErrNotFound, "There is no message %q. %s lists those that failed.", clip(string(id)), c.typed("desk failures"))
	case list[0].State != delivery.Dead:
		return nil, list[0], briefings.Errorf(briefings.ErrConflict, "That message is not among those that failed any more: it is %s.", list[0].State)
	}
	return ledger, list[0], nil
}

// settleFailure moves a delivery that failed, and says so.
func (c *Call) settleFailure(ctx context.Context, change func(*delivery.Delivery), words string) (Reply, error) {
	ledger, d, err := c.failed(ctx)
	if err != nil {
		return Reply{}, err
	}
	to := d
	change(&to)
	moved, err := ledger.Move(ctx, c.Request.Book, []delivery.Move{{From: d, To: to, At: c.Request.Now}})
	if err != nil {
		return Reply{}, err
	}
	if !moved[0] {
		return Reply{}, briefings.Errorf(briefings.ErrConflict, "Somebody else has just settled that. %s shows what is left.", c.typed("desk failures"))
	}
	c.did(Invocation{"desk failures", nil})
	err = c.bot.library.Store().Note(ctx, c.Request.Book, c.deed(), briefings.Done, "message "+string(d.ID)+": "+words)
	if err != nil && !errors.Is(err, briefings.ErrRepeated) {
		return Reply{}, err
	}
	c.bot.wake()
	reply, err := deskFailures(ctx, c)
	if err == nil {
		reply.Card.notice(T("Message " + string(d.ID) + ": " + words + "."))
	}
	return reply, err
}

// postAgainFor is for how long a message that is to be posted after all is tried.
const postAgainFor = 6 * time.Hour

// deskPost has a message posted after all. Where it may have been posted, the channel is
// read first.
func deskPost(ctx context.Context, c *Call) (Reply, error) {
	if _, d, err := c.failed(ctx); err == nil && d.RunState == delivery.Superseded {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "A newer edition has taken the place of that message. %s drops it; %s posts an edition now.", c.typed("desk drop "+string(d.ID)), c.typed("digest run"))
	}
	return c.settleFailure(ctx, func(d *delivery.Delivery) {
		d.State, d.Class, d.Detail = delivery.Pending, "", ""
		d.Next, d.Deadline, d.Owner = c.Request.Now, c.Request.Now.Add(postAgainFor), ""
		d.Unsure, d.Attempts = false, 0 // an admin has looked: where it cannot be read, it is sent
	}, "it is posted now, unless it is there already")
}

// deskPosted takes note that a message is there.
func deskPosted(ctx context.Context, c *Call) (Reply, error) {
	return c.settleFailure(ctx, func(d *delivery.Delivery) { *d = delivery.Delivered(*d, d.Message) }, "it was posted, as you say")
}

// deskDrop takes note that a message is not wanted any more.
func deskDrop(ctx context.Context, c *Call) (Reply, error) {
	return c.settleFailure(ctx, func(d *delivery.Delivery) { d.State, d.Next = delivery.Dropped, time.Time{} }, "it is dropped")
}

// deskReopen lets a channel be posted to again.
func deskReopen(ctx context.Context, c *Call) (Reply, error) {
	ledger, err := c.ledger()
	if err != nil {
		return Reply{}, err
	}
	p, err := delivery.ParsePlace(tidy(c.Arg("place")))
	if err != nil {
		return Reply{}, err
	}
	if err := ledger.Reopen(ctx, c.Request.Book, c.deed(), p); err != nil {
		return Reply{}, err
	}
	c.did(Invocation{"desk failures", nil})
	c.bot.wake()
	reply, err := deskFailures(ctx, c)
	if err == nil {
		reply.Card.notice(T("What is due from now on is sent to ").Room(p).Plain(" again."))
	}
	return reply, err
}

// deskNotices says where admins are told what failed, or changes that.
func deskNotices(ctx context.Context, c *Call) (Reply, error) {
	ledger, err := c.ledger()
	if err != nil {
		return Reply{}, err
	}
	if c.Flag("off") || c.Arg("channel") != "" {
		value := ""
		if !c.Flag("off") {
			to, err := c.channelFor(ctx, "channel")
			if err != nil {
				return Reply{}, err
			}
			value = to.Place.String()
		}
		if err := ledger.PutSetting(ctx, c.Request.Book, c.deed(), delivery.NoticePlace, value); err != nil {
			return Reply{}, err
		}
		c.did(Invocation{"desk notices", nil})
		c.bot.wake()
	}
	at, err := ledger.Setting(ctx, c.Request.Book, delivery.NoticePlace)
	if err != nil {
		return Reply{}, err
	}
	said := T("Nobody is told by themselves: name a channel, " + c.typed("desk notices #channel") + ".")
	if p, err := delivery.ParsePlace(at); at != "" && err == nil {
		said = T("What could not be delivered is told in ").Room(p).Plain(", once an hour for each channel at the most.")
	}
	return Reply{Card: &Card{Title: "Notices to admins", Kicker: c.Now.Book.Name, Lead: []Text{said}}}, nil
}

// deskHealth says how deliveries are doing.
func deskHealth(ctx context.Context, c *Call) (Reply, error) {
	ledger, err := c.ledger()
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "Health", Kicker: c.Now.Book.Name}
	if planner, err := c.planner(); err == nil {
		h := planner.Health()
		good := "Digests and alerts work."
		if !h.OK() {
			good = "Something needs somebody."
		}
		card.Lead = []Text{T(good)}
		if !h.Planned.IsZero() {
			card.field("Planned last", Text{}.When(briefings.At(h.Planned, briefings.Minute)))
		}
		card.field("Sent since the start", T(fmt.Sprint(h.Sent)))
		s := Section{Heading: "What is wrong"}
		if h.Wrong[c.Request.Book] {
			s.Items = append(s.Items, Item{Label: "Clock", Text: T("It is behind what was written before, or is not that of the database, so nothing is posted. Whoever runs the bot sets it right.")})
		}
		for what := range h.Failing {
			s.Items = append(s.Items, Item{Label: what, Text: T("It cannot be done just now, and is tried again; the log says why.")})
		}
		for installation, since := range h.Locked {
			s.Items = append(s.Items, Item{Label: installation, Text: T("The platform lets us do nothing. Whoever runs the bot looks at the token."), Meta: T("since ").When(briefings.At(since, briefings.Minute))})
		}
		if h.Doubled > 0 {
			s.Items = append(s.Items, Item{Label: "Doubled", Text: T(counted(h.Doubled, "message") + " came twice since the start, and the later one was taken back.")})
		}
		slices.SortFunc(s.Items, func(a, b Item) int { return strings.Compare(a.Label, b.Label) })
		card.add(s)
	} else {
		card.Lead = []Text{T("Digests and alerts are made by another process than this.")}
	}
	waiting, err := ledger.Deliveries(ctx, c.Request.Book, delivery.DeliveryQuery{States: []delivery.State{delivery.Pending, delivery.Sending, delivery.Unknown, delivery.Reconciling}})
	if err != nil {
		return Reply{}, err
	}
	card.field("Waiting", T(counted(len(waiting), "message")))
	stops, err := ledger.Stops(ctx, c.Request.Book)
	if err != nil {
		return Reply{}, err
	}
	card.field("Channels that are closed to us", T(fmt.Sprint(len(stops))))
	card.Actions = []Action{{"Failures", Invocation{"desk failures", nil}}, {"Digests", Invocation{"digest list", nil}}}
	return Reply{Card: card}, nil
}
