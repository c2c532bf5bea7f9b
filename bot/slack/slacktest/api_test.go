package slacktest_test

import (
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

func TestAuth_TokensAndScopes(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, _ := world(s)
	expect(t, "no token", do(t, s, "", "auth.test", m{}).code(), "not_authed")
	violated(t, s, "not_authed")
	expect(t, "a wrong one", do(t, s, "xoxb-none", "auth.test", m{}).code(), "invalid_auth")
	r := do(t, s, team.BotToken(), "auth.test", m{})
	expect(t, "ok", r.Body["ok"], any(true))
	expect(t, "user", r.Body["user_id"], any(team.Bot().ID))
	expect(t, "scopes in the header", strings.Contains(r.Header.Get("X-OAuth-Scopes"), "chat:write"), true)
	expect(t, "a date in the header", r.Header.Get("Date") != "", true)
	expect(t, "a method that takes the other token", do(t, s, s.AppToken(), "chat.postMessage", m{}).code(), "not_allowed_token_type")
	violated(t, s, "not_allowed_token_type")
	expect(t, "an unknown method", do(t, s, team.BotToken(), "chat.shout", m{}).code(), "unknown_method")
	violated(t, s, "unknown_method")
	team.SetScopes("commands", "users:read")
	r = do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": ch.ID, "text": "x"}))
	expect(t, "without the scope", r.code(), "missing_scope")
	expect(t, "needed", r.Body["needed"], any("chat:write"))
	expect(t, "provided", r.Body["provided"], any("commands,users:read"))
}

func TestAuth_DeadTokens(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, _, _ := world(s)
	other := s.NewTeam("Others")
	team.Revoke()
	expect(t, "revoked", do(t, s, team.BotToken(), "auth.test", m{}).code(), "token_revoked")
	expect(t, "another team", do(t, s, other.BotToken(), "auth.test", m{}).code(), "")
	violated(t, s)
	for range 6 {
		do(t, s, team.BotToken(), "auth.test", m{})
	}
	violated(t, s, "again and again")
	team.Restore()
	expect(t, "restored", do(t, s, team.BotToken(), "auth.test", m{}).code(), "")
	team.Deactivate()
	expect(t, "deactivated", do(t, s, team.BotToken(), "auth.test", m{}).code(), "account_inactive")
	var kinds []string
	for _, d := range s.Deliveries() {
		kinds = append(kinds, d.Name)
	}
	expect(t, "the application is told of the revocation", strings.Join(kinds, ","), "tokens_revoked")
}

func TestPost_WhereTheBotMayNot(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, ch, ada := world(s)
	other := s.NewTeam("Others").NewChannel("elsewhere")
	outside, private := team.NewChannel("outside", ada), team.NewPrivateChannel("private", ada)
	post := func(channel string) string {
		return do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": channel, "text": "x"})).code()
	}
	expect(t, "inside", post(ch.ID), "")
	expect(t, "outside, with chat:write.public", post(outside.ID), "")
	team.SetScopes("chat:write")
	expect(t, "outside", post(outside.ID), "not_in_channel")
	expect(t, "private", post(private.ID), "channel_not_found")
	expect(t, "of another team", post(other.ID), "channel_not_found")
	expect(t, "to a person", post(ada.ID), "")
	ch.RestrictPosting(true)
	expect(t, "restricted", post(ch.ID), "restricted_action")
	ch.Archive(true)
	expect(t, "archived", post(ch.ID), "is_archived")
	ch.Delete()
	expect(t, "deleted", post(ch.ID), "channel_not_found")
	ada.SetDeleted(true)
	expect(t, "to a person who is gone", post(ada.ID), "channel_not_found")
}

func TestPost_Manners(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, _ := world(s)
	do(t, s, team.BotToken(), "chat.postMessage", m{"channel": ch.ID, "text": "x", "link_names": true, "parse": "full"})
	violated(t, s, "unfurl_links", "unfurl_media", "link_names", "parse is full")
	expect(t, "nothing to say", do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": ch.ID})).code(), "no_text")
	violated(t, s, "no_text")
}

func TestUpdate_OnlyOwnAndPublic(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, ch, ada := world(s)
	call := func(method string, args m) reply { return do(t, s, team.BotToken(), method, args) }
	ts := call("chat.postMessage", quiet(m{"channel": ch.ID, "text": "one", "metadata": m{"event_type": "key", "event_payload": m{"k": "v"}}})).Body["ts"]
	expect(t, "own", call("chat.update", m{"channel": ch.ID, "ts": ts, "text": "two"}).code(), "")
	got := ada.Messages(ch)
	expect(t, "text", got[0].Text, "two")
	expect(t, "edits", got[0].Edits, 1)
	theirs, err := ada.In(ch).Post("mine")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "somebody's", call("chat.update", m{"channel": ch.ID, "ts": theirs.TS, "text": "x"}).code(), "cant_update_message")
	expect(t, "none", call("chat.update", m{"channel": ch.ID, "ts": "1.000000", "text": "x"}).code(), "message_not_found")
	expect(t, "for a stranger", call("chat.postEphemeral", m{"channel": ch.ID, "user": team.NewPerson("bob").ID, "text": "x"}).code(), "user_not_in_channel")
	hidden := call("chat.postEphemeral", m{"channel": ch.ID, "user": ada.ID, "text": "for you"}).Body["message_ts"]
	expect(t, "ephemeral", call("chat.update", m{"channel": ch.ID, "ts": hidden, "text": "x"}).code(), "message_not_found")
	violated(t, s, "response_url")
	expect(t, "all that ada sees", len(ada.Messages(ch)), 3)
	h := call("conversations.history", m{"channel": ch.ID, "include_all_metadata": true})
	list, _ := h.Body["messages"].([]any)
	expect(t, "all that everybody sees", len(list), 2)
	first, _ := list[1].(map[string]any)
	data, _ := first["metadata"].(map[string]any)
	expect(t, "metadata", data["event_type"], any("key"))
	expect(t, "deleted", call("chat.delete", m{"channel": ch.ID, "ts": ts}).code(), "")
	expect(t, "all that ada sees", len(ada.Messages(ch)), 2)
}

func TestHistory_PagesAndThreads(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, ch, ada := world(s)
	call := func(method string, args m) reply { return do(t, s, team.BotToken(), method, args) }
	c := ada.In(ch)
	first := must[*slacktest.Message](t)(c.Post("one"))
	must[*slacktest.Message](t)(c.Thread(first).Post("reply"))
	must[*slacktest.Message](t)(c.Post("two"))
	r := call("conversations.history", m{"channel": ch.ID, "limit": 1})
	expect(t, "more", r.Body["has_more"], any(true))
	next, _ := r.Body["response_metadata"].(map[string]any)
	r = call("conversations.history", m{"channel": ch.ID, "limit": 1, "cursor": next["next_cursor"]})
	expect(t, "no more", r.Body["has_more"], any(false))
	list, _ := r.Body["messages"].([]any)
	last, _ := list[0].(map[string]any)
	expect(t, "the oldest comes last", last["text"], any("one"))
	expect(t, "it has a reply", last["reply_count"], any(1.0))
	r = call("conversations.replies", m{"channel": ch.ID, "ts": first.TS})
	list, _ = r.Body["messages"].([]any)
	expect(t, "the thread", len(list), 2)
	expect(t, "a limit too high", call("conversations.history", m{"channel": ch.ID, "limit": 1000}).code(), "invalid_limit")
	violated(t, s, "invalid_limit")
	r = call("conversations.history", m{"channel": ch.ID, "oldest": first.TS})
	list, _ = r.Body["messages"].([]any)
	expect(t, "later than the first", len(list), 1)
	ch.Kick(team.Bot())
	expect(t, "outside", call("conversations.history", m{"channel": ch.ID}).code(), "not_in_channel")
}

func TestConversations_ListedFilteredAndJoined(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{NoRateLimits: true})
	team, ch, ada := world(s)
	secret := team.NewPrivateChannel("secret", ada)
	outside := team.NewChannel("outside", ada)
	outside.Archive(true)
	call := func(method string, args m) reply { return do(t, s, team.BotToken(), method, args) }
	names := func(r reply) (out string) {
		list, _ := r.Body["channels"].([]any)
		for _, v := range list {
			o, _ := v.(map[string]any)
			name, _ := o["name"].(string)
			out += name + " "
		}
		return out
	}
	expect(t, "all", names(call("conversations.list", m{"types": "public_channel,private_channel"})), "general outside ")
	expect(t, "without archived", names(call("conversations.list", m{"exclude_archived": true})), "general ")
	secret.Invite(team.Bot())
	expect(t, "with the private one", names(call("conversations.list", m{"types": "private_channel"})), "secret ")
	expect(t, "a page is filtered afterwards", names(call("conversations.list", m{"types": "private_channel", "limit": 1})), "")
	expect(t, "the bot's own", names(call("users.conversations", m{"types": "public_channel,private_channel"})), "general secret ")
	expect(t, "joining what is archived", call("conversations.join", m{"channel": outside.ID}).code(), "is_archived")
	outside.Archive(false)
	expect(t, "joining", call("conversations.join", m{"channel": outside.ID}).code(), "")
	expect(t, "unknown", call("conversations.info", m{"channel": "C0NONE"}).code(), "channel_not_found")
	r := call("conversations.open", m{"users": ada.ID})
	dm, _ := r.Body["channel"].(map[string]any)
	expect(t, "the direct messages", dm["id"], any(ada.DM().Channel().ID))
	expect(t, "with a bot", call("conversations.open", m{"users": team.NewBot("rss").ID}).code(), "cannot_dm_bot")
	r = call("conversations.members", m{"channel": ch.ID})
	members, _ := r.Body["members"].([]any)
	expect(t, "members", len(members), 2)
}

func TestUserGroups_NeedAPlan(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, _, ada := world(s)
	g := team.NewUserGroup("analysts", ada)
	r := do(t, s, team.BotToken(), "usergroups.list", m{"include_users": true})
	list, _ := r.Body["usergroups"].([]any)
	one, _ := list[0].(map[string]any)
	users, _ := one["users"].([]any)
	expect(t, "group", one["id"], any(g.ID))
	expect(t, "in it", users[0], any(ada.ID))
	team.SetFreePlan(true)
	expect(t, "free", do(t, s, team.BotToken(), "usergroups.users.list", m{"usergroup": g.ID}).code(), "plan_upgrade_required")
}

func TestRequests_SayWhatCame(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, ch, _ := world(s)
	do(t, s, team.BotToken(), "chat.postMessage", quiet(m{"channel": ch.ID, "text": "x"}))
	r := s.Calls("chat.postMessage")
	expect(t, "calls", len(r), 1)
	expect(t, "token", r[0].Token, "bot")
	expect(t, "text", r[0].Args["text"], any("x"))
	expect(t, "status", r[0].Status, 200)
}

func TestUserGroups_DisabledOnesAreInNoListUnlessAskedFor(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{Scopes: []string{"usergroups:read"}})
	team, _, ada := world(s)
	g := team.NewUserGroup("analysts", ada)
	g.SetDisabled(true)
	groups := func(args m) int {
		list, _ := do(t, s, team.BotToken(), "usergroups.list", args).Body["usergroups"].([]any)
		return len(list)
	}
	expect(t, "listed", groups(m{"include_users": true}), 0)
	expect(t, "listed where it is asked for", groups(m{"include_disabled": true}), 1)
	expect(t, "members", do(t, s, team.BotToken(), "usergroups.users.list", m{"usergroup": g.ID}).code(), "no_such_subteam")
	team.SetScopes("commands")
	expect(t, "without the scope", do(t, s, team.BotToken(), "usergroups.list", m{}).code(), "missing_scope")
}

func TestUsers_TheFirstOwnerIsOneAndAnAdmin(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team, _, ada := world(s)
	ada.SetPrimaryOwner()
	u, err := client(s, team).GetUserInfo(ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "first", u.IsPrimaryOwner && u.IsOwner && u.IsAdmin, true)
}
