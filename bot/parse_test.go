package bot

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/briefings"
)

// parsing returns what a line is read as, as name=value after the command.
func parsing(t testing.TB, line string) (string, error) {
	t.Helper()
	b, err := New(briefings.NewLibrary(nil), Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &Call{bot: b, Request: Request{Text: line, Now: time.Date(2025, 12, 3, 9, 0, 0, 0, time.UTC), Zone: time.UTC}}
	c.args = c.room[:0]
	if err := b.parse(c); err != nil {
		return "", err
	}
	if err := c.check(); err != nil {
		return "", err
	}
	s := c.Command.Name
	for _, v := range c.args {
		s += " " + v.Name + "=" + v.Value
	}
	return s, nil
}

func TestParse_AcceptsWhatPeopleType(t *testing.T) {
	for line, want := range map[string]string{
		"/who Witkoff":                              "who name=Witkoff",
		"who Witkoff":                               "who name=Witkoff",
		"  /WHO   Steve \t Witkoff  ":               "who name=Steve Witkoff",
		"/who\u00a0Steve\u200b Witkoff":             "who name=Steve Witkoff",
		`/who "us envoy"`:                           "who name=us envoy",
		"/who “us envoy”":                           "who name=us envoy",
		"/who „us envoy“":                           "who name=us envoy",
		"/who «us envoy»":                           "who name=us envoy",
		`/who "us envoy`:                            "who name=us envoy", // never closed
		"/who O’Brien":                              "who name=O’Brien",
		"/who Зеленский":                            "who name=Зеленский",
		"/who name:Witkoff":                         "who name=Witkoff",
		"/who NAME: Witkoff":                        "who name=Witkoff",
		`/who name:"Steve \"W\" Witkoff"`:           `who name=Steve "W" Witkoff`,
		"/who Witkoff full":                         "who full=true name=Witkoff",
		"/who Witkoff share full":                   "who full=true share=true name=Witkoff",
		"/who Witkoff --full":                       "who full=true name=Witkoff",
		"who is Witkoff?":                           "who name=Witkoff",
		"/who Witkoff full:yes":                     "who full=yes name=Witkoff",
		"/who full":                                 "who name=full", // it is what is asked about
		`/who "full"`:                               "who name=full",
		"/who Witkoff as_of:2025-12-01":             "who as_of=2025-12-01 name=Witkoff",
		"/who as-of:2025-12-01 Witkoff":             "who as_of=2025-12-01 name=Witkoff",
		"/who Witkoff asof:yesterday 18:00":         "who as_of=yesterday 18:00 name=Witkoff",
		"/who Witkoff as of 2 Dec":                  "who as_of=2 Dec name=Witkoff",
		"/status talks as_of: 2 December 2025 full": "status full=true as_of=2 December 2025 track=talks",
		"/status":                                   "status",
		"/timeline talks who:Steve Witkoff from:2d": "timeline who=Steve Witkoff from=2d topic=talks",
		"/timeline who:Zelensky from:2025-11-30":    "timeline who=Zelensky from=2025-11-30",
		"/timeline talks from 30 Nov to 2 Dec":      "timeline from=30 Nov to=2 Dec topic=talks",
		"/timeline from Russia":                     "timeline topic=from Russia", // no date
		"/changes yesterday":                        "changes since=yesterday",
		"/changes since last tuesday":               "changes since=last tuesday",
		"/changes talks":                            "changes topic=talks",
		"/changes talks since:3 days ago":           "changes since=3 days ago topic=talks",
		"/upcoming 30":                              "upcoming days=30",
		`/find "security guarantees" europe`:        `find text="security guarantees" europe`,
		"/find https://example.org/x":               "find text=https://example.org/x",
		"/find deal: what is next":                  "find text=deal: what is next",
		"talks":                                     "brief topic=talks",
		"Steve Witkoff":                             "brief topic=Steve Witkoff",
		"/Steve Witkoff":                            "brief topic=Steve Witkoff",
		"what is the 28-point plan?":                "brief topic=what is the 28-point plan?",
		"/brief":                                    "brief",
		"/help /who":                                "help command=/who",
		"":                                          "brief",
	} {
		got, err := parsing(t, line)
		if err != nil || got != want {
			t.Errorf("%q\n got %s, %v\nwant %s", line, got, err, want)
		}
	}
}

func TestParse_RefusesWithASentenceThatSaysWhatToDo(t *testing.T) {
	for line, want := range map[string]string{
		"/whoo Witkoff":              "Did you mean /who?",
		"/tiemline":                  "Did you mean /timeline?",
		"/stat talks":                "Did you mean /status?",
		"/who":                       "For example: /who Witkoff",
		"/find ":                     "For example: /find",
		"/who Witkoff as_of:soon":    "Write 2025-12-02",
		"/who Witkoff as_of:2/12/25": "Write the date as 2025-12-02",
		"/upcoming soon":             "/help upcoming",
		"/upcoming days:0":           "from 1 to 3650",
		"/upcoming days:99999999999": "from 1 to 3650",
		"/about Witkoff":             "/help about",
		"/who nmae:Witkoff":          "Did you mean name:Witkoff?",
		"/who Witkoff since:2 Dec":   "/who has no argument \"since\"",
		"/who " + strings.Repeat("x", maxLineBytes): "too long",
	} {
		got, err := parsing(t, line)
		if !errors.Is(err, briefings.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %s, %v; want %q", line, got, err, want)
		}
	}
}

func TestInvocation_IsTypedAsItIsRead(t *testing.T) {
	for _, in := range []Invocation{
		{"who", []Value{{"name", "Steve Witkoff"}}},
		{"who", []Value{{"name", `a "b" \ c`}, {"as_of", "2025-12-01T10:00Z"}, {"full", "true"}}},
		{"find", []Value{{"text", "what: “this” is"}}},
		{"timeline", []Value{{"topic", "peace-talks"}, {"from", "2 Dec"}, {"page", "2"}}},
	} {
		b, err := New(briefings.NewLibrary(nil), Options{})
		if err != nil {
			t.Fatal(err)
		}
		c := &Call{bot: b, Request: Request{Text: in.String(), Now: time.Unix(1764754200, 0), Zone: time.UTC}}
		if err := errors.Join(b.parse(c), c.check()); err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if diff := cmp.Diff(in, c.Invocation()); diff != "" {
			t.Errorf("%s is read as something else:\n%s", in, diff)
		}
	}
}

func TestValidate_RefusesWhatSomePlatformWould(t *testing.T) {
	good := func() Command {
		return Command{Name: "ok", Summary: "Fine", Role: briefings.Reader, run: about, Args: []Arg{{Name: "a", Summary: "One"}}}
	}
	if err := validate([]Command{good()}); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Command){
		"capital letters":    func(c *Command) { c.Name = "Ok" },
		"33 letters":         func(c *Command) { c.Name = strings.Repeat("x", 33) },
		"no summary":         func(c *Command) { c.Summary = "" },
		"long summary":       func(c *Command) { c.Summary = strings.Repeat("ж", 101) },
		"no role":            func(c *Command) { c.Role = briefings.NoRole },
		"nothing runs it":    func(c *Command) { c.run = nil },
		"26 arguments":       func(c *Command) { c.Args = make([]Arg, 26) },
		"two alike":          func(c *Command) { c.Args = append(c.Args, c.Args[0]) },
		"required after not": func(c *Command) { c.Args = append(c.Args, Arg{Name: "b", Summary: "Two", Required: true}) },
		"required flag":      func(c *Command) { c.Args[0].Type, c.Args[0].Required = Flag, true },
		"26 choices":         func(c *Command) { c.Args[0].Choices = make([]string, 26) },
		"long choice":        func(c *Command) { c.Args[0].Choices = []string{strings.Repeat("x", 101)} },
		"choices of a date":  func(c *Command) { c.Args[0].Type, c.Args[0].Choices = Date, []string{"x"} },
		"kinds of a text":    func(c *Command) { c.Args[0].Kinds = briefings.EntryKinds },
		"argument in Greek":  func(c *Command) { c.Args[0].Name = "όνομα" },
	} {
		c := good()
		spoil(&c)
		if err := validate([]Command{c}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := validate([]Command{good(), good()}); err == nil {
		t.Error("two commands of one name: accepted")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"/who Witkoff", `/timeline talks who:"Steve W" from:2 Dec to 3 Dec full`, "/find “a b” c:d", "as_of:", "/changes since since", "/who name:\"\\", "\u200b/who\u00a0x"} {
		f.Add(s)
	}
	b, err := New(briefings.NewLibrary(nil), Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c := &Call{bot: b, Request: Request{Text: line, Now: time.Date(2025, 12, 3, 9, 0, 0, 0, time.UTC), Zone: time.UTC}}
		if err := b.parse(c); err != nil {
			if !errors.Is(err, briefings.ErrInvalid) {
				t.Fatalf("%q: %v is not for people", line, err)
			}
			return
		}
		if err := c.check(); err != nil {
			if !errors.Is(err, briefings.ErrInvalid) {
				t.Fatalf("%q: %v is not for people", line, err)
			}
			return
		}
		for _, v := range c.args {
			if c.Command.arg(v.Name) == nil {
				t.Fatalf("%q: argument %q is not declared", line, v.Name)
			}
			if utf8.ValidString(line) && !utf8.ValidString(v.Value) {
				t.Fatalf("%q: %q is not text any more", line, v.Value)
			}
		}
		// What was understood can be typed, and is understood alike.
		typed := c.Invocation()
		again := &Call{bot: b, Request: c.Request}
		again.Request.Text = typed.String()
		if len(again.Request.Text) > maxLineBytes || !utf8.ValidString(line) {
			return
		}
		if err := errors.Join(b.parse(again), again.check()); err != nil {
			t.Fatalf("%q is typed as %q: %v", line, typed, err)
		}
		for _, v := range typed.Args {
			if got := again.Arg(v.Name); got != v.Value && strings.TrimSpace(v.Value) != "" {
				t.Fatalf("%q is typed as %q: %s is %q, want %q", line, typed, v.Name, got, v.Value)
			}
		}
	})
}
