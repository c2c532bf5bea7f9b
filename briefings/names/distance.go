package names

// maxWord is how many bytes of a word are compared; the rest is passed over.
const maxWord = 28

// What edits cost, in hundredths of a letter.
const (
	costLetter    = 100 // a letter for an unlike one, or one too many
	costNoSound   = 90  // a consonant dropped or added
	costVowel     = 65  // a vowel dropped or added
	costVowels    = 45  // a vowel for another
	costTurned    = 65  // two letters the wrong way round
	costGlide     = 30  // the i in Dmitr(i)ev, Dmitri(j)ev
	costBreath    = 40  // an h
	costEnding    = 45  // a vowel or an s at the end: Poutin(e)
	costBeginning = 30  // added to an edit of the first letter, where slips are rare
)

// alike has the cost of taking one sound for another, for pairs that cost less
// than a letter. The sounds are those of neutral keys.
var alike = func() (cost [128][128]uint8) {
	for i := range cost {
		for j := range cost[i] {
			if i != j {
				cost[i][j] = costLetter
			}
		}
	}
	set := func(pairs string, c uint8) {
		for i := 0; i+1 < len(pairs); i += 3 {
			a, b := pairs[i], pairs[i+1]
			cost[a][b], cost[b][a] = c, c
		}
	}
	const vowels = "aeiou"
	for i := range len(vowels) {
		for j := range len(vowels) {
			if i != j {
				cost[vowels[i]][vowels[j]] = costVowels
			}
		}
	}
	set("ei ou", 35)
	set("sz SC SZ gh fv uv cz sc Cc", 30)
	set("sS zZ CZ hx sC xs", 40)
	set("kg kh td bp tc xk Ch ck Ck iZ xS kx", 45)
	set("mn vb bv gZ", 60)
	set("lr yi", 70)
	return cost
}()

// distance is the weighted optimal string alignment distance of a and b in
// hundredths of a letter, or limit+1 if it is more than limit.
func distance(a, b string, limit int) int {
	if len(a) > maxWord {
		a = a[:maxWord]
	}
	if len(b) > maxWord {
		b = b[:maxWord]
	}
	var rows [3][maxWord + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := 1; j <= len(b); j++ {
		last[j] = last[j-1] + gap(b, j-1)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = last[0] + gap(a, i-1)
		least := row[0]
		gapA := gap(a, i-1)
		for j := 1; j <= len(b); j++ {
			cost := last[j-1] + swap(a[i-1], b[j-1], i == 1 && j == 1)
			cost = min(cost, last[j]+gapA, row[j-1]+gap(b, j-1))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] && a[i-1] != b[j-1] {
				cost = min(cost, before[j-2]+costTurned)
			}
			row[j] = cost
			least = min(least, cost)
		}
		if least > limit+costTurned { // a turned pair may still come from before it
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}

// swap is the cost of the letter b for the letter a.
func swap(a, b byte, first bool) int {
	if a == b {
		return 0
	}
	cost := costLetter
	if a < 128 && b < 128 {
		cost = int(alike[a][b])
	}
	if first && cost > costVowels {
		cost += costBeginning
	}
	return cost
}

// gap is the cost of dropping or adding the letter of s at i.
func gap(s string, i int) int {
	c := s[i]
	switch {
	case c == 'i' && (i > 0 && isVowel(s[i-1]) || i+1 < len(s) && isVowel(s[i+1])):
		return costGlide
	case c == 'h':
		return costBreath
	case i == len(s)-1 && i > 2 && (isVowel(c) || c == 's' || c == 'g' && s[i-1] == 'n'):
		return costEnding
	case isVowel(c):
		if i == 0 {
			return costVowel + costBeginning
		}
		return costVowel
	case i == 0:
		return costLetter + costBeginning
	}
	return costNoSound
}

// What similarity two spellings of a word have at most.
const (
	sameNeutral  = 0.97
	sameNickname = 0.96
	leastSimilar = 0.62 // below it a word is another word
)

// similarity returns how alike two words are, 0 to 1, given their folded forms
// and their neutral keys.
func similarity(a, neutralA, b, neutralB string) float32 {
	if a == b {
		return 1
	}
	if neutralA == neutralB {
		return sameNeutral
	}
	if len(a) > 2*maxWord || len(b) > 2*maxWord {
		return 0
	}
	longest := min(max(len(neutralA), len(neutralB)), maxWord)
	limit := longest * 40
	d := distance(neutralA, neutralB, limit)
	s := sameNeutral - float32(d)/float32(100*longest)
	if longest == 3 {
		s -= 0.05 // three letters are soon alike
	}
	if d > 40 {
		longest = min(max(len(a), len(b)), maxWord)
		if raw := distance(a, b, min(limit, d)); raw < d {
			s = max(s, sameNeutral-float32(raw)/float32(100*longest))
		}
	}
	if s < leastSimilar || len(a) < 3 && s < 0.75 {
		return 0
	}
	return s
}
