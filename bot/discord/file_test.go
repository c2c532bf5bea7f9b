package discord_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

// TestFile_ABookGoesOutAndComesBack: the real book, exported, changed in one line, looked
// at, and imported; and nothing of it to whoever is no admin.
func TestFile_ABookGoesOutAndComesBack(t *testing.T) {
	o := openNewsroom(t)
	owner := o.join("owner")
	o.guild.MakeManager(owner.Person())
	m, err := owner.Slash("desk export")
	if err != nil {
		t.Fatal(err)
	}
	if text := m.Seen().Text; !strings.Contains(text, "The book as ukraine-peace-talks.toml") {
		t.Fatalf("it says\n%s", text)
	}
	var exported discordtest.File
	for deadline := time.Now().Add(patience); exported.Name == ""; time.Sleep(5 * time.Millisecond) {
		for _, m := range owner.Messages() {
			if len(m.Files) == 1 && m.Ephemeral {
				exported = m.Files[0]
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("the file does not come")
		}
	}
	changed := strings.Replace(string(exported.Data), "US special envoy, sent by President Trump", "Envoy, by import", 1)
	gives := func(c *discordtest.Client, name, text, want string) *discordtest.Message {
		t.Helper()
		m, err := c.Slash("desk import", discordtest.Option{Name: "file", Value: discordtest.File{Name: name, Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Seen().Text; !strings.Contains(got, want) {
			t.Fatalf("%q is not in\n%s", want, got)
		}
		return m
	}
	plan := gives(owner, "mine.toml", changed, "Envoy, by import")
	done, err := press(owner, plan, "Import it")
	if err != nil || !strings.Contains(done.Seen().Text, "Imported: mine.toml") {
		t.Fatalf("%v: %s", err, done.Seen().Text)
	}
	gives(owner, "mine.txt", changed, "is no TOML file")
	gives(owner, "large.toml", strings.Repeat("#", 2<<20), "larger than 1 MB")
	gives(o.join("rita"), "mine.toml", changed, "is for the role admin")
}

// TestFetch_AsksNoAddressOfOurOwnNetwork: also where a redirect leads there.
func TestFetch_AsksNoAddressOfOurOwnNetwork(t *testing.T) {
	here := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
	}))
	defer here.Close()
	d, err := discord.Fetcher("")
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{here.URL, "http://[::1]/", "http://10.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/", "ftp://example.org/", "file:///etc/passwd"} {
		if data, err := d(t.Context(), address, 100); err == nil || !strings.Contains(err.Error(), "public network") && !strings.Contains(err.Error(), "no address of the web") {
			t.Errorf("%s: %q, %v", address, data, err)
		}
	}
	local, err := discord.Fetcher(here.URL)
	if err != nil {
		t.Fatal(err)
	}
	body := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 200)) }))
	defer body.Close()
	if _, err := local(t.Context(), body.URL, 100); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("more than asked for: %v", err)
	}
}
