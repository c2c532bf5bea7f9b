package briefings

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/briefbot/briefbot/briefings/names"
)

// maxExcerptRunes is how much of a text an excerpt shows around what was found.
const maxExcerptRunes = 300

// Part is a stretch of an excerpt; Found is true where the query met it.
type Part struct {
	Text  string
	Found bool
}

// Excerpt returns the passage of a record that meets most terms of a query, cut
// to a length that can be read at a glance; a short report is its own excerpt.
func Excerpt(r Record, q TextQuery) []Part {
	passages := passagesOf(r)
	if rep, ok := r.(*Report); ok {
		if whole := strings.TrimSpace(rep.Text + " " + rep.Detail); utf8.RuneCountInString(whole) <= maxExcerptRunes {
			passages = []string{whole}
		}
	}
	var best []Part
	most := -1
	for _, passage := range passages {
		if strings.TrimSpace(passage) == "" {
			continue
		}
		if parts, met := mark(passage, q); met > most {
			best, most = parts, met
		}
	}
	return shorten(best)
}

// Coverage returns what part of a query's terms the text of a record meets, as
// Excerpt judges it: 0 to 1.
func Coverage(r Record, q TextQuery) float64 {
	if r == nil || len(q.Terms) == 0 {
		return 0
	}
	_, met := mark(SearchText(r), q)
	words := 0
	for _, t := range q.Terms {
		words += len(t.Words)
	}
	return float64(met) / float64(words)
}

// passagesOf returns the texts of a record, each of which can stand alone.
func passagesOf(r Record) []string {
	switch r := r.(type) {
	case *Entry:
		passages := []string{r.Summary, r.WhyNow} // its role stands beside it anyway
		for _, q := range r.Open {
			passages = append(passages, "Not known: "+q)
		}
		return passages
	case *Report:
		return []string{r.Text, r.Detail}
	default:
		return nil
	}
}

// mark splits a text into what the query met and what it did not, and counts
// the terms that it met.
func mark(text string, q TextQuery) (parts []Part, met int) {
	terms := map[string]bool{}
	from := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !isWordRune(r) {
			i += n
			continue
		}
		end := i
		for end < len(text) {
			r, n := utf8.DecodeRuneInString(text[end:])
			if !isWordRune(r) {
				break
			}
			end += n
		}
		if term := q.meets(text[i:end]); term != "" {
			if i > from {
				parts = append(parts, Part{Text: text[from:i]})
			}
			parts = append(parts, Part{Text: text[i:end], Found: true})
			from = end
			terms[term] = true
		}
		i = end
	}
	if from < len(text) {
		parts = append(parts, Part{Text: text[from:]})
	}
	return parts, len(terms)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// meets returns the word of the query that a word of a text answers to, or the
// empty string. It judges by the beginnings of words, much as the stemmers of
// the stores do; it only decides what stands out.
func (q TextQuery) meets(word string) string {
	folded := names.Fold(word)
	for _, t := range q.Terms {
		for _, w := range t.Words {
			want := names.Fold(w)
			stem := want
			if len(want) > 5 {
				stem = want[:len(want)-2]
			}
			if want != "" && (folded == want || len(stem) > 3 && strings.HasPrefix(folded, stem) && len(folded) < len(want)+5) {
				return want
			}
		}
	}
	return ""
}

// shorten cuts an excerpt down to what surrounds its first find, at word boundaries.
func shorten(parts []Part) []Part {
	total, before := 0, 0
	for i, p := range parts {
		if p.Found && before == 0 && i > 0 {
			before = total
		}
		total += utf8.RuneCountInString(p.Text)
	}
	if total <= maxExcerptRunes {
		return parts
	}
	skip := max(0, before-maxExcerptRunes/3)
	left := maxExcerptRunes
	var out []Part
	for _, p := range parts {
		runes := []rune(p.Text)
		if skip >= len(runes) {
			skip -= len(runes)
			continue
		}
		if skip > 0 {
			for skip < len(runes) && !unicode.IsSpace(runes[skip]) {
				skip++
			}
			runes = append([]rune("…"), runes[skip:]...)
			skip = 0
		}
		if len(runes) > left {
			end := left
			for end > 0 && !unicode.IsSpace(runes[end-1]) {
				end--
			}
			return append(out, Part{Text: strings.TrimRightFunc(string(runes[:end]), unicode.IsSpace) + "…"})
		}
		left -= len(runes)
		out = append(out, Part{string(runes), p.Found})
	}
	return out
}
