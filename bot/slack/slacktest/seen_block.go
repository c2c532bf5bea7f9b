package slacktest

import (
	"bytes"
	"slices"
	"strings"
)

// renderer renders blocks to what is read.
type renderer struct {
	names func(id string) string
	out   bytes.Buffer
	seen  Seen
	depth int
}

func (r *renderer) result() Seen {
	seen := r.seen
	seen.Text = r.out.String()
	if seen.Pings == nil {
		seen.Pings = []string{}
	}
	return seen
}

// note notes what was written since from as formatted.
func (r *renderer) note(kind FormatKind, from int) {
	r.seen.Formats = append(r.seen.Formats, Format{kind, string(r.out.Bytes()[from:])})
}

// literal writes text that is formatted and not rendered.
func (r *renderer) literal(kind FormatKind, text string) {
	from := r.out.Len()
	r.out.WriteString(text)
	r.note(kind, from)
}

// part writes something on lines of its own.
func (r *renderer) part(write func()) {
	before := r.out.Len()
	r.newline()
	from := r.out.Len()
	write()
	if r.out.Len() == from {
		r.out.Truncate(before)
	}
}

// newline ends a line that has something on it.
func (r *renderer) newline() {
	if b := r.out.Bytes(); len(b) > 0 && b[len(b)-1] != '\n' {
		r.out.WriteByte('\n')
	}
}

func (r *renderer) blocks(blocks []any) {
	for _, b := range objects(blocks) {
		r.block(b)
	}
}

func (r *renderer) block(b object) {
	id := str(b, "block_id")
	switch str(b, "type") {
	case "header", "alert":
		r.text(obj(b, "text"))
	case "section":
		r.text(obj(b, "text"))
		for _, f := range objects(list(b, "fields")) {
			r.text(f)
		}
		r.element(obj(b, "accessory"), id)
	case "context":
		for _, e := range objects(list(b, "elements")) {
			r.text(e)
		}
	case "actions":
		for _, e := range objects(list(b, "elements")) {
			r.element(e, id)
		}
	case "image":
		r.text(obj(b, "title"))
	case "input":
		r.input(b)
	case "rich_text":
		r.part(func() { r.rich(list(b, "elements")) })
	case "table":
		r.table(b)
	case "markdown":
		r.part(func() { r.literal(Markdown, str(b, "text")) })
	}
}

// text writes a text object on lines of its own.
func (r *renderer) text(t object) {
	r.part(func() { r.textObject(t) })
}

func (r *renderer) textObject(t object) {
	switch str(t, "type") {
	case "plain_text":
		r.plain(str(t, "text"), !refused(t, "emoji"))
	case "mrkdwn":
		r.markup(str(t, "text"), flag(t, "verbatim"))
	}
}

// label returns a text object that stands apart from the text. What is formatted
// in it is noted all the same.
func (r *renderer) label(t object) string {
	inner := &renderer{names: r.names, seen: r.seen}
	inner.textObject(t)
	r.seen = inner.seen
	return inner.out.String()
}

// element keeps a button or a menu.
func (r *renderer) element(e object, blockID string) {
	switch kind := str(e, "type"); {
	case kind == "button" || kind == "workflow_button":
		confirm := obj(e, "confirm")
		r.seen.Buttons = append(r.seen.Buttons, Button{
			Label: r.label(obj(e, "text")), ActionID: str(e, "action_id"), BlockID: blockID, Value: str(e, "value"), URL: str(e, "url"),
			Style: str(e, "style"), Confirm: r.label(obj(confirm, "text")),
		})
	case kind != "" && kind != "image":
		r.seen.Selects = append(r.seen.Selects, Select{
			Kind: kind, Placeholder: r.label(obj(e, "placeholder")), ActionID: str(e, "action_id"), BlockID: blockID,
			Options: r.options(e), Chosen: chosen(e),
		})
	}
}

// options returns what there is to choose in a menu.
func (r *renderer) options(e object) []Option {
	var out []Option
	add := func(l []any, group string) {
		for _, o := range objects(l) {
			out = append(out, Option{r.label(obj(o, "text")), r.label(obj(o, "description")), str(o, "value"), str(o, "url"), group})
		}
	}
	add(list(e, "options"), "")
	for _, g := range objects(list(e, "option_groups")) {
		add(list(g, "options"), r.label(obj(g, "label")))
	}
	return out
}

// chosen returns the values, ids, date or time that are chosen at first.
func chosen(e object) []string {
	var out []string
	for _, key := range []string{"initial_option", "initial_user", "initial_conversation", "initial_channel", "initial_date", "initial_time"} {
		for _, v := range append(slices.Clone(list(e, key+"s")), e[key]) {
			switch v := v.(type) {
			case string:
				out = append(out, v)
			case object:
				out = append(out, str(v, "value"))
			}
		}
	}
	return out
}

// input writes the label and the hint of an input, and keeps it.
func (r *renderer) input(b object) {
	e := obj(b, "element")
	r.text(obj(b, "label"))
	r.text(obj(b, "hint"))
	in := Input{
		Kind: str(e, "type"), ActionID: str(e, "action_id"), BlockID: str(b, "block_id"), Value: str(e, "initial_value"),
		Placeholder: r.label(obj(e, "placeholder")), Options: r.options(e), Chosen: chosen(e),
		Optional: flag(b, "optional"), Multiline: flag(e, "multiline"), Dispatches: flag(b, "dispatch_action"),
		MinLength: whole(e, "min_length", 0), MaxLength: whole(e, "max_length", 0),
	}
	// What is formatted in these was noted as they were written.
	quiet := &renderer{names: r.names}
	in.Label, in.Hint = quiet.label(obj(b, "label")), quiet.label(obj(b, "hint"))
	r.seen.Inputs = append(r.seen.Inputs, in)
}

// table writes a table row by row.
func (r *renderer) table(b object) {
	for _, v := range list(b, "rows") {
		row, _ := v.([]any)
		r.part(func() {
			for i, cell := range row {
				if i > 0 {
					r.out.WriteString(" | ")
				}
				r.cell(cell)
			}
		})
	}
}

// cell writes a cell of a table.
func (r *renderer) cell(v any) {
	cell, _ := v.(object)
	if str(cell, "type") != "rich_text" {
		r.out.WriteString(str(cell, "text"))
		return
	}
	inner := &renderer{names: r.names, seen: r.seen}
	inner.rich(list(cell, "elements"))
	r.seen = inner.seen
	r.out.WriteString(strings.TrimSuffix(inner.out.String(), "\n"))
}
