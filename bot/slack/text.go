package slack

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// Text reaches Slack in two forms. Rich text has its words, times and links in
// elements of their own: nothing that people wrote can mean anything in it, and so
// it holds all that may be long. Mrkdwn is text with marks, and has no way to
// write a mark that means itself; it stands where Slack takes nothing else, and
// only with words in which there is no mark.

// dateFormat has Slack show an instant by the reader's own clock, always with the
// date (https://docs.slack.dev/messaging/formatting-message-text#date-formatting).
const dateFormat = "{date_short} {time}"

// entities are how the three characters are written that begin markup.
var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape writes text so that Slack makes no mention, link or command of it.
func escape(s string) string { return entities.Replace(s) }

// active is what mrkdwn makes more of than text: emphasis, code, emoji and quotes.
var active = regexp.MustCompile("[*_~`]|:[^\\s:]+:|(?m:^\\s*>)")

// shortcode is what becomes an emoji.
var shortcode = regexp.MustCompile(`:[^\s:]+:`)

// apart reports whether the words of a link stand beside it, and are none of it:
// they would hide where it leads, or become something else in it.
func apart(st pages.Stretch) bool { return st.Masks() || shortcode.MatchString(st.Text) }

// inert reports whether mrkdwn shows the words as they are.
func inert(text []pages.Stretch) bool {
	for _, st := range text {
		if active.MatchString(st.Text) || st.Style == pages.Link && strings.Contains(st.Text, "|") {
			return false
		}
	}
	return true
}

// mrkdwn writes text with marks. The words must be inert.
func mrkdwn(text []pages.Stretch) string {
	var b strings.Builder
	for _, st := range text {
		switch st.Style {
		case pages.When:
			b.WriteString(timestamp(st.Moment))
		case pages.Link:
			b.WriteString(mrkdwnLink(st))
		case pages.Room:
			if id := channelOf(st); id != "" {
				b.WriteString("<#" + id + ">")
			} else {
				b.WriteString(escape(st.Text))
			}
		case pages.Strong:
			words := strings.TrimSpace(st.Text)
			before, after, _ := strings.Cut(st.Text, words)
			if words == "" {
				b.WriteString(st.Text)
				continue
			}
			b.WriteString(before + "*" + escape(words) + "*" + after)
		default:
			b.WriteString(escape(st.Text))
		}
	}
	return b.String()
}

// mrkdwnLink writes the words of a link and, since words may say anything, the
// host that they lead to.
func mrkdwnLink(st pages.Stretch) string {
	address := strings.NewReplacer("&", "&amp;", "|", "%7C").Replace(st.URL)
	switch {
	case st.Text == "":
		return "<" + address + ">"
	case apart(st):
		return escape(st.Text) + " <" + address + ">"
	default:
		return "<" + address + "|" + escape(st.Text) + "> (" + escape(st.Host) + ")"
	}
}

// timestamp writes a moment. A minute is an instant, which Slack shows by the
// reader's own clock; a day or a year is one of the calendar, and the same
// everywhere.
func timestamp(m briefings.Moment) string {
	words := bot.FormatMoment(m, time.UTC)
	if m.Precision() != briefings.Minute {
		return words
	}
	return "<!date^" + strconv.FormatInt(m.Start(time.UTC).Unix(), 10) + "^" + dateFormat + "|" + words + ">"
}

// plain writes text without any marks, times in UTC.
func plain(text []pages.Stretch) string {
	var b strings.Builder
	for _, st := range text {
		switch {
		case st.Style == pages.When:
			b.WriteString(bot.FormatMoment(st.Moment, time.UTC))
		case st.Style == pages.Link && st.Text == "":
			b.WriteString(st.URL)
		case st.Style == pages.Link:
			b.WriteString(st.Text + " (" + st.Host + ")")
		default:
			b.WriteString(st.Text)
		}
	}
	return b.String()
}

// rich writes text as elements of rich text.
func rich(text []pages.Stretch, style slack.RichTextSectionTextStyle) []slack.RichTextSectionElement {
	var list []slack.RichTextSectionElement
	words := func(s string, style slack.RichTextSectionTextStyle) {
		if s == "" {
			return
		}
		if n := len(list); n > 0 { // words of one style are one element
			if last, ok := list[n-1].(*slack.RichTextSectionTextElement); ok && styleOf(last) == style {
				last.Text += s
				return
			}
		}
		e := &slack.RichTextSectionTextElement{Type: slack.RTSEText, Text: s}
		if style != (slack.RichTextSectionTextStyle{}) {
			e.Style = &style
		}
		list = append(list, e)
	}
	for _, st := range text {
		bold := style
		bold.Bold = true
		switch st.Style {
		case pages.Strong:
			words(st.Text, bold)
		case pages.When:
			if st.Moment.Precision() != briefings.Minute {
				words(bot.FormatMoment(st.Moment, time.UTC), style)
				continue
			}
			fallback := bot.FormatMoment(st.Moment, time.UTC)
			list = append(list, &slack.RichTextSectionDateElement{
				Type: slack.RTSEDate, Timestamp: slack.JSONTime(st.Moment.Start(time.UTC).Unix()), Format: dateFormat, Fallback: &fallback,
			})
		case pages.Room:
			if id := channelOf(st); id != "" {
				list = append(list, slack.NewRichTextSectionChannelElement(id, nil))
			} else {
				words(st.Text, style)
			}
		case pages.Link:
			if apart(st) {
				words(st.Text+" ", style)
			}
			list = append(list, richLink(st, style))
			if st.Text != "" && !apart(st) {
				words(" ("+st.Host+")", style)
			}
		default:
			words(st.Text, style)
		}
	}
	return list
}

// channelOf is the id of a channel of Slack's, which shows its name; "" of another.
func channelOf(st pages.Stretch) string {
	if m := channelID.FindStringSubmatch(st.Place.Channel); st.Place.Platform == Platform && m != nil {
		return m[1]
	}
	return ""
}

func styleOf(e *slack.RichTextSectionTextElement) slack.RichTextSectionTextStyle {
	if e.Style == nil {
		return slack.RichTextSectionTextStyle{}
	}
	return *e.Style
}

// richLink writes a link. Words that look like an address of their own are none of
// it.
func richLink(st pages.Stretch, style slack.RichTextSectionTextStyle) slack.RichTextSectionElement {
	e := &slack.RichTextSectionLinkElement{Type: slack.RTSELink, URL: st.URL, Text: st.Text}
	if apart(st) {
		e.Text = ""
	}
	if style != (slack.RichTextSectionTextStyle{}) {
		e.Style = &style
	}
	return e
}

// label is a text object of words alone: no emoji is made of them.
func label(s string, most int) *slack.TextBlockObject {
	no := false
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: pages.Clip(pages.Line(s), most), Emoji: &no}
}

// marked is a text object with marks, of which Slack makes no more than they say.
func marked(s string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: s, Verbatim: true}
}

// object is a text object of text: with its times and links if the words are
// inert and fit, else words alone.
func object(text []pages.Stretch, most int) *slack.TextBlockObject {
	if s := mrkdwn(text); inert(text) && pages.Units(s) <= most {
		return marked(s)
	}
	return label(plain(text), most)
}
