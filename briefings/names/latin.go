package names

import "strings"

// latinForms are the letters that fold to Latin ones: "form letters", one form
// a line. From the Unicode decompositions (NFKD) of the Latin blocks, and by
// hand where there is none (ł, ø, æ, ı).
const latinForms = `
0 ０
1 １
2 ２
3 ３
4 ４
5 ５
6 ６
7 ７
8 ８
9 ９
a ªàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặəａ
ae æǣǽ
b ƀƃḃḅḇɓｂ
c çćĉċčƈḉｃȼ
d ðďđƌḋḍḏḑḓɗｄ
dz ǆǳ
e èéêëēĕėęěǝȅȇȩḕḗḙḛḝẹẻẽếềểễệɛｅɇ
f ƒḟｆ
ff ﬀ
ffi ﬃ
ffl ﬄ
fi ﬁ
fl ﬂ
g ĝğġģǧǵḡｇǥ
h ĥħȟḣḥḧḩḫẖｈ
i ìíîïĩīĭįİıǐȉȋḭḯỉịɨｉ
ij ĳ
j ĵǰｊɉȷ
k ķĸƙǩḱḳḵｋ
l ĺļľłƚḷḹḻḽｌ
lj ǉ
m ḿṁṃｍ
n ñńņňŉŋƞǹṅṇṉṋｎ
nj ǌ
o ºòóôõöøōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợɔｏǿ
oe œ
oi ƣ
p ƥṕṗｐ
q ｑ
r ŕŗřȑȓṙṛṝṟｒɍ
s śŝşšſșṡṣṥṧṩẛｓȿẜẝ
ss ßẞ
st ﬅﬆ
t ţťŧƭțṫṭṯṱẗｔ
th þ
u ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữựʉｕ
v ṽṿｖ
w ŵẁẃẅẇẉẘｗ
x ẋẍｘ
y ýÿŷƴȳẏẙỳỵỷỹｙɏỿ
z źżžƶẑẓẕｚʒǯ
`

// greekForms are the accented Greek letters, in the same way.
const greekForms = `
α άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ
β ϐ
ε έϵἐἑἒἓἔἕὲέ
η ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ
θ ϑ
ι ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ
κ ϰ
ο όὀὁὂὃὄὅὸό
π ϖ
ρ ϱῤῥ
σ ςϲ
υ ΰϋύϒϓϔὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ
φ ϕ
ω ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ
`

// arabicForms are the letters that Arabic and Persian typing does not keep
// apart.
const arabicForms = `
ا أإآٱ
ي ىیئ
ك ک
ه ةۀ
و ؤ
`

// latinTable is latinForms by letter, for the letters below latinTableEnd;
// latinRest has the few others.
var latinTable, latinRest = func() (table [latinTableEnd]string, rest map[rune]string) {
	rest = map[rune]string{}
	for r, to := range forms(latinForms) {
		if r < latinTableEnd {
			table[r] = to
		} else {
			rest[r] = to
		}
	}
	return table, rest
}()

const latinTableEnd = 0x1f00

// otherTable is greekForms and arabicForms by letter.
var otherTable = func() map[rune]rune {
	m := map[rune]rune{}
	for r, to := range forms(greekForms + arabicForms) {
		m[r] = []rune(to)[0]
	}
	return m
}()

// latin returns the Latin form of a lower-case letter beyond ASCII, or "".
func latin(r rune) string {
	if r < latinTableEnd {
		return latinTable[r]
	}
	return latinRest[r]
}

// otherScript returns the plain form of a lower-case letter of another script.
func otherScript(r rune) rune {
	if to, ok := otherTable[r]; ok {
		return to
	}
	return r
}

// forms reads a table of forms.
func forms(text string) map[rune]string {
	m := map[rune]string{}
	for line := range strings.Lines(text) {
		to, letters, _ := strings.Cut(strings.TrimSpace(line), " ")
		for _, r := range letters {
			m[r] = to
		}
	}
	return m
}
