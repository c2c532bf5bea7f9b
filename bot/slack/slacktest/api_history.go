package slacktest

import "encoding/base64"

// readable finds the conversation whose messages are to be read.
func (c *call) readable() (*Channel, *apiError) {
	ch := c.s.channels[str(c.args, "channel")]
	if ch == nil || ch.team != c.team || ch.private && !ch.has(c.team.bot) {
		return nil, fail("channel_not_found")
	}
	if err := c.need(ch.kind() + ":history"); err != nil {
		return nil, err
	}
	if !ch.has(c.team.bot) {
		return nil, fail("not_in_channel")
	}
	return ch, nil
}

func (c *call) history() (object, *apiError) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	var found []*message
	for i := len(ch.messages) - 1; i >= 0; i-- { // the latest first
		m := ch.messages[i]
		if m.viewer == nil && !m.deleted && (m.thread == "" || m.broadcast) {
			found = append(found, m)
		}
	}
	return c.messages(found)
}

func (c *call) replies() (object, *apiError) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	first := ch.find(str(c.args, "ts"))
	if first == nil || first.viewer != nil {
		return nil, fail("thread_not_found")
	}
	return c.messages(append([]*message{first}, ch.repliesTo(first)...))
}

// messages returns a page of messages within the bounds of the request.
func (c *call) messages(found []*message) (object, *apiError) {
	var within []any
	for _, m := range found {
		oldest, latest := str(c.args, "oldest"), str(c.args, "latest")
		edge := flag(c.args, "inclusive")
		if oldest != "" && (m.ts < oldest || m.ts == oldest && !edge) || latest != "" && (m.ts > latest || m.ts == latest && !edge) {
			continue
		}
		within = append(within, m.object(flag(c.args, "include_all_metadata")))
	}
	page, next, err := c.page(within, 100, 999)
	if err != nil {
		return nil, err
	}
	return object{"messages": page, "has_more": next != "", "pin_count": 0, "response_metadata": object{"next_cursor": next}}, nil
}

// page returns the part of a list that the request asks for, and the cursor of
// the next one.
func (c *call) page(all []any, usual, most int) ([]any, string, *apiError) {
	limit := whole(c.args, "limit", usual)
	if limit == 0 {
		limit = usual
	}
	if limit < 1 || limit > most {
		return nil, "", wrong("invalid_limit", "%d", limit)
	}
	from := 0
	if cursor := str(c.args, "cursor"); cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		n, ok := number(string(raw))
		if err != nil || !ok || n < 0 || int(n) > len(all) {
			return nil, "", wrong("invalid_cursor", "%q", cursor)
		}
		from = int(n)
	}
	to := min(from+limit, len(all))
	next := ""
	if to < len(all) {
		next = base64.StdEncoding.EncodeToString(formatInt(to))
	}
	return orEmpty(all[from:to]), next, nil
}
