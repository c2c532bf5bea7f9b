package slack_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// attempted waits until what was delivered last of a name has gone out.
func attempted(t *testing.T, s *slacktest.Server, name string) {
	t.Helper()
	eventually(t, name+" is delivered", func() bool {
		sent := false
		for _, d := range s.Deliveries() {
			if d.Name == name {
				sent = d.Attempts > 0
			}
		}
		return sent
	})
}

// settle asks something else: what was delivered before it has been served.
func (o *office) settle(who string) { echo(o.t, reader(o.team, o.desk, who), "another") }

// TestRedelivery_AnEventHasOneEffect: a mention and a direct message, delivered
// again five times after they were answered, and five times before.
func TestRedelivery_AnEventHasOneEffect(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T){}
	for way, mode := range map[string]func(*slack.Options){"Socket": overSockets, "HTTP": overHTTP} {
		for again, redeliver := range map[string]func(*slacktest.Server) int{
			"AgainInANewEnvelope":  func(s *slacktest.Server) int { return s.Redeliver(5) },
			"AgainInTheSameOne":    func(s *slacktest.Server) int { return s.Duplicate(5) },
			"ByBothInThisOrder":    func(s *slacktest.Server) int { return s.Duplicate(2) + s.Redeliver(3) },
			"ByBothInTheOtherWise": func(s *slacktest.Server) int { return s.Redeliver(3) + s.Duplicate(2) },
		} {
			cases["AMention"+way+again] = func(t *testing.T) {
				core := &counted{Core: corpus()}
				o := openOffice(t, core, mode)
				m, err := message(o.ann.Say("<@" + o.team.Bot().ID + "> aloud once"))
				see(t, m, err, "once")
				if n := redeliver(o.server); n != 5 {
					t.Errorf("%d of 5 were acknowledged", n)
				}
				if _, err := o.ann.Post("<@" + o.team.Bot().ID + "> aloud twice"); err != nil {
					t.Fatal(err)
				}
				attempted(t, o.server, "app_mention")
				redeliver(o.server)
				answered := func(m *slacktest.Message) bool { return m.User == o.team.Bot().ID && saying("twice")(m) }
				if _, err := o.ann.Until(answered); err != nil {
					t.Fatal(err)
				}
				o.settle("ben")
				if posts, calls := o.posts(o.ann), core.calls.Load(); posts != 2 || calls != 3 {
					t.Errorf("%d posts answer 2 mentions; the core was asked %d times", posts, calls)
				}
			}
			cases["ADirectMessage"+way+again] = func(t *testing.T) {
				core := &counted{Core: corpus()}
				o := openOffice(t, core, mode)
				dm := o.ann.Person().DM()
				m, err := message(dm.Say("echo once"))
				see(t, m, err, "once")
				if n := redeliver(o.server); n != 5 {
					t.Errorf("%d of 5 were acknowledged", n)
				}
				o.settle("ben")
				if posts, calls := o.posts(dm), core.calls.Load(); posts != 1 || calls != 2 {
					t.Errorf("%d messages answer one; the core was asked %d times", posts, calls)
				}
			}
		}
	}
	atOnce(t, cases)
}

// TestRedelivery_AnEventHasOneEffectAlsoOverARestart: the store knows it.
func TestRedelivery_AnEventHasOneEffectAlsoOverARestart(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		inbound := bookStore(t)
		same := func(o *slack.Options) { o.Inbound = inbound }
		o := openOffice(t, corpus(), way, same)
		restart := func() {
			t.Helper()
			if err := o.running.end(); err != nil {
				t.Fatal(err)
			}
			o.running = start(t, o.server, o.team, corpus(), way, same)
		}
		m, err := message(o.ann.Say("<@" + o.team.Bot().ID + "> aloud once"))
		see(t, m, err, "once")
		restart()
		if n := o.server.Redeliver(5); n != 5 {
			t.Errorf("%d of 5 mentions were acknowledged", n)
		}
		dm := o.ann.Person().DM()
		m, err = message(dm.Say("echo once"))
		see(t, m, err, "once")
		restart()
		if n := o.server.Redeliver(5); n != 5 {
			t.Errorf("%d of 5 direct messages were acknowledged", n)
		}
		o.settle("ben")
		if err := o.running.end(); err != nil { // when all has been answered
			t.Fatal(err)
		}
		if a, b := o.posts(o.ann), o.posts(dm); a != 1 || b != 1 {
			t.Errorf("%d posts in the channel, %d messages in the conversation", a, b)
		}
	})
}

// TestRedelivery_TwoReplicasAnswerAnEventOnce: by the store that they share.
func TestRedelivery_TwoReplicasAnswerAnEventOnce(t *testing.T) {
	t.Parallel()
	inbound := bookStore(t)
	same := func(o *slack.Options) { o.Inbound = inbound }
	o := openOffice(t, corpus(), same)
	second := launch(t, o.server, o.team, corpus(), same)
	if !o.server.Socket().WaitConnections(4, patience) {
		t.Fatal("the second does not connect")
	}
	second.identified(t)
	m, err := message(o.ann.Say("<@" + o.team.Bot().ID + "> aloud once"))
	see(t, m, err, "once")
	if n := o.server.Redeliver(5); n != 5 {
		t.Errorf("%d of 5 were acknowledged", n)
	}
	for _, r := range []*running{o.running, second} {
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.posts(o.ann); n != 1 {
		t.Errorf("%d posts answer one mention", n)
	}
}

// TestRedelivery_ACommandThatSharesPostsOnce: in the same envelope and in others,
// before and after it was answered.
func TestRedelivery_ACommandThatSharesPostsOnce(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o := openOffice(t, corpus(), way)
		m, err := message(o.ann.Command("/brief", "aloud hear ye"))
		if see(t, m, err, "hear ye"); m.Ephemeral {
			t.Error("nobody else sees it")
		}
		o.server.Redeliver(3)
		o.server.Duplicate(2)
		o.settle("ben")
		if n := o.posts(o.ann); n != 1 {
			t.Errorf("%d posts", n)
		}
		var asked sync.WaitGroup
		asked.Go(func() { _, _ = o.ann.Command("/brief", "aloud and again") })
		attempted(t, o.server, "/brief")
		o.server.Redeliver(5)
		asked.Wait()
		o.settle("cyd")
		if n := count(o.ann, saying("and again")); n != 1 {
			t.Errorf("%d posts of the second", n)
		}
	})
}

// TestRedelivery_AnEnvelopeThatComesTwiceInMidCommandIsAnswered: to acknowledge
// the second time without the answer would be to acknowledge both so.
func TestRedelivery_AnEnvelopeThatComesTwiceInMidCommandIsAnswered(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	o := openOffice(t, core)
	waiting := slowly(o.ann, 700)
	reached(t, core, 1)
	o.server.Duplicate(3)
	if err := <-waiting; err != nil {
		t.Error(err)
	}
}

// TestRedelivery_AnEnvelopeThatComesAgainGetsTheSameAnswerAndAsksNothing: to ask
// again what is new would be to be told that nothing is.
func TestRedelivery_AnEnvelopeThatComesAgainGetsTheSameAnswerAndAsksNothing(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	o := openOffice(t, core)
	m, err := message(o.ann.Command("/brief", "echo what is new"))
	see(t, m, err, "what is new")
	if n := o.server.Duplicate(3); n != 3 {
		t.Errorf("%d of 3 were acknowledged", n)
	}
	if n := core.calls.Load(); n != 1 {
		t.Errorf("the core was asked %d times", n)
	}
}

// TestRedelivery_APressOnPostPostsOnce: also where a quick person presses twice,
// and where Slack delivers a press again.
func TestRedelivery_APressOnPostPostsOnce(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		core, books, book := starterCore(t)
		o := openOffice(t, core, way, func(o *slack.Options) {
			o.Offers, o.Inbound, o.Book = bot.NewOffers(books, nil), books, bookOf(book)
		})
		m, err := message(o.ann.Command("/brief", "who Witkoff"))
		m = see(t, m, err, "Steve Witkoff")
		var twice sync.WaitGroup
		for range 2 {
			twice.Go(func() { _, _ = press(o.ann, m, "Post to channel") }) // one may find the button gone
		}
		twice.Wait()
		if n := o.posts(o.ann); n != 1 {
			t.Errorf("%d posts by two presses", n)
		}
		ben := reader(o.team, o.desk, "ben")
		m, err = message(ben.Command("/brief", "who Putin"))
		m = see(t, m, err, "Vladimir Putin")
		if _, err := press(ben, m, "Post to channel"); err != nil {
			t.Fatal(err)
		}
		if _, err := ben.Until(saying("Posted to this channel")); err != nil {
			t.Fatal(err)
		}
		o.server.Redeliver(5)
		o.server.Duplicate(2)
		if err := o.running.end(); err != nil {
			t.Fatal(err)
		}
		if n := o.posts(ben); n != 2 {
			t.Errorf("%d posts by one press more, delivered eight times", n-1)
		}
		if n := count(ben, saying("That did not work")); n > 0 {
			t.Error("it is said that it did not work")
		}
	})
}

// TestRedelivery_ASignedRequestThatIsReplayedHasOneEffect: five times at once, by
// whoever has got hold of it within five minutes.
func TestRedelivery_ASignedRequestThatIsReplayedHasOneEffect(t *testing.T) {
	t.Parallel()
	core, books, book := starterCore(t)
	o := openOffice(t, core, overHTTP, func(o *slack.Options) {
		o.Offers, o.Inbound, o.Book = bot.NewOffers(books, nil), books, bookOf(book)
	})
	replay := func(to slacktest.Target, body []byte) {
		t.Helper()
		var five sync.WaitGroup
		for range 5 {
			five.Go(func() {
				status, answer, err := o.server.Hooks().Forge(slacktest.Forgery{To: to, Body: body})
				if err != nil || status != http.StatusOK {
					t.Errorf("%d %q, %v", status, answer, err)
				}
			})
		}
		five.Wait()
	}
	form := func(p map[string]any) []byte {
		values := url.Values{}
		for k, v := range p {
			if s, ok := v.(string); ok {
				values.Set(k, s)
			}
		}
		return []byte(values.Encode())
	}

	m, err := message(o.ann.Command("/brief", "who Witkoff share"))
	see(t, m, err, "Steve Witkoff")
	replay(slacktest.Commands, form(last(t, o.server, "/brief")))

	m, err = message(o.ann.Command("/brief", "who Putin"))
	m = see(t, m, err, "Vladimir Putin")
	if _, err := press(o.ann, m, "Post to channel"); err != nil {
		t.Fatal(err)
	}
	replay(slacktest.Interactivity, payload(last(t, o.server, "block_actions")))

	m, err = message(o.ann.Say("<@" + o.team.Bot().ID + "> status talks"))
	see(t, m, err, "Peace talks")
	replay(slacktest.Events, marshal(t, last(t, o.server, "app_mention")))

	dm := o.ann.Person().DM()
	m, err = message(dm.Say("who is Witkoff?"))
	see(t, m, err, "Steve Witkoff")
	replay(slacktest.Events, marshal(t, last(t, o.server, "message")))

	if err := o.running.end(); err != nil {
		t.Fatal(err)
	}
	if n := o.posts(o.ann); n != 3 {
		var all []string
		for _, m := range o.ann.Messages() {
			title, _, _ := strings.Cut(m.Seen().Text, "\n")
			all = append(all, title)
		}
		t.Errorf("%d posts, want one each of a command, a press and a mention: %q", n, all)
	}
	if n := o.posts(dm); n != 1 {
		t.Errorf("%d messages answer one", n)
	}
}

// TestRedelivery_WhatChangesTheBookIsDoneOnce: asked for in each way, and delivered
// five times more: in new envelopes and in the same, while it is being done and later.
// The event has one id, and there is one answer.
func TestRedelivery_WhatChangesTheBookIsDoneOnce(t *testing.T) {
	t.Parallel()
	asks := map[string]func(t *testing.T, o *office){
		"ACommand": func(_ *testing.T, o *office) { _, _ = o.ann.Command("/brief", "desk change it") },
		"AMention": func(_ *testing.T, o *office) { _, _ = o.ann.Say("<@" + o.team.Bot().ID + "> desk change it") },
		"AMessage": func(_ *testing.T, o *office) { _, _ = o.ann.Person().DM().Say("desk change it") },
		"AShortcut": func(t *testing.T, o *office) {
			_, _ = o.ann.Shortcut("desk_change", must(t)(o.ann.Post("it")))
		},
		"APress": func(t *testing.T, o *office) {
			m, err := message(o.ann.Command("/brief", "home"))
			m = see(t, m, err, "Home")
			_, _ = press(o.ann, m, "Change")
		},
		"AForm": func(t *testing.T, o *office) { submit(t, form(t, o.ann, "desk form"), "mine", "it") },
	}
	cases := map[string]func(*testing.T){}
	for name, ask := range asks {
		for way, mode := range map[string]func(*slack.Options){"Socket": overSockets, "HTTP": overHTTP} {
			cases[name+way] = func(t *testing.T) {
				o, core := openDesk(t, mode)
				if name == "AMessage" {
					o.ann = o.ann.Person().DM()
				}
				ask(t, o)
				eventually(t, "it is done", func() bool { n, _ := core.effects(); return n == 1 })
				o.server.Redeliver(5)
				o.server.Duplicate(5)
				o.settle("ben")
				changed := func(m *slacktest.Message) bool { return saying("Changed")(m) || saying("already")(m) }
				eventually(t, "it is answered", func() bool { return count(o.ann, changed) > 0 })
				if changes, asked := core.effects(); changes != 1 {
					t.Errorf("%d requests made %d changes, and are of as many events", asked, changes)
				}
				if n := count(o.ann, changed); n != 1 {
					t.Errorf("there are %d answers", n)
				}
			}
		}
	}
	atOnce(t, cases)
}

// TestRedelivery_AFormOpensOnce: a trigger is good once, and nobody is told that it
// was used. What is sent again is acknowledged as it was.
func TestRedelivery_AFormOpensOnce(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o, core := openDesk(t, way)
		v := form(t, o.ann, "desk form")
		o.server.Redeliver(5)
		v = stays(t, o.ann, submit(t, v, "wrong", "typed"), "wrong", "typed", "The title is")
		if n := o.server.Redeliver(5); n != 5 {
			t.Errorf("%d of 5 were acknowledged", n)
		}
		o.settle("ben")
		stays(t, o.ann, &slacktest.Shown{View: v.Latest()}, "wrong", "typed", "The title is")
		if n := len(o.server.Calls("views.open")); n != 1 {
			t.Errorf("it was opened %d times", n)
		}
		if n := count(o.ann, saying("There is a form")); n != 0 {
			t.Errorf("%d messages say that it could not be opened", n)
		}
		if n := core.sent(); n != 1 {
			t.Errorf("the core was asked %d times what comes of it", n)
		}
	})
}

// TestRedelivery_AFormThatIsSentFiveTimesAtOnceIsTakenOnce: and each is acknowledged.
func TestRedelivery_AFormThatIsSentFiveTimesAtOnceIsTakenOnce(t *testing.T) {
	t.Parallel()
	o, core := openDesk(t, overHTTP)
	submit(t, form(t, o.ann, "desk form"), "wrong", "typed")
	p := last(t, o.server, "view_submission")
	p["trigger_id"] = "once more"
	for _, block := range p["view"].(map[string]any)["state"].(map[string]any)["values"].(map[string]any) {
		if in, ok := block.(map[string]any)["title"].(map[string]any); ok {
			in["value"] = "right"
		}
	}
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if status, body := o.forge(slacktest.Forgery{To: slacktest.Interactivity, Body: payload(p)}); status != 200 || body != "" {
				t.Errorf("%d %s", status, body)
			}
		})
	}
	all.Wait()
	eventually(t, "it is answered", func() bool { return count(o.ann, saying("Changed")) > 0 })
	if n := core.sent(); n != 2 || count(o.ann, saying("Changed")) != 1 {
		t.Errorf("the core was asked %d times, want 2; %d answers", n, count(o.ann, saying("Changed")))
	}
}

// TestRedelivery_FiveOfOneAtOnceChangeTheBookOnce: the book's own store tells them
// apart, as none of them is the first. One is answered.
func TestRedelivery_FiveOfOneAtOnceChangeTheBookOnce(t *testing.T) {
	t.Parallel()
	core, books, book := starterCore(t)
	o := openOffice(t, core, overHTTP, func(o *slack.Options) {
		o.Offers, o.Inbound, o.Book = bot.NewOffers(books, nil), books, bookOf(book)
	})
	editor := func(name string) *slacktest.Client { // each has their own limit
		c := reader(o.team, o.desk, name)
		c.Person().SetOwner(true)
		return c
	}
	changes := func() int {
		t.Helper()
		list, err := books.Revisions(t.Context(), book, briefings.RevisionQuery{})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	typist, presser, caller := editor("typist"), editor("presser"), editor("caller")
	m, err := message(presser.Command("/brief", "book verify Putin"))
	m = see(t, m, err, "Verified")
	undo := ""
	for _, b := range m.Seen().Buttons {
		if b.Label == "Undo" {
			undo = b.ActionID
		}
	}
	var checks []func()
	begun := changes()
	for name, c := range map[string]struct {
		who  *slacktest.Client
		to   slacktest.Target
		body []byte
		says string
	}{
		"a command": {typist, slacktest.Commands, []byte(url.Values{
			"command": {"/brief"}, "text": {"book verify Zelensky"}, "trigger_id": {"one"}, "team_id": {o.team.ID},
			"channel_id": {o.desk.ID}, "user_id": {typist.Person().ID}, "user_name": {"typist"},
		}.Encode()), "Verified: Volodymyr Zelensky"},
		"a press": {presser, slacktest.Interactivity, payload(map[string]any{
			"type": "block_actions", "trigger_id": "two", "team": map[string]any{"id": o.team.ID}, "channel": map[string]any{"id": o.desk.ID},
			"user":      map[string]any{"id": presser.Person().ID, "team_id": o.team.ID, "username": "presser"},
			"container": map[string]any{"type": "message", "message_ts": m.TS, "channel_id": o.desk.ID, "is_ephemeral": true},
			"actions":   []any{map[string]any{"type": "button", "action_id": undo, "action_ts": "1700000001.000100"}},
		}), "Undone"},
		"a mention": {caller, slacktest.Events, marshal(t, map[string]any{
			"type": "event_callback", "team_id": o.team.ID, "event_id": "three",
			"event": map[string]any{
				"type": "app_mention", "user": caller.Person().ID, "team": o.team.ID, "channel": o.desk.ID, "ts": "1700000002.000100",
				"text": "<@" + o.team.Bot().ID + "> book verify Witkoff",
			},
		}), "Verified: Steve Witkoff"},
	} {
		own := func(m *slacktest.Message) bool { return m.User == o.team.Bot().ID && m.For == c.who.Person().ID }
		before, said := changes(), count(c.who, own)
		var answers atomic.Int64 // to the requests
		var five sync.WaitGroup
		for range 5 {
			five.Go(func() {
				status, answer := o.forge(slacktest.Forgery{To: c.to, Body: c.body})
				if status != http.StatusOK {
					t.Errorf("%s: %d %q", name, status, answer)
				}
				if answer == "" {
					return
				}
				answers.Add(1)
				if !strings.Contains(answer, c.says) {
					t.Errorf("%s is answered by %q", name, answer)
				}
			})
		}
		five.Wait()
		answered := func() int { return int(answers.Load()) + count(c.who, own) - said }
		eventually(t, name+" is answered", func() bool { return answered() > 0 })
		if n := changes() - before; n != 1 {
			t.Errorf("%s: %d changes", name, n)
		}
		checks = append(checks, func() {
			if c.to != slacktest.Commands && count(c.who, saying(c.says)) != 1 {
				t.Errorf("%s is answered by something else", name)
			}
			if answered() != 1 {
				t.Errorf("%s: %d answers", name, answered())
			}
		})
	}
	o.ended(checks...)
	if n := changes() - begun; n != len(checks) {
		t.Errorf("%d changes in all", n)
	}
}

// ended ends the adapter, when all has been answered, and looks then.
func (o *office) ended(checks ...func()) {
	o.t.Helper()
	if err := o.running.end(); err != nil {
		o.t.Fatal(err)
	}
	for _, check := range checks {
		check()
	}
}

// TestRedelivery_FiveOfOneAtOnceAreAnsweredOnceThoughNothingChanges: what was pressed,
// or chosen in the menu of a message, and is refused or only read.
func TestRedelivery_FiveOfOneAtOnceAreAnsweredOnceThoughNothingChanges(t *testing.T) {
	t.Parallel()
	o, core := openDesk(t, overHTTP)
	core.editors.Store("S0NOBODY")
	m, err := message(o.ann.Command("/brief", "home"))
	m = see(t, m, err, "Home")
	_, err = press(o.ann, m, "Change")
	refused := func() int { return count(o.ann, saying("That is for editors.")) }
	if err != nil || refused() != 1 {
		t.Fatalf("%d refusals, %v", refused(), err)
	}
	pressed := last(t, o.server, "block_actions")
	_, err = o.ann.Shortcut("desk_change", must(t)(o.ann.Post("news")))
	if err != nil || refused() != 2 {
		t.Fatalf("%d refusals, %v", refused(), err)
	}
	chosen := last(t, o.server, "message_action")
	for _, p := range []map[string]any{pressed, chosen} {
		p["trigger_id"] = "another" // it is new, and comes five times
		var five sync.WaitGroup
		for range 5 {
			five.Go(func() {
				if status, body := o.forge(slacktest.Forgery{To: slacktest.Interactivity, Body: payload(p)}); status != http.StatusOK || body != "" {
					t.Errorf("%d %q", status, body)
				}
			})
		}
		five.Wait()
	}
	o.ended(func() {
		if n := refused(); n != 4 {
			t.Errorf("%d refusals, want one each of two presses and two choices", n)
		}
	})
}
