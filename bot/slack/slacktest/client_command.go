package slacktest

import (
	"fmt"
	"slices"
	"strings"
)

// Command types a slash command. The text is as the person types it: where the
// manifest asks for it, names after "@" and "#" become ids.
func (c *Client) Command(command, text string) (*Shown, error) {
	c.s.mu.Lock()
	err := c.mayCommand(command)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	t := c.person.team
	if c.s.o.Escape {
		text = c.escaped(text)
	}
	d := &delivery{kind: commandKind, name: command, team: t, accepts: true}
	address := c.s.newResponseURL(c.channel, c.person, d, nil)
	d.payload = object{
		"token": verificationToken, "team_id": t.ID, "team_domain": t.Domain, "channel_id": c.channel.ID, "channel_name": c.channel.nameFor(),
		"user_id": c.person.ID, "user_name": c.person.Name, "command": command, "text": text, "api_app_id": c.s.o.AppID,
		"is_enterprise_install": "false", "response_url": address, "trigger_id": c.s.newTrigger(c.person, d, nil),
	}
	typed := strings.TrimSpace(command + " " + text)
	d.take = func(body any) { c.answered(d, typed, body) }
	from := len(c.s.changes)
	c.s.start(d)
	c.s.mu.Unlock()
	return c.wait(from, d)
}

// mayCommand returns why the client does not send a command. Callers hold mu.
func (c *Client) mayCommand(command string) error {
	switch {
	case c.thread != "":
		return fmt.Errorf("%s in a thread: %w", command, ErrNoCommandHere)
	case !c.channel.has(c.person) || c.channel.deleted || c.channel.archived:
		return fmt.Errorf("%s: %w", command, ErrNoCommandHere)
	case !slices.Contains(c.s.o.Commands, command) || c.person.team.inactive || !slices.Contains(c.person.team.scopes, "commands"):
		return fmt.Errorf("%s: %w", command, ErrUnknownCommand)
	}
	return nil
}

// escaped writes the names in a text as ids. Callers hold mu.
func (c *Client) escaped(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		name, found := strings.CutPrefix(w, "@")
		for _, p := range c.person.team.people {
			if found && p.Name == name {
				words[i] = "<@" + p.ID + ">"
			}
		}
		for _, g := range c.person.team.groups {
			if found && g.Handle == name {
				words[i] = "<!subteam^" + g.ID + ">"
			}
		}
		name, found = strings.CutPrefix(w, "#")
		for _, ch := range c.person.team.channels {
			switch {
			case !found || ch.Name != name || !ch.seenBy(c.person):
			case ch.private:
				words[i] = "<#" + ch.ID + "|>"
			default:
				words[i] = "<#" + ch.ID + "|" + ch.Name + ">"
			}
		}
	}
	return strings.Join(words, " ")
}

// answered shows what an acknowledgement of a command holds. Callers hold mu.
func (c *Client) answered(d *delivery, typed string, body any) {
	var args object
	switch v := body.(type) {
	case nil:
		return
	case string:
		args = object{"text": v}
	case object:
		args = v
	default:
		c.s.violations.Add("acknowledgement", d.name, "it holds neither a message nor a text")
		return
	}
	if len(args) == 0 {
		return
	}
	if str(args, "response_type") == "in_channel" {
		c.channel.post(&message{author: c.person, text: typed, typed: true}, d)
		c.s.changes = c.s.changes[:len(c.s.changes)-1] // the person's own words are no answer
	}
	u := &responseURL{channel: c.channel, person: c.person, cause: d}
	if err := c.s.say(u, d.name, args); err != nil {
		c.s.violations.Add("acknowledgement", d.name, "it was not shown: "+err.code)
	}
}
