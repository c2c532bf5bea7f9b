package console_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
)

const columns = 80

// open starts a console at a terminal, which ends with the test.
func open(t *testing.T, core bot.Core) *pty {
	t.Helper()
	p := openPTY(t, core, columns, options())
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// lastLine reports whether the last line of a screen is so.
func lastLine(want string) func([]string) bool {
	return func(lines []string) bool { return lines[len(lines)-1] == strings.TrimRight(want, " ") }
}

func TestTerminal_GreetsInTwoLinesAndPrompts(t *testing.T) {
	p := open(t, corpus())
	got := p.shows(columns, lastLine(prompt))
	want := []string{
		`briefbot: the book "book".`,
		"Ask with /who, /status or any name; Tab completes, /help lists all, quit leaves.",
		"",
		"briefbot>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
}

func TestTerminal_ArrowUpBringsBackEachLineOnce(t *testing.T) {
	p := open(t, corpus())
	for _, line := range []string{"/echo one", "/echo two", "/echo two", ""} {
		if _, err := p.Type(line); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct{ keys, want string }{
		{"\x1b[A", "/echo two"},
		{"\x1b[A", "/echo one"},
		{"\x1bOA", "/echo one"}, // there is no more; the other form of the key
		{"\x1b[B", "/echo two"},
		{"\x1b[B", ""},
	} {
		p.send(step.keys)
		p.shows(columns, lastLine(prompt+step.want))
	}
}

func TestTerminal_TabCompletesThenListsThenPutsInPlace(t *testing.T) {
	p := open(t, corpus())
	for _, step := range []struct{ keys, want string }{
		{"/c\t", "/card"},
		{"ma\t", "/card many-"}, // as far as all go
		{"\t", "/card many-"},   // lists
		{"\t", "/card many-items"},
		{"\t", "/card many-sections"},
		{"\t\t\t", "/card many-"}, // past the last
		{"it\t", "/card many-items"},
	} {
		p.send(step.keys)
		p.shows(columns, lastLine(prompt+step.want))
	}
	lines := p.shows(columns, func([]string) bool { return true })
	want := []string{
		"briefbot> /card many-",
		"  many-items     the card many-items",
		"  many-sections  the card many-sections",
		"  many-fields    the card many-fields",
		"  many-actions   the card many-actions",
		"briefbot> /card many-items",
	}
	if diff := cmp.Diff(want, lines[3:]); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
}

func TestTerminal_TabListsFirstWhatIsManyAndReachesAll(t *testing.T) {
	p := open(t, corpus())
	p.send("/card \t")
	lines := p.shows(columns, func(lines []string) bool { return len(lines) > 17 })
	if want := "  and 8 more"; !slices.Contains(lines, want) {
		t.Errorf("the list does not end in %q:\n%s", want, strings.Join(lines, "\n"))
	}
	p.send(strings.Repeat("\t", 20))
	p.shows(columns, lastLine(prompt+"/card many-actions"))
}

func TestTerminal_ChoicesCannotCommandIt(t *testing.T) {
	p := open(t, evilChoices{corpus()})
	p.send("/card x\t\t")
	lines := p.shows(columns, lastLine(prompt+"/card [31mred"))
	if s := strings.Join(lines, "\n"); strings.Contains(s, "␛") {
		t.Errorf("an unknown sequence was sent:\n%s", s)
	}
	if strings.Contains(string(p.seen), "\x1b[31m") {
		t.Errorf("a colour was sent: %q", p.seen)
	}
}

// evilChoices is a core that completes anything with control characters.
type evilChoices struct{ *bottest.Core }

func (evilChoices) CompleteLine(_ context.Context, r bot.Request) (int, []bot.Choice) {
	return len(r.Text) - 1, []bot.Choice{{Value: "\x1b[31mred", Label: "\x1b]0;title\x07"}, {Value: "b\u202E", Label: "two\nlines"}}
}

func TestTerminal_LeavesOn(t *testing.T) {
	for name, keys := range map[string]string{
		"quit": "quit\r", "exit": "/EXIT\r", "Ctrl-D": "\x04", "Ctrl-C": "\x03",
		"Ctrl-C within a line": "/card sm\x03", "Ctrl-C while an answer is made": "/slow 60000\r\x03",
	} {
		t.Run(name, func(t *testing.T) {
			p := openPTY(t, corpus(), columns, options())
			p.send(keys)
			ended(t, p)
		})
	}
}

// ended waits for Run to return nil, and for all to be as it was before.
func ended(t *testing.T, p *pty) {
	t.Helper()
	if err := p.running.end(); err != nil {
		t.Errorf("Run returned %v", err)
	}
	if diff := cmp.Diff(fmt.Sprint(p.before), fmt.Sprint(p.termios())); diff != "" {
		t.Errorf("the terminal is not as it was (-want +got):\n%s", diff)
	}
	if _, err := p.until(func(string) bool { return strings.Contains(string(p.seen), "\x1b[?2004l") }); err != nil {
		t.Errorf("pastes are still marked: %v", err)
	}
	_ = p.master.Close()
	_ = p.slave.Close()
}

func TestTerminal_EndsWithItsContext(t *testing.T) {
	for name, keys := range map[string]string{"at the prompt": "", "within a line": "/card sm", "while an answer is made": "/slow 60000\r"} {
		t.Run(name, func(t *testing.T) {
			p := openPTY(t, corpus(), columns, options())
			p.send(keys)
			p.shows(columns, func(lines []string) bool { return strings.Contains(strings.Join(lines, "\n"), strings.TrimSpace(keys)) })
			p.running.stop()
			ended(t, p)
		})
	}
}

func TestTerminal_IsRestoredAfterAPanic(t *testing.T) {
	p := openPTY(t, panics{corpus()}, columns, options())
	p.send("/card small\r")
	if err := p.running.end(); err == nil || err.Error() != "panic: ouch" {
		t.Errorf("Run ended with %v, want the panic of the core", err)
	}
	if now := p.termios(); now != p.before {
		t.Errorf("the terminal is not as it was: %+v, was %+v", now, p.before)
	}
}

type panics struct{ *bottest.Core }

func (panics) Handle(context.Context, bot.Request) bot.Reply { panic("ouch") }

func TestTerminal_EndsWhenItIsClosed(t *testing.T) {
	p := openPTY(t, corpus(), columns, options())
	if err := p.master.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.running.end(); err != nil {
		t.Errorf("Run returned %v", err)
	}
	_ = p.slave.Close()
}

func TestTerminal_AnswersFitItAsItIsNow(t *testing.T) {
	p := open(t, corpus())
	for _, width := range []int{40, 120, 27} {
		p.resize(width)
		seen, err := p.Type("/card long-text")
		if err != nil {
			t.Fatal(err)
		}
		widest := 0
		for _, line := range strings.Split(seen.Text, "\n") {
			if !strings.HasPrefix(line, "  [") { // an address
				widest = max(widest, len([]rune(line)))
			}
		}
		if limit := min(width, 100); widest > limit || widest < limit-12 {
			t.Errorf("at %d columns the widest line has %d:\n%s", width, widest, seen.Text)
		}
	}
}

func TestTerminal_WhatIsTypedFollowsItsWidth(t *testing.T) {
	p := open(t, corpus())
	p.resize(30)
	text := "/echo " + strings.Repeat("word ", 12)
	p.send(text)
	p.shows(30, func(lines []string) bool {
		return strings.HasSuffix(strings.Join(lines, " "), "word") && strings.Count(strings.Join(lines, ""), "word") == 12
	})
}

func TestTerminal_PastedLinesRunOneByOne(t *testing.T) {
	p := open(t, corpus())
	p.send("\x1b[200~/echo a\r/echo\tb\x1b[31m\x07\u009b\n/card small\n\x1b[201~")
	lines := p.shows(columns, func(lines []string) bool {
		return strings.HasPrefix(strings.Join(lines[len(lines)-2:], "\n"), "\nbriefbot>") && slices.Contains(lines, "Small card")
	})
	got := lines[3 : len(lines)-1]
	want := []string{
		"briefbot> /echo a", "Echo", "", "a", "",
		"briefbot> /echo b", "Echo", "", "b", "",
		"briefbot> /card small", "Small card", "", "All of it is here.", "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("screen (-want +got):\n%s", diff)
	}
}

func TestTerminal_OddInputDoesNotStopIt(t *testing.T) {
	for name, keys := range map[string]string{
		"no UTF-8":                   "\xff\xfe\xc3",
		"a sequence without end":     "\x1b[" + strings.Repeat("1;", 400),
		"Escape":                     "\x1b",
		"Escape and Enter":           "\x1b\r",
		"a key nobody knows":         "\x1b[99~\x1b[[A\x1bOQ\x1b\x1b",
		"half a character at a time": "\xd0",
		"what cannot be seen":        "\u202e\u009b\x00\x1a\x1c",
		"a line without end":         strings.Repeat("x", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, corpus())
			p.send(keys + "\x15\r/echo still-here\r")
			p.shows(columns, func(lines []string) bool { return slices.Contains(lines, "still-here") })
		})
	}
}

func TestTerminal_PastedLineThatIsTooLongGetsASentence(t *testing.T) {
	p := open(t, corpus())
	p.send("\x1b[200~" + strings.Repeat("long ", 14000) + "\r\x1b[201~")
	p.shows(columns, func(lines []string) bool {
		return slices.Contains(lines, "That line is too long to be a question. Ask in fewer words.")
	})
}

func TestTerminal_ColourIsLeftOutWhereNotWanted(t *testing.T) {
	for _, no := range []bool{false, true} {
		o := options()
		o.NoColor = no
		p := openPTY(t, corpus(), columns, o)
		seen, err := p.Type("/card stale")
		if err != nil {
			t.Fatal(err)
		}
		if got, want := style.MatchString(string(p.seen)), !no; got != want {
			t.Errorf("NoColor %v: colour %v", no, got)
		}
		if !strings.Contains(seen.Text, "STALE: last checked") {
			t.Errorf("NoColor %v: STALE is not written: %q", no, seen.Text)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}
