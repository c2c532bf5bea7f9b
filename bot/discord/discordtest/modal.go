package discordtest

import (
	"fmt"
	"slices"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Modal is a form that the bot has opened.
type Modal struct {
	CustomID   string
	Title      string
	Fields     []ModalField
	Components []map[string]any // as the bot sent them

	client *Client
	from   *interaction
}

// ModalField is something to fill in.
type ModalField struct {
	CustomID    string
	Label       string
	Placeholder string
	Value       string // filled in beforehand
	Required    bool
	MinLength   int
	MaxLength   int
	Paragraph   bool
	// Choices are what a menu offers; Value is then the value that is chosen.
	Choices []SelectOption

	kind  int
	inRow bool
	id    any
	outer any
}

func newModal(c *Client, i *interaction, o object) *Modal {
	o = standin.Clone(o)
	m := &Modal{CustomID: str(o, "custom_id"), Title: str(o, "title"), client: c, from: i}
	parts := numbered(list(o, "components"))
	for _, part := range objects(parts) {
		m.Components = append(m.Components, part)
		inner, text := obj(part, "component"), str(part, "label")
		if row := objects(list(part, "components")); len(row) > 0 {
			inner, text = row[0], str(row[0], "label")
		}
		if inner == nil {
			continue
		}
		f := ModalField{
			CustomID: str(inner, "custom_id"), Label: text, Placeholder: str(inner, "placeholder"), Value: str(inner, "value"),
			Required: true, MinLength: whole(inner, "min_length"), MaxLength: 4000, Paragraph: whole(inner, "style") == 2,
			kind: whole(inner, "type"), inRow: whole(part, "type") == actionRow, id: inner["id"], outer: part["id"],
		}
		if required, ok := inner["required"].(bool); ok {
			f.Required = required
		}
		if n, ok := number(inner["max_length"]); ok {
			f.MaxLength = int(n)
		}
		for _, o := range objects(list(inner, "options")) {
			f.Choices = append(f.Choices, SelectOption{Label: str(o, "label"), Description: str(o, "description"), Value: str(o, "value"), CustomID: f.CustomID})
			if flag(o, "default") {
				f.Value = str(o, "value")
			}
		}
		m.Fields = append(m.Fields, f)
	}
	return m
}

// Submit fills in a modal, by the custom ids of its fields, and sends it. What
// is not named keeps the value that it had. It returns as Press does.
func (c *Client) Submit(modal *Modal, values map[string]string) (*Message, error) {
	if modal == nil {
		return nil, fmt.Errorf("%w: there is none", ErrBadModal)
	}
	known := map[string]bool{}
	var parts []any
	for _, f := range modal.Fields {
		known[f.CustomID] = true
		v, given := values[f.CustomID]
		if !given {
			v = f.Value
		}
		n := units(v)
		if f.Required && n == 0 || n > 0 && n < f.MinLength || n > f.MaxLength {
			return nil, fmt.Errorf("%w: %s has %d characters, of %d to %d", ErrBadModal, f.CustomID, n, f.MinLength, f.MaxLength)
		}
		if f.kind == stringSelect && n > 0 && !slices.ContainsFunc(f.Choices, func(o SelectOption) bool { return o.Value == v }) {
			return nil, fmt.Errorf("%w: %s does not offer %q", ErrBadModal, f.CustomID, v)
		}
		parts = append(parts, f.filled(v))
	}
	for id := range values {
		if !known[id] {
			return nil, fmt.Errorf("%w: there is no field %s", ErrBadModal, id)
		}
	}
	return c.submit(modal, modal.CustomID, parts)
}

// Forge submits what a client that was tampered with might, and Discord might let
// pass: under any custom id, with texts under any names.
func (c *Client) Forge(modal *Modal, customID string, texts ...[2]string) (*Message, error) {
	var parts []any
	for _, t := range texts {
		parts = append(parts, ModalField{CustomID: t[0], kind: textInput}.filled(t[1]))
	}
	return c.submit(modal, customID, parts)
}

func (c *Client) submit(modal *Modal, customID string, parts []any) (*Message, error) {
	c.s.mu.Lock()
	i := c.newInteraction(modalKind, object{"custom_id": customID, "components": orEmpty(parts)})
	if from := modal.from.source; from != nil {
		i.source = from
		i.payload["message"] = from.full(c.person)
	}
	return c.send(i)
}

// filled is the field as a submission holds it.
func (f ModalField) filled(v string) object {
	inner := object{"type": f.kind, "custom_id": f.CustomID, "id": f.id}
	if selecting(f.kind) {
		values := []any{}
		if v != "" {
			values = append(values, v)
		}
		inner["values"] = values
	} else {
		inner["value"] = v
	}
	if f.inRow {
		return object{"type": actionRow, "id": f.outer, "components": []any{inner}}
	}
	return object{"type": label, "id": f.outer, "component": inner}
}
