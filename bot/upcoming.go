package bot

import (
	"context"
	"fmt"
	"slices"

	"github.com/briefbot/briefbot/briefings"
)

// upcomingDays is how far ahead /upcoming looks unless it is told.
const upcomingDays = 14

func upcoming(ctx context.Context, c *Call) (Reply, error) {
	v, err := c.view(ctx)
	if err != nil {
		return Reply{}, err
	}
	days := c.Whole("days", upcomingDays)
	horizon := v.now.AddDate(0, 0, days)
	card := &Card{Title: "Coming up", Kicker: fmt.Sprintf("%s · the next %d days", v.Book.Name, days)}
	switch {
	case c.Flag("full"):
		horizon = v.now.AddDate(1000, 0, 0)
		card.Kicker = v.Book.Name
	case days == 1:
		card.Kicker = v.Book.Name + " · the next day"
	}
	var ahead, later, undated, past []*briefings.Report
	zone := c.days()
	for _, r := range v.Timeline() {
		when := r.Claim.Occurred
		switch {
		case r.Kind != briefings.Event:
		case when.IsZero() && r.Open():
			undated = append(undated, r)
		case !when.IsZero() && when.End(zone).After(v.now) && (r.Open() || when.Start(zone).After(v.now)):
			if when.Start(zone).After(horizon) {
				later = append(later, r)
			} else {
				ahead = append(ahead, r)
			}
		case r.Open():
			past = append(past, r)
		}
	}
	slices.Reverse(ahead) // the soonest first
	card.add(v.section("Next", ahead, allLines), v.section("No date given", undated, allLines))
	card.add(v.section("Was due, and the book does not say whether it happened", past, allLines))
	if len(ahead) == 0 {
		card.Lead = append(card.Lead, T(fmt.Sprintf("Nothing has a date in the %d days after ", days)).When(briefings.At(v.now.In(zone), briefings.Day)).Plain("."))
	}
	if len(later) > 0 {
		card.Lead = append(card.Lead, T(fmt.Sprintf("%d more further ahead.", len(later))))
	}
	card.add(v.announced())
	card.notice(v.notice)
	v.sign(card)
	return Reply{Card: card}, nil
}

// announced lists what the newest statuses say comes next.
func (v view) announced() Section {
	s := Section{Heading: "What the tracks expect next"}
	for _, p := range v.Pages(briefings.Track, briefings.Document) {
		if now := statusesOf(p); len(now) > 0 && now[0].Next != "" {
			// What comes next is the editors' own reading, and not the word of
			// whoever the status is attributed to.
			meta := T("from the status of ").When(now[0].Claim.Occurred).Join(" ", v.cite(now[0].Claim.Sources))
			if !now[0].NextUpdate.IsZero() {
				meta = meta.Plain(" · next update by ").When(now[0].NextUpdate)
			}
			s.Items = append(s.Items, Item{Label: p.Entry.Name, Text: T(now[0].Next), Meta: meta})
		}
	}
	return s
}
