package slacktest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

var (
	emojiPattern = regexp.MustCompile(`^:([\p{Ll}\p{Lo}\p{M}\p{N}_+'-]{1,100}):`)
	digits       = regexp.MustCompile(`^[0-9]+$`)
	barePattern  = regexp.MustCompile(`^(?:https?://[^\s|]+|(?i:www)\.[^\s|]+\.[^\s|]+|[\p{L}\p{N}._+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)`)
)

// maxAhead is how far an emoji or an address is looked for.
const maxAhead = 3000

// ahead returns the word that atoms begin with: up to a space or a tag.
func ahead(a []atom) string {
	var b strings.Builder
	for _, c := range a[:min(len(a), maxAhead)] {
		if c.tag != "" || c.r == '<' || c.r == '>' || unicode.IsSpace(c.r) {
			break
		}
		b.WriteRune(c.r)
	}
	return b.String()
}

// emojiIn returns the shortcode that a text begins with. Any name may be an
// emoji of the workspace; of those that are numbers, only the two that every
// workspace has are taken, or the times of a day would be emoji.
func emojiIn(s string) (name string, ok bool) {
	m := emojiPattern.FindStringSubmatch(s)
	if m == nil || digits.MatchString(m[1]) && m[1] != "100" && m[1] != "1234" {
		return "", false
	}
	return m[1], true
}

func (r *renderer) emoji(a []atom) int {
	// A name has at most a hundred characters.
	name, ok := emojiIn(ahead(a[:min(len(a), 102)]))
	if !ok {
		return 0
	}
	r.literal(Emoji, "⟨"+name+"⟩")
	return runes(name) + 2
}

// plain writes a text without markup, in which shortcodes may become emoji.
func (r *renderer) plain(s string, emoji bool) {
	for s != "" {
		n := strings.IndexByte(s, ':')
		if n < 0 || !emoji {
			n = len(s)
		}
		r.out.WriteString(s[:n])
		if s = s[n:]; s == "" {
			return
		}
		if name, ok := emojiIn(s); ok {
			r.literal(Emoji, "⟨"+name+"⟩")
			s = s[len(name)+2:]
			continue
		}
		r.out.WriteByte(':')
		s = s[1:]
	}
}

// autolink writes an address that stands bare in the text.
func (r *renderer) autolink(a []atom) int {
	m := barePattern.FindString(ahead(a))
	m = strings.TrimRight(m, ".,:;!?\"'*_~`")
	for strings.HasSuffix(m, ")") && strings.Count(m, ")") > strings.Count(m, "(") {
		m = strings.TrimRight(m[:len(m)-1], ".,:;!?\"'*_~`")
	}
	target := m
	switch {
	case m == "":
		return 0
	case strings.HasPrefix(m, "http"):
	case strings.EqualFold(m[:min(len(m), 4)], "www."):
		target = "http://" + m
	default:
		target = "mailto:" + m
	}
	r.literal(Autolink, m)
	r.seen.Links = append(r.seen.Links, Link{m, target})
	return runes(m)
}

// tag writes what stands in angle brackets.
func (r *renderer) tag(tag string) {
	body, words, _ := strings.Cut(tag, "|")
	words = decoded(words)
	switch {
	case strings.HasPrefix(body, "@"):
		r.mention("@", body[1:], words, true)
	case strings.HasPrefix(body, "#"):
		r.mention("#", body[1:], words, false)
	case strings.HasPrefix(body, "!subteam^"):
		r.mention("@", strings.TrimPrefix(body, "!subteam^"), words, true)
	case strings.HasPrefix(body, "!date^"):
		unix, rest, _ := strings.Cut(strings.TrimPrefix(body, "!date^"), "^")
		format, link, _ := strings.Cut(rest, "^")
		n, err := strconv.ParseInt(unix, 10, 64)
		r.date(n, err == nil, decoded(format), decoded(link), words)
	case slices.Contains([]string{"!here", "!channel", "!everyone"}, body):
		r.ping("@" + body[1:])
	case body == "!group":
		r.ping("@channel")
	case body[0] == '!':
		// Clients show what they do not know as words.
		if words == "" {
			words = "<" + decoded(body[1:]) + ">"
		}
		r.out.WriteString(words)
	default:
		r.link(decoded(body), words)
	}
}

// link writes a link. Shortcodes in its words become emoji; it has no formats.
func (r *renderer) link(target, words string) {
	kind := Masked
	if words == "" {
		kind, words = Autolink, strings.TrimPrefix(target, "mailto:")
	}
	from := r.out.Len()
	r.plain(words, kind == Masked)
	r.seen.Links = append(r.seen.Links, Link{string(r.out.Bytes()[from:]), target})
	r.note(kind, from)
}

// mention writes the name of somebody or something, or what stands for it where
// the name is unknown.
func (r *renderer) mention(sign, id, words string, notifies bool) {
	name := ""
	if r.names != nil {
		name = r.names(id)
	}
	if name == "" {
		name = words
	}
	if name == "" {
		name = id
	}
	name = sign + strings.TrimPrefix(name, sign)
	if notifies {
		r.ping(name)
	} else {
		r.literal(Mention, name)
	}
}

// ping writes a mention that notifies.
func (r *renderer) ping(name string) {
	r.literal(Mention, name)
	if !slices.Contains(r.seen.Pings, name) {
		r.seen.Pings = append(r.seen.Pings, name)
	}
}

// maxMoment is the last second that clients show as a time.
const maxMoment = 8640000000000

var (
	// momentTokens are a day and a time of it, which are written together.
	momentTokens = regexp.MustCompile(`\{date(?:_num|_slash|_short|_long)?(?:_pretty)?\}(?:,? |,? at )\{time(?:_secs)?\}`)
	dateToken    = regexp.MustCompile(`\{[a-z_]+\}`)
	tokenLayouts = map[string]string{
		"date_num": "2006-01-02", "date_slash": "01/02/2006", "date": "January 2, 2006", "date_pretty": "January 2, 2006",
		"date_short": "Jan 2, 2006", "date_short_pretty": "Jan 2, 2006", "date_long": "Monday, January 2, 2006",
		"date_long_pretty": "Monday, January 2, 2006", "time": "3:04 PM", "time_secs": "3:04:05 PM", "ago": momentLayout,
	}
)

// momentLayout is how the tests of all adapters write a minute.
const momentLayout = "2 Jan 2006 15:04 MST"

// date writes a time as somebody in UTC reads it. A time that clients cannot
// show, and a form without a token, is what stands for it instead.
func (r *renderer) date(unix int64, ok bool, format, link, fallback string) {
	if !ok || unix < 0 || unix > maxMoment || !dateToken.MatchString(format) {
		r.out.WriteString(fallback)
		return
	}
	at := time.Unix(unix, 0).UTC()
	text := momentTokens.ReplaceAllLiteralString(format, at.Format(momentLayout))
	text = dateToken.ReplaceAllStringFunc(text, func(token string) string {
		if layout := tokenLayouts[strings.Trim(token, "{}")]; layout != "" {
			return at.Format(layout)
		}
		return token
	})
	if link != "" {
		r.seen.Links = append(r.seen.Links, Link{text, link})
	}
	r.literal(Timestamp, text)
}
