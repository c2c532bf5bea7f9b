package discord_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// TestForm_RightsAreThoseOfWhenItIsSent: who has lost a role between opening and
// sending is asked about as they stand then.
func TestForm_RightsAreThoseOfWhenItIsSent(t *testing.T) {
	o := openOffice(t)
	ada, editors := o.ada.Person(), o.guild.NewRole("editors")
	o.guild.GiveRoles(ada, editors)
	o.guild.MakeManager(ada)
	form := o.open(o.ada, "desk write", "text", "x")
	if s := o.core.last().Standing; !s.Owner || !slices.Contains(s.Groups, editors.ID) {
		t.Errorf("it is opened with %+v", s)
	}
	o.guild.TakeRoles(ada, editors)
	o.guild.SetPermissions(ada, discordtest.MemberPermissions)
	o.send(o.ada, form, "title", "x")
	r := o.core.Last()
	if s := r.Standing; s.Owner || len(s.Groups) > 0 {
		t.Errorf("it is sent with %+v", s)
	}
	if r.Via != "form" || r.Invocation.Get("sent") != "true" {
		t.Errorf("asked was %s via %s", r.Invocation, r.Via)
	}
}

// TestForm_HoldsOnTheServerWhatIsNoInput: what a tampered client sends beside, twice
// or in the place of what a form has, is not taken.
func TestForm_HoldsOnTheServerWhatIsNoInput(t *testing.T) {
	o := openOffice(t)
	m, err := o.ada.MessageMenu(bottest.MenuWrite, o.join("ben").Say("theirs"))
	if err != nil {
		t.Fatal(err)
	}
	link := o.core.last().Invocation.Get(bot.MessageLink)
	if _, err := o.ada.Forge(m.Modal, m.Modal.CustomID,
		[2]string{"title", "mine"}, [2]string{"title", "again"}, [2]string{"sent", "false"},
		[2]string{bot.MessageLink, "https://evil.example"}, [2]string{"role", "admin"}, [2]string{"form_base", "1"}); err != nil {
		t.Fatal(err)
	}
	inv := o.core.last().Invocation
	want := map[string]string{"title": "mine", "sent": "true", bot.MessageLink: link, "role": "", "form_base": ""}
	for name, value := range want {
		if got := inv.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if inv.Command != "desk write" {
		t.Errorf("asked was %s", inv)
	}
}

// TestForm_IsGoodForItsPersonAndBookAlone: a made-up id, one of another person's, a
// cut one and a button's all end in a sentence, and ask the core nothing.
func TestForm_IsGoodForItsPersonAndBookAlone(t *testing.T) {
	o := openOffice(t)
	ben := o.join("ben")
	theirs := o.open(ben, "desk write", "text", "theirs").CustomID
	mine := o.open(o.ada, "desk write", "text", "mine")
	card := o.slash(o.ada, "card", "name", "every-field")
	button := card.Seen().Buttons[0].CustomID
	token, _, _ := strings.Cut(mine.CustomID, ".")
	for name, id := range map[string]string{
		"another person's": theirs, "made up": "abcdefghijklmnopqrstuvwxyz.form0", "cut": mine.CustomID[:10], "the token": token,
		"no form's": token + ".0", "another ordinal": token + ".form1", "a button's": button, "not ours": "hello",
	} {
		before := len(o.core.all())
		m, err := o.ada.Forge(mine, id, [2]string{"title", "forged"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n := len(o.core.all()) - before; n != 0 || !m.Ephemeral || strings.Contains(m.Seen().Text, "went wrong") {
			t.Errorf("%s: the core is asked %d times, private %v: %q", name, n, m.Ephemeral, m.Seen().Text)
		}
	}
	// Nor is a form pressed without being filled in.
	before := len(o.core.all())
	there := o.channel.Post(ben.Person(), "look", map[string]any{"type": 1, "components": []any{map[string]any{"type": 2, "style": 2, "label": "x", "custom_id": mine.CustomID}}})
	m, err := o.ada.Press(there, mine.CustomID)
	if err != nil {
		t.Fatal(err)
	}
	o.sees(m, "Ask again")
	if n := len(o.core.all()) - before; n != 0 {
		t.Errorf("a form that is pressed asks the core %d times", n)
	}
	o.sees(o.send(o.ada, mine, "title", "x"), "Written")
}

// TestForm_WhatPeopleWriteIsOnlyText: it comes as it was written, and nobody is
// notified of it.
func TestForm_WhatPeopleWriteIsOnlyText(t *testing.T) {
	o := openOffice(t)
	ada := o.ada.Person().ID
	for _, text := range []string{
		"@everyone @here <@" + ada + "> <@&" + o.guild.ID + "> <#" + o.channel.ID + "> </who:1>",
		"**bold** ||spoiler|| `code` [bank.example](https://evil.example) <https://evil.example>\n# heading\n> quote\n```\nblock",
		"%s%d{{.}}${x}\u202e\u200b\u0007 \\ \" ' ; --",
		`{"type":18,"component":{"custom_id":"sent"}}`,
		strings.Repeat("ж", bot.MaxTextRunes),
	} {
		form := o.open(o.ada, "desk write")
		m := o.send(o.ada, form, "title", "x", bot.MessageText, text)
		if got := o.core.last().Invocation.Get(bot.MessageText); got != text {
			t.Errorf("it came as %q, want %q", got, text)
		}
		seen := m.Seen()
		if len(seen.Pings) > 0 || !m.Ephemeral {
			t.Errorf("it notified %q, private %v", seen.Pings, m.Ephemeral)
		}
		for _, f := range seen.Formats {
			if f.Kind == discordtest.Mention || f.Kind == discordtest.Masked || f.Kind == discordtest.Spoiler || f.Kind == discordtest.Code || f.Kind == discordtest.CodeBlock {
				t.Errorf("%q is %s", f.Text, f.Kind)
			}
		}
	}
}

// TestForm_SlowAnswerHasAButtonInItsPlace: Discord opens no form once "is thinking…"
// is shown. What was pressed on stays.
func TestForm_SlowAnswerHasAButtonInItsPlace(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	slow := true
	o.core.doing(func(r bot.Request) *bot.Reply {
		if r.Invocation.Get("again") == "true" {
			return &bot.Reply{Card: &bot.Card{Title: "Edit", Actions: []bot.Action{{Label: "Write", Invocation: bot.Invocation{Command: "desk write", Args: []bot.Value{{Name: bot.MessageText, Value: "first"}}}}}}}
		}
		if r.Invocation.Command != "desk write" || r.Invocation.Get("sent") != "" || !slow {
			return nil
		}
		return slowAnswer(func(bot.Request) *bot.Reply { return nil })(r)
	})
	fallback := o.slash(o.ada, "desk write", "text", "first")
	if fallback.Modal != nil || !fallback.Ephemeral || fallback.Deferred {
		t.Fatalf("a slow form is %+v", fallback)
	}
	o.sees(fallback, "Write to the desk", "the button opens it")
	slow = false
	form := o.press(o.ada, fallback, "Open the form").Modal
	if form == nil || form.Fields[1].Value != "first" {
		t.Fatalf("the button opens %+v", form)
	}
	done := o.send(o.ada, form, "title", "x")
	o.sees(done, "Written", "first")
	if done.ID != fallback.ID {
		t.Error("the answer is not in the place of the button")
	}

	slow = true
	o.core.doing(func(r bot.Request) *bot.Reply {
		if r.Invocation.Command == "card" {
			return &bot.Reply{Card: &bot.Card{Title: "A card", Actions: []bot.Action{{Label: "Write", Invocation: bot.Invocation{Command: "desk write"}}}}}
		}
		if r.Invocation.Command == "desk write" && slow {
			return slowAnswer(func(bot.Request) *bot.Reply { return nil })(r)
		}
		return nil
	})
	card := o.slash(o.ada, "card", "name", "small")
	beside := o.press(o.ada, card, "Write")
	o.sees(beside, "the button opens it")
	if beside.ID == card.ID || !beside.Ephemeral {
		t.Error("the card was taken away for a form that is not open yet")
	}
}

// TestForm_InAnswerToAFormHasAButtonInItsPlace: Discord opens none there.
func TestForm_InAnswerToAFormHasAButtonInItsPlace(t *testing.T) {
	o := openOffice(t)
	next := bot.Invocation{Command: "desk write", Args: []bot.Value{{Name: bot.MessageText, Value: "of the second part"}}}
	o.core.doing(func(r bot.Request) *bot.Reply {
		if r.Invocation.Get("title") != "one" {
			return nil
		}
		reply := o.core.Core.Handle(t.Context(), bot.Request{Invocation: next})
		reply.Again = next
		return &reply
	})
	m := o.send(o.ada, o.open(o.ada, "desk write"), "title", "one")
	if m.Modal != nil || !m.Ephemeral {
		t.Fatalf("a form is answered by %+v", m)
	}
	form := o.press(o.ada, m, "Open the form").Modal
	if form == nil || form.Fields[1].Value != "of the second part" {
		t.Fatalf("the button opens %+v", form)
	}
	o.sees(o.send(o.ada, form, "title", "two"), "Written", "two")
}

// TestForm_IsAnsweredInPlace: of the private message that it was opened from; a
// refusal is said beside it, and what others see stays as it is.
func TestForm_IsAnsweredInPlace(t *testing.T) {
	o := openOffice(t)
	o.core.doing(func(r bot.Request) *bot.Reply {
		card := &bot.Card{Title: "A card", Actions: []bot.Action{{Label: "Write", Invocation: bot.Invocation{Command: "desk write"}}}}
		switch {
		case r.Invocation.Command == "card":
			return &bot.Reply{Card: card}
		case r.Invocation.Command == "aloud":
			return &bot.Reply{Card: card, Visibility: bot.Shared}
		case r.Invocation.Get("title") == "bad":
			return &bot.Reply{Card: &bot.Card{Title: "That did not work", Actions: card.Actions}, Outcome: bot.Refused}
		}
		return nil
	})
	card := o.slash(o.ada, "card", "name", "small")
	form := o.press(o.ada, card, "Write").Modal
	said := o.send(o.ada, form, "title", "bad")
	if said.ID == card.ID || !said.Ephemeral {
		t.Error("a refusal took the place of the card")
	}
	if o.press(o.ada, said, "Write").Modal == nil {
		t.Error("what a refusal offers opens nothing")
	}
	if done := o.send(o.ada, form, "title", "good"); done.ID != card.ID {
		t.Error("the answer is another message")
	} else {
		o.sees(done, "Written", "good")
	}

	shared := o.slash(o.ada, "aloud", "text", "x")
	ben := o.join("ben")
	opened, err := ben.Press(shared, shared.Seen().Buttons[0].CustomID)
	if err != nil || opened.Modal == nil {
		t.Fatalf("%+v, %v", opened, err)
	}
	own := o.send(ben, opened.Modal, "title", "theirs")
	if own.ID == shared.ID || !own.Ephemeral {
		t.Error("what one person sent changed what everybody sees")
	}
	if m := o.send(ben, opened.Modal, "title", "theirs"); !m.Ephemeral {
		t.Error("sent twice, it is seen by others")
	}

	dm := o.ada.Person().DM()
	inDM := o.open(dm, "desk write", "text", "x")
	o.sees(o.send(dm, inDM, "title", "direct"), "direct")
}

// TestForm_WhatDoesNotFitIsSaidBeforeAnybodyTypes: nothing is cut without a word.
func TestForm_WhatDoesNotFitIsSaidBeforeAnybodyTypes(t *testing.T) {
	o := openOffice(t)
	value := ""
	o.core.doing(func(r bot.Request) *bot.Reply {
		return &bot.Reply{Form: &bot.Form{Title: "Edit", Submit: bot.Invocation{Command: "desk write", Args: []bot.Value{{Name: "text"}}},
			Fields: []bot.FormField{{Name: "text", Label: "Background", Value: value, Long: true, MaxRunes: bot.MaxTextRunes}}}}
	})
	for _, c := range []struct {
		value string
		opens bool
	}{
		{strings.Repeat("ж", 4000), true},
		{strings.Repeat("ж", 4001), false},
		{strings.Repeat("😀", 2000), true}, // which are 4,000 characters as Discord counts
		{strings.Repeat("😀", 2001), false},
	} {
		value = c.value
		m := o.slash(o.ada, "desk write", "text", "x")
		if (m.Modal != nil) != c.opens {
			t.Errorf("of %d characters: a form opens: %v", utf8.RuneCountInString(value), m.Modal != nil)
		}
		if c.opens {
			if m.Modal.Fields[0].Value != value {
				t.Error("it holds another text")
			}
			continue
		}
		o.sees(m, "“Background” has 400", "Nothing was changed")
	}
}

// TestForm_HasAllThatTheCoreAsksFor, in the bounds of Discord.
func TestForm_HasAllThatTheCoreAsksFor(t *testing.T) {
	o := openOffice(t)
	var choices []bot.Choice
	for _, v := range strings.Split("abcdefghijklmnopqrstuvwxy", "") {
		choices = append(choices, bot.Choice{Value: v, Label: "The choice " + v + strings.Repeat(".", 120)})
	}
	long := strings.Repeat("word ", 40)
	o.core.doing(func(r bot.Request) *bot.Reply {
		if r.Invocation.Get("a") != "" || r.Via == "form" {
			return nil
		}
		return &bot.Reply{Form: &bot.Form{Title: long, Submit: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}, {Name: "text"}}},
			Fields: []bot.FormField{
				{Name: "a", Label: long, Hint: long, Required: true, MaxRunes: 3, Value: "abc"},
				{Name: "b", Label: "", Value: "two\nlines"},
				{Name: "c", Label: "c", Choices: choices, Value: "b", Hint: long},
				{Name: "d", Label: "d", Choices: []bot.Choice{{Value: "", Label: "none"}, {Value: "x", Label: ""}}, Value: "gone"},
				{Name: "text", Label: "text", Long: true},
			}}}
	})
	form := o.open(o.ada, "echo", "text", "x")
	if len(form.Fields) != 5 {
		t.Fatalf("it has %d fields", len(form.Fields))
	}
	a, b, c, d := form.Fields[0], form.Fields[1], form.Fields[2], form.Fields[3]
	if !a.Required || a.MaxLength != 3 || a.Value != "abc" || a.Paragraph || a.Placeholder == "" {
		t.Errorf("a is %+v", a)
	}
	if b.Label != "b" || b.Value != "two\nlines" || !b.Paragraph || b.Required {
		t.Errorf("b is %+v", b)
	}
	if len(c.Choices) != 25 || c.Value != "b" || c.Required {
		t.Errorf("c is %+v", c)
	}
	if len(d.Choices) != 1 || d.Choices[0].Label != "x" || d.Value != "" {
		t.Errorf("d is %+v", d)
	}
	o.send(o.ada, form, "a", "ab", "c", "", "d", "x", "text", "end")
	want := bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "a", Value: "ab"}, {Name: "b", Value: "two\nlines"}, {Name: "c"}, {Name: "d", Value: "x"}, {Name: "text", Value: "end"}}}
	if diff := cmp.Diff(want, o.core.last().Invocation); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestForm_OfMoreInputsThanDiscordTakesIsOurFault: it is said with a reference.
func TestForm_OfMoreInputsThanDiscordTakesIsOurFault(t *testing.T) {
	o := openOffice(t)
	o.core.doing(func(bot.Request) *bot.Reply {
		return &bot.Reply{Form: &bot.Form{Title: "x", Fields: make([]bot.FormField, 6)}}
	})
	o.sees(o.slash(o.ada, "nothing"), "(ref ")
}

// TestForm_IsGoodInItsServerForAWeek: in another server it asks the core nothing, though
// the person is the same; nor does it when it is too old.
func TestForm_IsGoodInItsServerForAWeek(t *testing.T) {
	var later atomic.Int64
	var home atomic.Value
	o := openOffice(t, func(opts *discord.Options) {
		opts.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
		opts.Book = func(_ context.Context, w briefings.Workspace) (briefings.BookID, error) {
			if id, _ := home.Load().(string); id == "" || id == string(w) {
				return "book", nil
			}
			return "another", nil
		}
	})
	home.Store(o.guild.ID)
	elsewhere := o.server.NewGuild("Elsewhere")
	elsewhere.Join(o.ada.Person())
	away := o.ada.Person().In(elsewhere.NewChannel("desk"))
	mine := o.open(o.ada, "desk write", "text", "mine")
	theirs := o.open(away, "desk write", "text", "theirs")
	refused := func(c *discordtest.Client, form *discordtest.Modal, id string) {
		t.Helper()
		before := len(o.core.all())
		m, err := c.Forge(form, id, [2]string{"title", "x"})
		if err != nil {
			t.Fatal(err)
		}
		o.sees(m, "no longer good")
		if n := len(o.core.all()) - before; n != 0 || !m.Ephemeral {
			t.Errorf("the core is asked %d times, private %v", n, m.Ephemeral)
		}
	}
	refused(away, theirs, mine.CustomID)
	refused(o.ada, mine, theirs.CustomID)
	later.Store(int64(7*24*time.Hour - time.Minute))
	o.sees(o.send(o.ada, mine, "title", "x"), "Written", "mine")
	later.Store(int64(7*24*time.Hour + time.Minute))
	refused(o.ada, mine, mine.CustomID)
}
