package discord

import (
	"encoding/json"

	"github.com/bwmarrin/discordgo"
)

// Limits of messages (https://discord.com/developers/docs/resources/message and
// …/components/reference).
const (
	maxContent     = 2000
	maxEmbedFields = 25
	maxFieldName   = 256
	maxFieldValue  = 1024
	maxRows        = 5
	maxRowButtons  = 5
	maxOptions     = 25
	maxButtonLabel = 80
	maxOptionLabel = 100
	maxChoiceName  = 100
	maxChoices     = 25
	maxNonce       = 25
)

// message is what is sent or edited. It has no way to notify anybody: see
// nobody. It takes the place of discordgo's types, which write null and empty
// strings where Discord wants a value or nothing.
type message struct {
	Content    string                 `json:"content"`
	Embeds     []embed                `json:"embeds"`
	Components []row                  `json:"components"`
	Mentions   nobody                 `json:"allowed_mentions"`
	Flags      discordgo.MessageFlags `json:"flags,omitempty"`
	Nonce      string                 `json:"nonce,omitempty"`
	Enforce    bool                   `json:"enforce_nonce,omitempty"`
}

// nobody is whom a message notifies, whatever is in it. Discord would otherwise
// look for mentions in the text, at each edit again.
type nobody struct{}

// MarshalJSON writes the list of what is looked for, which is empty.
func (nobody) MarshalJSON() ([]byte, error) { return []byte(`{"parse":[]}`), nil }

// embed is a block of text with a coloured edge.
type embed struct {
	Description string       `json:"description,omitempty"`
	Color       int          `json:"color,omitempty"`
	Fields      []embedField `json:"fields,omitempty"`
	Footer      *embedFooter `json:"footer,omitempty"`
}

// embedFooter stands below an embed, as plain text.
type embedFooter struct {
	Text string `json:"text"`
}

type embedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Inline bool   `json:"inline"`
}

// row is a row of buttons, or of one menu.
type row struct {
	buttons []button
	menu    *menu
}

// MarshalJSON writes the row as an action row.
func (r row) MarshalJSON() ([]byte, error) {
	w := struct {
		Type       discordgo.ComponentType `json:"type"`
		Components any                     `json:"components"`
	}{discordgo.ActionsRowComponent, r.buttons}
	if r.menu != nil {
		w.Components = []*menu{r.menu}
	}
	return json.Marshal(w)
}

type button struct {
	Type     discordgo.ComponentType `json:"type"`
	Style    discordgo.ButtonStyle   `json:"style"`
	Label    string                  `json:"label"`
	CustomID string                  `json:"custom_id"`
}

type menu struct {
	Type        discordgo.ComponentType `json:"type"`
	CustomID    string                  `json:"custom_id"`
	Placeholder string                  `json:"placeholder"`
	Options     []option                `json:"options"`
}

type option struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// response is the first answer to an interaction.
type response struct {
	Type discordgo.InteractionResponseType `json:"type"`
	Data any                               `json:"data,omitempty"`
}
