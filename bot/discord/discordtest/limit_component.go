package discordtest

import "slices"

// Types of component that the rules name.
const (
	actionRow    = 1
	button       = 2
	stringSelect = 3
	textInput    = 4
	textDisplay  = 10
	separator    = 14
	container    = 17
	label        = 18
)

// Styles of button that have no custom id.
const (
	linkStyle    = 5
	premiumStyle = 6
)

// selecting reports whether a type of component is a select menu.
func selecting(kind int) bool { return kind == stringSelect || kind >= 5 && kind <= 8 }

// checkRow notes what is wrong with an action row of a message.
func checkRow(p *problems, at []string, row object) {
	inner := objects(list(row, "components"))
	if len(inner) == 0 || len(inner) > 5 {
		p.add(path(at, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
	}
	for j, c := range inner {
		here := path(at, "components", j)
		kind := whole(c, "type")
		switch {
		case kind == button:
			checkButton(p, here, c)
		case selecting(kind):
			if len(inner) > 1 {
				p.add(path(at, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
			}
			checkSelect(p, here, c)
		default:
			p.add(path(here, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).")
		}
	}
}

func checkButton(p *problems, at []string, c object) {
	id, url, sku := str(c, "custom_id"), str(c, "url"), str(c, "sku_id")
	p.length(path(at, "label"), str(c, "label"), 80)
	switch whole(c, "style") {
	case linkStyle:
		if url == "" {
			p.add(path(at, "url"), "BASE_TYPE_REQUIRED", "This field is required")
		}
		if id != "" {
			p.add(path(at, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
		}
	case premiumStyle:
		if sku == "" || id != "" || url != "" || str(c, "label") != "" {
			p.add(path(at, "sku_id"), "BASE_TYPE_REQUIRED", "A premium button has a sku_id and nothing else")
		}
		return
	default:
		p.customID(at, id)
		if url != "" {
			p.add(path(at, "url"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
		}
	}
	if str(c, "label") == "" && obj(c, "emoji") == nil {
		p.add(path(at, "label"), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button must have a label or an emoji")
	}
}

// customID notes a custom id that is missing or too long.
func (p *problems) customID(at []string, id string) {
	if id == "" {
		p.add(path(at, "custom_id"), "BASE_TYPE_REQUIRED", "This field is required")
	}
	p.length(path(at, "custom_id"), id, 100)
}

func checkSelect(p *problems, at []string, c object) {
	p.customID(at, str(c, "custom_id"))
	p.length(path(at, "placeholder"), str(c, "placeholder"), 150)
	if whole(c, "type") != stringSelect {
		return
	}
	options := objects(list(c, "options"))
	if len(options) == 0 || len(options) > 25 {
		p.add(path(at, "options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
	}
	least, most := 1, 1
	if v, ok := number(c["min_values"]); ok {
		least = int(v)
	}
	if v, ok := number(c["max_values"]); ok {
		most = int(v)
	}
	if least > most || most > len(options) {
		p.add(path(at, "max_values"), "SELECT_COMPONENT_INVALID_MAX_VALUES", "The maximum number of values is out of bounds")
	}
	var values []string
	chosen := 0
	for i, o := range options {
		here := path(at, "options", i)
		p.between(path(here, "label"), str(o, "label"), 100)
		p.between(path(here, "value"), str(o, "value"), 100)
		p.length(path(here, "description"), str(o, "description"), 100)
		if slices.Contains(values, str(o, "value")) {
			p.add(path(here, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		values = append(values, str(o, "value"))
		if flag(o, "default") {
			chosen++
		}
	}
	if chosen > most {
		p.add(path(at, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "More values are chosen by default than may be chosen")
	}
}

// checkModal notes what is wrong with a modal.
func checkModal(p *problems, form object) {
	at := path(nil, "data")
	p.customID(at, str(form, "custom_id"))
	p.between(path(at, "title"), str(form, "title"), 45)
	parts := objects(list(form, "components"))
	if len(parts) == 0 || len(parts) > 5 {
		p.add(path(at, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
	}
	var ids []string
	for i, part := range parts {
		here := path(at, "components", i)
		inner := objects(list(part, "components"))
		switch whole(part, "type") {
		case actionRow:
			here = path(here, "components", 0)
			if len(inner) != 1 || whole(inner[0], "type") != textInput {
				p.add(here, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A row of a modal holds one text input")
				continue
			}
			p.between(path(here, "label"), str(inner[0], "label"), 45)
		case label:
			p.between(path(here, "label"), str(part, "label"), 45)
			p.length(path(here, "description"), str(part, "description"), 100)
			here = path(here, "component")
			inner = []object{obj(part, "component")}
			if inner[0]["label"] != nil {
				p.add(path(here, "label"), "COMPONENT_LABEL_NOT_ALLOWED", "What stands in a label has no label of its own")
			}
		case textDisplay:
			continue
		default:
			p.add(path(here, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1, 10, 18).")
			continue
		}
		checkInput(p, here, inner[0])
		if id := str(inner[0], "custom_id"); slices.Contains(ids, id) {
			p.add(path(here, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
		} else {
			ids = append(ids, id)
		}
	}
}

// checkInput notes what is wrong with something to fill in.
func checkInput(p *problems, at []string, c object) {
	if selecting(whole(c, "type")) {
		checkSelect(p, at, c)
		if flag(c, "disabled") {
			p.add(path(at, "disabled"), "COMPONENT_DISABLED_NOT_ALLOWED", "A menu of a modal cannot be disabled")
		}
		return
	}
	p.customID(at, str(c, "custom_id"))
	if whole(c, "type") != textInput {
		return
	}
	p.length(path(at, "value"), str(c, "value"), 4000)
	p.length(path(at, "placeholder"), str(c, "placeholder"), 100)
	least, most := whole(c, "min_length"), 4000
	if v, ok := number(c["max_length"]); ok {
		most = int(v)
	}
	if least > most || most > 4000 || most < 1 {
		p.add(path(at, "max_length"), "NUMBER_TYPE_MAX", "The bounds of the length are out of order")
	}
	if v := str(c, "value"); v != "" && (units(v) > most || units(v) < least) {
		p.add(path(at, "value"), "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
	}
}
