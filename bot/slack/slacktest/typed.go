package slacktest

import "strings"

// richText is what a client sends for what somebody typed.
func (s *Server) richText(text string) []any {
	var parts []any
	plain := func(t string) {
		if t != "" {
			parts = append(parts, object{"type": "text", "text": unescape(t)})
		}
	}
	for text != "" {
		before, rest, found := strings.Cut(text, "<")
		inside, after, closed := strings.Cut(rest, ">")
		if !found || !closed {
			break
		}
		plain(before)
		id, _, _ := strings.Cut(strings.TrimLeft(inside, "@#!"), "|")
		switch {
		case strings.HasPrefix(inside, "@"):
			parts = append(parts, object{"type": "user", "user_id": id})
		case strings.HasPrefix(inside, "#"):
			parts = append(parts, object{"type": "channel", "channel_id": id})
		case strings.HasPrefix(inside, "!subteam^"):
			parts = append(parts, object{"type": "usergroup", "usergroup_id": strings.TrimPrefix(id, "subteam^")})
		case strings.HasPrefix(inside, "!"):
			parts = append(parts, object{"type": "broadcast", "range": id})
		default:
			parts = append(parts, object{"type": "link", "url": id})
		}
		text = after
	}
	plain(text)
	return s.stored([]any{object{"type": "rich_text", "elements": []any{object{"type": "rich_text_section", "elements": orEmpty(parts)}}}})
}

// Escape writes what somebody types as Slack keeps it, so that it means nothing
// but itself.
func Escape(typed string) string { return escaper.Replace(typed) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

var unescaper = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

func unescape(s string) string { return unescaper.Replace(s) }
