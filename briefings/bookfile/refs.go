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
// whole of a name or an alias that only one has.
type directory struct {
	ids     map[string]bool
	names   map[string][]string // folded name → ids
	aliases map[string][]string // folded alias → ids
	guesses int                 // suggestions made so far
	sorted  [3][]string         // the keys of the three maps, once they are needed
}

// maxGuesses bounds the work of suggesting: each looks at every name.
const maxGuesses = 50

func newDirectory() *directory {
	return &directory{ids: map[string]bool{}, names: map[string][]string{}, aliases: map[string][]string{}}
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

// find returns the ids that a reference may mean: one if all is well.
func (dir *directory) find(s string) []string {
	if dir.ids[s] {
		return []string{s}
	}
	f := names.Fold(s)
	if ids := dir.names[f]; len(ids) > 0 {
		return ids
	}
	return dir.aliases[f]
}

// guess returns the id that a reference without a match may have meant. It
// tries ids, names and aliases, each in order, so that it is always the same.
func (dir *directory) guess(s string) string {
	if dir.guesses++; dir.guesses > maxGuesses {
		return ""
	}
	if dir.sorted[0] == nil {
		dir.sorted = [3][]string{slices.Sorted(maps.Keys(dir.ids)), slices.Sorted(maps.Keys(dir.names)), slices.Sorted(maps.Keys(dir.aliases))}
	}
	if id := suggest(s, dir.sorted[0]); id != "" {
		return id
	}
	f := names.Fold(s)
	if name := suggest(f, dir.sorted[1]); name != "" {
		return dir.names[name][0]
	}
	if alias := suggest(f, dir.sorted[2]); alias != "" {
		return dir.aliases[alias][0]
	}
	return ""
}

// resolve finds what the drafts name. What is not found is reported, unless it
// may stand in what could not be read; resolve returns how often that was so.
func (rd *reader) resolve() (unsure int) {
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
				unsure++
				d.table.bad[ref.key] = true
			default:
				message := fmt.Sprintf("There is no %s %q. ", ref.to, ref.value.text)
				if g := dir.guess(ref.value.text); g != "" {
					message += fmt.Sprintf("Did you mean %q?", g)
				} else {
					message += "Add it, or correct the name."
				}
				d.problem(ref.value.at, "%s", message)
			}
		}
	}
	return unsure
}

// quotedOr lists ids as choices, a few of them.
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
	return strings.Join(quoted[:last], ", ") + " or " + quoted[last]
}
