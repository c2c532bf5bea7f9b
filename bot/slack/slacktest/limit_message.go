package slacktest

// Bounds of messages. That of all blocks is not documented; others measured it.
const (
	mostText      = 40000
	wiseText      = 4000 // what a text should keep to
	maxBlocks     = 50
	maxBlocksText = 13200
	maxMarkdown   = 12000 // of all markdown blocks
	maxCells      = 10000 // of all cells of tables
)

// checkMessage returns for what Slack would refuse a message, and what is wrong
// with it all the same.
//
// What is refused is in Slack's words, "[ERROR] … [json-pointer:…]", and means
// "invalid_blocks", but for what has a code of its own. That stands alone:
// "no_text", "msg_too_long" or "msg_blocks_too_long".
func checkMessage(m object) (invalid, violations []string) {
	c := &checker{surface: messageSurface}
	text, _ := c.typed("", m, "text")
	blocks, ok := m["blocks"].([]any)
	if m["blocks"] != nil && !ok {
		c.add("/blocks", "must provide an array")
	}
	switch n := runes(text); {
	case n > mostText:
		c.code("msg_too_long")
	case n > wiseText:
		c.note("/text", "%d characters, and Slack asks for at most %d", n, wiseText)
	}
	if text == "" {
		switch {
		case len(blocks) > 0:
			c.note("/text", "blocks need a text beside them, which notifications show")
		case len(list(m, "attachments")) == 0:
			c.code("no_text")
		}
	}
	c.printable("/text", text)
	c.markup("/text", text)
	if len(list(m, "attachments")) > 0 {
		c.note("/attachments", "attachments are a legacy, and this package does not look into them")
	}
	c.blocks("", blocks, maxBlocks)
	if c.chars > maxBlocksText {
		c.code("msg_blocks_too_long")
	}
	return c.results()
}
