package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/bot/slack/slacktest"
)

// slackOnly is config.example.toml as the README has a newcomer change it: the # is
// moved from [slack] to [discord]. The stand-in's address is all else.
func slackOnly(t *testing.T, baseURL, more string) string {
	t.Helper()
	text, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		t.Fatal(err)
	}
	return withSlack(t, strings.Replace(string(text), "\n[discord]\n", "\n# [discord]\n", 1), baseURL, more)
}

// withSlack writes a config with [slack] in it.
func withSlack(t *testing.T, text, baseURL, more string) string {
	t.Helper()
	for was, is := range map[string]string{
		"\n# [slack]\n":                          "\n[slack]\n",
		"\n# base_url = \"https://slack.com\"\n": fmt.Sprintf("\nbase_url = %q\n%s", baseURL, more),
	} {
		if !strings.Contains(text, was) {
			t.Fatalf("the example has no %q", was)
		}
		text = strings.Replace(text, was, is, 1)
	}
	config := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

// serveConfig starts briefbot run on a config, with its tokens in the environment.
func serveConfig(t *testing.T, program, config string, env ...string) *served {
	t.Helper()
	p := &served{t: t, cmd: exec.Command(program, "run", "--config", config), log: new(lockedBuffer)}
	p.cmd.Dir, p.cmd.Stderr, p.cmd.Stdout = filepath.Dir(config), p.log, p.log
	p.cmd.Env = environ(env...)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		p.cmd.Wait()
	})
	return p
}

// logs waits until the log holds some words.
func (p *served) logs(words string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(p.log.String(), words); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%q is not in the log:\n%s", words, p.log)
		}
	}
}

// slackTokens are the tokens of a stand-in's first app, as an operator exports
// them.
func slackTokens(s *slacktest.Server, team *slacktest.Team) []string {
	return []string{"SLACK_BOT_TOKEN=" + team.BotToken(), "SLACK_APP_TOKEN=" + s.AppToken(), "SLACK_SIGNING_SECRET=" + s.SigningSecret()}
}

// asked types a slash command, and fails the test unless the answer has the words.
func asked(t *testing.T, c *slacktest.Client, text string, words ...string) *slacktest.Message {
	t.Helper()
	shown, err := c.Command("/brief", text)
	if err != nil || shown.Message == nil {
		t.Fatalf("/brief %s: %v", text, err)
	}
	for _, w := range words {
		if !strings.Contains(shown.Message.Seen().Text, w) {
			t.Errorf("%q is not in\n%s", w, shown.Message.Seen().Text)
		}
	}
	return shown.Message
}

// TestSlack_FromTheExampleConfigToAnAnswer is what a newcomer does, and what comes
// after: the doctor beside it, and a restart.
func TestSlack_FromTheExampleConfigToAnAnswer(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	team := s.NewTeam("Newsroom")
	ada := team.NewPerson("ada")
	desk := ada.In(team.NewChannel("desk", ada, team.Bot()))
	tokens := slackTokens(s, team)

	config := slackOnly(t, s.URL(), "")
	doctor := func() {
		t.Helper()
		cmd := exec.Command("briefbot", "doctor", "--config", config)
		cmd.Dir, cmd.Env = filepath.Dir(config), environ(tokens...)
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Workspace Newsroom  It is answered from the book ukraine-peace-talks.") {
			t.Errorf("doctor: %v\n%s", err, out)
		}
	}
	doctor() // before there is a database
	first := serveConfig(t, "briefbot", config, tokens...)
	if !s.Socket().WaitConnections(2, patience) {
		t.Fatalf("it does not connect:\n%s", first.log)
	}
	card := asked(t, desk, "who Witkoff", "Steve Witkoff", "special envoy")

	doctor() // beside the running bot
	first.stop()

	second := serveConfig(t, "briefbot", config, tokens...)
	if !s.Socket().WaitConnections(2, patience) {
		t.Fatalf("it does not connect:\n%s", second.log)
	}
	shown, err := desk.Press(card, "Timeline") // from before the restart
	if err != nil || shown.Message == nil || !strings.Contains(shown.Message.Seen().Text, "Timeline: Steve Witkoff") {
		said := ""
		if shown != nil && shown.Message != nil {
			said = shown.Message.Seen().Text
		}
		t.Errorf("a button from before the restart: %v, %q\n%s\n%s", err, said, first.log, second.log)
	}
	second.stop()
	for _, token := range tokens {
		_, value, _ := strings.Cut(token, "=")
		if out := first.log.String() + second.log.String(); strings.Contains(out, value) {
			t.Errorf("a secret is in the log:\n%s", out)
		}
	}
}

// TestSlack_OverHTTPInSeveralWorkspaces: each has a book of its own.
func TestSlack_OverHTTPInSeveralWorkspaces(t *testing.T) {
	s := slacktest.New(t, slacktest.Options{})
	newsroom, quay := s.NewTeam("Newsroom"), s.NewTeam("Port desk")
	ada, ben := newsroom.NewPerson("ada"), quay.NewPerson("ben")
	address := freeAddress(t)
	more := fmt.Sprintf("mode = \"http\"\nlisten = %q\n", address)
	for _, w := range []struct{ id, name, book string }{{newsroom.ID, "NEWS", "ukraine-peace-talks"}, {quay.ID, "PORT", "harbour-strike"}} {
		more += fmt.Sprintf("\n[[slack.workspace]]\nid = %q\ntoken_env = \"%s_BOT\"\nbook = %q\n", w.id, w.name, w.book)
	}
	config := slackOnly(t, s.URL(), more)
	dir := filepath.Dir(config)
	if err := os.WriteFile(filepath.Join(dir, "harbour.toml"), []byte(harbour), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range [][]string{{"ask", "/about"}, {"import", "harbour.toml"}} { // a new database gets the starter book
		if out, code := briefbot(t, dir, line...); code != 0 {
			t.Fatalf("%q: %s", line, out)
		}
	}
	p := serveConfig(t, "briefbot", config, "NEWS_BOT="+newsroom.BotToken(), "PORT_BOT="+quay.BotToken(), "SLACK_SIGNING_SECRET="+s.SigningSecret())
	p.logs("listening for Slack")
	s.Hooks().SetURL("http://" + address + "/slack/events")
	if err := s.Hooks().Verify(); err != nil {
		t.Errorf("the address is not verified: %v", err)
	}
	asked(t, ada.In(newsroom.NewChannel("desk", ada)), "who Witkoff", "Steve Witkoff")
	asked(t, ben.In(quay.NewChannel("quay", ben)), "who Byrne", "Harbour master")
	asked(t, ben.In(quay.NewChannel("pier", ben)), "who Witkoff", "Not in this book")
	p.stop()
}

// TestOneBinary_AnswersOnDiscordAndSlackFromOneBook: at the same time, and each
// goes on where the other fails.
func TestOneBinary_AnswersOnDiscordAndSlackFromOneBook(t *testing.T) {
	d, s := discordtest.New(t, discordtest.Options{}), slacktest.New(t, slacktest.Options{})
	guild := d.NewGuild("Newsroom")
	ann := d.NewPerson("ann")
	guild.Join(ann)
	there := ann.In(guild.NewChannel("desk"))
	team := s.NewTeam("Newsroom")
	ada := team.NewPerson("ada")
	here := ada.In(team.NewChannel("desk", ada, team.Bot()))

	text, err := os.ReadFile(newcomersConfig(t, d.URL(), ""))
	if err != nil {
		t.Fatal(err)
	}
	config := withSlack(t, string(text), s.URL(), "")
	p := serveConfig(t, "briefbot", config, append(slackTokens(s, team), defaultTokenEnv+"="+d.Token())...)
	if !s.Socket().WaitConnections(2, patience) || !d.Gateway().WaitConnected(1, patience) {
		t.Fatalf("it does not connect:\n%s", p.log)
	}
	wants(t, offered(t, there, "who", "name", "Witkoff"), "Steve Witkoff")
	done := make(chan *slacktest.Message)
	go func() { done <- asked(t, here, "who Witkoff", "Steve Witkoff") }()
	wants(t, offered(t, there, "status", "track", "talks"), "Peace talks")
	<-done

	// What is imported shows on both.
	if err := os.WriteFile(filepath.Join(filepath.Dir(config), "more.toml"), []byte(strings.NewReplacer("harbour-strike", "ukraine-peace-talks", "The harbour strike", "Ukraine: the peace talks").Replace(harbour)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code := briefbot(t, filepath.Dir(config), "import", "more.toml"); code != 0 {
		t.Fatalf("import: %s", out)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		shown, err := here.Command("/brief", "who Byrne")
		if err == nil && strings.Contains(shown.Seen().Text, "Harbour master") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("what was imported does not show: %v", err)
		}
	}
	wants(t, offered(t, there, "who", "name", "Byrne"), "Harbour master")

	s.Close() // Slack is gone
	wants(t, offered(t, there, "who", "name", "Putin"), "Vladimir Putin")
	p.stop()
}

// freeAddress is an address on loopback that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
