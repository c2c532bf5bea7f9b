package slack

import (
	"cmp"
	"html"
	"regexp"
	"strings"

	"github.com/briefbot/briefbot/bot"
)

// references are how Slack writes names and addresses in what somebody typed.
var references = regexp.MustCompile(`<([^<>|]+)(?:\|([^<>]*))?>`)

// groupMark is what stands before the id of a user group in a reference.
const groupMark = "!subteam^"

// words is what somebody typed, without Slack's markup.
func words(s string) string {
	text, _ := transcribe(s)
	return text
}

// transcribe returns what somebody typed, without Slack's markup, and the people and
// groups that Slack says are named in it, by the words that stand for them there.
// What only looks like a reference was escaped by Slack, and names nobody.
func transcribe(s string) (text string, accounts map[string]bot.AccountRef) {
	name := func(a bot.AccountRef) string {
		shown := "@" + cmp.Or(a.Name, a.ID)
		if other, taken := accounts[shown]; taken && other != a { // two who are called the same
			shown = "@" + a.ID
		}
		if accounts == nil {
			accounts = map[string]bot.AccountRef{}
		}
		accounts[shown] = a
		return shown
	}
	text = references.ReplaceAllStringFunc(s, func(ref string) string {
		m := references.FindStringSubmatch(ref)
		target, label := m[1], m[2]
		switch {
		case len(target) > 1 && target[0] == '@':
			return html.EscapeString(name(bot.AccountRef{ID: target[1:], Name: called(label)}))
		case len(target) > len(groupMark) && strings.HasPrefix(target, groupMark):
			return html.EscapeString(name(bot.AccountRef{Group: true, ID: target[len(groupMark):], Name: called(label)}))
		case strings.HasPrefix(target, "#"), strings.HasPrefix(target, "@"):
			return target[:1] + cmp.Or(label, target[1:])
		case strings.HasPrefix(target, "!"):
			return cmp.Or(label, strings.TrimPrefix(target, "!"))
		case strings.Contains(target, ":"):
			return cmp.Or(label, target)
		default:
			return ref // it is none of Slack's
		}
	})
	return strings.TrimSpace(html.UnescapeString(text)), accounts
}

// called is what people call somebody, by the label of a reference.
func called(label string) string { return html.UnescapeString(strings.TrimPrefix(label, "@")) }
