package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/civil"
	"github.com/briefbot/briefbot/briefings/delivery"
)

var _ delivery.Author = (*Bot)(nil)

// How many items the parts of an edition have that do not depend on what is new.
const (
	editionAhead  = 4 // of what is coming up
	editionEvents = 4 // of the latest events, in the first edition
)

// edition is an edition that is being written.
type edition struct {
	view
	ask    delivery.EditionAsk
	zone   *time.Location
	topics []briefings.EntryID // none for the whole book
	nets   []briefings.Net
	news   []Section // what is new, each item with what it shows
}

// Edition writes an edition of a digest. See delivery.Author.
func (b *Bot) Edition(ctx context.Context, book briefings.BookID, ask delivery.EditionAsk) (delivery.Text, error) {
	e, err := b.edition(ctx, book, ask)
	if err != nil {
		return delivery.Text{}, err
	}
	key := e.key(book)
	if known, ok := b.editions.of(key); ok {
		return known, nil
	}
	text := delivery.Text{Seq: e.Seq, Quiet: e.quiet()}
	cards := e.cards()
	text.Hash = e.hash(cards)
	platforms := ask.Platforms
	if len(platforms) == 0 {
		platforms = []briefings.Platform{""}
	}
	for _, p := range platforms {
		parts, err := b.parts(book, p, cards)
		if err != nil {
			return delivery.Text{}, err
		}
		text.Parts = append(text.Parts, parts...)
	}
	b.editions.keep(key, text)
	return text, nil
}

// Preview writes an edition as cards, as it would be posted. It consumes nothing.
func (b *Bot) Preview(ctx context.Context, book briefings.BookID, ask delivery.EditionAsk) ([]*Card, error) {
	e, err := b.edition(ctx, book, ask)
	if err != nil {
		return nil, err
	}
	return e.cards(), nil
}

// edition gathers what goes into an edition.
func (b *Bot) edition(ctx context.Context, book briefings.BookID, ask delivery.EditionAsk) (*edition, error) {
	now, err := b.library.Snapshot(ctx, book)
	if err != nil {
		return nil, err
	}
	e := &edition{view: newView(now, ask.Now), ask: ask, topics: ask.Schedule.Options.Topics}
	if e.zone, err = civil.Zone(ask.Schedule.Zone); err != nil {
		e.zone = now.Book.Location()
	}
	if ask.Since > 0 {
		if e.nets, err = b.nets(ctx, book, ask.Since, now.Seq); err != nil {
			return nil, err
		}
		e.news = e.newsOf(slices.DeleteFunc(slices.Clone(e.nets), func(n briefings.Net) bool { return !e.concerns(n) }))
	}
	return e, nil
}

// concerns reports whether a change belongs into an edition of these topics: it is of the
// entry, or of one that belongs to it.
func (e *edition) concerns(n briefings.Net) bool { return e.about(e.topics, n) }

// about reports whether a change is about any of the topics, of which none stand for all.
func (v view) about(topics []briefings.EntryID, n briefings.Net) bool {
	if len(topics) == 0 {
		return true
	}
	return slices.ContainsFunc(topics, func(id briefings.EntryID) bool {
		if n.Concerns(id) {
			return true
		}
		for _, r := range []briefings.Record{n.Before, n.After} {
			if report, ok := r.(*briefings.Report); ok && slices.ContainsFunc(report.Entries(), func(x briefings.EntryID) bool {
				p := v.Page(x)
				return p != nil && p.Entry.Affiliation == id
			}) {
				return true
			}
		}
		return false
	})
}

// newsOf renders changes as news: statuses old → new, then events, positions and
// statements, the most important first; then what was corrected, and what was retracted.
// What only was checked is no news.
func (v view) newsOf(nets []briefings.Net) []Section {
	sections := []Section{
		{Heading: "Status, old → new"}, {Heading: "New events"}, {Heading: "Positions"}, {Heading: "Who said what"},
		{Heading: "Corrected"}, {Heading: "Retracted"}, {Heading: "New in the book"},
	}
	const statuses, events, positions, statements, corrected, retracted, arrived = 0, 1, 2, 3, 4, 5, 6
	add := func(n int, items ...Item) { sections[n].Items = append(sections[n].Items, items...) }
	slices.SortStableFunc(nets, func(a, b briefings.Net) int { return importance(b) - importance(a) })
	names := map[briefings.EntryKind][]string{}
	for _, n := range nets {
		switch after := n.After.(type) {
		case nil:
			if r, ok := n.Before.(*briefings.Report); ok {
				add(retracted, v.retraction(r, n))
			}
		case *briefings.Report:
			switch item := v.shown(after); {
			case n.Before != nil:
				if len(n.Said()) > 0 {
					add(corrected, v.corrected(after, n))
				}
			case after.Kind == briefings.Status:
				if v.current(after) { // of several new ones the last is the news
					add(statuses, v.newStatus(after, nets, v.knownAt(n)))
				}
			case after.Kind == briefings.Position:
				add(positions, item)
			case after.Kind == briefings.Statement:
				add(statements, item)
			default:
				add(events, item)
			}
		case *briefings.Entry:
			if n.Before == nil {
				names[after.Kind] = append(names[after.Kind], after.Name)
				continue
			}
			if slices.ContainsFunc(n.Said(), func(f briefings.FieldChange) bool {
				return f.Field == "role" || f.Field == "affiliation" || f.Field == "name"
			}) {
				add(corrected, v.corrected(after, n))
			}
		}
	}
	for _, kind := range briefings.EntryKinds {
		if list := names[kind]; len(list) > 0 {
			add(arrived, Item{Label: kindNames[kind], Text: T(joinNames(list))})
		}
	}
	return slices.DeleteFunc(sections, func(s Section) bool { return len(s.Items) == 0 })
}

// importance is how important what changed is.
func importance(n briefings.Net) int {
	for _, r := range []briefings.Record{n.After, n.Before} {
		switch r := r.(type) {
		case *briefings.Report:
			return r.Importance
		case *briefings.Entry:
			return r.Importance
		}
	}
	return 0
}

// knownAt says when the book knew of a change.
func (v view) knownAt(n briefings.Net) Text { return T("recorded ").When(v.recorded(n.Recorded)) }

// shows are the revisions that an item shows.
func shows(r briefings.Record) []delivery.Shown {
	return []delivery.Shown{{Ref: r.Ref(), Number: briefings.VersionOf(r).Number}}
}

// shown is a report as an item that is found again when it is corrected.
func (v view) shown(r *briefings.Report) Item {
	item := v.item(r)
	item.Shows = shows(r)
	return item
}

// corrected is a record that says something else now, with what it said.
func (v view) corrected(after briefings.Record, n briefings.Net) Item {
	item := v.correction(briefings.Net{Before: n.Before, After: after}, nil)
	item.Text = nil
	for _, f := range n.Said() {
		was, is := f.Old, f.New
		if was == "" {
			was = "nothing"
		}
		if is == "" {
			is = "nothing"
		}
		item.Text = item.Text.Join("; ", T(strings.ReplaceAll(f.Field, "_", " ")+": "+was+" → ").Strong(is))
	}
	item.Meta = v.knownAt(n)
	if n.Why != "" {
		item.Meta = item.Meta.Plain(" · why: " + n.Why)
	}
	if r, ok := after.(*briefings.Report); ok {
		item.Meta = item.Meta.Join(" · ", v.claim(r.Claim))
		item.Shows = shows(r)
	}
	return item
}

// retraction is a report that was taken out of the book.
func (v view) retraction(r *briefings.Report, n briefings.Net) Item {
	item := Item{Label: v.label(r), Text: Text{}.Tag(retractedTag).Plain(": " + r.Text), Meta: v.knownAt(n)}
	if n.Why != "" {
		item.Meta = item.Meta.Plain(" · why: " + n.Why)
	}
	item.Shows = []delivery.Shown{{Ref: n.Ref, Number: n.Number}}
	return item
}

// first reports whether it is the first edition, which introduces the book.
func (e *edition) first() bool { return e.ask.Since == 0 }

// quiet reports whether nothing is new.
func (e *edition) quiet() bool { return !e.first() && len(e.news) == 0 }

// cards are the edition as cards: the first, and what is more than its items.
func (e *edition) cards() []*Card {
	card := &Card{Title: e.Book.Name, Kicker: e.kicker()}
	if e.quiet() && e.ask.Schedule.Options.WhenEmpty != delivery.Always {
		line := T("Nothing is new")
		if !e.ask.SinceDue.IsZero() {
			line = line.Plain(" since the edition of ").When(briefings.At(e.ask.SinceDue, briefings.Minute))
		}
		if s := e.staleLine(); s != "" {
			line = line.Plain(". " + s)
		}
		card.Lead = []Text{line.Plain(".")}
		return []*Card{card}
	}
	most := e.ask.Schedule.Options.Items
	if most == 0 {
		most = delivery.StandardItems
	}
	card.Lead = e.lead()
	rest := &Card{Title: e.Book.Name, Kicker: e.kicker() + " · more of what changed"}
	for _, s := range e.news {
		k := min(most, len(s.Items))
		most -= k
		head, tail := s, s
		head.Items, tail.Items = s.Items[:k], s.Items[k:]
		card.add(head)
		rest.add(tail)
	}
	if len(rest.Sections) > 0 {
		card.Notices = append(card.Notices, T(fmt.Sprintf("%d more in the thread.", rest.items())))
	}
	if e.first() {
		card.add(e.latest())
	}
	card.add(e.standing(), e.ahead())
	card.Footer = e.howToAsk()
	e.sign(card)
	cards := []*Card{card}
	if len(rest.Sections) > 0 {
		e.sign(rest)
		cards = append(cards, rest)
	}
	return cards
}

// kicker says which edition it is and of when it speaks.
func (e *edition) kicker() string {
	at := e.ask.Due.In(e.zone)
	parts := []string{fmt.Sprintf("Edition %d", e.ask.Number), at.Format("Mon 2 Jan 2006, 15:04 MST")}
	if e.ask.Number == 0 {
		parts[0] = "Preview"
	}
	if len(e.topics) > 0 {
		names := make([]string, len(e.topics))
		for i, id := range e.topics {
			names[i] = e.Name(id)
		}
		parts = append(parts, joinNames(names))
	}
	return strings.Join(parts, " · ")
}

// lead says what the edition has.
func (e *edition) lead() []Text {
	if e.first() {
		var lead []Text
		if e.Book.About != "" {
			lead = append(lead, T(e.Book.About))
		}
		entries, reports, sources := e.Count()
		return append(lead, T(fmt.Sprintf("This is the first edition. The book holds %d entries and %d reports from %s; from the next edition on you read here what has changed.", entries, reports, counted(sources, "source"))))
	}
	n := 0
	for _, s := range e.news {
		n += len(s.Items)
	}
	t := T(counted(n, "change"))
	if n == 0 {
		t = T("Nothing is new")
	}
	if !e.ask.SinceDue.IsZero() {
		t = t.Plain(" since the edition of ").When(briefings.At(e.ask.SinceDue, briefings.Minute))
	}
	return []Text{t.Plain(".")}
}

// counted is a number of things in words.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// standing says in one line where each track stands.
func (e *edition) standing() Section {
	s := Section{Heading: "Where things stand"}
	for _, p := range e.Pages(briefings.Track, briefings.Document) {
		now := statusesOf(p)
		if len(now) == 0 || len(e.topics) > 0 && !e.ofTopics(p) {
			continue
		}
		item := e.shown(now[0])
		item.Label = p.Entry.Name
		if now[0].Trend != "" {
			item.Label += " (" + string(now[0].Trend) + ")"
		}
		item.Meta = Text{}.When(now[0].Claim.Occurred).Join(" · ", e.freshness(now[0])).Join(" ", e.cite(now[0].Claim.Sources))
		s.Items = append(s.Items, item)
	}
	return s
}

// ofTopics reports whether an entry is one of the topics, or its status concerns one.
func (e *edition) ofTopics(p *briefings.Page) bool {
	return slices.ContainsFunc(e.topics, func(id briefings.EntryID) bool {
		return p.Entry.ID == id || slices.ContainsFunc(statusesOf(p), func(r *briefings.Report) bool { return r.Concerns(id) })
	})
}

// ahead lists what is coming up.
func (e *edition) ahead() Section {
	reports := e.Timeline()
	if len(e.topics) > 0 {
		reports = pick(reports, func(r *briefings.Report) bool { return e.concerns(briefings.Net{After: r}) })
	}
	open := pick(reports, func(r *briefings.Report) bool {
		return r.Open() && (r.Claim.Occurred.IsZero() || r.Claim.Occurred.End(e.Book.Location()).After(e.now))
	})
	s := Section{Heading: "Coming up"}
	for _, r := range slices.Backward(open) { // they come newest first
		if len(s.Items) < editionAhead && !r.Claim.Occurred.IsZero() {
			s.Items = append(s.Items, e.shown(r))
		}
	}
	return s
}

// latest lists the latest events, for those who read the first edition.
func (e *edition) latest() Section {
	s := Section{Heading: "Latest events"}
	for _, r := range e.Timeline() {
		if len(s.Items) < editionEvents && r.Kind == briefings.Event && !r.Open() && e.concerns(briefings.Net{After: r}) {
			s.Items = append(s.Items, e.shown(r))
		}
	}
	return s
}

// staleLine says what has gone stale, for a day on which nothing is new.
func (e *edition) staleLine() string {
	var names []string
	for _, p := range e.Pages(briefings.Track) {
		if now := statusesOf(p); len(now) > 0 && (len(e.topics) == 0 || e.ofTopics(p)) {
			if f, _ := e.Book.Freshness(now[0], e.now); f == briefings.Stale {
				names = append(names, p.Entry.Name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "The status of " + joinNames(names) + " is STALE: nobody has checked it lately"
}

// howToAsk says what readers can ask, with names of the book.
func (e *edition) howToAsk() Text {
	track, person := "", ""
	for _, id := range e.topics {
		if p := e.Page(id); p != nil && p.Entry.Kind == briefings.Track && track == "" {
			track = string(id)
		}
	}
	for _, p := range e.Pages(briefings.Track) {
		if track == "" {
			track = string(p.Entry.ID)
		}
	}
	for _, p := range e.Pages(briefings.Person) {
		if person == "" {
			person = p.Entry.Name
		}
	}
	t := T("To know more, ask me")
	if track != "" {
		t = t.Plain(": status " + track)
	}
	if person != "" {
		t = t.Plain(", who " + person)
	}
	return t.Plain(", changes, upcoming.")
}

// hash is of what the cards say, but for the number and the time of the edition.
func (e *edition) hash(cards []*Card) string {
	h := sha256.New()
	for _, c := range cards {
		same := *c
		same.Kicker, same.Lead = "", nil
		if data, err := same.Pack(); err == nil {
			h.Write(data)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
