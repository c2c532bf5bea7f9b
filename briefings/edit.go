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
	next                    *Snapshot
	ownPages, ownReports    bool
	ownSources, ownTimeline bool
	own                     map[EntryID]bool // pages that are copies already
	arrived                 map[EntryID]bool // entries that were not there before
	put, removed            []EntryID        // entries for the name index
	renamed                 bool             // something that other pages show has changed
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

func (e *edit) entry(rev Revision) {
	id := EntryID(rev.Ref.ID)
	after, ok := rev.After.(*Entry)
	if !ok {
		e.clonePages()
		delete(e.next.pages, id)
		e.removed = append(e.removed, id)
		e.renamed = true
		return
	}
	if p := e.page(id); p != nil {
		e.renamed = e.renamed || showsElsewhere(p.Entry, after)
		p.Entry = after
	} else {
		e.next.pages[id] = &Page{Entry: after}
		e.own[id], e.arrived[id], e.renamed = true, true, true
	}
	e.put = append(e.put, id)
}

// showsElsewhere reports whether the pages of other entries show, or are found
// by, what differs between two versions of an entry.
func showsElsewhere(a, b *Entry) bool {
	return a.Name != b.Name || a.Affiliation != b.Affiliation || a.Importance != b.Importance || !slices.Equal(a.Aliases, b.Aliases)
}

func (e *edit) report(rev Revision) {
	if !e.ownReports {
		e.next.reports, e.ownReports = maps.Clone(e.next.reports), true
	}
	if !e.ownTimeline {
		e.next.timeline, e.ownTimeline = slices.Clone(e.next.timeline), true
	}
	id := ReportID(rev.Ref.ID)
	if old := e.next.reports[id]; old != nil {
		delete(e.next.reports, id)
		e.next.timeline = takeOut(e.next.timeline, old)
		for _, entry := range old.Entries() {
			if p := e.page(entry); p != nil {
				p.Reports = takeOut(p.Reports, old)
			}
		}
	}
	if r, ok := rev.After.(*Report); ok {
		e.next.reports[id] = r
		e.next.timeline = putIn(e.next.timeline, r)
		for _, entry := range r.Entries() {
			if p := e.page(entry); p != nil {
				p.Reports = putIn(p.Reports, r)
			}
		}
	}
}

// takeOut and putIn keep a list in the order of compareReports.
func takeOut(list []*Report, r *Report) []*Report {
	if i, found := slices.BinarySearchFunc(list, r, compareReports); found {
		return slices.Delete(list, i, i+1)
	}
	return list
}

func putIn(list []*Report, r *Report) []*Report {
	i, _ := slices.BinarySearchFunc(list, r, compareReports)
	return slices.Insert(list, i, r)
}

func (e *edit) clonePages() {
	if !e.ownPages {
		e.next.pages, e.ownPages = maps.Clone(e.next.pages), true
	}
}

// page returns a page that may be written to, or nil.
func (e *edit) page(id EntryID) *Page {
	e.clonePages()
	p := e.next.pages[id]
	if p == nil || e.own[id] {
		return p
	}
	p = &Page{Entry: p.Entry, Reports: slices.Clone(p.Reports)}
	e.next.pages[id], e.own[id] = p, true
	return p
}

// join gives the entries that have arrived the reports that were there first.
func (e *edit) join() {
	if len(e.arrived) == 0 {
		return
	}
	for id := range e.arrived {
		if p := e.next.pages[id]; p != nil {
			p.Reports = nil
		}
	}
	for _, r := range e.next.timeline {
		for _, id := range r.Entries() {
			if e.arrived[id] && e.next.pages[id] != nil {
				e.next.pages[id].Reports = append(e.next.pages[id].Reports, r)
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
	for id, p := range e.next.pages {
		if !e.own[id] {
			e.next.pages[id] = &Page{Entry: p.Entry, Reports: p.Reports}
		}
	}
}

// reindex brings the name index up to date.
func (e *edit) reindex() {
	if len(e.put) == 0 && len(e.removed) == 0 {
		return
	}
	changed := map[EntryID]bool{}
	gone := make([]string, len(e.removed))
	for _, id := range e.put {
		changed[id] = true
	}
	for i, id := range e.removed {
		changed[id] = true
		gone[i] = string(id)
	}
	if e.renamed { // entries are found by the names of their affiliation, too
		for id, p := range e.next.pages {
			if changed[p.Entry.Affiliation] {
				changed[id] = true
			}
		}
	}
	items := make([]names.Item, 0, len(changed))
	for id := range changed {
		if p := e.next.pages[id]; p != nil {
			items = append(items, e.next.nameItem(p.Entry))
		}
	}
	e.next.index = e.next.index.With(items, gone)
}
