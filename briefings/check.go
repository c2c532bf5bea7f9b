package briefings

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings/names"
)

// Limits of a record's content. A field is at most 4 kB (SECURITY control 19),
// and a line short enough for the title of a card on every platform.
const (
	maxLineRunes = 200
	maxTextBytes = 4000
	maxListItems = 100
)

// Problem is one thing wrong with a record.
type Problem struct {
	Ref Ref
	// Field is the JSON name of the field, empty for the whole record.
	Field string
	// Message is a sentence: what is wrong and what to do.
	Message string
}

func (p Problem) String() string {
	if p.Field == "" {
		return fmt.Sprintf("%s %s: %s", p.Ref.Kind, p.Ref.ID, p.Message)
	}
	return fmt.Sprintf("%s %s: %s: %s", p.Ref.Kind, p.Ref.ID, p.Field, p.Message)
}

// Find looks for a record that another names. The record may be nil where it is
// known to be there and no more.
type Find func(Ref) (r Record, ok bool)

// Check returns what is wrong with a record's content, nothing if all is well.
// find looks for the records that this one names; now is the present, after
// which nothing can have been recorded or have happened.
func Check(r Record, find Find, now time.Time) []Problem {
	c := checker{ref: r.Ref(), find: find, now: now}
	switch r := r.(type) {
	case *Book:
		c.slug("id", string(r.ID))
		c.line("name", r.Name, true)
		c.text("about", r.About, false)
		if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
			c.add("zone", "%q is not a time zone. Use an IANA name such as Europe/Dublin.", r.Zone)
		}
	case *Source:
		c.slug("id", string(r.ID))
		c.line("name", r.Name, true)
		c.url("url", r.URL)
		c.url("archive", r.Archive)
		c.refers("derives_from", SourceRecord, string(r.DerivesFrom))
		c.loops("derives_from", r, "A source cannot derive from itself, also by way of others. Name the source that it repeats, or leave this out.")
	case *Entry:
		c.entry(r)
	case *Report:
		c.report(r)
	case *Suggestion:
		c.suggestion(r)
	}
	return c.problems
}

// suggestion checks what a suggestion says. What it proposes is checked when it is
// approved: until then it may lack what the desk adds.
func (c *checker) suggestion(s *Suggestion) {
	c.slug("id", string(s.ID))
	if list, ok := oneOf(s.Kind, SuggestionKinds); !ok || s.Kind == "" {
		c.add("kind", "%q is not a kind of suggestion. The kinds are %s.", s.Kind, list)
	}
	if list, ok := oneOf(s.State, SuggestionStates); !ok || s.State == "" {
		c.add("state", "%q is not a state of a suggestion. The states are %s.", s.State, list)
	}
	if p := s.Proposed(); p != nil {
		c.text("text", Headline(p), true)
	} else if s.Kind == Proposal || s.Kind == Draft {
		c.add("", "It proposes nothing. Say what should change.")
	}
	c.text("note", s.Note, s.Kind == Question)
	c.text("answer", s.Answer, false)
}

// checker collects the problems of one record.
type checker struct {
	ref      Ref
	find     Find
	now      time.Time
	problems []Problem
}

func (c *checker) add(field, format string, args ...any) {
	c.problems = append(c.problems, Problem{c.ref, field, fmt.Sprintf(format, args...)})
}

func (c *checker) entry(e *Entry) {
	c.slug("slug", string(e.ID))
	if list, ok := oneOf(e.Kind, EntryKinds); !ok || e.Kind == "" {
		c.add("kind", "%q is not a kind of entry. The kinds are %s.", e.Kind, list)
	}
	c.line("name", e.Name, true)
	if e.Name != "" && names.Fold(e.Name) == "" {
		c.add("name", "A name needs a letter or a digit, so that it can be asked for.")
	}
	c.lines("aliases", e.Aliases)
	c.line("role", e.Role, false)
	c.refers("affiliation", EntryRecord, string(e.Affiliation))
	c.loops("affiliation", e, "An entry cannot belong to itself, also by way of others. Name another entry, or leave this out.")
	c.text("summary", e.Summary, false)
	c.text("why_now", e.WhyNow, false)
	c.count("open", len(e.Open))
	for _, q := range e.Open {
		c.text("open", q, true)
	}
	c.count("links", len(e.Links))
	for _, l := range e.Links {
		c.line("links", l.Title, true)
		if l.URL == "" {
			c.add("links", "The link %q has no address. Give its url.", l.Title)
		}
		c.url("links", l.URL)
	}
	c.percent("importance", e.Importance)
	c.claim(e.Claim)
}

func (c *checker) report(r *Report) {
	c.slug("id", string(r.ID))
	if list, ok := oneOf(r.Kind, ReportKinds); !ok || r.Kind == "" {
		c.add("kind", "%q is not a kind of report. The kinds are %s.", r.Kind, list)
	}
	c.text("text", r.Text, true)
	c.text("detail", r.Detail, false)
	c.refers("subject", EntryRecord, string(r.Subject))
	c.refers("issue", EntryRecord, string(r.Issue))
	c.refers("place", EntryRecord, string(r.Place))
	c.kind("place", r.Place, Place, Org)
	c.count("about", len(r.About))
	for _, id := range r.About {
		c.refers("about", EntryRecord, string(id))
	}
	switch r.Kind {
	case Status:
		c.needs("subject", string(r.Subject), "Say whose status it is: a track or a document.")
		c.kind("subject", r.Subject, Track, Document)
	case Position:
		c.needs("subject", string(r.Subject), "Say whose position it is: a person or an organisation.")
		c.kind("subject", r.Subject, Person, Org)
		c.needs("issue", string(r.Issue), "Say what the position is on: an entry of the book.")
	case Statement:
		c.needs("subject", string(r.Subject), "Say who said it: a person or an organisation.")
		c.kind("subject", r.Subject, Person, Org)
	case Event:
		if r.Subject != "" {
			c.add("subject", "An event has no subject. List whom it concerns under about.")
		}
		if len(r.Entries()) == 0 {
			c.add("about", "Say what the event concerns: list entries of the book.")
		}
	}
	c.only("issue", string(r.Issue), r.Kind, Position)
	c.only("trend", string(r.Trend), r.Kind, Status)
	c.only("why", r.Why, r.Kind, Status)
	c.only("next", r.Next, r.Kind, Status)
	c.only("next_update", r.NextUpdate.String(), r.Kind, Status)
	c.only("drift", string(r.Drift), r.Kind, Position)
	c.only("state", string(r.State), r.Kind, Event)
	c.text("why", r.Why, false)
	c.text("next", r.Next, false)
	if list, ok := oneOf(r.Trend, Trends); !ok {
		c.add("trend", "%q is not a trend. The trends are %s.", r.Trend, list)
	}
	if list, ok := oneOf(r.Drift, Drifts); !ok {
		c.add("drift", "%q is not a drift. The drifts are %s.", r.Drift, list)
	}
	if list, ok := oneOf(r.State, EventStates); !ok {
		c.add("state", "%q is not a state of an event. The states are %s.", r.State, list)
	}
	c.percent("importance", r.Importance)
	c.claim(r.Claim)
	// An event still to come may have no date; whatever is known to have
	// happened must say when, or nobody can place it.
	if r.Claim.Occurred.IsZero() && !r.Open() && r.State != Cancelled {
		c.add("occurred", "Say when, as exactly as is known: %s.", c.dates())
	}
	c.order(r)
}

// order refuses what cannot come one after the other: a thing that is said to
// have happened is past, and was known no earlier than it happened. An event
// may have been announced before, and what is cancelled never happens.
func (c *checker) order(r *Report) {
	if r.Open() || r.State == Cancelled {
		return
	}
	switch when := r.Claim.Occurred; {
	case when.Follows(c.now) && r.Kind == Event:
		c.add("occurred", "%s is still to come. Write state = \"expected\" or \"confirmed\", or correct the date.", r.Claim.Occurred)
	case when.Follows(c.now):
		c.add("occurred", "%s is still to come, and a %s is of what is so already. Correct the date, or record an expected event.", r.Claim.Occurred, r.Kind)
	case r.Kind != Event && !r.Claim.Recorded.IsZero() && when.Follows(r.Claim.Recorded):
		c.add("recorded", "The book cannot have known on %s what happened on %s. Correct one of the two, or leave this out.", r.Claim.Recorded.Format(time.DateOnly), r.Claim.Occurred)
	}
}

// dates gives examples of dates, near the present.
func (c *checker) dates() string {
	return c.now.Format("2006-01-02, 2006-01 or 2006")
}

func (c *checker) claim(cl Claim) {
	c.line("attribution", cl.Attribution, false)
	if list, ok := oneOf(cl.Confidence, Confidences); !ok {
		c.add("confidence", "%q is not a confidence. The confidences are %s.", cl.Confidence, list)
	}
	if list, ok := oneOf(cl.Nature, Natures); !ok {
		c.add("nature", "%q is not a nature. The natures are %s.", cl.Nature, list)
	}
	c.count("sources", len(cl.Sources))
	for _, id := range cl.Sources {
		c.refers("sources", SourceRecord, string(id))
	}
	if cl.Recorded.After(c.now) {
		c.add("recorded", "%s is in the future. A claim is recorded when the book learns of it; leave this out for now.", cl.Recorded.Format(time.RFC3339))
	}
	c.line("verified_by", cl.VerifiedBy, false)
}

func (c *checker) slug(field, s string) {
	if err := CheckSlug(s); err != nil {
		c.add(field, "%s", err.Error())
	}
}

func (c *checker) needs(field, value, message string) {
	if value == "" {
		c.add(field, "%s", message)
	}
}

// only refuses a value in a report whose kind has no such field.
func (c *checker) only(field, value string, have, want ReportKind) {
	if value != "" && have != want {
		c.add(field, "Only a %s has this. Leave it out, or make this a %s.", want, want)
	}
}

func (c *checker) refers(field string, kind RecordKind, id string) {
	if id == "" {
		return
	}
	if _, ok := c.find(Ref{kind, id}); !ok {
		c.add(field, "There is no %s %q. Add it, or correct the name.", kind, id)
	}
}

// kind refuses an entry that is of another kind than those wanted.
func (c *checker) kind(field string, id EntryID, wanted ...EntryKind) {
	r, _ := c.find(Ref{EntryRecord, string(id)})
	e, ok := r.(*Entry)
	if !ok || slices.Contains(wanted, e.Kind) {
		return
	}
	list := make([]string, len(wanted))
	for i, k := range wanted {
		list[i] = string(k)
	}
	c.add(field, "%q is of the kind %s, and this must be of the kind %s. Name one of those.", id, e.Kind, strings.Join(list, " or "))
}

// loops refuses a record that its own field leads back to.
func (c *checker) loops(field string, r Record, message string) {
	at := r
	for range maxHops {
		next := parentOf(at)
		if next.ID == "" {
			return
		}
		if next == r.Ref() {
			c.add(field, "%s", message)
			return
		}
		found, ok := c.find(next)
		if !ok || found == nil {
			return
		}
		at = found
	}
}

// maxHops bounds how far a chain of records is followed.
const maxHops = 100

// parentOf returns what a record belongs to or derives from; its id is empty
// where that is nothing.
func parentOf(r Record) Ref {
	switch r := r.(type) {
	case *Source:
		return Ref{SourceRecord, string(r.DerivesFrom)}
	case *Entry:
		return Ref{EntryRecord, string(r.Affiliation)}
	default:
		return Ref{}
	}
}

func (c *checker) count(field string, n int) {
	if n > maxListItems {
		c.add(field, "%d items are too many. Keep to %d.", n, maxListItems)
	}
}

func (c *checker) lines(field string, list []string) {
	c.count(field, len(list))
	for _, s := range list {
		c.line(field, s, true)
	}
}

// line checks a text of one line.
func (c *checker) line(field, s string, needed bool) {
	c.text(field, s, needed)
	if n := utf8.RuneCountInString(s); n > maxLineRunes {
		c.add(field, "%d characters are too many for one line. Keep to %d.", n, maxLineRunes)
	}
	if strings.ContainsAny(s, "\r\n") {
		c.add(field, "This is one line. Take out the line breaks.")
	}
}

// text checks a text of any number of lines.
func (c *checker) text(field, s string, needed bool) {
	if needed && strings.TrimSpace(s) == "" {
		c.add(field, "This must not be empty.")
	}
	if len(s) > maxTextBytes {
		c.add(field, "%d bytes are too many. Keep to %d, and put the rest in a report of its own.", len(s), maxTextBytes)
	}
	if !utf8.ValidString(s) {
		c.add(field, "This is not UTF-8 text. Save it as UTF-8.")
		return
	}
	if i := strings.IndexFunc(s, Unprintable); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		c.add(field, "The invisible character %U at byte %d is not allowed. Delete it.", r, i)
	}
}

// Unprintable reports whether a rune has no place in text: control characters
// but tab and newline, and the marks that reorder or hide what people read.
// ZWJ, ZWNJ and the variation selectors are allowed: scripts and emoji need them.
func Unprintable(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unprintable, r))
}

// unprintable has the bidi controls, the invisible characters, the separators
// of lines and paragraphs, and the tags.
var unprintable = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00AD, Hi: 0x00AD, Stride: 1}, {Lo: 0x061C, Hi: 0x061C, Stride: 1}, {Lo: 0x180E, Hi: 0x180E, Stride: 1},
		{Lo: 0x200B, Hi: 0x200B, Stride: 1}, {Lo: 0x200E, Hi: 0x200F, Stride: 1}, {Lo: 0x2028, Hi: 0x202E, Stride: 1},
		{Lo: 0x2060, Hi: 0x206F, Stride: 1}, {Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1}, {Lo: 0xFFF9, Hi: 0xFFFB, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0xE0000, Hi: 0xE007F, Stride: 1}},
}

func (c *checker) url(field, s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(s, " <>\"") {
		c.add(field, "%q is not a web address. Write it whole, with https://.", s)
	}
	if len(s) > 2000 {
		c.add(field, "The address is too long. Keep to 2000 characters.")
	}
}

func (c *checker) percent(field string, n int) {
	if n < 0 || n > 100 {
		c.add(field, "%d is out of range. Importance is 0 to 100.", n)
	}
}
