package slack_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// form types a command that opens a form.
func form(t *testing.T, c *slacktest.Client, line string) *slacktest.View {
	t.Helper()
	return opens(t)(c.Command("/brief", line))
}

// opens fails the test unless a form opens.
func opens(t *testing.T) func(*slacktest.Shown, error) *slacktest.View {
	return func(shown *slacktest.Shown, err error) *slacktest.View {
		t.Helper()
		if err != nil || shown.View == nil {
			t.Fatalf("no form opens: %v", err)
		}
		return shown.View
	}
}

// submit fills in a form and sends it.
func submit(t *testing.T, v *slacktest.View, title, text string) *slacktest.Shown {
	t.Helper()
	for label, value := range map[string]string{"Title": title, "Text": text} {
		if err := v.Fill(label, value); err != nil {
			t.Fatal(err)
		}
	}
	shown, err := v.Submit()
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// stays fails the test unless a form stays open, with what was typed and what is wrong
// with it.
func stays(t *testing.T, c *slacktest.Client, shown *slacktest.Shown, title, text, wrong string) *slacktest.View {
	t.Helper()
	if shown.View == nil {
		t.Fatal("the form is closed")
	}
	v := shown.View
	said := slices.Collect(maps.Values(v.Errors))
	if len(said) != 1 || !strings.Contains(said[0], wrong) {
		t.Errorf("it says %q, want %q", said, wrong)
	}
	held := map[string]string{}
	for label, value := range map[string]string{"Title": title, "Text": text} {
		held[label] = v.Typed(label)
		if held[label] != value {
			t.Errorf("%s has %q, want %q", label, held[label], value)
		}
	}
	if n := count(c, saying("Changed")); n != 0 {
		t.Errorf("%d changes", n)
	}
	return v
}

// TestForm_WhatIsRefusedStaysOpenWithWhatWasTyped: and can be sent again.
func TestForm_WhatIsRefusedStaysOpenWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o, core := openDesk(t, way)
		v := form(t, o.ann, "desk form")
		v = stays(t, o.ann, submit(t, v, "wrong", "a long text"), "wrong", "a long text", "The title is <wrong> & *bold*.")
		if shown := submit(t, v, "right", "a long text"); !shown.Closed {
			t.Error("it does not close")
		}
		m, err := o.ann.Until(saying("Changed"))
		if m = see(t, m, err, "a long text"); !m.Ephemeral {
			t.Error("others see it")
		}
		if changes, asked := core.effects(); changes != 1 || asked != 1 {
			t.Errorf("%d changes by %d requests", changes, asked)
		}
		if r := core.last(); r.Via != "form" || r.Channel != o.desk.ID || r.Event == "" {
			t.Errorf("it is asked via %q in %q, event %q", r.Via, r.Channel, r.Event)
		}
	})
}

// TestForm_AGroupLostBetweenOpeningAndSendingIsNoticed: after the five minutes for
// which a group is believed.
func TestForm_AGroupLostBetweenOpeningAndSendingIsNoticed(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		now := new(clock)
		o, core := openDesk(t, way, now.option)
		g := o.team.NewUserGroup("editors", o.ann.Person())
		core.editors.Store(g.ID)
		v := form(t, o.ann, "desk form")
		g.SetMembers()
		now.pass(6 * time.Minute)
		stays(t, o.ann, submit(t, v, "mine", "typed"), "mine", "typed", "That is for editors.")
		if changes, _ := core.effects(); changes != 0 {
			t.Errorf("%d changes", changes)
		}
		g.SetMembers(o.ann.Person())
		now.pass(6 * time.Minute)
		if shown := submit(t, v.Latest(), "mine", "typed"); !shown.Closed {
			t.Error("it does not close where the right is back")
		}
	})
}

// TestForm_AnotherTakesItsPlace: whatever its size; over a socket an acknowledgement
// holds 20 kB.
func TestForm_AnotherTakesItsPlace(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o, _ := openDesk(t, way)
		for _, text := range []string{"short", strings.Repeat("Ж", 2999)} {
			v := form(t, o.ann, "desk form")
			shown := submit(t, v, "more", text)
			if shown.View == nil || shown.View.ID != v.ID {
				t.Fatal("nothing takes its place")
			}
			if title, held := shown.View.Typed("Title"), shown.View.Typed("Text"); title != "more of it" || held != text {
				t.Errorf("it has %q and %d bytes, want %d", title, len(held), len(text))
			}
			shown.View.Close(true)
		}
		core := &counted{Core: corpus()}
		core.instead = func(_ context.Context, r bot.Request) (bot.Reply, bool) {
			f := deskForm("", "")
			if r.Invocation.Get("sent") != "" {
				for i := range 9 {
					f.Fields = append(f.Fields, bot.FormField{Name: "more" + string(rune('a'+i)), Label: "More", Value: strings.Repeat("Ж", 3000), Long: true})
				}
			}
			return bot.Reply{Form: f, Again: bot.Invocation{Command: "desk form"}}, true
		}
		large := openOffice(t, core, way)
		v := form(t, large.ann, "anything")
		submit(t, v, "x", "")
		eventually(t, "the large form is there", func() bool {
			now := v.Latest()
			return now != nil && len(now.Seen().Inputs) == 11
		})
	})
}

// TestForm_ATriggerThatIsNoGoodIsAnsweredByAButton: which opens the form.
func TestForm_ATriggerThatIsNoGoodIsAnsweredByAButton(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*testing.T){}
	for name, f := range map[string]slacktest.Fault{
		"Expired": {Kind: slacktest.ErrorCode, Code: "expired_trigger_id"}, "Used": {Kind: slacktest.ErrorCode, Code: "exchanged_trigger_id"},
		"Failing": {Kind: slacktest.StatusBefore, Status: http.StatusServiceUnavailable}, "Limited": {Kind: slacktest.RateLimited, RetryAfter: 5 * time.Second},
	} {
		cases[name] = func(t *testing.T) {
			now := new(clock)
			o, _ := openDesk(t, now.option)
			f.Path = "views.open$"
			o.server.Fault(f)
			m, err := message(o.ann.Command("/brief", "desk form from the line"))
			if m = see(t, m, err, "The desk", "There is a form to fill in"); !m.Ephemeral {
				t.Error("others see it")
			}
			now.pass(time.Minute)
			v := opens(t)(o.ann.Press(m, "Open the form"))
			if got := v.Typed("Text"); got != "from the line" {
				t.Errorf("it has %q", got)
			}
			if shown := submit(t, v, "x", "y"); !shown.Closed {
				t.Error("it does not close")
			}
			m, err = o.ann.Until(saying("Changed"))
			see(t, m, err)
		}
	}
	cases["TooLate"] = func(t *testing.T) {
		core := &counted{Core: corpus(), instead: func(_ context.Context, r bot.Request) (bot.Reply, bool) {
			if r.Via == "slash" {
				time.Sleep(3500 * time.Millisecond)
			}
			return bot.Reply{Form: deskForm("", ""), Again: bot.Invocation{Command: "desk form"}}, true
		}}
		o := openOffice(t, core)
		m, err := message(o.ann.Command("/brief", "desk form"))
		m = see(t, m, err, "There is a form to fill in")
		opens(t)(o.ann.Press(m, "Open the form"))
	}
	atOnce(t, cases)
}

// TestForm_OneSentTooLateIsAnsweredWhereItWasOpened: the window has closed by then.
func TestForm_OneSentTooLateIsAnsweredWhereItWasOpened(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o, core := openDesk(t, way)
		if shown := submit(t, form(t, o.ann, "desk form"), "late", "worth the wait"); !shown.Closed {
			t.Error("it is not acknowledged in time")
		}
		m, err := o.ann.Until(saying("Changed"))
		see(t, m, err, "worth the wait")
		if changes, asked := core.effects(); changes != 1 || asked != 1 {
			t.Errorf("%d changes by %d requests", changes, asked)
		}
	})
}

// TestForm_WhatSlackDoesNotHoldIsSaidBeforeAnybodyTypes: nothing is cut.
func TestForm_WhatSlackDoesNotHoldIsSaidBeforeAnybodyTypes(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus()}
	length := 3000
	core.instead = func(context.Context, bot.Request) (bot.Reply, bool) {
		return bot.Reply{Form: deskForm("", strings.Repeat("a", length)), Again: bot.Invocation{Command: "desk form"}}, true
	}
	o := openOffice(t, core)
	v := form(t, o.ann, "desk form")
	if n := len(v.Typed("Text")); n != length {
		t.Errorf("it holds %d of %d characters", n, length)
	}
	v.Close(true)
	length = 3001
	m, err := message(o.ann.Command("/brief", "desk form"))
	see(t, m, err, "What stands in “Text” is too long for a form in Slack: it has 3001 characters, and a form holds 3000. Nothing was cut.")
}

// TestForm_TextOfPeopleIsOnlyText: what stands in it, what is typed into it, and what
// is said of it.
func TestForm_TextOfPeopleIsOnlyText(t *testing.T) {
	t.Parallel()
	core := newDesk()
	o := openOfficeOn(t, server(t, func(o *slacktest.Options) { o.NoRateLimits = true }), core)
	slack.Unlimited(o.running.Slack)
	for i, text := range hostile {
		v := opens(t)(o.ann.Shortcut("desk_write", must(t)(o.ann.Post(slacktest.Escape(text)))))
		if err := inertIn(v.Seen()); err != nil {
			t.Errorf("%q in a form: %v", text, err)
		}
		v.Close(true)
		v = form(t, o.ann, "desk form")
		if shown := submit(t, v, "hostile", text); !shown.Closed {
			t.Fatalf("%q is not taken", text)
		}
		eventually(t, "it is answered", func() bool { return count(o.ann, saying("Changed")) == i+1 })
		if got := core.last().Invocation.Get(bot.MessageText); got != text {
			t.Errorf("%q arrives as %q", text, got)
		}
	}
	for _, m := range o.ann.Messages() {
		if m.User != o.team.Bot().ID {
			continue
		}
		if err := inertIn(m.Seen(), slacktest.Bold, slacktest.Italic); err != nil {
			t.Errorf("an answer: %v", err)
		}
	}
}

// TestForm_TheAnswerComesWhereItWasOpenedAlsoAfterARestart: the store knows where.
func TestForm_TheAnswerComesWhereItWasOpenedAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	store := bookStore(t)
	same := func(o *slack.Options) { o.Inbound = store }
	offers := func() (with func(*slack.Options), write func()) {
		kept := bot.NewOffers(store, nil)
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- kept.Run(ctx, nil) }()
		write = sync.OnceFunc(func() {
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
		t.Cleanup(write)
		return func(o *slack.Options) { o.Offers = kept }, write
	}
	with, write := offers()
	core := newDesk()
	o := openOffice(t, core, same, with)
	v := form(t, o.ann, "desk form")
	dm := o.ann.Person().DM()
	if err := o.running.end(); err != nil {
		t.Fatal(err)
	}
	write()
	with, _ = offers()
	o.running = start(t, o.server, o.team, core, same, with)
	if shown := submit(t, v, "after", "a restart"); !shown.Closed {
		t.Fatalf("it does not close: %v", shown.View.Errors)
	}
	m, err := o.ann.Until(saying("a restart"))
	see(t, m, err, "Changed")
	if r := core.last(); r.Channel != o.desk.ID || r.Standing.Direct {
		t.Errorf("it is asked in %q, %+v", r.Channel, r.Standing)
	}
	if n := count(dm, saying("Changed")); n != 0 {
		t.Error("it is said somewhere else")
	}
}

// TestForm_IsGoodForItsPersonAndTimeAlone: what comes back of it is looked up.
func TestForm_IsGoodForItsPersonAndTimeAlone(t *testing.T) {
	t.Parallel()
	now := new(clock)
	o, core := openDesk(t, overHTTP, now.option)
	ben := reader(o.team, o.desk, "ben")
	shown := submit(t, form(t, o.ann, "desk form"), "wrong", "mine")
	mine := shown.View
	theirs := form(t, ben, "desk form")
	sent := func(change func(p, view map[string]any)) {
		t.Helper()
		p := last(t, o.server, "view_submission")
		view := p["view"].(map[string]any)
		for _, block := range view["state"].(map[string]any)["values"].(map[string]any) {
			if in, ok := block.(map[string]any)["title"].(map[string]any); ok {
				in["value"] = "right"
			}
		}
		change(p, view)
		if status, body := o.forge(slacktest.Forgery{To: slacktest.Interactivity, Body: payload(p)}); status != 200 {
			t.Errorf("%d %s", status, body)
		}
		if changes, _ := core.effects(); changes != 0 {
			t.Fatal("it was taken")
		}
	}
	sent(func(_, view map[string]any) { view["callback_id"] = theirs.CallbackID })
	sent(func(p, _ map[string]any) { p["user"].(map[string]any)["id"] = ben.Person().ID })
	sent(func(_, view map[string]any) { view["callback_id"] = mine.CallbackID[1:] })
	sent(func(_, view map[string]any) { view["callback_id"] = mine.CallbackID + "1" })
	sent(func(_, view map[string]any) { view["callback_id"] = mine.PrivateMetadata + ".form0" }) // no command
	sent(func(_, view map[string]any) { view["callback_id"] = "desk form" })
	now.pass(8 * 24 * time.Hour)
	stays(t, o.ann, submit(t, mine.Latest(), "right", "mine"), "right", "mine", "That button is no longer good")
}

// TestForm_OfWhichItIsNotKnownWhereItWasOpenedIsTakenForADirectMessage: there the book
// is only read.
func TestForm_OfWhichItIsNotKnownWhereItWasOpenedIsTakenForADirectMessage(t *testing.T) {
	t.Parallel()
	o, core := openDesk(t, overHTTP)
	ben := reader(o.team, o.desk, "ben")
	theirs := form(t, ben, "desk form")
	submit(t, form(t, o.ann, "desk form"), "wrong", "mine")
	for _, metadata := range []string{"", "gone", theirs.PrivateMetadata, theirs.CallbackID} {
		p := last(t, o.server, "view_submission")
		p["trigger_id"] = "with " + metadata
		p["view"].(map[string]any)["private_metadata"] = metadata
		asked := core.questions()
		if status, body := o.forge(slacktest.Forgery{To: slacktest.Interactivity, Body: payload(p)}); status != 200 {
			t.Errorf("%d %s", status, body)
		}
		if r := core.last(); core.questions() != asked+1 || !r.Standing.Direct || r.Channel != "" {
			t.Errorf("%q: asked %d times, in %q, %+v", metadata, core.questions()-asked, r.Channel, r.Standing)
		}
	}
	dm := o.ann.Person().DM()
	v := form(t, dm, "desk form")
	submit(t, v, "right", "between us")
	if r := core.last(); !r.Standing.Direct || r.Channel != dm.Channel().ID {
		t.Errorf("of a direct message: in %q, %+v", r.Channel, r.Standing)
	}
}

// TestForm_PressedInAWindowOpensAndIsAnsweredInOne: the Home tab has no channel.
func TestForm_PressedInAWindowOpensAndIsAnsweredInOne(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o, core := openDesk(t, way)
		home, err := o.ann.OpenHome()
		if err != nil {
			t.Fatal(err)
		}
		v := opens(t)(home.Press("Form"))
		v = stays(t, o.ann, submit(t, v, "wrong", "typed"), "wrong", "typed", "The title is")
		shown := submit(t, v, "right", "in a window")
		if shown.View == nil || !strings.Contains(shown.View.Seen().Text, "in a window") {
			t.Error("the window does not show the answer")
		}
		if core.last().Standing.Direct {
			t.Error("the Home tab is taken for a direct message")
		}
		shown.View.Close(true)
		if v := opens(t)(home.Press("Change")); !strings.Contains(v.Seen().Text, "Changed") {
			t.Error("what was pressed is not in a window")
		}
	})
}

// must fails at an error.
func must(t *testing.T) func(*slacktest.Message, error) *slacktest.Message {
	return func(m *slacktest.Message, err error) *slacktest.Message {
		t.Helper()
		return see(t, m, err)
	}
}
