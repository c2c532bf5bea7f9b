package slack_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/slack"
	"github.com/briefbot/briefbot/briefings"
)

var update = flag.Bool("update", false, "write the golden files anew")

// schemaEnv is the environment variable that says where Slack's schema of a
// manifest is, and schemaPath where it is beside some directory above this one.
const (
	schemaEnv  = "BRIEFBOT_SLACK_MANIFEST_SCHEMA"
	schemaPath = "shared/data/slack-manifest.schema.2.0.0.json"
)

// schema returns Slack's schema, or nil where it is not there; the test then
// says so, and with CI=true fails.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	path := os.Getenv(schemaEnv)
	for dir := workingDir(t); path == "" && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if at := filepath.Join(dir, filepath.FromSlash(schemaPath)); isFile(at) {
			path = at
		}
	}
	switch {
	case path != "":
	case os.Getenv("CI") == "true":
		t.Fatalf("Slack's schema of a manifest is not there: put it at %s beside the repository, or its path in %s.", schemaPath, schemaEnv)
	default:
		t.Logf("the manifest is not checked against Slack's schema: it is neither at %s beside the repository nor at the path in %s", schemaPath, schemaEnv)
		return nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7) // it names none, and has "definitions"
	c.UseRegexpEngine(goRegexp)
	if err := c.AddResource("slack:manifest.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("slack:manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// goRegexp reads a pattern. Go has no look-ahead, which the schema has for the
// domains of links; our manifests name none.
func goRegexp(pattern string) (jsonschema.Regexp, error) {
	return regexp.Compile(strings.ReplaceAll(pattern, `(?![\.\-])`, ""))
}

func workingDir(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// theTable is the command table as the program has it.
func theTable(t *testing.T) []bot.Command {
	t.Helper()
	core, err := bot.New(briefings.NewLibrary(nil), bot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return core.Commands()
}

func TestManifest_IsWhatSlackAccepts(t *testing.T) {
	table, schema := theTable(t), schema(t)
	for name, o := range map[string]slack.ManifestOptions{
		"socket":  {},
		"http":    {URL: "https://bot.example.org"},
		"aliases": {Name: "The desk", Command: "/desk", Aliases: []string{"/brief", "/positions", "/timeline", "/about", "/book"}, URL: "https://example.org/bots/desk/"},
	} {
		t.Run(name, func(t *testing.T) {
			o.Commands = table
			got, err := slack.Manifest(o)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "manifest-"+name+".json", got)
			if schema == nil {
				return
			}
			document, err := jsonschema.UnmarshalJSON(bytes.NewReader(got))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(document); err != nil {
				t.Errorf("it does not fit Slack's schema: %v", err)
			}
		})
	}
}

// golden holds a text to a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is another; go test ./bot/slack -update writes it anew:\n%s", path, diff)
	}
}

// TestScopes_EachHasItsReason is the list that a review must see change.
func TestScopes_EachHasItsReason(t *testing.T) {
	var b bytes.Buffer
	for _, s := range slack.Scopes() {
		if s.Name == "" || s.Reason == "" {
			t.Errorf("a scope without a name or a reason: %+v", s)
		}
		fmt.Fprintf(&b, "%s: %s\n", s.Name, s.Reason)
	}
	golden(t, "scopes.txt", b.Bytes())
}

// TestScopes_AreThoseOfTheREADME: whoever installs the app reads why there.
func TestScopes_AreThoseOfTheREADME(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "\n| scope | why |\n| --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	var want []string
	for _, s := range slack.Scopes() {
		want = append(want, fmt.Sprintf("| `%s` | %s |", s.Name, strings.NewReplacer("“", "*", "”", "*").Replace(s.Reason)))
	}
	if diff := cmp.Diff(want, strings.Split(table, "\n")); diff != "" {
		t.Errorf("the README has other scopes or reasons:\n%s", diff)
	}
}

func TestManifest_SaysWhatTheTableSays(t *testing.T) {
	raw, err := slack.Manifest(slack.ManifestOptions{Aliases: []string{"/positions", "/find"}, Commands: theTable(t)})
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Features struct {
			Commands []struct{ Command, Description, URL string } `json:"slash_commands"`
		}
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, c := range m.Features.Commands {
		said[c.Command] = c.Description
		if c.URL != "" {
			t.Errorf("%s has an address in Socket Mode", c.Command)
		}
	}
	for _, c := range theTable(t) {
		if d, there := said["/"+c.Name]; there && c.Name != "brief" && d != c.Summary {
			t.Errorf("/%s: %q, want %q", c.Name, d, c.Summary)
		}
	}
	if len(said) != 3 {
		t.Errorf("commands: %v", said)
	}
}

func TestManifest_RefusesWhatSlackRefuses(t *testing.T) {
	long := "/" + strings.Repeat("a", 31)
	many := make([]string, 50)
	for i := range many {
		many[i] = fmt.Sprintf("/c%d", i)
	}
	for name, tt := range map[string]struct {
		o    slack.ManifestOptions
		want string // "" for none
	}{
		"32 characters":       {slack.ManifestOptions{Command: long}, ""},
		"33 characters":       {slack.ManifestOptions{Command: long + "a"}, "up to 32 characters"},
		"no slash":            {slack.ManifestOptions{Command: "brief"}, "does not begin with a slash"},
		"nothing":             {slack.ManifestOptions{Command: "/"}, "needs a name"},
		"an empty alias":      {slack.ManifestOptions{Aliases: []string{""}}, "needs a name"},
		"capitals":            {slack.ManifestOptions{Command: "/Brief"}, "small letters"},
		"a space":             {slack.ManifestOptions{Command: "/brief me"}, "small letters"},
		"two slashes":         {slack.ManifestOptions{Command: "//brief"}, "small letters"},
		"a dot":               {slack.ManifestOptions{Command: "/brief.me"}, "small letters"},
		"another script":      {slack.ManifestOptions{Command: "/досьє"}, "small letters"},
		"only hyphens":        {slack.ManifestOptions{Command: "/--"}, "no letter"},
		"built-in":            {slack.ManifestOptions{Command: "/status"}, "/status is a command of Slack itself"},
		"built-in alias":      {slack.ManifestOptions{Aliases: []string{"/positions", "/who"}}, "/who is a command of Slack itself"},
		"alias twice":         {slack.ManifestOptions{Aliases: []string{"/positions", "/positions"}}, "/positions is there twice"},
		"alias is command":    {slack.ManifestOptions{Aliases: []string{"/brief"}}, "/brief is there twice"},
		"50 commands":         {slack.ManifestOptions{Aliases: many[:49]}, ""},
		"51 commands":         {slack.ManifestOptions{Aliases: many}, "51 commands"},
		"a name of 35":        {slack.ManifestOptions{Name: strings.Repeat("é", 35)}, ""},
		"a name of 36":        {slack.ManifestOptions{Name: strings.Repeat("é", 36)}, "name of a Slack app"},
		"a name of two lines": {slack.ManifestOptions{Name: "brief\nbot"}, "name of a Slack app"},
		"without encryption":  {slack.ManifestOptions{URL: "http://bot.example.org"}, "https://"},
		"no address":          {slack.ManifestOptions{URL: "bot.example.org"}, "https://"},
		"a password":          {slack.ManifestOptions{URL: "https://a:b@bot.example.org"}, "https://"},
		"a query":             {slack.ManifestOptions{URL: "https://bot.example.org/?a=b"}, "https://"},
		"a long address":      {slack.ManifestOptions{URL: "https://bot.example.org/" + strings.Repeat("a", 3000)}, "too long"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.o.Commands = theTable(t)
			_, err := slack.Manifest(tt.o)
			var said *briefings.Error
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.want != "" && (!errors.As(err, &said) || !errors.Is(err, briefings.ErrInvalid) || !strings.Contains(said.Message, tt.want)):
				t.Errorf("%v; want a sentence with %q", err, tt.want)
			}
		})
	}
	for _, name := range []string{"status", "who", "search", "topic", "feed", "remind", "me", "invite", "leave", "dnd", "shrug", "msg", "archive", "mute"} {
		if slack.CheckCommand("/"+name) == nil {
			t.Errorf("/%s is Slack's, and is not refused", name)
		}
	}
}

// TestManifest_TheDeliveryURLIsOne: the path may have been written already.
func TestManifest_TheDeliveryURLIsOne(t *testing.T) {
	for _, u := range []string{"https://bot.example.org", "https://bot.example.org/", "https://bot.example.org/slack/events", "https://bot.example.org/slack/events/"} {
		raw, err := slack.Manifest(slack.ManifestOptions{URL: u, Commands: theTable(t)})
		if err != nil {
			t.Fatal(err)
		}
		// The command, the events, interactivity and options.
		if n := strings.Count(string(raw), `"https://bot.example.org/slack/events"`); n != 4 {
			t.Errorf("%s: %d addresses in\n%s", u, n, raw)
		}
	}
}
