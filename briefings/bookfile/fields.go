package bookfile

import (
	"strconv"
	"time"

	"github.com/briefbot/briefbot/briefings"
)

// field declares one key of a table.
type field struct {
	key string
	// json is the name that briefings.Check gives the field.
	json string
	// needed is what to write where the key is missing but needed, as an example.
	needed string
	// read puts a value into the record, or reports what is wrong with it.
	read func(d *draft, r briefings.Record, v *value)
	// write returns the value as TOML, or nothing where it is left out.
	write func(w *writer, r briefings.Record) string
}

// need marks a field as needed and gives an example of its value.
func (f field) need(example string) field { f.needed = example; return f }

// as gives the field's name in JSON where it differs from the key.
func (f field) as(jsonName string) field { f.json = jsonName; return f }

// text declares a key whose value is a string.
func text[R briefings.Record, S ~string](key string, at func(R) *S) field {
	return field{key: key, json: key,
		read: func(d *draft, r briefings.Record, v *value) {
			if s, ok := d.text(v); ok {
				*at(r.(R)) = S(s)
			}
		},
		write: func(w *writer, r briefings.Record) string { return w.text(string(*at(r.(R)))) },
	}
}

// texts declares a key whose value is a list of strings.
func texts[R briefings.Record](key string, at func(R) *[]string) field {
	return field{key: key, json: key,
		read: func(d *draft, r briefings.Record, v *value) {
			for _, item := range d.list(v) {
				if s, ok := d.text(item); ok {
					*at(r.(R)) = append(*at(r.(R)), s)
				}
			}
		},
		write: func(w *writer, r briefings.Record) string { return w.list(*at(r.(R))) },
	}
}

// once drops what a list holds a second time.
func (f field) once() field {
	read := f.read
	f.read = func(d *draft, r briefings.Record, v *value) {
		read(d, r, d.distinct(v))
	}
	return f
}

// number declares a key whose value is a whole number.
func number[R briefings.Record](key string, at func(R) *int) field {
	return field{key: key, json: key,
		read: func(d *draft, r briefings.Record, v *value) {
			if n, ok := d.number(v); ok {
				*at(r.(R)) = n
			}
		},
		write: func(w *writer, r briefings.Record) string {
			if n := *at(r.(R)); n != 0 {
				return strconv.Itoa(n)
			}
			return ""
		},
	}
}

// moment declares a key whose value is a date known to some precision.
func moment[R briefings.Record](key string, at func(R) *briefings.Moment) field {
	return field{key: key, json: key,
		read: func(d *draft, r briefings.Record, v *value) {
			if m, ok := d.moment(v); ok {
				*at(r.(R)) = m
			}
		},
		write: func(w *writer, r briefings.Record) string { return w.text((*at(r.(R))).String()) },
	}
}

// instant declares a key whose value is a time; of a date, the edge is meant.
func instant[R briefings.Record](key string, of edge, at func(R) *time.Time) field {
	return field{key: key, json: key,
		read: func(d *draft, r briefings.Record, v *value) {
			if t, ok := d.instant(v, of); ok {
				*at(r.(R)) = t
			}
		},
		write: func(w *writer, r briefings.Record) string { return w.text(w.instant(*at(r.(R)), of)) },
	}
}

// recorded declares the key of that name, which the book gives a default: what
// a record inherits is not written.
func recorded[R briefings.Record](at func(R) *time.Time) field {
	f := instant("recorded", beginning, at)
	write := f.write
	f.write = func(w *writer, r briefings.Record) string {
		if at(r.(R)).Equal(w.recorded) && inherits(r, w.recorded) {
			return ""
		}
		return write(w, r)
	}
	return f
}

// refers declares a key whose value names one record.
func refers[R briefings.Record, S ~string](key string, to briefings.RecordKind, at func(R) *S) field {
	return field{key: key, json: key,
		read: func(d *draft, r briefings.Record, v *value) {
			d.refer(v, to, func(id string) { *at(r.(R)) = S(id) })
		},
		write: func(w *writer, r briefings.Record) string { return w.text(string(*at(r.(R)))) },
	}
}

// refersAll declares a key whose value is a list of names of records.
func refersAll[R briefings.Record, S ~string](key string, to briefings.RecordKind, at func(R) *[]S) field {
	return field{key: key, json: key,
		read: func(d *draft, r briefings.Record, v *value) {
			for _, item := range d.list(v) {
				d.refer(item, to, func(id string) { addOnce(at(r.(R)), S(id)) })
			}
		},
		write: func(w *writer, r briefings.Record) string { return w.list(stringsOf(*at(r.(R)))) },
	}
}

// refersOne declares a key whose value names one record, for a field that
// holds several: it is written where there is one.
func refersOne[R briefings.Record, S ~string](key string, to briefings.RecordKind, at func(R) *[]S) field {
	return field{key: key, json: key,
		read: func(d *draft, r briefings.Record, v *value) {
			d.refer(v, to, func(id string) { addOnce(at(r.(R)), S(id)) })
		},
		write: func(w *writer, r briefings.Record) string {
			if ids := *at(r.(R)); len(ids) == 1 {
				return w.text(string(ids[0]))
			}
			return ""
		},
	}
}

// addOnce appends an id that is not in the list yet.
func addOnce[S ~string](list *[]S, id S) {
	for _, have := range *list {
		if have == id {
			return
		}
	}
	*list = append(*list, id)
}

func stringsOf[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
