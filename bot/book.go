package bot

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// bookReport runs the commands that add a report in one line.
func bookReport(kind briefings.ReportKind) func(context.Context, *Call) (Reply, error) {
	return func(ctx context.Context, c *Call) (Reply, error) {
		r := &briefings.Report{Kind: kind}
		for i := range fields {
			f := &fields[i]
			if name := c.argOf(f, kind); c.Given(name) {
				if err := f.set(c, r, tidy(c.Arg(name))); err != nil {
					return Reply{}, err
				}
			}
		}
		return c.addReport(ctx, r)
	}
}

// subjectArgs are what the subject of a report is called, by its kind.
var subjectArgs = map[briefings.ReportKind]string{briefings.Status: "track", briefings.Position: "party", briefings.Statement: "speaker"}

// argOf is the argument that holds a field of a new report.
func (c *Call) argOf(f *field, kind briefings.ReportKind) string {
	if f.name == "subject" {
		return subjectArgs[kind]
	}
	return f.name
}

// tidy is a value as the book keeps it: without the spaces around it, and with one
// sort of line breaks.
func tidy(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
}

// addReport adds a report that is new. It says when it was and where it can be read,
// or that it can be read nowhere: nobody is to find out later that it was forgotten.
func (c *Call) addReport(ctx context.Context, r *briefings.Report) (Reply, error) {
	noticed := c.complete(r)
	if reply := c.undated(r); reply != nil {
		return *reply, nil
	}
	if c.toCome(r) && !r.Open() && r.State != briefings.Cancelled {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "%s is still to come, and this would say that it is so already. Correct the date, or add an event with state:expected.", FormatMoment(r.Claim.Occurred, c.zone()))
	}
	if !c.Given("source") || c.Arg("source") == "" {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "Say where it can be read: add source:https://… or the name of a source. If nobody has published it, write source:%s.", noSource)
	}
	r.ID = briefings.MintReportID(r)
	if c.Now.Report(r.ID) != nil {
		return Reply{}, briefings.Errorf(briefings.ErrConflict, "The book has that report already: %s.", r.ID)
	}
	reply, err := c.apply(ctx, "", append(c.cited(r), briefings.Edit{Put: r})...)
	if err == nil {
		reply.Card.notice(noticed)
	}
	return reply, err
}

// complete adds to a new report what follows from the rest: whom it concerns, where
// its text names them, and that what is still to come is expected. It says so.
func (c *Call) complete(r *briefings.Report) Text {
	if r.Kind == briefings.Event && r.State == "" && c.toCome(r) {
		r.State = briefings.Expected
	}
	if len(r.About) > 0 {
		return nil
	}
	var found []string
	for _, p := range c.Now.NamedIn(r.Text) {
		if id := p.Entry.ID; id != r.Subject && id != r.Issue && id != r.Place {
			r.About = append(r.About, id)
			found = append(found, p.Entry.Name)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return T("It concerns ").Strong(joinNames(found)).Plain(", as its text names them.")
}

// toCome reports whether a report is dated after now, by the editor's own calendar.
func (c *Call) toCome(r *briefings.Report) bool {
	return !r.Claim.Occurred.IsZero() && r.Claim.Occurred.Start(c.zone()).After(c.Request.Now)
}

// undated is the answer where a report does not say when: the same once more with a
// day, at a press.
func (c *Call) undated(r *briefings.Report) *Reply {
	if !r.Claim.Occurred.IsZero() || r.Open() || r.State == briefings.Cancelled {
		return nil
	}
	again := func(day string) Invocation { return c.Invocation().With("date", day) }
	today := briefings.At(c.Request.Now.In(c.zone()), briefings.Day)
	yesterday := briefings.At(c.Request.Now.In(c.zone()).AddDate(0, 0, -1), briefings.Day)
	return &Reply{Outcome: Refused, Card: &Card{
		Title: "When was that?",
		Lead: []Text{
			T("A report says when it was, as exactly as is known: add date:today, date:\"yesterday 18:00\", date:\"2 Dec\" or date:\"December 2025\". Nothing was changed."),
		},
		Actions: []Action{
			{"It was today, " + FormatMoment(today, c.zone()), again(today.String())},
			{"It was yesterday, " + FormatMoment(yesterday, c.zone()), again(yesterday.String())},
		},
	}}
}

// record finds the entry or report that an argument names.
func (c *Call) record(arg string) (briefings.Record, error) {
	name := c.Arg(arg)
	if c.Whole(argBase, 0) > 0 { // one of our own forms or buttons: it is that one, or none
		for _, kind := range []briefings.RecordKind{briefings.ReportRecord, briefings.EntryRecord} {
			if r := c.Now.Record(briefings.Ref{Kind: kind, ID: name}); r != nil {
				return r, nil
			}
		}
		return nil, briefings.Errorf(briefings.ErrConflict, "%q has been taken out of the book, or become part of another entry, since you looked at it.", clip(name))
	}
	if r := c.Now.Report(briefings.ReportID(strings.ToLower(name))); r != nil {
		return r, nil
	}
	p, err := c.entry(name)
	if err != nil {
		return nil, err
	}
	return p.Entry, nil
}

// bookSet changes one field.
func bookSet(ctx context.Context, c *Call) (Reply, error) {
	r, err := c.record("what")
	if err != nil {
		return Reply{}, err
	}
	put := briefings.Copy(r)
	value := tidy(c.Arg("value"))
	if value == "-" { // where nothing cannot be typed
		value = ""
	}
	if err := fieldNamed(c.Arg("field")).set(c, put, value); err != nil {
		return Reply{}, err
	}
	return c.put(ctx, r, put, c.Arg("why"))
}

// put saves a record that was made from another version, if it differs.
func (c *Call) put(ctx context.Context, from, put briefings.Record, why string) (Reply, error) {
	if len(briefings.Diff(from, put)) == 0 {
		return c.unchanged(ctx, from)
	}
	return c.apply(ctx, why, append(c.cited(put), briefings.Edit{Base: base(from), Put: edited(put)})...)
}

// unchanged says that a record is already as it should be. Where that is so since another
// process, which the same event has come to, has made it so, that one answers.
func (c *Call) unchanged(ctx context.Context, r briefings.Record) (Reply, error) {
	if d := c.deed(); d.Event != "" {
		first, err := c.bot.library.Store().Claim(ctx, c.Request.Book, d.Actor.Platform, briefings.DeedEvent+d.Event, d.At)
		if err != nil {
			return Reply{}, err
		}
		if !first {
			return Reply{}, briefings.Errorf(briefings.ErrRepeated, "That was done already.")
		}
	}
	return Reply{Card: &Card{Title: "Nothing is different", Lead: []Text{T("It says that already: " + recordTitle(c.Now, r) + ".")}}}, nil
}

func bookAlias(ctx context.Context, c *Call) (Reply, error) {
	p, err := c.entry(c.Arg("entry"))
	if err != nil {
		return Reply{}, err
	}
	put := briefings.Copy(p.Entry)
	alias := tidy(c.Arg("alias"))
	if slices.Contains(put.Aliases, alias) || put.Name == alias {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "%s is called that already.", put.Name)
	}
	put.Aliases = append(put.Aliases, alias)
	reply, err := c.apply(ctx, "", briefings.Edit{Base: base(p.Entry), Put: put})
	if err == nil {
		if other := c.Now.Resolve(alias).Page; other != nil && other.Entry.ID != put.ID {
			reply.Card.notice(T("Until now “" + clip(alias) + "” meant ").Strong(other.Entry.Name).Plain("."))
		}
	}
	return reply, err
}

func bookLink(ctx context.Context, c *Call) (Reply, error) {
	p, err := c.entry(c.Arg("entry"))
	if err != nil {
		return Reply{}, err
	}
	put := briefings.Copy(p.Entry)
	link := briefings.Link{Title: tidy(c.Arg("title")), URL: tidy(c.Arg("url"))}
	if link.Title == "" {
		link.Title = link.URL
		if u, err := url.Parse(link.URL); err == nil && u.Hostname() != "" {
			link.Title = u.Hostname()
		}
	}
	i := slices.IndexFunc(put.Links, func(l briefings.Link) bool { return l.URL == link.URL })
	if i >= 0 {
		put.Links[i] = link
	} else {
		put.Links = append(put.Links, link)
	}
	return c.put(ctx, p.Entry, put, "")
}

// bookSource makes a source, or changes what is said of one.
func bookSource(ctx context.Context, c *Call) (Reply, error) {
	id, err := c.source(tidy(c.Arg("source")))
	if err != nil {
		return Reply{}, err
	}
	var src *briefings.Source
	number := int64(0)
	if have := c.Now.Source(id); have != nil {
		src, number = briefings.Copy(have), base(have)
	} else {
		src = c.newSources[0]
	}
	if name := tidy(c.Arg("name")); name != "" {
		src.Name = name
	}
	if c.Given("archive") {
		src.Archive = tidy(c.Arg("archive"))
	}
	if c.Given("derives_from") {
		c.newSources = nil
		from, err := c.source(tidy(c.Arg("derives_from")))
		if err != nil {
			return Reply{}, err
		}
		src.DerivesFrom = from
	} else {
		c.newSources = nil
	}
	if published := c.Date("published"); !published.IsZero() {
		src.Published = published
	}
	var edits []briefings.Edit
	for _, origin := range c.newSources { // the one that it derives from
		edits = append(edits, briefings.Edit{Put: origin})
	}
	return c.apply(ctx, "", append(edits, briefings.Edit{Base: number, Put: src})...)
}

// bookVerify stamps a claim as checked: it holds for its window from now on.
func bookVerify(ctx context.Context, c *Call) (Reply, error) {
	r, err := c.record("what")
	if err != nil {
		return Reply{}, err
	}
	if e, ok := r.(*briefings.Entry); ok && c.Now.Book.Window(r) == 0 {
		if statuses := statusesOf(c.Now.Page(e.ID)); len(statuses) > 0 {
			r = statuses[0] // what is checked of a track is where it stands
		}
	}
	if err := c.unseen(base(r)); err != nil {
		return Reply{}, err
	}
	window := c.Now.Book.Window(r)
	if window == 0 {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "%s does not go out of date: there is nothing to verify.", recordTitle(c.Now, r))
	}
	put := briefings.Copy(r)
	claim := briefings.ClaimOf(put)
	claim.VerifiedUntil, claim.VerifiedBy = c.Request.Now.Add(window).Truncate(time.Millisecond), verifier
	if until := c.Date("until"); !until.IsZero() {
		claim.VerifiedUntil = until.End(c.zone())
		if !claim.VerifiedUntil.After(c.Request.Now) {
			return Reply{}, briefings.Errorf(briefings.ErrInvalid, "Until when it holds must be still to come.")
		}
	}
	reply, err := c.apply(ctx, "verified", briefings.Edit{Base: base(r), Put: put})
	if err == nil {
		reply.Card.Title = "Verified: " + recordTitle(c.Now, r)
	}
	return reply, err
}

// bookRetract takes a report or an entry out of the book. Its history stays.
func bookRetract(ctx context.Context, c *Call) (Reply, error) {
	r, err := c.record("what")
	if err != nil {
		return Reply{}, err
	}
	return c.apply(ctx, c.Arg("why"), briefings.Edit{Base: base(r), Delete: r.Ref()})
}

// bookMerge makes one entry of two: all that concerns the first concerns the second
// then, which is also called what the first was.
func bookMerge(ctx context.Context, c *Call) (Reply, error) {
	from, err := c.entry(c.Arg("from"))
	if err != nil {
		return Reply{}, err
	}
	into, err := c.entry(c.Arg("into"))
	if err != nil {
		return Reply{}, err
	}
	gone, stays := from.Entry, into.Entry
	if gone.ID == stays.ID {
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "Those are one entry already: %s.", stays.Name)
	}
	put := briefings.Copy(stays)
	for _, name := range append([]string{gone.Name}, gone.Aliases...) {
		if name != put.Name && !slices.Contains(put.Aliases, name) {
			put.Aliases = append(put.Aliases, name)
		}
	}
	for _, l := range gone.Links {
		if !slices.ContainsFunc(put.Links, func(have briefings.Link) bool { return have.URL == l.URL }) {
			put.Links = append(put.Links, l)
		}
	}
	if put.Affiliation == gone.ID {
		put.Affiliation = ""
	}
	edits := []briefings.Edit{{Base: base(stays), Put: put}}
	for _, r := range from.Reports {
		moved := briefings.Copy(r)
		for _, id := range []*briefings.EntryID{&moved.Subject, &moved.Issue, &moved.Place} {
			if *id == gone.ID {
				*id = stays.ID
			}
		}
		for i := range moved.About {
			if moved.About[i] == gone.ID {
				moved.About[i] = stays.ID
			}
		}
		moved.About = slices.DeleteFunc(moved.About, func(id briefings.EntryID) bool { return id == moved.Subject || id == moved.Issue || id == moved.Place })
		slices.Sort(moved.About)
		moved.About = slices.Compact(moved.About)
		edits = append(edits, briefings.Edit{Base: base(r), Put: moved})
	}
	for _, m := range c.Now.Members(gone.ID) {
		if m.Entry.ID == stays.ID {
			continue
		}
		member := briefings.Copy(m.Entry)
		member.Affiliation = stays.ID
		edits = append(edits, briefings.Edit{Base: base(m.Entry), Put: member})
	}
	edits = append(edits, briefings.Edit{Base: base(gone), Delete: gone.Ref()})
	reply, err := c.apply(ctx, "merged "+string(gone.ID)+" into "+string(stays.ID), edits...)
	if err == nil {
		reply.Card.Title = "Merged: " + gone.Name + " into " + stays.Name
	}
	return reply, err
}
