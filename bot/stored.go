package bot

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// The form in which a card is kept with what was posted, so that a correction can be
// made of it. Unlike that which people read (see Text.MarshalJSON) it loses nothing.
type (
	storedCard struct {
		Title    string          `json:"title"`
		Kicker   string          `json:"kicker,omitempty"`
		Notices  [][]storedSpan  `json:"notices,omitempty"`
		Lead     [][]storedSpan  `json:"lead,omitempty"`
		Fields   []storedField   `json:"fields,omitempty"`
		Sections []storedSection `json:"sections,omitempty"`
		Footer   []storedSpan    `json:"footer,omitempty"`
		Actions  []storedAction  `json:"actions,omitempty"`
	}
	storedField struct {
		Label string       `json:"label"`
		Value []storedSpan `json:"value"`
	}
	storedSection struct {
		Heading string       `json:"heading"`
		Items   []storedItem `json:"items"`
		Cited   bool         `json:"cited,omitempty"`
		Columns []string     `json:"columns,omitempty"`
	}
	storedItem struct {
		Label string           `json:"label,omitempty"`
		Text  []storedSpan     `json:"text,omitempty"`
		Meta  []storedSpan     `json:"meta,omitempty"`
		Shows []delivery.Shown `json:"shows,omitempty"`
	}
	storedSpan struct {
		Kind   SpanKind         `json:"k,omitempty"`
		Text   string           `json:"t,omitempty"`
		Moment briefings.Moment `json:"m,omitzero"`
		URL    string           `json:"u,omitempty"`
		Place  delivery.Place   `json:"p,omitzero"`
	}
	storedAction struct {
		Label   string  `json:"label"`
		Command string  `json:"command"`
		Args    []Value `json:"args,omitempty"`
	}
)

// Pack writes a card as it is kept, with nothing lost. Unpack reads it.
func (c *Card) Pack() ([]byte, error) {
	s := storedCard{Title: c.Title, Kicker: c.Kicker, Notices: storeTexts(c.Notices), Lead: storeTexts(c.Lead), Footer: storeText(c.Footer)}
	for _, f := range c.Fields {
		s.Fields = append(s.Fields, storedField{f.Label, storeText(f.Value)})
	}
	for _, section := range c.Sections {
		to := storedSection{Heading: section.Heading, Cited: section.Cited}
		if section.Columns != [3]string{} {
			to.Columns = section.Columns[:]
		}
		for _, i := range section.Items {
			to.Items = append(to.Items, storedItem{i.Label, storeText(i.Text), storeText(i.Meta), i.Shows})
		}
		s.Sections = append(s.Sections, to)
	}
	for _, a := range c.Actions {
		s.Actions = append(s.Actions, storedAction{a.Label, a.Invocation.Command, a.Invocation.Args})
	}
	return json.Marshal(s)
}

// Unpack reads what Pack wrote.
func Unpack(data []byte) (*Card, error) {
	var s storedCard
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("read a kept card: %w", err)
	}
	c := &Card{Title: s.Title, Kicker: s.Kicker, Notices: readTexts(s.Notices), Lead: readTexts(s.Lead), Footer: readText(s.Footer)}
	for _, f := range s.Fields {
		c.Fields = append(c.Fields, Field{f.Label, readText(f.Value)})
	}
	for _, section := range s.Sections {
		to := Section{Heading: section.Heading, Cited: section.Cited}
		copy(to.Columns[:], section.Columns)
		for _, i := range section.Items {
			to.Items = append(to.Items, Item{Label: i.Label, Text: readText(i.Text), Meta: readText(i.Meta), Shows: i.Shows})
		}
		c.Sections = append(c.Sections, to)
	}
	for _, a := range s.Actions {
		c.Actions = append(c.Actions, Action{a.Label, Invocation{a.Command, a.Args}})
	}
	return c, nil
}

func storeText(t Text) []storedSpan {
	var list []storedSpan
	for _, s := range t {
		list = append(list, storedSpan(s))
	}
	return list
}

func storeTexts(texts []Text) [][]storedSpan {
	var list [][]storedSpan
	for _, t := range texts {
		list = append(list, storeText(t))
	}
	return list
}

func readText(list []storedSpan) Text {
	var t Text
	for _, s := range list {
		t = append(t, Span(s))
	}
	return t
}

func readTexts(lists [][]storedSpan) []Text {
	var texts []Text
	for _, l := range lists {
		texts = append(texts, readText(l))
	}
	return texts
}

// shows are the revisions that the items of a card show, each once.
func (c *Card) shows() []delivery.Shown {
	var list []delivery.Shown
	for _, s := range c.Sections {
		for _, i := range s.Items {
			for _, x := range i.Shows {
				if !slices.Contains(list, x) {
					list = append(list, x)
				}
			}
		}
	}
	return list
}
