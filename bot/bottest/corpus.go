package bottest

import (
	"fmt"
	"strings"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// Named is a card with a name to ask for it by, which has the form of a slug.
type Named struct {
	Name string
	Card *bot.Card
}

// Corpus returns cards that have in them all that an adapter must be able to
// render. No name, label or heading is longer than 200 characters and no text
// longer than 4000 bytes, as in a book.
func Corpus() []Named {
	return []Named{
		{"small", small()},
		{"title-only", &bot.Card{Title: "Nothing but a title"}},
		{"text-only", &bot.Card{Lead: []bot.Text{bot.T("Nothing but a sentence.")}}},
		{"hollow", hollow()},
		{"every-field", everyField()},
		{"not-found", notFound()},
		{"error", &bot.Card{Title: "Something went wrong", Lead: []bot.Text{bot.T("It was our fault, and is in the log as ").Strong("7f3a").Plain(". Try again in a minute.")}}},
		{"times", times()},
		{"stale", stale()},
		{"links", links()},
		{"hostile", hostile()},
		{"scripts", scripts()},
		{"paragraphs", paragraphs()},
		{"long-text", longText()},
		{"long-words", longWords()},
		{"long-lines", longLines()},
		{"many-items", manyItems()},
		{"many-sections", manySections()},
		{"many-fields", manyFields()},
		{"many-actions", manyActions()},
	}
}

func small() *bot.Card {
	return &bot.Card{
		Title: "Small card",
		Lead:  []bot.Text{bot.T("All of it is here.")},
	}
}

// hollow has parts with nothing in them.
func hollow() *bot.Card {
	return &bot.Card{
		Title:    "Hollow card",
		Notices:  []bot.Text{nil, bot.T("")},
		Lead:     []bot.Text{nil, bot.T(" "), bot.T("Some of it is empty.")},
		Fields:   []bot.Field{{Label: "No value"}, {Value: bot.T("no label")}, {}},
		Sections: []bot.Section{{Heading: "No items"}, {Items: []bot.Item{{Label: "Only a label"}, {Text: bot.T("only a text")}, {Meta: bot.T("only a meta")}, {}}}, {}},
		Footer:   bot.T("").When(briefings.Moment{}),
	}
}

func everyField() *bot.Card {
	return &bot.Card{
		Title:  "Every field",
		Kicker: "A card of the corpus",
		Notices: []bot.Text{
			bot.T("Showing ").Strong("Every field").Plain(" for “evry feild”."),
			bot.T("As the book stood at ").When(moment("2025-12-03T08:00Z")).Plain("."),
		},
		Lead: []bot.Text{
			bot.T("The first paragraph says ").Strong("what matters").Plain(". It goes on."),
			bot.T("The second paragraph has a date, ").When(moment("2025-12-02")).Plain(", and a ").Tag("tag").Plain("."),
		},
		Fields: []bot.Field{
			{Label: "Role", Value: bot.T("keeper of examples, since ").When(moment("2024"))},
			{Label: "Belongs to", Value: bot.T("").Link("the corpus", "https://corpus.example/about")},
		},
		Sections: []bot.Section{
			{Heading: "Last reports", Items: []bot.Item{
				{Label: "First report", Text: bot.T("It has a label, a text and a meta."), Meta: bot.T("").When(moment("2025-12-02T21:40Z")).Plain(" · says the desk · high confidence")},
				{Text: bot.T("It has no label. It has two sentences."), Meta: bot.T("").When(moment("2025-11"))},
			}},
			{Heading: "Positions", Items: []bot.Item{
				{Label: "A party", Text: bot.T("It is ").Strong("against").Plain(" it.")},
			}},
		},
		Footer: bot.T("2 sources with 1 origin: ").Link("Corpus Daily", "https://daily.example/2025/12/02/story").Plain("."),
		Actions: []bot.Action{
			action("The small card", "small"),
			{Label: "Say it again", Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: "again"}}}},
		},
	}
}

func notFound() *bot.Card {
	return &bot.Card{
		Title: "Nothing found for “smal”",
		Lead:  []bot.Text{bot.T("The book has nothing of that name. Did you mean one of these?")},
		Sections: []bot.Section{{Heading: "Near misses", Items: []bot.Item{
			{Label: "Small card", Text: bot.T("a card of the corpus")},
			{Label: "Smallholding", Text: bot.T("a place")},
		}}},
		Actions: []bot.Action{action("Small card", "small"), {Label: "Ask the desk", Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: "smal"}}}}},
	}
}

// times has a time of every precision, between words, so that anything added
// to it shows.
func times() *bot.Card {
	var items []bot.Item
	for _, m := range []string{"2025", "2025-12", "2025-12-02", "2025-12-31T23:59Z", "2024-02-29", "1999-01-01T00:00Z"} {
		m := moment(m)
		items = append(items, bot.Item{Label: "Known to the " + m.Precision().String(), Text: bot.T("It was ").When(m).Plain(", says the desk."), Meta: bot.T("").When(m)})
	}
	items = append(items, bot.Item{Label: "Unknown", Text: append(bot.T("It was at some time"), bot.Span{Kind: bot.When}, bot.Span{Text: ", says the desk."})})
	return &bot.Card{
		Title:    "Times",
		Lead:     []bot.Text{bot.T("From ").When(moment("2025-12-02T21:40Z")).Plain(" to ").When(moment("2025-12-03T08:00Z")).Plain(".")},
		Fields:   []bot.Field{{Label: "Since", Value: bot.T("").When(moment("2025-12-02"))}},
		Sections: []bot.Section{{Heading: "Precisions", Items: items}},
	}
}

func stale() *bot.Card {
	return &bot.Card{
		Title:   "Stale card",
		Kicker:  "Track",
		Notices: []bot.Text{bot.T("").Tag("STALE").Plain(": last checked before ").When(moment("2025-12-03")).Plain(".")},
		Lead:    []bot.Text{bot.T("Talks go on. ").Tag("DUE")},
		Fields:  []bot.Field{{Label: "Status", Value: bot.T("under way ").Tag("STALE")}},
		Sections: []bot.Section{{Heading: "Positions", Items: []bot.Item{
			{Label: "A party", Text: bot.T("It is for it. ").Tag("RETRACTED"), Meta: bot.T("").Tag("STALE").Plain(" since ").When(moment("2025-12-01"))},
		}}},
		Footer: bot.T("").Tag("UNSOURCED"),
	}
}

func links() *bot.Card {
	long := "https://archive.example/web/20251202214000/https://daily.example/" + strings.Repeat("section/", 20) + "story.html?utm_source=a&b=%20c&lang=en#top"
	return &bot.Card{
		Title: "Links",
		Lead: []bot.Text{
			bot.T("Read ").Link("the story", "https://daily.example/story").Plain(" or ").Link("the archive’s copy", long).Plain("."),
			bot.T("The same again: ").Link("the story", "https://daily.example/story").Plain("."),
			bot.T("").Link("https://bare.example/path", "https://bare.example/path"),
			bot.T("").Link("Шлях [у дужках] (і не тільки)", "https://uk.example/%D1%88%D0%BB%D1%8F%D1%85_(%D1%82%D0%B5%D1%81%D1%82)"),
		},
		Sections: []bot.Section{{Heading: "Sources", Items: []bot.Item{
			{Label: "Daily", Text: bot.T("").Link("Story of the day", "https://daily.example/day?a=1&b=2")},
			{Text: bot.T("Told twice."), Meta: bot.T("").Link("Daily", "https://daily.example/story").Plain(", ").Link("Weekly", "https://weekly.example/")},
		}}},
		Footer: bot.T("").Link("Weekly", "https://weekly.example/"),
	}
}

// hostileLines is text that tries to be more than text: to a terminal, to Slack, to
// Discord, to a formatter, and to the eye.
var hostileLines = []string{
	"\x1b[31mred\x1b[0m \x1b]0;owned\x07 \x1b[2J\x9b31m \u009b31m \u0090q\u009c bell\a back\b\b null\x00byte \x7fdel",
	"<!channel> <!here> <!everyone> <@U1> <#C1> <!subteam^S1> <!date^0^{date}|x> <https://evil.example|bank.example>",
	"@everyone @here <@123456789012345678> <@&123456789012345678> <#123> <:smile:123> </card:123> <t:0:R>",
	"**bold** __under__ _italic_ ~~struck~~ ||spoiler|| `code` ```block``` > quote | pipe * star # hash - dash + plus",
	"[bank.example](https://evil.example) [a]: https://evil.example ![i](https://evil.example/i.png) https://evil.example",
	"%s%d%!(EXTRA) {{.}} {{template \"x\"}} ${HOME} $(id) &lt;b&gt; &amp; <b>bold</b> <script>alert(1)</script> \\*escaped\\*",
	"right\u202Eleft\u202C zero\u200Bwidth \u2066isolate\u2069 mark\u200Fed \uFEFFbom joi\u2060ner sep\u2028arated tag\U000E0041ged",
	"'; DROP TABLE entries; -- \"quoted\" 'single' =1+1 -1 @cmd",
}

func hostile() *bot.Card {
	c := &bot.Card{
		Title:  "Hostile \x1b[31m**title** <!channel> @everyone \u202Eelttil",
		Kicker: "Hostile\x00 <@U1> _kicker_ `x`",
		Footer: bot.T("Hostile \x1b[2J <!here> [footer](https://evil.example)"),
	}
	for i, line := range hostileLines {
		c.Notices = append(c.Notices, bot.T(line))
		c.Lead = append(c.Lead, bot.T("Plain "+line).Strong(" strong "+line).Plain(" end."))
		c.Fields = append(c.Fields, bot.Field{Label: fmt.Sprintf("<!channel>\x1b[%dm **L%d** @here", i, i), Value: bot.T(line)})
	}
	items := make([]bot.Item, 0, len(hostileLines))
	for _, line := range hostileLines {
		items = append(items, bot.Item{Label: line, Text: bot.T(line), Meta: bot.T(line)})
	}
	c.Sections = []bot.Section{{Heading: "Hostile\r\n# heading <!everyone> \x1b]8;;https://evil.example\x1b\\", Items: items}}
	c.Sections = append(c.Sections, bot.Section{Heading: "Hostile links", Items: []bot.Item{
		{Text: bot.T("").Link("bank.example](https://evil.example) [x", "https://honest.example/a_(b)_c*d*")},
		{Text: bot.T("").Link("<!channel>|@everyone", "https://honest.example/?q=<!channel>|x&r=\x1b[31m")},
	}})
	c.Actions = []bot.Action{
		action("**Hostile** <!channel> @here \x1b[31m", "small"),
		{Label: "Odd argument", Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: "a \x1b[31m`b` <!channel>\nc"}}}},
	}
	return c
}

// scripts has words that are not Latin, do not run from left to right, or take
// more or less than one place for a character.
func scripts() *bot.Card {
	lines := []struct{ label, text string }{
		{"Українська", "Володимир Зеленський заявив, що переговори тривають. Уточнень немає."},
		{"Русский", "Юрий Ушаков сообщил, что компромисса пока нет."},
		{"العربية", "قال المتحدث إن المحادثات مستمرة. لا تفاصيل بعد."},
		{"עברית", "הדובר אמר שהשיחות נמשכות."},
		{"فارسی", "می‌خواهم نیم‌فاصله بماند."},
		{"中文", "外交部发言人表示，会谈仍在继续，双方尚未就领土问题达成一致意见，下一轮会谈的日期也没有公布。"},
		{"日本語", "報道官は協議が続いていると述べた。"},
		{"한국어", "대변인은 협의가 계속되고 있다고 말했다."},
		{"ไทย", "โฆษกกล่าวว่าการเจรจายังดำเนินต่อไปและยังไม่มีรายละเอียดเพิ่มเติม"},
		{"हिन्दी", "प्रवक्ता ने कहा कि वार्ता जारी है।"},
		{"Emoji 🇺🇦", "Flags 🇺🇦🇺🇸🇮🇪, a family 👩‍👩‍👧‍👦, a thumb 👍🏽, a heart ❤️ and a scientist 👩🏾‍🔬."},
		{"Combining", "Zalgo t\u0336e\u0336x\u0336t\u0336, cafe\u0301 and Micheál, A\u030Angstro\u0308m, q\u0301\u0323\u0308."},
		{"Ligatures", "ﬁne ﬂow, ﷽, Ⅳ, ½, ㎏ and ｆｕｌｌ ｗｉｄｔｈ."},
	}
	c := &bot.Card{Title: "Письмо 文字 كتابة ✍🏽", Kicker: "Скрипты"}
	var items []bot.Item
	for _, l := range lines {
		c.Fields = append(c.Fields, bot.Field{Label: l.label, Value: bot.T(l.text)})
		items = append(items, bot.Item{Label: l.label, Text: bot.T(l.text), Meta: bot.T("").When(moment("2025-12-02")).Plain(" · " + l.label)})
	}
	c.Sections = []bot.Section{{Heading: "各种文字", Items: items}}
	return c
}

// paragraphs has line breaks of all sorts.
func paragraphs() *bot.Card {
	text := "The first paragraph ends here.\n\nThe second has two lines.\nThis is the other.\r\n\r\n\n\n  The third is indented.\tIt has a tab.  It has two spaces. "
	return &bot.Card{
		Title:    "Paragraphs\nin a title",
		Lead:     []bot.Text{bot.T(text), bot.T("\n\nA paragraph between empty lines.\n\n")},
		Fields:   []bot.Field{{Label: "Text\nof lines", Value: bot.T(text)}},
		Sections: []bot.Section{{Heading: "Items\nof paragraphs", Items: []bot.Item{{Label: "Label\nof lines", Text: bot.T(text), Meta: bot.T("Meta.\nMore meta.")}}}},
		Footer:   bot.T("Footer.\nMore footer."),
	}
}

// prose returns whole sentences of just under so many bytes, no two the same.
func prose(about string, bytes int) string {
	var b strings.Builder
	for i := 1; ; i++ {
		s := fmt.Sprintf("Sentence %d about %s says that number %d follows number %d and nothing is left out. ", i, about, i, i-1)
		if b.Len()+len(s) > bytes {
			return strings.TrimSpace(b.String())
		}
		b.WriteString(s)
	}
}

func longText() *bot.Card {
	return &bot.Card{
		Title:   "Long text",
		Notices: []bot.Text{bot.T(prose("notices", 1200))},
		Lead:    []bot.Text{bot.T(prose("the lead", 4000)), bot.T(prose("the rest", 4000)), bot.T(prose("Київ", 4000))},
		Fields:  []bot.Field{{Label: "A long field", Value: bot.T(prose("a field", 4000))}, {Label: "Another", Value: bot.T(prose("another field", 1100))}},
		Sections: []bot.Section{{Heading: "Long items", Items: []bot.Item{
			{Label: "First", Text: bot.T(prose("the first item", 4000)), Meta: bot.T(prose("its meta", 1000))},
			{Label: "Second", Text: bot.T(prose("the second item", 4000))},
		}}},
		Footer: bot.T(prose("the footer", 2500)),
	}
}

// longWords has words that no line can hold.
func longWords() *bot.Card {
	word := func(unit string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%s%d", unit, i)
		}
		return b.String()
	}
	return &bot.Card{
		Title:    word("title", 25),
		Lead:     []bot.Text{bot.T("It is " + word("word", 400) + " in a word."), bot.T(word("слово", 150)), bot.T(word("字", 300))},
		Fields:   []bot.Field{{Label: word("label", 20), Value: bot.T(word("value", 80))}},
		Sections: []bot.Section{{Heading: word("heading", 15), Items: []bot.Item{{Label: word("item", 25), Text: bot.T(word("text", 100)), Meta: bot.T(word("meta", 60))}}}},
	}
}

// longLines has everything that is a line, as long as a book takes it.
func longLines() *bot.Card {
	line := func(s string) string { return strings.TrimSpace((strings.Repeat(s+" ", 200))[:199]) }
	return &bot.Card{
		Title: line("title"), Kicker: line("kicker"),
		Fields:   []bot.Field{{Label: line("label"), Value: bot.T("A value.")}},
		Sections: []bot.Section{{Heading: line("heading"), Items: []bot.Item{{Label: line("item"), Text: bot.T("A text.")}}}},
	}
}

func manyItems() *bot.Card {
	c := &bot.Card{Title: "Many items", Lead: []bot.Text{bot.T("There are 300.")}}
	for s := range 3 {
		section := bot.Section{Heading: fmt.Sprintf("Section %d of 3", s+1)}
		for i := range 100 {
			section.Items = append(section.Items, bot.Item{
				Label: fmt.Sprintf("Item %03d of section %d", i+1, s+1),
				Text:  bot.T(fmt.Sprintf("Text %03d of section %d says what there is to say in a sentence.", i+1, s+1)),
				Meta:  bot.T("").When(moment("2025-12-02")).Plain(fmt.Sprintf(" · meta %03d of section %d", i+1, s+1)),
			})
		}
		c.Sections = append(c.Sections, section)
	}
	return c
}

func manySections() *bot.Card {
	c := &bot.Card{Title: "Many sections"}
	for i := range 60 {
		c.Sections = append(c.Sections, bot.Section{
			Heading: fmt.Sprintf("Section %02d of 60", i+1),
			Items:   []bot.Item{{Text: bot.T(fmt.Sprintf("The only item of section %02d.", i+1))}},
		})
	}
	return c
}

func manyFields() *bot.Card {
	c := &bot.Card{Title: "Many fields"}
	for i := range 30 {
		c.Fields = append(c.Fields, bot.Field{Label: fmt.Sprintf("Field %02d", i+1), Value: bot.T(fmt.Sprintf("value %02d of 30", i+1))})
	}
	return c
}

func manyActions() *bot.Card {
	c := &bot.Card{Title: "Many actions", Lead: []bot.Text{bot.T("There are 25.")}}
	for i := range 25 {
		c.Actions = append(c.Actions, bot.Action{
			Label:      fmt.Sprintf("Action %02d", i+1),
			Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: fmt.Sprintf("action %02d", i+1)}}},
		})
	}
	return c
}

// action returns the action that shows a card of the corpus.
func action(label, card string) bot.Action {
	return bot.Action{Label: label, Invocation: bot.Invocation{Command: "card", Args: []bot.Value{{Name: "name", Value: card}}}}
}

// moment reads a moment that is known to be one.
func moment(s string) briefings.Moment {
	m, err := briefings.ParseMoment(s)
	if err != nil {
		panic(fmt.Sprintf("bottest: %v", err))
	}
	return m
}
