package bot

import (
	"context"

	"github.com/briefbot/briefbot/briefings"
)

func timeline(ctx context.Context, c *Call) (Reply, error) {
	v, err := c.view(ctx)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "Timeline", Kicker: v.Book.Name}
	reports := v.Timeline()
	for i, arg := range []string{"topic", "who"} {
		if c.Arg(arg) == "" {
			continue
		}
		f, reply, err := c.lookup(ctx, arg)
		if err != nil || reply != nil {
			return deref(reply), err
		}
		if i == 0 {
			reports, card.Title = f.page.Reports, "Timeline: "+f.page.Entry.Name
		} else {
			reports = pick(reports, func(r *briefings.Report) bool { return r.Concerns(f.page.Entry.ID) })
			card.Kicker = "with " + f.page.Entry.Name
		}
		card.notice(f.notice)
	}
	if err := c.checkSpan(); err != nil {
		return Reply{}, err
	}
	dated := pick(reports, func(r *briefings.Report) bool { return !r.Claim.Occurred.IsZero() && c.within(r.Claim.Occurred) })
	maybe := pick(reports, func(r *briefings.Report) bool {
		return !r.Claim.Occurred.IsZero() && !c.within(r.Claim.Occurred) && c.touches(r.Claim.Occurred)
	})
	s := Section{Heading: "Newest first"}
	for _, r := range c.paged(card, dated) {
		s.Items = append(s.Items, v.fullItem(r))
	}
	card.add(s)
	if c.Whole("page", 1) == 1 {
		card.add(v.section("Perhaps in that time: the day is not known", maybe, allLines))
	}
	if c.Date("from").IsZero() && c.Date("to").IsZero() && c.Whole("page", 1) == 1 {
		card.add(v.section("No date given", pick(reports, func(r *briefings.Report) bool { return r.Claim.Occurred.IsZero() }), pageLines))
	}
	if len(card.Sections) == 0 {
		card.Lead = []Text{T("The book has nothing to show there" + c.span() + ".")}
	}
	card.notice(v.notice)
	v.sign(card)
	return Reply{Card: card}, nil
}

// checkSpan refuses a span of time that ends before it begins.
func (c *Call) checkSpan() error {
	from, to := c.Date("from"), c.Date("to")
	if !from.IsZero() && !to.IsZero() && to.End(c.days()).Before(from.Start(c.days())) {
		return briefings.Errorf(briefings.ErrInvalid, "That span ends before it begins: from %s to %s. Swap the two.", from, to)
	}
	return nil
}

// span says between which days was asked for.
func (c *Call) span() string {
	s := ""
	if from := c.Date("from"); !from.IsZero() {
		s += " from " + FormatMoment(from, c.zone())
	}
	if to := c.Date("to"); !to.IsZero() {
		s += " up to " + FormatMoment(to, c.zone())
	}
	return s
}

// within reports whether a moment lies in the span that was asked for, however
// coarsely it is known.
func (c *Call) within(m briefings.Moment) bool {
	from, to := c.Date("from"), c.Date("to")
	return (from.IsZero() || !m.Start(c.days()).Before(from.Start(c.days()))) &&
		(to.IsZero() || !m.End(c.days()).After(to.End(c.days())))
}

// touches reports whether a moment may lie in the span that was asked for.
func (c *Call) touches(m briefings.Moment) bool {
	from, to := c.Date("from"), c.Date("to")
	return (from.IsZero() || m.End(c.days()).After(from.Start(c.days()))) &&
		(to.IsZero() || m.Start(c.days()).Before(to.End(c.days())))
}
