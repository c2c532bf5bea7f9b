package bookfile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// maxPlaces bounds how many places are listed for a name that is missing.
const maxPlaces = 5

// missing collects the names that were not found and that may stand in what
// could not be read: one problem for each, with the places where it is used.
type missing struct {
	names map[string]*missingName // by kind of record and name
}

// missingName is one of them, as it was first used.
type missingName struct {
	at    Problem
	ref   reference
	times int
	more  []string // the places after the first
}

func (m *missing) add(d *draft, ref reference) {
	line, _ := d.table.file.line(ref.value.at)
	key := string(ref.to) + " " + ref.value.text
	n := m.names[key]
	if n == nil {
		n = &missingName{at: Problem{File: d.table.file.name, Line: line, Record: d.label(), Key: d.key}, ref: ref}
		m.names[key] = n
	} else if len(n.more) < maxPlaces {
		n.more = append(n.more, fmt.Sprintf("%s:%d", d.table.file.name, line))
	}
	n.times++
}

// list returns the problems in the order of files and lines.
func (m *missing) list(directories map[briefings.RecordKind]*directory) []Problem {
	list := slices.SortedFunc(maps.Values(m.names), func(a, b *missingName) int {
		return cmp.Or(cmp.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line), cmp.Compare(a.ref.value.text, b.ref.value.text), cmp.Compare(a.ref.to, b.ref.to))
	})
	problems := make([]Problem, len(list))
	for i, n := range list {
		n.at.Message = fmt.Sprintf("%q was not found%s. It may stand in what could not be read, so mend the above first.", n.ref.value.text, n.elsewhere())
		if ids := directories[n.ref.to].guess(n.ref.value.text); len(ids) > 0 {
			n.at.Message += fmt.Sprintf(" If it does not, did you mean %s?", quotedOr(ids))
		}
		problems[i] = n.at
	}
	return problems
}

// elsewhere lists the other places where the name is used.
func (n *missingName) elsewhere() string {
	places := n.more
	if more := n.times - 1 - len(n.more); more > 0 {
		places = append(slices.Clip(places), fmt.Sprintf("%d more places", more))
	}
	if len(places) == 0 {
		return ""
	}
	return ", nor at " + strings.Join(places, ", ")
}
