package slacktest

// Seen is what a person reads of a message or a view, after the client has
// rendered it.
type Seen struct {
	// Title is of a modal.
	Title string
	// Text is all that can be read, each block on lines of its own: the texts,
	// fields, cells, and the labels and hints of inputs. Buttons and menus are
	// apart. An emoji that a shortcode became is written "⟨tada⟩", and a time as
	// "2 Jan 2006 15:04 UTC".
	Text string
	// Links are what a click leads to, in the order of the text.
	Links []Link
	// Formats are the stretches that stand out or are more than text. What a
	// person wrote must be in none of them.
	Formats []Format
	// Pings are who is notified: "@name" of people and user groups, "@channel",
	// "@here" and "@everyone". A view notifies nobody.
	Pings   []string
	Buttons []Button
	Selects []Select
	Inputs  []Input
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
	Highlight FormatKind = "highlight"
	Code      FormatKind = "code"
	CodeBlock FormatKind = "code block"
	Quote     FormatKind = "quote"
	ListItem  FormatKind = "list item"
	Markdown  FormatKind = "markdown"
	Masked    FormatKind = "masked link"
	Autolink  FormatKind = "link"
	Mention   FormatKind = "mention"
	Emoji     FormatKind = "emoji"
	Timestamp FormatKind = "time"
	Color     FormatKind = "color"
)

// Format is a stretch of the text, as it is read, that is formatted.
type Format struct {
	Kind FormatKind
	Text string
}

// Button is a button as it is shown.
type Button struct {
	Label    string
	ActionID string
	BlockID  string
	Value    string
	URL      string
	Style    string // "primary", "danger" or ""
	Confirm  string // what is asked after a press; "" where nothing is
}

// Select is a menu outside of an input: a select, an overflow, checkboxes or
// radio buttons.
type Select struct {
	Kind        string // the type of the element
	Placeholder string
	ActionID    string
	BlockID     string
	Options     []Option
	Chosen      []string // values, or ids, that are chosen at first
}

// Option is something to choose in a menu.
type Option struct {
	Text        string
	Description string
	Value       string
	URL         string
	Group       string // the label of its group; "" where there is none
}

// Input is something to fill in.
type Input struct {
	Kind        string // the type of the element
	Label       string
	Hint        string
	Placeholder string
	ActionID    string
	BlockID     string
	Value       string // what it holds at first
	Options     []Option
	Chosen      []string // values, or ids, that are chosen at first
	Optional    bool
	Multiline   bool
	Dispatches  bool // what is filled in is told at once
	MinLength   int
	MaxLength   int // 0 where it is not limited
}

// render renders a message as its client would. Of people, channels and user
// groups, names returns the name; "" where it knows none.
//
// Where there are blocks, the text is for notifications alone: it is not shown,
// and whom it mentions is not notified.
func render(text string, blocks []any, names func(id string) string) Seen {
	r := &renderer{names: names}
	if len(blocks) == 0 {
		r.part(func() { r.markup(text, false) })
	}
	r.blocks(blocks)
	return r.result()
}

// renderView renders a modal or a Home tab as its client would.
func renderView(v object, names func(id string) string) Seen {
	r := &renderer{names: names}
	title := r.label(obj(v, "title"))
	r.blocks(list(v, "blocks"))
	seen := r.result()
	seen.Title = title
	seen.Pings = []string{}
	return seen
}
