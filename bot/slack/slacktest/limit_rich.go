package slacktest

import "slices"

// richText notes what is wrong with the elements of rich text.
func (c *checker) richText(at string, b object) {
	for i, e := range c.items(at, b, "elements", 1, unbounded) {
		if e != nil {
			c.richElement(pointer(at, "elements", i), e)
		}
	}
}

func (c *checker) richElement(at string, e object) {
	switch kind := str(e, "type"); kind {
	case "rich_text_section":
		c.properties(at, e, "elements")
		c.inline(at, e, false)
	case "rich_text_quote":
		c.properties(at, e, "elements border")
		c.between(at, e, "border", 0, 1)
		c.inline(at, e, false)
	case "rich_text_preformatted":
		c.properties(at, e, "elements border language")
		c.between(at, e, "border", 0, 1)
		c.short(at, e, "language", 1, unbounded)
		c.inline(at, e, true)
	case "rich_text_list":
		c.properties(at, e, "elements style indent offset border")
		c.required(at, e, "style")
		c.choice(at, e, "style", "bullet", "ordered")
		c.between(at, e, "indent", 0, 8)
		c.between(at, e, "offset", 0, unbounded)
		c.between(at, e, "border", 0, 1)
		for i, item := range c.items(at, e, "elements", 1, unbounded) {
			here := pointer(at, "elements", i)
			switch {
			case item == nil:
			case str(item, "type") != "rich_text_section":
				c.add(pointer(here, "type"), "unsupported type: %s", str(item, "type"))
			default:
				c.richElement(here, item)
			}
		}
	default:
		c.add(pointer(at, "type"), "unsupported type: %s", kind)
	}
}

// inline notes what is wrong with the parts of a line of rich text. What is
// preformatted has texts and links alone.
func (c *checker) inline(at string, e object, preformatted bool) {
	for i, part := range c.items(at, e, "elements", 0, unbounded) {
		if part == nil {
			continue
		}
		here := pointer(at, "elements", i)
		kind := str(part, "type")
		if preformatted && !slices.Contains([]string{"text", "link"}, kind) {
			c.add(pointer(here, "type"), "unsupported type: %s", kind)
			continue
		}
		c.inlinePart(here, part, kind)
	}
}

func (c *checker) inlinePart(at string, e object, kind string) {
	// needs notes names of properties that are missing or not texts.
	needs := func(names ...string) {
		c.required(at, e, names...)
		for _, key := range names {
			c.short(at, e, key, 1, unbounded)
		}
	}
	switch kind {
	case "text":
		needs("text")
		c.properties(at, e, "text style")
		c.read(pointer(at, "text"), str(e, "text"))
	case "link":
		needs("url")
		c.properties(at, e, "url text unsafe style")
		c.address(at, e, "url", 3000)
		c.short(at, e, "text", 0, unbounded)
		c.truths(at, e, "unsafe")
		c.read(pointer(at, "text"), str(e, "text"))
		c.disguise(at, str(e, "url"), str(e, "text"))
	case "emoji":
		needs("name")
		c.properties(at, e, "name unicode skin_tone url style")
	case "user":
		needs("user_id")
		c.properties(at, e, "user_id style")
	case "channel":
		needs("channel_id")
		c.properties(at, e, "channel_id style")
	case "usergroup":
		needs("usergroup_id")
		c.properties(at, e, "usergroup_id style")
		c.note(at, "the user group %s is a live mention", str(e, "usergroup_id"))
	case "broadcast":
		needs("range")
		c.properties(at, e, "range style")
		c.choice(at, e, "range", "here", "channel", "everyone")
		c.note(at, "@%s is a live mention", str(e, "range"))
	case "date":
		needs("format")
		c.required(at, e, "timestamp")
		c.between(at, e, "timestamp", 0, maxMoment)
		c.properties(at, e, "timestamp format url fallback timezone style")
		c.address(at, e, "url", 3000)
		c.short(at, e, "fallback", 0, unbounded)
	case "color":
		needs("value")
		c.properties(at, e, "value style")
	default:
		c.add(pointer(at, "type"), "unsupported type: %s", kind)
		return
	}
	if style := c.child(at, e, "style"); style != nil {
		here := pointer(at, "style")
		c.properties(here, style, "bold italic strike code underline highlight client_highlight unlink")
		c.truths(here, style, "bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
	}
}

// table notes what is wrong with a table. A message has only one.
func (c *checker) table(at string, b object) {
	c.properties(at, b, "block_id rows column_settings")
	if c.tables++; c.tables > 1 {
		c.add(at, "only_one_table_allowed")
	}
	rows, ok := b["rows"].([]any)
	if !ok {
		c.required(at, b, "rows")
		if b["rows"] != nil {
			c.add(pointer(at, "rows"), "must provide an array")
		}
	} else {
		c.count(pointer(at, "rows"), len(rows), 1, 100)
	}
	before := c.cells
	for i, v := range rows {
		row, ok := v.([]any)
		here := pointer(at, "rows", i)
		if !ok {
			c.add(here, "must provide an array")
			continue
		}
		c.count(here, len(row), 1, 20)
		for j, v := range row {
			if cell, ok := v.(object); ok {
				c.cell(pointer(here, j), cell)
			} else {
				c.add(pointer(here, j), "must provide an object")
			}
		}
	}
	if before <= maxCells && c.cells > maxCells {
		c.add(pointer(at, "rows"), "must be less than %d characters", maxCells+1)
	}
	if b["column_settings"] == nil {
		return
	}
	columns, ok := b["column_settings"].([]any)
	at = pointer(at, "column_settings")
	if !ok {
		c.add(at, "must provide an array")
	}
	c.count(at, len(columns), 0, 20)
	for i, v := range columns {
		// Null leaves a column as it is.
		column, ok := v.(object)
		if !ok && v != nil {
			c.add(pointer(at, i), "must provide an object")
		}
		c.properties(pointer(at, i), column, "align is_wrapped")
		c.choice(pointer(at, i), column, "align", "left", "center", "right")
		c.truths(pointer(at, i), column, "is_wrapped")
	}
}

func (c *checker) cell(at string, cell object) {
	before := c.chars
	switch kind := str(cell, "type"); kind {
	case "raw_text":
		c.properties(at, cell, "text")
		c.required(at, cell, "text")
		c.short(at, cell, "text", 1, unbounded)
		c.read(pointer(at, "text"), str(cell, "text"))
	case "rich_text":
		c.properties(at, cell, "elements block_id")
		c.richText(at, cell)
	default:
		c.add(pointer(at, "type"), "unsupported type: %s", kind)
	}
	c.cells += c.chars - before
}
