package bookfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// reference is a record's mention of another, to be found when all are read.
type reference struct {
	key   string
	value *value
	to    briefings.RecordKind
	set   func(id string)
}

// refer notes that a value names a record of the kind. set is given its id.
func (d *draft) refer(v *value, to briefings.RecordKind, set func(string)) {
	if v.kind == unstable.Array {
		d.problem(v.at, "Only one can stand here. Write %s.", d.example(`"…"`))
		return
	}
	if s, ok := d.text(v); ok && s != "" {
		d.refs = append(d.refs, reference{d.key, v, to, set})
	}
}

// directory finds records by what people write for them: an id, or else the
// address, or the whole of a name or an alias, that only one has.
type directory struct {
	ids     map[string]bool
	urls    map[string][]string // address of a source → ids
	names   map[string][]string // folded name → ids
	aliases map[string][]string // folded alias → ids
	guesses int                 // suggestions made so far
	sorted  [3][]string         // the keys of the three maps, once they are needed
}

// maxGuesses bounds the work of suggesting: each looks at every name.
const maxGuesses = 50

func newDirectory() *directory {
	return &directory{ids: map[string]bool{}, urls: map[string][]string{}, names: map[string][]string{}, aliases: map[string][]string{}}
}

// add takes in a record by its id and what it is called.
func (dir *directory) add(id, name string, aliases ...string) {
	if id == "" || dir.ids[id] {
		return
	}
	dir.ids[id] = true
	put := func(m map[string][]string, name string) {
		if f := names.Fold(name); f != "" && !slices.Contains(m[f], id) {
			m[f] = append(m[f], id)
		}
	}
	put(dir.names, name)
	for _, a := range aliases {
		put(dir.aliases, a)
	}
}

// addSource is add for a source, which its address also stands for.
func (dir *directory) addSource(s *briefings.Source) {
	if id := string(s.ID); id != "" && !dir.ids[id] && s.URL != "" {
		dir.urls[s.URL] = append(dir.urls[s.URL], id)
	}
	dir.add(string(s.ID), s.Name)
}

// find returns the ids that a reference may mean: one if all is well.
func (dir *directory) find(s string) []string {
	if dir.ids[s] {
		return []string{s}
	}
	if ids := dir.urls[s]; len(ids) > 0 {
		return ids
	}
	return dir.named(names.Fold(s))
}

// named returns the ids of a folded name, or else of a folded alias.
func (dir *directory) named(folded string) []string {
	if ids := dir.names[folded]; len(ids) > 0 {
		return ids
	}
	return dir.aliases[folded]
}

// guess returns the ids that a reference without a match may have meant: what
// differs by an article, or else the nearest of ids, names and aliases, each
// in order, so that it is always the same.
func (dir *directory) guess(s string) []string {
	f := names.Fold(s)
	for _, article := range []string{"the ", "a ", "an "} {
		if rest, ok := strings.CutPrefix(f, article); ok && len(dir.named(rest)) > 0 {
			return dir.named(rest)
		}
		if ids := dir.named(article + f); len(ids) > 0 {
			return ids
		}
	}
	if dir.guesses++; dir.guesses > maxGuesses || isAddress(s) {
		return nil
	}
	if dir.sorted[0] == nil {
		dir.sorted = [3][]string{slices.Sorted(maps.Keys(dir.ids)), slices.Sorted(maps.Keys(dir.names)), slices.Sorted(maps.Keys(dir.aliases))}
	}
	if id := suggest(s, dir.sorted[0]); id != "" {
		return []string{id}
	}
	if name := suggest(f, dir.sorted[1]); name != "" {
		return dir.names[name]
	}
	if alias := suggest(f, dir.sorted[2]); alias != "" {
		return dir.aliases[alias]
	}
	return nil
}

// isAddress reports whether a reference is an address of the web. No other
// address is near to one: the next article's differs by a digit.
func isAddress(s string) bool { return strings.Contains(s, "://") }

// resolve finds what the drafts name. What is not found is reported, unless it
// may stand in what could not be read: that is returned, a problem for each
// name, to be listed after all others.
func (rd *reader) resolve() []Problem {
	lost := missing{names: map[string]*missingName{}}
	for _, d := range rd.drafts {
		for _, ref := range d.refs {
			d.key = ref.key
			dir := rd.directories[ref.to]
			ids := dir.find(ref.value.text)
			switch {
			case len(ids) == 1:
				ref.set(ids[0])
			case len(ids) > 1:
				d.problem(ref.value.at, "%q may be %s. Write the one that you mean.", ref.value.text, quotedOr(ids))
			case rd.lost:
				lost.add(d, ref)
				d.table.bad[ref.key] = true
			default:
				d.problem(ref.value.at, "There is no %s %q. %s", ref.to, ref.value.text, dir.advice(ref))
			}
		}
	}
	return lost.list(rd.directories, rd.root)
}

// advice says what to do about a reference that was not found.
func (dir *directory) advice(ref reference) string {
	switch ids := dir.guess(ref.value.text); {
	case len(ids) > 0:
		return fmt.Sprintf("Did you mean %s?", quotedOr(ids))
	case isAddress(ref.value.text) && ref.to == briefings.SourceRecord:
		return "Add a [[source]] with this url, or name another."
	default:
		return "Add it, or correct the name."
	}
}

// quotedOr lists ids, at least one, as choices, a few of them.
func quotedOr(ids []string) string {
	const most = 5
	var quoted []string
	for i, id := range ids {
		if i == most {
			quoted = append(quoted, fmt.Sprintf("%d others", len(ids)-most))
			break
		}
		quoted = append(quoted, fmt.Sprintf("%q", id))
	}
	last := len(quoted) - 1
	if last == 0 {
		return quoted[0]
	}
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}
