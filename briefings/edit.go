package briefings

import (
	"maps"
	"slices"

	"github.com/briefbot/briefbot/briefings/names"
)

// With returns the snapshot after the revisions, which follow s.Seq in order.
// Its cost grows with what they touch, and with a copy of the book's pointers.
func (s *Snapshot) With(revisions []Revision) *Snapshot {
	if len(revisions) == 0 {
		return s
	}
	next := *s
	e := edit{next: &next, own: map[EntryID]bool{}, arrived: map[EntryID]bool{}}
	for _, rev := range revisions {
		e.apply(rev)
		next.Seq = rev.Seq
	}
	e.join()
	e.refresh()
	e.reindex()
	return &next
}

// edit collects what a run of revisions changes in a snapshot. What the old
// snapshot shares is copied before the first write to it.
type edit struct {
	next                  *Snapshot
	ownPages, ownTimeline bool
	ownKeys, ownReports   bool
	ownSources            bool
	ownQueue              bool
	own                   map[EntryID]bool // pages that are copies already
	arrived               map[EntryID]bool // entries that were not there before
	put, removed          []EntryID        // entries for the name index
	renamed               bool             // something that other pages show has changed
}

func (e *edit) apply(rev Revision) {
	switch rev.Ref.Kind {
	case BookRecord:
		if b, ok := rev.After.(*Book); ok {
			e.next.Book = b
			e.renamed = true // its freshness windows show on every page
		}
	case SourceRecord:
		e.source(rev)
	case EntryRecord:
		e.entry(rev)
	case ReportRecord:
		e.report(rev)
	case SuggestionRecord:
		e.suggestion(rev)
	}
}

func (e *edit) source(rev Revision) {
	if !e.ownSources {
		e.next.sources, e.ownSources = maps.Clone(e.next.sources), true
	}
	id := SourceID(rev.Ref.ID)
	_, known := e.next.sources[id]
	e.renamed = e.renamed || known
	if src, ok := rev.After.(*Source); ok {
		e.next.sources[id] = src
	} else {
		delete(e.next.sources, id)
	}
}

func (e *edit) suggestion(rev Revision) {
	if !e.ownQueue {
		e.next.suggestions, e.ownQueue = maps.Clone(e.next.suggestions), true
	}
	id := SuggestionID(rev.Ref.ID)
	if x, ok := rev.After.(*Suggestion); ok && x.State == Waiting {
		e.next.suggestions[id] = x
	} else {
		delete(e.next.suggestions, id)
	}
}

func (e *edit) entry(rev Revision) {
	id := EntryID(rev.Ref.ID)
	after, ok := rev.After.(*Entry)
	e.clonePages()
	switch p := e.page(id); {
	case !ok:
		if key, known := e.next.keys.get(id); known {
			e.next.pages[key] = nil
		}
		e.removed = append(e.removed, id)
		e.renamed = true
		return
	case p != nil:
		e.renamed = e.renamed || showsElsewhere(p.Entry, after)
		p.Entry = after
	default:
		e.arrive(after)
	}
	e.put = append(e.put, id)
}

// arrive gives an entry that is not there a page, at the key that it has had
// before or at a new one.
func (e *edit) arrive(entry *Entry) {
	key, known := e.next.keys.get(entry.ID)
	if !known {
		key = names.Key(len(e.next.pages))
		e.next.pages = append(e.next.pages, nil)
		e.next.keys = e.next.keys.with(entry.ID, key, false, e.ownKeys)
		e.ownKeys = true
	}
	e.next.pages[key] = &Page{Entry: entry}
	e.own[entry.ID], e.arrived[entry.ID], e.renamed = true, true, true
}

// showsElsewhere reports whether the pages of other entries show, or are found
// by, what differs between two versions of an entry.
func showsElsewhere(a, b *Entry) bool {
	return a.Name != b.Name || a.Affiliation != b.Affiliation || a.Importance != b.Importance || !slices.Equal(a.Aliases, b.Aliases)
}

func (e *edit) report(rev Revision) {
	if !e.ownTimeline {
		e.next.timeline, e.ownTimeline = slices.Clone(e.next.timeline), true
	}
	id := ReportID(rev.Ref.ID)
	old := e.next.Report(id)
	if old != nil {
		e.next.timeline = takeOut(e.next.timeline, old)
		for _, entry := range old.Entries() {
			if p := e.page(entry); p != nil {
				p.Reports = takeOut(p.Reports, old)
			}
		}
	}
	r, ok := rev.After.(*Report)
	for _, changed := range []*Report{old, r} {
		e.superseded(changed)
	}
	e.next.reports = e.next.reports.with(id, r, !ok, e.ownReports)
	e.ownReports = true
	if ok {
		e.next.timeline = putIn(e.next.timeline, r)
		for _, entry := range r.Entries() {
			if p := e.page(entry); p != nil {
				p.Reports = putIn(p.Reports, r)
			}
		}
	}
}

// superseded takes hold of the pages that show the statuses or positions beside
// a report: which of them is the newest may change with it, and shows.
func (e *edit) superseded(r *Report) {
	if r == nil || r.Kind != Status && r.Kind != Position {
		return
	}
	p := e.next.Page(r.Subject)
	if p == nil {
		return
	}
	const beside = 2 // the newest, and the one that is the newest without it
	n := 0
	for _, other := range p.Reports {
		if other.Kind != r.Kind || other.Subject != r.Subject || other.Issue != r.Issue {
			continue
		}
		for _, entry := range other.Entries() {
			e.page(entry)
		}
		if n++; n == beside {
			return
		}
	}
}

// takeOut and putIn keep a list in the order of CompareReports.
func takeOut(list []*Report, r *Report) []*Report {
	if i, found := slices.BinarySearchFunc(list, r, CompareReports); found {
		return slices.Delete(list, i, i+1)
	}
	return list
}

func putIn(list []*Report, r *Report) []*Report {
	i, _ := slices.BinarySearchFunc(list, r, CompareReports)
	return slices.Insert(list, i, r)
}

func (e *edit) clonePages() {
	if !e.ownPages {
		e.next.pages, e.ownPages = slices.Clone(e.next.pages), true
	}
}

// page returns a page that may be written to, or nil.
func (e *edit) page(id EntryID) *Page {
	key, ok := e.next.keys.get(id)
	if !ok {
		return nil
	}
	p := e.next.pages[key]
	if p == nil || e.own[id] {
		return p
	}
	e.clonePages()
	p = &Page{Entry: p.Entry, Reports: slices.Clone(p.Reports)}
	e.next.pages[key], e.own[id] = p, true
	return p
}

// join gives the entries that have arrived the reports that were there first.
func (e *edit) join() {
	if len(e.arrived) == 0 {
		return
	}
	for id := range e.arrived {
		if p := e.next.Page(id); p != nil {
			p.Reports = nil
		}
	}
	for _, r := range e.next.timeline {
		for _, id := range r.Entries() {
			if p := e.next.Page(id); p != nil && e.arrived[id] {
				p.Reports = append(p.Reports, r)
			}
		}
	}
}

// refresh replaces every page where something has changed that any may show,
// so that nothing derived from the old pages is seen again.
func (e *edit) refresh() {
	if !e.renamed {
		return
	}
	e.clonePages()
	e.next.members = e.next.affiliations()
	fresh := make([]Page, len(e.next.pages))
	for key, p := range e.next.pages {
		if p != nil && !e.own[p.Entry.ID] {
			fresh[key].Entry, fresh[key].Reports = p.Entry, p.Reports
			e.next.pages[key] = &fresh[key]
		}
	}
}

// reindex brings the name index up to date.
func (e *edit) reindex() {
	if len(e.put) == 0 && len(e.removed) == 0 {
		return
	}
	changed := map[EntryID]bool{}
	for _, id := range append(e.put, e.removed...) {
		changed[id] = true
	}
	var items []names.Item
	var gone []names.Key
	for key, p := range e.next.pages {
		// Entries are found by the names of their affiliation, too.
		if p != nil && (changed[p.Entry.ID] || e.renamed && changed[p.Entry.Affiliation]) {
			items = append(items, e.next.nameItem(names.Key(key), p.Entry))
		}
	}
	for _, id := range e.removed {
		if key, ok := e.next.keys.get(id); ok {
			gone = append(gone, key)
		}
	}
	e.next.index = e.next.index.With(items, gone)
}
