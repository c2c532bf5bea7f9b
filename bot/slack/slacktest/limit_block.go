package slacktest

import "slices"

// blockKinds are the types of block that each surface takes.
var blockKinds = [...][]string{
	messageSurface: {
		"actions", "context", "divider", "header", "image", "markdown", "rich_text", "section", "table",
		"card", "carousel", "container", "context_actions", "data_table", "data_visualization", "layout", "plan", "task_card", "video",
	},
	modalSurface: {"actions", "alert", "context", "divider", "header", "image", "input", "rich_text", "section", "video"},
	homeSurface: {
		"actions", "context", "divider", "header", "image", "input", "rich_text", "section",
		"card", "carousel", "container", "video",
	},
}

// blocks notes what is wrong with the blocks of a message or a view.
func (c *checker) blocks(parent string, blocks []any, most int) {
	at := pointer(parent, "blocks")
	c.count(at, len(blocks), 0, most)
	c.blockIDs = map[string]bool{}
	for i, v := range blocks {
		b, ok := v.(object)
		if !ok {
			c.add(pointer(at, i), "must provide an object")
			continue
		}
		c.block(pointer(at, i), b)
	}
}

func (c *checker) block(at string, b object) {
	kind, _ := c.typed(at, b, "type")
	if b["type"] == nil {
		c.required(at, b, "type")
		return
	}
	if !slices.Contains(blockKinds[c.surface], kind) {
		c.add(pointer(at, "type"), "unsupported type: %s", kind)
		return
	}
	c.blockID(at, b)
	switch kind {
	case "header":
		c.properties(at, b, "block_id text level")
		c.text(at, b, "text", textRule{most: 150, plain: true})
		c.between(at, b, "level", 1, 4)
	case "section":
		c.section(at, b)
	case "context":
		c.context(at, b)
	case "actions":
		c.properties(at, b, "block_id elements")
		c.elements(at, b, 25, actionElements)
	case "divider":
		c.properties(at, b, "block_id")
	case "image":
		c.properties(at, b, "block_id image_url alt_text title slack_file")
		c.image(at, b)
		c.text(at, b, "title", textRule{most: 2000, plain: true, optional: true})
	case "input":
		c.input(at, b)
	case "rich_text":
		c.properties(at, b, "block_id elements")
		c.richText(at, b)
	case "table":
		c.table(at, b)
	case "markdown":
		c.written(at, b)
	case "alert":
		c.properties(at, b, "block_id text level")
		c.text(at, b, "text", textRule{most: 200})
		c.choice(at, b, "level", "default", "info", "warning", "error", "success")
	default:
		c.note(at, "this package does not know how to check and to render a block of the type %s", kind)
	}
}

func (c *checker) blockID(at string, b object) {
	id, ok := c.typed(at, b, "block_id")
	if !ok {
		return
	}
	c.length(pointer(at, "block_id"), id, 0, 255)
	if id != "" && c.blockIDs[id] {
		c.add(pointer(at, "block_id"), "`block_id` %q already exists", id)
	}
	c.blockIDs[id] = true
}

func (c *checker) section(at string, b object) {
	c.properties(at, b, "block_id text fields accessory expand")
	c.truths(at, b, "expand")
	if b["text"] == nil && b["fields"] == nil {
		c.add(pointer(at, "type"), "must define either `text` or `fields`")
	}
	c.text(at, b, "text", textRule{most: 3000, optional: true})
	if b["fields"] != nil {
		for i, f := range c.items(at, b, "fields", 1, 10) {
			if f != nil {
				c.textObject(pointer(at, "fields", i), f, textRule{most: 2000})
			}
		}
	}
	if e := c.child(at, b, "accessory"); e != nil {
		c.element(pointer(at, "accessory"), e, sectionElements)
	}
}

func (c *checker) context(at string, b object) {
	c.properties(at, b, "block_id elements")
	for i, e := range c.items(at, b, "elements", 1, 10) {
		here := pointer(at, "elements", i)
		switch {
		case e == nil:
		case str(e, "type") == "image":
			c.element(here, e, []string{"image"})
		default:
			// A text of a context is as long as one of a section.
			c.textObject(here, e, textRule{most: 3000})
		}
	}
}

// input notes what is wrong with an input block.
func (c *checker) input(at string, b object) {
	c.properties(at, b, "block_id label element hint optional dispatch_action")
	c.text(at, b, "label", textRule{most: 2000, plain: true})
	c.text(at, b, "hint", textRule{most: 2000, plain: true, optional: true})
	c.truths(at, b, "optional", "dispatch_action")
	c.required(at, b, "element")
	if e := c.child(at, b, "element"); e != nil {
		allowed := inputElements
		if c.surface == modalSurface {
			allowed = append(slices.Clone(allowed), "file_input")
		}
		c.element(pointer(at, "element"), e, allowed)
	}
}

// written notes what is wrong with a markdown block.
func (c *checker) written(at string, b object) {
	c.properties(at, b, "block_id text")
	c.required(at, b, "text")
	s, ok := c.typed(at, b, "text")
	if !ok {
		return
	}
	before := c.markdown
	c.markdown += runes(s)
	c.length(pointer(at, "text"), s, 1, maxMarkdown)
	if before <= maxMarkdown && c.markdown > maxMarkdown && runes(s) <= maxMarkdown {
		c.add(pointer(at, "text"), "must be less than %d characters", maxMarkdown+1)
	}
	c.read(pointer(at, "text"), s)
	c.note(at, "a markdown block formats what people wrote")
}
