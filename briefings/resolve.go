package briefings

import (
	"slices"
	"strings"
	"unicode/utf8"

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
// Unless a name is whole, entries of the kinds given, if any, are meant before
// all others.
func (s *Snapshot) Resolve(query string, kinds ...EntryKind) Resolution {
	// Slugs are in the index, too, beside the names.
	if hits := s.index.Exact(query); hits.Len() > 0 {
		if p := s.onlyOf(query, hits, kinds); p != nil {
			return Resolution{Page: p, How: names.Exact}
		}
	}
	if len(kinds) == 0 {
		return s.ResolveAmong(query)
	}
	among := s.ResolveAmong(query, kinds...)
	switch {
	case among.Page == nil && !among.Close:
		return s.ResolveAmong(query)
	case among.Page != nil && among.How >= names.Role:
		// What somebody is may hold the name of what is meant: "Ukriane" is not
		// the president of Ukraine, nor "the talks" who took their picture.
		if all := s.ResolveAmong(query); all.Page != nil && all.How != names.Role {
			return all
		}
	}
	return among
}

// ResolveAmong is Resolve among the entries of some kinds alone, or of all.
func (s *Snapshot) ResolveAmong(query string, kinds ...EntryKind) Resolution {
	return s.resolution(query, s.index.Lookup(query, maxChoices, s.ofKinds(kinds)))
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

func (s *Snapshot) resolution(query string, matches []names.Match) Resolution {
	m, ok := names.Winner(matches)
	if ok && shared(matches) {
		ok = false
	}
	if !ok {
		m, ok = misspelt(query, matches)
	}
	if !ok && len(matches) == 1 && matches[0].How == names.Prefix && utf8.RuneCountInString(query) >= wholeSyllable && !strings.Contains(query, " ") {
		m, ok = matches[0], true // nobody else's name begins so
	}
	if ok {
		if p := s.pages[m.Key]; p != nil {
			return Resolution{Page: p, How: m.How}
		}
	}
	var r Resolution
	for _, m := range matches {
		if p := s.pages[m.Key]; p != nil {
			r.Choices = append(r.Choices, p)
			r.Close = r.Close || m.How < names.Role
		}
	}
	return r
}

// misspelt returns the one match of which the whole name is another spelling of
// the query, where the others only have it as a part: "Trmp" is Trump, and not
// the Trump administration.
func misspelt(query string, matches []names.Match) (whole names.Match, ok bool) {
	words := len(strings.Fields(query))
	for _, m := range matches {
		if m.How != names.Near || m.Similarity < wholeSpelling || len(strings.Fields(m.Name)) != words {
			continue
		}
		if ok {
			return names.Match{}, false
		}
		whole, ok = m, true
	}
	return whole, ok
}

// wholeSyllable is how many letters a part of a name must have to stand for it.
const wholeSyllable = 3

// wholeSpelling is how like its query a misspelt name must be.
const wholeSpelling = 0.75

// shared reports whether the best match is by a description that another has
// in common with it, so that neither is plainly meant.
func shared(matches []names.Match) bool {
	return len(matches) > 1 && matches[0].How == names.Role && matches[1].How == names.Role &&
		matches[1].Similarity > matches[0].Similarity-sharedRole
}

// sharedRole is by how much one description must fit better than the next.
const sharedRole = 0.15

// Complete returns the entries of the kinds given, or of all, that have a name
// which goes on from what was typed, the most important first, at most limit.
func (s *Snapshot) Complete(typed string, limit int, kinds ...EntryKind) []*Page {
	var pages []*Page
	for _, m := range s.index.Complete(typed, limit, s.ofKinds(kinds)) {
		pages = append(pages, s.pages[m.Key])
	}
	return pages
}
