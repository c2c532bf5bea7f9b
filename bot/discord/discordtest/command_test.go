package discordtest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot/discord/discordtest"
)

func TestCommands_WhatIsOutOfBoundsIsRefused(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	path := "/applications/" + s.ApplicationID() + "/commands"
	option := func(more m) m {
		o := m{"type": 3, "name": "a", "description": "x"}
		for k, v := range more {
			o[k] = v
		}
		return o
	}
	with := func(options ...any) m { return m{"name": "who", "description": "x", "options": options} }
	choice := m{"name": "x", "value": "x"}
	for name, body := range map[string]any{
		"upper case":              m{"name": "Who", "description": "x"},
		"a space":                 m{"name": "who is", "description": "x"},
		"33 characters":           m{"name": strings.Repeat("x", 33), "description": "x"},
		"no description":          m{"name": "who"},
		"a long description":      m{"name": "who", "description": strings.Repeat("x", 101)},
		"a translated upper case": m{"name": "who", "description": "x", "name_localizations": m{"de": "Wer"}},
		"an unknown language":     m{"name": "who", "description": "x", "name_localizations": m{"xx": "wer"}},
		"a menu's description":    m{"name": "Who", "type": 3, "description": "x"},
		"26 options":              with(repeat(26, func(i int) any { return option(m{"name": fmt.Sprint("o", i)}) })...),
		"an option twice":         with(option(nil), option(nil)),
		"required last":           with(option(nil), option(m{"name": "b", "required": true})),
		"choices and completion":  with(option(m{"choices": []any{choice}, "autocomplete": true})),
		"a choice twice":          with(option(m{"choices": []any{choice, choice}})),
		"a choice of a number":    with(option(m{"choices": []any{m{"name": "x", "value": 1}}})),
		"a long choice":           with(option(m{"choices": []any{m{"name": "x", "value": strings.Repeat("x", 101)}}})),
		"an unknown type":         with(option(m{"type": 77})),
		"mixed subcommands":       with(option(nil), m{"type": 1, "name": "b", "description": "x"}),
		"8000 characters": with(repeat(20, func(i int) any {
			return option(m{"name": fmt.Sprint("o", i), "choices": repeat(3, func(j int) any {
				return m{"name": fmt.Sprint(j, strings.Repeat("x", 98)), "value": fmt.Sprint(j, strings.Repeat("x", 60))}
			})})
		})...),
	} {
		if r := do(t, s, "POST", path, body); r.code() != 50035 || len(s.Violations()) != 1 {
			t.Errorf("%s: %d %s", name, r.Status, r.Raw)
		}
	}
	twice := m{"name": "who", "description": "x"}
	expect(t, "a name twice", do(t, s, "PUT", path, []any{twice, twice}).code(), 50035)
	expect(t, "too many", do(t, s, "PUT", path, repeat(101, func(i int) any { return m{"name": fmt.Sprint("c", i), "description": "x"} })).code(), 50035)
	expect(t, "violations", len(s.Violations()), 2)
	for name, body := range map[string]m{
		"other scripts": {"name": "कौन", "description": "x"}, "a menu": {"name": "Brief me", "type": 3},
		"permissions in a string": {"name": "desk", "description": "x", "default_member_permissions": "32"},
	} {
		if r := do(t, s, "POST", path, body); r.Status != 201 {
			t.Errorf("%s: %d %s", name, r.Status, r.Raw)
		}
	}
}

func TestCommands_BulkOverwriteKeepsWhatIsTheSame(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	path := "/applications/" + s.ApplicationID() + "/commands"
	a := m{"name": "a", "description": "x", "description_localizations": m{"de": "y"}}
	b := m{"name": "b", "description": "x"}
	put := func(commands ...any) []any {
		r := do(t, s, "PUT", path, commands)
		if r.Status != 200 {
			t.Fatalf("%d %s", r.Status, r.Raw)
		}
		return r.List
	}
	first := put(a, b)
	again := put(a, b)
	if fmt.Sprint(first) != fmt.Sprint(again) {
		t.Errorf("got %v, then %v", first, again)
	}
	b["description"] = "other"
	changed := put(b)
	old, now := first[1].(m), changed[0].(m)
	if now["id"] != old["id"] || now["version"] == old["version"] || now["dm_permission"] != true || now["contexts"] != nil || fmt.Sprint(now["integration_types"]) != "[0]" {
		t.Errorf("got %v, before %v", now, old)
	}
	expect(t, "what is left", len(do(t, s, "GET", path, nil).List), 1)
	put(a, b)
	listed := func(query string) bool {
		_, ok := do(t, s, "GET", path+query, nil).List[0].(m)["description_localizations"]
		return ok
	}
	expect(t, "translations", listed(""), false)
	expect(t, "translations asked for", listed("?with_localizations=true"), true)
	one := path + "/" + now["id"].(string)
	expect(t, "patch", do(t, s, "PATCH", one, m{"description": "third"}).Body["description"], any("third"))
	expect(t, "delete", do(t, s, "DELETE", one, nil).Status, 204)
	expect(t, "get", do(t, s, "GET", one, nil).code(), 10063)
}

func TestCommands_CreationsOfADayAreCounted(t *testing.T) {
	s := discordtest.New(t, discordtest.Options{})
	g := s.NewGuild("Talks")
	path := "/applications/" + s.ApplicationID() + "/guilds/" + g.ID + "/commands"
	s.SpendCreates(g, 199)
	expect(t, "the 200th", do(t, s, "POST", path, m{"name": "a", "description": "x"}).Status, 201)
	expect(t, "the same name", do(t, s, "POST", path, m{"name": "a", "description": "y"}).Status, 200)
	expect(t, "the 201st", do(t, s, "POST", path, m{"name": "b", "description": "x"}).code(), 30034)
	expect(t, "globally", do(t, s, "POST", "/applications/"+s.ApplicationID()+"/commands", m{"name": "b", "description": "x"}).Status, 201)
	expect(t, "another application", do(t, s, "GET", "/applications/1/commands", nil).code(), 20012)
}
