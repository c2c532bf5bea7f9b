package slacktest

import "fmt"

// Choice is something that a menu offers.
type Choice struct {
	Label       string
	Description string
	Value       string
}

// Suggest types something into an external menu of a message, and returns what
// it offers.
func (c *Client) Suggest(m *Message, actionID, typed string) ([]Choice, error) {
	c.s.mu.Lock()
	f, err := c.of(m)
	if err != nil {
		c.s.mu.Unlock()
		return nil, err
	}
	return f.suggest(actionID, typed)
}

const maxSuggestions = 100

// suggest is called with mu held, and lets go of it.
func (f surface) suggest(actionID, typed string) ([]Choice, error) {
	s := f.c.s
	block, element, err := f.element(actionID, func(kind string) bool { return kind == "external_select" || kind == "multi_external_select" })
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	if len([]rune(typed)) < whole(element, "min_query_length", 3) {
		s.mu.Unlock()
		return nil, nil // the client asks nobody
	}
	d := &delivery{kind: interactionKind, name: "block_suggestion", team: f.c.person.team, accepts: true}
	d.payload = f.payload("block_suggestion")
	d.payload["action_id"], d.payload["block_id"], d.payload["value"] = str(element, "action_id"), str(block, "block_id"), typed
	var offered []object
	d.take = func(body any) {
		o, _ := body.(object)
		if o == nil || o["options"] == nil && o["option_groups"] == nil {
			s.violations.Add("acknowledgement", d.name, "it holds no options")
			return
		}
		if offered = options(o); len(offered) > maxSuggestions {
			s.violations.Add("acknowledgement", d.name, "it holds more than 100 options")
			offered = nil
			return
		}
		for _, problem := range checkOptions(offered) {
			s.violations.Add("acknowledgement", d.name, problem)
		}
		s.fillIn(orEmpty(list(o, "options")))
		f.c.person.suggested[f.key(block, element)] = offered
	}
	s.start(d)
	s.mu.Unlock()
	s.settled(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !d.acked {
		return nil, d.failure
	}
	var out []Choice
	for _, o := range offered {
		out = append(out, Choice{str(obj(o, "text"), "text"), str(obj(o, "description"), "text"), str(o, "value")})
	}
	return out, nil
}

// checkOptions returns what is wrong with the options that a menu is given.
func checkOptions(offered []object) []string {
	var out []string
	for _, o := range offered {
		text := obj(o, "text")
		switch n := runes(str(text, "text")); {
		case str(text, "type") != "plain_text":
			out = append(out, "the text of an option is no plain_text")
		case n < 1 || n > 75:
			out = append(out, fmt.Sprintf("the text of an option has %d characters", n))
		}
		if n := runes(str(o, "value")); n < 1 || n > 150 {
			out = append(out, fmt.Sprintf("the value of an option has %d characters", n))
		}
		if n := runes(str(obj(o, "description"), "text")); n > 75 {
			out = append(out, fmt.Sprintf("the description of an option has %d characters", n))
		}
	}
	return out
}
