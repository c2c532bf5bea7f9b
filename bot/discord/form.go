package discord

import (
	"fmt"
	"strings"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// Limits of forms (https://discord.com/developers/docs/components/reference).
const (
	maxInputs      = 5
	maxFormTitle   = 45
	maxInputLabel  = 45
	maxInputUnits  = 4000
	maxPlaceholder = 100
)

// labelComponent holds one input of a form, under its label. discordgo does not know
// it yet.
const labelComponent discordgo.ComponentType = 18

// modal is a form as Discord opens it.
type modal struct {
	CustomID string       `json:"custom_id"`
	Title    string       `json:"title"`
	Inputs   []inputLabel `json:"components"`
}

type inputLabel struct {
	Type  discordgo.ComponentType `json:"type"`
	Label string                  `json:"label"`
	Input any                     `json:"component"` // a textInput or a picker
}

type textInput struct {
	Type        discordgo.ComponentType  `json:"type"`
	CustomID    string                   `json:"custom_id"`
	Style       discordgo.TextInputStyle `json:"style"`
	Value       string                   `json:"value,omitempty"`
	Placeholder string                   `json:"placeholder,omitempty"`
	Required    bool                     `json:"required"`
	MaxLength   int                      `json:"max_length"`
}

// picker is a menu of a form, in which one value is chosen, or none where none is
// required.
type picker struct {
	Type        discordgo.ComponentType `json:"type"`
	CustomID    string                  `json:"custom_id"`
	Placeholder string                  `json:"placeholder,omitempty"`
	Required    bool                    `json:"required"`
	Options     []picked                `json:"options"`
}

type picked struct {
	Label   string `json:"label"`
	Value   string `json:"value"`
	Default bool   `json:"default,omitempty"`
}

// newModal sets a form. The error has a sentence where the form holds more than
// Discord's: what does not fit would be lost without a word when it is sent.
func newModal(f *bot.Form, id string) (*modal, error) {
	if len(f.Fields) == 0 || len(f.Fields) > maxInputs {
		return nil, fmt.Errorf("a form of %d inputs: Discord takes 1 to %d", len(f.Fields), maxInputs)
	}
	m := &modal{CustomID: id, Title: worded(f.Title, "Form", maxFormTitle)}
	for _, field := range f.Fields {
		l := inputLabel{Type: labelComponent, Label: worded(field.Label, field.Name, maxInputLabel)}
		if len(field.Choices) > 0 {
			l.Input = newPicker(field)
		} else if n := pages.Units(field.Value); n > maxInputUnits {
			return nil, briefings.Errorf(briefings.ErrInvalid, "The form cannot be opened here: “%s” has %d characters, and an input of Discord's holds %d. What is beyond would be lost. Nothing was changed.", l.Label, n, maxInputUnits)
		} else {
			l.Input = newInput(field)
		}
		m.Inputs = append(m.Inputs, l)
	}
	return m, nil
}

// worded is text as it stands above a form or an input, which must have some.
func worded(text, otherwise string, most int) string {
	if text = pages.Line(text); text == "" {
		text = otherwise
	}
	return pages.Clip(text, most)
}

func newInput(f bot.FormField) textInput {
	in := textInput{
		Type: discordgo.TextInputComponent, CustomID: f.Name, Style: discordgo.TextInputShort,
		Value: f.Value, Placeholder: pages.Clip(pages.Line(f.Hint), maxPlaceholder), Required: f.Required, MaxLength: maxInputUnits,
	}
	if f.MaxRunes > 0 { // what stands there already can be sent again
		in.MaxLength = min(max(f.MaxRunes, pages.Units(f.Value)), maxInputUnits)
	}
	if f.Long || strings.Contains(f.Value, "\n") {
		in.Style = discordgo.TextInputParagraph
	}
	return in
}

func newPicker(f bot.FormField) picker {
	p := picker{Type: discordgo.SelectMenuComponent, CustomID: f.Name, Placeholder: pages.Clip(pages.Line(f.Hint), maxPlaceholder), Required: f.Required}
	for _, c := range f.Choices[:min(len(f.Choices), maxOptions)] {
		if c.Value != "" { // none is chosen by choosing none
			p.Options = append(p.Options, picked{worded(c.Label, c.Value, maxOptionLabel), c.Value, c.Value == f.Value})
		}
	}
	return p
}

const labelOpenForm = "Open the form"

// form is the outcome that opens a form. Discord opens one only as the first answer,
// and not in answer to another form: in its place there is a button that opens it.
func (d *Discord) form(in *interaction, book briefings.BookID, inv bot.Invocation, reply bot.Reply) outcome {
	button := func() outcome {
		if reply.Again.Command != "" {
			inv = reply.Again
		}
		own := []bot.Press{{Label: labelOpenForm, Choice: inv.Offered(0)}}
		o := bot.OfferOf(book, in.actor(), false, own)
		o.Expires = d.opts.Now().Add(bot.OfferLife)
		m := newAnswer(bot.Reply{Card: &bot.Card{Title: reply.Form.Title, Lead: []bot.Text{bot.T("There is a form to fill in: the button opens it.")}}}, 0).message()
		m.Components = rows(d.opts.Offers.Keep(o), nil, own)
		return outcome{message: m, private: true, aside: true}
	}
	if in.Type == discordgo.InteractionModalSubmit {
		return button()
	}
	o := reply.Form.Offer(book, in.actor())
	o.Expires = d.opts.Now().Add(bot.OfferLife)
	m, err := newModal(reply.Form, bot.FormID(d.opts.Offers.Keep(o)))
	if err != nil {
		return d.refused(in, err)
	}
	return outcome{modal: m, late: button}
}
