package slacktest

import (
	"reflect"
	"testing"

	"github.com/briefbot/briefbot/bot/bottest/standin"
)

// blocksOf reads blocks as they come.
func blocksOf(t *testing.T, raw string) []any {
	t.Helper()
	var blocks []any
	if err := standin.Decode([]byte(raw), &blocks); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	return blocks
}

func TestRender_ReadsABlockALine(t *testing.T) {
	for _, c := range []struct {
		name, blocks, text, formats, links, pings string
	}{
		{"sections and fields", `[{"type":"section","text":{"type":"mrkdwn","text":"a"},"fields":[{"type":"plain_text","text":"b"},{"type":"mrkdwn","text":"*c*"}]},
			{"type":"divider"},{"type":"header","text":{"type":"plain_text","text":"d"}}]`, "a\nb\nc\nd", "bold=c", "", ""},
		{"contexts and images", `[{"type":"context","elements":[{"type":"image","alt_text":"x"},{"type":"plain_text","text":"a"},{"type":"mrkdwn","text":"b"}]},
			{"type":"image","alt_text":"x","title":{"type":"plain_text","text":"c"}}]`, "a\nb\nc", "", "", ""},
		{"tables", `[{"type":"table","rows":[[{"type":"raw_text","text":"*a*"},{"type":"raw_text","text":"b"}],
			[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"https://a.example","text":"c"}]}]},{"type":"raw_text","text":"d"}]]}]`,
			"*a* | b\nc | d", "masked link=c", "c>https://a.example", ""},
		{"rich text", `[{"type":"rich_text","elements":[
			{"type":"rich_text_section","elements":[{"type":"text","text":"*a* :tada: <@U1> "},{"type":"text","text":"b","style":{"bold":true,"code":true}}]},
			{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"c"}]}]},
			{"type":"rich_text_list","style":"ordered","offset":2,"indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"d"}]}]},
			{"type":"rich_text_quote","elements":[{"type":"text","text":"e"}]},
			{"type":"rich_text_preformatted","elements":[{"type":"text","text":"f"}]},
			{"type":"rich_text_section","elements":[{"type":"link","url":"https://a.example"}]}]}]`,
			"*a* :tada: <@U1> b\n• c\n    3. d\ne\nf\nhttps://a.example",
			"bold=b code=b list item=• c list item=    3. d quote=e code block=f link=https://a.example", "https://a.example>https://a.example", ""},
		{"rich mentions", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"user","user_id":"U1"},{"type":"usergroup","usergroup_id":"S1"},
			{"type":"channel","channel_id":"C1"},{"type":"broadcast","range":"here"}]}]}]`,
			"@ada@editors#general@here", "mention=@ada mention=@editors mention=#general mention=@here", "", "@ada @editors @here"},
		{"rich emoji, dates and colors", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"emoji","name":"tada","unicode":"1f389"},{"type":"emoji","name":"own"},
			{"type":"date","timestamp":1764711600,"format":"{date_short} {time}","fallback":"x"},{"type":"color","value":"#ff0000"}]}]}]`,
			"🎉⟨own⟩2 Dec 2025 21:40 UTC#ff0000", "emoji=🎉 emoji=⟨own⟩ time=2 Dec 2025 21:40 UTC color=#ff0000", "", ""},
		{"markdown", `[{"type":"markdown","text":"**a**"}]`, "**a**", "markdown=**a**", "", ""},
		{"what is unknown", `[{"type":"nope","text":{"type":"plain_text","text":"a"}},3,{"type":"actions","elements":[{"type":"button"}]}]`, "", "", "", ""},
	} {
		got := shown(render("fallback <@U1>", blocksOf(t, c.blocks), nameOfTest))
		if want := [4]string{c.text, c.formats, c.links, c.pings}; got != want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, want)
		}
	}
}

func TestRender_TheTextIsNotShownBesideBlocksAndNotifiesNobody(t *testing.T) {
	got := render("hidden <@U1>", section(plainText("shown")), nameOfTest)
	if got.Text != "shown" || len(got.Pings) != 0 {
		t.Errorf("got %q, pings %q", got.Text, got.Pings)
	}
	got = render("seen <@U1>", nil, nameOfTest)
	if got.Text != "seen @ada" || !reflect.DeepEqual(got.Pings, []string{"@ada"}) {
		t.Errorf("got %q, pings %q", got.Text, got.Pings)
	}
}

func TestRender_KeepsButtonsAndMenusInTheirOrder(t *testing.T) {
	got := render("", blocksOf(t, `[
		{"type":"section","block_id":"s","text":{"type":"mrkdwn","text":"a"},"accessory":{"type":"overflow","action_id":"o","options":[
			{"text":{"type":"plain_text","text":"One"},"value":"1","url":"https://a.example"}]}},
		{"type":"actions","block_id":"x","elements":[
			{"type":"button","action_id":"b","text":{"type":"plain_text","text":"Go :tada:"},"value":"v","style":"danger","url":"https://b.example","confirm":{"text":{"type":"plain_text","text":"Sure?"}}},
			{"type":"static_select","action_id":"m","placeholder":{"type":"plain_text","text":"Pick"},
				"option_groups":[{"label":{"type":"plain_text","text":"G"},"options":[{"text":{"type":"plain_text","text":"Two"},"description":{"type":"plain_text","text":"D"},"value":"2"}]}],
				"initial_option":{"text":{"type":"plain_text","text":"Two"},"value":"2"}},
			{"type":"multi_users_select","action_id":"u","initial_users":["U1"]}]}]`), nameOfTest)
	want := Seen{
		Text: "a", Pings: []string{}, Formats: []Format{{Emoji, "⟨tada⟩"}},
		Buttons: []Button{{Label: "Go ⟨tada⟩", ActionID: "b", BlockID: "x", Value: "v", URL: "https://b.example", Style: "danger", Confirm: "Sure?"}},
		Selects: []Select{
			{Kind: "overflow", ActionID: "o", BlockID: "s", Options: []Option{{Text: "One", Value: "1", URL: "https://a.example"}}},
			{Kind: "static_select", Placeholder: "Pick", ActionID: "m", BlockID: "x", Options: []Option{{Text: "Two", Description: "D", Value: "2", Group: "G"}}, Chosen: []string{"2"}},
			{Kind: "multi_users_select", ActionID: "u", BlockID: "x", Chosen: []string{"U1"}},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\ngot  %+v\nwant %+v", got, want)
	}
}

func TestRenderView_HasATitleAndInputsAndNotifiesNobody(t *testing.T) {
	got := renderView(object{"type": "modal", "title": plainText("Title"), "blocks": blocksOf(t, `[
		{"type":"section","text":{"type":"mrkdwn","text":"for <@U1>"}},
		{"type":"input","block_id":"i","label":{"type":"plain_text","text":"Why"},"hint":{"type":"plain_text","text":"Short"},"optional":true,"dispatch_action":true,
			"element":{"type":"plain_text_input","action_id":"a","initial_value":"*v*","placeholder":{"type":"plain_text","text":"p"},"multiline":true,"min_length":1,"max_length":9}},
		{"type":"input","block_id":"j","label":{"type":"plain_text","text":"Which"},
			"element":{"type":"checkboxes","action_id":"c","options":[{"text":{"type":"mrkdwn","text":"*One*"},"value":"1"}],"initial_options":[{"text":{"type":"mrkdwn","text":"*One*"},"value":"1"}]}}]`),
	}, nameOfTest)
	want := Seen{
		Title: "Title", Text: "for @ada\nWhy\nShort\nWhich", Pings: []string{}, Formats: []Format{{Mention, "@ada"}, {Bold, "One"}},
		Inputs: []Input{
			{
				Kind: "plain_text_input", Label: "Why", Hint: "Short", Placeholder: "p", ActionID: "a", BlockID: "i", Value: "*v*",
				Optional: true, Multiline: true, Dispatches: true, MinLength: 1, MaxLength: 9,
			},
			{Kind: "checkboxes", Label: "Which", ActionID: "c", BlockID: "j", Options: []Option{{Text: "One", Value: "1"}}, Chosen: []string{"1"}},
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\ngot  %+v\nwant %+v", got, want)
	}
}
