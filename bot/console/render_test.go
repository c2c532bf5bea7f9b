package console_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"github.com/briefbot/briefbot/bot"
	"github.com/briefbot/briefbot/bot/bottest"
	"github.com/briefbot/briefbot/bot/console"
	"github.com/briefbot/briefbot/briefings"
)

var update = flag.Bool("update", false, "write the golden files anew")

func render(t *testing.T, c *bot.Card, style console.Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := console.Render(&b, c, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRender_CorpusIsAsReviewed(t *testing.T) {
	for _, s := range []struct {
		name  string
		style console.Style
		cards []string // none for all
	}{
		{"plain", console.Style{}, nil},
		{"80", console.Style{Width: 80}, nil},
		{"40", console.Style{Width: 40}, []string{"every-field", "links", "scripts"}},
		{"colour", console.Style{Width: 80, Color: true}, []string{"every-field", "stale", "hostile"}},
	} {
		for _, n := range bottest.Corpus() {
			if s.cards != nil && !strings.Contains(strings.Join(s.cards, " "), n.Name) {
				continue
			}
			t.Run(s.name+"/"+n.Name, func(t *testing.T) {
				got := render(t, n.Card, s.style)
				file := filepath.Join("testdata", n.Name+"."+s.name+".golden")
				if *update {
					if err := os.MkdirAll("testdata", 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatalf("%v (-update writes it)", err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
	}
}

func TestRender_TimesAreInTheViewersZone(t *testing.T) {
	m, err := briefings.ParseMoment("2025-12-02T23:40Z")
	if err != nil {
		t.Fatal(err)
	}
	day, err := briefings.ParseMoment("2025-12-02")
	if err != nil {
		t.Fatal(err)
	}
	card := &bot.Card{Lead: []bot.Text{bot.T("At ").When(m).Plain(", on ").When(day).Plain(".")}}
	for zone, want := range map[*time.Location]string{
		nil:                             "At 2 Dec 2025 23:40 UTC, on 2 Dec 2025.\n",
		time.FixedZone("EET", 2*60*60):  "At 3 Dec 2025 01:40 EET, on 2 Dec 2025.\n",
		time.FixedZone("EST", -5*60*60): "At 2 Dec 2025 18:40 EST, on 2 Dec 2025.\n",
	} {
		if diff := cmp.Diff(want, render(t, card, console.Style{Zone: zone})); diff != "" {
			t.Errorf("in %v (-want +got):\n%s", zone, diff)
		}
	}
}

func TestRender_EmptyCardWritesNothing(t *testing.T) {
	for _, c := range []*bot.Card{{}, {Title: "\x00", Lead: []bot.Text{bot.T("\u202e \n"), nil}}} {
		if got := render(t, c, console.Style{Width: 80, Color: true}); got != "" {
			t.Errorf("got %q", got)
		}
	}
}

var sgr = regexp.MustCompile("\x1b\\[(1|2|1;7)m([^\x1b\n]+)\x1b\\[m")

// FuzzRender: whatever the text, nothing commands the terminal, no line is
// wider than it, except addresses, colour adds nothing but itself, and what
// can be seen of the text is all there.
func FuzzRender(f *testing.F) {
	f.Add("title", "a text\n\nof paragraphs", "https://a.example/b", 40)
	f.Add("\x1b[31m", "字字字字字字字字字字字字字字字字 👩‍👩‍👧‍👦 t\u0336e\u0336", "https://字.example", 20)
	f.Add("x\u202e", "a\r\nb\rc\u2028d\x00\u009b31m\xff "+strings.Repeat("x", 100), "", 0)
	f.Add("﷽⸻", "\u0300\u0300 \u200d\u200c🇺🇦🇺🇦🇺", "[1] x", 21)
	f.Fuzz(func(t *testing.T, label, text, url string, width int) {
		width %= 200
		body := bot.T(text).Strong(label).Tag(text).Link(label, url)
		card := &bot.Card{
			Title: label, Kicker: text, Notices: []bot.Text{body}, Lead: []bot.Text{body, bot.T(text)},
			Fields:   []bot.Field{{Label: label, Value: body}, {Label: text, Value: bot.T(label)}},
			Sections: []bot.Section{{Heading: label, Items: []bot.Item{{Label: label, Text: body, Meta: body}, {Text: bot.T(text)}}}},
			Footer:   body,
			Actions:  []bot.Action{{Label: label, Invocation: bot.Invocation{Command: "echo", Args: []bot.Value{{Name: "text", Value: text}}}}},
		}
		got := render(t, card, console.Style{Width: width})
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for _, r := range got {
			if r != '\n' && briefings.Unprintable(r) || r == '\t' {
				t.Fatalf("%U in %q", r, got)
			}
		}
		// No address has spaces; and text may fuse with one that follows.
		if address := seen(url); width > 0 && !strings.Contains(address, " ") && !fuse(label, url) && !fuse(text, url) {
			for line := range strings.Lines(got) {
				line = strings.TrimSuffix(line, "\n")
				n := uniseg.StringWidth(line)
				if address != "" && strings.Contains(line, address) {
					n -= uniseg.StringWidth(address)
				}
				if n > max(width, 20) {
					t.Fatalf("%d cells in %d: %q", n, width, line)
				}
			}
		}
		colour := render(t, card, console.Style{Width: width, Color: true})
		if diff := cmp.Diff(got, sgr.ReplaceAllString(colour, "$2")); diff != "" {
			t.Fatalf("colour changes the text:\n%s", diff)
		}
		have := squeeze(got)
		for _, s := range []string{label, text} {
			if want := squeeze(s); !strings.Contains(have, want) {
				t.Fatalf("%q is not in %q", want, got)
			}
		}
	})
}

// seen returns what an address is in a line.
func seen(url string) string {
	var b bytes.Buffer
	_ = console.Render(&b, &bot.Card{Lead: []bot.Text{bot.T("").Link("", url)}}, console.Style{})
	return strings.TrimSuffix(b.String(), "\n")
}

// fuse reports whether the end of one text and the beginning of another make
// one character.
func fuse(a, b string) bool {
	n := uniseg.GraphemeClusterCount
	return n(a+b) != n(a)+n(b)
}

// squeeze takes out of text what may be taken out or changed.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == utf8.RuneError || briefings.Unprintable(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
