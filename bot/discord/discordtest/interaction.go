package discordtest

import (
	"net/http"
	"slices"
	"time"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Types of interaction.
const (
	commandKind   = 2
	componentKind = 3
	completeKind  = 4
	modalKind     = 5
)

// Types of response.
const (
	answerMessage  = 4
	answerDeferred = 5
	updateDeferred = 6
	updateMessage  = 7
	answerChoices  = 8
	answerModal    = 9
)

// maxFollowUps is how many follow-ups there may be where only a person has
// installed the application.
const maxFollowUps = 5

// interaction is something that a person asked of the bot.
type interaction struct {
	id, token   string
	kind        int
	command     string // full name, of commands
	commandType int
	optionKind  int // of the focused option
	person      *Person
	channel     *Channel
	source      *message // whose component was used
	owners      object
	userOnly    bool
	created     time.Time
	payload     object

	responded int // type of the response; 0 while there is none
	dead      bool
	original  *message
	followUps []*message
	choices   []any
	modal     object
}

// Unanswered describes the interactions so far that got no response in time.
func (s *Server) Unanswered() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, i := range s.order {
		if i.dead {
			out = append(out, i.what())
		}
	}
	return out
}

func (i *interaction) what() string {
	kind := map[int]string{commandKind: "command ", componentKind: "component ", completeKind: "completion of ", modalKind: "modal "}[i.kind]
	if i.command != "" {
		return kind + i.command + " by " + i.person.Name
	}
	return kind + str(obj(i.payload, "data"), "custom_id") + " by " + i.person.Name
}

// start makes an interaction known and sends it to the bot. It reports whether
// there is a session to send it to. Callers hold mu.
func (s *Server) start(i *interaction) bool {
	s.interactions[i.token] = i
	s.byID[i.id] = i
	s.order = append(s.order, i)
	there := s.dispatch(i.channel.guild, "INTERACTION_CREATE", 0, i.payload)
	for range s.extra {
		s.dispatch(i.channel.guild, "INTERACTION_CREATE", 0, i.payload)
	}
	return there
}

// Deliver makes every interaction from now on come so many times at once.
func (s *Server) Deliver(times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.extra = times - 1
}

// Redeliver sends the last interaction n times again, with the same id and
// token, as a platform that delivers at least once may.
func (s *Server) Redeliver(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.order) == 0 {
		return
	}
	i := s.order[len(s.order)-1]
	for range n {
		s.dispatch(i.channel.guild, "INTERACTION_CREATE", 0, i.payload)
	}
}

// RedeliverAll sends every interaction so far once more.
func (s *Server) RedeliverAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range slices.Clone(s.order) {
		s.dispatch(i.channel.guild, "INTERACTION_CREATE", 0, i.payload)
	}
}

// late reports whether the first response can come no more. Callers hold mu.
func (i *interaction) late(s *Server) bool {
	if i.responded == 0 && s.o.Now().Sub(i.created) > s.o.AnswerWithin {
		i.dead = true
	}
	return i.dead
}

// respond is the first response to an interaction.
func (c *call) respond() (int, any, *apiError) {
	i := c.s.byID[c.params["interaction_id"]]
	switch {
	case i == nil || i.token != c.params["interaction_token"] || i.late(c.s):
		return 0, nil, errInteraction
	case i.responded != 0:
		return 0, nil, errAcknowledged
	}
	kind := whole(c.form, "type")
	data := obj(c.form, "data")
	if err := i.allows(kind); err != nil {
		return 0, nil, err
	}
	if err := c.checkResponse(i, kind, data); err != nil {
		return 0, nil, err
	}
	i.responded = kind
	switch kind {
	case answerMessage:
		m := c.s.answerTo(i, data)
		m.take(data, webhookDefaults)
		i.original = c.s.post(m)
	case answerDeferred:
		m := c.s.answerTo(i, data)
		m.flags |= loadingFlag
		i.original = c.s.post(m)
	case updateDeferred:
		i.original = i.source
	case updateMessage:
		i.original = i.source
		if data != nil {
			i.source.take(data, webhookDefaults)
		}
		c.s.touched(i.source)
	case answerChoices:
		i.choices = orEmpty(list(data, "choices"))
	case answerModal:
		i.modal = standin.Clone(data)
	}
	c.s.host.Note()
	if c.query.Get("with_response") != "true" {
		return http.StatusNoContent, nil, nil
	}
	return http.StatusOK, i.callback(), nil
}

// allows returns an error where an interaction takes no response of a type.
func (i *interaction) allows(kind int) *apiError {
	ok, why := true, ""
	switch kind {
	case answerMessage, answerDeferred:
		ok, why = i.kind != completeKind, "a completion is answered with choices"
	case updateDeferred, updateMessage:
		ok, why = i.source != nil, "there is no message to update"
	case answerChoices:
		ok, why = i.kind == completeKind, "choices answer a completion alone"
	case answerModal:
		ok, why = i.kind == commandKind || i.kind == componentKind, "a modal answers a command or a component"
	default:
		ok, why = false, "there is no such response"
	}
	if ok {
		return nil
	}
	var p problems
	p.add(path(nil, "type"), "INTERACTION_RESPONSE_TYPE_INVALID", "%s", why)
	return p.err()
}

// checkResponse notes what is wrong with a response.
func (c *call) checkResponse(i *interaction, kind int, data object) *apiError {
	var p problems
	switch kind {
	case answerMessage:
		checkMessage(&p, data, nil)
	case updateMessage:
		if data != nil {
			checkMessage(&p, data, i.source)
		}
	case answerChoices:
		if n := len(list(data, "choices")); n > maxChoices {
			p.add(path(nil, "data", "choices"), "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxChoices)
		}
		for n, o := range objects(list(data, "choices")) {
			checkChoice(&p, path(nil, "data", "choices", n), o, i.optionKind)
		}
	case answerModal:
		checkModal(&p, data)
	}
	for n := range p.found {
		if kind == answerMessage || kind == updateMessage {
			p.found[n].at = append([]string{"data"}, p.found[n].at...)
		}
	}
	if err := c.refuse(&p); err != nil {
		return err
	}
	next := &message{channel: i.channel, author: c.s.bot}
	switch kind {
	case updateMessage:
		next = i.source.after(data)
	case answerMessage:
		next.take(data, webhookDefaults)
	default:
		return nil
	}
	if next.empty() {
		return &apiError{status: http.StatusBadRequest, code: 50006, message: "Cannot send an empty message", violation: "the message is empty"}
	}
	return nil
}

// answerTo returns a message that answers an interaction, before its content.
func (s *Server) answerTo(i *interaction, data object) *message {
	m := &message{channel: i.channel, author: s.bot, webhook: true, answerTo: i}
	if whole(data, "flags")&ephemeralFlag != 0 {
		m.flags |= ephemeralFlag
		m.viewer = i.person
	}
	return m
}

// callback is the response to a response.
func (i *interaction) callback() object {
	about := object{"id": i.id, "type": i.kind}
	out := object{"interaction": about}
	if i.original != nil {
		about["response_message_id"] = i.original.id
		about["response_message_loading"] = i.original.flags&loadingFlag != 0
		about["response_message_ephemeral"] = i.original.viewer != nil
		out["resource"] = object{"type": i.responded, "message": i.original.object()}
	}
	return out
}
