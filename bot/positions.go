package bot

import (
	"context"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

func positions(ctx context.Context, c *Call) (Reply, error) {
	v, err := c.view(ctx)
	if err != nil {
		return Reply{}, err
	}
	c.partInWords(v)
	var issue, party *briefings.Page
	var notices []Text
	for _, arg := range []string{"issue", "party"} {
		if c.Arg(arg) == "" {
			continue
		}
		f, reply, err := c.lookup(ctx, arg)
		if err != nil || reply != nil {
			return deref(reply), err
		}
		notices = append(notices, f.notice)
		if arg == "issue" {
			issue = f.page
		} else {
			party = f.page
		}
	}
	// "/positions russia" asks for a party's positions, if it has any and
	// nobody takes a position on it.
	if issue != nil && party == nil && len(v.positionsOn(issue)) == 0 && len(v.positionsOf(issue)) > 0 {
		issue, party = nil, issue
	}
	card := v.positions(issue, party, c.Flag("full"))
	v.sign(card)
	for _, n := range notices {
		card.notice(n)
	}
	card.notice(v.notice)
	return Reply{Card: card}, nil
}

// partInWords reads "donbas russia" as an issue and a party, where the words
// name nothing together and each part names an entry by itself.
func (c *Call) partInWords(v view) {
	words := strings.Fields(c.Arg("issue"))
	if len(words) < 2 || c.Arg("party") != "" || v.Resolve(c.Arg("issue")).Page != nil {
		return
	}
	for i := 1; i < len(words); i++ {
		first, second := strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		a, b := v.Resolve(first).Page, v.Resolve(second).Page
		if a == nil || b == nil {
			continue
		}
		if len(v.positionsOn(a)) == 0 && len(v.positionsOn(b)) > 0 {
			first, second = second, first
		}
		c.set("issue", first)
		c.set("party", second)
		return
	}
}

// positions renders the matrix of who wants what, of one issue, of one party,
// or of both.
func (v view) positions(issue, party *briefings.Page, full bool) *Card {
	card := &Card{Title: "Positions", Kicker: v.Book.Name}
	switch {
	case issue != nil && party != nil:
		card.Title = "Positions: " + party.Entry.Name + " on " + issue.Entry.Name
		all := pick(issue.Reports, func(r *briefings.Report) bool {
			return r.Kind == briefings.Position && r.Issue == issue.Entry.ID && r.Subject == party.Entry.ID
		})
		if len(all) > 0 {
			card.add(v.section("Now", all[:1], 1), v.section("Before", all[1:], allLines))
		} else {
			card.Lead = []Text{T("The book has no position of " + party.Entry.Name + " on " + issue.Entry.Name + ".")}
			card.add(v.section("Others on it", v.positionsOn(issue), allLines))
		}
	case issue != nil:
		card.Title = "Positions on " + issue.Entry.Name
		card.Kicker = v.kicker(issue.Entry)
		if issue.Entry.Summary != "" {
			card.Lead = []Text{T(issue.Entry.Summary)}
		}
		v.onIssue(card, issue)
	case party != nil:
		card.Title = "Positions of " + party.Entry.Name
		card.Kicker = v.kicker(party.Entry)
		s := v.section("On each issue", v.positionsOf(party), allLines)
		s.Columns = [3]string{"Issue", "Position", "When, and says who"}
		for i := range s.Items {
			_, s.Items[i].Label, _ = strings.Cut(s.Items[i].Label, " on ")
		}
		card.add(s)
		card.add(v.section("Those who belong to it", v.ofMembers(party), allLines))
		if len(card.Sections) == 0 {
			card.Lead = []Text{T("The book has no position of " + party.Entry.Name + ".")}
		}
	default:
		v.matrix(card)
	}
	if full && (issue == nil || party == nil) {
		card.add(v.earlierPositions(issue, party))
	}
	return card
}

// onIssue adds each party's newest position on the issue, and where there is
// none, the positions that touch it.
func (v view) onIssue(card *Card, issue *briefings.Page) {
	s := Section{Heading: "Newest of each party", Columns: byParty}
	for _, r := range v.positionsOn(issue) {
		s.Items = append(s.Items, v.partyItem(r))
	}
	card.add(s)
	touching := pick(issue.Reports, func(r *briefings.Report) bool {
		return r.Kind == briefings.Position && r.Issue != issue.Entry.ID
	})
	card.add(v.section("Positions that touch it", touching, whoPositions))
	if len(s.Items) == 0 {
		card.Lead = append(card.Lead, T("The book has no position on "+issue.Entry.Name+" itself."))
		for _, id := range v.issues() {
			card.Actions = append(card.Actions, Action{v.Name(id), Invocation{"positions", []Value{{"issue", string(id)}}}})
			if len(card.Actions) == whoPositions {
				break
			}
		}
	}
	card.add(open(issue.Entry))
}

// ofMembers returns the positions of the people and bodies of a party.
func (v view) ofMembers(party *briefings.Page) []*briefings.Report {
	var all []*briefings.Report
	for _, p := range v.Members(party.Entry.ID) {
		all = append(all, v.positionsOf(p)...)
	}
	return all
}

// byParty are the columns of the positions on one issue.
var byParty = [3]string{"Party", "Position", "When, and says who"}

// matrix adds a section for each issue, with the newest position of each party.
func (v view) matrix(card *Card) {
	for _, id := range v.issues() {
		p := v.Page(id)
		if p == nil {
			continue
		}
		s := Section{Heading: p.Entry.Name, Columns: byParty}
		for _, r := range v.positionsOn(p) {
			s.Items = append(s.Items, v.partyItem(r))
		}
		card.add(s)
	}
	if len(card.Sections) == 0 {
		card.Lead = []Text{T("The book has no positions.")}
	}
}

// earlierPositions lists the positions that newer ones have taken the place of,
// on an issue, of a party, or all.
func (v view) earlierPositions(issue, party *briefings.Page) Section {
	reports := v.Timeline()
	switch {
	case issue != nil:
		reports = pick(issue.Reports, func(r *briefings.Report) bool { return r.Issue == issue.Entry.ID })
	case party != nil:
		reports = pick(party.Reports, func(r *briefings.Report) bool { return r.Subject == party.Entry.ID })
	}
	return v.section("Before, newest first", pick(reports, func(r *briefings.Report) bool {
		return r.Kind == briefings.Position && !v.current(r)
	}), allLines)
}

// partyItem is a position as a line under its issue.
func (v view) partyItem(r *briefings.Report) Item {
	item := v.fullItem(r)
	item.Label = v.Name(r.Subject)
	return item
}

// issues returns what positions are taken on: the most important first, then
// that on which most parties have one.
func (v view) issues() []briefings.EntryID {
	count := map[briefings.EntryID]int{}
	for _, r := range v.Timeline() {
		if r.Kind == briefings.Position {
			count[r.Issue]++
		}
	}
	ids := make([]briefings.EntryID, 0, len(count))
	for id := range count {
		ids = append(ids, id)
	}
	weight := func(id briefings.EntryID) int {
		if p := v.Page(id); p != nil {
			return p.Entry.Importance
		}
		return 0
	}
	slices.SortFunc(ids, func(a, b briefings.EntryID) int {
		if d := weight(b) - weight(a); d != 0 {
			return d
		}
		if d := count[b] - count[a]; d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	return ids
}
