package slack_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// TestShortcut_HandsOverItsMessage: what the command takes of it, and no more; also
// where Slack does not say where a message is.
func TestShortcut_HandsOverItsMessage(t *testing.T) {
	t.Parallel()
	core := &counted{Core: corpus(), instead: func(context.Context, bot.Request) (bot.Reply, bool) { return bot.Reply{}, false }}
	o := openOffice(t, core)
	ben := reader(o.team, o.desk, "ben")
	top := must(t)(ben.Post("a thread"))
	text := "*Talks* &amp; &lt;b&gt; with <@" + ben.Person().ID + "|ben>"
	reply := must(t)(ben.Thread(top).Post(text))
	secret := o.team.NewPrivateChannel("secret", o.ann.Person())
	there := o.ann.Person().In(secret)
	unseen := must(t)(there.Post(text))
	address := func(c *slacktest.Channel, m *slacktest.Message) string {
		return "https://" + o.team.Domain + ".slack.com/archives/" + c.ID + "/p" + strings.ReplaceAll(m.TS, ".", "")
	}
	for name, c := range map[string]struct {
		at   *slacktest.Client
		m    *slacktest.Message
		link string
		code string
	}{
		"in a thread":                        {o.ann, reply, address(o.desk, reply) + "?thread_ts=" + top.TS + "&cid=" + o.desk.ID, ""},
		"in a thread, and Slack is silent":   {o.ann, reply, address(o.desk, reply) + "?thread_ts=" + top.TS + "&cid=" + o.desk.ID, "internal_error"},
		"in a channel that we do not see":    {there, unseen, address(secret, unseen), ""},
		"in a channel that we see, top most": {o.ann, top, address(o.desk, top), ""},
	} {
		if c.code != "" {
			o.server.Fault(slacktest.Fault{Path: "chat.getPermalink$", Kind: slacktest.ErrorCode, Code: c.code})
		}
		v := opens(t)(c.at.Shortcut("desk_write", c.m))
		r := core.Core.Last()
		want := bot.Invocation{Command: "desk write", Args: []bot.Value{
			{Name: bot.MessageText, Value: "*Talks* & <b> with @ben"}, {Name: bot.MessageLink, Value: c.link},
			{Name: bot.MessagePosted, Value: posted(t, c.m.TS)}, {Name: bot.MessageID, Value: bot.MessageIn(c.m.Channel, c.m.TS)},
		}}
		if c.m == top {
			want.Args[0].Value = "a thread"
		}
		if diff := cmp.Diff(want, r.Invocation); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if r.Via != "menu" || r.Event == "" || r.Channel != c.m.Channel {
			t.Errorf("%s: via %q in %q, event %q", name, r.Via, r.Channel, r.Event)
		}
		if c.m != top && r.Accounts["@ben"].ID != ben.Person().ID {
			t.Errorf("%s: accounts %v", name, r.Accounts)
		}
		v.Close(true)
	}
}

// posted is when a message was posted, as commands are told.
func posted(t *testing.T, ts string) string {
	t.Helper()
	seconds, err := time.ParseDuration(strings.Split(ts, ".")[0] + "s")
	if err != nil {
		t.Fatal(err)
	}
	return time.Unix(0, 0).Add(seconds).UTC().Format("2006-01-02T15:04Z07:00")
}

// TestShortcut_OfWhatIsNoFormIsAnsweredToThePersonAlone: what a command does not take
// is not handed over.
func TestShortcut_OfWhatIsNoFormIsAnsweredToThePersonAlone(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o, core := openDesk(t, way)
		m, err := message(o.ann.Shortcut("desk_change", must(t)(o.ann.Post("news"))))
		if m = see(t, m, err, "Changed", "news"); !m.Ephemeral {
			t.Error("others see it")
		}
		want := bot.Invocation{Command: "desk change", Args: []bot.Value{{Name: bot.MessageText, Value: "news"}}}
		if diff := cmp.Diff(want, core.last().Invocation); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, gone := range []string{"desk_form", "echo", "desk change", "gone"} { // none is in the menu
			asked := core.questions()
			m, err = message(o.ann.Shortcut(gone, must(t)(o.ann.Post("more"))))
			see(t, m, err, "does not have that any more")
			if core.questions() != asked {
				t.Errorf("%s: the core is asked", gone)
			}
		}
	})
}

// TestShortcut_TheManifestDeclaresWhatTheMenuUnderstands: of the bot's own table.
func TestShortcut_TheManifestDeclaresWhatTheMenuUnderstands(t *testing.T) {
	t.Parallel()
	raw, err := slack.Manifest(slack.ManifestOptions{Commands: theTable(t)})
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Features struct {
			Shortcuts []struct {
				Name, Type string
				ID         string `json:"callback_id"`
			}
		}
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	o := starterOffice(t)
	o.ann.Person().SetOwner(true)
	menus := 0
	for _, c := range theTable(t) {
		if c.Menu != "" {
			menus++
		}
	}
	if len(m.Features.Shortcuts) != menus || menus == 0 {
		t.Errorf("%d shortcuts, want %d", len(m.Features.Shortcuts), menus)
	}
	for _, s := range m.Features.Shortcuts {
		shown, err := o.ann.Shortcut(s.ID, must(t)(o.ann.Post("Witkoff met Putin in Moscow on 2 December.")))
		if err != nil || s.Type != "message" {
			t.Fatalf("%s: %v", s.Name, err)
		}
		if text := shown.Seen().Text; strings.Contains(text, "does not have that") || strings.Contains(text, "did not work") {
			t.Errorf("%s shows %q", s.Name, text)
		}
	}
	for name, table := range map[string][]bot.Command{
		"up to 24 characters": {{Name: "a", Menu: strings.Repeat("a", 25), Summary: "a"}},
	} {
		if _, err := slack.Manifest(slack.ManifestOptions{Commands: table}); err == nil {
			t.Errorf("%s: nothing is refused", name)
		}
	}
}
