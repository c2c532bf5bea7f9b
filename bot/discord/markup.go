package discord

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// style is how a stretch of text stands out.
type style uint8

const (
	plain style = iota
	strong
	verbatim // markup of ours, such as a timestamp, which is not escaped
)

// stretch is text of one style. What people wrote in it has been cleaned, and is
// escaped only when it is written out.
type stretch struct {
	style style
	text  string
	url   string // of a link; the text is then its words
}

// sentence is what is not parted between two pages.
type sentence []stretch

// sentences takes a card's text apart. A sentence ends at a full stop, question
// or exclamation mark that white space follows, or where the line ends.
func sentences(t bot.Text) []sentence {
	var list []sentence
	var open sentence
	end := func() {
		if len(open) > 0 {
			list, open = append(list, open), nil
		}
	}
	words := func(st style, s string) {
		for _, part := range splitSentences(bot.Clean(s)) {
			open = append(open, stretch{style: st, text: part})
			if last, _ := utf8.DecodeLastRuneInString(part); unicode.IsSpace(last) {
				end()
			}
		}
	}
	for _, span := range t {
		switch span.Kind {
		case bot.Strong, bot.Tag:
			words(strong, span.Text)
		case bot.When:
			open = append(open, stretch{style: verbatim, text: timestamp(span.Moment)})
		case bot.Link:
			open = append(open, link(span)...)
		default:
			words(plain, span.Text)
		}
	}
	end()
	return list
}

// splitSentences splits text behind the white space that follows a sentence.
func splitSentences(s string) []string {
	var parts []string
	from, ended := 0, false
	last := ' '
	for i, r := range s {
		space := unicode.IsSpace(r)
		if ended && !space {
			parts = append(parts, s[from:i])
			from, ended = i, false
		}
		if r == '\n' || space && strings.ContainsRune(".?!", last) {
			ended = true
		}
		if !space {
			last = r
		}
	}
	if from < len(s) {
		parts = append(parts, s[from:])
	}
	return parts
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

// link writes the words of a link and, since words may say anything, the host
// that they lead to.
func link(span bot.Span) []stretch {
	words, address := cleanLine(span.Text), safeURL(span.URL)
	host := hostOf(address)
	switch {
	case host == "":
		return []stretch{{text: words}}
	case words == "" || words == cleanLine(span.URL):
		// Discord makes no link of words that are an address themselves.
		return []stretch{{style: verbatim, text: "<" + address + ">"}}
	case strings.Contains(words, "://"):
		return []stretch{{text: words + " "}, {style: verbatim, text: "<" + address + ">"}}
	default:
		return []stretch{{text: words, url: address}, {text: " (" + host + ")"}}
	}
}

// markdown writes stretches as Discord's markdown. first is true where they
// begin a line, at which more characters mean something.
func markdown(list []stretch, first bool) string {
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

// cleanLine is clean for what must stay on one line.
func cleanLine(s string) string { return strings.TrimSpace(bot.CleanLine(s)) }

// size is the length of text as Discord counts it at its strictest: in UTF-16
// code units.
func size(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
