package slacktest

import "github.com/briefbot/briefbot/bot/bottest/standin"

const maxStack = 3

// view is a modal or a home tab as the server keeps it.
type view struct {
	id       string
	person   *Person
	o        object // as it was sent, with ids
	hash     string
	root     string
	previous string
	values   map[string]object // what was typed or chosen, by block and action
	errors   map[string]string // by block
	trouble  bool              // "We had some trouble connecting"
	closed   bool
}

// newView keeps a view. Callers hold mu.
func (s *Server) newView(p *Person, o object) *view {
	v := &view{id: s.newID("V"), person: p, values: map[string]object{}}
	v.root = v.id
	v.set(s, o)
	s.views[v.id] = v
	return v
}

// set says what a view shows. What was typed survives where the place is the
// same. Callers hold mu.
func (v *view) set(s *Server, o object) {
	v.o = standin.Clone(o)
	v.o["blocks"] = s.stored(list(o, "blocks"))
	s.lastID++
	v.hash = s.newTS() + "." + shortID(s.lastID)
	v.errors, v.trouble = nil, false
	kept := map[string]object{}
	eachElement(list(v.o, "blocks"), func(block, element object) {
		key := place(block, element)
		if old, ok := v.values[key]; ok {
			kept[key] = old
		}
	})
	v.values = kept
}

// place names an element within a view or message.
func place(block, element object) string {
	return str(block, "block_id") + "\x00" + str(element, "action_id")
}

// eachElement calls f with every interactive element of blocks.
func eachElement(blocks []any, f func(block, element object)) {
	for _, b := range objects(blocks) {
		var walk func(v any)
		walk = func(v any) {
			switch v := v.(type) {
			case object:
				if interactive[str(v, "type")] {
					f(b, v)
					return
				}
				for _, e := range v {
					walk(e)
				}
			case []any:
				for _, e := range v {
					walk(e)
				}
			}
		}
		for _, key := range []string{"element", "accessory", "elements", "items", "rows", "blocks", "children"} {
			walk(b[key])
		}
	}
}

// object is the view as the API returns it. Callers hold mu.
func (v *view) object() object {
	t := v.person.team
	o := object{
		"id": v.id, "team_id": t.ID, "type": str(v.o, "type"), "blocks": standin.Clone(orEmpty(list(v.o, "blocks"))),
		"private_metadata": str(v.o, "private_metadata"), "callback_id": str(v.o, "callback_id"), "external_id": str(v.o, "external_id"),
		"state": v.state(), "hash": v.hash, "title": standin.Clone(v.o["title"]), "close": standin.Clone(v.o["close"]), "submit": standin.Clone(v.o["submit"]),
		"clear_on_close": flag(v.o, "clear_on_close"), "notify_on_close": flag(v.o, "notify_on_close"), "previous_view_id": nil,
		"root_view_id": v.root, "app_id": t.s.o.AppID, "app_installed_team_id": t.ID, "bot_id": t.botID,
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	return o
}

// state is what is typed and chosen in the view. Callers hold mu.
func (v *view) state() object { return stateOf(list(v.o, "blocks"), v.values) }

// stateOf is what is typed and chosen in blocks.
func stateOf(blocks []any, values map[string]object) object {
	all := object{}
	eachElement(blocks, func(block, element object) {
		kind := str(element, "type")
		if kind == "button" || kind == "overflow" {
			return
		}
		at := obj(all, str(block, "block_id"))
		if at == nil {
			at = object{}
			all[str(block, "block_id")] = at
		}
		if v, ok := values[place(block, element)]; ok {
			at[str(element, "action_id")] = standin.Clone(v)
			return
		}
		at[str(element, "action_id")] = initial(element)
	})
	return object{"values": all}
}

// initial is the value of an element that nobody has touched.
func initial(element object) object {
	kind := str(element, "type")
	o := object{"type": kind}
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		o["value"] = element["initial_value"]
	case "static_select", "external_select", "radio_buttons":
		o["selected_option"] = standin.Clone(element["initial_option"])
	case "checkboxes", "multi_static_select", "multi_external_select":
		o["selected_options"] = standin.Clone(orEmpty(list(element, "initial_options")))
	case "users_select":
		o["selected_user"] = element["initial_user"]
	case "channels_select":
		o["selected_channel"] = element["initial_channel"]
	case "conversations_select":
		o["selected_conversation"] = element["initial_conversation"]
	case "datepicker":
		o["selected_date"] = element["initial_date"]
	case "timepicker":
		o["selected_time"] = element["initial_time"]
	case "datetimepicker":
		o["selected_date_time"] = element["initial_date_time"]
	}
	return o
}

// given returns the view of a request, after checking it.
func (c *call) given(kind string) (object, *apiError) {
	o := obj(c.args, "view")
	if o == nil {
		return nil, wrong("invalid_arguments", "there is no view in the request")
	}
	return o, c.s.checked(c.name, c.path, o, kind)
}

// checked checks a view that is about to be shown. Callers hold mu.
func (s *Server) checked(name, path string, o object, kind string) *apiError {
	if str(o, "type") != kind {
		return wrong("invalid_arguments", "the view is of type %q", str(o, "type"))
	}
	invalid, violations := checkView(o)
	return s.judge(name, path, "invalid_arguments", invalid, violations)
}

// taken reports whether another view of the workspace has an external_id.
func (c *call) taken(o object, but *view) bool {
	id := str(o, "external_id")
	if id == "" {
		return false
	}
	v := c.external(id)
	return v != nil && v != but
}

func (c *call) external(id string) *view {
	for _, v := range c.s.views {
		if !v.closed && v.person.team == c.team && id != "" && str(v.o, "external_id") == id {
			return v
		}
	}
	return nil
}

func (c *call) openView() (object, *apiError) {
	o, err := c.given("modal")
	if err != nil {
		return nil, err
	}
	if c.taken(o, nil) {
		return nil, fail("duplicate_external_id")
	}
	t, err := c.pull()
	if err != nil {
		return nil, err
	}
	v := c.s.newView(t.person, o)
	for _, old := range t.person.stack {
		old.closed = true
	}
	t.person.stack = []*view{v}
	c.s.show(change{cause: t.cause, view: v, person: t.person})
	return object{"view": v.object()}, nil
}

func (c *call) pushView() (object, *apiError) {
	o, err := c.given("modal")
	if err != nil {
		return nil, err
	}
	if c.taken(o, nil) {
		return nil, fail("duplicate_external_id")
	}
	t, err := c.pull()
	if err != nil {
		return nil, err
	}
	if t.from == nil || t.from.closed {
		return nil, wrong("not_found", "the trigger comes from no modal")
	}
	if len(t.person.stack) == 0 {
		return nil, wrong("not_found", "there is no modal to push onto")
	}
	v := c.s.push(t.person, o, t.cause)
	if v == nil {
		return nil, wrong("push_limit_reached", "there are %d views already", maxStack)
	}
	return object{"view": v.object()}, nil
}

// push puts a view on top; nil where there are too many. Callers hold mu.
func (s *Server) push(p *Person, o object, cause *delivery) *view {
	if len(p.stack) >= maxStack || len(p.stack) == 0 {
		return nil
	}
	v := s.newView(p, o)
	v.previous, v.root = p.stack[len(p.stack)-1].id, p.stack[0].id
	p.stack = append(p.stack, v)
	s.show(change{cause: cause, view: v, person: p})
	return v
}

func (c *call) updateView() (object, *apiError) {
	v := c.s.views[str(c.args, "view_id")]
	if v == nil {
		v = c.external(str(c.args, "external_id"))
	}
	if v == nil || v.closed || v.person.team != c.team {
		return nil, fail("not_found")
	}
	o, err := c.given(str(v.o, "type"))
	if err != nil {
		return nil, err
	}
	if c.taken(o, v) {
		return nil, fail("duplicate_external_id")
	}
	if hash := str(c.args, "hash"); hash != "" && hash != v.hash {
		return nil, fail("hash_conflict")
	}
	v.set(c.s, o)
	c.s.show(change{view: v, person: v.person})
	return object{"view": v.object()}, nil
}

func (c *call) publishView() (object, *apiError) {
	p := c.team.find(str(c.args, "user_id"))
	if p == nil || p.botID != "" || p.deleted {
		return nil, fail("user_not_found")
	}
	o, err := c.given("home")
	if err != nil {
		return nil, err
	}
	if hash := str(c.args, "hash"); hash != "" && p.home != nil && hash != p.home.hash {
		return nil, fail("hash_conflict")
	}
	if p.home == nil {
		p.home = c.s.newView(p, o)
	} else {
		p.home.set(c.s, o)
	}
	c.s.show(change{view: p.home, person: p})
	return object{"view": p.home.object()}, nil
}
