package bot

import (
	"slices"
	"strconv"
	"strings"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// field is a field of an entry or a report that the desk changes by its name: by
// /book set, and in a form. It is the one place that says how a field is written in
// chat.
type field struct {
	name  string // as an argument and a choice
	label string // in a form
	hint  string
	long  bool // several lines
	most  int  // runes
	// choices are the only values, where there are any.
	choices []string
	// get writes the field as set reads it; empty where it is not set.
	get func(s *briefings.Snapshot, r briefings.Record) string
	// set reads a value, of which the empty one clears the field. It returns
	// ErrInvalid with a sentence, also where records of this sort have no such field.
	set func(c *Call, r briefings.Record, value string) error
}

const (
	lineRunes = 200 // of a field of one line: what the book takes
	listMark  = ";" // parts what a field holds several of: names have commas in them
)

// entryField makes a field of entries that holds a text.
func entryField(name, label, hint string, of func(*briefings.Entry) *string) field {
	return field{name: name, label: label, hint: hint, most: lineRunes,
		get: func(_ *briefings.Snapshot, r briefings.Record) string {
			if e, ok := r.(*briefings.Entry); ok {
				return *of(e)
			}
			return ""
		},
		set: func(_ *Call, r briefings.Record, value string) error {
			e, ok := r.(*briefings.Entry)
			if !ok {
				return noField(name, "an entry")
			}
			*of(e) = value
			return nil
		},
	}
}

// reportField makes a field of reports that holds a text.
func reportField(name, label, hint string, of func(*briefings.Report) *string) field {
	return field{name: name, label: label, hint: hint, most: lineRunes,
		get: func(_ *briefings.Snapshot, r briefings.Record) string {
			if rep, ok := r.(*briefings.Report); ok {
				return *of(rep)
			}
			return ""
		},
		set: func(_ *Call, r briefings.Record, value string) error {
			rep, ok := r.(*briefings.Report)
			if !ok {
				return noField(name, "a report")
			}
			*of(rep) = value
			return nil
		},
	}
}

// claimField makes a field of what both entries and reports carry.
func claimField(name, label, hint string, of func(*briefings.Claim) *string) field {
	return field{name: name, label: label, hint: hint, most: lineRunes,
		get: func(_ *briefings.Snapshot, r briefings.Record) string {
			if c := briefings.ClaimOf(r); c != nil {
				return *of(c)
			}
			return ""
		},
		set: func(_ *Call, r briefings.Record, value string) error {
			c := briefings.ClaimOf(r)
			if c == nil {
				return noField(name, "an entry or a report")
			}
			*of(c) = value
			return nil
		},
	}
}

func noField(name, owner string) error {
	return briefings.Errorf(briefings.ErrInvalid, "Only %s has %s.", owner, strings.ReplaceAll(name, "_", " "))
}

// longer is a field of several lines.
func (f field) longer() field {
	f.long, f.most = true, MaxTextRunes
	return f
}

// of limits a field to some values, which people may also shorten, and write in
// other words.
func of[T ~string](f field, values []T) field {
	for _, v := range values {
		f.choices = append(f.choices, string(v))
	}
	set := f.set
	f.set = func(c *Call, r briefings.Record, value string) error {
		v, err := oneOf(f.name, value, f.choices)
		if err != nil {
			return err
		}
		return set(c, r, v)
	}
	return f
}

// otherWords are what people write for some of the values that the book knows.
var otherWords = map[string]string{
	"improved": "improving", "better": "improving", "up": "improving",
	"worsened": "worsening", "worse": "worsening", "down": "worsening", "deteriorating": "worsening",
	"stable": "steady", "same": "steady", "flat": "steady", "unknown": "unclear", "mixed": "unclear",
	"harder": "hardened", "hardening": "hardened", "softer": "softened", "softening": "softened", "reversal": "reversed",
	"medium": "moderate", "canceled": "cancelled", "planned": "expected", "scheduled": "expected", "done": "held", "happened": "held",
}

// oneOf returns the value that is meant, in the spelling of the book.
func oneOf(name, value string, choices []string) (string, error) {
	v := strings.ToLower(strings.TrimSpace(value))
	if v == "" || slices.Contains(choices, v) {
		return v, nil
	}
	if other := otherWords[v]; slices.Contains(choices, other) {
		return other, nil
	}
	return "", briefings.Errorf(briefings.ErrInvalid, "%s must be one of %s, not %q.", strings.ReplaceAll(name, "_", " "), strings.Join(choices, ", "), clip(value))
}

// fields are all, in the order in which forms show them.
var fields = []field{
	entryField("name", "Name", "What it is called", func(e *briefings.Entry) *string { return &e.Name }),
	{
		name: "aliases", label: "Other names", hint: "Parted by semicolons: US envoy; Stevie", long: true, most: MaxTextRunes,
		get: func(_ *briefings.Snapshot, r briefings.Record) string {
			if e, ok := r.(*briefings.Entry); ok {
				return strings.Join(e.Aliases, listMark+" ")
			}
			return ""
		},
		set: func(_ *Call, r briefings.Record, value string) error {
			e, ok := r.(*briefings.Entry)
			if !ok {
				return noField("aliases", "an entry")
			}
			e.Aliases = splitList(value)
			return nil
		},
	},
	entryField("role", "Role", "In one line: US special envoy", func(e *briefings.Entry) *string { return &e.Role }),
	{
		name: "affiliation", label: "Belongs to", hint: "The name of an entry", most: lineRunes,
		get: func(s *briefings.Snapshot, r briefings.Record) string {
			if e, ok := r.(*briefings.Entry); ok && e.Affiliation != "" {
				return nameOf(s, e.Affiliation)
			}
			return ""
		},
		set: func(c *Call, r briefings.Record, value string) error {
			e, ok := r.(*briefings.Entry)
			if !ok {
				return noField("affiliation", "an entry")
			}
			return c.setEntry(&e.Affiliation, value)
		},
	},
	entryField("summary", "Background", "Who or what it is, in two or three sentences", func(e *briefings.Entry) *string { return &e.Summary }).longer(),
	entryField("why_now", "Why it matters now", "In a sentence or two", func(e *briefings.Entry) *string { return &e.WhyNow }).longer(),
	{
		name: "open", label: "Open questions", hint: "One a line", long: true, most: MaxTextRunes,
		get: func(_ *briefings.Snapshot, r briefings.Record) string {
			if e, ok := r.(*briefings.Entry); ok {
				return strings.Join(e.Open, "\n")
			}
			return ""
		},
		set: func(_ *Call, r briefings.Record, value string) error {
			e, ok := r.(*briefings.Entry)
			if !ok {
				return noField("open", "an entry")
			}
			e.Open = nil
			for line := range strings.Lines(value) {
				if line = strings.TrimSpace(line); line != "" {
					e.Open = append(e.Open, line)
				}
			}
			return nil
		},
	},
	reportField("text", "What", "In a sentence or two", func(r *briefings.Report) *string { return &r.Text }).longer(),
	{
		name: "date", label: "When", hint: "2 Dec, yesterday 18:00, December 2025", most: 64,
		get: func(_ *briefings.Snapshot, r briefings.Record) string {
			if c := briefings.ClaimOf(r); c != nil {
				return c.Occurred.String()
			}
			return ""
		},
		set: func(c *Call, r briefings.Record, value string) error {
			claim := briefings.ClaimOf(r)
			if claim == nil {
				return noField("date", "an entry or a report")
			}
			return c.setMoment(&claim.Occurred, value)
		},
	},
	{
		name: "source", label: "Where it can be read", hint: "https://…, the name of a source, or unsourced", most: MaxValueRunes,
		get: func(s *briefings.Snapshot, r briefings.Record) string {
			c := briefings.ClaimOf(r)
			if c == nil {
				return ""
			}
			list := make([]string, len(c.Sources))
			for i, id := range c.Sources {
				list[i] = string(id)
			}
			return strings.Join(list, listMark+" ")
		},
		set: func(c *Call, r briefings.Record, value string) error {
			claim := briefings.ClaimOf(r)
			if claim == nil {
				return noField("source", "an entry or a report")
			}
			ids, err := c.sources(value)
			if err == nil {
				claim.Sources = ids
			}
			return err
		},
	},
	refField("subject", "Whose", "The track, the party or the speaker", func(r *briefings.Report) *briefings.EntryID { return &r.Subject }),
	refField("issue", "On what", "The name of an entry", func(r *briefings.Report) *briefings.EntryID { return &r.Issue }),
	refField("place", "Where", "The name of an entry", func(r *briefings.Report) *briefings.EntryID { return &r.Place }),
	{
		name: "about", label: "Whom and what it concerns", hint: "Names, parted by semicolons", most: MaxValueRunes,
		get: func(s *briefings.Snapshot, r briefings.Record) string {
			rep, ok := r.(*briefings.Report)
			if !ok {
				return ""
			}
			list := make([]string, len(rep.About))
			for i, id := range rep.About {
				list[i] = nameOf(s, id)
			}
			return strings.Join(list, listMark+" ")
		},
		set: func(c *Call, r briefings.Record, value string) error {
			rep, ok := r.(*briefings.Report)
			if !ok {
				return noField("about", "a report")
			}
			var ids []briefings.EntryID
			for _, name := range splitList(value) {
				var id briefings.EntryID
				if err := c.setEntry(&id, name); err != nil {
					return err
				}
				if !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
			rep.About = ids
			return nil
		},
	},
	of(reportField("trend", "Trend", "", func(r *briefings.Report) *string { return (*string)(&r.Trend) }), briefings.Trends),
	reportField("why", "Why that trend", "In a sentence", func(r *briefings.Report) *string { return &r.Why }).longer(),
	reportField("next", "What comes next", "In a sentence", func(r *briefings.Report) *string { return &r.Next }).longer(),
	{
		name: "next_update", label: "Next word by", hint: "2025-12-05", most: 64,
		get: func(_ *briefings.Snapshot, r briefings.Record) string {
			if rep, ok := r.(*briefings.Report); ok {
				return rep.NextUpdate.String()
			}
			return ""
		},
		set: func(c *Call, r briefings.Record, value string) error {
			rep, ok := r.(*briefings.Report)
			if !ok {
				return noField("next_update", "a report")
			}
			return c.setMoment(&rep.NextUpdate, value)
		},
	},
	of(reportField("drift", "Drift", "", func(r *briefings.Report) *string { return (*string)(&r.Drift) }), briefings.Drifts),
	of(reportField("state", "State", "", func(r *briefings.Report) *string { return (*string)(&r.State) }), briefings.EventStates),
	reportField("detail", "Detail", "What else is worth knowing", func(r *briefings.Report) *string { return &r.Detail }).longer(),
	claimField("attribution", "Says who", "A senior adviser", func(c *briefings.Claim) *string { return &c.Attribution }),
	of(claimField("confidence", "Confidence", "", func(c *briefings.Claim) *string { return (*string)(&c.Confidence) }), briefings.Confidences),
	of(claimField("nature", "Nature", "", func(c *briefings.Claim) *string { return (*string)(&c.Nature) }), briefings.Natures),
	{
		name: "importance", label: "Importance", hint: "0 to 100", most: 3,
		get: func(_ *briefings.Snapshot, r briefings.Record) string {
			if n := importanceOf(r); n != nil && *n != 0 {
				return strconv.Itoa(*n)
			}
			return ""
		},
		set: func(_ *Call, r briefings.Record, value string) error {
			n, err := 0, error(nil)
			if value != "" {
				n, err = strconv.Atoi(value)
			}
			to := importanceOf(r)
			if to == nil || err != nil || n < 0 || n > 100 {
				return briefings.Errorf(briefings.ErrInvalid, "Importance is a whole number from 0 to 100, not %q.", clip(value))
			}
			*to = n
			return nil
		},
	},
}

// refField makes a field of reports that names an entry.
func refField(name, label, hint string, of func(*briefings.Report) *briefings.EntryID) field {
	return field{name: name, label: label, hint: hint, most: lineRunes,
		get: func(s *briefings.Snapshot, r briefings.Record) string {
			if rep, ok := r.(*briefings.Report); ok && *of(rep) != "" {
				return nameOf(s, *of(rep))
			}
			return ""
		},
		set: func(c *Call, r briefings.Record, value string) error {
			rep, ok := r.(*briefings.Report)
			if !ok {
				return noField(name, "a report")
			}
			return c.setEntry(of(rep), value)
		},
	}
}

func importanceOf(r briefings.Record) *int {
	switch r := r.(type) {
	case *briefings.Entry:
		return &r.Importance
	case *briefings.Report:
		return &r.Importance
	default:
		return nil
	}
}

// nameOf is what an entry is called, or its slug where others are called so, too: what
// a form shows must mean the same when it comes back.
func nameOf(s *briefings.Snapshot, id briefings.EntryID) string {
	name := s.Name(id)
	if p := s.Resolve(name).Page; p == nil || p.Entry.ID != id || strings.Contains(name, listMark) {
		return string(id)
	}
	return name
}

// fieldNamed returns the field of a name, or nil.
func fieldNamed(name string) *field {
	for i := range fields {
		if fields[i].name == name {
			return &fields[i]
		}
	}
	return nil
}

// fieldNames are the names of all fields.
func fieldNames() []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.name
	}
	return list
}

// splitList parts what stands between semicolons, or on lines of their own.
func splitList(value string) []string {
	var list []string
	for _, s := range strings.FieldsFunc(value, func(r rune) bool { return r == ';' || r == '\n' }) {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// setEntry puts the id of the entry that a value names; the empty value clears it.
func (c *Call) setEntry(id *briefings.EntryID, value string) error {
	if value == "" {
		*id = ""
		return nil
	}
	p, err := c.entry(value)
	if err == nil {
		*id = p.Entry.ID
	}
	return err
}

// entry finds the entry that an editor names. It is stricter than what readers get:
// what is only near, or fits several, is not changed by chance.
func (c *Call) entry(name string, kinds ...briefings.EntryKind) (*briefings.Page, error) {
	r := c.Now.Resolve(name, kinds...)
	if r.Page != nil && r.How <= names.Token {
		return r.Page, nil
	}
	near := r.Choices
	if r.Page != nil {
		near = []*briefings.Page{r.Page}
	}
	if len(near) == 0 {
		return nil, briefings.Errorf(briefings.ErrNotFound, "There is no entry %q. Add it with %s, or correct the name.", clip(name), c.typed("book add"))
	}
	var list []string
	for _, p := range near {
		list = append(list, p.Entry.Name+" ("+string(p.Entry.ID)+")")
	}
	return nil, briefings.Errorf(briefings.ErrInvalid, "%q is not plainly one entry. Write the whole name: %s.", clip(name), joinNames(list))
}

// setMoment puts the moment that a value means; the empty value clears it.
func (c *Call) setMoment(m *briefings.Moment, value string) error {
	if value == "" {
		*m = briefings.Moment{}
		return nil
	}
	at, err := briefings.ParseWhen(value, c.Request.Now, c.zone())
	if err == nil {
		*m = at
	}
	return err
}
