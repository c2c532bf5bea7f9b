package slacktest

import (
	"net/http"
	"strings"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// responseURL is an address at which the application can answer something that
// a person did, where it is or is not a member.
type responseURL struct {
	channel *Channel
	person  *Person
	cause   *delivery
	source  *message // that the person used; nil for a command
	made    time.Time
	uses    int
}

// newResponseURL makes an address. Callers hold mu.
func (s *Server) newResponseURL(ch *Channel, p *Person, cause *delivery, source *message) string {
	id := standin.Random(12)
	s.responseURLs[id] = &responseURL{channel: ch, person: p, cause: cause, source: source, made: time.Now()}
	return s.URL() + "/response/" + ch.team.ID + "/" + id
}

// respond answers a request to a response_url.
func (s *Server) respond(r *http.Request, path string, args object, isJSON bool) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.responseURLs[path[strings.LastIndex(path, "/")+1:]]
	refuse := func(code, problem string) *answer {
		s.violations.Add("response_url", path, code+": "+problem)
		return &answer{status: http.StatusNotFound, text: code}
	}
	switch {
	case u == nil:
		return refuse("invalid_url", "there is no such address")
	case r.Method != http.MethodPost:
		return refuse("invalid_url", "the method is "+r.Method)
	case time.Since(u.made) > s.o.ResponseURLLife:
		return refuse("expired_url", "the address is too old")
	case u.uses >= s.o.ResponseURLUses:
		return refuse("used_url", "the address was used too often")
	}
	u.uses++
	if !isJSON {
		s.violations.Add("response_url", path, "the body is no JSON object")
		return &answer{status: http.StatusBadRequest, text: "invalid_payload"}
	}
	if err := s.say(u, path, args); err != nil {
		if err.violation != "" {
			s.violations.Add("response_url", path, err.violation)
		}
		a := err.answer()
		a.status = http.StatusBadRequest
		return a
	}
	return &answer{status: http.StatusOK, text: "ok"}
}

// say does what an answer asks for, at a response_url or in an
// acknowledgement. Callers hold mu.
func (s *Server) say(u *responseURL, path string, args object) *apiError {
	ch, bot := u.channel, u.channel.team.bot
	if flag(args, "delete_original") || flag(args, "replace_original") {
		switch {
		case u.source == nil:
			return wrong("invalid_payload", "there is no message of the application's to replace or delete")
		case u.source.deleted || u.source.author != bot:
			return fail("message_not_found")
		}
	}
	if flag(args, "delete_original") {
		u.source.remove(u.cause)
		return nil
	}
	if ch.archived {
		return fail("is_archived")
	}
	text, blocks, err := s.content("response_url", path, args)
	if err != nil {
		return err
	}
	s.manners("response_url", path, args)
	if flag(args, "replace_original") {
		u.source.edit(text, blocks, u.cause)
		return nil
	}
	m := &message{author: bot, text: text, blocks: blocks}
	switch kind := str(args, "response_type"); kind {
	case "in_channel":
	case "", "ephemeral":
		m.viewer = u.person
	default:
		return wrong("invalid_payload", "response_type is %q", kind)
	}
	if ts := str(args, "thread_ts"); ts != "" {
		parent := ch.find(ts)
		if parent == nil {
			return fail("thread_not_found")
		}
		if m.thread = ts; parent.thread != "" {
			m.thread = parent.thread
		}
	}
	ch.post(m, u.cause)
	return nil
}

// trigger is what allows the application to open a view.
type trigger struct {
	person *Person
	cause  *delivery
	from   *view // in which the person did something
	made   time.Time
	used   bool
}

// newTrigger makes a trigger_id. Callers hold mu.
func (s *Server) newTrigger(p *Person, cause *delivery, from *view) string {
	id := s.newID("") + "." + standin.Random(8)
	s.triggers[id] = &trigger{person: p, cause: cause, from: from, made: time.Now()}
	return id
}

// pull uses the trigger of a request up.
func (c *call) pull() (*trigger, *apiError) {
	t := c.s.triggers[str(c.args, "trigger_id")]
	if t == nil {
		t = c.s.triggers[str(c.args, "interactivity_pointer")]
	}
	switch {
	case t == nil || t.person.team != c.team:
		return nil, wrong("invalid_trigger_id", "there is no such trigger")
	case t.used:
		return nil, wrong("exchanged_trigger_id", "the trigger was used before")
	case time.Since(t.made) > c.s.o.TriggerLife:
		return nil, wrong("expired_trigger_id", "the trigger is too old")
	}
	t.used = true
	return t, nil
}

// dead counts a call with a dead token, which nobody repeats for long. Callers
// hold mu.
func (c *call) dead(t *Team, code string) *apiError {
	t.dead++
	if t.dead == tolerated+1 {
		return wrong(code, "the method is called again and again with a dead token")
	}
	return fail(code)
}
