package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// past finds the record that an argument names, also one that was taken out, a source
// or the book's settings, with all its revisions, the newest first.
func (c *Call) past(ctx context.Context, arg string) (briefings.Ref, []briefings.Revision, error) {
	name := strings.TrimSpace(c.Arg(arg))
	id := strings.ToLower(name)
	// What is called exactly so goes first, also if it is not there any more: a name that
	// it had may mean another entry now.
	for _, kind := range []briefings.RecordKind{briefings.ReportRecord, briefings.EntryRecord, briefings.SourceRecord, briefings.BookRecord} {
		ref := briefings.Ref{Kind: kind, ID: id}
		if list, err := c.revisionsOf(ctx, ref); err != nil || len(list) > 0 {
			return ref, list, err
		}
	}
	r, err := c.record(arg)
	ref := briefings.Ref{Kind: briefings.EntryRecord, ID: briefings.MintSlug(name)}
	if err == nil {
		ref = r.Ref()
	}
	list, storeErr := c.revisionsOf(ctx, ref)
	if storeErr != nil || len(list) > 0 {
		return ref, list, storeErr
	}
	return ref, nil, err
}

// revisionsOf returns all revisions of a record, the newest first.
func (c *Call) revisionsOf(ctx context.Context, ref briefings.Ref) ([]briefings.Revision, error) {
	if briefings.CheckSlug(ref.ID) != nil {
		return nil, nil
	}
	return c.bot.library.Store().Revisions(ctx, c.Request.Book, briefings.RevisionQuery{Ref: ref, Newest: true})
}

// bookHistory lists the revisions of a record.
func bookHistory(ctx context.Context, c *Call) (Reply, error) {
	ref, list, err := c.past(ctx, "what")
	if err != nil {
		return Reply{}, err
	}
	v := newView(c.Now, c.Request.Now)
	card := &Card{Title: "History: " + recordTitle(c.Now, cmpRecord(list[0].After, list[0].Before)), Kicker: ref.ID}
	if list[0].After == nil {
		card.Notices = append(card.Notices, Text{}.Tag("Taken out").Plain(" of the book. Revert to a version to bring it back."))
	}
	from, to := c.turn(card, len(list))
	s := Section{Heading: "Newest first"}
	for _, rev := range list[from:to] {
		item := Item{Label: "Version " + strconv.FormatInt(rev.Number, 10), Text: summaryOf(rev), Meta: v.author(rev)}
		s.Items = append(s.Items, item)
	}
	card.add(s)
	if len(list) > 1 && list[1].After != nil {
		card.Actions = append(card.Actions, Action{"Last change", Invocation{"book diff", []Value{{"what", ref.ID}}}})
		card.Actions = append(card.Actions, Action{"Back to version " + strconv.FormatInt(list[1].Number, 10), Invocation{"book revert", []Value{{"what", ref.ID}, {"to", strconv.FormatInt(list[1].Number, 10)}, {argBase, strconv.FormatInt(list[0].Number, 10)}}}})
	}
	return Reply{Card: card}, nil
}

// summaryOf says in a line what a revision did.
func summaryOf(rev briefings.Revision) Text {
	switch {
	case rev.After == nil:
		return T("Taken out.")
	case rev.Before == nil:
		return T("Added: " + briefings.Headline(rev.After))
	}
	var t Text
	for _, f := range briefings.Diff(rev.Before, rev.After) {
		old, now := f.Old, f.New
		if old == "" {
			old = "nothing"
		}
		if now == "" {
			now = "nothing"
		}
		t = t.Join("; ", T(strings.ReplaceAll(f.Field, "_", " ")+": "+clip(old)+" → ").Strong(clip(now)))
	}
	return t
}

// author says who made a revision, from where, when and why.
func (v view) author(rev briefings.Revision) Text {
	t := Text{}.When(v.recorded(rev.At)).Plain(" · " + actorWords(rev.Actor))
	if rev.Via != "" {
		t = t.Plain(" · by " + rev.Via)
	}
	if rev.Why != "" {
		t = t.Plain(" · why: " + rev.Why)
	}
	return t
}

// actorWords names an account by its platform's own id. Its display name can change,
// and be anybody's.
func actorWords(a briefings.Actor) string { return a.String() }

// bookDiff shows, field by field, what differs between two versions.
func bookDiff(ctx context.Context, c *Call) (Reply, error) {
	ref, list, err := c.past(ctx, "what")
	if err != nil {
		return Reply{}, err
	}
	to := int64(c.Whole("to", int(list[0].Number)))
	from := int64(c.Whole("from", int(to-1)))
	older, ok := versionOf(list, from)
	newer, also := versionOf(list, to)
	if !ok && from != 0 || !also {
		return Reply{}, briefings.Errorf(briefings.ErrNotFound, "It has the versions 1 to %d.", list[0].Number)
	}
	card := &Card{
		Title:  fmt.Sprintf("Version %d → %d: %s", from, to, recordTitle(c.Now, cmpRecord(newer.After, older.After, newer.Before))),
		Kicker: ref.ID,
	}
	changes := briefings.Diff(older.After, newer.After)
	if newer.After == nil {
		card.Lead = append(card.Lead, T("Version "+strconv.FormatInt(to, 10)+" took it out of the book."))
	}
	if len(changes) == 0 {
		card.Lead = append(card.Lead, T("They do not differ."))
	}
	card.add(diffSection("What differs", changes))
	card.Footer = newView(c.Now, c.Request.Now).author(newer)
	card.Actions = []Action{{"History", Invocation{"book history", []Value{{"what", ref.ID}}}}}
	if older.After != nil {
		card.Actions = append(card.Actions, Action{"Back to version " + strconv.FormatInt(from, 10), Invocation{"book revert", []Value{{"what", ref.ID}, {"to", strconv.FormatInt(from, 10)}, {argBase, strconv.FormatInt(list[0].Number, 10)}}}})
	}
	return Reply{Card: card}, nil
}

// versionOf returns a version of a record.
func versionOf(list []briefings.Revision, number int64) (briefings.Revision, bool) {
	i := slices.IndexFunc(list, func(v briefings.Revision) bool { return v.Number == number })
	if i < 0 {
		return briefings.Revision{}, false
	}
	return list[i], true
}

// bookRevert makes a record again what it was: a new revision, as every change.
func bookRevert(ctx context.Context, c *Call) (Reply, error) {
	ref, list, err := c.past(ctx, "what")
	if err != nil {
		return Reply{}, err
	}
	was, ok := versionOf(list, int64(c.Whole("to", 0)))
	if !ok {
		return Reply{}, briefings.Errorf(briefings.ErrNotFound, "It has the versions 1 to %d. %s shows them.", list[0].Number, c.typed("book history "+ref.ID))
	}
	now := list[0]
	if err := c.unseen(now.Number); err != nil {
		return Reply{}, err
	}
	switch {
	case was.After == nil:
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "In version %d it was not in the book. To take it out, retract it.", was.Number)
	case len(briefings.Diff(now.After, was.After)) == 0:
		return Reply{}, briefings.Errorf(briefings.ErrInvalid, "It is as it was in version %d.", was.Number)
	}
	why := "back to version " + strconv.FormatInt(was.Number, 10)
	if c.Arg("why") != "" {
		why += ": " + c.Arg("why")
	}
	return c.apply(ctx, why, briefings.Edit{Base: now.Number, Put: briefings.Copy(was.After)})
}

// unseen returns ErrConflict where a button was made for another version than the
// record has now: whoever presses it has not seen what they would change.
func (c *Call) unseen(number int64) error {
	if seen := int64(c.Whole(argBase, int(number))); seen != number {
		return briefings.Errorf(briefings.ErrConflict, "It has been changed since you looked at it: it was at version %d, and is at %d. Look at it again.", seen, number)
	}
	return nil
}

// bookUndo takes back what the person changed last, or a change that is named, within
// ten minutes of it.
func bookUndo(ctx context.Context, c *Call) (Reply, error) {
	revisions, err := c.undoable(ctx)
	if err != nil {
		return Reply{}, err
	}
	var edits []briefings.Edit
	for _, rev := range slices.Backward(revisions) {
		e := briefings.Edit{Base: c.stands(rev), Delete: rev.Ref}
		if rev.Before != nil {
			e.Delete, e.Put = briefings.Ref{}, briefings.Copy(rev.Before)
		}
		if e.Put == nil && e.Delete.Kind == briefings.SourceRecord && c.citedBeside(briefings.SourceID(e.Delete.ID), revisions) {
			continue // others rest on it by now
		}
		edits = append(edits, e)
	}
	// What is deleted goes last, so that nothing names it any more.
	slices.SortStableFunc(edits, func(a, b briefings.Edit) int {
		order := func(e briefings.Edit) int {
			if e.Put != nil {
				return 0
			}
			return 1
		}
		return order(a) - order(b)
	})
	reply, err := c.apply(ctx, "undo of revision "+seqs(revisions[0].Seq, revisions[len(revisions)-1].Seq), edits...)
	if err == nil {
		reply.Card.Title = "Undone"
		reply.Card.Actions = slices.DeleteFunc(reply.Card.Actions, func(a Action) bool { return a.Label == "Undo" })
	}
	return reply, err
}

// bookShow shows what a change did: to an editor, and to whoever made it.
func bookShow(ctx context.Context, c *Call) (Reply, error) {
	first, last, err := parseSeqs(c.Arg("change"))
	if err != nil {
		return Reply{}, err
	}
	list, err := c.bot.library.Store().Revisions(ctx, c.Request.Book, briefings.RevisionQuery{AfterSeq: first - 1, Limit: int(last - first + 1)})
	if err != nil {
		return Reply{}, err
	}
	mine := c.accounts(ctx)
	theirs := slices.ContainsFunc(list, func(v briefings.Revision) bool { return !slices.Contains(mine, v.Actor) })
	switch {
	case theirs && c.Request.Role < briefings.Editor:
		return Reply{}, briefings.Errorf(briefings.ErrDenied, "What others changed is for editors to see. %s shows what is new to everybody.", c.typed("changes"))
	case len(list) == 0:
		return Reply{}, briefings.Errorf(briefings.ErrNotFound, "The book has no revision %s.", c.Arg("change"))
	}
	card := &Card{Title: "Revision " + seqs(first, last), Kicker: c.Now.Book.Name}
	for _, rev := range list {
		card.add(c.revisionDiff(rev))
	}
	card.Footer = newView(c.Now, c.Request.Now).author(list[0])
	return Reply{Card: card}, nil
}

// parseSeqs reads what seqs writes.
func parseSeqs(s string) (first, last int64, err error) {
	from, to, ok := strings.Cut(strings.TrimSpace(s), "-")
	if !ok {
		to = from
	}
	first, e1 := strconv.ParseInt(from, 10, 64)
	last, e2 := strconv.ParseInt(to, 10, 64)
	if e1 != nil || e2 != nil || first < 1 || last < first || last-first >= maxUndone {
		return 0, 0, briefings.Errorf(briefings.ErrInvalid, "A change is named by its revision, such as 12 or 12-14.")
	}
	return first, last, nil
}

// maxUndone bounds how many revisions one undo takes back: more than a file of a
// megabyte makes.
const maxUndone = 50_000

// citedBeside reports whether what a change did not touch names a source.
func (c *Call) citedBeside(id briefings.SourceID, revisions []briefings.Revision) bool {
	touched := map[briefings.Ref]bool{}
	for _, rev := range revisions {
		touched[rev.Ref] = true
	}
	cites := func(r briefings.Record) bool {
		return !touched[r.Ref()] && slices.Contains(briefings.ClaimOf(r).Sources, id)
	}
	for _, r := range c.Now.Timeline() {
		if cites(r) {
			return true
		}
	}
	for _, p := range c.Now.Pages() {
		if cites(p.Entry) {
			return true
		}
	}
	return slices.ContainsFunc(c.Now.Contents().Sources, func(src *briefings.Source) bool {
		return !touched[src.Ref()] && src.DerivesFrom == id
	})
}

// undoable returns the revisions of the change that is to be undone.
func (c *Call) undoable(ctx context.Context) ([]briefings.Revision, error) {
	store, mine := c.bot.library.Store(), c.accounts(ctx)
	q := briefings.AuditQuery{Actors: mine, Since: c.Request.Now.Add(-undoFor), Limit: 50}
	rows, err := store.Audit(ctx, c.Request.Book, q)
	if err != nil {
		return nil, err
	}
	first, last, named := int64(0), int64(0), c.Arg("change") != ""
	if named {
		if first, last, err = parseSeqs(c.Arg("change")); err != nil {
			return nil, err
		}
	}
	undone := 0 // how many of the newest have been taken back already
	for _, row := range rows {
		switch {
		case row.FirstSeq == 0 || row.Action == actionQueue:
			continue
		case named && (row.FirstSeq != first || row.LastSeq != last):
			continue
		case !named && row.Action == "book undo":
			undone++
			continue
		case !named && undone > 0:
			undone--
			continue
		}
		list, err := store.Revisions(ctx, c.Request.Book, briefings.RevisionQuery{AfterSeq: row.FirstSeq - 1, Limit: int(row.LastSeq - row.FirstSeq + 1)})
		if err != nil {
			return nil, err
		}
		return list, nil
	}
	if named {
		return nil, briefings.Errorf(briefings.ErrInvalid, "Undo takes back your own change within 10 minutes of it. Later, or for others' changes, use %s.", c.typed("book revert"))
	}
	return nil, briefings.Errorf(briefings.ErrInvalid, "You have changed nothing in the last 10 minutes that is not undone. For what is older, use %s.", c.typed("book revert"))
}

// stands returns the version from which a revision is taken back: its own, or the newest
// one where what it made stands again, since what came after was taken back.
func (c *Call) stands(rev briefings.Revision) int64 {
	if r := c.Now.Record(rev.Ref); r != nil && rev.After != nil && len(briefings.Diff(rev.After, r)) == 0 {
		return base(r)
	}
	return rev.Number
}
