package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// How many lines a card shows before full asks for all of them.
const (
	whoReports   = 3
	whoPositions = 5
	whoAliases   = 6
	allLines     = 1 << 20
)

// whoKinds are whom /who asks after first, where a name is not whole.
var whoKinds = []briefings.EntryKind{briefings.Person}

// whoAtOnce answers what most readers ask most often: it costs a look-up and no
// rendering.
func whoAtOnce(c *Call) (Reply, bool) {
	if !c.plain() {
		return Reply{}, false
	}
	name := c.Arg("name")
	r := c.Now.Resolve(name, whoKinds...)
	if r.Page == nil {
		return Reply{}, false
	}
	memo := c.memo(r.Page)
	card := memo.who
	if r.How == names.Exact && strings.Contains(name, " ") {
		return Reply{Card: card, Lasting: true}, true
	}
	namesakes, taken := memo.namesakes(newView(c.Now, c.Request.Now), name, r.Page), showing(r, name)
	if len(namesakes)+len(taken) == 0 {
		return Reply{Card: card, Lasting: true}, true
	}
	own := *card
	own.notice(namesakes)
	own.notice(taken)
	return Reply{Card: &own}, true
}

func who(ctx context.Context, c *Call) (Reply, error) {
	f, reply, err := c.lookup(ctx, "name", whoKinds...)
	if err != nil || reply != nil {
		return deref(reply), err
	}
	card, _ := f.who(f.page, c.Flag("full"))
	card.notice(f.namesakes(c.Arg("name"), f.page))
	card.notice(f.notice)
	card.notice(f.view.notice)
	return Reply{Card: card}, nil
}

func deref(r *Reply) Reply {
	if r == nil {
		return Reply{}
	}
	return *r
}

// plain reports whether the call has no option that changes what is shown.
func (c *Call) plain() bool {
	return c.Arg("as_of") == "" && !c.Flag("full")
}

// who renders the card of an entry, and says until when it holds.
func (v view) who(p *briefings.Page, full bool) (card *Card, until time.Time) {
	e := p.Entry
	card = &Card{Title: e.Name, Kicker: kindNames[e.Kind]}
	changes := func(r briefings.Record) {
		if _, t := v.Book.Freshness(r, v.now); !t.IsZero() && (until.IsZero() || t.Before(until)) {
			until = t
		}
	}
	changes(e)
	for _, r := range p.Reports {
		changes(r)
		if end := r.Claim.Occurred.End(v.Book.Location()); r.Open() && end.After(v.now) && (until.IsZero() || end.Before(until)) {
			until = end // it will then be overdue
		}
	}
	card.notice(v.unchecked("the role", e))
	if e.Summary != "" {
		card.Lead = append(card.Lead, T(e.Summary))
	}
	if e.WhyNow != "" {
		card.Lead = append(card.Lead, Text{}.Strong("Why now: ").Plain(e.WhyNow))
	}
	card.field("Role", T(e.Role))
	if p := v.Page(e.Affiliation); p != nil {
		card.field("Affiliation", T(p.Entry.Name))
	}
	aliases := strings.Join(e.Aliases, ", ")
	if !full && len(e.Aliases) > whoAliases {
		aliases = fmt.Sprintf("%s, and %d more", strings.Join(e.Aliases[:whoAliases], ", "), len(e.Aliases)-whoAliases)
	}
	card.field("Also known as", T(aliases))
	if members := v.members(e.ID); len(members) > 0 {
		card.field("People", T(joinNames(members)))
	}
	card.field("Since", Text{}.When(e.Claim.Occurred))
	most, mostPositions := whoReports, whoPositions
	if full {
		most, mostPositions = allLines, allLines
	}
	own := v.positionsOf(p)
	card.add(
		v.section("Latest", pick(p.Reports, func(r *briefings.Report) bool { return r.Kind != briefings.Position && !r.Open() }), most),
		v.comingUp(p.Reports, max(most, whoPositions)),
		v.section("Positions", own, mostPositions),
		v.section("Positions on it", v.positionsOn(p), mostPositions),
		open(e),
	)
	if len(e.Links) > 0 {
		s := Section{Heading: "Links"}
		for _, l := range e.Links {
			s.Items = append(s.Items, Item{Text: Text{}.Link(l.Title, l.URL)})
		}
		card.add(s)
	}
	card.Footer = v.signed(e)
	v.sign(card)
	id := string(e.ID)
	card.Actions = append(card.Actions, Action{"Timeline", Invocation{"timeline", []Value{{"topic", id}}}})
	if len(own) > 0 {
		card.Actions = append(card.Actions, Action{"Positions", Invocation{"positions", []Value{{"party", id}}}})
	}
	card.Actions = append(card.Actions, v.sourcesAction(e)...)
	if !full && (len(own) > mostPositions || len(p.Reports) > most) {
		card.Actions = append(card.Actions, Action{"Everything", Invocation{"who", []Value{{"name", id}, {"full", "true"}}}})
	}
	card.Actions = append(card.Actions, v.doubt(e)...)
	return card, until
}

// signed says who vouches for an entry's role, and since when the book has it.
func (v view) signed(e *briefings.Entry) Text {
	var t Text
	if e.Role != "" || e.Affiliation != "" {
		t = T("Role ").Join("", v.claim(e.Claim))
	}
	return t.Join(" · ", T("in the book since ").When(v.day(e.Claim.Recorded)))
}

// members returns the names of the people and bodies that belong to an entry,
// the most important first.
func (v view) members(id briefings.EntryID) []string {
	var list []string
	for _, p := range v.Members(id) {
		list = append(list, p.Entry.Name)
	}
	return list
}

// positionsOf returns the party's newest position on each issue, newest first.
func (v view) positionsOf(p *briefings.Page) []*briefings.Report {
	seen := map[briefings.EntryID]bool{}
	return pick(p.Reports, func(r *briefings.Report) bool {
		if r.Kind != briefings.Position || r.Subject != p.Entry.ID || seen[r.Issue] {
			return false
		}
		seen[r.Issue] = true
		return true
	})
}

// positionsOn returns each party's newest position on the issue, newest first.
func (v view) positionsOn(p *briefings.Page) []*briefings.Report {
	seen := map[briefings.EntryID]bool{}
	return pick(p.Reports, func(r *briefings.Report) bool {
		if r.Kind != briefings.Position || r.Issue != p.Entry.ID || seen[r.Subject] {
			return false
		}
		seen[r.Subject] = true
		return true
	})
}
