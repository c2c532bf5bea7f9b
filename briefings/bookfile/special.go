package bookfile

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/briefbot/briefbot/briefings"
)

// The keys of tables within tables.
var (
	linkKeys      = []string{"title", "url"}
	freshnessKeys = []string{"status", "position", "role"}
)

// readLinks reads links = [{ title = "…", url = "…" }].
func readLinks(d *draft, r briefings.Record, v *value) {
	const example = `links = [{ title = "Port website", url = "https://port.example" }]`
	e := r.(*briefings.Entry)
	if v.kind != unstable.Array {
		d.problem(v.at, "This is a list. Write %s.", example)
		return
	}
	for _, item := range d.list(v) {
		if item.kind != kindTable {
			d.problem(item.at, "A link has a title and an address. Write %s.", example)
			continue
		}
		var l briefings.Link
		d.keys(item.table, linkKeys)
		for i, at := range []*string{&l.Title, &l.URL} {
			if p := item.table.find(linkKeys[i]); p != nil {
				if s, ok := d.text(p.value); ok {
					*at = s
				}
			}
		}
		e.Links = append(e.Links, l)
	}
}

func writeLinks(w *writer, r briefings.Record) string {
	links := r.(*briefings.Entry).Links
	if len(links) == 0 {
		return ""
	}
	items := make([]string, len(links))
	for i, l := range links {
		items[i] = "{ title = " + w.quote(l.Title) + ", url = " + w.quote(l.URL) + " }"
	}
	return w.items(items)
}

// readFreshness reads freshness = { status = "24h", position = "7d" }.
func readFreshness(d *draft, r briefings.Record, v *value) {
	windows := &r.(*briefings.Book).Windows
	if v.kind != kindTable {
		d.problem(v.at, `Write the lengths of time by their sort: freshness = { status = "24h", position = "7d", role = "90d" }.`)
		return
	}
	d.keys(v.table, freshnessKeys)
	for i, at := range []*briefings.Hours{&windows.Status, &windows.Position, &windows.Role} {
		p := v.table.find(freshnessKeys[i])
		if p == nil {
			continue
		}
		s, ok := d.text(p.value)
		if !ok {
			continue
		}
		if err := at.UnmarshalText([]byte(s)); err != nil {
			d.problem(p.value.at, "%s", err)
		}
	}
}

func writeFreshness(w *writer, r briefings.Record) string {
	windows := r.(*briefings.Book).Windows
	var parts []string
	for i, h := range []briefings.Hours{windows.Status, windows.Position, windows.Role} {
		if h != 0 {
			parts = append(parts, freshnessKeys[i]+" = "+w.quote(h.String()))
		}
	}
	if parts == nil {
		return ""
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// readBookRecorded reads the default of the recorded key. It is no part of the
// book's settings: the reader keeps it for the records that do not say.
func readBookRecorded(d *draft, _ briefings.Record, v *value) {
	if t, ok := d.instant(v, beginning); ok {
		d.recorded = t
	}
}

func writeBookRecorded(w *writer, _ briefings.Record) string {
	return w.text(w.instant(w.recorded, beginning))
}
