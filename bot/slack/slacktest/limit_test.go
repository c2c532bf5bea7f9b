package slacktest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// Texts and elements that nothing is wrong with.
const (
	plainJSON  = `{"type":"plain_text","text":"a"}`
	mrkdwnJSON = `{"type":"mrkdwn","text":"a","verbatim":true}`
	buttonJSON = `{"type":"button","text":` + plainJSON + `}`
	optionJSON = `{"text":` + plainJSON + `,"value":"v"}`
)

// as returns a text of n characters, which are longer than bytes.
func as(n int) string { return strings.Repeat("é", n) }

// times returns JSON n times, as the members of an array.
func times(n int, raw string) string {
	return strings.TrimSuffix(strings.Repeat(raw+",", n), ",")
}

func plainOf(n int) string { return fmt.Sprintf(`{"type":"plain_text","text":%q}`, as(n)) }

func actionsOf(elements string) string { return `{"type":"actions","elements":[` + elements + `]}` }

func buttonWith(more string) string {
	return actionsOf(`{"type":"button","text":` + plainJSON + `,` + more + `}`)
}

func optionsOf(kind string, n int) string {
	return actionsOf(fmt.Sprintf(`{"type":%q,"options":[%s]}`, kind, times(n, optionJSON)))
}

func optionWith(option string) string {
	return actionsOf(`{"type":"static_select","options":[` + option + `]}`)
}

func richOf(parts string) string {
	return `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[` + parts + `]}]}`
}

func tableOf(rows string) string { return `{"type":"table","rows":[` + rows + `]}` }

const cellJSON = `{"type":"raw_text","text":"a"}`

// limit is what is wrong with blocks. "" is for nothing.
type limit struct{ name, blocks, want string }

// messageLimits are rules for which Slack refuses a message.
var messageLimits = []limit{
	{"fifty blocks", times(50, `{"type":"divider"}`), ""},
	{"no more than fifty blocks", times(51, `{"type":"divider"}`), "no more than 50 items allowed [json-pointer:/blocks]"},
	{"a block is an object", `3`, "must provide an object [json-pointer:/blocks/0]"},
	{"a block has a type", `{}`, "missing required field: type [json-pointer:/blocks/0]"},
	{"an unknown block", `{"type":"nope"}`, "unsupported type: nope [json-pointer:/blocks/0/type]"},
	{"no input in a message", `{"type":"input"}`, "unsupported type: input [json-pointer:/blocks/0/type]"},
	{"no alert in a message", `{"type":"alert"}`, "unsupported type: alert [json-pointer:/blocks/0/type]"},
	{"an unknown property", `{"type":"divider","text":1}`, "invalid additional property: text [json-pointer:/blocks/0]"},
	{"a block_id", `{"type":"divider","block_id":"` + as(255) + `"}`, ""},
	{"a long block_id", `{"type":"divider","block_id":"` + as(256) + `"}`, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"},
	{"a block_id twice", times(2, `{"type":"divider","block_id":"x"}`), "`block_id` \"x\" already exists [json-pointer:/blocks/1/block_id]"},
	{"a header", `{"type":"header","text":` + plainOf(150) + `}`, ""},
	{"a long header", `{"type":"header","text":` + plainOf(151) + `}`, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"},
	{"an empty header", `{"type":"header","text":` + plainOf(0) + `}`, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
	{"a header without text", `{"type":"header"}`, "missing required field: text [json-pointer:/blocks/0]"},
	{"a header in mrkdwn", `{"type":"header","text":` + mrkdwnJSON + `}`, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"},
	{"a section", `{"type":"section","text":` + plainOf(3000) + `,"fields":[` + times(10, mrkdwnJSON) + `],"accessory":` + buttonJSON + `}`, ""},
	{"a long section", `{"type":"section","text":` + plainOf(3001) + `}`, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
	{"an empty section", `{"type":"section","text":` + plainOf(0) + `}`, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
	{"a section of nothing", `{"type":"section"}`, "must define either `text` or `fields` [json-pointer:/blocks/0/type]"},
	{"a text is an object", `{"type":"section","text":"a"}`, "must provide an object [json-pointer:/blocks/0/text]"},
	{"a text holds a string", `{"type":"section","text":{"type":"plain_text","text":1}}`, "must provide a string [json-pointer:/blocks/0/text/text]"},
	{"too many fields", `{"type":"section","fields":[` + times(11, plainJSON) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
	{"no fields", `{"type":"section","fields":[]}`, "no less than 1 items allowed [json-pointer:/blocks/0/fields]"},
	{"a long field", `{"type":"section","fields":[` + plainOf(2001) + `]}`, "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"},
	{"one accessory", `{"type":"section","text":` + plainJSON + `,"accessory":[` + buttonJSON + `]}`, "must provide an object [json-pointer:/blocks/0/accessory]"},
	{"an accessory of the wrong type", `{"type":"section","text":` + plainJSON + `,"accessory":{"type":"plain_text_input"}}`, "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]"},
	{"plain text is not verbatim", `{"type":"section","text":{"type":"plain_text","text":"a","verbatim":true}}`, "invalid additional property: verbatim [json-pointer:/blocks/0/text]"},
	{"mrkdwn has no emoji flag", `{"type":"section","text":{"type":"mrkdwn","text":"a","verbatim":true,"emoji":false}}`, "invalid additional property: emoji [json-pointer:/blocks/0/text]"},
	{"a flag is a truth", `{"type":"section","text":{"type":"plain_text","text":"a","emoji":"no"}}`, "must provide a boolean [json-pointer:/blocks/0/text/emoji]"},
	{"a context", `{"type":"context","elements":[` + times(9, mrkdwnJSON) + `,{"type":"image","image_url":"https://a.example","alt_text":"a"}]}`, ""},
	{"a long context", `{"type":"context","elements":[` + times(11, plainJSON) + `]}`, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"},
	{"an empty context", `{"type":"context","elements":[]}`, "no less than 1 items allowed [json-pointer:/blocks/0/elements]"},
	{"a context has no buttons", `{"type":"context","elements":[` + buttonJSON + `]}`, "unsupported type: button [json-pointer:/blocks/0/elements/0/type]"},
	{"actions", actionsOf(times(25, buttonJSON)), ""},
	{"too many actions", actionsOf(times(26, buttonJSON)), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"},
	{"no actions", actionsOf(""), "no less than 1 items allowed [json-pointer:/blocks/0/elements]"},
	{"actions have no inputs", actionsOf(`{"type":"plain_text_input"}`), "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]"},
	{"an action_id twice in a block", actionsOf(times(2, `{"type":"button","text":`+plainJSON+`,"action_id":"x"}`)), "`action_id` \"x\" already exists [json-pointer:/blocks/0/elements/1/action_id]"},
	{"an action_id twice in a message", times(2, buttonWith(`"action_id":"x"`)), ""},
	{"a long action_id", buttonWith(`"action_id":"` + as(256) + `"`), "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"},
	{"a button", buttonWith(`"value":"` + as(2000) + `","url":"https://a.example","style":"primary"`), ""},
	{"a long button", actionsOf(`{"type":"button","text":` + plainOf(76) + `}`), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"},
	{"an empty button", actionsOf(`{"type":"button","text":` + plainOf(0) + `}`), "must be more than 0 characters [json-pointer:/blocks/0/elements/0/text/text]"},
	{"a button in mrkdwn", actionsOf(`{"type":"button","text":` + mrkdwnJSON + `}`), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]"},
	{"a long value", buttonWith(`"value":"` + as(2001) + `"`), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"},
	{"a long address", buttonWith(`"url":"https://a.example/` + strings.Repeat("a", 2983) + `"`), "must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]"},
	{"no address", buttonWith(`"url":"a b"`), "invalid url [json-pointer:/blocks/0/elements/0/url]"},
	{"an unknown style", buttonWith(`"style":"default"`), "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"},
	{"a confirmation", buttonWith(`"confirm":{"title":` + plainOf(100) + `,"text":` + plainOf(300) + `,"confirm":` + plainOf(30) + `,"deny":` + plainOf(30) + `}`), ""},
	{"a long title of a confirmation", buttonWith(`"confirm":{"title":` + plainOf(101) + `,"text":` + plainJSON + `,"confirm":` + plainJSON + `,"deny":` + plainJSON + `}`), "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]"},
	{"a long text of a confirmation", buttonWith(`"confirm":{"title":` + plainJSON + `,"text":` + plainOf(301) + `,"confirm":` + plainJSON + `,"deny":` + plainJSON + `}`), "must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]"},
	{"a long yes of a confirmation", buttonWith(`"confirm":{"title":` + plainJSON + `,"text":` + plainJSON + `,"confirm":` + plainOf(31) + `,"deny":` + plainJSON + `}`), "must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/confirm/text]"},
	{"a confirmation without a no", buttonWith(`"confirm":{"title":` + plainJSON + `,"text":` + plainJSON + `,"confirm":` + plainJSON + `}`), "missing required field: deny [json-pointer:/blocks/0/elements/0/confirm]"},
	{"a select", optionsOf("static_select", 100), ""},
	{"a long select", optionsOf("static_select", 101), "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"},
	{"an empty select", optionsOf("static_select", 0), "no less than 1 items allowed [json-pointer:/blocks/0/elements/0/options]"},
	{"a select of nothing", actionsOf(`{"type":"static_select"}`), "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]"},
	{"groups", actionsOf(`{"type":"static_select","option_groups":[{"label":` + plainJSON + `,"options":[` + optionJSON + `]}]}`), ""},
	{"a long label of a group", actionsOf(`{"type":"static_select","option_groups":[{"label":` + plainOf(76) + `,"options":[` + optionJSON + `]}]}`), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/option_groups/0/label/text]"},
	{"an overflow", optionsOf("overflow", 5), ""},
	{"a short overflow", optionsOf("overflow", 1), "no less than 2 items allowed [json-pointer:/blocks/0/elements/0/options]"},
	{"a long overflow", optionsOf("overflow", 6), "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]"},
	{"too many checkboxes", optionsOf("checkboxes", 11), "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]"},
	{"too many radio buttons", optionsOf("radio_buttons", 11), "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]"},
	{"an option", optionWith(`{"text":` + plainOf(75) + `,"value":"` + as(150) + `","description":` + plainOf(75) + `}`), ""},
	{"a long option", optionWith(`{"text":` + plainOf(76) + `,"value":"v"}`), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]"},
	{"an option in mrkdwn", optionWith(`{"text":` + mrkdwnJSON + `,"value":"v"}`), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/options/0/text/type]"},
	{"a long value of an option", optionWith(`{"text":` + plainJSON + `,"value":"` + as(151) + `"}`), "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]"},
	{"an empty value of an option", optionWith(`{"text":` + plainJSON + `,"value":""}`), "must be more than 0 characters [json-pointer:/blocks/0/elements/0/options/0/value]"},
	{"an option without a value", optionWith(`{"text":` + plainJSON + `}`), "missing required field: value [json-pointer:/blocks/0/elements/0/options/0]"},
	{"a long description", optionWith(`{"text":` + plainJSON + `,"value":"v","description":` + plainOf(76) + `}`), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/description/text]"},
	{"an initial option", actionsOf(`{"type":"static_select","options":[` + optionJSON + `],"initial_option":` + optionJSON + `}`), ""},
	{"an initial option of another menu", actionsOf(`{"type":"static_select","options":[` + optionJSON + `],"initial_option":{"text":` + plainJSON + `,"value":"w"}}`), "must be one of the provided options [json-pointer:/blocks/0/elements/0/initial_option]"},
	{"no initial option", actionsOf(`{"type":"static_select","options":[` + optionJSON + `],"initial_option":null}`), "must provide an object [json-pointer:/blocks/0/elements/0/initial_option]"},
	{"an external select", actionsOf(`{"type":"external_select","action_id":"a","min_query_length":0,"placeholder":` + plainOf(150) + `}`), ""},
	{"a long placeholder", actionsOf(`{"type":"external_select","placeholder":` + plainOf(151) + `}`), "must be less than 151 characters [json-pointer:/blocks/0/elements/0/placeholder/text]"},
	{"an external select has no options", actionsOf(`{"type":"external_select","options":[]}`), "invalid additional property: options [json-pointer:/blocks/0/elements/0]"},
	{"a date", actionsOf(`{"type":"datepicker","initial_date":"2025-13-01"}`), "must be a date in the format YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]"},
	{"a time", actionsOf(`{"type":"timepicker","initial_time":"24:00"}`), "must be a time in the format HH:mm [json-pointer:/blocks/0/elements/0/initial_time]"},
	{"an image", `{"type":"image","image_url":"https://a.example","alt_text":"a"}`, ""},
	{"an image without words", `{"type":"image","image_url":"https://a.example"}`, "missing required field: alt_text [json-pointer:/blocks/0]"},
	{"an image of nothing", `{"type":"image","alt_text":"a"}`, "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]"},
	{"rich text", `{"type":"rich_text","elements":[
		{"type":"rich_text_section","elements":[{"type":"text","text":"a","style":{"bold":true}},{"type":"link","url":"https://a.example","text":"a"},{"type":"emoji","name":"tada"},
			{"type":"user","user_id":"U1"},{"type":"date","timestamp":1,"format":"{date}"},{"type":"color","value":"#fff"}]},
		{"type":"rich_text_list","style":"bullet","indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]},
		{"type":"rich_text_quote","elements":[{"type":"text","text":"a"}]},{"type":"rich_text_preformatted","elements":[{"type":"text","text":"a"}]}]}`, ""},
	{"rich text of nothing", `{"type":"rich_text","elements":[]}`, "no less than 1 items allowed [json-pointer:/blocks/0/elements]"},
	{"an unknown rich element", `{"type":"rich_text","elements":[{"type":"nope"}]}`, "unsupported type: nope [json-pointer:/blocks/0/elements/0/type]"},
	{"an unknown part of rich text", richOf(`{"type":"nope"}`), "unsupported type: nope [json-pointer:/blocks/0/elements/0/elements/0/type]"},
	{"an empty rich text", richOf(`{"type":"text","text":""}`), "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"},
	{"a rich text of no string", richOf(`{"type":"text","text":1}`), "must provide a string [json-pointer:/blocks/0/elements/0/elements/0/text]"},
	{"a style is a truth", richOf(`{"type":"text","text":"a","style":{"bold":1}}`), "must provide a boolean [json-pointer:/blocks/0/elements/0/elements/0/style/bold]"},
	{"a link without an address", richOf(`{"type":"link","text":"a"}`), "missing required field: url [json-pointer:/blocks/0/elements/0/elements/0]"},
	{"a list within a list", `{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_list"}]}]}`, "unsupported type: rich_text_list [json-pointer:/blocks/0/elements/0/elements/0/type]"},
	{"an unknown style of list", `{"type":"rich_text","elements":[{"type":"rich_text_list","style":"x","elements":[{"type":"rich_text_section","elements":[]}]}]}`, "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"},
	{"what is preformatted mentions nobody", `{"type":"rich_text","elements":[{"type":"rich_text_preformatted","elements":[{"type":"user","user_id":"U1"}]}]}`, "unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]"},
	{"a table", tableOf(times(100, `[`+times(20, cellJSON)+`]`)), ""},
	{"rich cells and columns", `{"type":"table","rows":[[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]}]],"column_settings":[{"align":"right","is_wrapped":true},null]}`, ""},
	{"no rows", tableOf(""), "no less than 1 items allowed [json-pointer:/blocks/0/rows]"},
	{"too many rows", tableOf(times(101, `[`+cellJSON+`]`)), "no more than 100 items allowed [json-pointer:/blocks/0/rows]"},
	{"too many cells", tableOf(`[` + times(21, cellJSON) + `]`), "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"},
	{"no cells", tableOf(`[]`), "no less than 1 items allowed [json-pointer:/blocks/0/rows/0]"},
	{"an empty cell", tableOf(`[{"type":"raw_text","text":""}]`), "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]"},
	{"a cell of the wrong type", tableOf(`[` + plainJSON + `]`), "unsupported type: plain_text [json-pointer:/blocks/0/rows/0/0/type]"},
	{"long cells", tableOf(`[{"type":"raw_text","text":"` + as(5000) + `"},{"type":"raw_text","text":"` + as(5001) + `"}]`), "must be less than 10001 characters [json-pointer:/blocks/0/rows]"},
	{"an unknown alignment", `{"type":"table","rows":[[` + cellJSON + `]],"column_settings":[{"align":"top"}]}`, "must be a valid enum value [json-pointer:/blocks/0/column_settings/0/align]"},
	{"too many columns", `{"type":"table","rows":[[` + cellJSON + `]],"column_settings":[` + times(21, `{}`) + `]}`, "no more than 20 items allowed [json-pointer:/blocks/0/column_settings]"},
	{"two tables", times(2, tableOf(`[`+cellJSON+`]`)), "only_one_table_allowed [json-pointer:/blocks/1]"},
	{"long markdown", times(2, `{"type":"markdown","text":"`+as(6001)+`"}`), "must be less than 12001 characters [json-pointer:/blocks/1/text]"},
}

// refusalsOf are for what Slack refuses, without the tag of each.
func refusalsOf(invalid []string) []string {
	out := []string{}
	for _, s := range invalid {
		out = append(out, strings.TrimPrefix(s, "[ERROR] "))
	}
	return out
}

func wanted(s string) []string {
	if s == "" {
		return []string{}
	}
	return []string{s}
}

func TestCheckMessage_RefusesWhatSlackRefuses(t *testing.T) {
	for _, c := range messageLimits {
		invalid, violations := checkMessage(object{"text": "a", "blocks": blocksOf(t, "["+c.blocks+"]")})
		if got := refusalsOf(invalid); !slices.Equal(got, wanted(c.want)) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
		if c.want == "" && len(violations) > 0 {
			t.Errorf("%s: %q", c.name, violations)
		}
	}
}

func TestCheckMessage_SomeRefusalsHaveACodeOfTheirOwn(t *testing.T) {
	long := []any{}
	for range 5 {
		long = append(long, section(plainText(as(2640)))...)
	}
	for _, c := range []struct {
		name string
		m    object
		want []string
	}{
		{"a text", object{"text": as(40000)}, []string{}},
		{"a long text", object{"text": as(40001)}, []string{"msg_too_long"}},
		{"long blocks", object{"text": "a", "blocks": long}, []string{}},
		{"too long blocks", object{"text": "a", "blocks": append(slices.Clone(long), section(plainText("a"))...)}, []string{"msg_blocks_too_long"}},
		{"nothing", object{}, []string{"no_text"}},
		{"no text and no blocks", object{"text": "", "blocks": []any{}}, []string{"no_text"}},
		{"no blocks", object{"text": "a", "blocks": []any(nil)}, []string{}},
	} {
		if got, _ := checkMessage(c.m); !slices.Equal(got, c.want) && len(got)+len(c.want) > 0 {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCheckMessage_NotesWhatACorrectBotDoesNotSend(t *testing.T) {
	mrk := func(s string) string {
		raw, _ := json.Marshal(s)
		return `{"type":"section","text":{"type":"mrkdwn","verbatim":true,"text":` + string(raw) + `}}`
	}
	plain := func(s string) string { return strings.Replace(mrk(s), `"mrkdwn","verbatim":true`, `"plain_text"`, 1) }
	for _, c := range []struct{ name, text, blocks, want string }{
		{"mrkdwn is verbatim", "a", `{"type":"section","text":{"type":"mrkdwn","text":"a"}}`, "/blocks/0/text: a mrkdwn text needs verbatim"},
		{"mrkdwn is verbatim in fields", "a", `{"type":"section","fields":[{"type":"mrkdwn","text":"a","verbatim":false}]}`, "/blocks/0/fields/0: a mrkdwn text needs verbatim"},
		{"blocks have a text beside them", "", plain("a"), "/text: blocks need a text"},
		{"a text is short", as(4001), "", "/text: 4001 characters"},
		{"a text of this length is fine", as(4000), "", ""},
		{"a person may be mentioned", "<@U1>", mrk("<@U1>"), ""},
		{"no @channel", "a", mrk("a <!channel>"), "/blocks/0/text/text: <!channel> is a live mention"},
		{"no @here", "a", mrk("<!here|x>"), "/blocks/0/text/text: <!here|x> is a live mention"},
		{"no @everyone", "a", mrk("<!everyone>"), "/blocks/0/text/text: <!everyone> is a live mention"},
		{"no user group", "a", mrk("<!subteam^S1>"), "/blocks/0/text/text: <!subteam^S1> is a live mention"},
		{"no channel", "a", mrk("<#C1|x>"), "/blocks/0/text/text: <#C1|x> is a live mention"},
		{"not in the text", "<!here>", "", "/text: <!here> is a live mention"},
		{"not in rich text", "a", richOf(`{"type":"broadcast","range":"here"}`), "/blocks/0/elements/0/elements/0: @here is a live mention"},
		{"an escaped mention is none", "&lt;!here&gt;", mrk("&lt;!here&gt; &lt;#C1&gt;"), ""},
		{"plain text mentions nobody", "a", plain("<!here> <#C1> <https://a.example|b.example>"), ""},
		{"words of another address", "a", mrk("<https://a.example/x|https://b.example/x>"), `/blocks/0/text/text: the words "https://b.example/x" look like another address`},
		{"words of another host", "<https://a.example/x|b.example>", "", `/text: the words "b.example" look like another address`},
		{"words of another host in rich text", "a", richOf(`{"type":"link","url":"https://a.example","text":"b.example"}`), `/blocks/0/elements/0/elements/0: the words "b.example" look like another address`},
		{"words of this host", "a", mrk("<https://www.a.example/x|a.example> <https://a.example|Fig. 1.2, a.b or c> <mailto:a@b.example|b.example>"), ""},
		{"no markdown block", "a", `{"type":"markdown","text":"a"}`, "/blocks/0: a markdown block formats"},
		{"no block without a renderer", "a", `{"type":"video"}`, "/blocks/0: this package does not know"},
		{"no bidi controls", "a\u202eb", "", "/text: the character U+202E"},
		{"nothing without width", "a", plain("a\u200bb"), "/blocks/0/text/text: the character U+200B"},
		{"no control characters", "a", tableOf(`[{"type":"raw_text","text":"a\u0007"}]`), "/blocks/0/rows/0/0/text: the character U+0007"},
		{"no tab", "a", richOf(`{"type":"text","text":"a\tb"}`), "/blocks/0/elements/0/elements/0/text: the character U+0009"},
		{"joiners and newlines are fine", "a\n👩‍💻", plain("a\nb\u200cc"), ""},
	} {
		m := object{"text": c.text}
		if c.blocks != "" {
			m["blocks"] = blocksOf(t, "["+c.blocks+"]")
		}
		invalid, violations := checkMessage(m)
		ok := len(violations) == 0
		if c.want != "" {
			ok = len(violations) == 1 && strings.HasPrefix(violations[0], c.want)
		}
		if !ok || len(invalid) > 0 {
			t.Errorf("%s:\ngot  %q, invalid %q\nwant %q", c.name, violations, invalid, c.want)
		}
	}
	if _, violations := checkMessage(object{"text": "a", "attachments": []any{object{}}}); len(violations) != 1 {
		t.Errorf("attachments: %q", violations)
	}
}

func inputOf(element string) string {
	return `{"type":"input","label":` + plainJSON + `,"element":` + element + `}`
}

func TestCheckView_RefusesWhatSlackRefuses(t *testing.T) {
	const submit = `"submit":` + plainJSON + `,`
	modal := func(more, blocks string) string {
		return `{"type":"modal","title":` + plainJSON + `,` + more + `"blocks":[` + blocks + `]}`
	}
	input := func(element string) string { return modal(submit, inputOf(element)) }
	for _, c := range []struct{ name, view, want string }{
		{"a modal", modal(submit+`"close":`+plainJSON+`,"private_metadata":"`+as(3000)+`","callback_id":"`+as(255)+`","external_id":"`+as(255)+`","clear_on_close":true,`, ""), ""},
		{"a Home tab", `{"type":"home","blocks":[` + times(100, `{"type":"divider"}`) + `]}`, ""},
		{"no type", `{"blocks":[]}`, "missing required field: type [json-pointer:/view]"},
		{"an unknown type", `{"type":"nope","blocks":[]}`, "unsupported type: nope [json-pointer:/view/type]"},
		{"no title", `{"type":"modal","blocks":[]}`, "missing required field: title [json-pointer:/view]"},
		{"a long title", `{"type":"modal","title":` + plainOf(25) + `,"blocks":[]}`, "must be less than 25 characters [json-pointer:/view/title/text]"},
		{"a title in mrkdwn", `{"type":"modal","title":` + mrkdwnJSON + `,"blocks":[]}`, "unsupported type: mrkdwn [json-pointer:/view/title/type]"},
		{"a long submit", modal(`"submit":`+plainOf(25)+`,`, ""), "must be less than 25 characters [json-pointer:/view/submit/text]"},
		{"a long close", modal(`"close":`+plainOf(25)+`,`, ""), "must be less than 25 characters [json-pointer:/view/close/text]"},
		{"a Home tab has no title", `{"type":"home","title":` + plainJSON + `,"blocks":[]}`, "invalid additional property: title [json-pointer:/view]"},
		{"no blocks", `{"type":"home"}`, "missing required field: blocks [json-pointer:/view]"},
		{"too many blocks", modal("", times(101, `{"type":"divider"}`)), "no more than 100 items allowed [json-pointer:/view/blocks]"},
		{"long metadata", modal(`"private_metadata":"`+as(3001)+`",`, ""), "must be less than 3001 characters [json-pointer:/view/private_metadata]"},
		{"a long callback_id", modal(`"callback_id":"`+as(256)+`",`, ""), "must be less than 256 characters [json-pointer:/view/callback_id]"},
		{"a long external_id", modal(`"external_id":"`+as(256)+`",`, ""), "must be less than 256 characters [json-pointer:/view/external_id]"},
		{"an unknown property", modal(`"submit_disabled":true,`, ""), "invalid additional property: submit_disabled [json-pointer:/view]"},
		{"a block_id twice", modal("", times(2, `{"type":"divider","block_id":"x"}`)), "`block_id` \"x\" already exists [json-pointer:/view/blocks/1/block_id]"},
		{"an alert", modal("", `{"type":"alert","text":`+plainOf(200)+`,"level":"info"}`), ""},
		{"a long alert", modal("", `{"type":"alert","text":`+plainOf(201)+`}`), "must be less than 201 characters [json-pointer:/view/blocks/0/text/text]"},
		{"no alert in a Home tab", `{"type":"home","blocks":[{"type":"alert","text":` + plainJSON + `}]}`, "unsupported type: alert [json-pointer:/view/blocks/0/type]"},
		{"no table", modal("", tableOf(`[`+cellJSON+`]`)), "unsupported type: table [json-pointer:/view/blocks/0/type]"},
		{"no markdown", modal("", `{"type":"markdown","text":"a"}`), "unsupported type: markdown [json-pointer:/view/blocks/0/type]"},
		{"an input", input(`{"type":"plain_text_input","action_id":"a","min_length":0,"max_length":3000,"multiline":true,"placeholder":` + plainOf(150) + `}`), ""},
		{"an input needs submit", modal("", inputOf(`{"type":"plain_text_input"}`)), "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]"},
		{"a Home tab has no submit", `{"type":"home","blocks":[` + inputOf(`{"type":"plain_text_input"}`) + `]}`, ""},
		{"a long label", modal(submit, `{"type":"input","label":`+plainOf(2001)+`,"element":{"type":"plain_text_input"}}`), "must be less than 2001 characters [json-pointer:/view/blocks/0/label/text]"},
		{"a long hint", modal(submit, `{"type":"input","label":`+plainJSON+`,"hint":`+plainOf(2001)+`,"element":{"type":"plain_text_input"}}`), "must be less than 2001 characters [json-pointer:/view/blocks/0/hint/text]"},
		{"no label", modal(submit, `{"type":"input","element":{"type":"plain_text_input"}}`), "missing required field: label [json-pointer:/view/blocks/0]"},
		{"no element", modal(submit, `{"type":"input","label":`+plainJSON+`}`), "missing required field: element [json-pointer:/view/blocks/0]"},
		{"a dispatch is a truth", modal(submit, `{"type":"input","dispatch_action":1,"label":`+plainJSON+`,"element":{"type":"plain_text_input"}}`), "must provide a boolean [json-pointer:/view/blocks/0/dispatch_action]"},
		{"no button to fill in", input(buttonJSON), "unsupported type: button [json-pointer:/view/blocks/0/element/type]"},
		{"a min_length", input(`{"type":"plain_text_input","min_length":3001,"max_length":3000}`), "must be less than 3001 [json-pointer:/view/blocks/0/element/min_length] must be greater than 3000 [json-pointer:/view/blocks/0/element/max_length]"},
		{"a long max_length", input(`{"type":"plain_text_input","max_length":3001}`), "must be less than 3001 [json-pointer:/view/blocks/0/element/max_length]"},
		{"a short max_length", input(`{"type":"plain_text_input","max_length":0}`), "must be greater than 0 [json-pointer:/view/blocks/0/element/max_length]"},
		{"lengths in order", input(`{"type":"plain_text_input","min_length":2,"max_length":1}`), "must be greater than 1 [json-pointer:/view/blocks/0/element/max_length]"},
		{"a long value", input(`{"type":"plain_text_input","max_length":2,"initial_value":"abc"}`), "must be less than 3 characters [json-pointer:/view/blocks/0/element/initial_value]"},
		{"a long placeholder", input(`{"type":"plain_text_input","placeholder":` + plainOf(151) + `}`), "must be less than 151 characters [json-pointer:/view/blocks/0/element/placeholder/text]"},
		{"a dispatch of an unknown sort", input(`{"type":"plain_text_input","dispatch_action_config":{"trigger_actions_on":["x"]}}`), "must be a valid enum value [json-pointer:/view/blocks/0/element/dispatch_action_config/trigger_actions_on/0]"},
		{"selects", modal(submit, inputOf(`{"type":"static_select","options":[`+optionJSON+`]}`)+`,`+inputOf(`{"type":"multi_static_select","options":[`+optionJSON+`],"max_selected_items":1}`)+`,`+
			inputOf(`{"type":"conversations_select","response_url_enabled":true}`)+`,`+inputOf(`{"type":"users_select"}`)+`,`+inputOf(`{"type":"channels_select"}`)), ""},
		{"boxes, buttons, dates and times", modal(submit, inputOf(`{"type":"checkboxes","options":[{"text":`+mrkdwnJSON+`,"value":"v"}]}`)+`,`+inputOf(`{"type":"radio_buttons","options":[`+optionJSON+`]}`)+`,`+
			inputOf(`{"type":"datepicker","initial_date":"2025-12-31"}`)+`,`+inputOf(`{"type":"timepicker","initial_time":"23:59"}`)+`,`+inputOf(`{"type":"datetimepicker","initial_date_time":1764711600}`)), ""},
		{"other inputs", modal(submit, inputOf(`{"type":"email_text_input"}`)+`,`+inputOf(`{"type":"url_text_input"}`)+`,`+inputOf(`{"type":"number_input","is_decimal_allowed":false}`)+`,`+
			inputOf(`{"type":"file_input","max_files":1}`)+`,`+inputOf(`{"type":"rich_text_input"}`)), ""},
		{"a large view", modal("", times(84, `{"type":"section","text":`+plainOf(1500)+`}`)), "view_too_large"},
	} {
		var v object
		if err := standin.Decode([]byte(c.view), &v); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		invalid, violations := checkView(v)
		if got := strings.Join(refusalsOf(invalid), " "); got != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
		if len(violations) > 0 {
			t.Errorf("%s: %q", c.name, violations)
		}
	}
}

func TestCheckView_NotesWhatACorrectBotDoesNotSend(t *testing.T) {
	_, violations := checkView(object{"type": "home", "blocks": []any{object{"type": "section", "text": object{"type": "mrkdwn", "text": "<!here>"}}}})
	if len(violations) != 2 || !strings.HasPrefix(violations[0], "/view/blocks/0/text: ") || !strings.HasPrefix(violations[1], "/view/blocks/0/text/text: ") {
		t.Errorf("%q", violations)
	}
}
