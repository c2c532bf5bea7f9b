package bot

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// undoFor is for how long what somebody changed can be taken back with one press.
const undoFor = 10 * time.Minute

// verifier is who verified a claim, as the book says it to readers. Who it was is in
// the history, from which people can be erased.
const verifier = "the desk"

// apply makes a change, and answers with what it changed. Everything that the call
// asked for is in edits: they take effect together, or not at all.
func (c *Call) apply(ctx context.Context, why string, edits ...briefings.Edit) (Reply, error) {
	revisions, err := c.commit(ctx, why, edits...)
	if err != nil {
		return Reply{}, err
	}
	reply := c.changed(revisions)
	c.copies(ctx, reply.Card, revisions)
	return reply, nil
}

// commit makes a change. The error has a sentence for each thing that is wrong.
func (c *Call) commit(ctx context.Context, why string, edits ...briefings.Edit) ([]briefings.Revision, error) {
	d := c.deed()
	change := briefings.Change{Actor: d.Actor, Action: d.Action, Via: d.Via, Why: why, At: d.At, Event: d.Event, Edits: edits}
	if problems := briefings.CheckChange(c.Now, change); len(problems) > 0 {
		return nil, c.refuse(problems)
	}
	undone, err := c.bot.limits.edit(c)
	if err != nil {
		return nil, err
	}
	revisions, err := c.bot.library.Apply(ctx, c.Request.Book, change)
	if err != nil {
		undone() // what comes again, or is too late, is no edit
	}
	if err == nil && len(revisions) > 0 {
		c.bot.wake() // watchers are told, and posted copies corrected
		c.did(Invocation{"book show", []Value{{"change", seqs(revisions[0].Seq, revisions[len(revisions)-1].Seq)}}})
	}
	return revisions, err
}

// did takes note that the call has had an effect, and of what shows that again; of
// none where the invocation is empty.
func (c *Call) did(again Invocation) { c.acted, c.again = true, again }

// refuse says what is wrong with a change, in the words of whoever made it.
func (c *Call) refuse(problems []briefings.Problem) error {
	lines := make([]string, 0, len(problems))
	for _, p := range problems {
		line := p.Message
		if name := fieldWords(p.Field); name != "" {
			line = name + ": " + line
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return briefings.Errorf(briefings.ErrInvalid, "%s Nothing was changed.", strings.Join(lines, " "))
}

// fieldWords is what people call a field.
func fieldWords(field string) string {
	switch field {
	case "":
		return ""
	case "occurred":
		return "date"
	default:
		return strings.ReplaceAll(field, "_", " ")
	}
}

// changed is the card of what was changed: field by field, old and new, with the way
// back.
func (c *Call) changed(revisions []briefings.Revision) Reply {
	card := &Card{Title: "Changed", Kicker: c.Now.Book.Name}
	after := c.Now.With(revisions)
	for _, rev := range revisions {
		card.add(c.revisionDiff(rev))
	}
	if len(revisions) == 0 {
		card.Lead = []Text{T("Nothing is different.")}
		return Reply{Card: card}
	}
	first, last := revisions[0], revisions[len(revisions)-1]
	card.Title = changedTitle(after, revisions)
	card.Footer = T("Revision " + seqs(first.Seq, last.Seq) + ". Undo works for 10 minutes; later, revert.")
	card.Actions = append(card.Actions, Action{"Undo", Invocation{"book undo", []Value{{"change", seqs(first.Seq, last.Seq)}}}})
	card.Actions = append(card.Actions, Action{"History", Invocation{"book history", []Value{{"what", mainRef(revisions).ID}}}})
	if e, ok := after.Record(mainRef(revisions)).(*briefings.Entry); ok {
		card.Actions = append(card.Actions, Action{"Its page", Invocation{"brief", []Value{{"topic", string(e.ID)}}}})
	}
	return Reply{Card: card}
}

// seqs names a run of revisions of the book: "12" or "12-14".
func seqs(first, last int64) string {
	s := strconv.FormatInt(first, 10)
	if last > first {
		s += "-" + strconv.FormatInt(last, 10)
	}
	return s
}

// mainRef is what a change is about: the last entry or report that it changed.
func mainRef(revisions []briefings.Revision) briefings.Ref {
	for _, rev := range slices.Backward(revisions) {
		if rev.Ref.Kind == briefings.ReportRecord || rev.Ref.Kind == briefings.EntryRecord {
			return rev.Ref
		}
	}
	return revisions[len(revisions)-1].Ref
}

// changedTitle says in a few words what was done to what.
func changedTitle(after *briefings.Snapshot, revisions []briefings.Revision) string {
	ref := mainRef(revisions)
	i := slices.IndexFunc(revisions, func(v briefings.Revision) bool { return v.Ref == ref })
	rev := revisions[i]
	did := "Changed: "
	switch {
	case rev.After == nil:
		did = "Taken out: "
	case rev.Before == nil:
		did = "Added: "
	}
	return did + recordTitle(after, cmpRecord(rev.After, rev.Before))
}

// cmpRecord returns the first record that is there.
func cmpRecord(records ...briefings.Record) briefings.Record {
	for _, r := range records {
		if r != nil {
			return r
		}
	}
	return nil
}

// recordTitle is what a record is called in a title: an entry by its name, a report by
// its kind and what it is about.
func recordTitle(s *briefings.Snapshot, r briefings.Record) string {
	switch r := r.(type) {
	case *briefings.Report:
		about := r.Subject
		if about == "" && len(r.About) > 0 {
			about = r.About[0]
		}
		if about == "" {
			return string(r.Kind)
		}
		return string(r.Kind) + ", " + s.Name(about)
	case *briefings.Suggestion:
		return "suggestion " + string(r.ID)
	default:
		return briefings.Headline(r)
	}
}

// revisionDiff lists what a revision changed.
func (c *Call) revisionDiff(rev briefings.Revision) Section {
	r := cmpRecord(rev.After, rev.Before)
	heading := string(rev.Ref.Kind)
	if kind := kindWords(r); kind != "" {
		heading = kind
	}
	return diffSection(heading+" "+rev.Ref.ID, briefings.Diff(rev.Before, rev.After))
}

// kindWords is what people call the sort of a record.
func kindWords(r briefings.Record) string {
	switch r := r.(type) {
	case *briefings.Entry:
		return kindNames[r.Kind]
	case *briefings.Report:
		return string(r.Kind)
	case *briefings.Source:
		return "source"
	case *briefings.Suggestion:
		return "suggestion"
	default:
		return "book"
	}
}

// unsaid are the fields whose change goes without saying.
var unsaid = []string{"recorded", "slug", "id"}

// diffSection lists fields, old and new.
func diffSection(heading string, fields []briefings.FieldChange) Section {
	s := Section{Heading: heading}
	for _, f := range fields {
		if slices.Contains(unsaid, f.Field) {
			continue
		}
		var t Text
		switch {
		case f.Old == "":
			t = T(f.New)
		case f.New == "":
			t = Text{}.Tag("was").Plain(" " + f.Old)
		default:
			t = T(f.Old).Plain(" → ").Strong(f.New)
		}
		s.Items = append(s.Items, Item{Label: strings.ReplaceAll(f.Field, "_", " "), Text: t})
	}
	return s
}

// base is the version from which an edit of a record of the snapshot is made.
func base(r briefings.Record) int64 { return briefings.VersionOf(r).Number }

// edited clears what editing clears: a check holds for what was checked.
func edited(r briefings.Record) briefings.Record {
	if claim := briefings.ClaimOf(r); claim != nil {
		claim.VerifiedUntil, claim.VerifiedBy = time.Time{}, ""
	}
	return r
}

// accounts are those of the person who asks.
func (c *Call) accounts(ctx context.Context) []briefings.Actor {
	rights, err := c.bot.library.Rights(ctx, c.Request.Book)
	if err != nil {
		return []briefings.Actor{c.Request.Actor}
	}
	return rights.Same(c.Request.Actor)
}
