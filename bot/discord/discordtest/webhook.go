package discordtest

import (
	"net/http"
	"slices"
)

// hook returns the interaction whose token a request carries. A token that
// nobody knows or that is too old is invalid; one whose interaction has no
// response yet leads nowhere. Callers hold mu.
func (c *call) hook() (*interaction, *apiError) {
	i := c.s.interactions[c.params["webhook_token"]]
	switch {
	case c.params["webhook_id"] != c.s.bot.ID:
		return nil, errUnknownWebhook
	case i == nil:
		return nil, errWebhookToken
	case c.s.o.Now().Sub(i.created) > c.s.o.TokenLife:
		return nil, errWebhookToken
	case i.responded == 0 || i.responded == answerChoices:
		return nil, errUnknownWebhook
	}
	return i, nil
}

// followUp posts one more message. After a deferral the first one takes the
// place of "is thinking…".
func (c *call) followUp() (int, any, *apiError) {
	i, err := c.hook()
	if err != nil {
		return 0, nil, err
	}
	if i.loading() {
		return c.fill(i.original)
	}
	if i.userOnly && len(i.followUps) >= maxFollowUps {
		return 0, nil, errFollowUps
	}
	var p problems
	checkMessage(&p, c.form, nil)
	if err := c.refuse(&p); err != nil {
		return 0, nil, err
	}
	m := c.s.answerTo(i, c.form)
	m.take(c.form, webhookDefaults)
	m.files = c.files
	if m.empty() {
		return 0, nil, &apiError{status: http.StatusBadRequest, code: 50006, message: "Cannot send an empty message", violation: "the message is empty"}
	}
	if i.original != nil {
		m.reference = i.original.id
	}
	i.followUps = append(i.followUps, c.s.post(m))
	return http.StatusOK, m.object(), nil
}

func (i *interaction) loading() bool {
	return i.original != nil && i.original.flags&loadingFlag != 0 && !i.original.deleted
}

// fill puts content where "is thinking…" was.
func (c *call) fill(m *message) (int, any, *apiError) {
	before := m.flags
	m.flags &^= loadingFlag
	status, body, err := c.edit(m, c.form, webhookDefaults)
	if err != nil {
		m.flags = before
	}
	return status, body, err
}

// answered returns the message of an interaction that a request names.
func (c *call) answered() (*interaction, *message, *apiError) {
	i, err := c.hook()
	if err != nil {
		return nil, nil, err
	}
	m := i.original
	if id, ok := c.params["message_id"]; ok && (m == nil || m.id != id) {
		m = nil
		if at := slices.IndexFunc(i.followUps, func(m *message) bool { return m.id == id }); at >= 0 {
			m = i.followUps[at]
		}
	}
	if m == nil || m.deleted {
		return nil, nil, errUnknownMessage
	}
	return i, m, nil
}

func (c *call) getAnswer() (int, any, *apiError) {
	_, m, err := c.answered()
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, m.object(), nil
}

func (c *call) editAnswer() (int, any, *apiError) {
	_, m, err := c.answered()
	if err != nil {
		return 0, nil, err
	}
	if m.flags&loadingFlag != 0 {
		return c.fill(m)
	}
	return c.edit(m, c.form, webhookDefaults)
}

func (c *call) deleteAnswer() (int, any, *apiError) {
	_, m, err := c.answered()
	if err != nil {
		return 0, nil, err
	}
	c.s.remove(m)
	return http.StatusNoContent, nil, nil
}
