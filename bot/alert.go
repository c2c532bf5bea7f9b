package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// BreakingImportance is from which importance on a new report does not wait: watchers are
// told at once, in their quiet hours, too. Editors set it with importance:90.
const BreakingImportance = 90

// Alerts writes what watchers are told. See delivery.Author. Who watches in direct
// messages is not told of what they have changed themselves.
func (b *Bot) Alerts(ctx context.Context, book briefings.BookID, ask delivery.AlertAsk) ([]delivery.AlertText, error) {
	if len(ask.Watches) == 0 {
		return nil, nil
	}
	now, err := b.library.Snapshot(ctx, book)
	if err != nil {
		return nil, err
	}
	to := now.Seq
	if ask.To > 0 {
		to = min(to, ask.To)
	}
	nets, err := b.nets(ctx, book, ask.From, to)
	if err != nil {
		return nil, err
	}
	var alerts []delivery.AlertText
	for _, w := range ask.Watches {
		v := newView(now, ask.Now)
		theirs := slices.DeleteFunc(slices.Clone(nets), func(n briefings.Net) bool {
			return !v.about(w.Topics, n) || w.To.Direct() && n.By == w.Owner && !n.Others
		})
		sections := v.newsOf(theirs)
		if len(sections) == 0 {
			continue
		}
		card := &Card{Title: "What changed", Kicker: v.Book.Name, Sections: sections, Footer: T("You are told since you watch this. To end it, ask me: watch list.")}
		if names := v.names(w.Topics); names != "" {
			card.Title += ": " + names
		}
		breaking := slices.ContainsFunc(theirs, func(n briefings.Net) bool {
			r, ok := n.After.(*briefings.Report)
			return ok && n.Before == nil && r.Importance >= BreakingImportance
		})
		if breaking {
			card.Kicker += " · BREAKING"
		}
		v.sign(card)
		parts, err := b.parts(book, w.To.Platform, []*Card{card})
		if err != nil {
			return nil, err
		}
		alerts = append(alerts, delivery.AlertText{Watch: w.ID, Text: delivery.Text{Seq: to, Breaking: breaking, Parts: parts}})
	}
	return alerts, nil
}

// names are those of entries.
func (v view) names(ids []briefings.EntryID) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = v.Name(id)
	}
	return joinNames(list)
}

// News says what was changed after a revision. See delivery.Author.
func (b *Bot) News(ctx context.Context, book briefings.BookID, from int64) (delivery.News, error) {
	now, err := b.library.Snapshot(ctx, book)
	if err != nil {
		return delivery.News{}, err
	}
	news := delivery.News{UpTo: max(now.Seq, from)}
	if from <= 0 || now.Seq <= from {
		return news, nil
	}
	// One by one, since what was added and corrected meanwhile is new as a whole, and may
	// have been posted in between.
	revisions, err := b.library.Store().Revisions(ctx, book, briefings.RevisionQuery{AfterSeq: from})
	if err != nil {
		return delivery.News{}, err
	}
	for _, rev := range revisions {
		if rev.Seq > now.Seq {
			continue
		}
		if news.Oldest.IsZero() || rev.At.Before(news.Oldest) {
			news.Oldest = rev.At
		}
		for _, n := range briefings.Nets([]briefings.Revision{rev}) {
			if !isCorrection(n) {
				continue
			}
			c := delivery.Corrected{Ref: n.Ref, Number: n.Number, Seq: n.Seq, By: n.By}
			if i := slices.IndexFunc(news.Corrected, func(x delivery.Corrected) bool { return x.Ref == n.Ref }); i >= 0 {
				news.Corrected[i] = c
			} else {
				news.Corrected = append(news.Corrected, c)
			}
		}
	}
	return news, nil
}

// Pin writes a status card that is kept up to date. See delivery.Author.
func (b *Bot) Pin(ctx context.Context, book briefings.BookID, topic briefings.EntryID, p briefings.Platform, at time.Time) (delivery.Text, error) {
	now, err := b.library.Snapshot(ctx, book)
	if err != nil {
		return delivery.Text{}, err
	}
	v := newView(now, at)
	text := delivery.Text{Seq: now.Seq}
	card := &Card{Title: string(topic), Lead: []Text{T("The book has no such entry any more.")}}
	if page := now.Page(topic); page != nil {
		card = v.status(page, false)
		if own := statusesOf(page); len(own) > 0 {
			if _, text.Changes = now.Book.Freshness(own[0], at); !text.Changes.IsZero() && !text.Changes.After(at) {
				text.Changes = time.Time{}
			}
		}
		v.sign(card)
	}
	card.Kicker += " · kept up to date"
	card.Actions = nil
	part, rest, err := b.fit(book, p, card)
	if err != nil {
		return delivery.Text{}, err
	}
	if rest != nil { // one message is all there is
		shorter, _ := card.cut(card.items() - rest.items())
		shorter.Footer = T("More: ask me, status " + string(topic) + ".")
		if part, err = b.shorten(book, p, shorter); err != nil {
			return delivery.Text{}, err
		}
	}
	part.Shows = nil // it is written anew whenever the book changes
	text.Parts, text.Hash = []delivery.Part{part}, hashOf(part.Card)
	return text, nil
}

// Notice tells of deliveries that failed. See delivery.Author.
func (b *Bot) Notice(ctx context.Context, book briefings.BookID, failed []delivery.Delivery, p briefings.Platform, at time.Time) (delivery.Text, error) {
	now, err := b.library.Snapshot(ctx, book)
	if err != nil {
		return delivery.Text{}, err
	}
	v := newView(now, at)
	card := &Card{Title: "Something was not delivered", Kicker: now.Book.Name, Footer: T("All that failed: desk failures.")}
	s := Section{Heading: counted(len(failed), "message")}
	for i, d := range failed {
		if i == mostFailed {
			s.Items = append(s.Items, Item{Text: T(fmt.Sprintf("and %d more", len(failed)-i))})
			break
		}
		s.Items = append(s.Items, v.failure(d))
		if d.ID == "" {
			continue
		}
		for _, a := range []struct{ label, command string }{{"Post now", "desk post"}, {"It was posted", "desk posted"}, {"Drop", "desk drop"}} {
			label := a.label
			if len(failed) > 1 {
				label += " " + string(d.ID)
			}
			card.Actions = append(card.Actions, Action{label, Invocation{a.command, []Value{{"delivery", string(d.ID)}}}})
		}
	}
	card.add(s)
	parts, err := b.parts(book, p, []*Card{card})
	if err != nil {
		return delivery.Text{}, err
	}
	return delivery.Text{Seq: now.Seq, Parts: parts}, nil
}

// mostFailed is how many failures a notice names.
const mostFailed = 5

// failure says in a line what was not delivered, and why.
func (v view) failure(d delivery.Delivery) Item {
	what := string(d.Kind)
	if d.Edition > 0 {
		what = fmt.Sprintf("edition %d", d.Edition)
	}
	item := Item{Label: strings.ToUpper(what[:1]) + what[1:], Meta: T("due ").When(briefings.At(d.Due, briefings.Minute))}
	why := d.Detail
	switch delivery.Class(d.Class) {
	case delivery.Unreadable:
		why = "It may have been posted or not, and I may not read that channel to find out. Look there, and say which."
	case delivery.Faulty:
		why = "The platform does not take the message as it is. That is a fault of briefbot's: please report it. It said: " + d.Detail
	case delivery.Gone:
		why = "The message is not there any more."
	}
	if d.Class == string(delivery.Missed) {
		why = "Nobody was there to post it: " + d.Detail + "."
	}
	item.Text = T("to ").Room(d.To).Plain(": " + why)
	if d.ID != "" {
		item.Meta = item.Meta.Plain(" · " + string(d.ID))
	}
	return item
}
