package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/briefbot/briefbot/briefings"
)

// maxRevisions bounds how much of the past one answer goes through.
const maxRevisions = 5000

func changes(ctx context.Context, c *Call) (Reply, error) {
	v, err := c.view(ctx)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "What changed", Kicker: v.Book.Name}
	first := c.Arg("since") == "" && c.Arg("after") == "" // not a later page
	q := briefings.RevisionQuery{Until: v.AsOf, Newest: true, Limit: maxRevisions}
	if since := c.Date("since"); !since.IsZero() {
		q.Since = since.Start(c.days())
		card.Kicker += " · since " + FormatMoment(since, c.zone())
	} else if q.AfterSeq, err = c.lastLook(ctx, card); err != nil {
		return Reply{}, err
	}
	seen := first && c.Arg("topic") == "" && v.AsOf.IsZero()
	var topic *briefings.Page
	if c.Arg("topic") != "" {
		f, reply, err := c.lookup(ctx, "topic")
		if err != nil || reply != nil {
			return deref(reply), err
		}
		topic = f.page
		card.Title += ": " + f.page.Entry.Name
		card.notice(f.notice)
	}
	revisions, err := c.bot.library.Store().Revisions(ctx, c.Request.Book, q)
	if err != nil {
		return Reply{}, err
	}
	all := briefings.Nets(revisions)
	slices.SortStableFunc(all, briefings.CompareNets)
	c.fill(card, v.changed(all, topic))
	if len(card.Sections) == 0 {
		card.Lead = append(card.Lead, T("Nothing has changed."))
	}
	if len(revisions) == maxRevisions {
		card.notice(T(fmt.Sprintf("This goes back over the last %d changes, and there are more. Ask since a later day to see all of them.", maxRevisions)))
	}
	if seen { // a look at one topic, or at the past, is not a look at all that is new
		if _, err := c.bot.library.Store().Look(ctx, c.Request.Book, c.Request.Actor, c.Now.Seq, c.Request.Now); err != nil {
			return Reply{}, err
		}
	}
	card.notice(v.notice)
	v.sign(card)
	return Reply{Card: card}, nil
}

// lastLook returns up to where the asker had seen the book. The pages of the
// answer go on from there, whatever is seen meanwhile.
func (c *Call) lastLook(ctx context.Context, card *Card) (int64, error) {
	if c.Arg("after") != "" {
		card.Kicker += " · since your last look"
		return int64(c.Whole("after", 0)), nil
	}
	before, err := c.bot.library.Store().Look(ctx, c.Request.Book, c.Request.Actor, 0, c.Request.Now)
	if err != nil {
		return 0, err
	}
	c.set("after", strconv.FormatInt(before, 10))
	if before == 0 {
		card.Kicker += " · your first look"
		card.Lead = []Text{T("You have not asked before, so this is everything. From now on you see what is new since your last look.")}
	} else {
		card.Kicker += " · since your last look"
	}
	return before, nil
}

// changed renders changes: statuses first, then other news, then what was
// corrected, what came into the book, and what left it.
func (v view) changed(all []briefings.Net, topic *briefings.Page) []Section {
	statuses := Section{Heading: "Status, old → new"}
	reports := Section{Heading: "New reports"}
	corrected := Section{Heading: "Changed, old → new"}
	removed := Section{Heading: "Removed"}
	arrived := map[briefings.EntryKind][]string{}
	for _, n := range all {
		if topic != nil && !n.Concerns(topic.Entry.ID) {
			continue
		}
		known := T("recorded ").When(v.recorded(n.Recorded))
		switch after := n.After.(type) {
		case nil:
			removed.Items = append(removed.Items, Item{Label: v.label(n.Before), Text: T(briefings.Headline(n.Before)), Meta: known})
		case *briefings.Report:
			switch {
			case n.Before != nil:
				corrected.Items = append(corrected.Items, v.correction(n, known))
			case after.Kind == briefings.Status:
				if v.current(after) { // of several new ones the last is the news
					statuses.Items = append(statuses.Items, v.newStatus(after, all, known))
				}
			default:
				item := v.item(after)
				item.Meta = item.Meta.Join(" · ", known)
				reports.Items = append(reports.Items, item)
			}
		case *briefings.Entry:
			if n.Before != nil {
				corrected.Items = append(corrected.Items, v.correction(n, known))
			} else {
				arrived[after.Kind] = append(arrived[after.Kind], after.Name)
			}
		case *briefings.Source:
			if n.Before != nil && topic == nil {
				corrected.Items = append(corrected.Items, v.correction(n, known))
			}
		case *briefings.Book:
			if n.Before != nil && topic == nil {
				corrected.Items = append(corrected.Items, v.correction(n, known))
			}
		}
	}
	entries := Section{Heading: "New in the book"}
	for _, kind := range briefings.EntryKinds {
		if list := arrived[kind]; len(list) > 0 {
			entries.Items = append(entries.Items, Item{Label: kindNames[kind], Text: T(joinNames(list))})
		}
	}
	return []Section{statuses, corrected, reports, removed, entries}
}

// newStatus shows a status beside the one that stood before the changes, or,
// where all came with them, beside the one that it took the place of.
func (v view) newStatus(r *briefings.Report, all []briefings.Net, known Text) Item {
	item := v.shown(r)
	item.Label = v.Name(r.Subject)
	if p := v.Page(r.Subject); p != nil {
		if earlier := rest(statusesOf(p)); len(earlier) > 0 {
			was := earlier[0]
			for _, s := range earlier {
				if !arrivedIn(all, s.Ref()) {
					was = s
					break
				}
			}
			item.Text = fromTo(T(was.Text), r)
			item.Shows = append(item.Shows, shows(was)...)
		}
	}
	if len(item.Shows) == 1 && r.Why != "" {
		item.Text = item.Text.Plain(" Why: " + r.Why)
	}
	item.Meta = item.Meta.Join(" · ", known)
	return item
}

// fromTo says what a status was and what it is, and why.
func fromTo(was Text, r *briefings.Report) Text {
	t := T("was: ").Join("", was).Plain(" → now: ").Strong(r.Text)
	if r.Why != "" {
		t = t.Plain(" Why: " + r.Why)
	}
	return t
}

// arrivedIn reports whether the changes brought the record.
func arrivedIn(all []briefings.Net, ref briefings.Ref) bool {
	for _, n := range all {
		if n.Ref == ref {
			return n.Before == nil
		}
	}
	return false
}

// correction shows, field by field, what a record was and what it is.
func (v view) correction(n briefings.Net, known Text) Item {
	item := Item{Label: v.label(n.After), Meta: known}
	for i, f := range briefings.Diff(n.Before, n.After) {
		if i > 0 {
			item.Text = item.Text.Plain("; ")
		}
		item.Text = item.Text.Plain(f.Field + ": ")
		if f.Old == "" {
			item.Text = item.Text.Plain("nothing")
		} else {
			item.Text = item.Text.Plain(f.Old)
		}
		item.Text = item.Text.Plain(" → ")
		if f.New == "" {
			item.Text = item.Text.Plain("nothing")
		} else {
			item.Text = item.Text.Strong(f.New)
		}
	}
	return item
}

// label says which record a change is of.
func (v view) label(r briefings.Record) string {
	switch r := r.(type) {
	case *briefings.Entry:
		return r.Name
	case *briefings.Source:
		return "Source: " + r.Name
	case *briefings.Report:
		if r.Kind == briefings.Event {
			return clip(r.Text)
		}
		return v.head(r)
	default:
		return "The book's settings"
	}
}
