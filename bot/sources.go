package bot

import (
	"cmp"
	"context"
	"slices"

	"github.com/briefbot/briefbot/briefings"
)

// sourcesOf lists on what an entry rests, or the whole book.
func sourcesOf(ctx context.Context, c *Call) (Reply, error) {
	v, err := c.view(ctx)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "Sources", Kicker: v.Book.Name}
	claims := v.claims()
	if c.Arg("topic") != "" {
		f, reply, err := c.lookup(ctx, "topic")
		if err != nil || reply != nil {
			return deref(reply), err
		}
		card.Title, card.Kicker = "Sources: "+f.page.Entry.Name, v.kicker(f.page.Entry)
		card.notice(f.notice)
		claims = claimsOf(f.page)
		card.Actions = []Action{{"One page", Invocation{"brief", []Value{{"topic", string(f.page.Entry.ID)}}}}}
	}
	c.fill(card, []Section{v.origins(claims)})
	if len(card.Sections) == 0 {
		card.Lead = []Text{T("Nothing of this has a source in the book.")}
	}
	if n := unsourced(claims); n > 0 {
		card.Footer = T(count(n, "claim has", "claims have") + " no source and ").Tag("unsourced").Plain(" beside it.")
	}
	card.notice(v.notice)
	return Reply{Card: card}, nil
}

// claims returns every claim of the book.
func (v view) claims() []briefings.Claim {
	var all []briefings.Claim
	for _, p := range v.Pages() {
		if p.Entry.Role != "" || p.Entry.Affiliation != "" {
			all = append(all, p.Entry.Claim)
		}
	}
	for _, r := range v.Timeline() {
		all = append(all, r.Claim)
	}
	return all
}

// claimsOf returns the claims on a page.
func claimsOf(p *briefings.Page) []briefings.Claim {
	var all []briefings.Claim
	if p.Entry.Role != "" || p.Entry.Affiliation != "" {
		all = append(all, p.Entry.Claim)
	}
	for _, r := range p.Reports {
		all = append(all, r.Claim)
	}
	return all
}

func unsourced(claims []briefings.Claim) int {
	n := 0
	for _, c := range claims {
		if len(c.Sources) == 0 {
			n++
		}
	}
	return n
}

// origins lists where claims come from in the end, that of most claims first,
// each with the outlets that repeat it.
func (v view) origins(claims []briefings.Claim) Section {
	type origin struct {
		briefings.Origin
		claims int
	}
	var all []*origin
	for _, c := range claims {
		for _, o := range v.Origins(c.Sources) {
			i := slices.IndexFunc(all, func(have *origin) bool { return have.Source == o.Source })
			if i < 0 {
				i = len(all)
				all = append(all, &origin{Origin: briefings.Origin{Source: o.Source}})
			}
			all[i].claims++
			for _, src := range o.Repeated {
				if !slices.Contains(all[i].Repeated, src) {
					all[i].Repeated = append(all[i].Repeated, src)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *origin) int { return cmp.Compare(b.claims, a.claims) })
	s := Section{Heading: "Where it comes from"}
	for _, o := range all {
		item := Item{Text: linked(nil, o.Source), Meta: T("behind " + count(o.claims, "claim", "claims"))}
		item.Meta = item.Meta.Join(" · ", aboutSource(o.Source))
		s.Items = append(s.Items, item)
		for _, src := range o.Repeated {
			again := Item{Text: linked(T("repeated by "), src), Meta: aboutSource(src)}
			s.Items = append(s.Items, again)
		}
	}
	return s
}

// aboutSource says when a source was published, and where its lasting copy is.
func aboutSource(src *briefings.Source) Text {
	var t Text
	if !src.Published.IsZero() {
		t = T("published ").When(src.Published)
	}
	if src.Archive != "" && src.URL != "" {
		t = t.Join(" · ", Text{}.Link("lasting copy", src.Archive))
	}
	return t
}

// sourcesAction leads to the sources of an entry, where its card cites any.
func (v view) sourcesAction(e *briefings.Entry) []Action {
	if len(*v.cited) == 0 {
		return nil
	}
	return []Action{{"Sources", Invocation{"sources", []Value{{"topic", string(e.ID)}}}}}
}
