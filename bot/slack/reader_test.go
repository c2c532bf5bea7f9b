package slack_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/briefings/starter"
	"github.com/briefbot/briefbot/store"
)

// starterCore is the bot over the starter book, whose id it returns.
func starterCore(t testing.TB) (*bot.Bot, *store.Store, briefings.BookID) {
	t.Helper()
	s := emptyStore(t)
	now := time.Now().Add(-time.Hour)
	contents, err := starter.Book(now)
	if err != nil {
		t.Fatal(err)
	}
	library := briefings.NewLibrary(s)
	_, err = library.Apply(t.Context(), contents.Book.ID, briefings.Change{
		Actor: briefings.Actor{Platform: "test", User: "desk"}, At: now, Edits: briefings.PlanImport(nil, contents, false),
	})
	if err != nil {
		t.Fatal(err)
	}
	core, err := bot.New(library, bot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return core, s, contents.Book.ID
}

// starterDesk is a workspace that is answered from the starter book.
func starterDesk(t *testing.T, change ...func(*slack.Options)) (*slacktest.Server, *slacktest.Team, *slacktest.Channel) {
	t.Helper()
	s := server(t)
	team, desk := newsroom(s)
	core, books, book := starterCore(t)
	start(t, s, team, core, append([]func(*slack.Options){func(o *slack.Options) {
		o.Offers, o.Inbound = bot.NewOffers(books, nil), books
		o.Book = func(context.Context, briefings.Workspace) (briefings.BookID, error) { return book, nil }
	}}, change...)...)
	return s, team, desk
}

// see fails the test unless what is shown has all the words.
func see(t *testing.T, m *slacktest.Message, err error, words ...string) *slacktest.Message {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	text := m.Seen().Text
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Fatalf("%q is not in what is shown:\n%s", w, text)
		}
	}
	return m
}

func TestReader_AsksInAChannelReadsOnAndPosts(t *testing.T) {
	_, team, desk := starterDesk(t)
	ann := reader(team, desk, "ann")
	bob := reader(team, desk, "bob")

	m, err := message(ann.Command("/brief", "who Witkoff"))
	m = see(t, m, err, "Steve Witkoff", "Not known", "Sources")
	if !m.Ephemeral {
		t.Error("others see the answer")
	}
	if m.Text == "" || !strings.Contains(m.Text, "Steve Witkoff") {
		t.Errorf("the fallback is %q", m.Text)
	}
	m, err = press(ann, m, "Timeline")
	m = see(t, m, err, "Timeline")
	if n := len(ann.Messages()); n != 1 {
		t.Errorf("the timeline is beside the answer: %d messages", n)
	}
	m, err = press(ann, m, "Post to channel")
	see(t, m, err)
	posted, err := bob.Until(func(m *slacktest.Message) bool { return !m.Ephemeral && m.User == team.Bot().ID })
	posted = see(t, posted, err, "Timeline", "Posted by ann")
	m, err = ann.Until(func(m *slacktest.Message) bool { return strings.Contains(m.Seen().Text, "Posted to this channel") })
	m = see(t, m, err)
	if !m.Ephemeral || slices.ContainsFunc(m.Seen().Buttons, func(b slacktest.Button) bool { return b.Label == "Post to channel" }) {
		t.Errorf("ann can post it again:\n%s", m.Seen().Text)
	}

	// What all see stays as it is: who presses on it is answered alone.
	before := posted.Seen().Text
	button := posted.Seen().Buttons[0].Label
	own, err := press(bob, posted, button)
	own = see(t, own, err)
	if !own.Ephemeral || own.For != bob.Person().ID {
		t.Error("bob's answer is for all")
	}
	if now := ann.Find(posted.TS); now == nil || now.Seen().Text != before {
		t.Error("the post has changed")
	}
}

func TestReader_ANameAloneIsItsPageAndASlipIsForgiven(t *testing.T) {
	_, team, desk := starterDesk(t)
	ann := reader(team, desk, "ann")
	for text, want := range map[string]string{
		"Witkoff":             "Steve Witkoff",
		"Witkof":              "Showing",
		"status talks":        "Peace talks",
		"who is witkoff?":     "Steve Witkoff",
		"help":                "/brief who",
		"whoo Witkoff":        "",
		"&lt;Witkoff&gt;":     "Witkoff",
		"positions donbas":    "Position",
		"upcoming many":       "/brief",
		"who xyzzyqwertyuiop": "",
	} {
		m, err := message(ann.Command("/brief", text))
		see(t, m, err, want)
	}
}

// TestReader_AskedByMention_IsAnsweredInTheThread: Slack's commands do not work
// there.
func TestReader_AskedByMention_IsAnsweredInTheThread(t *testing.T) {
	for _, mode := range []func(*slack.Options){func(*slack.Options) {}, overHTTP} {
		_, team, desk := starterDesk(t, mode)
		ann := reader(team, desk, "ann")
		bob := reader(team, desk, "bob")
		at := "<@" + team.Bot().ID + ">"

		m, err := message(ann.Say(at + " status talks"))
		m = see(t, m, err, "Peace talks")
		question := ann.Messages()[0]
		if m.ThreadTS != question.TS || m.Ephemeral {
			t.Errorf("it is answered in thread %q (ephemeral %t), and was asked as %q", m.ThreadTS, m.Ephemeral, question.TS)
		}
		topic, err := bob.Post("What do we know?")
		if err != nil {
			t.Fatal(err)
		}
		m, err = message(bob.Reply(topic, "so, "+at+": who is Witkoff?"))
		m = see(t, m, err, "Steve Witkoff")
		if m.ThreadTS != topic.TS {
			t.Errorf("it is answered in thread %q, and was asked in %q", m.ThreadTS, topic.TS)
		}
		// Who slips is told alone, in the thread.
		m, err = message(bob.Reply(topic, at+" who xyzzyqwertyuiop"))
		if m = see(t, m, err, "xyzzyqwertyuiop"); !m.Ephemeral || m.ThreadTS != topic.TS {
			t.Errorf("a slip is shown in thread %q, ephemeral %t", m.ThreadTS, m.Ephemeral)
		}
		// A button below an answer in a thread is answered in the thread.
		answer, err := bob.Until(func(m *slacktest.Message) bool {
			return m.ThreadTS == topic.TS && m.User == team.Bot().ID && !m.Ephemeral
		})
		if err != nil {
			t.Fatal(err)
		}
		m, err = press(bob.Thread(topic), answer, "Timeline")
		if m = see(t, m, err, "Timeline"); !m.Ephemeral || m.ThreadTS != topic.TS {
			t.Errorf("a button is answered in thread %q, ephemeral %t", m.ThreadTS, m.Ephemeral)
		}
	}
}

func TestReader_WritesToTheBot(t *testing.T) {
	_, team, desk := starterDesk(t)
	ann := reader(team, desk, "ann").Person().DM()
	m, err := message(ann.Say("who is Witkoff?"))
	m = see(t, m, err, "Steve Witkoff")
	for _, b := range m.Seen().Buttons {
		if b.Label == "Post to channel" {
			t.Error("it offers to post where nobody else is")
		}
	}
	next, err := press(ann, m, "Timeline")
	if next = see(t, next, err, "Timeline"); next.TS != m.TS {
		t.Error("the answer is not in the place of the one before")
	}
	m, err = message(ann.Command("/brief", "who Putin share"))
	see(t, m, err, "Vladimir Putin")
}

// TestReader_ACommandAloneOpensTheSearchForm: names complete in it, and the answer
// comes into the channel.
func TestReader_ACommandAloneOpensTheSearchForm(t *testing.T) {
	for _, mode := range []func(*slack.Options){func(*slack.Options) {}, overHTTP} {
		_, team, desk := starterDesk(t, mode)
		ann := reader(team, desk, "ann")
		shown, err := ann.Command("/brief", "")
		if err != nil || shown.View == nil {
			t.Fatalf("no form opens: %v", err)
		}
		v := shown.View
		if err := v.Choose("show", "who"); err != nil {
			t.Fatal(err)
		}
		shown, err = v.Submit()
		if err != nil || shown.View == nil || shown.View.Errors["topic"] == "" {
			t.Fatalf("who nobody is: %v", err)
		}
		if err := v.Fill("words", "what is new"); err != nil {
			t.Fatal(err)
		}
		choices, err := v.Suggest("topic", "witk")
		if err != nil || len(choices) == 0 || !strings.Contains(choices[0].Label, "Steve Witkoff") {
			t.Fatalf("witk is completed by %v, %v", choices, err)
		}
		if err := v.Choose("topic", choices[0].Value); err != nil {
			t.Fatal(err)
		}
		shown, err = v.Submit()
		if err != nil || shown.View == nil || shown.View.Errors["words"] == "" {
			t.Fatalf("two questions in one: %v", err)
		}
		if err := v.Fill("words", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Submit(); err != nil {
			t.Fatal(err)
		}
		m, err := ann.Until(func(m *slacktest.Message) bool { return m.Ephemeral })
		m = see(t, m, err, "Steve Witkoff", "Latest")
		if m.For != ann.Person().ID {
			t.Error("the answer is for somebody else")
		}
		shown, err = ann.Command("/brief", "   ")
		if err != nil || shown.View == nil {
			t.Fatalf("no form opens: %v", err)
		}
		if err := shown.View.Fill("words", "who leads Russia?"); err != nil {
			t.Fatal(err)
		}
		if _, err := shown.View.Submit(); err != nil {
			t.Fatal(err)
		}
		m, err = ann.Until(func(m *slacktest.Message) bool { return strings.Contains(m.Seen().Text, "Vladimir Putin") })
		see(t, m, err, "Vladimir Putin")
	}
}

// TestReader_TheHomeTabShowsTheBoard: its buttons answer in a window, and there
// in place.
func TestReader_TheHomeTabShowsTheBoard(t *testing.T) {
	_, team, desk := starterDesk(t)
	ann := reader(team, desk, "ann")
	home, err := ann.OpenHome()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range []string{"Peace talks on Ukraine", "STALE", "Waiting to be checked", "/brief who Witkoff"} {
		if !strings.Contains(home.Seen().Text, w) {
			t.Errorf("%q is not on the board:\n%s", w, home.Seen().Text)
		}
	}
	shown, err := home.Press("Who wants what")
	if err != nil || shown.View == nil || !strings.Contains(shown.View.Seen().Text, "Positions") {
		t.Fatalf("no window with the positions: %v", err)
	}
	window := shown.View
	window.Close(true)
	shown, err = home.Press("One page")
	if err != nil || shown.View == nil || !strings.Contains(shown.View.Seen().Text, "one page") {
		t.Fatalf("no window with the book on one page: %v", err)
	}
	window = shown.View
	shown, err = window.Press("Peace talks on Ukraine")
	if err != nil || shown.View == nil || shown.View.ID != window.ID || !strings.Contains(shown.View.Seen().Text, "Peace talks on Ukraine") {
		t.Fatalf("the window does not show what was pressed: %v", err)
	}
	shown.View.Close(true)
	home, err = ann.OpenHome()
	if err != nil {
		t.Fatal(err)
	}
	shown, err = home.Press("Search the book")
	if err != nil || shown.View == nil || shown.View.CallbackID != "search" {
		t.Fatalf("no form opens: %v", err)
	}
	if err := shown.View.Fill("words", "who is Witkoff"); err != nil {
		t.Fatal(err)
	}
	if _, err := shown.View.Submit(); err != nil {
		t.Fatal(err)
	}
	dm := ann.Person().DM() // there is no channel
	m, err := dm.Until(func(m *slacktest.Message) bool { return strings.Contains(m.Seen().Text, "Steve Witkoff") })
	see(t, m, err)
	ann.OpenMessages() // which shows no board
}

func TestReader_AnotherCommandIsItsVerb(t *testing.T) {
	s := server(t, func(o *slacktest.Options) {
		o.Commands = []string{"/desk", "/positions", "/brief", "/book", "/book-history"}
	})
	team, desk := newsroom(s)
	core, books, book := starterCore(t)
	start(t, s, team, core, func(o *slack.Options) {
		o.Command, o.Offers, o.Inbound = "/desk", bot.NewOffers(books, nil), books
		o.Book = func(context.Context, briefings.Workspace) (briefings.BookID, error) { return book, nil }
	})
	ann := reader(team, desk, "ann")
	for _, c := range [][3]string{{"/desk", "who Witkoff", "Steve Witkoff"}, {"/positions", "donbas", "Position"}, {"/positions", "", "Positions"}, {"/desk", "help", "/desk who"}, {"/brief", "Witkoff", "Steve Witkoff"}, {"/book", "history Witkoff", "/desk book history is for the role"}, {"/book-history", "Witkoff", "/desk book history is for the role"}, {"/book", "", "Say what to do: /desk book"}} {
		m, err := message(ann.Command(c[0], c[1]))
		see(t, m, err, c[2])
	}
}

// TestEditor_ChangesTheBookByAForm: with what the book has in it, and takes it back.
func TestEditor_ChangesTheBookByAForm(t *testing.T) {
	for _, mode := range []func(*slack.Options){overSockets, overHTTP} {
		_, team, desk := starterDesk(t, mode)
		boss := reader(team, desk, "boss")
		boss.Person().SetOwner(true)
		v := form(t, boss, "book edit Witkoff")
		inputs := v.Seen().Inputs
		if len(inputs) < 6 || !slices.ContainsFunc(inputs, func(in slacktest.Input) bool { return in.ActionID == "name" && in.Value == "Steve Witkoff" }) {
			t.Fatalf("the form has %+v", inputs)
		}
		if err := v.Fill("role", ""); err != nil {
			t.Fatal(err)
		}
		if err := v.Fill("name", "Steven *Witkoff* <b> & Co"); err != nil {
			t.Fatal(err)
		}
		shown, err := v.Submit()
		if err != nil || !shown.Closed {
			t.Fatalf("it is not taken: %v, %+v", err, shown)
		}
		m, err := boss.Until(saying("Undo works for"))
		m = see(t, m, err, "Steven *Witkoff* <b> & Co", "Steve Witkoff")
		m, err = press(boss, m, "Undo")
		see(t, m, err)
		m, err = message(reader(team, desk, "ann").Command("/brief", "who Witkoff"))
		see(t, m, err, "Steve Witkoff")
		ann := reader(team, desk, "ben")
		m, err = message(ann.Command("/brief", "book edit Witkoff"))
		see(t, m, err, "is for the role editor")
		// Everybody may doubt.
		m, err = message(ann.Command("/brief", "who Witkoff"))
		m = see(t, m, err, "Steve Witkoff")
		for _, b := range m.Seen().Buttons {
			if b.Label == "Out of date?" {
				v = opens(t)(ann.Press(m, b.ActionID))
			}
		}
		if v.Title != "Out of date?" {
			t.Fatalf("the form is %q", v.Title)
		}
		if err := v.Fill("note", "he has another post"); err != nil {
			t.Fatal(err)
		}
		if shown, err = v.Submit(); err != nil || !shown.Closed {
			t.Fatalf("it is not taken: %v", err)
		}
		m, err = ann.Until(saying("The desk checks it"))
		see(t, m, err)
		m, err = message(boss.Command("/brief", "review queue"))
		see(t, m, err, "he has another post")
	}
}

// TestReader_TimesAreTheReadersOwn: yesterday is yesterday where somebody is, and
// Slack is asked where that is once.
func TestReader_TimesAreTheReadersOwn(t *testing.T) {
	s := server(t)
	team, desk := newsroom(s)
	core := corpus()
	start(t, s, team, core)
	ann := reader(team, desk, "ann")
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	ann.Person().SetZone(kyiv)
	for range 3 {
		if _, err := ann.Command("/brief", "echo where"); err != nil {
			t.Fatal(err)
		}
	}
	if zone := core.Last().Zone; zone == nil || zone.String() != "Europe/Kyiv" {
		t.Errorf("ann is in %v", zone)
	}
	if n := len(s.Calls("users.info")); n != 1 {
		t.Errorf("Slack was asked %d times", n)
	}
	r := core.Last()
	want := briefings.Actor{Platform: "slack", Workspace: briefings.Workspace(team.ID), User: briefings.UserID(ann.Person().ID)}
	if r.Actor != want || r.Channel != desk.ID || r.Prompt != "/brief " || r.Via != "slash" {
		t.Errorf("the request is %+v", r)
	}
}

// TestBot_AnswersNoBotAndNotItself: two bots that answer each other never end.
func TestBot_AnswersNoBotAndNotItself(t *testing.T) {
	s := server(t, func(o *slacktest.Options) { o.Patience = 700 * time.Millisecond })
	team, desk := newsroom(s)
	core := corpus()
	start(t, s, team, core)
	other := team.NewBot("other")
	desk.Invite(other)
	if _, err := other.In(desk).Say("<@" + team.Bot().ID + "> echo hello"); !errors.Is(err, slacktest.ErrNothingSeen) {
		t.Errorf("a bot is answered: %v", err)
	}
	if _, err := other.DM().Say("echo hello"); !errors.Is(err, slacktest.ErrNothingSeen) {
		t.Errorf("a bot is answered: %v", err)
	}
	ann := reader(team, desk, "ann")
	for i := range 2 { // what the bot writes comes to it as an event
		m, err := message(ann.Person().DM().Say(fmt.Sprintf("echo %d", i)))
		see(t, m, err, fmt.Sprint(i))
	}
	if n := len(s.Calls("chat.postMessage")); n != 2 {
		t.Errorf("%d messages were written, want 2", n)
	}
}
