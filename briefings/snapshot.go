package briefings

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/briefbot/briefbot/briefings/names"
)

// Snapshot is a book in memory, at one moment. It never changes: a change makes
// a new snapshot, which shares with the old one all that stayed the same.
// Readers may use it for as long as they like, without locks.
type Snapshot struct {
	// Book is the book's settings.
	Book *Book
	// Seq is the number of the newest revision that is included.
	Seq int64
	// AsOf is the moment as of which the book is shown; zero for the present.
	AsOf time.Time

	// pages are by key, nil where an entry was deleted. The keys number the
	// entries from 0, in the name index too: what it finds leads to its page
	// without another look-up. An entry keeps its key for as long as the book is
	// in memory.
	pages   []*Page
	keys    layered[EntryID, names.Key]
	reports layered[ReportID, *Report]
	sources map[SourceID]*Source
	// suggestions are those that wait for the desk.
	suggestions map[SuggestionID]*Suggestion
	// members lists the entries that belong to each.
	members map[EntryID][]EntryID
	// timeline holds every report in the order of CompareReports.
	timeline []*Report
	index    *names.Index
}

// Page is an entry with every report that concerns it, newest first.
type Page struct {
	Entry   *Entry
	Reports []*Report

	// Memo is for what a reader derives from the page and would otherwise
	// derive again, such as a rendered card. It is dropped with the page, and
	// a page is replaced when anything changes that can be seen on it: its
	// entry, its reports, or what another entry or a source is called.
	Memo atomic.Pointer[Memo]
}

// Memo is a value that was derived from a page, and the time from which it must
// be derived again, because something on it has changed its freshness; the zero
// time is never.
type Memo struct {
	Value any
	Until time.Time
}

// NewSnapshot returns the snapshot of the contents.
func NewSnapshot(c *Contents, asOf time.Time) *Snapshot {
	s := &Snapshot{
		Book:     c.Book,
		Seq:      c.Seq,
		AsOf:     asOf,
		pages:    make([]*Page, len(c.Entries)),
		sources:  make(map[SourceID]*Source, len(c.Sources)),
		timeline: slices.Clone(c.Reports),
	}
	for _, src := range c.Sources {
		s.sources[src.ID] = src
	}
	s.suggestions = make(map[SuggestionID]*Suggestion, len(c.Suggestions))
	for _, x := range c.Suggestions {
		if x.State == Waiting {
			s.suggestions[x.ID] = x
		}
	}
	keys := make(map[EntryID]names.Key, len(c.Entries))
	pages := make([]Page, len(c.Entries)) // one allocation for all
	for i, e := range c.Entries {
		pages[i].Entry = e
		s.pages[i], keys[e.ID] = &pages[i], names.Key(i)
	}
	s.keys = newLayered(keys)
	reports := make(map[ReportID]*Report, len(c.Reports))
	slices.SortFunc(s.timeline, CompareReports)
	for _, r := range s.timeline {
		reports[r.ID] = r
		for _, id := range r.Entries() {
			if p := s.Page(id); p != nil {
				p.Reports = append(p.Reports, r)
			}
		}
	}
	s.reports = newLayered(reports)
	s.members = s.affiliations()
	items := make([]names.Item, len(c.Entries))
	for i, p := range s.pages {
		items[i] = s.nameItem(names.Key(i), p.Entry)
	}
	s.index = names.Build(items)
	return s
}

// CompareReports orders reports as a timeline does, newest first: by when it happened, then by when
// it was known, then by id so that the order is the same everywhere.
func CompareReports(a, b *Report) int {
	return cmp.Or(
		b.Claim.Occurred.Compare(a.Claim.Occurred),
		b.Claim.Recorded.Compare(a.Claim.Recorded),
		cmp.Compare(a.ID, b.ID),
	)
}

// nameItem returns what the name index is to know of an entry.
func (s *Snapshot) nameItem(key names.Key, e *Entry) names.Item {
	item := names.Item{Key: key, Weight: e.Importance}
	item.Names = append(append(item.Names, e.Name), e.Aliases...)
	if slug := strings.ReplaceAll(string(e.ID), "-", " "); slug != names.Fold(e.Name) {
		item.Names = append(item.Names, string(e.ID)) // commands that we make name entries by slug
	}
	if e.Kind != Person && e.Kind != Org {
		return item // what stands there for a place or a track describes no one
	}
	role := e.Role
	if e.Kind == Org {
		role, _, _ = strings.Cut(role, ";") // what follows tells of it, and describes it less
	}
	if role != "" {
		item.Roles = append(item.Roles, role)
	}
	if p := s.Page(e.Affiliation); p != nil {
		item.Roles = append(item.Roles, p.Entry.Name)
		item.Roles = append(item.Roles, p.Entry.Aliases...)
	}
	return item
}

// affiliations returns the entries that belong to each.
func (s *Snapshot) affiliations() map[EntryID][]EntryID {
	members := map[EntryID][]EntryID{}
	for _, p := range s.pages {
		if p != nil && p.Entry.Affiliation != "" {
			members[p.Entry.Affiliation] = append(members[p.Entry.Affiliation], p.Entry.ID)
		}
	}
	return members
}

// Members returns the pages of the entries that belong to the given one, the
// most important first.
func (s *Snapshot) Members(id EntryID) []*Page {
	var pages []*Page
	for _, m := range s.members[id] {
		pages = append(pages, s.Page(m))
	}
	slices.SortFunc(pages, comparePages)
	return pages
}

// Page returns the page of an entry, or nil.
func (s *Snapshot) Page(id EntryID) *Page {
	if key, ok := s.keys.get(id); ok {
		return s.pages[key]
	}
	return nil
}

// Report returns the report, or nil.
func (s *Snapshot) Report(id ReportID) *Report {
	r, _ := s.reports.get(id)
	return r
}

// Source returns the source, or nil.
func (s *Snapshot) Source(id SourceID) *Source { return s.sources[id] }

// Suggestion returns the suggestion if it waits for the desk, or nil.
func (s *Snapshot) Suggestion(id SuggestionID) *Suggestion { return s.suggestions[id] }

// Queue returns the suggestions that wait for the desk, the oldest first.
func (s *Snapshot) Queue() []*Suggestion {
	return slices.SortedFunc(maps.Values(s.suggestions), func(a, b *Suggestion) int {
		return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID))
	})
}

// Name returns what the entry is called, or its slug where the book has lost it.
func (s *Snapshot) Name(id EntryID) string {
	if p := s.Page(id); p != nil {
		return p.Entry.Name
	}
	return string(id)
}

// Timeline returns every report, newest first. The slice is the snapshot's own.
func (s *Snapshot) Timeline() []*Report { return s.timeline }

// Pages returns the pages of the kinds given, or of all, the most important
// first and then by name.
func (s *Snapshot) Pages(kinds ...EntryKind) []*Page {
	var pages []*Page
	for _, p := range s.pages {
		if p != nil && (len(kinds) == 0 || slices.Contains(kinds, p.Entry.Kind)) {
			pages = append(pages, p)
		}
	}
	slices.SortFunc(pages, comparePages)
	return pages
}

// comparePages orders entries by importance, then by name.
func comparePages(a, b *Page) int {
	return cmp.Or(
		cmp.Compare(b.Entry.Importance, a.Entry.Importance),
		cmp.Compare(a.Entry.Name, b.Entry.Name),
		cmp.Compare(a.Entry.ID, b.Entry.ID),
	)
}

// Count returns how many entries, reports and sources the book holds.
func (s *Snapshot) Count() (entries, reports, sources int) {
	return s.index.Len(), s.reports.size, len(s.sources)
}

// Contents returns the records of the snapshot, sorted by id.
func (s *Snapshot) Contents() *Contents {
	c := &Contents{Seq: s.Seq, Book: s.Book, Reports: slices.Clone(s.timeline), Sources: slices.Collect(maps.Values(s.sources))}
	for _, p := range s.pages {
		if p != nil {
			c.Entries = append(c.Entries, p.Entry)
		}
	}
	slices.SortFunc(c.Sources, func(a, b *Source) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Entries, func(a, b *Entry) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Reports, func(a, b *Report) int { return cmp.Compare(a.ID, b.ID) })
	return c
}

// Record returns the record, or nil.
func (s *Snapshot) Record(ref Ref) Record {
	switch ref.Kind {
	case BookRecord:
		if string(s.Book.ID) == ref.ID {
			return s.Book
		}
	case SourceRecord:
		if src := s.sources[SourceID(ref.ID)]; src != nil {
			return src
		}
	case EntryRecord:
		if p := s.Page(EntryID(ref.ID)); p != nil {
			return p.Entry
		}
	case ReportRecord:
		if r := s.Report(ReportID(ref.ID)); r != nil {
			return r
		}
	case SuggestionRecord:
		if x := s.suggestions[SuggestionID(ref.ID)]; x != nil {
			return x
		}
	}
	return nil
}

// Origin is a source that others may repeat, with those of them that were cited.
// Four outlets with one origin are one source.
type Origin struct {
	Source *Source
	// Repeated are the cited sources that derive from it, none where it was
	// cited itself alone.
	Repeated []*Source
}

// Origins returns where the sources come from in the end, each origin once, in
// the order in which they were cited.
func (s *Snapshot) Origins(ids []SourceID) []Origin {
	var origins []Origin
	for _, id := range ids {
		cited := s.sources[id]
		if cited == nil {
			continue
		}
		src := s.originOf(cited)
		i := slices.IndexFunc(origins, func(o Origin) bool { return o.Source == src })
		if i < 0 {
			i = len(origins)
			origins = append(origins, Origin{Source: src})
		}
		if cited != src && !slices.Contains(origins[i].Repeated, cited) {
			origins[i].Repeated = append(origins[i].Repeated, cited)
		}
	}
	return origins
}

// originOf follows a source to its beginning. In a loop, which Check refuses,
// that is the source of the loop with the least id.
func (s *Snapshot) originOf(src *Source) *Source {
	seen := map[*Source]bool{}
	for !seen[src] {
		seen[src] = true
		parent := s.sources[src.DerivesFrom]
		if parent == nil {
			return src
		}
		src = parent
	}
	least := src
	for at := s.sources[src.DerivesFrom]; at != src; at = s.sources[at.DerivesFrom] {
		if at.ID < least.ID {
			least = at
		}
	}
	return least
}

// PagesOf returns the pages of a set of entries, the most important first.
func (s *Snapshot) PagesOf(ids map[EntryID]bool) []*Page {
	pages := make([]*Page, 0, len(ids))
	for id := range ids {
		if p := s.Page(id); p != nil {
			pages = append(pages, p)
		}
	}
	slices.SortFunc(pages, comparePages)
	return pages
}
