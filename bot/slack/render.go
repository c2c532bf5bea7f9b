package slack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
)

// Limits of Block Kit (https://docs.slack.dev/reference/block-kit), and how much
// one message shows: Slack refuses a message whose blocks have some 13,200
// characters, and nobody reads so many on a phone.
const (
	maxHeader   = 150
	maxText     = 3000
	maxField    = 2000
	maxFields   = 10
	maxButton   = 75
	maxOption   = 75
	maxOptions  = 100
	maxViewText = 24
	maxFallback = 3000
	maxKicker   = 1000
	maxRows     = 100

	pageRoom  = 4000 // text of a page
	viewRoom  = 9000 // text of a page in a view
	citeRoom  = 350  // the sources that it ends with
	factsRoom = 1500 // all facts of a card, where they stand beside each other
)

// message is what is sent: blocks, and the words of them for notifications and
// screen readers.
type message struct {
	Text  string
	above []slack.Block
	// below makes the blocks below those, which are not needed where ack is: the
	// whole message as it stands in an acknowledgement. Either may be nil.
	below func() []slack.Block
	ack   packed
}

// Blocks returns the blocks of the message.
func (m message) Blocks() []slack.Block {
	if m.below == nil {
		return m.above
	}
	return slices.Concat(m.above, m.below())
}

// surface is where blocks are shown. Views have no tables.
type surface uint8

const (
	inMessage surface = iota
	inView
)

// room is how much text a page has. A window and the Home tab scroll.
func (on surface) room() int {
	if on == inView {
		return viewRoom
	}
	return pageRoom
}

// render sets a card on pages, each a message without its buttons. There is
// always at least one.
func render(card *bot.Card, on surface) []message {
	if card == nil {
		card = &bot.Card{Title: "There is nothing to show."}
	}
	list := pages.Set(card, pages.Options{
		Room: on.room(), CiteRoom: citeRoom,
		Size: size,
		Head: func(title, kicker string) bool {
			return pages.Units(title) <= maxHeader && pages.Units(kicker) <= maxKicker
		},
		Beside: beside,
	})
	messages := make([]message, len(list))
	for i, p := range list {
		part := ""
		if len(list) > 1 {
			part = fmt.Sprintf("part %d of %d", i+1, len(list))
		}
		messages[i] = message{Text: fallback(p, part), above: blocks(p, part, on)}
	}
	return messages
}

// maxMoment is what a time takes, at the most.
const maxMoment = len("22 Jan 2006 15:04 UTC")

// size is what text takes, in UTF-16 code units of what is read.
func size(_ pages.Kind, text []pages.Stretch) int {
	n := 0
	for _, st := range text {
		switch {
		case st.Style == pages.When:
			n += maxMoment
		case st.Style == pages.Link && st.Text == "":
			n += pages.Units(st.URL)
		case st.Style == pages.Link:
			n += pages.Units(st.Text) + len(" ()") + pages.Units(st.Host)
		default:
			n += pages.Units(st.Text)
		}
	}
	return n
}

// beside reports whether the fields fit beside each other.
func beside(fields []pages.Field) bool {
	total := 0
	for _, f := range fields {
		value := plain(f.Value)
		total += pages.Units(f.Label) + pages.Units(value)
		text := factText(f)
		if strings.Contains(value, "\n") || !inert(text) || pages.Units(mrkdwn(text)) > maxField {
			return false
		}
	}
	return total <= factsRoom && len(fields) <= 2*maxFields
}

// factText is a field as it stands beside others: the label above the value.
func factText(f pages.Field) []pages.Stretch {
	return append([]pages.Stretch{{Style: pages.Strong, Text: f.Label}, {Text: "\n"}}, f.Value...)
}

// blocks writes a page.
func blocks(p pages.Page, part string, on surface) []slack.Block {
	var list []slack.Block
	if p.Title != "" {
		list = append(list, slack.NewHeaderBlock(label(p.Title, maxHeader)))
	}
	if small := joined(" · ", p.Kicker, part); small != "" {
		list = append(list, slack.NewContextBlock("", object([]pages.Stretch{{Text: small}}, maxText)))
	}
	fields := func() {
		for of := p.Fields; len(of) > 0; of = of[min(len(of), maxFields):] {
			s := slack.NewSectionBlock(nil, nil, nil)
			for _, f := range of[:min(len(of), maxFields)] {
				s.Fields = append(s.Fields, marked(mrkdwn(factText(f))))
			}
			list = append(list, s)
		}
	}
	rest := p.Blocks
	n := 0
	for n < len(rest) && !rest[n].Kind.Body() {
		n++
	}
	list = append(list, prose(rest[:n])...)
	fields()
	return append(list, body(rest[n:], on)...)
}

// prose writes what stands before the facts.
func prose(of []pages.Block) []slack.Block {
	var w richWriter
	for _, b := range of {
		switch b.Kind {
		case pages.Notice:
			w.quote(b.Text)
		case pages.Kicker:
			w.line(b, slack.RichTextSectionTextStyle{Italic: true})
		default:
			w.line(b, slack.RichTextSectionTextStyle{})
		}
	}
	return w.blocks()
}

// body writes the sections of a card, and what ends it.
func body(of []pages.Block, on surface) []slack.Block {
	var list []slack.Block
	var w richWriter
	flush := func() { list, w = append(list, w.blocks()...), richWriter{} }
	tables := 0
	for i := 0; i < len(of); i++ {
		if n := run(of[i:]); n > 0 && on == inMessage && tables == 0 { // Slack takes one
			if t := table(of[i : i+n]); t != nil {
				flush()
				list = append(list, t...)
				i, tables = i+n-1, 1
				continue
			}
		}
		switch b := of[i]; b.Kind {
		case pages.Footer, pages.Source:
			flush()
			list = append(list, slack.NewContextBlock("", object(b.Text, maxText)))
		case pages.Heading:
			w.heading(b)
		case pages.Item, pages.Meta:
			item := []pages.Block{b}
			if b.Kind == pages.Item && i+1 < len(of) && of[i+1].Kind == pages.Meta {
				i++
				item = append(item, of[i])
			}
			w.item(item)
		default:
			w.line(b, slack.RichTextSectionTextStyle{})
		}
	}
	flush()
	return list
}

// joined joins the strings that hold something.
func joined(sep string, of ...string) string {
	var list []string
	for _, s := range of {
		if s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, sep)
}

// fallback is a page as plain text, in whole lines.
func fallback(p pages.Page, part string) string {
	lines := []string{p.Title, joined(" · ", p.Kicker, part)}
	field := func() {
		for _, f := range p.Fields {
			lines = append(lines, f.Label+": "+plain(f.Value))
		}
	}
	told := false
	for _, b := range p.Blocks {
		if b.Kind.Body() && !told {
			field()
			told = true
		}
		s := strings.TrimSpace(plain(b.Text))
		if b.Kind == pages.Item {
			s = "• " + s
		}
		lines = append(lines, s)
	}
	if !told {
		field()
	}
	var text strings.Builder
	room := maxFallback
	for _, line := range lines {
		line = escape(line)
		if room -= pages.Units(line) + len("\n"); line == "" {
			continue
		}
		if room < 0 {
			break
		}
		if text.Len() > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(line)
	}
	if text.Len() == 0 {
		return "The answer is below."
	}
	return text.String()
}
