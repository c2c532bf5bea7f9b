package bot

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// found is the entry that a reader meant, in the view that they asked for.
type found struct {
	view
	page *briefings.Page
	// notice says which name was answered, where it is not the one typed.
	notice Text
}

// lookup finds the entry that an argument names. Where there is none it
// returns the reply that says so: what it might be, or that it is not known.
func (c *Call) lookup(ctx context.Context, arg string, kinds ...briefings.EntryKind) (found, *Reply, error) {
	query := c.Arg(arg)
	v, err := c.view(ctx)
	if err != nil {
		return found{}, nil, err
	}
	r := v.Resolve(query, kinds...)
	subject := c.subject(query)
	if r.Page == nil && subject != query {
		if other := v.Resolve(subject, kinds...); other.Page != nil {
			r = other
		}
	}
	if r.Page != nil && r.How > names.Token && c.asksAway(query) {
		r = briefings.Resolution{} // a question that happens to hold the words of a role
	}
	if r.Page != nil {
		return found{v, r.Page, showing(r, query)}, nil, nil
	}
	if v.Snapshot != c.Now {
		if now := c.Now.Resolve(query, kinds...); now.Page != nil {
			return found{}, c.notYet(v, now.Page), nil
		}
	}
	// What nobody would call an entry is a question in plain words.
	if c.inPlainWords() && (subject != query || len(strings.Fields(subject)) > 1) {
		if reply, err := c.mentions(ctx, v, query); err != nil || reply != nil {
			return found{}, reply, err
		}
	}
	if len(r.Choices) > 0 && r.Close && utf8.RuneCountInString(query) >= leastNear {
		return found{}, c.choose(v, arg, query, r.Choices), nil
	}
	reply, err := c.unknown(ctx, v, arg, query, r.Choices)
	return found{}, reply, err
}

// showing says which entry was taken for what was typed, unless that is plain.
func showing(r briefings.Resolution, query string) Text {
	if r.How == names.Exact || r.How == names.Alias {
		return nil
	}
	return T("Showing ").Strong(r.Page.Entry.Name).Plain(" for “" + clip(query) + "”.")
}

// namesakes says who else has the name that was typed, where it is not plainly
// the whole name of the entry that is shown.
func (v view) namesakes(query string, p *briefings.Page) Text {
	if names.Fold(query) == names.Fold(p.Entry.Name) || query == string(p.Entry.ID) {
		return nil
	}
	var list []string
	for _, other := range v.Namesakes(query, p) {
		list = append(list, other.Entry.Name)
	}
	if len(list) == 0 {
		return nil
	}
	return T("Also of that name: ").Strong(joinNames(list)).Plain(".")
}

// choose offers the entries that a name may mean.
func (c *Call) choose(v view, arg, query string, choices []*briefings.Page) *Reply {
	card := &Card{
		Title: "Which one do you mean?",
		Lead:  []Text{T("“" + clip(query) + "” fits more than one entry.")},
	}
	v.offer(card, "It may be", choices, c.instead(arg))
	card.notice(v.notice)
	return &Reply{Card: card}
}

// instead returns the command of this call with an entry in the place of what
// the argument was.
func (c *Call) instead(arg string) func(*briefings.Page) Invocation {
	return func(p *briefings.Page) Invocation { return c.Invocation().With(arg, string(p.Entry.ID)) }
}

// offer adds entries to a card, each with the command that asks for it.
func (v view) offer(card *Card, heading string, pages []*briefings.Page, ask func(*briefings.Page) Invocation) {
	s := Section{Heading: heading}
	for _, p := range pages {
		text := p.Entry.Summary
		if text == "" {
			text = p.Entry.WhyNow
		}
		s.Items = append(s.Items, Item{Label: p.Entry.Name, Text: T(v.kicker(p.Entry)), Meta: T(text)})
		card.Actions = append(card.Actions, Action{p.Entry.Name, ask(p)})
	}
	card.add(s)
}

// unknown says that a name is not in the book, notes that it was asked for,
// and offers what is near: names like it, and where the book speaks of it.
func (c *Call) unknown(ctx context.Context, v view, arg, query string, near []*briefings.Page) (*Reply, error) {
	hits, err := c.search(ctx, v, query, 3)
	if err != nil {
		return nil, err
	}
	card := &Card{Title: "Not in this book", Lead: []Text{T("The book has no entry for “" + clip(query) + "”.")}}
	if v.Snapshot == c.Now {
		if c.miss(ctx, query) {
			card.Lead = append(card.Lead, T("It has been noted for the editors that this was asked. Ask the desk, and you are told when there is an answer."))
			card.Actions = append(card.Actions, Action{"Ask the desk", Invocation{"ask", []Value{{"text", query}}}})
		}
	}
	v.offer(card, "Did you mean", near, c.instead(arg))
	card.add(Section{Heading: "The nearest that the book has", Items: hits})
	if len(hits) > 0 {
		card.Actions = append(card.Actions, Action{"Search", Invocation{"find", []Value{{"text", query}}}})
	}
	card.notice(v.notice)
	v.sign(card)
	return &Reply{Card: card, Outcome: NotFound}, nil
}

// inPlainWords reports whether the line may be a question in plain words, which
// began with a verb by chance or with none: "who pays for it", "why the delay".
func (c *Call) inPlainWords() bool {
	line := strings.TrimSpace(c.Request.Text)
	return line != "" && (!strings.HasPrefix(line, "/") || c.Command.Name == fallback)
}

// askingWords begin questions of which a name is no answer.
var askingWords = []string{"what", "which", "when", "where", "why", "how", "did", "does", "do", "will", "has", "have", "is", "are", "was", "were", "can", "could", "should"}

// asksAway reports whether a line in plain words asks for something else than
// an entry: "why was Zelensky in Ireland".
func (c *Call) asksAway(query string) bool {
	first, _, _ := strings.Cut(names.Fold(query), " ")
	return c.inPlainWords() && c.Command.Name == fallback && slices.Contains(askingWords, first)
}

// subject returns what is left of a question when the words that every question
// has are taken out of it: "what did the adviser say" asks about the adviser.
func (c *Call) subject(query string) string {
	if !c.inPlainWords() {
		return query
	}
	var words []string
	for _, t := range briefings.ParseTextQuery(query).Terms {
		words = append(words, t.Words...)
	}
	if len(words) == 0 {
		return query
	}
	return strings.Join(words, " ")
}

// mentions answers a question that names no entry with what the book says in
// its words; nil where it says nothing.
func (c *Call) mentions(ctx context.Context, v view, query string) (*Reply, error) {
	hits, coverage, err := c.answers(ctx, v, query, mentionLines)
	if err != nil || coverage <= leastCoverage {
		return nil, err // what is only near is offered as such
	}
	card := &Card{
		Title:   "What the book says on that",
		Kicker:  v.Book.Name,
		Lead:    []Text{T("No entry is called “" + clip(query) + "”. These speak of it:")},
		Actions: []Action{{"Search", Invocation{"find", []Value{{"text", query}}}}},
	}
	card.add(Section{Heading: "Best first", Items: hits})
	page := Invocation{Command: fallback}
	v.offer(card, "Named in the question", v.NamedIn(query), func(p *briefings.Page) Invocation { return page.With("topic", string(p.Entry.ID)) })
	card.notice(v.notice)
	v.sign(card)
	return &Reply{Card: card}, nil
}

// leastCoverage is what part of the words of a question an answer must go
// beyond: of two words it needs both, of three two.
const leastCoverage = 0.5

// mentionLines is how many lines answer a question in plain words.
const mentionLines = 8

// leastMiss is the shortest question, in bytes, that editors are told of.
const leastMiss = 3

// miss records that something was asked for and not found. An answer does not
// fail because that could not be written down.
func (c *Call) miss(ctx context.Context, query string) (noted bool) {
	folded := names.Fold(query)
	if len(folded) < leastMiss {
		return false
	}
	if err := c.bot.library.Store().RecordMiss(ctx, c.Request.Book, folded, c.Request.Now); err != nil {
		c.bot.log.WarnContext(ctx, "could not record a question without an answer", "command", c.Command.Name, "err", err)
		return false
	}
	return true
}

// leastNear is the shortest name, in letters, that near misses are taken for:
// two letters are near to everything.
const leastNear = 3

// notYet says that an entry came into the book only later.
func (c *Call) notYet(v view, p *briefings.Page) *Reply {
	card := &Card{Title: p.Entry.Name, Kicker: "not in the book by then"}
	first := p.Entry.Version.Recorded
	if rec := p.Entry.Claim.Recorded; !rec.IsZero() {
		first = rec
	}
	card.Lead = []Text{
		T("Nothing had been recorded about this by then: the book first heard of it on ").When(v.day(first)).Plain("."),
		T("To see what is now known to have happened by then, ask for the timeline up to that day."),
	}
	card.Actions = []Action{
		{"What is known now", c.Invocation().With("as_of", "")},
		{"Timeline up to then", Invocation{"timeline", []Value{{"topic", string(p.Entry.ID)}, {"to", v.AsOf.In(c.days()).Format(time.DateOnly)}}}},
	}
	card.notice(v.notice)
	return &Reply{Card: card}
}
