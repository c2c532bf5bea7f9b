package slacktest

import "slices"

// Bounds of views.
const (
	maxViewBlocks = 100
	maxViewBytes  = 250_000
)

// checkView returns for what Slack would refuse a modal or a Home tab, and what
// is wrong with it all the same.
//
// What is refused is in Slack's words and means "invalid_arguments", but for
// what has a code of its own. That stands alone: "view_too_large".
func checkView(v object) (invalid, violations []string) {
	const at = "/view"
	c := &checker{}
	kind, _ := c.typed(at, v, "type")
	switch kind {
	case "modal":
		c.surface = modalSurface
		c.properties(at, v, "title submit close blocks private_metadata callback_id external_id clear_on_close notify_on_close")
		c.text(at, v, "title", textRule{most: 24, plain: true})
		c.text(at, v, "submit", textRule{most: 24, plain: true, optional: true})
		c.text(at, v, "close", textRule{most: 24, plain: true, optional: true})
		c.truths(at, v, "clear_on_close", "notify_on_close")
	case "home":
		c.surface = homeSurface
		c.properties(at, v, "blocks private_metadata callback_id external_id")
	default:
		c.required(at, v, "type")
		if v["type"] != nil {
			c.add(pointer(at, "type"), "unsupported type: %s", kind)
		}
		return c.results()
	}
	c.short(at, v, "private_metadata", 0, 3000)
	c.short(at, v, "callback_id", 0, 255)
	c.short(at, v, "external_id", 0, 255)
	blocks, ok := v["blocks"].([]any)
	if !ok {
		c.required(at, v, "blocks")
		if v["blocks"] != nil {
			c.add(pointer(at, "blocks"), "must provide an array")
		}
	}
	c.blocks(at, blocks, maxViewBlocks)
	if kind == "modal" && v["submit"] == nil {
		i := slices.IndexFunc(blocks, func(b any) bool {
			o, _ := b.(object)
			return str(o, "type") == "input"
		})
		if i >= 0 {
			c.add(pointer(at, "blocks", i, "input"), "must define `submit` to use an `input` block in modals")
		}
	}
	if len(encode(v)) > maxViewBytes {
		c.code("view_too_large")
	}
	return c.results()
}
