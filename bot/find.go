package bot

import (
	"cmp"
	"context"
	"slices"

	"github.com/briefbot/briefbot/briefings"
)

// maxHits is how many hits a search asks the store for; nobody turns further.
const maxHits = 200

func find(ctx context.Context, c *Call) (Reply, error) {
	v, err := c.view(ctx)
	if err != nil {
		return Reply{}, err
	}
	text := c.Arg("text")
	if len(briefings.ParseTextQuery(text).Terms) == 0 {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "There is no word to look for in %q. For example: %s", clip(text), c.typed("find sabotage"))
	}
	items, err := c.search(ctx, v, text, maxHits)
	if err != nil {
		return Reply{}, err
	}
	if len(items) == 0 {
		reply, err := c.unknown(ctx, v, "text", text, v.Resolve(text).Choices)
		if err == nil {
			reply.Card.Title, reply.Card.Lead[0] = "Nothing found", T("The book does not speak of “"+clip(text)+"”.")
		}
		return deref(reply), err
	}
	card := &Card{Title: "Found: " + clip(text), Kicker: v.Book.Name}
	from, to := c.turn(card, len(items))
	card.add(Section{Heading: "Best first", Items: items[from:to]})
	if p := v.Resolve(text).Page; p != nil {
		card.Actions = append(card.Actions, Action{p.Entry.Name, Invocation{"brief", []Value{{"topic", string(p.Entry.ID)}}}})
	}
	card.notice(v.notice)
	v.sign(card)
	return Reply{Card: card}, nil
}

// search returns what the book says in the words of a query, best first. Where
// no text has all of the words, it settles for those that have some.
func (c *Call) search(ctx context.Context, v view, text string, limit int) ([]Item, error) {
	q := briefings.ParseTextQuery(text)
	items, err := c.matches(ctx, v, q, limit)
	if err != nil || len(items) > 0 {
		return items, err
	}
	q.Any = true
	return c.matches(ctx, v, q, limit)
}

// answers returns what the book says on a question: first what has all of its
// words, then what has some of them; and what part of its words the best has.
func (c *Call) answers(ctx context.Context, v view, question string, limit int) (items []Item, coverage float64, err error) {
	q := briefings.ParseTextQuery(question)
	if items, err = c.matches(ctx, v, q, limit); err != nil {
		return nil, 0, err
	}
	if len(items) > 0 {
		coverage = 1
	}
	q.Any = true
	loose, best, err := c.covered(ctx, v, q, limit)
	if err != nil {
		return nil, 0, err
	}
	for _, item := range loose {
		same := func(have Item) bool { return have.Label == item.Label && have.Text.String() == item.Text.String() }
		if len(items) < limit && !slices.ContainsFunc(items, same) {
			items = append(items, item)
		}
	}
	return items, max(coverage, best), nil
}

// matches returns the lines that a text query finds.
func (c *Call) matches(ctx context.Context, v view, q briefings.TextQuery, limit int) ([]Item, error) {
	items, _, err := c.covered(ctx, v, q, limit)
	return items, err
}

// covered returns the lines that a text query finds, those with most of its
// terms first, and what part of its terms the best of them has.
func (c *Call) covered(ctx context.Context, v view, q briefings.TextQuery, limit int) (items []Item, best float64, err error) {
	if len(q.Terms) == 0 {
		return nil, 0, nil
	}
	q.AsOf, q.Limit = v.AsOf, limit
	hits, err := c.bot.library.Store().Search(ctx, c.Request.Book, q)
	if err != nil {
		return nil, 0, err
	}
	if q.Any {
		part := map[briefings.Ref]float64{}
		for _, h := range hits {
			part[h.Ref] = briefings.Coverage(v.Record(h.Ref), q)
			best = max(best, part[h.Ref])
		}
		slices.SortStableFunc(hits, func(a, b briefings.Hit) int { return cmp.Compare(part[b.Ref], part[a.Ref]) })
	}
	return v.hits(hits, q), best, nil
}

// hits renders what a search has found.
func (v view) hits(hits []briefings.Hit, q briefings.TextQuery) []Item {
	var items []Item
	for _, h := range hits {
		switch h.Ref.Kind {
		case briefings.EntryRecord:
			if p := v.Page(briefings.EntryID(h.Ref.ID)); p != nil {
				items = append(items, Item{Label: p.Entry.Name, Text: snippet(p.Entry, q), Meta: T(v.kicker(p.Entry)).Join(" ", v.cite(p.Entry.Claim.Sources))})
			}
		case briefings.ReportRecord:
			if r := v.Report(briefings.ReportID(h.Ref.ID)); r != nil {
				items = append(items, Item{Label: v.head(r), Text: snippet(r, q), Meta: v.meta(r)})
			}
		}
	}
	return items
}

// snippet returns the part of a record's text in which the query was found,
// with the words that it found standing out.
func snippet(r briefings.Record, q briefings.TextQuery) Text {
	var t Text
	for _, part := range briefings.Excerpt(r, q) {
		if part.Found {
			t = t.Strong(part.Text)
		} else {
			t = t.Plain(part.Text)
		}
	}
	return t
}
