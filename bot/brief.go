package bot

import (
	"context"

	"github.com/briefbot/briefbot/briefings"
)

// How many lines the sections of a one-page brief hold.
const (
	briefReports = 5
	briefPeople  = 8
)

func brief(ctx context.Context, c *Call) (Reply, error) {
	if c.Arg("topic") == "" {
		v, err := c.view(ctx)
		if err != nil {
			return Reply{}, err
		}
		card := v.overview(c.Flag("full"))
		v.sign(card)
		card.notice(v.notice)
		return Reply{Card: card}, nil
	}
	f, reply, err := c.lookup(ctx, "topic")
	if err != nil || reply != nil {
		return deref(reply), err
	}
	card := f.brief(f.page, c.Flag("full"))
	f.sign(card)
	card.notice(f.notice)
	card.notice(f.view.notice)
	return Reply{Card: card}, nil
}

// overview is the one page on the whole book.
func (v view) overview(full bool) *Card {
	card := &Card{Title: v.Book.Name, Kicker: "one page"}
	if v.Book.About != "" {
		card.Lead = []Text{T(v.Book.About)}
	}
	card.add(v.board(full))
	happened := pick(v.Timeline(), func(r *briefings.Report) bool { return r.Kind == briefings.Event && !r.Open() })
	most, people := briefReports, briefPeople
	if full {
		most, people = allLines, allLines
	}
	card.add(v.section("Latest events", happened, most))
	card.add(v.comingUp(v.Timeline(), most))
	s := Section{Heading: "People"}
	for _, p := range v.Pages(briefings.Person) {
		if len(s.Items) == people {
			break
		}
		s.Items = append(s.Items, Item{Label: p.Entry.Name, Text: T(p.Entry.Role)})
	}
	card.add(s)
	if len(card.Sections) == 0 {
		card.Lead = append(card.Lead, T("The book is empty."))
	}
	for _, p := range v.Pages(briefings.Track) {
		if len(card.Actions) < whoPositions {
			card.Actions = append(card.Actions, Action{p.Entry.Name, Invocation{"brief", []Value{{"topic", string(p.Entry.ID)}}}})
		}
	}
	return card
}

// brief is the one page on an entry: where it stands, what happened, who is
// concerned, who wants what, and what comes next.
func (v view) brief(p *briefings.Page, full bool) *Card {
	e := p.Entry
	card := &Card{Title: e.Name, Kicker: v.kicker(e)}
	if e.Summary != "" {
		card.Lead = append(card.Lead, T(e.Summary))
	}
	if e.WhyNow != "" {
		card.Lead = append(card.Lead, Text{}.Strong("Why now: ").Plain(e.WhyNow))
	}
	own := statusesOf(p)
	if len(own) > 0 {
		card.notice(v.unchecked("the status", own[0]))
		s := Section{Heading: "Where it stands"}
		item := v.item(own[0])
		item.Label = string(own[0].Trend)
		s.Items = append(s.Items, item)
		if own[0].Why != "" {
			s.Items = append(s.Items, Item{Label: "why", Text: T(own[0].Why)})
		}
		if own[0].Next != "" {
			s.Items = append(s.Items, Item{Label: "next", Text: T(own[0].Next)})
		}
		card.add(s)
	}
	card.notice(v.unchecked("the role", e))
	most, people := briefReports, briefPeople
	if full {
		most, people = allLines, allLines
	}
	card.add(
		v.section("Latest", pick(p.Reports, func(r *briefings.Report) bool {
			return (r.Kind == briefings.Event || r.Kind == briefings.Status && r.Subject != e.ID) && !r.Open()
		}), most),
		v.section("Who said what", pick(p.Reports, ofKind(briefings.Statement)), most),
		v.peopleAround(p, people),
		v.section("Positions", v.newestPositions(p), most),
		v.comingUp(p.Reports, most),
		v.section("Status before", rest(own), most),
		open(e),
	)
	card.Footer = v.signed(e)
	id := string(e.ID)
	card.Actions = append([]Action{{"Timeline", Invocation{"timeline", []Value{{"topic", id}}}}}, v.sourcesAction(e)...)
	if !full && len(p.Reports) > most {
		card.Actions = append(card.Actions, Action{"Everything", Invocation{"brief", []Value{{"topic", id}, {"full", "true"}}}})
	}
	card.Actions = append(card.Actions, v.doubt(e)...)
	return card
}

func rest(reports []*briefings.Report) []*briefings.Report {
	if len(reports) == 0 {
		return nil
	}
	return reports[1:]
}

// newestPositions returns the newest position of each party on each issue
// among the reports of a page.
func (v view) newestPositions(p *briefings.Page) []*briefings.Report {
	type cell struct{ party, issue briefings.EntryID }
	seen := map[cell]bool{}
	return pick(p.Reports, func(r *briefings.Report) bool {
		at := cell{r.Subject, r.Issue}
		if r.Kind != briefings.Position || seen[at] {
			return false
		}
		seen[at] = true
		return true
	})
}

// peopleAround lists the people who appear in the reports of a page, those who
// belong to the entry first, then the most important.
func (v view) peopleAround(p *briefings.Page, most int) Section {
	s := Section{Heading: "People"}
	seen := map[briefings.EntryID]bool{p.Entry.ID: true}
	add := func(q *briefings.Page) {
		if q == nil || q.Entry.Kind != briefings.Person || seen[q.Entry.ID] || len(s.Items) == most {
			return
		}
		seen[q.Entry.ID] = true
		s.Items = append(s.Items, Item{Label: q.Entry.Name, Text: T(q.Entry.Role)})
	}
	for _, q := range v.Members(p.Entry.ID) {
		add(q)
	}
	concerned := map[briefings.EntryID]bool{}
	for _, r := range p.Reports {
		for _, id := range r.Entries() {
			concerned[id] = true
		}
	}
	for _, q := range v.PagesOf(concerned) {
		add(q)
	}
	return s
}
