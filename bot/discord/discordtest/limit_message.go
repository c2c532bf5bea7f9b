package discordtest

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds of messages that Discord's document leaves out or puts too high.
const (
	maxContent    = 2000
	maxEmbedTotal = 6000 // summed over all embeds of a message
	maxRows       = 5
	maxParts      = 40 // components of a V2 message
	maxPartsText  = 4000
)

// units returns the length of a string in UTF-16 code units.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// length notes a string that is too long. Discord counts characters; a string
// that is too long only in UTF-16 code units passes and is a violation all the
// same, since parts of the platform count those.
func (p *problems) length(at []string, s string, most int) {
	switch {
	case utf8.RuneCountInString(s) > most:
		p.add(at, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", most)
	case units(s) > most:
		p.add(at, "BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length, in UTF-16 code units.", most)
		p.found[len(p.found)-1].lenient = true
	}
}

// between notes a string that is too long, or has nothing in it.
func (p *problems) between(at []string, s string, most int) {
	if strings.TrimSpace(s) == "" {
		p.add(at, "BASE_TYPE_REQUIRED", "This field is required")
		return
	}
	p.length(at, s, most)
}

// checkMessage notes what is wrong with a message, or with an edit of old.
func checkMessage(p *problems, form object, old *message) {
	if _, isText := form["content"].(string); !isText && form["content"] != nil {
		p.add(path(nil, "content"), "STRING_TYPE_CONVERT", "Could not interpret %v as string.", form["content"])
	}
	p.length(path(nil, "content"), str(form, "content"), maxContent)
	checkEmbeds(p, list(form, "embeds"))
	flags := whole(form, "flags")
	if old != nil {
		flags |= old.flags & componentsV2
	}
	if flags&componentsV2 != 0 {
		checkV2(p, form)
	} else {
		checkRows(p, list(form, "components"))
	}
	checkIDs(p, list(form, "components"))
	if !silent(form) {
		p.add(path(nil, "allowed_mentions"), "MENTIONS_NOT_SWITCHED_OFF", `Must be {"parse": []} in every message and edit, or what people wrote may notify others.`)
	}
}

// silent reports whether allowed_mentions lets nobody be notified.
func silent(form object) bool {
	allowed := obj(form, "allowed_mentions")
	parse, ok := allowed["parse"].([]any)
	return ok && len(parse) == 0 && len(list(allowed, "users")) == 0 && len(list(allowed, "roles")) == 0 && !flag(allowed, "replied_user")
}

func checkEmbeds(p *problems, embeds []any) {
	total := 0
	if len(embeds) > 10 {
		p.add(path(nil, "embeds"), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
	}
	count := func(at []string, s string, most int) {
		total += units(s)
		p.length(at, s, most)
	}
	for i, e := range objects(embeds) {
		at := path(nil, "embeds", i)
		count(path(at, "title"), str(e, "title"), 256)
		count(path(at, "description"), str(e, "description"), 4096)
		count(path(at, "footer", "text"), str(obj(e, "footer"), "text"), 2048)
		count(path(at, "author", "name"), str(obj(e, "author"), "name"), 256)
		if n := whole(e, "color"); n < 0 || n > 0xFFFFFF {
			p.add(path(at, "color"), "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215.")
		}
		fields := objects(list(e, "fields"))
		if len(fields) > 25 {
			p.add(path(at, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
		}
		for j, f := range fields {
			total += units(str(f, "name")) + units(str(f, "value"))
			p.between(path(at, "fields", j, "name"), str(f, "name"), 256)
			p.between(path(at, "fields", j, "value"), str(f, "value"), 1024)
		}
		for _, link := range []struct {
			at  []string
			url string
		}{
			{path(at, "url"), str(e, "url")}, {path(at, "author", "url"), str(obj(e, "author"), "url")},
		} {
			if link.url != "" && !strings.HasPrefix(link.url, "http://") && !strings.HasPrefix(link.url, "https://") {
				p.add(link.at, "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').")
			}
		}
		if nothingIn(e) {
			p.add(path(at, "description"), "BASE_TYPE_REQUIRED", "This field is required")
		}
	}
	if total > maxEmbedTotal {
		p.add(path(nil, "embeds"), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", maxEmbedTotal)
	}
}

// nothingIn reports whether an embed shows nothing.
func nothingIn(e object) bool {
	for _, key := range []string{"title", "description"} {
		if strings.TrimSpace(str(e, key)) != "" {
			return false
		}
	}
	for _, key := range []string{"image", "thumbnail", "video", "author", "footer"} {
		if obj(e, key) != nil {
			return false
		}
	}
	return len(list(e, "fields")) == 0
}

// checkRows notes what is wrong with the components of a message without V2.
func checkRows(p *problems, rows []any) {
	if len(rows) > maxRows {
		p.add(path(nil, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 0 and %d in length.", maxRows)
	}
	for i, row := range objects(rows) {
		at := path(nil, "components", i)
		if whole(row, "type") != actionRow {
			p.add(path(at, "type"), "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).")
			continue
		}
		checkRow(p, at, row)
	}
}

// checkV2 notes what is wrong with a message of the flag IS_COMPONENTS_V2.
func checkV2(p *problems, form object) {
	for _, key := range []string{"content", "embeds", "poll", "sticker_ids"} {
		v := form[key]
		if l, ok := v.([]any); v != nil && v != "" && (!ok || len(l) > 0) {
			p.add(path(nil, key), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", key)
		}
	}
	count, text := 0, 0
	walk(list(form, "components"), func(c object) {
		count++
		if whole(c, "type") == textDisplay {
			text += units(str(c, "content"))
		}
	})
	if count > maxParts {
		p.add(path(nil, "components"), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components exceeds %d", maxParts)
	}
	if text > maxPartsText {
		p.add(path(nil, "components"), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Total displayable text exceeds %d", maxPartsText)
	}
	var rows func(at []string, l []any)
	rows = func(at []string, l []any) {
		for i, c := range objects(l) {
			here := path(at, i)
			if whole(c, "type") == actionRow {
				checkRow(p, here, c)
			} else {
				rows(path(here, "components"), list(c, "components"))
			}
		}
	}
	rows(path(nil, "components"), list(form, "components"))
}

// checkIDs notes custom ids that a message holds twice.
func checkIDs(p *problems, components []any) {
	var seen []string
	walk(components, func(c object) {
		id := str(c, "custom_id")
		if id != "" && slices.Contains(seen, id) {
			p.add(path(nil, "components"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated: %s", id)
		}
		seen = append(seen, id)
	})
}
