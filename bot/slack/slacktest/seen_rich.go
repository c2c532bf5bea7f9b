package slacktest

import (
	"strconv"
	"strings"
)

// rich writes the elements of rich text, each on lines of its own.
func (r *renderer) rich(elements []any) {
	for _, e := range objects(elements) {
		switch str(e, "type") {
		case "rich_text_section":
			r.part(func() { r.inline(e) })
		case "rich_text_quote":
			r.part(func() { r.wrapped(Quote, e) })
		case "rich_text_preformatted":
			r.part(func() { r.wrapped(CodeBlock, e) })
		case "rich_text_list":
			r.list(e)
		}
	}
}

// wrapped writes an element that is formatted as a whole.
func (r *renderer) wrapped(kind FormatKind, e object) {
	from := r.out.Len()
	r.inline(e)
	r.note(kind, from)
}

func (r *renderer) list(e object) {
	indent := strings.Repeat("    ", min(max(whole(e, "indent", 0), 0), 8))
	for i, item := range objects(list(e, "elements")) {
		mark := "• "
		if str(e, "style") == "ordered" {
			mark = strconv.Itoa(whole(e, "offset", 0)+i+1) + ". "
		}
		r.part(func() {
			from := r.out.Len()
			r.out.WriteString(indent + mark)
			r.inline(item)
			r.note(ListItem, from)
		})
	}
}

// inline writes the parts of a line of rich text.
func (r *renderer) inline(e object) {
	for _, part := range objects(list(e, "elements")) {
		from := r.out.Len()
		r.inlinePart(part)
		style := obj(part, "style")
		for _, s := range []struct {
			key  string
			kind FormatKind
		}{{"bold", Bold}, {"italic", Italic}, {"underline", Underline}, {"strike", Strike}, {"highlight", Highlight}, {"code", Code}} {
			if flag(style, s.key) {
				r.note(s.kind, from)
			}
		}
	}
}

func (r *renderer) inlinePart(e object) {
	switch str(e, "type") {
	case "text":
		r.out.WriteString(str(e, "text"))
	case "link":
		r.link(str(e, "url"), str(e, "text"))
	case "emoji":
		r.richEmoji(e)
	case "user":
		r.mention("@", str(e, "user_id"), "", true)
	case "usergroup":
		r.mention("@", str(e, "usergroup_id"), "", true)
	case "channel":
		r.mention("#", str(e, "channel_id"), "", false)
	case "broadcast":
		r.ping("@" + str(e, "range"))
	case "date":
		n, ok := number(e["timestamp"])
		r.date(n, ok, str(e, "format"), str(e, "url"), str(e, "fallback"))
	case "color":
		r.literal(Color, str(e, "value"))
	}
}

// richEmoji writes an emoji: as itself where its code points are known.
func (r *renderer) richEmoji(e object) {
	var b strings.Builder
	for code := range strings.SplitSeq(str(e, "unicode"), "-") {
		n, err := strconv.ParseUint(code, 16, 21)
		if err != nil {
			r.literal(Emoji, "⟨"+str(e, "name")+"⟩")
			return
		}
		b.WriteRune(rune(n))
	}
	r.literal(Emoji, b.String())
}
