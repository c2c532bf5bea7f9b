package bot

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/civil"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// watchAdd tells somebody, or a channel, of what changes.
func watchAdd(ctx context.Context, c *Call) (Reply, error) {
	ledger, err := c.ledger()
	if err != nil {
		return Reply{}, err
	}
	w := delivery.Watch{Owner: c.Request.Actor, To: delivery.Direct(c.Request.Actor), State: delivery.Active}
	where := "in direct messages"
	if c.Arg("channel") != "" {
		if c.Request.Role < briefings.Contributor {
			return Reply{}, briefings.Errorf(briefings.ErrDenied, "Only contributors can have a channel told. Leave the channel out, and you are told in direct messages.")
		}
		to, err := c.channelFor(ctx, "channel")
		if err != nil {
			return Reply{}, err
		}
		w.To, where = to.Place, "in "+to.Name
	} else if c.bot.poster(w.To.Platform) == nil {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "I cannot write to you on %s.", w.To.Platform)
	}
	if given := c.Arg("topic"); given != "" {
		if w.Topics, err = c.topics(given); err != nil {
			return Reply{}, err
		}
	}
	if w.Quiet, err = c.quietHours(); err != nil {
		return Reply{}, err
	}
	mine, err := c.watches(ctx, ledger)
	if err != nil {
		return Reply{}, err
	}
	for _, other := range mine {
		if other.To == w.To && slices.Equal(other.Topics, w.Topics) {
			w.ID, w.Rev = other.ID, other.Rev // it takes the other's place
			if other.State == delivery.Active {
				w.Held, w.Next = other.Held, other.Next
			}
		}
	}
	if _, err := ledger.PutWatch(ctx, c.Request.Book, c.deed(), w); err != nil {
		return Reply{}, conflict(err, "This watch")
	}
	c.did(Invocation{"watch list", nil})
	c.bot.wake()
	about := "anything in the book"
	if len(w.Topics) > 0 {
		about = newView(c.Now, c.Request.Now).names(w.Topics)
	}
	card := &Card{Title: "You are watching", Kicker: c.Now.Book.Name, Lead: []Text{
		T("When ").Strong(about).Plain(" changes, it is told " + where + " within a minute: a new status or report, a correction, a retraction."),
	}}
	if w.Quiet != (delivery.Quiet{}) {
		card.Lead = append(card.Lead, T(fmt.Sprintf("From %s to %s, %s time, it waits for the morning. What is breaking does not wait.", w.Quiet.From, w.Quiet.To, w.Quiet.Zone)))
	}
	card.Actions = []Action{{"All I watch", Invocation{"watch list", nil}}}
	return Reply{Card: card}, nil
}

var quietShape = regexp.MustCompile(`^([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])?\s*(?:-|–|to)\s*([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])?$`)

// quietHours reads hours in which nothing is told, such as 22:00-07:00.
func (c *Call) quietHours() (delivery.Quiet, error) {
	given := tidy(c.Arg("quiet"))
	if given == "" {
		return delivery.Quiet{}, nil
	}
	m := quietShape.FindStringSubmatch(given)
	if m == nil {
		return delivery.Quiet{}, briefings.Errorf(briefings.ErrInvalid, `Write the quiet hours as quiet:"22:00-07:00".`)
	}
	clock := func(h, m string) string {
		hours, _ := strconv.Atoi(h)
		minutes, _ := strconv.Atoi(m)
		return fmt.Sprintf("%02d:%02d", hours, minutes)
	}
	q := delivery.Quiet{From: clock(m[1], m[2]), To: clock(m[3], m[4]), Zone: c.zoneName()}
	if q.From == q.To {
		return q, briefings.Errorf(briefings.ErrInvalid, "Quiet hours that end when they begin are none. To be told nothing, use %s.", c.typed("watch pause"))
	}
	if given := tidy(c.Arg("zone")); given != "" {
		z, err := civil.Zone(given)
		if err != nil {
			return q, err
		}
		q.Zone = z.String()
	}
	return q, nil
}

// watches are those of the person who asks, in their order.
func (c *Call) watches(ctx context.Context, l delivery.Ledger) ([]delivery.Watch, error) {
	all, err := l.Watches(ctx, c.Request.Book)
	if err != nil {
		return nil, err
	}
	accounts := c.accounts(ctx)
	return slices.DeleteFunc(all, func(w delivery.Watch) bool {
		return w.State == delivery.Deleted || !slices.Contains(accounts, w.Owner) && w.Owner != c.Request.Actor
	}), nil
}

// watchList lists what somebody watches.
func watchList(ctx context.Context, c *Call) (Reply, error) {
	ledger, err := c.ledger()
	if err != nil {
		return Reply{}, err
	}
	list, err := c.watches(ctx, ledger)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "What you watch", Kicker: c.Now.Book.Name}
	s := Section{Heading: "Watched"}
	v := newView(c.Now, c.Request.Now)
	for i, w := range list {
		n := strconv.Itoa(i + 1)
		item := Item{Label: n, Text: T("the whole book"), Meta: T("in direct messages")}
		if len(w.Topics) > 0 {
			item.Text = T(v.names(w.Topics))
		}
		if !w.To.Direct() {
			item.Meta = T("in ").Room(w.To)
		}
		if w.Quiet != (delivery.Quiet{}) {
			item.Meta = item.Meta.Plain(" · quiet from " + w.Quiet.From + " to " + w.Quiet.To + ", " + w.Quiet.Zone)
		}
		if w.State == delivery.Paused {
			item.Meta = item.Meta.Plain(" · ").Tag("PAUSED")
		}
		s.Items = append(s.Items, item)
		if i < 5 {
			card.Actions = append(card.Actions, Action{"Remove " + n, Invocation{"watch remove", []Value{{"watch", watchName(list, w)}}}})
		}
	}
	card.add(s)
	if len(list) == 0 {
		card.Lead = []Text{T("Nothing yet. For example: " + c.typed("watch add talks") + ".")}
	}
	return Reply{Card: card}, nil
}

// watchRemove ends a watch.
func watchRemove(ctx context.Context, c *Call) (Reply, error) {
	return c.setWatch(ctx, delivery.Deleted, "is not watched any more")
}

// watchPause lets a watch rest, or all of somebody's.
func watchPause(ctx context.Context, c *Call) (Reply, error) {
	return c.setWatch(ctx, delivery.Paused, "rests")
}

// watchResume lets a watch go on. Of what changed meanwhile nobody is told.
func watchResume(ctx context.Context, c *Call) (Reply, error) {
	return c.setWatch(ctx, delivery.Active, "is watched again")
}

// watchName is a name by which whichWatch finds a watch, also once others are removed: the
// entry that it alone is of, else its id.
func watchName(list []delivery.Watch, w delivery.Watch) string {
	of := 0
	for _, other := range list {
		if slices.Equal(other.Topics, w.Topics) {
			of++
		}
	}
	if len(w.Topics) == 1 && of == 1 {
		return string(w.Topics[0])
	}
	return w.ID
}

// whichWatch returns the place of the watch that is meant: by its id, as our buttons hold
// it, its number in the list, or the one entry that it is of; -1 for none. Where there is
// only one, it need not be named.
func (c *Call) whichWatch(list []delivery.Watch) int {
	given := tidy(c.Arg("watch"))
	if given == "" && len(list) == 1 {
		return 0
	}
	if n, err := strconv.Atoi(given); err == nil && n >= 1 && n <= len(list) {
		return n - 1
	}
	if i := slices.IndexFunc(list, func(w delivery.Watch) bool { return w.ID == given }); i >= 0 {
		return i
	}
	if page := c.Now.Resolve(given).Page; given != "" && page != nil {
		return slices.IndexFunc(list, func(w delivery.Watch) bool { return slices.Equal(w.Topics, []briefings.EntryID{page.Entry.ID}) })
	}
	return -1
}

// setWatch changes the state of a watch.
func (c *Call) setWatch(ctx context.Context, to delivery.ScheduleState, words string) (Reply, error) {
	ledger, err := c.ledger()
	if err != nil {
		return Reply{}, err
	}
	list, err := c.watches(ctx, ledger)
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		return Reply{}, briefings.Errorf(briefings.ErrNotFound, "You watch nothing yet. %s begins.", c.typed("watch add"))
	}
	i := c.whichWatch(list)
	if i < 0 {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "Say which, by its number from 1 to %d. %s shows them.", len(list), c.typed("watch list"))
	}
	w := list[i]
	if w.State == delivery.Paused && to == delivery.Active {
		w.Held = 0
	}
	w.State = to
	if _, err := ledger.PutWatch(ctx, c.Request.Book, c.deed(), w); err != nil {
		return Reply{}, conflict(err, "This watch")
	}
	c.did(Invocation{"watch list", nil})
	about := "The whole book"
	if len(w.Topics) > 0 {
		about = newView(c.Now, c.Request.Now).names(w.Topics)
	}
	reply, err := watchList(ctx, c)
	if err == nil {
		reply.Card.notice(T(strings.ToUpper(about[:1]) + about[1:] + " " + words + "."))
	}
	return reply, err
}
