package slacktest

import (
	"fmt"
	"slices"
)

// Shortcut chooses a shortcut: one of a message where there is one, or else a
// global one.
func (c *Client) Shortcut(callbackID string, m *Message) (*Shown, error) {
	s, p := c.s, c.person
	s.mu.Lock()
	if s.o.Shortcuts != nil && !slices.Contains(s.o.Shortcuts, callbackID) || !slices.Contains(p.team.scopes, "commands") || p.team.inactive {
		s.mu.Unlock()
		return nil, fmt.Errorf("%s: %w", callbackID, ErrUnknownCommand)
	}
	d := &delivery{kind: interactionKind, name: "shortcut", team: p.team}
	d.payload = object{"type": "shortcut"}
	if m != nil {
		f, err := c.of(m)
		if err != nil || f.message.viewer != nil {
			s.mu.Unlock()
			return nil, fmt.Errorf("message %s has no shortcuts: %w", m.TS, ErrNotSeen)
		}
		d.name = "message_action"
		d.payload = object{
			"type": "message_action", "message_ts": f.message.ts, "message": f.message.object(true), "channel": object{"id": c.channel.ID, "name": c.channel.nameFor()},
			"response_url": s.newResponseURL(c.channel, p, d, nil),
		}
	}
	for k, v := range (object{
		"token": verificationToken, "action_ts": s.newTS(), "team": object{"id": p.team.ID, "domain": p.team.Domain}, "user": p.brief(),
		"is_enterprise_install": false, "enterprise": nil, "callback_id": callbackID, "trigger_id": s.newTrigger(p, d, nil),
	}) {
		d.payload[k] = v
	}
	from := len(s.changes)
	s.start(d)
	s.mu.Unlock()
	return c.wait(from, d)
}
