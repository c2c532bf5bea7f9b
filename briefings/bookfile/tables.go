package bookfile

import (
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// spec declares one kind of table: its name, the record it makes, its keys in
// the order in which they are written, and the file that an export puts it in.
type spec struct {
	name   string
	many   bool
	file   string
	new    func() briefings.Record
	fields []field
}

// header returns the table's header as it is written.
func (s *spec) header() string {
	if s.many {
		return "[[" + s.name + "]]"
	}
	return "[" + s.name + "]"
}

// field returns the field of a key, or nil.
func (s *spec) field(key string) *field {
	for i := range s.fields {
		if s.fields[i].key == key {
			return &s.fields[i]
		}
	}
	return nil
}

// keyOf returns the key that stands for a field of the record, by the field's
// name in JSON, which briefings.Check uses.
func (s *spec) keyOf(jsonName string) string {
	for _, f := range s.fields {
		if f.json == jsonName {
			return f.key
		}
	}
	return jsonName
}

// has reports whether the record is written as a table of this kind.
func (s *spec) has(r briefings.Record) bool {
	switch r := r.(type) {
	case *briefings.Book:
		return s.name == "book"
	case *briefings.Source:
		return s.name == "source"
	case *briefings.Entry:
		return s.name == string(r.Kind)
	case *briefings.Report:
		return s.name == string(r.Kind)
	default:
		return false
	}
}

// specs are all tables of a book, in the order in which they are written.
var specs = specList{
	{"book", false, "book.toml", func() briefings.Record { return new(briefings.Book) }, bookFields()},
	{"source", true, "sources.toml", func() briefings.Record { return new(briefings.Source) }, sourceFields()},
	entrySpec(briefings.Person, "people.toml"),
	entrySpec(briefings.Org, "organisations.toml"),
	entrySpec(briefings.Track, "tracks.toml"),
	entrySpec(briefings.Document, "documents.toml"),
	entrySpec(briefings.Place, "places.toml"),
	entrySpec(briefings.Term, "terms.toml"),
	reportSpec(briefings.Event, "events.toml"),
	reportSpec(briefings.Status, "statuses.toml"),
	reportSpec(briefings.Position, "positions.toml"),
	reportSpec(briefings.Statement, "statements.toml"),
}

type specList []*spec

// find returns the table of the name, or nil.
func (l specList) find(name string) *spec {
	for _, s := range l {
		if s.name == name {
			return s
		}
	}
	return nil
}

// list names the tables, for people.
func (l specList) list() string {
	headers := make([]string, len(l))
	for i, s := range l {
		headers[i] = s.header()
	}
	return strings.Join(headers, ", ")
}

func bookFields() []field {
	type b = *briefings.Book
	return []field{
		text("id", func(r b) *briefings.BookID { return &r.ID }).need(`"harbour-strike"`),
		text("name", func(r b) *string { return &r.Name }).need(`"The harbour strike"`),
		text("about", func(r b) *string { return &r.About }),
		text("zone", func(r b) *string { return &r.Zone }),
		{key: "recorded", json: "recorded", read: readBookRecorded, write: writeBookRecorded},
		{key: "freshness", json: "freshness", read: readFreshness, write: writeFreshness},
	}
}

func sourceFields() []field {
	type s = *briefings.Source
	return []field{
		text("id", func(r s) *briefings.SourceID { return &r.ID }).need(`"port-notice"`),
		text("name", func(r s) *string { return &r.Name }).need(`"Notice to mariners 12/26"`),
		text("url", func(r s) *string { return &r.URL }),
		text("archive", func(r s) *string { return &r.Archive }),
		moment("published", func(r s) *briefings.Moment { return &r.Published }),
		refers("derives_from", briefings.SourceRecord, func(r s) *briefings.SourceID { return &r.DerivesFrom }),
	}
}

func entrySpec(kind briefings.EntryKind, file string) *spec {
	type e = *briefings.Entry
	claim := func(r e) *briefings.Claim { return &r.Claim }
	fields := []field{
		text("slug", func(r e) *briefings.EntryID { return &r.ID }),
		text("name", func(r e) *string { return &r.Name }).need(`"Ada Byrne"`),
		texts("aliases", func(r e) *[]string { return &r.Aliases }).once(),
		text("role", func(r e) *string { return &r.Role }),
		refers("affiliation", briefings.EntryRecord, func(r e) *briefings.EntryID { return &r.Affiliation }),
		text("summary", func(r e) *string { return &r.Summary }),
		text("why_now", func(r e) *string { return &r.WhyNow }),
		texts("open", func(r e) *[]string { return &r.Open }),
		{key: "links", json: "links", read: readLinks, write: writeLinks},
		number("importance", func(r e) *int { return &r.Importance }),
		moment("date", func(r e) *briefings.Moment { return &r.Claim.Occurred }).as("occurred"),
	}
	return &spec{string(kind), true, file,
		func() briefings.Record { return &briefings.Entry{Kind: kind} },
		append(fields, claimFields(claim)...)}
}

func reportSpec(kind briefings.ReportKind, file string) *spec {
	type rep = *briefings.Report
	claim := func(r rep) *briefings.Claim { return &r.Claim }
	subject := func(key string) field {
		return refers(key, briefings.EntryRecord, func(r rep) *briefings.EntryID { return &r.Subject }).as("subject")
	}
	fields := []field{text("id", func(r rep) *briefings.ReportID { return &r.ID })}
	switch kind {
	case briefings.Status:
		fields = append(fields, subject("track").need(`"pay-talks"`))
	case briefings.Position:
		fields = append(fields, subject("party").need(`"pilots-union"`),
			refers("issue", briefings.EntryRecord, func(r rep) *briefings.EntryID { return &r.Issue }).need(`"night-shifts"`))
	case briefings.Statement:
		fields = append(fields, subject("speaker").need(`"ada-byrne"`))
	}
	fields = append(fields, moment("date", func(r rep) *briefings.Moment { return &r.Claim.Occurred }).as("occurred"))
	if kind == briefings.Event {
		fields = append(fields, text("state", func(r rep) *briefings.EventState { return &r.State }))
	}
	fields = append(fields,
		text("text", func(r rep) *string { return &r.Text }).need(`"What is said, in a sentence or two."`),
		text("detail", func(r rep) *string { return &r.Detail }))
	switch kind {
	case briefings.Status:
		fields = append(fields,
			text("trend", func(r rep) *briefings.Trend { return &r.Trend }),
			text("why", func(r rep) *string { return &r.Why }),
			text("next", func(r rep) *string { return &r.Next }),
			moment("next_update", func(r rep) *briefings.Moment { return &r.NextUpdate }))
	case briefings.Position:
		fields = append(fields, text("drift", func(r rep) *briefings.Drift { return &r.Drift }))
	}
	fields = append(fields,
		refersAll("about", briefings.EntryRecord, func(r rep) *[]briefings.EntryID { return &r.About }),
		refers("place", briefings.EntryRecord, func(r rep) *briefings.EntryID { return &r.Place }),
		number("importance", func(r rep) *int { return &r.Importance }))
	return &spec{string(kind), true, file,
		func() briefings.Record { return &briefings.Report{Kind: kind} },
		append(fields, claimFields(claim)...)}
}

func claimFields[R briefings.Record](at func(R) *briefings.Claim) []field {
	sources := func(r R) *[]briefings.SourceID { return &at(r).Sources }
	one, several := refersOne("source", briefings.SourceRecord, sources), refersAll("sources", briefings.SourceRecord, sources)
	// What is written is source for one and sources for several.
	all := several.write
	several.write = func(w *writer, r briefings.Record) string {
		if len(*sources(r.(R))) == 1 {
			return ""
		}
		return all(w, r)
	}
	return []field{
		one, several,
		text("attribution", func(r R) *string { return &at(r).Attribution }),
		text("confidence", func(r R) *briefings.Confidence { return &at(r).Confidence }),
		text("nature", func(r R) *briefings.Nature { return &at(r).Nature }),
		recorded(func(r R) *time.Time { return &at(r).Recorded }),
		instant("verified_until", throughout, func(r R) *time.Time { return &at(r).VerifiedUntil }),
		text("verified_by", func(r R) *string { return &at(r).VerifiedBy }),
	}
}
