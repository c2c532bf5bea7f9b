package slacktest

import (
	"fmt"
	"slices"
)

// Submit submits the modal. It returns the view with what is wrong in it, or
// the one that comes in its place; or Closed, with the view that was below.
func (v *View) Submit() (*Shown, error) {
	s, p := v.c.s, v.c.person
	s.mu.Lock()
	f, err := v.surface()
	if err == nil {
		err = f.complete()
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	d := &delivery{kind: interactionKind, name: "view_submission", team: p.team, accepts: true}
	d.payload = f.payload("view_submission")
	delete(d.payload, "container")
	d.payload["trigger_id"], d.payload["response_urls"] = s.newTrigger(p, d, v.v), f.responseURLs(d)
	d.take = func(body any) { s.submitted(v.v, d, body) }
	d.refuse = func(error) { v.v.trouble = true }
	v.v.errors, v.v.trouble = nil, false
	from := len(s.changes)
	s.start(d)
	s.mu.Unlock()
	return v.c.waitFor(from, d, true)
}

// complete returns why the client does not submit the view. Callers hold mu.
func (f surface) complete() error {
	if obj(f.view.o, "submit") == nil {
		return fmt.Errorf("%w: it has nothing to submit with", ErrBadView)
	}
	values := obj(f.state(), "values")
	for _, b := range objects(f.blocks()) {
		if str(b, "type") != "input" {
			continue
		}
		e := obj(b, "element")
		v := obj(obj(values, str(b, "block_id")), str(e, "action_id"))
		if !flag(b, "optional") && empty(v) {
			return fmt.Errorf("%w: %q is empty", ErrBadView, str(obj(b, "label"), "text"))
		}
		if least := whole(e, "min_length", 0); str(v, "value") != "" && runes(str(v, "value")) < least {
			return fmt.Errorf("%w: %q takes at least %d characters", ErrBadView, str(obj(b, "label"), "text"), least)
		}
	}
	return nil
}

// empty reports whether an input holds nothing.
func empty(v object) bool {
	for k, e := range v {
		switch e := e.(type) {
		case nil:
		case string:
			if k != "type" && e != "" {
				return false
			}
		case []any:
			if len(e) > 0 {
				return false
			}
		default:
			if o, ok := e.(object); !ok || o != nil {
				return false
			}
		}
	}
	return true
}

// responseURLs are the addresses that a submission gives for the conversations
// that were chosen where the view asks for them. Callers hold mu.
func (f surface) responseURLs(d *delivery) []any {
	out := []any{}
	values := obj(f.state(), "values")
	eachElement(f.blocks(), func(b, e object) {
		if !flag(e, "response_url_enabled") {
			return
		}
		v := obj(obj(values, str(b, "block_id")), str(e, "action_id"))
		id := str(v, "selected_conversation") + str(v, "selected_channel")
		if ch := f.c.s.channels[id]; ch != nil {
			out = append(out, object{
				"block_id": str(b, "block_id"), "action_id": str(e, "action_id"), "channel_id": id,
				"response_url": f.c.s.newResponseURL(ch, f.c.person, d, nil),
			})
		}
	})
	return out
}

// submitted does what the answer to a submission says. Callers hold mu.
func (s *Server) submitted(v *view, d *delivery, body any) {
	p := v.person
	o, isObject := body.(object)
	trouble := func(problem string) {
		s.violations.Add("acknowledgement", d.name, problem)
		v.trouble = true
		s.show(change{cause: d, view: v, person: p})
	}
	next := func() object {
		n := obj(o, "view")
		if err := s.checked("acknowledgement", d.name, n, "modal"); err != nil {
			trouble("the view is refused: " + err.code)
			return nil
		}
		return n
	}
	switch action := str(o, "response_action"); action {
	case "errors":
		errors := map[string]string{}
		for id, e := range obj(o, "errors") {
			text, _ := e.(string)
			at := slices.IndexFunc(objects(list(v.o, "blocks")), func(b object) bool { return str(b, "block_id") == id && str(b, "type") == "input" })
			if at < 0 || text == "" {
				trouble("there is no input " + id + " to show an error at")
				return
			}
			errors[id] = text
		}
		if len(errors) == 0 {
			trouble("there are no errors in it")
			return
		}
		v.errors = errors
		s.show(change{cause: d, view: v, person: p})
	case "update":
		if n := next(); n != nil {
			v.set(s, n)
			s.show(change{cause: d, view: v, person: p})
		}
	case "push":
		if n := next(); n != nil && s.push(p, n, d) == nil {
			trouble("there are too many views")
		}
	case "clear":
		for _, old := range p.stack {
			old.closed = true
		}
		p.stack = nil
		s.show(change{cause: d, view: v, person: p, closed: true})
	case "":
		if len(o) > 0 || body != nil && !isObject {
			trouble("it holds no response_action")
			return
		}
		s.closeView(v, d)
	default:
		trouble("its response_action is " + action)
	}
}

// closeView takes a modal away. Callers hold mu.
func (s *Server) closeView(v *view, cause *delivery) {
	v.closed = true
	v.person.stack = slices.DeleteFunc(v.person.stack, func(o *view) bool { return o == v })
	s.show(change{cause: cause, view: v, person: v.person, closed: true})
}

// Close closes the modal as its cross does, with all below it where clear is
// set. It waits for nothing.
func (v *View) Close(clear bool) {
	s, p := v.c.s, v.c.person
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.v.closed {
		return
	}
	gone := []*view{v.v}
	if clear {
		gone = slices.Clone(p.stack)
	}
	for _, g := range gone {
		if flag(g.o, "notify_on_close") {
			d := &delivery{kind: interactionKind, name: "view_closed", team: p.team}
			d.payload = surface{c: v.c, view: g}.payload("view_closed")
			delete(d.payload, "container")
			d.payload["is_cleared"] = clear
			s.start(d)
		}
		s.closeView(g, nil)
	}
}
