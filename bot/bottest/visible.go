package bottest

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// part is something in a card that a person must be able to read.
type part struct {
	where string
	text  string
}

// parts returns all that must be visible of a card, sentence by sentence: an
// answer may be parted between sentences, but not within one.
func parts(c *bot.Card) []part {
	var list []part
	add := func(where, s string) {
		for _, sentence := range sentences(s) {
			list = append(list, part{where, sentence})
		}
	}
	text := func(where string, t bot.Text) {
		var b strings.Builder
		for _, s := range t {
			if s.Kind != bot.Link {
				b.WriteString(bot.Text{s}.String())
				continue
			}
			add(where, b.String()) // what a platform shows around a link is its own
			b.Reset()
			add(where+": link", s.Text)
			add(where+": link’s host", host(s.URL))
		}
		add(where, b.String())
	}
	texts := func(where string, list []bot.Text) {
		for _, t := range list {
			text(where, t)
		}
	}
	add("title", c.Title)
	add("kicker", c.Kicker)
	texts("notice", c.Notices)
	texts("lead", c.Lead)
	for _, f := range c.Fields {
		add("field’s label", f.Label)
		text("field "+f.Label, f.Value)
	}
	for _, s := range c.Sections {
		add("heading", s.Heading)
		for _, i := range s.Items {
			add("item’s label", i.Label)
			text("item "+i.Label, i.Text)
			text("meta of item "+i.Label, i.Meta)
		}
	}
	text("footer", c.Footer)
	return list
}

// sentences splits text after each full stop, question or exclamation mark
// that white space follows, and at line breaks.
func sentences(s string) []string {
	var list []string
	from := 0
	last := ' '
	for i, r := range s {
		if r == '\n' || unicode.IsSpace(r) && strings.ContainsRune(".?!", last) {
			list = append(list, s[from:i])
			from = i
		}
		last = r
	}
	return append(list, s[from:])
}

// host returns the host of an address.
func host(address string) string {
	u, err := url.Parse(strings.Map(printable, address))
	if err != nil {
		return address
	}
	return u.Host
}

// destination returns where an address leads to, however much of it an adapter
// had to escape so that it can stand in a link.
func destination(address string) string {
	if plain, err := url.PathUnescape(letters(address)); err == nil {
		return letters(plain)
	}
	return letters(address)
}

// letters returns what is left of text when everything is taken out that an
// adapter may change: white space, what cannot be seen, and the choice between
// composed and decomposed characters.
func letters(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\uFFFD' {
			return -1
		}
		return printable(r)
	}, s)
}

func printable(r rune) rune {
	if briefings.Unprintable(r) {
		return -1
	}
	return r
}

// A sentence longer than this must be parted somewhere on most platforms. Then
// only pieces of it must be whole.
const (
	maxWhole   = 500 // characters
	wholePiece = 50
)

// missing returns the parts of a card that are not in what was seen.
func missing(c *bot.Card, seen Seen) []part {
	var list []part
	have := letters(seen.Text)
	for _, p := range parts(c) {
		if want := letters(p.text); !contains(have, want) {
			list = append(list, part{p.where, want})
		}
	}
	return list
}

func contains(have, want string) bool {
	if strings.Contains(have, want) {
		return true
	}
	runes := []rune(want)
	if len(runes) <= maxWhole {
		return false
	}
	cuts := len(runes)/maxWhole + 1
	for len(runes) > 0 {
		n := min(wholePiece, len(runes))
		if !strings.Contains(have, string(runes[:n])) {
			cuts--
		}
		runes = runes[n:]
	}
	return cuts >= 0
}
