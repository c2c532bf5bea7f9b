package console_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings/delivery"
)

// morning is a message to the terminal.
func morning(t *testing.T, c *console.Console) delivery.Message {
	t.Helper()
	body, err := c.Compose("book", &bot.Card{Title: "The morning", Lead: []bot.Text{bot.T("Something is new. \x1b[31m")}, Footer: bot.T("Ask me.")})
	if err != nil {
		t.Fatal(err)
	}
	return delivery.Message{ID: "abcdefghij", To: console.Terminal(), Op: delivery.Post, Body: body, Marker: "edition 12 · abcdefghij", Note: `due 09:00, posted "10:42"`}
}

func TestPoster_ShowsWhatIsPostedAboveTheLineThatIsTyped(t *testing.T) {
	p := open(t, corpus())
	p.send("/echo half")
	p.shows(columns, lastLine(prompt+"/echo half"))
	if _, err := p.console.Send(t.Context(), morning(t, p.console)); err != nil {
		t.Fatal(err)
	}
	got := p.shows(columns, func(lines []string) bool {
		return lastLine(prompt+"/echo half")(lines) && slices.Contains(lines, "The morning")
	})
	for _, want := range []string{`due 09:00, posted "10:42"`, "Something is new. [31m", "Ask me. · edition 12 · abcdefghij"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, strings.Join(got, "\n"))
		}
	}
}

func TestPoster_ShowsNothingWhileNobodyIsThere(t *testing.T) {
	c := console.New(options())
	var f *delivery.Failure
	if _, err := c.Send(t.Context(), morning(t, c)); !errors.As(err, &f) || f.Class != delivery.Unreached {
		t.Errorf("%v", err)
	}
	if found, err := c.Find(t.Context(), morning(t, c), options().Now()); err != nil || len(found) != 0 {
		t.Errorf("what was not shown is found: %v, %v", found, err)
	}
}

func TestPoster_BetweenPipesItIsPartedFromAnswersAndAwaited(t *testing.T) {
	var out bytes.Buffer
	o := options()
	o.In, o.Out = strings.NewReader("/echo a\n/echo a\n"), &out
	var c *console.Console
	rests := 0
	o.Rest = func(ctx context.Context) {
		if rests++; rests != 1 { // after the second answer, and at the end
			return
		}
		m := morning(t, c)
		for _, m.Op = range []delivery.Op{delivery.Post, delivery.Edit} {
			if _, err := c.Send(ctx, m); err != nil {
				t.Error(err)
			}
		}
		if found, err := c.Find(ctx, m, o.Now()); err != nil || len(found) != 1 {
			t.Errorf("found %v, %v", found, err)
		}
	}
	c = console.New(o)
	if err := start(c, corpus()).end(); err != nil {
		t.Fatal(err)
	}
	want := a + "\nThe morning\n\ndue 09:00, posted \"10:42\"\n\nSomething is new. [31m\n\nAsk me. · edition 12 · abcdefghij\n" +
		"\nThe morning\n\nThis takes the place of edition 12 · abcdefghij above.\ndue 09:00, posted \"10:42\"\n\nSomething is new. [31m\n\nAsk me. · edition 12 · abcdefghij\n\n" + a
	if out.String() != want || rests != 3 {
		t.Errorf("output:\n%s\nwant:\n%s", out.String(), want)
	}
}

func TestPoster_WhatCannotBeWrittenIsNotShown(t *testing.T) {
	o := options()
	in, typing := io.Pipe()
	out, screen := io.Pipe()
	o.In, o.Out = in, screen
	out.Close()
	c := console.New(o)
	r := start(c, corpus())
	var f *delivery.Failure
	for errors.As(sent(t, c), &f) && f.Detail == "nobody is at the terminal" {
	}
	if f == nil || f.Class != delivery.Unreached {
		t.Errorf("%v", f)
	}
	typing.Close()
	if err := r.end(); err != nil {
		t.Error(err)
	}
}

func sent(t *testing.T, c *console.Console) error {
	_, err := c.Send(t.Context(), morning(t, c))
	return err
}
