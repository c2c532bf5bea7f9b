package slack

import (
	"strings"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot/pages"
)

// richWriter writes one block of rich text: paragraphs, quotes and lists, one
// below the other.
type richWriter struct {
	elements []slack.RichTextElement
	list     *slack.RichTextList // that is open
	section  *slack.RichTextSection
}

// blocks returns what has been written, as one block or none.
func (w *richWriter) blocks() []slack.Block {
	if len(w.elements) == 0 {
		return nil
	}
	return []slack.Block{slack.NewRichTextBlock("", w.elements...)}
}

// add begins another element.
func (w *richWriter) add(e slack.RichTextElement) {
	w.list, w.section = nil, nil
	w.elements = append(w.elements, e)
}

// line writes a paragraph.
func (w *richWriter) line(b pages.Block, style slack.RichTextSectionTextStyle) {
	text := rich(trimmed(b.Text), style)
	if w.section != nil { // on the next line of what is open
		gap := "\n"
		if b.Apart {
			gap = "\n\n"
		}
		w.section.Elements = append(append(w.section.Elements, slack.NewRichTextSectionTextElement(gap, nil)), text...)
		return
	}
	s := slack.NewRichTextSection(text...)
	w.add(s)
	w.section = s
}

// heading writes the heading of a section, apart from what is above.
func (w *richWriter) heading(b pages.Block) {
	text := rich(trimmed(b.Text), slack.RichTextSectionTextStyle{Bold: true})
	if len(w.elements) > 0 {
		text = append([]slack.RichTextSectionElement{slack.NewRichTextSectionTextElement("\n", nil)}, text...)
	}
	w.add(slack.NewRichTextSection(text...))
}

// quote writes a notice.
func (w *richWriter) quote(text []pages.Stretch) {
	w.add(&slack.RichTextQuote{Type: slack.RTEQuote, Elements: rich(trimmed(text), slack.RichTextSectionTextStyle{})})
}

// item writes a line of a list, and below it, less loud, who says so.
func (w *richWriter) item(of []pages.Block) {
	var text []slack.RichTextSectionElement
	for i, b := range of {
		var style slack.RichTextSectionTextStyle
		if b.Kind == pages.Meta {
			style.Italic = true
		}
		if i > 0 {
			text = append(text, slack.NewRichTextSectionTextElement("\n", nil))
		}
		text = append(text, rich(trimmed(b.Text), style)...)
	}
	if w.list == nil {
		l := slack.NewRichTextList(slack.RTEListBullet, 0)
		w.add(l)
		w.list = l
	}
	w.list.Elements = append(w.list.Elements, slack.NewRichTextSection(text...))
}

// trimmed is text without white space around it.
func trimmed(text []pages.Stretch) []pages.Stretch {
	list := append([]pages.Stretch{}, text...)
	isText := func(st pages.Stretch) bool { return st.Style == pages.Plain || st.Style == pages.Strong }
	for len(list) > 0 && isText(list[0]) {
		if list[0].Text = strings.TrimLeft(list[0].Text, " \n"); list[0].Text != "" {
			break
		}
		list = list[1:]
	}
	for len(list) > 0 && isText(list[len(list)-1]) {
		last := &list[len(list)-1]
		if last.Text = strings.TrimRight(last.Text, " \n"); last.Text != "" {
			break
		}
		list = list[:len(list)-1]
	}
	return list
}
