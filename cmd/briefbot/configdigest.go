package main

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/bookfile"
	"github.com/briefbot/briefbot/briefings/civil"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// fromConfig is where the schedules come from that the config file lists.
const fromConfig = "config"

// digestConfig is a table [[digest]].
type digestConfig struct {
	delivery.Schedule
	line   int
	book   namedBook
	topics []string // as they are named; which entries they are, the book says
}

const digestTable = "[[digest]]"

// digests reads the tables [[digest]].
func (r *configReader) digests(k *tomlKey) {
	list := k.value.tables()
	switch {
	case k.value.table != nil:
		r.report(k.line, "", "Write this header as %s, once for each digest.", digestTable)
		list = []*tomlTable{k.value.table}
	case len(list) == 0:
		r.report(k.line, k.name, "List each digest below a header %s of its own.", digestTable)
	}
	for _, t := range list {
		d := &digestConfig{line: t.line, Schedule: delivery.Schedule{From: fromConfig, State: delivery.Active}}
		before := len(r.problems)
		r.table(t, digestTable, r.digestSettings(d))
		for _, key := range []string{"name", "to", "when", "zone"} {
			if t.find(key) == nil && !r.broken {
				r.report(t.line, digestTable, "The digest has no %s. Add it; config.example.toml shows how.", key)
			}
		}
		if slices.ContainsFunc(r.config.digests, func(o *digestConfig) bool { return o.Name == d.Name && d.Name != "" }) {
			r.report(t.line, digestTable+" name", "There are two digests called %q. Give one another name.", d.Name)
		}
		if len(r.problems) == before {
			r.config.digests = append(r.config.digests, d)
		}
	}
}

func (r *configReader) digestSettings(d *digestConfig) []setting {
	named := func(key string, read func(k *tomlKey, value string) error) setting {
		return setting{key, func(k *tomlKey) {
			value, ok := r.text(k, digestTable)
			if !ok {
				return
			}
			if err := read(k, value); err != nil {
				r.report(k.line, digestTable+" "+key, "%s", inWords(err))
			}
		}}
	}
	invalid := func(format string, args ...any) error { return briefings.Errorf(briefings.ErrInvalid, format, args...) }
	return []setting{
		named("name", func(_ *tomlKey, value string) error {
			d.Name = value
			if briefings.CheckSlug(value) != nil || len(value) > 40 {
				return invalid("Write the name in small letters, digits and hyphens, such as morning or talks-weekly.")
			}
			return nil
		}),
		{"to", func(k *tomlKey) { r.digestPlaces(k, d) }},
		named("when", func(_ *tomlKey, value string) error {
			spec, err := civil.ParseSpec(value)
			if err == nil {
				d.Spec, d.Said = spec.Cron(), value
			}
			return err
		}),
		named("zone", func(_ *tomlKey, value string) error {
			zone, err := civil.Zone(value)
			if err == nil {
				d.Zone = zone.String()
			}
			return err
		}),
		{"topics", func(k *tomlKey) { d.topics, _ = r.texts(k, digestTable, "entry") }},
		{"when_empty", func(k *tomlKey) {
			value, _ := r.oneOf(k, digestTable, wordsOf(delivery.WhenEmpties)...)
			d.Options.WhenEmpty = delivery.WhenEmpty(value)
		}},
		{"items", func(k *tomlKey) {
			n, err := strconv.Atoi(k.value.text)
			if k.value.kind != unstable.Integer || err != nil || n < 1 || n > delivery.MaxItems {
				r.report(k.line, digestTable+" items", "Write how many items an edition has before the rest goes into the thread: a number from 1 to %d.", delivery.MaxItems)
				return
			}
			d.Options.Items = n
		}},
		named("catchup", func(_ *tomlKey, value string) (err error) {
			d.Options.Catchup, err = time.ParseDuration(value)
			if err != nil || d.Options.Catchup < delivery.MinCatchup || d.Options.Catchup > delivery.MaxCatchup {
				return invalid("Say how late a missed digest may still come, from 10m to 168h, such as 6h.")
			}
			return nil
		}),
		{"on_unknown", func(k *tomlKey) {
			value, _ := r.oneOf(k, digestTable, string(delivery.AskAdmin), string(delivery.Resend), string(delivery.AssumeSent))
			d.Options.OnUnknown = delivery.OnUnknown(value)
		}},
		{"book", func(k *tomlKey) { d.book = r.book(k, digestTable) }},
	}
}

func wordsOf[T ~string](list []T) []string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return words
}

// digestPlaces reads where a digest goes.
func (r *configReader) digestPlaces(k *tomlKey, d *digestConfig) {
	list, ok := r.texts(k, digestTable, "channel")
	for _, value := range list {
		p, err := delivery.ParsePlace(value)
		switch {
		case err != nil || p.Direct() || p.Workspace == "" || p.Platform != discord.Platform && p.Platform != slack.Platform:
			r.report(k.line, digestTable+" to", "%s is no channel. Write discord/SERVER/CHANNEL or slack/WORKSPACE/CHANNEL, with the ids of each, such as slack/T0123ABCD/C0123ABCD.", shownValue(value))
		case slices.Contains(d.Places, p):
			r.report(k.line, digestTable+" to", "%s is listed twice. Keep one.", shownValue(value))
		default:
			d.Places = append(d.Places, p)
		}
	}
	if ok && len(list) == 0 {
		r.report(k.line, digestTable+" to", "Name at least one channel.")
	}
}

// texts is the value of a key that takes a list of texts.
func (r *configReader) texts(k *tomlKey, table, noun string) (list []string, ok bool) {
	if k.value.kind != unstable.Array {
		r.report(k.line, table+" "+k.name, `This takes a list, each %s between quotes: %s = ["…", "…"].`, noun, k.name)
		return nil, false
	}
	for _, item := range k.value.items {
		text := strings.TrimSpace(item.text)
		if item.kind != unstable.String || text == "" {
			r.report(k.line, table+" "+k.name, `Put each %s between quotes: %s = ["…", "…"].`, noun, k.name)
			return nil, false
		}
		list = append(list, text)
	}
	return list, true
}

// unserved reports digests that go where the config has no platform.
func (r *configReader) unserved() {
	for _, d := range r.config.digests {
		for _, p := range d.Places {
			if p.Platform == discord.Platform && r.config.discord == nil || p.Platform == slack.Platform && r.config.slack == nil {
				r.report(d.line, digestTable+" to", "%s is on a platform that this config does not have. Add its table, or take the channel out.", p)
			}
		}
	}
}

// schedule makes the digests of the config those of the database, and takes away those
// that are not in it any more. Problems are with what only the book knows.
func (a *app) schedule(ctx context.Context, c *config, o *opened, books []briefings.BookID) ([]bookfile.Problem, error) {
	var problems []bookfile.Problem
	for _, d := range c.digests {
		if d.book.id == "" {
			if len(books) > 1 {
				problems = append(problems, bookfile.Problem{File: c.path, Line: d.line, Key: digestTable, Message: "The database holds several books, and it is not said which this digest is of. Add book = \"…\": " + listBooks(books) + "."})
				continue
			}
			d.book.id = books[0]
		}
		snapshot, err := o.library.Snapshot(ctx, d.book.id)
		if err != nil {
			return nil, err
		}
		d.Options.Topics = nil
		for _, name := range d.topics {
			if found := snapshot.Resolve(name); found.Page != nil {
				d.Options.Topics = append(d.Options.Topics, found.Page.Entry.ID)
			} else {
				problems = append(problems, bookfile.Problem{File: c.path, Line: d.line, Key: digestTable + " topics", Message: "The book has no entry " + shownValue(name) + "."})
			}
		}
	}
	if len(problems) > 0 {
		return problems, nil
	}
	for _, book := range books {
		more, err := a.scheduleIn(ctx, c, o, book)
		if errors.Is(err, briefings.ErrConflict) || len(more) > 0 { // another replica starts, too
			more, err = a.scheduleIn(ctx, c, o, book)
		}
		if err != nil {
			return nil, err
		}
		problems = append(problems, more...)
	}
	return problems, nil
}

// scheduleIn does it in one book.
func (a *app) scheduleIn(ctx context.Context, c *config, o *opened, book briefings.BookID) (problems []bookfile.Problem, err error) {
	have, err := o.store.Schedules(ctx, book)
	if err != nil {
		return nil, err
	}
	deed := briefings.Deed{Actor: briefings.Actor{Platform: "config", User: a.user()}, Action: "config", Via: "config", At: a.now()}
	for _, s := range have {
		if s.From == fromConfig && !slices.ContainsFunc(c.digests, func(d *digestConfig) bool { return d.book.id == book && d.Name == s.Name }) {
			s.State, s.NextDue = delivery.Deleted, time.Time{}
			if _, err := o.store.PutSchedule(ctx, book, deed, s); err != nil {
				return nil, err
			}
		}
	}
	for _, d := range c.digests {
		if d.book.id != book {
			continue
		}
		s := d.Schedule
		i := slices.IndexFunc(have, func(h delivery.Schedule) bool { return h.Name == d.Name })
		if i >= 0 {
			s = have[i]
			if s.From != fromConfig {
				problems = append(problems, bookfile.Problem{File: c.path, Line: d.line, Key: digestTable + " name", Message: "A digest called " + shownValue(d.Name) + " was made in the chat. Give this one another name, or delete that."})
				continue
			}
			s.Said, s.Places, s.Options = d.Said, d.Places, d.Options
		}
		if i < 0 || s.Spec != d.Spec || s.Zone != d.Zone {
			if s, err = a.begin(ctx, o.store, book, s, d); err != nil {
				return nil, err
			}
		}
		if i >= 0 && reflect.DeepEqual(s, have[i]) {
			continue
		}
		_, err := o.store.PutSchedule(ctx, book, deed, s)
		if errors.Is(err, briefings.ErrInvalid) {
			problems = append(problems, bookfile.Problem{File: c.path, Line: d.line, Key: digestTable, Message: inWords(err)})
			continue
		}
		if err != nil {
			return nil, err
		}
	}
	return problems, nil
}

// begin lets a schedule go by the time that the config says. What was due by the time that
// it had, while nobody was there, is written down as passed over; where today's edition is
// among it, and the new time has gone by, too, it comes late instead.
func (a *app) begin(ctx context.Context, l delivery.Ledger, book briefings.BookID, s delivery.Schedule, d *digestConfig) (delivery.Schedule, error) {
	now := a.now()
	s, due, err := delivery.PassOver(ctx, l, book, s, now, "the config gives it another time")
	if err != nil {
		return s, err
	}
	s.Spec, s.Zone = d.Spec, d.Zone
	s, later, err := delivery.Reschedule(ctx, l, book, s, now)
	if err != nil || later || due.IsZero() {
		return s, err
	}
	table, err := delivery.TimetableOf(s.Spec, s.Zone)
	if err != nil || !table.SameDay(due, now) {
		return s, err
	}
	return delivery.Restart(ctx, l, book, s, table.Today(now).Add(-time.Millisecond))
}
