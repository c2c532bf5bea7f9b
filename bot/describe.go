package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// lateAfter is how long after an event a report of it counts as a late
// addition, which a timeline marks.
const lateAfter = 72 * time.Hour

// kindNames are what readers call the kinds of entry.
var kindNames = map[briefings.EntryKind]string{
	briefings.Person:   "person",
	briefings.Org:      "organisation",
	briefings.Track:    "track",
	briefings.Document: "document",
	briefings.Place:    "place",
	briefings.Term:     "term",
}

// kicker says in a line what an entry is: its role and affiliation, or its kind.
func (v view) kicker(e *briefings.Entry) string {
	parts := []string{kindNames[e.Kind]}
	if e.Role != "" {
		parts = append(parts, e.Role)
	}
	if aff := v.Page(e.Affiliation); aff != nil && !strings.Contains(strings.ToLower(e.Role), strings.ToLower(aff.Entry.Name)) {
		parts = append(parts, aff.Entry.Name)
	}
	return strings.Join(parts, " · ")
}

// item is a report as one line of a list, with what it is about before it.
func (v view) item(r *briefings.Report) Item {
	return Item{Label: v.head(r), Text: T(r.Text), Meta: v.meta(r)}
}

// fullItem is a report with its detail.
func (v view) fullItem(r *briefings.Report) Item {
	return Item{Label: v.head(r), Text: v.body(r), Meta: v.meta(r)}
}

// head says what a report is about.
func (v view) head(r *briefings.Report) string {
	switch r.Kind {
	case briefings.Status:
		return v.Name(r.Subject) + ", status"
	case briefings.Position:
		return v.Name(r.Subject) + " on " + v.Name(r.Issue)
	case briefings.Statement:
		return v.Name(r.Subject)
	default:
		if r.State != "" && r.State != briefings.Held {
			return strings.ToUpper(string(r.State[:1])) + string(r.State[1:])
		}
		return ""
	}
}

// body is what a report says.
func (v view) body(r *briefings.Report) Text {
	t := T(r.Text)
	if r.Detail != "" {
		t = t.Plain(" " + r.Detail)
	}
	return t
}

// meta says when, who says so, how sure it is, where it can be read, and
// whether it has gone stale.
func (v view) meta(r *briefings.Report) Text {
	when := Text{}.When(r.Claim.Occurred)
	if r.Claim.Occurred.IsZero() {
		when = T("no date given")
	}
	if r.Kind == briefings.Position && r.Drift != "" && r.Drift != briefings.Unchanged {
		when = when.Join(" · ", T(string(r.Drift)))
	}
	t := when.Join(" · ", v.claim(r.Claim))
	if v.current(r) { // what has been superseded need not be checked
		t = t.Join(" · ", v.freshness(r))
	}
	if late := r.Claim.Recorded.Sub(r.Claim.Occurred.End(time.UTC)); !r.Claim.Occurred.IsZero() && late > lateAfter && r.Claim.Occurred.Precision() >= briefings.Day {
		t = t.Plain(" · added late, ").When(briefings.At(r.Claim.Recorded, briefings.Day))
	}
	return t
}

// claim says who says so, how sure it is, and where it can be read.
func (v view) claim(c briefings.Claim) Text {
	var t Text
	if c.Attribution != "" {
		t = t.Plain("according to " + c.Attribution)
	}
	t = t.Join(" · ", T(v.trust(c)))
	if src := v.cite(c.Sources); len(src) > 0 {
		return t.Join(" ", src)
	}
	return t.Plain(" · ").Tag("unsourced")
}

// trust says what kind of knowledge a claim is, and how sure.
func (v view) trust(c briefings.Claim) string {
	var parts []string
	if c.Nature != "" {
		parts = append(parts, string(c.Nature))
	}
	if c.Confidence != "" {
		parts = append(parts, string(c.Confidence)+" confidence")
	} else {
		parts = append(parts, "confidence not given")
	}
	return strings.Join(parts, ", ")
}

// cite returns the numbers under which the card lists the sources; what four
// outlets took from one origin is one source.
func (v view) cite(ids []briefings.SourceID) Text {
	var t Text
	for _, src := range v.Origins(ids) {
		n := slices.Index(*v.cited, src)
		if n < 0 {
			n = len(*v.cited)
			*v.cited = append(*v.cited, src)
		}
		t = t.Plain(fmt.Sprintf("[%d]", n+1))
	}
	return t
}

// sign ends a card with the sources that it cites.
func (v view) sign(card *Card) {
	s := Section{Heading: "Sources"}
	for i, src := range *v.cited {
		url := src.URL
		if url == "" {
			url = src.Archive
		}
		item := Item{Label: fmt.Sprintf("[%d]", i+1), Text: Text{}.Link(src.Name, url)}
		if !src.Published.IsZero() {
			item.Meta = T("published ").When(src.Published)
		}
		s.Items = append(s.Items, item)
	}
	card.add(s)
}

// current reports whether a status or position is the newest of its kind.
func (v view) current(r *briefings.Report) bool {
	p := v.Page(r.Subject)
	if p == nil {
		return true
	}
	for _, other := range p.Reports { // newest first
		if other.Kind == r.Kind && other.Subject == r.Subject && other.Issue == r.Issue {
			return other.ID == r.ID
		}
	}
	return true
}

// freshness says that a claim is stale and since when; nothing where it is not.
func (v view) freshness(r briefings.Record) Text {
	if f, _ := v.Book.Freshness(r, v.now); f != briefings.Stale {
		return nil
	}
	return Text{}.Tag("STALE").Plain(" since ").When(briefings.At(v.Book.StaleSince(r).In(time.UTC), briefings.Day))
}

// recorded returns when the book knew something: to the minute, or to the day
// where only the day was written down.
func recorded(t time.Time) briefings.Moment {
	if t = t.UTC(); t.Equal(t.Truncate(24 * time.Hour)) {
		return briefings.At(t, briefings.Day)
	}
	return briefings.At(t, briefings.Minute)
}

// open lists what the sources leave open about an entry.
func open(e *briefings.Entry) Section {
	s := Section{Heading: "Not known"}
	for _, q := range e.Open {
		s.Items = append(s.Items, Item{Text: T(q)})
	}
	return s
}

// section returns a section of reports, at most so many; all of them stand
// there with their details.
func (v view) section(heading string, reports []*briefings.Report, most int) Section {
	s := Section{Heading: heading}
	for _, r := range reports[:min(most, len(reports))] {
		item := v.item(r)
		if most == allLines {
			item = v.fullItem(r)
		}
		s.Items = append(s.Items, item)
	}
	return s
}

// add appends the sections that hold something.
func (c *Card) add(sections ...Section) {
	for _, s := range sections {
		if len(s.Items) > 0 {
			c.Sections = append(c.Sections, s)
		}
	}
}

// field appends a field that holds something.
func (c *Card) field(label string, value Text) {
	if len(value) > 0 {
		c.Fields = append(c.Fields, Field{label, value})
	}
}

// notice puts what must be said first before all else. It changes the card,
// which must not be shared yet.
func (c *Card) notice(t Text) {
	if len(t) > 0 {
		c.Notices = append([]Text{t}, c.Notices...)
	}
}

// pick returns the reports for which keep holds, in their order.
func pick(reports []*briefings.Report, keep func(*briefings.Report) bool) []*briefings.Report {
	var picked []*briefings.Report
	for _, r := range reports {
		if keep(r) {
			picked = append(picked, r)
		}
	}
	return picked
}

func ofKind(kind briefings.ReportKind) func(*briefings.Report) bool {
	return func(r *briefings.Report) bool { return r.Kind == kind }
}
