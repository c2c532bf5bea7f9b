package discord_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestMenu_HandsOverTheMessage: its words or those of its embeds, and where and when
// it is from. Components of a kind that nobody has heard of do no harm.
func TestMenu_HandsOverTheMessage(t *testing.T) {
	o := openOffice(t)
	ben := o.join("ben")
	unknown := map[string]any{"type": 99, "new": map[string]any{"shape": []int{1}}, "components": map[string]any{}}
	embeds := []map[string]any{{"title": "Talks", "description": "They *go on*."}, {"description": "In Geneva.", "fields": []any{}}}
	for _, c := range []struct {
		name string
		say  func() *discordtest.Message
		want string
	}{
		{"words", func() *discordtest.Message { return ben.Say("Talks in *Geneva*\n@everyone") }, "Talks in *Geneva*\n@everyone"},
		{"an unknown component", func() *discordtest.Message { return o.channel.Post(ben.Person(), "look", unknown) }, "look"},
		{"embeds", func() *discordtest.Message {
			m := o.channel.Post(ben.Person(), "", unknown)
			o.channel.AddEmbeds(m, embeds...)
			return m
		}, "Talks\nThey *go on*.\nIn Geneva."},
		{"words and embeds", func() *discordtest.Message {
			m := ben.Say("see")
			o.channel.AddEmbeds(m, embeds...)
			return m
		}, "see"},
		{"what it passes on", func() *discordtest.Message {
			return o.channel.Forward(o.ada.Person(), ben.Say("Talks in *Geneva*"))
		}, "Talks in *Geneva*"},
		{"embeds that it passes on", func() *discordtest.Message {
			m := o.channel.Post(ben.Person(), "", unknown)
			o.channel.AddEmbeds(m, embeds...)
			return o.channel.Forward(o.ada.Person(), m)
		}, "Talks\nThey *go on*.\nIn Geneva."},
		{"nothing", func() *discordtest.Message { return o.channel.Post(ben.Person(), "", unknown) }, ""},
	} {
		m := c.say()
		got, err := o.ada.MessageMenu(bottest.MenuWrite, m)
		if err != nil || got.Modal == nil {
			t.Errorf("%s: %v, %+v", c.name, err, got)
			continue
		}
		want := []bot.Value{
			{Name: bot.MessageText, Value: c.want},
			{Name: bot.MessageLink, Value: "https://discord.com/channels/" + o.guild.ID + "/" + o.channel.ID + "/" + m.ID},
			{Name: bot.MessagePosted, Value: m.Created.UTC().Truncate(time.Minute).Format("2006-01-02T15:04Z07:00")},
			{Name: bot.MessageID, Value: o.channel.ID + "/" + m.ID},
		}
		if c.want == "" {
			want = want[1:]
		}
		r := o.core.last()
		if diff := cmp.Diff(bot.Invocation{Command: "desk write", Args: want}, r.Invocation); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if r.Via != "menu" || r.Actor.User == "" {
			t.Errorf("%s: by %v via %s", c.name, r.Actor, r.Via)
		}
	}
}

func TestMenu_OfADirectMessageHasItsLink(t *testing.T) {
	o := openOffice(t)
	dm := o.ada.Person().DM()
	m := dm.Say("hello")
	if _, err := dm.MessageMenu(bottest.MenuWrite, m); err != nil {
		t.Fatal(err)
	}
	if link := o.core.last().Invocation.Get(bot.MessageLink); link != "https://discord.com/channels/@me/"+dm.Channel().ID+"/"+m.ID {
		t.Errorf("the link is %s", link)
	}
}

// TestMenu_ThatIsNoMoreIsSaid: Discord offers what was registered until it hears of
// what is.
func TestMenu_ThatIsNoMoreIsSaid(t *testing.T) {
	o := openOffice(t)
	o.server.AddCommand(map[string]any{"name": "An older one", "type": 3, "description": ""})
	o.server.AddCommand(map[string]any{"name": "Who is it", "type": 2, "description": ""})
	before := len(o.core.all())
	m, err := o.ada.MessageMenu("An older one", o.ada.Say("x"))
	if err != nil {
		t.Fatal(err)
	}
	o.sees(m, "does not have that any more")
	if m, err = o.ada.UserMenu("Who is it", o.ada.Person()); err != nil {
		t.Fatal(err)
	}
	o.sees(m, "does not have that any more")
	if n := len(o.core.all()) - before; n != 0 || !m.Ephemeral || strings.Contains(m.Seen().Text, "went wrong") {
		t.Errorf("the core was asked %d times, private %v", n, m.Ephemeral)
	}
}
