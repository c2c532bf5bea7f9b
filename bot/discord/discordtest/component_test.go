package discordtest_test

import (
	"errors"
	"testing"

	"github.com/bwmarrin/discordgo"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

func row(parts ...any) m { return m{"type": 1, "components": parts} }

func plain(id string) m { return m{"type": 2, "style": 2, "label": "Label " + id, "custom_id": id} }

var menu = m{"type": 3, "custom_id": "pick", "options": []any{m{"label": "One", "value": "1"}, m{"label": "Two", "value": "2"}}}

func TestComponents_AreUsedAsTheClientLets(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	answering(t, opened(t, s), func(i *discordgo.Interaction) {
		switch i.Type {
		case discordgo.InteractionModalSubmit:
			input := i.ModalSubmitData().Components[0].(*discordgo.ActionsRow).Components[0].(*discordgo.TextInput)
			expect(t, "a modal to a modal", do(t, s, "POST", callback(i), m{"type": 9, "data": m{"custom_id": "x", "title": "x", "components": []any{row(m{"type": 4, "custom_id": "a", "label": "A", "style": 1})}}}).code(), 50035)
			do(t, s, "POST", callback(i), m{"type": 7, "data": m{"content": "edited " + input.Value, "allowed_mentions": silent}})
		case discordgo.InteractionMessageComponent:
			d := i.MessageComponentData()
			switch d.CustomID {
			case "edit":
				do(t, s, "POST", callback(i), m{"type": 7, "data": m{"content": "edited", "allowed_mentions": silent}})
			case "later":
				do(t, s, "POST", callback(i), m{"type": 6})
				do(t, s, "PATCH", hook(s, i)+"/messages/@original", m{"content": "later", "allowed_mentions": silent})
			case "new":
				do(t, s, "POST", callback(i), m{"type": 4, "data": m{"content": "new for " + i.Message.Content, "flags": 64, "allowed_mentions": silent}})
			case "pick":
				do(t, s, "POST", callback(i), m{"type": 7, "data": m{"content": "picked " + d.Values[0], "allowed_mentions": silent}})
			case "form":
				do(t, s, "POST", callback(i), m{"type": 9, "data": m{"custom_id": "form", "title": "Form", "components": []any{row(m{"type": 4, "custom_id": "text", "label": "Text", "style": 1, "min_length": 2, "max_length": 5})}}})
			}
		}
	})
	off := plain("off")
	off["disabled"] = true
	r := do(t, s, "POST", "/channels/"+ch.ID+"/messages", m{
		"content": "first", "allowed_mentions": silent,
		"components": []any{row(plain("edit"), plain("later"), plain("new"), plain("form"), off), row(menu)},
	})
	if r.Status != 200 {
		t.Fatalf("%d %s", r.Status, r.Raw)
	}
	c := ada.In(ch)
	msg := c.Messages()[0]
	use := func(want string, do func() (*discordtest.Message, error)) *discordtest.Message {
		t.Helper()
		got, err := do()
		if err != nil || got.Content != want {
			t.Fatalf("got %+v, %v, want %q", got, err, want)
		}
		return got
	}
	press := func(id string) func() (*discordtest.Message, error) {
		return func() (*discordtest.Message, error) { return c.Press(msg, id) }
	}
	if got := use("new for first", press("new")); !got.Ephemeral || got.ID == msg.ID {
		t.Errorf("got %+v", got)
	}
	if got := use("edited", press("edit")); got.ID != msg.ID || got.Edits != 1 || msg.Content != "first" {
		t.Errorf("got %+v", got)
	}
	use("later", press("later"))
	use("picked 2", func() (*discordtest.Message, error) { return c.Select(msg, "pick", "2") })
	form := use("", press("form")).Modal
	for _, bad := range []map[string]string{{}, {"text": "x"}, {"text": "too long"}, {"text": "abc", "other": "x"}} {
		if _, err := c.Submit(form, bad); !errors.Is(err, discordtest.ErrBadModal) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	use("edited abc", func() (*discordtest.Message, error) { return c.Submit(form, map[string]string{"text": "abc"}) })
	for _, bad := range []func() (*discordtest.Message, error){
		press("off"), press("nope"), press("pick"),
		func() (*discordtest.Message, error) { return c.Select(msg, "pick", "3") },
		func() (*discordtest.Message, error) { return c.Select(msg, "pick") },
	} {
		if _, err := bad(); !errors.Is(err, discordtest.ErrNoComponent) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := s.NewPerson("eve").In(ch).Press(msg, "edit"); !errors.Is(err, discordtest.ErrNotSeen) {
		t.Errorf("somebody from outside: %v", err)
	}
	expect(t, "violations", len(s.Violations()), 1)
}

func TestMenus_SendWhatTheyAreAbout(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	_, ch, ada := world(s)
	register(t, s, m{"name": "Brief me", "type": 3}, m{"name": "Who is it", "type": 2})
	answering(t, opened(t, s), func(i *discordgo.Interaction) {
		d := i.ApplicationCommandData()
		text := "user " + d.TargetID
		if about := d.Resolved.Messages[d.TargetID]; about != nil {
			text = "message " + about.Content + " of " + about.Author.Username
		} else if d.Resolved.Users[d.TargetID] == nil || d.Resolved.Members[d.TargetID] == nil {
			text = "nothing"
		}
		do(t, s, "POST", callback(i), m{"type": 4, "data": m{"content": text, "allowed_mentions": silent}})
	})
	c := ada.In(ch)
	got, err := c.MessageMenu("Brief me", c.Say("hello"))
	if err != nil || got.Content != "message hello of ada" {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = c.UserMenu("Who is it", ada)
	if err != nil || got.Content != "user "+ada.ID {
		t.Errorf("got %+v, %v", got, err)
	}
}
