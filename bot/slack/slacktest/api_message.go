package slacktest

import (
	"slices"
	"strings"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// tolerated is how often a method may be called with a dead token before it is
// the application's fault.
const tolerated = 5

// place finds the conversation that a message is to go to, and what forbids
// it.
func (c *call) place() (*Channel, *apiError) {
	id := str(c.args, "channel")
	if id == "" {
		return nil, wrong("channel_not_found", "there is no channel in the request")
	}
	if p := c.team.find(id); p != nil && p != c.team.bot { // a person's id is their direct messages
		if p.deleted {
			return nil, fail("channel_not_found")
		}
		return c.team.bot.directWith(p), nil
	}
	ch := c.s.channels[id]
	switch {
	case ch == nil || ch.team != c.team || ch.private && !ch.has(c.team.bot):
		return nil, fail("channel_not_found")
	case !ch.has(c.team.bot) && !(slices.Contains(c.team.scopes, "chat:write.public") && c.name == "chat.postMessage"):
		return nil, fail("not_in_channel")
	case ch.archived:
		return nil, fail("is_archived")
	case ch.restricted:
		return nil, fail("restricted_action")
	}
	return ch, nil
}

// content checks a message, wherever it comes from, and returns what it says.
// Callers hold mu.
func (s *Server) content(name, path string, args object) (text string, blocks []any, err *apiError) {
	raw, isList := args["blocks"], false
	if blocks, isList = raw.([]any); raw != nil && !isList {
		return "", nil, wrong("invalid_blocks_format", "blocks are no array")
	}
	text = str(args, "text")
	m := object{"text": text}
	for _, key := range []string{"blocks", "attachments"} {
		if l := list(args, key); len(l) > 0 {
			m[key] = l
		}
	}
	invalid, violations := checkMessage(m)
	return text, blocks, s.judge(name, path, "invalid_blocks", invalid, violations)
}

// judge keeps what is wrong with a message or a view, and returns the error that
// Slack has for it; nil where it has none. What has no code of its own gets the
// given one. Callers hold mu.
func (s *Server) judge(name, path, code string, invalid, violations []string) *apiError {
	for _, v := range violations {
		s.violations.Add(name, path, v)
	}
	if len(invalid) == 0 {
		return nil
	}
	err := &apiError{code: code}
	for _, v := range invalid {
		s.violations.Add(name, path, v)
		if strings.HasPrefix(v, "[ERROR]") {
			err.messages = append(err.messages, v)
		} else {
			err.code = v
		}
	}
	return err
}

// manners keeps what Slack takes, but would let words of others act. Callers
// hold mu.
func (s *Server) manners(name, path string, args object) {
	for _, key := range []string{"unfurl_links", "unfurl_media"} {
		if name == "chat.postMessage" && !refused(args, key) {
			s.violations.Add(name, path, key+" is not false")
		}
	}
	if flag(args, "link_names") {
		s.violations.Add(name, path, "link_names makes mentions of what somebody wrote")
	}
	if parse := str(args, "parse"); parse != "" && parse != "none" {
		s.violations.Add(name, path, "parse is "+parse)
	}
}

// metadataOf returns the metadata of a message.
func (c *call) metadataOf() (object, *apiError) {
	v, ok := c.args["metadata"]
	if !ok || v == nil {
		return nil, nil
	}
	o, _ := v.(object)
	if len(o) == 0 || str(o, "event_type") == "" && len(obj(o, "event_payload")) == 0 {
		return nil, nil // slack-go sends empty metadata with everything
	}
	if str(o, "event_type") == "" || obj(o, "event_payload") == nil {
		return nil, wrong("invalid_metadata_format", "metadata has no event_type or event_payload")
	}
	return standin.Clone(o), nil
}

// threadOf returns the first message of the thread that a reply is for.
func (c *call) threadOf(ch *Channel) (string, *apiError) {
	ts := str(c.args, "thread_ts")
	if ts == "" {
		return "", nil
	}
	parent := ch.find(ts)
	if parent == nil || parent.viewer != nil {
		return "", fail("thread_not_found")
	}
	if parent.thread != "" {
		return parent.thread, nil
	}
	return ts, nil
}

func (c *call) postMessage() (object, *apiError) {
	ch, err := c.place()
	if err != nil {
		return nil, err
	}
	c.s.manners(c.name, c.path, c.args)
	m := &message{author: c.team.bot, broadcast: flag(c.args, "reply_broadcast")}
	if m.text, m.blocks, err = c.s.content(c.name, c.path, c.args); err != nil {
		return nil, err
	}
	if m.metadata, err = c.metadataOf(); err != nil {
		return nil, err
	}
	if m.thread, err = c.threadOf(ch); err != nil {
		return nil, err
	}
	m.broadcast = m.broadcast && m.thread != ""
	ch.post(m, nil)
	return object{"channel": ch.ID, "ts": m.ts, "message": m.object(true)}, nil
}

func (c *call) postEphemeral() (object, *apiError) {
	ch, err := c.place()
	if err != nil {
		return nil, err
	}
	p := c.team.find(str(c.args, "user"))
	if p == nil || !ch.has(p) || p.deleted {
		return nil, fail("user_not_in_channel")
	}
	c.s.manners(c.name, c.path, c.args)
	m := &message{author: c.team.bot, viewer: p}
	if m.text, m.blocks, err = c.s.content(c.name, c.path, c.args); err != nil {
		return nil, err
	}
	if m.thread, err = c.threadOf(ch); err != nil {
		return nil, err
	}
	ch.post(m, nil)
	return object{"message_ts": m.ts}, nil
}

// own finds a message of the application's that is to be changed.
func (c *call) own(cannot string) (*message, *apiError) {
	ch := c.s.channels[str(c.args, "channel")]
	if ch == nil || ch.team != c.team || ch.private && !ch.has(c.team.bot) {
		return nil, fail("channel_not_found")
	}
	m := ch.find(str(c.args, "ts"))
	switch {
	case m == nil:
		return nil, fail("message_not_found")
	case m.viewer != nil:
		return nil, wrong("message_not_found", "a message that one person sees is changed through its response_url alone")
	case m.author != c.team.bot:
		return nil, fail(cannot)
	case ch.archived:
		return nil, fail("is_archived")
	}
	return m, nil
}

// updateMessage is chat.update. A text without blocks takes the blocks away.
func (c *call) updateMessage() (object, *apiError) {
	m, err := c.own("cant_update_message")
	if err != nil {
		return nil, err
	}
	c.s.manners(c.name, c.path, c.args)
	text, blocks, err := c.s.content(c.name, c.path, c.args)
	if err != nil {
		return nil, err
	}
	metadata, err := c.metadataOf()
	if err != nil {
		return nil, err
	}
	if metadata != nil {
		m.metadata = metadata
	}
	m.edit(text, blocks, nil)
	return object{"channel": m.channel.ID, "ts": m.ts, "text": m.text, "message": m.object(true)}, nil
}

func (c *call) deleteMessage() (object, *apiError) {
	m, err := c.own("cant_delete_message")
	if err != nil {
		return nil, err
	}
	m.remove(nil)
	return object{"channel": m.channel.ID, "ts": m.ts}, nil
}

func (c *call) permalink() (object, *apiError) {
	ch := c.s.channels[str(c.args, "channel")]
	if ch == nil || ch.team != c.team || ch.private && !ch.has(c.team.bot) {
		return nil, fail("channel_not_found")
	}
	m := ch.find(str(c.args, "message_ts"))
	if m == nil || m.viewer != nil {
		return nil, fail("message_not_found")
	}
	link := "https://" + c.team.Domain + ".slack.com/archives/" + ch.ID + "/p" + strings.ReplaceAll(m.ts, ".", "")
	if m.thread != "" {
		link += "?thread_ts=" + m.thread + "&cid=" + ch.ID
	}
	return object{"channel": ch.ID, "permalink": link}, nil
}

func (c *call) addReaction() (object, *apiError) {
	ch := c.s.channels[str(c.args, "channel")]
	if ch == nil || ch.team != c.team || ch.private && !ch.has(c.team.bot) {
		return nil, fail("channel_not_found")
	}
	m, name := ch.find(str(c.args, "timestamp")), str(c.args, "name")
	switch {
	case m == nil || m.viewer != nil:
		return nil, fail("message_not_found")
	case name == "":
		return nil, wrong("no_reaction", "there is no name in the request")
	case slices.Contains(m.reactions[name], c.team.bot.ID):
		return nil, fail("already_reacted")
	case ch.archived:
		return nil, fail("is_archived")
	}
	if m.reactions == nil {
		m.reactions = map[string][]string{}
	}
	m.reactions[name] = append(m.reactions[name], c.team.bot.ID)
	c.s.show(change{message: m})
	return object{}, nil
}
