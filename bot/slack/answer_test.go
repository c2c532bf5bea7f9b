package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
)

// overSockets is how events come unless something else is said.
func overSockets(*slack.Options) {}

// atOnce runs subtests beside each other, all of them: they wait more than they
// work, and t.Parallel would run as many as there are processors.
func atOnce(t *testing.T, subtests map[string]func(*testing.T)) {
	t.Helper()
	var all sync.WaitGroup
	defer all.Wait()
	for name, f := range subtests {
		all.Go(func() { t.Run(name, f) })
	}
}

// eachWay runs a test by both ways in which events come.
func eachWay(t *testing.T, f func(t *testing.T, way func(*slack.Options))) {
	t.Helper()
	atOnce(t, map[string]func(*testing.T){
		"Socket": func(t *testing.T) { f(t, overSockets) },
		"HTTP":   func(t *testing.T) { f(t, overHTTP) },
	})
}

// office is a workspace with a reader in a channel, and the adapter at work.
type office struct {
	t       *testing.T
	server  *slacktest.Server
	team    *slacktest.Team
	desk    *slacktest.Channel
	ann     *slacktest.Client
	running *running
}

// openOffice opens an office that a core answers.
func openOffice(t *testing.T, core bot.Core, change ...func(*slack.Options)) *office {
	t.Helper()
	return openOfficeOn(t, server(t), core, change...)
}

func openOfficeOn(t *testing.T, s *slacktest.Server, core bot.Core, change ...func(*slack.Options)) *office {
	t.Helper()
	team, desk := newsroom(s)
	return &office{t: t, server: s, team: team, desk: desk, ann: reader(team, desk, "ann"), running: start(t, s, team, core, change...)}
}

// eventually fails the test unless something comes true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come true that %s", what)
		}
	}
}

// echo asks for an echo, and fails the test unless it comes, once.
func echo(t *testing.T, c *slacktest.Client, word string) {
	t.Helper()
	before := count(c, saying(word)) // other answers may come meanwhile
	m, err := message(c.Command("/brief", "echo "+word))
	see(t, m, err, word)
	if n := count(c, saying(word)) - before; n != 1 {
		t.Errorf("%q was answered by %d messages", word, n)
	}
}

// count counts the messages that somebody sees which are as wanted.
func count(c *slacktest.Client, wanted func(*slacktest.Message) bool) int {
	n := 0
	for _, m := range c.Messages() {
		if wanted(m) {
			n++
		}
	}
	return n
}

// saying reports whether a message says something.
func saying(words string) func(*slacktest.Message) bool {
	return func(m *slacktest.Message) bool { return strings.Contains(m.Seen().Text, words) }
}

// posts counts what everybody sees of the bot in a channel.
func (o *office) posts(c *slacktest.Client) int {
	return count(c, func(m *slacktest.Message) bool { return !m.Ephemeral && m.User == o.team.Bot().ID })
}

// responses are the requests to response_urls so far.
func responses(s *slacktest.Server) int {
	n := 0
	for _, r := range s.Requests() {
		if strings.HasPrefix(r.Path, "/response/") {
			n++
		}
	}
	return n
}

// counted is a core that counts what it is asked, and does what it is told with
// some of it.
type counted struct {
	*bottest.Core
	calls atomic.Int64
	// instead answers a request in the place of the core, if it returns true.
	instead func(context.Context, bot.Request) (bot.Reply, bool)
}

func (c *counted) Handle(ctx context.Context, r bot.Request) bot.Reply {
	c.calls.Add(1)
	if c.instead != nil {
		if reply, ok := c.instead(ctx, r); ok {
			return reply
		}
	}
	return c.Core.Handle(ctx, r)
}

// TestAnswer_ASlowOneComesByTheResponseURLAfterAnAckInTime: the stand-in also
// complains about a late acknowledgement.
func TestAnswer_ASlowOneComesByTheResponseURLAfterAnAckInTime(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o := openOffice(t, corpus(), way)
		m, err := message(o.ann.Command("/brief", "slow 3500"))
		m = see(t, m, err, "At last.")
		if !m.Ephemeral || len(o.ann.Messages()) != 1 || responses(o.server) != 1 {
			t.Errorf("private %v, %d messages, %d by the response_url", m.Ephemeral, len(o.ann.Messages()), responses(o.server))
		}
		for _, d := range o.server.Deliveries() {
			if d.Kind == "slash_commands" && (!d.Acked || d.Attempts != 1 || d.AckAfter >= 3*time.Second) {
				t.Errorf("the command was acknowledged: %t, after %v, by %d attempts", d.Acked, d.AckAfter, d.Attempts)
			}
		}
		echo(t, o.ann, "next")
		if n := responses(o.server); n != 1 {
			t.Error("what is quick does not come in the acknowledgement")
		}
	})
}

// crowded is a card whose words are few and whose JSON is long.
func crowded(items int) *bot.Card {
	card := &bot.Card{Title: "Crowded"}
	section := bot.Section{Heading: "All of them"}
	for i := range items {
		section.Items = append(section.Items, bot.Item{Text: bot.T(string(rune('a' + i%26)))})
	}
	card.Sections = []bot.Section{section}
	return card
}

// crowding shows a crowded card to who asks for one.
func crowding() *counted {
	return &counted{Core: corpus(), instead: func(_ context.Context, r bot.Request) (bot.Reply, bool) {
		return bot.Reply{Card: crowded(600)}, r.Text == "crowded"
	}}
}

func TestAnswer_OneTooLargeForAnAcknowledgementComesByTheResponseURL(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o := openOffice(t, crowding(), way)
		m, err := message(o.ann.Command("/brief", "crowded"))
		see(t, m, err, "Crowded")
		raw, _ := json.Marshal(m.Blocks)
		if len(raw) < 20_480 {
			t.Fatalf("the card has %d bytes, which is no test", len(raw))
		}
		if n := responses(o.server); n != 1 || !m.Ephemeral || len(o.ann.Messages()) != 1 {
			t.Errorf("%d by the response_url, private %v, %d messages", n, m.Ephemeral, len(o.ann.Messages()))
		}
	})
}

// TestAnswer_FaultsOfTheResponseURL: whatever goes wrong with one request, the
// person gets the answer. It comes twice at most, and only where the bot cannot
// know that it had arrived: what one person sees is better there twice than never.
func TestAnswer_FaultsOfTheResponseURL(t *testing.T) {
	t.Parallel()
	o := openOffice(t, crowding())
	for i, f := range []slacktest.Fault{
		{Kind: slacktest.StatusBefore, Status: 500},
		{Kind: slacktest.StatusBefore, Status: 502, Times: 2},
		{Kind: slacktest.StatusBefore, Status: 404},
		{Kind: slacktest.StatusAfter, Status: 503},
		{Kind: slacktest.HTML, Status: 502},
		{Kind: slacktest.HTML, Status: 403},
		{Kind: slacktest.ResetBefore},
		{Kind: slacktest.ResetAfter},
		{Kind: slacktest.Slow, Delay: 300 * time.Millisecond},
		{Kind: slacktest.RateLimited, RetryAfter: time.Second},
		{Kind: slacktest.RateLimited, AsHTML: true},
		{Kind: slacktest.RateLimited, RetryAfter: time.Hour, Times: -1}, // then by chat.postEphemeral
	} {
		c := reader(o.team, o.desk, fmt.Sprintf("reader-%d", i))
		f.Path = "^/response/"
		o.server.Fault(f)
		m, err := message(c.Command("/brief", "crowded"))
		see(t, m, err, "Crowded")
		if !m.Ephemeral || m.For != c.Person().ID {
			t.Errorf("%+v: others see it", f)
		}
		o.server.ClearFaults()
		m, err = message(c.Command("/brief", "echo next")) // a second try may still be under way
		see(t, m, err, "next")
		most := 1
		if f.Kind == slacktest.StatusAfter || f.Kind == slacktest.ResetAfter {
			most = 2
		}
		if n := count(c, saying("Crowded")); n > most {
			t.Errorf("%+v: it is there %d times", f, n)
		}
	}
	if o.running.log.has("/response/") { // whoever has it can write in the bot's name
		t.Error("a response_url is in the log")
	}
}

// TestAnswer_AHangingResponseURLIsGivenUp: and then tried again.
func TestAnswer_AHangingResponseURLIsGivenUp(t *testing.T) {
	t.Parallel()
	o := openOfficeOn(t, server(t, func(o *slacktest.Options) { o.Patience = 35 * time.Second }), crowding())
	o.server.Fault(slacktest.Fault{Path: "^/response/", Kind: slacktest.HangBefore})
	m, err := message(o.ann.Command("/brief", "crowded"))
	see(t, m, err, "Crowded")
}

// TestAnswer_AResponseURLIsUsedFiveTimesAtMost: Slack takes no more, and each use
// may have been seen. What it does not take goes by chat.postEphemeral.
func TestAnswer_AResponseURLIsUsedFiveTimesAtMost(t *testing.T) {
	t.Parallel()
	o := openOffice(t, crowding())
	o.server.Fault(slacktest.Fault{Path: "^/response/", Kind: slacktest.StatusBefore, Status: 502, Times: -1})
	m, err := message(o.ann.Command("/brief", "crowded"))
	if n := responses(o.server); n > 5 {
		t.Errorf("the response_url was used %d times", n)
	}
	see(t, m, err, "Crowded")
}

// TestAnswer_APressIsAnsweredWhateverTheResponseURLDoes: in its place, or beside.
func TestAnswer_APressIsAnsweredWhateverTheResponseURLDoes(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus())
	for i, f := range []slacktest.Fault{
		{Kind: slacktest.StatusBefore, Status: 500},
		{Kind: slacktest.StatusAfter, Status: 502},
		{Kind: slacktest.ResetAfter},
		{Kind: slacktest.HTML, Status: 503},
		{Kind: slacktest.StatusBefore, Status: 404, Times: -1},
		{Kind: slacktest.RateLimited, RetryAfter: time.Hour, Times: -1},
	} {
		c := reader(o.team, o.desk, fmt.Sprintf("reader-%d", i))
		m, err := message(c.Command("/brief", "card every-field"))
		m = see(t, m, err, "Every field")
		f.Path = "^/response/"
		o.server.Fault(f)
		m, err = press(c, m, "The small card")
		see(t, m, err, "All of it is here.")
		o.server.ClearFaults()
		if n := count(c, saying("All of it is here.")); n != 1 {
			t.Errorf("%+v: it is there %d times", f, n)
		}
	}
}

func TestAnswer_APanicIsSaidAndTheBotGoesOn(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		core := &counted{Core: corpus(), instead: func(_ context.Context, r bot.Request) (bot.Reply, bool) {
			if strings.Contains(r.Text, "panic") {
				panic("in the core")
			}
			return bot.Reply{}, false
		}}
		o := openOffice(t, core, way)
		for _, ask := range []func() (*slacktest.Shown, error){
			func() (*slacktest.Shown, error) { return o.ann.Command("/brief", "panic") },
			func() (*slacktest.Shown, error) { return o.ann.Say("<@" + o.team.Bot().ID + "> panic") },
			func() (*slacktest.Shown, error) { return o.ann.Person().DM().Say("panic") },
		} {
			m, err := message(ask())
			see(t, m, err, "Something went wrong (ref ")
			_, ref, _ := strings.Cut(m.Seen().Text, "(ref ")
			ref, _, _ = strings.Cut(ref, ")")
			if strings.Contains(m.Seen().Text, "in the core") || !o.running.log.has("ref="+ref) {
				t.Errorf("ref %q is not in the log, or the reason is shown: %q", ref, m.Seen().Text)
			}
		}
		echo(t, o.ann, "next")
	})
}

// TestBook_WhatIsWrongWithItIsSaid: a workspace without one, one that the config
// does not name, and a store that fails.
func TestBook_WhatIsWrongWithItIsSaid(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T){}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"None", briefings.Errorf(briefings.ErrNotFound, "This workspace is not bound to a book yet."), "not bound to a book yet"},
		{"Fails", errors.New("open /srv/hidden/briefbot.db: no such file"), "Something went wrong (ref "},
		{"Unavailable", briefings.Errorf(briefings.ErrUnavailable, "/srv/hidden/briefbot.db cannot be read."), "Something went wrong (ref "},
	} {
		cases[c.name] = func(t *testing.T) {
			core := &counted{Core: corpus()}
			o := openOffice(t, core, func(o *slack.Options) {
				o.Book = func(context.Context, briefings.Workspace) (briefings.BookID, error) { return "", c.err }
			})
			said := func(m *slacktest.Message, err error) {
				t.Helper()
				if see(t, m, err, c.want); strings.Contains(m.Seen().Text, "hidden") {
					t.Errorf("seen: %q", m.Seen().Text)
				}
			}
			said(message(o.ann.Command("/brief", "echo x")))
			m, err := message(o.ann.Say("<@" + o.team.Bot().ID + "> echo x"))
			if said(m, err); !m.Ephemeral {
				t.Error("all see it")
			}
			said(message(o.ann.Person().DM().Say("echo x")))
			home, err := o.ann.OpenHome()
			if err != nil || !strings.Contains(home.Seen().Text, c.want) {
				t.Errorf("the Home tab: %v", err)
			}
			if n := core.calls.Load(); n > 0 {
				t.Errorf("the core was asked %d times", n)
			}
		}
	}
	atOnce(t, cases)
}

// payload is an interaction as it is sent.
func payload(o map[string]any) []byte {
	raw, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return []byte(url.Values{"payload": {string(raw)}}.Encode())
}

// last is what the application was told last of a name.
func last(t *testing.T, s *slacktest.Server, name string) map[string]any {
	t.Helper()
	var p map[string]any
	for _, d := range s.Deliveries() {
		if d.Name == name {
			p = d.Payload
		}
	}
	if p == nil {
		t.Fatalf("there was no %s", name)
	}
	return p
}

// plant has the bot say something with buttons of given ids, as it never would.
func plant(t *testing.T, s *slacktest.Server, team *slacktest.Team, c *slacktest.Client, ids ...string) *slacktest.Message {
	t.Helper()
	var buttons []any
	for i, id := range ids {
		buttons = append(buttons, map[string]any{"type": "button", "action_id": id, "text": map[string]any{"type": "plain_text", "text": fmt.Sprint("button ", i)}})
	}
	raw, err := json.Marshal(map[string]any{
		"channel": c.Channel().ID, "text": "look", "unfurl_links": false, "unfurl_media": false,
		"blocks": []any{map[string]any{"type": "actions", "elements": buttons}},
	})
	if err != nil {
		t.Fatal(err)
	}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.APIURL()+"chat.postMessage", bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json; charset=utf-8")
	q.Header.Set("Authorization", "Bearer "+team.BotToken())
	p, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Body.Close()
	var said struct {
		OK    bool   `json:"ok"`
		TS    string `json:"ts"`
		Error string `json:"error"`
	}
	if err := json.NewDecoder(p.Body).Decode(&said); err != nil || !said.OK {
		t.Fatalf("planted nothing: %v %s", err, said.Error)
	}
	return c.Find(said.TS)
}

// TestButton_IsGoodForItsPersonWorkspaceAndTimeAlone: any other ends in a
// sentence for whoever pressed, and in nothing else.
func TestButton_IsGoodForItsPersonWorkspaceAndTimeAlone(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		var later atomic.Int64
		s := server(t, func(o *slacktest.Options) { o.NoRateLimits = true })
		team, desk := newsroom(s)
		other := s.NewTeam("Others")
		elsewhere := other.NewChannel("elsewhere", other.Bot())
		core := &counted{Core: corpus()}
		r := start(t, s, team, core, way, func(o *slack.Options) {
			o.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
			o.Apps[0].Workspaces = []slack.Workspace{
				{ID: briefings.Workspace(team.ID), Token: bot.NewSecret(team.BotToken())},
				{ID: briefings.Workspace(other.ID), Token: bot.NewSecret(other.BotToken())},
			}
			o.Book = func(_ context.Context, w briefings.Workspace) (briefings.BookID, error) {
				return briefings.BookID("book-" + string(w)), nil
			}
		})
		slack.Unlimited(r.Slack)
		ann, ben, cyd := reader(team, desk, "ann"), reader(team, desk, "ben"), reader(other, elsewhere, "cyd")
		m, err := message(ann.Command("/brief", "card every-field"))
		m = see(t, m, err, "Every field")
		id := m.Seen().Buttons[0].ActionID
		token, _, _ := strings.Cut(id, ".")
		asked := core.calls.Load()
		try := func(name string, team *slacktest.Team, who *slacktest.Client, id string) {
			t.Helper()
			before, seen := plant(t, s, team, who, id), len(who.Messages())
			m, err := message(who.Press(before, id))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if text := m.Seen().Text; !m.Ephemeral || m.For != who.Person().ID || !strings.Contains(text, "That did not work") || strings.Contains(text, "All of it") {
				t.Errorf("%s: private %v: %q", name, m.Ephemeral, text)
			}
			if n := len(who.Messages()) - seen; n != 1 {
				t.Errorf("%s: %d messages", name, n)
			}
		}
		try("another person's", team, ben, id)
		try("another workspace's", other, cyd, id)
		try("made up", team, ann, "abcdefghijklmnopqrstuvwxyz.0")
		try("cut", team, ann, id[:10])
		try("cut to the token", team, ann, token)
		try("no such ordinal", team, ann, token+".99")
		try("a negative ordinal", team, ann, token+".-1")
		try("not a number", team, ann, token+".x")
		try("a menu that is none", team, ann, token+".menu0")
		try("posting what does not post", team, ann, token+".post99")
		try("not ours", team, ann, "hello")
		try("not ours, and like SQL", team, ann, "' OR 1=1 --.0")
		later.Store(int64(8 * 24 * time.Hour))
		try("a week old", team, ann, id)
		if n := core.calls.Load() - asked; n > 0 {
			t.Errorf("the core was asked %d times", n)
		}
	})
}

// TestAction_OfAKindThatIsNotKnownDoesNoHarm: blocks, elements and interactions
// that Slack adds later.
func TestAction_OfAKindThatIsNotKnownDoesNoHarm(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	o := openOffice(t, core, overHTTP)
	forge := func(change func(p map[string]any)) {
		t.Helper()
		m, err := message(o.ann.Command("/brief", "card every-field"))
		m = see(t, m, err, "Every field")
		if _, err := press(o.ann, m, "Say it again"); err != nil {
			t.Fatal(err)
		}
		p := last(t, o.server, "block_actions")
		change(p)
		status, body, err := o.server.Hooks().Forge(slacktest.Forgery{To: slacktest.Interactivity, Body: payload(p)})
		if err != nil || status != http.StatusOK {
			t.Fatalf("%d %q, %v", status, body, err)
		}
	}
	sentences := func() int { return count(o.ann, saying("That did not work")) }
	said := func(name string, change func(p map[string]any)) {
		t.Helper()
		before := sentences()
		forge(change)
		eventually(t, name+" is answered by a sentence", func() bool { return sentences() == before+1 })
	}
	first := func(p map[string]any) map[string]any { return p["actions"].([]any)[0].(map[string]any) }

	said("an action of an unknown id", func(p map[string]any) { first(p)["action_id"] = "from-the-future" })
	said("an element of an unknown type without a value", func(p map[string]any) {
		first(p)["type"], first(p)["action_id"], first(p)["selected_star"] = "star_select", "stars", []int{1, 2}
	})
	said("a message shortcut that is none of ours", func(p map[string]any) { p["type"], p["callback_id"] = "message_action", "gone" })
	said("a button on a message with blocks of an unknown type", func(p map[string]any) {
		p["message"] = map[string]any{"ts": "1.2", "blocks": []any{map[string]any{"type": "hologram", "shape": []any{1, "two", nil}}}}
		first(p)["action_id"] = "x"
	})

	before, seen := sentences(), count(o.ann, func(*slacktest.Message) bool { return true })
	asked := core.calls.Load()
	for _, change := range []func(p map[string]any){
		func(p map[string]any) { p["type"] = "hologram_touched" },
		func(p map[string]any) { p["actions"] = []any{} },
		func(p map[string]any) { delete(p, "actions") },
		func(p map[string]any) {
			p["type"], p["view"] = "view_submission", map[string]any{"callback_id": "gone"}
		},
		func(p map[string]any) { p["type"] = "view_submission" },
		func(p map[string]any) { p["type"] = "view_closed" },
		func(p map[string]any) { delete(p, "user") },
		func(p map[string]any) { p["actions"] = "none" },
	} {
		forge(change)
		asked += 2 // by the command and the press that forge makes
	}
	echo(t, o.ann, "next")
	if sentences() != before || core.calls.Load() != asked+1 {
		t.Errorf("%d sentences, %d questions more than were asked; %d messages before", sentences()-before, core.calls.Load()-asked-1, seen)
	}
}

// TestShortcut_ThatIsNoneOfOursIsSaid: global ones have no channel.
func TestShortcut_ThatIsNoneOfOursIsSaid(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o := openOffice(t, corpus(), way)
		if _, err := o.ann.Shortcut("gone", nil); err != nil {
			t.Fatal(err)
		}
		dm := o.ann.Person().DM()
		m, err := dm.Until(func(m *slacktest.Message) bool { return m.User == o.team.Bot().ID })
		see(t, m, err, "does not have that any more")
	})
}

// TestAnswer_TheFormOpensWhileTheCoreIsSlow: its trigger lives three seconds.
func TestAnswer_TheFormOpensWhileTheCoreIsSlow(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus(), instead: func(context.Context, bot.Request) (bot.Reply, bool) {
		time.Sleep(3500 * time.Millisecond)
		return bot.Reply{}, false
	}}
	o := openOffice(t, core)
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { _, _ = o.ann.Command("/brief", "echo slow") })
	shown, err := reader(o.team, o.desk, "ben").Command("/brief", "")
	if err != nil || shown.View == nil {
		t.Fatalf("no form opens: %v", err)
	}
}

// TestAnswer_AFormThatCannotOpenIsAnsweredInWords: the trigger may be too old.
func TestAnswer_AFormThatCannotOpenIsAnsweredInWords(t *testing.T) {
	t.Parallel()
	for _, f := range []slacktest.Fault{
		{Kind: slacktest.ErrorCode, Code: "expired_trigger_id"},
		{Kind: slacktest.StatusBefore, Status: 503},
		{Kind: slacktest.RateLimited, RetryAfter: 30 * time.Second},
	} {
		o := openOffice(t, corpus())
		f.Path = "views.open$"
		o.server.Fault(f)
		m, err := message(o.ann.Command("/brief", ""))
		see(t, m, err, "home") // the core has no such command, and says so
		if !slices.ContainsFunc(o.server.Calls("views.open"), func(slacktest.Request) bool { return true }) {
			t.Error("no form was opened")
		}
	}
}
