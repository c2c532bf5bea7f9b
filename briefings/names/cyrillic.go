package names

import (
	"unicode"
	"unicode/utf8"
)

// cyrillicLatin has the Latin form of each lower-case Cyrillic letter from а
// (U+0430) on: Russian, Ukrainian and Belarusian first, then what Serbian,
// Macedonian and the Turkic languages add. и is "i" though Ukrainian would
// have it "y", and г is "g" though it would have it "h": the letter alone does
// not tell the language, and Зеленский and Зеленський must meet.
var cyrillicLatin = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ж': "zh", 'з': "z",
	'и': "i", 'й': "y", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p",
	'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch",
	'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya",
	'ѐ': "e", 'ё': "e", 'ђ': "dj", 'ѓ': "g", 'є': "ye", 'ѕ': "dz", 'і': "i", 'ї': "yi",
	'ј': "j", 'љ': "lj", 'њ': "nj", 'ћ': "c", 'ќ': "k", 'ѝ': "i", 'ў': "u", 'џ': "dz",
	'ґ': "g", 'ғ': "g", 'җ': "zh", 'қ': "k", 'ҡ': "k", 'ң': "n", 'ү': "u", 'ұ': "u",
	'ҳ': "kh", 'ҷ': "j", 'һ': "h", 'ә': "a", 'ө': "o", 'ҙ': "z", 'ҫ': "s", 'ӣ': "i", 'ӯ': "u",
}

// cyrillicTable is cyrillicLatin from U+0430 on, for speed.
var cyrillicTable = func() (table [0x100]string) {
	for r, to := range cyrillicLatin {
		table[r-'а'] = to
	}
	return table
}()

// cyrillic folds a lower-case letter of the Cyrillic block. rest is what
// follows it.
func (f *folder) cyrillic(dst []byte, r rune, rest string) []byte {
	if len(rest) > 1 && rest[0] == 0xcc { // an accent of its own, perhaps
		mark, _ := utf8.DecodeRuneInString(rest)
		switch {
		case r == 'и' && mark == 0x306:
			r = 'й'
		case r == 'і' && mark == 0x308:
			r = 'ї'
		}
	}
	if r < 'а' || !unicode.IsLetter(r) {
		f.space()
		return dst
	}
	to := cyrillicTable[r-'а']
	switch {
	case r == 'ь', r == 'ъ':
		return dst
	case to == "":
		return utf8.AppendRune(f.begin(dst), r)
	case r == 'е' && (f.gap || len(dst) == f.start):
		return append(f.begin(dst), "ye"...) // Ермак is Yermak, Ельцин Yeltsin
	}
	return append(f.begin(dst), to...)
}
