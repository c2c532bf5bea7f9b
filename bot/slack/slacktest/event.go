package slacktest

import (
	"slices"
	"strings"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// emit tells the application of an event, where it subscribes to it and the
// workspace still has the application. Callers hold mu.
func (s *Server) emit(t *Team, name string, event object) {
	if t.revoked || t.inactive || s.o.Events != nil && !slices.Contains(s.o.Events, name) {
		return
	}
	if need := eventScopes[name]; need != "" && !slices.Contains(t.scopes, need) {
		return
	}
	if str(event, "event_ts") == "" {
		event["event_ts"] = s.newTS()
	}
	s.start(s.newEvent(t, event))
}

// eventScopes are the scopes that events need.
var eventScopes = map[string]string{
	"app_mention": "app_mentions:read", "message.im": "im:history", "message.channels": "channels:history", "message.groups": "groups:history",
}

// newEvent wraps an event for its delivery. Callers hold mu.
func (s *Server) newEvent(t *Team, event object) *delivery {
	id := "Ev0" + strings.ToUpper(standin.Random(5)) // no other Slack ever has it
	own := t.botID != "" && (str(event, "bot_id") == t.botID || str(obj(event, "previous_message"), "bot_id") == t.botID)
	return &delivery{own: own, kind: eventKind, name: str(event, "type"), team: t, payload: object{
		"token": verificationToken, "team_id": t.ID, "api_app_id": s.o.AppID, "event": event, "type": "event_callback",
		"event_id": id, "event_time": s.o.Now().Unix(), "is_ext_shared_channel": s.shared(str(event, "channel")), "event_context": "4-" + id,
		"authorizations": []any{object{"enterprise_id": nil, "team_id": t.ID, "user_id": t.bot.ID, "is_bot": true, "is_enterprise_install": false}},
	}}
}

// shared reports whether people of other workspaces are in a conversation.
// Callers hold mu.
func (s *Server) shared(channel string) bool {
	c := s.channels[channel]
	return c != nil && slices.ContainsFunc(c.members, func(p *Person) bool { return p.homeTeam != "" })
}

// emitMessage tells of a new message: as a message where the bot is in the
// conversation, and again as a mention where it names the bot. The bot's own
// messages come, too, but never as mentions. Callers hold mu.
func (s *Server) emitMessage(m *message) {
	c := m.channel
	if !c.has(c.team.bot) {
		return
	}
	o := m.object(true)
	o["channel"], o["channel_type"], o["event_ts"] = c.ID, c.kindWord(), m.ts
	if home := m.author.homeTeam; home != "" {
		o["team"], o["user_team"], o["source_team"] = home, home, home
	}
	s.emit(c.team, "message."+c.kind(), o)
	if c.pair == nil && m.author != c.team.bot && strings.Contains(m.text, "<@"+c.team.bot.ID) {
		mention := standin.Clone(o)
		mention["type"] = "app_mention"
		delete(mention, "channel_type")
		s.emit(c.team, "app_mention", mention)
	}
}

// emitChanged tells of an edit. Callers hold mu.
func (s *Server) emitChanged(m *message, before object) {
	s.emitHidden(m, object{"subtype": "message_changed", "message": m.object(true), "previous_message": before})
}

// emitDeleted tells of a deletion. Callers hold mu.
func (s *Server) emitDeleted(m *message, before object) {
	s.emitHidden(m, object{"subtype": "message_deleted", "deleted_ts": m.ts, "previous_message": before})
}

func (s *Server) emitHidden(m *message, o object) {
	c := m.channel
	if !c.has(c.team.bot) {
		return
	}
	ts := s.newTS()
	o["type"], o["hidden"], o["channel"], o["channel_type"], o["ts"], o["event_ts"] = "message", true, c.ID, c.kindWord(), ts, ts
	s.emit(c.team, "message."+c.kind(), o)
}

// SendUnknownEvent delivers an event of a type that nobody knows, and reports
// whether the application acknowledged it. An application need not: it is no
// violation.
func (s *Server) SendUnknownEvent(kind string) bool {
	s.mu.Lock()
	t := s.anyTeam()
	d := s.newEvent(t, object{"type": kind, "user": t.bot.ID, "event_ts": s.newTS()})
	d.once, d.lenient = true, true
	s.start(d)
	s.mu.Unlock()
	return s.settled(d)
}

// SendUnknownEnvelope sends an envelope of a type that nobody knows down a
// socket, and reports whether the application acknowledged it. It need not.
func (s *Server) SendUnknownEnvelope(kind string) bool {
	s.mu.Lock()
	d := &delivery{kind: kind, name: kind, payload: object{"type": kind}, once: true, lenient: true}
	s.start(d)
	s.mu.Unlock()
	return s.settled(d)
}
