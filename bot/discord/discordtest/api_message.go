package discordtest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// listMessages returns messages, newest first. Without the right to read the
// history there are none, and no error either.
func (c *call) listMessages() (int, any, *apiError) {
	ch, err := c.channel(0)
	if err != nil {
		return 0, nil, err
	}
	out := []any{}
	if ch.may(c.s.bot)&ReadMessageHistory == 0 {
		return http.StatusOK, out, nil
	}
	limit := 50
	if n, err := strconv.Atoi(c.query.Get("limit")); err == nil {
		limit = n
	}
	var all []*message // oldest first
	for _, m := range ch.messages {
		if !m.deleted && m.viewer == nil {
			all = append(all, m)
		}
	}
	after, before := c.query.Get("after"), c.query.Get("before")
	around := c.query.Get("around")
	var page []*message
	switch {
	case around != "":
		at := slices.IndexFunc(all, func(m *message) bool { return !older(m.id, around) })
		if at < 0 {
			at = len(all)
		}
		page = all[max(0, at-limit/2):min(len(all), at+(limit+1)/2)]
	case after != "":
		for _, m := range all {
			if older(after, m.id) && len(page) < limit {
				page = append(page, m)
			}
		}
	default:
		for _, m := range all {
			if before == "" || older(m.id, before) {
				page = append(page, m)
			}
		}
		page = page[max(0, len(page)-limit):]
	}
	for _, m := range slices.Backward(page) {
		out = append(out, m.object())
	}
	return http.StatusOK, out, nil
}

// createMessage posts as the bot. A nonce that is enforced and was used lately
// returns the message that it made.
func (c *call) createMessage() (int, any, *apiError) {
	ch, err := c.channel(0)
	if err != nil {
		return 0, nil, err
	}
	need := ch.sendRight()
	if len(list(c.form, "embeds")) > 0 {
		need |= EmbedLinks
	}
	if ch, err = c.channel(need); err != nil {
		return 0, nil, err
	}
	switch {
	case ch.locked:
		return 0, nil, errLocked
	case ch.guild == nil && (ch.recipient.refuses || !c.s.share(ch.recipient)):
		return 0, nil, errNoDirect
	}
	var p problems
	checkMessage(&p, c.form, nil)
	if nonce := fmt.Sprint(c.form["nonce"]); c.form["nonce"] != nil && units(nonce) > 25 {
		p.add(path(nil, "nonce"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
	}
	if err := c.refuse(&p); err != nil {
		return 0, nil, err
	}
	m := &message{channel: ch, author: c.s.bot, nonce: c.form["nonce"]}
	if ref := obj(c.form, "message_reference"); ref != nil {
		m.reference = str(ref, "message_id")
	}
	m.take(c.form, botDefaults)
	if m.empty() {
		return 0, nil, &apiError{status: http.StatusBadRequest, code: 50006, message: "Cannot send an empty message", violation: "the message is empty"}
	}
	if m.reference != "" && ch.find(m.reference) == nil && !failsQuietly(c.form) {
		var p problems
		p.add(path(nil, "message_reference"), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
		err := p.err()
		err.violation = ""
		return 0, nil, err
	}
	if flag(c.form, "enforce_nonce") && m.nonce != nil {
		if before := c.s.nonceUsed(ch, m.nonce); before != nil {
			if before.deleted {
				return 0, nil, errUnknownMessage
			}
			return http.StatusOK, before.withNonce(), nil
		}
	}
	c.s.post(m)
	return http.StatusOK, m.withNonce(), nil
}

// failsQuietly reports whether a reply to a lost message becomes no reply.
func failsQuietly(form object) bool {
	v, ok := obj(form, "message_reference")["fail_if_not_exists"].(bool)
	return ok && !v
}

// withNonce is the message as its creation returns it: later reads do not hold
// the nonce.
func (m *message) withNonce() object {
	o := m.object()
	if m.nonce != nil {
		o["nonce"] = m.nonce
	}
	return o
}

// nonceUsed returns the bot's message of a nonce, where it is not long ago.
func (s *Server) nonceUsed(ch *Channel, nonce any) *message {
	for _, m := range slices.Backward(ch.messages) {
		if m.author == s.bot && m.nonce != nil && fmt.Sprint(m.nonce) == fmt.Sprint(nonce) && s.o.Now().Sub(m.created) <= s.o.NonceWindow {
			return m
		}
	}
	return nil
}

// share reports whether the bot and somebody are in one guild, or the person
// has installed the application.
func (s *Server) share(p *Person) bool {
	if p.installed {
		return true
	}
	for _, g := range s.guildOrder {
		if g.members[p.ID] != nil && g.members[s.bot.ID] != nil {
			return true
		}
	}
	return false
}

// message returns the channel's message that a request names. Nobody reaches
// an ephemeral message this way.
func (c *call) message(need int64) (*message, *apiError) {
	ch, err := c.channel(need)
	if err != nil {
		return nil, err
	}
	m := ch.find(c.params["message_id"])
	if m == nil || m.viewer != nil {
		return nil, errUnknownMessage
	}
	return m, nil
}

func (c *call) getMessage() (int, any, *apiError) {
	m, err := c.message(ReadMessageHistory)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, m.object(), nil
}

func (c *call) editMessage() (int, any, *apiError) {
	m, err := c.message(0)
	if err != nil {
		return 0, nil, err
	}
	if m.author != c.s.bot {
		return 0, nil, errNotMine
	}
	if m.channel.locked {
		return 0, nil, errLocked
	}
	return c.edit(m, c.form, botDefaults)
}

// edit changes a message as a request says. Callers hold mu.
func (c *call) edit(m *message, form object, defaults mentionDefaults) (int, any, *apiError) {
	var p problems
	checkMessage(&p, form, m)
	if err := c.refuse(&p); err != nil {
		return 0, nil, err
	}
	if m.after(form).empty() {
		return 0, nil, &apiError{status: http.StatusBadRequest, code: 50006, message: "Cannot send an empty message", violation: "the edit leaves an empty message"}
	}
	m.take(form, defaults)
	c.s.touched(m)
	return http.StatusOK, m.object(), nil
}

// after returns what an edit would make of a message.
func (m *message) after(form object) *message {
	next := *m
	next.take(form, botDefaults)
	return &next
}

func (c *call) deleteMessage() (int, any, *apiError) {
	m, err := c.message(0)
	if err != nil {
		return 0, nil, err
	}
	if m.author != c.s.bot && m.channel.may(c.s.bot)&ManageMessages == 0 {
		return 0, nil, errNoPermission
	}
	c.s.remove(m)
	return http.StatusNoContent, nil, nil
}
