package pages

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// Style is how a stretch of text stands out.
type Style uint8

// The styles. Those that are not text are never cut.
const (
	Plain  Style = iota
	Strong       // stands out: what is strong on a card, and its tags
	When         // a time, in Moment
	Link         // words that lead to URL, and behind them Host
	Room         // a channel, in Place; Text is for where it is none of the platform's
)

// Stretch is text of one style. What people wrote in it has been cleaned (see
// bot.Clean), and is not escaped.
type Stretch struct {
	Style  Style
	Text   string // but of a time
	Moment briefings.Moment
	// URL is of a link, as SafeURL returns it. Text is its words, and empty where
	// they are no more than the address. Host is to be shown beside the words,
	// since they may say anything.
	URL, Host string
	Place     delivery.Place
}

// Masks reports whether the words of a link look like an address of their own: it
// must not lead elsewhere.
func (st Stretch) Masks() bool {
	return strings.Contains(st.Text, "://") || looksLikeHost.MatchString(st.Text) && bareHost(st.Text) != bareHost(st.Host)
}

// bareHost is a host as people name it.
func bareHost(s string) string { return strings.TrimPrefix(strings.ToLower(s), "www.") }

// looksLikeHost matches a host, with or without a path behind it.
var looksLikeHost = regexp.MustCompile(`^[^\s./@]+(\.[^\s./@]+)+(/\S*)?$`)

// sentence is what is not parted between two pages.
type sentence []Stretch

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
	words := func(st Style, s string) {
		for _, part := range splitSentences(bot.Clean(s)) {
			open = append(open, Stretch{Style: st, Text: part})
			if last, _ := utf8.DecodeLastRuneInString(part); unicode.IsSpace(last) {
				end()
			}
		}
	}
	for _, span := range t {
		switch span.Kind {
		case bot.Strong, bot.Tag:
			words(Strong, span.Text)
		case bot.When:
			if !span.Moment.IsZero() {
				open = append(open, Stretch{Style: When, Moment: span.Moment})
			}
		case bot.Link:
			open = append(open, link(span))
		case bot.Room:
			open = append(open, Stretch{Style: Room, Text: Line(span.Text), Place: span.Place})
		default:
			words(Plain, span.Text)
		}
	}
	end()
	return list
}

// link is a link to an address that one may lead to, and otherwise its words.
func link(span bot.Span) Stretch {
	words, address := Line(span.Text), SafeURL(span.URL)
	host := Host(address)
	if host == "" {
		return Stretch{Text: words}
	}
	if words == Line(span.URL) {
		words = ""
	}
	return Stretch{Style: Link, Text: words, URL: address, Host: host}
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

func flat(list []sentence) []Stretch {
	if len(list) == 1 {
		return list[0]
	}
	n := 0
	for _, s := range list {
		n += len(s)
	}
	all := make([]Stretch, 0, n)
	for _, s := range list {
		all = append(all, s...)
	}
	return all
}

// shows reports whether there is something to read.
func shows(list []Stretch) bool {
	for _, st := range list {
		if st.Style != Plain && st.Style != Strong || strings.TrimSpace(st.Text) != "" {
			return true
		}
	}
	return false
}
