package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/civil"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// digestCreate makes a schedule.
func digestCreate(ctx context.Context, c *Call) (Reply, error) {
	ledger, err := c.ledger()
	if err != nil {
		return Reply{}, err
	}
	s := delivery.Schedule{State: delivery.Active, Made: c.Request.Actor}
	if err := c.setOptions(&s); err != nil {
		return Reply{}, err
	}
	to, err := c.channelFor(ctx, "channel")
	if err != nil {
		return Reply{}, err
	}
	s.Places = []delivery.Place{to.Place}
	table, err := delivery.TimetableOf(s.Spec, s.Zone)
	if err != nil {
		return Reply{}, err
	}
	if reply := c.eitherDay(table); reply != nil {
		return *reply, nil
	}
	if s.Name, err = c.digestName(ctx, ledger, s, to); err != nil {
		return Reply{}, err
	}
	_, s.NextDue, _ = table.First(c.Request.Now)
	if s, err = ledger.PutSchedule(ctx, c.Request.Book, c.deed(), s); err != nil {
		return Reply{}, err
	}
	c.did(Invocation{"digest list", nil})
	c.bot.wake()
	card := c.digestCard(ctx, s, to.Name)
	card.Title = "Digest “" + s.Name + "” is scheduled"
	return Reply{Card: card}, nil
}

// setOptions sets what the arguments say of a schedule.
func (c *Call) setOptions(s *delivery.Schedule) error {
	if when := c.Arg("when"); when != "" {
		spec, err := civil.ParseSpec(when)
		if err != nil {
			return err
		}
		s.Spec, s.Said = spec.Cron(), tidy(when)
	}
	switch zone := tidy(c.Arg("zone")); {
	case zone != "":
		z, err := civil.Zone(zone)
		if err != nil {
			return err
		}
		s.Zone = z.String()
	case s.Zone == "":
		s.Zone = c.zoneName()
	}
	if given := c.Arg("topics"); given != "" {
		topics, err := c.topics(given)
		if err != nil {
			return err
		}
		s.Options.Topics = topics
	}
	if given := c.Arg("when_empty"); given != "" {
		s.Options.WhenEmpty = delivery.WhenEmpty(given)
	}
	if given := c.Arg("on_unknown"); given != "" {
		s.Options.OnUnknown = delivery.OnUnknown(given)
	}
	s.Options.Items = c.Whole("items", s.Options.Items)
	if given := c.Arg("catchup"); given != "" {
		d, err := time.ParseDuration(given)
		if err != nil || d < delivery.MinCatchup || d > delivery.MaxCatchup {
			return briefings.Errorf(briefings.ErrInvalid, "Say how late a missed digest may still come, from 10m to 168h: catchup:6h.")
		}
		s.Options.Catchup = d
	}
	return nil
}

// zoneName is the zone of whoever asks, else the book's, by its IANA name.
func (c *Call) zoneName() string {
	for _, z := range []*time.Location{c.Request.Zone, c.Now.Book.Location()} {
		if z != nil {
			if zone, err := civil.Zone(z.String()); err == nil {
				return zone.String()
			}
		}
	}
	return "UTC"
}

// allTopics is how a digest is made of the whole book again.
const allTopics = "all"

// topics are the entries that somebody names, parted by commas.
func (c *Call) topics(given string) ([]briefings.EntryID, error) {
	if strings.EqualFold(tidy(given), allTopics) {
		return nil, nil
	}
	var ids []briefings.EntryID
	for name := range strings.FieldsFuncSeq(given, func(r rune) bool { return r == ',' || r == ';' }) {
		if name = tidy(name); name == "" {
			continue
		}
		r := c.Now.Resolve(name)
		if r.Page == nil {
			near := ""
			for i, p := range r.Choices {
				if i < 3 {
					near += ", " + p.Entry.Name
				}
			}
			if near != "" {
				return nil, briefings.Errorf(briefings.ErrInvalid, "It is not clear which entry %q is. Did you mean one of these: %s?", clip(name), near[2:])
			}
			return nil, briefings.Errorf(briefings.ErrInvalid, "The book has no entry %q. %s lists what it has.", clip(name), c.typed("brief"))
		}
		if !slices.Contains(ids, r.Page.Entry.ID) {
			ids = append(ids, r.Page.Entry.ID)
		}
	}
	return ids, nil
}

// eitherDay asks whether a schedule means what it says, where both of its day fields are
// restricted; nil where that is plain, or it was said already.
func (c *Call) eitherDay(t civil.Timetable) *Reply {
	if !t.Spec.EitherDay() || c.Flag("confirm") {
		return nil
	}
	return &Reply{Card: &Card{
		Title: "Is that what you mean?",
		Lead: []Text{T("Cron takes a day that matches either of the two day fields. So this is due ").Strong(t.Spec.Words()).Plain(", and not only on days that are both."),
			T("If you mean one of them, leave the other as *.")},
		Actions: []Action{{"Yes, that", c.Invocation().With("confirm", "true")}},
	}}
}

// digestName is what a new schedule is called: as it was named, or by its topics or its
// channel, with a number where another has that name.
func (c *Call) digestName(ctx context.Context, l delivery.Ledger, s delivery.Schedule, to PlaceRef) (string, error) {
	list, err := l.Schedules(ctx, c.Request.Book)
	if err != nil {
		return "", err
	}
	taken := func(name string) bool {
		return slices.ContainsFunc(list, func(s delivery.Schedule) bool { return s.Name == name })
	}
	if given := tidy(c.Arg("name")); given != "" {
		name := briefings.MintSlug(given)
		if name == "" || len(name) > 40 {
			return "", briefings.Errorf(briefings.ErrInvalid, "%q cannot be a digest's name. Take a word or two.", clip(given))
		}
		if taken(name) {
			return "", briefings.Errorf(briefings.ErrInvalid, "There is a digest %q already. Give this one another name, or change that: %s.", name, c.typed("digest edit "+name))
		}
		return name, nil
	}
	stem := briefings.MintSlug(strings.TrimPrefix(to.Name, "#"))
	if len(s.Options.Topics) > 0 {
		stem = string(s.Options.Topics[0])
	}
	if stem == "" || stem == "this-channel" {
		stem = "digest"
	}
	stem = stem[:min(len(stem), 36)]
	name := stem
	for n := 2; taken(name); n++ {
		name = fmt.Sprintf("%s-%d", stem, n)
	}
	return name, nil
}

// upNext is how many of its next times a schedule shows.
const upNext = 3

// nextTimes are the next times of a schedule, in its own zone and in the reader's.
func nextTimes(s delivery.Schedule, now time.Time) Section {
	section := Section{Heading: "When it comes"}
	t, err := delivery.TimetableOf(s.Spec, s.Zone)
	if err != nil {
		return section
	}
	slot, due, ok := t.First(now)
	if s.NextDue.After(now) { // it may begin later than it could
		for ok && due.Before(s.NextDue) {
			slot, due, ok = t.Next(slot)
		}
	}
	for range upNext {
		if !ok {
			break
		}
		local := due.In(t.Zone)
		section.Items = append(section.Items, Item{Text: T(local.Format("Mon 2 Jan 2006, 15:04 MST")), Meta: T("for you ").When(briefings.At(due, briefings.Minute))})
		slot, due, ok = t.Next(slot)
	}
	return section
}

// digestCard shows a schedule: what it is, when, where, and what comes next.
func (c *Call) digestCard(ctx context.Context, s delivery.Schedule, name string) *Card {
	card := &Card{Title: "Digest “" + s.Name + "”", Kicker: c.Now.Book.Name}
	t, err := delivery.TimetableOf(s.Spec, s.Zone)
	if err == nil {
		card.Lead = []Text{T("It is posted " + t.Spec.Words() + ", by the clock of " + s.Zone + ".")}
	}
	card.field("Cron", T(s.Spec))
	card.field("Zone", T(s.Zone))
	for i, p := range s.Places {
		where := Text{}.Room(p)
		if i == 0 && name != "" {
			where = T(name)
		}
		card.field("Goes to", where)
	}
	about := "the whole book"
	if len(s.Options.Topics) > 0 {
		about = newView(c.Now, c.Request.Now).names(s.Options.Topics)
	}
	card.field("About", T(about))
	card.field("When nothing is new", T(emptyWords[cmpOr(s.Options.WhenEmpty, delivery.OneLine)]))
	if s.State == delivery.Paused {
		card.notice(Text{}.Tag("PAUSED").Plain(": nothing is posted, and what is due meanwhile is not made up for."))
	} else {
		card.add(nextTimes(s, c.Request.Now))
	}
	for _, p := range s.Places {
		if poster := c.bot.poster(p.Platform); poster != nil && !poster.CanRead(ctx, p) {
			card.Notices = append(card.Notices, T("I may not read ").Room(p).Plain(". Should the network fail just when something is posted, I cannot find out whether it arrived: it then waits for an admin in desk failures"+unknownWords[s.Options.OnUnknown]+"."))
		}
	}
	on := func(label, command string) Action {
		return Action{label, Invocation{command, []Value{{"name", s.Name}}}}
	}
	card.Actions = []Action{on("Preview", "digest preview"), on("Run now", "digest run"), on("Pause", "digest pause"), on("Delete", "digest delete")}
	if s.State == delivery.Paused {
		card.Actions[2] = on("Resume", "digest resume")
	}
	return card
}

func cmpOr(a, b delivery.WhenEmpty) delivery.WhenEmpty {
	if a == "" {
		return b
	}
	return a
}

var emptyWords = map[delivery.WhenEmpty]string{
	delivery.OneLine: "it says so in one line", delivery.Always: "it is posted all the same", delivery.Skip: "nothing is posted", delivery.EditLast: "the last one says so",
}

var unknownWords = map[delivery.OnUnknown]string{
	delivery.Resend: ", unless it is sent again, as this digest is set to: then it may come twice", delivery.AssumeSent: ", unless it is taken as posted, as this digest is set to: then it may be missing",
}

// digestEdit changes a schedule.
func digestEdit(ctx context.Context, c *Call) (Reply, error) {
	ledger, s, err := c.digest(ctx)
	if err != nil {
		return Reply{}, err
	}
	if s.From != "" {
		return Reply{}, briefings.Errorf(briefings.ErrDenied, "This digest is in the config file: whoever runs the bot changes it there.")
	}
	was := s
	was.Places, was.Options.Topics = slices.Clone(s.Places), slices.Clone(s.Options.Topics)
	if err := c.setOptions(&s); err != nil {
		return Reply{}, err
	}
	if c.Arg("add") != "" {
		to, err := c.channelFor(ctx, "add")
		if err != nil {
			return Reply{}, err
		}
		if !slices.Contains(s.Places, to.Place) {
			s.Places = append(slices.Clone(s.Places), to.Place)
		}
	}
	if given := c.Arg("remove"); given != "" {
		to, err := c.findPlace(ctx, given)
		if err != nil {
			return Reply{}, err
		}
		if s.Places = slices.DeleteFunc(slices.Clone(s.Places), func(p delivery.Place) bool { return p == to.Place }); len(s.Places) == 0 {
			return Reply{}, briefings.Errorf(briefings.ErrInvalid, "That is the only channel of the digest. Add another first, or delete the digest.")
		}
	}
	note := ""
	if s.Spec != was.Spec || s.Zone != was.Zone {
		table, err := delivery.TimetableOf(s.Spec, s.Zone)
		if err != nil {
			return Reply{}, err
		}
		if reply := c.eitherDay(table); reply != nil {
			return *reply, nil
		}
		if s, note, err = c.newTime(ctx, ledger, s); err != nil {
			return Reply{}, err
		}
	}
	return c.putSchedule(ctx, ledger, s, "Digest “"+s.Name+"” is changed", note)
}

// newTime lets a schedule go by another time.
func (c *Call) newTime(ctx context.Context, l delivery.Ledger, s delivery.Schedule) (_ delivery.Schedule, note string, err error) {
	if err := c.planned(s); err != nil {
		return s, "", err
	}
	s, later, err := delivery.Reschedule(ctx, l, c.Request.Book, s, c.Request.Now)
	if later {
		note = "Today's has gone out already: the new time holds from tomorrow on."
	}
	return s, note, err
}

// planned returns an error with a sentence while a slot of a schedule is due that has not
// been planned: by another time, nobody would know of it.
func (c *Call) planned(s delivery.Schedule) error {
	if _, err := c.planner(); err == nil && !s.NextDue.IsZero() && !s.NextDue.After(c.Request.Now) {
		c.bot.wake()
		return briefings.Errorf(briefings.ErrInvalid, "An edition of this digest is due just now, and has not been dealt with. Try again in a moment.")
	}
	return nil
}

// putSchedule keeps a schedule, and shows it.
func (c *Call) putSchedule(ctx context.Context, l delivery.Ledger, s delivery.Schedule, title, note string) (Reply, error) {
	s, err := l.PutSchedule(ctx, c.Request.Book, c.deed(), s)
	if err != nil {
		return Reply{}, conflict(err, "This digest")
	}
	c.did(Invocation{"digest list", nil})
	c.bot.wake()
	card := c.digestCard(ctx, s, "")
	card.Title = title
	if note != "" {
		card.notice(T(note))
	}
	return Reply{Card: card}, nil
}
