package slack_test

import (
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// TestFile_ABookGoesOutAndComesBack: the real book, exported into the owner's conversation
// with the bot, changed in one line, looked at, and imported.
func TestFile_ABookGoesOutAndComesBack(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, way func(*slack.Options)) {
		o := starterOffice(t, way)
		owner := reader(o.team, o.desk, "owner")
		owner.Person().SetOwner(true)
		if _, err := owner.Command("/brief", "desk export"); err != nil { // of two messages, the one that comes first
			t.Fatal(err)
		}
		if _, err := owner.Until(saying("The book as ukraine-peace-talks.toml")); err != nil {
			t.Fatal(err)
		}
		var exported slacktest.File
		for _, m := range owner.Person().DM().Messages() {
			if len(m.Files) == 1 {
				exported = m.Files[0]
			}
		}
		if exported.Name != "ukraine-peace-talks.toml" || count(o.ann, func(m *slacktest.Message) bool { return len(m.Files) > 0 }) != 0 {
			t.Fatalf("the file is %q, or others see it", exported.Name)
		}
		changed := strings.Replace(string(exported.Data), "US special envoy, sent by President Trump", "Envoy, by import", 1)
		gives := func(name, text string) *slacktest.Shown {
			t.Helper()
			v := form(t, owner, "desk import")
			if err := v.Attach("file", slacktest.File{Name: name, Data: []byte(text)}); err != nil {
				t.Fatal(err)
			}
			shown, err := v.Submit()
			if err != nil {
				t.Fatal(err)
			}
			return shown
		}
		if shown := gives("mine.toml", changed); !shown.Closed {
			t.Fatalf("the form stays open: %v", shown.View.Errors)
		}
		plan, err := owner.Until(saying("Envoy, by import"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := press(owner, plan, "Import it")
		see(t, m, err, "Imported: mine.toml")
		for name, text := range map[string]string{"mine.txt": changed, "large.toml": strings.Repeat("#", 2<<20)} {
			if shown := gives(name, text); shown.View == nil || len(shown.View.Errors) != 1 {
				t.Errorf("%s is taken", name)
			}
		}
		m, err = message(o.ann.Command("/brief", "desk export"))
		see(t, m, err, "is for the role admin")

		o.team.SetScopes("commands", "chat:write", "users:read")
		if _, err := owner.Command("/brief", "desk export"); err != nil {
			t.Fatal(err)
		}
		if _, err := owner.Until(saying("I lack a right in this workspace")); err != nil {
			t.Fatal(err)
		}
		shown := gives("mine.toml", changed)
		if shown.View == nil || !strings.Contains(strings.Join(errorsOf(shown.View), " "), "I lack a right") {
			t.Errorf("without the scope it is taken")
		}
	})
}

func errorsOf(v *slacktest.View) []string {
	var list []string
	for _, e := range v.Errors {
		list = append(list, e)
	}
	return list
}

// TestFetch_GivesTheTokenToSlackAlone: neither to another host nor to where Slack leads.
func TestFetch_GivesTheTokenToSlackAlone(t *testing.T) {
	t.Parallel()
	o := openOffice(t, corpus())
	for _, address := range []string{"https://evil.example/f", "https://slack.com.evil.example/f", "http://files.slack.com/f", "file:///etc/passwd", o.server.URL() + "@evil.example/f"} {
		if data, err := o.running.Fetch(t.Context(), o.team.ID, address); err == nil || !strings.Contains(err.Error(), "it is not at Slack") {
			t.Errorf("%s: %q, %v", address, data, err)
		}
	}
	// It leads to a sign-in: that is no file.
	o.team.SetScopes("commands")
	if _, err := o.running.Fetch(t.Context(), o.team.ID, o.server.URL()+"/files-pri/F0000000001"); err == nil {
		t.Error("a file that is not there is fetched")
	}
}
