package bot

import (
	"context"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// suggest opens the form of an entry or a report, and puts what it was filled with
// into the queue.
func suggest(ctx context.Context, c *Call) (Reply, error) {
	r, err := c.record("what")
	if err != nil {
		return Reply{}, err
	}
	if f := fieldNamed(c.Arg("field")); f != nil {
		put := briefings.Copy(r)
		if err := f.set(c, put, tidy(c.Arg("value"))); err != nil {
			return Reply{}, err
		}
		return c.propose(ctx, r, put)
	}
	all := formFields(r, false)
	if !c.filled(all) {
		return c.openForm("Suggest a change", r, all)
	}
	if reply := c.goOn(all); reply != nil {
		return *reply, nil
	}
	put, clashes, err := c.merge(ctx, r, all)
	if err != nil {
		return Reply{}, err
	}
	if len(clashes) > 0 {
		return c.clash(ctx, r, all, clashes)
	}
	return c.propose(ctx, r, put)
}

// propose puts a record as it should be into the queue.
func (c *Call) propose(ctx context.Context, from, put briefings.Record) (Reply, error) {
	if len(briefings.Diff(from, put)) == 0 {
		return c.unchanged(ctx, from)
	}
	s := &briefings.Suggestion{Kind: briefings.Proposal, About: from.Ref(), Base: base(from), Note: tidy(c.Arg("note"))}
	s.Entry, s.Report = proposal(put)
	return c.suggestion(ctx, s, "The desk looks at it, and you are told what becomes of it.")
}

// proposal is a record as a suggestion holds it.
func proposal(r briefings.Record) (*briefings.Entry, *briefings.Report) {
	switch r := r.(type) {
	case *briefings.Entry:
		return r, nil
	case *briefings.Report:
		return nil, r
	default:
		return nil, nil
	}
}

// suggestion puts something into the queue.
func (c *Call) suggestion(ctx context.Context, s *briefings.Suggestion, then string) (Reply, error) {
	s.ID, s.State = briefings.SuggestionID(briefings.NewToken()[:8]), briefings.Waiting
	s.Made = c.Request.Now.Truncate(time.Millisecond)
	if p := s.Proposed(); p != nil {
		for _, e := range c.cited(p) {
			s.Sources = append(s.Sources, e.Put.(*briefings.Source))
		}
	}
	if _, err := c.commit(ctx, "", briefings.Edit{Put: s}); err != nil {
		return Reply{}, err
	}
	v := newView(c.Now, c.Request.Now)
	card := &Card{Title: "Suggested: " + v.suggestionTitle(s), Kicker: string(s.ID), Lead: []Text{T(then)}}
	card.add(v.suggestionBody(s)...)
	return Reply{Card: card}, nil
}

// outdated is what readers press where something is not right any more.
func outdated(ctx context.Context, c *Call) (Reply, error) {
	r, err := c.record("what")
	if err != nil {
		return Reply{}, err
	}
	if e, ok := r.(*briefings.Entry); ok && c.Now.Book.Window(r) == 0 {
		if statuses := statusesOf(c.Now.Page(e.ID)); len(statuses) > 0 {
			r = statuses[0] // what is out of date of a track is where it stands
		}
	}
	if !c.Given("note") && !c.Request.NoForms {
		return Reply{Form: &Form{
			Title:  "Out of date?",
			Fields: []FormField{{Name: "note", Label: "What has changed, if you know", Hint: "Best with an address where it can be read", Long: true, MaxRunes: 1000}},
			Submit: Invocation{c.Command.Name, []Value{{"what", r.Ref().ID}, {"note", ""}}},
		}}, nil
	}
	return c.suggestion(ctx, &briefings.Suggestion{Kind: briefings.Outdated, About: r.Ref(), Base: base(r), Note: tidy(c.Arg("note"))},
		"The desk checks it, and you are told what becomes of it.")
}

// doubt is what a reader presses where something is not right any more; none where the
// book is shown as it stood.
func (v view) doubt(r briefings.Record) []Action {
	if !v.AsOf.IsZero() {
		return nil
	}
	return []Action{{"Out of date?", Invocation{"outdated", []Value{{"what", r.Ref().ID}}}}}
}

// askDesk puts a question that the book does not answer to the desk.
func askDesk(ctx context.Context, c *Call) (Reply, error) {
	question := tidy(c.Arg("text"))
	folded := names.Fold(question)
	for _, s := range c.Now.Queue() {
		if s.Kind == briefings.Question && names.Fold(s.Note) == folded && c.mine(ctx, s) {
			return Reply{Card: &Card{Title: "The desk has your question", Lead: []Text{T("You have asked that before. You are told when there is an answer.")}}}, nil
		}
	}
	return c.suggestion(ctx, &briefings.Suggestion{Kind: briefings.Question, Note: question}, "The desk has your question. You are told when there is an answer.")
}

// mine reports whether the person who asks made a suggestion.
func (c *Call) mine(ctx context.Context, s *briefings.Suggestion) bool {
	who, err := c.proposer(ctx, s)
	if err != nil {
		return false
	}
	for _, a := range c.accounts(ctx) {
		if a == who {
			return true
		}
	}
	return false
}

// proposer is who made a suggestion.
func (c *Call) proposer(ctx context.Context, s *briefings.Suggestion) (briefings.Actor, error) {
	list, err := c.bot.library.Store().Revisions(ctx, c.Request.Book, briefings.RevisionQuery{Ref: s.Ref(), Limit: 1})
	if err != nil || len(list) == 0 {
		return briefings.Actor{}, err
	}
	return list[0].Actor, nil
}

// suggestionTitle says in a few words what a suggestion is about.
func (v view) suggestionTitle(s *briefings.Suggestion) string {
	switch {
	case s.Kind == briefings.Question:
		return "“" + clip(s.Note) + "”"
	case s.About.ID != "":
		if r := v.Record(s.About); r != nil {
			return recordTitle(v.Snapshot, r)
		}
		return s.About.ID
	case s.Proposed() != nil:
		return recordTitle(v.Snapshot, s.Proposed())
	default:
		return string(s.Kind)
	}
}

// suggestionBody shows what is suggested: the difference from the record as it stands.
func (v view) suggestionBody(s *briefings.Suggestion) []Section {
	var list []Section
	if p := s.Proposed(); p != nil {
		heading := "As it should be"
		if s.About.ID == "" {
			heading = "New " + kindWords(p)
		}
		list = append(list, diffSection(heading, briefings.Diff(v.Record(s.About), p)))
	}
	if s.Kind == briefings.Outdated {
		if r := v.Record(s.About); r != nil {
			list = append(list, Section{Heading: "What the book says", Items: []Item{{Text: T(saysNow(r)), Meta: v.freshness(r)}}})
		}
	}
	if s.Note != "" && s.Kind != briefings.Question {
		list = append(list, Section{Heading: "Note", Items: []Item{{Text: T(s.Note)}}})
	}
	sources := Section{Heading: "New sources"}
	for _, src := range s.Sources {
		sources.Items = append(sources.Items, Item{Text: Text{}.Link(src.Name, src.URL)})
	}
	if len(sources.Items) > 0 {
		list = append(list, sources)
	}
	return list
}

// claimOf is what of a record can go out of date.
func claimOf(r briefings.Record) string {
	if e, ok := r.(*briefings.Entry); ok {
		return e.Role
	}
	return briefings.Headline(r)
}

// saysNow is what a record says, as far as it can go out of date.
func saysNow(r briefings.Record) string {
	if e, ok := r.(*briefings.Entry); ok && e.Role != "" {
		return strings.Join([]string{e.Name, e.Role}, ": ")
	}
	return briefings.Headline(r)
}
