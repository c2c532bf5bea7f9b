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
	if got := c.discord.tokenEnv; got != defaultTokenEnv {
		t.Errorf("token_env %q, want the default, %q", got, defaultTokenEnv)
	}

	// All of it, with what stands in comments.
	var whole []string
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "# "); ok && (begins.MatchString(rest) || strings.HasPrefix(rest, "[[")) {
			line = rest
		}
		if !strings.HasPrefix(line, "token_env") { // the other way to the token
			whole = append(whole, line)
		}
	}
	text := strings.Join(whole, "")
	c, problems = parseConfig("config.toml", []byte(text))
	if len(problems) > 0 || len(c.discord.servers) != 1 {
		t.Errorf("without the comment signs: problems %v, servers %v", problems, c.discord.servers)
	}
	r := new(configReader)
	for _, s := range slices.Concat(r.rootSettings(), r.discordSettings(nil), r.serverSettings(nil)) {
		if s.key != "discord" && s.key != "server" && !strings.Contains(string(data), s.key+" = ") {
			t.Errorf("the example does not show %s", s.key)
		}
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
	got := fmt.Sprint(c.db, c.log, d.scope, d.tokenEnv, d.tokenFile, d.book.id, d.baseURL, d.serverIDs())
	want := fmt.Sprint(filepath.FromSlash("/etc/briefbot/data/book.db"), "debug", discord.Servers, "", "/run/token", "harbour", "http://127.0.0.1:8080", []string{"123456789012345678", "223456789012345678"})
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	bindings := []briefings.Binding{{Platform: "discord", Workspace: "123456789012345678", Book: "peace"}, {Platform: "discord", Workspace: "223456789012345678", Book: "harbour"}}
	if diff := cmp.Diff(bindings, d.bindings()); diff != "" {
		t.Errorf("bindings:\n%s", diff)
	}
	inline := `discord = { commands = "servers", server = [ { id = "123456789012345678", book = "peace" } ] }`
	if c, problems = parseConfig("c.toml", []byte(inline)); len(problems) > 0 || len(c.discord.servers) != 1 || c.discord.scope != discord.Servers {
		t.Errorf("on one line: problems %v, %+v", problems, c.discord)
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
		{"a secret without quotes", "[discord]\ntoken = CANARY.abc\n", "c.toml:2: This is not TOML"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := parseConfig("c.toml", []byte(tt.text))
			got := make([]string, len(problems))
			for i, p := range problems {
				got[i] = p.String()
			}
			if want := strings.Split(tt.want, "|"); !slices.EqualFunc(got, want, strings.HasPrefix) {
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
	f.Add([]byte("a.b = 1\n[a]\n[[a.b]]\n# \x01\n\"\"\"\nx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := parseConfig("c.toml", data)
		if c.discord == nil && len(problems) == 0 {
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
