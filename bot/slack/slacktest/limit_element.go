package slacktest

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Types of element that the blocks take.
var (
	actionElements = strings.Fields(`button checkboxes datepicker datetimepicker overflow radio_buttons timepicker workflow_button
		static_select external_select users_select conversations_select channels_select
		multi_static_select multi_external_select multi_users_select multi_conversations_select multi_channels_select`)
	sectionElements = strings.Fields(`button checkboxes datepicker image overflow radio_buttons timepicker workflow_button
		static_select external_select users_select conversations_select channels_select
		multi_static_select multi_external_select multi_users_select multi_conversations_select multi_channels_select`)
	inputElements = strings.Fields(`plain_text_input rich_text_input email_text_input url_text_input number_input
		checkboxes datepicker datetimepicker radio_buttons timepicker
		static_select external_select users_select conversations_select channels_select
		multi_static_select multi_external_select multi_users_select multi_conversations_select multi_channels_select`)
)

// elements notes what is wrong with the elements of a block. An action id must
// be unique within it.
func (c *checker) elements(at string, b object, most int, allowed []string) {
	seen := map[string]bool{}
	for i, e := range c.items(at, b, "elements", 1, most) {
		if e == nil {
			continue
		}
		here := pointer(at, "elements", i)
		c.element(here, e, allowed)
		id := str(e, "action_id")
		if id != "" && seen[id] {
			c.add(pointer(here, "action_id"), "`action_id` %q already exists", id)
		}
		seen[id] = true
	}
}

// element notes what is wrong with an element where some types are allowed.
func (c *checker) element(at string, e object, allowed []string) {
	kind, _ := c.typed(at, e, "type")
	switch {
	case e["type"] == nil:
		c.required(at, e, "type")
		return
	case !slices.Contains(allowed, kind):
		c.add(pointer(at, "type"), "unsupported type: %s", kind)
		return
	case kind == "image":
		c.properties(at, e, "image_url alt_text slack_file")
		c.image(at, e)
		return
	}
	c.short(at, e, "action_id", 1, 255)
	c.text(at, e, "placeholder", textRule{most: 150, plain: true, optional: true})
	c.confirm(at, e)
	c.truths(at, e, "focus_on_load")
	switch kind {
	case "button":
		c.button(at, e)
	case "overflow":
		c.properties(at, e, "action_id options confirm")
		c.options(at, e, optionRule{least: 2, most: 5, plain: true, links: true})
	case "checkboxes":
		c.properties(at, e, "action_id options initial_options confirm focus_on_load")
		c.options(at, e, optionRule{least: 1, most: 10})
	case "radio_buttons":
		c.properties(at, e, "action_id options initial_option confirm focus_on_load")
		c.options(at, e, optionRule{least: 1, most: 10})
	case "workflow_button":
		c.note(at, "this package does not know how to check a workflow_button")
	case "datepicker":
		c.properties(at, e, "action_id placeholder initial_date confirm focus_on_load")
		c.pattern(at, e, "initial_date", datePattern, "must be a date in the format YYYY-MM-DD")
	case "timepicker":
		c.properties(at, e, "action_id placeholder initial_time confirm timezone focus_on_load")
		c.pattern(at, e, "initial_time", timePattern, "must be a time in the format HH:mm")
	case "datetimepicker":
		c.properties(at, e, "action_id initial_date_time confirm focus_on_load")
		c.between(at, e, "initial_date_time", 1_000_000_000, unbounded)
	default:
		if strings.HasSuffix(kind, "_select") {
			c.menu(at, e, kind)
		} else {
			c.field(at, e, kind)
		}
	}
}

var (
	datePattern = regexp.MustCompile(`^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$`)
	timePattern = regexp.MustCompile(`^(?:[01]\d|2[0-3]):[0-5]\d$`)
)

func (c *checker) pattern(at string, e object, key string, form *regexp.Regexp, problem string) {
	if s, ok := c.typed(at, e, key); ok && !form.MatchString(s) {
		c.add(pointer(at, key), "%s", problem)
	}
}

func (c *checker) image(at string, e object) {
	c.required(at, e, "alt_text")
	c.short(at, e, "alt_text", 1, 2000)
	c.address(at, e, "image_url", 3000)
	c.child(at, e, "slack_file")
	if (e["image_url"] == nil) == (e["slack_file"] == nil) {
		c.add(at, "must define either `image_url` or `slack_file`")
	}
	c.printable(pointer(at, "alt_text"), str(e, "alt_text"))
}

func (c *checker) button(at string, e object) {
	c.properties(at, e, "text action_id url value confirm style accessibility_label agent_prompt agent_prompt_display visible_to_user_ids")
	c.text(at, e, "text", textRule{most: 75, plain: true})
	c.short(at, e, "value", 0, 2000)
	c.short(at, e, "accessibility_label", 0, 75)
	c.address(at, e, "url", 3000)
	c.choice(at, e, "style", "primary", "danger")
}

// confirm notes what is wrong with the dialog that asks whether one is sure.
func (c *checker) confirm(at string, e object) {
	d := c.child(at, e, "confirm")
	if d == nil {
		return
	}
	at = pointer(at, "confirm")
	c.properties(at, d, "title text confirm deny style")
	c.text(at, d, "title", textRule{most: 100, plain: true})
	c.text(at, d, "text", textRule{most: 300})
	c.text(at, d, "confirm", textRule{most: 30, plain: true})
	c.text(at, d, "deny", textRule{most: 30, plain: true})
	c.choice(at, d, "style", "primary", "danger")
}

// menu notes what is wrong with a select menu.
func (c *checker) menu(at string, e object, kind string) {
	common := "action_id placeholder confirm focus_on_load "
	source, many := strings.CutPrefix(kind, "multi_")
	source = strings.TrimSuffix(source, "_select")
	initial := map[string]string{
		"static": "option", "external": "option", "users": "user", "conversations": "conversation", "channels": "channel",
	}[source]
	if many {
		common += "max_selected_items initial_" + initial + "s "
		c.between(at, e, "max_selected_items", 1, unbounded)
	} else {
		common += "initial_" + initial + " "
	}
	switch source {
	case "static":
		c.properties(at, e, common+"options option_groups")
		c.grouped(at, e)
		return
	case "external":
		c.properties(at, e, common+"min_query_length")
		c.between(at, e, "min_query_length", 0, unbounded)
		c.chosen(at, e, nil, optionRule{plain: true})
	case "users":
		c.properties(at, e, common)
	default:
		if !many {
			common += "response_url_enabled "
		}
		if source == "conversations" {
			common += "default_to_current_conversation filter "
		}
		c.properties(at, e, common)
		c.truths(at, e, "response_url_enabled", "default_to_current_conversation")
	}
}

// grouped notes what is wrong with the options of a static menu, which may come
// in groups.
func (c *checker) grouped(at string, e object) {
	rule := optionRule{least: 1, most: 100, plain: true}
	if (e["options"] == nil) == (e["option_groups"] == nil) {
		c.add(at, "must define either `options` or `option_groups`")
		return
	}
	if e["options"] != nil {
		c.options(at, e, rule)
		return
	}
	var all []object
	for i, g := range c.items(at, e, "option_groups", 1, 100) {
		if g == nil {
			continue
		}
		here := pointer(at, "option_groups", i)
		c.properties(here, g, "label options")
		c.text(here, g, "label", textRule{most: 75, plain: true})
		all = append(all, c.optionList(here, g, rule)...)
	}
	c.chosen(at, e, all, rule)
}

// optionRule says what options a menu takes.
type optionRule struct {
	least, most int
	plain       bool // no mrkdwn
	links       bool // an option may lead somewhere
}

// options notes what is wrong with the options of a menu, and with those that
// are chosen at first.
func (c *checker) options(at string, e object, rule optionRule) {
	c.chosen(at, e, c.optionList(at, e, rule), rule)
}

func (c *checker) optionList(at string, e object, rule optionRule) []object {
	all := c.items(at, e, "options", rule.least, rule.most)
	for i, o := range all {
		if o != nil {
			c.option(pointer(at, "options", i), o, rule)
		}
	}
	return all
}

func (c *checker) option(at string, o object, rule optionRule) {
	known := "text value description"
	if rule.links {
		known += " url"
		c.address(at, o, "url", 3000)
	}
	c.properties(at, o, known)
	c.text(at, o, "text", textRule{most: 75, plain: rule.plain})
	c.required(at, o, "value")
	c.short(at, o, "value", 1, 150)
	c.text(at, o, "description", textRule{most: 75, plain: rule.plain, optional: true})
}

// chosen notes options that are chosen at first and are none of all. A menu
// with options from elsewhere has no list of all.
func (c *checker) chosen(at string, e object, all []object, rule optionRule) {
	check := func(here string, o object) {
		if all == nil {
			c.option(here, o, rule)
		} else if !slices.ContainsFunc(all, func(a object) bool { return reflect.DeepEqual(a, o) }) {
			c.add(here, "must be one of the provided options")
		}
	}
	if o := c.child(at, e, "initial_option"); o != nil {
		check(pointer(at, "initial_option"), o)
	}
	if e["initial_options"] != nil {
		for i, o := range c.items(at, e, "initial_options", 1, 100) {
			if o != nil {
				check(pointer(at, "initial_options", i), o)
			}
		}
	}
}

// field notes what is wrong with something to type into.
func (c *checker) field(at string, e object, kind string) {
	common := "action_id placeholder initial_value dispatch_action_config focus_on_load "
	if d := c.child(at, e, "dispatch_action_config"); d != nil {
		here := pointer(at, "dispatch_action_config")
		c.properties(here, d, "trigger_actions_on")
		for i, v := range list(d, "trigger_actions_on") {
			if v != "on_enter_pressed" && v != "on_character_entered" {
				c.add(pointer(here, "trigger_actions_on", i), "must be a valid enum value")
			}
		}
	}
	switch kind {
	case "plain_text_input":
		c.properties(at, e, common+"multiline min_length max_length")
		c.truths(at, e, "multiline")
		c.between(at, e, "min_length", 0, 3000)
		c.between(at, e, "max_length", 1, 3000)
		least, most := whole(e, "min_length", 0), whole(e, "max_length", 3000)
		if least > most {
			c.add(pointer(at, "max_length"), "must be greater than %d", least-1)
		}
		c.short(at, e, "initial_value", 0, most)
		c.printable(pointer(at, "initial_value"), str(e, "initial_value"))
	case "rich_text_input":
		c.properties(at, e, common+"min_lines max_lines")
		if v := c.child(at, e, "initial_value"); v != nil {
			c.richText(pointer(at, "initial_value"), v)
		}
	case "number_input":
		c.properties(at, e, common+"is_decimal_allowed min_value max_value")
		c.required(at, e, "is_decimal_allowed")
		c.truths(at, e, "is_decimal_allowed")
		c.short(at, e, "initial_value", 1, 3000)
		c.short(at, e, "min_value", 1, 3000)
		c.short(at, e, "max_value", 1, 3000)
	case "file_input":
		c.properties(at, e, "action_id filetypes max_files")
		c.between(at, e, "max_files", 1, 10)
	default:
		c.properties(at, e, common)
		c.short(at, e, "initial_value", 0, 3000)
	}
}
