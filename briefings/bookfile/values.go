package bookfile

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/briefbot/briefbot/briefings"
)

const kindTable = unstable.InlineTable

// draft is one record while it is being read.
type draft struct {
	table  *table
	spec   *spec
	record briefings.Record
	refs   []reference
	zone   *time.Location
	// recorded is the default that a [book] table gives.
	recorded time.Time
	minted   bool // the id was made, not given
	dated    bool // the record says itself when it was recorded
	problems *Problems

	key    string // the key that is being read
	inList bool   // what is being read is an item of its list
}

// problem reports what is wrong at an offset, under the key being read.
func (d *draft) problem(at int, format string, args ...any) {
	d.table.bad[d.key] = true
	line, _ := d.table.file.line(at)
	d.problems.add(Problem{File: d.table.file.name, Line: line, Record: d.label(), Key: d.key, Message: fmt.Sprintf(format, args...)})
}

// label names the record in problems: person "Ada Byrne", event first-round.
func (d *draft) label() string {
	given := func(key string) string {
		if p := d.table.body.find(key); p != nil && p.value.kind == unstable.String {
			return p.value.text
		}
		return ""
	}
	kind := d.table.name
	for _, key := range []string{"name", "text"} {
		if s := given(key); s != "" {
			return kind + " " + strconv.Quote(shorten(s, 40))
		}
	}
	for _, key := range []string{"slug", "id"} {
		if s := given(key); s != "" {
			return kind + " " + strconv.Quote(shorten(s, 64))
		}
	}
	return kind
}

// shorten cuts a text for use as a label.
func shorten(s string, runes int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > runes {
		return strings.TrimRight(string(r[:runes-1]), " ") + "…"
	}
	return s
}

// text takes a value as a string.
func (d *draft) text(v *value) (string, bool) {
	switch v.kind {
	case unstable.String:
		return v.text, true
	case unstable.Array:
		d.problem(v.at, `This is one text, not a list. Write %s.`, d.example(`"…"`))
	case kindTable:
		d.problem(v.at, `This is a text, not a table. Write %s.`, d.example(`"…"`))
	default:
		d.problem(v.at, `This is a text, so it stands between quotes. Write %s.`, d.example(strconv.Quote(v.text)))
	}
	return "", false
}

// list takes a value as a list; what it holds is for the caller to judge.
func (d *draft) list(v *value) []*value {
	if v.kind != unstable.Array {
		example := `["…", "…"]`
		if v.kind == unstable.String {
			example = "[" + strconv.Quote(shorten(v.text, 40)) + "]"
		}
		d.problem(v.at, "This is a list. Write %s.", d.example(example))
		return nil
	}
	d.inList = true
	return v.items
}

// distinct returns the list without the texts that it holds a second time.
func (d *draft) distinct(v *value) *value {
	if v.kind != unstable.Array {
		return v
	}
	once := *v
	once.items = nil
	seen := map[string]bool{}
	for _, item := range v.items {
		if item.kind == unstable.String && seen[item.text] {
			continue
		}
		seen[item.text] = item.kind == unstable.String
		once.items = append(once.items, item)
	}
	return &once
}

// number takes a value as a whole number.
func (d *draft) number(v *value) (int, bool) {
	if v.kind == unstable.Integer {
		n, err := strconv.ParseInt(v.text, 0, 64)
		if err == nil && n >= math.MinInt32 && n <= math.MaxInt32 {
			return int(n), true
		}
	}
	example := "80"
	if f, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64); err == nil && f >= 0 && f <= 100 {
		example = strconv.Itoa(int(f))
	}
	d.problem(v.at, "This is a whole number without quotes. Write %s.", d.example(example))
	return 0, false
}

// moment takes a value as a date known to some precision.
func (d *draft) moment(v *value) (briefings.Moment, bool) {
	s, ok := d.dateText(v)
	if !ok {
		return briefings.Moment{}, false
	}
	if s == "" {
		return briefings.Moment{}, true
	}
	m, err := parseMoment(s, d.zone)
	if err != nil {
		d.problem(v.at, "%s", err)
	}
	return m, err == nil
}

// instant takes a value as a time; of a date, the edge is meant.
func (d *draft) instant(v *value, of edge) (time.Time, bool) {
	s, ok := d.dateText(v)
	if !ok {
		return time.Time{}, false
	}
	if s == "" {
		return time.Time{}, true
	}
	t, err := parseInstant(s, d.zone, of)
	if err != nil {
		d.problem(v.at, "%s", err)
	}
	return t, err == nil
}

// dateText takes a value as the text of a date: a string, or one of TOML's own
// dates and times, or a number for a year.
func (d *draft) dateText(v *value) (string, bool) {
	switch v.kind {
	case unstable.String, unstable.LocalDateTime, unstable.DateTime:
		return v.text, true
	case unstable.Integer:
		if len(v.text) == 4 {
			return v.text, true
		}
	case unstable.LocalDate:
		if len(v.text) == len("2006-01") { // go-toml's parser lets it pass; TOML has no such value
			d.problem(v.at, "A month stands between quotes. Write %s.", d.example(strconv.Quote(v.text)))
			return "", false
		}
		return v.text, true
	}
	d.problem(v.at, "This is a date. Write %s, or as exactly as is known.", d.example(`"2026-03-02"`))
	return "", false
}

// example shows how a value is written: with the key being read, unless it is
// one of a list.
func (d *draft) example(v string) string {
	if d.inList {
		return v
	}
	return d.key + " = " + v
}

// keys reports the keys of an inner table that are not among those it may have.
func (d *draft) keys(n *node, known []string) {
	for _, p := range n.pairs {
		if !slices.Contains(known, p.key) {
			d.problem(p.at, "%s is not a key here. The keys are %s.", p.key, strings.Join(known, ", "))
		}
	}
}
