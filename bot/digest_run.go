package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// digestList lists the schedules, each with its next time and how the last went.
func digestList(ctx context.Context, c *Call) (Reply, error) {
	ledger, err := c.ledger()
	if err != nil {
		return Reply{}, err
	}
	list, err := ledger.Schedules(ctx, c.Request.Book)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "Digests", Kicker: c.Now.Book.Name}
	s := Section{Heading: "Scheduled"}
	for _, x := range list {
		item := Item{Label: x.Name}
		if t, err := delivery.TimetableOf(x.Spec, x.Zone); err == nil {
			item.Text = T(t.Spec.Words() + ", " + x.Zone)
		}
		switch {
		case x.State == delivery.Paused:
			item.Meta = Text{}.Tag("PAUSED")
		case !x.NextDue.IsZero():
			item.Meta = T("next ").When(briefings.At(x.NextDue, briefings.Minute))
		}
		runs, err := ledger.Runs(ctx, c.Request.Book, delivery.RunQuery{Source: string(x.ID), Limit: 1})
		if err != nil {
			return Reply{}, err
		}
		for _, r := range runs {
			how, err := c.howItWent(ctx, ledger, r)
			if err != nil {
				return Reply{}, err
			}
			item.Meta = item.Meta.Plain(" · last " + slotWords(r) + ": " + how)
		}
		if x.From != "" {
			item.Meta = item.Meta.Plain(" · from the config")
		}
		s.Items = append(s.Items, item)
		if len(card.Actions) < 5 {
			card.Actions = append(card.Actions, Action{x.Name, Invocation{"digest history", []Value{{"name", x.Name}}}})
		}
	}
	card.add(s)
	if len(list) == 0 {
		card.Lead = []Text{T("There is none yet. For example: " + c.typed(`digest create #channel "weekdays 08:00"`) + ".")}
	}
	return Reply{Card: card}, nil
}

// howItWent says in a few words what became of a run.
func (c *Call) howItWent(ctx context.Context, l delivery.Ledger, r delivery.Run) (string, error) {
	if r.State != delivery.Planned && r.State != delivery.Superseded {
		said := string(r.State)
		if r.Reason != "" {
			said += " (" + r.Reason + ")"
		}
		if r.More > 0 {
			said += fmt.Sprintf(", and %d before it", r.More)
		}
		return said, nil
	}
	list, err := l.Deliveries(ctx, c.Request.Book, delivery.DeliveryQuery{Run: &r.Key})
	if err != nil {
		return "", err
	}
	count := map[delivery.State]int{}
	late, why := time.Duration(0), ""
	for _, d := range list {
		if d.Part > 1 {
			continue
		}
		count[d.State]++
		if d.State == delivery.Dropped && d.Detail != "" {
			why = " (" + d.Detail + ")"
		}
		if d.State == delivery.Sent && d.Moved.Sub(d.Due) > late {
			late = d.Moved.Sub(d.Due)
		}
	}
	said := ""
	for _, s := range []struct {
		state delivery.State
		words string
	}{
		{delivery.Sent, "posted"}, {delivery.Pending, "waiting"}, {delivery.Sending, "under way"}, {delivery.Unknown, "not known yet"},
		{delivery.Reconciling, "being looked for"}, {delivery.Dead, "failed"}, {delivery.Replaced, "superseded"}, {delivery.Dropped, "dropped"},
	} {
		if n := count[s.state]; n > 0 {
			if said != "" {
				said += ", "
			}
			said += s.words
			if len(list) > 1 && n > 1 {
				said += fmt.Sprintf(" in %d", n)
			}
			if s.state == delivery.Dropped {
				said += why
			}
		}
	}
	if late > delivery.Standard.Late {
		said += " (" + late.Round(time.Minute).String() + " late)"
	}
	return said, nil
}

// digestHistory shows what became of the slots of a schedule.
func digestHistory(ctx context.Context, c *Call) (Reply, error) {
	ledger, s, err := c.digest(ctx)
	if err != nil {
		return Reply{}, err
	}
	runs, err := ledger.Runs(ctx, c.Request.Book, delivery.RunQuery{Source: string(s.ID), Limit: maxHistory})
	if err != nil {
		return Reply{}, err
	}
	card := c.digestCard(ctx, s, "")
	section := Section{Heading: "What became of its slots"}
	for _, r := range runs {
		how, err := c.howItWent(ctx, ledger, r)
		if err != nil {
			return Reply{}, err
		}
		item := Item{Label: slotWords(r), Text: T(how), Meta: T("due ").When(briefings.At(r.Due, briefings.Minute))}
		if r.Edition > 0 {
			item.Meta = T(fmt.Sprintf("edition %d · ", r.Edition)).Join("", item.Meta)
		}
		section.Items = append(section.Items, item)
	}
	c.fill(card, []Section{section})
	if len(runs) == 0 {
		card.Lead = append(card.Lead, T("Nothing was due yet."))
	}
	return Reply{Card: card}, nil
}

// slotWords names the slot of a run.
func slotWords(r delivery.Run) string {
	if strings.HasPrefix(r.Key.Slot, delivery.ByHand) {
		return "by hand"
	}
	return strings.Replace(r.Key.Slot, "T", " ", 1)
}

// maxHistory is how many runs of a schedule are shown.
const maxHistory = 200

// digestPreview shows the edition that would be posted now. It consumes nothing.
func digestPreview(ctx context.Context, c *Call) (Reply, error) {
	ledger, s, err := c.digest(ctx)
	if err != nil {
		return Reply{}, err
	}
	card, err := c.bot.preview(ctx, ledger, c.Request.Book, s, c.Request.Now)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Card: card}, nil
}

// preview is the next edition of a schedule as one card: what would go into the thread
// stands behind it.
func (b *Bot) preview(ctx context.Context, l delivery.Ledger, book briefings.BookID, s delivery.Schedule, now time.Time) (*Card, error) {
	last, err := l.LastSent(ctx, book, string(s.ID), nil)
	if err != nil && !errors.Is(err, briefings.ErrNotFound) {
		return nil, err
	}
	cards, err := b.Preview(ctx, book, delivery.EditionAsk{Schedule: s, Due: now, Now: now, Since: last.Seq, SinceDue: last.Due})
	if err != nil {
		return nil, err
	}
	card := cards[0]
	for _, more := range cards[1:] {
		for _, section := range more.Sections {
			if !section.Cited {
				section.Heading += " (in the thread)"
				card.Sections = append(card.Sections, section)
			}
		}
	}
	card.notice(T("A preview: nothing was posted, and nothing is used up."))
	return card, nil
}

// PreviewOf is preview by the schedule's name, for the terminal.
func (b *Bot) PreviewOf(ctx context.Context, l delivery.Ledger, book briefings.BookID, name string, now time.Time) (*Card, error) {
	list, err := l.Schedules(ctx, book)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, briefings.Errorf(briefings.ErrNotFound, "There is no digest in this book yet.")
	}
	s, err := scheduleNamed(list, name)
	if err != nil {
		return nil, err
	}
	return b.preview(ctx, l, book, s, now)
}

// digestRun posts an edition now. It consumes no slot.
func digestRun(ctx context.Context, c *Call) (Reply, error) {
	planner, err := c.planner()
	if err != nil {
		return Reply{}, err
	}
	_, s, err := c.digest(ctx)
	if err != nil {
		return Reply{}, err
	}
	event := c.Request.Event
	if event == "" {
		event = briefings.NewToken()
	}
	undone, err := c.bot.limits.edit(c)
	if err != nil {
		return Reply{}, err
	}
	if _, err := planner.RunNow(ctx, c.Request.Book, s.ID, event); err != nil {
		undone()
		return Reply{}, conflict(err, "This digest")
	}
	c.did(Invocation{"digest history", []Value{{"name", s.Name}}})
	if err := c.bot.library.Store().Note(ctx, c.Request.Book, c.deed(), briefings.Done, "posted the digest "+s.Name+" now"); err != nil && !errors.Is(err, briefings.ErrRepeated) {
		return Reply{}, err
	}
	return Reply{Card: &Card{
		Title:   "Digest “" + s.Name + "” is being posted",
		Lead:    []Text{T("It is an edition beside its slots: what is scheduled comes as it would have.")},
		Actions: []Action{{"What became of it", Invocation{"digest history", []Value{{"name", s.Name}}}}},
	}}, nil
}

// digestPause lets a schedule rest.
func digestPause(ctx context.Context, c *Call) (Reply, error) {
	return c.setState(ctx, delivery.Paused, "rests")
}

// digestResume lets a schedule go on. What was due meanwhile is not made up for.
func digestResume(ctx context.Context, c *Call) (Reply, error) {
	return c.setState(ctx, delivery.Active, "goes on")
}

func (c *Call) setState(ctx context.Context, to delivery.ScheduleState, words string) (Reply, error) {
	ledger, s, err := c.digest(ctx)
	if err != nil {
		return Reply{}, err
	}
	if s.State == to {
		card := c.digestCard(ctx, s, "")
		card.notice(T("It " + words + " already."))
		return Reply{Card: card}, nil
	}
	s.State = to
	if to == delivery.Active {
		if err := c.planned(s); err != nil {
			return Reply{}, err
		}
		if s, err = delivery.Restart(ctx, ledger, c.Request.Book, s, c.Request.Now); err != nil {
			return Reply{}, err
		}
	}
	return c.putSchedule(ctx, ledger, s, "Digest “"+s.Name+"” "+words, "")
}

// digestDelete takes a schedule away, at a second press.
func digestDelete(ctx context.Context, c *Call) (Reply, error) {
	ledger, s, err := c.digest(ctx)
	if err != nil {
		return Reply{}, err
	}
	if s.From != "" {
		return Reply{}, briefings.Errorf(briefings.ErrDenied, "This digest is in the config file: whoever runs the bot takes it out there.")
	}
	if !c.Flag("confirm") {
		card := c.digestCard(ctx, s, "")
		card.Title = "Delete the digest “" + s.Name + "”?"
		card.notice(T("Its history stays; its editions stay where they were posted."))
		card.Actions = []Action{{"Delete it", c.Invocation().With("confirm", "true")}}
		return Reply{Card: card}, nil
	}
	s.State, s.NextDue = delivery.Deleted, time.Time{}
	if _, err := ledger.PutSchedule(ctx, c.Request.Book, c.deed(), s); err != nil {
		return Reply{}, conflict(err, "This digest")
	}
	c.did(Invocation{"digest list", nil})
	return Reply{Card: &Card{Title: "Digest “" + s.Name + "” is deleted", Lead: []Text{T("Nothing more is posted. What was posted stays.")}}}, nil
}
