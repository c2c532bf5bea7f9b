package bookfile

import (
	"fmt"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/names"
)

// identify gives every source and entry its id, finds those that two records
// have, and fills the directories by which references are found.
func (rd *reader) identify() {
	sources, entries := newDirectory(), newDirectory()
	rd.directories = map[briefings.RecordKind]*directory{briefings.SourceRecord: sources, briefings.EntryRecord: entries}
	for _, d := range rd.drafts {
		switch r := d.record.(type) {
		case *briefings.Source:
			rd.claimID(d, "id")
			rd.lost = rd.lost || r.ID == "" || d.table.bad["name"] || d.table.bad["url"]
			sources.addSource(r)
		case *briefings.Entry:
			d.mintSlug(r)
			rd.claimID(d, "slug")
			rd.lost = rd.lost || r.ID == "" || d.table.bad["name"] || d.table.bad["aliases"]
			entries.add(string(r.ID), r.Name, r.Aliases...)
		}
	}
	if rd.current == nil || rd.opts.Whole {
		return
	}
	for _, s := range rd.current.Sources {
		sources.addSource(s)
	}
	for _, e := range rd.current.Entries {
		entries.add(string(e.ID), e.Name, e.Aliases...)
	}
}

// mintSlug gives an entry without a slug one that is made from its name.
func (d *draft) mintSlug(e *briefings.Entry) {
	if e.ID != "" || names.Fold(e.Name) == "" || d.table.bad["slug"] || d.table.bad["name"] {
		return
	}
	d.minted = true
	e.ID = briefings.EntryID(briefings.MintSlug(e.Name))
	if briefings.CheckSlug(string(e.ID)) != nil {
		e.ID = ""
		d.key = "slug"
		d.problem(d.table.at, `No slug can be made from this name. Write one in plain letters: slug = "…".`)
	}
}

// claimID takes the draft's id for it, and reports where another has it.
func (rd *reader) claimID(d *draft, key string) {
	ref := d.record.Ref()
	if ref.ID == "" {
		return
	}
	first := rd.byRef[ref]
	if first == nil {
		rd.byRef[ref] = d
		return
	}
	d.key = key
	other := first.label() + " at " + first.place()
	report, isReport := d.record.(*briefings.Report)
	switch {
	case !d.minted:
		d.problem(d.at(key), "%q already stands for %s. Give one of the two another.", ref.ID, other)
	case isReport && report.Text != first.record.(*briefings.Report).Text: // one in a thousand million
		d.problem(d.table.at, "The id made from what this says, %q, already stands for %s. Write an id for one of the two.", ref.ID, other)
	case isReport:
		d.problem(d.table.at, "This says the same as %s. Delete one of the two, or give this one an id of its own.", other)
	default:
		d.problem(d.table.at, "The slug made from this name, %q, already stands for %s. Write a slug for one of the two.", ref.ID, other)
	}
}

// mint gives every report its id. What it is made from must have been found.
func (rd *reader) mint() {
	for _, d := range rd.drafts {
		r, ok := d.record.(*briefings.Report)
		if !ok {
			continue
		}
		if r.ID == "" && !d.table.bad["id"] {
			if len(d.table.bad) > 0 {
				continue // it will be made when the rest is mended
			}
			d.minted = true
			r.ID = briefings.MintReportID(r)
		}
		rd.claimID(d, "id")
	}
}

// check reports what is missing, and what briefings.Check finds in the fields
// of which nothing has been reported.
func (rd *reader) check() {
	now := rd.opts.Now
	if now.IsZero() {
		now = forever
	}
	find := rd.finder()
	for _, d := range rd.drafts {
		for _, f := range d.spec.fields {
			if f.needed != "" && d.table.body.find(f.key) == nil && !d.table.bad[f.key] {
				d.key = f.key
				d.problem(d.table.at, "This is missing. Write %s.", d.example(f.needed))
			}
		}
		// An id that need not be given is made, and was reported where it could not be.
		unnamed := d.record.Ref().ID == "" && d.spec.fields[0].needed == ""
		for _, p := range briefings.Check(d.record, find, now) {
			d.key = d.spec.keyOf(p.Field)
			if d.table.bad[d.key] || unnamed && (d.key == "id" || d.key == "slug") {
				continue
			}
			line, _ := d.table.file.line(d.at(d.key))
			rd.problems.add(Problem{File: d.table.file.name, Line: line, Record: d.label(), Key: d.key, Message: p.Message})
		}
	}
}

// finder finds the records of the files, and those of the book that they are
// for. It takes the rest to be there: resolve has reported what is not.
func (rd *reader) finder() briefings.Find {
	current := map[briefings.Ref]briefings.Record{}
	for _, r := range rd.current.Records() {
		current[r.Ref()] = r
	}
	return func(ref briefings.Ref) (briefings.Record, bool) {
		if d := rd.byRef[ref]; d != nil {
			return d.record, true
		}
		return current[ref], true
	}
}

// at returns the offset of a key, or of the header where the key is not there.
func (d *draft) at(key string) int {
	if p := d.table.body.find(key); p != nil {
		return p.at
	}
	if p := d.table.body.find("source"); p != nil && key == "sources" {
		return p.at
	}
	return d.table.at
}

// place returns where the table begins, as people write it.
func (d *draft) place() string {
	line, _ := d.table.file.line(d.table.at)
	return visible(fmt.Sprintf("%s:%d", d.table.file.name, line))
}
