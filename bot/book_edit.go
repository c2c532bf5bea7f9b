package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// The arguments that our own forms hold beside their inputs.
const (
	argBase = "form_base" // the version that the form was opened on
	argOpen = "form_open" // the part of the form that is to be opened
	argPart = "form_part" // the part that was filled in
	argSave = "form_save" // save what is there, though there are more parts
)

// The fields that forms show, those first that editors change most.
var (
	entryForm  = []string{"name", "role", "affiliation", "summary", "why_now", "aliases", "open", "attribution", "date", "source"}
	reportForm = map[briefings.ReportKind][]string{
		briefings.Event:     {"text", "date", "source", "about", "state", "place", "detail", "attribution", "confidence", "nature"},
		briefings.Status:    {"text", "date", "source", "trend", "why", "next", "next_update", "attribution", "confidence", "nature"},
		briefings.Position:  {"text", "date", "source", "issue", "drift", "about", "detail", "attribution", "confidence", "nature"},
		briefings.Statement: {"text", "date", "source", "about", "place", "detail", "attribution", "confidence", "nature"},
	}
	// newForm are the fields of a form for a report that is to be added, before them.
	newForm = map[briefings.ReportKind][]string{
		briefings.Status: {"subject"}, briefings.Position: {"subject", "issue"}, briefings.Statement: {"subject"},
	}
)

// formFields returns the fields of the form for a record, which is new or not.
func formFields(r briefings.Record, isNew bool) []*field {
	var list []string
	switch r := r.(type) {
	case *briefings.Entry:
		list = entryForm
	case *briefings.Report:
		list = reportForm[r.Kind]
		if isNew {
			list = append(slices.Clone(newForm[r.Kind]), list...)
		}
	}
	var out []*field
	for _, name := range list {
		if f := fieldNamed(name); !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// openForm answers with the form for a record: the part of it that the platform's
// form can hold. What other parts were filled with goes along.
func (c *Call) openForm(title string, r briefings.Record, all []*field) (Reply, error) {
	parts := c.parts(all)
	part := max(1, min(c.Whole(argOpen, 1), len(parts)))
	if c.Request.NoForms {
		return Reply{}, c.noForm(r)
	}
	if len(parts) > 1 {
		title = fmt.Sprintf("%s, %d of %d", title, part, len(parts))
	}
	form := &Form{Title: title, Submit: Invocation{Command: c.Command.Name}}
	shown := parts[part-1]
	isShown := func(name string) bool {
		return slices.ContainsFunc(shown, func(f *field) bool { return f.name == name })
	}
	for _, v := range c.args { // what it is about, and the other parts
		if v.Name != argOpen && v.Name != argPart && v.Name != argSave && !isShown(v.Name) {
			if v.Name == "what" { // by its id: a name may mean another when the form comes back
				v.Value = r.Ref().ID
			}
			form.Submit.Args = append(form.Submit.Args, v)
		}
	}
	if !c.Given(argBase) {
		form.Submit.Args = append(form.Submit.Args, Value{argBase, strconv.FormatInt(base(r), 10)})
	}
	form.Submit.Args = append(form.Submit.Args, Value{argPart, strconv.Itoa(part)})
	for _, f := range shown {
		value := f.get(c.Now, r)
		if c.Given(f.name) {
			value = c.Arg(f.name)
		}
		form.Submit.Args = append(form.Submit.Args, Value{f.name, ""})
		form.Fields = append(form.Fields, f.input(value))
	}
	return Reply{Form: form}, nil
}

// input is the field as an input of a form.
func (f *field) input(value string) FormField {
	in := FormField{Name: f.name, Label: f.label, Hint: f.hint, Value: value, Long: f.long, MaxRunes: f.most, Required: f.name == "name" || f.name == "text"}
	for _, choice := range f.choices {
		in.Choices = append(in.Choices, Choice{choice, choice})
	}
	return in
}

// parts divides fields into as many forms as the platform needs.
func (c *Call) parts(all []*field) [][]*field {
	if c.Request.Inputs <= 0 {
		return [][]*field{all}
	}
	return slices.Collect(slices.Chunk(all, c.Request.Inputs))
}

// noForm says how the same is typed where no form can be opened.
func (c *Call) noForm(r briefings.Record) error {
	id := "…"
	if base(r) > 0 {
		id = r.Ref().ID
		return briefings.Errorf(briefings.ErrInvalid, "No form can be opened here. Change one field at a time: %s", c.typed("book set "+id+" role \"…\""))
	}
	return briefings.Errorf(briefings.ErrInvalid, "No form can be opened here. Write it in one line: %s", c.typed(c.Command.Examples[0]))
}

// filled reports whether any of the fields was given: then a form was filled in, or the
// line has it all.
func (c *Call) filled(all []*field) bool {
	return !c.Given(argOpen) && slices.ContainsFunc(all, func(f *field) bool { return c.Given(f.name) })
}

// goOn is the answer to a form of which there are more parts; nil where it was the
// last, or is to be saved as it is.
func (c *Call) goOn(all []*field) *Reply {
	part, parts := c.Whole(argPart, 0), len(c.parts(all))
	if part == 0 || part >= parts || c.Flag(argSave) {
		return nil
	}
	c.settleDates()
	next := c.Invocation().without(argPart).With(argOpen, strconv.Itoa(part+1))
	save := c.Invocation().With(argSave, "true")
	return &Reply{Card: &Card{
		Title: fmt.Sprintf("Part %d of %d is kept", part, parts),
		Lead:  []Text{T("Nothing is saved yet. Go on to the other fields, or save it as it is.")},
		Actions: []Action{
			{"Go on", next},
			{"Save", save},
		},
	}}
}

// settleDates writes the dates that were filled in as what they mean now: "today" may be
// another day when the rest is sent.
func (c *Call) settleDates() {
	for i, v := range c.args {
		if v.Name == "date" || v.Name == "next_update" {
			if m, err := briefings.ParseWhen(v.Value, c.Request.Now, c.zone()); err == nil {
				c.args[i].Value = m.String()
			}
		}
	}
}

// reopened is the command that opens the form again which was filled in, with what it
// was filled with; it has no name where no form was. What somebody wrote is not lost
// because it cannot be used as it is.
func (c *Call) reopened() Invocation {
	if c.Command == nil || !c.Given(argPart) || c.Command.arg(argOpen) == nil {
		return Invocation{}
	}
	again := c.Invocation().without(argPart).without(argSave)
	again.Args = append(again.Args, Value{argOpen, c.Arg(argPart)})
	return again
}

// without returns the invocation without an argument. Unlike With it leaves the
// others that are empty.
func (i Invocation) without(name string) Invocation {
	return Invocation{i.Command, slices.DeleteFunc(slices.Clone(i.Args), func(v Value) bool { return v.Name == name })}
}

// bookEdit opens a form on an entry or a report, and saves what it was filled with.
func bookEdit(ctx context.Context, c *Call) (Reply, error) {
	r, err := c.record("what")
	if err != nil {
		return Reply{}, err
	}
	all := formFields(r, false)
	if !c.filled(all) {
		return c.openForm("Edit the "+kindWords(r), r, all)
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
	return c.put(ctx, r, put, "")
}

// clash is a field that two people have changed.
type clash struct {
	*field
	theirs, mine string
}

// merge puts the fields that a form changed into the record as it stands. What
// somebody else changed meanwhile stays; where both changed the same field, that is a
// clash, and nothing is to be saved.
func (c *Call) merge(ctx context.Context, r briefings.Record, all []*field) (put briefings.Record, clashes []clash, err error) {
	from, err := c.basis(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	put = briefings.Copy(r)
	for _, f := range all {
		if !c.Given(f.name) {
			continue
		}
		mine, was, now := tidy(c.Arg(f.name)), tidy(f.get(c.Now, from)), tidy(f.get(c.Now, r))
		switch {
		case mine == was || mine == now:
		case now != was:
			clashes = append(clashes, clash{f, now, mine})
		default:
			if err := f.set(c, put, mine); err != nil {
				return nil, nil, err
			}
		}
	}
	return put, clashes, nil
}

// basis is the version of a record on which the form was opened.
func (c *Call) basis(ctx context.Context, r briefings.Record) (briefings.Record, error) {
	number := int64(c.Whole(argBase, int(base(r))))
	if number == base(r) {
		return r, nil
	}
	list, err := c.bot.library.Store().Revisions(ctx, c.Request.Book, briefings.RevisionQuery{Ref: r.Ref()})
	if err != nil {
		return nil, err
	}
	rev, ok := versionOf(list, number)
	if !ok || rev.After == nil {
		return nil, briefings.Errorf(briefings.ErrConflict, "It was taken out of the book while your form was open, and is back now. Open the form again.")
	}
	return rev.After, nil
}

// clash shows what two people wrote in the same field, and keeps what the editor
// wrote: it can be saved over the other, or worked into it.
func (c *Call) clash(ctx context.Context, r briefings.Record, all []*field, clashes []clash) (Reply, error) {
	from, err := c.basis(ctx, r)
	if err != nil {
		return Reply{}, err
	}
	card := &Card{
		Title: "Somebody else changed this meanwhile",
		Lead: []Text{
			T("While your form was open, another change of " + recordTitle(c.Now, r) + " was saved. Nothing of yours is lost, and nothing was overwritten: both are below."),
		},
	}
	for _, x := range clashes {
		theirs, mine := x.theirs, x.mine
		if theirs == "" {
			theirs = "(nothing)"
		}
		if mine == "" {
			mine = "(nothing)"
		}
		card.add(Section{Heading: x.label, Items: []Item{{Label: "Theirs, saved", Text: T(theirs)}, {Label: "Yours", Text: T(mine)}}})
	}
	again := c.Invocation().without(argPart).without(argBase)
	for _, f := range all { // what the editor left as it was is not to undo what others made of it
		if c.Given(f.name) && tidy(c.Arg(f.name)) == tidy(f.get(c.Now, from)) {
			again = again.without(f.name)
		}
	}
	again.Args = append(again.Args, Value{argBase, strconv.FormatInt(base(r), 10)})
	card.Actions = []Action{
		{"Open the form again", Invocation{again.Command, append(slices.Clone(again.Args), Value{argOpen, "1"})}},
		{"Save mine over theirs", Invocation{again.Command, append(slices.Clone(again.Args), Value{argSave, "true"})}},
		{"History", Invocation{"book history", []Value{{"what", r.Ref().ID}}}},
	}
	return Reply{Card: card}, nil
}

// bookAdd opens a form for a new entry or report, and adds what it was filled with.
func bookAdd(ctx context.Context, c *Call) (Reply, error) {
	r := newRecord(c.Arg("kind"))
	all := formFields(r, true)
	direct := c.Arg("name") != "" && c.Request.NoForms
	if !direct && (!c.filled(all) || c.onlyName(all)) {
		return c.openForm("Add: "+kindWords(r), r, all)
	}
	if reply := c.goOn(all); reply != nil {
		return *reply, nil
	}
	for _, f := range all {
		if !c.Given(f.name) {
			continue
		}
		if err := f.set(c, r, tidy(c.Arg(f.name))); err != nil {
			return Reply{}, err
		}
	}
	if rep, ok := r.(*briefings.Report); ok {
		return c.addReport(ctx, rep)
	}
	return c.addEntry(ctx, r.(*briefings.Entry))
}

// onlyName reports whether a line named what is to be added and said no more: then
// the form asks for the rest.
func (c *Call) onlyName(all []*field) bool {
	if c.Given(argPart) || c.Request.NoForms {
		return false
	}
	for _, f := range all {
		if f.name != "name" && c.Given(f.name) {
			return false
		}
	}
	return true
}

// newRecord is an empty record of a kind of entry or report.
func newRecord(kind string) briefings.Record {
	if slices.Contains(briefings.ReportKinds, briefings.ReportKind(kind)) {
		return &briefings.Report{Kind: briefings.ReportKind(kind)}
	}
	return &briefings.Entry{Kind: briefings.EntryKind(kind)}
}

// addEntry adds an entry.
func (c *Call) addEntry(ctx context.Context, e *briefings.Entry) (Reply, error) {
	id, err := c.newSlug(ctx, e)
	if err != nil {
		return Reply{}, err
	}
	e.ID = id
	return c.apply(ctx, "", append(c.cited(e), briefings.Edit{Put: e})...)
}

// maxSlugStem leaves room for a number behind what a slug is made of.
const maxSlugStem = 56

// newSlug returns a slug for a new entry that no other has or has had. Where the book
// has one of that kind and name, it is an error: it may be the same.
func (c *Call) newSlug(ctx context.Context, e *briefings.Entry) (briefings.EntryID, error) {
	if p := c.Now.Resolve(e.Name).Page; p != nil && strings.EqualFold(p.Entry.Name, e.Name) && p.Entry.Kind == e.Kind {
		return "", briefings.Errorf(briefings.ErrConflict, "The book has %s already: %s. Change that one with %s, or give this one another name.", e.Name, p.Entry.ID, c.typed("book edit "+string(p.Entry.ID)))
	}
	stem := briefings.MintSlug(e.Name)
	if stem == "" {
		stem = string(e.Kind)
	}
	stem = strings.TrimRight(stem[:min(len(stem), maxSlugStem)], "-")
	for n := 1; ; n++ {
		id := stem
		if n > 1 {
			id += "-" + strconv.Itoa(n)
		}
		ref := briefings.Ref{Kind: briefings.EntryRecord, ID: id}
		list, err := c.bot.library.Store().Revisions(ctx, c.Request.Book, briefings.RevisionQuery{Ref: ref, Limit: 1})
		if err != nil {
			return "", err
		}
		if len(list) == 0 {
			return briefings.EntryID(id), nil
		}
	}
}
