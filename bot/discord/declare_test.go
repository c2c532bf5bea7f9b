package discord_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/discord"
	"github.com/briefbot/briefbot/bot/discord/discordtest"
	"github.com/briefbot/briefbot/briefings"
)

// puts counts how often commands were written.
func puts(s *discordtest.Server) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Method == http.MethodPut && strings.HasSuffix(r.Path, "/commands") {
			n++
		}
	}
	return n
}

// names returns what is registered, in order.
func names(s *discordtest.Server, g *discordtest.Guild) []string {
	var list []string
	for _, c := range s.Commands(g) {
		list = append(list, c["name"].(string))
	}
	slices.Sort(list)
	return list
}

// registered returns the names under which commands are registered, in order: a group
// has one, and what is in the menus of messages has another.
func registered(commands []bot.Command) []string {
	var list []string
	for _, c := range commands {
		name := c.Group()
		if name == "" {
			name = c.Name
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
		if c.Menu != "" {
			list = append(list, c.Menu)
		}
	}
	slices.Sort(list)
	return list
}

// fewer is a core that has lost a command.
type fewer struct{ bot.Core }

func (f fewer) Commands() []bot.Command { return f.Core.Commands()[1:] }

func TestRegister_WritesOnlyWhereTheDeclarationChanged(t *testing.T) {
	s := server(t)
	guild := s.NewGuild("Newsroom")
	core, _ := starterBot(t, emptyStore(t))
	want := registered(core.Commands())
	inGuild := func(o *discord.Options) {
		o.Scope, o.Servers = discord.Servers, []briefings.Workspace{briefings.Workspace(guild.ID)}
	}
	listed := func(o *discord.Options) { o.Servers = []briefings.Workspace{briefings.Workspace(guild.ID)} }
	for _, step := range []struct {
		name          string
		core          bot.Core
		change        func(*discord.Options)
		puts          int
		global, local []string
	}{
		{"at first", core, listed, 1, want, nil},
		{"again", core, listed, 0, want, nil},
		{"with a command less", fewer{core}, listed, 1, without(want, core.Commands()[0].Name), nil},
		{"in the server alone", core, inGuild, 2, nil, want},
		{"there again", core, inGuild, 0, nil, want},
		{"globally again", core, listed, 2, want, nil},
	} {
		before, asked := puts(s), len(s.Requests())
		r := start(t, s, step.core, step.change)
		eventually(t, "the commands are registered", func() bool {
			return cmp.Equal(names(s, nil), step.global) && cmp.Equal(names(s, guild), step.local) && len(s.Requests())-asked >= 3+step.puts
		})
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		if n := puts(s) - before; n != step.puts {
			t.Errorf("%s: written %d times, want %d", step.name, n, step.puts)
		}
	}
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

// TestRegister_HasTheWordsOfEachLanguage: of all that readers use. The desk reads
// English.
func TestRegister_HasTheWordsOfEachLanguage(t *testing.T) {
	n := openNewsroom(t)
	kept := map[string]map[string]any{}
	for _, c := range n.server.Commands(nil) {
		kept[c["name"].(string)] = c
		options, _ := c["options"].([]any)
		for _, o := range options {
			o := o.(map[string]any)
			kept[c["name"].(string)+" "+o["name"].(string)] = o
		}
	}
	for _, c := range n.core.Commands() {
		if c.Role > briefings.Reader {
			continue
		}
		for _, key := range []string{"name_localizations", "description_localizations"} {
			words, _ := kept[c.Name][key].(map[string]any)
			for _, l := range []string{"uk", "ru", "de", "fr"} {
				if w, _ := words[l].(string); w == "" {
					t.Errorf("%s has no %s in %s", c.Name, key, l)
				}
			}
		}
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// TestRegister_AGroupIsOneCommandWithVerbs: the golden file is what Discord keeps of
// two groups and of a command that is in menus, without the ids that it gives.
func TestRegister_AGroupIsOneCommandWithVerbs(t *testing.T) {
	o := openOffice(t)
	var kept []map[string]any
	for _, c := range o.server.Commands(nil) {
		if name := c["name"]; name == "roles" || name == "desk" || name == bottest.MenuWrite {
			for _, given := range []string{"id", "application_id", "version"} {
				delete(c, given)
			}
			kept = append(kept, c)
		}
	}
	got, err := json.MarshalIndent(kept, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "groups.json")
	if *update {
		if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Errorf("%s is another; go test ./bot/discord -update writes it anew:\n%s", path, diff)
	}
}

// altered is a core of which one argument of one verb is declared otherwise.
type altered struct {
	bot.Core
	alter func(*bot.Arg)
}

func (a altered) Commands() []bot.Command {
	list := slices.Clone(a.Core.Commands())
	for i := range list {
		if list[i].Name == "roles give" {
			list[i].Args = slices.Clone(list[i].Args)
			a.alter(&list[i].Args[1])
		}
	}
	return list
}

// TestRegister_SeesWhatChangedInAVerb, and writes nothing where nothing has.
func TestRegister_SeesWhatChangedInAVerb(t *testing.T) {
	o := openOffice(t)
	for _, c := range []struct {
		name  string
		alter func(*bot.Arg)
		puts  int
	}{
		{"nothing", func(*bot.Arg) {}, 0},
		{"what is said of it", func(a *bot.Arg) { a.Summary = "Which one" }, 1},
		{"that again", func(a *bot.Arg) { a.Summary = "Which one" }, 0},
		{"its choices", func(a *bot.Arg) { a.Choices = []string{"reader"} }, 1},
		{"its type", func(a *bot.Arg) { a.Choices, a.Type = nil, bot.EntryName }, 1},
		{"as it was", func(*bot.Arg) {}, 1},
	} {
		before, asked := puts(o.server), len(o.server.Requests())
		r := launch(t, o.server, altered{o.core, c.alter})
		eventually(t, "the commands are compared, and written where they differ", func() bool {
			n := 0
			for _, q := range o.server.Requests()[asked:] {
				if strings.Contains(q.Path, "/commands") && q.Status == http.StatusOK {
					n++
				}
			}
			return n >= 1+c.puts
		})
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		if n := puts(o.server) - before; n != c.puts {
			t.Errorf("%s: written %d times, want %d", c.name, n, c.puts)
		}
	}
}

// TestRegister_AllOfTheTableFits: each group has a description, and no command is
// hidden from anybody, for who may use it is not for Discord to say.
func TestRegister_AllOfTheTableFits(t *testing.T) {
	n := openNewsroom(t)
	if diff := cmp.Diff(registered(n.core.Commands()), names(n.server, nil)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, c := range n.server.Commands(nil) {
		text, _ := c["description"].(string)
		if inMenu := fmt.Sprint(c["type"]) == "3"; (text == "") != inMenu || c["default_member_permissions"] != nil {
			t.Errorf("%s, %q, is for %v", c["name"], text, c["default_member_permissions"])
		}
	}
}

// TestRegister_TriesAgainUntilItIsDone: an outage at the start must not leave
// the server without commands.
func TestRegister_TriesAgainUntilItIsDone(t *testing.T) {
	s := server(t)
	c := lobby(t, s)
	s.Fault(discordtest.Fault{Path: `/commands`, Kind: discordtest.StatusBefore, Status: 503, Times: 2})
	launch(t, s, corpus())
	lively(t, s, c)
}

// TestRegister_RefusalInOneServerIsNoReasonNotToAnswer: the bot has been thrown
// out of a server that the config names.
func TestRegister_RefusalInOneServerIsNoReasonNotToAnswer(t *testing.T) {
	s := server(t)
	c := lobby(t, s)
	gone := s.NewGuild("Gone")
	gone.Leave(s.Bot())
	start(t, s, corpus(), func(o *discord.Options) { o.Servers = []briefings.Workspace{briefings.Workspace(gone.ID)} })
	lively(t, s, c)
}

func TestNew_NamesTheOptionThatCannotBeUsed(t *testing.T) {
	good := discord.Options{Token: bot.NewSecret("x"), Offers: bot.NewOffers(emptyStore(t), nil), Now: time.Now, Book: func(context.Context, briefings.Workspace) (briefings.BookID, error) { return "", nil }}
	for _, c := range []struct {
		change func(*discord.Options)
		want   string
	}{
		{func(o *discord.Options) { o.Token = bot.Secret{} }, "token"},
		{func(o *discord.Options) { o.Now = nil }, "Now"},
		{func(o *discord.Options) { o.Scope = "everywhere" }, "everywhere"},
		{func(o *discord.Options) { o.Scope = discord.Servers }, "none is listed"},
		{func(o *discord.Options) { o.BaseURL = "discord.com" }, "Write it whole"},
		{func(o *discord.Options) { o.BaseURL = "ftp://discord.com" }, "Write it whole"},
		{func(o *discord.Options) { o.BaseURL = "https://user:canary@discord.com" }, "Write it whole"},
		{func(*discord.Options) {}, ""},
	} {
		o := good
		c.change(&o)
		_, err := discord.New(o)
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("a password is echoed: %v", err)
		}
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%v, want %q in it", err, c.want)
		}
	}
}

// TestBaseURL_MayNameTheRootOfTheAPI: people copy it in several forms.
func TestBaseURL_MayNameTheRootOfTheAPI(t *testing.T) {
	for _, path := range []string{"", "/", "/api", "/api/", "/api/v9", "/api/v10"} {
		s := server(t)
		c := lobby(t, s)
		r := start(t, s, corpus(), func(o *discord.Options) { o.BaseURL = s.URL() + path })
		lively(t, s, c)
		if err := r.end(); err != nil {
			t.Error(err)
		}
	}
}
