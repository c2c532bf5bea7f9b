package bot_test

import (
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/briefings"
)

// fill asks as a platform does whose forms fill in a command.
func (d *desk) fill(inv bot.Invocation, offering bool) bot.Reply {
	d.t.Helper()
	return d.bot.Handle(d.t.Context(), bot.Request{
		Actor: briefings.Actor{Platform: "test", User: "reader"}, Role: briefings.Reader, Book: d.book, Via: "form",
		Invocation: inv, Now: now, Offering: offering,
	})
}

func invocation(command string, args ...string) bot.Invocation {
	inv := bot.Invocation{Command: command}
	for i := 0; i < len(args); i += 2 {
		inv.Args = append(inv.Args, bot.Value{Name: args[i], Value: args[i+1]})
	}
	return inv
}

func TestOffering_SaysHowTheAnswerIsHadAgainAndPosted(t *testing.T) {
	d := openDesk(t)
	for _, c := range []struct{ asked, again, post string }{
		{"/who Witkoff", "/who name:Witkoff", "/who name:Witkoff share:true"},
		{"/who Witkoff share", "/who name:Witkoff", ""},
		{"/timeline talks page:2", "/timeline page:2 topic:talks", "/timeline page:2 topic:talks share:true"},
		{"/who nobody-of-that-name-at-all", "/who name:nobody-of-that-name-at-all", ""},
		{"/help", "/help", ""},
	} {
		r := d.bot.Handle(t.Context(), bot.Request{Actor: briefings.Actor{Platform: "test", User: "reader"}, Role: briefings.Reader, Book: d.book, Text: c.asked, Now: now, Offering: true})
		if got := r.Again.String(); got != c.again {
			t.Errorf("%s is had again by %s, want %s", c.asked, got, c.again)
		}
		post := ""
		if r.Post.Command != "" {
			post = r.Post.String()
		}
		if post != c.post {
			t.Errorf("%s is posted by %q, want %q", c.asked, post, c.post)
		}
	}
	if r := d.fill(invocation("who", "name", "Witkoff"), false); r.Again.Command != "" || r.Post.Command != "" {
		t.Errorf("a platform without buttons is told %v and %v", r.Again, r.Post)
	}
}

// TestOffering_ChangesSinceMyLastLookAreTheSameAgain: the first look moves what
// the next one would show.
func TestOffering_ChangesSinceMyLastLookAreTheSameAgain(t *testing.T) {
	d := openDesk(t)
	first := d.fill(invocation("changes"), true)
	again := d.fill(first.Again, true)
	if len(first.Card.Sections) == 0 || len(first.Card.Sections) != len(again.Card.Sections) {
		t.Errorf("first %d sections, and by %s again %d", len(first.Card.Sections), first.Again, len(again.Card.Sections))
	}
}

func TestForm_TakesTheLabelOfAChoiceForItsEntry(t *testing.T) {
	d := openDesk(t)
	for _, typed := range []string{"Witkoff", "Rubio", "talks"} {
		choices := d.bot.Complete(t.Context(), bot.Request{Role: briefings.Reader, Book: d.book, Invocation: invocation("brief"), Now: now}, "topic", typed)
		if len(choices) == 0 {
			t.Fatalf("nothing is offered for %q", typed)
		}
		want := d.fill(invocation("brief", "topic", choices[0].Value), false).Card.Title
		if got := d.fill(invocation("brief", "topic", choices[0].Label), false).Card.Title; got != want || !strings.Contains(choices[0].Label, " · ") {
			t.Errorf("%q shows %q, and its id %q", choices[0].Label, got, want)
		}
	}
}

func TestForm_RefusesAValueThatNoNameIsAsLongAs(t *testing.T) {
	d := openDesk(t)
	r := d.fill(invocation("find", "text", strings.Repeat("ж", bot.MaxValueRunes+1)), false)
	if r.Outcome != bot.Refused || !strings.Contains(r.Card.Lead[0].String(), "under 500 characters") {
		t.Errorf("%v: %v", r.Outcome, r.Card.Lead)
	}
	if r := d.fill(invocation("find", "text", strings.Repeat("ж", bot.MaxValueRunes)), false); r.Outcome == bot.Refused || r.Outcome == bot.Failed {
		t.Errorf("at the limit: %v %v", r.Outcome, r.Card.Lead)
	}
}
