package bot

import (
	"context"
	"strings"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// earlierStatuses is how many statuses a card shows before the newest.
const earlierStatuses = 3

func status(ctx context.Context, c *Call) (Reply, error) {
	if c.Arg("track") == "" {
		v, err := c.view(ctx)
		if err != nil {
			return Reply{}, err
		}
		card := &Card{Title: "Where things stand", Kicker: v.Book.Name}
		card.add(v.board(c.Flag("full")))
		if len(card.Sections) == 0 {
			card.Lead = []Text{T("The book had no status of anything to show.")}
		}
		card.notice(v.notice)
		v.sign(card)
		return Reply{Card: card}, nil
	}
	f, reply, err := c.lookup(ctx, "track", briefings.Track, briefings.Document)
	if err != nil || reply != nil {
		return deref(reply), err
	}
	if len(statusesOf(f.page)) == 0 {
		// "/status Florida" is less of the place than of the talks there.
		if r := f.ResolveAmong(c.Arg("track"), briefings.Track, briefings.Document); r.Page != nil && r.How <= names.Token {
			f.page, f.notice = r.Page, showing(r, c.Arg("track"))
		}
	}
	if c.plain() && f.view.Snapshot == c.Now {
		card := c.memo(f.page).statusCard(c, f.page)
		if len(f.notice)+len(f.view.notice) == 0 {
			return Reply{Card: card, Lasting: true}, nil
		}
		own := *card
		own.notice(f.notice)
		own.notice(f.view.notice)
		return Reply{Card: &own}, nil
	}
	card := f.status(f.page, c.Flag("full"))
	f.sign(card)
	card.notice(f.notice)
	card.notice(f.view.notice)
	return Reply{Card: card}, nil
}

// board lists where each track and document stands, in one line, or with the
// details in full.
func (v view) board(full bool) Section {
	s := Section{Heading: "Tracks and documents"}
	for _, p := range v.Pages(briefings.Track, briefings.Document) {
		if now := statusesOf(p); len(now) > 0 {
			item := v.item(now[0])
			if full {
				item = v.fullItem(now[0])
			}
			item.Label = p.Entry.Name
			if now[0].Trend != "" {
				item.Label += " (" + string(now[0].Trend) + ")"
			}
			s.Items = append(s.Items, item)
		} else if p.Entry.Kind == briefings.Track {
			s.Items = append(s.Items, Item{Label: p.Entry.Name, Text: T("No status has been recorded.")})
		}
	}
	return s
}

// statusesOf returns the statuses of a track or document, newest first.
func statusesOf(p *briefings.Page) []*briefings.Report {
	return pick(p.Reports, func(r *briefings.Report) bool {
		return r.Kind == briefings.Status && r.Subject == p.Entry.ID
	})
}

// status renders where a track or a document stands. An entry of another kind
// has no status of its own; its card shows those in which it plays a part.
func (v view) status(p *briefings.Page, full bool) *Card {
	e := p.Entry
	card := &Card{Title: e.Name, Kicker: "status · " + v.kicker(e)}
	own := statusesOf(p)
	if len(own) == 0 {
		v.noStatus(card, p)
		return card
	}
	now := own[0]
	card.notice(v.unchecked("this", now))
	card.Lead = append(card.Lead, v.body(now))
	trend := T(string(now.Trend))
	if now.Why != "" {
		trend = trend.Join(": ", T(now.Why))
	}
	card.field("Trend", trend)
	card.field("As of", Text{}.When(now.Claim.Occurred))
	card.field("Says who", v.claim(now.Claim))
	card.field("Next", T(now.Next))
	card.field("Next update by", Text{}.When(now.NextUpdate))
	most := earlierStatuses
	if full {
		most = allLines
	}
	card.add(
		v.section("Before", own[1:], most),
		v.comingUp(p.Reports, whoPositions),
		open(e),
	)
	card.Footer = T("recorded ").When(v.recorded(now.Claim.Recorded))
	id := string(e.ID)
	card.Actions = []Action{
		{"Timeline", Invocation{"timeline", []Value{{"topic", id}}}},
		{"Positions", Invocation{"positions", nil}},
		{"One page", Invocation{"brief", []Value{{"topic", id}}}},
	}
	card.Actions = append(card.Actions, v.sourcesAction(e)...)
	if !full && len(own)-1 > most {
		card.Actions = append(card.Actions, Action{"Earlier status", Invocation{"status", []Value{{"track", id}, {"full", "true"}}}})
	}
	card.Actions = append(card.Actions, v.doubt(now)...)
	return card
}

func (v view) noStatus(card *Card, p *briefings.Page) {
	e := p.Entry
	sentence := e.Name + " has no status in the book."
	if e.Kind != briefings.Track && e.Kind != briefings.Document {
		kind := kindNames[e.Kind]
		article := "a "
		if strings.ContainsRune("aeiou", rune(kind[0])) {
			article = "an "
		}
		sentence = e.Name + " is " + article + kind + ", and only tracks and documents have a status of their own."
	}
	card.Lead = append(card.Lead, T(sentence))
	if e.Summary != "" {
		card.Lead = append(card.Lead, T(e.Summary))
	}
	card.add(
		v.section("Where it plays a part", pick(p.Reports, ofKind(briefings.Status)), earlierStatuses),
		v.section("Latest", pick(p.Reports, func(r *briefings.Report) bool { return r.Kind != briefings.Status && !r.Open() }), whoReports),
		v.comingUp(p.Reports, whoPositions),
		open(e),
	)
	card.Actions = []Action{{"One page", Invocation{"brief", []Value{{"topic", string(e.ID)}}}}}
}
