package bookfile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// How much is listed: so many names, and so many further places for each.
const (
	maxMissing = 50
	maxPlaces  = 5
)

// missing collects the names that were not found and that may stand in what
// could not be read: one problem for each, with the places where it is used.
type missing struct {
	names map[string]*missingName // by kind of record and name
}

// missingName is one of them, as it was first used.
type missingName struct {
	at    Problem
	ref   reference
	last  string   // the place where it was last used
	more  []string // the places after the first
	extra int      // how many more there are
}

func (m *missing) add(d *draft, ref reference) {
	line, _ := d.table.file.line(ref.value.at)
	place := fmt.Sprintf("%s:%d", d.table.file.name, line)
	key := string(ref.to) + " " + ref.value.text
	n := m.names[key]
	switch {
	case n == nil:
		n = &missingName{at: Problem{File: d.table.file.name, Line: line, Record: d.label(), Key: d.key}, ref: ref}
		m.names[key] = n
	case n.last == place:
	case len(n.more) < maxPlaces:
		n.more = append(n.more, place)
	default:
		n.extra++
	}
	n.last = place
}

// list returns the problems in the order of files and lines.
func (m *missing) list(directories map[briefings.RecordKind]*directory, root string) []Problem {
	list := slices.SortedFunc(maps.Values(m.names), func(a, b *missingName) int {
		return cmp.Or(cmp.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.ref.value.text, b.ref.value.text), cmp.Compare(a.ref.to, b.ref.to))
	})
	var problems []Problem
	for i, n := range list {
		if i == maxMissing {
			problems = append(problems, Problem{File: root, Message: fmt.Sprintf("There are %d more names that were not found. Mend the above first.", len(list)-i)})
			break
		}
		n.at.Message = fmt.Sprintf("%q was not found%s. It may stand in what could not be read, so mend the above first.", n.ref.value.text, n.elsewhere())
		if ids := directories[n.ref.to].guess(n.ref.value.text); len(ids) > 0 {
			n.at.Message += fmt.Sprintf(" If it does not, did you mean %s?", quotedOr(ids))
		}
		problems = append(problems, n.at)
	}
	return problems
}

// elsewhere lists the other places where the name is used.
func (n *missingName) elsewhere() string {
	switch {
	case len(n.more) == 0:
		return ""
	case n.extra > 0:
		return fmt.Sprintf(", nor at %s and %d more", strings.Join(n.more, ", "), n.extra)
	default:
		return ", nor at " + strings.Join(n.more, ", ")
	}
}
