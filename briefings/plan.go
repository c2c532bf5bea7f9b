package briefings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// PlanImport returns the edits that turn current into incoming. A nil current
// is a book that does not exist yet; otherwise both are of one book.
//
// Records that the book does not hold are created, and those that differ are
// put whole, based on the version that current shows. With prune, records that
// incoming does not hold are deleted. Puts come in the order of RecordKinds,
// so that nothing is named before it is there; deletions follow, reports
// first, so that nothing is named after it is gone. Neither side is changed.
//
// Two things are the book's own. Claim.Recorded never changes once a record
// exists, so a differing one is ignored, and one that is zero keeps what the
// book has; on a record that is created, zero is left for the store to fill.
// And where incoming has no verification stamp and nothing else differs, the
// stamp that the book has stays; where the content differs it goes, as with
// any edit.
func PlanImport(current, incoming *Contents, prune bool) []Edit {
	have := byRef(current)
	keep := make(map[Ref]bool, len(have))
	var edits []Edit
	for _, r := range incoming.Records() {
		keep[r.Ref()] = true
		old := have[r.Ref()]
		if put := merge(old, r); put != nil {
			e := Edit{Put: put}
			if old != nil {
				e.Base = VersionOf(old).Number
			}
			edits = append(edits, e)
		}
	}
	if !prune {
		return edits
	}
	gone := current.Records()
	slices.Reverse(gone)
	for _, r := range gone {
		if !keep[r.Ref()] && r.Ref().Kind != BookRecord {
			edits = append(edits, Edit{Base: VersionOf(r).Number, Delete: r.Ref()})
		}
	}
	return edits
}

// Records returns all records that the book is made of, in the order of RecordKinds:
// suggestions are not among them. A nil Contents has none.
func (c *Contents) Records() []Record {
	if c == nil {
		return nil
	}
	records := make([]Record, 0, 1+len(c.Sources)+len(c.Entries)+len(c.Reports))
	if c.Book != nil {
		records = append(records, c.Book)
	}
	for _, s := range c.Sources {
		records = append(records, s)
	}
	for _, e := range c.Entries {
		records = append(records, e)
	}
	for _, r := range c.Reports {
		records = append(records, r)
	}
	return records
}

// merge returns what to put in place of old, nil where nothing changes. The
// result is a copy: it shares no claim with incoming.
func merge(old, incoming Record) Record {
	put := copyRecord(incoming)
	if old == nil {
		return put
	}
	was, now := ClaimOf(old), ClaimOf(put)
	if was != nil && now != nil {
		now.Recorded = was.Recorded
		if now.VerifiedUntil.IsZero() && now.VerifiedBy == "" {
			stamped := copyRecord(put)
			c := ClaimOf(stamped)
			c.VerifiedUntil, c.VerifiedBy = was.VerifiedUntil, was.VerifiedBy
			if len(Diff(old, stamped)) == 0 {
				return nil
			}
		}
	}
	if len(Diff(old, put)) == 0 {
		return nil
	}
	return put
}

// copyRecord returns a copy with a zero version. Lists are shared.
func copyRecord(r Record) Record {
	var c Record
	switch r := r.(type) {
	case *Book:
		v := *r
		c = &v
	case *Source:
		v := *r
		c = &v
	case *Entry:
		v := *r
		c = &v
	case *Report:
		v := *r
		c = &v
	case *Suggestion:
		v := *r
		c = &v
	}
	SetVersion(c, Version{})
	return c
}

// Copy returns a copy of a record that may be changed: its lists are its own. The
// copy has no version.
func Copy[T Record](r T) T {
	c := copyRecord(r)
	switch c := c.(type) {
	case *Entry:
		c.Aliases, c.Open, c.Links = slices.Clone(c.Aliases), slices.Clone(c.Open), slices.Clone(c.Links)
		c.Claim.Sources = slices.Clone(c.Claim.Sources)
	case *Report:
		c.About, c.Claim.Sources = slices.Clone(c.About), slices.Clone(c.Claim.Sources)
	}
	return c.(T)
}

// PlanLines says in lines what the edits do to current, for a person to read
// before they are applied:
//
//   - person steve-witkoff: Steve Witkoff
//     ~ status s-2025-12-02-k3f9a7: text: The talks go on. → The talks ended.
//   - event e-2025-12-01-7m2q0x: The two sides met.
//
// The book and sources come first, then entries and reports, a kind at a time
// in the order in which kinds are shown; reports by date, all else by id.
// Deletions come last. A changed record has one line for each field. Long
// values are cut to what differs.
func PlanLines(current *Contents, edits []Edit) []string {
	have := byRef(current)
	planned := make([]plannedEdit, len(edits))
	for i, e := range edits {
		planned[i] = plannedEdit{ref: e.Ref(), put: e.Put, old: have[e.Ref()]}
	}
	slices.SortStableFunc(planned, plannedEdit.compare)
	var lines []string
	for _, e := range planned {
		switch {
		case e.put == nil:
			lines = append(lines, "- "+headline(e.old, e.ref))
		case e.old == nil:
			lines = append(lines, "+ "+headline(e.put, e.ref))
		default:
			for _, c := range Diff(e.old, e.put) {
				was, now := cutToDifference(oneLine(c.Old), oneLine(c.New))
				lines = append(lines, "~ "+label(e.put, e.ref)+": "+c.Field+": "+was+" → "+now)
			}
		}
	}
	return lines
}

// PlanNotes says in lines, for a person to read beside PlanLines, what incoming
// says to no effect: another recorded time of a record that current has.
//
//	= status s-2025-12-02-k3f9a7: recorded stays 2025-12-02: it is set when a record is created
func PlanNotes(current, incoming *Contents) []string {
	have := byRef(current)
	loc := time.UTC
	if current != nil && current.Book != nil {
		loc = current.Book.Location()
	}
	var noted []plannedEdit
	for _, r := range incoming.Records() {
		was, now := ClaimOf(have[r.Ref()]), ClaimOf(r)
		if was != nil && now != nil && !now.Recorded.IsZero() && !now.Recorded.Truncate(time.Millisecond).Equal(was.Recorded.Truncate(time.Millisecond)) {
			noted = append(noted, plannedEdit{ref: r.Ref(), put: r, old: have[r.Ref()]})
		}
	}
	slices.SortStableFunc(noted, plannedEdit.compare)
	var lines []string
	for _, n := range noted {
		lines = append(lines, "= "+label(n.old, n.ref)+": recorded stays "+dayOrTime(ClaimOf(n.old).Recorded, loc)+": it is set when a record is created")
	}
	return lines
}

// dayOrTime returns a time as a date where it is the beginning of one.
func dayOrTime(t time.Time, loc *time.Location) string {
	y, m, d := t.In(loc).Date()
	if time.Date(y, m, d, 0, 0, 0, 0, loc).Equal(t) {
		return t.In(loc).Format(time.DateOnly)
	}
	return timeText(t)
}

// byRef returns the records of the book by their names.
func byRef(c *Contents) map[Ref]Record {
	records := map[Ref]Record{}
	for _, r := range c.Records() {
		records[r.Ref()] = r
	}
	return records
}

// plannedEdit is an edit with the record as it is, which may be nil.
type plannedEdit struct {
	ref      Ref
	put, old Record
}

// record is the record as it will be, or as it was where it is deleted.
func (e plannedEdit) record() Record {
	if e.put == nil {
		return e.old
	}
	return e.put
}

// compare orders edits as PlanLines shows them.
func (e plannedEdit) compare(o plannedEdit) int {
	if c := cmp.Or(
		yesAfterNo(e.put == nil, o.put == nil), // deletions last
		cmp.Compare(slices.Index(RecordKinds, e.ref.Kind), slices.Index(RecordKinds, o.ref.Kind)),
		cmp.Compare(shownAt(e.record()), shownAt(o.record())),
	); c != 0 {
		return c
	}
	x, isReport := e.record().(*Report)
	y, both := o.record().(*Report)
	if isReport && both {
		a, b := x.Claim.Occurred, y.Claim.Occurred
		if c := cmp.Or(yesAfterNo(a.IsZero(), b.IsZero()), a.Compare(b)); c != 0 { // no date is still to come
			return c
		}
	}
	return cmp.Compare(e.ref.ID, o.ref.ID)
}

// yesAfterNo orders what is not so before what is.
func yesAfterNo(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// shownAt returns the place of a record's kind among those of its sort.
func shownAt(r Record) int {
	switch r := r.(type) {
	case *Entry:
		return slices.Index(EntryKinds, r.Kind)
	case *Report:
		return slices.Index(ReportKinds, r.Kind)
	default:
		return 0
	}
}

// PlanSummary counts what the edits do to current: "90 new, 8 changed, 3
// deleted". It is "nothing new" where there are none.
func PlanSummary(edits []Edit, current *Contents) string {
	have := byRef(current)
	var made, changed, deleted int
	for _, e := range edits {
		switch {
		case e.Put == nil:
			deleted++
		case have[e.Ref()] != nil:
			changed++
		default:
			made++
		}
	}
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{made, "new"}, {changed, "changed"}, {deleted, "deleted"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		return "nothing new"
	}
	return strings.Join(parts, ", ")
}

// label names a record by its sort and id: "person steve-witkoff".
func label(r Record, ref Ref) string {
	switch r := r.(type) {
	case *Entry:
		return string(r.Kind) + " " + ref.ID
	case *Report:
		return string(r.Kind) + " " + ref.ID
	default:
		return string(ref.Kind) + " " + ref.ID
	}
}

// headline is the label with what the record is called or says.
func headline(r Record, ref Ref) string {
	says := ""
	switch r := r.(type) {
	case *Book:
		says = r.Name
	case *Source:
		says = r.Name
	case *Entry:
		says = r.Name
	case *Report:
		says = r.Text
	}
	if says == "" {
		return label(r, ref)
	}
	return label(r, ref) + ": " + cut(oneLine(says))
}

// Lengths, in runes, of what a plan's line shows of a value.
const (
	maxPlanRunes  = 120
	planLeadRunes = 30
)

// cutToDifference shortens two values so that both show where they part.
func cutToDifference(a, b string) (string, string) {
	ra, rb := []rune(a), []rune(b)
	if len(ra) <= maxPlanRunes && len(rb) <= maxPlanRunes {
		return orNothing(a), orNothing(b)
	}
	same := 0
	for same < len(ra) && same < len(rb) && ra[same] == rb[same] {
		same++
	}
	if skip := same - planLeadRunes; skip > 0 {
		return orNothing(cut("…" + string(ra[skip:]))), orNothing(cut("…" + string(rb[skip:])))
	}
	return orNothing(cut(a)), orNothing(cut(b))
}

func cut(s string) string {
	r := []rune(s)
	if len(r) <= maxPlanRunes {
		return s
	}
	return string(r[:maxPlanRunes-1]) + "…"
}

func orNothing(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
