package store

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFoldWords(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "",
		"  \t\n ":                     "",
		"Micheál MARTIN":              "micheal martin",
		"O’Brien's ﬁle":               "o brien s file",
		"28-point plan (v2.0)":        "28 point plan v2 0",
		"Łódź Škoda Ærø Straße İzmir": "lodz skoda aero strasse izmir",
		"Юрий Ёлкин УШАКОВ":           "юрий ёлкин ушаков",
		"Χρήστος Ἀθῆναι":              "χρηστοσ αθηναι",
		"हिन्दी 中文 ٣":                 "हिन्दी 中文 ٣",
		"\u0301 - \u200d x":           "x",
		"a\x00b\xffc":                 "a b c",
	} {
		if got := strings.Join(foldWords(in), " "); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := foldWords(strings.Repeat("é", 500)); len(got) != 1 || utf8.RuneCountInString(got[0]) != maxWordRunes {
		t.Errorf("a long word became %q", got)
	}
}

func FuzzFoldWords(f *testing.F) {
	for _, s := range []string{"Micheál", `"a" OR b*`, "İıſ", "\u0344\u0345", "Й\u0301", "ǅ", "\xff\x00", "' <-> '", "ΐ", "ﷺ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := foldWords(s)
		for _, w := range once {
			if w == "" || !utf8.ValidString(w) {
				t.Fatalf("%q became the word %q", s, w)
			}
			// Nothing that means something to a query language.
			for _, r := range w {
				if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
					t.Fatalf("%q became %q, which holds %q", s, w, r)
				}
			}
		}
		// What is stored and what is looked for meet, whatever went before.
		if twice := foldWords(strings.Join(once, " ")); !slices.Equal(once, twice) {
			t.Fatalf("%q became %q, and then %q", s, once, twice)
		}
	})
}

func TestCompletions_HoldTheWholeWord(t *testing.T) {
	for word, want := range map[string]string{"negotiat": "negotiation", "happine": "happiness", "governm": "government", "sabotag": "sabotage"} {
		if got := (term{words: []string{word}, prefix: true}).completions(); !slices.Contains(got, want) {
			t.Errorf("%s: got %v, without %s", word, got, want)
		}
	}
	if got := (term{words: []string{"bus"}, prefix: true}).completions(); got != nil {
		t.Errorf("bus: got %v", got)
	}
}
