package bot

import (
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
	if m := v.freshness(r); m != nil {
		t = t.Join(" · ", m)
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
	if src := v.sources(c.Sources); len(src) > 0 {
		return t.Plain(" · ").Join("", src)
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

// sources names where something can be read; what four outlets took from one
// origin is one source, and says so.
func (v view) sources(ids []briefings.SourceID) Text {
	origins := v.Origins(ids)
	if len(origins) == 0 {
		return nil
	}
	t := T("source: ")
	if len(origins) > 1 {
		t = T("sources: ")
	}
	for i, src := range origins {
		if i > 0 {
			t = t.Plain("; ")
		}
		url := src.URL
		if url == "" {
			url = src.Archive
		}
		t = t.Link(src.Name, url)
	}
	return t
}

// freshness says that a claim is stale and since when; nothing where it is not.
func (v view) freshness(r briefings.Record) Text {
	if f, _ := v.Book.Freshness(r, v.now); f != briefings.Stale {
		return nil
	}
	return Text{}.Tag("STALE").Plain(" since ").When(briefings.At(v.Book.StaleSince(r).In(time.UTC), briefings.Day))
}

// open lists what the sources leave open about an entry.
func open(e *briefings.Entry) Section {
	s := Section{Heading: "Not known"}
	for _, q := range e.Open {
		s.Items = append(s.Items, Item{Text: T(q)})
	}
	return s
}

// section returns a section of reports, at most so many.
func (v view) section(heading string, reports []*briefings.Report, most int) Section {
	s := Section{Heading: heading}
	for _, r := range reports {
		if len(s.Items) == most {
			break
		}
		s.Items = append(s.Items, v.item(r))
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
