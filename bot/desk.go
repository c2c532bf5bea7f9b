package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// grantees are what a role may be given to beside accounts, as an admin writes them.
var grantees = []string{string(briefings.ToEveryone), string(briefings.ToDirect), string(briefings.ToGuests)}

// deskRoles lists who has which role, or gives a role in the workspace where it is
// asked.
func deskRoles(ctx context.Context, c *Call) (Reply, error) {
	if all := c.Arg("all"); all != "" && c.Arg("to") == "" { // a platform may let none be picked that is no account
		c.set("to", all)
	}
	if c.Arg("to") == "" && c.Arg("role") == "" {
		return c.listRoles(ctx)
	}
	if c.Arg("to") == "" || c.Arg("role") == "" {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "Say to whom, and which role: %s", c.typed("desk roles @desk editor"))
	}
	g, name, err := c.grant()
	if err != nil {
		return Reply{}, err
	}
	if c.Arg("role") != noRole {
		if g.Role, err = briefings.ParseRole(c.Arg("role")); err != nil {
			return Reply{}, err
		}
	}
	if err := g.Check(); err != nil {
		return Reply{}, err
	}
	undone, err := c.bot.limits.edit(c)
	if err != nil {
		return Reply{}, err
	}
	library := c.bot.library
	if err := library.Store().Grant(ctx, c.Request.Book, c.deed(), g); err != nil {
		undone()
		return Reply{}, err
	}
	c.did(Invocation{Command: c.Command.Name})
	c.refresh(ctx)
	reply, err := c.listRoles(ctx)
	if err == nil {
		said := T("From now on, ").Strong(name).Plain(" may do what the role ").Strong(g.Role.String()).Plain(" may.")
		if g.Role == briefings.NoRole {
			said = T("What ").Strong(name).Plain(" was given is taken away.")
		}
		reply.Card.notice(said)
	}
	return reply, err
}

// refresh shows what was committed. Where that cannot be read now, it holds all the
// same, and is shown within a second.
func (c *Call) refresh(ctx context.Context) {
	if err := c.bot.library.Refresh(ctx, c.Request.Book); err != nil {
		c.bot.log.WarnContext(ctx, "what was committed is not shown yet", "command", c.Command.Name, "err", err)
	}
}

// noRole takes away what was given.
const noRole = "none"

// grant reads to whom a role is to be given, and what people call them.
func (c *Call) grant() (g briefings.Grant, name string, err error) {
	g = briefings.Grant{Platform: c.Request.Actor.Platform, Workspace: c.Request.Actor.Workspace}
	to := strings.TrimSpace(c.Arg("to"))
	if i := slices.Index(grantees, strings.ToLower(to)); i >= 0 {
		g.To = briefings.Grantee(grantees[i])
		return g, grantees[i], nil
	}
	a, err := c.account(to)
	if err != nil {
		return g, "", err
	}
	g.To, g.ID = briefings.ToUser, a.ID
	if a.Group {
		g.To = briefings.ToGroup
	}
	return g, a.Name, nil
}

// account finds the person or group that a value names: as the platform knows it, or
// by the platform's id.
func (c *Call) account(value string) (AccountRef, error) {
	if a, ok := c.picked[value]; ok {
		return a, nil
	}
	kind, id, ok := strings.Cut(value, ":")
	if id = strings.TrimSpace(id); ok && id != "" && (kind == "user" || kind == "group") {
		return AccountRef{Group: kind == "group", ID: id, Name: id}, nil
	}
	return AccountRef{}, briefings.Errorf(briefings.ErrInvalid, "%q is nobody that the platform knows. Pick a person or a group where it offers them, or write user:ID or group:ID. For all there are %s.", clip(value), joinNames(grantees))
}

// listRoles says who may do what.
func (c *Call) listRoles(ctx context.Context) (Reply, error) {
	rights, err := c.bot.library.Rights(ctx, c.Request.Book)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{
		Title:  "Roles",
		Kicker: c.Now.Book.Name,
		Lead:   []Text{T("Everybody reads. Who runs the workspace is an admin: on Discord who may manage the server, on Slack its owners and admins. Each role may do what those below it may: reader, contributor, editor, admin.")},
	}
	s := Section{Heading: "Given"}
	for _, g := range rights.Grants {
		who := string(g.To)
		if g.ID != "" {
			who += " " + g.ID
		}
		s.Items = append(s.Items, Item{Label: g.Role.String(), Text: T(who), Meta: T(strings.TrimSuffix(string(g.Platform)+"/"+string(g.Workspace), "/"))})
	}
	card.add(s)
	if len(s.Items) == 0 {
		card.Lead = append(card.Lead, T("No role has been given yet."))
	}
	persons := Section{Heading: "One person"}
	for _, p := range rights.Persons {
		list := make([]string, len(p))
		for i, a := range p {
			list[i] = actorWords(a)
		}
		persons.Items = append(persons.Items, Item{Text: T(joinNames(list))})
	}
	card.add(persons)
	return Reply{Card: card}, nil
}

// deskLink takes note that an account here and one elsewhere are one person.
func deskLink(ctx context.Context, c *Call) (Reply, error) {
	a, err := c.account(strings.TrimSpace(c.Arg("account")))
	if err != nil {
		return Reply{}, err
	}
	if a.Group {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "A group is no person. Name somebody.")
	}
	here := briefings.Actor{Platform: c.Request.Actor.Platform, Workspace: c.Request.Actor.Workspace, User: briefings.UserID(a.ID)}
	store := c.bot.library.Store()
	var said Text
	if strings.EqualFold(c.Arg("same_as"), noRole) {
		err = store.Unlink(ctx, c.Request.Book, c.deed(), here)
		said = Text{}.Strong(a.Name).Plain(" is a person by themselves again.")
	} else {
		var there briefings.Actor
		if there, err = parseActor(c.Arg("same_as")); err != nil {
			return Reply{}, err
		}
		err = store.Link(ctx, c.Request.Book, c.deed(), here, there)
		said = Text{}.Strong(a.Name).Plain(" and " + actorWords(there) + " are one person: what one was given, the other has.")
	}
	if err != nil {
		return Reply{}, err
	}
	c.did(Invocation{Command: "desk roles"})
	c.refresh(ctx)
	reply, err := c.listRoles(ctx)
	if err == nil {
		reply.Card.notice(said)
	}
	return reply, err
}

// parseActor reads an account as histories write it: platform/workspace/user.
func parseActor(s string) (briefings.Actor, error) {
	parts := strings.Split(strings.TrimSpace(s), "/")
	if len(parts) != 3 || slices.Contains(parts, "") {
		return briefings.Actor{}, briefings.Errorf(briefings.ErrInvalid, "%q is no account. Write it as histories do: discord/SERVER/PERSON or slack/WORKSPACE/PERSON.", clip(s))
	}
	return briefings.Actor{Platform: briefings.Platform(parts[0]), Workspace: briefings.Workspace(parts[1]), User: briefings.UserID(parts[2])}, nil
}

// deskBind says which workspaces the book answers in, or ties the one where it is
// asked to another book.
func deskBind(ctx context.Context, c *Call) (Reply, error) {
	store := c.bot.library.Store()
	if to := briefings.BookID(tidy(c.Arg("book"))); to != "" {
		if err := c.mayBind(ctx, to); err != nil {
			return Reply{}, err
		}
		b := briefings.Binding{Platform: c.Request.Actor.Platform, Workspace: c.Request.Actor.Workspace, Book: to}
		if err := store.Bind(ctx, c.deed(), b); err != nil {
			return Reply{}, err
		}
		c.did(Invocation{})
		return Reply{Card: &Card{Title: "Bound to " + string(to), Lead: []Text{T("From now on this workspace is answered from the book " + string(to) + ". What the config file says of this workspace goes before that when briefbot starts.")}}}, nil
	}
	list, err := store.Bindings(ctx, c.Request.Book)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "Where this book answers", Kicker: string(c.Request.Book)}
	s := Section{Heading: "Bound to it"}
	for _, b := range list {
		s.Items = append(s.Items, Item{Label: string(b.Platform), Text: T(string(b.Workspace))})
	}
	card.add(s)
	if len(list) == 0 {
		card.Lead = []Text{T("No workspace is bound to it by name. It answers where nothing else is bound.")}
	}
	return Reply{Card: card}, nil
}

// mayBind returns an error unless the person is an admin of the other book, too.
func (c *Call) mayBind(ctx context.Context, to briefings.BookID) error {
	if c.Request.Actor.Workspace == "" {
		return briefings.Errorf(briefings.ErrInvalid, "Ask in the workspace that is to be bound.")
	}
	r := c.Request
	r.Book = to
	if !c.operator {
		r.Role = briefings.NoRole
		// Who runs this workspace does not run what other book they like.
		r.Standing.Owner, r.Standing.Groups = false, nil
	}
	role, err := c.bot.role(ctx, &r)
	if err != nil || role < briefings.Admin {
		return briefings.Errorf(briefings.ErrDenied, "Only an admin of the book %q can bind a workspace to it, and there may be no such book.", clip(string(to)))
	}
	return nil
}

// deskFreshness says how long claims hold, or changes that.
func deskFreshness(ctx context.Context, c *Call) (Reply, error) {
	b := c.Now.Book
	put := briefings.Copy(b)
	for _, w := range []struct {
		arg string
		to  *briefings.Hours
	}{{"status", &put.Windows.Status}, {"position", &put.Windows.Position}, {"role", &put.Windows.Role}} {
		if s := c.Arg(w.arg); s != "" {
			if err := w.to.UnmarshalText([]byte(s)); err != nil {
				return Reply{}, err
			}
		}
	}
	if len(briefings.Diff(b, put)) > 0 {
		return c.apply(ctx, "", briefings.Edit{Base: base(b), Put: put})
	}
	card := &Card{Title: "How long things hold", Kicker: b.Name, Lead: []Text{T("What nobody has verified for so long is shown as STALE.")}}
	for _, w := range []struct {
		what     string
		own, std briefings.Hours
	}{{"Status", b.Windows.Status, briefings.DefaultWindows.Status}, {"Position", b.Windows.Position, briefings.DefaultWindows.Position}, {"Role", b.Windows.Role, briefings.DefaultWindows.Role}} {
		h := w.own
		if h == 0 {
			h = w.std
		}
		card.field(w.what, T(h.String()))
	}
	return Reply{Card: card}, nil
}

// auditLines is how many rows of the audit are asked for at once.
const auditLines = 200

// deskAudit lists who did what, the newest first.
func deskAudit(ctx context.Context, c *Call) (Reply, error) {
	q := briefings.AuditQuery{Limit: auditLines}
	card := &Card{Title: "Audit", Kicker: c.Now.Book.Name}
	if c.Arg("what") != "" {
		ref, list, err := c.past(ctx, "what")
		if err != nil {
			return Reply{}, err
		}
		q.Refs = []briefings.Ref{ref}
		card.Title += ": " + recordTitle(c.Now, cmpRecord(list[0].After, list[0].Before))
		if p := c.Now.Page(briefings.EntryID(ref.ID)); p != nil && ref.Kind == briefings.EntryRecord {
			for _, r := range p.Reports {
				q.Refs = append(q.Refs, r.Ref())
			}
		}
	}
	if who := strings.TrimSpace(c.Arg("who")); who != "" {
		actors, err := c.auditActors(ctx, who)
		if err != nil {
			return Reply{}, err
		}
		q.Actors = actors
	}
	if day := c.Date("day"); !day.IsZero() {
		q.Since, q.Until = day.Start(c.zone()), day.End(c.zone())
		card.Kicker += " · " + FormatMoment(day, c.zone())
	}
	rows, err := c.bot.library.Store().Audit(ctx, c.Request.Book, q)
	if err != nil {
		return Reply{}, err
	}
	v := newView(c.Now, c.Request.Now)
	from, to := c.turn(card, len(rows))
	s := Section{Heading: "Newest first"}
	for _, r := range rows[from:to] {
		item := Item{Label: fmt.Sprintf("#%d %s", r.Number, r.Action), Text: T(actorWords(r.Actor)), Meta: Text{}.When(v.recorded(r.At)).Plain(" · " + r.Via)}
		switch {
		case r.Outcome == briefings.Denied:
			item.Text = Text{}.Tag("denied").Plain(" " + actorWords(r.Actor) + " " + r.Detail)
		case r.Detail != "":
			item.Text = item.Text.Plain(": " + r.Detail)
		case r.FirstSeq > 0:
			item.Text = item.Text.Plain(": revision " + seqs(r.FirstSeq, r.LastSeq))
		}
		s.Items = append(s.Items, item)
	}
	card.add(s)
	if len(rows) == 0 {
		card.Lead = []Text{T("Nobody has done anything of that.")}
	}
	if len(rows) == auditLines {
		card.notice(T(fmt.Sprintf("These are the last %d. Name an entry, somebody, or a day to see what is before.", auditLines)))
	}
	return Reply{Card: card}, nil
}

// auditActors are the accounts that an admin asks for.
func (c *Call) auditActors(ctx context.Context, who string) ([]briefings.Actor, error) {
	var a briefings.Actor
	if ref, err := c.account(who); err == nil {
		a = briefings.Actor{Platform: c.Request.Actor.Platform, Workspace: c.Request.Actor.Workspace, User: briefings.UserID(ref.ID)}
	} else if a, err = parseActor(who); err != nil {
		return nil, err
	}
	rights, err := c.bot.library.Rights(ctx, c.Request.Book)
	if err != nil {
		return nil, err
	}
	return rights.Same(a), nil
}

// statsDays is how far back the figures go.
const statsDays = 7

// deskStats says how the book is doing.
func deskStats(ctx context.Context, c *Call) (Reply, error) {
	store, since := c.bot.library.Store(), c.Request.Now.AddDate(0, 0, -statsDays)
	rows, err := store.Audit(ctx, c.Request.Book, briefings.AuditQuery{Since: since})
	if err != nil {
		return Reply{}, err
	}
	misses, err := store.Misses(ctx, c.Request.Book, maxMisses)
	if err != nil {
		return Reply{}, err
	}
	edits, denied, people := 0, 0, map[briefings.Actor]bool{}
	for _, r := range rows {
		switch {
		case r.Outcome == briefings.Denied:
			denied++
		case r.FirstSeq > 0:
			edits++
			people[r.Actor] = true
		}
	}
	v := newView(c.Now, c.Request.Now)
	stale, unsourcedReports := 0, 0
	for _, r := range v.due() {
		if f, _ := v.Book.Freshness(r, v.now); f == briefings.Stale {
			stale++
		}
	}
	for _, r := range v.Timeline() {
		if len(r.Claim.Sources) == 0 {
			unsourcedReports++
		}
	}
	entries, reports, sources := c.Now.Count()
	card := &Card{Title: "How the book is doing", Kicker: v.Book.Name}
	card.field("Holds", T(count(entries, "entry", "entries")+", "+count(reports, "report", "reports")+", "+count(sources, "source", "sources")))
	card.field(fmt.Sprintf("Changes in %d days", statsDays), T(count(edits, "change", "changes")+" by "+count(len(people), "account", "accounts")+", "+count(denied, "attempt", "attempts")+" refused"))
	card.field("Stale", T(count(stale, "claim", "claims")))
	card.field("Unsourced", T(count(unsourcedReports, "report", "reports")))
	card.field("In the queue", T(count(len(c.Now.Queue()), "suggestion", "suggestions")))
	card.field("Asked and not found", T(count(len(misses), "question", "questions")))
	card.Actions = []Action{{"Queue", Invocation{"review queue", nil}}, {"Stale", Invocation{"review stale", nil}}, {"Not found", Invocation{"review unanswered", nil}}}
	return Reply{Card: card}, nil
}

// everywhere are the account of whoever asks, and that of their direct messages; from
// there, where a platform has one person for all its workspaces, those of all. What is
// linked is not among them: an admin says that, and nobody erases others.
func (c *Call) everywhere(ctx context.Context) ([]briefings.Actor, error) {
	me := c.Request.Actor
	all := []briefings.Actor{me}
	known, err := c.bot.library.Store().Accounts(ctx, c.Request.Book, me.Platform, me.User)
	for _, a := range known {
		if a != me && (a.Workspace == "" || me.Workspace == "") {
			all = append(all, a)
		}
	}
	return all, err
}

// mydataExport says all that the book knows of the person who asks.
func mydataExport(ctx context.Context, c *Call) (Reply, error) {
	store := c.bot.library.Store()
	mine, err := c.everywhere(ctx)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{Title: "What this book knows of you", Kicker: c.Now.Book.Name}
	v := newView(c.Now, c.Request.Now)
	accounts := Section{Heading: "Your accounts"}
	for _, a := range mine {
		item := Item{Text: T(actorWords(a))}
		if seq, at, err := store.Looked(ctx, c.Request.Book, a); err == nil {
			item.Meta = T(fmt.Sprintf("last saw what is new up to revision %d, ", seq)).When(v.recorded(at))
		}
		accounts.Items = append(accounts.Items, item)
	}
	rights, err := c.bot.library.Rights(ctx, c.Request.Book)
	if err != nil {
		return Reply{}, err
	}
	given := Section{Heading: "Roles given to you by name"}
	for _, g := range rights.Grants {
		for _, a := range mine {
			if g.To == briefings.ToUser && g.Platform == a.Platform && g.ID == string(a.User) {
				given.Items = append(given.Items, Item{Label: g.Role.String(), Text: T(string(g.Platform) + "/" + string(g.Workspace))})
			}
		}
	}
	rows, err := store.Audit(ctx, c.Request.Book, briefings.AuditQuery{Actors: mine})
	if err != nil {
		return Reply{}, err
	}
	did := Section{Heading: "What you did, newest first"}
	from, to := c.turn(card, len(rows))
	for _, r := range rows[from:to] {
		did.Items = append(did.Items, Item{Label: fmt.Sprintf("#%d %s", r.Number, r.Action), Text: T(string(r.Outcome) + " " + r.Detail), Meta: Text{}.When(v.recorded(r.At)).Plain(" · " + r.Via)})
	}
	card.add(accounts, given, did)
	if len(rows) == 0 {
		card.Lead = append(card.Lead, T("You have changed nothing in it."))
	}
	card.Footer = T("Questions that were not found are counted without their askers. Buttons below answers hold your account for a week.")
	card.Actions = []Action{{"Erase me", Invocation{"mydata erase", nil}}}
	return Reply{Card: card}, nil
}

// mydataErase removes the person from the book, once they have said so twice.
func mydataErase(ctx context.Context, c *Call) (Reply, error) {
	if !c.Flag("confirm") {
		return Reply{Card: &Card{
			Title: "Erase you from this book?",
			Lead: []Text{
				T("Your accounts are taken out of the history, the audit and everything else that this book keeps: roles given to you by name are gone, and so is what you have seen. It cannot be undone."),
				T("What you wrote stays, as somebody's: it is part of the book. Accounts of yours on other platforms are erased there."),
			},
			Actions: []Action{{"Yes, erase me", Invocation{"mydata erase", []Value{{"confirm", "true"}}}}},
		}}, nil
	}
	mine, err := c.everywhere(ctx)
	if err != nil {
		return Reply{}, err
	}
	if err := c.bot.library.Store().Erase(ctx, c.Request.Book, c.deed(), mine); err != nil {
		return Reply{}, err
	}
	c.did(Invocation{})
	c.refresh(ctx)
	return Reply{Card: &Card{Title: "Erased", Lead: []Text{T("The book does not know you any more. When you ask or change something again, it begins anew.")}}}, nil
}

// explain names what the book knows of the names in a text, and where each stands.
func explain(_ context.Context, c *Call) (Reply, error) {
	text := c.Arg(MessageText)
	pages := c.Now.NamedIn(text)
	v := newView(c.Now, c.Request.Now)
	card := &Card{Title: "Named in that message", Kicker: v.Book.Name}
	if len(pages) == 0 {
		card.Lead = []Text{T("It names nobody and nothing that the book knows.")}
		if text != "" {
			card.Actions = []Action{{"Search", Invocation{"find", []Value{{"text", clipTo(oneLine(text), 100)}}}}}
		}
		return Reply{Card: card}, nil
	}
	s := Section{Heading: "In the order of the text"}
	for _, p := range pages[:min(len(pages), maxExplained)] {
		says := p.Entry.WhyNow
		if statuses := statusesOf(p); len(statuses) > 0 {
			says = statuses[0].Text
		}
		if says == "" {
			says = p.Entry.Summary
		}
		s.Items = append(s.Items, Item{Label: p.Entry.Name, Text: T(v.kicker(p.Entry)), Meta: T(says)})
		if len(card.Actions) < 5 {
			card.Actions = append(card.Actions, Action{p.Entry.Name, Invocation{fallback, []Value{{"topic", string(p.Entry.ID)}}}})
		}
	}
	card.add(s)
	v.sign(card)
	return Reply{Card: card}, nil
}

// maxExplained bounds how many names one answer explains.
const maxExplained = 20

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// draft opens a report that is made from a message: with its text, its address, the
// time when it was posted, and the names in it. An editor adds it; what a contributor
// makes goes into the queue.
func draft(ctx context.Context, c *Call) (Reply, error) {
	kind := briefings.ReportKind(c.Arg("kind"))
	text := tidy(c.Arg(MessageText))
	if c.Given(argOpen) || !c.Given(argPart) && !c.Given("kind") {
		return c.openDraft(text)
	}
	r := &briefings.Report{Kind: kind, Text: text}
	if err := fieldNamed("about").set(c, r, tidy(c.Arg("about"))); err != nil {
		return Reply{}, err
	}
	if err := c.setMoment(&r.Claim.Occurred, tidy(c.Arg(MessagePosted))); err != nil {
		return Reply{}, err
	}
	ids, err := c.sources(tidy(c.Arg(MessageLink)))
	if err != nil {
		return Reply{}, err
	}
	r.Claim.Sources = ids
	c.complete(r) // as its text names them, where nobody said whom it concerns
	c.place(r)
	if c.Request.Role >= briefings.Editor {
		return c.addReport(ctx, r)
	}
	s := &briefings.Suggestion{Kind: briefings.Draft, Report: r}
	if channel, message, ok := strings.Cut(c.Arg(MessageID), "/"); ok && !c.Request.Standing.Direct {
		s.From = briefings.MessageRef{Platform: c.Request.Actor.Platform, Workspace: c.Request.Actor.Workspace, Channel: channel, Message: message}
	}
	return c.suggestion(ctx, s, "It is in the queue of the desk, and you are told what becomes of it.")
}

// openDraft opens the form of a draft, with what is known of its message.
func (c *Call) openDraft(text string) (Reply, error) {
	if c.Request.NoForms {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "No form can be opened here. Write it in one line: %s", c.typed(`book event "…" source:https://… date:today`))
	}
	var found []string
	kind := briefings.Event
	for _, p := range c.Now.NamedIn(text) {
		found = append(found, p.Entry.Name)
	}
	about := strings.Join(found, listMark+" ")
	if c.Given(argOpen) { // it was filled in before
		about, kind = c.Arg("about"), briefings.ReportKind(c.Arg("kind"))
	}
	date, posted := c.Arg(MessagePosted), c.Date(MessagePosted)
	if !posted.IsZero() && !c.Given(argOpen) {
		date = posted.Start(c.zone()).In(c.zone()).Format("2006-01-02 15:04")
	}
	submit := Invocation{c.Command.Name, []Value{{argPart, "1"}, {"kind", ""}, {MessageText, ""}, {MessagePosted, ""}, {MessageLink, ""}, {"about", ""}}}
	if id := c.Arg(MessageID); id != "" {
		submit.Args = append(submit.Args, Value{MessageID, id})
	}
	kinds := FormField{Name: "kind", Label: "What it is", Value: string(kind), Required: true, Choices: []Choice{
		{string(briefings.Event), "an event"}, {string(briefings.Status), "where a track stands"},
		{string(briefings.Statement), "what somebody said"}, {string(briefings.Position), "what a party wants"},
	}}
	return Reply{Form: &Form{Title: "Add to the book", Submit: submit, Fields: []FormField{
		kinds,
		{Name: MessageText, Label: "What it says, in a sentence or two", Value: clipTo(text, 1500), Required: true, Long: true, MaxRunes: 1500},
		{Name: MessagePosted, Label: "When it was", Hint: fieldNamed("date").hint, Value: date, Required: true, MaxRunes: 64},
		{Name: MessageLink, Label: "Where it can be read", Hint: fieldNamed("source").hint, Value: c.Arg(MessageLink), Required: true, MaxRunes: MaxValueRunes},
		{Name: "about", Label: "Whom and what it concerns, in order", Hint: "Names, parted by semicolons", Value: clipTo(about, MaxValueRunes), MaxRunes: MaxValueRunes},
	}}}, nil
}

// place gives what a draft concerns the places that its kind has for it: the first
// that can be its subject is, and of a position the next is the issue.
func (c *Call) place(r *briefings.Report) {
	take := func(kinds ...briefings.EntryKind) briefings.EntryID {
		i := slices.IndexFunc(r.About, func(id briefings.EntryID) bool {
			p := c.Now.Page(id)
			return p != nil && (len(kinds) == 0 || slices.Contains(kinds, p.Entry.Kind))
		})
		if i < 0 {
			return ""
		}
		id := r.About[i]
		r.About = slices.Delete(r.About, i, i+1)
		return id
	}
	switch r.Kind {
	case briefings.Status:
		r.Subject = take(briefings.Track, briefings.Document)
	case briefings.Statement:
		r.Subject = take(briefings.Person, briefings.Org)
	case briefings.Position:
		r.Subject = take(briefings.Person, briefings.Org)
		r.Issue = take()
	}
}
