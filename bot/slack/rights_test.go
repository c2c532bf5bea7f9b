package slack_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// openStarter opens an office that is answered from the starter book.
func openStarter(t *testing.T, s *slacktest.Server, change ...func(*slack.Options)) *office {
	t.Helper()
	core, books, book := starterCore(t)
	return openOfficeOn(t, s, core, append([]func(*slack.Options){func(o *slack.Options) {
		o.Offers, o.Inbound, o.Book = bot.NewOffers(books, nil), books, bookOf(book)
	}}, change...)...)
}

// without are the scopes that the bot needs, but for some.
func without(names ...string) []string {
	var list []string
	for _, s := range slack.Scopes() {
		if !slices.Contains(names, s.Name) {
			list = append(list, s.Name)
		}
	}
	return list
}

// room makes another channel, since a rate limit is one channel's, with a reader
// who has an answer there that can be posted.
func (o *office) room(name string, members ...*slacktest.Person) (*slacktest.Channel, *slacktest.Client, *slacktest.Message) {
	o.t.Helper()
	c := o.team.NewChannel(name, members...)
	who := reader(o.team, c, "reader-of-"+name)
	m, err := message(who.Command("/brief", "who Witkoff"))
	return c, who, see(o.t, m, err, "Steve Witkoff")
}

// TestPost_LostRightsAreSaidAndComeBackWithoutARestart: each is one sentence to
// the person, the answer stays, and when the right is back, the same button works.
func TestPost_LostRightsAreSaidAndComeBackWithoutARestart(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o := openStarter(t, server(t), way)
		chatting := without()
		for _, c := range []struct {
			name string
			lose func(*slacktest.Channel)
			back func(*slacktest.Channel)
			want string
		}{
			{"not in it", func(c *slacktest.Channel) { c.Kick(o.team.Bot()) }, func(c *slacktest.Channel) { c.Invite(o.team.Bot()) }, "I am not in this channel. Invite me with /invite @briefbot"},
			{"restricted", func(c *slacktest.Channel) { c.RestrictPosting(true) }, func(c *slacktest.Channel) { c.RestrictPosting(false) }, "lets only some post here"},
			{"no scope", func(*slacktest.Channel) { o.team.SetScopes(without("chat:write")...) }, func(*slacktest.Channel) { o.team.SetScopes(chatting...) }, "installs the app again with the scopes"},
		} {
			o.team.SetScopes(chatting...) // and not chat:write.public
			there, who, card := o.room(strings.ReplaceAll(c.name, " ", "-"), o.team.Bot())
			c.lose(there)
			said, err := press(who, card, "Post to channel")
			said = see(t, said, err, c.want)
			if !said.Ephemeral || said.TS == card.TS || o.posts(who) != 0 || who.Find(card.TS).Seen().Text != card.Seen().Text {
				t.Errorf("%s: private %v, the answer is gone %v, %d posts", c.name, said.Ephemeral, said.TS == card.TS, o.posts(who))
			}
			c.back(there)
			said, err = press(who, card, "Post to channel")
			see(t, said, err)
			if _, err := who.Until(saying("Posted to this channel")); err != nil {
				t.Errorf("%s, and back: %v", c.name, err)
			}
			if n := o.posts(who); n != 1 {
				t.Errorf("%s, and back: %d posts", c.name, n)
			}
		}
	})
}

// TestPost_RefusalsOfSlackAreSentences: what its own answer says. Where it is not
// known whether the message arrived, it is not sent again, and that is said.
func TestPost_RefusalsOfSlackAreSentences(t *testing.T) {
	t.Parallel()
	const unknown = "did not say whether the message arrived"
	refused := func(code string) slacktest.Fault { return slacktest.Fault{Kind: slacktest.ErrorCode, Code: code} }
	type refusal struct {
		name  string
		fault slacktest.Fault
		want  string
		posts int
		tries int
	}
	quick, patient := []refusal{
		{"is_archived", refused("is_archived"), "This channel is archived", 0, 1},
		{"channel_not_found", refused("channel_not_found"), "I cannot see this conversation", 0, 1},
		{"restricted_action_read_only_channel", refused("restricted_action_read_only_channel"), "lets only some post here", 0, 1},
		{"message_limit_exceeded", refused("message_limit_exceeded"), "does not let the app write now", 0, 1},
		{"invalid_blocks", refused("invalid_blocks"), "Posted", 1, 2}, // as words alone
		{"something-new", refused("something_new"), "Something went wrong (ref ", 0, 1},
		{"400", slacktest.Fault{Kind: slacktest.StatusBefore, Status: 400}, "Something went wrong (ref ", 0, 1},
		{"429-long", slacktest.Fault{Kind: slacktest.RateLimited, RetryAfter: time.Hour}, "Try again in 3600 seconds", 0, 1},
		{"429-short", slacktest.Fault{Kind: slacktest.RateLimited, RetryAfter: time.Second}, "Posted", 1, 2},
		{"ratelimited", refused("ratelimited"), "Posted", 1, 2},
		{"internal_error", refused("internal_error"), unknown, 0, 1},
		{"internal_error-done", slacktest.Fault{Kind: slacktest.ErrorAfter}, unknown, 1, 1},
		{"fatal_error-done", slacktest.Fault{Kind: slacktest.ErrorAfter, Code: "fatal_error"}, unknown, 1, 1},
		{"502", slacktest.Fault{Kind: slacktest.StatusBefore}, unknown, 0, 1},
		{"502-done", slacktest.Fault{Kind: slacktest.StatusAfter}, unknown, 1, 1},
		{"a-page", slacktest.Fault{Kind: slacktest.HTML, Status: 503}, unknown, 0, 1},
		{"reset", slacktest.Fault{Kind: slacktest.ResetBefore}, unknown, 0, 1},
		{"reset-done", slacktest.Fault{Kind: slacktest.ResetAfter}, unknown, 1, 1},
		{"cut", slacktest.Fault{Kind: slacktest.Truncated}, unknown, 1, 1},
		{"slow", slacktest.Fault{Kind: slacktest.Slow, Delay: 3500 * time.Millisecond}, "Posted", 1, 1},
	}, []refusal{{"no-answer", slacktest.Fault{Kind: slacktest.HangAfter}, unknown, 1, 1}}
	check := func(t *testing.T, o *office, c refusal) {
		_, who, card := o.room(c.name, o.team.Bot())
		c.fault.Path = "chat.postMessage$"
		before := len(o.server.Calls("chat.postMessage"))
		o.server.Fault(c.fault)
		if _, err := press(who, card, "Post to channel"); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, err := who.Until(func(m *slacktest.Message) bool { return m.Ephemeral && saying(c.want)(m) }); err != nil {
			t.Errorf("%s: %q is not said", c.name, c.want)
		}
		o.server.ClearFaults()
		if got, tries := o.posts(who), len(o.server.Calls("chat.postMessage"))-before; got != c.posts || tries != c.tries {
			t.Errorf("%s: %d posts by %d tries, want %d by %d", c.name, got, tries, c.posts, c.tries)
		}
	}
	each := func(list []refusal) func(*testing.T) {
		return func(t *testing.T) {
			o := openStarter(t, server(t, func(o *slacktest.Options) { o.Patience = 30 * time.Second }))
			for _, c := range list {
				check(t, o, c)
			}
		}
	}
	atOnce(t, map[string]func(*testing.T){"Quick": each(quick), "Patient": each(patient)})
}

// TestPost_WhatIsSharedByACommandIsRefusedTheSame: and the person sees why.
func TestPost_WhatIsSharedByACommandIsRefusedTheSame(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus())
	o.team.SetScopes(without()...)
	elsewhere := o.team.NewChannel("elsewhere")
	ann := reader(o.team, elsewhere, "bea")
	m, err := message(ann.Command("/brief", "aloud hear ye"))
	if m = see(t, m, err, "I am not in this channel"); !m.Ephemeral {
		t.Error("others see it")
	}
	elsewhere.Invite(o.team.Bot())
	m, err = message(ann.Command("/brief", "aloud hear ye"))
	if m = see(t, m, err, "hear ye"); m.Ephemeral {
		t.Error("nobody else sees it")
	}
}

// TestMention_WithoutTheRightToWriteIsLogged: there is no way to tell the person.
func TestMention_WithoutTheRightToWriteIsLogged(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus())
	o.team.SetScopes(without("chat:write", "users:read")...)
	if _, err := o.ann.Post("<@" + o.team.Bot().ID + "> aloud hear ye"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the log says what to do", func() bool { return o.running.log.has("installs the app again with the scopes") })
	echo(t, o.ann, "a command needs no scope to be answered")
	o.team.SetScopes(without()...)
	m, err := message(o.ann.Say("<@" + o.team.Bot().ID + "> aloud again"))
	see(t, m, err, "again")
}

// calls counts the requests with a token in a form, and of views, whose tokens are
// in headers, all.
func calls(s *slacktest.Server, token string) int {
	n := 0
	for _, r := range s.Requests() {
		if strings.HasPrefix(r.API, "views.") || strings.Contains(string(r.Body), token) {
			n++
		}
	}
	return n
}

// TestToken_ThatIsGoodNoMoreStopsAllCallsOfItsWorkspace: whichever call finds out,
// with a sentence in the log; the other workspace goes on.
func TestToken_ThatIsGoodNoMoreStopsAllCallsOfItsWorkspace(t *testing.T) {
	t.Parallel()
	words := map[string]string{
		"invalid_auth": "Slack does not know the token", "token_revoked": "the token has been revoked", "account_inactive": "deactivated",
	}
	mention := func(c *slacktest.Client) { _, _ = c.Post("<@" + c.Person().Team().Bot().ID + "> aloud hear ye") }
	cases := map[string]func(*testing.T){}
	for code, words := range words {
		for method, does := range map[string]func(c *slacktest.Client){
			"chat.postMessage":   mention,
			"chat.postEphemeral": func(c *slacktest.Client) { _, _ = c.Post("<@" + c.Person().Team().Bot().ID + "> echo hello") },
			"views.open":         func(c *slacktest.Client) { _, _ = c.Command("/brief", "") },
			"views.publish":      func(c *slacktest.Client) { go func() { _, _ = c.OpenHome() }() },
			"users.info":         func(c *slacktest.Client) { _, _ = c.Command("/brief", "echo hello") },
		} {
			cases[code+"/"+method] = func(t *testing.T) {
				h := openHouses(t)
				dead, well := h.readers[0], h.readers[1]
				h.server.Fault(slacktest.Fault{Path: method + "$", Kind: slacktest.ErrorCode, Code: code})
				does(dead)
				eventually(t, "the log says so", func() bool { return h.running.log.has("does not let us work in a workspace: ") })
				if !h.running.log.has(words) || !h.running.log.has("workspace="+h.teams[0].ID) {
					t.Errorf("the log does not say that %s", words)
				}
				before := calls(h.server, h.teams[0].BotToken())
				mention(dead)
				_, _ = dead.Person().DM().Post("echo hello")
				go func() { _, _ = dead.OpenHome() }()
				attempted(t, h.server, "app_home_opened")
				echo(t, dead, "a command needs no call to be answered")
				echo(t, well, "well")
				m, err := message(well.Say("<@" + h.teams[1].Bot().ID + "> aloud well-too"))
				see(t, m, err, "well-too")
				if err := h.running.end(); err != nil { // when all has been answered
					t.Fatal(err)
				}
				if n := calls(h.server, h.teams[0].BotToken()) - before; n > 0 {
					t.Errorf("%d calls with a token that is good no more", n)
				}
			}
		}
	}
	atOnce(t, cases)
}

// TestToken_ThatWasNeverGoodIsSaidAtTheStart: and is asked with once.
func TestToken_ThatWasNeverGoodIsSaidAtTheStart(t *testing.T) {
	t.Parallel()
	s := server(t)
	team, desk := newsroom(s)
	r := launch(t, s, team, corpus(), func(o *slack.Options) { o.Apps[0].Workspaces[0].Token = bot.NewSecret("xoxb-canary-wrong") })
	eventually(t, "the log says so", func() bool { return r.log.has("Slack does not know the token") })
	if !s.Socket().WaitConnections(2, patience) {
		t.Fatal("the adapter does not connect")
	}
	echo(t, reader(team, desk, "ann"), "hello")
	if n := calls(s, "xoxb-canary-wrong"); n != 1 {
		t.Errorf("it was asked with %d times", n)
	}
}

// TestToken_EventsThatItIsGoodNoMoreStopAllCalls: before any call finds out.
func TestToken_EventsThatItIsGoodNoMoreStopAllCalls(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T){}
	for name, end := range map[string]func(*slacktest.Team){"Revoked": (*slacktest.Team).Revoke, "Uninstalled": (*slacktest.Team).Uninstall} {
		for way, mode := range map[string]func(*slack.Options){"Socket": overSockets, "HTTP": overHTTP} {
			cases[name+way] = func(t *testing.T) {
				h := openHouses(t, mode)
				for _, c := range h.readers {
					echo(t, c, "before")
				}
				before := calls(h.server, h.teams[0].BotToken())
				end(h.teams[0])
				eventually(t, "the log says so", func() bool { return h.running.log.has("does not let us work in a workspace: ") })
				if name == "Revoked" {
					echo(t, h.readers[0], "a command needs no call to be answered")
				}
				m, err := message(h.readers[1].Say("<@" + h.teams[1].Bot().ID + "> aloud well"))
				see(t, m, err, "well")
				if err := h.running.end(); err != nil {
					t.Fatal(err)
				}
				if n := calls(h.server, h.teams[0].BotToken()) - before; n > 0 {
					t.Errorf("%d calls afterwards", n)
				}
			}
		}
	}
	atOnce(t, cases)
}

// TestToken_RevokedIsSaidToWhoPosts: by the response_url, which needs no token.
func TestToken_RevokedIsSaidToWhoPosts(t *testing.T) {
	t.Parallel()
	o := openStarter(t, server(t, func(o *slacktest.Options) { o.Events = []string{"app_mention"} })) // no event tells
	m, err := message(o.ann.Command("/brief", "who Witkoff"))
	card := see(t, m, err, "Steve Witkoff")
	o.team.Revoke()
	for range 2 {
		m, err = press(o.ann, card, "Post to channel")
		m = see(t, m, err, "I have no access to this workspace any more: the token has been revoked")
		if !m.Ephemeral || o.posts(o.ann) != 0 {
			t.Error("others see it")
		}
	}
	if n := len(o.server.Calls("chat.postMessage")); n != 1 {
		t.Errorf("chat.postMessage was called %d times", n)
	}
}
