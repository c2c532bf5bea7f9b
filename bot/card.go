package bot

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Card is an answer before any platform has rendered it. Everything in it is
// plain text that people may have written: adapters escape it, and give it
// emphasis, dates and links by the kinds of its spans alone.
//
// A card that is in a Reply is shared and must not be changed.
type Card struct {
	// Title is what the card is about, and Kicker the line above or below it
	// that says what sort of thing that is. Kicker may be empty.
	Title  string `json:"title"`
	Kicker string `json:"kicker,omitempty"`
	// Notices stand first: which name was answered, as of when, what is STALE.
	Notices []Text `json:"notices,omitempty"`
	// Lead is what the reader came for, in a paragraph or two.
	Lead     []Text    `json:"lead,omitempty"`
	Fields   []Field   `json:"fields,omitempty"`
	Sections []Section `json:"sections,omitempty"`
	// Footer says where the answer comes from and how far to trust it.
	Footer  Text     `json:"footer,omitempty"`
	Actions []Action `json:"actions,omitempty"`
}

// add appends the sections that hold something.
func (c *Card) add(sections ...Section) {
	for _, s := range sections {
		if len(s.Items) > 0 {
			c.Sections = append(c.Sections, s)
		}
	}
}

// field appends a field that holds something.
func (c *Card) field(label string, value Text) {
	if len(value) > 0 {
		c.Fields = append(c.Fields, Field{label, value})
	}
}

// notice puts what must be said first before all else. It changes the card,
// which must not be shared yet.
func (c *Card) notice(t Text) {
	if len(t) > 0 {
		c.Notices = append([]Text{t}, c.Notices...)
	}
}

// Field is a short labelled fact.
type Field struct {
	Label string `json:"label"`
	Value Text   `json:"value"`
}

// Section is a list under a heading.
type Section struct {
	Heading string `json:"heading"`
	Items   []Item `json:"items"`
	// Cited says that the items are what numbers in the rest of the card refer
	// to, by their labels, such as "[1]": where a card is divided, each part
	// needs those that it names.
	Cited bool `json:"-"`
	// Columns are what the label, the text and the meta of each item are, such as
	// "Party": where they are set, a platform with tables may show the section as
	// one. The zero value is a list.
	Columns [3]string `json:"-"`
}

// Item is one line of a section: what the line is about, if it needs saying,
// the text, and then, less loud, when it was, who says so and how sure it is.
type Item struct {
	Label string `json:"label,omitempty"`
	Text  Text   `json:"text"`
	Meta  Text   `json:"meta,omitempty"`
	// Shows are the revisions that the item shows, that of what it is about first, so that a
	// posted copy is found and corrected.
	Shows []delivery.Shown `json:"-"`
}

// Action is something to do next: the command that it stands for, and the
// words on its button. A platform's id for it is opaque and kept by the server.
type Action struct {
	Label      string     `json:"label"`
	Invocation Invocation `json:"command"`
}

// Text is a run of spans.
type Text []Span

// SpanKind says how a span is to be shown.
type SpanKind uint8

// The kinds of span.
const (
	Plain  SpanKind = iota
	Strong          // stands out
	Tag             // a word of ours that must not be missed, such as STALE
	When            // a time, shown in the viewer's own zone
	Link            // text that leads to an address; the host is shown
	Room            // a channel; its own platform shows it by its name
)

// Span is a stretch of text of one kind. Moment belongs to When, URL to Link, Place to
// Room, whose Text is what is shown elsewhere.
type Span struct {
	Kind   SpanKind
	Text   string
	Moment briefings.Moment
	URL    string // http or https
	Place  delivery.Place
}

// T returns text of one plain span; the empty text for the empty string.
func T(s string) Text {
	if s == "" {
		return nil
	}
	return Text{{Text: s}}
}

// Plain returns the text with s added.
func (t Text) Plain(s string) Text { return append(t, Span{Text: s}) }

// Strong returns the text with s added so that it stands out.
func (t Text) Strong(s string) Text { return append(t, Span{Kind: Strong, Text: s}) }

// Tag returns the text with a word of ours added that must not be missed.
func (t Text) Tag(s string) Text { return append(t, Span{Kind: Tag, Text: s}) }

// When returns the text with a time added; an unknown time adds nothing.
func (t Text) When(m briefings.Moment) Text {
	if m.IsZero() {
		return t
	}
	return append(t, Span{Kind: When, Moment: m})
}

// Link returns the text with a link added, or only its words without address.
func (t Text) Link(s, url string) Text {
	if url == "" {
		return t.Plain(s)
	}
	return append(t, Span{Kind: Link, Text: s, URL: url})
}

// Room returns the text with a channel added, or with whose direct messages it is, in
// words alone.
func (t Text) Room(p delivery.Place) Text {
	switch {
	case p.Direct():
		return t.Plain("somebody's direct messages")
	case p.Workspace == "":
		return t.Plain("the " + p.Channel)
	default:
		return append(t, Span{Kind: Room, Text: "the channel " + p.String(), Place: p})
	}
}

// Join returns the text with another added, parted by sep where both have words.
func (t Text) Join(sep string, other Text) Text {
	if len(other) == 0 {
		return t
	}
	if len(t) > 0 {
		t = t.Plain(sep)
	}
	return append(t, other...)
}

// String returns the text without any markup, times in UTC. It is the
// fallback, and what people read in the JSON form of a card.
func (t Text) String() string { return t.In(time.UTC) }

// In returns the text without any markup, times in the given zone.
func (t Text) In(zone *time.Location) string {
	var b strings.Builder
	for _, s := range t {
		switch s.Kind {
		case When:
			b.WriteString(FormatMoment(s.Moment, zone))
		case Link:
			b.WriteString(s.Text)
			b.WriteString(" (")
			b.WriteString(s.URL)
			b.WriteByte(')')
		default:
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

// MarshalJSON writes the text as a string, as String returns it.
func (t Text) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// FormatMoment writes a moment as people do, always with the date and only as
// exactly as it is known: 2025, December 2025, 2 Dec 2025, or
// 2 Dec 2025 21:40 UTC. The zone matters to the last form alone.
func FormatMoment(m briefings.Moment, zone *time.Location) string {
	switch m.Precision() {
	case briefings.Year:
		return m.Start(time.UTC).Format("2006")
	case briefings.Month:
		return m.Start(time.UTC).Format("January 2006")
	case briefings.Day:
		return m.Start(time.UTC).Format("2 Jan 2006")
	case briefings.Minute:
		return m.Start(zone).In(zone).Format("2 Jan 2006 15:04 MST")
	default:
		return ""
	}
}
