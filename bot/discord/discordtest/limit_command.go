package discordtest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Types of option.
const (
	subcommandOption  = 1
	groupOption       = 2
	stringOption      = 3
	integerOption     = 4
	booleanOption     = 5
	userOption        = 6
	channelOption     = 7
	roleOption        = 8
	mentionableOption = 9
	numberOption      = 10
	attachmentOption  = 11
)

const (
	maxCommandText = 8000 // names, descriptions and values of a command
	maxOptions     = 25
	maxChoices     = 25
)

// namePattern is Discord's, with its two script classes written as Go has them.
var namePattern = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// checkCommand notes what is wrong with a command of a scope.
func checkCommand(p *problems, at []string, cmd object, scope string) {
	kind := kindOf(cmd)
	if kind != chatCommand {
		p.between(path(at, "name"), str(cmd, "name"), 32)
		if str(cmd, "description") != "" && kind != entryCommand {
			p.add(path(at, "description"), "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED", "A command of a context menu has no description")
		}
		if len(list(cmd, "options")) > 0 {
			p.add(path(at, "options"), "APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED", "A command of a context menu has no options")
		}
	} else {
		p.named(at, cmd)
		checkOptions(p, path(at, "options"), objects(list(cmd, "options")), 0)
		if n := longest(cmd); n > maxCommandText {
			p.add(at, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d)", maxCommandText)
		}
	}
	if scope != "" && (cmd["contexts"] != nil || cmd["integration_types"] != nil) {
		p.add(path(at, "contexts"), "APPLICATION_COMMAND_CONTEXTS_NOT_ALLOWED", "Contexts and integration types are for global commands")
	}
	if v, ok := cmd["default_member_permissions"].(string); ok {
		if _, isNumber := number(v); !isNumber {
			p.add(path(at, "default_member_permissions"), "NUMBER_TYPE_COERCE", "Value %q is not int.", v)
		}
	}
}

// checkNames notes commands of one type and name, and more commands than a
// scope may have.
func checkNames(p *problems, all []object) {
	type key struct {
		kind int
		name string
	}
	seen := map[key]bool{}
	for i, cmd := range all {
		k := key{kindOf(cmd), str(cmd, "name")}
		if seen[k] {
			p.add(path(nil, i, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[k] = true
	}
	if tooMany(all) != nil {
		p.add(path(nil, "_"), "BASE_TYPE_MAX_LENGTH", "There are more commands than a scope may have")
	}
}

// named notes what is wrong with names and descriptions in all languages.
func (p *problems) named(at []string, o object) {
	p.name(path(at, "name"), str(o, "name"))
	p.between(path(at, "description"), str(o, "description"), 100)
	for locale, v := range obj(o, "name_localizations") {
		s, _ := v.(string)
		p.name(path(at, "name_localizations", locale), s)
		p.locale(path(at, "name_localizations", locale), locale)
	}
	for locale, v := range obj(o, "description_localizations") {
		s, _ := v.(string)
		p.between(path(at, "description_localizations", locale), s, 100)
		p.locale(path(at, "description_localizations", locale), locale)
	}
}

func (p *problems) name(at []string, s string) {
	lower := strings.Map(unicode.ToLower, s)
	if !namePattern.MatchString(s) || lower != s {
		p.add(at, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
}

// locales are those that Discord's clients have.
var locales = strings.Fields("ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro ru sv-SE th tr uk vi zh-CN zh-TW")

func (p *problems) locale(at []string, locale string) {
	if !slices.Contains(locales, locale) {
		p.add(at, "INVALID_LOCALE", "%q is no locale", locale)
	}
}

func checkOptions(p *problems, at []string, options []object, depth int) {
	if len(options) > maxOptions {
		p.add(at, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxOptions)
	}
	var names []string
	optional, nested := false, 0
	for i, o := range options {
		here := path(at, i)
		p.named(here, o)
		if slices.Contains(names, str(o, "name")) {
			p.add(path(here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		names = append(names, str(o, "name"))
		kind := whole(o, "type")
		if kind == subcommandOption || kind == groupOption {
			nested++
			if depth > 1 || kind == groupOption && depth > 0 {
				p.add(path(here, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Groups and subcommands cannot be nested so deep")
			}
			below := depth + 1
			if kind == subcommandOption {
				below = 2
			}
			checkOptions(p, path(here, "options"), objects(list(o, "options")), below)
			continue
		}
		if flag(o, "required") && optional {
			p.add(path(here, "required"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		optional = optional || !flag(o, "required")
		checkOption(p, here, o, kind)
	}
	if nested > 0 && nested < len(options) {
		p.add(at, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
}

func checkOption(p *problems, at []string, o object, kind int) {
	if kind < stringOption || kind > attachmentOption {
		p.add(path(at, "type"), "BASE_TYPE_CHOICES", "There is no such type of option.")
	}
	choices := objects(list(o, "choices"))
	if len(choices) > maxChoices {
		p.add(path(at, "choices"), "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", maxChoices)
	}
	typed := kind == stringOption || kind == integerOption || kind == numberOption
	if flag(o, "autocomplete") && (len(choices) > 0 || !typed) {
		p.add(path(at, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_MUTUALLY_EXCLUSIVE", "Autocomplete is for typed options without choices")
	}
	if len(choices) > 0 && !typed {
		p.add(path(at, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_NOT_ALLOWED", "This type of option has no choices")
	}
	var names []string
	for i, c := range choices {
		here := path(at, "choices", i)
		checkChoice(p, here, c, kind)
		if slices.Contains(names, str(c, "name")) {
			p.add(path(here, "name"), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice name already exists")
		}
		names = append(names, str(c, "name"))
	}
	least, hasLeast := number(o["min_length"])
	most, hasMost := number(o["max_length"])
	if hasLeast && hasMost && least > most {
		p.add(path(at, "max_length"), "APPLICATION_COMMAND_OPTION_LENGTH_INVALID", "The bounds are out of order")
	}
	least, hasLeast = number(o["min_value"])
	most, hasMost = number(o["max_value"])
	if hasLeast && hasMost && least > most {
		p.add(path(at, "max_value"), "APPLICATION_COMMAND_OPTION_VALUE_INVALID", "The bounds are out of order")
	}
}

// maxWhole is the largest whole number that an option can have.
const maxWhole = 1 << 53

// checkChoice notes what is wrong with a choice for a type of option.
func checkChoice(p *problems, at []string, c object, kind int) {
	p.between(path(at, "name"), str(c, "name"), 100)
	for locale, v := range obj(c, "name_localizations") {
		s, _ := v.(string)
		p.between(path(at, "name_localizations", locale), s, 100)
	}
	switch v := c["value"].(type) {
	case string:
		if kind != stringOption {
			p.add(path(at, "value"), "NUMBER_TYPE_COERCE", "Value %q is not a number.", v)
		}
		p.length(path(at, "value"), v, 100)
	case json.Number:
		n, err := v.Int64()
		if kind == stringOption || kind == integerOption && (err != nil || n > maxWhole || n < -maxWhole) {
			p.add(path(at, "value"), "BASE_TYPE_BAD_TYPE", "Value %s does not fit the option.", v)
		}
	default:
		p.add(path(at, "value"), "BASE_TYPE_REQUIRED", "This field is required")
	}
}

// longest returns the length of a command's names, descriptions and values,
// where each counts as long as in its longest language.
func longest(o object) int {
	most := func(text, localized string) int {
		n := units(str(o, text))
		for _, v := range obj(o, localized) {
			s, _ := v.(string)
			n = max(n, units(s))
		}
		return n
	}
	n := most("name", "name_localizations") + most("description", "description_localizations")
	switch v := o["value"].(type) {
	case string:
		n += units(v)
	case json.Number:
		n += len(v)
	}
	for _, key := range []string{"options", "choices"} {
		for _, inner := range objects(list(o, key)) {
			n += longest(inner)
		}
	}
	return n
}
