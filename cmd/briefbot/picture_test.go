package main

import (
	"bytes"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings"
	"github.com/briefbot/briefbot/store"
)

// Measures of the picture in README, in SVG units and cells.
const (
	pictureCells = 88
	pictureWidth = 742 // of so many cells at a font size of 14
	lineHeight   = 19
	margin       = 18
)

// TestPicture_IsTheRealAnswer holds the picture in README to what the program
// prints. -update draws it anew.
func TestPicture_IsTheRealAnswer(t *testing.T) {
	const golden = "doc/answer.svg"
	a := &app{system: system{
		getenv: func(string) string { return "" },
		stderr: t.Output(),
		now:    func() time.Time { return time.Date(2025, 12, 3, 18, 0, 0, 0, time.UTC) },
		zone:   time.UTC,
	}, db: filepath.Join(t.TempDir(), "picture.db"), log: "warn"}
	o, err := a.open(t.Context(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer o.store.Close()
	core, err := a.bot(o)
	if err != nil {
		t.Fatal(err)
	}
	reply := core.Handle(t.Context(), bot.Request{Role: briefings.Reader, Book: o.book, Text: "/who Witkoff", Zone: a.zone, Now: a.now()})
	var out bytes.Buffer
	if err := console.Render(&out, reply.Card, console.Style{Width: pictureCells, Color: true, Zone: a.zone}); err != nil {
		t.Fatal(err)
	}
	got := draw("briefbot ask '/who Witkoff'", out.String())
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what the program prints; go test ./cmd/briefbot -update draws it anew:\n%s", golden, diff)
	}
}

// draw returns a terminal with a command and what it printed, as SVG.
func draw(command, output string) string {
	lines := append([]string{"\x1b[2m$\x1b[0m " + command, ""}, strings.Split(strings.TrimRight(output, "\n"), "\n")...)
	width := pictureWidth + 2*margin
	height := len(lines)*lineHeight + 2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d">`+"\n", width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="8" fill="#1d2229"/>`+"\n", width, height)
	b.WriteString(`<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="#d7dde5">` + "\n")
	for i, line := range lines {
		if line == "" {
			continue
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" xml:space="preserve">%s</text>`+"\n", margin, margin+14+i*lineHeight, spans(line))
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// spans turns the ANSI codes of a line into SVG.
func spans(line string) string {
	var b strings.Builder
	style := ""
	for i, part := range strings.Split(line, "\x1b[") {
		text := part
		if code, rest, ok := strings.Cut(part, "m"); ok && i > 0 && strings.Trim(code, "0123456789;") == "" {
			style, text = sgr(code), rest
		}
		if text == "" {
			continue
		}
		fmt.Fprintf(&b, `<tspan%s>%s</tspan>`, style, html.EscapeString(text))
	}
	return b.String()
}

// sgr returns the SVG style of an ANSI code.
func sgr(codes string) string {
	style := ""
	for _, code := range strings.Split(codes, ";") {
		switch code {
		case "1":
			style += ` font-weight="bold"`
		case "2":
			style += ` fill="#8b97a5"`
		case "31", "33", "91", "93":
			style += ` fill="#e0b050"`
		case "36", "34", "94", "96":
			style += ` fill="#7fb4e0"`
		}
	}
	return style
}
