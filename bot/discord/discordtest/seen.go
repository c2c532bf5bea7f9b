package discordtest

import "strings"

// Seen is what a person reads of a message, after the client has rendered it.
type Seen struct {
	// Text is all that can be read: the content, and of each embed the author,
	// title, description, fields and footer. Times are written as
	// bot.FormatMoment writes a minute of UTC.
	Text string
	// Links are what a click leads to, in the order of the text.
	Links []Link
	// Formats are the stretches that stand out or are more than text. What a
	// person wrote must be in none of them.
	Formats []Format
	// Pings are who was notified: "@name" of people and roles, "@everyone" and
	// "@here".
	Pings   []string
	Buttons []Button
	Options []SelectOption
}

// Link is words with an address behind them.
type Link struct {
	Text string
	URL  string
}

// FormatKind is a sort of formatting.
type FormatKind string

// The sorts of formatting.
const (
	Bold      FormatKind = "bold"
	Italic    FormatKind = "italic"
	Underline FormatKind = "underline"
	Strike    FormatKind = "strike"
	Spoiler   FormatKind = "spoiler"
	Code      FormatKind = "code"
	CodeBlock FormatKind = "code block"
	Quote     FormatKind = "quote"
	Heading   FormatKind = "heading"
	Subtext   FormatKind = "subtext"
	ListItem  FormatKind = "list item"
	Masked    FormatKind = "masked link"
	Autolink  FormatKind = "link"
	Mention   FormatKind = "mention"
	Emoji     FormatKind = "emoji"
	Timestamp FormatKind = "time"
)

// Format is a stretch of the text, as it is read, that is formatted.
type Format struct {
	Kind FormatKind
	Text string
}

// Button is a button as it is shown.
type Button struct {
	Label    string
	CustomID string
	URL      string
	Disabled bool
}

// SelectOption is something to choose in a menu.
type SelectOption struct {
	Label       string
	Description string
	Value       string
	CustomID    string // of the menu
	Disabled    bool   // the menu is
}

// Seen renders the message as its client would. A message that was made by hand
// can be rendered, too: whom it names is then unknown.
func (m *Message) Seen() Seen {
	s := m.s
	if s == nil {
		s = new(Server)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &renderer{s: s}
	r.part(m.Content, fullRules)
	if m.Flags&suppressEmbeds == 0 {
		for _, e := range m.Embeds {
			r.embed(e)
		}
	}
	var parts []any
	for _, c := range m.Components {
		parts = append(parts, c)
	}
	seen := Seen{Pings: append([]string{}, m.pings...)}
	walk(parts, func(c object) {
		switch kind := whole(c, "type"); {
		case kind == textDisplay:
			r.part(str(c, "content"), fullRules)
		case kind == button:
			seen.Buttons = append(seen.Buttons, Button{str(c, "label"), str(c, "custom_id"), str(c, "url"), flag(c, "disabled")})
		case kind == stringSelect:
			for _, o := range objects(list(c, "options")) {
				seen.Options = append(seen.Options, SelectOption{str(o, "label"), str(o, "description"), str(o, "value"), str(c, "custom_id"), flag(c, "disabled")})
			}
		}
	})
	seen.Text, seen.Links, seen.Formats = r.out.String(), r.links, r.formats
	return seen
}

// embed renders an embed in the order in which it is read.
func (r *renderer) embed(e object) {
	if a := obj(e, "author"); a != nil {
		r.whole(str(a, "name"), str(a, "url"), noRules)
	}
	r.whole(str(e, "title"), str(e, "url"), titleRules)
	r.part(str(e, "description"), fullRules)
	for _, f := range objects(list(e, "fields")) {
		r.part(str(f, "name"), titleRules)
		r.part(str(f, "value"), fullRules)
	}
	r.part(str(obj(e, "footer"), "text"), noRules)
}

// whole renders a part that as a whole may lead somewhere.
func (r *renderer) whole(s, url string, with rules) {
	from := r.part(s, with)
	if url != "" && s != "" {
		r.links = append(r.links, Link{strings.TrimSpace(r.out.String()[from:]), url})
	}
}
