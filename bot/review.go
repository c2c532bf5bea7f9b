package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// actionQueue is the command that shows the queue. What it takes note of is not what
// somebody has changed.
const actionQueue = "review queue"

// reviewQueue shows one suggestion with what can be done about it, and what waits
// behind it.
func reviewQueue(ctx context.Context, c *Call) (Reply, error) {
	queue := c.Now.Queue()
	if len(queue) == 0 {
		return Reply{Card: &Card{Title: "The queue is empty", Lead: []Text{T("Nothing waits for the desk.")}, Actions: []Action{{"What is stale", Invocation{"review stale", nil}}, {"What was not found", Invocation{"review unanswered", nil}}}}}, nil
	}
	at := 0
	if id := c.Arg("id"); id != "" {
		at = slices.IndexFunc(queue, func(s *briefings.Suggestion) bool { return string(s.ID) == id })
		if at < 0 {
			return Reply{}, errSettled(id)
		}
	}
	s := queue[at]
	who, err := c.proposer(ctx, s)
	if err != nil {
		return Reply{}, err
	}
	v := newView(c.Now, c.Request.Now)
	card := &Card{
		Title:  titleCase(string(s.Kind)) + ": " + v.suggestionTitle(s),
		Kicker: fmt.Sprintf("%d of %d in the queue · %s", at+1, len(queue), s.ID),
		Lead:   []Text{T("From " + actorWords(who) + ", ").When(v.recorded(s.Made)).Plain(".")},
	}
	if how := c.moved(ctx, s); how != "" {
		card.notice(Text{}.Tag("Careful:").Plain(" the message that this was made from has been " + how + " since."))
	}
	if r := c.Now.Record(s.About); s.Proposed() != nil && s.About.ID != "" && (r == nil || base(r) != s.Base) {
		card.notice(Text{}.Tag("Careful:").Plain(" it has been changed since this was suggested. What is below is how it would differ from what stands now."))
	}
	card.add(v.suggestionBody(s)...)
	id := []Value{{"id", string(s.ID)}}
	switch s.Kind {
	case briefings.Question:
		card.Actions = append(card.Actions, Action{"Answer", Invocation{"review answer", id}}, Action{"Make an alias", Invocation{"review alias", []Value{{"question", s.Note}}}}, Action{"Make an entry", Invocation{"review stub", []Value{{"question", s.Note}}}})
	case briefings.Outdated:
		card.Actions = append(card.Actions, Action{"Verify: it holds", Invocation{"review approve", c.seen(s, id)}}, Action{"Edit it", Invocation{"review edit", id}})
	default:
		card.Actions = append(card.Actions, Action{"Approve", Invocation{"review approve", c.seen(s, id)}}, Action{"Edit", Invocation{"review edit", id}})
	}
	card.Actions = append(card.Actions, Action{"Reject", Invocation{"review reject", id}})
	if len(queue) > 1 {
		next := queue[(at+1)%len(queue)]
		card.Actions = append(card.Actions, Action{"Next", Invocation{actionQueue, []Value{{"id", string(next.ID)}}}})
	}
	others := Section{Heading: "Also waiting"}
	for i, other := range queue {
		if i != at && len(others.Items) < 5 {
			others.Items = append(others.Items, Item{Label: string(other.Kind), Text: T(v.suggestionTitle(other)), Meta: T(string(other.ID))})
		}
	}
	card.add(others)
	return Reply{Card: card}, nil
}

func titleCase(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func errSettled(id string) error {
	return briefings.Errorf(briefings.ErrNotFound, "No suggestion %q waits for the desk: it may have been settled by somebody else.", clip(id))
}

// seen adds the version of what a suggestion is about that an editor sees with it.
func (c *Call) seen(s *briefings.Suggestion, args []Value) []Value {
	if r := c.Now.Record(s.About); r != nil {
		return append(slices.Clone(args), Value{argBase, strconv.FormatInt(base(r), 10)})
	}
	return args
}

// waiting finds the suggestion that an argument names.
func (c *Call) waiting() (*briefings.Suggestion, error) {
	if s := c.Now.Suggestion(briefings.SuggestionID(c.Arg("id"))); s != nil {
		return s, nil
	}
	return nil, errSettled(c.Arg("id"))
}

// settled is a suggestion as it is once it has been settled.
func settled(s *briefings.Suggestion, state briefings.SuggestionState, answer string) briefings.Edit {
	put := briefings.Copy(s)
	put.State, put.Answer = state, answer
	return briefings.Edit{Base: base(s), Put: put}
}

// settle makes a change with which a suggestion is settled, in one transaction, and
// tells whoever made it.
func (c *Call) settle(ctx context.Context, s *briefings.Suggestion, state briefings.SuggestionState, answer string, edits ...briefings.Edit) (Reply, error) {
	who, err := c.proposer(ctx, s)
	if err != nil {
		return Reply{}, err
	}
	revisions, err := c.commit(ctx, "suggestion "+string(s.ID)+" "+string(state), append(edits, settled(s, state, answer))...)
	if errors.Is(err, briefings.ErrConflict) {
		return Reply{}, briefings.Errorf(briefings.ErrConflict, "Somebody else has settled this, or changed what it is about, just now. Look at it again: %s", c.typed(actionQueue))
	}
	if err != nil {
		return Reply{}, err
	}
	reply := c.changed(revisions)
	c.copies(ctx, reply.Card, revisions)
	v := newView(c.Now.With(revisions), c.Request.Now)
	title := v.suggestionTitle(s)
	reply.Card.Title = titleCase(string(state)) + ": " + title
	reply.Card.Actions = append([]Action{{"Next in the queue", Invocation{actionQueue, nil}}}, reply.Card.Actions...)
	told := &Card{Title: "Your suggestion was " + string(state) + ": " + title, Kicker: v.Book.Name}
	if s.Kind == briefings.Question {
		told.Title = "The desk has answered: " + title
	}
	if answer != "" {
		told.Lead = append(told.Lead, T(answer))
	}
	if state == briefings.Approved {
		told.add(c.revisionDiffs(revisions)...)
	}
	if words := c.tell(ctx, who, told); words != "" {
		reply.Card.Lead = append(reply.Card.Lead, T(words))
	}
	return reply, nil
}

// revisionDiffs lists what was changed in the book itself.
func (c *Call) revisionDiffs(revisions []briefings.Revision) []Section {
	var list []Section
	for _, rev := range revisions {
		if rev.Ref.Kind == briefings.EntryRecord || rev.Ref.Kind == briefings.ReportRecord {
			list = append(list, c.revisionDiff(rev))
		}
	}
	return list
}

func reviewApprove(ctx context.Context, c *Call) (Reply, error) {
	s, err := c.waiting()
	if err != nil {
		return Reply{}, err
	}
	switch {
	case s.Kind == briefings.Question:
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "A question is answered: %s", c.typed("review answer "+string(s.ID)))
	case s.Kind == briefings.Outdated:
		if r := c.Now.Record(s.About); r != nil {
			if err := c.unseen(base(r)); err != nil {
				return Reply{}, err
			}
		}
		return c.approveAsItIs(ctx, s)
	}
	if r := c.Now.Record(s.About); r != nil {
		if err := c.unseen(base(r)); err != nil {
			return Reply{}, err
		}
	}
	c.newSources = append(c.newSources, s.Sources...)
	put, err := c.proposed(ctx, s)
	if err != nil {
		return Reply{}, err
	}
	return c.approve(ctx, s, put)
}

// approveAsItIs says that what somebody doubted was checked, and holds.
func (c *Call) approveAsItIs(ctx context.Context, s *briefings.Suggestion) (Reply, error) {
	r := c.Now.Record(s.About)
	if r == nil {
		return c.settle(ctx, s, briefings.Approved, "It is not in the book any more.")
	}
	window := c.Now.Book.Window(r)
	if window == 0 {
		return c.settle(ctx, s, briefings.Approved, "It was checked, and it holds.")
	}
	put := briefings.Copy(r)
	claim := briefings.ClaimOf(put)
	claim.VerifiedUntil, claim.VerifiedBy = c.Request.Now.Add(window).Truncate(time.Millisecond), verifier
	return c.settle(ctx, s, briefings.Approved, "It was checked, and it holds.", briefings.Edit{Base: base(r), Put: put})
}

// proposed is the record that a suggestion proposes, worked into what stands now: what
// was changed since stays, unless it is the same field.
func (c *Call) proposed(ctx context.Context, s *briefings.Suggestion) (briefings.Record, error) {
	want := s.Proposed()
	now := c.Now.Record(s.About)
	switch {
	case s.About.ID == "":
		return briefings.Copy(want), nil
	case now == nil:
		return nil, briefings.Errorf(briefings.ErrConflict, "What this would change is not in the book any more. Reject it, or bring that back first.")
	case base(now) == s.Base:
		return briefings.Copy(want), nil
	}
	from, err := c.version(ctx, s.About, s.Base)
	if err != nil {
		return nil, err
	}
	put := briefings.Copy(now)
	for i := range fields {
		f := &fields[i]
		was, wanted, stands := f.get(c.Now, from), f.get(c.Now, want), f.get(c.Now, now)
		switch {
		case wanted == was || wanted == stands:
		case stands != was:
			return nil, briefings.Errorf(briefings.ErrConflict, "The %s was changed since this was suggested. Now it says %q, and the suggestion %q. Use Edit to choose.", f.label, clip(stands), clip(wanted))
		default:
			if err := f.set(c, put, wanted); err != nil {
				return nil, err
			}
		}
	}
	return put, nil
}

// version is a record as it was in a version.
func (c *Call) version(ctx context.Context, ref briefings.Ref, number int64) (briefings.Record, error) {
	list, err := c.bot.library.Store().Revisions(ctx, c.Request.Book, briefings.RevisionQuery{Ref: ref})
	if err != nil {
		return nil, err
	}
	rev, ok := versionOf(list, number)
	if !ok || rev.After == nil {
		return nil, briefings.Errorf(briefings.ErrConflict, "The version that this was made from is not there any more.")
	}
	return rev.After, nil
}

// approve saves a record that was suggested.
func (c *Call) approve(ctx context.Context, s *briefings.Suggestion, put briefings.Record) (Reply, error) {
	edit := briefings.Edit{Put: edited(put)}
	if now := c.Now.Record(s.About); now != nil {
		edit.Base = base(now)
	} else if r, ok := put.(*briefings.Report); ok {
		r.ID = briefings.MintReportID(r)
		if r.Claim.Occurred.IsZero() && !r.Open() {
			return Reply{}, briefings.Errorf(briefings.ErrInvalid, "It does not say when it was. Use Edit, and say so.")
		}
	}
	edits := c.cited(put)
	if now := c.Now.Record(s.About); now != nil && len(briefings.Diff(now, put)) == 0 {
		return c.settle(ctx, s, briefings.Approved, "")
	}
	return c.settle(ctx, s, briefings.Approved, "", append(edits, edit)...)
}

// reviewEdit opens the form with what is suggested, worked into what stands now, and
// approves what it was filled with. What others change meanwhile stays, as when an
// entry is edited.
func reviewEdit(ctx context.Context, c *Call) (Reply, error) {
	s, err := c.waiting()
	if err != nil {
		return Reply{}, err
	}
	want, now := s.Proposed(), c.Now.Record(s.About)
	if now == nil && s.About.ID != "" || want == nil && now == nil {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "There is nothing to edit any more. Answer it, or reject it.")
	}
	c.newSources = append(c.newSources, s.Sources...) // the form knows them by their ids
	all := formFields(cmpRecord(want, now), s.About.ID == "")
	if !c.filled(all) {
		shown, err := c.workedIn(ctx, s)
		if err != nil {
			return Reply{}, err
		}
		return c.openForm("Edit what is suggested", shown, all)
	}
	if reply := c.goOn(all); reply != nil {
		return *reply, nil
	}
	if now != nil {
		put, clashes, err := c.merge(ctx, now, all)
		if err != nil {
			return Reply{}, err
		}
		if len(clashes) > 0 {
			return c.clash(ctx, now, all, clashes)
		}
		return c.approve(ctx, s, put)
	}
	put := briefings.Copy(want)
	for _, f := range all {
		if !c.Given(f.name) || tidy(c.Arg(f.name)) == tidy(f.get(c.Now, put)) {
			continue
		}
		if err := f.set(c, put, tidy(c.Arg(f.name))); err != nil {
			return Reply{}, err
		}
	}
	return c.approve(ctx, s, put)
}

// workedIn is what stands now, with all that a suggestion would change: also where
// others have changed the same since, which the editor sees in the form.
func (c *Call) workedIn(ctx context.Context, s *briefings.Suggestion) (briefings.Record, error) {
	want, now := s.Proposed(), c.Now.Record(s.About)
	if now == nil || want == nil {
		return cmpRecord(now, want), nil
	}
	from, err := c.version(ctx, s.About, s.Base)
	if err != nil {
		return nil, err
	}
	shown := briefings.Copy(now)
	for i := range fields {
		f := &fields[i]
		if wanted := f.get(c.Now, want); wanted != f.get(c.Now, from) {
			if err := f.set(c, shown, wanted); err != nil {
				return nil, err
			}
		}
	}
	briefings.SetVersion(shown, briefings.VersionOf(now)) // on which the form is opened
	return shown, nil
}

// reviewReject turns a suggestion down, with a word for whoever made it.
func reviewReject(ctx context.Context, c *Call) (Reply, error) {
	s, err := c.waiting()
	if err != nil {
		return Reply{}, err
	}
	if !c.Given("why") && !c.Request.NoForms {
		return Reply{Form: &Form{
			Title:  "Reject",
			Fields: []FormField{{Name: "why", Label: "Why, for whoever suggested it", Long: true, MaxRunes: MaxValueRunes}},
			Submit: Invocation{c.Command.Name, []Value{{"id", string(s.ID)}, {"why", ""}}},
		}}, nil
	}
	return c.settle(ctx, s, briefings.Rejected, tidy(c.Arg("why")))
}

// reviewAnswer answers a question.
func reviewAnswer(ctx context.Context, c *Call) (Reply, error) {
	s, err := c.waiting()
	if err != nil {
		return Reply{}, err
	}
	if c.Arg("text") == "" {
		if c.Request.NoForms {
			return Reply{}, briefings.Errorf(briefings.ErrInvalid, "Write the answer behind it: %s", c.typed(`review answer `+string(s.ID)+` text:"…"`))
		}
		return Reply{Form: &Form{
			Title:  "Answer",
			Fields: []FormField{{Name: "text", Label: "Your answer, for whoever asked", Long: true, Required: true, MaxRunes: 1000}},
			Submit: Invocation{c.Command.Name, []Value{{"id", string(s.ID)}, {"text", ""}}},
		}}, nil
	}
	return c.settle(ctx, s, briefings.Approved, tidy(c.Arg("text")))
}

// reviewStale lists what is stale or due, the longest first, each with a press that
// verifies it.
func reviewStale(_ context.Context, c *Call) (Reply, error) {
	v := newView(c.Now, c.Request.Now)
	due := v.due()
	card := &Card{Title: "To be checked", Kicker: v.Book.Name}
	if len(due) == 0 {
		card.Lead = []Text{T("Everything that goes out of date has been verified in time.")}
		return Reply{Card: card}, nil
	}
	from, to := c.turn(card, len(due))
	s := Section{Heading: count(len(due), "claim", "claims") + ", the longest waiting first"}
	for i, r := range due[from:to] {
		s.Items = append(s.Items, Item{Label: recordTitle(c.Now, r), Text: T(claimOf(r)), Meta: v.freshness(r).Join(" · ", T(r.Ref().ID))})
		if i < 4 {
			card.Actions = append(card.Actions, Action{"Verify " + clipTo(recordTitle(c.Now, r), 40), Invocation{"book verify", []Value{{"what", r.Ref().ID}, {argBase, strconv.FormatInt(base(r), 10)}}}})
		}
	}
	card.add(s)
	return Reply{Card: card}, nil
}

// due lists what is stale or due, the longest waiting first.
func (v view) due() []briefings.Record {
	var list []briefings.Record
	add := func(r briefings.Record) {
		if f, _ := v.Book.Freshness(r, v.now); f == briefings.Stale || f == briefings.Due {
			list = append(list, r)
		}
	}
	for _, r := range v.Timeline() {
		if (r.Kind == briefings.Position || r.Kind == briefings.Status) && v.current(r) {
			add(r)
		}
	}
	for _, p := range v.Pages(briefings.Person, briefings.Org) {
		add(p.Entry)
	}
	slices.SortStableFunc(list, func(a, b briefings.Record) int { return v.Book.StaleSince(a).Compare(v.Book.StaleSince(b)) })
	return list
}

// maxMisses bounds how many questions are looked through.
const maxMisses = 200

// reviewUnanswered lists what people asked and did not find, most asked first.
func reviewUnanswered(ctx context.Context, c *Call) (Reply, error) {
	misses, err := c.bot.library.Store().Misses(ctx, c.Request.Book, maxMisses)
	if err != nil {
		return Reply{}, err
	}
	misses = slices.DeleteFunc(misses, func(m briefings.Miss) bool { return c.Now.Resolve(m.Query).Page != nil }) // it has an answer now
	card := &Card{Title: "Asked and not found", Kicker: c.Now.Book.Name}
	if len(misses) == 0 {
		card.Lead = []Text{T("Everything that people asked for was found.")}
		return Reply{Card: card}, nil
	}
	v := newView(c.Now, c.Request.Now)
	from, to := c.turn(card, len(misses))
	s := Section{Heading: "Most asked first"}
	for i, m := range misses[from:to] {
		s.Items = append(s.Items, Item{Label: m.Query, Text: T(count(m.Count, "time", "times")), Meta: T("last ").When(v.recorded(m.Last))})
		if i < 3 {
			q := clipTo(m.Query, 25)
			card.Actions = append(card.Actions, Action{"Alias “" + q + "”", Invocation{"review alias", []Value{{"question", m.Query}}}}, Action{"Entry “" + q + "”", Invocation{"review stub", []Value{{"question", m.Query}}}})
		}
	}
	card.add(s)
	return Reply{Card: card}, nil
}

// clipTo cuts a text for a button.
func clipTo(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// reviewAlias makes what was asked and not found another name of an entry.
func reviewAlias(ctx context.Context, c *Call) (Reply, error) {
	question := tidy(c.Arg("question"))
	if c.Arg("entry") == "" {
		if c.Request.NoForms {
			return Reply{}, briefings.Errorf(briefings.ErrInvalid, "Say of which entry: %s", c.typed(`review alias "`+question+`" entry:"…"`))
		}
		near := ""
		if choices := c.Now.Resolve(question).Choices; len(choices) > 0 {
			near = choices[0].Entry.Name
		}
		return Reply{Form: &Form{
			Title:  "Make an alias",
			Fields: []FormField{{Name: "entry", Label: "“" + clipTo(question, 25) + "” is a name of", Value: near, Required: true, MaxRunes: lineRunes}, {Name: "alias", Label: "Written so", Value: question, Required: true, MaxRunes: lineRunes}},
			Submit: Invocation{c.Command.Name, []Value{{"question", question}, {"entry", ""}, {"alias", ""}}},
		}}, nil
	}
	p, err := c.entry(c.Arg("entry"))
	if err != nil {
		return Reply{}, err
	}
	put := briefings.Copy(p.Entry)
	alias := tidy(c.Arg("alias"))
	if alias == "" {
		alias = question
	}
	if !slices.Contains(put.Aliases, alias) {
		put.Aliases = append(put.Aliases, alias)
	}
	return c.answered(ctx, question, "It is another name of "+put.Name+".", briefings.Edit{Base: base(p.Entry), Put: put})
}

// reviewStub makes an entry of what was asked and not found, with a name and a line.
func reviewStub(ctx context.Context, c *Call) (Reply, error) {
	question := tidy(c.Arg("question"))
	if c.Arg("kind") == "" {
		if c.Request.NoForms {
			return Reply{}, briefings.Errorf(briefings.ErrInvalid, "Say what sort of thing it is: %s", c.typed(`review stub "`+question+`" kind:person`))
		}
		kind := FormField{Name: "kind", Label: "What sort of thing it is", Required: true}
		for _, k := range briefings.EntryKinds {
			kind.Choices = append(kind.Choices, Choice{string(k), kindNames[k]})
		}
		return Reply{Form: &Form{
			Title:  "Make an entry",
			Fields: []FormField{{Name: "name", Label: "Name", Value: question, Required: true, MaxRunes: lineRunes}, kind, {Name: "role", Label: "Role", Hint: "In one line", MaxRunes: lineRunes}},
			Submit: Invocation{c.Command.Name, []Value{{"question", question}, {"name", ""}, {"kind", ""}, {"role", ""}}},
		}}, nil
	}
	e := &briefings.Entry{Kind: briefings.EntryKind(c.Arg("kind")), Name: tidy(c.Arg("name")), Role: tidy(c.Arg("role"))}
	if e.Name == "" {
		e.Name = question
	}
	id, err := c.newSlug(ctx, e)
	if err != nil {
		return Reply{}, err
	}
	e.ID = id
	return c.answered(ctx, question, e.Name+" is in the book now.", briefings.Edit{Put: e})
}

// answered makes a change by which a question is answered: it settles what the desk
// was asked in these words, forgets that it was not found, and tells those who asked.
func (c *Call) answered(ctx context.Context, question, answer string, edit briefings.Edit) (Reply, error) {
	folded := names.Fold(question)
	edits := []briefings.Edit{edit}
	var asked []*briefings.Suggestion
	for _, s := range c.Now.Queue() {
		if s.Kind == briefings.Question && names.Fold(s.Note) == folded {
			asked = append(asked, s)
			edits = append(edits, settled(s, briefings.Approved, answer))
		}
	}
	revisions, err := c.commit(ctx, "asked: "+question, edits...)
	if err != nil {
		return Reply{}, err
	}
	if err := c.bot.library.Store().DropMiss(ctx, c.Request.Book, folded); err != nil {
		c.bot.log.WarnContext(ctx, "a question that has an answer is still listed", "err", err)
	}
	reply := c.changed(revisions)
	c.copies(ctx, reply.Card, revisions)
	for _, s := range asked {
		who, err := c.proposer(ctx, s)
		if err != nil {
			return reply, nil // it is done; who asked sees it when they ask again
		}
		card := &Card{Title: "The desk has answered: “" + clip(question) + "”", Kicker: c.Now.Book.Name, Lead: []Text{T(answer)}, Actions: []Action{{"Show it", Invocation{fallback, []Value{{"topic", edit.Ref().ID}}}}}}
		if words := c.tell(ctx, who, card); words != "" {
			reply.Card.Lead = append(reply.Card.Lead, T(words))
		}
	}
	return reply, nil
}
