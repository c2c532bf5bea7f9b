package briefings

import (
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings/names"
)

// maxChoices is how many entries are offered where several may be meant.
const maxChoices = 3

// Resolution is what a name was taken for.
type Resolution struct {
	// Page is the entry that is meant, or nil where that is not clear.
	Page *Page
	// How says by what it was found.
	How names.How
	// Choices are the entries that may be meant, best first, where Page is nil.
	Choices []*Page
	// Close is true where a choice may well be what is meant; otherwise the
	// choices are near misses.
	Close bool
}

// Resolve finds the entry that a reader means: by slug, name or alias, by the
// beginning or the words of a name, by description, and by other spellings.
// Entries of the kinds given, if any, are meant before all others.
func (s *Snapshot) Resolve(query string, kinds ...EntryKind) Resolution {
	// Slugs are in the index, too, beside the names.
	var exact *Page
	var how names.How
	if hits := s.index.Exact(query); hits.Len() > 0 {
		exact, how = s.onlyOf(query, hits, kinds), hits.How
		if hits.Len() > 1 && exact != nil && names.Fold(exact.Entry.Name) != names.Fold(query) {
			how = names.Alias
		}
		if exact != nil && (len(kinds) == 0 || slices.Contains(kinds, exact.Entry.Kind)) {
			return Resolution{Page: exact, How: how}
		}
	}
	if len(kinds) > 0 {
		if r := s.resolution(s.index.Lookup(query, maxChoices, s.ofKinds(kinds))); r.Page != nil && (exact == nil || r.How <= names.Token) {
			return r
		}
	}
	if exact != nil {
		return Resolution{Page: exact, How: how}
	}
	return s.resolution(s.index.Lookup(query, maxChoices, nil))
}

// ofKinds returns whether the entry of a key is of one of the kinds, or nil, for
// any, where there are none.
func (s *Snapshot) ofKinds(kinds []EntryKind) func(names.Key) bool {
	if len(kinds) == 0 {
		return nil
	}
	return func(key names.Key) bool {
		p := s.pages[key]
		return p != nil && slices.Contains(kinds, p.Entry.Kind)
	}
}

// Namesakes returns the entries of a page's kind that a query also names in
// whole or by whole words: those whom somebody may have meant instead.
func (s *Snapshot) Namesakes(query string, page *Page) []*Page {
	var pages []*Page
	for _, m := range s.index.Lookup(query, maxChoices+1, s.ofKinds([]EntryKind{page.Entry.Kind})) {
		if p := s.pages[m.Key]; p != page && p != nil && m.How <= names.Token && m.How != names.Prefix {
			pages = append(pages, p)
		}
	}
	return pages
}

// maxNameWords is of how many words a name is looked for in a text.
const maxNameWords = 5

// NamedIn returns the entries of which a whole name stands in a text, in the
// order in which they are named, each once.
func (s *Snapshot) NamedIn(text string) []*Page {
	var pages []*Page
	words := strings.Fields(text)
	for i := 0; i < len(words); {
		n := min(maxNameWords, len(words)-i)
		for ; n > 0; n-- {
			name := strings.Join(words[i:i+n], " ")
			if slices.Contains(functionWords, strings.ToLower(name)) || name == "us" { // a word, unless it is US
				continue
			}
			hits := s.index.Exact(strings.TrimSuffix(strings.Trim(name, ".,;:!?\"“”"), "'s"))
			if hits.Len() == 0 {
				continue
			}
			if p := s.onlyOf(name, hits, nil); p != nil && !slices.Contains(pages, p) {
				pages = append(pages, p)
			}
			break
		}
		i += max(n, 1)
	}
	return pages
}

// onlyOf returns the one entry that an exact name means: the one whose slug it
// is, or else the first, unless others share the name and are of as good a kind
// and as important.
func (s *Snapshot) onlyOf(query string, hits names.Hits, kinds []EntryKind) *Page {
	if hits.Len() == 1 {
		return s.pages[hits.First]
	}
	var best *Page
	tie := false
	fits := func(p *Page) bool { return len(kinds) == 0 || slices.Contains(kinds, p.Entry.Kind) }
	for key := range hits.All() {
		p := s.pages[key]
		switch {
		case p == nil:
		case string(p.Entry.ID) == query:
			return p
		case best == nil || fits(p) && !fits(best):
			best, tie = p, false
		case fits(p) == fits(best) && p.Entry.Importance == best.Entry.Importance:
			tie = true
		case fits(p) == fits(best) && p.Entry.Importance > best.Entry.Importance:
			best, tie = p, false
		}
	}
	if tie {
		return nil
	}
	return best
}

func (s *Snapshot) resolution(matches []names.Match) Resolution {
	if m, ok := names.Winner(matches); ok {
		if p := s.pages[m.Key]; p != nil {
			return Resolution{Page: p, How: m.How}
		}
	}
	var r Resolution
	for _, m := range matches {
		if p := s.pages[m.Key]; p != nil {
			r.Choices = append(r.Choices, p)
			r.Close = r.Close || m.How != names.Near
		}
	}
	return r
}

// Complete returns the entries of the kinds given, or of all, that have a name
// which goes on from what was typed, the most important first, at most limit.
func (s *Snapshot) Complete(typed string, limit int, kinds ...EntryKind) []*Page {
	var pages []*Page
	for _, m := range s.index.Complete(typed, limit, s.ofKinds(kinds)) {
		pages = append(pages, s.pages[m.Key])
	}
	return pages
}
