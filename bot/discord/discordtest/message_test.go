package discordtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// text returns a message that holds what is given, and is otherwise correct.
func text(content string, more ...any) m {
	o := m{"content": content, "allowed_mentions": silent}
	for i := 0; i < len(more); i += 2 {
		o[more[i].(string)] = more[i+1]
	}
	return o
}

func embed(o m) m { return text("", "embeds", []any{o}) }

func repeat(n int, f func(int) any) []any {
	var out []any
	for i := range n {
		out = append(out, f(i))
	}
	return out
}

func TestMessage_WhatIsOutOfBoundsIsRefused(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	s.SetRate("POST /channels/{channel_id}/messages", discordtest.Rate{})
	s.SetGlobalRate(1000)
	_, ch, _ := world(s)
	long := func(n int) string { return strings.Repeat("x", n) }
	button := func(change m) m {
		o := plain("a")
		for k, v := range change {
			o[k] = v
			if v == nil {
				delete(o, k)
			}
		}
		return text("x", "components", []any{row(o)})
	}
	for _, c := range []struct {
		name string
		body m
		code int
		at   string
	}{
		{"no allowed_mentions", m{"content": "x"}, 50035, "allowed_mentions"},
		{"allowed_mentions of users", m{"content": "x", "allowed_mentions": m{"parse": []string{"users"}}}, 50035, "allowed_mentions"},
		{"content", text(long(2001)), 50035, "content"},
		{"content of another type", m{"content": 3, "allowed_mentions": silent}, 50035, "content"},
		{"nothing", text("  "), 50006, ""},
		{"11 embeds", text("", "embeds", repeat(11, func(int) any { return m{"title": "x"} })), 50035, "embeds"},
		{"title", embed(m{"title": long(257)}), 50035, "embeds.0.title"},
		{"description", embed(m{"description": long(4097)}), 50035, "embeds.0.description"},
		{"color", embed(m{"title": "x", "color": 1 << 24}), 50035, "embeds.0.color"},
		{"footer", embed(m{"title": "x", "footer": m{"text": long(2049)}}), 50035, "embeds.0.footer.text"},
		{"author", embed(m{"author": m{"name": long(257)}}), 50035, "embeds.0.author.name"},
		{"author's address", embed(m{"author": m{"name": "x", "url": "ftp://example.org"}}), 50035, "embeds.0.author.url"},
		{"26 fields", embed(m{"fields": repeat(26, func(int) any { return m{"name": "x", "value": "x"} })}), 50035, "embeds.0.fields"},
		{"field's name", embed(m{"fields": []any{m{"name": long(257), "value": "x"}}}), 50035, "embeds.0.fields.0.name"},
		{"field's value", embed(m{"fields": []any{m{"name": "x", "value": " "}}}), 50035, "embeds.0.fields.0.value"},
		{"6000 in all", text("", "embeds", repeat(2, func(int) any { return m{"description": long(3001)} })), 50035, "embeds"},
		{"an embed of nothing", embed(m{"color": 1}), 50035, "embeds.0.description"},
		{"6 rows", text("x", "components", repeat(6, func(i int) any { return row(plain(fmt.Sprint(i))) })), 50035, "components"},
		{"6 buttons", text("x", "components", []any{row(repeat(6, func(i int) any { return plain(fmt.Sprint(i)) })...)}), 50035, "components.0.components"},
		{"an id twice", text("x", "components", []any{row(plain("a"), plain("a"))}), 50035, "components"},
		{"a menu beside a button", text("x", "components", []any{row(menu, plain("a"))}), 50035, "components.0.components"},
		{"a button without an id", button(m{"custom_id": nil}), 50035, "components.0.components.0.custom_id"},
		{"a long id", button(m{"custom_id": long(101)}), 50035, "components.0.components.0.custom_id"},
		{"a long label", button(m{"label": long(81)}), 50035, "components.0.components.0.label"},
		{"no label", button(m{"label": nil}), 50035, "components.0.components.0.label"},
		{"a link with an id", button(m{"style": 5, "url": "https://example.org"}), 50035, "components.0.components.0.custom_id"},
		{"a link without an address", button(m{"style": 5, "custom_id": nil}), 50035, "components.0.components.0.url"},
		{"26 options", text("x", "components", []any{row(m{"type": 3, "custom_id": "a", "options": repeat(26, func(i int) any { return m{"label": "x", "value": fmt.Sprint(i)} })})}), 50035, "components.0.components.0.options"},
		{"a value twice", text("x", "components", []any{row(m{"type": 3, "custom_id": "a", "options": repeat(2, func(int) any { return m{"label": "x", "value": "1"} })})}), 50035, "components.0.components.0.options.1.value"},
		{"an unknown component", text("x", "components", []any{m{"type": 99}}), 50035, "components.0.type"},
		{"V2 with content", text("x", "flags", 1<<15, "components", []any{m{"type": 10, "content": "x"}}), 50035, "content"},
		{"V2 of 41", text("", "flags", 1<<15, "components", []any{m{"type": 17, "components": repeat(40, func(int) any { return m{"type": 10, "content": "x"} })}}), 50035, "components"},
		{"text without V2", text("x", "components", []any{m{"type": 10, "content": "x"}}), 50035, "components.0.type"},
		{"nonce", text("x", "nonce", long(26)), 50035, "nonce"},
	} {
		r := do(t, s, "POST", "/channels/"+ch.ID+"/messages", c.body)
		if r.Status != 400 || r.code() != c.code || len(s.Violations()) != 1 {
			t.Errorf("%s: %d %s", c.name, r.Status, r.Raw)
		}
		if c.at != "" && !within(r.Body["errors"], strings.Split(c.at, ".")) {
			t.Errorf("%s: not at %s: %s", c.name, c.at, r.Raw)
		}
	}
	for name, body := range map[string]m{
		"as much as may be": text(long(2000), "embeds", []any{m{"description": long(4096), "title": long(256), "footer": m{"text": long(1648)}}}, "components", repeat(5, func(i int) any {
			return row(repeat(5, func(j int) any { return plain(fmt.Sprint(i, "-", j)) })...)
		})),
		"V2": text("", "flags", 1<<15, "components", []any{
			m{"type": 17, "components": []any{
				m{"type": 9, "components": []any{m{"type": 10, "content": "x"}}, "accessory": plain("a")},
				m{"type": 14}, row(menu),
			}},
		}),
		"a link": button(m{"style": 5, "url": "https://example.org", "custom_id": nil}),
	} {
		if r := do(t, s, "POST", "/channels/"+ch.ID+"/messages", body); r.Status != 200 {
			t.Errorf("%s: %d %s", name, r.Status, r.Raw)
		}
	}
	r := do(t, s, "POST", "/channels/"+ch.ID+"/messages", text(strings.Repeat("🙂", 1001)))
	if r.Status != 200 || len(s.Violations()) != 1 {
		t.Errorf("too long in UTF-16 alone: %d %s", r.Status, r.Raw)
	}
}

// within reports whether a tree of errors has errors at a place.
func within(tree any, at []string) bool {
	for _, key := range at {
		o, ok := tree.(m)
		if !ok {
			return false
		}
		tree = o[key]
	}
	o, ok := tree.(m)
	return ok && o["_errors"] != nil
}

func TestMessage_ANonceIsUsedOnceInItsWindow(t *testing.T) {
	now := make(chan time.Time, 1)
	now <- time.Now()
	read := func() time.Time { n := <-now; now <- n; return n }
	s := discordtest.New(t, discordtest.Options{Now: read})
	s.SetRate("POST /channels/{channel_id}/messages", discordtest.Rate{})
	_, ch, ada := world(s)
	path := "/channels/" + ch.ID + "/messages"
	first := do(t, s, "POST", path, text("x", "nonce", "abc", "enforce_nonce", true))
	again := do(t, s, "POST", path, text("y", "nonce", "abc", "enforce_nonce", true))
	if first.Body["id"] != again.Body["id"] || again.Body["content"] != "x" || again.Body["nonce"] != "abc" {
		t.Errorf("got %s and %s", first.Raw, again.Raw)
	}
	loose := do(t, s, "POST", path, text("z", "nonce", "abc"))
	if loose.Body["id"] == first.Body["id"] {
		t.Error("a nonce that is not enforced was")
	}
	expect(t, "delete", do(t, s, "DELETE", path+"/"+loose.Body["id"].(string), nil).Status, 204)
	expect(t, "a nonce of a deleted message", do(t, s, "POST", path, text("y", "nonce", "abc", "enforce_nonce", true)).code(), 10008)
	now <- (<-now).Add(4 * time.Minute)
	expect(t, "after the window", do(t, s, "POST", path, text("y", "nonce", "abc", "enforce_nonce", true)).Status, 200)
	expect(t, "messages", len(ada.In(ch).Messages()), 2)
}

func TestMessage_PermissionsAreEnforced(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	s.SetRate("POST /channels/{channel_id}/messages", discordtest.Rate{})
	g, ch, ada := world(s)
	path := "/channels/" + ch.ID + "/messages"
	post := func(body m) int { return do(t, s, "POST", path, body).code() }
	posted := do(t, s, "POST", path, text("x"))
	list := func() int { return len(do(t, s, "GET", path, nil).List) }
	expect(t, "all", list(), 1)
	ch.SetPermissions(s.Bot(), discordtest.ViewChannel|discordtest.SendMessages)
	expect(t, "without history", list(), 0)
	expect(t, "an embed", post(embed(m{"title": "x"})), 50013)
	ch.SetPermissions(s.Bot(), discordtest.ViewChannel)
	expect(t, "without sending", post(text("x")), 50013)
	expect(t, "an edit all the same", do(t, s, "PATCH", path+"/"+posted.Body["id"].(string), text("y")).code(), 0)
	ch.SetPermissions(s.Bot(), 0)
	expect(t, "without the channel", post(text("x")), 50001)
	ch.SetPermissions(s.Bot(), discordtest.BotPermissions)
	theirs := ada.In(ch).Say("mine")
	expect(t, "an edit of somebody else's", do(t, s, "PATCH", path+"/"+theirs.ID, text("y")).code(), 50005)
	expect(t, "a deletion of somebody else's", do(t, s, "DELETE", path+"/"+theirs.ID, nil).code(), 50013)
	thread := g.NewThread(ch, "side")
	ch.SetPermissions(s.Bot(), discordtest.ViewChannel|discordtest.SendMessages)
	expect(t, "in a thread", do(t, s, "POST", "/channels/"+thread.ID+"/messages", text("x")).code(), 50013)
	ch.Delete()
	expect(t, "deleted", post(text("x")), 10003)
	dm := do(t, s, "POST", "/users/@me/channels", m{"recipient_id": ada.ID}).Body["id"].(string)
	expect(t, "a direct message", do(t, s, "POST", "/channels/"+dm+"/messages", text("x")).Status, 200)
	ada.RefuseDMs(true)
	expect(t, "a refused one", do(t, s, "POST", "/channels/"+dm+"/messages", text("x")).code(), 50007)
}

func TestMessage_HistoryIsPaged(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	s.SetRate("GET /channels/{channel_id}/messages", discordtest.Rate{})
	_, ch, ada := world(s)
	for n := range 7 {
		ada.In(ch).Say(fmt.Sprint(n))
	}
	all := ada.In(ch).Messages()
	get := func(query string) string {
		var out []string
		for _, o := range do(t, s, "GET", "/channels/"+ch.ID+"/messages?"+query, nil).List {
			out = append(out, o.(m)["content"].(string))
		}
		return strings.Join(out, "")
	}
	expect(t, "newest", get("limit=3"), "654")
	expect(t, "after", get("limit=3&after="+all[1].ID), "432")
	expect(t, "after all", get("after="+all[6].ID), "")
	expect(t, "after a moment", get("after="+discordtest.Snowflake(all[0].Created.Add(-time.Minute))), "6543210")
	expect(t, "before", get("limit=2&before="+all[4].ID), "32")
	expect(t, "a limit too high", do(t, s, "GET", "/channels/"+ch.ID+"/messages?limit=201", nil).code(), 50035)
	expect(t, "no snowflake", do(t, s, "GET", "/channels/"+ch.ID+"/messages?after=x", nil).code(), 50035)
	expect(t, "violations", len(s.Violations()), 2)
	expect(t, "an unknown parameter", do(t, s, "GET", "/channels/"+ch.ID+"/messages?page=2", nil).Status, 200)
	s.Violations() // one, where there is the document
}
