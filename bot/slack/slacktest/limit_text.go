package slacktest

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/briefbot/briefbot/briefings"
)

// textRule says what of a text object a place takes.
type textRule struct {
	most     int
	plain    bool // no mrkdwn
	optional bool
}

// text notes what is wrong with the text object at a key.
func (c *checker) text(parent string, o object, key string, rule textRule) {
	if _, there := o[key]; !there {
		if !rule.optional {
			c.required(parent, o, key)
		}
		return
	}
	if t := c.child(parent, o, key); t != nil {
		c.textObject(pointer(parent, key), t, rule)
	}
}

func (c *checker) textObject(at string, t object, rule textRule) {
	c.required(at, t, "type", "text")
	kind, _ := c.typed(at, t, "type")
	switch {
	case kind == "mrkdwn" && !rule.plain:
		c.properties(at, t, "text verbatim")
		c.truths(at, t, "verbatim")
		if !flag(t, "verbatim") {
			c.note(at, "a mrkdwn text needs verbatim: true, or what people wrote becomes links")
		}
		c.markup(pointer(at, "text"), str(t, "text"))
	case kind == "plain_text":
		c.properties(at, t, "text emoji")
		c.truths(at, t, "emoji")
	case t["type"] != nil:
		c.add(pointer(at, "type"), "unsupported type: %s", kind)
		return
	}
	if s, ok := c.typed(at, t, "text"); ok {
		c.length(pointer(at, "text"), s, 1, rule.most)
		c.read(pointer(at, "text"), s)
	}
}

// read counts a text that people read, and notes what must not be in one.
func (c *checker) read(at, s string) {
	c.chars += runes(s)
	c.printable(at, s)
}

// printable notes characters that reorder or hide what people read.
func (c *checker) printable(at, s string) {
	for _, r := range s {
		if r == '\t' || briefings.Unprintable(r) {
			c.note(at, "the character %U must not be in a text", r)
			return
		}
	}
}

// roomTag is how an app names a channel. Slack itself adds a label to what people type.
var roomTag = regexp.MustCompile(`\A#[CG][A-Z0-9]+\z`)

// markup notes what must not be in mrkdwn.
func (c *checker) markup(at, s string) {
	for _, a := range atoms(s) {
		switch {
		case a.tag == "":
		case roomTag.MatchString(a.tag): // the name of a channel, which notifies nobody
		case loud(a.tag):
			c.note(at, "<%s> is a live mention", a.tag)
		default:
			target, words, masked := strings.Cut(a.tag, "|")
			if masked && a.tag[0] != '!' && a.tag[0] != '@' {
				c.disguise(at, decoded(target), decoded(words))
			}
		}
	}
}

// loud reports whether a tag addresses more than one person, or names a
// channel. A person is addressed on purpose, and is one of a message's pings.
func loud(tag string) bool {
	body, _, _ := strings.Cut(tag, "|")
	return strings.HasPrefix(body, "#") || strings.HasPrefix(body, "!subteam^") ||
		slices.Contains([]string{"!channel", "!here", "!everyone", "!group"}, body)
}

// addressLike is words that as a whole look like an address.
var addressLike = regexp.MustCompile(`(?i)^(?:https?://)?((?:[\p{L}\p{N}_-]+\.)+\p{L}{2,})(?::\d+)?(?:[/?#]\S*)?$`)

// disguise notes a link whose words look like the address of another host.
func (c *checker) disguise(at, target, words string) {
	m := addressLike.FindStringSubmatch(strings.TrimSpace(words))
	u, err := url.Parse(target)
	if m == nil || err != nil || u.Host == "" {
		return
	}
	host := func(s string) string { return strings.TrimPrefix(strings.ToLower(s), "www.") }
	if host(m[1]) != host(u.Hostname()) {
		c.note(at, "the words %q look like another address than %s", words, target)
	}
}
