package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
)

var update = flag.Bool("update", false, "write the golden files anew")

// module is the path under which the packages of briefbot are imported.
const module = "github.com/briefbot/briefbot/"

// allowed says which packages of ours a package may depend on, directly or
// not. A rule for a folder holds for what is below it, unless that has its own.
// The ends of the rules are folders whose packages below are allowed, too.
var allowed = map[string][]string{
	"briefings/names":         {},
	"briefings":               {"briefings/names"},
	"briefings/civil":         {"briefings"},
	"briefings/delivery":      {"briefings", "briefings/civil"},
	"briefings/bookfile":      {"briefings"},
	"briefings/starter":       {"briefings"},
	"store":                   {"briefings"},
	"bot":                     {"briefings"},
	"bot/bottest":             {"bot", "briefings"},
	"bot/bottest/standin":     {},
	"bot/console":             {"bot", "briefings"},
	"bot/pages":               {"bot", "briefings"},
	"bot/discord":             {"bot", "bot/pages", "briefings"},
	"bot/discord/discordtest": {"bot", "bot/bottest/standin", "briefings"},
	"bot/slack":               {"bot", "bot/pages", "briefings"},
	"bot/slack/slacktest":     {"bot", "bot/bottest/standin", "briefings"},
	"cmd/briefbot":            {"bot", "store", "briefings"},
}

// forTests are packages that only tests import: they wait and find servers.
var forTests = []string{"bot/bottest", "bot/bottest/standin", "bot/discord/discordtest", "bot/slack/slacktest", "store/storetest"}

// TestDependencyRule holds the packages to cmd → {bot/*, store} → briefings.
func TestDependencyRule(t *testing.T) {
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		rule, ok := ruleOf(name)
		if !ok {
			t.Errorf("%s: no rule says what it may depend on", name)
			continue
		}
		for _, dep := range p.Deps {
			dep, ours := strings.CutPrefix(dep, module)
			if ours && !slices.ContainsFunc(rule, func(r string) bool { return within(dep, r) }) {
				t.Errorf("%s depends on %s, and may only depend on %v", name, dep, rule)
			}
			if slices.Contains(forTests, name) && dep == "bot/bottest/standin" {
				continue // stand-ins are made of it, and no adapters
			}
			if ours && strings.HasPrefix(name, "bot/") && name != "bot/bottest" && strings.HasPrefix(dep, "bot/") && dep != "bot/pages" {
				t.Errorf("%s depends on the adapter %s: adapters don't know each other", name, dep)
			}
		}
	}
}

// TestEnvironmentAndClockAreReadInCmdOnly looks for the calls by which a
// package would reach around what it is given.
func TestEnvironmentAndClockAreReadInCmdOnly(t *testing.T) {
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasPrefix(name, "cmd/") || slices.Contains(forTests, name) {
			continue
		}
		for _, file := range p.GoFiles {
			src, err := os.ReadFile(p.Dir + "/" + file)
			if err != nil {
				t.Fatal(err)
			}
			for _, call := range []string{"time.Now(", "os.Getenv(", "os.LookupEnv(", "os.Environ("} {
				if bytes.Contains(src, []byte(call)) {
					t.Errorf("%s/%s calls %s)", name, file, call)
				}
			}
		}
	}
}

// TestCommandReference_IsWhatTheTableSays holds doc/commands.md to the table.
func TestCommandReference_IsWhatTheTableSays(t *testing.T) {
	const golden = "doc/commands.md"
	if *update {
		if err := os.WriteFile(golden, []byte(bot.Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), bot.Reference()); diff != "" {
		t.Errorf("%s is not what the table says; go test ./cmd/briefbot -update writes it anew:\n%s", golden, diff)
	}
}

type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Deps       []string
}

// listPackages returns every package of the module, without its tests.
func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps=false", "-json=ImportPath,Dir,GoFiles,Deps", module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if len(list) < 8 {
		t.Fatalf("go list found %d packages", len(list))
	}
	return list
}

// ruleOf returns the rule of the package, or of the nearest folder above it.
func ruleOf(name string) ([]string, bool) {
	for {
		if rule, ok := allowed[name]; ok {
			return append(rule[:len(rule):len(rule)], name), true
		}
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			return nil, false
		}
		name = name[:i]
	}
}

// within reports whether a package is a folder or below it. The adapters are
// below bot, but what may depend on bot may not depend on them unless it is cmd.
func within(pkg, folder string) bool {
	return pkg == folder || strings.HasPrefix(pkg, folder+"/")
}
