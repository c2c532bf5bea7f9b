package discordtest

import (
	"regexp"
	"slices"
)

type mentionKind uint8

const (
	userMention mentionKind = iota
	roleMention
	everyoneMention
)

// mention is somebody addressed in a text.
type mention struct {
	kind mentionKind
	id   string // or "@everyone", "@here"
}

// mentionDefaults says who is notified where a request does not say.
type mentionDefaults uint8

const (
	botDefaults     mentionDefaults = iota // users, roles and everyone
	webhookDefaults                        // users alone
)

var mentionPattern = regexp.MustCompile("(?s)```.*?```|`[^`\n]+`|<@!?([0-9]+)>|<@&([0-9]+)>|(@everyone|@here)")

// mentionsIn returns who is addressed in content, other than in code. A
// backslash changes how a mention looks; whether the platform then still
// notifies is not documented, so that here it does.
func mentionsIn(content string) []mention {
	var out []mention
	for _, m := range mentionPattern.FindAllStringSubmatch(content, -1) {
		var x mention
		switch {
		case m[1] != "":
			x = mention{userMention, m[1]}
		case m[2] != "":
			x = mention{roleMention, m[2]}
		case m[3] != "":
			x = mention{everyoneMention, m[3]}
		default:
			continue
		}
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// pinged returns who is notified by a message's content; embeds notify nobody.
// Callers hold mu.
func (s *Server) pinged(m *message, allowed object, defaults mentionDefaults) []string {
	var out []string
	for _, x := range mentionsIn(m.content) {
		if !permitted(x, allowed, defaults) {
			continue
		}
		switch x.kind {
		case userMention:
			p := s.people[x.id]
			if p == nil || m.channel.guild != nil && m.channel.guild.members[x.id] == nil {
				continue
			}
			out = append(out, "@"+p.Name)
		case roleMention:
			if r := s.roles[x.id]; r != nil && m.channel.guild != nil {
				out = append(out, "@"+r.Name)
			}
		case everyoneMention:
			if m.channel.guild != nil && m.channel.may(m.author)&MentionEveryone != 0 {
				out = append(out, x.id)
			}
		}
	}
	return out
}

// permitted reports whether allowed_mentions lets a mention notify.
func permitted(x mention, allowed object, defaults mentionDefaults) bool {
	if allowed == nil {
		return x.kind == userMention || defaults == botDefaults
	}
	kind := [...]string{"users", "roles", "everyone"}[x.kind]
	return slices.Contains(list(allowed, "parse"), any(kind)) || slices.Contains(list(allowed, kind), any(x.id))
}
