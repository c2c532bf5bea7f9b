package slacktest

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"
)

// blockSurface is where blocks are shown, which decides what they may hold.
type blockSurface uint8

const (
	messageSurface blockSurface = iota
	modalSurface
	homeSurface
)

// checker gathers what is wrong with a message or a view.
//
// Its words are Slack's where those are known: Slack adds to them a line that
// the enclosing object matches no schema, which is left out here.
type checker struct {
	found    []problem
	surface  blockSurface
	codes    []string // errors that have a code of their own
	chars    int      // of all blocks
	markdown int      // of the markdown blocks
	cells    int      // of the tables
	tables   int
	blockIDs map[string]bool
}

// problem is something that is wrong, at a JSON pointer.
type problem struct {
	at, message string
	overlooked  bool // by Slack
}

// add notes a problem for which Slack refuses the request.
func (c *checker) add(at, format string, args ...any) {
	c.found = append(c.found, problem{at, fmt.Sprintf(format, args...), false})
}

// note notes a problem that Slack overlooks and a correct bot does not have.
func (c *checker) note(at, format string, args ...any) {
	c.found = append(c.found, problem{at, fmt.Sprintf(format, args...), true})
}

// code notes an error of the API for which Slack refuses the whole request.
func (c *checker) code(code string) { c.codes = append(c.codes, code) }

// results returns for what Slack refuses the request, and what it overlooks.
func (c *checker) results() (invalid, violations []string) {
	invalid = c.codes
	for _, p := range c.found {
		if p.overlooked {
			violations = append(violations, p.at+": "+p.message)
		} else {
			invalid = append(invalid, "[ERROR] "+p.message+" [json-pointer:"+p.at+"]")
		}
	}
	return invalid, violations
}

// length notes a text that is too long or, where least is 1, empty. It counts
// characters.
func (c *checker) length(at, s string, least, most int) {
	switch n := runes(s); {
	case n < least:
		c.add(at, "must be more than %d characters", least-1)
	case n > most:
		c.add(at, "must be less than %d characters", most+1)
	}
}

// pointer extends a JSON pointer.
func pointer(at string, steps ...any) string {
	for _, s := range steps {
		at += "/" + fmt.Sprint(s)
	}
	return at
}

// properties notes what an object has and is not known to have. A type is
// always known.
func (c *checker) properties(at string, o object, known string) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if key != "type" && !strings.Contains(" "+known+" ", " "+key+" ") {
			c.add(at, "invalid additional property: %s", key)
		}
	}
}

// required notes a property that is missing.
func (c *checker) required(at string, o object, names ...string) {
	for _, key := range names {
		if o[key] == nil {
			c.add(at, "missing required field: %s", key)
		}
	}
}

// typed returns the string at a key. It notes what is there and is no string.
func (c *checker) typed(at string, o object, key string) (s string, ok bool) {
	v, there := o[key]
	if !there {
		return "", false
	}
	s, ok = v.(string)
	if !ok {
		c.add(pointer(at, key), "must provide a string")
	}
	return s, ok
}

// short notes a string that is too long or, where least is 1, empty. There need
// not be one.
func (c *checker) short(at string, o object, key string, least, most int) {
	if s, ok := c.typed(at, o, key); ok {
		c.length(pointer(at, key), s, least, most)
	}
}

// truths notes properties that are neither true nor false.
func (c *checker) truths(at string, o object, names ...string) {
	for _, key := range names {
		if v, there := o[key]; there {
			if _, ok := v.(bool); !ok {
				c.add(pointer(at, key), "must provide a boolean")
			}
		}
	}
}

// choice notes a string that is none of the choices. There need not be one.
func (c *checker) choice(at string, o object, key string, choices ...string) {
	s, ok := c.typed(at, o, key)
	if !ok {
		return
	}
	if !slices.Contains(choices, s) {
		c.add(pointer(at, key), "must be a valid enum value")
	}
}

// between notes a number that is out of bounds or not whole. There need not be
// one.
func (c *checker) between(at string, o object, key string, least, most int) {
	v, there := o[key]
	if !there {
		return
	}
	n, ok := number(v)
	if _, isString := v.(string); isString || !ok {
		c.add(pointer(at, key), "must provide an integer")
		return
	}
	switch {
	case n < int64(least):
		c.add(pointer(at, key), "must be greater than %d", least-1)
	case n > int64(most):
		c.add(pointer(at, key), "must be less than %d", most+1)
	}
}

// items returns the members of an array. It notes an array that is missing, too
// short or too long, and members that are no objects, for which the result has
// nil.
func (c *checker) items(at string, o object, key string, least, most int) []object {
	l, ok := o[key].([]any)
	if !ok {
		if o[key] == nil {
			c.required(at, o, key)
		} else {
			c.add(pointer(at, key), "must provide an array")
		}
		return nil
	}
	at = pointer(at, key)
	c.count(at, len(l), least, most)
	out := make([]object, len(l))
	for i, v := range l {
		if out[i], ok = v.(object); !ok {
			c.add(pointer(at, i), "must provide an object")
		}
	}
	return out
}

// count notes an array that is too short or too long.
func (c *checker) count(at string, n, least, most int) {
	switch {
	case n < least:
		c.add(at, "no less than %d items allowed", least)
	case n > most:
		c.add(at, "no more than %d items allowed", most)
	}
}

// child returns the object at a key. It notes what is there and is none.
func (c *checker) child(at string, o object, key string) object {
	v, there := o[key]
	if !there {
		return nil
	}
	child, ok := v.(object)
	if !ok {
		c.add(pointer(at, key), "must provide an object")
	}
	return child
}

// address notes an address that is too long or leads nowhere. There need not be
// one.
func (c *checker) address(at string, o object, key string, most int) {
	s, ok := c.typed(at, o, key)
	if !ok {
		return
	}
	c.length(pointer(at, key), s, 1, most)
	u, err := url.Parse(s)
	if s != "" && (err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "") {
		c.add(pointer(at, key), "invalid url")
	}
}

// unbounded is the bound of what has none.
const unbounded = math.MaxInt32
