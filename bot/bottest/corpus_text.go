package bottest

import (
	"fmt"

	"github.com/briefbot/briefbot/bot"
)

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
		{"فارسی", "می\u200cخواهم نیم\u200cفاصله بماند."},
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
