package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/briefings"
)

const exampleConfig = "../../config.example.toml"

// TestExampleConfig_CanBeUsedAsItIs also holds it to have every key there is.
func TestExampleConfig_CanBeUsedAsItIs(t *testing.T) {
	data, err := os.ReadFile(exampleConfig)
	if err != nil {
		t.Fatal(err)
	}
	c, problems := parseConfig("folder/config.toml", data)
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	if got, want := c.db, filepath.Join("folder", "briefbot.db"); got != want {
		t.Errorf("db %q, want %q", got, want)
	}
	if got := c.discord.token.env; got != defaultTokenEnv {
		t.Errorf("token_env %q, want the default, %q", got, defaultTokenEnv)
	}
	if c.slack != nil {
		t.Error("Slack is there, though the example has it in comments")
	}

	// All of it, with what stands in comments.
	var whole []string
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "# "); ok && begins.MatchString(rest) {
			line = rest
		}
		if !strings.Contains(line, "_file = ") { // the other way to a secret
			whole = append(whole, line)
		}
	}
	text := strings.Join(whole, "")
	c, problems = parseConfig("config.toml", []byte(text))
	if len(problems) > 0 || c.slack == nil || len(c.discord.places) != 1 || len(c.slack.workspaces) != 1 || len(c.digests) != 1 {
		t.Fatalf("without the comment signs: problems %v, %+v", problems, c)
	}
	got := fmt.Sprint(c.slack.mode, c.slack.command, c.slack.token.env, c.slack.appToken.env, c.slack.signingSecret.env)
	if want := fmt.Sprint(slack.Socket, slack.DefaultCommand, "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"); got != want {
		t.Errorf("the example shows other defaults: %s, want %s", got, want)
	}
	r := new(configReader)
	above, below, found := strings.Cut(string(data), "\n# [slack]\n")
	if !found {
		t.Fatal("the example has no [slack] to take the # from")
	}
	shows := func(part string, settings ...setting) {
		for _, s := range settings {
			if !slices.Contains([]string{"discord", "server", "slack", "workspace", "digest"}, s.key) && !strings.Contains(part, s.key+" = ") {
				t.Errorf("the example does not show %s", s.key)
			}
		}
	}
	shows(above, slices.Concat(r.rootSettings(), r.discordSettings(new(discordConfig)), r.serverSettings(new(place)))...)
	shows(below, slices.Concat(r.slackSettings(new(slackConfig)), r.workspaceSettings(new(workspaceConfig)), r.digestSettings(new(digestConfig)))...)

	// As the README has it for Slack alone: the one # moves to the other header.
	only := strings.Replace(strings.Replace(string(data), "\n[discord]\n", "\n# [discord]\n", 1), "\n# [slack]\n", "\n[slack]\n", 1)
	if c, problems = parseConfig("config.toml", []byte(only)); len(problems) > 0 || c.discord != nil || c.slack == nil {
		t.Errorf("with Slack alone: problems %v, %+v", problems, c)
	}
}

func TestConfig_SaysWhatItSays(t *testing.T) {
	const text = `
db = 'data/book.db'
log = "debug"
discord.commands = "servers"
[discord]
token_file = "/run/token"
book = "harbour"
base_url = "http://127.0.0.1:8080"
[[discord.server]]
id = "123456789012345678"
book = "peace"
[[discord.server]]
id = "223456789012345678"
`
	// A dotted key and a header for one table are not TOML; the rest is.
	c, problems := parseConfig("/etc/briefbot/config.toml", []byte(strings.Replace(text, "discord.commands = \"servers\"\n[discord]\n", "[discord]\ncommands = \"servers\"\n", 1)))
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	d := c.discord
	got := fmt.Sprint(c.db, c.log, d.scope, d.token.env, d.token.file, d.book.id, d.baseURL, d.ids())
	want := fmt.Sprint(filepath.FromSlash("/etc/briefbot/data/book.db"), "debug", discord.Servers, "", "/run/token", "harbour", "http://127.0.0.1:8080", []string{"123456789012345678", "223456789012345678"})
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	bindings := []briefings.Binding{{Platform: "discord", Workspace: "123456789012345678", Book: "peace"}, {Platform: "discord", Workspace: "223456789012345678", Book: "harbour"}}
	if diff := cmp.Diff(bindings, d.bindings()); diff != "" {
		t.Errorf("bindings:\n%s", diff)
	}
	inline := `discord = { commands = "servers", server = [ { id = "123456789012345678", book = "peace" } ] }`
	if c, problems = parseConfig("c.toml", []byte(inline)); len(problems) > 0 || len(c.discord.places) != 1 || c.discord.scope != discord.Servers {
		t.Errorf("on one line: problems %v, %+v", problems, c.discord)
	}
}

func TestConfig_AdminsAreOfTheirPlatform(t *testing.T) {
	c, problems := parseConfig("c.toml", []byte("[discord]\nadmins = [\"123\", \"123\"]\n[slack]\nadmins = [\"U1\"]\n"))
	want := []briefings.Actor{{Platform: "discord", User: "123"}, {Platform: "slack", User: "U1"}}
	if diff := cmp.Diff(want, c.adminsOf()); diff != "" || len(problems) > 0 {
		t.Errorf("problems %v, admins:\n%s", problems, diff)
	}
}

func TestConfig_SaysWhatItSaysOfSlack(t *testing.T) {
	const text = `
[discord]
[slack]
mode = "http"
listen = ":8080"
command = "/desk"
token_file = "one"
book = "harbour"
base_url = "http://127.0.0.1:1/api"
[[slack.workspace]]
id = "T1"
book = "peace"
[[slack.workspace]]
id = "T2"
token_env = "TWO"
[[slack.workspace]]
id = "T3"
token_env = "THREE"
signing_secret_env = "OTHER_APP"
`
	c, problems := parseConfig("/etc/briefbot/config.toml", []byte(text))
	if len(problems) > 0 || c.discord == nil {
		t.Fatalf("problems: %v", problems)
	}
	s := c.slack
	if got, want := fmt.Sprint(s.mode, s.listen, s.command, s.baseURL), fmt.Sprint(slack.HTTP, ":8080", "/desk", "http://127.0.0.1:1/api"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	bindings := []briefings.Binding{{Platform: "slack", Workspace: "T1", Book: "peace"}, {Platform: "slack", Workspace: "T2", Book: "harbour"}, {Platform: "slack", Workspace: "T3", Book: "harbour"}}
	if diff := cmp.Diff(bindings, s.bindings()); diff != "" {
		t.Errorf("bindings:\n%s", diff)
	}
	var from []string
	for _, ref := range s.secrets() {
		from = append(from, ref.env+filepath.ToSlash(ref.file))
	}
	want := []string{"SLACK_SIGNING_SECRET", "/etc/briefbot/one", "SLACK_SIGNING_SECRET", "TWO", "OTHER_APP", "THREE"}
	if diff := cmp.Diff(want, from); diff != "" {
		t.Errorf("secrets:\n%s", diff)
	}
}

// TestConfig_WorkspacesOfOneAppAreOne: also where the same secret is in two places.
func TestConfig_WorkspacesOfOneAppAreOne(t *testing.T) {
	environment := map[string]string{"SLACK_APP_TOKEN": "xapp-1", "SAME": " xapp-1\n", "OTHER": "xapp-2", "A": "xoxb-a", "B": "xoxb-b", "C": "xoxb-c", "D": "xoxb-d"}
	a := &app{system: system{getenv: func(key string) string { return environment[key] }}}
	const text = `
[slack]
[[slack.workspace]]
id = "T1"
token_env = "A"
[[slack.workspace]]
id = "T2"
token_env = "B"
app_token_env = "OTHER"
[[slack.workspace]]
id = "T3"
token_env = "C"
app_token_env = "SAME"
[[slack.workspace]]
id = "T4"
token_env = "D"
`
	c, problems := parseConfig("c.toml", []byte(text))
	if problems = append(problems, a.readTokens(c)...); len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	var got []string
	for _, one := range c.slack.apps() {
		s := one.Token.Reveal() + one.SigningSecret.Reveal()
		for _, w := range one.Workspaces {
			s += " " + string(w.ID) + ":" + w.Token.Reveal()
		}
		got = append(got, s)
	}
	want := []string{"xapp-1 T1:xoxb-a T3:xoxb-c T4:xoxb-d", "xapp-2 T2:xoxb-b"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("apps:\n%s", diff)
	}
	// The same token elsewhere is that of another workspace all the same.
	environment["D"] = "xoxb-a"
	if problems := a.readTokens(c); len(problems) != 1 || !strings.HasPrefix(problems[0].String(), "c.toml:16: [[slack.workspace]]: This workspace has the same token as another") {
		t.Errorf("the same token twice: %v", problems)
	}
	// Without a list there is one, of which Slack says the id.
	c, problems = parseConfig("c.toml", []byte("[slack]\ntoken_env = \"A\"\n"))
	if problems = append(problems, a.readTokens(c)...); len(problems) > 0 || len(c.slack.apps()) != 1 || len(c.slack.apps()[0].Workspaces) != 1 {
		t.Errorf("without a list: problems %v, %v", problems, c.slack.apps())
	}
}

// TestReadTokens_KnowsSlacksByHowTheyBegin, and takes those that begin otherwise:
// what stands in for Slack makes them as it likes.
func TestReadTokens_KnowsSlacksByHowTheyBegin(t *testing.T) {
	const socket, http = "[slack]\n", "[slack]\nmode = \"http\"\nlisten = \":1\"\n"
	for _, tt := range []struct{ name, config, app, bot, signing, want string }{
		{"as they are", socket, "xapp-1-CANARY", "xoxb-CANARY", "", ""},
		{"of another make", socket, "app:CANARY", "CANARY", "", ""},
		{"spaces and a scheme", socket, "xapp-1-CANARY\n", "Bearer xoxb-CANARY", "", ""},
		{"swapped", socket, "xoxb-CANARY", "xapp-1-CANARY", "", "[slack] app_token_env: The environment variable SLACK_APP_TOKEN holds the token of a bot|[slack] token_env: The environment variable SLACK_BOT_TOKEN holds the app-level token"},
		{"a person's", socket, "xapp-1-CANARY", "xoxp-CANARY", "", "[slack] token_env: The environment variable SLACK_BOT_TOKEN holds the token of a person"},
		{"one that ends", socket, "xapp-1-CANARY", "xoxe.xoxb-1-CANARY", "", "[slack] token_env: The environment variable SLACK_BOT_TOKEN holds a token that ends"},
		{"a web hook", socket, "xapp-1-CANARY", "https://hooks.slack.com/CANARY", "", "[slack] token_env: The environment variable SLACK_BOT_TOKEN holds an address"},
		{"two words", socket, "xapp-1-CANARY", "xoxb CANARY", "", "[slack] token_env: What the environment variable SLACK_BOT_TOKEN holds is no token. Copy the token anew from the OAuth & Permissions page"},
		{"none", socket, "", "", "", "[slack] app_token_env: The environment variable SLACK_APP_TOKEN is not set|[slack] token_env: The environment variable SLACK_BOT_TOKEN is not set"},
		{"http needs no app-level token", http, "", "xoxb-CANARY", "0123CANARY", ""},
		{"http without a secret", http, "xapp-1-CANARY", "xoxb-CANARY", "", "[slack] signing_secret_env: The environment variable SLACK_SIGNING_SECRET is not set"},
		{"http with a token for it", http, "", "xoxb-CANARY", "xapp-1-CANARY", "[slack] signing_secret_env: The environment variable SLACK_SIGNING_SECRET holds the app-level token"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			environment := map[string]string{"SLACK_APP_TOKEN": tt.app, "SLACK_BOT_TOKEN": tt.bot, "SLACK_SIGNING_SECRET": tt.signing}
			a := &app{system: system{getenv: func(key string) string { return environment[key] }}}
			c, problems := parseConfig("c.toml", []byte(tt.config))
			if len(problems) > 0 {
				t.Fatalf("problems: %v", problems)
			}
			var got []string
			for _, p := range a.readTokens(c) {
				got = append(got, strings.TrimPrefix(p.String(), "c.toml:1: "))
			}
			var want []string
			if tt.want != "" {
				want = strings.Split(tt.want, "|")
			}
			if !slices.EqualFunc(got, want, strings.HasPrefix) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), tt.want)
			}
			if strings.Contains(strings.Join(got, ""), "CANARY") {
				t.Errorf("a secret is shown: %s", got)
			}
		})
	}
}

func TestConfig_EveryProblemHasItsLine(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "c.toml: It names no platform"},
		{"syntax, and more below", "[discord]\ncommands = global\nbok = \"x\"\n", "c.toml:2: This is not TOML|c.toml:3: [discord] bok: "},
		{"curly quotes", "[discord]\nbook = “x”\n", `c.toml:2: This is not TOML: unexpected character “. Use straight quotes: "…".`},
		{"a list that does not end", "[discord]\nserver = [\n{ id = \"1\",\ncommands = \"x\"\n", "c.toml:2: This is not TOML|c.toml:4: [discord] commands: "},
		{"a text that does not end", "[discord]\nbook = \"\"\"x\ncommands = \"global\"\n", "c.toml:2: This is not TOML"},
		{"a broken header takes what is below it", "[discord]\n[[discord.server]\nid = \"x\"\n", "c.toml:2: This is not TOML"},
		{"twice", "[discord]\nbook = \"a\"\nbook = \"b\"\n", "c.toml:3: Key book is already defined. Keep one."},
		{"a table twice", "[discord]\n[discord]\nbok = \"a\"\n", "c.toml:2: Table discord already exists. Keep one."},
		{"windows", "\uFEFF[discord]\r\nbok = \"x\"\r\n", "c.toml:2: [discord] bok: "},
		{"many discords", "[[discord]]\nbok = 1\n", "c.toml:1: Write this header as [discord]|c.toml:2: [discord] bok: "},
		{"one server", "[discord]\n[discord.server]\nid = \"x\"\n", "c.toml:2: Write this header as [[discord.server]]|c.toml:3: [[discord.server]] id: "},
		{"no table", "discord = true\n", "c.toml:1: Write [discord] as a header"},
		{"no servers", "[discord]\ncommands = \"servers\"\n", "c.toml:2: [discord] commands: With \"servers\""},
		{"the same server", "[discord]\n[[discord.server]]\nid = \"123456789012345678\"\n[[discord.server]]\nid = \"123456789012345678\"\n", "c.toml:5: [[discord.server]] id: The server 123456789012345678 is listed twice"},
		{"two tokens", "[discord]\ntoken_env = \"A\"\ntoken_file = \"b\"\n", "c.toml:3: [discord]: token_env and token_file"},
		{"a password", "db = \"postgres://u:CANARY@h/d\"\n[discord]\n", "c.toml:1: db: A password does not belong"},
		{"a password in a parameter", "db = \"postgres://u@h/d?password=CANARY\"\n[discord]\n", "c.toml:1: db: A password does not belong"},
		{"an unknown database", "db = \"mysql://u:CANARY@h/d\"\n[discord]\n", "c.toml:1: db: This is no database"},
		{"empty value", "[discord]\nbook = \" \"\n", "c.toml:2: [discord] book: This is empty"},
		{"invisible", "[discord]\nbook = \"a\\u0000b\"\n", "c.toml:2: [discord] book: There is an invisible"},
		{"a user in the address", "[discord]\nbase_url = \"https://u:CANARY@h\"\n", "c.toml:2: [discord] base_url: "},
		{"a long value is not shown", "[discord]\ncommands = \"" + strings.Repeat("CANARY", 10) + "\"\n", "c.toml:2: [discord] commands: This takes global or servers, not this."},
		{"a long key is not shown", "[discord]\n" + strings.Repeat("CANARY", 10) + " = 1\n", "c.toml:2: [discord] This: There is no such key here."},
		{"a secret by another name", "client_secret = \"CANARY\"\n[discord]\nTOKEN = \"CANARY\"\n", "c.toml:1: client_secret: A secret does not|c.toml:3: [discord] TOKEN: A secret does not"},
		{"admins", "[discord]\nadmins = [\"123\", \"124\"]\n[slack]\nadmins = [\"U1\"]\n", ""},
		{"one admin", "[discord]\nadmins = \"123\"\n", "c.toml:2: [discord] admins: This takes a list of accounts"},
		{"an admin by name", "[slack]\nadmins = [\"@ann\"]\n", "c.toml:2: [slack] admins: \"@ann\" is not the id of an account"},
		{"an admin as a number", "[discord]\nadmins = [123]\n", "c.toml:2: [discord] admins: Put each account between quotes"},
		{"slack alone", "[slack]\n", ""},
		{"both", "[discord]\n[slack]\n", ""},
		{"many slacks", "[[slack]]\nbok = 1\n", "c.toml:1: Write this header as [slack]|c.toml:2: [slack] bok: "},
		{"no slack table", "slack = true\n", "c.toml:1: Write [slack] as a header"},
		{"one workspace", "[slack]\n[slack.workspace]\nid = \"newsroom\"\n", "c.toml:2: Write this header as [[slack.workspace]]|c.toml:3: [[slack.workspace]] id: This is not the id of a Slack workspace"},
		{"a workspace by another name", "[slack]\n[[slack.team]]\nid = \"T1\"\n", "c.toml:2: There is no table [slack.team] in a config. Did you mean [[slack.workspace]]?"},
		{"a platform mistyped", "[slak]\n", "c.toml:1: There is no table [slak] in a config. Did you mean [slack]?|c.toml: It names no platform"},
		{"an unknown platform", "[slack]\n[matrix]\n", "c.toml:2: There is no table [matrix] in a config. The tables are"},
		{"slack's key above the tables", "mode = \"http\"\n[slack]\n", "c.toml:1: mode: There is no such key above the tables. Put it below the header [slack]."},
		{"both's key above the tables", "token_env = \"A\"\n[slack]\n", "c.toml:1: token_env: There is no such key above the tables. Put it below the header [discord] or [slack]."},
		{"an unknown mode", "[slack]\nmode = \"sockets\"\n", "c.toml:2: [slack] mode: This takes socket or http, not \"sockets\". Did you mean socket?"},
		{"http without an address", "[slack]\nmode = \"http\"\n", "c.toml:2: [slack] mode: With \"http\""},
		{"an address without http", "[slack]\nlisten = \":8080\"\n", "c.toml:2: [slack] listen: Without mode"},
		{"an address of the web", "[slack]\nmode = \"http\"\nlisten = \"https://bot.example.org\"\n", "c.toml:3: [slack] listen: This is not an address to listen on"},
		{"a port that is none", "[slack]\nmode = \"http\"\nlisten = \"localhost:99999\"\n", "c.toml:3: [slack] listen: "},
		{"a command of Slack", "[slack]\ncommand = \"/who\"\n", "c.toml:2: [slack] command: /who is a command of Slack itself"},
		{"a command without a slash", "[slack]\ncommand = \"desk\"\n", "c.toml:2: [slack] command: \"desk\" does not begin with a slash"},
		{"no id", "[slack]\n[[slack.workspace]]\nid = \"T1\"\ntoken_env = \"A\"\n[[slack.workspace]]\ntoken_env = \"B\"\n", "c.toml:5: [[slack.workspace]]: This workspace has no id"},
		{"one needs no id", "[slack]\n[[slack.workspace]]\nbook = \"harbour\"\n", ""},
		{"the same workspace", "[slack]\n[[slack.workspace]]\nid = \"T1\"\ntoken_env = \"A\"\n[[slack.workspace]]\nid = \"T1\"\ntoken_env = \"B\"\n", "c.toml:6: [[slack.workspace]] id: The workspace T1 is listed twice"},
		{"the same token", "[slack]\n[[slack.workspace]]\nid = \"T1\"\n[[slack.workspace]]\nid = \"T2\"\n", "c.toml:5: [[slack.workspace]]: This workspace would have the token of another above"},
		{"the same token by name", "[slack]\n[[slack.workspace]]\nid = \"T1\"\ntoken_env = \"A\"\n[[slack.workspace]]\nid = \"T2\"\ntoken_env = \"A\"\n", "c.toml:7: [[slack.workspace]]: This workspace would have the token of another above"},
		{"two app-level tokens", "[slack]\napp_token_env = \"A\"\napp_token_file = \"b\"\n", "c.toml:3: [slack]: app_token_env and app_token_file both say where the app-level token is"},
		{"Slack's secrets", "[slack]\ntoken = \"xoxb-CANARY\"\napp_token = \"xapp-CANARY\"\nsigning_secret = \"CANARY\"\nbot_token = \"CANARY\"\n", "c.toml:2: [slack] token: A secret does not belong in this file. Take it out, and put it into the environment variable SLACK_BOT_TOKEN|c.toml:3: [slack] app_token: A secret does not belong in this file. Take it out, and put it into the environment variable SLACK_APP_TOKEN|c.toml:4: [slack] signing_secret: A secret does not belong in this file. Take it out, and put it into the environment variable SLACK_SIGNING_SECRET|c.toml:5: [slack] bot_token: A secret does not belong in this file. Take it out, and put it into the environment variable SLACK_BOT_TOKEN"},
		{"a token for its variable's name", "[slack]\ntoken_env = \"xoxb-CANARY\"\n", "c.toml:2: [slack] token_env: This is not the name of an environment variable. Write its name here, such as \"SLACK_BOT_TOKEN\""},
		{"a signing secret for its variable's name", "[slack]\nsigning_secret_env = \"abcdef0123456789abcdef0123456789\"\n", "c.toml:2: [slack] signing_secret_env: This is not the name of an environment variable"},
		{"a secret without quotes", "[discord]\ntoken = CANARY.abc\n", "c.toml:2: This is not TOML"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := parseConfig("c.toml", []byte(tt.text))
			got := make([]string, len(problems))
			for i, p := range problems {
				got[i] = p.String()
			}
			var want []string
			if tt.want != "" {
				want = strings.Split(tt.want, "|")
			}
			if !slices.EqualFunc(got, want, strings.HasPrefix) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if strings.Contains(strings.Join(got, ""), "CANARY") {
				t.Errorf("a secret is shown: %s", got)
			}
		})
	}
}

func TestConfig_PathsStartAtItsFolder(t *testing.T) {
	for dsn, want := range map[string]string{
		"briefbot.db":                   "etc/briefbot.db",
		"../data/briefbot.db":           "data/briefbot.db",
		"/data/briefbot.db":             "/data/briefbot.db",
		"sqlite:briefbot.db":            "sqlite:etc/briefbot.db",
		"file:///data/briefbot.db":      "file:///data/briefbot.db",
		"postgres://ada@localhost/book": "postgres://ada@localhost/book",
	} {
		if got := besideDSN("etc/config.toml", dsn); filepath.ToSlash(got) != want {
			t.Errorf("%s: %s, want %s", dsn, got, want)
		}
	}
}

func TestShownDSN_HasNoPassword(t *testing.T) {
	for dsn, want := range map[string]string{
		"postgres://ada:CANARY@db.example:5432/book?sslmode=require&password=CANARY": "postgres://ada@db.example:5432/book",
		"postgresql://db.example/book":  "postgresql://db.example/book",
		"postgres://ada:CAN%ARY@x/book": "a PostgreSQL database",
	} {
		if got := shownDSN(dsn); got != want {
			t.Errorf("%s is shown as %s, want %s", dsn, got, want)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	example, err := os.ReadFile(exampleConfig)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	f.Add([]byte("[discord]\ncommands = [\n\"x\"\n[[discord.server]]\nid = 5\nid = {a.b=1}\n"))
	f.Add([]byte("[slack]\nmode = \"http\"\n[[slack.workspace]]\nid = \"T1\"\n[[slack.workspace]]\nid = 5\ntoken_file = \"x\"\ntoken_env = []\n"))
	f.Add([]byte("a.b = 1\n[a]\n[[a.b]]\n# \x01\n\"\"\"\nx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := parseConfig("c.toml", data)
		if c.discord == nil && c.slack == nil && len(problems) == 0 {
			t.Error("it names no platform, and that is no problem")
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, p := range problems {
			if p.Line < 0 || p.Line > lines || p.Message == "" {
				t.Errorf("of %d lines: %+v", lines, p)
			}
		}
	})
}
