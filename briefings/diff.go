package briefings

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// FieldChange is one field that differs between two versions of a record.
type FieldChange struct {
	// Field is the key by which people write the field in a book's files.
	Field string
	// Old and New are the values in words, empty where there was or is none.
	// Of long lists they are what was taken out and what was put in.
	Old, New string
}

// Diff returns the fields that differ between two versions of a record, in the
// order of its JSON form. A nil before makes every field that after sets new;
// a nil after makes every field that before set gone. Versions do not count:
// records with equal content have no difference.
func Diff(before, after Record) []FieldChange {
	if before == nil && after == nil {
		return nil
	}
	old, now := fieldsOf(before), fieldsOf(after)
	if old == nil || now == nil || len(old) != len(now) {
		return lopsided(old, now)
	}
	var changes []FieldChange
	for i := range now {
		if old[i].key != now[i].key {
			was, is := old[i].against(now[i])
			changes = append(changes, FieldChange{now[i].name, was, is})
		}
	}
	return changes
}

// lopsided returns the fields of a record that is not there, or of another
// kind, on the other side.
func lopsided(old, now []fieldValue) []FieldChange {
	var changes []FieldChange
	for _, f := range old {
		if f.key != "" {
			changes = append(changes, FieldChange{Field: f.name, Old: f.text})
		}
	}
	for _, f := range now {
		if f.key != "" {
			changes = append(changes, FieldChange{Field: f.name, New: f.text})
		}
	}
	return changes
}

// fieldValue is the value of one field: text for people, key to compare by.
// The key is empty where the field is not set.
type fieldValue struct {
	name, text, key string
	items           []string // of a list
}

// maxListRunes is the longest list that is shown whole where it has changed.
const maxListRunes = 100

// against returns two values of a field in words: of long lists, the items
// that only one of them has, and the number of the others.
func (f fieldValue) against(o fieldValue) (was, is string) {
	if len(f.items) == 0 || len(o.items) == 0 || utf8.RuneCountInString(f.text) <= maxListRunes && utf8.RuneCountInString(o.text) <= maxListRunes {
		return f.text, o.text
	}
	gone, added := without(f.items, o.items), without(o.items, f.items)
	if len(gone) == 0 && len(added) == 0 {
		return f.text, "the same in another order"
	}
	same := len(f.items) - len(gone)
	if same == 0 {
		return f.text, o.text
	}
	others := strconv.Itoa(same) + " others"
	if same == 1 {
		others = "1 other"
	}
	return strings.Join(append(gone, others), ", "), strings.Join(append(added, others), ", ")
}

// without returns the items of a list that another does not have, as often as
// it has more of them.
func without(list, other []string) []string {
	left := make(map[string]int, len(other))
	for _, s := range other {
		left[s]++
	}
	var out []string
	for _, s := range list {
		if left[s]--; left[s] < 0 {
			out = append(out, s)
		}
	}
	return out
}

// fieldList collects the fields of one record.
type fieldList []fieldValue

// fieldsOf returns every field of the record, set or not, in the order of its
// JSON form. Two records of one type give the same names.
func fieldsOf(r Record) []fieldValue {
	var f fieldList
	switch r := r.(type) {
	case *Book:
		f.text("id", string(r.ID))
		f.text("name", r.Name)
		f.text("about", r.About)
		f.text("zone", r.Zone)
		f.windows(r.Windows)
	case *Source:
		f.text("id", string(r.ID))
		f.text("name", r.Name)
		f.text("url", r.URL)
		f.text("archive", r.Archive)
		f.text("published", r.Published.String())
		f.text("derives_from", string(r.DerivesFrom))
	case *Entry:
		f.text("slug", string(r.ID))
		f.text("kind", string(r.Kind))
		f.text("name", r.Name)
		list(&f, "aliases", r.Aliases)
		f.text("role", r.Role)
		f.text("affiliation", string(r.Affiliation))
		f.text("summary", r.Summary)
		f.text("why_now", r.WhyNow)
		list(&f, "open", r.Open)
		f.links(r.Links)
		f.number("importance", r.Importance)
		f.claim(r.Claim)
	case *Report:
		f.text("id", string(r.ID))
		f.text("kind", string(r.Kind))
		f.text("text", r.Text)
		f.text("detail", r.Detail)
		f.text(subjectKey(r.Kind), string(r.Subject))
		f.text("issue", string(r.Issue))
		f.text("place", string(r.Place))
		list(&f, "about", r.About)
		f.text("trend", string(r.Trend))
		f.text("why", r.Why)
		f.text("next", r.Next)
		f.text("next_update", r.NextUpdate.String())
		f.text("drift", string(r.Drift))
		f.text("state", string(r.State))
		f.number("importance", r.Importance)
		f.claim(r.Claim)
	case *Suggestion:
		f.text("id", string(r.ID))
		f.text("kind", string(r.Kind))
		f.text("state", string(r.State))
		f.text("about", r.About.ID)
		f.text("proposal", proposalText(r))
		f.text("note", r.Note)
		f.text("moved", r.Moved)
		f.text("answer", r.Answer)
	}
	return f
}

// proposalText says in a line what a suggestion proposes.
func proposalText(s *Suggestion) string {
	p := s.Proposed()
	if p == nil {
		return ""
	}
	lines := make([]string, 0, 8)
	for _, c := range Diff(nil, p) {
		lines = append(lines, c.Field+": "+c.New)
	}
	return strings.Join(lines, "; ")
}

// subjectKey is the word for the subject of such a report.
func subjectKey(kind ReportKind) string {
	switch kind {
	case Status:
		return "track"
	case Position:
		return "party"
	case Statement:
		return "speaker"
	default:
		return "subject"
	}
}

func (f *fieldList) claim(c Claim) {
	f.text("date", c.Occurred.String())
	f.time("recorded", c.Recorded)
	f.text("attribution", c.Attribution)
	f.text("confidence", string(c.Confidence))
	f.text("nature", string(c.Nature))
	list(f, "sources", c.Sources)
	f.time("verified_until", c.VerifiedUntil)
	f.text("verified_by", c.VerifiedBy)
}

func (f *fieldList) text(name, value string) {
	*f = append(*f, fieldValue{name: name, text: value, key: value})
}

func (f *fieldList) number(name string, n int) {
	if n == 0 {
		f.text(name, "")
		return
	}
	f.text(name, strconv.Itoa(n))
}

func (f *fieldList) time(name string, t time.Time) {
	if t.IsZero() {
		f.text(name, "")
		return
	}
	f.text(name, timeText(t))
}

// timeText returns a time in words, to the millisecond.
func timeText(t time.Time) string {
	return t.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.999Z07:00")
}

func (f *fieldList) links(links []Link) {
	texts := make([]string, len(links))
	for i, l := range links {
		texts[i] = l.Title + " <" + l.URL + ">"
	}
	list(f, "links", texts)
}

func (f *fieldList) windows(w Windows) {
	var texts []string
	for _, x := range []struct {
		name string
		h    Hours
	}{{"status", w.Status}, {"position", w.Position}, {"role", w.Role}} {
		if x.h != 0 {
			texts = append(texts, x.name+" "+x.h.String())
		}
	}
	list(f, "freshness", texts)
}

// list adds a list. Its key counts the items and their lengths, since "a, b"
// may be one item or two.
func list[S ~string](f *fieldList, name string, items []S) {
	texts := make([]string, len(items))
	var key strings.Builder
	for i, s := range items {
		texts[i] = string(s)
		key.WriteString(strconv.Itoa(len(s)) + ":" + string(s))
	}
	*f = append(*f, fieldValue{name, strings.Join(texts, ", "), key.String(), texts})
}
