package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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
		if before := v.before(r); before != nil {
			when = when.Plain(" from “" + clip(before.Text) + "” of ").When(before.Claim.Occurred)
		}
	}
	t := when.Join(" · ", v.claim(r.Claim))
	if v.current(r) { // what has been superseded need not be checked
		t = t.Join(" · ", v.freshness(r))
	}
	if late := r.Claim.Recorded.Sub(r.Claim.Occurred.End(v.Book.Location())); !r.Claim.Occurred.IsZero() && late > lateAfter && r.Claim.Occurred.Precision() >= briefings.Day {
		t = t.Plain(" · added late, ").When(v.day(r.Claim.Recorded))
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
	for _, o := range v.Origins(ids) {
		n := slices.IndexFunc(*v.cited, func(have briefings.Origin) bool { return have.Source == o.Source })
		if n < 0 {
			n = len(*v.cited)
			*v.cited = append(*v.cited, briefings.Origin{Source: o.Source})
		}
		have := &(*v.cited)[n]
		for _, src := range o.Repeated {
			if !slices.Contains(have.Repeated, src) {
				have.Repeated = append(have.Repeated, src)
			}
		}
		t = t.Plain(fmt.Sprintf("[%d]", n+1))
	}
	return t
}

// sign ends a card with the sources that it cites.
func (v view) sign(card *Card) {
	s := Section{Heading: "Sources", Cited: true}
	for i, o := range *v.cited {
		item := Item{Label: fmt.Sprintf("[%d]", i+1)}
		for n, src := range o.Repeated {
			if n > 0 {
				item.Text = item.Text.Plain("; ")
			}
			item.Text = linked(item.Text, src)
		}
		if len(o.Repeated) > 0 {
			item.Text = item.Text.Plain(", from ")
		}
		item.Text = linked(item.Text, o.Source)
		if !o.Source.Published.IsZero() {
			item.Meta = T("published ").When(o.Source.Published)
		}
		s.Items = append(s.Items, item)
	}
	card.add(s)
}

// linked returns the text with a source added, at its address or, where it has
// none, at its lasting copy.
func linked(t Text, src *briefings.Source) Text {
	if src.URL == "" {
		return t.Link(src.Name, src.Archive)
	}
	return t.Link(src.Name, src.URL)
}

// before returns the status or position that a report took the place of, or nil.
func (v view) before(r *briefings.Report) *briefings.Report {
	p := v.Page(r.Subject)
	if p == nil {
		return nil
	}
	passed := false
	for _, other := range p.Reports { // newest first
		if other.Kind != r.Kind || other.Subject != r.Subject || other.Issue != r.Issue {
			continue
		}
		if passed {
			return other
		}
		passed = other.ID == r.ID
	}
	return nil
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
	return Text{}.Tag("STALE").Plain(" since ").When(v.day(v.Book.StaleSince(r)))
}

// unchecked says what a stale claim rests on, for the head of a card.
func (v view) unchecked(what string, r briefings.Record) Text {
	stale := v.freshness(r)
	if stale == nil {
		return nil
	}
	if v.Book.Verified(r) {
		return stale.Plain(": " + what + " was verified until then, and not since.")
	}
	if rep, ok := r.(*briefings.Report); ok && !rep.Claim.Occurred.IsZero() {
		return stale.Plain(": " + what + " is of ").When(rep.Claim.Occurred).Plain(", and nobody has verified it since.")
	}
	return stale.Plain(": " + what + " was recorded on ").When(v.day(briefings.VersionOf(r).Recorded)).Plain(", and nobody has verified it.")
}

// recorded returns when the book knew something: to the minute, or to the day
// where only the day was written down.
func (v view) recorded(t time.Time) briefings.Moment {
	t = t.In(v.Book.Location())
	if h, m, s := t.Clock(); h+m+s == 0 {
		return briefings.At(t, briefings.Day)
	}
	return briefings.At(t, briefings.Minute)
}

// day returns the day of an instant, as the book's calendar has it.
func (v view) day(t time.Time) briefings.Moment {
	return briefings.At(t.In(v.Book.Location()), briefings.Day)
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

// comingUp lists the events that are open, the next one first, then those that
// have no date, then those whose time has passed.
func (v view) comingUp(reports []*briefings.Report, most int) Section {
	var ahead, undated, past []*briefings.Report
	for _, r := range reports {
		switch {
		case !r.Open():
		case r.Claim.Occurred.IsZero():
			undated = append(undated, r)
		case r.Claim.Occurred.End(v.Book.Location()).After(v.now):
			ahead = append(ahead, r)
		default:
			past = append(past, r)
		}
	}
	slices.Reverse(ahead) // they came newest first
	s := v.section("Coming up", slices.Concat(ahead, undated, past), most)
	for i := range s.Items {
		if i >= len(ahead)+len(undated) {
			s.Items[i].Label = "Was due, outcome not recorded"
		}
	}
	return s
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

// clip returns a text cut to what can be read at a glance.
func clip(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// joinNames lists names as a sentence does.
func joinNames(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}
