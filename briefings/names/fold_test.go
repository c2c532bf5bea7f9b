package names_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings/names"
)

func TestFold_MakesSpellingsOfOneNameMeet(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"   ", ""},
		{"...", ""},
		{"Steve Witkoff", "steve witkoff"},
		{"  STEVE \t WITKOFF! ", "steve witkoff"},
		{"Recep Tayyip Erdoğan", "recep tayyip erdogan"},
		{"İbrahim KALIN", "ibrahim kalin"},
		{"Łukasz Straße Øre Æsir Đukanović ı", "lukasz strasse ore aesir dukanovic i"},
		{"Nguyễn Phú Trọng", "nguyen phu trong"},
		{"Erdog\u0306an", "erdogan"},
		{"Зеленский", "zelenskiy"},
		{"Зеленський", "zelenskiy"},
		{"ЗЕЛЕНСКИ\u0418\u0306", "zelenskiy"},
		{"Єрмак", "yermak"},
		{"Ермак", "yermak"},
		{"Ціхано\u045eская", "tsikhanouskaya"},
		{"Хрущёв", "khrushchev"},
		{"U.S.", "us"},
		{"U.S.-Russia", "us russia"},
		{"J.D. Vance", "jd vance"},
		{"J.D.Vance", "jd vance"},
		{"V.Putin", "v putin"},
		{"Gen. Kellogg", "gen kellogg"},
		{"St.Petersburg", "st petersburg"},
		{"Donald Trump Jr.", "donald trump jr"},
		{"Gideon Sa'ar", "gideon saar"},
		{"Sa’ar, Sa`ar, Saʼar", "saar saar saar"},
		{"28-point plan", "28 point plan"},
		{"Wit\u200bk\u202eoff\ufeff", "witkoff"},
		{"Σίσυφος", "σισυφοσ"},
		{"ΜΗΤΣΟΤΆΚΗΣ", "μητσοτακησ"},
		{"习近平", "习近平"},
		{"أسد", "اسد"},
		{"٢٨ ２８", "28 28"},
		{"a\xffb", "a b"},
		{"ﬁne K", "fine k"},
		{"👍 ok", "ok"},
	} {
		if got := names.Fold(test.in); got != test.want {
			t.Errorf("Fold(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestFold_IsIdempotentForEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		once := names.Fold("x" + string(r) + "y " + string(r))
		if twice := names.Fold(once); twice != once {
			t.Errorf("Fold twice of %U gives %q, then %q", r, once, twice)
		}
	}
}

func TestFold_ForgetsCase(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.IsUpper(r) {
			continue
		}
		upper, lower := names.Fold(string(r)), names.Fold(string(unicode.ToLower(r)))
		if upper != lower {
			t.Errorf("Fold of %U is %q, of its lower case %q", r, upper, lower)
		}
	}
}

func TestAppendFold_AppendsAndDoesNotAllocate(t *testing.T) {
	buf := append(make([]byte, 0, 128), "kept "...)
	for _, s := range []string{"Steve Witkoff", "Зеленський", "Erdoğan", "習近平"} {
		got := string(names.AppendFold(buf, s))
		if want := "kept " + names.Fold(s); got != want {
			t.Errorf("AppendFold(%q) = %q, want %q", s, got, want)
		}
		if n := testing.AllocsPerRun(100, func() { names.AppendFold(buf, s) }); n != 0 {
			t.Errorf("AppendFold(%q) allocates %v times, want 0", s, n)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"J.D. Vance", "Зеленський", "a\xff.b", "И\u0306.і\u0308", "ﬃ ΐ 28.5", strings.Repeat("é.", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := names.Fold(s)
		if !utf8.ValidString(once) {
			t.Fatalf("Fold(%q) = %q is no UTF-8", s, once)
		}
		if twice := names.Fold(once); twice != once {
			t.Fatalf("Fold(%q) = %q, and again %q", s, once, twice)
		}
		if strings.TrimSpace(once) != once || strings.Contains(once, "  ") {
			t.Fatalf("Fold(%q) = %q has odd spaces", s, once)
		}
	})
}

func BenchmarkAppendFold(b *testing.B) {
	buf := make([]byte, 0, 128)
	for _, s := range []string{"Steve Witkoff", "Erdoğan", "Володимир Зеленський"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				names.AppendFold(buf, s)
			}
		})
	}
}
