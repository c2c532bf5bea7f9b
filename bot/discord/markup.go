package discord

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/pages"
	"github.com/briefbot/briefbot/briefings"
)

// style is how a stretch of text stands out in markdown.
type style uint8

const (
	plain style = iota
	strong
	verbatim // markup of ours, such as a timestamp, which is not escaped
)

// stretch is text of one style, which is escaped only when it is written out.
type stretch struct {
	style style
	text  string
	url   string // of a link; the text is then its words
}

// stretches puts text in the styles that markdown has.
func stretches(text []pages.Stretch) []stretch {
	var list []stretch
	for _, st := range text {
		switch st.Style {
		case pages.Strong:
			list = append(list, stretch{style: strong, text: st.Text})
		case pages.When:
			list = append(list, stretch{style: verbatim, text: timestamp(st.Moment)})
		case pages.Link:
			list = append(list, link(st)...)
		case pages.Room:
			list = append(list, channelStretch(st))
		default:
			list = append(list, stretch{text: st.Text})
		}
	}
	return list
}

// link writes the words of a link and, since words may say anything, the host
// that they lead to. Discord makes no link of words that are an address
// themselves.
func link(st pages.Stretch) []stretch {
	switch {
	case st.Text == "":
		return []stretch{{style: verbatim, text: "<" + st.URL + ">"}}
	case st.Masks():
		return []stretch{{text: st.Text + " "}, {style: verbatim, text: "<" + st.URL + ">"}}
	default:
		return []stretch{{text: st.Text, url: st.URL}, {text: " (" + st.Host + ")"}}
	}
}

// channelID is the form of a channel's id.
var channelID = regexp.MustCompile(`\A[0-9]{1,20}\z`)

// channelStretch writes a channel of Discord's so that its name is shown, and another in
// words.
func channelStretch(st pages.Stretch) stretch {
	if st.Place.Platform != Platform || !channelID.MatchString(st.Place.Channel) {
		return stretch{text: st.Text}
	}
	return stretch{style: verbatim, text: "<#" + st.Place.Channel + ">"}
}

// timestamp writes a moment. A minute is an instant, which Discord shows by the
// reader's own clock; a day or a year is one of the calendar, and the same
// everywhere.
func timestamp(m briefings.Moment) string {
	if m.Precision() != briefings.Minute {
		return bot.FormatMoment(m, time.UTC)
	}
	return "<t:" + strconv.FormatInt(m.Start(time.UTC).Unix(), 10) + ":f>"
}

// markdown writes text as Discord's markdown. first is true where it begins a
// line, at which more characters mean something.
func markdown(text []pages.Stretch, first bool) string {
	list := stretches(text)
	var b strings.Builder
	for i := 0; i < len(list); {
		s, from := list[i], i
		for i++; i < len(list) && s.style != verbatim && list[i].style == s.style && list[i].url == "" && s.url == ""; i++ {
		}
		if i-from > 1 { // what stands out goes on over the ends of sentences
			var whole strings.Builder
			for _, next := range list[from:i] {
				whole.WriteString(next.text)
			}
			s.text = whole.String()
		}
		lineStart := first && strings.TrimRight(b.String(), " ") == "" || strings.HasSuffix(strings.TrimRight(b.String(), " "), "\n")
		switch {
		case s.style == verbatim:
			b.WriteString(s.text)
		case s.url != "":
			b.WriteString("[" + escape(s.text, false) + "](<" + s.url + ">)")
		case s.style == strong:
			// Marks must touch the words that they mark.
			words := strings.TrimSpace(s.text)
			before, after, _ := strings.Cut(s.text, words)
			if words == "" {
				before, after = s.text, ""
			}
			b.WriteString(escape(before, lineStart))
			for n, line := range strings.Split(words, "\n") {
				if n > 0 {
					b.WriteByte('\n')
				}
				if line = strings.TrimSpace(line); line != "" {
					b.WriteString("**" + escape(line, false) + "**")
				}
			}
			b.WriteString(escape(after, words == ""))
		default:
			b.WriteString(escape(s.text, lineStart))
		}
	}
	return b.String()
}

// escape writes clean text so that Discord shows it as it is: it formats,
// notifies, links and commands nothing. A backslash makes any punctuation mean
// itself (https://discord.com/developers/docs/reference#message-formatting).
func escape(s string, lineStart bool) string {
	var b strings.Builder
	start, digits := lineStart, false
	for i, r := range s {
		switch r {
		case '\\', '*', '_', '~', '`', '|', '[', ']', '<', '@', '#': // a heading drops those at its end
			b.WriteByte('\\')
		case '-', '+', '>': // a list, small text, a quote
			if start {
				b.WriteByte('\\')
			}
		case '.', ')': // a numbered list
			if digits {
				b.WriteByte('\\')
			}
		case ':': // an address, or the name of an emoji
			if next, _ := utf8.DecodeRuneInString(s[i+1:]); i+1 < len(s) && !unicode.IsSpace(next) {
				b.WriteByte('\\')
			}
		case '/': // an invitation or a gift needs no scheme
			if invites(s[:i]) {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
		switch {
		case r == '\n':
			start, digits = true, false
		case unicode.IsSpace(r):
		case start && r >= '0' && r <= '9' || digits && r >= '0' && r <= '9':
			start, digits = false, true
		default:
			start, digits = false, false
		}
	}
	return b.String()
}

// invites reports whether text ends with a host that Discord's client makes more
// of than a link.
func invites(s string) bool {
	for _, host := range []string{"discord.gg", "discord.com", "discordapp.com", "discord.gift", "discord.new"} {
		if n := len(s) - len(host); n >= 0 && strings.EqualFold(s[n:], host) {
			return true
		}
	}
	return false
}
