package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings"
)

// decodeBody returns the record of a body, with its place in the history, or
// nil where there is no body.
//
// Reading 30,000 bodies is most of the time that a bot takes to start, and
// encoding/json takes 9 µs for each. So the form that encodeBody writes has a
// reader of its own, which takes a tenth: strings of the record are parts of
// the body. Whatever that reader does not know, such as a field that is new,
// it leaves to encoding/json, so that it never has a say in what is right.
func decodeBody(kind briefings.RecordKind, body sql.NullString, number, recorded int64) (briefings.Record, error) {
	if !body.Valid {
		return nil, nil
	}
	r := decodeQuick(kind, body.String)
	if r == nil {
		if r = briefings.NewRecord(kind); r == nil {
			return nil, fmt.Errorf("decode: there is no kind of record %q", kind)
		}
		if err := json.Unmarshal([]byte(body.String), r); err != nil {
			return nil, fmt.Errorf("decode %s: %w", kind, err)
		}
	}
	briefings.SetVersion(r, briefings.Version{Number: number, Recorded: fromMillis(recorded)})
	return r, nil
}

// decodeQuick returns nil where encoding/json must read the body.
func decodeQuick(kind briefings.RecordKind, body string) briefings.Record {
	d := &quick{s: body}
	var r briefings.Record
	switch kind {
	case briefings.SourceRecord:
		r = d.source()
	case briefings.EntryRecord:
		r = d.entry()
	case briefings.ReportRecord:
		r = d.report()
	default:
		return nil
	}
	if d.lost || d.i != len(d.s) {
		return nil
	}
	return r
}

// quick reads JSON without white space. It is lost as soon as it meets what it
// does not know; what it returns then means nothing.
type quick struct {
	s    string
	i    int
	lost bool
}

func (d *quick) source() *briefings.Source {
	r := new(briefings.Source)
	d.object(func(key string) {
		switch key {
		case "id":
			r.ID = briefings.SourceID(d.text())
		case "name":
			r.Name = d.text()
		case "url":
			r.URL = d.text()
		case "archive":
			r.Archive = d.text()
		case "published":
			r.Published = d.moment()
		case "derives_from":
			r.DerivesFrom = briefings.SourceID(d.text())
		default:
			d.lost = true
		}
	})
	return r
}

func (d *quick) entry() *briefings.Entry {
	r := new(briefings.Entry)
	d.object(func(key string) {
		switch key {
		case "slug":
			r.ID = briefings.EntryID(d.text())
		case "kind":
			r.Kind = briefings.EntryKind(d.text())
		case "name":
			r.Name = d.text()
		case "aliases":
			r.Aliases = texts[string](d)
		case "role":
			r.Role = d.text()
		case "affiliation":
			r.Affiliation = briefings.EntryID(d.text())
		case "summary":
			r.Summary = d.text()
		case "why_now":
			r.WhyNow = d.text()
		case "open":
			r.Open = texts[string](d)
		case "links":
			d.array(func() { r.Links = append(r.Links, d.link()) })
		case "importance":
			r.Importance = d.number()
		case "claim":
			d.claim(&r.Claim)
		default:
			d.lost = true
		}
	})
	return r
}

func (d *quick) link() briefings.Link {
	var l briefings.Link
	d.object(func(key string) {
		switch key {
		case "title":
			l.Title = d.text()
		case "url":
			l.URL = d.text()
		default:
			d.lost = true
		}
	})
	return l
}

func (d *quick) report() *briefings.Report {
	r := new(briefings.Report)
	d.object(func(key string) {
		switch key {
		case "id":
			r.ID = briefings.ReportID(d.text())
		case "kind":
			r.Kind = briefings.ReportKind(d.text())
		case "text":
			r.Text = d.text()
		case "detail":
			r.Detail = d.text()
		case "subject":
			r.Subject = briefings.EntryID(d.text())
		case "issue":
			r.Issue = briefings.EntryID(d.text())
		case "place":
			r.Place = briefings.EntryID(d.text())
		case "about":
			r.About = texts[briefings.EntryID](d)
		case "trend":
			r.Trend = briefings.Trend(d.text())
		case "why":
			r.Why = d.text()
		case "next":
			r.Next = d.text()
		case "next_update":
			r.NextUpdate = d.moment()
		case "drift":
			r.Drift = briefings.Drift(d.text())
		case "state":
			r.State = briefings.EventState(d.text())
		case "importance":
			r.Importance = d.number()
		case "claim":
			d.claim(&r.Claim)
		default:
			d.lost = true
		}
	})
	return r
}

func (d *quick) claim(c *briefings.Claim) {
	d.object(func(key string) {
		switch key {
		case "occurred":
			c.Occurred = d.moment()
		case "recorded":
			c.Recorded = d.time()
		case "attribution":
			c.Attribution = d.text()
		case "confidence":
			c.Confidence = briefings.Confidence(d.text())
		case "nature":
			c.Nature = briefings.Nature(d.text())
		case "sources":
			c.Sources = texts[briefings.SourceID](d)
		case "verified_until":
			c.VerifiedUntil = d.time()
		case "verified_by":
			c.VerifiedBy = d.text()
		default:
			d.lost = true
		}
	})
}

// object calls field for each key of an object; field reads the value.
func (d *quick) object(field func(key string)) {
	d.list('{', '}', func() {
		key := d.text()
		if d.take(':') {
			field(key)
		}
	})
}

// array calls item for each item of an array; item reads it.
func (d *quick) array(item func()) { d.list('[', ']', item) }

func (d *quick) list(open, end byte, item func()) {
	// An empty list is not what omitempty writes: nil and empty differ.
	if !d.take(open) {
		return
	}
	for {
		item()
		if d.lost {
			return
		}
		if d.i < len(d.s) && d.s[d.i] == end {
			d.i++
			return
		}
		if !d.take(',') {
			return
		}
	}
}

// take steps over the character c.
func (d *quick) take(c byte) bool {
	if d.lost || d.i >= len(d.s) || d.s[d.i] != c {
		d.lost = true
		return false
	}
	d.i++
	return true
}

// text reads a string. Without escapes it is a part of the body.
func (d *quick) text() string {
	if !d.take('"') {
		return ""
	}
	rest := d.s[d.i:]
	n := strings.IndexByte(rest, '"')
	if n < 0 {
		d.lost = true
		return ""
	}
	if strings.IndexByte(rest[:n], '\\') >= 0 {
		return d.escapedText()
	}
	d.i += n + 1
	s := rest[:n]
	if !clean(s) {
		d.lost = true
	}
	return s
}

// clean reports whether s may stand in a JSON string and reads as it is.
func clean(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' {
			return false
		}
		if s[i] >= utf8.RuneSelf {
			return utf8.ValidString(s[i:]) && strings.IndexFunc(s[i:], func(r rune) bool { return r < ' ' }) < 0
		}
	}
	return true
}

// escapedText reads the rest of a string, whose first quote has been taken.
func (d *quick) escapedText() string {
	start := d.i - 1
	for ; d.i < len(d.s); d.i++ {
		switch d.s[d.i] {
		case '\\':
			d.i++
		case '"':
			d.i++
			var s string
			d.lost = json.Unmarshal([]byte(d.s[start:d.i]), &s) != nil
			return s
		}
	}
	d.lost = true
	return ""
}

func texts[T ~string](d *quick) []T {
	var list []T
	d.array(func() { list = append(list, T(d.text())) })
	return list
}

// number reads a whole number of up to nine digits.
func (d *quick) number() int {
	negative := d.i < len(d.s) && d.s[d.i] == '-'
	if negative {
		d.i++
	}
	start, n := d.i, 0
	for d.i < len(d.s) && d.s[d.i] >= '0' && d.s[d.i] <= '9' {
		n = n*10 + int(d.s[d.i]-'0')
		d.i++
	}
	if digits := d.i - start; digits == 0 || digits > 9 || digits > 1 && d.s[start] == '0' {
		d.lost = true
	}
	if negative {
		return -n
	}
	return n
}

func (d *quick) time() time.Time {
	s := d.text()
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !strings.HasSuffix(s, "Z") || strings.IndexByte(s, ',') >= 0 {
		d.lost = true
	}
	return t
}

// moment reads a day or a minute by itself, as they are the most frequent.
func (d *quick) moment() briefings.Moment {
	s := d.text()
	layout, precision := "2006-01-02", briefings.Day
	if len(s) == len("2006-01-02T15:04Z") {
		layout, precision = "2006-01-02T15:04Z", briefings.Minute
	}
	if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1 {
		return briefings.At(t, precision)
	}
	var m briefings.Moment
	d.lost = d.lost || m.UnmarshalText([]byte(s)) != nil
	return m
}
