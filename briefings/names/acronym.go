package names

import (
	"slices"
	"strings"
)

// figures are the words that initials give as a figure (G7) or by two letters
// (ASEAN).
var figures = map[string]string{
	"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
	"nine": "9", "ten": "10", "twelve": "12", "twenty": "20", "southeast": "se", "northeast": "ne",
	"southwest": "sw", "northwest": "nw",
}

const maxInitials = 7

// acronyms returns the initials that a name of several words may go by, each
// after acronymMark: of all words, without the small ones, and with words
// joined by a hyphen as one.
func acronyms(name, folded string) []string {
	var found []string
	add := func(words []string, small uint8) {
		initials := []byte{acronymMark}
		for _, w := range words {
			switch kind := wordKinds[w]; {
			case w == "" || kind&(suffixWord|small) != 0:
			case figures[w] != "":
				initials = append(initials, figures[w]...)
			case w[0] < 0x80:
				initials = append(initials, w[0])
			}
		}
		if n := len(initials) - 1; n >= 2 && n <= maxInitials && !slices.Contains(found, string(initials)) {
			found = append(found, string(initials))
		}
	}
	words := strings.Fields(folded)
	add(words, 0)
	add(words, stopWord)
	if len(words) > 2 {
		add(words, stopWord|articleWord)
		if strings.Contains(name, "-") {
			written := strings.Fields(name)
			for i, w := range written {
				w = Fold(w)
				w, _, _ = strings.Cut(w, " ")
				written[i] = w
			}
			add(written, stopWord)
		}
	}
	return found
}
